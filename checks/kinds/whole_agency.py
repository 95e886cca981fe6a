"""It speaks for the agency as a whole: it says so, is headed by the agency's name, or covers several of its units.

Keys: `any` (words that say so), `units` (words for units), `not_inside`, `min` (different units that make the whole).
"""

from __future__ import annotations

from checks.context import ItemEvidence
from checks.search import Hit, absent, hits, met
from evidence.text.document import HEADING, TITLE
from evidence.text.matching import skeleton
from oit.findings import Finding
from oit.model import Element

_UNIT_WORDS = 14
_TOP_BLOCKS = 6


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` with the words, the agency's name in the first lines, or enough units in one document."""
    params = element.params
    told = hits(evidence, tuple(params.get("any", ())))
    if told and told[0].weight >= 0.6:
        return met(0.92, [hit.quote() for hit in told[:2]])
    named = [hit for hit in hits(evidence, (evidence.agency.name,)) if _heads(hit)]
    if named:
        return met(0.85, [named[0].quote()])
    for source in evidence.sources:
        found = hits(
            evidence.with_sources([source]), tuple(params.get("units", ())), tuple(params.get("not_inside", ()))
        )
        units: dict[str, Hit] = {}
        for hit in found:
            words = source.page(hit.match.page).text[hit.match.start : hit.match.start + _UNIT_WORDS]
            units.setdefault(skeleton(words.split("\n")[0]), hit)
        if len(units) >= params.get("min", 3):
            return met(0.8, [hit.quote() for hit in list(units.values())[:3]])
    return absent(evidence, tuple(params.get("any", ())))


def _heads(hit: Hit) -> bool:
    """Whether the words stand in a title or heading, or in the first blocks that count."""
    block = hit.source.block(hit.match)
    top = [(page.number, number) for page, number, _ in hit.source.blocks()[:_TOP_BLOCKS]]
    return (block is not None and block.kind in (TITLE, HEADING)) or (hit.match.page, hit.match.block) in top
