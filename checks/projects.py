"""What a document names as its projects, activities or measures, and whether two documents speak of the same ones.

Names are what stands in columns of projects (vocabulary `project_columns`) and entries that begin with one of those words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from checks.context import ItemEvidence, Source
from evidence.text.document import LIST_ITEM, PARAGRAPH, TABLE_CELL
from evidence.text.matching import skeleton

LEAST = 3
"""So many names on each side, or nothing is said of what they do not share."""
_SHORTEST = 8
_LONGEST = 80
_SAME = 72
_WITHIN = 80
_HEADING = 45
_MOST = 60
"""Names looked for letter by letter in the other's text; a longer list shares one of its first, or is another matter."""


def names(sources: Sequence[Source], evidence: ItemEvidence) -> list[str]:
    """The names in these sources as skeletons, each once, without its number and the word it begins with."""
    words = tuple(skeleton(word) for word in evidence.terms("project_columns"))
    found = {name: None for source in sources for text in _entries(source, words) if (name := _bare(text, words))}
    return list(found)


def differ(mine: Sequence[Source], theirs: Sequence[Source], evidence: ItemEvidence) -> bool:
    """Whether both sides name at least `LEAST` and no name of either stands anywhere in the other, spelling forgiven."""
    ours, parents = names(mine, evidence), names(theirs, evidence)
    if len(ours) < LEAST or len(parents) < LEAST:
        return False
    if any(process.extractOne(name, parents, scorer=fuzz.ratio, score_cutoff=_SAME) is not None for name in ours):
        return False
    return not _named_in(ours, theirs) and not _named_in(parents, mine)


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
    bare = skeleton(text).lstrip("0123456789")
    for word in sorted(words, key=len, reverse=True):
        bare = bare.removeprefix(word)
    letters = sum(letter.isalpha() for letter in bare)
    return bare[:_LONGEST] if letters >= _SHORTEST else ""


def _named_in(wanted: list[str], sources: Sequence[Source]) -> bool:
    pages = [skeleton(page.text) for source in sources for page in source.document.pages]
    return any(
        fuzz.partial_ratio(name, page, score_cutoff=_WITHIN) >= _WITHIN
        for name in wanted[:_MOST]
        for page in pages
        if len(page) >= len(name)
    )
