"""A sheet's cells as a grid: titles above the table, the table, its heading rows; the same for every kind of workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evidence.text import document as doc
from evidence.text.pieces import PageBuilder

MAX_ROWS, MAX_COLUMNS, MAX_CELLS, MAX_SHEETS, MAX_LINKS = 20_000, 200, 300_000, 100, 5_000
_PLAIN_SHEET = re.compile(r"(?i)^(?:sheet|ชีต|แผ่น(?:งาน)?)\s*\d*$")
_HEAD_ROWS_SEARCHED = 15

Grid = list[list["str | tuple[int, int]"]]
"""Rows of cells: a text, or the `(row, column)` of the cell whose span reaches here."""


def add_sheet(builder: PageBuilder, name: str, grid: Grid, bold: Sequence[bool]) -> tuple[int, int]:
    """Add a sheet: its name and the titles above the table as headings, then the table.

    `bold` tells of every row whether all its texts are bold. Gives the table's first row in the grid and its number
    (-1: the sheet has no table).
    """
    if not _PLAIN_SHEET.match(name):
        builder.add(doc.HEADING, " ".join(name.split()), 2)
    start = first_table_row(grid)
    for row in grid[:start]:
        for cell in row:
            if isinstance(cell, str):
                builder.add(doc.HEADING if len(cell) <= 200 else doc.PARAGRAPH, cell, 3)
    body = [[_moved(cell, start) for cell in row] for row in grid[start:]]
    heads = header_rows(body, bold[start:]) if len(body) > 1 else 0
    return start, builder.table(body, heads, caption=caption(grid[:start])) if body else -1


def trimmed(grid: Grid) -> Grid:
    """Without empty rows and columns at the end; empty rows between stay, a row number is a place."""
    last_row = max((number for number, row in enumerate(grid) if any(row)), default=-1)
    grid = grid[: last_row + 1]
    width = max((column + 1 for row in grid for column, cell in enumerate(row) if cell), default=0)
    return [row[:width] + [""] * (width - len(row)) for row in grid]


def first_table_row(grid: Grid) -> int:
    """The first row that fills at least half of the columns; rows above it with one or two texts are titles."""
    width = max((sum(_is_filled(cell, row, grid) for cell in row) for row in grid), default=0)
    if width < 2:
        return len(grid)
    for number, row in enumerate(grid[:_HEAD_ROWS_SEARCHED]):
        texts = [cell for cell in row if isinstance(cell, str) and cell]
        if len(texts) >= max(2, width // 2):
            return number
    return 0


def header_rows(body: Grid, bold: Sequence[bool]) -> int:
    """One row of texts over rows of data, more where a heading spans down or the next row is bold text too."""
    if not _is_wordy(body[0]):
        return 0
    count = 1
    while count < min(len(body) - 1, 4) and (
        any(isinstance(cell, tuple) and cell[0] < count and cell[0] == count - 1 for cell in body[count])
        or (bold[count] and bold[0] and _is_wordy(body[count]))
    ):
        count += 1
    return count


def caption(rows: Grid) -> str:
    """The titles above a table in one line."""
    return " ".join(cell for row in rows for cell in row if isinstance(cell, str) and cell)[:300]


def _moved(cell: str | tuple[int, int], by: int) -> str | tuple[int, int]:
    """A place counted from the table's first row; what hangs down from a title above it is empty."""
    if isinstance(cell, str):
        return cell
    return (cell[0] - by, cell[1]) if cell[0] >= by else ""


def _is_filled(cell: str | tuple[int, int], row: object, grid: Grid) -> bool:
    return bool(cell) if isinstance(cell, str) else bool(grid[cell[0]][cell[1]])


def _is_wordy(row: Sequence[str | tuple[int, int]]) -> bool:
    texts = [cell for cell in row if isinstance(cell, str) and cell]
    words = [text for text in texts if not re.fullmatch(r"[\d๐-๙,.\s%()/-]+", text)]
    return len(texts) >= 1 and len(words) * 3 >= len(texts) * 2
