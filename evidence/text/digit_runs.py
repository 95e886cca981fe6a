"""Puts the digits that shapes show in the place of what Tesseract made of them, and says which are in doubt."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from evidence.text import digits, quality
from evidence.text.digits import Sign

AGREED = 0.70
"""Likelihood that is enough where Tesseract says the same."""
STRICT = 0.97
"""Likelihood needed of every shape where Tesseract's letters say nothing of digits or their count differs."""
CERTAIN = 0.985
"""Likelihood from which digits are stated where Tesseract saw letters only."""

_TAKEN_FOR = {
    "๐": "๐",
    "๑": "๑๙",
    "๒": "๒๖",
    "๓": "๓๗๙๔",
    "๕": "๕๔๘๖",
    "๖": "๖",
    "๔": "๔",
    "๗": "๗",
    "๘": "๘",
    "๙": "๙",
}
"""Which digits come out of Tesseract as each of those it knows."""
_DIGIT = "0-9๐-๙"
_ODD = "A-Za-z«»“”‘’|!$@&*<>{}\\[\\]%=+#"
_NUMBER = re.compile(
    f"(?:[{_ODD}]{{1,2}} |(?<![ก-๎A-Za-z])[{_ODD}ก-๎]{{1,3}})?[{_DIGIT}]"
    f"(?:[{_DIGIT}]|[.,/:-](?=[{_DIGIT}{_ODD}ก-ฮ])|[{_ODD}ก-๎]{{1,3}}(?=[.,/:-]?[{_DIGIT}]))*"
    f"(?:[{_ODD}ก-๎]{{1,2}}(?![ก-๎A-Za-z]))?"
)
_ODD_WORD = re.compile(f"(?<!\\S)[{_ODD}]{{1,4}}(?=[.,:/)]?(?!\\S))")
_LETTERS_ONLY = re.compile("(?<![\\S])[ก-ฮๆ]{2,5}(?=[.,:/)]?(?!\\S))")
_HAS_DIGIT = re.compile(f"[{_DIGIT}]")


@dataclass(frozen=True, slots=True)
class Letter:
    """One sign of Tesseract's text: its place in `raw`, its box in pixels and the line it stands in."""

    start: int
    end: int
    box: tuple[float, float, float, float]
    line: int

    @property
    def centre(self) -> float:
        return (self.box[0] + self.box[2]) / 2


@dataclass(frozen=True, slots=True)
class Corrected:
    """A text with its digits put right. `origin[i]` is the place in Tesseract's text that `text[i]` stands for
    (`len(text) + 1` of them); `sure` and `doubtful` are places of digits in `text`; `changed` counts other digits."""

    text: str
    origin: tuple[int, ...]
    sure: frozenset[int] = frozenset()
    doubtful: frozenset[int] = frozenset()
    changed: int = 0


@dataclass(slots=True)
class _Change:
    """What stands for `raw[start:end]`: the signs, and for each whether it is sure (None: no digit)."""

    start: int
    end: int
    text: str
    sure: list[bool | None] = field(default_factory=list)


def correct(grey: NDArray[np.uint8], raw: str, letters: Sequence[Letter]) -> Corrected:
    """Tesseract's text of a picture (rows × columns, dark on light) with the digits its shapes show."""
    lines: dict[int, list[Letter]] = {}
    for letter in letters:
        lines.setdefault(letter.line, []).append(letter)
    changes = [change for line in lines.values() for change in _changes(grey, raw, line)]
    return _applied(raw, sorted(changes, key=lambda change: change.start))


def _changes(grey: NDArray[np.uint8], raw: str, line: Sequence[Letter]) -> Iterator[_Change]:
    start, end = line[0].start, line[-1].end
    for first, last in _candidates(raw[start:end]):
        inside = [letter for letter in line if start + first <= letter.start < start + last]
        if not inside:
            continue
        signs = _signs(grey, inside, line)
        change = _decided(raw, inside, signs)
        if change:
            yield change


def _candidates(text: str) -> list[tuple[int, int]]:
    """Spans that hold digits, or words that may be digits misread: odd signs, letters that make no word."""
    spans = [match.span() for match in _NUMBER.finditer(text)]
    for pattern in (_ODD_WORD, _LETTERS_ONLY):
        for match in pattern.finditer(text):
            free = all(match.end() <= start or end <= match.start() for start, end in spans)
            if free and match[0] not in quality.dictionary():
                spans.append(match.span())
    return sorted(spans)


def _signs(grey: NDArray[np.uint8], inside: Sequence[Letter], line: Sequence[Letter]) -> list[Sign]:
    """Shapes within the letters' boxes, and beyond them those that no letter of the line has taken."""
    x0, y0 = min(letter.box[0] for letter in inside), min(letter.box[1] for letter in inside)
    x1, y1 = max(letter.box[2] for letter in inside), max(letter.box[3] for letter in inside)
    tall = max(y1 - y0, 8.0)
    left, top = max(0, int(x0 - 1.2 * tall)), max(0, int(y0 - 0.25 * tall))
    right, bottom = int(x1 + 1.2 * tall), int(y1 + 0.25 * tall)
    cut = grey[top:bottom, left:right]
    if cut.size == 0:
        return []
    found = digits.read_line(cut, int(y0 - top), int(y1 - top + 0.1 * tall) + 1)
    found = [Sign(sign.x0 + left, sign.x1 + left, sign.chances, sign.point) for sign in found]
    slack = 0.12 * tall
    within = [index for index, sign in enumerate(found) if x0 - slack <= sign.centre <= x1 + slack]
    if not within:
        return []
    taken = [letter.box for letter in line if letter not in inside]
    low, high = within[0], within[-1]
    while high + 1 < len(found) and _follows(found[high], found[high + 1], taken, tall):
        high += 1
    while low > 0 and _follows(found[low], found[low - 1], taken, tall):
        low -= 1
    return found[low : high + 1]


def _follows(sign: Sign, other: Sign, taken: Sequence[tuple[float, float, float, float]], tall: float) -> bool:
    """Whether a digit stands close beside the run and is nobody else's."""
    gap = max(other.x0 - sign.x1, sign.x0 - other.x1)
    free = all(not x0 - 2 <= other.centre <= x1 + 2 for x0, _, x1, _ in taken)
    return other.is_digit and gap < 0.35 * tall and free


def _decided(raw: str, inside: Sequence[Letter], signs: Sequence[Sign]) -> _Change | None:
    signs = [sign for sign in signs if sign.chances or sign.point]
    while signs and not signs[0].is_digit:
        signs = signs[1:]
    while signs and not signs[-1].is_digit:
        signs = signs[:-1]
    inside = _touched(raw, inside, signs)
    said = raw[inside[0].start : inside[-1].end]
    numeric = bool(_HAS_DIGIT.search(said))
    if not signs:
        return _doubted(inside, said) if numeric else None
    points = [letter for letter in inside if raw[letter.start] in _POINTS]
    texts = _points(raw, points, signs)
    shapes = [sign for sign, text in zip(signs, texts, strict=True) if not text]
    thai = 2 * sum(sign.thai for sign in shapes) > sum(sum(sign.chances[:20]) for sign in shapes)
    strict = all(sign.is_digit and sign.best(thai)[1] >= STRICT for sign in shapes)
    seen = "".join(text or sign.best(thai)[0] for sign, text in zip(signs, texts, strict=True))
    named = [letter for letter in inside if letter not in points]
    if not numeric:
        few = len(shapes) <= 2 * len(named)
        clear = min(sign.best(thai)[1] for sign in shapes) >= CERTAIN
        return _whole(inside, seen, clear) if strict and thai and few else None
    joined = sum(raw[letter.start] == "/" for letter in points) > texts.count("/")
    if len(named) == len(shapes):
        change = _sign_by_sign(raw, inside, named, shapes, thai)
        if thai and sum(map(bool, texts)) > len(points) and all(sign.is_digit for sign in shapes):
            change = _with_points(change, texts)
        if thai and all(sign.is_digit for sign in shapes) and not set(change.text) - _OF_AMOUNTS:
            change = _regrouped(change)
        return replace(change, sure=[certain and not joined for certain in change.sure]) if joined else change
    if strict and thai and _covers(signs, inside):
        return _whole(inside, _grouped(seen), not joined and _fills(signs, inside))
    return _doubted(inside, said)


def _with_points(change: _Change, texts: Sequence[str]) -> _Change:
    """The digits of a change with the points that are seen between them, more than Tesseract saw."""
    digit = iter(
        [(sign, certain) for sign, certain in zip(change.text, change.sure, strict=True) if certain is not None]
    )
    if sum(certain is not None for certain in change.sure) != texts.count(""):
        return change
    pairs: list[tuple[str, bool | None]] = [(text, None) if text else next(digit) for text in texts]
    return _Change(change.start, change.end, "".join(sign for sign, _ in pairs), [certain for _, certain in pairs])


def _regrouped(change: _Change) -> _Change:
    """The change with an amount's commas and points where they belong."""
    text = _grouped(change.text)
    certain = iter([certain for certain in change.sure if certain is not None])
    return _Change(change.start, change.end, text, [next(certain) if sign.isdigit() else None for sign in text])


_POINTS = ".,/:-"
_OF_AMOUNTS = set("๐๑๒๓๔๕๖๗๘๙.,")
_AMOUNT = re.compile("([๐-๙]{1,3}(?:[.,]{1,2}[๐-๙]{3}){2,}|[๐-๙]{1,3}(?:,{1,2}[๐-๙]{3}))(?:[.,]{1,2}([๐-๙]{1,2}))?")


def _grouped(seen: str) -> str:
    """An amount with commas between its thousands and a point before its hundredths, however these were seen."""
    amount = _AMOUNT.fullmatch(seen)
    if not amount:
        return seen
    return re.sub("[.,]+", ",", amount[1]) + (f".{amount[2]}" if amount[2] else "")


def _touched(raw: str, inside: Sequence[Letter], signs: Sequence[Sign]) -> Sequence[Letter]:
    """The letters without those at the ends that are no digits and stand beside the digits that are seen."""
    first, last = 0, len(inside)
    while signs and first < last - 1 and not raw[inside[first].start].isdigit() and inside[first].centre < signs[0].x0:
        first += 1
    while signs and last > first + 1 and not raw[inside[last - 1].start].isdigit():
        if inside[last - 1].centre <= signs[-1].x1:
            break
        last -= 1
    return inside[first:last]


def _points(raw: str, points: Sequence[Letter], signs: Sequence[Sign]) -> list[str]:
    """For every sign the point, comma, hyphen or stroke it is; empty for digits and for shapes without a name.

    Where there are as many as Tesseract says, Tesseract's are taken: it knows them better.
    """
    others = [sign for sign in signs if not sign.is_digit]
    if len(others) == len(points):
        names = iter(raw[letter.start] for letter in points)
        return ["" if sign.is_digit else next(names) for sign in signs]
    return ["" if sign.is_digit else _named(raw, points, sign) or sign.point for sign in signs]


def _named(raw: str, points: Sequence[Letter], sign: Sign) -> str:
    """What Tesseract calls the small sign that stands there; empty where it names none."""
    near = [letter for letter in points if abs(letter.centre - sign.centre) < 5]
    return raw[near[0].start] if near else ""


def _covers(signs: Sequence[Sign], inside: Sequence[Letter], slack: float = 1.1, gap: float = 0.9) -> bool:
    """Whether the signs follow each other closely from the first letter's place to the last one's (digit widths)."""
    width = max(sign.x1 - sign.x0 for sign in signs if sign.is_digit)
    x0, x1 = inside[0].box[0], inside[-1].box[2]
    close = all(b.x0 - a.x1 < gap * width for a, b in itertools.pairwise(signs))
    return close and signs[0].x0 <= x0 + slack * width and signs[-1].x1 >= x1 - slack * width


def _fills(signs: Sequence[Sign], inside: Sequence[Letter]) -> bool:
    """Whether there is no room for a digit that was not seen."""
    return _covers(signs, inside, slack=0.6, gap=0.5)


def _sign_by_sign(
    raw: str, inside: Sequence[Letter], named: Sequence[Letter], shapes: Sequence[Sign], thai: bool
) -> _Change:
    seen = dict(zip((letter.start for letter in named), shapes, strict=True))
    text, sure = "", list[bool | None]()
    for place in range(inside[0].start, inside[-1].end):
        sign = seen.get(place)
        if sign is None:
            text += raw[place]
            sure.append(False if raw[place].isdigit() else None)
            continue
        digit, certain = _digit(raw[place], sign, thai)
        text += digit
        sure.append(certain if digit.isdigit() else None)
    return _Change(inside[0].start, inside[-1].end, text, sure)


def _digit(said: str, sign: Sign, thai: bool) -> tuple[str, bool]:
    """The digit that stands here and whether it is sure, from Tesseract's sign and the shape."""
    seen, chance = sign.best(thai)
    if not sign.is_digit:
        return said, False
    if seen == said:
        return seen, chance >= AGREED
    if seen in _TAKEN_FOR.get(said, ""):
        return seen, chance >= digits.SURE
    if not said.isdigit():
        return (seen, chance >= STRICT) if chance >= digits.SURE else (said, False)
    if not thai and said in digits.ARABIC:
        return said, False
    return (seen, False) if chance >= digits.SURE else (said, False)


def _whole(inside: Sequence[Letter], seen: str, sure: bool) -> _Change:
    return _Change(inside[0].start, inside[-1].end, seen, [sure if sign.isdigit() else None for sign in seen])


def _doubted(inside: Sequence[Letter], said: str) -> _Change:
    return _Change(inside[0].start, inside[-1].end, said, [False if sign.isdigit() else None for sign in said])


def _applied(raw: str, changes: Sequence[_Change]) -> Corrected:
    text: list[str] = []
    origin: list[int] = []
    sure, doubtful = set[int](), set[int]()
    place = changed = 0
    for change in changes:
        if change.start < place:
            continue
        text += raw[place : change.start]
        origin += range(place, change.start)
        length = max(len(change.text), 1)
        for index, (sign, certain) in enumerate(zip(change.text, change.sure, strict=True)):
            if certain is not None:
                (sure if certain else doubtful).add(len(text))
            text.append(sign)
            origin.append(change.start + index * (change.end - change.start) // length)
        before = raw[change.start : change.end]
        changed += sum(a != b for a, b in zip(before, change.text, strict=False)) + abs(len(before) - len(change.text))
        place = change.end
    text += raw[place:]
    origin += range(place, len(raw) + 1)
    return Corrected("".join(text), tuple(origin), frozenset(sure), frozenset(doubtful), changed)
