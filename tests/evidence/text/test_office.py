"""Word and Excel files as a person sees them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from openpyxl.styles import Font
from PIL import Image

from evidence.text import document as doc
from evidence.text import extract, programs
from evidence.text.numbers import display
from evidence.text.office import read_docx, read_xlsx


def word(build: Callable[[docx.document.Document], None]) -> bytes:
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def excel(build: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    build(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def texts(table: doc.Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def blocks(document: doc.DocumentText, page: int = 0) -> list[tuple[str, str]]:
    read = document.pages[page]
    return [(block.kind, read.text[block.start : block.end]) for block in read.blocks]


def plan(document: docx.document.Document) -> None:
    document.add_heading("แผนดำเนินงาน ประจำปี 2565", 1)
    document.add_paragraph("ด าเนินการตามแผน")
    document.add_paragraph().add_run("ผู้รับผิดชอบ").bold = True
    document.add_paragraph("กองช่าง", style="List Bullet")
    for text in ("ข้อความธรรมดาที่ยาวกว่าหัวข้อ", "และอีกบรรทัดหนึ่ง"):
        document.add_paragraph(text)


def test_a_word_document_gives_headings_paragraphs_and_entries() -> None:
    document = read_docx(word(plan))
    assert blocks(document)[:4] == [
        (doc.HEADING, "แผนดำเนินงาน ประจำปี 2565"),
        (doc.PARAGRAPH, "ดำเนินการตามแผน"),
        (doc.HEADING, "ผู้รับผิดชอบ"),
        (doc.LIST_ITEM, "กองช่าง"),
    ]
    page = document.pages[0]
    assert [block.level for block in page.blocks if block.kind == doc.HEADING] == [1, 5]
    assert page.raw.split("\n")[1] == "ด าเนินการตามแผน"


def test_thai_weight_and_size_count_as_much_as_latin_ones() -> None:
    def build(document: docx.document.Document) -> None:
        run = document.add_paragraph().add_run("ประกาศ")
        run._r.get_or_add_rPr().append(OxmlElement("w:bCs"))
        big = document.add_paragraph().add_run("หัวเรื่องใหญ่")
        size = OxmlElement("w:szCs")
        size.set(qn("w:val"), "48")
        big._r.get_or_add_rPr().append(size)
        document.add_paragraph("เนื้อความยาวพอที่จะเป็นขนาดปกติของเอกสารนี้ทั้งหมด")

    assert [kind for kind, _ in blocks(read_docx(word(build)))] == [doc.HEADING, doc.HEADING, doc.PARAGRAPH]


def test_a_word_table_is_read_with_merged_cells_and_its_heading_row() -> None:
    def build(document: docx.document.Document) -> None:
        document.add_paragraph("ก่อนตาราง")
        table = document.add_table(4, 3)
        for cell, text in zip(table.rows[0].cells, ("โครงการ", "งบประมาณ", "ผล"), strict=True):
            cell.paragraphs[0].add_run(text).bold = True
        table.cell(1, 0).merge(table.cell(2, 0)).text = "ถนน"
        table.cell(1, 1).text, table.cell(2, 1).text = "500,000", "300,000"
        table.cell(3, 0).merge(table.cell(3, 2)).text = "รวม 800,000"
        document.add_paragraph("หลังตาราง")

    document = read_docx(word(build))
    (table,) = document.tables
    assert texts(table) == [
        ["โครงการ", "งบประมาณ", "ผล"],
        ["ถนน", "500,000", ""],
        ["ถนน", "300,000", ""],
        ["รวม 800,000", "รวม 800,000", "รวม 800,000"],
    ]
    assert table.header_rows == 1
    page = document.pages[0]
    assert [text for _, text in blocks(document)] == [
        "ก่อนตาราง", "โครงการ", "งบประมาณ", "ผล", "ถนน", "500,000", "300,000", "รวม 800,000", "หลังตาราง",
    ]  # fmt: skip
    assert all(page.text[cell.start : cell.end] == cell.text for row in table.rows for cell in row if cell.text)


def test_pages_follow_page_breaks_and_tables_keep_their_page() -> None:
    def build(document: docx.document.Document) -> None:
        document.add_paragraph("หน้าหนึ่ง").add_run().add_break(WD_BREAK.PAGE)
        document.add_paragraph("หน้าสอง")
        table = document.add_table(2, 2)
        for row in table.rows:
            for cell in row.cells:
                cell.text = "ช่อง"
        last = document.add_paragraph("หน้าสาม")
        last.paragraph_format.page_break_before = True

    document = read_docx(word(build))
    assert [page.text.split("\n")[0] for page in document.pages] == ["หน้าหนึ่ง", "หน้าสอง", "หน้าสาม"]
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert document.tables[0].page == 2


def test_a_break_that_word_wrote_twice_is_one_break() -> None:
    def build(document: docx.document.Document) -> None:
        document.add_paragraph("หนึ่ง").add_run().add_break(WD_BREAK.PAGE)
        run = document.add_paragraph().add_run()
        run._r.append(OxmlElement("w:lastRenderedPageBreak"))
        run.add_text("สอง")

    assert [page.text for page in read_docx(word(build)).pages] == ["หนึ่ง", "สอง"]


def test_headers_and_footers_are_read_once_and_marked() -> None:
    def build(document: docx.document.Document) -> None:
        document.sections[0].header.paragraphs[0].text = "เทศบาลตำบลตัวอย่าง"
        document.sections[0].footer.paragraphs[0].text = "หน้า 1"
        document.add_paragraph("เนื้อหา")

    page = read_docx(word(build)).pages[0]
    assert [(block.area, page.text[block.start : block.end]) for block in page.blocks] == [
        (doc.HEADER, "เทศบาลตำบลตัวอย่าง"),
        (doc.MAIN, "เนื้อหา"),
        (doc.FOOTER, "หน้า 1"),
    ]


def test_links_and_pictures_of_a_word_document_are_found() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(picture, "PNG")

    def build(document: docx.document.Document) -> None:
        document.add_heading("ช่องทาง", 2)
        paragraph = document.add_paragraph("ดูที่ ")
        relation = document.part.relate_to(
            "https://a.go.th/x",
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
            is_external=True,
        )
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), relation)
        run = paragraph.add_run("เว็บไซต์")
        link.append(run._r)
        paragraph._p.append(link)
        document.add_picture(picture, width=Pt(150))

    document = read_docx(word(build))
    (link,) = document.links
    assert (link.url, link.text, link.heading, link.context) == ("https://a.go.th/x", "เว็บไซต์", "ช่องทาง", "ดูที่ เว็บไซต์")
    assert document.pages[0].text[link.start :].startswith("เว็บไซต์")
    assert [(image.width, image.height) for image in document.images] == [(200, 150)]
    assert len(document.images[0].data_sha256) == 64


def test_deleted_text_is_not_read_and_inserted_text_is() -> None:
    def build(document: docx.document.Document) -> None:
        paragraph = document.add_paragraph("คง")
        for name, text in (("w:del", "ลบ"), ("w:ins", "เพิ่ม")):
            change = OxmlElement(name)
            run = paragraph.add_run(text)
            change.append(run._r)
            paragraph._p.append(change)

    assert read_docx(word(build)).text == "คงเพิ่ม"


def test_templates_and_macro_documents_are_read_like_documents() -> None:
    data = word(plan)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as changed:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "[Content_Types].xml":
                part = part.replace(
                    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    b"application/vnd.ms-word.document.macroEnabled.main+xml",
                )
            changed.writestr(name, part)
    assert extract(out.getvalue()).text == extract(data).text


def purchases(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "แผนจัดซื้อ"
    sheet["A1"] = "แผนการจัดซื้อจัดจ้าง ประจำปีงบประมาณ พ.ศ. 2565"
    sheet.merge_cells("A1:D1")
    sheet["A2"], sheet["B2"], sheet["C2"] = "ที่", "โครงการ", "งบประมาณ"
    sheet["C3"], sheet["D3"] = "ตั้งไว้", "ประกาศ"
    for area in ("A2:A3", "B2:B3", "C2:D2"):
        sheet.merge_cells(area)
    sheet.append([1, "ถนน คสล.", 500000, dt.datetime(2022, 3, 31)])
    sheet["C4"].number_format, sheet["D4"].number_format = "#,##0.00", "[$-107041E]d mmmm yyyy"
    sheet["B4"].hyperlink = "https://a.go.th/x.pdf"
    sheet.append([2, "ซ่อน", 1, 2])
    sheet.row_dimensions[5].hidden = True
    sheet.append([3, "อาคาร", 250000, "ไม่มี"])


def test_a_workbook_gives_a_table_for_each_visible_sheet_as_displayed() -> None:
    def build(book: openpyxl.Workbook) -> None:
        purchases(book)
        hidden = book.create_sheet("ลับ")
        hidden["A1"] = "ไม่แสดง"
        hidden.sheet_state = "hidden"
        second = book.create_sheet("Sheet2")
        second.append(["ก", "ข"])
        second.append([1, 2])

    document = read_xlsx(excel(build))
    assert len(document.pages) == len(document.tables) == 2
    table = document.tables[0]
    assert texts(table) == [
        ["ที่", "โครงการ", "งบประมาณ", "งบประมาณ"],
        ["ที่", "โครงการ", "ตั้งไว้", "ประกาศ"],
        ["1", "ถนน คสล.", "500,000.00", "31 มีนาคม 2565"],
        ["3", "อาคาร", "250000", "ไม่มี"],
    ]
    assert table.header_rows == 2
    assert table.caption == "แผนการจัดซื้อจัดจ้าง ประจำปีงบประมาณ พ.ศ. 2565"
    assert "ซ่อน" not in document.text
    assert "ไม่แสดง" not in document.text
    assert document.tables[1].page == 2


def test_titles_above_the_table_are_headings() -> None:
    document = read_xlsx(excel(purchases))
    assert blocks(document)[:2] == [
        (doc.HEADING, "แผนจัดซื้อ"),
        (doc.HEADING, "แผนการจัดซื้อจัดจ้าง ประจำปีงบประมาณ พ.ศ. 2565"),
    ]


def test_links_of_cells_carry_their_row() -> None:
    document = read_xlsx(excel(purchases))
    (link,) = document.links
    assert (link.url, link.text) == ("https://a.go.th/x.pdf", "ถนน คสล.")
    assert link.context == "1 ถนน คสล. 500,000.00 31 มีนาคม 2565"
    assert document.pages[0].text[link.start :].startswith(link.text)


def test_hidden_columns_are_left_out() -> None:
    def build(book: openpyxl.Workbook) -> None:
        for row in (["ก", "ลับ", "ข"], [1, 2, 3]):
            book.active.append(row)
        book.active.column_dimensions["B"].hidden = True

    assert texts(read_xlsx(excel(build)).tables[0]) == [["ก", "ข"], ["1", "3"]]


def test_a_sheet_of_notes_is_text_without_a_table() -> None:
    def build(book: openpyxl.Workbook) -> None:
        for line in ("ประกาศ", "ไม่มีการจัดซื้อจัดจ้าง"):
            book.active.append([line])

    document = read_xlsx(excel(build))
    assert document.tables == ()
    assert document.text == "ประกาศ\nไม่มีการจัดซื้อจัดจ้าง"


def test_an_empty_sheet_is_an_empty_page() -> None:
    document = read_xlsx(excel(lambda book: None))
    assert (document.outcome, [page.text for page in document.pages]) == ("ok", [""])


def test_rows_of_numbers_have_no_heading() -> None:
    document = read_xlsx(excel(lambda book: [book.active.append([n, n + 1]) for n in range(3)] and None))
    assert document.tables[0].header_rows == 0


def test_a_second_bold_row_of_words_is_part_of_the_heading() -> None:
    def build(book: openpyxl.Workbook) -> None:
        for row in (["ที่", "งบ"], ["(1)", "บาท"], [1, 500]):
            book.active.append(row)
        for cell in (*book.active[1], *book.active[2]):
            cell.font = Font(bold=True)
        book.active["A2"] = "ลำดับ"

    assert read_xlsx(excel(build)).tables[0].header_rows == 2


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (None, "General", ""),
        (True, "General", "TRUE"),
        (12, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (2.5, "0", "3"),
        (0.256, "0.0%", "25.6%"),
        (-5, "#,##0;(#,##0)", "(5)"),
        (-5, "#,##0", "-5"),
        (7, "000", "007"),
        (1.5, "0.##", "1.5"),
        (500000, '#,##0" บาท"', "500,000 บาท"),
        (1234.5, '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "1,234.50"),
        (0, '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "-"),
        (5, "t0", "๕"),
        (2565, "[$-D000000]0", "๒๕๖๕"),
        (1500000, "#,##0,", "1,500"),
        ("ข้อความ", "@", "ข้อความ"),
        (dt.datetime(2022, 3, 31), "mm-dd-yy", "31/3/2565"),
        (dt.datetime(2022, 3, 31), "[$-107041E]d mmmm yyyy;@", "31 มีนาคม 2565"),
        (dt.datetime(2022, 3, 31), "[$-D07041E]d mmm yy", "๓๑ มี.ค. ๖๕"),
        (dt.datetime(2022, 3, 31), "[$-41E]mmmm yyyy", "มีนาคม 2022"),
        (dt.datetime(2022, 3, 31, 14, 5), "d/m/bbbb h:mm", "31/3/2565 14:05"),
        (dt.datetime(2565, 3, 31), "dd/mm/yyyy", "31/03/2565"),
        (dt.datetime(2022, 3, 1), "mmm-yy", "Mar-22"),
        (dt.time(9, 30), "h:mm AM/PM", "9:30 AM"),
        (dt.timedelta(hours=30, minutes=5), "[h]:mm", "30:05:00"),
    ],
)
def test_values_are_shown_as_the_sheet_shows_them(value: object, number_format: str, text: str) -> None:
    assert display(value, number_format) == text


def test_broken_archives_are_corrupt() -> None:
    data = word(plan)
    assert extract(data[: len(data) // 2]).outcome == "corrupt"
    assert extract(b"PK\x03\x04" + b"\0" * 200).outcome == "corrupt"


def test_a_package_without_its_main_part_is_corrupt() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/styles.xml", "<x/>")
    assert extract(out.getvalue()).outcome == "corrupt"


@pytest.mark.parametrize("part", ["word/document.xml", "xl/worksheets/sheet1.xml"])
def test_a_zip_bomb_is_not_unpacked(part: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, b"0" * 50_000_000)
    assert len(out.getvalue()) < 100_000
    assert extract(out.getvalue()).outcome == "too_large"


def test_a_sheet_merged_to_the_last_cell_is_read_all_the_same() -> None:
    data, out = excel(lambda book: [book.active.append([text, "ข"]) for text in ("ก", "ค")] and None), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as changed:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                merged = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
                part = part.replace(b"</sheetData>", merged)
                assert merged in part
            changed.writestr(name, part)
    assert extract(out.getvalue()).text == "ก\nข\nค\nข"


def test_a_sheet_that_claims_the_last_cell_is_read_up_to_what_is_filled() -> None:
    def build(book: openpyxl.Workbook) -> None:
        book.active["A1"], book.active["XFD1048576"] = "ก", "ไกล"

    document = read_xlsx(excel(build))
    assert (document.outcome, document.text, document.markers) == ("ok", "ก", ("cut",))


def test_entities_of_a_hostile_document_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("ความลับ", encoding="utf-8")
    data, out = word(plan), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as changed:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "word/document.xml":
                declaration = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'.encode()
                head, body = part.split(b"?>", 1)
                part = head + b"?>" + declaration + body.replace("กองช่าง".encode(), b"&s;")
            changed.writestr(name, part)
    assert "ความลับ" not in extract(out.getvalue()).text


def test_a_file_behind_a_password_is_encrypted() -> None:
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert extract(header + "EncryptedPackage".encode("utf-16-le")).outcome == "encrypted"


@pytest.mark.parametrize(
    ("stream", "name", "program"),
    [("WordDocument", ".doc", "antiword or LibreOffice"), ("PowerPoint Document", ".ppt", "LibreOffice")],
)
def test_old_office_files_say_what_would_read_them(
    monkeypatch: pytest.MonkeyPatch, stream: str, name: str, program: str
) -> None:
    monkeypatch.setattr(programs, "find", lambda *names: "")
    document = extract(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le"))
    assert document.outcome == "unsupported_type"
    assert name in document.detail
    assert program in document.detail
