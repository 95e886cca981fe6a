"""Knows how one document as the program reads it is shown to a person: each page's picture beside its text.

One HTML page that needs nothing but itself. Letters that were mended and letters that are in doubt are marked and
explained; all words of the document are escaped, and the page's policy forbids every script and every address.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evidence.text import dates, quality
from evidence.text.dates import DateMention
from evidence.text.document import HEADING, TABLE_CELL, TABLE_HEADER, TITLE, Block, DocumentText, PageText, Table
from reports.visible import address, plain

TEMPLATES = Path(__file__).parent / "templates"
ROWS_SHOWN = 200
LINKS_SHOWN = 300
_SPAN_MARKS = (
    "\u0e31\u0e32\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"
)
_OVER_OR_UNDER = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
_WEB = re.compile(r"https?://")
_UNSEEN = {"\r": "", "\n": "⏎", " ": "␣", "\u200b": "·", "\ufffd": "\ufffd"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a page's text: `kind` is empty, `mended` or `doubt`; `before` is what the reader gave for it."""

    text: str
    kind: str = ""
    before: str = ""


def render(document: DocumentText, pictures: Mapping[int, bytes], source: str) -> str:
    """The document as one HTML page. `pictures` are JPEGs by page number; pages without one are text alone."""
    css = (TEMPLATES / "read_page.css").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["plain"] = plain
    return environment.get_template("read_page.html").render(
        css=Markup(css),
        policy=_policy(css),
        source=address(source),
        document=document,
        title=plain(document.title),
        pages=[_page(page, document, pictures.get(page.number)) for page in document.pages],
        links=[(link, address(link.url)) for link in document.links[:LINKS_SHOWN] if _WEB.match(link.url)],
        more_links=max(0, len(document.links) - LINKS_SHOWN),
        repairs=_sum_of_repairs(document),
    )


def _page(page: PageText, document: DocumentText, picture: bytes | None) -> dict[str, Any]:
    return {
        "page": page,
        "picture": "data:image/jpeg;base64," + base64.b64encode(picture).decode("ascii") if picture else "",
        "grade": grade(page),
        "blocks": list(_blocks(page)),
        "dates": [_date(mention, page.text) for mention in dates.find(page.text)],
        "tables": [_table(table) for table in document.tables if table.page == page.number],
    }


def grade(page: PageText) -> str:
    """`good`, `usable` or `poor`: what the page's quality means for quoting it; `empty` without any text."""
    if not page.text.strip():
        return "empty"
    if page.trouble or page.quality < quality.USABLE:
        return "poor"
    return "good" if page.quality >= quality.GOOD else "usable"


def _blocks(page: PageText) -> Iterator[dict[str, Any]]:
    """The page's text block by block, what stands between blocks included."""
    marked = list(_marked_spans(page))
    at = 0
    for block in (*page.blocks, Block("", len(page.text), len(page.text))):
        if page.text[at : block.start].strip():
            yield {"kind": "paragraph", "pieces": list(_pieces(page, at, block.start, marked))}
        if block.end > block.start:
            kind = block.kind if block.kind in (TITLE, HEADING, TABLE_CELL, TABLE_HEADER) else "paragraph"
            yield {"kind": kind, "pieces": list(_pieces(page, block.start, block.end, marked))}
        at = max(at, block.end)


def _pieces(page: PageText, start: int, end: int, marked: list[tuple[int, int, str]]) -> Iterator[Piece]:
    at = start
    for left, right, kind in marked:
        left, right = max(left, at), min(right, end)
        if left >= right:
            continue
        if left > at:
            yield Piece(page.text[at:left])
        yield Piece(page.text[left:right], kind, _as_read(page, left, right))
        at = right
    if at < end:
        yield Piece(page.text[at:end])


def _as_read(page: PageText, start: int, end: int) -> str:
    first, last = page.raw_span(start, end)
    return "".join(_UNSEEN.get(letter, letter) for letter in page.raw[first : min(last, first + 40)])


def _marked_spans(page: PageText) -> Iterator[tuple[int, int, str]]:
    """Spans of mended and doubted letters, in order and apart from one another; doubt is shown before mending."""
    doubtful = {place for start, end in page.doubtful for place in range(start, end)}
    mended = _mended(page)
    kind_of = {place: "mended" for place in mended} | {place: "doubt" for place in doubtful}
    start, kind = -1, ""
    last = -2
    for place in sorted(kind_of):
        if place != last + 1 or kind_of[place] != kind:
            if kind:
                yield start, last + 1, kind
            start, kind = place, kind_of[place]
        last = place
    if kind:
        yield start, last + 1, kind


def _mended(page: PageText) -> set[int]:
    """Places of letters that are not what, or not where, the reader gave them; with the letter they stand on."""
    text, raw, offsets = page.text, page.raw, page.offsets
    if not page.repairs:
        return set()
    kept = set(offsets[:-1])
    places: set[int] = set()
    last_changed = -2
    for place, letter in enumerate(text):
        if letter.isspace():
            continue
        here = offsets[place]
        changed = here >= len(raw) or raw[here] != letter
        if not changed and place:
            before = offsets[place - 1]
            moved = here != before + 1 and _OVER_OR_UNDER.match(letter) and here != before
            dropped = (
                last_changed != place - 1
                and before < here
                and any(
                    lost not in kept and raw[lost] not in "\r\n" for lost in range(before + 1, min(here, before + 6))
                )
            )
            changed = bool(moved) or dropped
        if changed:
            last_changed = place
            places |= _cluster(text, place)
    return places


def _cluster(text: str, place: int) -> set[int]:
    """The letter at a place with the one it stands on and all that stands on that."""
    start = place
    while start and text[start] in _SPAN_MARKS and place - start < 4:
        start -= 1
    end = place + 1
    while end < len(text) and text[end] in _SPAN_MARKS:
        end += 1
    return set(range(start, end))


def _table(table: Table) -> dict[str, Any]:
    """Rows of cells that are not the one before or above them again: (text, columns, rows, is heading)."""
    rows = table.rows[:ROWS_SHOWN]
    shown = []
    for number, row in enumerate(rows):
        cells = []
        for column, cell in enumerate(row):
            if (column and _same(row[column - 1], cell)) or (
                number and column < len(rows[number - 1]) and _same(rows[number - 1][column], cell)
            ):
                continue
            width = 1
            while column + width < len(row) and _same(row[column + width], cell):
                width += 1
            height = 1
            while (
                number + height < len(rows)
                and column < len(rows[number + height])
                and _same(rows[number + height][column], cell)
            ):
                height += 1
            cells.append((cell.text, width, height, number < table.header_rows))
        shown.append(cells)
    return {"table": table, "rows": shown, "more": len(table.rows) - len(rows)}


def _same(one: Any, other: Any) -> bool:
    """Whether two places of a grid hold the same cell: it spans both."""
    return bool(one.start >= 0 and one == other)


def _date(mention: DateMention, text: str) -> dict[str, Any]:
    return {
        "text": " ".join(text[mention.start : mention.end].split()),
        "kind": str(mention.kind),
        "role": str(mention.role),
        "means": meaning(mention),
    }


def meaning(mention: DateMention) -> str:
    """What a mention was understood as: a day, months `2564-10 – 2565-09`, or a year of the Buddhist Era."""
    if mention.day:
        return mention.day.isoformat()
    if mention.first and mention.last:
        first, last = (f"{year}-{month:02d}" for year, month in (mention.first, mention.last))
        return first if first == last else f"{first} – {last}"
    if mention.year_be and mention.year_to_be:
        return f"{mention.year_be}–{mention.year_to_be}"
    return str(mention.year_be or "")


def _sum_of_repairs(document: DocumentText) -> dict[str, int]:
    total: dict[str, int] = {}
    for page in document.pages:
        for family, count in page.repairs.items():
            total[family] = total.get(family, 0) + count
    return dict(sorted(total.items(), key=lambda entry: -entry[1]))


def _policy(css: str) -> str:
    digest = base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
