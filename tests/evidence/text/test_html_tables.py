"""Tables of web pages: which hold data, their grids and heading rows."""

from __future__ import annotations

import pytest

from evidence.text import document as doc
from evidence.text.html import read_html


def tables(body: str) -> tuple[doc.Table, ...]:
    return read_html(f"<html><body>{body}</body></html>".encode()).tables


def texts(table: doc.Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_cells_lie_in_the_text_and_blocks_name_their_place() -> None:
    document = read_html("<table><tr><th>ที่<th>โครงการ<tr><td>1<td><p>ถนน</p><p>คสล.</p></table>".encode())
    page, table = document.pages[0], document.tables[0]
    assert texts(table) == [["ที่", "โครงการ"], ["1", "ถนน\nคสล."]]
    assert all(page.text[cell.start : cell.end] == cell.text for row in table.rows for cell in row)
    assert [(block.kind, block.table, block.row, block.column) for block in page.blocks] == [
        (doc.TABLE_HEADER, 0, 0, 0),
        (doc.TABLE_HEADER, 0, 0, 1),
        (doc.TABLE_CELL, 0, 1, 0),
        (doc.TABLE_CELL, 0, 1, 1),
        (doc.TABLE_CELL, 0, 1, 1),
    ]


def test_spans_are_filled_by_repeating_the_cell() -> None:
    (table,) = tables(
        "<table><tr><th rowspan=2>ที่<th colspan=2>งบประมาณ<tr><th>ตั้ง<th>จ่าย<tr><td>1<td>500<td>300"
        "<tr><td rowspan=0>2<td>1<td>2<tr><td>3<td>4</table>"
    )
    assert texts(table) == [
        ["ที่", "งบประมาณ", "งบประมาณ"],
        ["ที่", "ตั้ง", "จ่าย"],
        ["1", "500", "300"],
        ["2", "1", "2"],
        ["2", "3", "4"],
    ]
    assert table.header_rows == 2


@pytest.mark.parametrize(
    "first",
    [
        "<tr><th>ที่</th><th>ชื่อ</th></tr>",
        "<thead><tr><td>ที่</td><td>ชื่อ</td></tr></thead>",
        "<tr><td><b>ที่</b></td><td><strong>ชื่อ</strong></td></tr>",
        '<tr bgcolor="#CCCCCC"><td>ที่</td><td>ชื่อ</td></tr>',
        '<tr><td style="background-color:#eee">ที่</td><td style="background:#eee">ชื่อ</td></tr>',
        '<tr><td style="font-weight:bold">ที่</td><td style="font-weight:bold">ชื่อ</td></tr>',
    ],
)
def test_the_heading_row_is_found(first: str) -> None:
    (table,) = tables(f"<table>{first}<tr><td>1</td><td>ก</td></tr><tr><td>2</td><td>ข</td></tr></table>")
    assert table.header_rows == 1


def test_a_plain_table_has_no_heading_row() -> None:
    assert tables("<table><tr><td>1<td>ก<tr><td>2<td>ข</table>")[0].header_rows == 0


def test_a_title_across_all_columns_is_the_caption_and_part_of_the_heading() -> None:
    (table,) = tables("<table><tr><td colspan=2>แผนปี 2565<tr><th>ที่<th>ชื่อ<tr><td>1<td>ก<tr><td>2<td>ข</table>")
    assert (table.caption, table.header_rows) == ("แผนปี 2565", 2)


def test_a_caption_element_is_the_caption() -> None:
    assert tables("<table><caption>ตาราง 1</caption><tr><th>ก<th>ข<tr><td>1<td>2</table>")[0].caption == "ตาราง 1"


@pytest.mark.parametrize(
    "layout",
    [
        "<table><tr><td>ทั้งหมดในช่องเดียว</td></tr></table>",
        "<table><tr><td>เมนู</td><td>เนื้อหา</td></tr></table>",
        '<table role="presentation"><tr><td>1<td>2<tr><td>3<td>4</table>',
        "<table><tr><td><h2>หัวข้อ</h2><p>ย่อหน้า</p><td>ข้าง<tr><td>ล่าง<td>ท้าย</table>",
        "<table><tr><td>ชื่อ<td><input name=a><tr><td>เรื่อง<td><textarea name=b></textarea></table>",
        "<table><tr><td>ก<tr><td>ข<tr><td>ค</table>",
        "<table><tr><td><a href=1>ก</a><td><a href=2>ข</a><tr><td><a href=3>ค</a><td><a href=4>ง</a></table>",
    ],
)
def test_tables_that_only_lay_out_the_page_are_read_as_text(layout: str) -> None:
    document = read_html(f"<body>{layout}</body>".encode())
    assert document.tables == ()
    assert {block.table for block in document.pages[0].blocks} <= {-1}
    assert document.text


def test_a_menu_column_makes_a_table_a_layout_and_a_list_of_documents_does_not() -> None:
    def table(ending: str) -> str:
        links = "".join(f"<p><a href=/p/{n}{ending}>รายการที่ {n} ของเมนูนี้</a></p>" for n in range(9))
        return f"<table><tr><td>{links}<td>แผนปี 2565<tr><td>ปี 2564<td>เนื้อหา</table>"

    assert tables(table("")) == ()
    assert len(tables(table(".pdf"))) == 1


def test_a_data_table_inside_a_layout_table_is_found_alone() -> None:
    document = read_html(
        "<table><tr><td>เมนู<td><table><tr><th>ที่<th>ชื่อ<tr><td>1<td>ก<tr><td>2<td>ข</table><tr><td>ท้าย<td>จบ</table>".encode()
    )
    assert [texts(table) for table in document.tables] == [[["ที่", "ชื่อ"], ["1", "ก"], ["2", "ข"]]]
    assert document.text.startswith("เมนู\nที่")


def test_a_small_table_inside_a_cell_stays_part_of_the_cell() -> None:
    (table,) = tables("<table><tr><th>ก<th>ข<tr><td>1<td><table><tr><td>ใน</td></tr></table><tr><td>2<td>3</table>")
    assert texts(table)[1] == ["1", "ใน"]


def test_absurd_spans_do_not_grow_the_table() -> None:
    (table,) = tables('<table><tr><th colspan="999999999">ก<th rowspan="99999999">ข<tr><td>1<td>2</table>')
    assert len(table.rows) == 2
    assert max(map(len, table.rows)) < 300


def test_rows_without_cells_and_cells_without_rows_are_read() -> None:
    document = read_html("<table><tr></tr><tr><th>ก<th>ข</tr><td>ค<td>ง</table>".encode())
    assert document.text.split("\n") == ["ก", "ข", "ค", "ง"]
