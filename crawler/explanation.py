"""Reads an answer's explanation as a way through menus, and finds the link that a step of it names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz

from evidence.text.document import FOOTER, MAIN, NAVIGATION, Link
from evidence.text.matching import same_words, skeleton

MOST_STEPS = 6
MOST_TRIES = 3
_FLOOR = 0.72
_SURE = 0.93
_ALIKE = 0.84
_LONGEST_STEP = 90
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_EDGES = " \t\r\n.,;:·•-–—_*()[]{}<>\"'“”‘’«»/|"


@dataclass(frozen=True)
class _Words:
    split: re.Pattern[str]
    quotes: tuple[re.Pattern[str], ...]
    verbs: re.Pattern[str]
    home: frozenset[str]
    home_starts: tuple[str, ...]
    trim: tuple[str, ...]


@cache
def _words() -> _Words:
    data = tomllib.loads(Path(__file__).with_name("explanation.toml").read_text("utf-8"))
    return _Words(
        split=re.compile("|".join([*data["arrows"], *data["numbers"], *data["verbs"]]), re.IGNORECASE),
        quotes=tuple(re.compile(pattern) for pattern in data["quotes"]),
        verbs=re.compile("|".join(data["verbs"]), re.IGNORECASE),
        home=frozenset(skeleton(word) for word in data["home"]),
        home_starts=tuple(skeleton(word) for word in data["home_starts"]),
        trim=tuple(data["trim"]),
    )


def steps(explanation: str) -> tuple[str, ...]:
    """The menu names of an explanation in order, the home page left out; empty where it describes no way.

    `หน้าหลัก > ข้อมูลหน่วยงาน > โครงสร้าง` and `เลือกเมนู "ข้อมูลหน่วยงาน" คลิก "โครงสร้าง"` both give
    `("ข้อมูลหน่วยงาน", "โครงสร้าง")`.
    """
    words = _words()
    text = _URL.sub(" ", explanation).strip()
    pieces = words.split.split(text)
    if len(pieces) < 2:
        return ()
    quoted = _quoted(text)
    named = quoted if len(quoted) >= 2 or (quoted and words.verbs.search(text)) else pieces
    found = [step for piece in named if (step := _tidy(piece))]
    return tuple(step for step in found if not _is_home(step))[:MOST_STEPS]


def _quoted(text: str) -> list[str]:
    found = [(match.start(), match.group(1)) for pattern in _words().quotes for match in pattern.finditer(text)]
    return [name for _, name in sorted(found)]


def _tidy(piece: str) -> str:
    """A step without the words around its name; "" where nothing is left or it is a sentence rather than a name."""
    step, before = piece.strip(_EDGES), ""
    while step != before:
        before = step
        for word in _words().trim:
            step = step.removesuffix(word).strip(_EDGES) if len(step) > len(word) + 2 else step
            step = step.removeprefix(word).strip(_EDGES) if len(step) > len(word) + 4 else step
    step = " ".join(step.split())
    return step if len(skeleton(step)) >= 2 and len(step) <= _LONGEST_STEP else ""


def _is_home(step: str) -> bool:
    bare = skeleton(step)
    words = _words()
    return bare in words.home or any(
        bare.startswith(start) and len(bare) < len(start) + 30 for start in words.home_starts
    )


def candidates(step: str, links: Sequence[Link]) -> list[Link]:
    """The links a step may mean, best first: those whose text is nearly the step's, menus before running text."""
    scored = [(fit(step, link), index, link) for index, link in enumerate(links)]
    best: dict[str, tuple[float, int, Link]] = {}
    for entry in scored:
        if entry[0] >= _FLOOR and (entry[2].url not in best or entry[0] > best[entry[2].url][0]):
            best[entry[2].url] = entry
    ordered = sorted(best.values(), key=lambda entry: (-round(entry[0], 2), entry[1]))
    return [link for _, _, link in ordered[:MOST_TRIES]]


def is_menu_heading(step: str, later: Sequence[str], links: Sequence[Link]) -> bool:
    """Whether a step is only the heading of a menu: no link is quite it, and a later step is a link right here."""
    best = max((fit(step, link) for link in links), default=0.0)
    return best < _SURE and any(fit(name, link) >= _SURE for name in later for link in links)


def fit(step: str, link: Link) -> float:
    """How well a link answers a step, 0 to 1."""
    wanted, seen = skeleton(step), skeleton(link.text)
    if len(wanted) < 2 or len(seen) < 2:
        return 0.0
    score = same_words(step, link.text)
    score = score if score >= _ALIKE else 0.0
    shorter, longer = sorted((wanted, seen), key=len)
    if len(shorter) >= 4 and shorter in longer:
        score = max(score, 0.74 + 0.24 * len(shorter) / len(longer))
    elif len(shorter) >= 8:
        score = max(score, 0.9 * fuzz.token_sort_ratio(step, link.text) / 100)
    return score + {NAVIGATION: 0.02, MAIN: 0.02, FOOTER: -0.03}.get(link.area, 0.0)
