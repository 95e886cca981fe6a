"""Judges all items of one agency: the one place where a faulty check is caught and named."""

from __future__ import annotations

import logging
from dataclasses import replace
from urllib.parse import urlsplit

from checks import calibration, chain, combine, identity
from checks.context import AgencyEvidence, ItemEvidence
from checks.notes import notes
from checks.trace import Trace
from oit.findings import ItemResult, Note, Reason, Verdict
from oit.model import Item

log = logging.getLogger(__name__)
_ELSEWHERE = 5


def judge(agency: AgencyEvidence) -> list[ItemResult]:
    """The results of all items of the form, in form order. Pure: same evidence, same results."""
    return [judge_one(agency, item) for item in agency.framework.items]


def judge_one(agency: AgencyEvidence, item: Item, trace: Trace | None = None) -> ItemResult:
    """The result of one item; a check that breaks makes the item `unsure` with `check_error`, never the run fail.

    `trace` is filled with what was looked at and why; the result is the same with and without.
    """
    evidence = agency.evidence_for(item)
    if trace is not None:
        evidence = replace(evidence, trace=trace)
    try:
        judged = combine.judge_item(evidence)
        broken = chain.broken(evidence, judged)
        result = calibration.weigh(chain.doubted(judged) if broken else judged)
        remarks = notes(evidence, result)
        result = replace(result, notes=(*remarks, Note.PLAN_NOT_FOLLOWED.value) if broken else remarks)
        if result.verdict is not Verdict.MET:
            result = replace(result, found_elsewhere=found_elsewhere(agency.evidence_for(item)))
        return result
    except Exception as err:
        log.exception("check of %s failed for agency %s", item.code, agency.agency.code)
        return ItemResult(item.code, item.slug, Verdict.UNSURE, 0.5, (Reason.CHECK_ERROR.value,), detail=repr(err))


def found_elsewhere(evidence: ItemEvidence) -> tuple[tuple[str, float], ...]:
    """Pages and documents fetched on the way, not submitted for this item, that would answer it."""
    around = evidence.agency_evidence
    mine = {source.document.sha256 for source in evidence.sources}
    found: dict[str, float] = {}
    for fetch in around.fetches:
        text = around.texts.get(fetch.sha256)
        if (
            text is None
            or fetch.sha256 in mine
            or text.outcome != "ok"
            or fetch.outcome != "ok"
            or not urlsplit(fetch.url).path.strip("/")
            or not identity.may_be(text, evidence)
        ):
            continue
        mine.add(fetch.sha256)
        source = evidence.source(fetch, text)
        suits = identity.fit(source, evidence)
        if source.is_home or not suits.is_this or suits.own < suits.rival_score:
            continue
        assessment = combine.assess(evidence.with_sources([source]))
        if assessment.verdict is Verdict.MET and calibration.holds(Verdict.MET, assessment.confidence):
            found[source.url] = round(calibration.probability(Verdict.MET, assessment.confidence), 2)
    best = sorted(found.items(), key=lambda pair: -pair[1])
    return tuple(best[:_ELSEWHERE])
