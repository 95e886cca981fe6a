"""One page of a PDF as PDFium sees it: its text as given, and where letters, pictures, lines and links stand.

All boxes are `(x0, y0, x1, y1)` in points of the page as it is shown (rotation applied), origin top left.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pypdfium2
import pypdfium2.raw as pdfium

Box = tuple[float, float, float, float]

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
        self._text = self.textpage.raw
        self._loose = pdfium.FS_RECTF()
        self._loose_at = ctypes.byref(self._loose)
        self._strict = tuple(ctypes.c_double() for _ in range(4))
        self._strict_at = tuple(map(ctypes.byref, self._strict))
        self._bounds_found = tuple(ctypes.c_float() for _ in range(4))

    def shown(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A box of PDF user space as it stands on the shown page."""
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

    def letter_box(self, place: int, loose: bool = False) -> Box | None:
        """Where `raw[place]` stands (`loose`: over the whole height of the font), None for undrawn blanks."""
        index = place if self.plain_indices else self.character(place)
        if index < 0:
            return None
        if loose:
            box = self._loose
            if not pdfium.FPDFText_GetLooseCharBox(self._text, index, self._loose_at):
                return None
            x0, y0, x1, y1 = box.left, box.bottom, box.right, box.top
        else:
            if not pdfium.FPDFText_GetCharBox(self._text, index, *self._strict_at):
                return None
            x0, x1, y0, y1 = (number.value for number in self._strict)
        return self.shown(x0, y0, x1, y1) if x1 > x0 or y1 > y0 else None

    def style(self, place: int) -> tuple[float, bool]:
        """Font size (points, as shown) of `raw[place]`, and whether its font calls itself bold."""
        index = self.character(place)
        if index < 0:
            return 0.0, False
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self.textpage, index, matrix)
        size = pdfium.FPDFText_GetFontSize(self.textpage, index) * math.hypot(matrix.b, matrix.d)
        name = ctypes.create_string_buffer(80)
        known = pdfium.FPDFText_GetFontInfo(self.textpage, index, name, 80, ctypes.c_int())
        return size, bool(known) and b"bold" in name.value.lower()

    def text_boxes(self, start: int, end: int, most: int = 3000) -> list[Box]:
        """The boxes of the drawn letters of `raw[start:end]`, over the full height of their fonts."""
        found = (self.letter_box(place, loose=True) for place in range(start, min(end, start + most)))
        return [box for box in found if box]

    # Pictures and lines

    @cached_property
    def drawing(self) -> Drawing:
        """Pictures, ruling lines and number of shapes of the page; forms are entered, huge pages cut."""
        found = Drawing()
        budget = [MOST_OBJECTS, MOST_SEGMENTS]
        covered = 0.0
        for kind, obj, matrix in _objects(self.page.raw, None, _UNMOVED, budget, 0):
            box = self._bounds(obj, matrix)
            if box is None:
                continue
            if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                found.picture_tiles += 1
                covered += _area(self._on_page(box))
                if box[2] - box[0] >= SMALLEST_PICTURE and box[3] - box[1] >= SMALLEST_PICTURE:
                    found.pictures.append(self._on_page(box))
            else:
                found.shapes += 1
                self._add_rules(found, obj, matrix, box, budget)
        found.picture_share = min(1.0, covered / max(self.width * self.height, 1.0))
        return found

    def _on_page(self, box: Box) -> Box:
        x0, y0, x1, y1 = box
        return max(x0, 0.0), max(y0, 0.0), min(x1, self.width), min(y1, self.height)

    def _bounds(self, obj: object, matrix: tuple[float, ...]) -> Box | None:
        numbers = self._bounds_found
        if not pdfium.FPDFPageObj_GetBounds(obj, *numbers):
            return None
        left, bottom, right, top = (number.value for number in numbers)
        if matrix == _UNMOVED:
            return self.shown(left, bottom, right, top)
        corners = [_moved(matrix, x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return self.shown(min(xs), min(ys), max(xs), max(ys))

    def _add_rules(self, found: Drawing, obj: object, matrix: tuple[float, ...], box: Box, budget: list[int]) -> None:
        x0, y0, x1, y1 = box
        if min(x1 - x0, y1 - y0) <= THIN:
            if max(x1 - x0, y1 - y0) > THIN:
                found.rules.append(box)
            return
        rules = found.rules if _is_stroked(obj) else found.fills
        count = pdfium.FPDFPath_CountSegments(obj)
        if count <= 6:
            rules += [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)]
            return
        budget[1] -= count
        if budget[1] >= 0:
            rules += self._straight_segments(obj, matrix, count)

    def _straight_segments(self, obj: object, matrix: tuple[float, ...], count: int) -> Iterator[Box]:
        """Upright and level pieces of a path made of many."""
        own = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(obj, own)
        whole = _product((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
        x, y = ctypes.c_float(), ctypes.c_float()
        last: tuple[float, float] | None = None
        for index in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(obj, index)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            point = _moved(whole, x.value, y.value)
            if last and pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_LINETO:
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
    page: object, form: object, matrix: tuple[float, ...], budget: list[int], depth: int
) -> Iterator[tuple[int, object, tuple[float, ...]]]:
    """Pictures and paths of a page or form, with the matrix that leads to the page."""
    count = pdfium.FPDFFormObj_CountObjects(form) if form else pdfium.FPDFPage_CountObjects(page)
    for index in range(count):
        budget[0] -= 1
        if budget[0] < 0:
            return
        obj = pdfium.FPDFFormObj_GetObject(form, index) if form else pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(obj)
        if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH):
            yield kind, obj, matrix
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < 4:
            own = pdfium.FS_MATRIX()
            pdfium.FPDFPageObj_GetMatrix(obj, own)
            inner = _product((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
            yield from _objects(page, obj, inner, budget, depth + 1)


def _is_stroked(path: object) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium.FPDFPath_GetDrawMode(path, fill, stroke)) and bool(stroke.value)


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
