"""The nouns of the assessment: a year's framework, its items and elements, an agency and what it submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in Thai and in English."""

    th: str
    en: str


@dataclass(frozen=True, slots=True)
class Element:
    """One thing an item must show.

    `requirement`: required, example, if_any or prohibition (facts vocabulary). `kind` names the file in
    `checks/kinds` that looks for it; `params` are that kind's own keys, term lists already expanded. `source_page`: page
    of the manual; empty text where it is still to be written down, None where the year's sources have no pages.
    """

    id: str
    text: Text
    requirement: str
    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    confidence: str = "high"
    source_page: str | None = None

    @property
    def required(self) -> bool:
        """Whether the item stands or falls by it: it must be there, or must not be so."""
        return self.requirement in ("required", "prohibition")


@dataclass(frozen=True, slots=True)
class YearRule:
    """Which time the evidence speaks of; `kind` is a key of `year_rule_kinds`, `fy_offset` 0, -1 or None (no year).

    `status`: a key of `elements_status` where the rule is less than certain (carried over from another year).
    `elements`: the ids the rule is for; empty where it is for the whole item.
    """

    kind: str
    fy_offset: int | None
    text: Text
    granularity: tuple[str, ...] = ()
    calendar_year_months: int | None = None
    status: str = ""
    elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """A relief (less or other evidence is accepted) or a condition (more is asked), for all or some agencies."""

    code: str
    effect: str
    text: Text
    applies_to: str = ""
    element: str = ""
    accepted_text: str = ""
    status: str = ""


@dataclass(frozen=True)
class Item:
    """One item of a year's form. Identity across years is the slug, never the code.

    `sub_indicator` and `group` are empty in a form of which only titles are known. `continues`: slugs of other years
    whose matter the item took over. `additional_year_rules` hold for the elements they name instead of `year_rule`.
    """

    code: str
    slug: str
    title: Text
    aliases: tuple[str, ...]
    sub_indicator: str
    group: str
    evidence_type: str
    elements: tuple[Element, ...]
    year_rule: YearRule
    exceptions: tuple[ExceptionRule, ...]
    notes: tuple[Text, ...]
    consistent_with: tuple[str, str] | None
    elements_status: str
    sources: tuple[str, ...]
    confidence: str
    confidence_detail: Mapping[str, str]
    identity: Mapping[str, Any]
    check: str = ""
    additional_year_rules: tuple[YearRule, ...] = ()
    continues: tuple[str, ...] = ()
    sub_indicator_confidence: str = ""

    @cached_property
    def required_elements(self) -> tuple[Element, ...]:
        return tuple(element for element in self.elements if element.required)

    @property
    def established(self) -> bool:
        """Whether it is known what the item asks for: its elements and its year, with their pages where pages are asked."""
        return (
            bool(self.elements)
            and self.elements_status != "not_established"
            and self.year_rule.kind != "unverified"
            and not any(element.source_page == "" for element in self.elements)
        )

    @cached_property
    def parts(self) -> tuple[Item, ...]:
        """The item cut by year rule: itself where one rule holds for all of it, else one item for each rule's elements."""
        if not self.additional_year_rules:
            return (self,)
        ruled = {name for rule in self.additional_year_rules for name in rule.elements}
        main = replace(
            self,
            elements=tuple(element for element in self.elements if element.id not in ruled),
            additional_year_rules=(),
        )
        others = (
            replace(
                main,
                elements=tuple(element for element in self.elements if element.id in rule.elements),
                year_rule=rule,
            )
            for rule in self.additional_year_rules
        )
        return (main, *others)

    @cached_property
    def lineage(self) -> frozenset[str]:
        """Its own slug and those of the items it continues."""
        return frozenset((self.slug, *self.continues))

    def exception(self, code: str) -> ExceptionRule | None:
        """The exception of that code, if the item has it."""
        return next((rule for rule in self.exceptions if rule.code == code), None)


@dataclass(frozen=True, slots=True)
class Indicator:
    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class SubIndicator:
    code: str
    indicator: str
    name: Text
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class AgencyType:
    key: str
    name_th: str
    count: int
    is_local_government: bool
    abbreviation: str = ""


@dataclass(frozen=True)
class Framework:
    """The form of one fiscal year (Buddhist Era): indicators, sub-indicators, items, rules and their sources.

    `vocabulary`: term lists by name, expanded. `meanings`: the form's closed sets (year rule kinds, evidence types, …),
    each word with what it means. `about`: the year's dates, changes and remarks on confidence. `partial`: only titles
    are known, so that nothing can be scored. `confidence_scale`: from surest to least sure.
    """

    year_be: int
    indicators: tuple[Indicator, ...]
    sub_indicators: tuple[SubIndicator, ...]
    items: tuple[Item, ...]
    general_rules: Mapping[str, Any]
    agency_types: Mapping[str, AgencyType]
    vocabulary: Mapping[str, tuple[str, ...]]
    scoring: Mapping[str, Any]
    status: str
    doubts: tuple[str, ...]
    calendar: tuple[Mapping[str, Any], ...]
    sha256: str
    definitions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    workflow: Mapping[str, Any] = field(default_factory=dict)
    other_instruments: tuple[Mapping[str, str], ...] = ()
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    partial: bool = False
    confidence_scale: tuple[str, ...] = ()

    def certainty(self, item: Item) -> str:
        """How sure the criteria of an item are: the least sure of its name and of its elements.

        `none` where what the item asks for is not established.
        """
        if not item.established:
            return "none"
        told = (item.confidence, item.confidence_detail.get("elements", item.confidence))
        return max(told, key=self.confidence_scale.index) if self.confidence_scale else item.confidence

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    @cached_property
    def by_slug(self) -> dict[str, Item]:
        return {item.slug: item for item in self.items}

    def items_of(self, sub_indicator: str) -> tuple[Item, ...]:
        """The items of a sub-indicator, in form order."""
        return tuple(item for item in self.items if item.sub_indicator == sub_indicator)


@dataclass(frozen=True, slots=True)
class YearBasis:
    """The agency's working year: first month and day, and whether it is named by its start or its end."""

    start_month: int = 10
    start_day: int = 1
    named_by: str = "end"

    @property
    def is_fiscal(self) -> bool:
        return (self.start_month, self.start_day, self.named_by) == (10, 1, "end")


@dataclass(frozen=True, slots=True)
class Agency:
    code: str
    name: str
    type: str
    province: str
    homepage: str
    year_basis: YearBasis = YearBasis()


@dataclass(frozen=True, slots=True)
class Answer:
    """An agency's answer to one item. `explanation` is free text, often a click path."""

    item: str
    disclosed: bool
    urls: tuple[str, ...] = ()
    explanation: str = ""
    exclusion_reason: str = ""


@dataclass(frozen=True)
class Submission:
    """One agency's answers to one year's form (`oit-submission/1`). `approved_at` None: not approved by the head."""

    framework: int
    agency: Agency
    answers: tuple[Answer, ...]
    approved_by: str = ""
    approved_at: str | None = None
    source: str = ""
    as_of: date | None = None
    searched: str = ""
    """Empty for what an agency submitted; of a self-check `whole` or `part`: how much of the website was searched."""

    @cached_property
    def by_item(self) -> dict[str, Answer]:
        return {answer.item: answer for answer in self.answers}
