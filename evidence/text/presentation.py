"""Reads slides (.pptx): a page for every slide, its title as heading, lists, tables with spans, links, pictures."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pptx
from lxml import etree
from pptx.exc import PythonPptxError
from pptx.oxml.ns import qn

from evidence.text import document as doc
from evidence.text.ooxml import refusal
from evidence.text.pieces import PageBuilder

READER = "python-pptx"
MAX_SLIDES, MAX_SHAPES, MAX_LINKS, MAX_IMAGES, MAX_DEPTH, MAX_COLUMNS = 500, 20_000, 5_000, 2_000, 20, 200
_EMU_PER_PIXEL = 9_525
_BROKEN = (
    KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError, PythonPptxError,
    etree.XMLSyntaxError, zipfile.BadZipFile,
)  # fmt: skip


def read_pptx(data: bytes) -> doc.DocumentText:
    """Read a presentation (.pptx, .ppsx); hidden slides and speaker's notes are not shown to people and left out.

    Outcomes: `encrypted`, `corrupt`, `too_large`.
    """
    refused = refusal(data, "pptx")
    if refused is not None:
        return refused
    try:
        presentation = pptx.Presentation(io.BytesIO(data))
        reading = _Reading()
        slides = [slide for slide in presentation.slides if slide._element.get("show") not in ("0", "false")]
        for slide in slides[:MAX_SLIDES]:
            reading.slide(slide)
    except _BROKEN as error:
        return doc.DocumentText("", "pptx", outcome="corrupt", detail=f"{type(error).__name__}: {error}"[:200])
    core = presentation.core_properties
    metadata = {"author": " ".join((core.author or "").split())[:500], "format": "pptx"}
    return doc.DocumentText(
        hashlib.sha256(data).hexdigest(),
        "pptx",
        title=" ".join((core.title or "").split())[:300],
        pages=tuple(reading.pages),
        tables=tuple(reading.tables),
        links=tuple(reading.links),
        images=tuple(reading.images),
        metadata={name: value for name, value in metadata.items() if value},
        markers=("cut",) if reading.cut or len(slides) > MAX_SLIDES else (),
    )


class _Reading:
    """The walk over the slides; its lists hold the result."""

    def __init__(self) -> None:
        self.pages: list[doc.PageText] = []
        self.tables: list[doc.Table] = []
        self.links: list[doc.Link] = []
        self.images: list[doc.Image] = []
        self.cut = False
        self._seen = 0

    def slide(self, slide: Any) -> None:
        builder = PageBuilder(READER, first_table=len(self.tables))
        links: list[tuple[int, str, str, str]] = []
        title = slide.shapes.title
        heading = " ".join(title.text_frame.text.split()) if title is not None and title.has_text_frame else ""
        builder.add(doc.HEADING, heading, 1)
        for shape in self._shapes(slide.shapes, 0):
            if title is not None and shape.shape_id == title.shape_id:
                continue
            if getattr(shape, "has_table", False):
                self._table(builder, shape.table, links)
            elif shape.has_text_frame:
                self._texts(builder, shape, links)
            elif shape.shape_type is not None and hasattr(shape, "image"):
                self._picture(shape, heading)
        page = builder.page(len(self.pages) + 1)
        self.pages.append(page)
        self.tables.extend(builder.tables())
        for piece, url, text, context in links[: MAX_LINKS - len(self.links)]:
            start, end = builder.place(piece)
            at = page.text.find(text, start, end) if start >= 0 and text else -1
            self.links.append(doc.Link(url, text, doc.MAIN, heading, context[:300], at if at >= 0 else start))

    def _shapes(self, shapes: Any, depth: int) -> Iterator[Any]:
        """All shapes, from top to bottom and left to right on the slide, groups opened."""
        for shape in sorted(shapes, key=_place):
            self._seen += 1
            if self._seen > MAX_SHAPES or depth > MAX_DEPTH:
                self.cut = True
                return
            if hasattr(shape, "shapes"):
                yield from self._shapes(shape.shapes, depth + 1)
            elif not _is_hidden(shape):
                yield shape

    def _texts(self, builder: PageBuilder, shape: Any, links: list[tuple[int, str, str, str]]) -> None:
        placeholder = shape.placeholder_format.type if shape.is_placeholder else None
        name = placeholder.name if placeholder is not None else ""
        if name in ("SLIDE_NUMBER", "DATE"):
            return
        for paragraph in shape.text_frame.paragraphs:
            text = _text(paragraph)
            if name in ("SUBTITLE", "CENTER_TITLE", "TITLE"):
                piece = builder.add(doc.HEADING, text, 2)
            elif name == "FOOTER":
                piece = builder.add(doc.PARAGRAPH, text, area=doc.FOOTER)
            else:
                piece = builder.add(doc.LIST_ITEM if name in ("BODY", "OBJECT") else doc.PARAGRAPH, text)
            links += [(piece, url, said, text) for url, said in _addresses(paragraph)]

    def _table(self, builder: PageBuilder, table: Any, links: list[tuple[int, str, str, str]]) -> None:
        rows = list(table.rows)[:2_000]
        grid: list[list[str | tuple[int, int]]] = []
        origins: dict[tuple[int, int], tuple[int, int]] = {}
        cells: list[tuple[int, int, Any]] = []
        for number, row in enumerate(rows):
            grid.append([])
            for column, cell in enumerate(list(row.cells)[:MAX_COLUMNS]):
                if cell.is_spanned and (number, column) in origins:
                    grid[-1].append(origins[number, column])
                    continue
                if cell.is_merge_origin:
                    origins.update({
                        (number + down, column + right): (number, column)
                        for down in range(min(cell.span_height, len(rows)))
                        for right in range(min(cell.span_width, MAX_COLUMNS))
                    })  # fmt: skip
                cells.append((number, column, cell))
                grid[-1].append("\n".join(_text(paragraph) for paragraph in cell.text_frame.paragraphs).strip())
        if not grid:
            return
        width = max(map(len, grid))
        heads = int(bool(table.first_row) and len(grid) > 1)
        place = builder.table([row + [""] * (width - len(row)) for row in grid], heads)
        for number, column, cell in cells:
            context = " ".join(text for text in grid[number] if isinstance(text, str) and text)
            for paragraph in cell.text_frame.paragraphs:
                links += [(builder.piece_of(place, number, column), url, said, context)
                          for url, said in _addresses(paragraph)]  # fmt: skip

    def _picture(self, shape: Any, heading: str) -> None:
        try:
            content, part = shape.image.blob, shape.image.filename or shape.image.content_type
        except (ValueError, KeyError, AttributeError, OSError):
            return
        if len(self.images) < MAX_IMAGES:
            alt = " ".join((shape._element._nvXxPr.cNvPr.get("descr") or "").split())[:500]
            size = [max(0, int(side or 0)) // _EMU_PER_PIXEL for side in (shape.width, shape.height)]
            digest = hashlib.sha256(content).hexdigest()
            self.images.append(doc.Image(part, alt, "", heading, size[0], size[1], data_sha256=digest))


def _place(shape: Any) -> tuple[int, int]:
    """Rows of a third of an inch, so that what stands side by side is read from left to right."""
    return int(shape.top or 0) // 300_000, int(shape.left or 0)


def _is_hidden(shape: Any) -> bool:
    return any(element.get("hidden") in ("1", "true") for element in shape._element.iter(qn("p:cNvPr")))


def _text(paragraph: Any) -> str:
    return "\n".join(" ".join(line.split()) for line in paragraph.text.replace("\v", "\n").split("\n")).strip()


def _addresses(paragraph: Any) -> list[tuple[str, str]]:
    found = []
    for run in paragraph.runs:
        try:
            url = run.hyperlink.address
        except KeyError:
            continue
        if url and run.text.strip():
            found.append((str(url), " ".join(run.text.split())))
    return found
