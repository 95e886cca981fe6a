"""Which tables of a page hold data and which only lay it out, their grids with spans filled, and their heading rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evidence.text.html_walk import CellBox, Chunk, Grid, TableBox

MAX_CELLS = 100_000
LONG_CELL = 2_000


def mark_data_tables(tables: Sequence[TableBox], chunks: Sequence[Chunk]) -> list[TableBox]:
    """Set `data` and `index` of every table; gives back the data tables in reading order."""
    for table in reversed(tables):
        table.data = _is_data(table, chunks)
    found = [table for table in tables if table.data]
    for index, table in enumerate(found):
        table.index = index
    return found


def data_cell(cell: CellBox | None) -> CellBox | None:
    """The innermost cell of a data table around a place, given the innermost cell of any table."""
    while cell is not None and not (cell.table.data and cell.region is not None):
        cell = cell.outer
    return cell


def grid(table: TableBox) -> Grid:
    """Rows of cells with row and column spans filled by repeating the cell; None where the page has no cell."""
    rows: Grid = []
    waiting: dict[int, tuple[CellBox, int]] = {}
    count = 0
    for number, row in enumerate(table.rows):
        line: list[CellBox | None] = []
        column = 0
        for cell in row:
            column = _fill(line, column, waiting)
            cell.grid_row, cell.grid_column = number, column
            for _ in range(cell.colspan):
                line.append(cell)
                if cell.rowspan > 1:
                    waiting[column] = (cell, cell.rowspan - 1)
                column += 1
        _fill(line, column, waiting)
        rows.append(line)
        count += len(line)
        if count > MAX_CELLS:
            break
    width = max((len(line) for line in rows), default=0)
    return [line + [None] * (width - len(line)) for line in rows] if width * len(rows) <= MAX_CELLS else rows


def header_rows(table: TableBox, chunks: Sequence[Chunk]) -> int:
    """How many leading rows are column headings: thead, th, a bold or shaded first row, a title across all columns."""
    rows = table.grid
    if not rows or len(rows) < 2:
        return 0
    count = 0
    while count < min(len(rows) - 1, 6) and _is_header(table, count, rows, chunks):
        count += 1
    while count and count < len(rows) - 1 and _spans_down(table, count):
        count += 1
    return count if count < len(rows) else 0


def _fill(line: list[CellBox | None], column: int, waiting: dict[int, tuple[CellBox, int]]) -> int:
    """Put the cells that reach down from rows above into the line, from `column` on."""
    while column in waiting:
        cell, left = waiting.pop(column)
        line.append(cell)
        if left > 1:
            waiting[column] = (cell, left - 1)
        column += 1
    if waiting and min(waiting) < column:
        for stale in [each for each in waiting if each < column and each >= len(line)]:
            del waiting[stale]
    return column


def _is_data(table: TableBox, chunks: Sequence[Chunk]) -> bool:
    rows = [row for row in table.rows if row]
    cells = [cell for row in rows for cell in row]
    if len(cells) < 2 or table.attributes.get("role") in ("presentation", "none"):
        return False
    if any(inner.data for inner in table.inner) and _inner_share(table) > 0.4:
        return False
    widths = Counter(sum(cell.colspan for cell in row) for row in rows)
    headed = bool(table.head_rows) or any(cell.header for cell in cells)
    if max(widths) < 2 or (len(rows) < 2 and not headed):
        return False
    lengths = [_length(cell, chunks) for cell in cells]
    if max(lengths) > LONG_CELL and not headed:
        return False
    if headed and not table.has_frame:
        return sum(map(bool, lengths)) >= 2
    return not _only_layout(table, cells, lengths) and widths.most_common(1)[0][1] * 2 >= len(rows)


def _only_layout(table: TableBox, cells: list[CellBox], lengths: list[int]) -> bool:
    if table.has_form or table.has_frame or table.has_heading:
        return True
    if any(_is_menu(cell) for cell in cells):
        return True
    filled = [cell for cell, length in zip(cells, lengths, strict=True) if length]
    if len(filled) * 2 < len(cells) or len(filled) < 3:
        return True
    return all(cell.region is not None and cell.region.linked * 10 >= cell.region.text * 9 for cell in filled)


def _is_menu(cell: CellBox) -> bool:
    """A cell with many short links and next to no other words: the menu column of an old layout."""
    region = cell.region
    if region is None or region.documents * 3 >= max(1, region.links):
        return False
    return region.linked > 150 and region.linked * 10 >= region.text * 8


def _inner_share(table: TableBox) -> float:
    own = max(1, table.last - table.first)
    return sum(inner.last - inner.first for inner in table.inner if inner.data) / own


def _length(cell: CellBox, chunks: Sequence[Chunk]) -> int:
    return sum(len(chunk.text) for chunk in chunks[cell.first : cell.last])


def _is_header(table: TableBox, number: int, rows: Grid, chunks: Sequence[Chunk]) -> bool:
    if number in table.head_rows:
        return True
    cells = table.rows[number] if number < len(table.rows) else []
    filled = [cell for cell in cells if _length(cell, chunks)]
    if not filled:
        return False
    if all(cell.header for cell in filled):
        return True
    across = len(filled) == 1 and filled[0].colspan >= max(2, len(rows[number]))
    if across:
        return number + 1 < len(rows) - 1 and _is_header(table, number + 1, rows, chunks)
    below = table.rows[number + 1] if number + 1 < len(table.rows) else []
    if len(filled) < 2 or any(len(_text(cell, chunks)) > 80 for cell in filled):
        return False
    return all(_is_bold(cell, chunks) or cell.shaded for cell in filled) and not all(
        _is_bold(cell, chunks) or cell.shaded for cell in below if _length(cell, chunks)
    )


def _spans_down(table: TableBox, count: int) -> bool:
    """Whether a heading cell above reaches into row `count`."""
    return any(cell.rowspan < 50 and cell.grid_row + cell.rowspan > count for row in table.rows[:count] for cell in row)


def _text(cell: CellBox, chunks: Sequence[Chunk]) -> str:
    return " ".join(chunk.text for chunk in chunks[cell.first : cell.last])


def _is_bold(cell: CellBox, chunks: Sequence[Chunk]) -> bool:
    inside = [chunk for chunk in chunks[cell.first : cell.last] if chunk.styles]
    return bool(inside) and all(bold for chunk in inside for _, bold, _ in chunk.styles)
