"""Reads a PDF: PDFium for every page, pypdf where its text reads better, OCR where there is none; Thai repaired."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import time
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pypdfium2
import pypdfium2.raw as pdfium

from evidence.text import ocr, pdf_blocks, pdf_marks, pdf_tables, quality
from evidence.text.document import HEADING, TITLE, Block, DocumentText, Link, PageText
from evidence.text.options import ReadOptions
from evidence.text.pdf_document_tables import DocumentTables
from evidence.text.pdf_page import PdfPageView
from evidence.text.thai import Repaired, repair
from evidence.text.word_finder import WordFinder

READER_PDFIUM = "pypdfium2"
READER_PYPDF = "pypdf"

_LOG = logging.getLogger(__name__)
_FEW_LETTERS = 60
"""A page with fewer Thai letters than this is not worth a slower reader: names and numbers alone score low."""
_POOR_AFTER_MARKS = 0.9
_TORN = 0.005
"""Where PDFium's letters with their marks put back score less than this, and more than this share of them stands where no
Thai letter can, pypdf is asked. It knows another order of the letters, not other letters: a cipher stays one."""
_MOST_VAIN_TRIES = 2
"""A document whose pages pypdf reads no better is not given to it page after page."""
_KEPT_MARKS = 0.92
"""pypdf loses vowels and tone marks of some Chromium prints and still gives words: fewer marks are worse text."""
_LITTLE_TEXT = 40
_FEW_THAI = 30
"""Thai letters OCR must find before Latin text on a page-wide picture is taken for a scanner's wrong guess."""
_LARGE_PICTURE = 0.25
_MANY_SHAPES = 60
_OCR_SHARE_OF_TIME = 0.7
_SHARE_OF_TIME = 0.85
"""Reading stops here and keeps what it has: a reader killed for its time gives nothing."""
_ADDRESS = re.compile(r"https?://[^\s<>\"'()\[\]ก-๛]{4,400}")
_LYING_TITLE = re.compile(
    r"(?i)(?:microsoft (?:word|powerpoint|excel)\b.*|untitled.*|.*\.(?:docx?|xlsx?|pptx?|pdf|html?|indd|cdr|ai)|\W*)"
)


def read_pdf(data: bytes, options: ReadOptions | None = None) -> DocumentText:
    """The text, structure, tables and links of a PDF.

    Never raises for a bad document: `outcome` is then `encrypted` (a password is needed), `corrupt` (no reader can
    open it, or it is empty) or `unreadable` (no page gave any text that can be trusted). Of a longer document than
    `options.max_pages` the first pages are read and the marker `pages_cut:<number of pages>` is set.
    """
    options = options or ReadOptions()
    sha256 = hashlib.sha256(data).hexdigest()
    if not data.strip():
        return DocumentText(sha256, "pdf", outcome="corrupt", detail="the file is empty")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            return DocumentText(sha256, "pdf", outcome="encrypted", detail="a password is needed to open it")
        return _rescue(data, sha256, options, str(error))
    try:
        return _Reading(data, sha256, document, options).document_text()
    finally:
        document.close()


@dataclass(slots=True)
class _Page:
    """A page while it is read: PDFium's own text, and the best text so far."""

    number: int
    own: Repaired
    raw: str
    repaired: Repaired
    quality: float
    letters: int
    reader: str
    width: float
    height: float
    pictures: tuple[tuple[float, float, float, float], ...] = ()
    trouble: str = ""
    blocks: tuple[Block, ...] = ()
    wants_ocr: bool = False


class _Reading:
    """One reading of one document."""

    def __init__(self, data: bytes, sha256: str, document: pypdfium2.PdfDocument, options: ReadOptions) -> None:
        self.data = data
        self.sha256 = sha256
        self.document = document
        self.options = options
        self.started = time.monotonic()
        self.pypdf = _PypdfPages(data)
        self.pypdf_balance = 0
        self.ocr_used = 0
        self.table_pages = 0
        self.tables = DocumentTables()

    def document_text(self) -> DocumentText:
        count = len(self.document)
        pages: list[PageText] = []
        links: list[Link] = []
        for number in range(1, min(count, self.options.max_pages) + 1):
            if time.monotonic() - self.started > _SHARE_OF_TIME * self.options.seconds:
                break
            page, page_links = self._page(number)
            pages.append(page)
            links += page_links
        pages = self.tables.put_into(pages)
        metadata = _metadata(self.document)
        return DocumentText(
            self.sha256,
            "pdf",
            outcome=_outcome(pages),
            title=_title(pages, metadata),
            pages=tuple(pages),
            tables=self.tables.tables(),
            links=tuple(links),
            metadata=metadata,
            markers=(f"pages_cut:{count}",) if len(pages) < count else (),
        )

    def _page(self, number: int) -> tuple[PageText, list[Link]]:
        try:
            view = PdfPageView(self.document[number - 1])
        except pypdfium2.PdfiumError as error:
            _LOG.info("page %s of %s cannot be opened: %s", number, self.sha256, error)
            return _unopened(number, self.pypdf), []
        page = self._best_text(number, view)
        if page.reader == READER_PDFIUM:
            page.blocks = _blocks(view, page.repaired, number == 1)
        else:
            page.blocks = pdf_blocks.blocks_of(
                page.repaired.text, pdf_blocks.counted_lines(page.repaired.text), number == 1
            )
        links = list(_links(view, page))
        if page.wants_ocr:
            return self._with_ocr(page, view), links
        if self.table_pages < self.options.table_pages:
            self._find_tables(page, view)
        return _finished(page), links

    def _find_tables(self, page: _Page, view: PdfPageView) -> None:
        grids = pdf_tables.find(view, page.own)
        self.table_pages += bool(grids)
        for grid in grids:
            self.tables.add(page.number, grid, page.own.text, page.repaired.text, page.height)

    def _best_text(self, number: int, view: PdfPageView) -> _Page:
        """PDFium's text, or pypdf's where the gate says no and pypdf's scores better."""
        repaired = repair(view.raw)
        letters = quality.letters(repaired.text)
        page = _Page(
            number,
            repaired,
            view.raw,
            repaired,
            quality.score(repaired.text),
            letters,
            READER_PDFIUM,
            view.width,
            view.height,
        )
        drawing = view.drawing
        page.pictures = tuple(drawing.pictures[:50])
        if page.quality < quality.GOOD and letters >= _FEW_LETTERS:
            _put_marks_back(page, view)
            torn = quality.impossible(page.repaired.text) > _TORN * letters
            if torn and page.quality < _POOR_AFTER_MARKS and self.pypdf_balance > -_MOST_VAIN_TRIES:
                self._try_pypdf(page)
        page.wants_ocr = _wants_ocr(page, drawing.picture_share, drawing.shapes)
        return page

    def _try_pypdf(self, page: _Page) -> None:
        raw = self.pypdf.text(page.number)
        repaired = repair(raw)
        score = quality.score(repaired.text)
        keeps_marks = quality.marks(repaired.text) >= _KEPT_MARKS * quality.marks(page.repaired.text)
        if score > page.quality + 0.005 and keeps_marks and quality.letters(repaired.text) > 0.7 * page.letters:
            page.raw, page.repaired, page.quality, page.reader = raw, repaired, score, READER_PYPDF
            self.pypdf_balance = 2 * _MOST_VAIN_TRIES
        else:
            self.pypdf_balance -= 1

    def _with_ocr(self, page: _Page, view: PdfPageView) -> PageText:
        """The page read by OCR where that is allowed, possible and better; else the page with its trouble named."""
        spent = time.monotonic() - self.started
        allowed = self.options.ocr and self.ocr_used < self.options.ocr_pages
        if not allowed or spent > _OCR_SHARE_OF_TIME * self.options.seconds or not ocr.available():
            page.trouble = "scanned_without_ocr"
            return _finished(page)
        self.ocr_used += 1
        seen = ocr.read_pdf_page(view.page, seconds=max(5.0, self.options.seconds - spent - 3))
        if seen is None:
            page.trouble = "scanned_without_ocr"
            return _finished(page)
        if _is_better(seen, page):
            return replace(
                seen.page_text(page.number, first_page=page.number == 1),
                pictures=page.pictures,
                width=page.width,
                height=page.height,
            )
        page.trouble = _trouble_after_ocr(seen, page)
        return _finished(page)


def _put_marks_back(page: _Page, view: PdfPageView) -> None:
    """PDFium's own letters with the marks over the letters they are drawn on, where that reads better."""
    found = pdf_marks.rebuild(view.textpage, view.raw) if view.plain_indices else None
    if found is None:
        return
    repaired = repair(found.text)
    score = quality.score(repaired.text)
    if score > page.quality + 0.005 and quality.letters(repaired.text) > 0.9 * page.letters:
        offsets = (*(found.places[offset] for offset in repaired.offsets[:-1]), len(view.raw))
        page.own = Repaired(repaired.text, offsets, {**repaired.repairs, "T2": found.moved})
        page.repaired, page.quality = page.own, score


def _is_better(seen: ocr.Seen, page: _Page) -> bool:
    """Whether what OCR saw stands for the page, and not the text it has (few good words on a cover stay)."""
    count = seen.letters + seen.latin
    if page.letters == 0 and seen.letters < _FEW_THAI and page.repaired.text.strip():
        return False
    if page.quality >= quality.GOOD and page.letters >= 10 and count < 1.5 * page.letters + _FEW_THAI:
        return False
    return bool(seen.text.strip()) and seen.quality >= quality.USABLE and count >= page.letters * 0.5


def _trouble_after_ocr(seen: ocr.Seen, page: _Page) -> str:
    """`unreadable` where there is writing that neither reader makes out; a photograph is no trouble."""
    own_fails = page.quality < quality.USABLE and page.letters >= _LITTLE_TEXT
    has_none = not page.repaired.text.strip()
    ocr_fails = seen.quality < quality.USABLE and seen.letters + seen.latin >= _LITTLE_TEXT
    return "unreadable" if own_fails or (has_none and ocr_fails) else ""


def _wants_ocr(page: _Page, picture_share: float, shapes: int) -> bool:
    """Too little text beside a large picture or many drawn shapes, text that does not read, or a scanner's Latin."""
    signs = len("".join(page.repaired.text.split()))
    if signs < _LITTLE_TEXT:
        return picture_share >= _LARGE_PICTURE or (signs < 10 and shapes >= _MANY_SHAPES)
    if page.letters == 0 and picture_share >= 0.7:
        return True
    thai = page.letters + quality.foreign(page.repaired.text)
    return page.quality < quality.USABLE and (thai >= _LITTLE_TEXT or picture_share >= _LARGE_PICTURE)


def _finished(page: _Page) -> PageText:
    return PageText(
        number=page.number,
        text=page.repaired.text,
        raw=page.raw,
        offsets=page.repaired.offsets,
        reader=page.reader,
        quality=page.quality,
        repairs=page.repaired.repairs,
        blocks=page.blocks,
        pictures=page.pictures,
        width=round(page.width, 2),
        height=round(page.height, 2),
        trouble=page.trouble,
    )


def _blocks(view: PdfPageView, repaired: Repaired, first_page: bool) -> tuple[Block, ...]:
    offsets = repaired.offsets
    spans = pdf_blocks.lines_of(repaired.text)
    firsts = [offsets[start] for start, _ in spans]
    boxes = view.letter_boxes([*firsts, *(offsets[end - 1] for _, end in spans)], loose=True).tolist()
    lines = pdf_blocks.placed_lines(spans, boxes[: len(spans)], boxes[len(spans) :], view.styles(firsts))
    return pdf_blocks.blocks_of(repaired.text, lines, first_page)


# Links


def _links(view: PdfPageView, page: _Page) -> list[Link]:
    """Link annotations with their words, and addresses written in the text."""
    text = page.repaired.text
    starts = [block.start for block in page.blocks]
    found = []
    seen = set()
    finder: WordFinder | None = None
    for url, box in view.links():
        words = " ".join(repair(view.text_in(box)).text.split())[:300]
        finder = finder or WordFinder(text)
        span = finder.find(words)
        start = span[0] if span else -1
        words = " ".join(text[slice(*span)].split()) if span else words
        if (url, words) not in seen:
            seen.add((url, words))
            found.append(_link(url, words, start, page, starts))
    written = {link.url.rstrip("/") for link in found}
    for match in _ADDRESS.finditer(text):
        url = match[0].rstrip(".,;:")
        if url.rstrip("/") not in written:
            written.add(url.rstrip("/"))
            found.append(_link(url, url, match.start(), page, starts))
    return found


def _link(url: str, words: str, start: int, page: _Page, starts: list[int]) -> Link:
    text = page.repaired.text
    index = bisect_right(starts, start) - 1 if start >= 0 else -1
    if index < 0:
        return Link(url, words, start=start)
    block = page.blocks[index]
    head = page.blocks[block.section] if block.section >= 0 else None
    return Link(
        url,
        words,
        heading=text[head.start : head.end] if head else "",
        context=text[block.start : block.end][:500],
        start=start,
    )


# The whole document


def _outcome(pages: list[PageText]) -> str:
    """`unreadable` where every page with something on it failed; missing OCR is the page's trouble, not the outcome."""
    return "unreadable" if pages and all(page.trouble == "unreadable" for page in pages) else "ok"


def _title(pages: list[PageText], metadata: Mapping[str, str]) -> str:
    """The title lines of the first page, else the title the file claims where that is not a program's default."""
    if pages:
        first = pages[0]
        words = " ".join(first.text[block.start : block.end] for block in first.blocks if block.kind == TITLE)
        if words.strip():
            return " ".join(words.split())[:300]
    claimed = metadata.get("Title", "")
    if not _LYING_TITLE.fullmatch(claimed):
        return repair(claimed).text[:300]
    return next((_first_words(page) for page in pages if page.blocks), "")


def _first_words(page: PageText) -> str:
    """The first heading, else the first block of a page: the title of a document whose cover has no text."""
    heading = next((block for block in page.blocks if block.kind == HEADING), page.blocks[0])
    return " ".join(page.text[heading.start : heading.end].split())[:160]


def _metadata(document: pypdfium2.PdfDocument) -> dict[str, str]:
    try:
        claimed = document.get_metadata_dict(skip_empty=True)
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        return {}
    return {
        key: str(claimed[key])[:500].strip("\0 ")
        for key in ("Title", "Producer", "Creator", "CreationDate")
        if key in claimed
    }


# pypdf: the second reader


class _PypdfPages:
    """pypdf's text of single pages; the file is parsed once, when first asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._reader: object | None = None

    def text(self, number: int) -> str:
        """The page's text exactly as `extract_text()` gives it; empty where pypdf fails on the page."""
        from pypdf import PdfReader

        logging.getLogger("pypdf").setLevel(logging.CRITICAL)
        try:
            if self._reader is None:
                self._reader = PdfReader(io.BytesIO(self._data))
            return str(self._reader.pages[number - 1].extract_text())  # type: ignore[attr-defined]
        except Exception as error:
            # pypdf raises what its parsers happen to meet (KeyError, RecursionError, ValueError …) on damaged files.
            _LOG.info("pypdf cannot read page %s: %r", number, error)
            return ""


def _unopened(number: int, reader: _PypdfPages) -> PageText:
    """A page PDFium cannot open, read by pypdf alone."""
    raw = reader.text(number)
    repaired = repair(raw)
    blocks = pdf_blocks.blocks_of(repaired.text, pdf_blocks.counted_lines(repaired.text), number == 1)
    return PageText(
        number,
        repaired.text,
        raw,
        repaired.offsets,
        READER_PYPDF,
        quality.score(repaired.text),
        repaired.repairs,
        blocks,
        trouble="" if raw.strip() else "unreadable",
    )


def _rescue(data: bytes, sha256: str, options: ReadOptions, why: str) -> DocumentText:
    """A file PDFium refuses: pypdf mends broken cross-reference tables that PDFium does not."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return DocumentText(sha256, "pdf", outcome="encrypted", detail="a password is needed to open it")
        count = len(reader.pages)
    except Exception as error:
        # As above: anything may come out of a damaged file, and all of it means the same here.
        return DocumentText(sha256, "pdf", outcome="corrupt", detail=f"{why}; {error!r}"[:300])
    second = _PypdfPages(data)
    pages = [_unopened(number, second) for number in range(1, min(count, options.max_pages) + 1)]
    if not any(page.text.strip() for page in pages):
        return DocumentText(sha256, "pdf", outcome="corrupt", detail=why[:300])
    markers = (f"pages_cut:{count}",) if count > options.max_pages else ()
    return DocumentText(
        sha256, "pdf", outcome=_outcome(pages), title=_title(pages, {}), pages=tuple(pages), markers=markers, detail=why
    )
