"""Finds Thai terms in text that may be broken: exact on a skeleton of base letters, then checked letter by letter.

The skeleton keeps base consonants and spacing vowels, drops tone marks, upper and lower vowels, blanks and
punctuation, and unifies digits and letters that are commonly confused. It survives lost, moved and doubled marks
and the broken forms of SARA AM. Every match is then compared with the term, marks included, so that words that only
share a skeleton (ข่าว, ขาว) are told apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from evidence.text.document import Block, DocumentText, PageText

THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_CONFUSED = {"ฏ": "ฎ", "ณ": "น", "ศ": "ส", "ษ": "ส", "ใ": "ไ", "ๅ": "า", "แ": "เ", "ฑ": "ท", "ฤ": "ร"}
_MARKS = "ัิีึืฺุู็่้๊๋์ํ๎"
_SEPARATOR = "\x00"


def _skeleton_table() -> dict[int, str | None]:
    table: dict[int, str | None] = {ord(k): v for k, v in _CONFUSED.items()}
    table |= {ord(mark): None for mark in _MARKS + "ๆฯ"}
    table |= {ord("๐") + i: str(i) for i in range(10)}
    table[ord("ำ")] = "า"
    for code in range(0x20, 0x3000):
        letter = chr(code)
        if code not in table and not letter.isalnum() and not ("\u0e01" <= letter <= "\u0e4e"):
            table[code] = None
        elif code not in table and letter.lower() != letter and len(letter.lower()) == 1:
            table[code] = letter.lower()
    for code in (9, 10, 11, 12, 13, 0x200B, 0x200C, 0x200D, 0xFEFF, 0xAD, 0x3000):
        table[code] = None
    table[0] = _SEPARATOR
    return table


_SKELETON = _skeleton_table()
_POINTS = ".,;:/()[]{}\"'“”‘’-–—_"
_FOLD: dict[int, str | None] = {ord(k): v for k, v in _CONFUSED.items() if k != "แ"}
_FOLD |= {ord("๐") + i: str(i) for i in range(10)}
_FOLD |= dict.fromkeys(map(ord, _POINTS))
_BLANKS = re.compile(r"[\s\u200b-\u200f\ufeff\u00ad]+")


@lru_cache(maxsize=100_000)
def skeleton(text: str) -> str:
    """The letters of `text` that survive broken Thai: base consonants, spacing vowels, lower-case Latin, digits."""
    return text.translate(_SKELETON).replace("เเ", "เ")


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """`text` with marks kept, blanks dropped, SARA AM composed, digits and commonly confused letters unified."""
    composed = text.replace("ํา", "ำ").replace("เเ", "แ").lower()
    return _BLANKS.sub("", composed).translate(_FOLD)


def likeness(seen: str, term: str) -> float:
    """How alike a stretch of text and a term are with marks counted, 0 to 1."""
    a, b = folded(seen), folded(term)
    return 1.0 if a == b else fuzz.ratio(a, b) / 100


@dataclass(frozen=True, slots=True)
class Match:
    """A term found at `text[start:end]` of page number `page`; `block` is the index of its block there (-1: none)."""

    term: str
    page: int
    start: int
    end: int
    block: int
    score: float


class PageIndex:
    """The skeleton of one page with the way back to its text. Blocks are kept apart, so no term spans two."""

    def __init__(self, page: PageText) -> None:
        self.page = page
        letters: list[str] = []
        places: list[int] = []
        for start, end in _runs(page):
            previous = ""
            for place in range(start, end):
                letter = _SKELETON.get(ord(page.text[place]), page.text[place])
                if letter is None or (letter == "เ" and previous == "เ"):
                    continue
                letters.append(letter)
                places.append(place)
                previous = letter
            letters.append(_SEPARATOR)
            places.append(end)
        self.skeleton = "".join(letters)
        self.places = places
        self._starts = [block.start for block in page.blocks]

    def block_at(self, place: int) -> int:
        """Index of the block that holds text offset `place`, -1 where there is none."""
        from bisect import bisect_right

        index = bisect_right(self._starts, place) - 1
        return index if index >= 0 and place < self.page.blocks[index].end else -1

    def find(self, term: str, floor: float) -> list[Match]:
        """Every place where the skeleton of `term` stands and the letters there are at least `floor` alike."""
        wanted = skeleton(term)
        found: list[Match] = []
        if not wanted:
            return found
        at = self.skeleton.find(wanted)
        while at >= 0:
            start, end = self._span(at, at + len(wanted))
            score = likeness(self.page.text[start:end], term)
            if score >= floor:
                found.append(Match(term, self.page.number, start, end, self.block_at(start), score))
            at = self.skeleton.find(wanted, at + 1)
        return found

    def find_nearly(self, term: str, cutoff: float) -> Match | None:
        """The best place at least `cutoff` (0–1) like `term` by letters, for slips of the pen in long terms."""
        wanted = skeleton(term)
        hit = fuzz.partial_ratio_alignment(wanted, self.skeleton, score_cutoff=cutoff * 100)
        if hit is None or hit.dest_end - hit.dest_start < len(wanted) - 2:
            return None
        if _SEPARATOR in self.skeleton[hit.dest_start : hit.dest_end]:
            return None
        start, end = self._span(hit.dest_start, hit.dest_end)
        score = min(hit.score / 100, likeness(self.page.text[start:end], term))
        if score < cutoff:
            return None
        return Match(term, self.page.number, start, end, self.block_at(start), score)

    def _span(self, first: int, last: int) -> tuple[int, int]:
        start, end = self.places[first], self.places[last - 1] + 1
        text = self.page.text
        while end < len(text) and text[end] in _MARKS + "ๆฯ":
            end += 1
        return start, end


def _runs(page: PageText) -> Iterable[tuple[int, int]]:
    if page.blocks:
        return [(block.start, block.end) for block in page.blocks]
    return [(0, len(page.text))]


def floor_for(term: str) -> float:
    """The least likeness accepted for an exact skeleton match: short terms must stand almost letter by letter."""
    length = len(skeleton(term))
    return 0.95 if length <= 3 else 0.85 if length <= 6 else 0.78


def slip_cutoff(term: str) -> float | None:
    """The least likeness for a term with a slip of the pen; None where the term is too short to allow one."""
    length = len(skeleton(term))
    return None if length < 8 else 0.9 if length < 14 else 0.88


class DocumentIndex:
    """Searches one document for terms; remembers what it found, so that items may ask for the same term again."""

    def __init__(self, document: DocumentText) -> None:
        self.document = document
        self._pages: list[PageIndex] | None = None
        self._found: dict[str, tuple[Match, ...]] = {}

    @property
    def pages(self) -> list[PageIndex]:
        if self._pages is None:
            self._pages = [PageIndex(page) for page in self.document.pages]
        return self._pages

    def page(self, number: int) -> PageIndex:
        """The index of page `number` (1-based)."""
        return next(index for index in self.pages if index.page.number == number)

    def find(self, terms: Sequence[str], not_inside: Sequence[str] = (), *, slips: bool = True) -> list[Match]:
        """Matches of any of `terms` in document order, none of them inside a `not_inside` term. Long terms may have a slip."""
        found = [match for term in terms for match in self._of(term)]
        if not found and slips:
            found = [match for term in terms for match in self._nearly(term)]
        if not_inside:
            covers = [cover for term in not_inside for cover in self._of(term)]
            found = [match for match in found if not any(_inside(match, cover) for cover in covers)]
        return sorted(found, key=lambda match: (match.page, match.start, -match.end))

    def has(self, terms: Sequence[str], not_inside: Sequence[str] = ()) -> bool:
        """Whether any of `terms` stands in the document."""
        return bool(self.find(terms, not_inside))

    def block_of(self, match: Match) -> Block | None:
        """The block a match stands in."""
        blocks = self.page(match.page).page.blocks
        return blocks[match.block] if match.block >= 0 else None

    def _of(self, term: str) -> tuple[Match, ...]:
        if term not in self._found:
            floor = floor_for(term)
            self._found[term] = tuple(match for page in self.pages for match in page.find(term, floor))
        return self._found[term]

    def _nearly(self, term: str) -> tuple[Match, ...]:
        cutoff = slip_cutoff(term)
        if cutoff is None:
            return ()
        key = f"~{term}"
        if key not in self._found:
            hits = (page.find_nearly(term, cutoff) for page in self.pages)
            self._found[key] = tuple(hit for hit in hits if hit)
        return self._found[key]


def _inside(match: Match, cover: Match) -> bool:
    """Whether a match lies in a covering term, or begins in the middle of one and so is no word of its own there."""
    if match.page != cover.page:
        return False
    return (cover.start <= match.start and match.end <= cover.end) or cover.start < match.start < cover.end


def contains(text: str, terms: Iterable[str], not_inside: Sequence[str] = ()) -> str | None:
    """The first of `terms` that stands in the short string `text` (a title, a link text), or None."""
    bare = skeleton(text)
    for cover in not_inside:
        bare = bare.replace(skeleton(cover), _SEPARATOR)
    for term in terms:
        wanted = skeleton(term)
        if wanted and wanted in bare and (len(wanted) > 4 or folded(term) in folded(text)):
            return term
    return None


def same_words(a: str, b: str) -> float:
    """How alike two short strings (names, titles) are, 0 to 1, blanks and broken marks ignored."""
    left, right = skeleton(unicodedata.normalize("NFKC", a)), skeleton(unicodedata.normalize("NFKC", b))
    return fuzz.ratio(left, right) / 100 if left and right else 0.0
