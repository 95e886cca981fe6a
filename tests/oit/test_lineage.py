"""Items are followed over the years by slug and by what they took over, never by number."""

from __future__ import annotations

import pytest

from oit.criteria import load, years
from oit.lineage import counterparts


def slugs(slug: str, year: int, other: int) -> list[str]:
    return [item.slug for item in counterparts(load(year).by_slug[slug], load(other))]


@pytest.mark.parametrize("year", years())
def test_an_item_is_its_own_counterpart(year: int) -> None:
    form = load(year)
    for item in form.items:
        assert item in counterparts(item, form)


def test_a_number_says_nothing() -> None:
    assert load(2565).by_code["o30"].slug == "corruption_complaint_channel"
    assert [item.code for item in counterparts(load(2566).by_code["o30"], load(2565))] == ["o33"]
    assert [item.code for item in counterparts(load(2567).by_code["o30"], load(2565))] == ["o36"]


@pytest.mark.parametrize(
    ("slug", "year", "other", "found"),
    [
        (
            "annual_plan_and_progress",
            2567,
            2565,
            ["annual_action_plan", "annual_action_plan_progress", "annual_budget_plan", "budget_progress"],
        ),
        ("budget_progress", 2565, 2567, ["annual_plan_and_progress"]),
        (
            "annual_plan_and_progress",
            2568,
            2566,
            ["annual_action_and_budget_plan", "annual_action_and_budget_progress"],
        ),
        ("code_of_ethics_and_promotion", 2568, 2567, ["code_of_ethics", "ethics_promotion"]),
        ("no_gift_culture", 2566, 2565, []),
        ("no_gift_culture", 2567, 2566, ["no_gift_culture"]),
        ("social_network", 2565, 2568, []),
        ("annual_action_report", 2567, 2565, ["annual_action_report", "budget_report"]),
        ("integrity_declaration", 2564, 2565, []),
    ],
)
def test_items_that_were_joined_or_split_are_followed(slug: str, year: int, other: int, found: list[str]) -> None:
    assert slugs(slug, year, other) == found
