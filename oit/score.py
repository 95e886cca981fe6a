"""The NACC's arithmetic: items to sub-indicators to indicators to OIT by means of means, then ITA total and rating."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from oit.errors import InputError
from oit.findings import Verdict
from oit.json_file import read_json
from oit.model import Framework
from oit.tables import Table, describe

_FILE = Path(__file__).parent / "criteria" / "scoring.toml"
_CENT = Decimal("0.01")
_FULL = Fraction(100)
_BOUNDS: dict[Verdict, tuple[Fraction, Fraction] | None] = {
    Verdict.MET: (_FULL, _FULL),
    Verdict.NOT_MET: (Fraction(0), Fraction(0)),
    Verdict.UNSURE: (Fraction(0), _FULL),
    Verdict.EXCLUDED: None,
}
Groups = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Indicator code → sub-indicator code → item codes."""


@dataclass(frozen=True, slots=True)
class Range:
    """A score between 0 and 100, not rounded: `low` counts every unsure item as 0, `high` as 100."""

    low: Decimal
    high: Decimal

    @property
    def sure(self) -> bool:
        return self.low == self.high

    def to_json(self) -> dict[str, float]:
        """Both bounds rounded to two places."""
        return {"low": float(rounded(self.low)), "high": float(rounded(self.high))}


@dataclass(frozen=True, slots=True)
class Score:
    """An agency's OIT score. None stands where nothing is left to score because everything is excluded."""

    oit: Range | None
    indicators: Mapping[str, Range | None]
    sub_indicators: Mapping[str, Range | None]

    @property
    def low(self) -> Decimal | None:
        return self.oit.low if self.oit else None

    @property
    def high(self) -> Decimal | None:
        return self.oit.high if self.oit else None

    def to_json(self) -> dict[str, Any]:
        """The block `score` of the result contract, rounded to two places."""
        whole = self.oit.to_json() if self.oit else {"low": None, "high": None}
        return {**whole, "indicators": _block(self.indicators), "sub_indicators": _block(self.sub_indicators)}


@dataclass(frozen=True, slots=True)
class Band:
    """One level of a rating scale: reached with this total and, where set, this score in every instrument."""

    label: str
    minimum: Decimal
    every_instrument: Decimal | None = None


@dataclass(frozen=True)
class Scheme:
    """How one fiscal year is added up, weighed and rated (oit/criteria/scoring.toml)."""

    year_be: int
    groups: Groups
    weights: Mapping[str, Decimal]
    bands: tuple[Band, ...]
    source: str
    confidence: str

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(code for subs in self.groups.values() for codes in subs.values() for code in codes)


def score(framework: Framework | Scheme, verdicts: Mapping[str, Verdict | str | None]) -> Score:
    """The score of the verdicts by item code.

    None means excluded; an item left out was not answered and counts as `not_met`. Excluded items leave their
    sub-indicator's mean (our reading of the manual's "not counted"); an empty sub-indicator leaves its indicator's. A form
    of which only titles are known has no score at all.
    Raises ValueError for a code the year does not have and for an unknown verdict.
    """
    if not isinstance(framework, Scheme) and framework.partial:
        return Score(None, {indicator.code: None for indicator in framework.indicators}, {})
    groups = _groups(framework)
    codes = {code for subs in groups.values() for inner in subs.values() for code in inner}
    if unknown := sorted(set(verdicts) - codes):
        raise ValueError(f"no items {', '.join(unknown)} in fiscal year {framework.year_be}")
    bounds = {code: _bounds(verdicts.get(code, Verdict.NOT_MET)) for code in codes}
    subs = {sub: _mean([bounds[code] for code in inner]) for group in groups.values() for sub, inner in group.items()}
    indicators = {indicator: _mean([subs[sub] for sub in group]) for indicator, group in groups.items()}
    whole = _mean(list(indicators.values()))
    return Score(
        _range(whole),
        {code: _range(value) for code, value in indicators.items()},
        {code: _range(value) for code, value in subs.items()},
    )


def loss(
    framework: Framework | Scheme, code: str, verdicts: Mapping[str, Verdict | str | None] | None = None
) -> Decimal:
    """OIT points that hang on one item: the score with it met less the score with it not met, not rounded.

    Without `verdicts` nothing is excluded. An item that is excluded itself costs what it would cost if it counted.
    0 where a form has no score. Raises ValueError for an unknown code.
    """
    if not isinstance(framework, Scheme) and framework.partial:
        return Decimal(0)
    others = {**(verdicts or {})}
    best = score(framework, {**others, code: Verdict.MET}).low
    worst = score(framework, {**others, code: Verdict.NOT_MET}).low
    assert best is not None and worst is not None
    return best - worst


def rounded(value: Decimal) -> Decimal:
    """Half up to two places; the only place where a score is rounded."""
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)


def total(scheme: Scheme, instruments: Mapping[str, Decimal]) -> Decimal:
    """The ITA total of instrument scores (`IIT`, `EIT` or `EIT_part1` and `EIT_part2`, `OIT`), not rounded.

    Where a year weighs the two parts of EIT and only the whole is known (or the other way round), the whole takes the
    weight of both, the parts share that of the whole.
    """
    weights = dict(scheme.weights)
    if "EIT" in instruments and "EIT" not in weights:
        weights["EIT"] = weights.pop("EIT_part1") + weights.pop("EIT_part2")
    elif "EIT" in weights and "EIT" not in instruments:
        half = weights.pop("EIT") / 2
        weights.update(EIT_part1=half, EIT_part2=half)
    return sum((weights[name] * instruments[name] for name in weights), Decimal(0))


def rate(scheme: Scheme, instruments: Mapping[str, Decimal]) -> str:
    """The label of the first band that the rounded total and every rounded instrument reach."""
    reached = rounded(total(scheme, instruments))
    lowest = min(rounded(value) for value in instruments.values())
    return next(
        band.label
        for band in scheme.bands
        if reached >= band.minimum and (band.every_instrument is None or lowest >= band.every_instrument)
    )


@cache
def schemes() -> Mapping[int, Scheme]:
    """The schemes of all years that can be scored, by fiscal year (Buddhist Era)."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)
    bands = {name: tuple(_band(band) for band in scale["bands"]) for name, scale in data["ratings"].items()}
    return {int(year): _scheme(int(year), block, bands[block["rating"]]) for year, block in data["years"].items()}


def read(path: Path) -> Any:
    """The parsed score file (contract §3), numbers as Decimal. Raises InputError."""
    return read_json(path)


def score_file(data: Any, source: str = "score file") -> dict[str, Any]:
    """What `oit score` prints: sub_indicators, indicators, oit, ita and rating of a parsed score file (contract §3).

    `{"low", "high"}` stands in place of a number (and of the rating) where unsure items leave it open; `ita` and
    `rating` are None without IIT and EIT. `not_answered` lists the items the file leaves out, which count as 0.
    Raises InputError with every fault of the file.
    """
    problems: list[str] = []
    table = Table(data, "", problems)
    scheme = _chosen(table)
    verdicts = _verdicts(table.table("items"), scheme)
    perceived = _perceived(table)
    if problems or scheme is None:
        raise InputError(source, problems)
    found = score(scheme, verdicts)
    return {
        "framework": scheme.year_be,
        "sub_indicators": {code: _shown(value) for code, value in found.sub_indicators.items()},
        "indicators": {code: _shown(value) for code, value in found.indicators.items()},
        "oit": _shown(found.oit),
        **_ita(scheme, perceived, found.oit),
        "not_answered": [code for code in scheme.items if code not in verdicts],
    }


def _groups(framework: Framework | Scheme) -> Groups:
    if isinstance(framework, Scheme):
        return framework.groups
    return {
        indicator.code: {
            sub.code: tuple(item.code for item in framework.items_of(sub.code))
            for sub in framework.sub_indicators
            if sub.indicator == indicator.code
        }
        for indicator in framework.indicators
    }


def _bounds(verdict: Verdict | str | None) -> tuple[Fraction, Fraction] | None:
    return None if verdict is None else _BOUNDS[Verdict(verdict)]


def _mean(values: list[tuple[Fraction, Fraction] | None]) -> tuple[Fraction, Fraction] | None:
    left = [value for value in values if value is not None]
    if not left:
        return None
    low, high = (sum(bounds, Fraction(0)) / len(left) for bounds in zip(*left, strict=True))
    return low, high


def _range(value: tuple[Fraction, Fraction] | None) -> Range | None:
    return Range(_decimal(value[0]), _decimal(value[1])) if value else None


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _block(values: Mapping[str, Range | None]) -> dict[str, dict[str, float] | None]:
    return {code: value.to_json() if value else None for code, value in values.items()}


def _shown(value: Range | None) -> float | dict[str, float] | None:
    if value is None:
        return None
    return float(rounded(value.low)) if value.sure else value.to_json()


def _ita(scheme: Scheme, perceived: Mapping[str, Decimal], oit: Range | None) -> dict[str, Any]:
    if oit is None or not perceived:
        return {"ita": None, "rating": None}
    ends = [{**perceived, "OIT": value} for value in (oit.low, oit.high)]
    low, high = (total(scheme, end) for end in ends)
    worst, best = (rate(scheme, end) for end in ends)
    return {"ita": _shown(Range(low, high)), "rating": best if worst == best else {"low": worst, "high": best}}


def _chosen(table: Table) -> Scheme | None:
    year = table.number("framework")
    if year not in schemes() and not table.faulty("framework"):
        known = ", ".join(map(str, schemes()))
        table.problem("framework", f"fiscal year {year} cannot be scored; years with known sub-indicators: {known}")
    return schemes().get(year)


def _verdicts(table: Table, scheme: Scheme | None) -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    for code, value in table.data.items():
        if scheme and code not in scheme.items:
            table.problem(code, f"no such item in fiscal year {scheme.year_be} (o1 to {scheme.items[-1]})")
        elif (verdict := _verdict(value)) is None:
            table.problem(code, f'must be 100, 0, null (excluded) or "unsure", is {describe(value)}')
        else:
            found[code] = verdict
    return found


def _verdict(value: Any) -> Verdict | None:
    if value is None:
        return Verdict.EXCLUDED
    if isinstance(value, str):
        return Verdict(value) if value in set(Verdict) else None
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    return Verdict.MET if value == 100 else Verdict.NOT_MET if value == 0 else None


def _perceived(table: Table) -> dict[str, Decimal]:
    """The survey scores of the file: IIT, and EIT whole or in its two parts; empty where the file has none."""
    names = {"iit": "IIT", "eit": "EIT", "eit_part1": "EIT_part1", "eit_part2": "EIT_part2"}
    given = {name: _percent(table, key) for key, name in names.items() if table.data.get(key) is not None}
    if not given:
        return {}
    if "EIT" in given and len(given) > 2:
        table.problem("eit", "give either eit or eit_part1 and eit_part2, not both")
    elif set(given) not in ({"IIT", "EIT"}, {"IIT", "EIT_part1", "EIT_part2"}):
        table.problem("iit", "the ITA total needs iit and eit, or iit, eit_part1 and eit_part2")
    return given


def _percent(table: Table, key: str) -> Decimal:
    value = table.data[key]
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)) or not 0 <= value <= 100:
        table.problem(key, f"must be a number from 0 to 100, is {describe(value)}")
        return Decimal(0)
    return Decimal(str(value))


def _scheme(year: int, block: Mapping[str, Any], bands: tuple[Band, ...]) -> Scheme:
    groups: dict[str, dict[str, tuple[str, ...]]] = {}
    for sub in block["sub_indicators"]:
        first, last = int(sub["first"][1:]), int(sub["last"][1:])
        groups.setdefault(sub["indicator"], {})[sub["code"]] = tuple(f"o{number}" for number in range(first, last + 1))
    return Scheme(year, groups, block["weights"], bands, block["source"], block["confidence"])


def _band(band: Mapping[str, Any]) -> Band:
    return Band(band["label"], band["min"], band.get("every_instrument_min"))
