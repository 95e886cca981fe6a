"""Knows how an official Thai document is set, once as DOCX and once as HTML: headings, paragraphs, tables, blanks.

Blanks are what only the agency can write. They are yellow in both forms and never empty, so that nobody takes a
document with blanks for a finished one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, assert_never

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run

from reports import page

FONT = "TH Sarabun New"
SIZE = 16
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_KEEPS_ITS_DIGITS = re.compile(r"https?://\S+|[A-Za-z][\w./:+-]*")
_PRINTED = (Cm(2.5), Cm(2.0), Cm(3.0), Cm(2.0))
"""Margins of official letters: top, bottom, left, right."""
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Blank:
    """A place that the agency fills in; `text` is what stands there until then."""

    text: str


@dataclass(frozen=True, slots=True)
class Hint:
    """Words that help to fill in a blank: smaller than the document's own."""

    text: str


Piece = str | Blank | Hint
Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`style`: body (first line indented), centre, title (of the cover), note (a boxed remark), small."""

    line: Line
    style: str = "body"


@dataclass(frozen=True, slots=True)
class Points:
    """A numbered list."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: column heads, rows of cells (each cell one or more lines), widths as parts of the page's width."""

    head: tuple[str, ...]
    rows: tuple[tuple[tuple[Line, ...], ...], ...]
    widths: tuple[int, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page, upright or across."""

    across: bool = False


Block = Heading | Paragraph | Points | Grid | NewPage


@dataclass(frozen=True)
class Paper:
    """A document: its title, who made it, its blocks. `thai_digits`: ๐ to ๙ everywhere but in addresses and codes."""

    title: str
    author: str
    blocks: Sequence[Block]
    thai_digits: bool = True

    def digits(self, text: str) -> str:
        """`text` with digits as this document writes them."""
        clean = _NOT_IN_XML.sub(" ", text)
        if not self.thai_digits:
            return clean
        parts, last = [], 0
        for kept in _KEEPS_ITS_DIGITS.finditer(clean):
            parts += [clean[last : kept.start()].translate(_THAI_DIGITS), kept[0]]
            last = kept.end()
        return "".join([*parts, clean[last:].translate(_THAI_DIGITS)])


def html(paper: Paper) -> str:
    """The document as one HTML page that needs nothing but itself and prints on A4."""
    return page.render("paper.html", ("paper.css",), paper=paper, kind=_kind, piece=_piece)


def docx(paper: Paper) -> bytes:
    """The document as DOCX bytes: A4, TH Sarabun New 16, margins of official letters, heading rows repeated."""
    document = Document()
    _set_up(document, paper)
    for block in paper.blocks:
        _write(document, block, paper)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _kind(block: Any) -> str:
    return type(block).__name__.lower()


def _piece(piece: Piece) -> tuple[str, str]:
    return ("", piece) if isinstance(piece, str) else (_kind(piece), piece.text)


# DOCX


def _set_up(document: Any, paper: Paper) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = paper.title, paper.author, ""
    properties.language = "th-TH"
    properties.created = properties.modified = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    _lay_out(document.sections[0], across=False)
    for name, size, bold in (
        ("Normal", SIZE, False),
        ("Title", 22, True),
        ("Heading 1", 18, True),
        ("Heading 2", 17, True),
        ("Heading 3", 16, True),
        ("List Number", SIZE, False),
    ):
        style = document.styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        _thai(style.element.get_or_add_rPr(), size, bold)
        style.paragraph_format.space_after = Pt(4)
        style.paragraph_format.space_before = Pt(10 if name.startswith("Heading") else 0)
        style.paragraph_format.line_spacing = 1.0
    footer = document.sections[0].footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _page_number(footer, paper)


def _thai(properties: Any, size: float, bold: bool) -> None:
    """Fonts and sizes for Thai letters, which Word keeps apart from those for Latin ones."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties.insert(0, fonts)
    for old in properties.findall(qn("w:color")):
        properties.remove(old)
    for tag, value in (("w:bCs", None), ("w:szCs", str(int(size * 2)))):
        if tag == "w:bCs" and not bold:
            continue
        element = OxmlElement(tag)
        if value:
            element.set(qn("w:val"), value)
        _in_order(properties, element)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:bidi"), "th-TH")
    _in_order(properties, language)


_ORDER = [
    qn(f"w:{name}")
    for name in (
        "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "color", "spacing", "w", "kern",
        "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "vertAlign", "rtl", "cs", "em", "lang",
    )
]  # fmt: skip
"""The order that the format asks of the children of w:rPr (ECMA-376, 17.3.2.28)."""


def _in_order(properties: Any, element: Any) -> None:
    for old in properties.findall(element.tag):
        properties.remove(old)
    rank = _ORDER.index(element.tag)
    for place, other in enumerate(properties):
        if other.tag in _ORDER and _ORDER.index(other.tag) > rank:
            properties.insert(place, element)
            return
    properties.append(element)


def _lay_out(section: Any, across: bool) -> None:
    long, short = Cm(29.7), Cm(21.0)
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if across else (short, long)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = _PRINTED
    if across:
        section.left_margin = section.right_margin = Cm(2.0)


def _page_number(paragraph: DocxParagraph, paper: Paper) -> None:
    run = paragraph.add_run()
    number = "PAGE \\* THAIARABIC" if paper.thai_digits else "PAGE"
    for kind, text in (("begin", ""), ("", number), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)


def _write(document: Any, block: Block, paper: Paper) -> None:
    match block:
        case Heading():
            document.add_heading(paper.digits(block.text), block.level)
        case Paragraph():
            _paragraph(document, block, paper)
        case Points():
            for number, line in enumerate(block.lines, start=1):
                item = document.add_paragraph()
                item.paragraph_format.left_indent, item.paragraph_format.first_line_indent = Cm(1.5), Cm(-0.8)
                _runs(item, (f"{number}) ", *line), paper)
        case Grid():
            _grid(document, block, paper)
        case NewPage():
            _lay_out(document.add_section(WD_SECTION.NEW_PAGE), block.across)
        case _:
            assert_never(block)


def _paragraph(document: Any, block: Paragraph, paper: Paper) -> None:
    if block.style == "note":
        box = document.add_table(1, 1)
        box.style, box.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
        _runs(box.cell(0, 0).paragraphs[0], block.line, paper, 14)
        document.add_paragraph()
        return
    written = document.add_paragraph()
    size = {"title": 22, "small": 14}.get(block.style)
    if block.style in ("title", "centre"):
        written.alignment = WD_ALIGN_PARAGRAPH.CENTER
        written.paragraph_format.space_after = Pt(12)
        written.paragraph_format.space_before = Pt(72 if block.style == "title" else 0)
    elif block.style == "body":
        written.alignment = WD_ALIGN_PARAGRAPH.THAI_JUSTIFY
        written.paragraph_format.first_line_indent = Cm(1.5)
    _runs(written, block.line, paper, size, bold=block.style == "title")


def _runs(written: DocxParagraph, line: Line, paper: Paper, size: float | None = None, *, bold: bool = False) -> None:
    for piece in line:
        kind, text = _piece(piece)
        run: Run = written.add_run(paper.digits(text))
        run.bold = bold or None
        own = size or (13 if kind == "hint" else None)
        if own:
            run.font.size = Pt(own)
        _thai(run._r.get_or_add_rPr(), own or SIZE, bold)
        if kind == "blank":
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _grid(document: Any, block: Grid, paper: Paper) -> None:
    section = document.sections[-1]
    width = section.page_width - section.left_margin - section.right_margin
    table = document.add_table(1, len(block.head))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    shares = [Emu(int(width * part / sum(block.widths))) for part in block.widths]
    for column, share in zip(table.columns, shares, strict=True):
        column.width = share
    for cell, text in zip(table.rows[0].cells, block.head, strict=True):
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        _runs(cell.paragraphs[0], (text,), paper, 15, bold=True)
        _shade(cell)
    _mark_row(table.rows[0], "w:tblHeader")
    for row in block.rows:
        made = table.add_row()
        _mark_row(made, "w:cantSplit")
        for cell, lines in zip(made.cells, row, strict=True):
            for place, line in enumerate(lines):
                written = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
                written.paragraph_format.space_after = Pt(2)
                _runs(written, line, paper, None if any(isinstance(each, Hint) for each in line) else 15)
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _mark_row(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "DDEBF7")):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)
