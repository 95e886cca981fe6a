"""Knows which words of a quoted line are the ones that count, however its Thai is spelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from evidence.text.document import PageText
from evidence.text.matching import PageIndex, floor_for
from oit.model import Element

Piece = tuple[str, bool]
"""A run of text and whether it is to be marked."""

_TERM_PARAMS = ("any", "all", "terms", "columns", "headers", "labels", "statements")


def pieces(text: str, terms: Iterable[str], not_inside: Iterable[str] = ()) -> list[Piece]:
    """`text` cut into runs, those that hold one of `terms` marked; all of it marked where none stands in it.

    A term that stands inside one of `not_inside` is not marked (งบประมาณ in ปีงบประมาณ).
    """
    covers = _spans(text, not_inside)
    found = [(start, end) for start, end in _spans(text, terms) if not any(a <= start and end <= b for a, b in covers)]
    spans = _joined(found)
    if not spans:
        return [(text, True)]
    cut: list[Piece] = []
    done = 0
    for start, end in spans:
        cut += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [piece for piece in [*cut, (text[done:], False)] if piece[0]]


def terms_of(element: Element | None, looked_for: Iterable[str]) -> list[str]:
    """The words an element is looked for by: those the check names, else those of its criteria."""
    named = [term for term in looked_for if term]
    return named or ([*_terms_in(element.params)] if element else [])


def _terms_in(params: Mapping[str, Any]) -> Iterable[str]:
    for key in _TERM_PARAMS:
        value = params.get(key)
        if isinstance(value, (list, tuple)):
            yield from (term for term in value if isinstance(term, str))


def _spans(text: str, terms: Iterable[str]) -> list[tuple[int, int]]:
    index = PageIndex(PageText(1, text, text, tuple(range(len(text) + 1)), "", 1.0))
    found = (match for term in terms for match in index.find(term, floor_for(term)))
    return sorted((match.start, match.end) for match in found if match.end > match.start)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
