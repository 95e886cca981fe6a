"""How well a text reads as Thai: the share of its letters inside dictionary words, lowered by impossible sequences."""

from __future__ import annotations

import functools
import re
import tempfile
from pathlib import Path

GOOD = 0.93
"""At and above this score a page's text is taken as it is (clean Thai web pages score about 0.976)."""
USABLE = 0.75
"""Below this score a page's text is not worth quoting: another reader or OCR is tried."""
SAMPLE = 2000
"""Thai letters of a page that are looked up; more do not change the answer and cost time."""

_LETTERS = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]+")
_MARKS = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4c]")
_RUNS = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]{1,300}")
"""What is cut into words at once: the search is quadratic on runs made to be ambiguous."""
_FOREIGN = re.compile("[\x01-\x08\x0e-\x1f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff\u0395-\u03ff]")
_IMPOSSIBLE = re.compile(
    "(?<![\u0e01-\u0e3a\u0e40-\u0e4e])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"  # a mark with no base under it
    "|[\u0e40-\u0e44][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"  # a mark on a leading vowel
    "|[\u0e48-\u0e4b]{2}"  # two tone marks
    "|(?<=[^\u0e01-\u0e4e])[\u0e32\u0e33]"  # SARA AA or AM that starts a word
    "|\u0e40\u0e40"
)


def coverage(text: str) -> tuple[float, int]:
    """The share (0–1) of Thai letters that lie in dictionary words of two letters or more, and how many there are.

    Long texts are sampled (`SAMPLE` letters from three places). Without Thai letters the share is 0.0.
    """
    total = letters(text)
    if not total:
        return 0.0, 0
    sample = _sample(text, total)
    sampled = total if sample is text else letters(sample)
    return known_letters(sample) / max(sampled, 1), total


def letters(text: str) -> int:
    """How many Thai letters and marks the text has (digits and signs apart)."""
    return sum(len(run) for run in _LETTERS.findall(text))


def foreign(text: str) -> int:
    """How many characters stand for letters that a reader could not name: private use, replacement, control, Greek."""
    return len(_FOREIGN.findall(text))


def marks(text: str) -> int:
    """How many upper and lower vowels and tone marks the text has."""
    return len(_MARKS.findall(text))


def score(text: str) -> float:
    """0–1: dictionary coverage lowered by impossible sequences and by private-use or replacement characters.

    1.0 for a text without Thai, unless it is made of characters that stand for lost Thai.
    """
    share, count = coverage(text)
    lost = foreign(text)
    if not count:
        return 0.0 if lost > 20 and lost * 5 > len(text) else 1.0
    weight = count / (count + lost)
    impossible = len(_IMPOSSIBLE.findall(text)) / count
    return round(max(0.0, share * weight - impossible), 4)


def known_letters(text: str) -> int:
    """How many Thai letters of the text lie in dictionary words, after the best cut into words."""
    words = dictionary()
    return sum(len(token) for token in cut(text) if token in words)


@functools.cache
def dictionary() -> frozenset[str]:
    """The words counted as known: PyThaiNLP's list, those of two letters or more without blanks and points."""
    from pythainlp.corpus import thai_words

    return frozenset(word for word in thai_words() if len(word) > 1 and _LETTERS.fullmatch(word))


def cut(text: str) -> list[str]:
    """Thai runs of the text cut into words by nlpo3's maximal matching (the algorithm of PyThaiNLP's newmm)."""
    import nlpo3

    name = _load_nlpo3()
    return nlpo3.segment(" ".join(_RUNS.findall(text)), name)


@functools.cache
def _load_nlpo3() -> str:
    """Hand nlpo3 the word list. It reads files only. (Its safe mode returns overlapping tokens: not used.)"""
    import nlpo3

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.txt"
        path.write_text("\n".join(sorted(dictionary())), encoding="utf-8")
        nlpo3.load_dict(str(path), "oit")
    return "oit"


def _sample(text: str, total: int) -> str:
    """The whole text, or its beginning, middle and end with about `SAMPLE` Thai letters together."""
    if total <= SAMPLE:
        return text
    span = int(len(text) * SAMPLE / total / 3)
    starts = (0, (len(text) - span) // 2, len(text) - span)
    return " ".join(text[start : start + span] for start in starts)
