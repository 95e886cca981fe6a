"""From findings to a verdict: sources of the right year, each required element, the year, conditions, then trouble.

`met` needs every required element and the year; `not_met` needs proof from what was readable; all else is `unsure`
(result contract, section 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any

from checks import agency_name, conditions, identity, outcomes, stuffing, years
from checks.context import ItemEvidence, Source
from checks.search import hollowness, not_met, unread_reason
from checks.trace import Aside, Step
from evidence.text.document import LINK
from evidence.text.matching import contains
from oit.findings import ElementResult, Finding, ItemResult, Outcome, Reason, Verdict, YearResult
from oit.model import Element

_UNSURE_CRITERIA = frozenset({"low", "low_medium", "none"})
_BY_NAME = frozenset({
    "document", "document_or_table", "document_series", "list_of_documents", "list_or_links", "static_page_or_file",
    "static_page_or_image",
})  # fmt: skip
"""Evidence that has a name: words alone, under no title, link or file name of the item, are too little."""
_BLANK = Finding(Verdict.NOT_MET, 0.0)
_FIRST = (
    Reason.OTHER_AGENCY, Reason.CRITERIA_TEXT_ONLY, Reason.NOT_CURRENT_HEAD, Reason.ONE_SIDE_ONLY, Reason.YEAR_WRONG,
    Reason.PLAN_EXPIRED, Reason.PERIOD_INCOMPLETE, Reason.WRONG_DOCUMENT, Reason.NOT_TWO_WAY, Reason.CHANNEL_NOT_ONLINE,
    Reason.CHANNEL_NOT_SEPARATE, Reason.NOT_ON_MAIN_WEBSITE, Reason.EMPTY_FORM, Reason.UNIT_LEVEL_ONLY,
    Reason.ELEMENT_MISSING,
)  # fmt: skip


@dataclass(frozen=True)
class Assessment:
    """What the sources of an item say: findings of its elements, its year, a broken condition, the reasons in order."""

    verdict: Verdict
    confidence: float
    reasons: tuple[str, ...]
    elements: tuple[ElementResult, ...]
    year: YearResult | None
    sources: tuple[Source, ...] = ()


def judge_item(evidence: ItemEvidence) -> ItemResult:
    """The verdict on one item of one agency."""
    answer = evidence.answer
    if evidence.trace:
        evidence.trace.offered(evidence.sources)
        evidence.trace.settled(Step.ANSWER)
    if evidence.framework.partial:
        return _plain(evidence, Verdict.UNSURE, 0.5, Reason.CRITERIA_UNVERIFIED)
    if answer is None and evidence.item.code in evidence.agency_evidence.not_asked:
        return _plain(evidence, Verdict.UNSURE, 0.5, Reason.NOT_ASKED)
    if answer is None:
        return _unanswered(evidence)
    if not answer.disclosed:
        if outcomes.exclusion_requested(evidence):
            return _plain(evidence, Verdict.UNSURE, 0.88, Reason.EXCLUSION_REQUESTED)
        return _plain(evidence, Verdict.NOT_MET, 0.98, Reason.ANSWERED_NO)
    sources = usable(evidence)
    _tell_unusable(evidence, sources)
    assessment = assess(evidence.with_sources(sources)) if sources else None
    _settled(evidence, Step.SOURCES)
    if assessment is not None and assessment.verdict is Verdict.MET:
        return _result(evidence, assessment)
    if outcomes.exclusion_requested(evidence):
        _settled(evidence, Step.EXCLUSION)
        return _with(evidence, assessment, Verdict.UNSURE, 0.88, Reason.EXCLUSION_REQUESTED)
    return _unsettled(evidence, assessment)


def _unanswered(evidence: ItemEvidence) -> ItemResult:
    """An item nothing was given for; of a self-check, an item nothing was found for."""
    searched = evidence.agency_evidence.submission.searched
    if not searched:
        return _plain(evidence, Verdict.NOT_MET, 0.99, Reason.NOT_ANSWERED)
    whole = searched == "whole"
    verdict, strength = (Verdict.NOT_MET, 0.85) if whole else (Verdict.UNSURE, 0.5)
    return _plain(evidence, verdict, strength, Reason.NOT_FOUND_ON_SITE)


def _settled(evidence: ItemEvidence, step: Step) -> None:
    if evidence.trace:
        evidence.trace.settled(step)


def _tell_unusable(evidence: ItemEvidence, sources: Sequence[Source]) -> None:
    if evidence.trace:
        for source in evidence.sources:
            if all(source is not kept for kept in sources):
                evidence.trace.set_aside(source, Aside.HOME if source.is_home else Aside.HUB)


def _set_aside(evidence: ItemEvidence, sources: Sequence[tuple[Source, Finding]], why: str = "") -> None:
    """Tell that these sources are not asked: for `why`, or for the first reason of their finding."""
    if evidence.trace:
        for source, finding in sources:
            reason = why or next(iter(finding.reasons), "")
            evidence.trace.set_aside(source, reason, finding.detail, finding.quotes)


def usable(evidence: ItemEvidence) -> list[Source]:
    """Sources that may prove something: not the home page (unless the item may live there), not bare hubs."""
    on_home = bool(evidence.item.identity.get("home"))
    kept = [source for source in evidence.sources if on_home or not source.is_home]
    return [source for source in kept if not (source.scope.is_hub and not source.scope.is_section)] or [
        source for source in kept if on_home or not source.scope.is_hub
    ]


def _unsettled(evidence: ItemEvidence, assessment: Assessment | None) -> ItemResult:
    """An item that its sources do not settle as met: what failed to come decides between `unsure` and `not_met`."""
    effect = outcomes.trouble(evidence)
    if effect is not None and effect.reason == Outcome.LOGIN_REQUIRED and assessment is not None:
        effect = None
    if effect is not None and not effect.proved and _may_hold_evidence(assessment):
        _settled(evidence, Step.TROUBLE)
        return _with(evidence, assessment, Verdict.UNSURE, 0.9, effect.reason)
    if assessment is None:
        _settled(evidence, Step.TROUBLE if effect is not None else Step.NO_SOURCES)
        return _without_sources(evidence, effect)
    if effect is not None and effect.proved and not _substantive(evidence, assessment):
        _settled(evidence, Step.TROUBLE)
        return _with(evidence, assessment, Verdict.NOT_MET, 0.93, effect.reason)
    return _result(evidence, assessment)


def _may_hold_evidence(assessment: Assessment | None) -> bool:
    """Whether something that failed to come could still change the verdict; a wrong signatory, say, it could not."""
    return assessment is None or Reason.NOT_CURRENT_HEAD not in assessment.reasons


def _substantive(evidence: ItemEvidence, assessment: Assessment) -> bool:
    """Whether what was read is a document of the item, judged for what it says."""
    return any(identity.fit(source, evidence).score >= 0.6 for source in assessment.sources) or any(
        element.finding.verdict is Verdict.MET for element in assessment.elements
    )


def _without_sources(evidence: ItemEvidence, effect: outcomes.Effect | None) -> ItemResult:
    answer = evidence.answer
    explanation = answer.explanation if answer else ""
    steps = outcomes.reads_as_steps(evidence)
    if effect is not None:
        verdict = Verdict.NOT_MET if effect.proved else Verdict.UNSURE
        return _plain(evidence, verdict, 0.93 if effect.proved else 0.9, effect.reason)
    if outcomes.homepage_only(evidence):
        lost = steps and not outcomes.says_nothing(explanation)
        return _plain(
            evidence, Verdict.UNSURE if lost else Verdict.NOT_MET, 0.55 if lost else 0.85, Reason.HOMEPAGE_ONLY
        )
    if not (answer and answer.urls):
        return _plain(evidence, Verdict.UNSURE if steps else Verdict.NOT_MET, 0.55 if steps else 0.9, Reason.NO_URL)
    hubs = [source for source in evidence.sources if source.scope.is_hub]
    if hubs:
        return _plain(evidence, Verdict.NOT_MET, 0.85, Reason.CRITERIA_TEXT_ONLY)
    return _plain(evidence, Verdict.UNSURE, 0.5, Reason.UNREADABLE)


# ---------------------------------------------------------------- assessing readable sources


def assess(evidence: ItemEvidence) -> Assessment:
    """Elements and year over the sources of `evidence`; never a verdict where it is not known what the item asks for."""
    assessment = _assess(evidence)
    if evidence.item.established:
        return assessment
    reasons = tuple(dict.fromkeys((Reason.CRITERIA_UNVERIFIED.value, *assessment.reasons)))
    return replace(assessment, verdict=Verdict.UNSURE, confidence=0.5, reasons=reasons)


def _assess(evidence: ItemEvidence) -> Assessment:
    foreign, own = _split_foreign(evidence)
    own = _without_impostors(own, evidence)
    if not foreign and not own:
        return _foreign(evidence, [(source, not_met(Reason.WRONG_DOCUMENT, (), 0.9)) for source in evidence.sources])
    evidence = evidence if foreign else evidence.with_sources(own)
    if foreign:
        rest = _assess(evidence.with_sources(own)) if any(not source.is_way for source in own) else None
        return rest if rest is not None and rest.verdict is Verdict.MET else _foreign(evidence, foreign)
    content = [source for source in evidence.sources if not source.is_way] or list(evidence.sources)
    _set_aside(evidence, [(s, _BLANK) for s in evidence.sources if all(s is not kept for kept in content)], Aside.WAY)
    hollow = [(source, reason) for source in content if (reason := _hollow(source, evidence))]
    _set_aside(evidence, [(source, not_met(reason)) for source, reason in hollow])
    filled = [source for source in content if all(source is not other for other, _ in hollow)]
    filled = [stuffing.without_stuffed_blocks(source, evidence) for source in filled]
    if content and not filled and not unread_reason(content):
        return _foreign(evidence, [(source, not_met(reason, (), 0.87)) for source, reason in hollow])
    content = _without_neighbours(evidence, filled or content)
    if all(not source.is_way and identity.is_foreign_title(source, evidence) for source in content):
        return _foreign(evidence, [(source, not_met(Reason.WRONG_DOCUMENT, (), 0.85)) for source in content])
    elements, year, accepted = _of_parts(evidence, content)
    if _only_criteria(evidence) and not all(element.finding.verdict is Verdict.MET for element in elements):
        return _criteria_only(evidence, elements, year)
    return verdict_of(evidence, elements, year, tuple(accepted))


def _of_parts(
    evidence: ItemEvidence, content: list[Source]
) -> tuple[tuple[ElementResult, ...], YearResult, list[Source]]:
    """Elements, year and the sources of the right year, over every part of the item that has a year rule of its own."""
    found = [_of_one_part(evidence.part(part), content) for part in evidence.item.parts]
    if len(found) == 1:
        return found[0]
    by_id = {element.id: element for elements, _, _ in found for element in elements}
    ordered = tuple(by_id[element.id] for element in evidence.item.required_elements)
    accepted = [source for source in content if any(source in mine for _, _, mine in found)]
    return ordered, years.together(evidence.item.year_rule.kind, [year for _, year, _ in found]), accepted


def _of_one_part(
    evidence: ItemEvidence, content: list[Source]
) -> tuple[tuple[ElementResult, ...], YearResult, list[Source]]:
    by_source = [(source, years.of_source(evidence, source)) for source in content]
    right = [source for source, year in by_source if not year.wrong]
    if right:
        _set_aside(evidence, [(s, not_met(year.reason, year.quotes)) for s, year in by_source if year.wrong])
    accepted = right or content
    elements = _elements(evidence.with_sources(accepted))
    wrong = [source for source, year in by_source if year.wrong]
    year = _year(evidence, elements, accepted)
    if right and wrong:
        elements, year = _prefer_wrong_year(evidence, elements, year, wrong)
    return elements, year, accepted


def _without_impostors(sources: Sequence[Source], evidence: ItemEvidence) -> list[Source]:
    """Sources that are neither taken over by advertisements nor guides to the assessment."""
    kept = []
    for source in sources:
        why = Aside.HIJACKED if is_hijacked(source, evidence) else None
        why = why or (Aside.GUIDE if identity.is_guide(source, evidence) else None)
        if why is None:
            kept.append(source)
        else:
            _set_aside(evidence, [(source, _BLANK)], why)
    return kept


def _hollow(source: Source, evidence: ItemEvidence) -> Reason | None:
    """Why a document holds nothing of the item, or None: a blank form, a bare cover, or the criteria's words in a row."""
    return hollowness(source) or (Reason.CRITERIA_TEXT_ONLY if stuffing.is_stuffed(source, evidence) else None)


def _without_neighbours(evidence: ItemEvidence, content: list[Source]) -> list[Source]:
    """Sources that do not clearly belong to a neighbour on a shared page: a linked file titled as another item's."""
    kept = []
    for source in content:
        suits = identity.fit(source, evidence)
        another = suits.is_another and suits.rival_score >= 0.85 and suits.own < 0.55 and suits.given < 0.8
        if not (another and source.fetch.purpose in ("linked", "frame")):
            kept.append(source)
        else:
            _set_aside(evidence, [(source, not_met(Aside.NEIGHBOUR, (), 0.85, suits.rival))])
    return kept or content


def _elements(evidence: ItemEvidence) -> tuple[ElementResult, ...]:
    found = tuple(ElementResult(element.id, find(element, evidence)) for element in evidence.item.required_elements)
    return _with_condition(found, evidence)


def _year(evidence: ItemEvidence, elements: Sequence[ElementResult], accepted: Sequence[Source]) -> YearResult:
    """The year over the sources that carry the elements; months are counted over all accepted ones.

    Where the rule is for some elements only, the months of the others' documents (a plan's calendar) do not count.
    """
    rule = evidence.item.year_rule
    if rule.kind in years.PERIOD_RULES and not rule.elements:
        return years.judge(evidence, accepted)
    carriers = _carriers(elements, accepted)
    if rule.elements and 2 * sum(e.finding.verdict is Verdict.MET for e in elements) < len(elements):
        # What is not there has no year: the elements say that they are missing.
        return YearResult(rule.kind, Finding(Verdict.UNSURE, 0.5, (Reason.YEAR_ABSENT.value,)))
    return years.judge(evidence, (_main_carriers(elements, carriers) if rule.elements else carriers) or accepted)


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """One element by its kind; an element on uncertain criteria cannot alone prove absence."""
    if evidence.trace:
        evidence.trace.begin(element, evidence.sources)
    finding = _confirmed(element, _kind(element.kind).find(element, evidence))
    if evidence.trace:
        evidence.trace.end(finding)
    return finding


def _confirmed(element: Element, finding: Finding) -> Finding:
    if finding.verdict is Verdict.MET and not finding.quotes:
        return replace(finding, verdict=Verdict.UNSURE, reasons=(Reason.WEAK_MATCH.value,))
    return conditions.unverified(finding) if element.confidence in _UNSURE_CRITERIA else finding


@cache
def _kind(name: str) -> Any:
    return import_module(f"checks.kinds.{name}")


def _split_foreign(evidence: ItemEvidence) -> tuple[list[tuple[Source, Finding]], list[Source]]:
    """Sources that speak for another agency or another assessment, each with why, and the others."""
    foreign, own = [], []
    for source in evidence.sources:
        free = evidence.item.identity.get("any_body") or identity.is_guide(source, evidence)
        other = None if free else agency_name.other_agency(source, evidence)
        unit = None if evidence.item.exception("unit_level_allowed") else agency_name.one_unit(source, evidence)
        if other is not None:
            foreign.append((source, not_met(Reason.OTHER_AGENCY, [other[1]], 0.88, other[0])))
        elif not evidence.item.identity.get("any_body") and agency_name.is_national(source, evidence):
            foreign.append((source, not_met(Reason.OTHER_AGENCY, (), 0.85)))
        elif unit is not None:
            foreign.append((source, not_met(Reason.UNIT_LEVEL_ONLY, [unit], 0.85)))
        elif not source.is_page and identity.other_instrument(source, evidence) is not None:
            foreign.append((source, not_met(Reason.WRONG_DOCUMENT, (), 0.85)))
        else:
            own.append(source)
    _set_aside(evidence, foreign)
    return foreign, own


def is_hijacked(source: Source, evidence: ItemEvidence) -> bool:
    """Whether a page was taken over by advertisements for gambling and the like."""
    words = evidence.terms("hijack_words")
    return source.is_page and len({match.term for match in source.index.find(words, slips=False)}) >= 2


def _foreign(evidence: ItemEvidence, foreign: list[tuple[Source, Finding]]) -> Assessment:
    sources = tuple(source for source, _ in foreign)
    finding = foreign[0][1]
    elements = tuple(ElementResult(element.id, finding) for element in evidence.item.required_elements)
    year = years.judge(evidence, sources)
    return Assessment(Verdict.NOT_MET, finding.confidence, finding.reasons, elements, year, sources)


def _carriers(elements: Sequence[ElementResult], accepted: Sequence[Source]) -> list[Source]:
    """The sources whose words carry the elements, and those they were reached from or lead to."""
    carrying = {quote.sha256 for element in elements for quote in element.finding.quotes}
    return [source for source in accepted if source.document.sha256 in carrying]


def _main_carriers(elements: Sequence[ElementResult], carriers: list[Source]) -> list[Source]:
    """Of the carriers, those that carry at least half as many elements as the one that carries most."""
    carried = [
        sum(any(quote.sha256 == source.document.sha256 for quote in element.finding.quotes) for element in elements)
        for source in carriers
    ]
    return [source for source, count in zip(carriers, carried, strict=True) if 2 * count >= max(carried)]


def _prefer_wrong_year(
    evidence: ItemEvidence, elements: tuple[ElementResult, ...], year: YearResult, wrong: Sequence[Source]
) -> tuple[tuple[ElementResult, ...], YearResult]:
    """Where only a document of another year holds the elements, the year is what is wrong, not the elements."""
    theirs = evidence.with_sources(wrong)
    found = _elements(theirs)
    held = sum(element.finding.verdict is Verdict.MET for element in found)
    mine = sum(element.finding.verdict is Verdict.MET for element in elements)
    if held > mine and held * 2 > len(found) and not unread_reason(evidence.sources):
        return found, years.judge(theirs, wrong)
    return elements, year


def _with_condition(elements: tuple[ElementResult, ...], evidence: ItemEvidence) -> tuple[ElementResult, ...]:
    if not any(element.finding.verdict is Verdict.MET for element in elements):
        return elements
    failed = conditions.broken(evidence)
    if failed is None:
        return elements
    first, *rest = elements
    if evidence.item.confidence_detail.get("elements") in _UNSURE_CRITERIA:
        failed = conditions.unverified(failed)
    return (ElementResult(first.id, failed), *rest)


def _only_criteria(evidence: ItemEvidence) -> bool:
    """Whether all there is repeats the criteria, with links at most."""
    return bool(evidence.sources) and all(
        source.is_page
        and not any(block.table >= 0 for _, _, block in source.blocks())
        and source.scope.criteria_blocks
        and sum(b.end - b.start for _, _, b in source.blocks() if b.kind != LINK) < 160
        for source in evidence.sources
    )


def _criteria_only(evidence: ItemEvidence, elements: tuple[ElementResult, ...], year: YearResult) -> Assessment:
    finding = not_met(Reason.CRITERIA_TEXT_ONLY, (), 0.88)
    blank = tuple(ElementResult(element.id, finding) for element in elements)
    return Assessment(Verdict.NOT_MET, 0.88, (Reason.CRITERIA_TEXT_ONLY.value,), blank, year, evidence.sources)


def verdict_of(
    evidence: ItemEvidence, elements: tuple[ElementResult, ...], year: YearResult, sources: tuple[Source, ...]
) -> Assessment:
    """What these findings of the elements and the year come to."""
    findings = [element.finding for element in elements]
    if not elements:
        return Assessment(Verdict.UNSURE, 0.5, (Reason.CRITERIA_UNVERIFIED.value,), elements, year, sources)
    everything = [*findings, year.finding]
    failed = [finding for finding in everything if finding.verdict is Verdict.NOT_MET]
    doubted = [finding for finding in everything if finding.verdict is Verdict.UNSURE]
    if failed:
        confidence = max(finding.confidence for finding in failed)
        held = any(finding.verdict is Verdict.MET for finding in findings)
        reasons = _ordered(failed, doubted, not held and Reason.YEAR_WRONG not in year.finding.reasons)
        return Assessment(Verdict.NOT_MET, confidence, reasons, elements, year, sources)
    if doubted:
        return Assessment(Verdict.UNSURE, 0.5, _ordered(doubted, []), elements, year, sources)
    if evidence.item.evidence_type in _BY_NAME and not any(
        identity.is_named(source, evidence) for source in evidence.sources
    ):
        return Assessment(Verdict.UNSURE, 0.5, (Reason.WEAK_MATCH.value,), elements, year, sources)
    confidence = min(finding.confidence for finding in everything)
    return Assessment(Verdict.MET, confidence, (), elements, year, sources)


def _ordered(first: Sequence[Finding], then: Sequence[Finding], nothing_held: bool = False) -> tuple[str, ...]:
    """Reasons with the one that says most in front: a wrong document of high confidence before its year."""
    reasons = list(dict.fromkeys(reason for finding in (*first, *then) for reason in finding.reasons))
    sure = [f for f in first if Reason.WRONG_DOCUMENT in f.reasons and f.confidence >= 0.87]
    rank: dict[str, int] = {reason.value: place for place, reason in enumerate(_FIRST)}
    if sure:
        rank[Reason.WRONG_DOCUMENT] = -1
    if nothing_held:
        rank |= {Reason.WRONG_DOCUMENT: -3, Reason.ELEMENT_MISSING: -2}
    strong = {reason for finding in first for reason in finding.reasons}
    return tuple(sorted(reasons, key=lambda reason: (reason not in strong, rank.get(reason, 50))))


# ---------------------------------------------------------------- results


def _result(evidence: ItemEvidence, assessment: Assessment) -> ItemResult:
    return ItemResult(
        evidence.item.code,
        evidence.item.slug,
        assessment.verdict,
        round(assessment.confidence, 3),
        assessment.reasons,
        (),
        assessment.elements,
        assessment.year,
        tuple(source.document.sha256 for source in assessment.sources),
    )


def _with(
    evidence: ItemEvidence, assessment: Assessment | None, verdict: Verdict, confidence: float, reason: str
) -> ItemResult:
    if assessment is None:
        return _plain(evidence, verdict, confidence, reason)
    reasons = tuple(dict.fromkeys((str(reason), *assessment.reasons)))
    return replace(_result(evidence, assessment), verdict=verdict, confidence=confidence, reasons=reasons)


def _plain(evidence: ItemEvidence, verdict: Verdict, confidence: float, reason: str) -> ItemResult:
    """A verdict without readable sources: the elements and the year share its reason."""
    finding = Finding(verdict, confidence, (str(reason),))
    elements = tuple(ElementResult(element.id, finding) for element in evidence.item.required_elements)
    rule = evidence.item.year_rule.kind
    year = years.judge(evidence, ()) if rule in years.NO_YEAR else YearResult(rule, finding)
    return ItemResult(evidence.item.code, evidence.item.slug, verdict, confidence, (str(reason),), (), elements, year)


def says_so(text: str, terms: Sequence[str]) -> bool:
    """Whether a text holds one of the terms."""
    return bool(contains(text, terms))
