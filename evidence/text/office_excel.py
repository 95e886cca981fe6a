"""Reads a workbook sheet by sheet: visible rows and columns, merged cells, heading rows, values as displayed."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from evidence.text import document as doc
from evidence.text.numbers import display
from evidence.text.pieces import PageBuilder
from evidence.text.sheet_grid import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_LINKS,
    MAX_ROWS,
    MAX_SHEETS,
    Grid,
    add_sheet,
    caption,
    trimmed,
)

MAX_SHEET_XML = 60_000_000
"""Sheets of more XML, or with merged areas of more than `MAX_MERGED` cells, are read row by row, without merging."""
MAX_MERGED = 200_000
_MERGED_AREA = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,80}?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')


def read(data: bytes) -> doc.DocumentText:
    """The workbook; the caller has looked at its size before."""
    large = _is_large(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=large, data_only=True)
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        SyntaxError,
        InvalidFileException,
        zipfile.BadZipFile,
        IndexError,
    ) as error:
        if _is_binary(data):
            return doc.DocumentText(
                "", "xlsx", outcome="unsupported_type", detail="binary workbook (.xlsb); LibreOffice would read it"
            )
        return doc.DocumentText("", "xlsx", outcome="corrupt", detail=f"{type(error).__name__}: {error}"[:200])
    pages: list[doc.PageText] = []
    tables: list[doc.Table] = []
    links: list[doc.Link] = []
    images: list[doc.Image] = []
    cut = len(book.worksheets) > MAX_SHEETS
    for sheet in [each for each in book.worksheets if each.sheet_state == "visible"][:MAX_SHEETS]:
        reading = _Sheet(sheet, len(pages) + 1, len(tables), large)
        pages.append(reading.page)
        tables.extend(reading.tables)
        links.extend(reading.links[: MAX_LINKS - len(links)])
        images.extend(reading.images)
        cut = cut or reading.cut
    return doc.DocumentText(
        hashlib.sha256(data).hexdigest(),
        "xlsx",
        title=" ".join((book.properties.title or "").split())[:300],
        pages=tuple(pages),
        tables=tuple(tables),
        links=tuple(links),
        images=tuple(images),
        metadata=_metadata(book),
        markers=("cut",) if cut else (),
    )


class _Sheet:
    """One sheet read: lines above the table as headings, then one table."""

    def __init__(self, sheet: Any, number: int, first_table: int, large: bool) -> None:
        self.cut = False
        self.links: list[doc.Link] = []
        self.images: list[doc.Image] = []
        self._addresses: list[tuple[int, int, str]] = []
        builder = PageBuilder("openpyxl", first_table)
        grid, bold = self._grid(sheet, large)
        start, place = add_sheet(builder, sheet.title, grid, bold)
        self.page = builder.page(number)
        self.tables = builder.tables()
        self._link(builder, place, start, grid)
        self._pictures(sheet, large)

    def _grid(self, sheet: Any, large: bool) -> tuple[Grid, list[bool]]:
        """Texts of visible cells up to the last filled one; where a merged cell reaches, its first cell's place."""
        merged = {} if large else _merged(sheet)
        hidden_columns = set() if large else _hidden_columns(sheet)
        places: dict[tuple[int, int], tuple[int, int]] = {}
        grid: Grid = []
        bold: list[bool] = []
        count = 0
        width = MAX_COLUMNS + len(hidden_columns)
        for row in sheet.iter_rows(max_col=min(sheet.max_column or width, width)):
            index = getattr(row[0], "row", 0) if row else 0
            if not large and sheet.row_dimensions[index].hidden:
                continue
            line: list[str | tuple[int, int]] = []
            for cell in row:
                if getattr(cell, "column", 0) in hidden_columns:
                    continue
                top = merged.get((index, getattr(cell, "column", 0)))
                here = (len(grid), len(line))
                if top is not None and top in places:
                    line.append(places[top])
                    continue
                if top is not None:
                    places[top] = here
                source = sheet.cell(*top) if top is not None else cell
                line.append(_text(source))
                if not large and source.hyperlink is not None and source.hyperlink.target:
                    self._addresses.append((*here, str(source.hyperlink.target)))
            bold.append(_all_bold(row))
            grid.append(line)
            count += len(line)
            if len(grid) > MAX_ROWS or count > MAX_CELLS:
                self.cut = True
                break
        return trimmed(grid), bold

    def _link(self, builder: PageBuilder, place: int, start: int, grid: Grid) -> None:
        for row, column, url in self._addresses:
            if row >= len(grid) or row < start:
                continue
            piece = builder.piece_of(place, row - start, column)
            begin, end = builder.place(piece)
            context = " ".join(cell for cell in grid[row] if isinstance(cell, str) and cell)[:300]
            text = " ".join(self.page.text[begin:end].split()) if begin >= 0 else ""
            self.links.append(doc.Link(url, text, doc.MAIN, caption(grid[:start]), context, begin))

    def _pictures(self, sheet: Any, large: bool) -> None:
        for picture in [] if large else getattr(sheet, "_images", [])[:200]:
            try:
                content = picture._data()
            except (OSError, ValueError, AttributeError):
                continue
            digest = hashlib.sha256(content).hexdigest()
            path = str(getattr(picture, "path", ""))
            self.images.append(
                doc.Image(path, width=int(picture.width), height=int(picture.height), data_sha256=digest)
            )


def _text(cell: Any) -> str:
    value = getattr(cell, "value", None)
    text = display(value, getattr(cell, "number_format", None) or "General")
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _all_bold(row: Sequence[Any]) -> bool:
    fonts = [cell.font for cell in row if getattr(cell, "value", None) is not None and hasattr(cell, "font")]
    return bool(fonts) and all(font is not None and font.b for font in fonts)


def _merged(sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """For every cell of a merged range its first cell; ranges of absurd size are left alone."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for area in list(sheet.merged_cells.ranges)[:20_000]:
        if area.size["rows"] * area.size["columns"] > 20_000 or len(found) > MAX_CELLS:
            continue
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                found[row, column] = (area.min_row, area.min_col)
    return found


def _hidden_columns(sheet: Any) -> set[int]:
    hidden: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and dimension.min and dimension.max:
            hidden.update(range(dimension.min, min(dimension.max, MAX_COLUMNS * 2) + 1))
    return hidden


def _is_large(data: bytes) -> bool:
    """Whether a sheet has more XML or wider merged areas than may be held as cells."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.infolist():
            if not part.filename.startswith("xl/worksheets/") or not part.filename.endswith(".xml"):
                continue
            if part.file_size > MAX_SHEET_XML or _merged_cells(archive.read(part)) > MAX_MERGED:
                return True
    return False


def _merged_cells(sheet: bytes) -> int:
    return sum(
        (_column(right) - _column(left) + 1) * (int(bottom) - int(top) + 1)
        for left, top, right, bottom in _MERGED_AREA.findall(sheet)
    )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _is_binary(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "xl/workbook.bin" in archive.namelist()


def _metadata(book: Any) -> dict[str, str]:
    properties = book.properties
    metadata = {"author": " ".join((properties.creator or "").split())[:500]}
    for name, moment in (("created", properties.created), ("modified", properties.modified)):
        if moment is not None:
            metadata[name] = moment.isoformat()
    return {name: value for name, value in metadata.items() if value}
