from __future__ import annotations

import csv
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evidence.text.programs import find
from oit import criteria
from oit.errors import InputError
from oit.model import Answer, Submission
from oit.submission_sheets import columns, read_all, write, write_template
from oit.submissions import from_json
from tests.oit.test_submissions import GOOD

FRAMEWORK = criteria.load(2565)
HEAD = [one["name"] for one in columns() if one.get("required")]
AGENCY = ["6470301", "อบต.ตัวอย่าง", "subdistrict_administrative_organisation", "https://www.example.go.th/", "2565"]
ITEM = ("o1", "มี", "https://www.example.go.th/a")


def row(item: str = "o1", disclosed: str = "มี", url: str = "https://www.example.go.th/a", **agency: str) -> list[str]:
    code, name, kind, homepage, framework = AGENCY
    cells = {
        "agency_code": code,
        "agency_name": name,
        "agency_type": kind,
        "homepage": homepage,
        "framework": framework,
        "item": item,
        "disclosed": disclosed,
        "url": url,
    } | agency
    return [cells[name] for name in HEAD]


def table(
    folder: Path, *rows: list[str], head: list[str] = HEAD, encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    path = folder / "answers.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([head, *rows])
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_all(path)
    return caught.value.problems


def submission(**changes: Any) -> Submission:
    return replace(from_json(GOOD, "x"), source="", **changes)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_is_written_is_read_back_unchanged(tmp_path: Path, ending: str) -> None:
    answers = (
        Answer("o1", True, ("https://a.go.th/๑", "https://a.go.th/2"), "เมนู > โครงสร้าง\nบรรทัดสอง"),
        Answer("o2", False),
        Answer("o3", True, (), '=HYPERLINK("http://evil.example")', "-1+1 ตามกฎหมาย"),
        Answer("o4", True, ("@SUM(A1)", "https://a.go.th/x?a=1,2")),
    )
    given = submission(answers=answers)
    path = tmp_path / f"all.{ending}"
    write(path, [given], {2565: FRAMEWORK})
    assert [replace(one, source="") for one in read_all(path)] == [given]


def test_no_cell_of_a_workbook_is_a_formula_and_no_field_of_a_csv_starts_like_one(tmp_path: Path) -> None:
    nasty = ("=1+1", "+1", "-1", "@a", "\tx", "=cmd|' /C calc'!A0")
    answers = tuple(Answer(f"o{number}", True, (), text, text) for number, text in enumerate(nasty, start=1))
    given = submission(answers=answers)
    write(tmp_path / "a.xlsx", [given], {2565: FRAMEWORK})
    write(tmp_path / "a.csv", [given], {2565: FRAMEWORK})
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert sum(str(cell.value).startswith(("=", "+", "-", "@")) and cell.quotePrefix for cell in cells) >= 10
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not [
            field for line in csv.reader(file) for field in line if field.startswith(("=", "+", "-", "@", "\t"))
        ]


def test_every_bad_row_is_told_by_number_and_reason(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        row(),
        row(item="o99"),
        row(item="o2", disclosed="อาจจะ"),
        row(item="o3", disclosed=""),
        row(item="", url="", disclosed="มี"),
        row(item="o1", disclosed="ไม่มี"),
        row(item="o4", agency_name="เทศบาลอื่น"),
    )
    told = problems(path)
    assert [problem.split(":")[0].split(" (")[0].split(".")[0] for problem in told] == [
        "row 3",
        "row 4",
        "row 5",
        "row 6",
        "row 7",
        "row 8",
    ]
    for problem, word in zip(told, ("o99", "อาจจะ", "disclosed is missing", "item", "both", "เทศบาลอื่น"), strict=True):
        assert word in problem


def test_missing_columns_and_files_without_a_heading_are_named(tmp_path: Path) -> None:
    assert "url" in problems(table(tmp_path, head=[name for name in HEAD if name != "url"]))[0]
    assert "no row of column names" in problems(table(tmp_path, head=["a", "b"]))[0]
    assert "holds no answers" in problems(table(tmp_path))[0]


def test_a_blank_agency_means_the_row_above_and_a_blank_item_beside_a_url_the_item_above(tmp_path: Path) -> None:
    blank = dict.fromkeys(("agency_code", "agency_name", "agency_type", "homepage", "framework"), "")
    path = table(
        tmp_path,
        row(),
        row(item="", disclosed="", url="https://www.example.go.th/b", **blank),
        row(item="o2", disclosed="ไม่มี", url="", **blank),
    )
    (read,) = read_all(path)
    assert read.by_item["o1"].urls == ("https://www.example.go.th/a", "https://www.example.go.th/b")
    assert not read.by_item["o2"].disclosed


def test_a_table_holds_many_agencies_and_their_rows_may_lie_apart(tmp_path: Path) -> None:
    other = {"agency_code": "6470302", "agency_name": "เทศบาลตำบลสอง", "agency_type": "subdistrict_municipality"}
    path = table(tmp_path, row(), row(**other), row(item="o2"), row(item="o2", **other))
    assert [(one.agency.code, len(one.answers)) for one in read_all(path)] == [("6470301", 2), ("6470302", 2)]


@pytest.mark.parametrize("word, disclosed", [("มี", True), ("ไม่มี", False), ("YES", True), ("0", False), ("True", True)])
def test_the_words_of_the_contract_say_disclosed_or_not(tmp_path: Path, word: str, disclosed: bool) -> None:
    assert read_all(table(tmp_path, row(disclosed=word)))[0].answers[0].disclosed is disclosed


@pytest.mark.parametrize("encoding, delimiter", [("cp874", ","), ("utf-16", "\t"), ("utf-8-sig", ";"), ("utf-8", "\t")])
def test_csv_as_spreadsheet_programs_save_it_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    (read,) = read_all(table(tmp_path, row(), encoding=encoding, delimiter=delimiter))
    assert read.agency.name == "อบต.ตัวอย่าง"


def test_thai_headings_thai_digits_and_numbers_as_excel_keeps_them_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["ทะเบียนคำตอบ"])
    book.active.append([next(one["th"] for one in columns() if one["name"] == name) for name in HEAD])
    book.active.append([6470301, *AGENCY[1:4], 2565.0, 1, True, "https://a.go.th/"])
    book.active.append([None, None, None, None, "๒๕๖๕", "O๒", "ไม่มี", None])
    book.save(tmp_path / "a.xlsx")
    (read,) = read_all(tmp_path / "a.xlsx")
    assert (read.framework, [answer.item for answer in read.answers]) == (2565, ["o1", "o2"])
    assert read.by_item["o1"].disclosed


def test_a_template_has_a_row_for_every_item_and_unfilled_rows_are_not_answered(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    write_template(
        path, FRAMEWORK, dict(zip(("agency_code", "agency_name", "agency_type", "homepage"), AGENCY, strict=False))
    )
    book = openpyxl.load_workbook(path)
    sheet = book["answers"]
    names = [cell.value for cell in sheet[1]]
    codes = [sheet.cell(line, names.index("item") + 1).value for line in range(3, sheet.max_row + 1)]
    assert codes == [item.code for item in FRAMEWORK.items]
    sheet.cell(3, names.index("disclosed") + 1).value = "มี"
    sheet.cell(3, names.index("url") + 1).value = "https://a.go.th/"
    book.save(path)
    (read,) = read_all(path)
    assert [answer.item for answer in read.answers] == ["o1"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"<html>"])
def test_a_file_that_is_no_workbook_is_an_error_that_names_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"broken\.xlsx"):
        read_all(path)


@pytest.mark.skipif(not find("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_template_and_keeps_its_thai(tmp_path: Path) -> None:
    write_template(tmp_path / "form.xlsx", FRAMEWORK, {"agency_code": "1", "agency_name": "องค์การบริหารส่วนตำบลน้ำใส"})
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "form.xlsx")], check=True, capture_output=True, timeout=180
    )
    text = (tmp_path / "form.csv").read_text("utf-8")
    assert "องค์การบริหารส่วนตำบลน้ำใส" in text and FRAMEWORK.items[0].title.th in text
