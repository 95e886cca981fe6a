"""A report that passes although it speaks of other projects than the plan it reports on is left to a person.

Facts name the parent of such items (`consistent_with`: they must follow that item's plan, policy or measures); reviewers
reject a broken chain (practice notes, R11). Said only where both sides are plain: each lists three projects or more, the
parent is met, both were read in full, and not one name of either stands anywhere in the other. Everything else says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from checks import combine, outcomes
from checks.context import ItemEvidence, Source
from evidence.text.document import LIST_ITEM, PARAGRAPH, TABLE_CELL
from evidence.text.matching import skeleton
from oit.findings import ItemResult, Reason, Verdict

_ASPECTS = frozenset({"plan", "policy", "measures"})
_LEAST = 3
_SHORTEST = 8
_LONGEST = 80
_SAME = 72
_WITHIN = 80
_HEADING = 45
_MOST = 60
"""Names compared letter by letter; a longer list is plainly another matter or shares its first names."""


def broken(evidence: ItemEvidence, result: ItemResult) -> bool:
    """Whether an item that is met names projects of which its parent item, met and readable, names none."""
    told = evidence.item.consistent_with
    if result.verdict is not Verdict.MET or told is None or told[1] not in _ASPECTS or _looked_for(evidence):
        return False
    parent = evidence.other(told[0])
    if parent is None:
        return False
    mine = [source for source in evidence.sources if source.document.sha256 in result.documents]
    theirs = list(parent.sources)
    if {s.document.sha256 for s in mine} & {s.document.sha256 for s in theirs} or not _plain(evidence, parent):
        return False
    ours, parents = names(mine, evidence), names(theirs, evidence)
    if len(ours) < _LEAST or len(parents) < _LEAST:
        return False
    if _shared(ours, parents) or _named_in(ours, theirs) or _named_in(parents, mine):
        return False
    return combine.judge_item(parent).verdict is Verdict.MET


def doubted(result: ItemResult) -> ItemResult:
    """The result with a broken chain: for a person, its findings unchanged."""
    return replace(result, verdict=Verdict.UNSURE, confidence=0.5, reasons=(Reason.WEAK_MATCH.value,))


def names(sources: Sequence[Source], evidence: ItemEvidence) -> list[str]:
    """What the sources name in columns of projects, or as list entries that begin with the word, as skeletons."""
    words = tuple(skeleton(word) for word in evidence.terms("project_columns"))
    found = {name: None for source in sources for text in _entries(source, words) if (name := _bare(text, words))}
    return list(found)


def _entries(source: Source, words: tuple[str, ...]) -> Iterator[str]:
    for table in source.tables:
        header = max(1, table.header_rows)
        width = max((len(row) for row in table.rows), default=0)
        for column in range(width):
            headings = [row[column].text for row in table.rows[:header] if column < len(row)]
            if any(_begins(heading, words) and len(skeleton(heading)) <= _HEADING for heading in headings):
                yield from (row[column].text for row in table.rows[header:] if column < len(row))
    for page, _, block in source.blocks():
        text = page.text[block.start : block.end]
        if block.kind in (PARAGRAPH, LIST_ITEM, TABLE_CELL) and _begins(text, words):
            yield text


def _begins(text: str, words: tuple[str, ...]) -> bool:
    return skeleton(text).lstrip("0123456789").startswith(words)


def _bare(text: str, words: tuple[str, ...]) -> str:
    """A name without its number and the words every project begins with; empty where too little is left to compare."""
    bare = skeleton(text).lstrip("0123456789")
    for word in sorted(words, key=len, reverse=True):
        bare = bare.removeprefix(word)
    letters = sum(letter.isalpha() for letter in bare)
    return bare[:_LONGEST] if letters >= _SHORTEST else ""


def _shared(ours: list[str], parents: list[str]) -> bool:
    return any(process.extractOne(name, parents, scorer=fuzz.ratio, score_cutoff=_SAME) is not None for name in ours)


def _named_in(wanted: list[str], sources: Sequence[Source]) -> bool:
    """Whether one of the names stands in the running text, spelling forgiven."""
    pages = [skeleton(page.text) for source in sources for page in source.document.pages]
    return any(
        fuzz.partial_ratio(name, page, score_cutoff=_WITHIN) >= _WITHIN
        for name in wanted[:_MOST]
        for page in pages
        if len(page) >= len(name)
    )


def _plain(evidence: ItemEvidence, parent: ItemEvidence) -> bool:
    """Whether everything offered for both came and was read."""
    return all(
        outcomes.trouble(one) is None and not any(source.has_unread_pages for source in one.sources)
        for one in (evidence, parent)
    )


def _looked_for(evidence: ItemEvidence) -> bool:
    """Whether an element of the item asks for it already."""
    return any(element.kind == "follows" for element in evidence.item.required_elements)
