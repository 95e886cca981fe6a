"""OpenDocument, RTF, PowerPoint and Office files of before 2007 give the same shapes as DOCX and XLSX."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pptx
import pytest
from pptx.util import Inches

from evidence.text import converters, extract, programs
from evidence.text import document as doc

DATA = Path(__file__).parent / "data"
has_office = pytest.mark.skipif(not converters.office(), reason="LibreOffice is not installed")


def texts(table: doc.Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def blocks(page: doc.PageText) -> list[tuple[str, str]]:
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def assert_sound(document: doc.DocumentText) -> None:
    """Every cell and link stands where it says, every character has its place in the raw text."""
    pages = {page.number: page for page in document.pages}
    for page in document.pages:
        assert len(page.offsets) == len(page.text) + 1
        assert max(page.offsets) <= len(page.raw)
    for table in document.tables:
        page = pages[table.page]
        assert all(page.text[cell.start : cell.end] == cell.text for row in table.rows for cell in row if cell.text)


PLANS = [pytest.param("plan.doc", marks=has_office), "plan.odt", "plan.rtf"]


@pytest.mark.parametrize("name", PLANS)
def test_a_text_document_of_any_format_has_headings_entries_tables_links_and_pages(name: str) -> None:
    document = extract((DATA / name).read_bytes())
    assert (document.outcome, document.kind) == ("ok", "docx")
    assert document.metadata["format"] == name.rpartition(".")[2]
    first, second = document.pages
    assert blocks(first) == [
        (doc.PARAGRAPH, "เทศบาลตำบลตัวอย่าง"),
        (doc.HEADING, "แผนดำเนินงาน ประจำปี 2565"),
        (doc.PARAGRAPH, "ดำเนินการตามแผน"),
        (doc.HEADING, "ผู้รับผิดชอบ"),
        (doc.LIST_ITEM, "กองช่าง"),
        (doc.TABLE_HEADER, "โครงการ"),
        (doc.TABLE_HEADER, "งบประมาณ"),
        (doc.TABLE_HEADER, "ผล"),
        (doc.TABLE_CELL, "ถนน"),
        (doc.TABLE_CELL, "500,000"),
        (doc.TABLE_CELL, "300,000"),
        (doc.TABLE_CELL, "รวม 800,000"),
        (doc.PARAGRAPH, "ดูที่ เว็บไซต์"),
    ]
    assert [(block.area, block.level) for block in first.blocks[:4]] == [
        (doc.HEADER, 0), (doc.MAIN, 1), (doc.MAIN, 0), (doc.MAIN, 5),
    ]  # fmt: skip
    assert second.text == "หน้าสอง"
    (table,) = document.tables
    assert table.header_rows == 1
    assert texts(table) == [
        ["โครงการ", "งบประมาณ", "ผล"],
        ["ถนน", "500,000", ""],
        ["ถนน", "300,000", ""],
        ["รวม 800,000", "รวม 800,000", "รวม 800,000"],
    ]
    (link,) = document.links
    assert (link.url, link.text, link.context) == ("https://a.go.th/x", "เว็บไซต์", "ดูที่ เว็บไซต์")
    assert first.text[link.start :].startswith("เว็บไซต์")
    assert_sound(document)


@pytest.mark.parametrize("name", ["purchases.xls", "purchases.ods"])
def test_a_workbook_of_any_format_is_read_as_displayed_without_what_is_hidden(name: str) -> None:
    document = extract((DATA / name).read_bytes())
    assert (document.outcome, document.kind) == ("ok", "xlsx")
    (page,), (table,) = document.pages, document.tables
    assert blocks(page)[:2] == [
        (doc.HEADING, "แผนจัดซื้อ"),
        (doc.HEADING, "แผนการจัดซื้อจัดจ้าง ประจำปีงบประมาณ พ.ศ. 2565"),
    ]
    assert texts(table) == [
        ["ที่", "โครงการ", "งบประมาณ", "งบประมาณ"],
        ["ที่", "โครงการ", "ตั้งไว้", "ประกาศ"],
        ["1", "ถนน คสล.", "500,000.00", "31 มีนาคม 2565"],
        ["3", "อาคาร", "250000", "ไม่มี"],
    ]
    assert (table.header_rows, table.caption) == (2, "แผนการจัดซื้อจัดจ้าง ประจำปีงบประมาณ พ.ศ. 2565")
    (link,) = document.links
    assert (link.url, link.text) == ("https://a.go.th/x.pdf", "ถนน คสล.")
    assert link.context == "1 ถนน คสล. 500,000.00 31 มีนาคม 2565"
    assert_sound(document)


def slides(build: Callable[[pptx.presentation.Presentation], None]) -> bytes:
    presentation = pptx.Presentation()
    build(presentation)
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def structure(presentation: pptx.presentation.Presentation) -> None:
    first = presentation.slides.add_slide(presentation.slide_layouts[1])
    first.shapes.title.text = "โครงสร้าง"
    first.placeholders[1].text = "กองคลัง\nกองช่าง"
    second = presentation.slides.add_slide(presentation.slide_layouts[5])
    second.shapes.title.text = "ตาราง"
    table = second.shapes.add_table(3, 2, Inches(1), Inches(2), Inches(5), Inches(2)).table
    for row, cells in enumerate((("ชื่อ", "ตำแหน่ง"), ("นายก", "ปลัด"), ("รวม", ""))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(2, 0).merge(table.cell(2, 1))
    box = second.shapes.add_textbox(Inches(1), Inches(6), Inches(3), Inches(1))
    run = box.text_frame.paragraphs[0].add_run()
    run.text, run.hyperlink.address = "เว็บไซต์", "https://a.go.th/x"
    hidden = presentation.slides.add_slide(presentation.slide_layouts[5])
    hidden.shapes.title.text = "ซ่อน"
    hidden._element.set("show", "0")
    hidden.notes_slide.notes_text_frame.text = "บันทึก"


def test_slides_give_titles_entries_tables_and_links_without_hidden_ones() -> None:
    document = extract(slides(structure))
    assert (document.outcome, document.kind) == ("ok", "pptx")
    first, second = document.pages
    assert blocks(first) == [(doc.HEADING, "โครงสร้าง"), (doc.LIST_ITEM, "กองคลัง"), (doc.LIST_ITEM, "กองช่าง")]
    assert second.text.split("\n")[0] == "ตาราง"
    (table,) = document.tables
    assert (table.page, table.header_rows, texts(table)) == (
        2, 1, [["ชื่อ", "ตำแหน่ง"], ["นายก", "ปลัด"], ["รวม", "รวม"]],
    )  # fmt: skip
    (link,) = document.links
    assert (link.url, link.text, link.heading) == ("https://a.go.th/x", "เว็บไซต์", "ตาราง")
    assert_sound(document)


def test_open_document_slides_are_read_like_powerpoint_ones() -> None:
    document = extract((DATA / "slides.odp").read_bytes())
    assert (document.outcome, document.kind) == ("ok", "pptx")
    assert blocks(document.pages[0]) == [
        (doc.HEADING, "โครงสร้าง"), (doc.LIST_ITEM, "กองคลัง"), (doc.LIST_ITEM, "กองช่าง"),
    ]  # fmt: skip
    assert texts(document.tables[0]) == [["ชื่อ", "ตำแหน่ง"], ["นายก", "ปลัด"], ["รวม", "รวม"]]


def rtf(
    body: str, head: str = r"\ansi\ansicpg874\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset222 Angsana;}}"
) -> bytes:
    return ("{\\rtf1" + head + body + "}").encode("cp874")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"\f1 \'a1\'cd\'a7\'a4\'c5\'d1\'a7\par", "กองคลัง"),
        (r"\uc1\u3585?\u3629?\u3591?\par", "กอง"),
        (r"\uc0\u3585\u3629\u3591\par", "กอง"),
        (r"\uc2\u3585 ab\u3629\'a1\'a1\par", "กอ"),
        (r"\u-10179?\u-8704?\par", "😀"),
        (r"ก{\v ซ่อน}ข\par", "กข"),
        (r"ก{\*\unknown ลับ}ข\par", "กข"),
        (r"a\tab b\line c\par", "a b\nc"),
        (r"{\header หัวกระดาษ\par}เนื้อหา\par", "หัวกระดาษ\nเนื้อหา"),
        (r"ก\bin5 }}}}}ข\par", "กข"),
        (r"\{ก\}\~\_ข\par", "{ก} -ข"),
        ("กข}}}ค", "กข"),
    ],
)
def test_rich_text_is_read_as_it_is_shown(body: str, text: str) -> None:
    document = extract(rtf(body))
    assert (document.outcome, document.text) == ("ok", text)


def test_rich_text_without_a_thai_code_page_is_read_by_its_fonts() -> None:
    head = r"\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset222 Angsana;}}"
    assert extract(rtf(r"\f0 caf\'e9 \f1 \'a1\'a2\par", head)).text == "café กข"


def test_spans_of_a_rich_text_table_go_by_the_edges_of_its_cells() -> None:
    body = (
        r"\trowd\cellx1000\cellx2000\cellx3000\pard\intbl ก\cell ข\cell ค\cell\row"
        r"\trowd\cellx2000\cellx3010\pard\intbl ง\cell จ\cell\row"
        r"\trowd\clvmgf\cellx1000\cellx2000\cellx3000\pard\intbl ฉ\cell ช\cell ซ\cell\row"
        r"\trowd\clvmrg\cellx1000\cellx2000\cellx3000\pard\intbl\cell ฌ\cell ญ\cell\row"
    )
    document = extract(rtf(body))
    assert texts(document.tables[0]) == [["ก", "ข", "ค"], ["ง", "ง", "จ"], ["ฉ", "ช", "ซ"], ["ฉ", "ฌ", "ญ"]]
    assert_sound(document)


def test_rich_text_title_and_author_are_metadata() -> None:
    document = extract(rtf(r"{\info{\title แผน}{\author กองคลัง}}ก\par"))
    assert (document.title, document.metadata["author"], document.text) == ("แผน", "กองคลัง", "ก")


def changed(name: str, part: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(DATA / name) as archive, zipfile.ZipFile(out, "w") as copy:
        for each in archive.namelist():
            content = archive.read(each)
            if each == part:
                content, before = change(content), content
                assert content != before
            copy.writestr(each, content)
    return out.getvalue()


def test_bold_marks_no_headings_where_all_is_bold() -> None:
    def embolden(content: bytes) -> bytes:
        style = b'<style:style style:name="allbold" style:family="paragraph"><style:text-properties fo:font-weight="bold"/></style:style>'
        added = b'<text:p text:style-name="allbold">' + "ข้อความตัวหนา".encode() + b"</text:p>"
        content = content.replace(b"</office:automatic-styles>", style + b"</office:automatic-styles>")
        return content.replace(b"</office:text>", added * 60 + b"</office:text>")

    document = extract(changed("plan.odt", "content.xml", embolden))
    headings = [text for page in document.pages for kind, text in blocks(page) if kind == doc.HEADING]
    assert headings == ["แผนดำเนินงาน ประจำปี 2565"]
    assert document.text.count("ข้อความตัวหนา") == 60


def test_an_open_document_behind_a_password_is_encrypted() -> None:
    def lock(manifest: bytes) -> bytes:
        return manifest.replace(
            b"</manifest:manifest>",
            b'<manifest:file-entry manifest:full-path="x"><manifest:encryption-data/></manifest:file-entry>'
            b"</manifest:manifest>",
        )

    assert extract(changed("plan.odt", "META-INF/manifest.xml", lock)).outcome == "encrypted"


@pytest.mark.parametrize("name", ["plan.odt", "purchases.ods", "slides.odp"])
def test_an_open_document_whose_content_is_cut_is_corrupt(name: str) -> None:
    document = extract(changed(name, "content.xml", lambda content: content[: len(content) // 2]))
    assert (document.outcome, bool(document.detail)) == ("corrupt", True)


def test_a_cut_workbook_of_old_is_corrupt() -> None:
    data = (DATA / "purchases.xls").read_bytes()
    assert extract(data[: len(data) // 2]).outcome == "corrupt"


def test_a_converter_that_cannot_be_shut_off_from_the_network_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "find", lambda *names: "/usr/bin/soffice" if "soffice" in names else "")
    monkeypatch.setattr(programs, "run", lambda *_, **__: programs.Done(b"", "no_isolation", "the network stays"))
    document = extract((DATA / "plan.doc").read_bytes())
    assert (document.outcome, document.detail) == ("unsupported_type", "the network stays")


def test_word_files_of_old_are_read_by_antiword_where_there_is_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = "แผนดำเนินงาน\n\n|ที่|โครงการ|\n|1|ถนน|\n\f\nหน้าสอง\n"
    monkeypatch.setattr(programs, "find", lambda *names: "/usr/bin/antiword" if "antiword" in names else "")
    monkeypatch.setattr(programs, "run", lambda *_, **__: programs.Done(printed.encode()))
    document = extract((DATA / "plan.doc").read_bytes())
    assert (document.outcome, document.kind, document.metadata["converted_by"]) == ("ok", "docx", "antiword")
    assert [page.text for page in document.pages] == ["แผนดำเนินงาน\nที่\nโครงการ\n1\nถนน", "หน้าสอง"]
    assert texts(document.tables[0]) == [["ที่", "โครงการ"], ["1", "ถนน"]]


def test_a_program_gets_no_network_little_memory_and_its_time(tmp_path: Path) -> None:
    shell = programs.find("sh")
    assert shell
    slow = programs.run([shell, "-c", "sleep 30"], tmp_path, 1)
    assert slow.trouble in ("timeout", "no_isolation")
    done = programs.run([shell, "-c", "cat /proc/self/net/dev; ulimit -v; echo $HOME"], tmp_path, 20, 256)
    if done.trouble != "no_isolation":
        *devices, memory, home = done.output.decode().split("\n")[:-1]
        assert [line.partition(":")[0].strip() for line in devices if ":" in line] in (["lo"], [])
        assert (int(memory), home) == (256 * 1024, str(tmp_path))
