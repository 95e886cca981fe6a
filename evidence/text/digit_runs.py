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
"""Likelihood that is enough where Tesseract says the same and says it for no other digit."""
CLEAR = 0.95
"""Likelihood needed where Tesseract says a digit that it is known to say for the one that is seen."""
LIKELY = 0.90
"""Likelihood from which a shape's digit is taken, in doubt, where Tesseract says something else."""
STRICT = 0.97
"""Likelihood needed of every shape where Tesseract's letters say nothing of digits or their count differs."""
CERTAIN = 0.985
"""Likelihood from which digits are stated where Tesseract saw letters only."""
THERE = 0.75
"""How sure it must be that a digit stands there at all."""
ROOM = 0.25
"""Likelihood of a sign between two others from which both are in doubt."""
_NEAR = 0.15
"""Of two digits, one of them likely by what Tesseract says, that one is taken if it is so much as likely by its shape."""
_MOST = 0.6
"""Share of clear digits from which what Tesseract took for letters is a number, the other signs in doubt."""
_LEFT_OUT = 0.8
_FAR = 2.2
"""Signs whose middles are so many usual steps apart have room for another between them."""

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
_SIGNS = "«»“”‘’|!$@&*<>{}[]=+#"
_NUMBER = re.compile(
    f"(?:[{_ODD}]{{1,2}} |(?<![ก-๎A-Za-z])[{_ODD}ก-๎]{{1,3}}[.,/]?)?[{_DIGIT}]"
    f"(?:[{_DIGIT}]|[.,/:-]{{1,2}}(?=[{_DIGIT}{_ODD}ก-ฮ])|[{_ODD}ก-๎]{{1,3}}(?=[.,/:-]?[{_DIGIT}]))*"
    f"(?:(?:(?<=[.,])[{_ODD}ก-ฮ]{{1,4}}(?:[.,][{_ODD}ก-ฮ]{{1,4}})*|[{_ODD}ก-๎]{{1,2}})(?![ก-๎A-Za-z]))?"
)
_ODD_WORD = re.compile(f"(?<![^\\s(])[{_ODD}]{{1,6}}(?=[.,:/)]?(?!\\S))")
_LETTERS_ONLY = re.compile("(?<![^\\s(])[ก-ฮๆ]{1,5}(?=[.,:/)]?(?!\\S))")
_LATIN_WORD = re.compile("[A-Za-z]{2,}")
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
    """Tesseract's text of a picture (rows × columns) with the digits its shapes show, without lines that are none."""
    lines: dict[int, list[Letter]] = {}
    for letter in letters:
        lines.setdefault(letter.line, []).append(letter)
    torn = _torn_marks(raw, list(lines.values()))
    lines = {number: line for number, line in lines.items() if line not in torn}
    runs = [(inside, line) for line in lines.values() for inside in _runs(raw, line)]
    found = digits.read_lines(grey, [_hull(raw, inside) for inside, _ in runs])
    changes = [
        _decided(raw, inside, _own(raw, signs, inside, line)) for (inside, line), signs in zip(runs, found, strict=True)
    ]
    changes += [_Change(line[0].start, line[-1].end, "") for line in torn]
    return _applied(raw, sorted((change for change in changes if change), key=lambda change: change.start))


def _torn_marks(raw: str, lines: Sequence[Sequence[Letter]]) -> list[Sequence[Letter]]:
    """Lines that Tesseract made of the marks above the next line: low, wordless and close over a line of writing."""
    heights = [_height(line) for line in lines]
    large = [height for line, height in zip(lines, heights, strict=True) if len(line) >= 8]
    usual = float(np.median(large)) if len(large) >= 3 else 0.0
    torn = []
    for line, height in zip(lines, heights, strict=True):
        if height >= 0.55 * usual or _has_word(raw[line[0].start : line[-1].end]):
            continue
        x0, bottom, x1 = line[0].box[0], float(np.median([letter.box[3] for letter in line])), line[-1].box[2]
        for other, tall in zip(lines, heights, strict=True):
            top = float(np.median([letter.box[1] for letter in other]))
            over = min(x1, other[-1].box[2]) - max(x0, other[0].box[0]) > 0.8 * (x1 - x0)
            if tall >= 0.7 * usual and over and -0.6 * usual <= top - bottom <= 0.5 * usual:
                torn.append(line)
                break
    return torn


def _height(line: Sequence[Letter]) -> float:
    return float(np.median([letter.box[3] - letter.box[1] for letter in line]))


def _has_word(text: str) -> bool:
    """Whether there is a Thai word or a number in a text, or anything long."""
    words = re.findall("[ก-๎]{3,}", text)
    return any(word in quality.dictionary() for word in words) or bool(
        re.search(f"[{_DIGIT}]{{3}}|[A-Za-z]{{6}}", text)
    )


def _runs(raw: str, line: Sequence[Letter]) -> Iterator[list[Letter]]:
    """The letters of a line that may be numbers."""
    start, end = line[0].start, line[-1].end
    for first, last in _candidates(raw[start:end]):
        inside = [letter for letter in line if start + first <= letter.start < start + last]
        while len(inside) > 1 and raw[inside[0].start] == "|":
            inside = inside[1:]
        while len(inside) > 1 and raw[inside[-1].start] == "|":
            inside = inside[:-1]
        if inside:
            yield inside


def _candidates(text: str) -> list[tuple[int, int]]:
    """Spans that hold digits, or words that may be digits misread: odd signs (not among English), no words of Thai."""
    spans = [match.span() for match in _NUMBER.finditer(text)]
    latin = sum(map(len, _LATIN_WORD.findall(text)))
    english = latin > max(8, len(text) // 2)
    for pattern in (_LETTERS_ONLY,) if english else (_ODD_WORD, _LETTERS_ONLY):
        for match in pattern.finditer(text):
            free = all(match.end() <= start or end <= match.start() for start, end in spans)
            if free and match[0] != "|" and match[0] not in quality.dictionary():
                spans.append(match.span())
    return sorted(spans)


def _hull(raw: str, inside: Sequence[Letter]) -> tuple[float, float, float, float]:
    """The box around a run; rules of tables and marks that Tesseract takes for tall letters do not make it higher."""
    known = [letter for letter in inside if raw[letter.start].isdigit()] or list(inside)
    usual = float(np.median([letter.box[3] - letter.box[1] for letter in known]))
    boxes = [letter.box for letter in known if letter.box[3] - letter.box[1] <= 1.5 * usual]
    sides = [letter.box for letter in inside]
    return min(b[0] for b in sides), min(b[1] for b in boxes), max(b[2] for b in sides), max(b[3] for b in boxes)


def _own(raw: str, found: Sequence[Sign], inside: Sequence[Letter], line: Sequence[Letter]) -> list[Sign]:
    """The signs within the letters' boxes, and beyond them the digits that no letter of the line has taken."""
    x0, y0, x1, y1 = _hull(raw, inside)
    tall = max(y1 - y0, 8.0)
    slack = max(0.12 * tall, (0.7 * tall - (x1 - x0)) / 2)
    within = [index for index, sign in enumerate(found) if x0 - slack <= sign.centre <= x1 + slack]
    if not within:
        return []
    others = [letter for letter in line if letter not in inside]
    low, high = within[0], within[-1]
    before = _further(raw, found[low::-1], others, tall)
    after = _further(raw, found[high:], others, tall)
    return [*before[::-1], *found[low : high + 1], *after]


def _further(raw: str, signs: Sequence[Sign], others: Sequence[Letter], tall: float) -> list[Sign]:
    """The signs after the first that belong to its number: digits that stand close, points only with a digit after them.

    Where Tesseract sees no digit but another letter, a clear digit belongs to the number and is in doubt.
    """
    mine: list[Sign] = []
    waiting: list[Sign] = []
    for sign, other in itertools.pairwise(signs):
        gap = max(other.x0 - sign.x1, sign.x0 - other.x1)
        takers = [letter for letter in others if letter.box[0] - 2 <= other.centre <= letter.box[2] + 2]
        known = any(raw[letter.start].isdigit() for letter in takers)
        if gap >= 0.35 * tall or known or not (other.is_digit or (other.point and not takers)):
            break
        if not other.is_digit:
            waiting.append(other)
        elif not takers:
            mine += [*waiting, other]
            waiting = []
        elif max(other.best(True)[1], other.best(False)[1]) >= STRICT and not waiting:
            mine.append(replace(other, there=0.0))
        else:
            break
    return mine


# What stands there


def _decided(raw: str, inside: Sequence[Letter], signs: Sequence[Sign]) -> _Change | None:
    said = raw[inside[0].start : inside[-1].end]
    numeric = bool(_HAS_DIGIT.search(said))
    whole = signs
    while signs and not signs[0].is_digit:
        signs = signs[1:]
    while signs and not signs[-1].is_digit:
        signs = signs[:-1]
    if not signs:
        return _doubted(inside, said) if numeric else None
    shown = [sign for sign in signs if sign.is_digit]
    thai = 2 * sum(sign.thai for sign in shown) > sum(sum(sign.chances[:20]) for sign in shown)
    if numeric:
        change = _merged(raw, inside, signs, thai)
        return _unsure(change) if _is_cut(raw, inside) else change
    return _unnumbered(inside, whole, thai)


def _unnumbered(inside: Sequence[Letter], whole: Sequence[Sign], thai: bool) -> _Change | None:
    """Thai digits in the place of what Tesseract took for letters, if nearly all that stands there are such."""
    clear = [_clear(sign, thai, STRICT) for sign in whole if not sign.point]
    most = sum(clear) >= 2 and sum(clear) >= _MOST * len(clear)
    if not thai or len(clear) > 2 * len(inside) or not (most or all(clear)):
        return None
    text, sure = "", list[bool | None]()
    certain = all(_clear(sign, thai, CERTAIN) for sign in whole if not sign.point)
    for sign in whole:
        text += sign.point or sign.best(thai)[0]
        sure.append(None if sign.point else certain)
    return _Change(inside[0].start, inside[-1].end, text, sure)


def _clear(sign: Sign, thai: bool, least: float) -> bool:
    """Whether a digit is clear, and nothing else stands beside it."""
    return sign.is_digit and sign.best(thai)[1] >= least and sign.there >= THERE and sign.room <= ROOM


def _merged(raw: str, inside: Sequence[Letter], signs: Sequence[Sign], thai: bool) -> _Change:
    """The number that both readers make: the shapes' digits, Tesseract's letters around them, doubts where they differ."""
    pairs = _aligned(raw, inside, signs)
    strict = all(_clear(sign, thai, STRICT) for sign in signs if sign.is_digit)
    wide = _usual_step(signs)
    first = next(index for index, (_, sign) in enumerate(pairs) if sign)
    last = max(index for index, (_, sign) in enumerate(pairs) if sign)
    low, high = signs[0].x0, signs[-1].x1
    parts: list[tuple[str, bool | None]] = []
    doubt_next, before = False, None
    place = inside[0].start
    for index, (letter, sign) in enumerate(pairs):
        said = raw[letter.start : letter.end] if letter else ""
        if letter:
            if index <= first or index > last or (parts and parts[-1][0].isalpha()):
                parts += [(blank, None) for blank in raw[place : letter.start]]
            elif raw[place : letter.start].strip() == "" and raw[place : letter.start] and sign and not sign.is_digit:
                parts.append((" ", None))
            place = letter.end
        if sign is None:
            outside = index < first or index > last
            if outside and letter and not low - 1 <= letter.centre <= high + 1:
                parts += [(one, False if one.isdigit() else None) for one in said]
                if said in _SIGNS:
                    doubt_next = _doubt_last(parts)
            elif (said.isdigit() or said in digits.POINTS) and not strict:
                doubt_next = _doubt_last(parts) or doubt_next
            continue
        if before is not None and sign.centre - before.centre > _FAR * wide:
            doubt_next = _doubt_last(parts)
        before = sign
        if sign.is_digit:
            digit, certain = _digit(said, sign, thai)
            parts.append((digit, None if certain is None else certain and not doubt_next))
            doubt_next = doubt_next and certain is None
            if certain is None and thai:
                doubt_next = _doubt_last(parts)
        elif sign.point or said in digits.POINTS:
            text, certain = _point(said, sign)
            parts += [(text, None)] if text else []
            if not certain:
                doubt_next = _doubt_last(parts)
        elif said and not said.isdigit():
            parts.append((said, None))
        else:
            parts += [(said, False)] if said else []
            doubt_next = _doubt_last(parts)
        if sign.room > ROOM:
            doubt_next = _doubt_last(parts)
    text = "".join(one for one, _ in parts)
    change = _Change(inside[0].start, inside[-1].end, text, [certain for _, certain in parts])
    return _plausible(_regrouped(change))


def _usual_step(signs: Sequence[Sign]) -> float:
    """How far apart the middles of signs next to each other usually are."""
    return float(np.median([b.centre - a.centre for a, b in itertools.pairwise(signs)])) if len(signs) > 1 else 0.0


def _doubt_last(parts: list[tuple[str, bool | None]]) -> bool:
    """Doubts the last digit; what follows is to be doubted too."""
    for index in reversed(range(len(parts))):
        if parts[index][1] is not None:
            parts[index] = (parts[index][0], False)
            break
    return True


def _aligned(raw: str, inside: Sequence[Letter], signs: Sequence[Sign]) -> list[tuple[Letter | None, Sign | None]]:
    """Tesseract's letters and the shapes' signs side by side in the order of the line; one without the other stands alone."""
    pitch = max(float(np.median([sign.width for sign in signs if sign.is_digit])), 1.0)
    costs = np.full((len(inside) + 1, len(signs) + 1), np.inf)
    steps = np.zeros(costs.shape, np.int8)
    costs[0, 0] = 0.0
    for i, j in itertools.product(range(len(inside) + 1), range(len(signs) + 1)):
        ways = []
        if i and j:
            ways.append((costs[i - 1, j - 1] + _unlike(raw, inside[i - 1], signs[j - 1], pitch), 0))
        if i:
            ways.append((costs[i - 1, j] + _LEFT_OUT, 1))
        if j:
            ways.append((costs[i, j - 1] + _LEFT_OUT, 2))
        if ways:
            costs[i, j], steps[i, j] = min(ways)
    pairs: list[tuple[Letter | None, Sign | None]] = []
    i, j = len(inside), len(signs)
    while i or j:
        step = steps[i, j]
        pairs.append((inside[i - 1] if step != 2 else None, signs[j - 1] if step != 1 else None))
        i, j = i - (step != 2), j - (step != 1)
    return pairs[::-1]


def _unlike(raw: str, letter: Letter, sign: Sign, pitch: float) -> float:
    """How little a letter of Tesseract's and a sign have in common: place and kind."""
    said = raw[letter.start : letter.end]
    away = min(abs(letter.centre - sign.centre) / pitch, 3.0)
    if sign.is_digit:
        seen, other = sign.best(True)[0], sign.best(False)[0]
        if said in (seen, other):
            kind = 0.0
        elif said.isdigit():
            kind = 0.1 if seen in _TAKEN_FOR.get(said, "") else 0.4
        else:
            kind = 1.2 if said in _POINTS else 0.5
    elif sign.point:
        kind = 0.0 if said == sign.point else 0.2 if said in _POINTS else 1.2
    else:
        kind = 0.9 if said.isdigit() or said in _POINTS else 0.1
    return 0.5 * away + kind


def _digit(said: str, sign: Sign, thai: bool) -> tuple[str, bool | None]:
    """The digit that stands here and whether it is sure, from Tesseract's sign (or none) and the shape.

    Between shapes that are about as likely, Tesseract's sign decides: it says few others for each digit. It makes no
    digit sure. Latin letters beside Arabic digits stay letters (None): Tesseract knows both.
    """
    seen, chance = sign.best(thai)
    there = sign.there >= THERE
    if said in _TAKEN_FOR and seen not in _TAKEN_FOR[said]:
        likely = max((sign.chances[digits.THAI.index(one)], one) for one in _TAKEN_FOR[said])
        if likely[0] > _NEAR * chance:
            return likely[1], False
    if seen == said and _TAKEN_FOR.get(said, said) == said:
        return seen, there and chance >= AGREED
    if seen in _TAKEN_FOR.get(said, said):
        return seen, there and chance >= CLEAR
    if said in digits.ARABIC and said and seen in digits.ARABIC:
        return (seen if chance >= STRICT else said), False
    if said.isdigit():
        return (seen if chance >= LIKELY else said), False
    if said and not thai:
        return said, None
    if said and chance < LIKELY:
        return said, None
    return seen, there and chance >= STRICT


def _point(said: str, sign: Sign) -> tuple[str, bool]:
    """The comma, point, stroke or hyphen between digits, and whether it is sure."""
    if not sign.point:
        return said, False
    chance = sum(sign.chances[20:24])
    if said == sign.point:
        return said, True
    own = sign.chances[20 + digits.POINTS.index(sign.point)]
    if said in _POINTS and said:
        return (sign.point, own >= CLEAR) if own >= AGREED else (said, False)
    return (sign.point, own >= CLEAR and sign.there >= THERE) if chance >= AGREED else (said, False)


_POINTS = ".,/:-"
_GROUPED = re.compile("[0-9๐-๙.,]+")
_AMOUNT = re.compile(
    f"([{_DIGIT}]{{1,3}}(?:[.,]{{1,2}}[{_DIGIT}]{{3}}){{2,}}|[{_DIGIT}]{{1,3}}(?:,{{1,2}}[{_DIGIT}]{{3}}))(?:([.,]{{1,2}})([{_DIGIT}]{{1,2}}))?"
)
_LETTER_AT_COMMA = re.compile(f"[^{_DIGIT}\\s],[{_DIGIT}]|[{_DIGIT}],[^{_DIGIT}\\s]")
_WELL_GROUPED = re.compile(f"[{_DIGIT}]{{1,3}}(?:,[{_DIGIT}]{{3}})+(?:\\.[{_DIGIT}]{{2}})?")


def _regrouped(change: _Change) -> _Change:
    """The change with an amount's commas and points where they belong; in doubt where hundredths follow no point."""
    amount = _AMOUNT.fullmatch(change.text)
    if not amount:
        return change
    text = re.sub("[.,]+", ",", amount[1]) + (f".{amount[3]}" if amount[3] else "")
    pointed = not amount[3] or "." in amount[2]
    certain = iter([certain and pointed for certain in change.sure if certain is not None])
    return _Change(change.start, change.end, text, [next(certain) if sign.isdigit() else None for sign in text])


def _plausible(change: _Change) -> _Change:
    """The change, all in doubt if it has commas and is no amount: a digit or a point was lost, or is still a letter."""
    ill_grouped = _GROUPED.fullmatch(change.text) and not _WELL_GROUPED.fullmatch(change.text)
    lost = "," in change.text and (ill_grouped or _LETTER_AT_COMMA.search(change.text))
    return _unsure(change) if lost else change


def _is_cut(raw: str, inside: Sequence[Letter]) -> bool:
    """Whether a comma and more, or more and a comma, touch the run: a number of which only a part was taken."""
    before, after = raw[max(0, inside[0].start - 2) : inside[0].start], raw[inside[-1].end : inside[-1].end + 2]
    return bool(re.fullmatch("[^\\s],", before) or re.fullmatch(",[^\\s]", after))


def _unsure(change: _Change) -> _Change:
    return replace(change, sure=[None if certain is None else False for certain in change.sure])


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
