"""A column (or labelled entry) that is there for every project: its heading stands and its cells are filled.

Keys: `any` (headings), `headings` (words that count as a column's heading only), `exact` (whole headings too short to be
looked for inside others), `not_inside`, `values` (`money`, `time`, `progress`). A month-by-month chart counts as a `time`
column. The document's own title names its matter and holds no column. Where a document has no table, a label with a
value after it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from checks.context import ItemEvidence, Source
from checks.kinds.terms import has_values
from checks.quotes import of_span
from checks.search import Hit, absent, found, hits, is_blank, is_own_title, met, not_met
from evidence.text.document import TABLE_HEADER, Table
from evidence.text.matching import contains, skeleton
from oit.findings import Finding, Quote, Reason
from oit.model import Element

_LEAST_FILLED = 0.5
_MOST_IN_A_CELL = 14
"""Letters beside the term in a cell that is a value (a unit's name), not a sentence that mentions one."""
_LABEL_END = re.compile(r"\s{0,3}[:：]")
_MONTHS = re.compile(r"[มกพตสธ]\s?\.?\s?[คพย]\s?\.|มี\s?\.\s?ค|เม\s?\.\s?ย|มิ\s?\.\s?ย")


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """The best filled column of that heading, or the strongest label with a value."""
    terms = tuple(element.params.get("any", ()))
    not_inside = tuple(element.params.get("not_inside", ()))
    empty: dict[str, Quote | None] = {}
    for source in evidence.sources:
        for table in source.tables:
            for column, heading in _headings(table):
                if not _names_column(heading, element, terms, not_inside):
                    continue
                filled, total, first = _filled(table, column)
                quote = _quote(source, table, column, first)
                if total and filled >= max(1, round(total * _LEAST_FILLED)):
                    return (
                        met(0.95, [quote] if quote else [], 1.0)
                        if quote
                        else _by_label(element, evidence, terms, not_inside, {})
                    )
                if total and not filled and contains(heading, terms, not_inside):
                    empty[source.document.sha256] = quote or empty.get(source.document.sha256)
    return _by_label(element, evidence, terms, not_inside, empty)


def _headings(table: Table) -> list[tuple[int, str]]:
    rows = table.rows[: max(1, table.header_rows)]
    width = max((len(row) for row in table.rows), default=0)
    return [
        (column, " ".join(dict.fromkeys(row[column].text for row in rows if column < len(row))))
        for column in range(width)
    ]


def _names_column(heading: str, element: Element, terms: tuple[str, ...], not_inside: tuple[str, ...]) -> bool:
    params = element.params
    if not heading.strip() or len(skeleton(heading)) > 90:
        return False
    if contains(heading, (*terms, *params.get("headings", ())), not_inside):
        return True
    if skeleton(heading) in {skeleton(word) for word in params.get("exact", ())}:
        return True
    return params.get("values") == "time" and bool(_MONTHS.search(heading)) and len(heading) < 30


def _filled(table: Table, column: int) -> tuple[int, int, int]:
    """How many body cells of the column hold something, how many there are, and the row of the first that does."""
    header = max(1, table.header_rows)
    rows = [
        (number, row)
        for number, row in enumerate(table.rows)
        if number >= header and any(cell.text.strip() for cell in row)
    ]
    cells = [(number, row[column].text) for number, row in rows if column < len(row)]
    held = [number for number, text in cells if not is_blank(text)]
    return len(held), len(cells), held[0] if held else -1


def _quote(source: Source, table: Table, column: int, row: int) -> Quote | None:
    for number in (0, *range(1, max(1, table.header_rows)), row):
        if 0 <= number < len(table.rows) and column < len(table.rows[number]):
            cell = table.rows[number][column]
            page_number = table.pages[number] if number < len(table.pages) else table.page
            page = next((page for page in source.document.pages if page.number == page_number), None)
            if page and cell.start >= 0 and cell.end > cell.start and page.text[cell.start : cell.end].strip():
                return of_span(source, page, cell.start, min(cell.end, cell.start + 100), cell.start, cell.end)
    return None


def _by_label(
    element: Element,
    evidence: ItemEvidence,
    terms: tuple[str, ...],
    not_inside: tuple[str, ...],
    empty: Mapping[str, Quote | None],
) -> Finding:
    """The strongest label with a value. `empty`: documents whose column of that heading holds nothing, with a quote of it;
    there a mere mention in running text fills nothing."""
    labels = [hit for hit in hits(evidence, terms, not_inside) if not is_own_title(hit, evidence)]
    kind = element.params.get("values", "")
    usable = [
        hit
        for hit in labels
        if _has_value(hit, kind, evidence) and (hit.source.document.sha256 not in empty or _stands_for_value(hit))
    ]
    if usable:
        return found(usable[0], others=usable[1:], looked_for=terms)
    if empty:
        return not_met(Reason.EMPTY_FORM, [quote for quote in empty.values() if quote])
    if kind == "time":
        chart = _month_chart(evidence)
        if chart:
            return chart
    if labels and not kind:
        return found(labels[0], others=labels[1:], looked_for=terms)
    return absent(evidence, terms)


def _has_value(hit: Hit, kind: str, evidence: ItemEvidence) -> bool:
    block = hit.source.block(hit.match)
    if block is not None and block.kind == TABLE_HEADER and block.table >= 0:
        filled, _total, _first = _filled(hit.source.document.tables[block.table], block.column)
        if not filled:
            return False
    return not kind or kind == "progress" or has_values(hit.source, kind, evidence)


def _stands_for_value(hit: Hit) -> bool:
    """Whether a match is a cell of its own below the heading, or a label with a colon and something after it."""
    page = hit.source.page(hit.match.page)
    block = hit.source.block(hit.match)
    if block is None or block.kind == TABLE_HEADER:
        return False
    if block.table >= 0:
        own = page.text[block.start : block.end]
        return len(skeleton(own)) <= _MOST_IN_A_CELL + len(skeleton(hit.match.term)) and not is_blank(own)
    line_end = page.text.find("\n", hit.match.end)
    after = page.text[hit.match.end : line_end if line_end >= 0 else len(page.text)]
    label = _LABEL_END.match(after)
    return label is not None and not is_blank(after[label.end() :])


def _month_chart(evidence: ItemEvidence) -> Finding | None:
    for source in evidence.sources:
        for page in source.document.pages:
            months = list(_MONTHS.finditer(page.text))
            if len(months) >= 8:
                first = months[0]
                return met(0.8, [of_span(source, page, first.start(), first.end())], 0.8)
    return None
