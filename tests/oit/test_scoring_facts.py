"""How the years are added up agrees with the facts. The facts lie beside the project and may be absent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from oit.score import loss, rounded, schemes, score_file

FACTS = Path(__file__).parents[3] / "shared" / "facts"


def facts(name: str) -> Any:
    path = FACTS / name
    if not path.exists():
        pytest.skip("the facts (../shared/facts) are not here")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("year", sorted(schemes()))
def test_each_item_counts_in_the_sub_indicator_of_its_year(year: int) -> None:
    told = {item["code"]: (str(item["indicator"]), item["sub_indicator"]) for item in facts(f"{year}.yaml")["items"]}
    ours = {
        code: (indicator, sub)
        for indicator, subs in schemes()[year].groups.items()
        for sub, codes in subs.items()
        for code in codes
    }
    assert ours == told


def test_weights_are_those_of_each_year() -> None:
    told = {
        block["fiscal_year_be"]: {key: Decimal(str(value)) for key, value in block.items() if "IT" in key}
        for block in facts("scoring.yaml")["instrument_weights"]
    }
    assert {year: dict(scheme.weights) for year, scheme in schemes().items()} == told


def test_each_year_is_rated_by_its_scale_in_order() -> None:
    for scale in facts("scoring.yaml")["ratings"]:
        told = [(band["label"], Decimal(str(band["min"])), band.get("every_instrument_min")) for band in scale["bands"]]
        for year in set(scale["applies_to_years"]) & set(schemes()):
            assert [(b.label, b.minimum, b.every_instrument) for b in schemes()[year].bands] == told


def test_published_rows_and_points_lost_come_out() -> None:
    told = facts("scoring.yaml")
    scheme = schemes()[2564]
    for row in told["verification_vectors"]["rows"]:
        items: dict[str, int] = dict.fromkeys(scheme.items, 100)
        for group in scheme.groups.values():
            for sub, codes in group.items():
                items.update(dict.fromkeys(codes[: row["missing_items"].get(sub, 0)], 0))
        found = score_file({"framework": 2564, "items": items})
        assert found["indicators"] == {"9": row["indicator_9"], "10": row["indicator_10"]}
    lost = told["oit_points_lost_per_missing_item"]
    for year in lost["fiscal_years"]:
        for subs in schemes()[year].groups.values():
            for sub, codes in subs.items():
                assert float(rounded(loss(schemes()[year], codes[0]))) == lost["loss"][sub]
