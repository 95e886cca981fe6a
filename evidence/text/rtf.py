"""Reads Rich Text Format: Thai code pages by font, paragraphs with their look, tables with spans, pages, links."""

from __future__ import annotations

import bisect
import codecs
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from evidence.text import document as doc
from evidence.text.pieces import PageBuilder

READER = "rtf"
MAX_BYTES, MAX_PARAGRAPHS, MAX_CELLS, MAX_DEPTH, MAX_LINKS = 60_000_000, 60_000, 200_000, 5_000, 5_000
_HEADING_LENGTH = 120
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}]+)|(\\)", re.S
)
_ADDRESS = re.compile(r'(?i)\bHYPERLINK\s+"([^"]{1,2000})"')
_STYLE_NAME = re.compile(r"(?i)\s*(?:heading|หัวเรื่อง|หัวข้อ)\s*([1-6]);")
_SAME_EDGE = 60
"""Twips by which the right edges of cells of one column may differ."""
_CHARSETS = {
    0: "", 1: "", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_CHARACTERS = {
    "tab": "\t", "line": "\n", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "endash": "–", "emdash": "—", "emspace": " ", "enspace": " ", "qmspace": " ", "softline": "\n",
}  # fmt: skip
_SKIPPED = frozenset({
    "annotation", "atnid", "atntime", "atnauthor", "bkmkend", "bkmkstart", "colorschememapping", "colortbl", "datastore",
    "docvar", "fchars", "filetbl", "generator", "latentstyles", "lchars", "listoverridetable", "listtable", "mmathPr",
    "nonshppict", "objclass", "objdata", "passwordhash", "pgptbl", "pnseclvl", "private", "revtbl", "rsidtbl", "sp", "tc",
    "template", "themedata", "userprops", "xe",
})  # fmt: skip
_OPENED_THOUGH_STARRED = frozenset({"shpinst", "shptxt", "nesttableprops", "fldinst", "shppict", "pn"})
_MARGINS = {name + side: area for name, area in (("header", doc.HEADER), ("footer", doc.FOOTER))
            for side in ("", "l", "r", "f")}  # fmt: skip
_INFO = {"title": "title", "author": "author", "subject": "subject", "keywords": "keywords"}


def read_rtf(data: bytes) -> doc.DocumentText:
    """Read a Rich Text document in the shape of a Word document (`kind` docx). Nothing outside the file is loaded.

    Outcomes: `corrupt` (no text group), `too_large`.
    """
    if len(data) > MAX_BYTES:
        return doc.DocumentText("", "docx", outcome="too_large", detail=f"RTF of {len(data) // 1_000_000} MB")
    parser = _Parser()
    parser.run(data)
    if parser.trouble:
        return doc.DocumentText("", "docx", outcome="corrupt", detail=parser.trouble)
    pages, tables, links = _built(parser)
    return doc.DocumentText(
        hashlib.sha256(data).hexdigest(),
        "docx",
        title=parser.info.pop("title", "")[:300],
        pages=tuple(pages),
        tables=tuple(tables),
        links=tuple(links),
        images=tuple(parser.images),
        metadata={**parser.info, "format": "rtf"},
        markers=("cut",) if parser.cut else (),
    )


@dataclass(slots=True)
class _State:
    """What a group inherits and gives back at its end."""

    destination: str = ""
    font: int = -1
    bold: bool = False
    size: float = 12.0
    hidden: bool = False
    fallback: int = 1
    area: str = doc.MAIN
    link: str = ""


@dataclass(slots=True)
class _Paragraph:
    text: str = ""
    bold: bool = False
    size: float = 0.0
    level: int = 0
    listed: bool = False
    area: str = doc.MAIN
    links: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _CellShape:
    right: int = 0
    goes_on_down: bool = False
    goes_on_right: bool = False


@dataclass(slots=True)
class _Row:
    cells: list[_Paragraph]
    shapes: list[_CellShape]
    heads: bool = False


_PAGE = "page"


class _Parser:
    """One pass over the tokens; `items` holds paragraphs, rows and page breaks in order."""

    def __init__(self) -> None:
        self.items: list[_Paragraph | _Row | str] = []
        self.images: list[doc.Image] = []
        self.info: dict[str, str] = {}
        self.cut = False
        self.trouble = ""
        self._state = _State()
        self._stack: list[_State] = []
        self._code_page = "cp1252"
        self._is_thai = False
        self._fonts: dict[int, str] = {}
        self._levels: dict[int, int] = {}
        self._bytes = bytearray()
        self._skip = 0
        self._runs: list[tuple[str, bool, float, str]] = []
        self._level = 0
        self._style = -1
        self._listed = self._in_table = False
        self._nesting = 1
        self._cells: list[_Paragraph] = []
        self._cell_parts: list[_Paragraph] = []
        self._shapes: list[_CellShape] = []
        self._next_shape = _CellShape()
        self._heads = False
        self._instruction = ""
        self._name = ""
        self._picture: list[bytes] = []
        self._count = 0

    def run(self, data: bytes) -> None:
        at, starred = 0, False
        self._is_thai = b"\\ansicpg874" in data[:500] or b"\\deflang1054" in data[:4_000] or b"lang1054" in data
        while at < len(data):
            token = _TOKEN.match(data, at)
            if token is None:
                break
            at = token.end()
            word, number, byte, symbol, brace, text, _ = token.groups()
            if byte is not None:
                self._byte(int(byte, 16))
            elif text is not None:
                self._plain(text)
            elif brace is not None:
                self._flush()
                if not self._brace(brace):
                    break
            elif symbol == b"*":
                starred = True
                continue
            elif symbol is not None:
                self._symbol(symbol)
            elif word is not None:
                name, value = word.decode("ascii"), int(number) if number else None
                if name == "bin":
                    at += max(0, value or 0)
                else:
                    self._word(name, value, starred)
            starred = False
            if self._count > MAX_CELLS or len(self.items) > MAX_PARAGRAPHS:
                self.cut = True
                break
        self._flush()
        self._end_paragraph()

    def _brace(self, brace: bytes) -> bool:
        if brace == b"{":
            if len(self._stack) >= MAX_DEPTH:
                self.trouble = f"groups nested more than {MAX_DEPTH} deep"
                return False
            self._stack.append(replace(self._state))
            self._skip = 0
            return True
        if not self._stack:
            return False
        closed, self._state = self._state, self._stack.pop()
        self._close(closed)
        return True

    def _close(self, closed: _State) -> None:
        if closed.area != self._state.area:
            self._end_paragraph(closed.area)
        if closed.destination == self._state.destination:
            return
        if closed.destination == "fldinst":
            found = _ADDRESS.search(self._instruction)
            self._state.link = found.group(1) if found else ""
            self._instruction = ""
        elif closed.destination in _INFO:
            self.info[_INFO[closed.destination]] = " ".join(self._name.split())[:500]
            self._name = ""
        elif closed.destination == "pict" and self._picture:
            self._keep_picture()
        elif closed.destination == "shptxt":
            self._end_paragraph()

    def _keep_picture(self) -> None:
        digits = re.sub(rb"[^0-9a-fA-F]", b"", b"".join(self._picture))
        self._picture = []
        if len(digits) > 200 and len(self.images) < 2_000:
            content = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
            self.images.append(doc.Image("", data_sha256=hashlib.sha256(content).hexdigest()))

    def _plain(self, text: bytes) -> None:
        if self._state.destination == "pict":
            self._picture.append(text)
            return
        if self._state.destination == "skip":
            return
        text = text.replace(b"\r", b"").replace(b"\n", b"")
        if self._skip:
            text, self._skip = text[self._skip :], max(0, self._skip - len(text))
        self._bytes += text

    def _byte(self, value: int) -> None:
        if self._skip:
            self._skip -= 1
        elif self._state.destination not in ("skip", "pict"):
            self._bytes.append(value)

    def _symbol(self, symbol: bytes) -> None:
        if symbol not in b"\\{}":
            self._flush()
        if symbol in (b"\n", b"\r"):
            self._word("par", None, False)
        elif symbol in b"\\{}":
            self._plain(symbol)
        elif symbol == b"~":
            self._text("\u00a0")
        elif symbol == b"_":
            self._text("-")

    def _flush(self) -> None:
        if self._bytes:
            content, self._bytes = bytes(self._bytes), bytearray()
            self._text(self._decoded(content))

    def _decoded(self, content: bytes) -> str:
        codec = self._fonts.get(self._state.font, "") or self._code_page
        if self._is_thai and codec == "cp1252" and any(byte >= 0xA1 for byte in content):
            codec = "cp874"
        return content.decode(codec, "replace").replace("\0", "")

    def _text(self, text: str) -> None:
        state = self._state
        if state.destination in ("", "shptxt"):
            if not state.hidden:
                self._runs.append((text, state.bold, state.size, state.link))
        elif state.destination == "stylesheet" and (named := _STYLE_NAME.match(text)):
            self._levels.setdefault(self._style, int(named.group(1)))
        elif state.destination == "fldinst":
            self._instruction = (self._instruction + text)[:5_000]
        elif state.destination in _INFO:
            self._name += text[: 1_000 - len(self._name)]

    def _word(self, name: str, value: int | None, starred: bool) -> None:
        self._flush()
        if name == "u":
            self._unicode(value or 0)
            return
        if name == "uc":
            self._state.fallback = max(0, min(value if value is not None else 1, 10))
        elif self._destination(name, starred):
            return
        if self._state.destination == "fonttbl":
            self._font(name, value)
        elif self._state.destination == "stylesheet":
            self._stylesheet(name, value)
        elif self._state.destination in ("", "shptxt"):
            if name in _CHARACTERS:
                self._text(_CHARACTERS[name])
            elif not self._layout(name, value):
                self._look(name, value)

    def _unicode(self, value: int) -> None:
        code = value & 0xFFFF
        if self._state.destination not in ("skip", "pict"):
            if 0xDC00 <= code < 0xE000 and self._runs and "\ud800" <= self._runs[-1][0][-1:] < "\udc00":
                high, *look = self._runs[-1]
                whole = 0x10000 + ((ord(high[-1]) - 0xD800) << 10) + code - 0xDC00
                self._runs[-1] = (high[:-1] + chr(whole), *look)  # type: ignore[assignment]
            else:
                self._text(chr(code) if code else "")
        self._skip = self._state.fallback

    def _destination(self, name: str, starred: bool) -> bool:
        """Whether the word says where the group's text goes; then it is noted."""
        state = self._state
        if state.destination in ("skip", "pict"):
            return True
        if name in ("fonttbl", "stylesheet", "fldinst", "shptxt") or (name in _INFO and state.destination == "info"):
            state.destination = name
        elif name == "info":
            state.destination = "info"
        elif name in _MARGINS:
            self._end_paragraph()
            state.area = _MARGINS[name]
        elif name in ("listtext", "pntext"):
            self._listed = True
            state.destination = "skip"
        elif name == "nonesttables":
            state.destination = "skip"
        elif name == "pict":
            state.destination = "pict"
        elif name in _SKIPPED or (starred and name not in _OPENED_THOUGH_STARRED):
            state.destination = "skip"
        elif name == "fldrslt":
            return True
        else:
            return starred
        return True

    def _font(self, name: str, value: int | None) -> None:
        if name == "f" and value is not None:
            self._state.font = value
        elif name == "fcharset" and value in _CHARSETS:
            self._fonts[self._state.font] = _CHARSETS[value]
        elif name == "cpg" and value and _is_codec(f"cp{value}"):
            self._fonts[self._state.font] = f"cp{value}"

    def _stylesheet(self, name: str, value: int | None) -> None:
        if name == "s" and value is not None:
            self._style = value
        elif name == "outlinelevel" and value is not None and 0 <= value < 6:
            self._levels[self._style] = value + 1

    def _look(self, name: str, value: int | None) -> None:
        state = self._state
        if name == "f" and value is not None:
            state.font = value
        elif name in ("b", "ab"):
            state.bold = value != 0
        elif name in ("fs", "afs") and value:
            state.size = value / 2
        elif name == "v":
            state.hidden = value != 0
        elif name == "plain":
            state.bold, state.size, state.hidden = False, 12.0, False
        elif name == "ansicpg" and value:
            self._code_page = f"cp{value}" if _is_codec(f"cp{value}") else self._code_page
        elif name == "s" and value is not None:
            self._level = self._levels.get(value, 0)
        elif name == "outlinelevel" and value is not None:
            self._level = value + 1 if 0 <= value < 6 else 0
        elif name == "ls":
            self._listed = bool(value)

    def _layout(self, name: str, value: int | None) -> bool:
        if name == "par":
            self._end_paragraph()
        elif name == "pard":
            self._level, self._style, self._listed, self._in_table, self._nesting = 0, -1, False, False, 1
        elif name in ("page", "sect", "pagebb"):
            if name != "pagebb":
                self._end_paragraph()
            self.items.append(_PAGE)
        elif name == "intbl":
            self._in_table = True
        elif name == "itap":
            self._nesting = value if value is not None else 1
        elif name in ("cell", "nestcell"):
            self._in_table = True
            self._end_paragraph()
            if name == "cell":
                self._cells.append(_whole(self._cell_parts))
                self._cell_parts = []
                self._count += 1
        elif name == "row":
            self._end_row()
        elif name == "trowd":
            self._shapes, self._next_shape, self._heads = [], _CellShape(), False
        elif name == "trhdr":
            self._heads = True
        elif name in ("clvmrg", "clmrg"):
            self._next_shape.goes_on_down |= name == "clvmrg"
            self._next_shape.goes_on_right |= name == "clmrg"
        elif name == "cellx":
            self._next_shape.right = value or 0
            if len(self._shapes) < 200:
                self._shapes.append(self._next_shape)
            self._next_shape = _CellShape()
        else:
            return False
        return True

    def _end_paragraph(self, area: str = "") -> None:
        runs, self._runs = self._runs, []
        text = "".join(text for text, *_ in runs)
        if not text.strip():
            return
        paragraph = _Paragraph(
            "\n".join(" ".join(line.split()) for line in text.split("\n")).strip(),
            all(bold for part, bold, *_ in runs if part.strip()),
            min(size for part, _, size, _ in runs if part.strip()),
            self._level,
            self._listed,
            area or self._state.area,
            _links(runs),
        )
        if self._in_table and paragraph.area == doc.MAIN:
            self._cell_parts.append(paragraph)
        else:
            self.items.append(paragraph)

    def _end_row(self) -> None:
        if self._cells:
            self.items.append(_Row(self._cells[:200], list(self._shapes), self._heads))
        self._cells, self._cell_parts = [], []


def _is_codec(name: str) -> bool:
    try:
        return bool(codecs.lookup(name))
    except LookupError:
        return False


def _links(runs: Sequence[tuple[str, bool, float, str]]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for text, _, _, url in runs:
        if url and found and found[-1][0] == url:
            found[-1] = (url, found[-1][1] + text)
        elif url and text.strip():
            found.append((url, text))
    return found


def _whole(parts: Sequence[_Paragraph]) -> _Paragraph:
    """The paragraphs of a cell as one."""
    return _Paragraph(
        "\n".join(part.text for part in parts),
        bool(parts) and all(part.bold for part in parts),
        links=[link for part in parts for link in part.links],
    )


def _built(parser: _Parser) -> tuple[list[doc.PageText], list[doc.Table], list[doc.Link]]:
    """Pages, tables and links of what was parsed."""
    building = _Building(parser.items)
    at = 0
    while at < len(parser.items):
        item = parser.items[at]
        if isinstance(item, _Row):
            end = at
            while end < len(parser.items) and isinstance(parser.items[end], _Row):
                end += 1
            building.table([row for row in parser.items[at:end] if isinstance(row, _Row)])
            at = end
            continue
        if isinstance(item, str):
            building.finish_page(forced=False)
        else:
            building.paragraph(item)
        at += 1
    building.finish_page(forced=not building.pages)
    return building.pages, building.tables, building.links


class _Building:
    """Places what was parsed on pages."""

    def __init__(self, items: Sequence[_Paragraph | _Row | str]) -> None:
        self.pages: list[doc.PageText] = []
        self.tables: list[doc.Table] = []
        self.links: list[doc.Link] = []
        self.builder = PageBuilder(READER)
        self._waiting: list[tuple[int, str, str, str, str]] = []
        self._heading = ""
        paragraphs = [item for item in items if isinstance(item, _Paragraph)]
        sizes: Counter[float] = Counter()
        weights: Counter[bool] = Counter()
        for item in paragraphs:
            sizes[item.size] += len(item.text)
            weights[item.bold] += len(item.text)
        self._usual = sizes.most_common(1)[0][0] if sizes else 12.0
        self._mostly_bold = weights[True] > 2 * weights[False]

    def paragraph(self, item: _Paragraph) -> None:
        kind, level = self._kind(item)
        piece = self.builder.add(kind, item.text, level, item.area)
        if kind == doc.HEADING and piece >= 0:
            self._heading = item.text
        self._keep(item, piece, item.text)

    def _kind(self, item: _Paragraph) -> tuple[str, int]:
        short = 1 < len(item.text) <= _HEADING_LENGTH and not item.listed
        if item.area != doc.MAIN:
            return doc.PARAGRAPH, 0
        if item.level and len(item.text) <= 2 * _HEADING_LENGTH:
            return doc.HEADING, item.level
        if short and item.size >= 1.2 * self._usual:
            return doc.HEADING, 4
        if short and item.bold and not self._mostly_bold:
            return doc.HEADING, 5
        return (doc.LIST_ITEM if item.listed else doc.PARAGRAPH), 0

    def table(self, rows: Sequence[_Row]) -> None:
        grid, places = _grid(rows)
        if max(map(len, grid)) == 1 or (len(rows) == 1 and len(rows[0].cells) == 1):
            for row in rows:
                for cell in row.cells:
                    self._keep(cell, self.builder.add(doc.PARAGRAPH, cell.text), cell.text)
            return
        heads = next((number for number, row in enumerate(rows) if not row.heads), len(rows))
        filled = [[cell for cell in row.cells if cell.text] for row in rows[:2]]
        if not heads and len(rows) > 1 and filled[0] and all(cell.bold for cell in filled[0]):
            heads = int(not all(cell.bold for cell in filled[1]) or not filled[1])
        table = self.builder.table(grid, min(heads, len(rows) - 1))
        for number, row in enumerate(rows):
            context = " ".join(cell.text for cell in row.cells if cell.text)
            for cell, column in zip(row.cells, places[number], strict=False):
                self._keep(cell, self.builder.piece_of(table, number, column), context)

    def _keep(self, item: _Paragraph, piece: int, context: str) -> None:
        for url, text in item.links[: MAX_LINKS - len(self._waiting)]:
            self._waiting.append((piece, url, text, " ".join(context.split())[:300], self._heading))

    def finish_page(self, forced: bool) -> None:
        if not len(self.builder) and not forced:
            return
        page = self.builder.page(len(self.pages) + 1)
        self.pages.append(page)
        self.tables.extend(self.builder.tables())
        for piece, url, text, context, heading in self._waiting:
            start, end = self.builder.place(piece)
            at = page.text.find(text.strip(), start, end) if start >= 0 else -1
            place = at if at >= 0 else start
            self.links.append(doc.Link(url, " ".join(text.split()), doc.MAIN, heading, context, place))
        self._waiting = []
        self.builder = PageBuilder(READER, first_table=len(self.tables))


def _grid(rows: Sequence[_Row]) -> tuple[list[list[str | tuple[int, int]]], list[list[int]]]:
    """The cells by the columns that their right edges make, and the column at which every cell of a row begins."""
    edges = _edges(rows)
    grid: list[list[str | tuple[int, int]]] = []
    places: list[list[int]] = []
    for number, row in enumerate(rows):
        grid.append([])
        places.append([])
        shapes = row.shapes if len(row.shapes) >= len(row.cells) else []
        for index, cell in enumerate(row.cells):
            column = len(grid[-1])
            places[-1].append(column)
            shape = shapes[index] if shapes else _CellShape()
            above = grid[number - 1][column] if number and column < len(grid[number - 1]) else ""
            if shape.goes_on_right and column and not cell.text:
                before = grid[-1][column - 1]
                first: str | tuple[int, int] = before if isinstance(before, tuple) else (number, column - 1)
            elif shape.goes_on_down and number and column < len(grid[number - 1]) and not cell.text:
                first = above if isinstance(above, tuple) else (number - 1, column)
            else:
                first = cell.text
            grid[-1].append(first)
            here: tuple[int, int] = first if isinstance(first, tuple) else (number, column)
            reach = bisect.bisect_left(edges, shape.right - _SAME_EDGE) + 1 if shapes else 0
            if edges and cell is not row.cells[-1]:
                reach = min(reach, len(edges))
            while len(grid[-1]) < min(reach, 200):
                grid[-1].append(here)
    width = max(map(len, grid))
    return [row + [""] * (width - len(row)) for row in grid], places


def _edges(rows: Sequence[_Row]) -> list[int]:
    found = sorted({shape.right for row in rows for shape in row.shapes})
    edges: list[int] = []
    for edge in found:
        if not edges or edge - edges[-1] > _SAME_EDGE:
            edges.append(edge)
    return edges[:200]
