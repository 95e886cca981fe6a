"""The agency carried it out itself, and did not only attend somebody else's event (ITA Manual 2022, o38).

Keys: `own` (words of organising), `attended` (words of attending another body's event).
"""

from __future__ import annotations

from checks.context import ItemEvidence
from checks.search import absent, hits, met, not_met, unsure
from evidence.text.matching import contains, same_words, skeleton
from oit.findings import Finding, Reason
from oit.model import Element


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` with words of organising in the agency's own account; attendance alone is `not_met`."""
    own = hits(evidence, tuple(element.params.get("own", ())), tuple(element.params.get("attended", ())))
    attended = hits(evidence, tuple(element.params.get("attended", ())))
    name = skeleton(evidence.agency.name)
    if own and (not attended or own[0].weight >= attended[0].weight):
        return met(0.9, [own[0].quote()])
    if attended:
        text = attended[0].source.page(attended[0].match.page).text
        host = text[attended[0].match.start : attended[0].match.end + 160].split("\n")[0]
        if name and (
            name in skeleton(host) or same_words(host[-len(evidence.agency.name) :], evidence.agency.name) > 0.85
        ):
            return met(0.7, [attended[0].quote()])
        return (
            not_met(Reason.ELEMENT_MISSING, [attended[0].quote()], 0.84)
            if not own
            else unsure(Reason.WEAK_MATCH, [own[0].quote(), attended[0].quote()])
        )
    if any(contains(source.text, (evidence.agency.name,)) for source in evidence.sources):
        first = hits(evidence, (evidence.agency.name,))
        return met(0.72, [first[0].quote()]) if first else unsure(Reason.WEAK_MATCH)
    return absent(evidence, tuple(element.params.get("own", ())))
