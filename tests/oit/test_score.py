from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oit.criteria import load, years
from oit.errors import InputError
from oit.findings import Verdict
from oit.model import Framework
from oit.score import loss, rate, read, rounded, schemes, score, score_file, total

MET, NOT_MET, UNSURE, EXCLUDED = Verdict.MET, Verdict.NOT_MET, Verdict.UNSURE, Verdict.EXCLUDED
SUBS_2565 = {
    "9.1": range(1, 10),
    "9.2": range(10, 18),
    "9.3": range(18, 25),
    "9.4": range(25, 29),
    "9.5": range(29, 34),
    "10.1": range(34, 42),
    "10.2": range(42, 44),
}


def items(year: int, missing: dict[str, int] | None = None, value: Any = 0) -> dict[str, Any]:
    """All items of a year at 100, but `missing` ones of each sub-indicator at `value`."""
    found: dict[str, Any] = dict.fromkeys(schemes()[year].items, 100)
    for group in schemes()[year].groups.values():
        for sub, codes in group.items():
            found.update(dict.fromkeys(codes[: (missing or {}).get(sub, 0)], value))
    return found


@pytest.fixture(scope="module")
def framework() -> Framework:
    return load(2565)


# Published values of agencies of one province, FY2564 (NACC region 6 report, table 4.26): indicator 9, indicator 10,
# OIT times 0.4, and the items that scored 0.
PUBLISHED = [
    (100, 100, 40, {}),
    (93.5, 100, 38.7, {"9.2": 1, "9.5": 1}),
    (97.5, 100, 39.5, {"9.2": 1}),
    (97.78, 93.75, 38.31, {"9.1": 1, "10.1": 1}),
]


@pytest.mark.parametrize(("nine", "ten", "weighted", "missing"), PUBLISHED)
def test_published_values_come_out_to_two_places(
    nine: float, ten: float, weighted: float, missing: dict[str, int]
) -> None:
    found = score_file({"framework": 2564, "items": items(2564, missing)})
    assert found["indicators"] == {"9": nine, "10": ten}
    verdicts = {code: NOT_MET if value == 0 else MET for code, value in items(2564, missing).items()}
    low = score(schemes()[2564], verdicts).low
    assert low is not None and rounded(low * Decimal("0.4")) == Decimal(str(weighted))


SIZES = {
    2564: ((9, 8, 7, 4, 5), (8, 2)),
    2565: ((9, 8, 7, 4, 5), (8, 2)),
    2566: ((10, 8, 4, 4, 4), (8, 5)),
    2567: ((6, 7, 4, 4, 4), (6, 4)),
    2568: ((4, 7, 2, 3, 4), (4, 4)),
}
"""Items of each sub-indicator of indicators 9 and 10, as published or seen on agencies' pages (scoring.toml)."""


def test_every_year_with_criteria_that_can_be_scored_has_its_sizes_here() -> None:
    assert set(SIZES) == set(schemes()) == {year for year in years() if not load(year).partial}


@pytest.mark.parametrize("year", SIZES)
def test_a_missing_item_costs_what_means_of_means_say_in_every_year(year: int) -> None:
    """Worked by hand from the sizes: one item of n, one sub-indicator of s, one indicator of two."""
    for indicator, sizes in zip(("9", "10"), SIZES[year], strict=True):
        for (sub, codes), size in zip(schemes()[year].groups[indicator].items(), sizes, strict=True):
            assert len(codes) == size
            cost = Decimal(100) / size / len(sizes) / 2
            found = score_file({"framework": year, "items": items(year, {sub: 1})})
            assert found["oit"] == float(rounded(100 - cost))
            assert found["sub_indicators"][sub] == float(rounded(Decimal(100) * (size - 1) / size))


@pytest.mark.parametrize(
    ("year", "iit", "eit", "missing", "oit", "ita", "rating"),
    [
        (2564, 90, 90, {"9.2": 1, "9.5": 1}, 96.75, 92.7, "A"),
        (2565, 95, 95, {}, 100.0, 97.0, "AA"),
        (2566, 70, 60, {"10.2": 5}, 75.0, 69.0, "C"),
        (2567, 94.628, 97.823, {"9.1": 1, "9.2": 7}, 88.33, 93.07, "ผ่านดี"),
        (2567, 84.99, 97, {}, 100.0, 94.6, "ผ่าน"),
        (2568, 95, 95, {}, 100.0, 97.0, "ผ่านดีเยี่ยม"),
        (2568, 60, 60, {"9.3": 2, "10.1": 4}, 65.0, 62.0, "ต้องปรับปรุงโดยด่วน"),
    ],
)
def test_totals_and_ratings_follow_each_years_weights_and_scale(
    year: int, iit: float, eit: float, missing: dict[str, int], oit: float, ita: float, rating: str
) -> None:
    found = score_file(
        {"framework": year, "items": items(year, missing), "iit": Decimal(str(iit)), "eit": Decimal(str(eit))}
    )
    assert (found["oit"], found["ita"], found["rating"]) == (oit, ita, rating)


def test_a_plain_share_of_items_does_not_give_the_published_values() -> None:
    found = score_file({"framework": 2564, "items": items(2564, {"9.2": 1, "9.5": 1})})
    assert found["oit"] == 96.75
    assert found["oit"] != round(41 / 43 * 100, 2)


def test_the_worked_example_of_2567_comes_out() -> None:
    """Local agency analysis FY2567: EIT is published whole, so it takes the weight of both parts."""
    scheme = schemes()[2567]
    iit = sum(map(Decimal, ("95.05", "96.57", "99.24", "84.76", "97.52"))) / 5
    eit = Decimal("97.823")
    oit = (Decimal(95) + Decimal(100)) / 2
    instruments = {"IIT": iit, "EIT": eit, "OIT": oit}
    assert iit == Decimal("94.628")
    assert rounded(total(scheme, instruments)) == Decimal("96.74")
    assert rate(scheme, instruments) == "ผ่านดี"


def test_the_worked_example_is_answered_from_a_file_too() -> None:
    """OIT of 97.5 is the fourth part of the four items of 9.5 at 0: indicator 9 at 95, indicator 10 at 100."""
    found = score_file({"framework": 2567, "items": items(2567, {"9.5": 1}), "iit": 94.628, "eit": 97.823})
    assert (found["indicators"], found["oit"]) == ({"9": 95.0, "10": 100.0}, 97.5)
    assert (found["ita"], found["rating"]) == (96.74, "ผ่านดี")


@pytest.mark.parametrize(
    ("sub", "points"),
    [
        ("9.1", "1.11"),
        ("9.2", "1.25"),
        ("9.3", "1.43"),
        ("9.4", "2.50"),
        ("9.5", "2.00"),
        ("10.1", "3.13"),
        ("10.2", "12.50"),
    ],
)
def test_one_missing_item_costs_what_its_place_says(framework: Framework, sub: str, points: str) -> None:
    for number in SUBS_2565[sub]:
        assert rounded(loss(framework, f"o{number}")) == Decimal(points)


def test_an_item_costs_more_once_its_neighbour_is_excluded(framework: Framework) -> None:
    assert loss(framework, "o42", {"o43": EXCLUDED}) == 25
    assert loss(framework, "o42", {"o42": EXCLUDED}) == Decimal("12.5")


def test_an_unsure_item_opens_a_range_between_0_and_100() -> None:
    found = score_file({"framework": 2565, "items": items(2565, {"10.2": 1}, "unsure"), "iit": 90, "eit": 90})
    assert found["sub_indicators"]["10.2"] == {"low": 50.0, "high": 100.0}
    assert found["indicators"] == {"9": 100.0, "10": {"low": 75.0, "high": 100.0}}
    assert found["oit"] == {"low": 87.5, "high": 100.0}
    assert found["ita"] == {"low": 89.0, "high": 94.0}
    assert found["rating"] == "A"


def test_a_rating_that_hangs_on_unsure_items_is_a_range() -> None:
    found = score_file({"framework": 2565, "items": items(2565, {"10.2": 2}, "unsure"), "iit": 90, "eit": 90})
    assert found["rating"] == {"low": "B", "high": "A"}


def test_an_excluded_item_leaves_the_mean(framework: Framework) -> None:
    verdicts: dict[str, Any] = {code: MET for code in framework.by_code}
    found = score(framework, verdicts | {"o42": NOT_MET, "o43": None})
    assert found.sub_indicators["10.2"] is not None and found.sub_indicators["10.2"].low == 0
    assert found.low == Decimal(75)
    assert score(framework, verdicts | {"o42": EXCLUDED}).low == 100


def test_a_sub_indicator_with_nothing_left_is_null_and_leaves_its_indicators_mean() -> None:
    values = items(2565, {"10.2": 2}, None) | {"o34": 0}
    found = score_file({"framework": 2565, "items": values})
    assert found["sub_indicators"]["10.2"] is None
    assert found["indicators"]["10"] == found["sub_indicators"]["10.1"] == 87.5


def test_with_everything_excluded_there_is_no_score() -> None:
    found = score_file({"framework": 2565, "items": dict.fromkeys(schemes()[2565].items), "iit": 90, "eit": 90})
    assert (found["oit"], found["ita"], found["rating"]) == (None, None, None)
    whole = score(schemes()[2565], dict.fromkeys(schemes()[2565].items))
    assert whole.to_json()["low"] is None and whole.to_json()["indicators"] == {"9": None, "10": None}


def test_an_item_left_out_was_not_answered() -> None:
    found = score_file({"framework": 2564, "items": {"o1": 100, "o2": 0, "o3": None, "o4": "unsure"}})
    assert found["sub_indicators"]["9.1"] == {"low": 12.5, "high": 25.0}
    assert found["not_answered"] == [f"o{number}" for number in range(5, 44)]


def test_without_the_surveys_there_is_no_total() -> None:
    found = score_file({"framework": 2565, "items": items(2565)})
    assert (found["oit"], found["ita"], found["rating"]) == (100.0, None, None)


def test_the_block_of_the_result_has_low_and_high_everywhere(framework: Framework) -> None:
    block = score(framework, {code: UNSURE if code == "o1" else MET for code in framework.by_code}).to_json()
    assert block["sub_indicators"]["9.1"] == {"low": 88.89, "high": 100.0}
    assert block["sub_indicators"]["9.2"] == {"low": 100.0, "high": 100.0}
    assert (block["low"], block["high"]) == (98.89, 100.0)
    assert set(block["indicators"]) == {"9", "10"}


def test_rounding_is_half_up() -> None:
    assert [str(rounded(Decimal(value))) for value in ("3.125", "84.995", "84.9949", "0.005")] == [
        "3.13",
        "85.00",
        "84.99",
        "0.01",
    ]


@pytest.mark.parametrize(
    ("reached", "label"),
    [
        (100, "AA"),
        ("94.995", "AA"),
        ("94.994", "A"),
        (85, "A"),
        ("84.995", "A"),
        ("84.99", "B"),
        (75, "B"),
        ("74.99", "C"),
        (65, "C"),
        ("64.99", "D"),
        (55, "D"),
        ("54.99", "E"),
        (50, "E"),
        ("49.99", "F"),
        (0, "F"),
        ("96.08", "AA"),
        ("88.37", "A"),
        ("67.53", "C"),
    ],
)
def test_letters_go_by_the_total_rounded_first(reached: Any, label: str) -> None:
    value = Decimal(reached)
    assert rate(schemes()[2565], {"IIT": value, "EIT": value, "OIT": value}) == label


@pytest.mark.parametrize(
    ("iit", "part1", "part2", "oit", "label"),
    [
        (95, 95, 95, 95, "ผ่านดีเยี่ยม"),
        (100, 100, "94.99", 100, "ผ่านดี"),
        (100, 100, "94.995", 100, "ผ่านดีเยี่ยม"),
        (85, 85, 85, 85, "ผ่านดี"),
        (100, 100, 100, "84.99", "ผ่าน"),
        (100, 60, 100, 100, "ผ่าน"),
        (84, 84, 84, 84, "ต้องปรับปรุง"),
        (100, 100, 100, 30, "ต้องปรับปรุง"),
        (70, 70, 70, 70, "ต้องปรับปรุง"),
        ("69.99", "69.99", "69.99", "69.99", "ต้องปรับปรุงโดยด่วน"),
    ],
)
def test_thai_levels_need_every_instrument(iit: Any, part1: Any, part2: Any, oit: Any, label: str) -> None:
    names = ("IIT", "EIT_part1", "EIT_part2", "OIT")
    instruments = dict(zip(names, map(Decimal, (iit, part1, part2, oit)), strict=True))
    assert rate(schemes()[2567], instruments) == label


def test_two_parts_of_the_eit_weigh_as_much_as_the_whole() -> None:
    parts = score_file({"framework": 2567, "items": items(2567), "iit": 90, "eit_part1": 80, "eit_part2": 90})
    older = score_file({"framework": 2565, "items": items(2565), "iit": 90, "eit_part1": 80, "eit_part2": 90})
    whole = score_file({"framework": 2565, "items": items(2565), "iit": 90, "eit": 85})
    assert parts["ita"] == older["ita"] == whole["ita"] == 92.5
    assert (parts["rating"], whole["rating"]) == ("ผ่าน", "A")


@pytest.mark.parametrize(("year", "count"), [(2564, 43), (2565, 43), (2566, 43), (2567, 35), (2568, 28)])
def test_every_known_year_can_be_scored(year: int, count: int) -> None:
    scheme = schemes()[year]
    assert scheme.items == tuple(f"o{number}" for number in range(1, count + 1))
    assert list(scheme.groups) == ["9", "10"]
    assert sum(scheme.weights.values()) == 1
    assert score_file({"framework": year, "items": items(year)})["oit"] == 100.0


@pytest.mark.parametrize(
    ("year", "sizes"),
    [
        (2564, [9, 8, 7, 4, 5, 8, 2]),
        (2565, [9, 8, 7, 4, 5, 8, 2]),
        (2566, [10, 8, 4, 4, 4, 8, 5]),
        (2567, [6, 7, 4, 4, 4, 6, 4]),
        (2568, [4, 7, 2, 3, 4, 4, 4]),
    ],
)
def test_sub_indicators_have_the_sizes_of_their_year(year: int, sizes: list[int]) -> None:
    assert [len(codes) for group in schemes()[year].groups.values() for codes in group.values()] == sizes


def test_the_form_of_2565_and_its_scheme_are_added_up_alike(framework: Framework) -> None:
    scheme, weights, rating = schemes()[2565], framework.scoring["weights"], framework.scoring["rating"]
    groups = {
        indicator.code: {
            sub.code: tuple(item.code for item in framework.items_of(sub.code))
            for sub in framework.sub_indicators
            if sub.indicator == indicator.code
        }
        for indicator in framework.indicators
    }
    assert scheme.groups == groups
    assert scheme.weights == {name: weights[name] for name in scheme.weights}
    assert [(band.label, band.minimum) for band in scheme.bands] == [(b["label"], b["min"]) for b in rating["bands"]]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"framework": 2569, "items": {}}, "framework: fiscal year 2569 cannot be scored"),
        ({"framework": 0, "items": {}}, "framework: fiscal year 0 cannot be scored"),
        ({"framework": "2565", "items": {}}, "framework: must be a whole number"),
        ({"items": {}}, "framework: is missing"),
        ({"framework": 2565}, "items: is missing"),
        ({"framework": 2565, "items": {"o44": 100}}, "items.o44: no such item in fiscal year 2565 (o1 to o43)"),
        ({"framework": 2567, "items": {"o36": 100}}, "items.o36: no such item in fiscal year 2567 (o1 to o35)"),
        ({"framework": 2565, "items": {"o1": 50}}, "items.o1: must be 100, 0, null"),
        ({"framework": 2565, "items": {"o1": True}}, "items.o1: must be 100, 0, null"),
        ({"framework": 2565, "items": {"o1": "maybe"}}, "items.o1: must be 100, 0, null"),
        ({"framework": 2565, "items": {}, "iit": 101, "eit": 5}, "iit: must be a number from 0 to 100"),
        ({"framework": 2565, "items": {}, "iit": "x", "eit": 5}, "iit: must be a number from 0 to 100"),
        ({"framework": 2565, "items": {}, "iit": 90}, "the ITA total needs iit and eit"),
        ({"framework": 2567, "items": {}, "iit": 90, "eit_part1": 90}, "the ITA total needs iit and eit"),
        ({"framework": 2567, "items": {}, "iit": 9, "eit": 9, "eit_part1": 9, "eit_part2": 9}, "give either eit or"),
        ([], "the file: must be a table"),
    ],
)
def test_a_bad_score_file_is_told_by_key(data: Any, told: str) -> None:
    with pytest.raises(InputError) as caught:
        score_file(data, "score.json")
    assert told in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_score_file_is_read_from_disk_with_exact_numbers(tmp_path: Path) -> None:
    path = tmp_path / "score.json"
    path.write_text('{"framework": 2564, "items": {"o1": 100.0}, "iit": 94.63, "eit": 97.82}', encoding="utf-8")
    data = read(path)
    assert data["iit"] == Decimal("94.63")
    assert score_file(data)["sub_indicators"]["9.1"] == 11.11


def test_an_unknown_item_or_verdict_is_an_error(framework: Framework) -> None:
    with pytest.raises(ValueError, match="no items o44 in fiscal year 2565"):
        score(framework, {"o44": MET})
    with pytest.raises(ValueError, match="perhaps"):
        score(framework, {"o1": "perhaps"})


VERDICTS = st.fixed_dictionaries({code: st.sampled_from(list(Verdict)) for code in schemes()[2565].items})


@given(VERDICTS)
def test_low_never_exceeds_high_and_both_stay_between_0_and_100(verdicts: dict[str, Verdict]) -> None:
    found = score(schemes()[2565], verdicts)
    for value in (found.oit, *found.indicators.values(), *found.sub_indicators.values()):
        assert value is None or 0 <= value.low <= value.high <= 100


@given(VERDICTS, st.sampled_from(schemes()[2565].items))
def test_settling_an_unsure_item_never_leaves_the_range(verdicts: dict[str, Verdict], code: str) -> None:
    before = score(schemes()[2565], verdicts | {code: UNSURE})
    for settled in (MET, NOT_MET):
        after = score(schemes()[2565], verdicts | {code: settled})
        assert before.oit is not None and after.oit is not None
        assert before.oit.low <= after.oit.low <= after.oit.high <= before.oit.high
