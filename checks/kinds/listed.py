"""Enough different things of a sort in a list: laws by name, rules by subject.

Keys: `any` (words that begin such an entry), `min` (different entries), `not_inside`, `min_letters` of an entry.
"""

from __future__ import annotations

from checks.context import ItemEvidence
from checks.search import Hit, absent, hits, met, unsure
from evidence.text.matching import skeleton
from oit.findings import Finding, Reason
from oit.model import Element


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` with `min` different entries over all sources."""
    terms = tuple(element.params.get("any", ()))
    entries: dict[str, Hit] = {}
    for hit in hits(evidence, terms, tuple(element.params.get("not_inside", ()))):
        page = hit.source.page(hit.match.page)
        words = page.text[hit.match.start : hit.match.start + 70].split("\n")[0]
        if len(skeleton(words)) >= element.params.get("min_letters", 12):
            entries.setdefault(skeleton(words)[:28], hit)
    need = element.params.get("min", 2)
    shown = [hit.quote() for hit in list(entries.values())[:3]]
    if len(entries) >= need:
        return met(0.94 if len(entries) > need else 0.85, shown)
    if entries:
        return unsure(Reason.WEAK_MATCH, shown)
    return absent(evidence, terms)
