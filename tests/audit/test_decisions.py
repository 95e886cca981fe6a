from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from audit.cli import main
from audit.decisions import reviewed, without_excluded
from evidence.store import EvidenceStore
from oit import criteria, submissions
from oit.findings import ItemResult, Verdict
from tests.reports.conftest import make_sample

FRAMEWORK = criteria.load(2565)


def items(**verdicts: Verdict) -> list[ItemResult]:
    return [ItemResult(item.code, item.slug, verdicts.get(item.code, Verdict.MET), 0.9) for item in FRAMEWORK.items]


def review(item: str, decision: str) -> dict[str, Any]:
    return {"item": item, "decision": decision, "reason": "r", "by": "b", "at": "2022-05-12"}


def test_only_an_exclusion_changes_a_verdict_and_the_last_decision_holds() -> None:
    decided = [review("o1", "excluded"), review("o2", "not_met"), review("o3", "excluded"), review("o3", "met")]
    verdicts = {item.item: item.verdict for item in without_excluded(items(), decided)}
    assert (verdicts["o1"], verdicts["o2"], verdicts["o3"]) == (Verdict.EXCLUDED, Verdict.MET, Verdict.MET)


def test_the_reviewed_score_takes_decisions_for_verdicts() -> None:
    found = items(o1=Verdict.UNSURE, o42=Verdict.MET)
    assert reviewed(FRAMEWORK, found, []) is None
    told = reviewed(FRAMEWORK, found, [review("o1", "met"), review("o42", "not_met")])
    assert told is not None
    assert (told["decided"], told["against"]) == (2, 1)
    assert told["low"] == told["high"] == 87.5


@pytest.fixture
def store(tmp_path: Path) -> Path:
    sample = make_sample(FRAMEWORK)
    with EvidenceStore.open(tmp_path / "store") as opened:
        run = opened.begin_run(submissions.to_json(sample.submission), "2022-05-10")
        opened.finish_run(run.id, True, result=sample.build())
    folder = tmp_path / "out" / sample.submission.agency.code
    folder.mkdir(parents=True)
    (folder / "result.json").write_text(json.dumps(sample.build(), ensure_ascii=False), encoding="utf-8")
    return tmp_path


def run(*words: Any) -> Any:
    return CliRunner().invoke(main, ["reviews", *map(str, words)])


def test_decisions_go_from_the_workbook_to_the_store_once(store: Path) -> None:
    book = store / "review.xlsx"
    assert run("workbook", store / "out", book, "--only-unsure").exit_code == 0
    opened = openpyxl.load_workbook(book)
    sheet = opened["items"]
    names = [cell.value for cell in sheet[1]]
    item = sheet.cell(3, names.index("item") + 1).value
    sheet.cell(3, names.index("decision") + 1).value = "ผ่าน"
    sheet.cell(3, names.index("decision_reason") + 1).value = "เปิดดูแล้วครบ"
    opened.save(book)
    assert "decided_by is missing" in run("import", book, "--store", store / "store").stderr
    for told in ("1 decisions added, 0 known", "0 decisions added, 1 known"):
        done = run("import", book, "--store", store / "store", "--by", "ผู้ตรวจ")
        assert done.exit_code == 0 and told in done.stdout
    with EvidenceStore.open(store / "store") as kept:
        code = kept.agencies()[0]
        assert [(one["item"], one["decision"], one["by"]) for one in kept.reviews(code, 2565)] == [
            (item, "met", "ผู้ตรวจ")
        ]


def test_decisions_on_agencies_never_audited_are_refused(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    path.write_text(
        "agency_code,framework,item,decision,decision_reason,decided_by\n999,2565,o1,ผ่าน,ดี,ก\n", encoding="utf-8"
    )
    done = run("import", path, "--store", store / "store")
    assert done.exit_code == 2 and "row 2" in done.stderr and "999" in done.stderr
