"""The readable form of a stored document: pages of repaired text with structure, and the way back to the raw text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Place = tuple[int, int, int]
"""Number of a page, start and end in its raw text."""
Located = tuple[float, float, float, float, float]
"""Page, x0, y0, x1, y1 of one line of such a stretch."""

MAIN, NAVIGATION, HEADER, FOOTER, ASIDE = "main", "navigation", "header", "footer", "aside"
AREAS = (MAIN, NAVIGATION, HEADER, FOOTER, ASIDE)
"""Parts of a web page. PDF and Office text is always `main`."""

TITLE, HEADING, PARAGRAPH, LIST_ITEM, TABLE_HEADER, TABLE_CELL = (
    "title",
    "heading",
    "paragraph",
    "list_item",
    "table_header",
    "table_cell",
)
LINK, LABEL, BUTTON, ALT, CAPTION = "link", "label", "button", "alt", "caption"
BLOCK_KINDS = (TITLE, HEADING, PARAGRAPH, LIST_ITEM, TABLE_HEADER, TABLE_CELL, LINK, LABEL, BUTTON, ALT, CAPTION)


@dataclass(frozen=True, slots=True)
class Block:
    """A run of a page's text that belongs together. Blocks are in reading order, do not overlap and cover all text.

    `level`: 1–6 for headings. `section`: index (in the page's blocks) of the heading it stands under, -1 for none.
    `table`, `row`, `column`: place in `DocumentText.tables`, -1 outside tables.
    """

    kind: str
    start: int
    end: int
    area: str = MAIN
    level: int = 0
    section: int = -1
    table: int = -1
    row: int = -1
    column: int = -1


@dataclass(frozen=True, slots=True)
class PageText:
    """One page (HTML: the whole document; XLSX: one sheet).

    `text` is repaired and is what a person sees; blocks are separated by newlines. `raw` is the reader's own output.
    `offsets[i]` is the index in `raw` of the character `text[i]` came from; `len(offsets) == len(text) + 1`.
    `quality` 0–1 (share of Thai characters in dictionary words, lowered by impossible sequences; 1.0 without Thai).
    `repairs` counts repairs by family of the defect catalogue. `doubtful` are spans of `text` the reader is not sure of.
    `word_boxes` are `(start, end, x0, y0, x1, y1)` over `text`, kept where they cannot be had again cheaply (OCR).
    `pictures` are boxes of pictures on a PDF page large enough to carry content (≥ 40 pt a side), in points.
    """

    number: int
    text: str
    raw: str
    offsets: tuple[int, ...]
    reader: str
    quality: float
    repairs: Mapping[str, int] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    doubtful: tuple[tuple[int, int], ...] = ()
    word_boxes: tuple[tuple[int, int, float, float, float, float], ...] = ()
    pictures: tuple[tuple[float, float, float, float], ...] = ()
    width: float = 0.0
    height: float = 0.0
    trouble: str = ""
    """Empty, or why this page's text cannot be trusted: `scanned_without_ocr`, `unreadable`."""

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of `raw` behind `text[start:end]`."""
        if end <= start:
            return self.offsets[start], self.offsets[start]
        covered = self.offsets[start:end]
        last = max(covered)
        following = self.offsets[end]
        return min(covered), following if following > last else last + 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; `start`/`end` in the page's text (-1 where the table reader's words were not found there)."""

    text: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a grid (spans filled by repeating the cell); the first `header_rows` rows are column headings.

    A table that runs over pages is one Table on its first page; `pages` names the page of every row.
    """

    page: int
    rows: tuple[tuple[Cell, ...], ...]
    header_rows: int = 0
    caption: str = ""
    pages: tuple[int, ...] = ()
    area: str = MAIN


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a person sees it. `url` is absolute; `context` the row, list item or paragraph that holds it;
    `heading` the nearest heading before it; `start` its offset in the page text (-1 if it has no text)."""

    url: str
    text: str
    area: str = MAIN
    heading: str = ""
    context: str = ""
    start: int = -1


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in a page. `width`/`height` in pixels where stated or known (0: unknown). `data_sha256` for data: pictures."""

    url: str
    alt: str = ""
    title: str = ""
    nearby: str = ""
    width: int = 0
    height: int = 0
    area: str = MAIN
    start: int = -1
    data_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """An iframe, frame, embed or object. `heading` and `nearby` say what it is about."""

    url: str
    kind: str
    title: str = ""
    heading: str = ""
    nearby: str = ""
    area: str = MAIN


@dataclass(frozen=True, slots=True)
class FormField:
    """A form control; `type` as in HTML (text, textarea, email, file, select, checkbox, password …)."""

    type: str
    name: str = ""
    label: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form. `text` is all text inside it, `buttons` its captions, `heading` the nearest heading before it."""

    action: str
    method: str
    fields: tuple[FormField, ...]
    text: str = ""
    heading: str = ""
    buttons: tuple[str, ...] = ()
    area: str = MAIN
    start: int = -1


@dataclass(frozen=True, slots=True)
class DocumentText:
    """All that is readable of one stored document. `outcome` is `ok` or a reading failure (encrypted, corrupt, …).

    `kind` is the shape: html, pdf, docx (also doc, odt, rtf), xlsx (also xls, ods), pptx (also ppt, odp), image, text,
    zip (also rar); `metadata["format"]` names the own format of those in brackets. `markers` are facts a reader noticed
    that are not text: `app_shell` (needs a browser), `password_form`, `chat_widget:<vendor>`, `webboard`,
    `meta_refresh:<url>`, `pages_cut:<n>`.
    """

    sha256: str
    kind: str
    outcome: str = "ok"
    title: str = ""
    encoding: str = ""
    pages: tuple[PageText, ...] = ()
    tables: tuple[Table, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[Image, ...] = ()
    frames: tuple[Frame, ...] = ()
    forms: tuple[Form, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    markers: tuple[str, ...] = ()
    detail: str = ""
    reader_version: str = ""
    located: Mapping[Place, tuple[Located, ...]] = field(default_factory=dict)
    """Boxes already found for stretches of the raw text, by (page, start, end): kept with what was read, since finding
    them opens the document again."""

    @property
    def text(self) -> str:
        """The repaired text of all pages, form-feed between pages."""
        return "\f".join(page.text for page in self.pages)
