"""How an agency's working year is named in the Buddhist Era, and which days and months belong to it."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from oit.model import YearBasis

BE_OFFSET = 543
"""Buddhist Era year = Gregorian year + 543 (facts/general.yaml, workflow)."""

FISCAL = YearBasis()
CALENDAR = YearBasis(start_month=1, start_day=1, named_by="start")

_HALF = 6
_SHORT_HALF = 3


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """The working year `year_be` of an agency on the given basis; the fiscal year 1 October to 30 September by default.

    ITA Manual 2022, definition of "year": fiscal, calendar or another round of the agency.
    """

    year_be: int
    basis: YearBasis = FISCAL

    @classmethod
    def of(cls, day: date, basis: YearBasis = FISCAL) -> FiscalYear:
        """The working year that holds `day`."""
        guess = cls(be_year(day), basis)
        return next(year for year in (guess, guess.next, guess.previous) if day in year)

    @property
    def first(self) -> date:
        """Its first day."""
        named_by_later_year = self.basis.named_by == "end" and (self.basis.start_month, self.basis.start_day) != (1, 1)
        gregorian = self.year_be - BE_OFFSET - (1 if named_by_later_year else 0)
        return date(gregorian, self.basis.start_month, self.basis.start_day)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> FiscalYear:
        return FiscalYear(self.year_be + 1, self.basis)

    @property
    def previous(self) -> FiscalYear:
        return FiscalYear(self.year_be - 1, self.basis)

    @property
    def months(self) -> tuple[str, ...]:
        """Its twelve months as `2564-10`, the month it starts in first."""
        return self.first_months(12)

    @property
    def half(self) -> tuple[str, ...]:
        """The months a six-month report must cover: six in a fiscal year, three on any other basis.

        ITA Manual 2022: agencies on another year that cannot show six months show three.
        """
        return self.first_months(_HALF if self.basis.is_fiscal else _SHORT_HALF)

    @property
    def month_pairs(self) -> tuple[tuple[int, int], ...]:
        """Its twelve months as `(2564, 10)`, the month it starts in first."""
        return tuple((int(month[:4]), int(month[5:])) for month in self.months)

    def required_months(self, short: int | None = None) -> tuple[tuple[int, int], ...]:
        """The months a half-year report must cover as pairs; `short` months (3 if not given) on another year basis."""
        return self.month_pairs[: _HALF if self.basis.is_fiscal else short or _SHORT_HALF]

    def holds(self, month: tuple[int, int]) -> bool:
        """Whether a month given as `(2564, 10)` lies in it."""
        return self.month_pairs[0] <= month <= self.month_pairs[-1]

    def naming(self, month: tuple[int, int]) -> int:
        """The name (Buddhist year) of the working year on this basis that a month lies in."""
        day = self.basis.start_day if month[1] == self.basis.start_month else 1
        return FiscalYear.of(from_be(*month, day), self.basis).year_be

    @property
    def half_end(self) -> date:
        """The last day of `half`: before it has passed, such a report cannot be asked for."""
        return self.end_of(len(self.half))

    def first_months(self, count: int) -> tuple[str, ...]:
        """The first `count` months as `2564-10`."""
        return tuple(be_month(_plus_months(self.first.replace(day=1), step)) for step in range(count))

    def end_of(self, count: int) -> date:
        """The last day of the first `count` months."""
        return _plus_months(self.first, count) - timedelta(days=1)

    def offset(self, years: int) -> FiscalYear:
        """The working year so many years later (earlier, if negative)."""
        return FiscalYear(self.year_be + years, self.basis)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def overlaps(self, start: date, end: date) -> bool:
        """Whether a period, both days included, shares a day with this year."""
        return start <= self.last and end >= self.first

    def covered_by(self, start: date, end: date) -> bool:
        """Whether a period, both days included, holds this whole year."""
        return start <= self.first and end >= self.last


def be_year(day: date) -> int:
    """The calendar year of a day in the Buddhist Era."""
    return day.year + BE_OFFSET


def be_month(day: date) -> str:
    """The month of a day as `2564-10`."""
    return f"{be_year(day)}-{day.month:02d}"


def be_day(day: date) -> str:
    """A day as `2564-10-01`."""
    return f"{be_month(day)}-{day.day:02d}"


def from_be(year_be: int, month: int, day: int) -> date:
    """The day with a Buddhist year. Raises ValueError where there is no such day."""
    return date(year_be - BE_OFFSET, month, day)


def month_bounds(month_be: str) -> tuple[date, date]:
    """First and last day of a month written `2564-10`. Raises ValueError for anything else."""
    year, _, month = month_be.partition("-")
    first = from_be(int(year), int(month), 1)
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def months_between(start: date, end: date) -> tuple[str, ...]:
    """Every month touched from `start` to `end`, both included, as `2564-10`; empty where `end` lies before `start`."""
    count = (end.year - start.year) * 12 + end.month - start.month + 1
    return tuple(be_month(_plus_months(start.replace(day=1), step)) for step in range(max(count, 0)))


def _plus_months(day: date, months: int) -> date:
    """The same day so many months later, or the first of the month after where that month is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if day.day > calendar.monthrange(year, month + 1)[1]:
        return _plus_months(date(year, month + 1, 1), 1)
    return date(year, month + 1, day.day)
