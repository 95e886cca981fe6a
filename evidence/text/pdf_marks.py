"""Puts vowels and tone marks back on the letters they are drawn over, where PDFium gives them after the next letter.

Word and Excel move the pen to draw a mark; PDFium then sees it behind the following letter, with gaps that are none
(family T2: `ดว้ ย`, `องคก์ าร`), or on a line of its own (T4). The boxes of the letters say where a mark belongs.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

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


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A page's text as it is seen. `places[i]` is the place in the original of `text[i]` (for a gap, of the next letter);
    `moved` counts the marks that stood elsewhere."""

    text: str
    places: tuple[int, ...]
    moved: int


@dataclass(slots=True)
class _Base:
    """A letter that takes its own room in a line."""

    character: int
    letter: str
    x0: float
    x1: float
    y: float
    height: float
    line_end: bool
    marks: list[tuple[int, int, str]]


@dataclass(slots=True)
class _Mark:
    """A mark, how many letters stand before it in the text, and where its ink is."""

    before: int
    character: int
    letter: str
    x0: float
    x1: float
    y: float
    base: _Base | None = None

    @property
    def middle(self) -> float:
        """The place of its ink that stands over its base."""
        return self.x0 + _INK * (self.x1 - self.x0)


def rebuild(textpage: Any, raw: str) -> Rebuilt | None:
    """The page's letters with every mark on the letter under it; None where that changes nothing or cannot be told
    (upright writing: every letter has a line of its own).

    `raw` is all text of `textpage` (a `pypdfium2.PdfTextPage`), one character of PDFium for each of its letters.
    """
    if len(raw) > MOST_LETTERS:
        return None
    bases, marks = _letters(textpage, raw)
    if not bases or not marks:
        return None
    for mark in marks:
        mark.base = _base_under(bases, mark)
    for number, mark in enumerate(marks):
        if _ORDER[mark.letter] == _TONE:
            mark.base = _base_of_vowel_below(mark, marks[max(0, number - 2) : number + 3]) or mark.base
    moved = sum([_attach(bases, mark) for mark in marks])
    pieces, places = _written(bases)
    if not moved or 2 * pieces.count("\n") > len(bases):
        return None
    return Rebuilt("".join(pieces), tuple(places), moved)


def _letters(textpage: Any, raw: str) -> tuple[list[_Base], list[_Mark]]:
    """Letters and marks of a page, each with its place."""
    handle = textpage.raw
    loose, loose_box = pdfium.FS_RECTF(), pdfium.FPDFText_GetLooseCharBox
    loose_at = ctypes.byref(loose)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    strict_box = pdfium.FPDFText_GetCharBox
    strict_at = tuple(map(ctypes.byref, (left, right, bottom, top)))
    bases: list[_Base] = []
    marks: list[_Mark] = []
    line_end = False
    for index, letter in enumerate(raw):
        if letter in "\r\n":
            line_end = True
            continue
        if not loose_box(handle, index, loose_at):
            continue
        height, y = loose.top - loose.bottom, (loose.top + loose.bottom) / 2
        if height <= 0 and letter == " ":
            continue
        if letter in _ORDER:
            strict_box(handle, index, *strict_at)
            if letter != " " or top.value - bottom.value > 0.5:
                marks.append(_Mark(len(bases), index, letter, left.value, right.value, y))
                continue
        bases.append(_Base(index, letter, loose.left, loose.right, y, height, line_end, []))
        line_end = False
    return bases, marks


def _base_under(bases: list[_Base], mark: _Mark) -> _Base | None:
    """The consonant a mark stands over: the first around its place in the text whose width it falls in."""
    best, least = None, _NEAR
    for step in range(_REACH):
        at = mark.before - 1 - step // 2 if step % 2 == 0 else mark.before + step // 2
        if not 0 <= at < len(bases):
            continue
        base = bases[at]
        if not "\u0e01" <= base.letter <= "\u0e2e" or abs(base.y - mark.y) > _SAME_LINE * base.height:
            continue
        beside = max(base.x0 - mark.middle, mark.middle - base.x1, 0.0) / base.height
        if not beside:
            return base
        if beside < least:
            best, least = base, beside
    return best


def _base_of_vowel_below(tone: _Mark, around: list[_Mark]) -> _Base | None:
    """The base of the upper vowel that a tone mark is drawn on: both hang over the next letter in some fonts."""
    for mark in around:
        over = mark.letter in _UPPER and mark.x0 <= tone.middle <= mark.x1
        if over and mark.base and abs(mark.y - tone.y) <= _SAME_LINE * mark.base.height:
            return mark.base
    return None


def _attach(bases: list[_Base], mark: _Mark) -> bool:
    """Give a mark to its base, or leave it with the letter before it; whether it moves."""
    usual = bases[max(mark.before - 1, 0)]
    base = mark.base or usual
    base.marks.append((_ORDER[mark.letter], mark.character, mark.letter))
    return base is not usual


def _written(bases: list[_Base]) -> tuple[list[str], list[int]]:
    """The letters in order, each followed by its marks, with blanks and line ends where the gaps say so."""
    pieces: list[str] = []
    places: list[int] = []
    last: _Base | None = None
    for base in bases:
        if last and (gap := _between(last, base)):
            pieces.append(gap)
            places.append(base.character)
        pieces.append(base.letter)
        places.append(base.character)
        for _, character, letter in sorted(base.marks, key=lambda mark: mark[0]):
            pieces.append(letter)
            places.append(character)
        last = base
    return pieces, places


def _between(last: _Base, base: _Base) -> str:
    height = max(last.height, base.height)
    gap = base.x0 - last.x1
    if (
        abs(base.y - last.y) > _SAME_LINE * height
        or gap < -_BACK * height
        or (base.line_end and gap > _WIDE_GAP * height)
    ):
        return "\n"
    return " " if gap > _GAP * height and " " not in (last.letter, base.letter) else ""
