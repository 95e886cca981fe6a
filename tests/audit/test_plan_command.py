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
def results(tmp_path: Path) -> tuple[Path, str]:
    result = make_sample(criteria.load(2565)).build()
    code = result["agency"]["code"]
    folder = tmp_path / "results" / code
    folder.mkdir(parents=True)
    (folder / "result.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    return tmp_path / "results", code


def run(*words: Any) -> Any:
    return CliRunner().invoke(main, ["plan", *map(str, words)])


def test_the_plan_and_the_follow_up_report_are_written_as_docx_and_html(
    results: tuple[Path, str], tmp_path: Path
) -> None:
    folder, code = results
    scores = tmp_path / "scores.csv"
    scores.write_text("code,score\n4,84.76\n", encoding="utf-8")
    done = run(
        code, "--results", folder, "--out", tmp_path / "plan", "--iit", "94.63", "--eit", "97.82", "--scores", scores,
        "--unit", "9.3=กองคลัง", "--unit", "สำนักปลัด", "--arabic-digits",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "plan").iterdir()) == [
        f"{name}-{code}-2566.{ending}" for name in ("follow-up", "plan") for ending in ("docx", "html")
    ]
    page = (tmp_path / "plan" / f"plan-{code}-2566.html").read_text("utf-8")
    assert "94.63" in page and "84.76" in page and "กองคลัง" in page and "สำนักปลัด" in page
    assert "empty form" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--iit", "101"), "not from 0 to 100"),
        (("--unit", "o99=กองคลัง"), "'o99' is no item or sub-indicator"),
        (("--unit", "a", "--unit", "b"), "given twice"),
        (("--store", "."), "either --store or --results"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_and_exit_code_2(
    results: tuple[Path, str], tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    done = run(results[1], "--results", results[0], "--out", tmp_path / "plan", *words)
    assert done.exit_code == 2 and told in done.stderr


def test_an_agency_without_a_result_is_a_sentence(results: tuple[Path, str], tmp_path: Path) -> None:
    done = run("nobody", "--results", results[0], "--out", tmp_path / "plan")
    assert done.exit_code == 2 and "nobody/result.json" in done.stderr
