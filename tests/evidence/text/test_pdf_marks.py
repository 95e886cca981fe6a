"""Marks put back on the letters they are drawn over."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF

from evidence.text import locate, pdf, pdf_marks, quality
from evidence.text.options import ReadOptions
from evidence.text.pdf import read_pdf
from evidence.text.thai import repair

FONT = Path("/usr/share/fonts/truetype/tlwg/Garuda.ttf")
needs_font = pytest.mark.skipif(not FONT.is_file(), reason="the font Garuda (fonts-thai-tlwg) is not installed")
LINES = [
    "องค์การบริหารส่วนท้องถิ่น ได้จัดให้มีการประชุมเพื่อพิจารณา",
    "แผนพัฒนาท้องถิ่น ผู้รับผิดชอบโครงการ วัตถุประสงค์และเป้าหมาย",
    "ยุทธศาสตร์ด้านการสร้างความเข้มแข็งของชุมชน 25.99 บาท",
    "หัวหน้าส่วนราชการรับทราบและถือปฏิบัติ อย่างเคร่งครัด",
    "เครื่องมือและวัสดุ ที่ใช้ในการก่อสร้าง ต้องเป็นของใหม่",
]
MARKS = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c"


def late_marks_pdf(lines: list[str]) -> bytes:
    """A page on which every mark is drawn after the letter that follows its base, as Word and Excel do."""
    document = FPDF()
    document.add_page()
    document.add_font("garuda", fname=FONT)
    document.set_font("garuda", size=14)
    for number, line in enumerate(lines):
        x, y = 20.0, 30.0 + 12 * number
        waiting: list[tuple[float, str]] = []
        for letter in line:
            if letter in MARKS:
                waiting.append((x, letter))
                continue
            document.text(x, y, letter)
            x += document.get_string_width(letter)
            if waiting and waiting[0][0] < x - document.get_string_width(letter) + 0.01:
                for place, mark in waiting:
                    document.text(place, y, mark)
                waiting = []
        for place, mark in waiting:
            document.text(place, y, mark)
    return bytes(document.output())


@pytest.fixture(scope="module")
def late() -> bytes:
    return late_marks_pdf(LINES)


@needs_font
def test_pdfium_gives_late_marks_after_the_wrong_letter(late: bytes) -> None:
    raw = pypdfium2.PdfDocument(late)[0].get_textpage().get_text_range()
    assert quality.score(repair(raw).text) < quality.GOOD


@needs_font
def test_late_marks_come_back_to_their_letters(late: bytes) -> None:
    (page,) = read_pdf(late, ReadOptions(ocr=False)).pages
    assert page.reader == pdf.READER_PDFIUM
    assert page.text.split("\n") == LINES
    assert page.repairs["T2"] > 20
    assert page.raw == pypdfium2.PdfDocument(late)[0].get_textpage().get_text_range()


@needs_font
def test_every_letter_leads_back_to_itself_in_the_raw_text(late: bytes) -> None:
    (page,) = read_pdf(late, ReadOptions(ocr=False)).pages
    assert len(page.offsets) == len(page.text) + 1
    assert all(0 <= offset <= len(page.raw) for offset in page.offsets)
    drawn = [place for place, letter in enumerate(page.text) if not letter.isspace()]
    assert [page.raw[page.offsets[place]] for place in drawn] == [page.text[place] for place in drawn]


@needs_font
def test_words_with_late_marks_are_highlighted_where_they_stand(late: bytes) -> None:
    document = read_pdf(late, ReadOptions(ocr=False))
    (page,) = document.pages
    start = page.text.index("โครงการ")
    (box, *others) = locate.boxes(late, document, 1, *page.raw_span(start, start + len("โครงการ")))
    top = (30.0 + 12) * 72 / 25.4
    assert box[2] < top < box[4] + 8
    assert all(other[2] < top < other[4] + 8 for other in others)


@needs_font
def test_a_page_of_too_many_letters_is_left_as_it_is(late: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_marks, "MOST_LETTERS", 10)
    textpage = pypdfium2.PdfDocument(late)[0].get_textpage()
    assert pdf_marks.rebuild(textpage, textpage.get_text_range()) is None


def test_a_page_without_marks_is_left_as_it_is() -> None:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.cell(0, 10, "Annual report 2022")
    textpage = pypdfium2.PdfDocument(bytes(document.output()))[0].get_textpage()
    assert pdf_marks.rebuild(textpage, textpage.get_text_range()) is None
