from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from audit.cli import main
from oit import criteria
from tests.reports.conftest import make_sample


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    result = make_sample(criteria.load(2565)).build()
    for name in ("may", "june"):
        folder = tmp_path / name / result["agency"]["code"]
        folder.mkdir(parents=True)
        (folder / "result.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
        result["items"][0].update(verdict="unsure", score=None, reasons=["timeout"])
    return tmp_path / "may", tmp_path / "june"


def run(*words: Any) -> Any:
    return CliRunner().invoke(main, ["diff", *map(str, words)])


def test_folders_of_results_are_compared_agency_by_agency(folders: tuple[Path, Path], tmp_path: Path) -> None:
    done = run(*folders, "--html", tmp_path / "changes.html", "--json")
    assert done.exit_code == 0, done.output
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert [item["changes"] for item in line["items"]] == [["vanished"]]
    assert "เคยพบ แต่ครั้งนี้ไม่พบ" in (tmp_path / "changes.html").read_text("utf-8")
    assert "1 of 1 agencies changed" in done.stderr


def test_what_is_no_run_is_a_sentence_and_exit_code_2(folders: tuple[Path, Path], tmp_path: Path) -> None:
    assert run(folders[0], "20220501-x").exit_code == 2
    (tmp_path / "empty").mkdir()
    assert "no <agency code>/result.json" in run(folders[0], tmp_path / "empty").stderr
    broken = tmp_path / "broken.json"
    broken.write_text('{"schema": "oit-result/1"}', encoding="utf-8")
    assert "broken.json: result.agency: missing" in run(folders[0], broken).stderr
