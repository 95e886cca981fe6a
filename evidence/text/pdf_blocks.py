"""Which lines of a printed page belong together, and which of them are titles and headings.

Works on lines with a place and a size; where a reader gives no places (pypdf), columns of the text stand for them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from statistics import median

from evidence.text.document import HEADING, LIST_ITEM, PARAGRAPH, TITLE, Block

Box = tuple[float, float, float, float]

_LIST_START = re.compile(
    r"(?:[-–•●○▪■□◆❖➢➔✓✔☐☑*▫]\s?|[(（]?[0-9๐-๙]{1,2}(?:\.[0-9๐-๙]{1,2}){0,3}[.)）]\s?|[(（]?[ก-ฮa-z][.)）]\s|ข้อ\s?[0-9๐-๙]+)"
)
_PAGE_NUMBER = re.compile(r"[-–—\s(\[]*(?:หน้า(?:ที่)?\s*)?[0-9๐-๙ivx]{1,4}(?:\s*(?:/|จาก)\s*[0-9๐-๙]{1,4})?[-–—\s)\].]*")
MOST_TITLE_LINES = 6
LONGEST_HEADING = 160


@dataclass(slots=True)
class Line:
    """A line of a page's text and where it stands (points, or characters and line numbers)."""

    start: int
    end: int
    x0: float
    y0: float
    x1: float
    y1: float
    size: float = 0.0
    bold: bool = False


def lines_of(text: str) -> list[tuple[int, int]]:
    """Spans of the text's lines without the blanks around them; empty lines are left out."""
    spans = []
    start = 0
    for line in text.split("\n"):
        if body := line.strip():
            left = start + line.index(body[0])
            spans.append((left, left + len(body)))
        start += len(line) + 1
    return spans


def placed_lines(
    spans: Sequence[tuple[int, int]],
    firsts: Sequence[Sequence[float]],
    lasts: Sequence[Sequence[float]],
    styles: Sequence[tuple[float, bool]],
) -> list[Line]:
    """Lines from their spans, the boxes of their first and last letters (NaN where none) and their styles (size, bold)."""
    placed = []
    for (start, end), first, last, (size, bold) in zip(spans, firsts, lasts, styles, strict=True):
        if isnan(first[0]):
            first = last
        elif isnan(last[0]):
            last = first
        if isnan(first[0]):
            placed.append(Line(start, end, 0, 0, 0, 0))
            continue
        top, bottom = min(first[1], last[1]), max(first[3], last[3])
        placed.append(Line(start, end, first[0], top, last[2], bottom, size or bottom - top, bold))
    return placed


def counted_lines(text: str) -> list[Line]:
    """Lines of a text without places: columns stand for x, line numbers for y."""
    lines = []
    start = 0
    for number, line in enumerate(text.split("\n")):
        if body := line.strip():
            left = line.index(body[0])
            lines.append(Line(start + left, start + left + len(body), left, number, left + len(body), number + 1, 1.0))
        start += len(line) + 1
    return lines


def blocks_of(text: str, lines: Sequence[Line], first_page: bool) -> tuple[Block, ...]:
    """Blocks of a page in the order of its lines: title (first page), headings, list items and paragraphs."""
    if not lines:
        return ()
    page = _Measures(lines)
    kinds = [_kind(text[line.start : line.end], line, page) for line in lines]
    if first_page:
        _mark_title(text, lines, kinds, page)
    blocks: list[Block] = []
    section = -1
    previous: Line | None = None
    previous_kind = ""
    for line, kind in zip(lines, kinds, strict=True):
        if previous and _goes_on(text, previous, previous_kind, line, kind, page):
            last = blocks[-1]
            blocks[-1] = Block(last.kind, last.start, line.end, level=last.level, section=last.section)
        elif kind in (TITLE, HEADING):
            blocks.append(Block(kind, line.start, line.end, level=_level(kind, line, page)))
            section = len(blocks) - 1
        else:
            blocks.append(Block(kind, line.start, line.end, section=section))
        previous, previous_kind = line, kind
    return tuple(blocks)


class _Measures:
    """What is usual on the page: text edges, size of running text, whether bold stands out."""

    def __init__(self, lines: Sequence[Line]) -> None:
        wide = sorted(line.x1 for line in lines)
        self.right = wide[max(0, int(len(wide) * 0.95) - 1)] if len(wide) > 3 else wide[-1]
        self.left = min(line.x0 for line in lines)
        self.width = max(self.right - self.left, 1.0)
        weighted = [line.size for line in lines for _ in range(1 + (line.end - line.start) // 20)]
        self.size = median(weighted) or 1.0
        bold = sum(line.end - line.start for line in lines if line.bold)
        self.bold_stands_out = 0 < bold < 0.4 * sum(line.end - line.start for line in lines)
        self.many = len(lines) > 2


def _kind(text: str, line: Line, page: _Measures) -> str:
    short = line.x1 - line.x0 < 0.8 * page.width and line.end - line.start <= LONGEST_HEADING
    letters = any(letter.isalpha() for letter in text)
    if letters and short and page.many and not _PAGE_NUMBER.fullmatch(text):
        if (line.bold and page.bold_stands_out) or line.size > 1.15 * page.size:
            return HEADING
        if _is_centred(line, page) and not _LIST_START.match(text):
            return HEADING
    return LIST_ITEM if _LIST_START.match(text) else PARAGRAPH


def _is_centred(line: Line, page: _Measures) -> bool:
    before, after = line.x0 - page.left, page.right - line.x1
    return before > 0.12 * page.width and abs(before - after) < 0.06 * page.width


def _mark_title(text: str, lines: Sequence[Line], kinds: list[str], page: _Measures) -> None:
    """The first lines of the first page are its title, up to running text, a list or the sixth line."""
    marked = 0
    for index, line in enumerate(lines[: MOST_TITLE_LINES + 2]):
        words = text[line.start : line.end]
        if marked == 0 and (_PAGE_NUMBER.fullmatch(words) or sum(letter.isalpha() for letter in words) < 4):
            continue
        running = line.x1 - line.x0 > 0.9 * page.width and kinds[index] == PARAGRAPH and page.many and marked > 0
        if marked >= MOST_TITLE_LINES or running or (marked > 0 and kinds[index] != HEADING):
            break
        if len(words) > 2 * LONGEST_HEADING:
            break
        kinds[index] = TITLE
        marked += 1


def _goes_on(text: str, above: Line, above_kind: str, line: Line, kind: str, page: _Measures) -> bool:
    """Whether a line continues the block of the line above it."""
    gap = line.y0 - above.y1
    near = -0.7 * above.size <= gap <= 0.7 * max(above.size, 0.1)
    if above_kind in (TITLE, HEADING) or kind in (TITLE, HEADING):
        return (
            kind == above_kind
            and near
            and abs(line.size - above.size) <= 0.12 * page.size
            and (line.bold == above.bold and not _LIST_START.match(text[line.start : line.end]))
        )
    if kind == LIST_ITEM or not near:
        return False
    return above.x1 >= page.right - 0.12 * page.width


def _level(kind: str, line: Line, page: _Measures) -> int:
    if kind == TITLE:
        return 1
    return 2 if line.size > 1.15 * page.size else 3
