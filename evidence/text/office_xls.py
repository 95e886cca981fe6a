"""Reads workbooks of Excel 5 to 2003 (.xls): visible sheets, rows and columns, merged cells, values as displayed."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import struct
from pathlib import Path
from typing import Any

import xlrd
from xlrd.compdoc import CompDocError

from evidence.text import document as doc
from evidence.text.numbers import display
from evidence.text.pieces import PageBuilder
from evidence.text.sheet_grid import MAX_CELLS, MAX_COLUMNS, MAX_LINKS, MAX_ROWS, MAX_SHEETS, Grid, add_sheet, trimmed

READER = "xlrd"
_BROKEN = (
    CompDocError, AssertionError, AttributeError, IndexError, KeyError, NotImplementedError, OverflowError,
    TypeError, UnicodeError, ValueError, ZeroDivisionError, struct.error,
)  # fmt: skip


def read_xls(data: bytes) -> doc.DocumentText:
    """Read an old workbook in the shape of a new one (`kind` xlsx): a page and a table for every visible sheet.

    Outcomes: `encrypted`, `corrupt`.
    """
    try:
        book = _open(data, looks=True)
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            return doc.DocumentText("", "xlsx", outcome="encrypted", detail="the workbook asks for a password")
        return _corrupt(error)
    except _BROKEN:
        try:
            book = _open(data, looks=False)
        except (*_BROKEN, xlrd.XLRDError) as error:
            return _corrupt(error)
    sheets = [sheet for sheet in book.sheets() if not sheet.visibility]
    pages: list[doc.PageText] = []
    tables: list[doc.Table] = []
    links: list[doc.Link] = []
    cut = len(sheets) > MAX_SHEETS
    for sheet in sheets[:MAX_SHEETS]:
        reading = _Sheet(book, sheet, len(pages) + 1, len(tables))
        pages.append(reading.page)
        tables.extend(reading.tables)
        links.extend(reading.links[: MAX_LINKS - len(links)])
        cut = cut or reading.cut
    return doc.DocumentText(
        hashlib.sha256(data).hexdigest(),
        "xlsx",
        encoding=str(book.encoding or ""),
        pages=tuple(pages),
        tables=tuple(tables),
        links=tuple(links),
        metadata={"author": book.user_name.strip()[:500], "format": "xls"} if book.user_name.strip()
        else {"format": "xls"},
        markers=("cut",) if cut else (),
    )  # fmt: skip


def _open(data: bytes, looks: bool) -> Any:
    """The workbook; Thai files of Excel 5 and 95 that name no code page are in the Thai one."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=looks, logfile=nowhere, ragged_rows=True, on_demand=False
        )
        if book.biff_version < 80 and book.codepage in (None, 1252):
            book = xlrd.open_workbook(
                file_contents=data, formatting_info=looks, logfile=nowhere, ragged_rows=True, encoding_override="cp874"
            )
        return book


def _corrupt(error: Exception) -> doc.DocumentText:
    return doc.DocumentText("", "xlsx", outcome="corrupt", detail=f"{type(error).__name__}: {error}"[:200])


class _Sheet:
    """One sheet read: lines above the table as headings, then one table."""

    def __init__(self, book: Any, sheet: Any, number: int, first_table: int) -> None:
        self.cut = False
        self.links: list[doc.Link] = []
        self._book, self._sheet = book, sheet
        self._addresses: list[tuple[int, int, str]] = []
        builder = PageBuilder(READER, first_table)
        grid, bold = self._grid()
        start, table = add_sheet(builder, sheet.name, grid, bold)
        self.page = builder.page(number)
        self.tables = builder.tables()
        for row, column, url in self._addresses:
            if start <= row < len(grid):
                begin, end = builder.place(builder.piece_of(table, row - start, column))
                text = " ".join(self.page.text[begin:end].split()) if begin >= 0 else ""
                context = " ".join(cell for cell in grid[row] if isinstance(cell, str) and cell)[:300]
                self.links.append(doc.Link(url, text, doc.MAIN, "", context, begin))

    def _grid(self) -> tuple[Grid, list[bool]]:
        sheet = self._sheet
        merged = _merged(sheet)
        addresses = {
            (row, column): link.url_or_path
            for (row, column), link in list(getattr(sheet, "hyperlink_map", {}).items())[:MAX_LINKS]
            if isinstance(link.url_or_path, str) and link.type == "url"
        }
        hidden = {column for column, info in sheet.colinfo_map.items() if info.hidden}
        columns = [column for column in range(min(sheet.ncols, 16_384)) if column not in hidden][:MAX_COLUMNS]
        grid: Grid = []
        bold: list[bool] = []
        places: dict[tuple[int, int], tuple[int, int]] = {}
        count = 0
        for row in range(sheet.nrows):
            info = sheet.rowinfo_map.get(row)
            if info is not None and info.hidden:
                continue
            line: list[str | tuple[int, int]] = []
            weights: list[bool] = []
            for column in columns:
                top = merged.get((row, column))
                here = (len(grid), len(line))
                if top is not None and top in places:
                    line.append(places[top])
                    continue
                source = top or (row, column)
                places.update({top: here} if top is not None else {})
                text, weight = self._cell(*source)
                line.append(text)
                weights.extend([weight] if text else [])
                if text and source in addresses:
                    self._addresses.append((*here, addresses[source]))
            grid.append(line)
            bold.append(bool(weights) and all(weights))
            count += len(line)
            if len(grid) > MAX_ROWS or count > MAX_CELLS:
                self.cut = True
                break
        return trimmed(grid), bold

    def _cell(self, row: int, column: int) -> tuple[str, bool]:
        """A cell as displayed, and whether it is bold."""
        if row >= self._sheet.nrows or column >= self._sheet.row_len(row):
            return "", False
        kind, value = self._sheet.cell_type(row, column), self._sheet.cell_value(row, column)
        form, bold = self._look(row, column)
        if kind == xlrd.XL_CELL_ERROR:
            text = str(xlrd.error_text_from_code.get(value, ""))
        elif kind == xlrd.XL_CELL_BOOLEAN:
            text = display(bool(value), form)
        elif kind == xlrd.XL_CELL_DATE:
            text = display(self._moment(value), form)
        elif kind == xlrd.XL_CELL_NUMBER:
            text = display(int(value) if value == int(value) and abs(value) < 1e15 else value, form)
        else:
            text = str(value)
        return "\n".join(" ".join(part.split()) for part in text.splitlines() if part.strip()), bold

    def _moment(self, value: float) -> dt.datetime | dt.time | float:
        try:
            moment: dt.datetime = xlrd.xldate_as_datetime(value, self._book.datemode)
        except (ValueError, OverflowError, xlrd.XLDateError):
            return value
        return moment.time() if 0 <= value < 1 else moment

    def _look(self, row: int, column: int) -> tuple[str, bool]:
        if not self._book.formatting_info:
            return "General", False
        try:
            form = self._book.xf_list[self._sheet.cell_xf_index(row, column)]
            pattern = self._book.format_map[form.format_key].format_str
            return pattern or "General", bool(self._book.font_list[form.font_index].weight >= 600)
        except (IndexError, KeyError):
            return "General", False


def _merged(sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """For every cell of a merged area its first cell; areas of absurd size are left alone."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for top, bottom, left, right in sheet.merged_cells[:20_000]:
        if (bottom - top) * (right - left) > 20_000 or len(found) > MAX_CELLS:
            continue
        found.update({(row, column): (top, left) for row in range(top, bottom) for column in range(left, right)})
    return found
