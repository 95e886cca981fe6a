"""Where a stretch of a page's raw text stands on the page: boxes for highlighting a quote."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left

import pypdfium2

from evidence.text import ocr, pdf
from evidence.text.document import DocumentText, PageText
from evidence.text.pdf_page import Box, PdfPageView
from evidence.text.thai import repair
from evidence.text.word_finder import WordFinder

Boxes = tuple[tuple[int, float, float, float, float], ...]


def boxes(data: bytes, doc: DocumentText, page: int, raw_start: int, raw_end: int) -> Boxes:
    """Boxes `(page, x0, y0, x1, y1)` of `raw[raw_start:raw_end]` of page number `page`, one a line.

    In PDF points (pixels for pictures), origin top left. Empty where the place is not known: HTML, Office, or words
    that another reader sees differently.
    """
    found = next((candidate for candidate in doc.pages if candidate.number == page), None)
    if found is None or raw_end <= raw_start or doc.kind not in ("pdf", "image"):
        return ()
    if found.reader == ocr.READER:
        lines = _by_words(found, raw_start, raw_end)
    elif doc.kind == "pdf":
        lines = _by_pdfium(data, found, raw_start, raw_end)
    else:
        lines = []
    return tuple((page, *(round(number, 2) for number in box)) for box in lines)  # type: ignore[misc]


def _by_words(page: PageText, raw_start: int, raw_end: int) -> list[Box]:
    """The hulls of the OCR words behind the span, line by line; of a word quoted in part only about that part."""
    start, end = bisect_left(page.offsets, raw_start), bisect_left(page.offsets, raw_end)
    lines: list[Box] = []
    reached = 0
    for word_start, word_end, x0, y0, x1, y1 in page.word_boxes:
        if word_end <= start or word_start >= end:
            continue
        x0, x1 = _quoted_part(page.text[word_start:word_end], start - word_start, end - word_start, (x0, y0, x1, y1))
        if lines and "\n" not in page.text[reached:word_start]:
            lines[-1] = _hull(lines[-1], (x0, y0, x1, y1))
        else:
            lines.append((x0, y0, x1, y1))
        reached = word_end
    return lines


def _quoted_part(word: str, start: int, end: int, box: Box) -> tuple[float, float]:
    """Left and right of `word[start:end]` in the word's box, by the letters that take room; Thai has long "words".

    A letter more on either side, since letters differ in width. The whole word where it stands upright.
    """
    x0, y0, x1, y1 = box
    places = [place for place, letter in enumerate(word) if unicodedata.category(letter) != "Mn"]
    if len(places) < 2 or (y1 - y0) > 2 * (x1 - x0):
        return x0, x1
    room = (x1 - x0) / len(places)
    before = sum(place < start for place in places)
    until = sum(place < end for place in places)
    return max(x0, x0 + room * (before - 1)), min(x1, x0 + room * (until + 1))


def _by_pdfium(data: bytes, page: PageText, raw_start: int, raw_end: int) -> list[Box]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return []
    try:
        view = PdfPageView(document[page.number - 1])
        if page.reader == pdf.READER_PDFIUM and view.raw == page.raw:
            return _joined(view.text_boxes(raw_start, raw_end))
        return _by_skeleton(view, page, raw_start, raw_end)
    except (pypdfium2.PdfiumError, IndexError):
        return []
    finally:
        document.close()


def _by_skeleton(view: PdfPageView, page: PageText, raw_start: int, raw_end: int) -> list[Box]:
    """Words of another reader looked for in PDFium's text by their letters without marks; the nearest of several."""
    own = repair(view.raw)
    words = repair(page.raw[raw_start:raw_end]).text
    span = WordFinder(own.text).find_near(words, raw_start / max(len(page.raw), 1))
    if span is None:
        return []
    return _joined(view.text_boxes(own.offsets[span[0]], own.offsets[span[1]]))


def _joined(boxes: list[Box]) -> list[Box]:
    """Boxes of letters that follow one another on a line (upright on a turned page) made one."""
    lines: list[Box] = []
    last: Box | None = None
    for box in boxes:
        if last and (_is_beside(box, last, 1) or _is_beside(box, last, 0)):
            lines[-1] = _hull(lines[-1], box)
        else:
            lines.append(box)
        last = box
    return lines


def _is_beside(a: Box, b: Box, axis: int) -> bool:
    """Whether two letters stand at nearly the same place across the line (axis 1: level lines, 0: upright ones)."""
    size = max(a[axis + 2] - a[axis], b[axis + 2] - b[axis])
    return abs(a[axis] + a[axis + 2] - b[axis] - b[axis + 2]) < size


def _hull(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
