"""Tables of a printed page: cells between its ruling lines, and which stretches of its text stand in them.

Geometry is PDFium's drawn lines; the words of a cell are the page's own repaired text, so that they can be quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evidence.text.pdf_page import Box, PdfPageView
from evidence.text.thai import Repaired

SNAP = 3.0
"""Lines closer than this (points) are one line; ends that miss another line by less meet it."""
SHORTEST = 6.0
MOST_LINES = 400
MOST_CELLS = 6000
_FRAME_SHARE = 0.8
_CUT_SHARE = 0.15
"""Cells whose words begin in the middle of a word: above this share the lines are a drawing, not a table."""
_MARK = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
_RUN = re.compile(r"\S{1,12}")
"""Stretches without blanks, short enough to lie in one row: their ends tell where they stand."""
_NUMBER = re.compile(r"[\d๐-๙][\d๐-๙,.\s%/-]*|-+")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell and the stretches of the page's text in it, in reading order."""

    spans: tuple[Span, ...] = ()

    def text(self, page_text: str) -> str:
        """The cell's words; stretches that do not touch in the page's text are set on lines of their own."""
        return "\n".join(page_text[start:end] for start, end in self.spans)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of one page. A cell that spans rows or columns is repeated in all of them (the same object)."""

    box: Box
    rows: tuple[tuple[GridCell, ...], ...]

    @property
    def columns(self) -> int:
        return len(self.rows[0])

    def header_rows(self, page_text: str) -> int:
        """How many leading rows are column headings: the first row of names, and rows its cells reach into."""
        first = self.rows[0]
        count = 1
        if len(set(map(id, first))) == 1 and len(self.rows) > 2:
            count, first = 2, self.rows[1]
        texts = [cell.text(page_text).strip() for cell in {id(cell): cell for cell in first}.values()]
        filled = [text for text in texts if text]
        if len(filled) < 2 or any(_NUMBER.fullmatch(text) for text in filled):
            return 0
        tall = {id(cell) for cell in first if cell.spans}
        while count < len(self.rows) - 1 and any(id(cell) in tall for cell in self.rows[count]):
            count += 1
        return count


def find(view: PdfPageView, repaired: Repaired) -> list[Grid]:
    """The ruled tables of a page, top to bottom; `repaired` is the repair of the page's own raw text."""
    drawing = view.drawing
    return _ruled(drawing.rules, view, repaired) or (
        _ruled(drawing.rules + drawing.fills, view, repaired) if drawing.fills else []
    )


def _ruled(rules: Sequence[Box], view: PdfPageView, repaired: Repaired) -> list[Grid]:
    if len(rules) < 4:
        return []
    frames = [frame for lines in _components(*_lines(rules)) if (frame := _frame(lines))]
    if not frames:
        return []
    _fill(frames, view, repaired)
    grids = [grid for frame in frames if (grid := _grid(frame, repaired.text))]
    return sorted(grids, key=lambda grid: (grid.box[1], grid.box[0]))


@dataclass(slots=True)
class _Line:
    """A ruling line: its place across, and from where to where it runs."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class _Frame:
    """The elementary cells of a table and which of them are one."""

    xs: list[float]
    ys: list[float]
    group: list[list[int]]
    spans: dict[int, list[Span]] = field(default_factory=dict)


# Lines


def _lines(rules: Sequence[Box]) -> tuple[list[_Line], list[_Line]]:
    """Level and upright lines, snapped and joined."""
    level, upright = [], []
    for x0, y0, x1, y1 in rules:
        if x1 - x0 >= y1 - y0:
            level.append(_Line((y0 + y1) / 2, x0, x1))
        else:
            upright.append(_Line((x0 + x1) / 2, y0, y1))
    return _joined(level), _joined(upright)


def _joined(lines: list[_Line]) -> list[_Line]:
    """Lines at nearly the same place are set to one place, and pieces that touch are made one."""
    lines.sort(key=lambda line: line.at)
    joined: list[_Line] = []
    bunch: list[_Line] = []
    for line in lines:
        if bunch and line.at - bunch[-1].at > SNAP:
            joined += _pieces(bunch)
            bunch = []
        bunch.append(line)
    if bunch:
        joined += _pieces(bunch)
    long_enough = [line for line in joined if line.end - line.start >= SHORTEST]
    return sorted(long_enough, key=lambda line: line.start - line.end)[:MOST_LINES]


def _pieces(bunch: list[_Line]) -> list[_Line]:
    at = sum(line.at for line in bunch) / len(bunch)
    pieces: list[_Line] = []
    for line in sorted(bunch, key=lambda line: line.start):
        if pieces and line.start <= pieces[-1].end + SNAP:
            pieces[-1].end = max(pieces[-1].end, line.end)
        else:
            pieces.append(_Line(at, line.start, line.end))
    return pieces


def _components(level: list[_Line], upright: list[_Line]) -> Iterable[tuple[list[_Line], list[_Line]]]:
    """Sets of lines that meet one another."""
    parent = list(range(len(level) + len(upright)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for i, a in enumerate(level):
        for j, b in enumerate(upright, start=len(level)):
            if a.start - SNAP <= b.at <= a.end + SNAP and b.start - SNAP <= a.at <= b.end + SNAP:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[_Line], list[_Line]]] = {}
    for i, line in enumerate(level):
        groups.setdefault(root(i), ([], []))[0].append(line)
    for j, line in enumerate(upright, start=len(level)):
        groups.setdefault(root(j), ([], []))[1].append(line)
    return groups.values()


# Cells


def _frame(lines: tuple[list[_Line], list[_Line]]) -> _Frame | None:
    """The grid of a set of lines, or None where it has fewer than two rows or columns."""
    level, upright = lines
    if len(level) < 2 or not upright:
        return None
    left = min(line.start for line in level)
    right = max(line.end for line in level)
    xs = _places([line.at for line in upright] + [left, right])
    ys = _places([line.at for line in level])
    if len(xs) < 3 or len(ys) < 3 or (len(xs) - 1) * (len(ys) - 1) > MOST_CELLS:
        return None
    return _Frame(xs, ys, _groups(xs, ys, level, upright))


def _places(values: list[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > SNAP:
            places.append(value)
    return places


def _groups(xs: list[float], ys: list[float], level: list[_Line], upright: list[_Line]) -> list[list[int]]:
    """For every elementary cell the number of its group: cells with no line between them are one."""
    width, height = len(xs) - 1, len(ys) - 1
    parent = list(range(width * height))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    walls = _coverage(upright, xs, ys)
    floors = _coverage(level, ys, xs)
    for row in range(height):
        for column in range(width):
            here = row * width + column
            if column and (column, row) not in walls:
                parent[root(here)] = root(here - 1)
            if row and (row, column) not in floors:
                parent[root(here)] = root(here - width)
    group = [[root(row * width + column) for column in range(width)] for row in range(height)]
    _split_odd_shapes(group, width)
    return group


def _coverage(lines: list[_Line], across: list[float], along: list[float]) -> set[tuple[int, int]]:
    """Which stretches between two places of `along` a line at a place of `across` covers, as (across, along)."""
    covered = set()
    for line in lines:
        at = min(range(len(across)), key=lambda index: abs(across[index] - line.at))
        for index in range(len(along) - 1):
            middle = (along[index] + along[index + 1]) / 2
            if line.start <= middle <= line.end:
                covered.add((at, index))
    return covered


def _split_odd_shapes(group: list[list[int]], width: int) -> None:
    """A group that is no rectangle (a line missing somewhere) falls apart into its elementary cells."""
    places: dict[int, list[tuple[int, int]]] = {}
    for row, numbers in enumerate(group):
        for column, number in enumerate(numbers):
            places.setdefault(number, []).append((row, column))
    for cells in places.values():
        rows, columns = {row for row, _ in cells}, {column for _, column in cells}
        if len(rows) * len(columns) != len(cells):
            for row, column in cells:
                group[row][column] = row * width + column


# Words


def _fill(frames: list[_Frame], view: PdfPageView, repaired: Repaired) -> None:
    """Give every stretch of text to the cell its letters stand in."""
    text, offsets = repaired.text, repaired.offsets

    def owners(places: Sequence[int]) -> list[int]:
        return _owners(frames, view.letter_boxes([offsets[place] for place in places]))

    words = [run.span() for run in _RUN.finditer(text)]
    ends = owners([first for first, _ in words]), owners([last - 1 for _, last in words])
    whole = [own >= 0 and own == end and last - first > 2 for (first, last), own, end in zip(words, *ends, strict=True)]
    torn = [place for span, one in zip(words, whole, strict=True) if not one for place in range(*span)]
    owner_of = dict(zip(torn, owners(torn), strict=True))
    held = _OUTSIDE
    start = end = 0

    def close() -> None:
        if held >= 0:
            frame, number = divmod(held, _GROUPS)
            frames[frame].spans.setdefault(number, []).append((start, end))

    for (first, last), owner, one in zip(words, ends[0], whole, strict=True):
        if one:
            if owner != held:
                close()
                start, held = first, owner
            end = last
            continue
        for place in range(first, last):
            owner = held if held >= 0 and _MARK.match(text, place) else owner_of[place]
            if owner == _NOWHERE:
                owner = held if place == end else _OUTSIDE
            if owner != held:
                close()
                start, held = place, owner
            end = place + 1
    close()


_OUTSIDE, _NOWHERE = -1, -2
_GROUPS = 1 << 20


def _owners(frames: Sequence[_Frame], boxes: NDArray[np.float64]) -> list[int]:
    """For every box the number of the cell its middle stands in (frame * `_GROUPS` + group), `_OUTSIDE`, or `_NOWHERE`
    for what is not drawn."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    owners = np.where(np.isnan(x), _NOWHERE, _OUTSIDE)
    for index, frame in reversed(list(enumerate(frames))):
        column, row = np.searchsorted(frame.xs, x, "right") - 1, np.searchsorted(frame.ys, y, "right") - 1
        inside = (column >= 0) & (column < len(frame.xs) - 1) & (row >= 0) & (row < len(frame.ys) - 1)
        owners[inside] = index * _GROUPS + np.array(frame.group)[row[inside], column[inside]]
    return list(owners.tolist())


def _grid(frame: _Frame, text: str) -> Grid | None:
    """The table of a frame, without rows and columns that hold nothing of their own; None for a mere frame."""
    sizes = [sum(end - start for start, end in spans) for spans in frame.spans.values()]
    if len(sizes) < 3 or max(sizes) > _FRAME_SHARE * sum(sizes):
        return None
    starts = [start for spans in frame.spans.values() for start, _ in spans if start]
    if sum(not text[start - 1].isspace() for start in starts) > _CUT_SHARE * len(starts):
        return None
    cells = {number: GridCell(tuple(spans)) for number, spans in frame.spans.items()}
    empty: dict[int, GridCell] = {}
    numbers = _without_repeats(frame.group)
    numbers = _without_empty(numbers, cells)
    numbers = _transposed(_without_empty(_without_repeats(_transposed(numbers)), cells))
    if len(numbers) < 2 or len(numbers[0]) < 2:
        return None
    rows = tuple(tuple(cells.get(number) or empty.setdefault(number, GridCell()) for number in row) for row in numbers)
    return Grid((frame.xs[0], frame.ys[0], frame.xs[-1], frame.ys[-1]), rows)


def _without_repeats(rows: list[list[int]]) -> list[list[int]]:
    """Rows that are wholly the row above (a line that parts nothing) left out."""
    return [row for index, row in enumerate(rows) if index == 0 or row != rows[index - 1]]


def _without_empty(rows: list[list[int]], cells: dict[int, GridCell]) -> list[list[int]]:
    """Rows in which no cell has words of its own (spacers, double lines) left out."""
    seen: set[int] = set()
    kept: list[list[int]] = []
    for row in rows:
        own = {number for number in row if number in cells}
        if own - seen or (own and not kept):
            kept.append(row)
        seen |= own
    return kept


def _transposed(rows: list[list[int]]) -> list[list[int]]:
    return [list(column) for column in zip(*rows, strict=True)]
