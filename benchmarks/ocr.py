"""How well scans are read: digit strings on drawn and real pages, letters on transcribed scans, and what it costs.

`python benchmarks/ocr.py [--strings 300] [--seed N]… [--fonts FOLDER]… [--unseen FOLDER]… [--scan FILE.pdf:TRUTH.txt]…`

Strings (years, dates, amounts, numbers) are drawn between words in Thai fonts at 14–18 pt, 200 dpi, worn like scans
(blur, noise, a slight turn, JPEG) and go through the whole OCR path, twelve to a page. A string is right when the
page's text has it; a year that is wrong and not listed as doubtful is a false statement, of which there may be none.
For each seed the same is measured of other strings (years of both eras, Thai and Arabic digits in one number, small
sizes, black and white) and, where folders of `--unseen` are given, of fonts none of whose shapes the network has
learnt from (`fonts` in `tables/digit_shapes.json` names those it has).
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import random
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from rapidfuzz.distance import Levenshtein

from evidence.text import digit_runs, digits, ocr
from evidence.text.document import PageText

TLWG = Path("/usr/share/fonts/truetype/tlwg")
FAMILIES = ("Laksaman", "Norasi", "Kinnari", "Garuda", "Loma", "Umpush", "Waree", "Sawasdee")
A_PAGE = 12
MONTHS = ("มกราคม", "มีนาคม", "เมษายน", "มิถุนายน", "กรกฎาคม", "กันยายน", "ตุลาคม", "ธันวาคม")
ENGLISH = ("January", "March", "June", "October", "December")
TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be drawn: its words, the strings of digits in it and those of them that are years."""

    text: str
    numbers: tuple[str, ...]
    years: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """How many strings were right, right and sure, wrong and in doubt, wrong and stated; and years stated wrong.

    `false_numbers` of those wrong and stated say a number that is not on the line; the others lack one, or have wrong
    letters or points.
    """

    total: int = 0
    right: int = 0
    sure: int = 0
    wrong_doubted: int = 0
    missing: int = 0
    wrong_stated: int = 0
    false_numbers: int = 0
    years: int = 0
    years_right: int = 0
    years_sure: int = 0
    years_false: int = 0

    def __iadd__(self, other: Tally) -> Tally:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
        return self

    def __str__(self) -> str:
        return (
            f"{self.right}/{self.total} right ({self.right / max(self.total, 1):.1%}), {self.sure} of them sure; "
            f"wrong: {self.wrong_doubted} doubted, {self.missing} not there, {self.wrong_stated} stated "
            f"({self.false_numbers} of them with a number that is not there, the others with wrong letters or none); "
            f"years: {self.years_right}/{self.years} right, {self.years_sure} sure, {self.years_false} wrong without doubt"
        )


def main() -> None:
    arguments = _arguments()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(time.strftime("%Y-%m-%d"), " ".join(["benchmarks/ocr.py", *sys.argv[1:]]), f"({machine})")
    fonts = [
        path
        for family in FAMILIES
        for path in sorted(TLWG.glob(f"{family}.ttf")) + sorted(TLWG.glob(f"{family}-Bold.ttf"))
    ]
    fonts += [path for folder in arguments.fonts for path in sorted(Path(folder).glob("*.ttf"))]
    unseen = [path for folder in arguments.unseen for path in sorted(Path(folder).glob("*.ttf"))]
    learnt = digits.fonts()
    seen = [path.name for path in unseen if path.name in learnt]
    if seen:
        sys.exit(f"--unseen: the network has learnt from {', '.join(seen)}")
    named = sorted({path.name for path in fonts} & learnt)
    print(f"{len(fonts)} fonts, {len(named)} of them learnt from; {len(unseen)} unseen fonts")
    with _Clock() as clock:
        for name, faces, write, wear in (
            ("drawn strings", fonts, line_of, worn),
            ("both eras, mixed digits, small, black and white", fonts, other_line_of, worn_more),
            ("unseen fonts", unseen, line_of, worn),
        ):
            together = Tally()
            for seed in (arguments.seed or [2565]) * bool(faces):
                tally = drawn(faces, arguments.strings, seed, write, wear, arguments.show)
                together += tally
                print(f"{name}, seed {seed}: {tally}", flush=True)
            if len(arguments.seed) > 1 and faces:
                print(f"{name}, all seeds: {together}")
    letters_of_scans = [0, 0]
    for scan in arguments.scan:
        pdf, truth = scan.split(":")
        wrong, letters, numbers = transcribed(Path(pdf), Path(truth), arguments.show)
        letters_of_scans = [letters_of_scans[0] + wrong, letters_of_scans[1] + letters]
        print(f"{Path(pdf).name}: CER {wrong / letters:.2%}; digit strings {numbers}")
    if letters_of_scans[1]:
        print(f"all scans: CER {letters_of_scans[0] / letters_of_scans[1]:.2%}")
    print(f"digits by shape: {clock.digits:.2f} s of {clock.whole:.2f} s ({clock.digits / clock.whole:.1%})")


def drawn(
    fonts: list[Path],
    strings: int,
    seed: int,
    write: Callable[[random.Random], Line],
    wear: Callable[[Image.Image, random.Random], Image.Image],
    show: bool = False,
) -> Tally:
    """Strings on drawn pages, read by the OCR path."""
    chance = random.Random(seed)
    tally = Tally()
    while tally.total < strings:
        lines = [write(chance) for _ in range(min(A_PAGE, strings - tally.total))]
        font = chance.choice(fonts)
        picture = wear(page_of(lines, font, chance, 11 if wear is worn_more else 14), chance)
        seen = ocr.read(picture, 60)
        page = seen.page_text(1) if seen else PageText(1, "", "", (0,), ocr.READER, 0.0)
        for number, wanted in enumerate(lines):
            count(wanted, page, nth_line(page, picture.height, len(lines), number), tally, f"{font.name}: " * show)
    return tally


def line_of(chance: random.Random) -> Line:
    """A line as documents have it, with one number that is asked for."""
    year = str(chance.randint(2550, 2569))
    kind = chance.choice(["year", "year", "fiscal", "date", "amount", "amount", "number"])
    thai = chance.random() < 0.85
    number, years = year, (year,)
    if kind == "year":
        text = f"ตามพระราชบัญญัติว่าด้วยการบริหารราชการ พ.ศ. {year} กำหนดให้หน่วยงาน"
    elif kind == "fiscal":
        text = f"แผนการดำเนินงานประจำปีงบประมาณ พ.ศ. {year} ของเทศบาล"
    elif kind == "date":
        number = f"{chance.randint(1, 30)} {chance.choice(MONTHS)} {year}"
        text = f"ประกาศ ณ วันที่ {number} เป็นต้นไป"
    elif kind == "amount":
        number, years = (
            f"{chance.randint(1000, 99999999):,}" + chance.choice(["", ".00", f".{chance.randint(10, 99)}"]),
            (),
        )
        text = f"เป็นเงินทั้งสิ้น {number} บาท ตามรายการดังนี้"
    else:
        number, years = f"{chance.randint(100, 9999)}/{year}", (year,)
        text = f"คำสั่งเทศบาลตำบล ที่ {number} เรื่อง แต่งตั้งคณะกรรมการ"
    if thai:
        text, number, years = (
            text.translate(TO_THAI),
            number.translate(TO_THAI),
            tuple(y.translate(TO_THAI) for y in years),
        )
    return Line(text, (number,), years)


def other_line_of(chance: random.Random) -> Line:
    """A line with years of the common era, spans of years, both kinds of digits in one number, several numbers."""
    year = chance.randint(2543, 2572)
    kind = chance.choice(["common", "common", "span", "both", "mixed", "short", "law"])
    if kind == "common":
        number = f"{chance.randint(1, 30)} {chance.choice(ENGLISH)} {year - 543}"
        return Line(f"Announced on {number} by the office", (number,), (str(year - 543),))
    if kind == "mixed":
        digits_of = [sign.translate(TO_THAI) if chance.random() < 0.5 else sign for sign in str(year)]
        number = "".join(digits_of)
        return Line(f"งบประมาณรายจ่ายประจำปี พ.ศ. {number} ของหน่วยงาน", (number,), (number,))
    if kind == "span":
        text, number, years = "แผนพัฒนาท้องถิ่น ระหว่าง พ.ศ. {} ของจังหวัด", f"{year}-{year + 4}", (year, year + 4)
    elif kind == "both":
        text, number, years = "ดำเนินการในปี {} แล้วเสร็จ", f"{year} ({year - 543})", (year, year - 543)
    elif kind == "short":
        text, number, years = "ครั้งที่ {} ในที่ประชุม", f"{chance.randint(1, 40)}/{year}", (year,)
    else:
        text, number, years = "ข้อบังคับ (ฉบับที่ {} เป็นต้นมา", f"{chance.randint(2, 19)}) พ.ศ. {year}", (year,)
    text = text.format(number)
    if chance.random() < 0.6:
        thai = tuple(str(one).translate(TO_THAI) for one in years)
        return Line(text.translate(TO_THAI), (number.translate(TO_THAI),), thai)
    return Line(text, (number,), tuple(map(str, years)))


def page_of(lines: list[Line], font: Path, chance: random.Random, smallest: int = 14) -> Image.Image:
    """The lines drawn on a page of 200 dpi."""
    size = chance.randint(smallest, 18)
    drawn_font = ImageFont.truetype(str(font), round(size * 200 / 72))
    step = round(size * 200 / 72 * 1.6)
    picture = Image.new("L", (1654, 240 + step * len(lines)), chance.randint(235, 255))
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text(
            (150 + chance.randint(0, 60), 120 + step * number), line.text, font=drawn_font, fill=chance.randint(0, 70)
        )
    return picture


def worn(picture: Image.Image, chance: random.Random) -> Image.Image:
    """The page turned a little, blurred, with noise and JPEG's marks."""
    ground = int(np.percentile(np.asarray(picture), 80))
    picture = picture.rotate(chance.uniform(-1.0, 1.0), Image.Resampling.BICUBIC, fillcolor=ground)
    picture = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0.0, 1.1)))
    levels = np.asarray(picture, np.float32)
    levels = levels + np.random.default_rng(chance.randrange(1 << 30)).normal(
        0, chance.choice([0, 5, 10, 15]), levels.shape
    )
    packed = io.BytesIO()
    Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8)).save(packed, "JPEG", quality=chance.randint(35, 85))
    return Image.open(packed).convert("L")


def worn_more(picture: Image.Image, chance: random.Random) -> Image.Image:
    """The page as a poor copier or a fax leaves it: thicker or thinner, black and white or uneven."""
    kind = chance.random()
    if kind < 0.25:
        picture = picture.filter(ImageFilter.MinFilter(3))
    levels = np.asarray(worn(picture, chance), np.float32)
    if kind > 0.7:
        levels = np.where(levels < np.float32(0.65) * np.median(levels), 0, 255)
    elif kind > 0.5:
        levels = levels - 50 * np.linspace(0, 1, levels.shape[0])[:, None]
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


def nth_line(page: PageText, height: int, count: int, number: int) -> tuple[int, int]:
    """The span of the page's text that stands at the height of a drawn page's line."""
    step = (height - 240) / count
    middle = 120 + step * (number + 0.4)
    inside = [box for box in page.word_boxes if abs((box[3] + box[5]) / 2 - middle) < 0.5 * step]
    if not inside:
        return 0, 0
    best, start = (0, 0, 0), 0
    for line in page.text.split("\n"):
        here = sum(box[1] - box[0] for box in inside if start <= box[0] <= start + len(line))
        best = max(best, (here, start, start + len(line)))
        start += len(line) + 1
    return best[1], best[2]


def count(wanted: Line, page: PageText, span: tuple[int, int], tally: Tally, show: str = "") -> None:
    """Compare what a page says on a line with the wanted one."""
    start, end = span
    for number in wanted.numbers:
        tally.total += 1
        found = page.text[start:end].replace(" ", "").find(number.replace(" ", ""))
        clear = not _in_doubt(page, start, end)
        if found >= 0:
            tally.right += 1
            tally.sure += clear
        elif not re.search("[0-9๐-๙]", page.text[start:end]):
            tally.missing += 1
        elif clear:
            tally.wrong_stated += 1
            said = re.findall("[0-9๐-๙]+", page.text[start:end])
            tally.false_numbers += not set(said) <= set(re.findall("[0-9๐-๙]+", wanted.text))
        else:
            tally.wrong_doubted += 1
        if show and found < 0:
            print(show, number, "←", page.text[start:end].strip(), "" if clear else "(doubted)")
    for year in wanted.years:
        tally.years += 1
        stated = list(re.finditer("(?<![0-9๐-๙])[0-9๐-๙]{4}(?![0-9๐-๙])", page.text[start:end]))
        tally.years_right += any(match[0] == year for match in stated)
        for match in stated:
            clear = not _in_doubt(page, start + match.start(), start + match.end())
            tally.years_sure += clear and match[0] == year
            false = clear and match[0] != year and match[0] not in "".join(wanted.numbers)
            tally.years_false += false
            if show and false:
                print(show, "WRONG YEAR STATED", match[0], "for", year)


def transcribed(pdf: Path, truth: Path, show: bool = False) -> tuple[int, int, Tally]:
    """Wrong and all letters of a scan's transcribed lines (blanks left out), and its strings of digits."""
    document = pypdfium2.PdfDocument(pdf)
    seen = ocr.read_pdf_page(document[0], 60)
    assert seen, "Tesseract failed"
    page = seen.page_text(1)
    wrong = letters = 0
    tally = Tally()
    for line in truth.read_text("utf-8").splitlines():
        start, end = _likest(page.text, line)
        bare, read = "".join(line.split()), "".join(page.text[start:end].split())
        distance = min(Levenshtein.distance(bare, read), len(bare))
        wrong, letters = wrong + distance, letters + len(bare)
        if show and distance:
            print(f"{distance:3d} {line}\n    {page.text[start:end]}")
        numbers = tuple(n for n in re.findall("[๐-๙][๐-๙.,/-]*[๐-๙]|[๐-๙]", line))
        years = tuple(n for n in numbers if re.fullmatch("๒[๔๕][๐-๙]{2}", n))
        count(Line(line, numbers, years), page, (start, end), tally, "scan: " if show else "")
    return wrong, letters, tally


def _likest(text: str, wanted: str) -> tuple[int, int]:
    """The line of the text that is most like the wanted one."""
    bare = "".join(wanted.split())
    best, start = (len(bare) + 1, 0, 0), 0
    for line in text.split("\n"):
        distance = Levenshtein.distance(bare, "".join(line.split()))
        best = min(best, (distance, start, start + len(line)))
        start += len(line) + 1
    return (best[1], best[2]) if best[0] <= len(bare) else (0, 0)


def _in_doubt(page: PageText, start: int, end: int) -> bool:
    """Whether a digit of the span is listed as doubtful."""
    places = [place for place in range(start, end) if page.text[place].isdigit()]
    return any(a <= place < b for a, b in page.doubtful for place in places)


class _Clock:
    """Measures the digit reader's part of the OCR path."""

    def __enter__(self) -> _Clock:
        self.digits = self.whole = 0.0
        inner, outer = digit_runs.correct, ocr.read
        self._kept = inner, outer

        def correct(*given: object) -> digit_runs.Corrected:
            started = time.perf_counter()
            corrected = inner(*given)  # type: ignore[arg-type]
            self.digits += time.perf_counter() - started
            return corrected

        def read(*given: object) -> ocr.Seen | None:
            started = time.perf_counter()
            seen = outer(*given)  # type: ignore[arg-type]
            self.whole += time.perf_counter() - started
            return seen

        digit_runs.correct, ocr.read = correct, read  # type: ignore[assignment]
        return self

    def __exit__(self, *_: object) -> None:
        digit_runs.correct, ocr.read = self._kept


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strings", type=int, default=300)
    parser.add_argument("--seed", type=int, action="append", default=[])
    parser.add_argument("--fonts", action="append", default=[])
    parser.add_argument("--unseen", action="append", default=[])
    parser.add_argument("--scan", action="append", default=[])
    parser.add_argument("--show", action="store_true", help="print what was read wrong")
    return parser.parse_args()


if __name__ == "__main__":
    main()
