"""scripts/calibrate.py on labelled verdicts made up so that the right answer is known."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from checks.calibration import FILE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def calibrate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("calibrate_script", ROOT / "scripts" / "calibrate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def records(calibrate: ModuleType, seed: int = 7):
    """2,000 verdicts of twenty agencies: `met` is right in 60% at strength 0.7, in 95% at 0.95, the others in 90%."""
    chance = np.random.default_rng(seed)
    said = chance.choice(["met", "not_met", "unsure"], 2000, p=[0.5, 0.4, 0.1])
    strength = chance.choice([0.7, 0.95], 2000)
    share = np.where(said == "met", np.where(strength < 0.8, 0.6, 0.95), 0.9)
    right = chance.random(2000) < share
    truth = np.where(right, said, np.where(said == "met", "not_met", "met"))
    group = np.array([f"agency {n % 20}" for n in range(2000)])
    state = np.where(np.arange(2000) < 600, "first sight", np.where(np.arange(2000) < 1200, "now", "cases"))
    return calibrate.Records(state, group, said, strength, truth, np.ones(2000))


@pytest.mark.parametrize("method", ["isotonic", "platt"])
def test_both_ways_find_the_shares_behind_the_verdicts(calibrate: ModuleType, method: str) -> None:
    curves = getattr(calibrate, method)(records(calibrate))
    shown = calibrate.predict(curves, np.array(["met", "met", "not_met"]), np.array([0.7, 0.95, 0.95]))
    assert shown == pytest.approx([0.6, 0.95, 0.9], abs=0.05)


def test_probabilities_learnt_without_an_agency_are_calibrated_on_it(calibrate: ModuleType) -> None:
    made = records(calibrate)
    shown = calibrate.across_groups(made, calibrate.isotonic)
    assert calibrate._error(shown, made.right) < 0.03


def test_the_line_leaves_to_a_person_what_would_cost_more_than_a_look(calibrate: ModuleType) -> None:
    made = records(calibrate)
    curves = calibrate.isotonic(made)
    lines = {verdict: 1 - 1 / calibrate.COSTS[wrong] for verdict, wrong in calibrate.LINES.items()}
    below = calibrate._below(made, curves, lines)
    assert set(made.said[below]) == {"met"} and set(made.strength[below]) == {0.7}


def test_what_is_committed_is_what_the_script_writes_for_its_own_curves(calibrate: ModuleType) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert "not on NACC decisions" in text
    for name, cost in calibrate.COSTS.items():
        assert f"{name} = {cost:g}\n" in text
    assert len(calibrate._first_sight()) == 258
