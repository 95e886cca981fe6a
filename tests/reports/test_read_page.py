"""The page that shows what is read in a document."""

from __future__ import annotations

import html
import re

import pytest

from evidence.text.document import (
    HEADING,
    PARAGRAPH,
    TABLE_CELL,
    TABLE_HEADER,
    Block,
    Cell,
    DocumentText,
    Link,
    PageText,
    Table,
)
from evidence.text.thai import repair
from reports.read_page import grade, render

JPEG = b"\xff\xd8\xff\xe0 a picture"


def page(raw: str, quality: float = 0.98, trouble: str = "", doubtful: tuple[tuple[int, int], ...] = ()) -> PageText:
    mended = repair(raw)
    blocks = (Block(PARAGRAPH, 0, len(mended.text)),)
    return PageText(
        1, mended.text, raw, mended.offsets, "pypdfium2", quality, mended.repairs, blocks, doubtful, trouble=trouble
    )


def document(*pages: PageText, **more: object) -> DocumentText:
    return DocumentText("ab" * 32, "pdf", pages=pages, title="แผน", **more)  # type: ignore[arg-type]


def marks(shown: str, kind: str) -> list[tuple[str, str]]:
    """Marked words with what the reader gave for them, without those of the legend."""
    found = re.findall(rf'<mark class="{kind}" title="([^"]*)">([^<]*)</mark>', shown)
    return [(html.unescape(words), html.unescape(before)) for before, words in found]


def test_mended_letters_are_marked_with_what_the_file_holds() -> None:
    shown = render(document(page("เทศบาลต าบล จัดท าแผน")), {}, "plan.pdf")
    assert marks(shown, "mended") == [("ตำ", "ต␣า"), ("ทำ", "ท␣า")]


def test_a_dropped_blank_marks_the_letter_it_stood_in() -> None:
    shown = render(document(page("ข ้อมูล")), {}, "plan.pdf")
    assert marks(shown, "mended") == [("ข้", "ข␣้")]


def test_clean_text_has_no_marks() -> None:
    shown = render(document(page("แผนดำเนินงานประจำปีงบประมาณ พ.ศ. ๒๕๖๕")), {}, "plan.pdf")
    assert marks(shown, "mended") == marks(shown, "doubt") == []


def test_doubted_letters_are_marked_as_such() -> None:
    text = "พ.ศ. ๒๕๖๕"
    shown = render(document(page(text, doubtful=((5, 9),))), {}, "plan.pdf")
    assert [words for words, _ in marks(shown, "doubt")] == ["๒๕๖๕"]


def test_the_picture_stands_beside_the_text_as_data() -> None:
    with_picture = render(document(page("แผน")), {1: JPEG}, "plan.pdf")
    without = render(document(page("แผน")), {}, "plan.pdf")
    assert 'src="data:image/jpeg;base64,' in with_picture
    assert "<img" not in without


def test_nothing_of_the_document_becomes_markup_or_is_loaded() -> None:
    bad = '<script>alert(1)</script><img src=x onerror=alert(1)> " onmouseover="x'
    links = (Link("javascript:alert(1)", bad), Link("https://example.go.th/a?b=1&c=2", bad))
    table = Table(1, ((Cell(bad),),), caption=bad)
    shown = render(document(page(bad), links=links, tables=(table,), detail=bad, outcome="corrupt"), {}, bad)
    assert "<script" not in shown
    assert "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", shown)
    assert "javascript:" not in shown
    assert "default-src 'none'" in html.unescape(shown)
    assert set(re.findall(r'(?:href|src)="([^"]*)"', shown)) <= {
        "#page-1",
        "https://example.go.th/a?b=1&amp;c=2",
    }


def test_tables_dates_and_links_are_shown() -> None:
    text = "ประกาศ ณ วันที่ ๑ ตุลาคม พ.ศ. ๒๕๖๔\nโครงการ\nงบประมาณ"
    table = Table(1, ((Cell("โครงการ"), Cell("งบประมาณ")), (Cell("ถนน"), Cell("๕๐๐"))), 1)
    links = (Link("https://example.go.th/plan.pdf", "แผนงาน"),)
    shown = render(document(page(text), tables=(table,), links=links), {}, "plan.pdf")
    assert "<th>งบประมาณ</th>" in shown
    assert "<td>๕๐๐</td>" in shown
    assert "2021-10-01" in shown
    assert 'href="https://example.go.th/plan.pdf"' in shown


def test_a_cell_that_spans_is_shown_once() -> None:
    wide = Cell("รวม", 0, 3)
    table = Table(1, ((wide, wide, Cell("ก", 4, 5)), (Cell("ข", 6, 7), Cell("ค", 8, 9), Cell("ง", 10, 11))))
    shown = render(document(page("รวม ก ข ค ง"), tables=(table,)), {}, "plan.pdf")
    assert '<td colspan="2">รวม</td><td>ก</td>' in shown


@pytest.mark.parametrize("trouble", ["scanned_without_ocr", "unreadable", "something_new"])
def test_a_page_in_trouble_says_why(trouble: str) -> None:
    shown = render(document(page("แผน", trouble=trouble)), {}, "plan.pdf")
    assert '<p class="trouble">' in shown


@pytest.mark.parametrize(
    ("text", "quality", "trouble", "said"),
    [
        ("แผน", 0.98, "", "good"),
        ("แผน", 0.9, "", "usable"),
        ("แผน", 0.5, "", "poor"),
        ("แผน", 0.98, "unreadable", "poor"),
        ("", 1.0, "", "empty"),
    ],
)
def test_pages_are_graded_as_the_gate_does(text: str, quality: float, trouble: str, said: str) -> None:
    assert grade(page(text, quality, trouble)) == said


def test_all_text_is_shown_whatever_the_blocks() -> None:
    text = "หัวข้อ\nระหว่าง\nเซลล์"
    blocks = (Block(HEADING, 0, 6), Block(TABLE_HEADER, 15, 17), Block(TABLE_CELL, 17, 20))
    one = PageText(1, text, text, tuple(range(len(text) + 1)), "pypdfium2", 1.0, blocks=blocks)
    shown = html.unescape(re.sub(r"<[^>]*>", "", render(document(one), {}, "a.pdf")))
    assert all(word in shown.replace("\n", "") for word in ("หัวข้อ", "ระหว่าง", "เซ", "ลล์"))
