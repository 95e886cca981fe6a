from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyarrow import parquet

from evidence.text import programs
from oit.errors import InputError
from reports.exports import DICTIONARY, FORMATS, rows, tables, write
from tests.reports.conftest import Sample


@pytest.fixture
def result(sample: Sample) -> dict[str, Any]:
    return sample.build()


def test_every_column_of_a_row_is_in_the_dictionary_and_the_other_way_round(result: dict[str, Any]) -> None:
    for table, found in rows(result).items():
        names = {column["name"] for column in tables()[table]}
        assert found and all(set(row) == names for row in found), table


def test_the_three_formats_hold_the_same_rows(result: dict[str, Any], tmp_path: Path) -> None:
    counts = write(tmp_path, [result, result])
    for table, count in counts.items():
        with (tmp_path / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            from_csv = list(csv.DictReader(file))
        from_lines = [json.loads(line) for line in (tmp_path / f"{table}.jsonl").read_text("utf-8").splitlines()]
        from_parquet = parquet.read_table(tmp_path / f"{table}.parquet").to_pylist()
        assert len(from_csv) == len(from_lines) == len(from_parquet) == count > 0
        assert from_lines == from_parquet
        assert [row["agency_code"] for row in from_csv] == [row["agency_code"] for row in from_lines]


def test_what_a_page_says_starts_no_formula_in_a_csv(result: dict[str, Any], tmp_path: Path) -> None:
    result["items"][0]["elements"][0]["quotes"][0]["text"] = "=HYPERLINK(1)"
    result["items"][0]["answer"]["explanation"] = "@SUM(A1)"
    write(tmp_path, [result], ["csv"])
    for path in tmp_path.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for line in csv.reader(file) for cell in line]
        assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]
    assert "'=HYPERLINK(1)" in (tmp_path / "elements.csv").read_text("utf-8-sig")


def test_the_dictionary_says_every_column_in_both_languages(result: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path, [result], ["jsonl"])
    with (tmp_path / DICTIONARY).open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file))
    assert {(row["table"], row["column"]) for row in told if row["column"]} == {
        (table, column["name"]) for table, columns in tables().items() for column in columns
    }
    assert all(row["th"] and row["en"] for row in told)


def test_a_folder_that_cannot_be_written_is_an_error_that_names_it(result: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file"):
        write(tmp_path / "file", [result], FORMATS)


@pytest.mark.skipif(not programs.find("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_csv_with_its_thai_and_no_formula(result: dict[str, Any], tmp_path: Path) -> None:
    result["items"][0]["elements"][0]["quotes"][0]["text"] = "=1+1 น้ำใจ"
    write(tmp_path, [result], ["csv"])
    home = (tmp_path / "profile").as_uri()
    # 44 comma, 34 quote, 76 UTF-8, from row 1: what the import dialogue offers for a file with a byte order mark.
    command = [
        "soffice",
        f"-env:UserInstallation={home}",
        "--headless",
        "--infilter=CSV:44,34,76,1",
        "--convert-to",
        "xlsx",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "elements.csv")],
        check=True,
        capture_output=True,
        timeout=180,
    )
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "elements.xlsx").active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    texts = {str(cell.value) for cell in cells}
    assert {"'=1+1 น้ำใจ", result["agency"]["code"]} <= texts
