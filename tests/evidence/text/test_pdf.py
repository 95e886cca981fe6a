"""Reading PDFs: readers, outcomes, structure, tables, links."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw

from evidence.text import ocr, pdf
from evidence.text.document import HEADING, TABLE_CELL, TABLE_HEADER, TITLE, DocumentText
from evidence.text.options import ReadOptions
from evidence.text.pdf import read_pdf

DATA = Path(__file__).parent / "data"
PRINTS = ["chromium_garuda.pdf", "weasyprint_garuda.pdf", "libreoffice_garuda.pdf"]
WITHOUT_OCR = ReadOptions(ocr=False)
TERMS = [
    *("แผนดำเนินงาน", "งบประมาณ", "ปัญหาอุปสรรค", "ข้อเสนอแนะ", "ระยะเวลาดำเนินการ", "ผู้รับผิดชอบ", "ความโปร่งใส"),
    *("การป้องกันการทุจริต", "๒๕๖๕", "ดำเนินการ", "ประจำปี", "ตำบล", "สำนักงาน", "ทั้งหมด", "ประชาชนทั่วไป", "คำสั่งที่"),
    *("หมู่บ้าน", "น้ำประปา", "๑,๒๓๔,๕๖๗.๐๐", "12,500.50"),
]

needs_tesseract = pytest.mark.skipif(not ocr.available(), reason="Tesseract with Thai and English is not installed")


def read(name: str) -> DocumentText:
    return read_pdf((DATA / name).read_bytes(), WITHOUT_OCR)


def latin_pdf(*paragraphs: str) -> FPDF:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    for paragraph in paragraphs:
        document.multi_cell(0, 6, paragraph, new_x="LMARGIN", new_y="NEXT")
    return document


def encrypted(user_password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(bytes(latin_pdf("Annual report 2022").output())))
    writer.encrypt(user_password=user_password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture_pdf(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PDF", resolution=150)
    return out.getvalue()


@pytest.mark.parametrize("name", PRINTS)
def test_key_terms_survive_every_print_program(name: str) -> None:
    text = read(name).text.replace("\n", "")
    assert [term for term in TERMS if term not in text] == []


@pytest.mark.parametrize("name", PRINTS)
def test_the_table_of_every_print_program_is_found(name: str) -> None:
    (table,) = read(name).tables
    rows = [[cell.text.replace("\n", "").replace(" ", "") for cell in row] for row in table.rows]
    assert rows[0] == ["ลำดับ", "โครงการ", "งบประมาณ(บาท)", "ระยะเวลาดำเนินการ", "ผู้รับผิดชอบ"]
    assert [row[0] for row in rows] == ["ลำดับ", "๑", "๒"]
    assert [row[2] for row in rows[1:]] == ["๕๐๐,๐๐๐", "20,000"]
    assert table.header_rows == 1
    assert table.pages == (1, 1, 1)


@pytest.mark.parametrize("name", PRINTS)
def test_raw_text_is_what_the_named_reader_gives_again(name: str) -> None:
    again = pypdfium2.PdfDocument(DATA / name)
    for page in read(name).pages:
        assert page.reader == pdf.READER_PDFIUM
        assert page.raw == again[page.number - 1].get_textpage().get_text_range()
        start = page.text.index("ผู้รับผิดชอบ")
        first, last = page.raw_span(start, start + len("ผู้รับผิดชอบ"))
        assert page.raw[first] == "ผ" and page.raw[last - 1] == "บ"
    again.close()


@pytest.mark.parametrize("name", PRINTS)
def test_blocks_cover_all_text_in_order_and_cells_stand_in_their_place(name: str) -> None:
    document = read(name)
    for page in document.pages:
        reached = 0
        for block in page.blocks:
            assert reached <= block.start < block.end <= len(page.text)
            assert not page.text[reached : block.start].strip()
            reached = block.end
        assert not page.text[reached:].strip()
        for block in page.blocks:
            if block.kind in (TABLE_CELL, TABLE_HEADER):
                cell = document.tables[block.table].rows[block.row][block.column]
                assert page.text[block.start : block.end] in cell.text
                assert block.start >= cell.start


@pytest.mark.parametrize("name", PRINTS)
def test_the_first_lines_are_the_title_and_larger_lines_are_headings(name: str) -> None:
    document = read(name)
    page = document.pages[0]
    assert document.title.startswith("แผนดำเนินงานประจำปี")
    assert page.blocks[0].kind == TITLE
    headings = [page.text[block.start : block.end] for block in page.blocks if block.kind == HEADING]
    assert "ปัญหาอุปสรรคและข้อเสนอแนะ" in headings


def test_a_table_over_pages_is_one_table_without_its_repeated_heading() -> None:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    rows = [("No", "Project", "Budget"), *((str(n), f"Project {n}", f"{n},000") for n in range(1, 61))]
    with document.table(rows):
        pass
    read_back = read_pdf(bytes(document.output()), WITHOUT_OCR)
    (table,) = read_back.tables
    assert len(read_back.pages) > 1
    assert [row[0].text for row in table.rows] == ["No", *map(str, range(1, 61))]
    assert table.header_rows == 1
    assert table.pages[0] == 1 and table.pages[-1] == len(read_back.pages)
    for row, page in zip(table.rows, table.pages, strict=True):
        text = read_back.pages[page - 1].text
        assert [text[cell.start : cell.end] for cell in row] == [cell.text for cell in row]


def test_cells_that_span_are_repeated() -> None:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    with document.table(num_heading_rows=2) as table:
        row = table.row()
        row.cell("Name", rowspan=2)
        row.cell("Months", colspan=2)
        table.row(["Oct", "Nov"])
        table.row(["Roads", "1,000", "2,000"])
    (found,) = read_pdf(bytes(document.output()), WITHOUT_OCR).tables
    assert [[cell.text for cell in row] for row in found.rows] == [
        ["Name", "Months", "Months"],
        ["Name", "Oct", "Nov"],
        ["Roads", "1,000", "2,000"],
    ]
    assert found.header_rows == 2


def test_a_frame_around_a_page_is_no_table() -> None:
    document = latin_pdf(*["A paragraph of an order that runs over a whole line of the page and more."] * 8)
    document.rect(5, 5, 200, 280)
    document.line(5, 150, 205, 150)
    assert read_pdf(bytes(document.output()), WITHOUT_OCR).tables == ()


def test_table_pages_limits_the_search() -> None:
    data = (DATA / PRINTS[0]).read_bytes()
    assert read_pdf(data, ReadOptions(ocr=False, table_pages=0)).tables == ()


def test_links_of_annotations_and_of_written_addresses_are_found() -> None:
    document = latin_pdf("See https://www.example.go.th/written.")
    document.cell(0, 10, "annual plan", link="https://www.example.go.th/plan.pdf")
    found = {link.url: link for link in read_pdf(bytes(document.output()), WITHOUT_OCR).links}
    assert set(found) == {"https://www.example.go.th/plan.pdf", "https://www.example.go.th/written"}
    assert found["https://www.example.go.th/plan.pdf"].text == "annual plan"
    assert found["https://www.example.go.th/plan.pdf"].start > 0


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (b"", "corrupt"),
        (b"   \n", "corrupt"),
        (b"<?php echo 1; ?>", "corrupt"),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "corrupt"),
    ],
)
def test_what_cannot_be_opened_is_corrupt(data: bytes, outcome: str) -> None:
    document = read_pdf(data, WITHOUT_OCR)
    assert document.outcome == outcome
    assert document.detail
    assert document.pages == ()


def test_a_password_is_named_as_the_reason() -> None:
    assert read_pdf(encrypted("secret"), WITHOUT_OCR).outcome == "encrypted"


def test_a_pdf_with_an_empty_password_is_read() -> None:
    document = read_pdf(encrypted(""), WITHOUT_OCR)
    assert document.outcome == "ok"
    assert "Annual report 2022" in document.text


def test_pages_over_the_limit_are_cut_and_marked() -> None:
    document = FPDF()
    document.set_font("Helvetica", size=12)
    for number in range(1, 6):
        document.add_page()
        document.cell(0, 10, f"page {number}")
    read_back = read_pdf(bytes(document.output()), ReadOptions(ocr=False, max_pages=2))
    assert [page.number for page in read_back.pages] == [1, 2]
    assert read_back.markers == ("pages_cut:5",)


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9, 0.99])
def test_a_cut_file_never_raises(cut: float) -> None:
    data = (DATA / PRINTS[1]).read_bytes()
    document = read_pdf(data[: int(len(data) * cut)], WITHOUT_OCR)
    assert document.outcome in ("ok", "corrupt", "unreadable")


def scan() -> Image.Image:
    source = pypdfium2.PdfDocument(DATA / "libreoffice_garuda.pdf")
    image = source[0].render(scale=150 / 72, grayscale=True).to_pil()
    source.close()
    return image


def test_a_scan_without_ocr_is_trouble_and_not_absence() -> None:
    document = read_pdf(picture_pdf(scan()), WITHOUT_OCR)
    assert document.outcome == "ok"
    assert document.pages[0].trouble == "scanned_without_ocr"
    assert len(document.pages[0].pictures) == 1


def test_a_scan_is_trouble_where_tesseract_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    assert read_pdf(picture_pdf(scan())).pages[0].trouble == "scanned_without_ocr"


@needs_tesseract
def test_a_scan_is_read_by_ocr_with_boxes_in_points_and_thai_digits_right_or_in_doubt() -> None:
    document = read_pdf(picture_pdf(scan()))
    (page,) = document.pages
    assert (page.reader, page.trouble) == (ocr.READER, "")
    text = page.text.replace("\n", "").replace(" ", "")
    assert [term for term in ("งบประมาณ", "ผู้รับผิดชอบ", "12,500.50") if term not in text] == []
    assert page.word_boxes
    assert all(x1 <= page.width + 1 and y1 <= page.height + 1 for _, _, _, _, x1, y1 in page.word_boxes)
    digits = [place for place, letter in enumerate(page.text) if "๐" <= letter <= "๙"]
    assert digits
    printed = read("libreoffice_garuda.pdf").text
    for word in re.finditer("[๐-๙][๐-๙,.]*", page.text):
        in_doubt = any(start < word.end() and word.start() < end for start, end in page.doubtful)
        assert in_doubt or word[0].rstrip(".") in printed


@needs_tesseract
def test_ocr_stops_at_its_page_budget() -> None:
    image = scan().resize((900, 1270))
    out = io.BytesIO()
    image.save(out, "PDF", resolution=110, save_all=True, append_images=[image])
    document = read_pdf(out.getvalue(), ReadOptions(ocr_pages=1))
    assert [page.trouble for page in document.pages] == ["", "scanned_without_ocr"]


def seen(text: str) -> ocr.Seen:
    repaired = pdf.repair(text)
    return ocr.Seen(text, repaired, (), pdf.quality.score(text), pdf.quality.letters(text), 0)


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("", ""),  # a photograph
        ("กฃฅ ฌญ", ""),
        ("ฃฅฌ ฎฏฐฑ ฒณฬ ฃฅ ฎฏ" * 6, "unreadable"),
    ],
)
def test_a_picture_without_words_is_no_trouble_and_words_nobody_reads_are(
    text: str, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "available", lambda: True)
    monkeypatch.setattr(ocr, "read_pdf_page", lambda page, seconds: seen(text))
    document = read_pdf(picture_pdf(Image.new("L", (600, 800), 128)))
    assert document.pages[0].trouble == trouble
    assert document.outcome == (trouble or "ok")


def test_few_good_words_beside_a_large_picture_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "แผนดำเนินงานประจำปีงบประมาณ"
    monkeypatch.setattr(ocr, "available", lambda: True)
    monkeypatch.setattr(ocr, "read_pdf_page", lambda page, seconds: seen(words.replace("ำ", "า")))
    monkeypatch.setattr(pypdfium2.PdfTextPage, "get_text_range", lambda self: words)
    (page,) = read_pdf(picture_pdf(Image.new("L", (600, 800), 128))).pages
    assert (page.reader, page.text, page.trouble) == (pdf.READER_PDFIUM, words, "")


def test_reading_stops_before_its_time_is_up_and_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    document = FPDF()
    document.set_font("Helvetica", size=12)
    for number in range(1, 4):
        document.add_page()
        document.cell(0, 10, f"page {number}")
    clock = iter(range(0, 1000, 20))
    monkeypatch.setattr(pdf.time, "monotonic", lambda: float(next(clock)))
    read_back = read_pdf(bytes(document.output()), ReadOptions(ocr=False, seconds=60))
    assert [page.number for page in read_back.pages] == [1, 2]
    assert read_back.markers == ("pages_cut:3",)


def test_a_page_with_a_wrong_text_layer_is_not_trusted() -> None:
    """LibreOffice 5.1 wrote SARA AA as another letter: there is text, and it is not what a person sees."""
    cipher = "เทศบจลตจบลขจงหนจงวจยงจนสจนกปลจดเทศบจลประกจศรจคจกลจง"
    repaired = pdf.repair(cipher * 3)
    score = pdf.quality.score(repaired.text)
    page = pdf._Page(1, repaired, cipher, repaired, score, pdf.quality.letters(cipher), "pypdfium2", 595, 842)
    assert pdf._wants_ocr(page, picture_share=0.0, shapes=0)


def test_pypdf_is_taken_where_pdfium_tears_the_text_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    good = "องค์การบริหารส่วนตำบลตัวอย่าง ได้จัดทำแผนดำเนินงานประจำปีงบประมาณ เพื่อให้ประชาชนทราบโดยทั่วกัน\n" * 3
    torn = "\n".join(good.replace("\n", " "))
    monkeypatch.setattr(pdf._PypdfPages, "text", lambda self, number: good)
    monkeypatch.setattr(pypdfium2.PdfTextPage, "get_text_range", lambda self: torn)
    (page,) = read_pdf(bytes(latin_pdf("any").output()), WITHOUT_OCR).pages
    assert page.reader == pdf.READER_PYPDF
    assert page.raw == good


def test_pictures_large_enough_to_carry_content_are_boxes_from_the_top_left() -> None:
    image = Image.new("L", (200, 100), 255)
    ImageDraw.Draw(image).rectangle((10, 10, 190, 90), fill=0)
    document = latin_pdf("A text of more than forty letters stands above the picture of this page.")
    document.image(image, x=20, y=100, w=60)
    document.image(image, x=20, y=200, w=5)
    (page,) = read_pdf(bytes(document.output()), WITHOUT_OCR).pages
    (box,) = page.pictures
    points = 72 / 25.4
    assert box == pytest.approx((20 * points, 100 * points, 80 * points, 130 * points), abs=1)


def test_thousands_of_drawn_objects_do_not_stall() -> None:
    document = latin_pdf("A page with very many lines")
    for number in range(6000):
        document.line(10 + number % 180, 20 + number // 50, 11 + number % 180, 20 + number // 50)
    started = time.process_time()
    read_pdf(bytes(document.output()), WITHOUT_OCR)
    assert time.process_time() - started < 5
