"""Boxes are where the words are: words set in red by several producers, found by their colour on the drawn page.

Whatever a producer did with fonts, lines and spacing, the red ink shows where the words stand. A box is right when the
red ink is in it and little other ink is.
"""

from __future__ import annotations

import io
import random
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from docx import Document
from docx.shared import Pt, RGBColor
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import sync_playwright

from audit.drawing import Drawing
from audit.web_pictures import Sought, WebPictures
from crawler.browser import find_chromium
from evidence.text import ReadOptions, extract, locate, programs
from evidence.text.document import DocumentText
from evidence.text.pdf_picture import page_pictures
from evidence.text.word_finder import WordFinder

FONTS = Path("/usr/share/fonts/truetype/tlwg")
SEED = 6
SAMPLED = 6
SENTENCES = (
    "แผนปฏิบัติการป้องกันการทุจริต ประจำปีงบประมาณ พ.ศ. 2565",
    "ผู้บริหารสูงสุดประกาศเจตนารมณ์ว่าจะไม่รับของขวัญ",
    "ข้าพเจ้าขอประกาศว่าเจ้าหน้าที่ทุกคนจะปฏิบัติหน้าที่ด้วยความซื่อสัตย์สุจริต",
    "รายงานผลการดำเนินงาน รอบ 6 เดือน (1 ตุลาคม 2564 – 31 มีนาคม 2565)",
    "งบประมาณที่ได้รับจัดสรร 12,450,000 บาท",
    "ช่องทางแจ้งเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ",
    "ที่ตั้งสำนักงาน เลขที่ 99 หมู่ที่ 4 โทรศัพท์ 0 4200 0123",
    "ปัญหา อุปสรรค และข้อเสนอแนะในการดำเนินงาน",
)
QUOTED = (
    "ประกาศเจตนารมณ์", "งบประมาณ พ.ศ. 2565", "ด้วยความซื่อสัตย์สุจริต", "ตุลาคม 2564", "12,450,000 บาท", "การทุจริตและประพฤติมิชอบ",
    "0 4200 0123", "ข้อเสนอแนะ",
)  # fmt: skip
PRODUCERS = ("fpdf2", "weasyprint", "chromium", "libreoffice", "scan", "web")
DOCUMENTS = [(producer, number) for producer in PRODUCERS for number in range(len(QUOTED))]
LEAST_INSIDE = 0.9
MOST_OTHER = 0.25
"""Of the ink in the boxes what may be of other words: neighbours touch the box of a line of Thai."""


def lines(number: int) -> list[tuple[str, str, str]]:
    """The sentences of document `number`, each as (before, red, after); one of them has the words in red."""
    order = list(SENTENCES)
    random.Random(SEED + number).shuffle(order)
    words = QUOTED[number]
    cut = []
    for text in order:
        before, found, after = text.partition(words)
        red = bool(found) and not any(one[1] for one in cut)
        cut.append((before, words, after) if red else (text, "", ""))
    return cut


def html(number: int, size: int) -> str:
    body = "".join(f"<p>{before}<b>{red}</b>{after}</p>" for before, red, after in lines(number))
    columns = "columns:2" if number % 3 == 1 else ""
    return (
        f"<!doctype html><meta charset=utf-8><style>body{{font:{size}px Garuda,Loma,sans-serif;{columns}}}"
        f"p{{margin:0 0 {8 + number}px {number * 6}px}}b{{color:#f00;font-weight:normal}}</style>{body}"
    )


def by_fpdf2(number: int, _folder: Path) -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.add_font("thai", fname=FONTS / ("Garuda.ttf", "Loma.ttf")[number % 2])
    pdf.set_font("thai", size=12 + number)
    for before, red, after in lines(number):
        for text, colour in ((before, 0), (red, 255), (after, 0)):
            pdf.set_text_color(colour, 0, 0)
            pdf.write(10 + number, text)
        pdf.ln(12 + number)
    return bytes(pdf.output())


def by_weasyprint(number: int, _folder: Path) -> bytes:
    from weasyprint import HTML

    return bytes(HTML(string=html(number, 14 + number)).write_pdf())


def by_chromium(number: int, _folder: Path) -> bytes:
    def print_it() -> bytes:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
            page = browser.new_page()
            page.set_content(html(number, 14 + number))
            return page.pdf(format="A4", landscape=number % 2 == 1)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(print_it).result()


def by_libreoffice(number: int, folder: Path) -> bytes:
    document = Document()
    document.styles["Normal"].font.name = "Garuda"
    for before, red, after in lines(number):
        paragraph = document.add_paragraph()
        for text, colour in ((before, 0), (red, 255), (after, 0)):
            run = paragraph.add_run(text)
            run.font.color.rgb = RGBColor(colour, 0, 0)
            run.font.size = Pt(12 + number)
    file = folder / "made.docx"
    document.save(str(file))
    home = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={home}", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(file)], check=True, capture_output=True, timeout=120)
    return file.with_suffix(".pdf").read_bytes()


def by_scan(number: int, _folder: Path) -> bytes:
    """A picture: letters drawn one after the other, then given a little noise."""
    page = Image.new("RGB", (1400, 1000), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(FONTS / "Garuda.ttf"), 30 + number, layout_engine=ImageFont.Layout.RAQM)
    top = 60
    for before, red, after in lines(number):
        left = 80.0
        for text, colour in ((before, "black"), (red, "#f00"), (after, "black")):
            draw.text((left, top), text, fill=colour, font=font)
            left += draw.textlength(text, font=font)
        top += 80 + number
    noise = np.random.default_rng(number).integers(-8, 8, (1000, 1400, 3))
    Image.fromarray(np.clip(np.asarray(page).astype(int) + noise, 0, 255).astype("uint8")).save(
        file := io.BytesIO(), "PNG"
    )
    return file.getvalue()


MAKERS: dict[str, Callable[[int, Path], bytes]] = {
    "fpdf2": by_fpdf2, "weasyprint": by_weasyprint, "chromium": by_chromium, "libreoffice": by_libreoffice, "scan": by_scan,
}  # fmt: skip
NEEDS = {
    "chromium": find_chromium, "web": find_chromium, "libreoffice": lambda: programs.find("soffice"),
    "scan": lambda: programs.find("tesseract"),
}  # fmt: skip


def boxes_of_document(producer: str, number: int, folder: Path) -> tuple[np.ndarray, list[tuple[float, ...]], float]:
    """The picture, the boxes of the quoted words on it, and how many pixels a unit of the boxes is."""
    data = MAKERS[producer](number, folder)
    text = extract(data, options=ReadOptions(ocr=producer == "scan"))
    words = QUOTED[number]
    page = text.pages[0]
    found = locate.boxes(data, text, page.number, *raw_span(text, words))
    if producer == "scan":
        return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), [box[1:] for box in found], 1.0
    picture = Image.open(io.BytesIO(page_pictures(data, "pdf", [page.number], 9_000_000)[page.number])).convert("RGB")
    return np.asarray(picture), [box[1:] for box in found], picture.width / page.width


def raw_span(text: DocumentText, words: str) -> tuple[int, int]:
    """Where the words stand in the reader's own text, as a quote says it (`checks.quotes`)."""
    page = text.pages[0]
    found = WordFinder(page.text).find(words)
    assert found, f"the words were not read: {page.text[:400]}"
    return page.raw_span(*found)


def boxes_of_web_page(number: int) -> tuple[np.ndarray, list[tuple[float, ...]], float]:
    sought = Sought(QUOTED[number], *around(number))

    def draw() -> object:
        with WebPictures() as pictures:
            return pictures.draw(
                "http://page.invalid/", html(number, 16).encode(), "text/html", [sought], lambda url: None
            )

    with ThreadPoolExecutor(1) as thread:
        drawn = thread.submit(draw).result()
    picture = Image.open(io.BytesIO(drawn.jpeg)).convert("RGB")  # type: ignore[attr-defined]
    return np.asarray(picture), list(drawn.places[sought]), 1.0  # type: ignore[attr-defined]


def around(number: int) -> tuple[str, str]:
    cut = lines(number)
    place = next(place for place, one in enumerate(cut) if one[1])
    before = "".join(map("".join, cut[:place])) + cut[place][0]
    return before[-60:], (cut[place][2] + "".join(map("".join, cut[place + 1 :])))[:60]


def in_boxes(picture: np.ndarray, boxes: list[tuple[float, ...]], scale: float) -> tuple[float, float]:
    """How much of the red ink is in the boxes, and how much of the ink in the boxes is not red."""
    pixels = picture.astype(int)
    red = (pixels[..., 0] > 140) & (pixels[..., 1] < 120) & (pixels[..., 2] < 120)
    dark = pixels.max(axis=2) < 110
    inside = np.zeros(red.shape, bool)
    for left, top, right, bottom in boxes:
        inside[
            max(0, int(top * scale) - 1) : int(bottom * scale) + 2,
            max(0, int(left * scale) - 1) : int(right * scale) + 2,
        ] = True
    assert red.sum() > 50
    held = int((red & inside).sum())
    return held / int(red.sum()), int((dark & inside).sum()) / max(1, held)


def check(producer: str, number: int, folder: Path) -> None:
    present = NEEDS.get(producer, lambda: True)
    if not present() or not FONTS.is_dir():
        pytest.skip(f"{producer} or the Thai fonts are not installed")
    found = boxes_of_web_page(number) if producer == "web" else boxes_of_document(producer, number, folder)
    held, other = in_boxes(*found)
    assert held >= LEAST_INSIDE, f"only {held:.0%} of the quoted words are in their boxes"
    assert other <= MOST_OTHER, f"{other:.0%} as much ink of other words as of the quoted ones is in the boxes"


@pytest.mark.parametrize(("producer", "number"), random.Random(SEED).sample(DOCUMENTS, SAMPLED))
def test_the_quoted_words_are_in_the_box(producer: str, number: int, tmp_path: Path) -> None:
    check(producer, number, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("producer", "number"), DOCUMENTS)
def test_the_quoted_words_are_in_the_box_of_every_document(producer: str, number: int, tmp_path: Path) -> None:
    check(producer, number, tmp_path)


@pytest.mark.skipif(not find_chromium(), reason="no Chromium is installed (apt-get install chromium)")
def test_of_the_same_words_on_a_web_page_the_ones_that_were_quoted_are_marked() -> None:
    rows = "".join(f"<p style='margin:0;height:60px'>ข้อ {n} รายงานผล ปี 256{n}</p>" for n in range(5))
    sought = [Sought("รายงานผล", f"ข้อ {n} ", f" ปี 256{n} ข้อ") for n in (3, 0, 4)]

    def draw() -> object:
        with WebPictures() as pictures:
            return pictures.draw(
                "http://page.invalid/",
                f"<body style='margin:0'>{rows}".encode(),
                "text/html; charset=utf-8",
                sought,
                lambda url: None,
            )

    with ThreadPoolExecutor(1) as thread:
        drawn = thread.submit(draw).result()
    tops = [drawn.places[one][0][1] // 60 for one in sought]  # type: ignore[attr-defined]
    assert tops == [3, 0, 4]


def test_a_photograph_on_its_side_is_measured_as_it_is_shown(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (300, 200), "white").save(tmp_path / "side.jpg", exif=exif)
    with Drawing() as drawing:
        jpeg, width, height = drawing.pages(tmp_path / "side.jpg", "image", [1])[1]
    assert (width, height) == (200.0, 300.0)
    assert Image.open(io.BytesIO(jpeg)).size == (200, 300)
