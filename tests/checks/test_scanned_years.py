"""A year on a scan that the digit reader doubts is a doubt of the judgement, never a wrong year of the agency's."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from checks import years
from evidence.text import ocr

FONT = Path("/usr/share/fonts/truetype/tlwg/Laksaman.ttf")
PLAN = "annual_action_plan"
pytestmark = pytest.mark.skipif(
    not ocr.available() or not FONT.exists(), reason="Tesseract or fonts-thai-tlwg is not installed"
)


def scan(year: str, blot: bool = False, blur: float = 0.0, size: int = 56) -> bytes:
    image = Image.new("L", (1400, 420), 250)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(str(FONT), size)
    title = "แผนดำเนินงานประจำปีงบประมาณ พ.ศ. "
    pen.text((40, 40), title + year, font=font, fill=20)
    for number, line in enumerate(("ขององค์การบริหารส่วนตำบลตัวอย่าง", "โครงการก่อสร้างถนนคอนกรีตเสริมเหล็ก")):
        pen.text((40, 160 + 110 * number), line, font=font, fill=20)
    if blot:
        x = 40 + font.getlength(title + year[:-1])
        pen.rectangle((x + 3, 40 + 0.45 * size, 36 + font.getlength(title + year), 40 + 1.1 * size), fill=20)
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(blur)).save(out, "PNG")
    return out.getvalue()


def judged(agency, data: bytes) -> tuple[str, str]:
    agency.document(PLAN, data, url="https://www.tonmai.go.th/scan.png", content_type="image/png", ocr=True)
    evidence = agency.item_evidence(PLAN)
    finding = years.judge(evidence, evidence.sources).finding
    return str(finding.verdict), (finding.reasons or ("",))[0]


@pytest.mark.parametrize(("year", "verdict"), [("๒๕๖๕", ("met", "")), ("๒๕๖๔", ("not_met", "year_wrong"))])
def test_a_clear_year_on_a_scan_counts_as_one_in_print_does(agency, year: str, verdict: tuple[str, str]) -> None:
    assert judged(agency, scan(year)) == verdict


def test_a_year_with_a_blot_on_it_is_doubtful_and_never_wrong(agency) -> None:
    assert judged(agency, scan("๒๕๖๕", blot=True)) == ("unsure", "year_doubtful")


def test_the_right_year_smeared_or_small_is_never_a_wrong_year(built, framework) -> None:
    chance = random.Random(65)
    seen = set()
    for _ in range(12):
        data = scan("๒๕๖๕", blur=chance.uniform(1.0, 3.4), size=chance.randint(24, 56))
        seen.add(judged(built(framework), data))
    assert ("not_met", "year_wrong") not in seen
    assert ("met", "") in seen
