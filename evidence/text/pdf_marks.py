"""Puts vowels and tone marks back on the letters they are drawn over, where PDFium gives them after the next letter.

Word and Excel move the pen to draw a mark; PDFium then sees it behind the following letter, with gaps that are none
(family T2: `ดว้ ย`, `องคก์ าร`), or on a line of its own (T4). The boxes of the letters say where a mark belongs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evidence.text import pdf_calls

MOST_LETTERS = 20_000
"""A page with more letters than this is left as it is."""
_REACH = 60
"""So many letters before and after a mark its base is looked for."""
_SAME_LINE = 0.35
_BACK = 0.8
_GAP = 0.11
_WIDE_GAP = 0.6
_NEAR = 0.2
_INK = 0.35
"""Parts of the height of a line: how far letters of one line differ in height, how far a line may step back, from where
a gap is a blank, from where PDFium's line end in it is believed, how far beside its base a mark may stand. `_INK`: the
place in a mark's width that stands over its base; marks hang over to the right."""

_UPPER = "\u0e31\u0e34\u0e35\u0e36\u0e37"
_TONE = 3
_ORDER = {letter: 0 for letter in _UPPER + "\u0e38\u0e39\u0e3a"} | {"\u0e47": 1, "\u0e4d": 2, " ": 2}
_ORDER |= {letter: _TONE for letter in "\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4e\u0477\u0478ÉÊËÌÍ"}
"""What stands over or under a letter (a blank with ink is the sign of SARA AM), with its order on one letter."""
_NONE = -1
_ORDER_OF = np.full(0xE80, _NONE, np.int8)
_ORDER_OF[list(map(ord, _ORDER))] = list(_ORDER.values())
_BLANK, _FEED, _RETURN = ord(" "), ord("\n"), ord("\r")

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A page's text as it is seen. `places[i]` is the place in the original of `text[i]` (for a gap, of the next letter);
    `moved` counts the marks that stood elsewhere."""

    text: str
    places: tuple[int, ...]
    moved: int


@dataclass(frozen=True, slots=True)
class _Bases:
    """Letters that take their own room in a line: PDFium's number, code and place of each, and whether PDFium ends a line
    before it."""

    character: Integers
    code: Integers
    x0: Floats
    x1: Floats
    y: Floats
    height: Floats
    after_line_end: NDArray[np.bool_]

    @property
    def consonant(self) -> NDArray[np.bool_]:
        return (self.code >= 0x0E01) & (self.code <= 0x0E2E)


@dataclass(frozen=True, slots=True)
class _Marks:
    """Marks: PDFium's number, code and order on a letter of each, how many letters stand before it in the text, where its
    ink is, and the place of its ink that stands over its base."""

    character: Integers
    code: Integers
    order: Integers
    before: Integers
    x0: Floats
    x1: Floats
    y: Floats
    middle: Floats


def rebuild(textpage: Any, raw: str) -> Rebuilt | None:
    """The page's letters with every mark on the letter under it; None where that changes nothing or cannot be told
    (upright writing: every letter has a line of its own).

    `raw` is all text of `textpage` (a `pypdfium2.PdfTextPage`), one character of PDFium for each of its letters.
    """
    if len(raw) > MOST_LETTERS:
        return None
    bases, marks = _letters(textpage, raw)
    if not len(bases.code) or not len(marks.code):
        return None
    under = _vowels_below(bases, marks, _bases_under(bases, marks))
    usual = np.maximum(marks.before - 1, 0)
    under = np.where(under == _NONE, usual, under)
    moved = int((under != usual).sum())
    if not moved:
        return None
    gaps = _gaps(bases)
    if 2 * int((gaps == _FEED).sum()) > len(bases.code):
        return None
    return Rebuilt(*_written(bases, marks, under, gaps), moved)


def _letters(textpage: Any, raw: str) -> tuple[_Bases, _Marks]:
    """Letters and marks of a page, each with its place."""
    page = pdf_calls.number_of(textpage.raw)
    codes = np.frombuffer(raw.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    left, top, right, bottom = pdf_calls.loose_boxes(page, range(len(raw))).T
    order = _ORDER_OF[np.minimum(codes, len(_ORDER_OF) - 1)]
    signs = np.flatnonzero(order != _NONE)
    ink = np.full((len(raw), 4), np.nan)
    ink[signs] = pdf_calls.ink_boxes(page, signs.tolist())
    line_end = (codes == _FEED) | (codes == _RETURN)
    height = top - bottom
    drawn = ~(line_end | np.isnan(left) | ((height <= 0) & (codes == _BLANK)))
    mark = drawn & (order != _NONE) & ((codes != _BLANK) | (ink[:, 3] - ink[:, 2] > 0.5))
    base = drawn & ~mark
    at = np.flatnonzero(base)
    ends = np.cumsum(line_end)[at]
    y = (top + bottom) / 2
    bases = _Bases(at, codes[at], left[at], right[at], y[at], height[at], np.diff(ends, prepend=0) > 0)
    before = np.cumsum(base)
    at = np.flatnonzero(mark)
    x0, x1 = ink[at, 0], ink[at, 1]
    marks = _Marks(at, codes[at], order[at].astype(np.int64), before[at], x0, x1, y[at], x0 + _INK * (x1 - x0))
    return bases, marks


def _bases_under(bases: _Bases, marks: _Marks) -> Integers:
    """The consonant each mark stands over: the first around its place in the text whose width it falls in."""
    usual = np.maximum(marks.before - 1, 0)
    fits = bases.consonant[usual] & (marks.before > 0)
    fits &= np.abs(bases.y[usual] - marks.y) <= _SAME_LINE * bases.height[usual]
    fits &= (bases.x0[usual] <= marks.middle) & (marks.middle <= bases.x1[usual])
    under = np.where(fits, usual, _NONE)
    for number in np.flatnonzero(~fits).tolist():
        under[number] = _base_around(bases, marks, number)
    return under


def _base_around(bases: _Bases, marks: _Marks, number: int) -> int:
    """The consonant around a mark's place whose width it falls in, else the nearest beside it, else `_NONE`."""
    before, middle = int(marks.before[number]), marks.middle[number]
    start = max(0, before - _REACH // 2)
    near = slice(start, before + _REACH // 2)
    height = bases.height[near]
    fits = bases.consonant[near] & (np.abs(bases.y[near] - marks.y[number]) <= _SAME_LINE * height)
    found = np.flatnonzero(fits)
    if not len(found):
        return _NONE
    beside = np.maximum(np.maximum(bases.x0[near] - middle, middle - bases.x1[near]), 0.0)
    beside = beside[found] / np.maximum(height[found], 0.01)
    steps = 2 * (found + start - before)
    steps = np.where(steps < 0, -steps - 2, steps + 1)
    best = np.lexsort((steps, beside))[0]
    return int(found[best]) + start if beside[best] < _NEAR else _NONE


def _vowels_below(bases: _Bases, marks: _Marks, under: Integers) -> Integers:
    """Tone marks on the base of the upper vowel they are drawn on: both hang over the next letter in some fonts."""
    upper = np.isin(marks.code, list(map(ord, _UPPER))) & (under != _NONE)
    reach = np.where(upper, _SAME_LINE * bases.height[under], 0.0)
    found = under.copy()
    tone = np.flatnonzero(marks.order == _TONE)
    for step in (2, 1, -1, -2):  # the first of the five marks around it counts, so it is looked at last
        vowel = tone + step
        inside = (vowel >= 0) & (vowel < len(under))
        at, vowel = tone[inside], vowel[inside]
        over = upper[vowel] & (marks.x0[vowel] <= marks.middle[at]) & (marks.middle[at] <= marks.x1[vowel])
        over &= np.abs(marks.y[vowel] - marks.y[at]) <= reach[vowel]
        found[at[over]] = under[vowel[over]]
    return found


def _gaps(bases: _Bases) -> Integers:
    """What stands before each letter: a line end, a blank, or nothing (0)."""
    height = np.maximum(bases.height[1:], bases.height[:-1])
    gap = bases.x0[1:] - bases.x1[:-1]
    line_end = np.abs(bases.y[1:] - bases.y[:-1]) > _SAME_LINE * height
    line_end |= gap < -_BACK * height
    line_end |= bases.after_line_end[1:] & (gap > _WIDE_GAP * height)
    blank = (gap > _GAP * height) & (bases.code[1:] != _BLANK) & (bases.code[:-1] != _BLANK)
    return np.concatenate(([0], np.where(line_end, _FEED, np.where(blank, _BLANK, 0))))


def _written(bases: _Bases, marks: _Marks, under: Integers, gaps: Integers) -> tuple[str, tuple[int, ...]]:
    """The letters in order, each followed by its marks, with blanks and line ends where the gaps say so; and the places."""
    cut = np.flatnonzero(gaps)
    base = np.concatenate((cut, np.arange(len(bases.code)), under))
    within = np.concatenate((np.full(len(cut), -2), np.full(len(bases.code), -1), marks.order))
    order = np.lexsort((within, base))
    codes = np.concatenate((gaps[cut], bases.code, marks.code))[order]
    places = np.concatenate((bases.character[cut], bases.character, marks.character))[order]
    return codes.astype(np.uint32).tobytes().decode("utf-32-le", "surrogatepass"), tuple(places.tolist())
