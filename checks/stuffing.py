"""Text made of the criteria's own words: keywords pasted in a row or as bare headings hold nothing, whatever they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from checks.context import ItemEvidence, Source
from checks.scope import Scope
from evidence.text.document import BUTTON, LINK
from evidence.text.matching import skeleton
from oit.model import Item

_DISTINCT, _SHARE, _LONGEST = 8, 0.7, 6000
_LEAST = 60
_ORDINARY = frozenset({"chart", "people", "contact", "link"})
"""Kinds whose lawful evidence is hardly more than names: units of a chart, posts of people."""


def is_stuffed(source: Source, evidence: ItemEvidence) -> bool:
    """Whether nearly all that a short source says is words the criteria of the item look for, many of them."""
    if len(source.text) > _LONGEST or _may_be_names(evidence.item):
        return False
    covered, distinct = _covered(source, evidence)
    letters = sum(
        _size(source, (page.number, n)) for page, n, block in source.blocks() if block.kind not in (LINK, BUTTON)
    )
    return distinct >= _DISTINCT and letters >= _LEAST and sum(covered.values()) >= _SHARE * letters


def without_stuffed_blocks(source: Source, evidence: ItemEvidence) -> Source:
    """The source without the blocks that are such a row of words; the same source where it has none."""
    if _may_be_names(evidence.item) or not source.is_page or len(source.text) > 10 * _LONGEST:
        return source
    long = {
        (page.number, n)
        for page, n, block in source.blocks()
        if block.end - block.start >= 2 * _LEAST and block.table < 0
    }
    if not long:
        return source
    covered, _ = _covered(source, evidence)
    suspects = {key for key in long if covered.get(key, 0) >= _SHARE * _size(source, key)}
    stuffed = {key for key in suspects if _distinct_in(source, evidence, key) >= _DISTINCT}
    if not stuffed:
        return source
    blocks = {
        number: frozenset(n for n in kept if (number, n) not in stuffed) for number, kept in source.scope.blocks.items()
    }
    scope = Scope(blocks, source.scope.is_section, source.scope.is_hub, source.scope.criteria_blocks + len(stuffed))
    return replace(source, scope=scope)


def _may_be_names(item: Item) -> bool:
    return any(element.kind in _ORDINARY for element in item.required_elements)


def _blocks(source: Source) -> list[tuple[int, int]]:
    return [
        (page.number, n) for page, n, block in source.blocks() if block.kind not in (LINK, BUTTON) and block.table < 0
    ]


def _size(source: Source, key: tuple[int, int]) -> int:
    page = source.page(key[0])
    block = page.blocks[key[1]]
    return len(skeleton(page.text[block.start : block.end]))


def _covered(source: Source, evidence: ItemEvidence) -> tuple[Mapping[tuple[int, int], int], int]:
    """Letters of each block that belong to words of the criteria, and how many different words there are."""
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    distinct: set[str] = set()
    for match in source.find(_terms(evidence), slips=False):
        spans.setdefault((match.page, match.block), []).append((match.start, match.end))
        distinct.add(skeleton(match.term))
    counted = set(_blocks(source))
    return {key: _letters(source, key, found) for key, found in spans.items() if key in counted}, len(distinct)


def _letters(source: Source, key: tuple[int, int], spans: list[tuple[int, int]]) -> int:
    text = source.page(key[0]).text
    total = end = 0
    for start, stop in sorted(spans):
        if stop > end:
            total += len(skeleton(text[max(start, end) : stop]))
            end = stop
    return total


def _distinct_in(source: Source, evidence: ItemEvidence, key: tuple[int, int]) -> int:
    found = source.find(_terms(evidence), slips=False)
    return len({skeleton(match.term) for match in found if (match.page, match.block) == key})


def _terms(evidence: ItemEvidence) -> tuple[str, ...]:
    item = evidence.item
    words = [
        word for element in item.required_elements for word in (*_strings(element.params.values()), element.text.th)
    ]
    return tuple(dict.fromkeys((item.title.th, *item.aliases, *words)))


def _strings(values: Iterable[object]) -> Iterable[str]:
    """The terms among a kind's keys; patterns and single words that steer the kind are no terms."""
    for value in values:
        if isinstance(value, tuple | list):
            for part in value:
                yield from [part] if isinstance(part, str) else _strings([part])
