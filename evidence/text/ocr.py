"""Reads pictures of text with Tesseract (Thai and English), with a box for every few letters and doubts marked.

No Thai model of Tesseract can give out ๔ ๖ ๗ ๘ ๙ (they are not in its character set), so every run of Thai digits is
doubtful: on a real scan พ.ศ. ๒๕๖๘ is read ๒๕๒๕.
"""

from __future__ import annotations

import csv
import functools
import io
import os
import re
import shutil
import subprocess
import tempfile
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image

from evidence.text import pdf_blocks, quality
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

_THAI_DIGITS = re.compile("[๐-๙](?:[๐-๙.,/-]|[ก-ฮA-Za-z](?=[๐-๙]))*")
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
    line: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """What OCR made of a picture. `raw` is Tesseract's text output as it is; boxes are in the caller's unit."""

    raw: str
    repaired: Repaired
    words: tuple[Word, ...]
    quality: float
    letters: int
    latin: int

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
            doubtful=tuple(_doubtful(self.text, placed)),
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
    """The text of a picture, turned upright where it lies on its side. Boxes are pixels times `unit`."""
    image = image.convert("L")
    best = _recognise(image, seconds * 0.6, unit)
    if best is None or (best.quality >= POOR and best.letters + best.latin >= 40):
        return best
    turned = _quarter_turns(image, seconds * 0.1)
    if turned:
        other = _recognise(image.rotate(90 * turned, expand=True), seconds * 0.3, unit)
        if other and other.quality * (other.letters + other.latin) > best.quality * (best.letters + best.latin):
            return _turned_back(other, turned, image.width * unit, image.height * unit)
    return best


def _recognise(image: Image.Image, seconds: float, unit: float) -> Seen | None:
    """One run of Tesseract: its text and its table of words come from the same pass."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.png", Path(folder) / "page"
        image.save(source, compress_level=1)
        options = ["-l", LANGUAGES, "--psm", "3", "--dpi", str(DPI), "txt", "tsv"]
        if not _run(["tesseract", str(source), str(target), *options], seconds):
            return None
        raw = target.with_suffix(".txt").read_text(encoding="utf-8", errors="replace")
        table = target.with_suffix(".tsv").read_text(encoding="utf-8", errors="replace")
    repaired = repair(raw)
    score = quality.score(repaired.text)
    latin = sum(len(word) for word in _LATIN.findall(repaired.text))
    return Seen(raw, repaired, tuple(_words(raw, table, unit)), score, quality.letters(repaired.text), latin)


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


def _words(raw: str, table: str, unit: float) -> Iterator[Word]:
    """Tesseract's words found again in its text, joined to groups of a few letters where no blank parts them."""
    place = 0
    held: Word | None = None
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if not text:
            continue
        start = raw.find(text, place)
        if start < 0:
            continue
        place = start + len(text)
        left, top = float(row["left"]) * unit, float(row["top"]) * unit
        box = (left, top, left + float(row["width"]) * unit, top + float(row["height"]) * unit)
        line = (int(row["block_num"]), int(row["par_num"]), int(row["line_num"]))
        word = Word(start, place, box, float(row["conf"]), line)
        if held and held.end == start and held.line == line and place - held.start <= _LONGEST_WORD:
            held = Word(held.start, place, _hull(held.box, box), min(held.confidence, word.confidence), line)
            continue
        if held:
            yield held
        held = word
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


def _doubtful(text: str, placed: Sequence[tuple[int, int, Word]]) -> Iterator[tuple[int, int]]:
    """Spans of runs of Thai digits and of words Tesseract was not sure of, in order and without overlap."""
    spans = [match.span() for match in _THAI_DIGITS.finditer(text)]
    spans += [(start, end) for start, end, word in placed if word.confidence < DOUBTFUL_BELOW]
    held: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if held and start <= held[1]:
            held = (held[0], max(held[1], end))
            continue
        if held:
            yield held
        held = (start, end)
    if held:
        yield held


def _turned_back(seen: Seen, turns: int, width: float, height: float) -> Seen:
    """Boxes of a picture that was turned counter-clockwise, as places of the picture as it lies."""
    words = tuple(
        Word(word.start, word.end, _turned_box(word.box, turns, width, height), word.confidence, word.line)
        for word in seen.words
    )
    return Seen(seen.raw, seen.repaired, words, seen.quality, seen.letters, seen.latin)


def _turned_box(box: Box, turns: int, width: float, height: float) -> Box:
    x0, y0, x1, y1 = box
    if turns == 1:
        return width - y1, x0, width - y0, x1
    if turns == 2:
        return width - x1, height - y1, width - x0, height - y0
    return y0, height - x1, y1, height - x0


def _hull(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
