"""Knows how documents break Thai: the inverse of each family of defects that evidence/text/thai.py mends."""

from __future__ import annotations

import functools
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

TABLES = Path(__file__).parents[1] / "evidence" / "text" / "tables"
Damage = Callable[[str, random.Random], str]

_AM = re.compile("([\u0e01-\u0e2e])([\u0e48-\u0e4b]?)\u0e33")
_VOWEL_TONE = re.compile("([\u0e31\u0e34-\u0e39])([\u0e48-\u0e4c])")
_CONSONANT_MARK = re.compile("(?<=[\u0e01-\u0e2e])(?=[\u0e31\u0e34-\u0e39\u0e47-\u0e4c])")
_BETWEEN_LETTERS = re.compile("(?<=[\u0e01-\u0e4e])(?=[\u0e01-\u0e2e\u0e40-\u0e44])")
_THAI_RUN = re.compile("[\u0e01-\u0e4e]{4,}")
_PLAIN_AM = re.compile("([\u0e01-\u0e2e])\u0e33")
_MARK_BETWEEN = re.compile(
    "([\u0e01-\u0e2e])([\u0e31\u0e34-\u0e39][\u0e48-\u0e4c]?)([\u0e01-\u0e2e])(?=[\u0e01-\u0e2e])"
)
_TONE_INSIDE = re.compile("(?<=[\u0e01-\u0e2e])[\u0e48-\u0e4b](?=[\u0e01-\u0e2e])")
_LATE = 0.1
_DOUBLED = 0.1
_SPACED = 0.25
_ZERO_WIDTH = 0.3


def damaged(text: str, family: str, seed: int = 0) -> str:
    """The text as a document of that family gives it out; the same for the same seed. Raises KeyError: no such family."""
    return FAMILIES[family](text, random.Random(seed))


def _am_as(form: str) -> Damage:
    return lambda text, rng: _AM.sub(form, text)


def _aa_as_am(text: str, rng: random.Random) -> str:
    return _AM.sub("\\1\\2 \x1a", text).replace("\u0e32", "\u0e33").replace("\x1a", "\u0e33")


def _private_use(text: str, rng: random.Random) -> str:
    marks = {
        new: code for code, new in _table("thai_pua_f700_to_unicode").items() if new in "\u0e48\u0e49\u0e4a\u0e4b\u0e4c"
    }
    return text.translate({ord(mark): code for mark, code in marks.items()})


def _greek(text: str, rng: random.Random) -> str:
    back = {
        new: code
        for code, new in _table("ssrs_ms_sans_serif_cid_to_unicode").items()
        if new >= "\u0e01" and code > 0x7F
    }
    return text.translate({ord(letter): code for letter, code in back.items()})


def _glyphs(text: str, rng: random.Random) -> str:
    back = {
        new: 0xE000 + gid for gid, new in _table("th_sarabun_gid_to_unicode").items() if "\u0e01" <= new <= "\u0e5b"
    }
    return text.translate({ord(letter): code for letter, code in back.items()})


def _tone_first(text: str, rng: random.Random) -> str:
    return _VOWEL_TONE.sub(r"\2\1", text)


def _blank_before_mark(text: str, rng: random.Random) -> str:
    return _CONSONANT_MARK.sub(lambda match: " " if rng.random() < _SPACED else "", text)


def _lost_letter(text: str, rng: random.Random) -> str:
    return _AM.sub(
        lambda match: f"{match[1]}{match[2]}" + ("\ufffd\u0e32" if rng.random() < 0.7 else "\u0e33\ufffd"), text
    )


def _cyrillic(text: str, rng: random.Random) -> str:
    return text.translate({0x0E48: 0x0477, 0x0E49: 0x0478})


def _zero_width(text: str, rng: random.Random) -> str:
    return _BETWEEN_LETTERS.sub(lambda match: "\u200b" if rng.random() < _ZERO_WIDTH else "", text)


def _doubled(text: str, rng: random.Random) -> str:
    """Fake bold: some words are drawn twice, letter by letter."""

    def twice(match: re.Match[str]) -> str:
        return "".join(letter * 2 for letter in match[0]) if rng.random() < _DOUBLED else match[0]

    return _THAI_RUN.sub(twice, text)


def _am_as_tone(text: str, rng: random.Random) -> str:
    return _PLAIN_AM.sub("\\1\u0e49\u0e32", text)


def _late_mark(text: str, rng: random.Random) -> str:
    """PDFium on prints of Word: a mark comes after the next consonant, with a gap that is none."""
    return _MARK_BETWEEN.sub(
        lambda match: f"{match[1]}{match[3]}{match[2]} " if rng.random() < _LATE else match[0], text
    )


def _mark_apart(text: str, rng: random.Random) -> str:
    """A raised tone mark comes as a line of its own."""
    return _TONE_INSIDE.sub(lambda match: f"\n{match[0]}\n" if rng.random() < _LATE else match[0], text)


def _blank_after_am(text: str, rng: random.Random) -> str:
    return re.sub("\u0e33(?=[\u0e01-\u0e2e\u0e40-\u0e44])", "\u0e33 ", text)


FAMILIES: dict[str, Damage] = {
    "A": _am_as("\\1 \\2\u0e32"),
    "A2": _am_as("\\1\\2 \u0e33"),
    "B": _aa_as_am,
    "P": _private_use,
    "S": _greek,
    "G": _glyphs,
    "N": _am_as("\\1\u0e4d\\2\u0e32"),
    "T1": _tone_first,
    "T3": _blank_before_mark,
    "F": _lost_letter,
    "C": _cyrillic,
    "Z": _zero_width,
    "D": _doubled,
    "A3": _am_as_tone,
    "E": lambda text, rng: text.replace("\u0e41", "\u0e40\u0e40"),
    "H": _blank_after_am,
    "T2": _late_mark,
    "T4": _mark_apart,
    "W": _am_as("\\1\x14\\2\u0e32"),
}


@functools.cache
def _table(name: str) -> dict[int, str]:
    found = json.loads((TABLES / f"{name}.json").read_text(encoding="ascii"))
    return {int(code, 16): chr(int(new, 16)) for code, new in found.items()}
