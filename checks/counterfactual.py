"""What would change a verdict: the judging asked again with one thing otherwise. Never part of a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from checks import calibration, combine, years
from checks.context import AgencyEvidence, ItemEvidence
from checks.trace import Step, Trace
from oit.findings import Finding, ItemResult, Note, Reason, Verdict
from oit.model import Item

_MOST_AT_ONCE = 3
_MOST_CHANGES = 4
_MET = Finding(Verdict.MET, 0.9)
_NO_DOCUMENT = frozenset({
    Reason.OTHER_AGENCY, Reason.UNIT_LEVEL_ONLY, Reason.CRITERIA_TEXT_ONLY, Reason.EMPTY_FORM, Reason.WRONG_DOCUMENT,
})  # fmt: skip


class Kind(StrEnum):
    ANSWER = "answer"
    """The item is answered with an address (what then stands there decides)."""
    REACH = "reach"
    """`urls` could be opened; `verdict` is what the rest alone would come to."""
    PERSON = "person"
    """A person decides: on the request to leave the item out, or on projects that are not those of the plan."""
    CRITERIA = "criteria"
    """The criteria are confirmed."""
    DOCUMENT = "document"
    """A document of the item, of the agency itself and filled in, stands at the address."""
    NAME = "name"
    """The document, or the link to it, is called what the item asks for."""
    STRONGER = "stronger"
    """`elements` (and the time where `year` says so) stood more clearly: all is found, but too weakly to pass."""
    FOUND = "found"
    """`elements` were found, and the time were right where `year` says so."""
    WITHOUT = "without"
    """`urls` were not there."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would change the verdict, and to what.

    `title_year`: the Buddhist year that, standing in the title, would settle the time. `months`: BE months (`2564-11`)
    that would have to be covered.
    """

    kind: Kind
    verdict: Verdict
    elements: tuple[str, ...] = ()
    year: bool = False
    title_year: int | None = None
    months: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


def changes(agency: AgencyEvidence, item: Item, result: ItemResult, trace: Trace) -> tuple[Change, ...]:
    """What would change `result`, found by judging again; `trace` is the one of that judgement. Pure."""
    evidence = agency.evidence_for(item)
    if Reason.CHECK_ERROR in result.reasons:
        return (Change(Kind.PERSON, Verdict.UNSURE),)
    if result.verdict is Verdict.MET:
        return tuple(_resting_on(evidence, result))[:_MOST_CHANGES]
    if trace.step is Step.ANSWER and Reason.CRITERIA_UNVERIFIED in result.reasons:
        return (Change(Kind.CRITERIA, Verdict.UNSURE),)
    if trace.step is Step.ANSWER:
        asked = Reason.EXCLUSION_REQUESTED in result.reasons
        return (Change(Kind.PERSON if asked else Kind.ANSWER, Verdict.MET),)
    if trace.step is Step.EXCLUSION:
        return (Change(Kind.PERSON, Verdict.EXCLUDED), *_found(evidence))
    if trace.step is Step.TROUBLE:
        return (_reached(agency, item, trace),)
    if Note.PLAN_NOT_FOLLOWED in result.notes:
        return (Change(Kind.PERSON, Verdict.MET),)
    return tuple(_found(evidence)) or (Change(Kind.DOCUMENT, Verdict.MET),)


def _resting_on(evidence: ItemEvidence, result: ItemResult) -> Iterator[Change]:
    """Sources without which an item would not be met."""
    carrying = {quote.sha256 for element in result.elements for quote in element.finding.quotes}
    carrying |= {quote.sha256 for quote in (result.year.finding.quotes if result.year else ())}
    for source in evidence.sources:
        if source.document.sha256 in carrying:
            rest = [other for other in evidence.sources if other is not source]
            alone = calibration.weigh(combine.judge_item(evidence.with_sources(rest)))
            if alone.verdict is not Verdict.MET:
                yield Change(Kind.WITHOUT, alone.verdict, urls=(source.url,))


def _reached(agency: AgencyEvidence, item: Item, trace: Trace) -> Change:
    failed = tuple(fetch.url for fetch, _ in trace.trouble)
    rest = tuple(fetch for fetch in agency.fetches if fetch.url not in failed)
    alone = calibration.weigh(combine.judge_item(replace(agency, fetches=rest).evidence_for(item)))
    return Change(Kind.REACH, alone.verdict, urls=failed)


def _found(evidence: ItemEvidence) -> list[Change]:
    """The smallest sets of findings that would have to be met for another verdict."""
    sources = combine.usable(evidence)
    if not sources:
        return []
    mine = combine.assess(evidence.with_sources(sources))
    if not evidence.item.established:
        return [Change(Kind.CRITERIA, Verdict.UNSURE)]
    shared = {id(element.finding) for element in mine.elements}
    if mine.reasons and mine.reasons[0] in _NO_DOCUMENT and len(shared) == 1:
        return [Change(Kind.DOCUMENT, Verdict.MET)]
    lacking = [n for n, element in enumerate(mine.elements) if element.finding.verdict is not Verdict.MET]
    bad_year = mine.year is not None and mine.year.finding.verdict is not Verdict.MET
    open_ends = [*lacking, *([-1] if bad_year else [])]
    if mine.verdict is Verdict.MET:
        return [_stronger(mine)]
    if not open_ends:
        return [Change(Kind.NAME, Verdict.MET)]
    found: list[Change] = []
    for size in range(1, min(len(open_ends), _MOST_AT_ONCE) + 1):
        for chosen in combinations(open_ends, size):
            if not any(_covers(known, chosen, mine) for known in found):
                found += _with(evidence, mine, chosen)
    if not any(change.verdict is Verdict.MET for change in found):
        found += _with(evidence, mine, open_ends)
    return sorted(found, key=lambda change: change.verdict is not Verdict.MET)[:_MOST_CHANGES]


def _covers(known: Change, chosen: Sequence[int], mine: combine.Assessment) -> bool:
    ids = {mine.elements[n].id for n in chosen if n >= 0}
    return set(known.elements) <= ids and (not known.year or -1 in chosen) and known.verdict is Verdict.MET


def _with(evidence: ItemEvidence, mine: combine.Assessment, chosen: Sequence[int]) -> list[Change]:
    """The change of these findings to met (-1: the year), where it changes the verdict."""
    assert mine.year is not None
    elements = tuple(replace(e, finding=_MET) if n in chosen else e for n, e in enumerate(mine.elements))
    year = replace(mine.year, finding=_MET) if -1 in chosen else mine.year
    verdict = combine.verdict_of(evidence.with_sources(mine.sources), elements, year, mine.sources).verdict
    if verdict is mine.verdict:
        return []
    ids = tuple(mine.elements[n].id for n in chosen if n >= 0)
    if -1 not in chosen:
        return [Change(Kind.FOUND, verdict, ids)]
    return [Change(Kind.FOUND, verdict, ids, True, _title_year(evidence, mine), mine.year.months_missing)]


def _stronger(mine: combine.Assessment) -> Change:
    """The findings too weak to let a met item stand."""
    weak = tuple(e.id for e in mine.elements if not calibration.holds(Verdict.MET, e.finding.confidence))
    year = mine.year is not None and not calibration.holds(Verdict.MET, mine.year.finding.confidence)
    return Change(Kind.STRONGER, Verdict.MET, weak, year)


def _title_year(evidence: ItemEvidence, mine: combine.Assessment) -> int | None:
    """The year that would settle the time if it stood in the title of one of the sources; None where none would."""
    if evidence.item.year_rule.kind in years.PERIOD_RULES:
        return None
    asked = evidence.year.offset(evidence.item.year_rule.fy_offset or 0).year_be
    settled = (years.with_title(evidence, source, asked).verdict is Verdict.MET for source in mine.sources)
    return asked if any(settled) else None
