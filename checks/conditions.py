"""Conditions that an item's exceptions put on top of its elements, by the exception's code (facts: effect `condition`)."""

from __future__ import annotations

from collections.abc import Callable

from checks.context import ItemEvidence
from checks.search import hits, not_met, unread_reason, unsure
from oit.findings import Finding, Reason


def broken(evidence: ItemEvidence) -> Finding | None:
    """The first condition of the item that does not hold for these sources, or None."""
    for rule in evidence.item.exceptions:
        check = _CONDITIONS.get(rule.code)
        if rule.effect == "condition" and check is not None and (finding := check(evidence)) is not None:
            return finding
    return None


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


_CONDITIONS: dict[str, Callable[[ItemEvidence], Finding | None]] = {"local_government_dual": _two_sides}
