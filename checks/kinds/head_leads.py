"""The head takes part in person: a sentence has the head doing it, not a deputy or the clerk in the head's place.

Keys: `did` (words of taking part), `in_place` (words of standing in for the head), `people_item` (slug whose people name
the head). Facts 2565, executive_participation: news with a deputy or clerk chairing instead is doubtful.
"""

from __future__ import annotations

import re

from checks.context import ItemEvidence
from checks.kinds.present_head import bare_name, heads_of
from checks.search import Hit, absent, hits, met, unsure
from evidence.text.matching import contains
from oit.findings import Finding, Reason
from oit.model import Element

_BEFORE, _AFTER = 60, 160
_ANOTHERS = re.compile(r"(?:รอง|ผู้ช่วย|แทน|เลขานุการ|ที่ปรึกษา|ผู้แทน|อดีต)\s*$")
"""Before a head's post these make it another person's: รองเลขาธิการ, ปฏิบัติหน้าที่แทนเลขาธิการ."""
_AWAY = re.compile(r"[^\n]{0,12}?(?:ติดราชการ|ติดภารกิจ|ลา(?:ราชการ|ป่วย|กิจ|พัก)|ไม่อยู่|ไม่สามารถ|มอบหมาย|มอบให้)")
"""After it these say that the head was not there."""


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` where the head (by post, or by name) does something there; only a stand-in is `unsure`."""
    did = tuple(element.params.get("did", ()))
    in_place = tuple(element.params.get("in_place", ()))
    by_post = hits(evidence, evidence.terms("head_posts"), (*evidence.terms("below_head_posts"), *in_place))
    own = [hit for hit in by_post if not contains(_before(hit), in_place) and not _is_elsewhere(hit)]
    acting = [hit for hit in own if contains(_after(hit), did)]
    if acting:
        return met(0.9, [acting[0].quote()])
    by_name = _by_name(element, evidence)
    if by_name and hits(evidence, did):
        return met(0.85, [by_name[0].quote()])
    if own and hits(evidence, did):
        return met(0.75, [own[0].quote()])
    others = hits(evidence, evidence.terms("executive_posts"))
    if by_post or others:
        return unsure(Reason.NOT_CURRENT_HEAD, [hit.quote() for hit in (by_post or others)[:2]], 0.5)
    return absent(evidence, evidence.terms("head_posts"))


def _is_elsewhere(hit: Hit) -> bool:
    """Whether the post is another person's, or the text says that its holder was away."""
    after = hit.source.page(hit.match.page).text[hit.match.end : hit.match.end + 40]
    return bool(_ANOTHERS.search(_before(hit)) or _AWAY.match(after))


def _before(hit: Hit) -> str:
    return hit.source.page(hit.match.page).text[max(0, hit.match.start - _BEFORE) : hit.match.start]


def _after(hit: Hit) -> str:
    return hit.source.page(hit.match.page).text[hit.match.start : hit.match.end + _AFTER]


def _by_name(element: Element, evidence: ItemEvidence) -> list[Hit]:
    names = [bare_name(person.name) for person in heads_of(evidence.other(element.params.get("people_item", "")))]
    return hits(evidence, [name for name in names if len(name) >= 8])
