"""Scores that an agency has from the assessment itself (its ITAS page): IIT, EIT, OIT, indicators, single questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from oit.errors import InputError
from oit.json_file import read_json
from oit.sheets import rows_of

INDICATORS = {"IIT": ("1", "2", "3", "4", "5"), "EIT": ("6", "7", "8")}
"""The indicators of the two surveys, the same since FY2562; an instrument's score is their mean."""
_NAMES = {
    "iit": "IIT", "eit": "EIT", "oit": "OIT", "eit1": "EIT_part1", "eit2": "EIT_part2", "eitpart1": "EIT_part1",
    "eitpart2": "EIT_part2",
}  # fmt: skip
_QUESTION = re.compile(r"(?:i|e|ep|es)\d{1,2}")
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_HEADS = (("code", "score"), ("รหัส", "คะแนน"))


@dataclass(frozen=True)
class SurveyScores:
    """Scores from 0 to 100 by name: `instruments` (IIT, EIT, EIT_part1, EIT_part2, OIT), `indicators` ("1" to "10"),
    `questions` (i1, e3, ep2, es4)."""

    instruments: Mapping[str, Decimal] = field(default_factory=dict)
    indicators: Mapping[str, Decimal] = field(default_factory=dict)
    questions: Mapping[str, Decimal] = field(default_factory=dict)

    def of(self, instrument: str) -> Decimal | None:
        """The score of an instrument: as given, else from the parts of EIT, else the mean of all its indicators."""
        if instrument in self.instruments:
            return self.instruments[instrument]
        parts = [self.instruments.get(f"{instrument}_part{part}") for part in (1, 2)]
        known = [part for part in parts if part is not None]
        if len(known) != 2:
            known = [self.indicators[code] for code in INDICATORS.get(instrument, ()) if code in self.indicators]
            if not known or len(known) < len(INDICATORS[instrument]):
                return None
        return sum(known, Decimal(0)) / len(known)

    def with_instruments(self, given: Mapping[str, Decimal]) -> SurveyScores:
        """The same with these scores of instruments in place of those of the same name."""
        return SurveyScores({**self.instruments, **given}, self.indicators, self.questions)


def read(path: Path) -> SurveyScores:
    """The scores of a file: JSON (`{"iit": 94.63, "indicators": {"1": 95.05}, "questions": {"i11": 84.76}}`), or a table
    (.xlsx, .csv) with the columns `code` and `score` (รหัส, คะแนน), one score a row.

    Codes are IIT, EIT, EIT1, EIT2, OIT, the number of an indicator, or a question (i11, e3, ep2, es4). Raises InputError
    naming every row or key that is none, is given twice or is no number from 0 to 100.
    """
    problems: list[str] = []
    found: dict[str, dict[str, Decimal]] = {"instruments": {}, "indicators": {}, "questions": {}}
    pairs = _of_json(read_json(path), problems) if path.suffix.lower() == ".json" else _of_table(path, problems)
    for place, code, written in pairs:
        group, name = _meant(code)
        value = _number(written)
        if not group:
            problems.append(f"{place}: {code!r} is no code of a score (IIT, EIT, EIT1, EIT2, OIT, 1 to 10, i11, e3)")
        elif value is None:
            problems.append(f"{place}: {written!r} is no number from 0 to 100")
        elif name in found[group]:
            problems.append(f"{place}: {code} is given twice")
        else:
            found[group][name] = value
    if not problems and not any(found.values()):
        problems.append("holds no score")
    if "EIT" in found["instruments"] and {"EIT_part1", "EIT_part2"} & {*found["instruments"]}:
        problems.append("give either EIT or its two parts, not both")
    if problems:
        raise InputError(str(path), problems)
    return SurveyScores(**found)


def _of_json(data: Any, problems: list[str]) -> Iterator[tuple[str, str, Any]]:
    if not isinstance(data, Mapping):
        problems.append("is no JSON object")
        return
    for key, value in data.items():
        if key in ("indicators", "questions") and isinstance(value, Mapping):
            yield from ((f"{key}.{code}", code, score) for code, score in value.items())
        elif key != "framework" and value is not None:
            yield key, key, value


def _of_table(path: Path, problems: list[str]) -> Iterator[tuple[str, str, Any]]:
    for _, rows in rows_of(path):
        places: tuple[int, int] | None = None
        for number, cells in rows:
            low = [cell.lower() for cell in cells]
            if places is None:
                places = next(
                    ((low.index(code), low.index(score)) for code, score in _HEADS if {code, score} <= {*low}), None
                )
                continue
            code, written = (cells[place] if place < len(cells) else "" for place in places)
            if code and written:
                yield f"row {number}", code, written
        if places is not None:
            return
    problems.append("has no row of column names (code, score)")


def _meant(code: str) -> tuple[str, str]:
    plain = re.sub(r"[\s._()-]", "", str(code).translate(_THAI_DIGITS)).lower()
    if plain in _NAMES:
        return "instruments", _NAMES[plain]
    if plain.isdecimal() and 1 <= int(plain) <= 10:
        return "indicators", str(int(plain))
    return ("questions", plain) if _QUESTION.fullmatch(plain) else ("", "")


def _number(written: Any) -> Decimal | None:
    if isinstance(written, bool):
        return None
    try:
        value = Decimal(str(written).translate(_THAI_DIGITS))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= 100 else None
