"""Tells Thai and Arabic digits apart by their shapes on a page's picture, one connected piece of ink at a time.

A small network of two layers, learnt from digits and letters drawn in Thai fonts and worn like scans
(`scripts/digit_shapes.py` writes `tables/digit_shapes.json`), gives each shape's likelihoods.
"""

from __future__ import annotations

import base64
import functools
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

THAI = "๐๑๒๓๔๕๖๗๘๙"
ARABIC = "0123456789"
CLASSES = (*THAI, *ARABIC, "/", ",", "")
"""What a shape can be; the empty string is anything else."""
SIDE = 24
"""Shapes are looked at as squares of this many points a side, with a rim of two."""
SURE = 0.90
"""Likelihood from which a digit is stated without doubt."""

_RIM = 2
_TINY = 0.22
"""Pieces lower and narrower than this share of the line's height are points, specks or accents."""
_WIDE = 1.05
"""A piece this many times as wide as high may be digits that touch, or a digit and a stroke."""
_WIDER = 1.2
_LEANS = (0.0, 0.35)

Array = NDArray[np.float32]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Ink that hangs together (or parts of one shape above each other): its box in the crop, and its picture."""

    x0: int
    y0: int
    x1: int
    y1: int
    picture: Array
    ink: Array

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class Sign:
    """A shape of a line: its likelihoods in the order of `CLASSES` (none for small ones), or the small sign it is.

    `point` is `.`, `,`, `-`, `/` or empty (letters, accents, specks).
    """

    x0: int
    x1: int
    chances: tuple[float, ...] = ()
    point: str = ""

    @property
    def is_digit(self) -> bool:
        return sum(self.chances[:20]) > 0.5

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def thai(self) -> float:
        """Likelihood that it is a Thai digit of any value."""
        return sum(self.chances[:10])

    def best(self, thai: bool) -> tuple[str, float]:
        """The likeliest digit of one of the two scripts, and its likelihood among that script's digits and letters."""
        first = 0 if thai else 10
        row = self.chances[first : first + 10]
        index = max(range(10), key=row.__getitem__)
        whole = sum(row) + sum(self.chances[20:])
        return CLASSES[first + index], row[index] / whole if whole > 0 else 0.0


def read_line(grey: NDArray[np.uint8], top: int = 0, bottom: int | None = None) -> list[Sign]:
    """The signs of a cut from a line of writing (dark on light, rows × columns), from left to right.

    Ink whose middle is above row `top` or below row `bottom` belongs to other lines and is left out.
    """
    found = pieces(grey, top, grey.shape[0] if bottom is None else bottom)
    if not found:
        return []
    tall = _usual_height(found)
    large = [piece for piece in found if piece.height > _TINY * 1.6 * tall or piece.width > 1.2 * tall]
    usual = float(np.median([piece.width for piece in large])) if large else 1.0
    chances = classify([piece.picture for piece in large])
    signs: list[Sign] = [
        sign for piece, row in zip(large, chances, strict=True) for sign in _signs_of(piece, row, usual)
    ]
    floor = _floor(large)
    signs += [_point(piece, floor, tall) for piece in found if piece not in large]
    return sorted(signs, key=lambda sign: sign.centre)


def classify(pictures: Sequence[Array]) -> Array:
    """Likelihoods, one row a picture (SIDE × SIDE, ink 1.0, ground 0.0) and one column for each of `CLASSES`."""
    if not pictures:
        return np.zeros((0, len(CLASSES)), np.float32)
    inputs = np.stack([picture.ravel() for picture in pictures])
    chances = [_softmax(np.maximum(inputs @ w1 + b1, 0) @ w2 + b2) for w1, b1, w2, b2 in _networks()]
    return np.mean(chances, axis=0, dtype=np.float32)


def pieces(grey: NDArray[np.uint8], top: int = 0, bottom: int = 1_000_000) -> list[Piece]:
    """The shapes in a cut from a line, left to right: pieces of ink, those above each other taken together."""
    ink = _ink(grey)
    labels, boxes = _components(ink > 0.5)
    inside = {index for index, (_, y0, _, y1) in enumerate(boxes) if top <= (y0 + y1) / 2 <= bottom}
    return [_piece(ink, labels, boxes, group) for group in _stacks(boxes, inside)]


# Cutting


def _ink(grey: NDArray[np.uint8]) -> Array:
    """0.0 where the ground is, 1.0 where the ink is darkest, 0.5 at Otsu's threshold between the two."""
    counts = np.bincount(grey.ravel(), minlength=256).astype(np.float64)
    levels = np.arange(256)
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * levels)
    with np.errstate(divide="ignore", invalid="ignore"):
        dark = sums / below
        light = (sums[-1] - sums) / above
        between = np.nan_to_num(below * above * (light - dark) ** 2)
    cut = int(np.argmax(between))
    if light[cut] - dark[cut] < 25 or not np.isfinite(light[cut] - dark[cut]):
        return np.zeros(grey.shape, np.float32)
    middle = (light[cut] + dark[cut]) / 2
    return np.clip(0.5 + (middle - grey.astype(np.float32)) / (light[cut] - dark[cut]), 0, 1).astype(np.float32)


def _components(ink: NDArray[np.bool_]) -> tuple[NDArray[np.int32], list[Box]]:
    """Labels (0 is ground, then 1, 2 …) of eight-connected pieces, and each piece's box."""
    parent = [0]

    def root(label: int) -> int:
        while parent[label] != label:
            parent[label] = parent[parent[label]]
            label = parent[label]
        return label

    edges = np.diff(np.pad(ink.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    runs: list[Box] = []
    before: list[Box] = []
    for y, row in enumerate(edges):
        current = []
        for start, end in zip(np.flatnonzero(row > 0).tolist(), np.flatnonzero(row < 0).tolist(), strict=True):
            label = 0
            for _, above_start, above_end, above in before:
                if above_start <= end and start <= above_end:
                    first, second = root(label) if label else 0, root(above)
                    label = min(first, second) if first else second
                    parent[max(first, second) if first else second] = label
            if not label:
                label = len(parent)
                parent.append(label)
            current.append((y, start, end, label))
        runs += current
        before = current
    names: dict[int, int] = {}
    labels = np.zeros(ink.shape, np.int32)
    boxes: list[Box] = []
    for y, start, end, label in runs:
        name = names.setdefault(root(label), len(names))
        labels[y, start:end] = name + 1
        if name == len(boxes):
            boxes.append((start, y, end, y + 1))
        else:
            x0, y0, x1, _ = boxes[name]
            boxes[name] = (min(x0, start), y0, max(x1, end), y + 1)
    return labels, boxes


def _stacks(boxes: Sequence[Box], inside: set[int]) -> list[list[int]]:
    """Indexes of boxes that stand above each other (most of the narrower one's width), specks left out."""
    order = sorted(
        (index for index, (x0, y0, x1, y1) in enumerate(boxes) if index in inside and (x1 - x0) * (y1 - y0) >= 4),
        key=lambda index: boxes[index][0],
    )
    stacks: list[list[int]] = []
    spans: list[tuple[int, int]] = []
    for index in order:
        x0, _, x1, _ = boxes[index]
        if spans:
            left, right = spans[-1]
            shared = min(x1, right) - max(x0, left)
            if shared >= 0.6 * min(x1 - x0, right - left) and _above(boxes[index], [boxes[i] for i in stacks[-1]]):
                stacks[-1].append(index)
                spans[-1] = (min(left, x0), max(right, x1))
                continue
        stacks.append([index])
        spans.append((x0, x1))
    return stacks


def _above(box: Box, others: Sequence[Box]) -> bool:
    """Whether a box stands above, below or within others, and not beside them as a stroke that leans over does."""
    top, bottom = min(other[1] for other in others), max(other[3] for other in others)
    height, other_height = box[3] - box[1], bottom - top
    lower = min(height, other_height)
    return min(box[3], bottom) - max(box[1], top) < 0.5 * lower or lower < 0.5 * max(height, other_height)


def _piece(ink: Array, labels: NDArray[np.int32], boxes: Sequence[Box], group: list[int]) -> Piece:
    x0, y0 = min(boxes[i][0] for i in group), min(boxes[i][1] for i in group)
    x1, y1 = max(boxes[i][2] for i in group), max(boxes[i][3] for i in group)
    x0, y0 = max(0, x0 - 1), max(0, y0 - 1)
    x1, y1 = min(ink.shape[1], x1 + 1), min(ink.shape[0], y1 + 1)
    inside = labels[y0:y1, x0:x1]
    others = (inside > 0) & ~np.isin(inside, [i + 1 for i in group])
    cut = np.where(others, 0, ink[y0:y1, x0:x1])
    return Piece(x0, y0, x1, y1, _square(cut), cut)


def _square(cut: Array) -> Array:
    """The cut scaled to SIDE × SIDE with its proportions, in the middle."""
    inner = SIDE - 2 * _RIM
    height, width = cut.shape
    scale = inner / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = Image.fromarray((cut * 255).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
    square = np.zeros((SIDE, SIDE), np.float32)
    left, top = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    square[top : top + size[1], left : left + size[0]] = np.asarray(small, np.float32) / 255
    peak = square.max()
    return square / peak if peak > 0 else square


def _parts(piece: Piece, usual: float) -> list[list[Piece]]:
    """Ways to take a shape apart, none if it is about as wide as usual: cut where ink is least, upright or leaning."""
    if piece.width < min(_WIDE * piece.height, _WIDER * usual) or piece.width > 4.5 * piece.height:
        return []
    count = max(2, round(piece.width / usual))
    return [parts for lean in _LEANS if (parts := _cut(piece, count, lean))]


def _cut(piece: Piece, count: int, lean: float) -> list[Piece]:
    """The shape in about equal parts, cut along lines that lean to the right by `lean` times their height."""
    height = piece.height
    shifts = np.rint((height - 1 - np.arange(height)) * lean).astype(int)
    width = piece.width + int(shifts.max(initial=0))
    upright = np.zeros((height, width), np.float32)
    reach = width - piece.width
    for row, shift in enumerate(shifts):
        upright[row, reach - shift : reach - shift + piece.width] = piece.ink[row]
    columns = upright.sum(axis=0)
    filled = np.flatnonzero(columns > 0.5)
    if len(filled) < 4 * count:
        return []
    left, right = int(filled[0]), int(filled[-1]) + 1
    step = (right - left) / count
    cuts = [left]
    for number in range(1, count):
        low, high = round(left + step * (number - 0.3)), round(left + step * (number + 0.3))
        cuts.append(low + int(np.argmin(columns[low:high])))
    parts = []
    for start, end in itertools.pairwise([*cuts, right]):
        slab = np.zeros_like(piece.ink)
        for row, shift in enumerate(shifts):
            first, last = max(0, start - reach + shift), max(0, end - reach + shift)
            slab[row, first:last] = piece.ink[row, first:last]
        rows, places = np.nonzero(slab > 0.5)
        if len(rows) < 6:
            return []
        x0, x1, y0, y1 = places.min(), places.max() + 1, rows.min(), rows.max() + 1
        cut = slab[y0:y1, x0:x1]
        box = (piece.x0 + int(x0), piece.y0 + int(y0), piece.x0 + int(x1), piece.y0 + int(y1))
        parts.append(Piece(*box, _square(cut), cut))
    return parts


# Naming


def _signs_of(whole: Piece, row: Array, usual: float) -> list[Sign]:
    """The sign of a shape, or the digits and strokes of the way it comes apart most clearly."""
    best, clearest = [_sign(whole, row)], 0.7
    if row[:20].max() >= SURE:
        return best
    for parts in _parts(whole, usual):
        named = classify([part.picture for part in parts])
        clear = float(named[:, :-1].max(axis=1).min())
        if clear > clearest and named[:, :20].max() > clearest:
            best, clearest = [_sign(part, chances) for part, chances in zip(parts, named, strict=True)], clear
    return best


def _sign(piece: Piece, row: Array) -> Sign:
    best = CLASSES[int(np.argmax(row))]
    # A stroke that touches a digit looks like a stroke, but is too wide for one.
    named = best == "," or (best == "/" and piece.width < 0.6 * piece.height)
    return Sign(piece.x0, piece.x1, tuple(row.tolist()), best if named else "")


def _usual_height(found: Sequence[Piece]) -> int:
    """About the height of the line's higher shapes; letters with marks and bars that reach further do not count."""
    highest = max(piece.height for piece in found)
    usual = float(np.median([piece.height for piece in found if piece.height >= 0.3 * highest]))
    return round(min(highest, 1.5 * usual))


def _floor(large: Sequence[Piece]) -> float:
    """The line most shapes stand on."""
    return float(np.median([piece.y1 for piece in large])) if large else 0.0


def _point(piece: Piece, floor: float, tall: int) -> Sign:
    """A small piece by its place: `.` and `,` on the line, `-` above it; empty for accents and specks."""
    text = ""
    if piece.width > 1.5 * piece.height and piece.y1 < floor - 0.1 * tall:
        text = "-"
    elif piece.y1 >= floor - 0.12 * tall and piece.height <= 0.4 * tall:
        text = "," if piece.y1 > floor + 0.1 * tall or piece.height > 1.6 * piece.width else "."
    return Sign(piece.x0, piece.x1, point=text)


def _softmax(values: Array) -> Array:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


@functools.cache
def _networks() -> tuple[tuple[Array, Array, Array, Array], ...]:
    stored = json.loads(resources.files("evidence.text").joinpath("tables/digit_shapes.json").read_text("utf-8"))
    return tuple(
        (_unpacked(net["w1"]), _unpacked(net["b1"]), _unpacked(net["w2"]), _unpacked(net["b2"]))
        for net in stored["networks"]
    )


def _unpacked(stored: dict[str, Any]) -> Array:
    whole = np.frombuffer(base64.b64decode(stored["int8"]), np.int8).astype(np.float32)
    return (whole * stored["scale"]).reshape(stored["shape"]).astype(np.float32)
