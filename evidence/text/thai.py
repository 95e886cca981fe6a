"""The known ways in which Thai text comes out of documents broken, and how each is mended without losing the original.

Families and their order are those of the defect catalogue in docs/reading.md; rates were measured on real
documents of Thai local bodies. Repairs touch Thai letters, blanks and stray control characters, never digits or Latin.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evidence.text import quality
from evidence.text.thai_signs import Sign, Signs, any_of, holds, searched

_CONS = "\u0e01-\u0e2e"
_TONE = "\u0e48-\u0e4b"
_VOWEL_MARK = "\u0e31\u0e34-\u0e3a"
_MARK = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_AA, _AM = "\u0e32", "\u0e33"
_START = "\u0e01-\u0e2e\u0e40-\u0e44"
_CONTROL = "\x01-\x08\x0e-\x1f"
_STRAY = f"{_CONTROL}\u0100-\u036f"
"""What WeasyPrint and fpdf2 leave where a font's split SARA AM has a nikhahit glyph without a Unicode value."""

_BLANK_IN_SYLLABLE = (
    f" (?:(?<=[{_CONS}][{_TONE}\u0e31\u0e37\u0e47] )|(?<=[{_CONS}][\u0e31\u0e37][{_TONE}] )"
    f"|(?<=[\u0e1b\u0e1d\u0e1f][\u0e34\u0e36\u0e38\u0e39] )|(?<=[\u0e1b\u0e1d\u0e1f][{_VOWEL_MARK}][{_TONE}] ))"
    f"(?=[{_CONS}])"
)
"""A blank where no Thai syllable ends, or where the tall letters ป ฝ ฟ with a mark make readers see a gap. (It looks
back over the blank: patterns that begin with a letter are searched many times faster.)"""

_CLUSTER = f"[\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e44][{_MARK}]{{0,2}}"
_SPACED_START = r"(?<!\S)"


@dataclass(frozen=True, slots=True)
class Repaired:
    """Mended text. `offsets[i]` is the place in the original of `text[i]`; `len(offsets) == len(text) + 1`.

    Offsets never decrease, also where letters changed places. `repairs` counts repairs by family.
    """

    text: str
    offsets: tuple[int, ...]
    repairs: Mapping[str, int] = field(default_factory=dict)


def repair(raw: str) -> Repaired:
    """The text a person sees behind what a reader gave out. Clean text and mended text come back unchanged."""
    draft = _Draft(raw)
    if "\r" in raw:
        draft.unify_line_ends()
    for _ in range(_MOST_ROUNDS):
        before = draft.text
        signs = draft.signs
        if signs.rare:
            _repair_pages_of_one_family(draft)
        if _AM in draft.text:
            _aa_written_as_am(draft)
        if signs.rare:
            _weasyprint_uu(draft)
            if _RARE.search(draft.text):
                draft.apply(_RARE_RULES)
        draft.apply(_RULES)
        if _AM in draft.text:
            _split_am(draft)
        if _THO_BEFORE_AA in draft.text:
            _am_written_with_tone(draft)
        if draft.text == before:
            break
    return Repaired(draft.text, tuple(draft.offsets), dict(draft.repairs))


_MOST_ROUNDS = 12
_LINE_END = re.compile("\r\n?")
_THO_BEFORE_AA = "\u0e49\u0e32"

Replace = Callable[[re.Match[str]], "str | None"]


class _Draft:
    """A text under repair with the way back to the original."""

    def __init__(self, raw: str) -> None:
        self.text = raw
        self.offsets: Sequence[int] = _numbers(len(raw) + 1)
        self.repairs: Counter[str] = Counter()
        self._signs: Signs | None = None

    @property
    def signs(self) -> Signs:
        """What the text holds as it now is."""
        if self._signs is None or self._signs.text is not self.text:
            self._signs = Signs(self.text)
        return self._signs

    def unify_line_ends(self) -> None:
        """Every line ends with a line feed; it keeps the place of the carriage return."""
        if self.text.count("\r") != self.text.count("\r\n"):
            self.substitute("line_end", _LINE_END, _constant("\n"))
            return
        lines = self.text.split("\r\n")
        offsets: list[int] = []
        start = 0
        for line in lines:
            offsets += self.offsets[start : start + len(line) + 1]
            start += len(line) + 2
        self.offsets = offsets
        self.text = "\n".join(lines)
        self.repairs["line_end"] += len(lines) - 1

    def apply(self, rules: tuple[Rule, ...]) -> None:
        """Apply rules one after the other, without those whose sign the text does not have."""
        for family, pattern, replace, sign in rules:
            if sign is None or sign(self.signs):
                self.substitute(family, pattern, replace)

    def substitute(self, family: str, pattern: re.Pattern[str], replace: Replace) -> None:
        """Replace every match for which `replace` returns a text. New letters keep the place of the old ones."""
        pieces: list[str] = []
        offsets: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            new = replace(match)
            start, end = match.span()
            if new is None or new == match[0]:
                continue
            pieces += (self.text[done:start], new)
            offsets += self.offsets[done:start]
            offsets += [self.offsets[min(start + index, end - 1)] for index in range(len(new))]
            self.repairs[family] += 1
            done = end
        if done:
            pieces.append(self.text[done:])
            offsets += self.offsets[done:]
            self.text, self.offsets = "".join(pieces), offsets

    def translate(self, family: str, table: Mapping[int, str], start: int = 0, end: int | None = None) -> None:
        """Replace single characters by single characters within a span."""
        old = self.text[start:end]
        new = old.translate(table)
        self.repairs[family] += sum(a != b for a, b in zip(old, new, strict=True))
        self.text = self.text[:start] + new + self.text[start + len(new) :]


_NUMBERS: list[int] = []
_MOST_NUMBERS = 100_000


def _numbers(count: int) -> Sequence[int]:
    """0, 1, 2 … `count` - 1. The numbers are the same objects for every text: offsets of many pages stay small."""
    if count > _MOST_NUMBERS:
        return range(count)
    if count > len(_NUMBERS):
        _NUMBERS.extend(range(len(_NUMBERS), count))
    return _NUMBERS[:count]


# Families that befall a whole page: letters of another script stand for Thai ones.


def _repair_pages_of_one_family(draft: _Draft) -> None:
    """S (Greek letters of e-LAAS) and G (glyph numbers of TH Sarabun), where the page is mostly that."""
    text = draft.text
    if len(_GREEK.findall(text)) >= 5 and len(_GREEK.findall(text)) > len(_THAI.findall(text)):
        draft.translate("S", _ssrs_table())
    elif _is_glyph_numbers(text):
        draft.substitute("G", _GLYPHS, _sarabun_glyph)


_GREEK = re.compile("[\u0395-\u03fa]")
_THAI = re.compile("[\u0e01-\u0e5b]")
_GLYPHS = re.compile("[\ue000-\ue1fa\U00100000-\U001001fa]")
_GLYPH_RUNS = re.compile("[\ue000-\ue1fa\U00100000-\U001001fa]{3,}")


def _is_glyph_numbers(text: str) -> bool:
    """Whether runs of private-use letters read as Thai once decoded; the icons of web fonts stand alone and do not."""
    runs = "".join(_GLYPH_RUNS.findall(text))
    if len(runs) < 5:
        return False
    decoded = _GLYPHS.sub(lambda match: _sarabun_glyph(match) or "", runs)
    return len(_THAI.findall(decoded)) > 0.6 * len(runs)


def _sarabun_glyph(match: re.Match[str]) -> str | None:
    """pdf2htmlEX writes glyph n of an unmapped font as U+E000+n or U+100000+n."""
    code = ord(match[0])
    return _table("th_sarabun_gid_to_unicode").get(code - (0xE000 if code < 0x10000 else 0x100000))


@functools.cache
def _ssrs_table() -> dict[int, str]:
    """Letters by CID of Microsoft Sans Serif. Codes from 0x20 up are real ASCII (figures), apart from line ends."""
    table = _table("ssrs_ms_sans_serif_cid_to_unicode")
    return {code: new for code, new in table.items() if (code < 0x20 and code not in (0x0A, 0x0D)) or code > 0x7F}


@functools.cache
def _table(name: str) -> dict[int, str]:
    path = Path(__file__).parent / "tables" / f"{name}.json"
    return {int(code, 16): chr(int(new, 16)) for code, new in json.loads(path.read_text(encoding="ascii")).items()}


@functools.cache
def _private_use_table() -> dict[int, str]:
    return {**_table("wingdings_to_unicode"), **_table("thai_pua_f700_to_unicode")}


# Families that befall single places.


def _constant(text: str) -> Replace:
    return lambda match: text


def _groups(template: str) -> Replace:
    return lambda match: match.expand(template)


def _blank_before_aa(match: re.Match[str]) -> str | None:
    """A: the blank is the nikhahit of a split SARA AM, unless the line is letter-spaced (`ร า ช ก า ร`)."""
    text, start, end = match.string, match.start(), match.end()
    spaced = _LONE_LETTER.search(text[max(0, start - 4) : start]) and _LONE_LETTER_NEXT.match(text[end : end + 5])
    return None if spaced else _AM


_LONE_LETTER = re.compile(f"(?:^|\\s)[{_CONS}][{_MARK}]*$")
_LONE_LETTER_NEXT = re.compile(f" [\u0e01-\u0e4e][{_MARK}]*(?:\\s|$)")


def _blank_before_tone_aa(match: re.Match[str]) -> str | None:
    """A again: `น ้า` is น้ำ where it gives a word and ข ้า (T3) does not; a tie goes to ำ in a page of family A."""
    text, tone = match.string, match[1]
    with_am = _known_around(text, match.span(), tone + _AM)
    with_aa = _known_around(text, match.span(), tone + _AA)
    if with_am == with_aa:
        usual = text[match.start() - 1] in _USUAL_BEFORE_AM or _PLAIN_A.search(text)
        return tone + (_AM if usual else _AA)
    return tone + (_AM if with_am > with_aa else _AA)


_USUAL_BEFORE_AM = "นตซย"
"""น้ำ ต่ำ ซ้ำ ย้ำ are common words; the same with AA hardly ever meant."""
_PLAIN_A = re.compile(f"[{_CONS}] {_AA}")


def _known_around(text: str, span: tuple[int, int], new: str, reach: int = 12) -> int:
    """Letters in dictionary words around a place once `new` stands there."""
    start, end = span
    return _known(text[max(0, start - reach) : start] + new + text[end : end + reach])


_known = functools.lru_cache(maxsize=8192)(quality.known_letters)


def _stray_am(match: re.Match[str]) -> str:
    """W: the stray is the nikhahit; a rarer stray of the page is the font's nikhahit with a tone, told by the words."""
    tone = match[1] or match[3]
    strays = Counter(_STRAY_AM.findall(match.string))
    if tone or strays[match[2]] == max(strays.values()):
        return tone + _AM
    return max(("\u0e49", "\u0e48", ""), key=lambda mark: _known_around(match.string, match.span(), mark + _AM)) + _AM


def _doubled_cluster(match: re.Match[str]) -> str | None:
    """Chromium draws some clusters twice (`ทั้งทั้หมด`, `ส่วส่ น`, `คำสั่งสั่ ที่`): dropped if that leaves fewer odd letters."""
    new = match[1] + match[2]
    gain = _known_around(match.string, match.span(), new) - _known_around(match.string, match.span(), match[0])
    return new if gain > quality.letters(new) - quality.letters(match[0]) else None


def _ends_a_word(text: str, at: int, least: int) -> bool:
    """Whether the letters before a place end with a word of at least so many letters."""
    ends = [text[at - length : at] for length in range(least, min(13, at + 1))]
    return not quality.dictionary().isdisjoint(ends)


def _gain(match: re.Match[str], new: str) -> int:
    """How many more letters lie in words once `new`, of the same letters, stands there; 0 where all do already."""
    text, (start, end) = match.string, match.span()
    before = _known_around(text, (start, end), match[0])
    if before == quality.letters(text[max(0, start - 12) : end + 12]):
        return 0
    return _known_around(text, (start, end), new) - before


def _letter_spaced(match: re.Match[str]) -> str | None:
    """H: `ร า ช ก า ร`: letters set apart, joined where all of them then are words."""
    joined = match[0].replace(" ", "")
    return joined if quality.known_letters(joined) == quality.letters(joined) else None


def _blank_inside_syllable(match: re.Match[str]) -> str | None:
    """H: `ป้ องกัน`, `ปั ญหา`: no syllable ends there; joined where that makes words of odd letters."""
    if _ends_a_word(match.string, match.start(), 4):
        return None
    return "" if _gain(match, "") > 0 else None


def _mark_after_next_base(match: re.Match[str]) -> str | None:
    """T2: `จดุ อ่อน`, `ยทุ ธศาสตร์`: a mark drawn late, a gap after it; put back where that makes words of odd letters."""
    text, (start, end) = match.string, match.span()
    if _ends_a_word(text, end - 1, end - start - 1):
        return None
    new = match[1] + match[3] + match[2]
    gain = _gain(match, new)
    whole = gain and _known_around(text, (start, end), new) == quality.letters(text[max(0, start - 12) : end + 12])
    return new if gain >= (1 if whole else 2) else None


def _mark_on_its_own_line(match: re.Match[str]) -> str | None:
    """T4: raised marks drawn apart come as a line of their own; put on the letter where they make most words."""
    before, mark = match[1], match[2]
    places = [at for at in range(len(before), 0, -1) if "\u0e01" <= before[at - 1] <= "\u0e2e"]
    forms = [before[:at] + mark + before[at:] for at in places]
    if not forms:
        return None
    apart = _known_around(match.string, match.span(), match[0])
    best = max(forms, key=lambda form: _known_around(match.string, match.span(), form))
    return best if _known_around(match.string, match.span(), best) > apart else None


def _raised_tone(match: re.Match[str]) -> str:
    """C: raised tone marks that came out as É Ê Ë Ì Í (Acrobat with Angsana and Cordia: `พืÊนทีÉ`)."""
    return chr(0x0E48 + ord(match[0]) - 0xC9)


def _every_second(match: re.Match[str]) -> str:
    return match[0][::2]


def _private_use(match: re.Match[str]) -> str | None:
    return _private_use_table().get(ord(match[0]))


Rule = tuple[str, re.Pattern[str], Replace, "Sign | None"]


def _rules(*rules: tuple[str, str, Replace, Sign | None]) -> tuple[Rule, ...]:
    return tuple((family, re.compile(pattern), replace, sign) for family, pattern, replace, sign in rules)


def _has_stray(signs: Signs) -> bool:
    return _STRAY_AM.search(signs.text) is not None


_RARE_RULES = _rules(
    ("C", "(?<=[\u0e01-\u0e4e])\u0477", _constant("\u0e48"), holds("\u0477")),
    ("C", "(?<=[\u0e01-\u0e4e])\u0478", _constant("\u0e49"), holds("\u0478")),
    ("C", "(?<=[\u0e01-\u0e4e])[\u00c9-\u00cd]", _raised_tone, holds(*"\u00c9\u00ca\u00cb\u00cc\u00cd")),
    ("P", "[\uf020-\uf0ff\uf700-\uf71d]", _private_use, None),
    ("Z", "[\u200b-\u200f\u00ad\ufeff\u2060\ufffe\uffff\x00]", _constant(""), None),
    ("W", f"(?<=[{_CONS}])([{_TONE}]?)([{_STRAY}])([{_TONE}]?)[{_AA}{_AM}]", _stray_am, _has_stray),
    ("W", f"(?<=[{_AM}])[{_CONTROL}]", _constant(""), any_of(b"Ak")),
    ("F", f"\ufffd([{_TONE}]?)[{_AA}{_AM}]", _groups(r"\1" + _AM), holds("\ufffd")),
    ("F", f"(?<={_AM})\ufffd", _constant(""), holds("\ufffd")),
    ("F", f"(?<=[{_MARK}])\ufffd(?=[\u0e01-\u0e4e])", _constant(""), holds("\ufffd")),
    ("N", f"\u0e4d([{_TONE}]?){_AA}", _groups(r"\1" + _AM), holds("\u0e4d")),
    ("N", f"([{_TONE}])\u0e4d{_AA}", _groups(r"\1" + _AM), holds("\u0e4d")),
)
"""Family, where it is seen, what stands there instead, and without which sign it is not looked for: those that show by
letters clean Thai never has."""

_RARE = re.compile(
    f"[\u00c9-\u00cd\u0477\u0478\uf020-\uf0ff\uf700-\uf71d\u200b-\u200f\u00ad\ufeff\u2060\ufffe\uffff\ufffd\x00{_STRAY}\u0e4d]"
)

_LATE_MARK = re.compile(f" (?:(?<=[{_CONS}]{{2}}[{_MARK}] )()|(?<=[{_CONS}]{{2}}[{_MARK}]{{2}} ))(?=[{_CONS}])")


def _has_late_mark(signs: Signs) -> bool:
    places = _LATE_MARK.finditer(signs.text)
    return any(not _ends_a_word(signs.text, place.start(), 4 if place[1] is None else 3) for place in places)


_RULES = _rules(
    (
        "T4",
        f"([\u0e01-\u0e4e]{{1,4}}) ?\n([{_MARK}]{{1,2}}) ?(?:\n|(?=[{_START}]))",
        _mark_on_its_own_line,
        searched(
            re.compile(f"\n(?:(?<=[\u0e01-\u0e4e]\n)|(?<=[\u0e01-\u0e4e] \n))[{_MARK}]{{1,2}} ?(?:\n|(?=[{_START}]))")
        ),
    ),
    ("D", "(?:([\u0e01-\u0e4e])\\1){4,}", _every_second, Signs.doubled_letters),
    ("E", "\u0e40\u0e40", _constant("\u0e41"), None),
    ("H", f"{_SPACED_START}(?:{_CLUSTER} ){{3,}}{_CLUSTER}(?!\\S)", _letter_spaced, Signs.letter_spaced),
    ("A", f" (?<=[{_CONS}] )([{_TONE}]){_AA}", _blank_before_tone_aa, any_of(b" ta")),
    ("A", f" {_AA}(?:(?<=[{_CONS}] {_AA})|(?<=[{_CONS}][{_TONE}] {_AA}))", _blank_before_aa, any_of(b" a")),
    ("T1", f"([{_TONE}\u0e4c])([{_VOWEL_MARK}])", _groups(r"\2\1"), any_of(b"tv", b"mv")),
    ("T3", f" (?<=[{_CONS}] )(?=[{_MARK}])", _constant(""), any_of(b" v", b" t", b" m", b" n")),
    ("T3", f" (?<=[{_CONS}][{_VOWEL_MARK}] )(?=[\u0e48-\u0e4c])", _constant(""), any_of(b" t", b" m")),
    ("T2", f"([{_CONS}])([{_CONS}])([{_MARK}]{{1,2}}) (?=[{_CONS}])", _mark_after_next_base, _has_late_mark),
    ("D", f"([{_MARK}])\\1+", _groups(r"\1"), any_of(b"vv", b"tt", b"mm", b"nn")),
    (
        "D",
        f"([{_CONS}][{_VOWEL_MARK}][\u0e48-\u0e4c])([{_START}])\\1(?!\\2) ?(?=[{_START}])",
        _doubled_cluster,
        Signs.doubled_clusters,
    ),
    (
        "D",
        f"([{_CONS}][{_VOWEL_MARK}][\u0e48-\u0e4c])([\u0e01-\u0e4e]{{1,4}}) \\1 (?=[{_CONS}])",
        _doubled_cluster,
        Signs.repeated_cluster,
    ),
    ("D", f"([{_CONS}][{_MARK}]{{1,2}})([{_CONS}][{_MARK}]{{1,2}})\\1 \\2", _doubled_cluster, Signs.repeated_cluster),
    (
        "D",
        f"([{_CONS}][{_MARK}]{{1,2}})([\u0e01-\u0e4e]{{1,4}}?)\\n?\\1(?: |\\n)(?=[{_START}\u0e30\u0e32])",
        _doubled_cluster,
        Signs.repeated_cluster,
    ),
    ("H", _BLANK_IN_SYLLABLE, _blank_inside_syllable, None),
)
"""The others, in the order in which repairs build on each other."""


# Families seen only over a page or a line.


def _split_am(draft: _Draft) -> None:
    """A2 (`ค ำน ำ`) and H-AM (Chromium's `ดำ เนินการ`: every SARA AM is followed by a blank)."""
    if _BLANK_BEFORE_AM.search(draft.text) and not _written_as_am(draft.text):
        draft.substitute("A2", _BLANK_BEFORE_AM, _constant(_AM))
    followed = list(_BLANK_AFTER_AM.finditer(draft.text))
    if not followed:
        return
    everywhere = len(followed) >= 2 and len(followed) > 2 * len(_LETTER_AFTER_AM.findall(draft.text))
    everywhere = everywhere and 2 * sum(map(_cuts_a_word, followed[:40])) >= len(followed[:40])
    wrong = {match.start() for match in followed if everywhere or _gain(match, "") > 0}
    draft.substitute("H", _BLANK_AFTER_AM, lambda match: "" if match.start() in wrong else None)


def _cuts_a_word(place: re.Match[str], new: str = "") -> bool:
    """Whether a dictionary word runs over the end of `new` once it stands in place of the match."""
    text, (start, end) = place.string, place.span()
    left = _LAST_THAI.search(text[max(0, start - 12) : start] + new)
    right = _FIRST_THAI.match(text[end : end + 12])
    if not left or not right:
        return False
    reached = 0
    for word in quality.cut(left[0] + right[0]):
        if reached < len(left[0]) < reached + len(word):
            return word in quality.dictionary()
        reached += len(word)
    return False


def _am_written_with_tone(draft: _Draft) -> None:
    """A3: a page whose SARA AM came out as MAI THO and AA (`จ้านวน`, `ต้าบล`, `ส้าคัญ`) and that has hardly an ำ."""
    most = 2 * draft.text.count(_AM)
    if most > draft.text.count(_THO_BEFORE_AA):
        return
    sites = list(_THO_AA.finditer(draft.text))
    if len(sites) < 2 or most > len(sites):
        return
    better = {match.start() for match in sites if _odd_letters(match, _AM) < _odd_letters(match, match[0])}
    if len(better) >= 2:
        better |= {match.start() for match in sites if _cuts_a_word(match, _AM) or _makes_longer_words(match, _AM)}
        draft.substitute("A3", _THO_AA, lambda match: _AM if match.start() in better else None)


_THO_AA = re.compile(f"\u0e49{_AA}(?<=[{_CONS}]\u0e49{_AA})")


def _odd_letters(match: re.Match[str], new: str) -> int:
    """Letters around a place that lie in no word once `new` stands there."""
    text, (start, end) = match.string, match.span()
    letters = quality.letters(text[max(0, start - 12) : start] + new + text[end : end + 12])
    return letters - _known_around(text, (start, end), new)


def _makes_longer_words(match: re.Match[str], new: str) -> bool:
    """Whether the letters around a place are fewer words, and no more odd ones, once `new` stands there."""
    text, (start, end) = match.string, match.span()
    before, after = text[max(0, start - 12) : start], text[end : end + 12]
    shorter = len(quality.cut(before + new + after)) < len(quality.cut(before + match[0] + after))
    return shorter and _odd_letters(match, new) <= _odd_letters(match, match[0])


_LAST_THAI = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]+$")
_FIRST_THAI = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]+")
_BLANK_BEFORE_AM = re.compile(f" {_AM}(?:(?<=[{_CONS}] {_AM})|(?<=[{_CONS}][{_TONE}] {_AM}))")
_BLANK_AFTER_AM = re.compile(f" (?<={_AM} )(?=[{_START}])")
_LETTER_AFTER_AM = re.compile(f"{_AM}(?=[{_START}])")


def _aa_written_as_am(draft: _Draft) -> None:
    """B: a font whose SARA AA says it is SARA AM (`หำงดง`), over a page or in the lines set in that font.

    A line is mended where that puts more of its letters into words; a page of nothing but ำ, and a page where true
    SARA AM is marked otherwise (families W and A2 with blank), are mended also where the words leave it open.
    """
    text = draft.text
    if _AM not in text:
        return
    whole = _written_as_am(text) or bool(_STRAY_AM.search(text))
    lines = [span for span in _lines_rich_in_am(text) if _gain_with_aa(text[slice(*span)]) >= (0 if whole else 1)]
    gain = sum(_gain_with_aa(text[slice(*span)]) for span in lines)
    if not whole and (len(lines) < 3 or gain < 12):
        lines = [span for span in lines if _is_surely_aa(text[slice(*span)])]
    if not lines or (whole and gain <= 0):
        return
    chosen = {offset for start, end in lines for offset in range(start, end)}
    draft.substitute("B", _PLAIN_AM, lambda match: _AA if match.start() in chosen else None)
    draft.substitute("A2", _BLANK_BEFORE_AM, _constant(_AM))


_PLAIN_AM = re.compile(f"(?<![ {_STRAY}])(?<![ {_STRAY}][{_TONE}]){_AM}")
_STRAY_AM = re.compile(
    f"[{_STRAY}](?:(?<=[{_CONS}][{_STRAY}])|(?<=[{_CONS}][{_TONE}][{_STRAY}]))(?=[{_TONE}]?[{_AA}{_AM}])"
)


def _written_as_am(text: str) -> bool:
    """Whether a page looks like family B: many ำ and hardly an า, counted as after the other repairs of SARA AM."""
    am, aa = text.count(_AM), text.count(_AA)
    return am > 20 and am > 3 * aa


def _lines_rich_in_am(text: str) -> list[tuple[int, int]]:
    """Spans of lines with more ำ than า: in running Thai there are ten times more า."""
    spans = []
    start = 0
    for line in text.split("\n"):
        if _AM in line and line.count(_AM) > line.count(_AA):
            spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _is_surely_aa(line: str) -> bool:
    """A single line set in such a font: with า it is all words, with ำ much of it is not."""
    mended, changed = _PLAIN_AM.subn(_AA, line)
    return _gain_with_aa(line) >= (2 if changed > 1 else 4) and quality.known_letters(mended) == quality.letters(mended)


@functools.lru_cache(maxsize=4096)
def _gain_with_aa(line: str) -> int:
    """How many more letters lie in words once the line's plain ำ are า and its `blank ำ` are ำ."""
    marked = _MARKED_AM.sub(rf"\1{_AM}", line)
    mended = _MARKED_AM.sub(rf"\1{_AM}", _PLAIN_AM.sub(_AA, line))
    return quality.known_letters(mended) - quality.known_letters(marked)


_MARKED_AM = re.compile(f"(?<=[{_CONS}])[ {_STRAY}]([{_TONE}]?)[{_AA}{_AM}]")


def _weasyprint_uu(draft: _Draft) -> None:
    """W: where WeasyPrint left strays, its fonts' low SARA UU is written as MAI THO (`ผ้้` ผู้, `ข้อม้ล` ข้อมูล)."""
    if _STRAY_AM.search(draft.text):
        draft.substitute("W", _TONE_FOR_UU, _uu)


_TONE_FOR_UU = re.compile(f"(?<=[{_CONS}])(?:\u0e49([{_TONE}])|([{_TONE}])\u0e49|\u0e49(?=[{_START}]))")


def _uu(match: re.Match[str]) -> str | None:
    tone = match[1] or match[2] or ""
    new = "\u0e39" + tone
    gain = _known_around(match.string, match.span(), new) - _known_around(match.string, match.span(), match[0])
    return new if gain + bool(tone) > 0 else None
