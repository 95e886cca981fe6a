from __future__ import annotations

import copy
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from oit.errors import InputError
from reports.badge import badge
from reports.overview import collect, provinces, views, write
from tests.reports.conftest import Sample

NASTY = "<script>alert(1)</script>เทศบาล"


@pytest.fixture
def results(sample: Sample) -> list[dict[str, Any]]:
    first = sample.build()
    second = copy.deepcopy(first)
    second["agency"].update(code="2", name=NASTY, province="เชียงใหม่", type="province")
    second["score"].update(low=100.0, high=100.0)
    for entry in second["items"]:
        entry.update(verdict="met", reasons=[])
    second["items"][0]["urls"][0].update(outcome="blocked", url="https://www.closed.go.th/a")
    return [first, second]


def test_counts_and_means_are_those_of_the_results(results: list[dict[str, Any]], sample: Sample) -> None:
    view = views(collect(results), sample.framework)
    first = results[0]
    assert len(view["agencies"]) == 2 and view["agencies"][0].code == "2"
    assert view["summary"]["mean_low"] == pytest.approx((first["score"]["low"] + 100) / 2)
    met = sum(entry["verdict"] == "met" for entry in first["items"])
    assert dict(view["totals"])["met"] == met + len(sample.framework.items)
    assert sum(bar["low"] for bar in view["bars"]) == 2 and view["bars"][-1]["low"] == 1
    o2 = next(item for item in view["items"] if item["code"] == "o2")
    assert o2["counts"] == {"met": 1, "not_met": 1, "unsure": 0, "excluded": 0}
    assert view["hardest"][0]["share"]["met"] == min(item["share"]["met"] for item in view["items"])
    assert ("www.closed.go.th", 1) in [(host, count) for host, _, count in view["hosts"]]
    tiles = {tile["th"]: tile for tile in view["tiles"]}
    assert (tiles["เชียงใหม่"]["step"], tiles["ภูเก็ต"]["step"]) == (4, None)


def test_every_province_has_a_tile_of_its_own() -> None:
    assert len(provinces()) == 77
    for key in ("th", "en", "short"):
        assert len({one[key] for one in provinces()}) == 77
    assert len({(one["column"], one["row"]) for one in provinces()}) == 77


def test_the_site_links_reports_escapes_names_and_loads_nothing(results: list[dict[str, Any]], tmp_path: Path) -> None:
    index = write(tmp_path, collect(results), {"2": "../results/2/report.html"})
    assert index == tmp_path / "index.html"
    for name in ("index", "agencies", "items"):
        html = (tmp_path / f"{name}.html").read_text("utf-8")
        assert "<script>alert" not in html
        soup = BeautifulSoup(html, "lxml")
        assert not soup.select("[src], link, [style], iframe")
    soup = BeautifulSoup((tmp_path / "agencies.html").read_text("utf-8"), "lxml")
    link = soup.select_one("#agencies tbody a")
    assert link and link["href"] == "../results/2/report.html" and link.get_text() == NASTY
    assert len(soup.select("#agencies tbody tr")) == 2


def test_results_of_two_years_and_no_results_are_refused(results: list[dict[str, Any]]) -> None:
    results[1]["framework"] = 2566
    with pytest.raises(InputError, match="one year"):
        collect(results)
    with pytest.raises(InputError, match="none"):
        collect([])


@pytest.mark.parametrize("low, high, told", [(81.25, 88.5, "81.25–88.50"), (100.0, 100.0, "100.00"), (None, None, "–")])
def test_a_badge_is_a_picture_that_says_its_score(low: float | None, high: float | None, told: str) -> None:
    root = ElementTree.fromstring(badge(low, high, 2565))
    assert root.attrib["role"] == "img" and told in root.attrib["aria-label"]
    assert told in "".join(root.itertext())
