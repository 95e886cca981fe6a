"""PDFium's questions about single letters and objects, asked for many at once.

A call through pypdfium2's bindings costs more than PDFium's answer. Here the arguments are plain numbers and the answers
go into one array; `map` asks without a step of Python between.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Sequence
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

_INT, _POINTER = ctypes.c_int, ctypes.c_void_p


def number_of(handle: Any) -> int:
    """The address that a handle or function of PDFium stands for."""
    return int(ctypes.cast(handle, _POINTER).value or 0)


def _asked(function: Any, answer: Any, *arguments: Any) -> Any:
    """A function of PDFium that takes and gives numbers. (It is short: the interpreter's lock is not let go for it.)"""
    return ctypes.PYFUNCTYPE(answer, *arguments)(number_of(function))


_LOOSE_BOX = _asked(pdfium.FPDFText_GetLooseCharBox, _INT, _POINTER, _INT, _POINTER)
_INK_BOX = _asked(pdfium.FPDFText_GetCharBox, _INT, _POINTER, _INT, *[_POINTER] * 4)
_MATRIX = _asked(pdfium.FPDFText_GetMatrix, _INT, _POINTER, _INT, _POINTER)
_SIZE = _asked(pdfium.FPDFText_GetFontSize, ctypes.c_double, _POINTER, _INT)
_FONT = _asked(pdfium.FPDFText_GetFontInfo, ctypes.c_ulong, _POINTER, _INT, _POINTER, ctypes.c_ulong, _POINTER)
_OBJECT = _asked(pdfium.FPDFPage_GetObject, _POINTER, _POINTER, _INT)
_OBJECT_OF_FORM = _asked(pdfium.FPDFFormObj_GetObject, _POINTER, _POINTER, ctypes.c_ulong)
_KIND = _asked(pdfium.FPDFPageObj_GetType, _INT, _POINTER)
_BOUNDS = _asked(pdfium.FPDFPageObj_GetBounds, _INT, *[_POINTER] * 5)
_COUNT = _asked(pdfium.FPDFPage_CountObjects, _INT, _POINTER)
_COUNT_OF_FORM = _asked(pdfium.FPDFFormObj_CountObjects, _INT, _POINTER)
_MATRIX_OF = _asked(pdfium.FPDFPageObj_GetMatrix, _INT, _POINTER, _POINTER)
_DRAW_MODE = _asked(pdfium.FPDFPath_GetDrawMode, _INT, _POINTER, _POINTER, _POINTER)
_COUNT_SEGMENTS = _asked(pdfium.FPDFPath_CountSegments, _INT, _POINTER)
_SEGMENT = _asked(pdfium.FPDFPath_GetPathSegment, _POINTER, _POINTER, _INT)
_POINT = _asked(pdfium.FPDFPathSegment_GetPoint, _INT, _POINTER, _POINTER, _POINTER)
_SEGMENT_KIND = _asked(pdfium.FPDFPathSegment_GetType, _INT, _POINTER)

_LONGEST_NAME = 80
_NO_FLAGS = ctypes.c_int()


def loose_boxes(textpage: int, characters: Sequence[int]) -> NDArray[np.float64]:
    """`(left, top, right, bottom)` of characters over the whole height of their font; shape (n, 4), NaN where none."""
    count = len(characters)
    found = np.zeros((count, 4), np.float32)
    at = found.ctypes.data
    known = list(map(_LOOSE_BOX, repeat(textpage), characters, range(at, at + 16 * count, 16)))
    return _without_unknown(found.astype(np.float64), known)


def ink_boxes(textpage: int, characters: Sequence[int]) -> NDArray[np.float64]:
    """`(left, right, bottom, top)` of what is drawn of characters; shape (n, 4), NaN where there is none."""
    count = len(characters)
    found = np.zeros((count, 4), np.float64)
    at = found.ctypes.data
    places = (range(at + 8 * side, at + 8 * side + 32 * count, 32) for side in range(4))
    known = list(map(_INK_BOX, repeat(textpage), characters, *places))
    return _without_unknown(found, known)


def styles(textpage: int, characters: Sequence[int]) -> list[tuple[float, bool]]:
    """Font size (points, as shown) of characters, and whether their fonts call themselves bold."""
    count = len(characters)
    matrices = np.zeros((count, 6), np.float32)
    names = np.zeros((count, _LONGEST_NAME), np.uint8)
    at, named = matrices.ctypes.data, names.ctypes.data
    deque(map(_MATRIX, repeat(textpage), characters, range(at, at + 24 * count, 24)), maxlen=0)
    sizes = np.fromiter(map(_SIZE, repeat(textpage), characters), np.float64, count)
    sizes = sizes * np.hypot(matrices[:, 1], matrices[:, 3])
    lengths = map(
        _FONT,
        repeat(textpage),
        characters,
        range(named, named + _LONGEST_NAME * count, _LONGEST_NAME),
        repeat(_LONGEST_NAME),
        repeat(ctypes.addressof(_NO_FLAGS)),
    )
    known = [0 < length <= _LONGEST_NAME for length in lengths]
    bold = (known[row] and b"bold" in names[row].tobytes().lower() for row in range(count))
    return list(zip(sizes.tolist(), bold, strict=True))


def objects(page: int, form: int, most: int) -> list[tuple[int, int]]:
    """The first `most` objects of a page, or of a form where that is not 0: kind and address."""
    count = _COUNT_OF_FORM(form) if form else _COUNT(page)
    found = list(map(_OBJECT_OF_FORM if form else _OBJECT, repeat(form or page), range(min(count, most))))
    return list(zip(map(_KIND, found), found, strict=True))


def matrix_of(found: int) -> tuple[float, ...]:
    """The matrix (a, b, c, d, e, f) of an object."""
    numbers = (ctypes.c_float * 6)()
    _MATRIX_OF(found, ctypes.addressof(numbers))
    return tuple(numbers)


def is_stroked(path: int) -> bool:
    """Whether a path is drawn as a line."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(_DRAW_MODE(path, ctypes.addressof(fill), ctypes.addressof(stroke))) and bool(stroke.value)


def count_segments(path: int) -> int:
    """How many segments a path has."""
    return int(_COUNT_SEGMENTS(path))


def segments(path: int, count: int) -> list[tuple[int, float, float]]:
    """Kind and end point (in the path's own space) of the first segments of a path."""
    found = list(map(_SEGMENT, repeat(path), range(count)))
    points = np.zeros((count, 2), np.float32)
    at = points.ctypes.data
    deque(map(_POINT, found, range(at, at + 8 * count, 8), range(at + 4, at + 4 + 8 * count, 8)), maxlen=0)
    return [(kind, x, y) for kind, (x, y) in zip(map(_SEGMENT_KIND, found), points.tolist(), strict=True)]


def bounds(found: Sequence[int]) -> NDArray[np.float64]:
    """`(left, bottom, right, top)` of objects in the space they stand in; shape (n, 4), NaN where there is none."""
    count = len(found)
    sides = np.zeros((count, 4), np.float32)
    at = sides.ctypes.data
    places = (range(at + 4 * side, at + 4 * side + 16 * count, 16) for side in range(4))
    known = list(map(_BOUNDS, found, *places))
    return _without_unknown(sides.astype(np.float64), known)


def _without_unknown(boxes: NDArray[np.float64], known: list[int]) -> NDArray[np.float64]:
    if not all(known):
        boxes[~np.array(known, bool)] = np.nan
    return boxes
