"""How something is done, step by step: the word for it, or acts one below the other without the word.

Keys: `any` (words for steps and methods), `not_inside`, `acts` (words that begin an act: ยื่น, กรอก, ตรวจสอบ).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.context import ItemEvidence, Source
from checks.quotes import of_span
from checks.search import absent, found, hits, met
from evidence.text.document import HEADING, TITLE, PageText
from evidence.text.matching import skeleton
from oit.findings import Finding, Quote, Verdict
from oit.model import Element

_NUMBERING = re.compile(r"^\s*(?:\(?[0-9๐-๙]+(?:\.[0-9๐-๙]+)*[.)]?|[-–•*▪➢]|[ก-ฮ][.)])\s*")
_ENOUGH = 3
_LONGEST = 240


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` by the words of `any`, else by three acts in a row."""
    terms = tuple(element.params.get("any", ()))
    places = hits(evidence, terms, tuple(element.params.get("not_inside", ())))
    named = found(places[0], others=places[1:], looked_for=terms) if places else None
    if named is not None and named.verdict is Verdict.MET:
        return named
    acts = tuple(skeleton(word) for word in element.params.get("acts", ()))
    for source in evidence.sources:
        run = _run(source, acts)
        if len(run) >= _ENOUGH:
            return met(0.85, [run[0], run[-1]])
    return named or absent(evidence, terms)


def _run(source: Source, acts: tuple[str, ...]) -> list[Quote]:
    """The longest row of lines that are acts."""
    best: list[tuple[PageText, int, int]] = []
    current: list[tuple[PageText, int, int]] = []
    for page, start, end in _lines(source):
        words = skeleton(_NUMBERING.sub("", page.text[start:end]))
        if words.startswith(acts) and end - start <= _LONGEST:
            current.append((page, start, end))
            best = max(best, current, key=len)
        else:
            current = []
    return [of_span(source, page, start, end) for page, start, end in best]


def _lines(source: Source) -> Iterator[tuple[PageText, int, int]]:
    for page, _, block in source.blocks():
        if block.kind in (TITLE, HEADING) or block.table >= 0:
            continue
        start = block.start
        for line in page.text[block.start : block.end].split("\n"):
            if line.strip():
                yield page, start, start + len(line.rstrip())
            start += len(line) + 1
