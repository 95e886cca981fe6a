"""Finds words in a text that another reader wrote differently, by their letters without marks and blanks."""

from __future__ import annotations

from evidence.text.matching import skeleton

_SURE = 4
"""Fewer letters than this are looked for only after the last find: short words stand everywhere."""


class WordFinder:
    """A text with its skeleton. `find` remembers where it was, so that words asked for in order are found in order."""

    def __init__(self, text: str) -> None:
        self.text = text
        kept: list[tuple[str, int]] = [(skeleton(letter), place) for place, letter in enumerate(text)]
        self._letters = "".join(letter for letter, _ in kept)
        self._places = [place for letter, place in kept if letter]
        self._cursor = 0

    def find(self, words: str) -> tuple[int, int] | None:
        """The span of the words in the text: the next after the last find, else the first."""
        wanted = bare(words)
        if not wanted:
            return None
        at = self._letters.find(wanted, self._cursor)
        if at < 0 and len(wanted) >= _SURE:
            at = self._letters.find(wanted)
        if at < 0:
            return None
        self._cursor = at + len(wanted)
        return self._span(at, len(wanted))

    def find_near(self, words: str, share: float) -> tuple[int, int] | None:
        """The span of the words nearest to a place of the text, given as a share (0–1) of its length."""
        wanted = bare(words)
        if len(wanted) < _SURE:
            return None
        finds = []
        at = self._letters.find(wanted)
        while at >= 0:
            finds.append(at)
            at = self._letters.find(wanted, at + 1)
        if not finds:
            return None
        return self._span(min(finds, key=lambda find: abs(find / len(self._letters) - share)), len(wanted))

    def _span(self, at: int, length: int) -> tuple[int, int]:
        """Text offsets of a stretch of the skeleton, with the marks after its last letter."""
        start, end = self._places[at], self._places[at + length - 1] + 1
        while end < len(self.text) and "\u0e31" <= self.text[end] <= "\u0e4e" and not skeleton(self.text[end]):
            end += 1
        return start, end


def bare(text: str) -> str:
    """The skeleton of a text letter by letter, so that places can be counted."""
    return "".join(skeleton(letter) for letter in text)
