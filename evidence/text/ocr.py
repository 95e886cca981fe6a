"""Reads pictures of text with Tesseract (Thai and English), with a box for every few letters and doubts marked.

No Thai model of Tesseract can give out ๔ ๖ ๗ ๘ ๙ (they are not in its character set): on a real scan พ.ศ. ๒๕๖๘ is read
๒๕๒๕. So digits are read once more by their shapes (`digit_runs`), and those that are not clear are doubtful.
"""

from __future__ import annotations

import functools
import html
import math
import os
import re
import shutil
import subprocess
import tempfile
from bisect import bisect_left
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from evidence.text import digit_runs, pdf_blocks, quality
from evidence.text.document import PageText
from evidence.text.thai import Repaired, repair

READER = "tesseract"
DPI = 200
"""Character error on real scans is 4% at 200 dpi and no better above (measured); time grows with the pixels."""
MOST_PIXELS = 12_000_000
LANGUAGES = "tha+eng"
DOUBTFUL_BELOW = 60.0
"""Tesseract's word confidence (0–100) below which a word is listed as doubtful."""
POOR = 0.85
"""Below this quality another orientation is tried."""

_LINE_BOX = re.compile(
    "<span class='ocr_(?:line|header|caption|textfloat)'[^>]*bbox ([0-9]+) ([0-9]+) ([0-9]+) ([0-9]+)"
)
_THAI_DIGIT = re.compile("[๐-๙]")
_LAYOUT = re.compile(
    "<span class='ocrx_cinfo' title='x_bboxes (?P<box>[0-9 ]+);[^>]*>(?P<letter>[^<]*)</span>"
    "|<span class='ocrx_word'[^>]*x_wconf (?P<confidence>[0-9]+)"
    "|(?P<line><span class='ocr_(?:line|header|caption|textfloat)')"
)
_PATCH, _UNEVEN, _EDGE = 96, 40, 25
_LEAST_SKEW, _SKEW_GAIN, _SIDEWAYS_GAIN = 0.5, 1.1, 2.0
_LATIN = re.compile("[A-Za-z]{2,}")
_LONGEST_WORD = 6

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Word:
    """A few letters of the raw text that stand together, their box and Tesseract's confidence (0–100)."""

    start: int
    end: int
    box: Box
    confidence: float
    line: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What OCR made of a picture. `raw` is Tesseract's text output as it is; boxes are in the caller's unit.

    `sure` and `doubted` are spans of the text: digits whose shapes are clear, and digits whose shapes are not.
    `lies`: most of the lines run down the page.
    """

    raw: str
    repaired: Repaired
    words: tuple[Word, ...]
    quality: float
    letters: int
    latin: int
    sure: tuple[tuple[int, int], ...] = ()
    doubted: tuple[tuple[int, int], ...] = ()
    lies: bool = False

    @property
    def text(self) -> str:
        return self.repaired.text

    def page_text(self, number: int, first_page: bool = True, width: float = 0.0, height: float = 0.0) -> PageText:
        """The page of a document that this text makes."""
        placed = tuple(_over_text(self.words, self.repaired))
        return PageText(
            number=number,
            text=self.text,
            raw=self.raw,
            offsets=self.repaired.offsets,
            reader=READER,
            quality=self.quality,
            repairs=self.repaired.repairs,
            blocks=pdf_blocks.blocks_of(self.text, _lines(self.text, placed), first_page),
            doubtful=tuple(_doubtful(self, placed)),
            word_boxes=tuple((start, end, *word.box) for start, end, word in placed),
            width=width,
            height=height,
        )


@functools.cache
def available() -> bool:
    """Whether Tesseract with its Thai and English models is installed."""
    program = shutil.which("tesseract")
    if not program:
        return False
    try:
        listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return {"tha", "eng"} <= set(listed.stdout.split())


def read_pdf_page(page: pypdfium2.PdfPage, seconds: float) -> Seen | None:
    """The text of a PDF page's picture; boxes in points, origin top left. None when Tesseract fails or is too slow."""
    width, height = page.get_size()
    scale = min(DPI / 72, (MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    image = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil()
    return read(image, seconds, 1 / scale)


def read(image: Image.Image, seconds: float, unit: float = 1.0) -> Seen | None:
    """The text of a picture, set upright where it is skewed or lies on its side. Boxes are pixels times `unit`."""
    image = _evened(image.convert("L"))
    degrees, sideways = _tilt(image)
    straight = _rotated(image, degrees) if degrees else image
    seen = _upright(straight, sideways, seconds, unit)
    return _tilted_back(seen, degrees, straight, image, unit) if seen and degrees else seen


def skew(image: Image.Image) -> float:
    """Degrees (within ±6) by which to turn a grey picture counter-clockwise for its lines to run straight; 0.0 if so.

    The lines may run across or down. Found by how sharply ink and gaps between lines alternate (projection profile).
    """
    return _tilt(image)[0]


def _evened(image: Image.Image) -> Image.Image:
    """The grey picture with its paper equally light everywhere, where light falls off over it as on a photograph.

    Tesseract cuts ink from paper by one threshold for the page. Fields of colour have edges and stay as they are.
    """
    across, down = max(2, image.width // _PATCH), max(2, image.height // _PATCH)
    levels = np.asarray(image.resize((across * 16, down * 16), Image.Resampling.BOX)).reshape(down, 16, across, 16)
    paper = np.percentile(levels, 85, axis=(1, 3))
    step = max(float(np.percentile(np.abs(np.diff(paper, axis=axis)), 98)) for axis in (0, 1))
    if np.percentile(paper, 95) - np.percentile(paper, 5) < _UNEVEN or step > _EDGE:
        return image
    ground = Image.fromarray(paper.astype(np.uint8)).resize(image.size, Image.Resampling.BICUBIC)
    lit = np.asarray(image, np.float32) * (245 / np.maximum(np.asarray(ground, np.float32), 30))
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))


def _upright(straight: Image.Image, sideways: bool, seconds: float, unit: float) -> Seen | None:
    """The text of a picture whose lines run straight, across or down: the way up that reads best."""
    first = _quarter_turns(straight, seconds * 0.2) if sideways else 0
    best = _turned(straight, first, seconds * 0.5, unit)
    if best is None or (not best.lies and best.quality >= POOR and best.letters + best.latin >= 40):
        return best
    turns = 0 if first else _quarter_turns(straight, seconds * 0.2)
    other = _turned(straight, turns, seconds * 0.3, unit) if turns != first else None
    weight = 0.7 if best.lies else 1.0
    better = other and other.quality * (other.letters + other.latin) > weight * best.quality * (
        best.letters + best.latin
    )
    return other if better else best


def _turned(straight: Image.Image, turns: int, seconds: float, unit: float) -> Seen | None:
    """The text of a picture turned counter-clockwise by quarters, its boxes where it lies."""
    if not turns:
        return _recognise(straight, seconds, unit)
    seen = _recognise(straight.rotate(90 * turns, expand=True), seconds, unit)
    return _turned_back(seen, turns, straight.width * unit, straight.height * unit) if seen else None


def _tilt(image: Image.Image) -> tuple[float, bool]:
    """The skew (see `skew`), and whether the lines seem to run down the page."""
    scale = min(1.0, 900 / max(image.size))
    small = np.asarray(image.resize((max(1, int(image.width * scale)), max(1, int(image.height * scale)))))
    rows, columns = np.nonzero(small < 0.75 * float(np.median(small)))
    if not 200 <= len(rows) <= 0.4 * small.size:
        return 0.0, False
    across, down = _best_tilt(rows, columns), _best_tilt(columns, -rows)
    sideways = down[2] > _SIDEWAYS_GAIN * across[2]
    degrees, gain = across[:2] if across[2] >= down[2] else down[:2]
    return (degrees if abs(degrees) >= _LEAST_SKEW and gain > _SKEW_GAIN else 0.0), sideways


def _best_tilt(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> tuple[float, float, float]:
    """The angle of the sharpest profile, how much sharper it is than at 0°, and its sharpness."""

    def sharpness(degrees: float) -> float:
        places = np.rint(rows - columns * np.tan(np.radians(degrees))).astype(np.int64)
        profile = np.bincount(places - places.min()).astype(np.float64)
        return float((np.diff(profile) ** 2).sum())

    rough = max(np.arange(-6, 6.1, 0.5), key=sharpness)
    best = max(np.arange(rough - 0.4, rough + 0.41, 0.1), key=sharpness)
    sharpest = sharpness(best)
    return float(round(best, 1)), sharpest / max(sharpness(0.0), 1.0), sharpest


def _rotated(image: Image.Image, degrees: float) -> Image.Image:
    ground = int(np.percentile(np.asarray(image), 80))
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=ground)


def _recognise(image: Image.Image, seconds: float, unit: float) -> Seen | None:
    """One run of Tesseract: its text and the boxes of its letters come from the same pass; then digits by shape."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.png", Path(folder) / "page"
        image.save(source, compress_level=1)
        options = ["-l", LANGUAGES, "--psm", "3", "--dpi", str(DPI), "-c", "hocr_char_boxes=1", "txt", "hocr"]
        if not _run(["tesseract", str(source), str(target), *options], seconds):
            return None
        raw = target.with_suffix(".txt").read_text(encoding="utf-8", errors="replace")
        layout = target.with_suffix(".hocr").read_text(encoding="utf-8", errors="replace")
    letters = list(_letters(raw, layout))
    places = [digit_runs.Letter(letter.start, letter.end, letter.box, letter.line) for letter in letters]
    corrected = digit_runs.correct(np.asarray(image), raw, places)
    repaired = repair(corrected.text)
    sure = _spans(place for place, origin in enumerate(repaired.offsets) if origin in corrected.sure)
    doubted = _spans(place for place, origin in enumerate(repaired.offsets) if origin in corrected.doubtful)
    repairs = {**repaired.repairs, **({"digits": corrected.changed} if corrected.changed else {})}
    repaired = Repaired(repaired.text, tuple(corrected.origin[place] for place in repaired.offsets), repairs)
    score = quality.score(repaired.text)
    latin = sum(len(word) for word in _LATIN.findall(repaired.text))
    words = tuple(_words(letters, unit))
    return Seen(raw, repaired, words, score, quality.letters(repaired.text), latin, sure, doubted, _lies(layout))


def _run(command: list[str], seconds: float) -> bool:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(command, capture_output=True, timeout=max(seconds, 1.0), env=environment, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _quarter_turns(image: Image.Image, seconds: float) -> int:
    """Quarter turns (counter-clockwise) that make the writing upright, as Tesseract's orientation detection sees it."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.png", Path(folder) / "page"
        image.save(source, compress_level=1)
        if not _run(["tesseract", str(source), str(target), "-l", "osd", "--psm", "0", "--dpi", str(DPI)], seconds):
            return 0
        answer = target.with_suffix(".osd").read_text(encoding="utf-8", errors="replace")
    match = re.search(r"Rotate: (\d+)", answer)
    return (4 - int(match[1]) // 90) % 4 if match else 0


# Words and their places


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter of Tesseract's text, its box in pixels, its word's confidence and the number of its line."""

    start: int
    end: int
    box: Box
    confidence: float
    line: int


def _lies(layout: str) -> bool:
    """Whether most of the lines Tesseract found run down the page: they are higher than wide."""
    boxes = [tuple(map(int, match)) for match in _LINE_BOX.findall(layout)]
    return 2 * sum(y1 - y0 > 1.5 * (x1 - x0) for x0, y0, x1, y1 in boxes) > len(boxes)


def _letters(raw: str, layout: str) -> Iterator[_Letter]:
    """Tesseract's letters found again in its text, word by word."""
    place = line = 0
    confidence = 0.0
    word: list[tuple[str, Box]] = []
    for match in _LAYOUT.finditer(layout):
        if match["letter"] is not None:
            x0, y0, x1, y1 = map(float, match["box"].split())
            word.append((html.unescape(match["letter"]), (x0, y0, x1, y1)))
            continue
        if word:
            place = yield from _found(raw, place, word, confidence, line)
            word = []
        if match["line"]:
            line += 1
        else:
            confidence = float(match["confidence"])
    if word:
        yield from _found(raw, place, word, confidence, line)


def _found(
    raw: str, place: int, word: Sequence[tuple[str, Box]], confidence: float, line: int
) -> Generator[_Letter, None, int]:
    """The letters of a word with their places; returns where the word ends (or `place`, if it is not there)."""
    start = raw.find("".join(text for text, _ in word), place)
    if start < 0:
        return place
    for text, box in word:
        yield _Letter(start, start + len(text), box, confidence, line)
        start += len(text)
    return start


def _words(letters: Sequence[_Letter], unit: float) -> Iterator[Word]:
    """Letters that stand together, a few at a time."""
    held: Word | None = None
    for letter in letters:
        x0, y0, x1, y1 = letter.box
        box = (x0 * unit, y0 * unit, x1 * unit, y1 * unit)
        if held and held.end == letter.start and held.line == letter.line and letter.end - held.start <= _LONGEST_WORD:
            lower = min(held.confidence, letter.confidence)
            held = Word(held.start, letter.end, _hull(held.box, box), lower, letter.line)
            continue
        if held:
            yield held
        held = Word(letter.start, letter.end, box, letter.confidence, letter.line)
    if held:
        yield held


def _over_text(words: Sequence[Word], repaired: Repaired) -> Iterator[tuple[int, int, Word]]:
    """Words with their span in the repaired text."""
    for word in words:
        start = bisect_left(repaired.offsets, word.start)
        end = bisect_left(repaired.offsets, word.end)
        if start < end <= len(repaired.text):
            yield start, end, word


def _lines(text: str, placed: Sequence[tuple[int, int, Word]]) -> list[pdf_blocks.Line]:
    """Lines of the text with the hull of their words."""
    lines = []
    index = 0
    for start, end in pdf_blocks.lines_of(text):
        boxes = []
        while index < len(placed) and placed[index][0] < end:
            if placed[index][1] > start:
                boxes.append(placed[index][2].box)
            index += 1
        if boxes:
            x0, y0, x1, y1 = functools.reduce(_hull, boxes)
            lines.append(pdf_blocks.Line(start, end, x0, y0, x1, y1, y1 - y0))
        else:
            lines.append(pdf_blocks.Line(start, end, 0, 0, 0, 0))
    return lines


def _doubtful(seen: Seen, placed: Sequence[tuple[int, int, Word]]) -> Iterator[tuple[int, int]]:
    """Spans of digits whose shape is not clear and of words Tesseract was not sure of, in order, without overlap."""
    doubted = {place for start, end in seen.doubted for place in range(start, end)}
    doubted |= {place for match in _THAI_DIGIT.finditer(seen.text) for place in range(*match.span())}
    for start, end, word in placed:
        if word.confidence < DOUBTFUL_BELOW:
            doubted.update(range(start, end))
    doubted -= {place for start, end in seen.sure for place in range(start, end)}
    yield from _spans(sorted(doubted))


def _spans(places: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Places in order, as spans."""
    spans: list[tuple[int, int]] = []
    for place in places:
        if spans and spans[-1][1] == place:
            spans[-1] = (spans[-1][0], place + 1)
        else:
            spans.append((place, place + 1))
    return tuple(spans)


def _turned_back(seen: Seen, turns: int, width: float, height: float) -> Seen:
    """Boxes of a picture that was turned counter-clockwise, as places of the picture as it lies."""
    words = tuple(
        Word(word.start, word.end, _turned_box(word.box, turns, width, height), word.confidence, word.line)
        for word in seen.words
    )
    return replace(seen, words=words)


def _tilted_back(seen: Seen, degrees: float, straight: Image.Image, image: Image.Image, unit: float) -> Seen:
    """Boxes of a picture that was turned by a few degrees, as the hulls of their places in the picture as it is."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def back(x: float, y: float) -> tuple[float, float]:
        x, y = x - straight.width * unit / 2, y - straight.height * unit / 2
        left, top = cosine * x - sine * y + image.width * unit / 2, sine * x + cosine * y + image.height * unit / 2
        return min(max(left, 0.0), image.width * unit), min(max(top, 0.0), image.height * unit)

    words = []
    for word in seen.words:
        x0, y0, x1, y1 = word.box
        xs, ys = zip(back(x0, y0), back(x1, y0), back(x0, y1), back(x1, y1), strict=True)
        words.append(replace(word, box=(min(xs), min(ys), max(xs), max(ys))))
    return replace(seen, words=tuple(words))


def _turned_box(box: Box, turns: int, width: float, height: float) -> Box:
    x0, y0, x1, y1 = box
    if turns == 1:
        return width - y1, x0, width - y0, x1
    if turns == 2:
        return width - x1, height - y1, width - x0, height - y0
    return y0, height - x1, y1, height - x0


def _hull(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
