"""Quotes: a claim's words as a person sees them, and the reader's exact characters behind them."""

from __future__ import annotations

from checks.context import Source
from evidence.text.document import PageText
from evidence.text.matching import Match
from oit.findings import Quote

_LONGEST = 240


def of_match(source: Source, match: Match) -> Quote:
    """The match with as much of its line around it as a reviewer needs."""
    page = source.page(match.page)
    block = source.block(match)
    low, high = (block.start, block.end) if block else (0, len(page.text))
    return of_span(source, page, match.start, match.end, low, high)


def of_block(source: Source, page: PageText, number: int) -> Quote:
    """A block from its beginning, cut to a readable length."""
    block = page.blocks[number]
    return of_span(source, page, block.start, min(block.end, block.start + 120), block.start, block.end)


def of_span(source: Source, page: PageText, start: int, end: int, low: int = 0, high: int | None = None) -> Quote:
    """The line of `text[start:end]` between `low` and `high`, cut at blanks, never over a line break."""
    text = page.text
    high = len(text) if high is None else high
    left = max(low, text.rfind("\n", low, start) + 1 if text.rfind("\n", low, start) >= 0 else low)
    right = text.find("\n", end, high)
    right = high if right < 0 else right
    left, right = _shorten(text, left, right, start, end)
    while left < right and text[left].isspace():
        left += 1
    while right > left and text[right - 1].isspace():
        right -= 1
    first, last = page.raw_span(left, right)
    raw = page.raw[first:last]
    first += len(raw) - len(raw.lstrip())
    raw = raw.strip()
    last = first + len(raw)
    return Quote(source.url, source.document.sha256, page.number, page.reader, text[left:right], raw, first, last)


def _shorten(text: str, left: int, right: int, start: int, end: int) -> tuple[int, int]:
    if right - left <= _LONGEST:
        return left, right
    room = max(0, (_LONGEST - (end - start)) // 2)
    left, right = max(left, start - room), min(right, end + room)
    blank = text.find(" ", left, start)
    left = blank + 1 if 0 <= blank - left < 30 else left
    blank = text.rfind(" ", end, right)
    right = blank if 0 <= right - blank < 30 else right
    return left, right
