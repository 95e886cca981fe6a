"""Boxes of quotes on their page."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pypdf
import pypdfium2
import pytest

from evidence.text import ocr, pdf
from evidence.text.document import DocumentText, PageText
from evidence.text.locate import boxes
from evidence.text.options import ReadOptions
from evidence.text.pdf import read_pdf
from evidence.text.thai import repair

DATA = Path(__file__).parent / "data"
needs_tesseract = pytest.mark.skipif(not ocr.available(), reason="Tesseract with Thai and English is not installed")


def raw_place(page: PageText, words: str) -> tuple[int, int]:
    start = page.text.index(words)
    return page.raw_span(start, start + len(words))


def ink_share(data: bytes, box: tuple[float, float, float, float]) -> float:
    """The share of dark pixels of the page that lie in the box."""
    source = pypdfium2.PdfDocument(data)
    image = source[0].render(scale=2, grayscale=True).to_pil()
    source.close()
    inside = image.crop(tuple(int(2 * number) for number in box)).histogram()
    return sum(inside[:100]) / max(sum(inside), 1)


@pytest.mark.parametrize("name", ["chromium_garuda.pdf", "weasyprint_garuda.pdf", "libreoffice_garuda.pdf"])
def test_a_quote_is_found_where_its_ink_is(name: str) -> None:
    data = (DATA / name).read_bytes()
    document = read_pdf(data, ReadOptions(ocr=False))
    page = document.pages[0]
    found = boxes(data, document, 1, *raw_place(page, "ปัญหาอุปสรรคและข้อเสนอแนะ"))
    assert len(found) == 1
    number, x0, y0, x1, y1 = found[0]
    assert number == 1
    assert 0 < x0 < x1 < page.width and 0 < y0 < y1 < page.height
    assert x1 - x0 > 8 * (y1 - y0) / 3
    assert ink_share(data, (x0, y0, x1, y1)) > 0.04


def test_a_quote_over_two_lines_has_two_boxes() -> None:
    data = (DATA / "libreoffice_garuda.pdf").read_bytes()
    document = read_pdf(data, ReadOptions(ocr=False))
    page = document.pages[0]
    line_end = page.text.index("\n", page.text.index("องค์การบริหาร"))
    found = boxes(data, document, 1, *page.raw_span(line_end - 10, line_end + 10))
    assert len(found) == 2
    assert found[0][2] < found[1][2] and found[0][1] > found[1][1]


def test_boxes_of_a_turned_page_are_places_of_the_page_as_shown() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO((DATA / "libreoffice_garuda.pdf").read_bytes()))
    writer.pages[0].rotate(90)
    out = io.BytesIO()
    writer.write(out)
    data = out.getvalue()
    document = read_pdf(data, ReadOptions(ocr=False))
    page = document.pages[0]
    ((_, x0, y0, x1, y1),) = boxes(data, document, 1, *raw_place(page, "ข้อเสนอแนะ"))
    assert page.width > page.height
    assert 0 <= x0 < x1 <= page.width and 0 <= y0 < y1 <= page.height
    assert ink_share(data, (x0, y0, x1, y1)) > 0.04


def test_a_quote_of_the_other_reader_is_found_by_its_letters() -> None:
    data = (DATA / "libreoffice_garuda.pdf").read_bytes()
    document = read_pdf(data, ReadOptions(ocr=False))
    direct = boxes(data, document, 1, *raw_place(document.pages[0], "ข้อเสนอแนะ"))
    raw = pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
    repaired = repair(raw)
    page = replace(
        document.pages[0], raw=raw, text=repaired.text, offsets=repaired.offsets, reader=pdf.READER_PYPDF, blocks=()
    )
    other = replace(document, pages=(page,))
    ((_, x0, _, x1, _),) = boxes(data, other, 1, *raw_place(page, "ข้อเสนอแนะ"))
    assert direct[0][1] == pytest.approx(x0, abs=2)
    assert direct[0][3] == pytest.approx(x1, abs=2)


@needs_tesseract
def test_a_quote_of_a_scan_is_found_by_the_boxes_of_its_words() -> None:
    source = pypdfium2.PdfDocument(DATA / "libreoffice_garuda.pdf")
    image = source[0].render(scale=150 / 72, grayscale=True).to_pil()
    source.close()
    out = io.BytesIO()
    image.save(out, "PDF", resolution=150)
    document = read_pdf(out.getvalue())
    found = boxes(out.getvalue(), document, 1, *raw_place(document.pages[0], "ข้อเสนอแนะ"))
    assert found
    assert ink_share(out.getvalue(), found[0][1:]) > 0.04


def test_an_unknown_place_has_no_boxes() -> None:
    assert boxes(b"", DocumentText("0", "html"), 1, 0, 5) == ()
    data = (DATA / "libreoffice_garuda.pdf").read_bytes()
    document = read_pdf(data, ReadOptions(ocr=False))
    assert boxes(data, document, 7, 0, 5) == ()
    assert boxes(data, document, 1, 5, 5) == ()
    assert boxes(b"broken", document, 1, 0, 5) == ()
