from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from audit.accuracy import bars_missed, remarks, show, to_json, to_markdown
from audit.evaluate import Figures, Pair, Share, calibration_error, compare, figures
from oit.errors import InputError


def pair(item: str, truth: str | None, said: str, *, confidence: float = 0.9, agency: str = "a", **more: Any) -> Pair:
    label = {"verdict": truth} | {key: more[key] for key in ("cause", "reasons", "year", "elements") if key in more}
    result = {"item": item, "verdict": said, "confidence": confidence, "reasons": more.get("said_reasons", [])}
    result["elements"] = [{"id": name, "verdict": verdict} for name, verdict in more.get("said_elements", {}).items()]
    result["year"] = {"verdict": more["said_year"]} if "said_year" in more else None
    return Pair(agency, item, label, result)


# Ten labelled items worked out by hand:
#   truth met      o1 met, o2 met, o3 met, o4 not_met, o5 unsure
#   truth not_met  o6 not_met, o7 met (a false pass), o8 unsure
#   truth unsure   o9 not_met with a cause (wrong blame), o10 met
WORKED = [
    pair("o1", "met", "met"),
    pair("o2", "met", "met"),
    pair("o3", "met", "met"),
    pair("o4", "met", "not_met", reasons=["year_wrong"], said_reasons=["element_missing", "year_wrong"]),
    pair("o5", "met", "unsure"),
    pair(
        "o6",
        "not_met",
        "not_met",
        reasons=["year_wrong"],
        said_reasons=["year_wrong"],
        year="not_met",
        said_year="not_met",
    ),
    pair("o7", "not_met", "met", year="not_met", said_year="met"),
    pair("o8", "not_met", "unsure", reasons=["plan_expired", "year_wrong"], said_reasons=["plan_expired"]),
    pair("o9", "unsure", "not_met", cause="fetch"),
    pair("o10", "unsure", "met", cause="read"),
]


@pytest.fixture
def worked() -> Figures:
    return figures(WORKED)


def test_a_truth_of_unsure_counts_against_precision(worked: Figures) -> None:
    assert (worked.met.precision.hits, worked.met.precision.total) == (3, 5)


@pytest.mark.parametrize(
    ("name", "hits", "total"),
    [
        ("false_passes", 1, 3),
        ("unsure", 2, 8),
        ("wrong_blame", 1, 2),
        ("same_verdict", 4, 10),
        ("reason_right", 2, 3),
        ("year_right", 1, 2),
        ("not_met_labelled", 3, 10),
    ],
)
def test_the_worked_example_gives_the_hand_computed_share(worked: Figures, name: str, hits: int, total: int) -> None:
    assert getattr(worked, name) == Share(hits, total)


def test_recall_counts_all_that_is_truly_met(worked: Figures) -> None:
    assert worked.met.recall == Share(3, 5)
    assert worked.met.f1 == pytest.approx(0.6)


def test_elements_are_compared_only_where_labelled() -> None:
    worked = figures(
        [
            pair(
                "o1",
                "met",
                "met",
                elements={"a": "met", "b": "met"},
                said_elements={"a": "met", "b": "not_met", "c": "met"},
            ),
            pair("o2", "not_met", "met", elements={"a": "not_met", "d": "met"}, said_elements={"a": "met"}),
        ]
    )
    assert (worked.elements.precision, worked.elements.recall) == (Share(1, 2), Share(1, 3))
    assert worked.elements.f1 == pytest.approx(2 * 1 / 5)


def test_an_item_labelled_only_with_its_year_is_not_judged_for_its_verdict() -> None:
    worked = figures([pair("o1", None, "met", year="met", said_year="met")])
    assert worked.same_verdict == Share(0, 0)
    assert worked.met.precision.value is None
    assert worked.year_right == Share(1, 1)
    assert worked.disagreements == ()


# Wilson (1927) for 8 of 10 at 95%: 0.490 to 0.943; for 0 of 10: 0 to 0.278.
@pytest.mark.parametrize(
    ("hits", "total", "low", "high"), [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)]
)
def test_wilson_intervals_are_those_of_the_textbook(hits: int, total: int, low: float, high: float) -> None:
    assert Share(hits, total).interval == pytest.approx((low, high), abs=1e-4)


def test_a_share_of_nothing_has_no_value() -> None:
    assert (Share(0, 0).value, Share(0, 0).interval, show(Share(0, 0))) == (None, None, "–")


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        ([(1.0, True)] * 10, 0.0),
        ([(1.0, False)] * 10, 1.0),
        ([(0.75, True)] * 4, 0.25),
        # Ten bins of one: each off by its own distance from 0 or 1.
        ([(0.9, True)] * 5 + [(0.6, False)] * 5, (5 * 0.1 + 5 * 0.6) / 10),
        # Bins of two: (0.2: one right of two, off by 0.3) and (0.8: both right, off by 0.2), ten bins in all.
        ([(0.2, True), (0.2, False)] * 5 + [(0.8, True)] * 10, (5 * 2 * 0.3 + 5 * 2 * 0.2) / 20),
    ],
)
def test_calibration_error_is_the_mean_distance_of_ten_equal_bins(
    judged: list[tuple[float, bool]], expected: float
) -> None:
    assert calibration_error(judged) == pytest.approx(expected)


def test_calibration_error_of_nothing_has_no_value() -> None:
    assert calibration_error([]) is None


@pytest.mark.parametrize(
    ("bars", "missed"),
    [
        ({"min_precision": 0.6, "min_recall": 0.6, "max_unsure": 0.25, "max_wrong_blame": 1}, []),
        ({"min_precision": 0.61}, ["precision is 0.6, below 0.61"]),
        ({"max_unsure": 0.2}, ["unsure is 0.25, above 0.2"]),
        ({"max_wrong_blame": 0}, ["wrong blame is 1, above 0"]),
        ({"max_false_passes": 0.04}, ["false passes is 0.3333, above 0.04"]),
        ({"min_element_f1": 0.5}, ["element f1 has no value: nothing of it is labelled"]),
    ],
)
def test_bars_are_met_or_named(worked: Figures, bars: dict[str, float], missed: list[str]) -> None:
    assert bars_missed(worked, bars) == missed


def test_a_labelled_set_with_too_few_not_met_is_remarked_on(worked: Figures) -> None:
    assert remarks(worked) == ["only 30% of the labelled verdicts are not_met; a labelled set needs 35%"]
    assert remarks(figures([pair("o1", "not_met", "not_met")])) == []


def test_the_page_names_figures_intervals_items_and_disagreements(worked: Figures) -> None:
    page = to_markdown(worked, written_on="2022-05-10", command="oit evaluate --truth t --results r")
    assert "Written on 2022-05-10 by `oit evaluate --truth t --results r`" in page
    assert "| precision | 0.600 (3/5, 0.231–0.882) |" in page
    assert "| a | o7 | not_met | met | – | 0.90 |" in page
    assert page.index("| o9 |") < page.index("| o10 |")


def test_json_holds_values_counts_and_groups(worked: Figures) -> None:
    made = to_json(worked)
    assert made["precision"]["value"] == 0.6
    assert made["agencies"]["a"]["recall"]["total"] == 5
    assert made["items"]["o7"]["f1"] == 0
    assert [entry["item"] for entry in made["disagreements"]] == ["o4", "o5", "o7", "o8", "o9", "o10"]
    json.dumps(made)


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def truth(code: str = "a", **changes: Any) -> dict[str, Any]:
    items = {"o1": {"verdict": "met"}}
    return {"schema": "oit-truth/1", "agency": code, "framework": 2565, "items": items} | changes


def result(**changes: Any) -> dict[str, Any]:
    items = [{"item": "o1", "verdict": "met", "confidence": 0.9, "reasons": [], "elements": [], "year": None}]
    return {"schema": "oit-result/1", "framework": 2565, "items": items} | changes


@pytest.mark.parametrize("place", ["results/a/result.json", "results/a.json"])
def test_results_are_found_in_a_folder_or_a_file_named_by_the_code(tmp_path: Path, place: str) -> None:
    write(tmp_path / "truth" / "a.json", truth())
    write(tmp_path / place, result())
    assert compare(tmp_path / "truth", tmp_path / "results").met.recall == Share(1, 1)


@pytest.mark.parametrize(
    ("label", "answer", "fault"),
    [
        (truth(schema="oit-truth/9"), result(), "oit-truth/9"),
        (truth(items={"o1": {"verdict": "pass"}}), result(), "items.o1.verdict: 'pass' is no verdict"),
        (truth(items={"o1": {"verdict": "met", "elements": {"x": "yes"}}}), result(), "items.o1.elements.x"),
        (truth(items={"o1": {"cause": "weather"}}), result(), "items.o1.cause"),
        (truth(items=[]), result(), "items: is not an object"),
        ({"schema": "oit-truth/1"}, result(), "agency: is missing"),
        (truth(), result(framework=2566), "framework: is 2566"),
        (truth(), result(items=[]), "lacks the labelled o1"),
        (truth(), result(items=[{"item": "o1", "verdict": "met"}]), "items: o1: no verdict, or no confidence"),
        (truth(), result(items=[{"item": "o1", "verdict": "yes", "confidence": 1}]), "items: o1: no verdict"),
        (truth(), None, "holds no result of agency a"),
        ([], result(), "is not a JSON object"),
    ],
)
def test_what_is_wrong_with_the_files_is_named(tmp_path: Path, label: Any, answer: Any, fault: str) -> None:
    write(tmp_path / "truth" / "a.json", label)
    if answer is not None:
        write(tmp_path / "results" / "a.json", answer)
    with pytest.raises(InputError, match=fault):
        compare(tmp_path / "truth", tmp_path / "results")


def test_faults_of_several_files_are_named_together(tmp_path: Path) -> None:
    write(tmp_path / "truth" / "a.json", truth("a"))
    write(tmp_path / "truth" / "b.json", truth("b", schema="wrong"))
    with pytest.raises(InputError) as caught:
        compare(tmp_path / "truth", tmp_path / "results")
    assert len(caught.value.problems) == 2


def test_an_empty_truth_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no truth file"):
        compare(tmp_path, tmp_path)
