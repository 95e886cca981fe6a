"""What `framework.toml` of a year may hold: indicators, general rules, agency types, closed sets, scoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from oit.model import AgencyType, Framework, Indicator, Item, SubIndicator, Text
from oit.tables import Table, describe

_SETS = (
    "requirements",
    "year_rule_kinds",
    "exception_effects",
    "consistency_aspects",
    "elements_status",
    "evidence_types",
)
_DATES = ("gregorian_start", "gregorian_end")
_HALVES = ("first_6_months", "calendar_year_first_3_months")


@dataclass(frozen=True)
class Form:
    """A year's form without its items. `borders`: item count, first and last code of each sub-indicator.

    `partial`: only titles of items are known: no sub-indicators, no scoring, perhaps not all items.
    """

    year_be: int
    item_count: int
    status: str
    doubts: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    sub_indicators: tuple[SubIndicator, ...]
    borders: Mapping[str, tuple[int, str, str]]
    general_rules: Mapping[str, Any]
    agency_types: Mapping[str, AgencyType]
    meanings: Mapping[str, Mapping[str, str]]
    confidence: tuple[str, ...]
    scoring: Mapping[str, Any]
    calendar: tuple[Mapping[str, Any], ...]
    definitions: Mapping[str, Mapping[str, str]]
    workflow: Mapping[str, Any]
    other_instruments: tuple[Mapping[str, str], ...]
    about: Mapping[str, Any]
    partial: bool

    @property
    def unit_level(self) -> dict[str, list[str]]:
        """The slugs that general rules name, by rule."""
        return {name: rule.get("unit_level_items", []) for name, rule in self.general_rules.items()}

    def framework(self, items: tuple[Item, ...], terms: Mapping[str, tuple[str, ...]], sha256: str) -> Framework:
        """The framework made of this form and its items."""
        return Framework(
            year_be=self.year_be,
            indicators=self.indicators,
            sub_indicators=self.sub_indicators,
            items=items,
            general_rules=self.general_rules,
            agency_types=self.agency_types,
            vocabulary=terms,
            scoring=self.scoring,
            status=self.status,
            doubts=self.doubts,
            calendar=self.calendar,
            sha256=sha256,
            definitions=self.definitions,
            workflow=self.workflow,
            other_instruments=self.other_instruments,
            meanings=self.meanings,
            about=self.about,
            partial=self.partial,
            confidence_scale=self.confidence,
        )


def read_form(data: Mapping[str, Any], problems: list[str]) -> Form:
    """The form of one parsed framework.toml; every fault is added to `problems` with its key."""
    table = Table(data, "", problems)
    confidence = table.table("confidence")
    scale = confidence.texts("scale")
    confidence.unread()
    indicators = tuple(_indicator(inner) for inner in table.tables("indicators"))
    partial = table.flag("partial", False)
    subs = table.tables("sub_indicators", ()) if partial else table.tables("sub_indicators")
    form = Form(
        year_be=table.number("year_be"),
        item_count=table.number("item_count"),
        status=table.text("status"),
        doubts=table.texts("doubts"),
        indicators=indicators,
        borders=dict(_borders(inner) for inner in subs),
        sub_indicators=tuple(_sub_indicator(inner, indicators, scale) for inner in subs),
        general_rules=_rules(table),
        agency_types=_agency_types(table),
        meanings=_meanings(table),
        confidence=scale,
        scoring={} if partial else _scoring(table.table("scoring")),
        calendar=_calendar(table.table("calendar", {})),
        definitions=_definitions(table),
        workflow=table.table("workflow", {}).rest(),
        other_instruments=tuple(inner.rest() for inner in table.tables("other_instruments", ())),
        about=_about(table),
        partial=partial,
    )
    table.unread()
    return form


def _indicator(table: Table) -> Indicator:
    found = Indicator(table.text("code"), Text(table.text("th"), table.text("en")))
    table.unread()
    return found


def _borders(table: Table) -> tuple[str, tuple[int, str, str]]:
    return table.text("code"), (table.number("count"), table.text("first"), table.text("last"))


def _sub_indicator(table: Table, indicators: tuple[Indicator, ...], scale: tuple[str, ...]) -> SubIndicator:
    found = SubIndicator(
        code=table.text("code"),
        indicator=table.choice("indicator", [indicator.code for indicator in indicators]),
        name=Text(table.text("th"), table.text("en")),
        source=table.text("source"),
        confidence=table.choice("confidence", scale),
    )
    table.unread()
    return found


def _rules(table: Table) -> dict[str, dict[str, Any]]:
    """General rules keep their own keys; the sentence, source and confidence must be there."""
    rules = table.table("general_rules")
    for name in rules.data:
        rule = rules.table(name)
        for key in ("th", "en", "source", "confidence"):
            rule.text(key)
    return {name: dict(rule) for name, rule in rules.rest_of_tables()}


def _definitions(table: Table) -> dict[str, dict[str, str]]:
    definitions = table.table("definitions", {})
    for name in definitions.data:
        inner = definitions.table(name)
        for key in ("th", "en", "source"):
            inner.text(key)
        inner.unread()
    return {name: dict(inner) for name, inner in definitions.rest_of_tables()}


def _agency_types(table: Table) -> dict[str, AgencyType]:
    block = table.table("agency_types")
    found: dict[str, AgencyType] = {}
    for inner in block.tables("types"):
        kind = AgencyType(
            inner.text("key"),
            inner.text("name_th"),
            inner.number("count"),
            inner.flag("is_local_government"),
            inner.text("abbr_th", ""),
        )
        inner.unread()
        found[kind.key] = kind
    local = sum(kind.count for kind in found.values() if kind.is_local_government)
    for key, counted in (("total", sum(kind.count for kind in found.values())), ("local_government_total", local)):
        if block.number(key) != counted:
            block.problem(key, f"{block.data.get(key)}, but the types add up to {counted}")
    return found


def _meanings(table: Table) -> dict[str, dict[str, str]]:
    block = table.table("vocabulary")
    found: dict[str, dict[str, str]] = {}
    for name in (*_SETS, "notes"):
        words = block.table(name)
        found[name] = {word: words.text(word) for word in words.data}
    block.unread()
    return found


def _calendar(table: Table) -> tuple[Mapping[str, Any], ...]:
    """The periods of the year's calendar, each with the calendar's source and confidence."""
    if not table.data:
        return ()
    origin = {key: table.text(key) for key in ("source", "confidence")}
    found: list[Mapping[str, Any]] = []
    for inner in table.tables("periods"):
        start, end = inner.day("start"), inner.day("end")
        if start > end:
            inner.problem("end", "lies before start")
        found.append({"step": inner.text("step"), "start": start, "end": end, "en": inner.text("en"), **origin})
        inner.unread()
    table.unread()
    return tuple(found)


def _scoring(table: Table) -> dict[str, Any]:
    """Scoring keeps its texts; weights and bands must be numbers that make sense."""
    weights = table.table("weights")
    numbers = [value for value in weights.data.values() if not isinstance(value, str)]
    if not all(isinstance(value, Decimal) for value in numbers) or sum(numbers) != 1:
        table.problem("weights", f"must be decimal numbers that add up to 1, are {', '.join(map(str, numbers))}")
    for band in table.table("rating").tables("bands"):
        band.text("label")
        for key in ("min", "max"):
            if not isinstance(band.data.get(key), Decimal):
                band.problem(key, f"must be a decimal number, is {describe(band.data.get(key))}")
    return dict(table.data)


def _about(table: Table) -> dict[str, Any]:
    about: dict[str, Any] = {key: table.number(key) for key in ("prior_year_be", "item_count")}
    about.update({key: table.day(key) for key in _DATES})
    for key in _HALVES:
        half = table.table(key)
        about[key] = {"start": half.day("start"), "end": half.day("end")}
        half.unread()
    about["changes_from_previous_year"] = table.texts("changes_from_previous_year", ())
    for key in ("confidence_scope", "aliases_note", "general_rules_apply"):
        about[key] = table.text(key, "")
    types = table.table("agency_types")
    about["agency_types"] = {key: types.data.get(key) for key in types.data if key != "types"}
    return about
