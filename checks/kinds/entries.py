"""A list of dated entries (news, announcements): enough of them, of the right sort, in the year.

Keys: `any` (words of the sort; none: every entry counts), `not_inside`, `reject` (words of entries of another sort
under a fitting heading), `min` (entries needed in the year), `statement` (words that publish that there are none,
with the year).
"""

from __future__ import annotations

from dataclasses import dataclass

from checks.context import ItemEvidence, Source
from checks.quotes import of_block, of_span
from checks.search import absent, has_letters, hits, met, not_met, unsure
from evidence.text.dates import DateMention, Kind, Role
from evidence.text.dates import find as find_dates
from evidence.text.document import HEADING, PARAGRAPH, TITLE
from evidence.text.matching import contains
from oit.findings import Finding, Quote, Reason
from oit.model import Element

_LEAST_WORDS = 12
"""Letters an entry has beside its date."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its words, the month it is dated, and where it stands."""

    words: str
    month: tuple[int, int] | None
    year_be: int | None
    quote: Quote


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` with enough entries of the sort dated in the year; undated lists are `unsure`."""
    terms, against = tuple(element.params.get("any", ())), tuple(element.params.get("not_inside", ()))
    entries = [entry for source in evidence.sources for entry in entries_of(source, evidence)]
    reject = tuple(element.params.get("reject", ()))
    entries = [entry for entry in entries if not reject or not contains(entry.words, reject)] or entries[:0]
    fitting = [e for e in entries if not terms or contains(e.words, terms, against)]
    if not fitting and terms and _headed(evidence, terms):
        fitting = entries
    year = evidence.year
    dated = [e for e in fitting if e.month and year.holds(e.month)]
    named = [e for e in fitting if e.month is None and e.year_be == year.year_be]
    need = element.params.get("min", 1)
    if len(dated) + len(named) >= need:
        return met(0.93 if len(dated) >= need else 0.82, [e.quote for e in (*dated, *named)[:3]])
    if dated or named:
        return met(0.86 if dated else 0.75, [e.quote for e in (*dated, *named)])
    none = hits(evidence, tuple(element.params.get("statement", ())))
    if none:
        return met(0.75, [none[0].quote()])
    if fitting and not any(e.month or e.year_be for e in fitting):
        return unsure(Reason.YEAR_ABSENT, [e.quote for e in fitting[:2]])
    if fitting:
        return not_met(Reason.YEAR_WRONG, [e.quote for e in fitting[:2]], 0.85)
    if entries:
        return not_met(Reason.ELEMENT_MISSING, [e.quote for e in entries[:2]], 0.75)
    return absent(evidence, terms)


def entries_of(source: Source, evidence: ItemEvidence) -> list[Entry]:
    """The dated entries of a source: each date with the words of its row, card or neighbourhood; a document is one entry.

    The title of a page names no entry, and a year alone dates one only where it stands in a list.
    """
    found: list[Entry] = []
    blocks = source.blocks()
    for place, (page, _number, block) in enumerate(blocks):
        text = page.text[block.start : block.end]
        if source.is_page and block.kind in (TITLE, HEADING) and _names_item(text, evidence):
            continue
        for mention in find_dates(text):
            if source.is_page and mention.kind in (Kind.FISCAL_YEAR, Kind.YEAR) and block.kind == PARAGRAPH:
                continue
            if mention.role is Role.LAW or mention.kind not in (
                Kind.DAY,
                Kind.MONTH,
                Kind.FISCAL_YEAR,
                Kind.YEAR,
                Kind.SPAN,
            ):
                continue
            words = _neighbourhood(blocks, place, text, evidence)
            if source.is_page and not has_letters(_without_dates(words), _LEAST_WORDS):
                continue
            quote = of_span(
                source, page, block.start + mention.start, block.start + mention.end, block.start, block.end
            )
            found.append(Entry(words, mention.last, mention.year_be, quote))
    for mention in find_dates(source.fetch.link_text + " \n" + source.fetch.link_context):
        first = next(((p, n) for p, n, b in blocks if b.end - b.start >= 4), None)
        if first and mention.role is not Role.LAW:
            found.append(
                Entry(
                    source.fetch.link_text + " " + source.text[:200],
                    mention.last,
                    mention.year_be,
                    of_block(source, *first),
                )
            )
    if not found:
        found = [
            Entry(page.text[block.start : block.end], None, None, of_block(source, page, number))
            for page, number, block in blocks
            if block.kind in ("link", "list_item", "table_cell") and block.end - block.start >= 12
        ][:20]
    return found


def _names_item(text: str, evidence: ItemEvidence) -> bool:
    return evidence.agency_evidence.titles.score(text.strip()[:220], evidence.item.code) >= 0.7


def _without_dates(words: str) -> str:
    for mention in reversed(find_dates(words)):
        words = words[: mention.start] + words[mention.end :]
    return words


def _neighbourhood(blocks: list, place: int, text: str, evidence: ItemEvidence) -> str:
    """The words of the row or of the blocks just around a date, without the page's title."""
    page, _, block = blocks[place]
    if block.table >= 0:
        row = [
            p.text[b.start : b.end]
            for p, _, b in blocks[max(0, place - 12) : place + 12]
            if (b.table, b.row) == (block.table, block.row)
        ]
        return " ".join(row)
    around = [p.text[b.start : b.end] for p, _, b in blocks[max(0, place - 2) : place + 2] if p is page]
    around = [words for words in around if not _names_item(words, evidence)]
    return " ".join([*around, text])


def _headed(evidence: ItemEvidence, terms: tuple[str, ...]) -> bool:
    return any(hit.weight >= 0.95 for hit in hits(evidence, terms)[:1]) or any(
        contains(f"{source.document.title} {source.fetch.link_text}", terms) for source in evidence.sources
    )


def months_of(mentions: list[DateMention]) -> list[tuple[int, int]]:
    """The months of dated mentions."""
    return [mention.last for mention in mentions if mention.last]
