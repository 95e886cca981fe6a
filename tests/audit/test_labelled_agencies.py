from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.accuracy import bars_missed, remarks
from audit.demo import SITE, Shown, audit_site, run_demo
from audit.evaluate import figures
from reports.shape import validate

BUILT = Path(__file__).parents[1] / "agencies" / "built"
BARS = {"min_precision": 0.96, "min_recall": 0.88, "max_unsure": 0.12, "max_false_passes": 0.04, "max_wrong_blame": 0}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return run_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> list[Shown]:
    folder = tmp_path_factory.mktemp("others")
    sites = sorted(path.parent for path in BUILT.glob("*/truth.json"))
    return [audit_site(site, folder / "store", folder / "out") for site in sites]


def test_the_sample_agency_and_agencies_of_other_types_are_judged_as_labelled(demo: Shown, others: list[Shown]) -> None:
    pooled = figures([pair for shown in [demo, *others] for pair in shown.figures.pairs])
    wrong = [f"{pair.agency} {pair.item}: {pair.expected}, said {pair.said}" for pair in pooled.disagreements]
    assert bars_missed(pooled, BARS) == [], wrong
    assert remarks(pooled) == []
    assert len({shown.audited.result["agency"]["type"] for shown in [demo, *others]}) >= 2


def test_every_labelled_audit_is_complete_and_its_result_valid(demo: Shown, others: list[Shown]) -> None:
    for shown in [demo, *others]:
        assert validate(shown.audited.result) == []
        assert shown.audited.complete


def test_quotes_of_pdfs_and_of_scans_have_boxes(demo: Shown) -> None:
    found = [quote for item in demo.audited.result["items"] for part in item["elements"] for quote in part["quotes"]]
    assert {"pypdfium2", "tesseract"} <= {quote["reader"] for quote in found if quote["boxes"]}


def test_the_evidence_is_dropped_where_nobody_asked_to_keep_it(demo: Shown) -> None:
    assert sorted(path.name for path in demo.audited.folder.parent.iterdir()) == [demo.audited.agency]


def test_the_lines_beneath_the_table_say_agreement_and_where_the_report_is(demo: Shown) -> None:
    lines = list(demo.lines())
    assert "of 43 verdicts are the same" in lines[0]
    assert any(line.startswith(f"Report: {demo.audited.report}") for line in lines)
    assert demo.audited.report.is_file()


def test_the_sample_agency_names_no_machine() -> None:
    submission = json.loads((SITE / "submission.json").read_text("utf-8"))
    assert submission["agency"]["homepage"] == "http://{host}/"
