"""Reads Thai and Arabic digits and the points between them from a cut of a page's picture, without cutting them apart.

A small convolutional network slides along the line and says for every second column which sign has its middle there,
if any; signs that touch, are broken or slanted need no cut. It is learnt from lines drawn in Thai fonts and worn like
scans (`scripts/digit_shapes.py` writes `tables/digit_shapes.json`). It knows nothing of numbers: no digit is likelier
than another where nothing is seen.
"""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

THAI = "๐๑๒๓๔๕๖๗๘๙"
ARABIC = "0123456789"
POINTS = ",./-"
CLASSES = (*THAI, *ARABIC, *POINTS, "")
"""What a sign can be; the empty string is anything else. The network's last class, after these, is no sign's middle."""
HEIGHT = 32
"""Rows of the strips that are looked at."""
CORE = 20
"""Rows of a strip between the top and the bottom of its digits."""

_RIM = (HEIGHT - CORE) // 2
_AROUND = 1.2
"""How far a strip reaches beyond the asked columns, in heights."""
_BESIDE = 0.12
"""How far a digit may reach out of its box, and how far its parts may be apart, in heights."""
_LONGEST = 60
"""Strips longer than this many heights are cut off."""
_APART = 10
_COLUMNS = 2048
_OFF_SCRIPT = 0.05
"""What digits of the other script weigh in a number of one script (digits of both in one number are rare, not unknown)."""

Array = NDArray[np.float32]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of a line: about where it stands (columns of the picture), and its likelihoods in the order of `CLASSES`.

    `there`: how sure it is that a sign has its middle here; `room`: the likelihood that another sign, which was not
    counted, stands between this one and the next.
    """

    x0: float
    x1: float
    chances: tuple[float, ...]
    there: float = 1.0
    room: float = 0.0

    @property
    def is_digit(self) -> bool:
        return sum(self.chances[:20]) > 0.5

    @property
    def point(self) -> str:
        """The comma, point, stroke or hyphen that it is; empty for digits and letters."""
        row = self.chances[20:24]
        best = max(range(4), key=row.__getitem__)
        return POINTS[best] if not self.is_digit and row[best] > self.chances[24] else ""

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def thai(self) -> float:
        """Likelihood that it is a Thai digit of any value."""
        return sum(self.chances[:10])

    def best(self, thai: bool) -> tuple[str, float]:
        """The likeliest digit in a number of that script, and its likelihood among all signs."""
        mine, other = (1.0, _OFF_SCRIPT) if thai else (_OFF_SCRIPT, 1.0)
        row = [chance * (mine if index < 10 else other) for index, chance in enumerate(self.chances[:20])]
        index = max(range(20), key=row.__getitem__)
        whole = sum(row) + sum(self.chances[20:])
        return CLASSES[index], row[index] / whole if whole > 0 else 0.0


def read_lines(grey: NDArray[np.uint8], boxes: Sequence[Box]) -> list[list[Sign]]:
    """The signs of a page (rows × columns) in and beside each box (x0, y0, x1, y1 of a piece of a line), left to right."""
    strips = [strip(grey, box) for box in boxes]
    found = _named([picture for picture, _, _ in strips])
    return [list(_signs(chances, left, scale)) for chances, (_, left, scale) in zip(found, strips, strict=True)]


def strip(grey: NDArray[np.uint8], box: Box, zoom: float = 1.0, drop: float = 0.0) -> tuple[Array, float, float]:
    """A cut of HEIGHT rows around a box, ink 1.0 and ground 0.0, its digits CORE rows high and in the middle.

    Also the picture's column where it begins, and how many columns of the strip stand for one of the picture.
    `zoom` and `drop` (shares of the height) shift what is cut: learning shows the network what a bad box gives.
    """
    x0, y0, x1, y1 = box
    tall = max(y1 - y0, 8.0)
    y0, y1 = (y0 + y1 - tall) / 2, (y0 + y1 + tall) / 2
    rows, columns = grey.shape
    left, right = max(0, int(x0 - _AROUND * tall)), min(columns, int(x1 + _AROUND * tall) + 1)
    right = min(right, left + int(_LONGEST * tall))
    top, bottom = max(0, int(y0 - 0.5 * tall)), min(rows, int(y1 + 0.5 * tall) + 1)
    if right - left < 2 or bottom - top < 4:
        return np.zeros((HEIGHT, 2), np.float32), float(left), 1.0
    ink = _ink(grey[top:bottom, left:right])
    first, last = _core(ink, int(x0 - left), int(x1 - left) + 1, y0 - top, y1 - top)
    middle, high = (first + last) / 2 + drop * (last - first), (last - first) * zoom
    scale = CORE / high
    reach = high * HEIGHT / CORE / 2
    above, below = middle - reach, middle + reach
    pad = int(max(0.0, -above, below - ink.shape[0])) + 1
    picture = Image.fromarray((np.pad(ink, ((pad, pad), (0, 0))) * 255).astype(np.uint8))
    width = max(2, 2 * round((right - left) * scale / 2))
    cut = picture.resize(
        (width, HEIGHT),
        Image.Resampling.BILINEAR,
        (0.0, max(0.0, above + pad), right - left, min(below + pad, picture.height)),
    )
    return (np.asarray(cut, np.float32) / 255).astype(np.float32), float(left), width / (right - left)


def _core(ink: Array, x0: int, x1: int, y0: float, y1: float) -> tuple[float, float]:
    """The rows between which the writing of the asked columns stands, in a box that may reach into other lines."""
    tall = y1 - y0
    low, high = max(0, int(y0 - 0.1 * tall)), min(ink.shape[0], int(y1 + 0.1 * tall) + 1)
    beside = round(_BESIDE * tall)
    profile = (ink[low:high, max(0, x0 - beside) : x1 + beside] > 0.5).sum(axis=1).astype(np.float32)
    if not profile.any():
        return y0, y1
    profile = np.minimum(profile, 3 * np.median(profile[profile > 0]))
    edges = np.flatnonzero(np.diff(np.pad((profile > 0.04 * profile.max()).astype(np.int8), 1))).tolist()
    bands = [(edges[0], edges[1])]
    for start, end in zip(edges[2::2], edges[3::2], strict=True):
        if start - bands[-1][1] <= _BESIDE * tall:
            bands[-1] = (bands[-1][0], end)
        else:
            bands.append((start, end))
    first, last = max(bands, key=lambda band: float(profile[slice(*band)].sum()))
    mass = np.cumsum(profile[first:last])
    top, bottom = np.searchsorted(mass, [0.03 * mass[-1], 0.97 * mass[-1]])
    if bottom + 1 - top < max(4.0, 0.2 * tall):
        return y0, y1
    return float(low + first + top), float(low + first + bottom + 1)


def _ink(grey: NDArray[np.uint8]) -> Array:
    """0.0 where the ground is, 1.0 where the ink is strongest, 0.5 at Otsu's threshold; light ink on a dark ground too."""
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
    apart = light[cut] - dark[cut]
    if apart < 25 or not np.isfinite(apart):
        return np.zeros(grey.shape, np.float32)
    middle = (light[cut] + dark[cut]) / 2
    darker = (middle - grey.astype(np.float32)) / apart
    return np.clip(0.5 + (darker if 2 * below[cut] <= below[-1] else -darker), 0, 1).astype(np.float32)


# The network


def _named(strips: Sequence[Array]) -> Iterator[Array]:
    """For every strip the likelihoods of each second column: rows are columns, columns the classes and no middle last."""
    held: list[Array] = []
    wide = 0
    for picture in strips:
        held.append(picture)
        wide += picture.shape[1] + _APART
        if wide > _COLUMNS:
            yield from _together(held)
            held, wide = [], 0
    if held:
        yield from _together(held)


def _together(strips: Sequence[Array]) -> Iterator[Array]:
    apart = np.zeros((HEIGHT, _APART), np.float32)
    chances = likelihoods(np.concatenate([part for picture in strips for part in (picture, apart)], axis=1))
    start = 0
    for picture in strips:
        yield chances[start // 2 : (start + picture.shape[1]) // 2]
        start += picture.shape[1] + _APART


def likelihoods(picture: Array) -> Array:
    """What the network says of a strip (HEIGHT × even width): width / 2 rows of likelihoods."""
    (w1, b1), (w2, b2), (w3, b3), (w4, b4), (w5, b5), (w6, b6) = _network()
    x = _convolved(picture[:, :, None], w1, b1)
    x = np.maximum(x[0::2], x[1::2])
    x = np.maximum(x[:, 0::2], x[:, 1::2])
    x = _convolved(x, w2, b2)
    x = _convolved(np.maximum(x[0::2], x[1::2]), w3, b3)
    x = _convolved(np.maximum(x[0::2], x[1::2]), w4, b4, whole=True)
    x = _convolved(x, w5, b5, spread=2)
    values = x[0] @ w6[0, 0] + b6
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def _convolved(x: Array, weights: Array, bias: Array, whole: bool = False, spread: int = 1) -> Array:
    """ReLU of a convolution of rows × columns × channels with weights of rows × columns × channels × channels.

    Columns (and rows, unless the weights span the `whole` height) keep their number; `spread` is the dilation along
    the columns.
    """
    high, wide, channels, outputs = weights.shape
    side, rim = spread * (wide // 2), 0 if whole else high // 2
    rows = 1 if whole else x.shape[0]
    padded = np.pad(x, ((rim, rim), (side, side), (0, 0)))
    parts = [
        padded[row : row + rows, spread * column : spread * column + x.shape[1]]
        for row in range(high)
        for column in range(wide)
    ]
    joined = np.concatenate(parts, axis=2).reshape(-1, high * wide * channels)
    values = joined @ weights.reshape(-1, outputs)
    values += bias
    np.maximum(values, 0, out=values)
    return values.reshape(rows, x.shape[1], outputs)


def fonts() -> frozenset[str]:
    """Names of the font files the network has learnt from."""
    return frozenset(_stored()["fonts"])


@functools.cache
def _network() -> tuple[tuple[Array, Array], ...]:
    layers = _stored()["layers"]
    return tuple((_unpacked(layer["weights"]), np.asarray(layer["bias"], np.float32)) for layer in layers)


def _stored() -> dict[str, Any]:
    return json.loads(resources.files("evidence.text").joinpath("tables/digit_shapes.json").read_text("utf-8"))


def _unpacked(stored: dict[str, Any]) -> Array:
    """Weights of a byte each; every output channel has its own scale."""
    whole = np.frombuffer(base64.b64decode(stored["int8"]), np.int8).astype(np.float32).reshape(stored["shape"])
    return (whole * np.asarray(stored["scale"], np.float32)).astype(np.float32)


# From columns to signs


def _signs(chances: Array, left: float, scale: float) -> Iterator[Sign]:
    """Columns next to each other where a sign has its middle, as signs."""
    nothing = chances.shape[1] - 1
    edges = np.flatnonzero(np.diff(np.pad((chances[:, nothing] < 0.5).astype(np.int8), 1))).tolist()
    runs = list(zip(edges[0::2], edges[1::2], strict=True))
    weights = [chances[start:end, :nothing].sum(axis=0) for start, end in runs]
    for number, (start, end) in enumerate(runs):
        half = (end - start) / 2
        room = 0.0
        if number + 1 < len(runs):
            between = chances[end : runs[number + 1][0], :nothing].copy()
            between[:, [int(weights[number].argmax()), int(weights[number + 1].argmax())]] = 0
            room = float(between.sum(axis=1).max(initial=0.0))
        yield Sign(
            x0=left + 2 * (start - half) / scale,
            x1=left + 2 * (end + half) / scale,
            chances=tuple((weights[number] / weights[number].sum()).tolist()),
            there=float(1 - chances[start:end, nothing].min()),
            room=room,
        )
