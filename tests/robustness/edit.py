"""Edits the readable form of a document as if its author had written it otherwise: words, cells, pictures, forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from checks import combine
from checks.context import AgencyEvidence
from evidence.records import Fetch
from evidence.text.document import (
    HEADING,
    TITLE,
    Block,
    Cell,
    DocumentText,
    Link,
    PageText,
    Table,
)
from oit.findings import ItemResult
from oit.model import Item

Reword = Callable[[str], str]
Rewrite = Callable[[PageText, int, Block], str]
_NUMBERED = re.compile(r"\s*[0-9๐-๙]+(?:\.[0-9๐-๙]+)*[.)]\s*\S")
_LONGEST_SECTION = 14


def reworded(document: DocumentText, reword: Reword) -> DocumentText:
    """The document with every text in it and about it passed through `reword`."""
    changed = rewritten(document, lambda page, number, block: reword(page.text[block.start : block.end]))
    return replace(
        changed,
        title=reword(document.title),
        links=tuple(_reworded_link(link, reword) for link in changed.links),
        images=tuple(
            replace(i, alt=reword(i.alt), title=reword(i.title), nearby=reword(i.nearby)) for i in changed.images
        ),
        frames=tuple(
            replace(f, title=reword(f.title), heading=reword(f.heading), nearby=reword(f.nearby))
            for f in changed.frames
        ),
        forms=tuple(
            replace(
                form,
                text=reword(form.text),
                heading=reword(form.heading),
                buttons=tuple(map(reword, form.buttons)),
                fields=tuple(
                    replace(field, label=reword(field.label), options=tuple(map(reword, field.options)))
                    for field in form.fields
                ),
            )
            for form in changed.forms
        ),
        metadata={key: reword(value) if key == "breadcrumb" else value for key, value in document.metadata.items()},
        tables=tuple(_reworded_table(table, reword) for table in changed.tables),
    )


def reworded_fetch(fetch: Fetch, reword: Reword) -> Fetch:
    """The fetch with the words of the link that led to it passed through `reword`."""
    return replace(fetch, link_text=reword(fetch.link_text), link_context=reword(fetch.link_context))


def rewritten(document: DocumentText, rewrite: Rewrite) -> DocumentText:
    """The document with the text of every block replaced; tables, links and forms keep their places."""
    pages, maps = [], {}
    for page in document.pages:
        text, blocks, place = _new_page(page, rewrite)
        maps[page.number] = place
        pages.append(
            replace(
                page,
                text=text,
                raw=text,
                offsets=tuple(range(len(text) + 1)),
                blocks=blocks,
                doubtful=tuple((place(a), place(b)) for a, b in page.doubtful),
                word_boxes=(),
            )
        )
    texts = {page.number: page.text for page in pages}
    first = document.pages[0].number if document.pages else 0
    place = maps.get(first, int)
    return replace(
        document,
        pages=tuple(pages),
        tables=tuple(_moved_table(table, maps, texts) for table in document.tables),
        links=tuple(replace(link, start=place(link.start)) if link.start >= 0 else link for link in document.links),
        images=tuple(replace(i, start=place(i.start)) if i.start >= 0 else i for i in document.images),
        forms=tuple(replace(f, start=place(f.start)) if f.start >= 0 else f for f in document.forms),
    )


def _new_page(page: PageText, rewrite: Rewrite) -> tuple[str, tuple[Block, ...], Callable[[int], int]]:
    parts: list[str] = []
    blocks: list[Block] = []
    spans: list[tuple[int, int, int, int]] = []
    length = at = 0
    for number, block in enumerate(page.blocks):
        gap = page.text[at : block.start]
        new = rewrite(page, number, block)
        parts += [gap, new]
        start = length + len(gap)
        blocks.append(replace(block, start=start, end=start + len(new)))
        spans.append((block.start, block.end, start, start + len(new)))
        length, at = start + len(new), block.end
    parts.append(page.text[at:])

    def place(old: int) -> int:
        moved = 0
        for start, end, new_start, new_end in spans:
            if old < start:
                break
            if old <= end:
                share = (old - start) / max(1, end - start)
                return new_start + round(share * (new_end - new_start))
            moved = new_end - end
        return old + moved

    return "".join(parts), tuple(blocks), place


def _moved_table(table: Table, maps: Mapping[int, Callable[[int], int]], texts: Mapping[int, str]) -> Table:
    rows = []
    for number, row in enumerate(table.rows):
        page = table.pages[number] if number < len(table.pages) else table.page
        cells = []
        for cell in row:
            if cell.start < 0 or page not in maps:
                cells.append(cell)
                continue
            start, end = maps[page](cell.start), maps[page](cell.end)
            cells.append(Cell(texts[page][start:end], start, end))
        rows.append(tuple(cells))
    return replace(table, rows=tuple(rows))


def _reworded_table(table: Table, reword: Reword) -> Table:
    rows = tuple(
        tuple(replace(cell, text=reword(cell.text)) if cell.start < 0 else cell for cell in row) for row in table.rows
    )
    return replace(table, rows=rows, caption=reword(table.caption))


def _reworded_link(link: Link, reword: Reword) -> Link:
    return replace(link, text=reword(link.text), heading=reword(link.heading), context=reword(link.context))


# ---------------------------------------------------------------- taking out


class Matter:
    """Word stems that show what a text speaks of, found also where a reader wrote SARA AA as SARA AM."""

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(_plain(pattern))

    def search(self, text: str) -> bool:
        """Whether the text speaks of it."""
        return bool(self._pattern.search(_plain(text)))

    def sub(self, new: str, text: str) -> str:
        """The text (as far as SARA AM is told from SARA AA) with the stems replaced."""
        return self._pattern.sub(new, _plain(text)) if self.search(text) else text


def _plain(text: str) -> str:
    return text.replace("\u0e33", "\u0e32").replace("\u0e4d\u0e32", "\u0e32")


def without_matter(document: DocumentText, matter: Matter, *, keep_first: int = 2) -> DocumentText:
    """The document without what speaks of a matter: columns headed by it, rows, lines, and what stands under its headings.

    Titles stay (level 1 headings of pages, the first `keep_first` lines of files): they say whose document it is.
    """
    columns = _columns(document, matter)
    emptied = {
        (cell.start, cell.end, number)
        for number, table in enumerate(document.tables)
        for row_number, row in enumerate(table.rows)
        for column, cell in enumerate(row)
        if (number, column) in columns or _labelled(table, row_number, matter)
    }
    spans = {(number, start) for start, _end, number in emptied if start >= 0}
    under = 0

    def rewrite(page: PageText, number: int, block: Block) -> str:
        nonlocal under
        text = page.text[block.start : block.end]
        if block.table >= 0:
            if (block.table, block.column) in columns or (block.table, block.start) in spans:
                return ""
            return "" if matter.search(text) and not _is_header(document, block) else text
        kept = []
        lines_seen = sum(bool(line.strip()) for line in page.text[: block.start].split("\n"))
        for line in text.split("\n"):
            lines_seen += bool(line.strip())
            heading = block.kind in (TITLE, HEADING)
            if (
                document.kind != "html"
                and page.number == 1
                and lines_seen <= (keep_first if heading else min(1, keep_first))
            ):
                kept.append(line)
                continue
            if (
                document.kind == "html"
                and block.kind in (TITLE, HEADING)
                and block.level in (1, 2)
                and _is_first(page, number)
            ):
                kept.append(line)
                continue
            if matter.search(line):
                under = _LONGEST_SECTION if heading or _only_heads(line, matter) else 0
                continue
            if under and (heading or (_NUMBERED.match(line) and len(line) < 60)):
                under = 0
            if under:
                under -= 1
                continue
            kept.append(line)
        return "\n".join(kept)

    changed = rewritten(document, rewrite)
    tables = tuple(
        replace(
            table,
            rows=tuple(
                tuple(
                    replace(cell, text="") if (number, column) in columns or _labelled(table, place, matter) else cell
                    for column, cell in enumerate(changed.tables[number].rows[place])
                )
                for place in range(len(table.rows))
            ),
        )
        for number, table in enumerate(document.tables)
    )
    return replace(changed, tables=tables)


def _is_first(page: PageText, number: int) -> bool:
    """Whether a heading is the first of the page's content."""
    heads = [n for n, b in enumerate(page.blocks) if b.kind in (TITLE, HEADING) and b.level in (1, 2)]
    return bool(heads) and number == heads[0]


def _is_header(document: DocumentText, block: Block) -> bool:
    table = document.tables[block.table] if block.table < len(document.tables) else None
    return table is not None and block.row < max(1, table.header_rows)


def _only_heads(line: str, matter: Matter) -> bool:
    """Whether a line is a label: little stands beside the words of the matter."""
    rest = re.sub(r"[\s0-9๐-๙.:：()/\-–]", "", matter.sub("", line))
    return len(rest) <= 14


def _columns(document: DocumentText, matter: Matter) -> set[tuple[int, int]]:
    found = set()
    for number, table in enumerate(document.tables):
        for row in table.rows[: max(1, table.header_rows)]:
            found |= {(number, column) for column, cell in enumerate(row) if matter.search(cell.text)}
    return found


def _labelled(table: Table, row: int, matter: Matter) -> bool:
    """Whether a body row is labelled by the matter in its first filled cell."""
    if row < max(1, table.header_rows):
        return False
    first = next((cell.text for cell in table.rows[row] if cell.text.strip()), "")
    return bool(matter.search(first)) and _only_heads(first, matter)


def with_empty_tables(document: DocumentText) -> DocumentText:
    """The document with nothing in its tables but their headings."""

    def rewrite(page: PageText, number: int, block: Block) -> str:
        body = block.table >= 0 and not _is_header(document, block)
        return "" if body else page.text[block.start : block.end]

    changed = rewritten(document, rewrite)
    tables = tuple(
        replace(
            table,
            rows=tuple(
                row if number < max(1, table.header_rows) else tuple(replace(cell, text="") for cell in row)
                for number, row in enumerate(table.rows)
            ),
        )
        for table in changed.tables
    )
    return replace(changed, tables=tables)


def without_figures(document: DocumentText) -> DocumentText:
    """The document with no figure in any table cell and no number with a unit; years and dates of its headings stay."""
    number = re.compile(r"[0-9๐-๙][0-9๐-๙,.]*(?=\s*(?:%|ราย|คน|เรื่อง|ครั้ง|ฉบับ|คำขอ|บาท|แห่ง|$))|(?<=ร้อยละ)\s*[0-9๐-๙.,]+")

    def rewrite(page: PageText, place: int, block: Block) -> str:
        text = page.text[block.start : block.end]
        if block.table >= 0 and not _is_header(document, block):
            return "" if re.search(r"[0-9๐-๙]", text) else text
        return text if block.kind in (TITLE, HEADING) else re.sub(number, "", text)

    changed = rewritten(document, rewrite)
    tables = tuple(
        replace(
            table,
            rows=tuple(
                row
                if n < max(1, table.header_rows)
                else tuple(replace(cell, text="") if re.search(r"[0-9๐-๙]", cell.text) else cell for cell in row)
                for n, row in enumerate(table.rows)
            ),
        )
        for table in changed.tables
    )
    return replace(changed, tables=tables)


def shown(evidence: AgencyEvidence, item: Item) -> ItemResult:
    """The result of one item, without a look for it elsewhere."""
    return combine.judge_item(evidence.evidence_for(item))
