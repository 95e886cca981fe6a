"""Tables as files: workbooks (.xlsx) and .csv read row by row within limits, and written so that no cell is a formula."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from oit.errors import InputError

SUFFIXES = (".xlsx", ".csv")
FONT = "TH Sarabun New"
MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_ROWS = 2_000_000
MOST_COLUMNS = 200
LONGEST_CELL = 32_767
_LINE, _TALLEST = 21.0, 260.0
"""Points of a line of TH Sarabun New 14, and of the tallest row; programs allow 409."""
_FILLED = 0.88
"""How full a line is, since it breaks between words."""
# What makes a spreadsheet program take a text for a formula (OWASP, "CSV Injection").
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NO_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Column:
    """A column to write: its name in the file, what a person calls it, a hint, the words allowed, its width in letters."""

    name: str
    label: str = ""
    hint: str = ""
    choices: tuple[str, ...] = ()
    width: int = 16
    fill_in: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet to write: columns and rows (dicts by column name; missing keys are empty cells)."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[dict[str, Any]] = field(default_factory=list)


def rows_of(path: Path) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
    """Every sheet of a workbook, or the one table of a CSV file: its name, and its rows as (row number from 1, texts).

    Cells come as texts (numbers without `.0`, dates as ISO days, true and false in small letters), trimmed. Rows without
    any text are left out. CSV may be UTF-8, UTF-16 or windows-874, with comma, semicolon or tab.

    Raises InputError naming the file: absent, too large, packed too tightly, damaged, or no workbook.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(str(path), [f"is larger than {MOST_BYTES // 1024 // 1024} MB"])
        if path.suffix.lower() == ".csv":
            yield "", list(_numbered(csv_rows(path.read_bytes(), str(path)), str(path)))
            return
        yield from _workbook(path)
    except OSError as error:
        raise InputError(str(path), [f"cannot be opened: {error.strerror or error}"]) from error


def csv_rows(data: bytes, source: str) -> list[list[str]]:
    """The rows of CSV bytes. A quote that kept a text from being a formula is taken off again."""
    text = _decoded(data)
    csv.field_size_limit(1_000_000)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InputError(source, [f"is no CSV: {error}"]) from error
    return [[_unquoted(cell) for cell in row] for row in read]


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """Write UTF-8 with a byte order mark (spreadsheet programs show Thai only then). Raises InputError where that fails."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for row in rows:
                writer.writerow([csv_cell(row.get(name)) for name in columns])
    except OSError as error:
        raise InputError(str(path), [f"cannot be written: {error.strerror}"]) from error


def write_workbook(path: Path, sheets: Sequence[Sheet], *, labels: bool = True, title: str = "") -> None:
    """Write a workbook that opens on its first row of data: heading rows frozen, columns filterable, Thai in a Thai font.

    Row 1 holds the columns' names, which programs read; with `labels`, row 2 says in Thai what they are. Columns marked
    `fill_in` are yellow: they are what a person fills in. Raises InputError where the file cannot be written.
    """
    book = Workbook()
    book.remove(book.active)
    book.properties.title = title
    book.properties.creator = "oit"
    for sheet in sheets:
        _write_sheet(book.create_sheet(sheet.name[:31]), sheet, labels)
    try:
        book.save(path)
    except OSError as error:
        raise InputError(str(path), [f"cannot be written: {error.strerror}"]) from error


def csv_cell(value: Any) -> str:
    """A value as a field of a CSV file; a text that would start a formula gets a quote in front."""
    text = _NO_CELL.sub(" ", cell_text(value))
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) and not is_number else text


def cell_text(value: Any) -> str:
    """A cell's value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _numbered(rows: Iterable[Sequence[str]], source: str) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise InputError(source, [f"has more than {MOST_ROWS:,} rows"])
        cells = [cell.strip() for cell in row[:MOST_COLUMNS]]
        if any(cells):
            yield number, cells


def _workbook(path: Path) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
    if path.suffix.lower() != ".xlsx":
        raise InputError(str(path), [f"is {path.suffix or 'a file without ending'}, not .xlsx or .csv"])
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise InputError(str(path), ["unpacks to more than 1 GB"])
        book = load_workbook(path, read_only=True, data_only=True)
    except InputError:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, EOFError) as error:
        raise InputError(str(path), [f"is no readable .xlsx workbook: {error}"]) from error
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()
            try:
                values = ([cell_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
                yield sheet.title, list(_numbered(values, str(path)))
            except (KeyError, ValueError, SyntaxError, EOFError, zipfile.BadZipFile) as error:
                raise InputError(str(path), [f"sheet {sheet.title!r} is damaged: {error}"]) from error
    finally:
        book.close()


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp874", errors="replace")


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_STARTS_A_FORMULA) else cell


def _write_sheet(page: Worksheet, sheet: Sheet, labels: bool) -> None:
    for position, column in enumerate(sheet.columns, start=1):
        head = page.cell(1, position)
        _fill(head, column.name)
        head.font = Font(name=FONT, size=14, bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor="1F4E79")
        head.alignment = Alignment(vertical="top", wrap_text=True)
        if column.hint:
            head.comment = Comment(column.hint, "oit", width=320, height=140)
        page.column_dimensions[get_column_letter(position)].width = column.width
        if labels:
            _label(page.cell(2, position), column)
        if column.choices:
            _choices(page, position, column)
    start = 3 if labels else 2
    last = start
    for last, row in enumerate(sheet.rows, start=start):
        for position, column in enumerate(sheet.columns, start=1):
            cell = page.cell(last, position)
            _fill(cell, row.get(column.name))
            cell.font = Font(name=FONT, size=14)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if column.fill_in:
                cell.fill = PatternFill("solid", fgColor="FFF8DC")
                cell.protection = Protection(locked=False)
        page.row_dimensions[last].height = _height(row, sheet.columns)
    page.row_dimensions[1].height = 26
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "1:1"
    page.freeze_panes = page.cell(start, 1)
    if not labels:
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{last}"


def _height(row: Mapping[str, Any], columns: Sequence[Column]) -> float:
    """Points for a row: programs that open a file do not all fit rows to wrapped text. Thai marks take no width."""
    most = 1
    for column in columns:
        lines = cell_text(row.get(column.name)).split("\n")
        widths = (sum(unicodedata.category(letter) != "Mn" for letter in line) for line in lines)
        most = max(most, sum(max(1, math.ceil(width / (_FILLED * column.width))) for width in widths))
    return min(_TALLEST, _LINE * most)


def _label(cell: Cell, column: Column) -> None:
    _fill(cell, column.label)
    cell.font = Font(name=FONT, size=14, italic=True, color="1F4E79")
    cell.fill = PatternFill("solid", fgColor="DDEBF7")
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _choices(page: Worksheet, position: int, column: Column) -> None:
    letter = get_column_letter(position)
    listed = ",".join(column.choices)
    # A list written into the rule may hold 255 letters; longer ones need a range of cells.
    if len(listed) > 250:
        return
    rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=True)
    page.add_data_validation(rule)
    rule.add(f"{letter}3:{letter}5000")


def _fill(cell: Any, value: Any) -> None:
    """Put a value into a cell; texts stay texts, whatever they begin with."""
    if value is None or value == "":
        return
    if isinstance(value, (bool, int, float, date, datetime)):
        cell.value = value
        return
    text = _NO_CELL.sub(" ", str(value))[:LONGEST_CELL]
    cell.value = text
    if text.startswith(_STARTS_A_FORMULA):
        cell.data_type = "s"
        cell.quotePrefix = True
