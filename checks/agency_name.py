"""Whose agency a document names: another agency's document proves nothing for this one."""

from __future__ import annotations

import re

from checks.context import ItemEvidence, Source
from checks.quotes import of_span
from evidence.text.matching import same_words, skeleton
from oit.findings import Quote

_BODY = re.compile(
    r"(?:องค์การบริหารส่วน(?:ตำบล|จังหวัด)|อบต\.|อบจ\.|เทศบาล(?:นคร|เมือง|ตำบล)|มหาวิทยาลัย|โรงพยาบาล|สถานีตำรวจ(?:ภูธร|นครบาล)?|วิทยาลัย|โรงเรียน)\s?([ก-ฮเแโใไ][ก-๙]{2,28})"
)
_SAME = 0.75


def other_agency(source: Source, evidence: ItemEvidence) -> tuple[str, Quote] | None:
    """The other body a document's first lines speak for, with the quote, where this agency is named nowhere in it."""
    own = _own_name(evidence.agency.name)
    if not own or source.is_page or not source.document.pages:
        return None
    if skeleton(own) in skeleton(source.document.text[:60_000]):
        return None
    page = source.document.pages[0]
    named = [(hit, hit.group(1)) for hit in _BODY.finditer(page.text[:1200])]
    if not named or any(same_words(_cut(name, own), own) >= _SAME for _, name in named):
        return None
    hit, name = named[0]
    whole = [m.group(1) for p in source.document.pages[:6] for m in _BODY.finditer(p.text)]
    if any(same_words(_cut(other, own), own) >= _SAME for other in whole):
        return None
    return hit.group(), of_span(source, page, hit.start(), hit.end())


def _own_name(name: str) -> str:
    """The proper part of the agency's name, without the word for its kind."""
    hit = _BODY.match(name)
    return hit.group(1) if hit else ""


def _cut(name: str, own: str) -> str:
    return name[: len(own) + 1]
