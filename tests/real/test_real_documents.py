"""Real pages and documents are judged as a careful reviewer judges them."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from audit import accuracy
from audit.evaluate import Figures, read_truth
from oit import criteria, submissions

HERE = Path(__file__).resolve().parent
BODIES = sorted(path.parent.name for path in HERE.glob("*/submission.json"))
SAMPLE_BARS = {"min_same_verdict": 0.80, "max_wrong_blame": 0}
BARS = {"min_same_verdict": 0.85, "min_precision": 0.90, "max_false_passes": 0.04, "max_wrong_blame": 0}

bodies = pytest.mark.parametrize("body", BODIES)


def _agreement() -> ModuleType:
    """The script beside this file; tests are no packages here."""
    name = "real_agreement"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / "agreement.py")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def _measure(choice: dict, out: Path) -> Figures:
    agreement = _agreement()
    if missing := agreement.documents_missing(choice):
        pytest.skip(f"{len(missing)} real documents are not there, such as {missing[0]}")
    figures = agreement.measure(choice, out)
    assert len(figures.pairs) == sum(map(len, choice.values())), "every answer has a result"
    print("\n".join(agreement.differences(figures)))
    return figures


def _labels(body: str) -> dict:
    return read_truth(HERE / body / "truth.json")["items"]


def test_the_set_is_large_enough_to_say_something():
    labels = [label for body in BODIES for label in _labels(body).values()]
    verdicts = [label["verdict"] for label in labels if "verdict" in label]
    assert len(verdicts) >= 40
    assert verdicts.count("met") >= 8
    assert verdicts.count("not_met") >= 0.35 * len(verdicts)


@bodies
def test_every_answer_has_a_label_and_every_label_an_answer(body):
    submission = submissions.read(HERE / body / "submission.json")
    assert {answer.item for answer in submission.answers} == set(_labels(body))
    assert submission.agency.code == read_truth(HERE / body / "truth.json")["agency"]


@bodies
def test_labels_name_elements_of_their_item(body):
    items = criteria.load(2565).by_code
    for item, label in _labels(body).items():
        known = {element.id for element in items[item].elements}
        assert set(label.get("elements", ())) <= known, item


@bodies
def test_the_addresses_of_a_site_are_distinct(body):
    paths = [page["path"] for page in json.loads((HERE / body / "site.json").read_text("utf-8"))["pages"]]
    assert len(paths) == len(set(paths))


def test_a_sample_of_the_answers_is_judged_like_the_labels(tmp_path):
    figures = _measure(_agreement().SAMPLE, tmp_path)
    assert accuracy.bars_missed(figures, SAMPLE_BARS) == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="the scans among the documents need Tesseract")
def test_all_answers_are_judged_like_the_labels(tmp_path):
    figures = _measure(_agreement().everything(), tmp_path)
    assert accuracy.bars_missed(figures, BARS) == []
