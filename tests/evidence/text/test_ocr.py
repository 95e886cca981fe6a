"""Reading pictures of text with Tesseract, set upright, with digits by shape. Pages are drawn here."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from evidence.text import ocr

FONTS = Path("/usr/share/fonts/truetype/tlwg")
pytestmark = [
    pytest.mark.skipif(not ocr.available(), reason="Tesseract with Thai and English is not installed"),
    pytest.mark.skipif(not (FONTS / "Laksaman.ttf").exists(), reason="fonts-thai-tlwg is not installed"),
]
WORDS = ("แผนการดำเนินงานประจำปีงบประมาณ พ.ศ.", "ของเทศบาลตำบลและหน่วยงานของรัฐ")
TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def page_of(lines: list[str], family: str = "Laksaman", size: int = 44) -> Image.Image:
    font = ImageFont.truetype(str(FONTS / f"{family}.ttf"), size)
    picture = Image.new("L", (1500, 160 + len(lines) * size * 2), 248)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((120, 80 + number * size * 2), line, font=font, fill=25)
    return picture


def worn(picture: Image.Image, chance: random.Random) -> Image.Image:
    picture = picture.rotate(chance.uniform(-0.8, 0.8), Image.Resampling.BICUBIC, fillcolor=248)
    picture = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0.2, 1.0)))
    noise = np.random.default_rng(chance.randrange(99999)).normal(
        0, chance.choice([0, 6, 12]), (picture.height, picture.width)
    )
    packed = io.BytesIO()
    Image.fromarray(np.clip(np.asarray(picture, float) + noise, 0, 255).astype(np.uint8)).save(
        packed, "JPEG", quality=60
    )
    return Image.open(packed).convert("L")


@pytest.fixture(scope="module")
def plain() -> tuple[Image.Image, ocr.Seen]:
    picture = page_of([f"{WORDS[0]} ๒๕๖๘ {WORDS[1]}", f"{WORDS[0]} ๒๕๔๗ {WORDS[1]}"] * 3)
    seen = ocr.read(picture, 60)
    assert seen
    return picture, seen


def test_thai_years_are_right_sure_and_counted_and_raw_stays_what_tesseract_said(
    plain: tuple[Image.Image, ocr.Seen],
) -> None:
    page = plain[1].page_text(1)
    assert page.text.count("๒๕๖๘") == page.text.count("๒๕๔๗") == 3
    assert not set(page.raw) & set("๔๖๗๘๙")
    assert page.repairs["digits"] >= 6
    assert len(page.offsets) == len(page.text) + 1
    assert all(0 <= place <= len(page.raw) for place in page.offsets)
    for match in re.finditer("๒๕๖๘|๒๕๔๗", page.text):
        assert not any(start < match.end() and match.start() < end for start, end in page.doubtful)
        assert page.raw[slice(*page.raw_span(*match.span()))].startswith("๒")


@pytest.mark.parametrize("degrees", [-4.5, -1.5, 2.0, 4.5])
def test_a_skewed_page_is_set_straight_and_boxes_stay_where_it_lies(
    plain: tuple[Image.Image, ocr.Seen], degrees: float
) -> None:
    straight = plain[0]
    picture = straight.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=248)
    assert ocr.skew(picture) == pytest.approx(-degrees, abs=0.3)
    seen = ocr.read(picture, 60)
    assert seen
    assert seen.text.count("๒๕๖๘") + seen.text.count("๒๕๔๗") >= 5
    left = [word.box for word in seen.words if word.start == 0]
    dark = np.asarray(picture.crop(tuple(int(side) for side in left[0])))
    assert dark.min() < 128
    assert all(
        0 <= x0 < x1 <= picture.width and 0 <= y0 < y1 <= picture.height
        for x0, y0, x1, y1 in (w.box for w in seen.words)
    )


def test_a_straight_page_is_not_turned(plain: tuple[Image.Image, ocr.Seen]) -> None:
    assert ocr.skew(plain[0]) == 0.0


@pytest.mark.parametrize("size", [(30, 30), (600, 800)])
def test_an_empty_page_has_no_skew(size: tuple[int, int]) -> None:
    assert ocr.skew(Image.new("L", size, 255)) == 0.0


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_on_its_side_is_set_upright_and_its_years_are_read(
    plain: tuple[Image.Image, ocr.Seen], degrees: int
) -> None:
    seen = ocr.read(
        plain[0].rotate(degrees, expand=True), 120
    )  # a busy machine is slow, and that is not what is tested
    assert seen
    assert seen.text.count("๒๕๖๘") + seen.text.count("๒๕๔๗") >= 5


def test_no_wrong_year_is_stated_without_doubt_over_forty_worn_lines() -> None:
    chance = random.Random(2565)
    right = 0
    for family in ("Laksaman", "Norasi", "Garuda", "Loma"):
        years = [str(chance.randint(2540, 2579)).translate(TO_THAI) for _ in range(10)]
        seen = ocr.read(worn(page_of([f"{WORDS[0]} {year} {WORDS[1]}" for year in years], family), chance), 60)
        assert seen
        page = seen.page_text(1)
        stated = [
            match[0]
            for match in re.finditer("(?<![0-9๐-๙])[๐-๙]{4}(?![0-9๐-๙])", page.text)
            if not any(start < match.end() and match.start() < end for start, end in page.doubtful)
        ]
        rest = list(years)
        for year in stated:
            assert year in rest, f"{year} is stated and stands nowhere ({family})"
            rest.remove(year)
        right += len(stated)
    assert right >= 30


def test_a_photograph_whose_light_falls_off_is_read(plain: tuple[Image.Image, ocr.Seen]) -> None:
    picture, seen = plain
    levels = np.asarray(picture.convert("L"), np.float32) * np.linspace(0.4, 1.0, picture.width)[None, :]
    shaded = ocr.read(Image.fromarray(levels.astype(np.uint8)), 60)
    assert shaded is not None
    assert "๒๕๖๘" in shaded.text or "๒๕๖๘" not in seen.text
    assert shaded.letters > 0.9 * seen.letters


def test_an_evenly_lit_page_and_fields_of_colour_stay_as_they_are(plain: tuple[Image.Image, ocr.Seen]) -> None:
    picture = plain[0].convert("L")
    assert ocr._evened(picture) is picture
    field = picture.copy()
    field.paste(60, (0, 0, picture.width, picture.height // 2))
    assert ocr._evened(field) is field
