from __future__ import annotations

from dataclasses import replace

import pytest

from checks import calibration
from checks.calibration import Calibration, Curve
from oit.findings import ItemResult, Verdict

RESULT = ItemResult("o10", "annual_action_plan", Verdict.MET, 0.95)


def test_a_strong_verdict_stands_with_the_probability_learnt_for_its_strength() -> None:
    weighed = calibration.weigh(RESULT)
    assert (weighed.verdict, weighed.before_line, weighed.strength) == (Verdict.MET, Verdict.MET, 0.95)
    assert weighed.confidence == pytest.approx(calibration.probability(Verdict.MET, 0.95), abs=0.001)


def test_a_pass_too_weak_for_what_a_false_pass_costs_is_left_to_a_person() -> None:
    weighed = calibration.weigh(replace(RESULT, confidence=0.72))
    assert (weighed.verdict, weighed.before_line, weighed.score) == (Verdict.UNSURE, Verdict.MET, None)
    assert weighed.reasons[0] == "weak_match"
    assert weighed.confidence < 0.5, "a careful reviewer will most often decide it"


def test_trouble_stays_unsure_whatever_its_strength() -> None:
    weighed = calibration.weigh(replace(RESULT, verdict=Verdict.UNSURE, confidence=0.5, reasons=("timeout",)))
    assert (weighed.verdict, weighed.reasons) == (Verdict.UNSURE, ("timeout",))


@pytest.mark.parametrize("verdict", ["met", "not_met", "unsure"])
def test_more_strength_is_never_less_probable(verdict: str) -> None:
    shown = [calibration.probability(verdict, step / 100) for step in range(101)]
    assert shown == sorted(shown)
    assert shown[0] > 0 and shown[-1] < 1


def test_between_two_learnt_points_the_curve_is_straight_and_beyond_them_flat() -> None:
    curve = Curve((0.5, 0.7), (0.2, 0.6))
    assert [curve.at(x) for x in (0.0, 0.5, 0.6, 0.7, 1.0)] == pytest.approx([0.2, 0.2, 0.4, 0.6, 0.6])


@pytest.mark.parametrize("broken", [{"strength": [0.5, 0.4]}, {"probability": [0.9, 0.1]}, {"strength": [0.5]}])
def test_a_curve_that_falls_or_does_not_fit_is_refused(broken: dict[str, list[float]]) -> None:
    curve = {"strength": [0.4, 0.5], "probability": [0.1, 0.9]} | broken
    with pytest.raises(ValueError, match=r"curve\.met"):
        Calibration.of({"curve": {"met": curve}, "line": {}})
