"""Read documents survive the way to JSON and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.text import document as doc
from evidence.text import extract
from evidence.text.serial import from_json, to_json

FULL = doc.DocumentText(
    sha256="ab" * 32,
    kind="pdf",
    title="แผน",
    pages=(
        doc.PageText(
            number=1,
            text="ดำ\n๑",
            raw="ด ำ\n๑",
            offsets=(0, 1, 3, 4, 5),
            reader="pypdfium2",
            quality=0.97,
            repairs={"A2": 1},
            blocks=(doc.Block(doc.HEADING, 0, 2, level=2), doc.Block(doc.TABLE_CELL, 3, 4, doc.FOOTER, 0, 0, 0, 1, 2)),
            doubtful=((0, 1),),
            word_boxes=((0, 2, 1.5, 2.5, 3.0, 4.25),),
            pictures=((0.0, 1.0, 2.0, 3.0),),
            width=595.3,
            height=841.9,
            trouble="unreadable",
        ),
    ),
    tables=(
        doc.Table(1, ((doc.Cell("ก", 3, 4), doc.Cell("ก", 3, 4)), (doc.Cell("ข"), doc.Cell(""))), 1, "ตาราง", (1, 2)),
    ),
    links=(doc.Link("https://a.go.th", "ลิงก์", doc.MAIN, "หัวข้อ", "บริบท", 0),),
    images=(doc.Image("a.png", "alt", "t", "n", 1, 2, doc.ASIDE, 3, "ff"),),
    frames=(doc.Frame("b", "iframe", "t", "h", "n", doc.MAIN),),
    forms=(doc.Form("c", "post", (doc.FormField("select", "n", "l", ("1", "2")),), "t", "h", ("ส่ง",), doc.MAIN, 4),),
    metadata={"author": "ก"},
    markers=("cut",),
    detail="d",
    reader_version="9",
    located={(1, 0, 3): ((1, 10.0, 20.5, 30.0, 40.0),), (1, 3, 5): ()},
)


def test_a_document_with_everything_comes_back_the_same() -> None:
    assert from_json(to_json(FULL)) == FULL


def test_every_field_of_the_full_document_is_filled() -> None:
    """Keeps the test above honest when a field is added."""
    usual = doc.DocumentText("", "")
    same = [name for name in doc.DocumentText.__slots__ if getattr(FULL, name) == getattr(usual, name)]
    assert same == ["outcome", "encoding"]
    page = doc.PageText(1, "", "", (0,), "", 1.0)
    assert [name for name in doc.PageText.__slots__ if getattr(FULL.pages[0], name) == getattr(page, name)] == [
        "number"
    ]


def test_a_failure_comes_back_the_same() -> None:
    failure = doc.DocumentText("", "text", outcome="timeout", detail="ช้า")
    assert from_json(to_json(failure)) == failure


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/pabtdr กำ่ดา\ud800\n", max_size=120))
def test_whatever_was_read_comes_back_the_same(body: str) -> None:
    document = extract(b"<html>" + body.encode("utf-8", "replace"))
    assert from_json(to_json(document)) == document


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 50), max_size=60))
def test_any_offsets_come_back_the_same(numbers: list[int]) -> None:
    page = doc.PageText(1, "x" * max(0, len(numbers) - 1), "y" * 60, tuple(sorted(numbers)), "r", 1.0)
    assert from_json(to_json(doc.DocumentText("", "pdf", pages=(page,)))).pages[0].offsets == page.offsets


def test_offsets_of_a_clean_page_take_no_room() -> None:
    text = "แผนดำเนินงาน " * 2_000
    page = doc.PageText(1, text, text, tuple(range(len(text) + 1)), "r", 1.0)
    assert len(to_json(doc.DocumentText("", "pdf", pages=(page,)))) < len(text.encode()) + 400


def test_thai_stays_thai() -> None:
    assert "แผน".encode() in to_json(FULL)


@pytest.mark.parametrize(
    "data",
    [b"{}", b"[]", b"no json", b'{"format":99}', b'{"format":1}', json.dumps({"format": 1, "pages": 3}).encode()],
)
def test_damaged_texts_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        from_json(data)
