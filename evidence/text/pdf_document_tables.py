"""The tables of a whole PDF: those that run over pages made one, their cells set as blocks of the pages' text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from evidence.text.document import HEADING, TABLE_CELL, TABLE_HEADER, TITLE, Block, Cell, PageText, Table
from evidence.text.pdf_tables import Grid, GridCell
from evidence.text.word_finder import WordFinder

_LOW, _HIGH = 0.6, 0.35
"""A table that ends below `_LOW` of its page may go on in one that begins above `_HIGH` of the next."""
_MOST_MARGIN_WORDS = 12
"""Words of a running head or foot (page number, name of the document) that may stand between the two parts."""
_MOST_CAPTION = 200

Span = tuple[int, int]


@dataclass(slots=True)
class _Placed:
    """A grid of one page as part of a table of the document."""

    page: int
    grid: Grid
    rows: list[list[Cell]]
    spans: list[list[tuple[Span, ...]]]
    header: int
    bottom: float
    table: int = -1
    first_row: int = 0
    skipped: int = 0
    ends_page: bool = False


@dataclass
class DocumentTables:
    """Collects the grids of the pages, in reading order."""

    placed: list[_Placed] = field(default_factory=list)
    captions: dict[int, str] = field(default_factory=dict)

    def add(self, page: int, grid: Grid, own_text: str, page_text: str, page_height: float) -> None:
        """Take a page's grid. Where the page is read by another reader (`page_text` is not the text the grid was found
        in), its words are looked for in that text by their skeleton."""
        located = _Located(own_text, page_text)
        cells: dict[int, tuple[Cell, tuple[Span, ...]]] = {}
        rows, spans = [], []
        for row in grid.rows:
            for cell in row:
                if id(cell) not in cells:
                    cells[id(cell)] = located.cell(cell)
            rows.append([cells[id(cell)][0] for cell in row])
            spans.append([cells[id(cell)][1] for cell in row])
        bottom = grid.box[3] / max(page_height, 1.0)
        placed = _Placed(page, grid, rows, spans, grid.header_rows(own_text), bottom)
        places = [place for row in grid.rows for cell in row for span in cell.spans for place in span]
        placed.ends_page = len(own_text[max(places) :].split()) <= _MOST_MARGIN_WORDS
        opens_page = len(own_text[: min(places)].split()) <= _MOST_MARGIN_WORDS
        self._join(placed, opens_page and grid.box[1] / max(page_height, 1.0) < _HIGH)
        self.placed.append(placed)

    def _join(self, placed: _Placed, opens_page: bool) -> None:
        """Whether the grid goes on with the table of the page before."""
        last = self.placed[-1] if self.placed else None
        if last and placed.page == last.page + 1 and last.bottom > _LOW and last.ends_page and opens_page:
            same_width = placed.grid.columns == last.grid.columns
            head = self._head(last.table)
            again = [_words(row) for row in placed.rows[: len(head)]] == head
            if same_width and (again or not placed.header):
                placed.table, placed.skipped = last.table, len(head) if again else 0
                placed.first_row = last.first_row + len(last.rows) - last.skipped
                placed.header = placed.skipped
                return
        placed.table = last.table + 1 if last else 0

    def _head(self, table: int) -> list[list[str]]:
        first = next(placed for placed in self.placed if placed.table == table)
        return [_words(row) for row in first.rows[: first.header]]

    def tables(self) -> tuple[Table, ...]:
        """The tables, each on its first page; a heading repeated on later pages is left out there."""
        found = []
        for number in range(self.placed[-1].table + 1 if self.placed else 0):
            parts = [placed for placed in self.placed if placed.table == number]
            rows = tuple(tuple(row) for part in parts for row in part.rows[part.skipped :])
            pages = tuple(part.page for part in parts for _ in part.rows[part.skipped :])
            caption = self.captions.get(number, "")
            found.append(Table(parts[0].page, rows, parts[0].header, caption, pages))
        return tuple(found)

    def put_into(self, pages: Sequence[PageText]) -> list[PageText]:
        """The pages with the cells of their tables as blocks."""
        by_page: dict[int, list[_Placed]] = {}
        for placed in self.placed:
            by_page.setdefault(placed.page, []).append(placed)
        return [self._with_cells(page, by_page[page.number]) if page.number in by_page else page for page in pages]

    def _with_cells(self, page: PageText, grids: list[_Placed]) -> PageText:
        cells = sorted((block for placed in grids for block in _cell_blocks(placed)), key=lambda block: block.start)
        cells = list(_without_overlap(cells))
        blocks = sorted([*_uncovered(page, cells), *cells], key=lambda block: block.start)
        blocks = list(_with_sections(blocks))
        for placed in grids:
            self._caption(placed, page, blocks)
        return replace(page, blocks=tuple(blocks))

    def _caption(self, placed: _Placed, page: PageText, blocks: list[Block]) -> None:
        """The last words before the table, if they are short enough to name it."""
        if placed.table in self.captions:
            return
        first = next((index for index, block in enumerate(blocks) if block.table == placed.table), 0)
        if first and blocks[first - 1].table < 0:
            words = page.text[blocks[first - 1].start : blocks[first - 1].end]
            if len(words) <= _MOST_CAPTION:
                self.captions[placed.table] = " ".join(words.split())


class _Located:
    """Finds the words of a grid's cells in the page's text."""

    def __init__(self, own_text: str, page_text: str) -> None:
        self.own = own_text
        self.finder = None if own_text == page_text else WordFinder(page_text)

    def cell(self, cell: GridCell) -> tuple[Cell, tuple[Span, ...]]:
        """The cell with its words and place, and all stretches of the page's text that belong to it."""
        words = cell.text(self.own).strip()
        if not cell.spans:
            return Cell(""), ()
        if self.finder is None:
            return Cell(words, *cell.spans[0]), cell.spans
        span = self.finder.find(words)
        if span is None:
            return Cell(words), ()
        return Cell(self.finder.text[slice(*span)].strip(), *span), (span,)


def _words(row: Sequence[Cell]) -> list[str]:
    return ["".join(cell.text.split()) for cell in row]


def _cell_blocks(placed: _Placed) -> Iterator[Block]:
    seen: set[Span] = set()
    for index, row in enumerate(placed.spans):
        kind = TABLE_HEADER if index < placed.header else TABLE_CELL
        number = index if index < placed.skipped else placed.first_row + index - placed.skipped
        for column, spans in enumerate(row):
            for start, end in spans:
                if (start, end) not in seen:
                    seen.add((start, end))
                    yield Block(kind, start, end, table=placed.table, row=number, column=column)


def _without_overlap(blocks: list[Block]) -> Iterator[Block]:
    reached = 0
    for block in blocks:
        if block.start >= reached:
            yield block
            reached = block.end


def _uncovered(page: PageText, cells: list[Block]) -> Iterator[Block]:
    """What is left of the page's blocks once the cells are taken out."""
    index = 0
    for block in page.blocks:
        start = block.start
        while index < len(cells) and cells[index].end <= block.start:
            index += 1
        at = index
        while at < len(cells) and cells[at].start < block.end:
            yield from _piece(page.text, block, start, cells[at].start)
            start = max(start, cells[at].end)
            at += 1
        yield from _piece(page.text, block, start, block.end)


def _piece(text: str, block: Block, start: int, end: int) -> Iterator[Block]:
    words = text[start:end]
    if words.strip():
        start += len(words) - len(words.lstrip())
        yield replace(block, start=start, end=start + len(words.strip()))


def _with_sections(blocks: list[Block]) -> Iterator[Block]:
    section = -1
    for index, block in enumerate(blocks):
        if block.kind in (TITLE, HEADING):
            section = index
            yield replace(block, section=-1)
        else:
            yield replace(block, section=section)
