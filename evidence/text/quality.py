"""How well a text reads as Thai: the share of its letters inside dictionary words, lowered by impossible sequences."""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

GOOD = 0.93
"""At and above this score a page's text is taken as it is (clean Thai web pages score about 0.976)."""
USABLE = 0.75
"""Below this score a page's text is not worth quoting: another reader or OCR is tried."""
FIRST_SAMPLE, SAMPLE = 700, 1600
CLEAN = 0.98
"""Thai letters of a page that are looked up; more do not change the answer and cost time. The first sample is enough where
it reaches `CLEAN`, well above the gate."""

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

    Of a long text lines from all over are looked up, more of them where the first do not read as clean Thai does. Without
    Thai letters the share is 0.0.
    """
    total = letters(text)
    if not total:
        return 0.0, 0
    if total > 1.5 * FIRST_SAMPLE:
        share = _share(_sample(text, total, FIRST_SAMPLE))
        if share >= CLEAN:
            return share, total
    return _share(_sample(text, total, SAMPLE)), total


def _share(text: str) -> float:
    return known_letters(text) / max(letters(text), 1)


def letters(text: str) -> int:
    """How many Thai letters and marks the text has (digits and signs apart)."""
    return sum(map(len, _LETTERS.findall(text)))


def foreign(text: str) -> int:
    """How many characters stand for letters that a reader could not name: private use, replacement, control, Greek."""
    return len(_FOREIGN.findall(text))


def marks(text: str) -> int:
    """How many upper and lower vowels and tone marks the text has."""
    return len(_MARKS.findall(text))


def impossible(text: str) -> int:
    """How many sequences the text has that Thai cannot have: what readers leave that tear the letters apart."""
    return len(_IMPOSSIBLE.findall(text))


def score(text: str) -> float:
    """0–1: dictionary coverage lowered by impossible sequences and by private-use or replacement characters.

    1.0 for a text without Thai, unless it is made of characters that stand for lost Thai.
    """
    share, count = coverage(text)
    lost = foreign(text)
    if not count:
        return 0.0 if lost > 20 and lost * 5 > len(text) else 1.0
    weight = count / (count + lost)
    return round(max(0.0, share * weight - impossible(text) / count), 4)


def known_letters(text: str) -> int:
    """How many Thai letters of the text lie in dictionary words, after the best cut into words."""
    runs = _RUNS.findall(text)
    new = [run for run in runs if run not in _KNOWN]
    if new:
        if len(_KNOWN) > MOST_KNOWN:
            _KNOWN.clear()
            new = runs
        words = dictionary()
        known = 0
        done = iter(new)
        for token in [*_cut_runs(new), " "]:
            if token in words:
                known += len(token)
            elif token == " ":
                _KNOWN[next(done)] = known
                known = 0
    return sum(map(_KNOWN.__getitem__, runs))


_KNOWN: dict[str, int] = {}
"""Known letters of runs already cut: pages repeat their headings, and one page is scored before and after a repair."""
MOST_KNOWN = 20_000


@functools.cache
def dictionary() -> frozenset[str]:
    """The words counted as known: PyThaiNLP's list, those of two letters or more without blanks and points."""
    from pythainlp.corpus import thai_words

    return frozenset(word for word in thai_words() if len(word) > 1 and _LETTERS.fullmatch(word))


def cut(text: str) -> list[str]:
    """Thai runs of the text cut into words by nlpo3's maximal matching (the algorithm of PyThaiNLP's newmm)."""
    return _cut_runs(_RUNS.findall(text))


def _cut_runs(runs: Sequence[str]) -> list[str]:
    """The words of the runs, a blank between the runs."""
    import nlpo3

    return nlpo3.segment(" ".join(runs), _load_nlpo3())


@functools.cache
def _load_nlpo3() -> str:
    """Hand nlpo3 the word list. It reads files only. (Its safe mode returns overlapping tokens: not used.)"""
    import nlpo3

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.txt"
        path.write_text("\n".join(sorted(dictionary())), encoding="utf-8")
        nlpo3.load_dict(str(path), "oit")
    return "oit"


def _sample(text: str, total: int, wanted: int) -> str:
    """Lines from all over the text with about `wanted` of its Thai letters; of few lines beginning, middle and end.

    The step between lines is no whole number, so that no column of a table is met each time or never.
    """
    step = total / wanted
    if step <= 1.2:
        return text
    lines = text.split("\n")
    if len(lines) > 8 * step:
        return "\n".join(lines[int(number * step)] for number in range(int(len(lines) / step)))
    span = int(len(text) / step / 3)
    starts = (0, (len(text) - span) // 2, len(text) - span)
    return " ".join(text[start : start + span] for start in starts)
