"""Builds a page out of pieces of text in reading order: blocks, headings with their sections, tables, repaired text."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from evidence.text import document as doc
from evidence.text.quality import score
from evidence.text.thai import repair


@dataclass(slots=True)
class _Piece:
    kind: str
    raw: str
    level: int
    table: int
    row: int
    column: int
    area: str


class PageBuilder:
    """Collects the pieces of one page. `first_table` is the number of tables of the pages before."""

    def __init__(self, reader: str, first_table: int = 0) -> None:
        self.reader, self.first_table = reader, first_table
        self._pieces: list[_Piece] = []
        self._tables: list[tuple[list[list[int]], int, str, str]] = []
        self._built: doc.PageText | None = None

    def __len__(self) -> int:
        return len(self._pieces)

    def add(self, kind: str, raw: str, level: int = 0, area: str = doc.MAIN) -> int:
        """Add a block; its place among the pieces comes back (-1 for an empty one)."""
        return self._add(_Piece(kind, raw, level, -1, -1, -1, area))

    def table(
        self, rows: Sequence[Sequence[str | tuple[int, int]]], header_rows: int, caption: str = "", area: str = doc.MAIN
    ) -> int:
        """Add a table; gives its number. A cell is its text, or `(row, column)` of the cell whose span covers it."""
        number = self.first_table + len(self._tables)
        places: list[list[int]] = []
        for row, cells in enumerate(rows):
            places.append([])
            for column, cell in enumerate(cells):
                if isinstance(cell, tuple):
                    places[-1].append(places[cell[0]][cell[1]])
                else:
                    kind = doc.TABLE_HEADER if row < header_rows else doc.TABLE_CELL
                    places[-1].append(self._add(_Piece(kind, cell, 0, number, row, column, area)))
        self._tables.append((places, header_rows, caption, area))
        return number

    def page(self, number: int) -> doc.PageText:
        """The page of all pieces added."""
        raw = "\n".join(piece.raw for piece in self._pieces)
        whole = repair(raw)
        self._built = doc.PageText(
            number=number,
            text=whole.text,
            raw=raw,
            offsets=tuple(whole.offsets),
            reader=self.reader,
            quality=score(whole.text),
            repairs=dict(whole.repairs),
            blocks=tuple(self._blocks(whole.offsets)),
        )
        return self._built

    def tables(self) -> tuple[doc.Table, ...]:
        """The tables of the page; `page` must have been called."""
        page = self._built
        if page is None:
            raise ValueError("tables are placed on a page: call page() first")
        return tuple(
            doc.Table(
                page.number,
                tuple(tuple(self._cell(place, page) for place in row) for row in places),
                header_rows,
                caption,
                (page.number,) * len(places),
                area,
            )
            for places, header_rows, caption, area in self._tables
        )

    def place(self, piece: int) -> tuple[int, int]:
        """Start and end in the page's text of a piece; `page` must have been called."""
        if self._built is None or piece < 0:
            return -1, -1
        block = self._built.blocks[piece]
        return block.start, block.end

    def piece_of(self, table: int, row: int, column: int) -> int:
        """The piece of a table's cell (-1: the cell is empty or there is no such table)."""
        number = table - self.first_table
        if not 0 <= number < len(self._tables):
            return -1
        return self._tables[number][0][row][column]

    def _add(self, piece: _Piece) -> int:
        piece.raw = piece.raw.strip()
        if not piece.raw:
            return -1
        self._pieces.append(piece)
        return len(self._pieces) - 1

    def _blocks(self, offsets: Sequence[int]) -> list[doc.Block]:
        blocks: list[doc.Block] = []
        headings: list[tuple[int, int]] = []
        at = 0
        for piece in self._pieces:
            start, end = bisect.bisect_left(offsets, at), bisect.bisect_left(offsets, at + len(piece.raw))
            at += len(piece.raw) + 1
            if piece.kind == doc.HEADING:
                while headings and headings[-1][0] >= piece.level:
                    headings.pop()
            section = headings[-1][1] if headings else -1
            if piece.kind == doc.HEADING:
                headings.append((piece.level, len(blocks)))
            blocks.append(
                doc.Block(
                    piece.kind, start, end, piece.area, piece.level, section, piece.table, piece.row, piece.column
                )
            )
        return blocks

    def _cell(self, place: int, page: doc.PageText) -> doc.Cell:
        if place < 0:
            return doc.Cell("")
        block = page.blocks[place]
        return doc.Cell(page.text[block.start : block.end], block.start, block.end)
