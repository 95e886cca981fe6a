"""Reads OpenDocument texts, sheets and slides (.odt, .ods, .odp): headings, lists, tables with spans, links, pictures."""

from __future__ import annotations

import hashlib
import io
import itertools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from evidence.text import document as doc
from evidence.text.ooxml import refusal
from evidence.text.pieces import PageBuilder
from evidence.text.sheet_grid import MAX_CELLS, MAX_COLUMNS, MAX_LINKS, MAX_ROWS, MAX_SHEETS, Grid, add_sheet, trimmed

READER = "opendocument"
MAX_PARAGRAPHS, MAX_DEPTH = 60_000, 80
_HEADING_LENGTH = 120
_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
}


def _q(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMES[prefix]}}}{local}"


_P, _H, _LIST, _TABLE = _q("text:p"), _q("text:h"), _q("text:list"), _q("table:table")
_SKIPPED = {
    _q(name)
    for name in ("office:annotation", "office:annotation-end", "text:tracked-changes", "office:forms", "text:ruby-text",
                 "text:sequence-decls", "text:variable-decls", "text:user-field-decls", "office:event-listeners",
                 "table:shapes", "presentation:notes", "draw:object", "draw:object-ole", "svg:title", "svg:desc")
}  # fmt: skip
_LINES = {_q("text:line-break"): "\n", _q("text:tab"): "\t", _q("text:s"): " "}


class _Refused(Exception):
    """The package may not be opened; carries the document that says so."""

    def __init__(self, document: doc.DocumentText) -> None:
        self.document = document


def read_odt(data: bytes) -> doc.DocumentText:
    """Read a text document (.odt, .ott) in the shape of a Word document (`kind` docx).

    Pages follow the page breaks it holds. Outcomes: `encrypted`, `corrupt`, `too_large`.
    """
    return _read(data, "docx", "odt", "office:text")


def read_ods(data: bytes) -> doc.DocumentText:
    """Read a spreadsheet (.ods, .ots) in the shape of a workbook (`kind` xlsx): a page for every visible sheet,
    values as displayed. Outcomes: `encrypted`, `corrupt`, `too_large`."""
    return _read(data, "xlsx", "ods", "office:spreadsheet")


def read_odp(data: bytes) -> doc.DocumentText:
    """Read slides (.odp), a page for every one (`kind` pptx). Outcomes: `encrypted`, `corrupt`, `too_large`."""
    return _read(data, "pptx", "odp", "office:presentation")


def _read(data: bytes, kind: str, form: str, body_name: str) -> doc.DocumentText:
    refused = refusal(data, kind)
    if refused is not None:
        return refused
    try:
        package = _Package(data, kind)
    except _Refused as refused_package:
        return refused_package.document
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile, ValueError) as error:
        return doc.DocumentText("", kind, outcome="corrupt", detail=f"{type(error).__name__}: {error}"[:200])
    body = package.content.find(f"{_q('office:body')}/{_q(body_name)}")
    if body is None:
        return doc.DocumentText("", kind, outcome="corrupt", detail=f"the document has no {body_name}")
    reading = _Reading(package)
    {"docx": reading.text, "xlsx": reading.sheets, "pptx": reading.slides}[kind](body)
    return doc.DocumentText(
        hashlib.sha256(data).hexdigest(),
        kind,
        title=package.title,
        pages=tuple(reading.pages),
        tables=tuple(reading.tables),
        links=tuple(reading.links),
        images=tuple(reading.images),
        metadata={**package.metadata, "format": form},
        markers=("cut",) if reading.cut else (),
    )


class _Package:
    """The parsed parts of a package. Entities are never expanded and nothing outside is loaded."""

    def __init__(self, data: bytes, kind: str) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "META-INF/manifest.xml" in names:
                manifest = _parse(archive.read("META-INF/manifest.xml"))
                if next(manifest.iter(_q("manifest:encryption-data")), None) is not None:
                    raise _Refused(
                        doc.DocumentText("", kind, outcome="encrypted", detail="the document asks for a password")
                    )
            self.content = _parse(archive.read("content.xml"))
            self.styles = _parse(archive.read("styles.xml")) if "styles.xml" in names else None
            meta = _parse(archive.read("meta.xml")) if "meta.xml" in names else None
            self.pictures = {
                name: hashlib.sha256(archive.read(name)).hexdigest()
                for name in sorted(names)[:2_000]
                if name.startswith("Pictures/") and not name.endswith("/")
            }
        self.title = _property(meta, "dc:title")[:300]
        found = {
            "author": _property(meta, "meta:initial-creator") or _property(meta, "dc:creator"),
            "subject": _property(meta, "dc:subject"),
            "created": _property(meta, "meta:creation-date"),
            "modified": _property(meta, "dc:date"),
        }
        self.metadata = {name: value[:500] for name, value in found.items() if value}


def _parse(data: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


def _property(meta: Any, name: str) -> str:
    found = next(meta.iter(_q(name)), None) if meta is not None else None
    return " ".join((found.text or "").split()) if found is not None else ""


@dataclass(slots=True)
class _Style:
    parent: str = ""
    bold: bool | None = None
    size: float = 0.0
    break_before: bool = False
    break_after: bool = False
    level: int = 0
    hidden: bool = False


class _Styles:
    """What paragraph, text and table styles hand down: weight, size, page breaks, heading level."""

    def __init__(self, package: _Package) -> None:
        self._styles: dict[tuple[str, str], _Style] = {}
        for tree in (package.styles, package.content):
            for element in tree.iter(_q("style:style")) if tree is not None else ():
                key = element.get(_q("style:family")) or "", element.get(_q("style:name")) or ""
                self._styles[key] = _style(element)

    def look(self, family: str, name: str) -> _Style:
        """A style with what its parents say where it is silent; breaks are its own or a parent's alike."""
        known = self._styles.get((family, name))
        if known is None:
            return _Style()
        result = replace(known)
        for _ in range(10):
            known = self._styles.get((family, known.parent)) if known and known.parent else None
            if known is None:
                break
            result.bold = known.bold if result.bold is None else result.bold
            result.size = result.size or known.size
            result.level = result.level or known.level
            result.break_before |= known.break_before
        return result


def _style(element: Any) -> _Style:
    style = _Style(element.get(_q("style:parent-style-name")) or "")
    level = element.get(_q("style:default-outline-level")) or ""
    style.level = int(level) if level.isdigit() and len(level) < 3 else 0
    for properties in element:
        if properties.tag == _q("style:text-properties"):
            weights = [properties.get(_q(name)) for name in ("fo:font-weight", "style:font-weight-complex")]
            style.bold = any(_is_bold(weight) for weight in weights if weight) if any(weights) else None
            style.size = _points(properties.get(_q("style:font-size-complex")) or properties.get(_q("fo:font-size")))
        elif properties.tag == _q("style:paragraph-properties"):
            style.break_before = properties.get(_q("fo:break-before")) == "page"
            style.break_after = properties.get(_q("fo:break-after")) == "page"
        elif properties.tag == _q("style:table-properties"):
            style.hidden = properties.get(_q("table:display")) == "false"
            style.break_before = properties.get(_q("fo:break-before")) == "page"
    return style


def _is_bold(weight: str) -> bool:
    return weight == "bold" or (weight.isdigit() and int(weight[:4]) >= 600)


def _points(value: str | None) -> float:
    try:
        return float(value[:-2]) if value and value.endswith("pt") else 0.0
    except ValueError:
        return 0.0


@dataclass(slots=True)
class _Line:
    """A paragraph as read."""

    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    frames: list[Any] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    breaks: int = 0
    bold: bool = False


class _Reading:
    """The walk over one document; its lists hold the result."""

    def __init__(self, package: _Package) -> None:
        self.package = package
        self.pages: list[doc.PageText] = []
        self.tables: list[doc.Table] = []
        self.links: list[doc.Link] = []
        self.images: list[doc.Image] = []
        self.cut = False
        self.builder = PageBuilder(READER)
        self._styles = _Styles(package)
        self._heading = ""
        self._seen = 0
        self._mostly_bold = False
        self._waiting_links: list[tuple[int, str, str, str, str]] = []
        self._waiting_images: list[tuple[int, doc.Image]] = []

    def text(self, body: Any) -> None:
        """A text document: its margins once, its blocks, a page at every break."""
        self._mostly_bold = self._is_mostly_bold(body)
        self._margins(_q("style:header"), doc.HEADER)
        self._blocks(body, 0)
        self._margins(_q("style:footer"), doc.FOOTER)
        self._finish_page()

    def _is_mostly_bold(self, body: Any) -> bool:
        """Whether bold is the usual look of the document (then it marks no headings)."""
        weights = {True: 0, False: 0}
        for paragraph in itertools.islice(body.iter(_P), 2_000):
            style = self._styles.look("paragraph", paragraph.get(_q("text:style-name")) or "")
            line = self._line(paragraph, style)
            weights[line.bold] += len(line.text)
        return weights[True] > 2 * weights[False]

    def slides(self, body: Any) -> None:
        """Slides: the texts of their frames, titles as headings."""
        slides = body.findall(_q("draw:page"))
        self.cut = len(slides) > 500
        for slide in slides[:500]:
            self._blocks(slide, 0)
            self._finish_page()

    def sheets(self, body: Any) -> None:
        """Sheets: a page each, hidden ones left out."""
        sheets = [sheet for sheet in body.findall(_TABLE) if not self._is_hidden(sheet)]
        self.cut = len(sheets) > MAX_SHEETS
        for sheet in sheets[:MAX_SHEETS]:
            grid, bold, cells = self._grid(sheet, 0)
            name = sheet.get(_q("table:name")) or ""
            start, table = add_sheet(self.builder, name, trimmed(grid), bold)
            for (row, column), lines in cells.items():
                piece = self.builder.piece_of(table, row - start, column)
                context = " ".join(cell for cell in grid[row] if isinstance(cell, str) and cell)
                for line in lines:
                    self._keep(line, piece, context)
            self._finish_page()

    def _is_hidden(self, sheet: Any) -> bool:
        return self._styles.look("table", sheet.get(_q("table:style-name")) or "").hidden

    def _blocks(self, parent: Any, depth: int, listed: bool = False) -> None:
        for element in parent:
            self._seen += 1
            if self._seen > MAX_PARAGRAPHS or depth > MAX_DEPTH:
                self.cut = True
                return
            if element.tag in (_P, _H):
                self._paragraph(element, depth, listed)
            elif element.tag == _TABLE:
                self._table(element, depth)
            elif element.tag == _q("text:soft-page-break"):
                self._turn(1)
            elif element.tag == _q("draw:frame"):
                self._frame(element, depth, "")
            elif isinstance(element.tag, str) and element.tag not in _SKIPPED:
                self._blocks(element, depth + 1, listed or element.tag == _LIST)

    def _paragraph(self, element: Any, depth: int, listed: bool) -> None:
        style = self._styles.look("paragraph", element.get(_q("text:style-name")) or "")
        line = self._line(element, style)
        self._turn(int(style.break_before and len(self.builder) > 0))
        kind, level = self._kind(element, line, style, listed)
        piece = self.builder.add(kind, line.text, level)
        if kind == doc.HEADING and piece >= 0:
            self._heading = " ".join(line.text.split())
        self._keep(line, piece, line.text)
        for frame in line.frames:
            self._frame(frame, depth + 1, line.text)
        for note in line.notes:
            self._blocks(note, depth + 1)
        self._turn(line.breaks + style.break_after)

    def _kind(self, element: Any, line: _Line, style: _Style, listed: bool) -> tuple[str, int]:
        if element.tag == _H:
            level = element.get(_q("text:outline-level")) or "1"
            return doc.HEADING, min(6, int(level)) if level.isdigit() and len(level) < 3 and int(level) else 1
        if style.level:
            return doc.HEADING, min(6, style.level)
        if listed:
            return doc.LIST_ITEM, 0
        if line.bold and not self._mostly_bold and 1 < len(line.text) <= _HEADING_LENGTH:
            return doc.HEADING, 5
        return doc.PARAGRAPH, 0

    def _line(self, element: Any, style: _Style) -> _Line:
        line = _Line()
        pieces: list[str] = []
        weights: list[bool] = []
        # Depth first without recursion: a node's text, its children, then the text that follows each of them.
        todo: list[tuple[str, Any, bool, str]] = [("open", element, bool(style.bold), "")]
        while todo:
            what, node, bold, link = todo.pop()
            if what == "text":
                pieces.append(node)
                if node.strip():
                    weights.append(bold)
                if link:
                    _add_link(line, link, node)
                continue
            if node is not element:
                if not isinstance(node.tag, str) or node.tag in _SKIPPED:
                    continue
                if node.tag in _LINES:
                    pieces.append(_LINES[node.tag] * _repeats(node.get(_q("text:c")), 200))
                    continue
                if node.tag == _q("draw:frame"):
                    line.frames.append(node)
                    continue
                if node.tag == _q("text:note"):
                    line.notes.extend(node.findall(_q("text:note-body")))
                    continue
                if node.tag == _q("text:soft-page-break"):
                    line.breaks += 1
                    continue
                if node.tag == _q("text:span"):
                    own = self._styles.look("text", node.get(_q("text:style-name")) or "").bold
                    bold = bold if own is None else own
                if node.tag in (_q("text:a"), _q("draw:a")):
                    link = node.get(_q("xlink:href")) or link
            inner: list[tuple[str, Any, bool, str]] = [("text", _spaces(node.text), bold, link)]
            for child in node:
                inner += [("open", child, bold, link), ("text", _spaces(child.tail), bold, link)]
            todo.extend(reversed(inner))
        line.text = "\n".join(" ".join(part.split()) for part in "".join(pieces).split("\n")).strip()
        line.bold = bool(weights) and all(weights)
        return line

    def _keep(self, line: _Line, piece: int, context: str) -> None:
        for url, text in line.links:
            if len(self.links) + len(self._waiting_links) < MAX_LINKS and not url.startswith("#"):
                self._waiting_links.append((piece, url, text, " ".join(context.split())[:300], self._heading))

    def _frame(self, frame: Any, depth: int, nearby: str) -> None:
        titled = frame.get(_q("presentation:class")) in ("title", "subtitle")
        for part in frame:
            if part.tag == _q("draw:text-box"):
                if titled:
                    words = " ".join(self._line(p, _Style()).text for p in part.iter(_P)).strip()
                    self._heading = words or self._heading
                    self.builder.add(doc.HEADING, words, 1 if frame.get(_q("presentation:class")) == "title" else 2)
                else:
                    self._blocks(part, depth + 1)
            elif part.tag == _q("draw:image"):
                self._image(frame, part, nearby)
            elif part.tag == _TABLE:
                self._table(part, depth + 1)

    def _image(self, frame: Any, image: Any, nearby: str) -> None:
        address = image.get(_q("xlink:href")) or ""
        alt = " ".join("".join(part.itertext()) for part in frame if part.tag == _q("svg:desc"))
        title = " ".join("".join(part.itertext()) for part in frame if part.tag == _q("svg:title"))
        found = doc.Image(
            address,
            " ".join(alt.split())[:500],
            " ".join(title.split())[:500],
            " ".join(nearby.split())[:300] or self._heading,
            data_sha256=self.package.pictures.get(address.removeprefix("./"), ""),
        )
        if len(self.images) + len(self._waiting_images) < 2_000:
            self._waiting_images.append((len(self.builder) - 1, found))

    def _table(self, element: Any, depth: int) -> None:
        if depth > MAX_DEPTH or self._is_hidden(element):
            return
        grid, bold, cells = self._grid(element, depth)
        grid = trimmed(grid)
        if not grid:
            return
        if all(len(row) == 1 for row in grid):
            for row in grid:
                if isinstance(row[0], str):
                    self.builder.add(doc.PARAGRAPH, row[0])
            return
        heads = sum(1 for header in element.findall(_q("table:table-header-rows")) for _ in header)
        heads = heads or int(len(grid) > 1 and bold[0] and not bold[1])
        table = self.builder.table(grid, min(heads, len(grid) - 1))
        for (number, column), lines in cells.items():
            if number < len(grid):
                context = " ".join(cell for cell in grid[number] if isinstance(cell, str))
                for line in lines:
                    self._keep(line, self.builder.piece_of(table, number, column), context)

    def _grid(self, table: Any, depth: int) -> tuple[Grid, list[bool], dict[tuple[int, int], list[_Line]]]:
        """The visible cells, whether every row is bold, and the lines of cells that hold links."""
        hidden = _hidden_columns(table)
        grid: Grid = []
        bold: list[bool] = []
        linked: dict[tuple[int, int], list[_Line]] = {}
        spans: dict[tuple[int, int], tuple[int, int]] = {}
        count = 0
        for row in _rows(table, 0):
            if row.get(_q("table:visibility")) in ("collapse", "filter"):
                continue
            repeats = _repeats(row.get(_q("table:number-rows-repeated")), MAX_ROWS)
            line, weights, lines = self._row(row, hidden, len(grid), spans, depth)
            filled = any(line)
            for _ in range(repeats if filled else min(repeats, 2)):
                for column, found in lines.items():
                    linked[len(grid), column] = found
                grid.append(list(line))
                bold.append(bool(weights) and all(weights))
                count += len(line)
                if len(grid) > MAX_ROWS or count > MAX_CELLS:
                    self.cut = True
                    return grid, bold, linked
        return grid, bold, linked

    def _row(
        self, row: Any, hidden: set[int], number: int, spans: dict[tuple[int, int], tuple[int, int]], depth: int
    ) -> tuple[list[str | tuple[int, int]], list[bool], dict[int, list[_Line]]]:
        line: list[str | tuple[int, int]] = []
        weights: list[bool] = []
        lines: dict[int, list[_Line]] = {}
        column = 0
        for cell in row:
            if cell.tag not in (_q("table:table-cell"), _q("table:covered-table-cell")):
                continue
            repeats = _repeats(cell.get(_q("table:number-columns-repeated")), MAX_COLUMNS)
            text, found, weight = self._cell(cell, depth) if cell.tag == _q("table:table-cell") else ("", [], [])
            width, height = (_repeats(cell.get(_q(f"table:number-{side}-spanned")), MAX_COLUMNS) for side in _SIDES)
            for _ in range(repeats):
                if column >= MAX_COLUMNS * 2 or len(line) >= MAX_COLUMNS:
                    break
                if column not in hidden:
                    here = (number, len(line))
                    if width * height > 1 and width * height <= MAX_COLUMNS * 20:
                        spans.update({(number + down, column + right): here
                                      for down in range(height) for right in range(width)})  # fmt: skip
                    covering = spans.get((number, column))
                    if cell.tag == _q("table:covered-table-cell") and covering is not None and covering != here:
                        line.append(covering)
                    else:
                        line.append(text)
                        weights.extend(weight)
                        if any(part.links for part in found):
                            lines[len(line) - 1] = found
                column += 1
        return line, weights, lines

    def _cell(self, cell: Any, depth: int) -> tuple[str, list[_Line], list[bool]]:
        lines: list[_Line] = []
        base = self._styles.look("table-cell", cell.get(_q("table:style-name")) or "")
        for element in _paragraphs(cell, depth):
            style = self._styles.look("paragraph", element.get(_q("text:style-name")) or "")
            style.bold = base.bold if style.bold is None else style.bold
            line = self._line(element, style)
            lines.append(line)
            for frame in line.frames:
                lines.extend(self._line(inner, _Style()) for inner in frame.iter(_P))
        return "\n".join(line.text for line in lines if line.text), lines, [line.bold for line in lines if line.text]

    def _margins(self, tag: str, area: str) -> None:
        tree = self.package.styles
        texts = [
            self._line(paragraph, _Style()).text
            for margin in (tree.iter(tag) if tree is not None else ())
            for paragraph in margin.iter(_P, _H)
        ]
        for text in list(dict.fromkeys(text for text in texts if text))[:50]:
            self.builder.add(doc.PARAGRAPH, text, area=area)

    def _turn(self, pages: int) -> None:
        for _ in range(min(pages, 2)):
            if len(self.builder) or self._waiting_images:
                self._finish_page()

    def _finish_page(self) -> None:
        page = self.builder.page(len(self.pages) + 1)
        self.pages.append(page)
        self.tables.extend(self.builder.tables())
        for piece, url, text, context, heading in self._waiting_links:
            start, end = self.builder.place(piece)
            at = page.text.find(text.strip(), start, end) if text.strip() and start >= 0 else -1
            self.links.append(
                doc.Link(url, " ".join(text.split()), doc.MAIN, heading, context, at if at >= 0 else start)
            )
        for piece, image in self._waiting_images:
            self.images.append(replace(image, start=self.builder.place(piece)[0]))
        self._waiting_links, self._waiting_images = [], []
        self.builder = PageBuilder(READER, first_table=len(self.tables))


_SIDES = ("columns", "rows")


def _add_link(line: _Line, url: str, text: str) -> None:
    if line.links and line.links[-1][0] == url:
        line.links[-1] = (url, line.links[-1][1] + text)
    elif text.strip():
        line.links.append((url, text))


def _spaces(text: str | None) -> str:
    """White space in the file is one blank; line ends of its own say `text:line-break`."""
    return (text or "").replace("\n", " ").replace("\r", " ").replace("\t", " ")


def _paragraphs(cell: Any, depth: int) -> Iterator[Any]:
    """The paragraphs of a cell, those of lists and nested tables too, comments left out."""
    for element in cell:
        if element.tag in (_P, _H):
            yield element
        elif isinstance(element.tag, str) and element.tag not in _SKIPPED and depth < MAX_DEPTH:
            yield from _paragraphs(element, depth + 1)


def _rows(table: Any, depth: int) -> Iterator[Any]:
    for element in table:
        if element.tag == _q("table:table-row"):
            yield element
        elif depth < MAX_DEPTH and element.tag in _ROW_GROUPS:
            yield from _rows(element, depth + 1)


_ROW_GROUPS = {_q(f"table:{name}") for name in ("table-header-rows", "table-rows", "table-row-group")}


def _hidden_columns(table: Any) -> set[int]:
    hidden: set[int] = set()
    at = 0
    for column in table.iter(_q("table:table-column")):
        width = _repeats(column.get(_q("table:number-columns-repeated")), 20_000)
        if column.get(_q("table:visibility")) in ("collapse", "filter"):
            hidden.update(range(at, min(at + width, MAX_COLUMNS * 2)))
        at += width
    return hidden


def _repeats(value: str | None, most: int) -> int:
    return min(max(1, int(value)), most) if value and value.isdigit() and len(value) < 10 else 1
