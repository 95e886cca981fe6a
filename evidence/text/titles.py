"""Which item of the form a title, heading, link text or file name speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from rapidfuzz import fuzz, process

from evidence.text.matching import THAI_DIGITS, folded, skeleton
from oit.model import Framework

_CODE = re.compile(
    r"(?:^|[\s(\[>›»/_|-])(?:ข้อ(?:ที่)?\s*)?(?:O\s*\.?\s*I\s*\.?\s*T|[oO]|๐|0)\s*[-.:]?\s*([0-9]{1,2})(?![0-9/]|\.[0-9]|[-\s][0-9]{3})",
)
_ALONE = re.compile(r"^\s*ข้อ(?:ที่)?\s*([0-9]{1,2})\s*[.:)]?\s*$")
_NUMBERED = re.compile(r"^\s*ข้อ(?:ที่)?\s*([0-9]{1,2})[\s.:)]")
_LEADING_NUMBER = re.compile(r"^\s*0([0-9]{2})(?![0-9]|[-\s][0-9]{3})")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a title of an item looks like: the official title and labels in use, and words that must or must not stand.

    `require` is a list of groups; each group needs one of its words. `reject` words belong to other items.
    """

    titles: tuple[str, ...]
    require: tuple[tuple[str, ...], ...] = ()
    reject: tuple[str, ...] = ()


class _Words:
    """Words of which one must stand in a text, made ready for many texts: in skeleton, with marks, and the long ones by
    their letters, since a long word may have a slip of the pen."""

    __slots__ = ("_long", "_words")

    def __init__(self, words: Sequence[str]) -> None:
        bare = [(skeleton(word), word) for word in words]
        self._words = [(word, "" if len(word) > 4 else folded(own)) for word, own in bare if word]
        self._long = [(word, frozenset(word), _MOST_MISSING * len(word)) for word, _ in bare if len(word) >= _LONG]

    def stand_in(self, text: str, bare: str) -> bool:
        """Whether one of the words stands in the text, `bare` being its skeleton."""
        return any(word in bare and (not marked or marked in folded(text)) for word, marked in self._words)

    def nearly_stand_in(self, text: str, bare: str, letters: frozenset[str]) -> bool:
        """The same, or a long one with a slip; `letters` are those of `bare`."""
        return self.stand_in(text, bare) or any(
            fuzz.partial_ratio(word, bare, score_cutoff=_ALIKE) >= _ALIKE
            for word, own, most in self._long
            if len(word) <= len(bare) + 1 and len(own - letters) <= most
        )


_LONG = 7
_ALIKE = 85
_MOST_MISSING = 0.27
"""A word with more of its letters missing from a text cannot be `_ALIKE` any part of it: of a word of n letters without m,
the best part has n - m and all of them, and 2(n - m) / (2n - m) is 0.85 at m = 0.26 n."""


class TitleMatcher:
    """Ranks the items of a framework by how well a short text names them."""

    def __init__(self, identities: Mapping[str, Identity]) -> None:
        self._identities = dict(identities)
        titles = [(key, skeleton(title)) for key, identity in identities.items() for title in identity.titles]
        self._titles = [(key, bare) for key, bare in titles if bare]
        self._require = {key: [_Words(group) for group in identity.require] for key, identity in identities.items()}
        self._reject = {key: _Words(identity.reject) for key, identity in identities.items()}
        self.rank = lru_cache(maxsize=20_000)(self._rank)

    @classmethod
    def of(cls, framework: Framework) -> TitleMatcher:
        """The matcher of a year's items, keyed by item code; one for each set of criteria, so that it remembers."""
        if framework.sha256 not in _MATCHERS:
            _MATCHERS[framework.sha256] = cls({item.code: identity_of(item) for item in framework.items})
        return _MATCHERS[framework.sha256]

    def score(self, text: str, key: str) -> float:
        """How well `text` names item `key`, 0 to 1."""
        return next((score for other, score in self.rank(text) if other == key), 0.0)

    def best(self, text: str, floor: float = 0.6) -> str | None:
        """The item that `text` names best, or None below `floor`."""
        ranked = self.rank(text)
        return ranked[0][0] if ranked and ranked[0][1] >= floor else None

    def label(self, text: str) -> str | None:
        """The item that a heading or table label names by its number: `O10 …`, `๐๑๐ …`, or `ข้อ 10 …` where the words fit."""
        code = item_code(text[:16])
        if code is None and (numbered := _NUMBERED.match(text.translate(THAI_DIGITS))):
            number = _code(numbered.group(1))
            code = number if number and self.score(text, number) >= 0.3 else None
        return code if code in self._identities else None

    def _rank(self, text: str) -> list[tuple[str, float]]:
        bare = skeleton(text)
        if len(bare) < 2:
            return []
        letters = frozenset(bare)
        scores = [(key, self._one(text, bare, letters, key, like)) for key, like in self._likenesses(bare).items()]
        return sorted((pair for pair in scores if pair[1] > 0.3), key=lambda pair: -pair[1])

    def _likenesses(self, bare: str) -> dict[str, float]:
        """How like the best title of every item a text is."""
        likest = dict.fromkeys(self._identities, 0.0)
        wholes = process.cdist([bare], [title for _, title in self._titles], scorer=fuzz.ratio, dtype=np.float64)
        for (key, title), whole in zip(self._titles, (wholes[0] / 100).tolist(), strict=True):
            like = _likeness(bare, title, whole) if title in bare or bare in title or whole >= 0.8 else whole * 0.8
            if like > likest[key]:
                likest[key] = like
        return likest

    def _joint(self, text: str, key: str) -> float:
        """The score of a document that serves two items at once ("plan and budget"): one part names this one alone."""
        groups = self._require[key]
        for part in _AND.split(text):
            bare = skeleton(part)
            if len(bare) >= 8 and groups and not self._reject[key].stand_in(part, bare):
                letters = frozenset(bare)
                if all(group.nearly_stand_in(part, bare, letters) for group in groups):
                    return 0.8
        return 0.0

    def _one(self, text: str, bare: str, letters: frozenset[str], key: str, likeness: float) -> float:
        """The score of an item whose best title is so like the text."""
        if likeness >= 0.97:
            return likeness
        if self._reject[key].stand_in(text, bare):
            return self._joint(text, key) or min(likeness * 0.6, 0.5)
        if self._require[key]:
            if all(group.nearly_stand_in(text, bare, letters) for group in self._require[key]):
                return max(likeness, 0.72 + 0.2 * likeness)
            return min(likeness, 0.55)
        return likeness


_MATCHERS: dict[str, TitleMatcher] = {}
_AND = re.compile(r"\s*(?:และ|/|,|\+)\s*")


def _likeness(bare: str, title: str, whole: float) -> float:
    """Alike as wholes, or one inside the other; a long text around a title weakens it, a fragment weakens it more."""
    if bare == title:
        return 1.0
    if len(title) >= 4 and title in bare:
        share = len(title) / len(bare)
        return max(whole, 0.7 + 0.28 * share if len(title) >= 8 else 0.45 + 0.5 * share)
    if len(bare) >= 6 and bare in title:
        return max(whole, 0.35 + 0.6 * len(bare) / len(title))
    return whole if whole >= 0.8 else whole * 0.8


def identity_of(item: object) -> Identity:
    """The identity of an `oit.model.Item`, from its title, aliases and `[identity]` table."""
    table: Mapping[str, Sequence] = getattr(item, "identity", {}) or {}
    titles = (item.title.th, *item.aliases, *table.get("titles", ()))  # type: ignore[attr-defined]
    require = tuple(tuple(group) for group in table.get("require", ()))
    return Identity(tuple(dict.fromkeys(titles)), require, tuple(table.get("reject", ())))


def item_code(text: str) -> str | None:
    """The item code a label starts with or carries (`O10`, `๐๑๐`, `OIT 10`, `ข้อ o1`, `029…`), as `o10`; None without one.

    Spellings as listed in the notes on practice, section 3; MOIT, EB and other instruments' codes are not item codes.
    """
    plain = text.translate(THAI_DIGITS)
    alone = _ALONE.match(plain)
    if alone:
        return _code(alone.group(1))
    leading = _LEADING_NUMBER.match(plain)
    if leading:
        return _code(leading.group(1))
    found = _CODE.search(plain)
    return _code(found.group(1)) if found else None


def _code(digits: str) -> str | None:
    number = int(digits)
    return f"o{number}" if 1 <= number <= 60 else None
