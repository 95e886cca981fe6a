"""One page of a PDF as PDFium sees it: its text as given, and where letters, pictures, lines and links stand.

All boxes are `(x0, y0, x1, y1)` in points of the page as it is shown (rotation applied), origin top left.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from evidence.text import pdf_calls

Box = tuple[float, float, float, float]
T = TypeVar("T", float, NDArray[np.float64])

MOST_OBJECTS = 4000
"""Objects of a page that are looked at: one real page draws a picture as 13,123 inline images."""
MOST_SEGMENTS = 4000
THIN = 2.5
"""A drawn shape thinner than this (points) is a ruling line."""
SMALLEST_PICTURE = 40.0
_UNMOVED = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Drawing:
    """What a page draws apart from text. `rules` are thin lines and outlines, `fills` the edges of coloured areas."""

    pictures: list[Box] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    fills: list[Box] = field(default_factory=list)
    picture_share: float = 0.0
    shapes: int = 0
    picture_tiles: int = 0


class PdfPageView:
    """A page opened once: `raw` is exactly what `PdfTextPage.get_text_range()` gives for the whole page."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.page = page
        self.textpage = page.get_textpage()
        self.raw = self.textpage.get_text_range()
        self.width, self.height = page.get_size()
        self._rotation = page.get_rotation()
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self._text = pdf_calls.number_of(self.textpage.raw)

    def shown(self, left: T, bottom: T, right: T, top: T) -> tuple[T, T, T, T]:
        """A box (or a column of each side of many) of PDF user space as it stands on the shown page."""
        if self._rotation == 90:
            return bottom - self._bottom, left - self._left, top - self._bottom, right - self._left
        if self._rotation == 180:
            return self._right - right, bottom - self._bottom, self._right - left, top - self._bottom
        if self._rotation == 270:
            return self._top - top, self._right - right, self._top - bottom, self._right - left
        return left - self._left, self._top - top, right - self._left, self._top - bottom

    # Letters

    @cached_property
    def plain_indices(self) -> bool:
        """Whether the n-th letter of `raw` is PDFium's n-th character, as on nearly all pages."""
        return self.textpage.count_chars() == len(self.raw)

    @cached_property
    def _units(self) -> list[int] | None:
        """Places of the letters of `raw` in PDFium's UTF-16 text, where they differ."""
        if max(self.raw, default="") <= "\uffff":
            return None
        places, place = [], 0
        for letter in self.raw:
            places.append(place)
            place += 1 if letter <= "\uffff" else 2
        return places

    def character(self, place: int) -> int:
        """PDFium's character index of `raw[place]`, -1 where it has none."""
        if self.plain_indices:
            return place
        unit = self._units[place] if self._units else place
        return int(pdfium.FPDFText_GetCharIndexFromTextIndex(self.textpage, unit))

    def characters(self, places: Sequence[int]) -> Sequence[int]:
        """`character` of many places."""
        return places if self.plain_indices else [self.character(place) for place in places]

    def letter_boxes(self, places: Sequence[int], loose: bool = False) -> NDArray[np.float64]:
        """Where letters of `raw` stand (`loose`: over the whole height of the font); shape (n, 4), NaN for undrawn
        blanks."""
        if loose:
            left, top, right, bottom = pdf_calls.loose_boxes(self._text, self.characters(places)).T
        else:
            left, right, bottom, top = pdf_calls.ink_boxes(self._text, self.characters(places)).T
        boxes = np.stack(self.shown(left, bottom, right, top), axis=1)
        boxes[(right <= left) & (top <= bottom)] = np.nan
        return boxes

    def styles(self, places: Sequence[int]) -> list[tuple[float, bool]]:
        """Font size (points, as shown) of letters of `raw`, and whether their fonts call themselves bold."""
        return pdf_calls.styles(self._text, self.characters(places))

    def text_boxes(self, start: int, end: int, most: int = 3000) -> list[Box]:
        """The boxes of the drawn letters of `raw[start:end]`, over the full height of their fonts."""
        boxes = self.letter_boxes(range(start, min(end, start + most)), loose=True)
        return list(map(tuple, boxes[~np.isnan(boxes[:, 0])].tolist()))

    # Pictures and lines

    @cached_property
    def drawing(self) -> Drawing:
        """Pictures, ruling lines and number of shapes of the page; forms are entered, huge pages cut."""
        drawn = Drawing()
        found = list(_objects(pdf_calls.number_of(self.page.raw), 0, _UNMOVED, [MOST_OBJECTS], 0))
        if not found:
            return drawn
        segments_left = MOST_SEGMENTS
        covered = 0.0
        for (kind, obj, matrix), sides in zip(
            found, pdf_calls.bounds([obj for _, obj, _ in found]).tolist(), strict=True
        ):
            if math.isnan(sides[0]):
                continue
            box = self._shown_bounds(sides, matrix)
            if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                drawn.picture_tiles += 1
                covered += _area(self._on_page(box))
                if box[2] - box[0] >= SMALLEST_PICTURE and box[3] - box[1] >= SMALLEST_PICTURE:
                    drawn.pictures.append(self._on_page(box))
            else:
                drawn.shapes += 1
                segments_left -= self._add_rules(drawn, obj, matrix, box, segments_left)
        drawn.picture_share = min(1.0, covered / max(self.width * self.height, 1.0))
        return drawn

    def _on_page(self, box: Box) -> Box:
        x0, y0, x1, y1 = box
        return max(x0, 0.0), max(y0, 0.0), min(x1, self.width), min(y1, self.height)

    def _shown_bounds(self, sides: Sequence[float], matrix: tuple[float, ...]) -> Box:
        left, bottom, right, top = sides
        if matrix == _UNMOVED:
            return self.shown(left, bottom, right, top)
        corners = [_moved(matrix, x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return self.shown(min(xs), min(ys), max(xs), max(ys))

    def _add_rules(self, drawn: Drawing, path: int, matrix: tuple[float, ...], box: Box, segments_left: int) -> int:
        """Add the lines of a path; how many segments were looked at."""
        x0, y0, x1, y1 = box
        if min(x1 - x0, y1 - y0) <= THIN:
            if max(x1 - x0, y1 - y0) > THIN:
                drawn.rules.append(box)
            return 0
        rules = drawn.rules if pdf_calls.is_stroked(path) else drawn.fills
        count = pdf_calls.count_segments(path)
        if count <= 6:
            rules += [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)]
            return 0
        if count <= segments_left:
            rules += self._straight_segments(path, matrix, count)
        return count

    def _straight_segments(self, path: int, matrix: tuple[float, ...], count: int) -> Iterator[Box]:
        """Upright and level pieces of a path made of many."""
        whole = _product(pdf_calls.matrix_of(path), matrix)
        last: tuple[float, float] | None = None
        for kind, x, y in pdf_calls.segments(path, count):
            point = _moved(whole, x, y)
            if last and kind == pdfium.FPDF_SEGMENT_LINETO:
                (ax, ay), (bx, by) = last, point
                if (abs(ax - bx) <= 1) != (abs(ay - by) <= 1):
                    yield self.shown(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
            last = point

    # Links

    def links(self, most: int = 300) -> Iterator[tuple[str, Box]]:
        """Addresses of the page's link annotations, each with its box."""
        position = ctypes.c_int(0)
        link = pdfium.FPDF_LINK()
        while most and pdfium.FPDFLink_Enumerate(self.page, position, link):
            most -= 1
            url = self._address(pdfium.FPDFLink_GetAction(link))
            rect = pdfium.FS_RECTF()
            if url and pdfium.FPDFLink_GetAnnotRect(link, rect):
                yield url, (rect.left, rect.bottom, rect.right, rect.top)

    def text_in(self, box: Box) -> str:
        """The raw text inside a box of PDF user space (left, bottom, right, top)."""
        return str(self.textpage.get_text_bounded(*box))

    def _address(self, action: object) -> str:
        if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
            return ""
        size = pdfium.FPDFAction_GetURIPath(self.page.pdf, action, None, 0)
        if not 1 < size < 8000:
            return ""
        buffer = ctypes.create_string_buffer(size)
        pdfium.FPDFAction_GetURIPath(self.page.pdf, action, buffer, size)
        return buffer.value.decode("utf-8", "replace").strip()


def _objects(
    page: int, form: int, matrix: tuple[float, ...], budget: list[int], depth: int
) -> Iterator[tuple[int, int, tuple[float, ...]]]:
    """Pictures and paths of a page or form (kind, address), with the matrix that leads to the page."""
    found = pdf_calls.objects(page, form, budget[0])
    budget[0] -= len(found)
    for kind, obj in found:
        if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH):
            yield kind, obj, matrix
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < 4 and budget[0] > 0:
            inner = _product(pdf_calls.matrix_of(obj), matrix)
            yield from _objects(page, obj, inner, budget, depth + 1)


def _product(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    """The matrix that applies `a`, then `b`."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def _moved(matrix: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    return matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
