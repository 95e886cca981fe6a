"""The headings a page is parted by: which one a place stands under."""

from __future__ import annotations

from evidence.text.document import HEADING, MAIN, TITLE, DocumentText, PageText


def heading_at(page: PageText, start: int) -> str:
    """The text of the nearest heading at or before offset `start` of the page text; empty where there is none."""
    best = ""
    for block in page.blocks:
        if block.start > start:
            break
        if block.kind in (TITLE, HEADING):
            best = page.text[block.start : block.end].strip()
    return best


def headings(document: DocumentText) -> list[str]:
    """The headings of a page's main part, in order."""
    return [
        page.text[block.start : block.end].strip()
        for page in document.pages[:1]
        for block in page.blocks
        if block.kind in (TITLE, HEADING) and block.area == MAIN
    ]
