"""Figures of complaints: total, completed and pending, or a published statement that there were none in the period.

A "none" must name its year or months on the page or section; fully undated it is for a person (facts 2565,
corruption_complaint_statistics, exception no_complaints and note). Keys: `any`, `not_inside`, `none`, `about`.
"""

from __future__ import annotations

import re

from checks.context import ItemEvidence, Source
from checks.search import Hit, absent, hits, met, not_met, unsure
from oit.findings import Finding, Reason
from oit.model import Element

_NUMBER_AFTER = re.compile(r"[^0-9๐-๙]{0,60}[0-9๐-๙]+|[^0-9๐-๙]{0,40}(?:-|ไม่มี)")


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` with the heading and a figure for it, or with a statement of none about corruption complaints."""
    none = statement_of_none(evidence, element)
    if none is not None:
        return met(0.92, [none.quote()])
    labels = hits(evidence, tuple(element.params.get("any", ())), tuple(element.params.get("not_inside", ())))
    about = hits(evidence, tuple(element.params.get("about", ())))
    numbered = [hit for hit in labels if _has_number(hit)]
    if numbered and (about or not element.params.get("about")):
        return met(0.92, [numbered[0].quote(), *(hit.quote() for hit in about[:1])])
    if labels and not numbered:
        return not_met(Reason.EMPTY_FORM, [labels[0].quote()], 0.75)
    if numbered:
        return unsure(Reason.WEAK_MATCH, [numbered[0].quote()])
    return absent(evidence, tuple(element.params.get("any", ())))


def statement_of_none(evidence: ItemEvidence, element: Element) -> Hit | None:
    """A sentence saying that there were no complaints, on a page about corruption complaints; None without one."""
    for hit in hits(evidence, tuple(element.params.get("none", ()))):
        one = evidence.with_sources([hit.source])
        if not element.params.get("about") or hits(one, tuple(element.params["about"])) or _named(hit.source, element):
            return hit
    return None


def _named(source: Source, element: Element) -> bool:
    from evidence.text.matching import contains

    return bool(
        contains(
            f"{source.document.title} {source.fetch.link_text} {source.fetch.link_context}",
            tuple(element.params["about"]),
        )
    )


def _has_number(hit: Hit) -> bool:
    block = hit.source.block(hit.match)
    page = hit.source.page(hit.match.page)
    if block is not None and 0 <= block.table < len(hit.source.document.tables):
        grid = hit.source.document.tables[block.table]
        below = [row[block.column].text for row in grid.rows[block.row + 1 :] if 0 <= block.column < len(row)]
        beside = (
            [cell.text for cell in grid.rows[block.row][block.column + 1 :]] if 0 <= block.row < len(grid.rows) else []
        )
        if any(re.search(r"[0-9๐-๙]|^\s*-\s*$|ไม่มี", text) for text in (*below, *beside)):
            return True
    return bool(_NUMBER_AFTER.match(page.text[hit.match.end : hit.match.end + 110]))
