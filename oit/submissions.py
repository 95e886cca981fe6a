"""What an agency submitted (`oit-submission/1`, contract §1): reads the file and tells every fault by row and key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from oit import criteria
from oit.errors import InputError
from oit.fiscal_year import CALENDAR, FISCAL
from oit.json_file import read_json
from oit.model import Agency, Answer, Framework, Submission, YearBasis
from oit.tables import Table, describe

SCHEMA = "oit-submission/1"
SEARCHED = ("part", "whole")
"""Values of the key that only a self-check writes: how much of the website was searched for what is not answered."""
_AGENCY_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_ITEM_CODE = re.compile(r"o?0*([1-9][0-9]?)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_DAY = re.compile(r"(\d{2})-(\d{2})")
_THAI_TIME = timezone(timedelta(hours=7))
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def read(path: Path) -> Submission:
    """The submission in a JSON file (tables are read by `oit.submission_sheets`).

    Raises InputError with all faults, each naming the answer and the key.
    """
    if path.suffix.lower() != ".json":
        ending = path.suffix or "a file without ending"
        raise InputError(str(path), [f"a submission is a .json, .xlsx or .csv file, not {ending}"])
    return from_json(read_json(path), str(path))


def from_json(data: Any, source: str) -> Submission:
    """The submission of parsed JSON; `source` names it in errors. Unknown keys are ignored, URLs are kept as given.

    Raises InputError, whose `problems` hold every fault found.
    """
    problems: list[str] = []
    table = Table(data, "", problems)
    table.choice("schema", (SCHEMA,))
    framework = _framework(table)
    agency = _agency(table.table("agency"), framework)
    approved_by, approved_at = _approval(table)
    answers = tuple(_answer(inner, framework) for inner in table.tables("answers"))
    _once(answers, problems)
    if problems or framework is None:
        raise InputError(source, problems)
    searched = data.get("searched")
    told = {"searched": searched} if searched in SEARCHED else {}
    return Submission(framework.year_be, agency, answers, approved_by, approved_at, source, **told)


def to_json(submission: Submission) -> dict[str, Any]:
    """The submission in the shape of the contract; `from_json` reads it back unchanged."""
    agency = submission.agency
    return {
        "schema": SCHEMA,
        "framework": submission.framework,
        "agency": {
            "code": agency.code,
            "name": agency.name,
            "type": agency.type,
            "province": agency.province,
            "homepage": agency.homepage,
            "year_basis": basis_to_json(agency.year_basis),
        },
        "approved": {"by": submission.approved_by, "at": submission.approved_at} if submission.approved_at else None,
        **({"searched": submission.searched} if submission.searched else {}),
        "answers": [
            {
                "item": answer.item,
                "disclosed": answer.disclosed,
                "urls": list(answer.urls),
                "explanation": answer.explanation,
                "exclusion_reason": answer.exclusion_reason or None,
            }
            for answer in submission.answers
        ],
    }


def basis_to_json(basis: YearBasis) -> str | dict[str, str]:
    """`fiscal`, `calendar` or `{"start": "MM-DD", "named_by": …}`."""
    if basis.is_fiscal:
        return "fiscal"
    if (basis.start_month, basis.start_day) == (1, 1):
        return "calendar"
    return {"start": f"{basis.start_month:02d}-{basis.start_day:02d}", "named_by": basis.named_by}


@cache
def item_code(written: str) -> str:
    """The item code a person meant: `o1` for `O1`, `o๑`, ` o01 `, `1`; the text itself where it looks like none."""
    plain = re.sub(r"[\s.]+", "", written.translate(_THAI_DIGITS)).lower()
    found = _ITEM_CODE.fullmatch(plain)
    return f"o{found[1]}" if found else written.strip()


def _framework(table: Table) -> Framework | None:
    year = table.number("framework")
    if table.faulty("framework"):
        return None
    if year not in criteria.years():
        known = ", ".join(map(str, criteria.years()))
        table.problem("framework", f"there are no criteria for fiscal year {year}; available: {known}")
        return None
    return criteria.load(year)


def _agency(table: Table, framework: Framework | None) -> Agency:
    code = table.text("code").translate(_THAI_DIGITS)
    if code and not _AGENCY_CODE.fullmatch(code):
        table.problem("code", f"{code!r}: 1 to 32 letters, digits, '.', '_' or '-', the first a letter or digit")
    kind = table.choice("type", framework.agency_types) if framework else table.text("type")
    return Agency(
        code=code,
        name=_clean(table.text("name")),
        type=kind,
        province=_optional(table, "province"),
        homepage=table.text("homepage").strip(),
        year_basis=_basis(table),
    )


def _basis(table: Table) -> YearBasis:
    value = table.data.get("year_basis", "fiscal")
    if isinstance(value, Mapping):
        return _own_basis(table.table("year_basis"))
    if isinstance(value, str) and value in ("fiscal", "calendar"):
        return FISCAL if value == "fiscal" else CALENDAR
    table.problem("year_basis", f'must be "fiscal", "calendar" or {{"start", "named_by"}}, is {describe(value)}')
    return FISCAL


def _own_basis(table: Table) -> YearBasis:
    start = table.text("start").translate(_THAI_DIGITS)
    named_by = table.choice("named_by", ("start", "end"))
    found = _DAY.fullmatch(start)
    try:
        # 2001 has no 29 February: a working year must be able to begin on that day every year.
        day = datetime(2001, int(found[1]), int(found[2])) if found else None
    except ValueError:
        day = None
    if day and (day.month, day.day) == (1, 1):
        return CALENDAR
    if day is None:
        if start:
            table.problem("start", f"{start!r} is not a day of every year, written MM-DD")
        return FISCAL
    return YearBasis(day.month, day.day, named_by or "end")


def _approval(table: Table) -> tuple[str, str | None]:
    if table.data.get("approved") is None:
        return "", None
    inner = table.table("approved")
    by, at = _optional(inner, "by"), _optional(inner, "at")
    if not at:
        return by, None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        inner.problem("at", f"{at!r} is not a time such as 2022-04-28T10:00:00+07:00")
        return by, None
    return by, (moment if moment.tzinfo else moment.replace(tzinfo=_THAI_TIME)).isoformat()


def _answer(table: Table, framework: Framework | None) -> Answer:
    code = item_code(table.text("item"))
    table.where += f" ({code})" if code else ""
    if code and framework and code not in framework.by_code:
        first, last = framework.items[0].code, framework.items[-1].code
        table.problem("item", f"{code!r} is not an item of fiscal year {framework.year_be} ({first} to {last})")
    return Answer(
        item=code,
        disclosed=table.flag("disclosed"),
        urls=tuple(url.strip() for url in _urls(table) if url.strip()),
        explanation=_optional(table, "explanation"),
        exclusion_reason=_optional(table, "exclusion_reason"),
    )


def _urls(table: Table) -> tuple[str, ...]:
    return () if table.data.get("urls") is None else table.texts("urls")


def _optional(table: Table, key: str) -> str:
    """A text that may be null, empty or absent."""
    return "" if table.data.get(key) is None else _clean(table.text(key, "", empty=True))


def _clean(text: str) -> str:
    """The text without control characters, which neither a page nor a workbook can show."""
    return _CONTROL.sub(" ", text).strip()


def _once(answers: tuple[Answer, ...], problems: list[str]) -> None:
    rows: dict[str, list[int]] = {}
    for position, answer in enumerate(answers):
        if answer.item:
            rows.setdefault(answer.item, []).append(position)
    for item, places in rows.items():
        if len(places) > 1:
            shown = ", ".join(f"answers[{place}]" for place in places)
            problems.append(f"{item} is answered {len(places)} times: {shown}")
