"""Reads the body of a Word document: paragraphs with their look, tables with spans, page breaks, links, pictures."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from evidence.text import document as doc
from evidence.text.ooxml import as_plain_document
from evidence.text.pieces import PageBuilder

MAX_PARAGRAPHS, MAX_CELLS, MAX_LINKS, MAX_IMAGES = 60_000, 200_000, 5_000, 2_000
_HEADING_LENGTH = 120
_EMU_PER_PIXEL = 9_525
_STYLE_LEVEL = re.compile(r"(?i)^(?:heading|หัวเรื่อง|หัวข้อ)\s*([1-6])$")
_FIELD_ADDRESS = re.compile(r'(?i)\bHYPERLINK\s+"([^"]+)"')
_W = {name: qn(f"w:{name}") for name in (
    "p", "tbl", "tr", "tc", "sdt", "sdtContent", "r", "t", "tab", "br", "cr", "hyperlink", "ins", "smartTag", "del",
    "instrText", "drawing", "pict", "lastRenderedPageBreak", "type", "txbxContent", "noBreakHyphen", "customXml",
    "moveFrom", "moveTo", "fldSimple", "instr", "pageBreakBefore", "sectPr", "val", "sym", "char", "object",
)}  # fmt: skip
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_PROPERTIES = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read(data: bytes) -> doc.DocumentText:
    """The document; `corrupt` when its parts do not fit together. The caller has looked at its size before."""
    try:
        document = docx.Document(io.BytesIO(as_plain_document(data)))
    except (KeyError, ValueError, PackageNotFoundError, SyntaxError, AttributeError, zipfile.BadZipFile) as error:
        return doc.DocumentText("", "docx", outcome="corrupt", detail=f"{type(error).__name__}: {error}"[:200])
    reading = _Reading(document)
    reading.run()
    return doc.DocumentText(
        hashlib.sha256(data).hexdigest(),
        "docx",
        title=" ".join((document.core_properties.title or "").split())[:300],
        pages=tuple(reading.pages),
        tables=tuple(reading.tables),
        links=tuple(reading.links),
        images=tuple(reading.images),
        metadata=_metadata(document),
        markers=("cut",) if reading.cut else (),
    )


@dataclass(slots=True)
class _Paragraph:
    """One paragraph as read: its text, its links, pictures and text boxes, page breaks before and within."""

    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    pictures: list[Any] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    breaks_before: int = 0
    breaks_after: int = 0
    bold: bool = False
    size: float = 0.0


class _Reading:
    """The walk over one document; its lists hold the result."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.pages: list[doc.PageText] = []
        self.tables: list[doc.Table] = []
        self.links: list[doc.Link] = []
        self.images: list[doc.Image] = []
        self.cut = False
        self.builder = PageBuilder("python-docx")
        self._heading = ""
        self._waiting_links: list[tuple[int, str, str, str, str]] = []
        self._waiting_images: list[tuple[int, Any, str]] = []
        self._styles = _Styles(document)
        self._after_break = False
        self._seen = 0

    def run(self) -> None:
        for text in self._margins("header"):
            self.builder.add(doc.PARAGRAPH, text, area=doc.HEADER)
        usual = self._styles.usual_size
        mostly_bold = self._styles.mostly_bold(self.document.element.body)
        for kind, element in _blocks(self.document.element.body):
            self._seen += 1
            if self._seen > MAX_PARAGRAPHS:
                self.cut = True
                break
            if kind == "table":
                self._table(element)
            else:
                self._paragraph(element, usual, mostly_bold)
        for text in self._margins("footer"):
            self.builder.add(doc.PARAGRAPH, text, area=doc.FOOTER)
        self._finish_page()

    def _paragraph(self, element: Any, usual: float, mostly_bold: bool) -> None:
        paragraph = self._read(element)
        self._turn(paragraph.breaks_before)
        kind, level = self._kind(element, paragraph, usual, mostly_bold)
        piece = self.builder.add(kind, paragraph.text, level)
        if kind == doc.HEADING and piece >= 0:
            self._heading = " ".join(paragraph.text.split())
        self._keep(paragraph, piece, paragraph.text)
        for box in paragraph.boxes:
            for inner_kind, inner in _blocks(box):
                if inner_kind == "table":
                    self._table(inner)
                else:
                    inside = self._read(inner)
                    self._keep(inside, self.builder.add(doc.PARAGRAPH, inside.text), inside.text)
        self._turn(paragraph.breaks_after)

    def _keep(self, paragraph: _Paragraph, piece: int, context: str) -> None:
        for url, text in paragraph.links[: MAX_LINKS - len(self._waiting_links)]:
            self._waiting_links.append((piece, url, text, " ".join(context.split())[:300], self._heading))
        for picture in paragraph.pictures[:MAX_IMAGES]:
            self._waiting_images.append((piece, picture, " ".join(context.split())[:300] or self._heading))

    def _kind(self, element: Any, paragraph: _Paragraph, usual: float, mostly_bold: bool) -> tuple[str, int]:
        level = self._styles.level(element)
        if level and len(paragraph.text) <= 2 * _HEADING_LENGTH:
            return doc.HEADING, level
        listed = self._styles.listed(element)
        short = 1 < len(paragraph.text.strip()) <= _HEADING_LENGTH and not listed
        if short and usual and paragraph.size >= 1.2 * usual:
            return doc.HEADING, 4
        if short and paragraph.bold and not mostly_bold:
            return doc.HEADING, 5
        return (doc.LIST_ITEM if listed else doc.PARAGRAPH), 0

    def _read(self, element: Any) -> _Paragraph:
        paragraph = _Paragraph()
        pieces: list[str] = []
        runs: list[tuple[int, bool, float]] = []
        if element.pPr is not None and element.pPr.find(_W["pageBreakBefore"]) is not None:
            paragraph.breaks_before = (
                0 if element.pPr.find(_W["pageBreakBefore"]).get(_W["val"]) in ("0", "false") else 1
            )
        for node, link in _inline(element):
            before = sum(map(len, pieces))
            self._node(node, link, pieces, paragraph)
            gained = "".join(pieces)[before:].strip()
            if gained and node.tag == _W["t"]:
                run = node.getparent()
                runs.append((len(gained), *self._styles.look(run, element)))
        paragraph.text = re.sub(r"[ \t\u00a0]+", " ", "".join(pieces)).strip()
        if runs:
            paragraph.bold = all(bold for _, bold, _ in runs)
            paragraph.size = min(size for *_, size in runs)
        return paragraph

    def _node(self, node: Any, link: str, pieces: list[str], paragraph: _Paragraph) -> None:
        tag = node.tag
        if tag == _W["t"]:
            text = node.text or ""
            pieces.append(text)
            if link:
                target = self._address(link)
                if target and paragraph.links and paragraph.links[-1][0] == target:
                    paragraph.links[-1] = (target, paragraph.links[-1][1] + text)
                elif target:
                    paragraph.links.append((target, text))
        elif tag == _W["tab"]:
            pieces.append("\t")
        elif tag in (_W["br"], _W["cr"]):
            if node.get(_W["type"]) == "page":
                self._break(paragraph, pieces)
            else:
                pieces.append("\n")
        elif tag == _W["noBreakHyphen"]:
            pieces.append("-")
        elif tag == _W["lastRenderedPageBreak"]:
            if not (paragraph.breaks_after and not "".join(pieces).strip()) and not (
                self._after_break and not "".join(pieces).strip()
            ):
                self._break(paragraph, pieces)
        elif tag in (_W["drawing"], _W["pict"], _W["object"]):
            paragraph.pictures.extend(_pictures(node))
            paragraph.boxes.extend(_text_boxes(node))

    def _break(self, paragraph: _Paragraph, pieces: list[str]) -> None:
        if "".join(pieces).strip():
            paragraph.breaks_after += 1
        else:
            paragraph.breaks_before += 1

    def _address(self, link: str) -> str:
        if not link.startswith("rel:"):
            return link
        relation = self.document.part.rels.get(link[4:])
        return str(relation.target_ref) if relation is not None and relation.is_external else ""

    def _turn(self, pages: int) -> None:
        for _ in range(min(pages, 50)):
            self._finish_page()
        self._after_break = bool(pages) or (self._after_break and not len(self.builder))

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
        for piece, picture, context in self._waiting_images:
            image = self._image(picture, context, self.builder.place(piece)[0])
            if image is not None:
                self.images.append(image)
        self._waiting_links, self._waiting_images = [], []
        self.builder = PageBuilder("python-docx", first_table=len(self.tables))

    def _image(self, picture: Any, context: str, start: int) -> doc.Image | None:
        relation, alt, title, width, height = picture
        part = self.document.part.related_parts.get(relation)
        if part is None:
            return None
        digest = hashlib.sha256(part.blob).hexdigest()
        return doc.Image(str(part.partname), alt, title, context, width, height, doc.MAIN, start, digest)

    def _table(self, element: Any) -> None:
        rows, breaks, heads = self._rows(element)
        if not rows:
            return
        if (len(rows) == 1 and len({id(cell) for cell in rows[0]}) == 1) or all(len(row) == 1 for row in rows):
            for row in rows:
                for paragraph, text in row[0].parts:
                    self._keep(paragraph, self.builder.add(doc.PARAGRAPH, text), text)
        else:
            number = self.builder.table(*_cells(rows, heads))
            self._keep_cells(rows, number)
        self._turn(breaks)

    def _keep_cells(self, rows: list[list[_Cell]], number: int) -> None:
        seen: set[int] = set()
        for row, cells in enumerate(rows):
            context = " ".join(cell.text for cell in dict.fromkeys(cells) if cell.text)
            for column, cell in enumerate(cells):
                if id(cell) in seen:
                    continue
                seen.add(id(cell))
                piece = self.builder.piece_of(number, row, column)
                for paragraph, _ in cell.parts:
                    self._keep(paragraph, piece, context)

    def _rows(self, element: Any) -> tuple[list[list[_Cell]], int, int]:
        rows: list[list[_Cell]] = []
        breaks = heads = count = 0
        for row_element in _children(element, "tr"):
            row: list[_Cell] = []
            for cell_element in _children(row_element, "tc"):
                properties = cell_element.tcPr
                span = min(max(1, cell_element.grid_span), 100)
                merge = properties.vMerge_val if properties is not None else None
                above = rows[-1] if rows else []
                if merge == "continue" and len(row) < len(above):
                    cell = above[len(row)]
                else:
                    cell = self._cell(cell_element)
                    breaks += sum(paragraph.breaks_before + paragraph.breaks_after for paragraph, _ in cell.parts)
                row.extend([cell] * span)
                count += span
            if (
                row_element.trPr is not None
                and row_element.trPr.find(qn("w:tblHeader")) is not None
                and heads == len(rows)
            ):
                heads += 1
            rows.append(row)
            if count > MAX_CELLS:
                self.cut = True
                break
        if not heads and len(rows) > 1 and _is_head(rows[0], rows[1]):
            heads = 1
        while 0 < heads < len(rows) - 1 and any(cell in rows[heads] for cell in rows[heads - 1] if cell.text):
            heads += 1
        return rows, breaks, heads

    def _cell(self, element: Any) -> _Cell:
        cell = _Cell(shaded=_is_shaded(element))
        for kind, inner in _blocks(element):
            if kind == "paragraph":
                paragraph = self._read(inner)
                cell.parts.append((paragraph, paragraph.text))
                for box in paragraph.boxes:
                    cell.parts.extend(self._flat(box))
            else:
                for row in self._rows(inner)[0]:
                    for inside in dict.fromkeys(row):
                        cell.parts.extend(inside.parts)
        cell.text = "\n".join(text for _, text in cell.parts if text)
        return cell

    def _flat(self, box: Any) -> list[tuple[_Paragraph, str]]:
        read = [self._read(inner) for kind, inner in _blocks(box) if kind == "paragraph"]
        return [(paragraph, paragraph.text) for paragraph in read]

    def _margins(self, which: str) -> list[str]:
        texts: list[str] = []
        for section in self.document.sections[:50]:
            for part in (getattr(section, which), getattr(section, f"first_page_{which}")):
                if part.is_linked_to_previous:
                    continue
                for kind, element in _blocks(part._element):
                    if kind == "paragraph":
                        texts.append(self._read(element).text)
                    else:
                        texts.extend(cell.text for row in self._rows(element)[0] for cell in dict.fromkeys(row))
        return [text for text in dict.fromkeys(texts) if text]


@dataclass(eq=False, slots=True)
class _Cell:
    text: str = ""
    parts: list[tuple[_Paragraph, str]] = field(default_factory=list)
    shaded: bool = False


class _Styles:
    """Levels, weight and size that paragraph and character styles hand down; Thai text has its own (`bCs`, `szCs`)."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._by_id = {style.get(qn("w:styleId")): style for style in document.styles.element.findall(qn("w:style"))}
        defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        self._default = _size(defaults) or 11.0
        self.usual_size = self._usual()

    def level(self, element: Any) -> int:
        """The heading level a paragraph has by its own outline level or by its style, 0 for none."""
        properties = element.pPr
        if properties is None:
            return 0
        own = properties.find(qn("w:outlineLvl"))
        if own is not None:
            return _outline(own)
        for style in self._chain(properties.find(qn("w:pStyle"))):
            name = style.find(qn("w:name")).get(_W["val"]) if style.find(qn("w:name")) is not None else ""
            found = _STYLE_LEVEL.match(name)
            if found or name.lower() in ("title", "ชื่อเรื่อง"):
                return int(found.group(1)) if found else 1
            outline = style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
            if outline is not None:
                return _outline(outline)
        return 0

    def listed(self, element: Any) -> bool:
        """Whether a paragraph is an entry of a numbered or bulleted list, by itself or by its style."""
        properties = element.pPr
        if properties is None:
            return False
        styles = self._chain(properties.find(qn("w:pStyle")))
        return properties.numPr is not None or any(
            style.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None for style in styles
        )

    def look(self, run: Any, paragraph: Any) -> tuple[bool, float]:
        """Whether a run is bold, and its size in points."""
        sources = [run.find(qn("w:rPr"))] if run is not None else []
        if sources and sources[0] is not None:
            sources.extend(style.find(qn("w:rPr")) for style in self._chain(sources[0].find(qn("w:rStyle"))))
        if paragraph.pPr is not None:
            sources.extend(style.find(qn("w:rPr")) for style in self._chain(paragraph.pPr.find(qn("w:pStyle"))))
        present = [source for source in sources if source is not None]
        bold = next((weight for source in present if (weight := _bold(source)) is not None), False)
        return bold, next((size for source in present if (size := _size(source))), self._default)

    def mostly_bold(self, body: Any) -> bool:
        """Whether bold is the usual look of the document (then it marks no headings)."""
        weights: Counter[bool] = Counter()
        for paragraph in list(body.iter(_W["p"]))[:2_000]:
            for text in paragraph.iter(_W["t"]):
                weights[self.look(text.getparent(), paragraph)[0]] += len(text.text or "")
        return weights[True] > 2 * weights[False]

    def _usual(self) -> float:
        sizes: Counter[float] = Counter()
        for paragraph in list(self.document.element.body.iter(_W["p"]))[:2_000]:
            for text in paragraph.iter(_W["t"]):
                sizes[self.look(text.getparent(), paragraph)[1]] += len(text.text or "")
        return sizes.most_common(1)[0][0] if sizes else self._default

    def _chain(self, reference: Any) -> Iterator[Any]:
        name = reference.get(_W["val"]) if reference is not None else None
        for _ in range(10):
            style = self._by_id.get(name)
            if style is None:
                return
            yield style
            base = style.find(qn("w:basedOn"))
            name = base.get(_W["val"]) if base is not None else None


def _blocks(element: Any) -> Iterator[tuple[str, Any]]:
    """Paragraphs and tables directly inside, content controls opened."""
    stack = [iter(element)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag == _W["p"]:
            yield "paragraph", child
        elif child.tag == _W["tbl"]:
            yield "table", child
        elif child.tag in (_W["sdt"], _W["sdtContent"], _W["customXml"], _W["ins"], _W["moveTo"]) and len(stack) < 50:
            stack.append(iter(child))


def _children(element: Any, name: str) -> Iterator[Any]:
    stack = [iter(element)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag == _W[name]:
            yield child
        elif child.tag in (_W["sdt"], _W["sdtContent"], _W["customXml"]) and len(stack) < 50:
            stack.append(iter(child))


_OPENED = frozenset(_W[name] for name in ("r", "sdt", "sdtContent", "ins", "smartTag", "customXml", "moveTo"))
_ALTERNATIVES = frozenset(
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}" + name for name in ("AlternateContent", "Choice")
)


def _inline(paragraph: Any) -> Iterator[tuple[Any, str]]:
    """The nodes of a paragraph that bear text, with their link; deleted text and field codes are left out."""
    stack: list[tuple[Iterator[Any], str]] = [(iter(paragraph), "")]
    in_field = ""
    while stack:
        nodes, link = stack[-1]
        node = next(nodes, None)
        if node is None:
            stack.pop()
            continue
        tag = node.tag
        if tag == _W["hyperlink"]:
            relation = node.get(_ID)
            stack.append((iter(node), f"rel:{relation}" if relation else link))
        elif tag == _W["fldSimple"]:
            found = _FIELD_ADDRESS.search(node.get(_W["instr"]) or "")
            stack.append((iter(node), found.group(1) if found else link))
        elif tag in _OPENED or tag in _ALTERNATIVES:
            if len(stack) < 50:
                stack.append((iter(node), link))
        elif tag == _W["instrText"]:
            found = _FIELD_ADDRESS.search(node.text or "")
            in_field = found.group(1) if found else in_field
        elif tag == qn("w:fldChar"):
            in_field = "" if node.get(qn("w:fldCharType")) == "end" else in_field
        else:
            yield node, link or in_field


def _pictures(drawing: Any) -> Iterator[tuple[str, str, str, int, int]]:
    properties = next(drawing.iter(_PROPERTIES), None)
    extent = next(drawing.iter(_EXTENT), None)
    alt = (properties.get("descr") or "") if properties is not None else ""
    title = (properties.get("title") or "") if properties is not None else ""
    width, height = (_pixels(extent, "cx"), _pixels(extent, "cy")) if extent is not None else (0, 0)
    for blip in drawing.iter(_BLIP):
        if blip.get(_EMBED):
            yield blip.get(_EMBED), " ".join(alt.split()), " ".join(title.split()), width, height
    for old in drawing.iter("{urn:schemas-microsoft-com:vml}imagedata"):
        if old.get(_ID):
            yield old.get(_ID), " ".join(alt.split()), old.get("title") or "", 0, 0


def _pixels(extent: Any, side: str) -> int:
    value = extent.get(side) or "0"
    return int(value) // _EMU_PER_PIXEL if value.isdigit() else 0


def _text_boxes(drawing: Any) -> list[Any]:
    return [
        box
        for box in drawing.iter(_W["txbxContent"])
        if not any(parent.tag == _FALLBACK or parent.tag == _W["txbxContent"] for parent in box.iterancestors())
    ]


def _cells(rows: list[list[_Cell]], heads: int) -> tuple[list[list[str | tuple[int, int]]], int]:
    """The grid for the page builder: a cell's text once, its place wherever its span reaches."""
    width = max(len(row) for row in rows)
    places: dict[int, tuple[int, int]] = {}
    grid: list[list[str | tuple[int, int]]] = []
    for number, row in enumerate(rows):
        grid.append([])
        for column, cell in enumerate(row):
            known = places.setdefault(id(cell), (number, column))
            grid[-1].append(cell.text if known == (number, column) else known)
        grid[-1].extend([""] * (width - len(row)))
    return grid, heads


def _is_head(first: list[_Cell], second: list[_Cell]) -> bool:
    cells = [cell for cell in dict.fromkeys(first) if cell.text]
    if len(cells) < 2 or any(len(cell.text) > 80 for cell in cells):
        return False
    below = [cell for cell in dict.fromkeys(second) if cell.text]
    return all(_stands_out(cell) for cell in cells) and not (below and all(_stands_out(cell) for cell in below))


def _stands_out(cell: _Cell) -> bool:
    return cell.shaded or all(paragraph.bold for paragraph, text in cell.parts if text)


def _is_shaded(element: Any) -> bool:
    shade = element.tcPr.find(qn("w:shd")) if element.tcPr is not None else None
    fill = (shade.get(qn("w:fill")) or "").lower() if shade is not None else ""
    return fill not in ("", "auto", "ffffff")


def _outline(element: Any) -> int:
    value = element.get(_W["val"]) or ""
    return int(value) + 1 if value.isdigit() and int(value) < 6 else 0


def _bold(properties: Any) -> bool | None:
    found = None
    for name in ("w:bCs", "w:b"):
        element = properties.find(qn(name))
        if element is not None:
            found = bool(found) or element.get(_W["val"]) not in ("0", "false", "off")
    return found


def _size(properties: Any) -> float:
    """Points of the size for Thai text, else of the general one (stored in half points)."""
    for name in ("w:szCs", "w:sz"):
        element = properties.find(qn(name)) if properties is not None else None
        value = element.get(_W["val"]) if element is not None else ""
        if value and value.isdigit():
            return int(value) / 2
    return 0.0


def _metadata(document: Document) -> dict[str, str]:
    core = document.core_properties
    values = {"author": core.author, "subject": core.subject, "keywords": core.keywords}
    metadata = {name: " ".join(value.split())[:500] for name, value in values.items() if value and value.strip()}
    for name, moment in (("created", core.created), ("modified", core.modified)):
        if moment is not None:
            metadata[name] = moment.isoformat()
    return metadata
