"""Conditions that an item's exceptions put on top of its elements, by the exception's code (facts: effect `condition`).

A condition that was carried over from another year's form does not fail an item alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from checks.context import ItemEvidence
from checks.search import hits, not_met, unread_reason, unsure
from oit.findings import Finding, Reason, Verdict


def broken(evidence: ItemEvidence) -> Finding | None:
    """The first condition of the item that does not hold for these sources, or None."""
    for rule in evidence.item.exceptions:
        check = _CONDITIONS.get(rule.code)
        if rule.effect == "condition" and check is not None and (finding := check(evidence)) is not None:
            return unverified(finding) if rule.status else finding
    return None


def unverified(finding: Finding) -> Finding:
    """The finding where the criteria behind it are not certain: what is absent is then for a person."""
    if finding.verdict is not Verdict.NOT_MET:
        return finding
    return replace(finding, verdict=Verdict.UNSURE, reasons=(*finding.reasons, Reason.CRITERIA_UNVERIFIED.value))


def _two_sides(evidence: ItemEvidence) -> Finding | None:
    """Local government shows the political and the permanent side (ITA Manual 2022, o1 and o2)."""
    if not evidence.is_local_government:
        return None
    political = hits(evidence, evidence.terms("political_side"))
    permanent = hits(evidence, evidence.terms("permanent_side"), evidence.terms("not_permanent_side"))
    if political and permanent:
        return None
    trouble = unread_reason(evidence.sources)
    if trouble:
        return unsure(trouble)
    missing = "permanent" if political else "political" if permanent else "both"
    return not_met(Reason.ONE_SIDE_ONLY, [hit.quote() for hit in (political or permanent)[:1]], 0.9, missing)


def _whole_province(evidence: ItemEvidence) -> Finding | None:
    """A province shows governor, deputies, provincial office and the regional services (form of FY2568, o1)."""
    if evidence.agency.type != "province":
        return None
    asked = ("province_head", "province_deputies", "province_office", "regional_services")
    missing = [name for name in asked if not hits(evidence, evidence.terms(name), _part_of(name, evidence))]
    if not missing:
        return None
    trouble = unread_reason(evidence.sources)
    if trouble:
        return unsure(trouble)
    return not_met(Reason.ELEMENT_MISSING, (), 0.85, ", ".join(evidence.terms(name)[0] for name in missing))


def _part_of(name: str, evidence: ItemEvidence) -> tuple[str, ...]:
    """The deputy's title holds the governor's."""
    return evidence.terms("province_deputies") if name == "province_head" else ()


_CONDITIONS: dict[str, Callable[[ItemEvidence], Finding | None]] = {
    "local_government_dual": _two_sides,
    "province_structure": _whole_province,
}
