from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oit.fiscal_year import (
    CALENDAR,
    FISCAL,
    FiscalYear,
    be_day,
    be_month,
    be_year,
    from_be,
    month_bounds,
    months_between,
)
from oit.model import YearBasis

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
# Any day that every year has: 2001 is no leap year.
STARTS = st.dates(date(2001, 1, 1), date(2001, 12, 31))
BASES = st.builds(lambda day, name: YearBasis(day.month, day.day, name), STARTS, st.sampled_from(["start", "end"]))


@pytest.mark.parametrize(
    ("basis", "first", "last"),
    [
        (FISCAL, date(2021, 10, 1), date(2022, 9, 30)),
        (CALENDAR, date(2022, 1, 1), date(2022, 12, 31)),
        (YearBasis(1, 1, "end"), date(2022, 1, 1), date(2022, 12, 31)),
        (YearBasis(4, 1, "start"), date(2022, 4, 1), date(2023, 3, 31)),
        (YearBasis(4, 1, "end"), date(2021, 4, 1), date(2022, 3, 31)),
        (YearBasis(7, 16, "end"), date(2021, 7, 16), date(2022, 7, 15)),
    ],
)
def test_the_year_2565_has_these_days_on_each_basis(basis: YearBasis, first: date, last: date) -> None:
    year = FiscalYear(2565, basis)
    assert (year.first, year.last) == (first, last)


def test_the_months_of_a_fiscal_year_run_from_october_to_september() -> None:
    months = FiscalYear(2565).months
    assert (months[0], months[3], months[11], len(months)) == ("2564-10", "2565-01", "2565-09", 12)


def test_the_first_half_of_a_fiscal_year_ends_on_31_march() -> None:
    year = FiscalYear(2565)
    assert year.half == ("2564-10", "2564-11", "2564-12", "2565-01", "2565-02", "2565-03")
    assert year.half_end == date(2022, 3, 31)


def test_an_agency_on_the_calendar_year_shows_three_months() -> None:
    year = FiscalYear(2565, CALENDAR)
    assert year.half == ("2565-01", "2565-02", "2565-03")
    assert year.half_end == date(2022, 3, 31)
    assert year.first_months(6)[-1] == "2565-06"


@pytest.mark.parametrize(
    ("day", "year"), [(date(2021, 9, 30), 2564), (date(2021, 10, 1), 2565), (date(2022, 9, 30), 2565)]
)
def test_a_day_belongs_to_the_fiscal_year_named_by_its_end(day: date, year: int) -> None:
    assert FiscalYear.of(day) == FiscalYear(year)


@given(DAYS, BASES)
def test_every_day_lies_in_exactly_one_year_of_a_basis(day: date, basis: YearBasis) -> None:
    year = FiscalYear.of(day, basis)
    assert day in year
    assert day not in year.previous and day not in year.next


@given(DAYS, BASES)
def test_years_follow_each_other_without_a_gap(day: date, basis: YearBasis) -> None:
    year = FiscalYear.of(day, basis)
    assert year.last + timedelta(days=1) == year.next.first
    assert 365 <= (year.last - year.first).days + 1 <= 366
    assert year.offset(-1).offset(1) == year


@given(DAYS, BASES)
def test_a_year_has_twelve_different_months_and_begins_with_its_half(day: date, basis: YearBasis) -> None:
    year = FiscalYear.of(day, basis)
    assert len(set(year.months)) == 12
    assert list(year.months) == sorted(year.months)
    assert year.months[: len(year.half)] == year.half
    assert year.first <= year.half_end <= year.last


@given(DAYS, BASES)
def test_a_year_is_named_by_the_calendar_year_of_its_start_or_end(day: date, basis: YearBasis) -> None:
    year = FiscalYear.of(day, basis)
    assert year.year_be == be_year(year.first if basis.named_by == "start" else year.last)


@given(DAYS)
def test_a_day_survives_the_way_to_the_buddhist_era_and_back(day: date) -> None:
    year, month, number = map(int, be_day(day).split("-"))
    assert from_be(year, month, number) == day
    first, last = month_bounds(be_month(day))
    assert first <= day <= last
    assert be_month(first) == be_month(last) == be_month(day)
    assert be_month(last + timedelta(days=1)) != be_month(day)


@given(DAYS, st.integers(0, 800))
def test_months_between_two_days_are_those_of_all_days_between(start: date, length: int) -> None:
    days = (start + timedelta(days=step) for step in range(length + 1))
    assert months_between(start, start + timedelta(days=length)) == tuple(dict.fromkeys(map(be_month, days)))


@given(DAYS, BASES)
def test_each_of_its_months_is_held_and_named_by_the_year(day: date, basis: YearBasis) -> None:
    year = FiscalYear.of(day, basis)
    assert [f"{be}-{month:02d}" for be, month in year.month_pairs] == list(year.months)
    assert all(year.holds(month) and year.naming(month) == year.year_be for month in year.month_pairs)
    assert not any(year.holds(month) for month in (*year.previous.month_pairs, *year.next.month_pairs))


@pytest.mark.parametrize(
    ("basis", "short", "count"), [(FISCAL, 3, 6), (CALENDAR, 3, 3), (CALENDAR, None, 3), (CALENDAR, 4, 4)]
)
def test_only_another_year_basis_may_show_a_shorter_half(basis: YearBasis, short: int | None, count: int) -> None:
    year = FiscalYear(2565, basis)
    assert year.required_months(short) == year.month_pairs[:count]


def test_a_period_that_ends_before_it_starts_has_no_months() -> None:
    assert months_between(date(2022, 3, 1), date(2021, 12, 1)) == ()


@pytest.mark.parametrize("text", ["2565", "2565-13", "x", "2565-00"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        month_bounds(text)


@pytest.mark.parametrize(
    ("start", "end", "overlaps", "covers"),
    [
        (date(2018, 10, 1), date(2022, 9, 30), True, True),
        (date(2018, 10, 1), date(2022, 9, 29), True, False),
        (date(2022, 9, 30), date(2023, 1, 1), True, False),
        (date(2017, 10, 1), date(2021, 9, 30), False, False),
        (date(2022, 10, 1), date(2027, 9, 30), False, False),
    ],
)
def test_a_plan_covers_the_year_or_shares_days_with_it(start: date, end: date, overlaps: bool, covers: bool) -> None:
    year = FiscalYear(2565)
    assert (year.overlaps(start, end), year.covered_by(start, end)) == (overlaps, covers)
