"""A chart of how the agency is divided: units named in text, or a picture of a chart that was read.

Keys: `any` (words for units), `not_inside`, `titles` (words of the page), `min` (distinct units).
"""

from __future__ import annotations

from checks.context import ItemEvidence
from checks.search import absent, hits, met, unsure
from evidence.text.matching import contains, skeleton
from oit.findings import Finding, Reason
from oit.model import Element


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` with enough units under a heading of that sort; a picture that nobody could read is `unsure`."""
    params = element.params
    titles = tuple(params.get("titles", ()))
    for source in evidence.sources:
        one = evidence.with_sources([source])
        units = hits(one, tuple(params.get("any", ())), tuple(params.get("not_inside", ())))
        distinct = {skeleton(_word(hit.source.page(hit.match.page).text, hit.match.start)) for hit in units}
        heads = hits(one, titles) or (
            [] if not contains(source.document.title + source.fetch.link_text, titles) else units[:1]
        )
        if len(distinct) >= params.get("min", 3) and heads:
            return met(0.93, [heads[0].quote(), *(hit.quote() for hit in units[:3])])
        if len(distinct) >= params.get("min", 3) + 2:
            return met(0.8, [hit.quote() for hit in units[:3]])
    picture = next((s for s in evidence.sources if _has_picture(s)), None)
    if picture is not None:
        return unsure(Reason.SCANNED_WITHOUT_OCR)
    return absent(evidence, tuple(params.get("any", ())))


def _word(text: str, start: int) -> str:
    return text[start : start + 14].split("\n")[0]


def _has_picture(source: object) -> bool:
    document = source.document  # type: ignore[attr-defined]
    large = [
        i for i in document.images if i.area == "main" and (max(i.width, i.height) >= 300 or i.width == i.height == 0)
    ]
    return bool(large) or document.kind == "image" or any(page.pictures for page in document.pages)
