"""Says quickly which defects a text can have at all: its letters as classes of one byte each.

A rule of repair is a regular expression over thousands of letters; looking for two bytes side by side costs a hundredth.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CODEC = "cp874"
"""Windows-874: a byte for every Thai letter, `?` for what clean Thai hardly has."""

CONSONANT, MARK_VOWEL, TONE, MARK, NIKHAHIT, AA, AM, OTHER_VOWEL, CONTROL, OTHER = (
    b"c",
    b"v",
    b"t",
    b"m",
    b"n",
    b"a",
    b"A",
    b"l",
    b"k",
    b"o",
)
_MARKS = MARK_VOWEL + TONE + MARK + NIKHAHIT


def _class_of(byte: int) -> bytes:
    letter = bytes([byte]).decode(_CODEC, "replace")
    for sign, letters in (
        (CONSONANT, "\u0e01-\u0e2e"),
        (MARK_VOWEL, "\u0e31\u0e34-\u0e3a"),
        (TONE, "\u0e48-\u0e4b"),
        (MARK, "\u0e47\u0e4c\u0e4e"),
        (NIKHAHIT, "\u0e4d"),
        (AA, "\u0e32"),
        (AM, "\u0e33"),
        (OTHER_VOWEL, "\u0e2f\u0e30\u0e40-\u0e44"),
        (CONTROL, "\x00-\x08\x0e-\x1f"),
    ):
        if re.match(f"[{letters}]", letter):
            return sign
    return letter.encode() if letter in " \n" else OTHER


_CLASSES = b"".join(map(_class_of, range(256)))
_ONE_CLASS = bytes.maketrans(AA + AM + OTHER_VOWEL, CONSONANT * 3)
_CLUSTER_TWICE = re.compile(rb"cv[tm](?=[cl]cv[tm])")
_GAP_AFTER_MARK = re.compile(rb"[ \n](?<=[vtmn].)", re.DOTALL)
_EVERY_SECOND = re.compile(rb"\0.\0.\0.\0", re.DOTALL)


class Signs:
    """A text and what of it can be asked at once."""

    __slots__ = ("_classes", "_letters", "_repeated", "rare", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._repeated: bool | None = None
        self._letters = text.encode(_CODEC, "replace")
        self._classes = self._letters.translate(_CLASSES)
        self.rare = (
            CONTROL in self._classes or NIKHAHIT in self._classes or self._letters.count(b"?") != text.count("?")
        )
        """Whether there are letters that Thai pages hardly have: other scripts, private use, controls, a lone nikhahit."""

    def any_of(self, runs: tuple[bytes, ...]) -> bool:
        """Whether letters of these classes stand side by side somewhere."""
        return any(map(self._classes.__contains__, runs))

    def letter_spaced(self) -> bool:
        """Whether four syllables in a row have a blank between them."""
        bare = self._classes.translate(_ONE_CLASS, _MARKS)
        return b"c c c c" in bare

    def doubled_letters(self) -> bool:
        """Whether four letters in a row are written twice each."""
        number = int.from_bytes(self._letters)
        same = (number ^ (number >> 8)).to_bytes(len(self._letters))
        return _EVERY_SECOND.search(same) is not None

    def doubled_clusters(self) -> bool:
        """Whether a syllable of three letters stands twice with one letter between."""
        letters = self._letters
        starts = (match.start() for match in _CLUSTER_TWICE.finditer(self._classes))
        return any(letters[at : at + 3] == letters[at + 4 : at + 7] for at in starts)

    def repeated_cluster(self) -> bool:
        """Whether a syllable's letters before a gap stand close before it a second time."""
        if self._repeated is None:
            gaps = (match.start() for match in _GAP_AFTER_MARK.finditer(self._classes))
            find, letters = self._letters.find, self._letters
            self._repeated = any(find(letters[gap - 2 : gap], max(0, gap - 12), gap - 1) >= 0 for gap in gaps)
        return self._repeated


Sign = Callable[[Signs], bool]


def any_of(*runs: bytes) -> Sign:
    """A sign: letters of one of these runs of classes stand side by side."""
    return lambda signs: signs.any_of(runs)


def holds(*letters: str) -> Sign:
    """A sign: one of these letters is there."""
    return lambda signs: any(letter in signs.text for letter in letters)


def searched(pattern: re.Pattern[str]) -> Sign:
    """A sign: the pattern is found."""
    return lambda signs: pattern.search(signs.text) is not None
