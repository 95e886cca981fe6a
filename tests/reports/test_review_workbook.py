from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evidence.text import programs
from oit.errors import InputError
from oit.model import Framework
from reports.review_workbook import read, write
from tests.reports.conftest import Sample


@pytest.fixture
def book(sample: Sample, framework: Framework, tmp_path: Path) -> Path:
    sample.reviews = []
    path = tmp_path / "review.xlsx"
    write(path, [sample.build()], {2565: framework})
    return path


def decide(path: Path, **cells: Any) -> int:
    """Fill in the first row; returns its number."""
    opened = openpyxl.load_workbook(path)
    sheet = opened["items"]
    names = [cell.value for cell in sheet[1]]
    for name, value in cells.items():
        sheet.cell(3, names.index(name) + 1).value = value
    opened.save(path)
    return 3


def test_a_row_for_every_item_those_that_need_a_person_first(book: Path, framework: Framework) -> None:
    sheet = openpyxl.load_workbook(book)["items"]
    names = [cell.value for cell in sheet[1]]
    rows = [dict(zip(names, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=3)]
    assert {row["item"] for row in rows} == set(framework.by_code)
    verdicts = [row["verdict"] for row in rows]
    assert verdicts == sorted(verdicts, key=["ต้องให้เจ้าหน้าที่ตรวจ", "ไม่ผ่าน", "ผ่าน", "ไม่นำมาคิดคะแนน"].index)
    unsure = [row["points"] for row in rows if row["verdict"] == "ต้องให้เจ้าหน้าที่ตรวจ"]
    assert unsure == sorted(unsure, reverse=True)
    met = next(row for row in rows if row["verdict"] == "ผ่าน")
    assert "“" in met["quotes"] and "https://" in met["quotes"] and not met["decision"]
    assert next(row for row in rows if row["item"] == "o2")["reasons"]


def test_an_untouched_workbook_holds_no_decision(book: Path) -> None:
    assert read(book) == []


@pytest.mark.parametrize(
    "word, meant", [("ผ่าน", "met"), ("ไม่ผ่าน", "not_met"), ("ไม่นำมาคิดคะแนน", "excluded"), ("Not met", "not_met")]
)
def test_a_decision_is_read_back(book: Path, word: str, meant: str) -> None:
    row = decide(book, decision=word, decision_reason="ตรวจแล้วครบ", decided_by="น.ส. ตัวอย่าง")
    (one,) = read(book)
    assert (one.decision, one.reason, one.by, one.row, one.framework) == (
        meant,
        "ตรวจแล้วครบ",
        "น.ส. ตัวอย่าง",
        row,
        2565,
    )


def test_bad_rows_are_named_and_nothing_is_read(book: Path) -> None:
    decide(book, decision="ผ่านมั้ง", decided_at="เมื่อวาน")
    with pytest.raises(InputError) as caught:
        read(book)
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["row 3"] * 3
    assert "ผ่านมั้ง" in str(caught.value) and "เมื่อวาน" in str(caught.value)


def test_decisions_already_made_stand_in_their_cells(sample: Sample, framework: Framework, tmp_path: Path) -> None:
    sample.reviews = [
        {"item": "o1", "decision": "not_met", "reason": "ภาพเล็กเกินไป", "by": "ก", "at": "2022-05-12T10:00:00+07:00"}
    ]
    write(tmp_path / "review.xlsx", [sample.build()], {2565: framework})
    (one,) = read(tmp_path / "review.xlsx")
    assert (one.item, one.decision, one.reason, one.at) == ("o1", "not_met", "ภาพเล็กเกินไป", "2022-05-12T10:00:00+07:00")


@pytest.mark.skipif(not programs.find("soffice"), reason="LibreOffice is not installed")
def test_a_workbook_saved_by_libreoffice_keeps_its_thai_and_its_decisions(book: Path, tmp_path: Path) -> None:
    number = decide(book, decision="ผ่าน", decision_reason="เปิดดูแล้วมีครบ น้ำใจ ปี ๒๕๖๕", decided_by="นางสาวอำไพ ตรวจดี")
    before = openpyxl.load_workbook(book)["items"]
    saved = tmp_path / "saved"
    home = (tmp_path / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={home}", "--headless", "--convert-to", "xlsx", "--outdir", str(saved)]
    subprocess.run([*command, str(book)], check=True, capture_output=True, timeout=180)
    (decision,) = read(saved / book.name)
    assert (decision.decision, decision.reason, decision.row) == ("met", "เปิดดูแล้วมีครบ น้ำใจ ปี ๒๕๖๕", number)
    after = openpyxl.load_workbook(saved / book.name)["items"]
    texts = [[[str(cell.value or "") for cell in row] for row in sheet.iter_rows()] for sheet in (before, after)]
    assert texts[0] == texts[1]
