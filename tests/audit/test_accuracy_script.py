"""scripts/accuracy.py: each part of the page and of the figures is written without touching the other."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from audit.evaluate import Pair, figures

ROOT = Path(__file__).parents[2]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("accuracy_script", ROOT / "scripts" / "accuracy.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "PAGE", tmp_path / "accuracy.md")
    monkeypatch.setattr(module, "FIGURES", tmp_path / "accuracy.json")
    return module


def some(year: int, said: str):
    result = {"item": "o1", "verdict": said, "confidence": 0.9, "reasons": [], "elements": [], "year": None}
    return figures([Pair("a", "o1", {"verdict": "met"}, result, year)])


def test_writing_one_part_leaves_the_other_as_it_is(script: ModuleType) -> None:
    script.report("developed", some(2565, "met"))
    script.report("heldout", some(2567, "unsure"))
    page, told = script.PAGE.read_text("utf-8"), json.loads(script.FIGURES.read_text("utf-8"))
    assert page.index("## Developed agencies") < page.index("## Held-out agencies")
    assert (told["developed"]["recall"]["value"], told["heldout"]["recall"]["value"]) == (1.0, 0.0)
    script.report("developed", some(2565, "not_met"))
    again = script.PAGE.read_text("utf-8")
    assert again.count("## Developed agencies") == 1
    assert again[again.index("## Held-out") :] == page[page.index("## Held-out") :]


def test_a_missed_bar_is_named_on_the_page(script: ModuleType) -> None:
    missed = script.report("heldout", some(2567, "unsure"))
    assert any("recall" in line for line in missed)
    assert "Bars missed: " in script.PAGE.read_text("utf-8")


def test_items_of_two_years_are_told_apart(script: ModuleType) -> None:
    both = figures([*some(2565, "met").pairs, *some(2567, "unsure").pairs])
    script.report("heldout", both)
    page = script.PAGE.read_text("utf-8")
    assert "### By item of 2565" in page and "### By item of 2567" in page
    assert set(json.loads(script.FIGURES.read_text("utf-8"))["heldout"]["items"]) == {"2565 o1", "2567 o1"}


def test_the_developed_part_never_looks_at_the_held_out_one(script: ModuleType) -> None:
    """But for those whose disagreements have been looked at, which are held out no longer."""
    developed, heldout = script.PARTS["developed"](), script.PARTS["heldout"]()
    assert not {site.name for site in developed} & {site.name for site in heldout}
    assert all(script._is_known(site) for site in developed if "heldout" in site.parts)
    assert not any(script._is_known(site) for site in heldout)
