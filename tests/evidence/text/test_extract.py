"""The front door of reading: real types, failures, plain text, and the way back from text to raw."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.text import READER_VERSION, ReadOptions, extract
from evidence.text import document as doc
from evidence.text.filetype import sniff
from evidence.text.pieces import PageBuilder

REAL_PAGES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "html"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.4\n", "pdf"),
        (b"\n\n  \xef\xbb\xbf%PDF-1.7", "pdf"),
        (b"junk before the header " * 10 + b"%PDF-1.3", "pdf"),
        (b"<html><p>about %PDF-1.4</p>", "html"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b"\xff\xd8\xff\xe0....JFIF", "image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image"),
        (b"GIF89a", "image"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"<?php\n echo '<p>x</p>'; ?>", "html"),
        ("\ufeff<html><body>ก".encode(), "html"),
        ("<html><body>ก".encode("utf-16"), "html"),
        (b"<br />\n<b>Warning</b>:  include()", "html"),
        ("ประกาศ เรื่อง แผน".encode(), "text"),
        ("ประกาศ เรื่อง แผน".encode("cp874"), "text"),
        (b"PK\x03\x04 broken", "broken_zip"),
        (b"Rar!\x1a\x07", "rar"),
        (b"{\\rtf1\\ansi", "rtf"),
        (b"\x00\x00\x00\x18ftypmp42", "other"),
        (b"MZ\x90\x00", "other"),
        (bytes(range(256)) * 4, "other"),
    ],
)
def test_the_type_is_found_by_content(data: bytes, kind: str) -> None:
    assert sniff(data)[0] == kind


def test_a_web_page_named_pdf_is_read_as_a_web_page() -> None:
    document = extract(
        b"<?php session_start(); ?><html><p>Login</p></html>",
        content_type="application/pdf",
        url="http://a.go.th/a.pdf",
    )
    assert (document.kind, document.outcome) == ("html", "ok")
    assert document.text == "Login"


@pytest.mark.parametrize("data", [b"", b"\0\0\0\0", b"  \n "])
def test_an_empty_file_is_corrupt(data: bytes) -> None:
    assert extract(data).outcome == "corrupt"


def test_every_document_carries_its_hash_and_the_version_of_the_readers() -> None:
    document = extract(b"<p>x</p>")
    assert document.sha256 == hashlib.sha256(b"<p>x</p>").hexdigest()
    assert document.reader_version == READER_VERSION


def test_unsupported_files_say_what_they_are() -> None:
    document = extract(b"7z\xbc\xaf\x27\x1c\x00\x04")
    assert (document.outcome, document.detail) == ("unsupported_type", "7-Zip archive")


def test_a_failing_reader_gives_corrupt_and_never_raises() -> None:
    document = extract(b"<p>x</p>", options=ReadOptions(test_hook="evidence.text.serial:from_json"))
    assert document.outcome == "corrupt"
    assert document.detail


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"<html>", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
def test_no_bytes_make_it_raise(data: bytes, start: bytes) -> None:
    assert extract(start + data).outcome in (
        "ok",
        "corrupt",
        "unsupported_type",
        "encrypted",
        "unreadable",
        "too_large",
    )


def test_plain_text_is_cut_at_blank_lines() -> None:
    page = extract("หนึ่ง\nต่อ\n\nสอง".encode("cp874")).pages[0]
    assert [page.text[block.start : block.end] for block in page.blocks] == ["หนึ่ง\nต่อ", "สอง"]


def test_csv_is_a_table_with_a_heading() -> None:
    document = extract("ที่;โครงการ\n1;ถนน\n".encode("cp874"), content_type="text/csv")
    assert [[cell.text for cell in row] for row in document.tables[0].rows] == [["ที่", "โครงการ"], ["1", "ถนน"]]
    assert document.tables[0].header_rows == 1
    assert document.encoding == "cp874"


@pytest.mark.skipif(not REAL_PAGES.is_dir(), reason="the collection of real pages is not beside the project")
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("saiyoi/general_basic.html", ["จำนวนหมู่บ้าน 12 หมู่", "ติดต่อกับบ้านห้วยกูด หมู่ที่ 5 ตำบลเด่นชัย"]),
        ("hangdong/power.html", ["1.3 รักษาความสะอาดของถนนหรือทางเดินและที่สาธารณะ", "อำนาจหน้าที่ตามกฎหมายของเทศบาลตำบล"]),
        ("hangdong/want.html", ["คำกล่าวแสดงเจตจำนงของผู้บริหาร", "ซื่อสัตย์ สุจริต"]),
        ("tis620/modules_aboutus_aboutus.html", ["MAXSITE 1.10"]),
        ("phukradungsao_home.html", ["องค์การบริหารส่วนตำบลภูกระดึง"]),
    ],
)
def test_real_pages_are_read(page: str, words: list[str]) -> None:
    document = extract((REAL_PAGES / page).read_bytes(), url="https://www.example.go.th/")
    assert document.outcome == "ok"
    assert [word for word in words if word not in document.text] == []
    assert document.pages[0].quality > 0.9


@pytest.mark.skipif(not REAL_PAGES.is_dir(), reason="the collection of real pages is not beside the project")
def test_the_menu_of_a_real_home_page_is_told_from_its_content() -> None:
    document = extract((REAL_PAGES / "phukradungsao_home.html").read_bytes(), url="https://www.example.go.th/")
    area = {link.text: link.area for link in document.links}
    assert area["โครงสร้างส่วนราชการ"] == doc.NAVIGATION
    assert sum(link.area == doc.MAIN for link in document.links) > 50


PIECES = st.lists(st.text(alphabet="กดนำาํ ่้ี1 \u200b\ufffdab", min_size=1, max_size=25), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(PIECES, st.data())
def test_every_span_of_a_repaired_page_leads_to_characters_that_exist(pieces: list[str], data: st.DataObject) -> None:
    builder = PageBuilder("test")
    for piece in pieces:
        builder.add(doc.PARAGRAPH, piece)
    page = builder.page(1)
    assert len(page.offsets) == len(page.text) + 1
    assert list(page.offsets) == sorted(page.offsets)
    start = data.draw(st.integers(0, len(page.text)))
    end = data.draw(st.integers(start, len(page.text)))
    begin, stop = page.raw_span(start, end)
    assert 0 <= begin <= stop <= len(page.raw)
    if end > start:
        assert stop > begin


@settings(max_examples=100, deadline=None)
@given(PIECES)
def test_the_span_of_all_text_is_all_that_was_read(pieces: list[str]) -> None:
    builder = PageBuilder("test")
    for piece in pieces:
        builder.add(doc.PARAGRAPH, piece)
    page = builder.page(1)
    if page.text:
        begin, stop = page.raw_span(0, len(page.text))
        lost = page.raw[:begin] + page.raw[stop:]
        assert not any("ก" <= letter <= "ฮ" or letter in "1ab" for letter in lost)


@pytest.mark.parametrize("damage", ["ด า", "ดํา", "น ้า", "ข ้อมูล"])
def test_a_quote_of_repaired_text_gives_the_damaged_letters(damage: str) -> None:
    builder = PageBuilder("test")
    builder.add(doc.PARAGRAPH, f"ก่อน {damage}เนินการ หลัง")
    page = builder.page(1)
    at = page.text.index("เนินการ")
    begin, stop = page.raw_span(at, at + len("เนินการ"))
    assert page.raw[begin:stop] == "เนินการ"
