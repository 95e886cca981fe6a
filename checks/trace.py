"""What judging one item looked at, recorded by the judging itself while it judges, and given out as plain data.

A trace is asked for by `judge_one(…, trace=Trace())`. Without one nothing is recorded and nothing is computed for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from oit.findings import Finding, Quote

if TYPE_CHECKING:
    from checks.context import Source
    from checks.identity import Fit
    from checks.outcomes import Effect
    from checks.search import Hit
    from checks.years import Dated, SourceYear
    from evidence.records import Fetch
    from oit.model import Element

MATCHES_KEPT = 6
"""So many places of each search are kept, strongest first."""
DATES_KEPT = 8


class Step(StrEnum):
    """Which question of the judging settled the verdict."""

    ANSWER = "answer"
    SOURCES = "sources"
    EXCLUSION = "exclusion"
    TROUBLE = "trouble"
    NO_SOURCES = "no_sources"


class Aside(StrEnum):
    """Why a source was not asked, beside the reasons of `oit.findings.Reason`."""

    HOME = "home"
    HUB = "hub"
    WAY = "way"
    GUIDE = "guide"
    HIJACKED = "hijacked"
    NEIGHBOUR = "neighbour"
    ANOTHER_SECTION = "another_section"
    OTHER_YEAR = "other_year"


@dataclass
class Attempt:
    """One look for one element: in which sources, for which words, what was met and what was found."""

    element: Element
    sources: tuple[Source, ...]
    searches: list[tuple[tuple[str, ...], list[Hit]]] = field(default_factory=list)
    finding: Finding | None = None


class Trace:
    """Collects what the judging of one item tells; read it with `to_json` once the item is judged."""

    def __init__(self) -> None:
        self.step = Step.SOURCES
        self._seen: dict[str, Source] = {}
        self._aside: dict[str, tuple[str, str, tuple[Quote, ...]]] = {}
        self._fits: dict[str, Fit] = {}
        self._years: dict[str, tuple[list[Dated], SourceYear]] = {}
        self._attempts: list[Attempt] = []
        self._trouble: dict[str, tuple[Fetch, Effect]] = {}
        self._skipped: dict[str, tuple[Fetch, str]] = {}
        self._open: Attempt | None = None

    # Told by the judging

    def settled(self, step: Step) -> None:
        """Which question settled the verdict; the last to say so did."""
        self.step = step

    def offered(self, sources: Sequence[Source]) -> None:
        """The readable documents of the item."""
        for source in sources:
            self._seen.setdefault(source.document.sha256, source)

    def set_aside(self, source: Source, why: str, detail: str = "", shown: Sequence[Quote] = ()) -> None:
        """A source was not asked; the first reason stands."""
        self.offered([source])
        self._aside.setdefault(source.document.sha256, (str(why), detail, tuple(shown)))

    def skipped(self, fetch: Fetch, why: str) -> None:
        """A document that came for the item and was not taken as a source at all."""
        self._skipped.setdefault(fetch.url, (fetch, str(why)))

    def fitted(self, source: Source, suits: Fit) -> None:
        """How well a source's names fit the item."""
        self._fits[source.document.sha256] = suits

    def dated(self, source: Source, dated: Sequence[Dated], year: SourceYear) -> None:
        """The times a source names and what they come to."""
        self._years[source.document.sha256] = (list(dated), year)

    def begin(self, element: Element, sources: Sequence[Source]) -> None:
        """The search for an element begins; `searched` until `end` belongs to it."""
        self._open = Attempt(element, tuple(sources))
        self._attempts.append(self._open)

    def searched(self, terms: Sequence[str], hits: Sequence[Hit]) -> None:
        """Words were looked for, with these places found, strongest first."""
        if self._open is not None and terms:
            self._open.searches.append((tuple(terms), list(hits[:MATCHES_KEPT])))

    def end(self, finding: Finding) -> None:
        """The search for the element that was begun last has come to this."""
        if self._open is not None:
            self._open.finding = finding
            self._open = None

    def failed(self, fetch: Fetch, effect: Effect) -> None:
        """Something of the item could not be fetched or read."""
        self._trouble.setdefault(fetch.url, (fetch, effect))

    # Read afterwards

    @property
    def trouble(self) -> list[tuple[Fetch, Effect]]:
        """What failed and what that does to the item."""
        return list(self._trouble.values())

    @property
    def set_asides(self) -> list[tuple[Source, str]]:
        """Sources that were not asked, each with why."""
        return [(self._seen[sha], why) for sha, (why, _, _) in self._aside.items()]

    def to_json(self) -> dict[str, Any]:
        """`step`, `sources`, `skipped`, `elements` (every look, in order) and `trouble` as plain data."""
        return {
            "step": str(self.step),
            "sources": [self._source(sha256, source) for sha256, source in self._seen.items()],
            "skipped": [
                {"url": fetch.url, "link_text": fetch.link_text, "from": fetch.parent, "why": why}
                for fetch, why in self._skipped.values()
            ],
            "elements": [_attempt(attempt) for attempt in self._attempts],
            "trouble": [
                {
                    "url": fetch.url,
                    "purpose": fetch.purpose,
                    "link_text": fetch.link_text,
                    "outcome": str(fetch.outcome),
                    "reason": str(effect.reason),
                    "proves_absence": effect.proved,
                    "detail": fetch.detail,
                }
                for fetch, effect in self.trouble
            ],
        }

    def _source(self, sha256: str, source: Source) -> dict[str, Any]:
        fetch, scope = source.fetch, source.scope
        kept = "section" if scope.is_section else "hub" if scope.is_hub else "page" if source.is_page else "whole"
        aside = self._aside.get(sha256)
        suits = self._fits.get(sha256)
        known = self._years.get(sha256)
        return {
            "url": source.url,
            "sha256": sha256,
            "kind": source.document.kind,
            "title": source.document.title,
            "pages": len(source.document.pages),
            "purpose": fetch.purpose,
            "from": fetch.parent,
            "link_text": fetch.link_text,
            "scope": kept,
            "blocks_counted": sum(len(blocks) for blocks in scope.blocks.values()),
            "criteria_blocks": scope.criteria_blocks,
            "aside": {"why": aside[0], "detail": aside[1], "quotes": [quote_json(q) for q in aside[2]]}
            if aside
            else None,
            "fit": _fit(suits) if suits else None,
            "year": _year(*known) if known else None,
        }


def quote_json(quote: Quote) -> dict[str, Any]:
    """A quote as an explanation names it: where it stands and what a person sees there."""
    return {"url": quote.url, "sha256": quote.sha256, "page": quote.page, "text": quote.text}


def _fit(suits: Fit) -> dict[str, Any]:
    return {
        "own": round(suits.own, 3),
        "given": round(suits.given, 3),
        "by": suits.name.text if suits.name else "",
        "by_itself": bool(suits.name and suits.name.own),
        "rival": suits.rival,
        "rival_score": round(suits.rival_score, 3),
    }


def _year(dated: Sequence[Dated], year: SourceYear) -> dict[str, Any]:
    decided = list(year.decided)
    rest = [item for item in dated if all(item is not other for other in decided) and item.weight > 0]
    return {
        "verdict": str(year.verdict),
        "confidence": round(year.confidence, 3),
        "reason": year.reason,
        "found_be": list(year.found_be),
        "times": [_dated(item, True) for item in decided] + [_dated(item, False) for item in rest[:DATES_KEPT]],
        "laws": sum(item.weight == 0 for item in dated),
    }


def _dated(item: Dated, decided: bool) -> dict[str, Any]:
    mention = item.mention
    return {
        "says": _said(item),
        "kind": str(mention.kind),
        "role": str(mention.role),
        "where": item.where,
        "weight": round(item.weight, 3),
        "page": item.page,
        "doubtful": item.doubtful,
        "decided": decided,
        "text": item.quote.text if item.quote else "",
    }


def _said(item: Dated) -> str:
    """A time as years and months of the Buddhist Era: `2565`, `2561–2565`, `2564-10–2565-03`, `2022-05-10`."""
    mention = item.mention
    if mention.day:
        return mention.day.isoformat()
    if mention.first and mention.last and str(mention.kind) in ("month", "span"):
        first, last = (f"{year}-{month:02d}" for year, month in (mention.first, mention.last))
        return first if first == last else f"{first}–{last}"
    years = [str(year) for year in (mention.year_be, mention.year_to_be) if year]
    return "–".join(years) or "?"


def _attempt(attempt: Attempt) -> dict[str, Any]:
    finding = attempt.finding
    return {
        "id": attempt.element.id,
        "kind": attempt.element.kind,
        "in": [source.url for source in attempt.sources],
        "searches": [
            {"terms": list(terms), "matches": [_match(hit) for hit in found]} for terms, found in attempt.searches
        ],
        "finding": finding_json(finding) if finding else None,
    }


def _match(hit: Hit) -> dict[str, Any]:
    block = hit.source.block(hit.match)
    return {
        "term": hit.match.term,
        "weight": round(hit.weight, 3),
        "likeness": round(hit.match.score, 3),
        "place": block.kind if block else "",
        **quote_json(hit.quote()),
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as an explanation shows it."""
    return {
        "verdict": str(finding.verdict),
        "confidence": round(finding.confidence, 3),
        "reasons": [str(reason) for reason in finding.reasons],
        "detail": finding.detail,
        "quotes": [quote_json(quote) for quote in finding.quotes],
    }


def terms_of(params: Mapping[str, Any]) -> dict[str, list[str]]:
    """The words an element's criteria name, by key (`any`, `purpose`, …); lists of lists are joined."""
    found: dict[str, list[str]] = {}
    for key, value in params.items():
        if isinstance(value, list | tuple):
            flat = [word for entry in value for word in (entry if isinstance(entry, list | tuple) else (entry,))]
            if words := [word for word in flat if isinstance(word, str)]:
                found[key] = words
    return found
