"""A report that passes although it speaks of other projects than the plan it reports on is left to a person.

Facts name the parent of such items (`consistent_with`: they must follow that item's plan, policy or measures); reviewers
reject a broken chain (practice notes, R11). Said only where both sides are plain: each lists three projects or more, the
parent is met, both were read in full, and not one name of either stands anywhere in the other. Everything else says nothing.
"""

from __future__ import annotations

from dataclasses import replace

from checks import combine, outcomes, projects
from checks.context import ItemEvidence
from oit.findings import ItemResult, Reason, Verdict

_ASPECTS = frozenset({"plan", "policy", "measures"})


def broken(evidence: ItemEvidence, result: ItemResult) -> bool:
    """Whether an item that is met names projects of which its parent item, met and readable, names none."""
    told = evidence.item.consistent_with
    if result.verdict is not Verdict.MET or told is None or told[1] not in _ASPECTS or _looked_for(evidence):
        return False
    parent = evidence.other(told[0])
    if parent is None:
        return False
    mine = [source for source in evidence.sources if source.document.sha256 in result.documents]
    theirs = list(parent.sources)
    if {s.document.sha256 for s in mine} & {s.document.sha256 for s in theirs} or not _plain(evidence, parent):
        return False
    return projects.differ(mine, theirs, evidence) and combine.judge_item(parent).verdict is Verdict.MET


def doubted(result: ItemResult) -> ItemResult:
    """The result with a broken chain: for a person, its findings unchanged."""
    return replace(result, verdict=Verdict.UNSURE, confidence=0.5, reasons=(Reason.WEAK_MATCH.value,))


def _plain(evidence: ItemEvidence, parent: ItemEvidence) -> bool:
    """Whether everything offered for both came and was read."""
    return all(
        outcomes.trouble(one) is None and not any(source.has_unread_pages for source in one.sources)
        for one in (evidence, parent)
    )


def _looked_for(evidence: ItemEvidence) -> bool:
    """Whether an element of the item asks for it already."""
    return any(element.kind == "follows" for element in evidence.item.required_elements)
