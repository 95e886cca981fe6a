"""What the file of one item may hold, and how it becomes an Item."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from oit.criteria.vocabulary import expand
from oit.model import Element, ExceptionRule, Item, Text, YearRule
from oit.tables import Table, describe

_CODE = re.compile(r"o[1-9][0-9]?")
_WITHOUT_YEAR = ("current_no_year", "unverified")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Known:
    """What an item may refer to: the form's closed sets, the term lists, and the modules that exist in `checks`.

    `kinds` and `checks` are None where the room `checks` is not installed: names are then not compared.
    """

    meanings: Mapping[str, Mapping[str, str]]
    confidence: tuple[str, ...]
    sub_indicators: Collection[str]
    agency_types: Collection[str]
    partial: bool
    terms: Mapping[str, tuple[str, ...]]
    kinds: Collection[str] | None
    checks: Collection[str] | None


def read_item(data: Mapping[str, Any], known: Known, problems: list[str]) -> Item:
    """The item of one parsed TOML file; every fault is added to `problems` with its key."""
    table = Table(data, "", problems)
    detail = _detail(table, known)
    blocks = table.tables("elements", ()) if _without_elements(table) else table.tables("elements")
    elements = tuple(_element(inner, known, detail.get("elements", "high")) for inner in blocks)
    item = Item(
        code=_matching(table, "code", _CODE),
        slug=_matching(table, "slug", _NAME),
        title=Text(table.text("title"), table.text("title_en")),
        aliases=table.texts("aliases"),
        sub_indicator="" if known.partial else table.choice("sub_indicator", known.sub_indicators),
        group=table.text("group", "") if known.partial else table.text("group"),
        evidence_type=table.choice("evidence_type", known.meanings["evidence_types"]),
        elements=elements,
        year_rule=_year_rule(table.table("year_rule"), known),
        additional_year_rules=tuple(
            _year_rule(inner, known, elements) for inner in table.tables("additional_year_rules", ())
        ),
        continues=table.texts("continues", ()),
        sub_indicator_confidence=table.choice("sub_indicator_confidence", known.confidence, ""),
        exceptions=tuple(_exception(inner, known, elements) for inner in table.tables("exceptions", ())),
        notes=tuple(_text(inner) for inner in table.tables("notes", ())),
        consistent_with=_consistency(table, known),
        elements_status=table.choice("elements_status", known.meanings["elements_status"]),
        sources=table.texts("source"),
        confidence=table.choice("confidence", known.confidence),
        confidence_detail=detail,
        identity=_identity(table, known),
        check=_check(table, known),
    )
    _unique([element.id for element in elements], "elements", problems)
    _unique([rule.code for rule in item.exceptions], "exceptions", problems)
    table.unread()
    return item


def _matching(table: Table, key: str, pattern: re.Pattern[str]) -> str:
    value = table.text(key)
    if value and not pattern.fullmatch(value):
        table.problem(key, f"{value!r} does not look like {pattern.pattern}")
    return value


def _detail(table: Table, known: Known) -> dict[str, str]:
    inner = table.table("confidence_detail")
    found = {key: inner.choice(key, known.confidence) for key in ("name", "elements")}
    inner.unread()
    return found


def _text(table: Table) -> Text:
    text = Text(table.text("th"), table.text("en"))
    table.unread()
    return text


def _element(table: Table, known: Known, confidence: str) -> Element:
    kind = table.text("kind")
    if kind and known.kinds is not None and kind not in known.kinds:
        table.problem("kind", f"no kind of element {kind!r} in checks/kinds")
    element = Element(
        id=_matching(table, "id", _NAME),
        text=Text(table.text("th"), table.text("en")),
        requirement=table.choice("requirement", known.meanings["requirements"]),
        kind=kind,
        confidence=table.choice("confidence", known.confidence, confidence),
        source_page=table.text("source_page", "") if "source_page" in table.data else None,
    )
    return replace(element, params=expand(table.rest(), known.terms, table.where, table.problems))


def _without_elements(table: Table) -> bool:
    """Whether the item may have no elements, because none are known."""
    return table.data.get("elements_status") == "not_established"


def _year_rule(table: Table, known: Known, elements: tuple[Element, ...] = ()) -> YearRule:
    kind = table.choice("kind", known.meanings["year_rule_kinds"])
    offset = table.number("fy_offset", None)
    months = table.number("alt_calendar_year_months", None)
    if offset is None and kind not in _WITHOUT_YEAR:
        table.problem("fy_offset", f"is missing; {kind!r} needs it")
    if offset not in (None, 0, -1):
        table.problem("fy_offset", f"must be 0 or -1, is {offset}")
    if months is not None and not 1 <= months <= 12:
        table.problem("alt_calendar_year_months", f"must be 1 to 12, is {months}")
    text = Text(table.text("th"), table.text("en"))
    granularity = table.texts("accepted_granularity", ())
    status = table.choice("status", known.meanings["elements_status"], "")
    named = table.texts("elements") if elements else ()
    for name in named:
        if name not in {element.id for element in elements}:
            table.problem("elements", f"no element {name!r} in this item")
    table.unread()
    return YearRule(kind, offset, text, granularity, months, status, named)


def _exception(table: Table, known: Known, elements: tuple[Element, ...]) -> ExceptionRule:
    rule = ExceptionRule(
        code=_matching(table, "code", _NAME),
        effect=table.choice("effect", known.meanings["exception_effects"]),
        text=Text(table.text("th"), table.text("en")),
        applies_to=table.choice("applies_to", ("local_government", *known.agency_types), ""),
        element=table.choice("element", [element.id for element in elements], ""),
        accepted_text=table.text("accepted_text", ""),
        status=table.choice("status", known.meanings["elements_status"], ""),
    )
    table.unread()
    return rule


def _consistency(table: Table, known: Known) -> tuple[str, str] | None:
    if "consistent_with" not in table.data:
        return None
    inner = table.table("consistent_with")
    found = (inner.text("slug"), inner.choice("aspect", known.meanings["consistency_aspects"]))
    inner.unread()
    return found


def _identity(table: Table, known: Known) -> dict[str, Any]:
    inner = table.table("identity", {})
    for key, value in inner.data.items():
        groups = [value, *value] if isinstance(value, list) and any(isinstance(one, list) for one in value) else [value]
        texts = all(isinstance(one, list) and all(isinstance(word, (str, list)) for word in one) for one in groups)
        if not (texts or isinstance(value, (str, bool))):
            inner.problem(key, f"must be a text, a list of texts or of such lists, true or false, is {describe(value)}")
    return expand(dict(inner.data), known.terms, "identity", table.problems)


def _check(table: Table, known: Known) -> str:
    name = table.text("check", "")
    if name and known.checks is not None and name not in known.checks:
        table.problem("check", f"no module {name!r} in checks/items")
    return name


def _unique(names: list[str], key: str, problems: list[str]) -> None:
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        problems.append(f"{key}: {name!r} appears {names.count(name)} times")
