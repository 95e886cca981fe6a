"""Submissions as tables (contract §1): one row for each item and URL, of one agency or of many, in .xlsx or .csv."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from oit import submissions
from oit.errors import InputError
from oit.model import Framework, Submission
from oit.sheets import Column, Sheet, rows_of, write_csv, write_workbook

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_AGENCY_KEYS = ("agency_code", "agency_name", "agency_type", "province", "homepage", "year_basis", "framework")
_ANSWER = re.compile(r"^answers\[(\d+)\]")
_OWN_BASIS = re.compile(r"(\d{1,2})-(\d{1,2})\s+(start|end)")
_URL_BREAK = re.compile(r"[\s,;]+(?=https?://)", re.IGNORECASE)


def read_all(path: Path) -> list[Submission]:
    """The submissions in a workbook or CSV file, in the order in which their agencies first appear.

    A blank agency cell means the row above; a blank item beside a URL means the item above. Rows of one agency may lie
    apart. Raises InputError with every bad row by number and reason.
    """
    problems: list[str] = []
    gathered = _gather(path, problems)
    read: list[Submission] = []
    for one in gathered.values():
        try:
            read.append(submissions.from_json(one.as_json(), str(path)))
        except InputError as error:
            problems += [one.by_row(problem) for problem in error.problems]
    if not gathered and not problems:
        problems.append("holds no answers: no row names an agency and an item")
    if problems:
        raise InputError(str(path), sorted(dict.fromkeys(problems), key=_first_number))
    return read


def write(path: Path, given: Sequence[Submission], frameworks: Mapping[int, Framework]) -> None:
    """Write submissions as .xlsx or .csv, whichever the path ends with; `read_all` reads them back unchanged."""
    _write(path, [row for one in given for row in _rows(one, frameworks[one.framework])], frameworks)


def write_template(path: Path, framework: Framework, agency: Mapping[str, str] | None = None) -> None:
    """Write an empty form of that year: a row for each item, the agency's cells filled as far as `agency` gives them."""
    start = dict.fromkeys(_AGENCY_KEYS, "") | {"year_basis": "fiscal"} | dict(agency or {})
    start["framework"] = str(framework.year_be)
    rows = [start | {"item": item.code, "item_title": item.title.th} for item in framework.items]
    _write(path, rows, {framework.year_be: framework})


@cache
def columns() -> tuple[dict[str, Any], ...]:
    """The columns as `submission_columns.toml` describes them."""
    return tuple(_data()["columns"])


@dataclass
class _Gathered:
    """The rows of one agency on the way to a submission."""

    agency: dict[str, str]
    row: int
    approved: dict[str, str] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: list[list[int]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        agency = self.agency
        return {
            "schema": submissions.SCHEMA,
            "framework": _whole(agency["framework"]),
            "agency": {
                "code": agency["agency_code"],
                "name": agency["agency_name"],
                "type": agency["agency_type"],
                "province": agency["province"],
                "homepage": agency["homepage"],
                "year_basis": _basis(agency["year_basis"]),
            },
            "approved": self.approved or None,
            "answers": list(self.answers.values()),
        }

    def by_row(self, problem: str) -> str:
        """A problem of the JSON shape told by the rows it came from."""
        found = _ANSWER.match(problem)
        if not found:
            return f"row {self.row}: {problem}"
        rows = self.rows[int(found[1])]
        where = f"row {rows[0]}" if len(rows) == 1 else f"rows {rows[0]} to {rows[-1]}"
        return f"{where}{problem[found.end() :]}"


def _gather(path: Path, problems: list[str]) -> dict[tuple[str, str], _Gathered]:
    gathered: dict[tuple[str, str], _Gathered] = {}
    headed = False
    for sheet, rows in rows_of(path):
        heading = _heading(rows)
        if heading is None:
            continue
        headed = True
        position, places = heading
        missing = [one["name"] for one in columns() if one.get("required") and one["name"] not in places]
        if missing:
            where = f"sheet {sheet!r}, row {rows[position][0]}" if sheet else f"row {rows[position][0]}"
            problems.append(f"{where}: the columns {', '.join(missing)} are missing")
            continue
        _take_rows(rows[position + 1 :], places, gathered, problems)
    if not headed:
        names = ", ".join(one["name"] for one in columns() if one.get("required"))
        raise InputError(str(path), [f"has no row of column names ({names})"])
    return gathered


def _take_rows(
    rows: Sequence[tuple[int, list[str]]],
    places: Mapping[str, int],
    gathered: dict[tuple[str, str], _Gathered],
    problems: list[str],
) -> None:
    above: dict[str, str] = {}
    for number, cells in rows:
        if _is_label_row(cells):
            continue
        row = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        _take_row(number, row, above, gathered, problems)


def _take_row(
    number: int,
    row: dict[str, str],
    above: dict[str, str],
    gathered: dict[tuple[str, str], _Gathered],
    problems: list[str],
) -> None:
    own_code = row.get("agency_code", "").translate(_THAI_DIGITS)
    if own_code and own_code != above.get("agency_code"):
        above.clear()
    for name in _AGENCY_KEYS:
        above[name] = row.get(name, "").strip() or above.get(name, "")
    above["agency_code"] = above["agency_code"].translate(_THAI_DIGITS)
    if not above["agency_code"]:
        problems.append(f"row {number}: agency_code is missing")
        return
    key = (above["agency_code"], above["framework"].translate(_THAI_DIGITS))
    one = gathered.get(key)
    if one is None:
        one = gathered[key] = _Gathered({name: above[name] for name in _AGENCY_KEYS}, number)
    _same_agency(one, above, number, problems)
    if row.get("approved_by") or row.get("approved_at"):
        one.approved = {"by": row.get("approved_by", ""), "at": row.get("approved_at", "")}
    if not any(row.get(name) for name in ("item", "disclosed", "url", "explanation", "exclusion_reason")):
        return
    if not row.get("item") and row.get("url") and above.get("item"):
        row["item"] = above["item"]
    if not row.get("item"):
        problems.append(f"row {number}: item is missing")
        return
    if not any(row.get(name) for name in ("disclosed", "url", "explanation", "exclusion_reason")) and (
        submissions.item_code(row["item"]) != above.get("item")
    ):
        # A row of the template that nobody has filled in: the item is not answered.
        above["item"] = ""
        return
    above["item"] = submissions.item_code(row["item"])
    _take_answer(number, row, above["item"], one, problems)


def _same_agency(one: _Gathered, above: Mapping[str, str], number: int, problems: list[str]) -> None:
    for name in _AGENCY_KEYS[1:-1]:
        if above[name] and one.agency[name] and above[name] != one.agency[name]:
            problems.append(
                f"row {number}: {name} is {above[name]!r}, but {one.agency[name]!r} in row {one.row} of the same agency"
            )
        one.agency[name] = one.agency[name] or above[name]


def _take_answer(number: int, row: Mapping[str, str], item: str, one: _Gathered, problems: list[str]) -> None:
    written = row.get("disclosed", "")
    disclosed = _yes_or_no(written)
    if written and disclosed is None:
        problems.append(f"row {number}: disclosed is {written!r}; write {_word(True)} or {_word(False)}")
    answer = one.answers.get(item)
    if answer is None:
        if not written:
            problems.append(f"row {number}: disclosed is missing; write {_word(True)} or {_word(False)}")
        answer = one.answers[item] = {
            "item": item,
            "disclosed": bool(disclosed),
            "urls": [],
            "explanation": "",
            "exclusion_reason": "",
        }
        one.rows.append([number])
    else:
        one.rows[list(one.answers).index(item)].append(number)
        if disclosed is not None and disclosed != answer["disclosed"]:
            problems.append(f"row {number}: {item} is answered both {_word(True)} and {_word(False)}")
    answer["urls"] += [url for url in _URL_BREAK.split(row.get("url", "")) if url]
    for key in ("explanation", "exclusion_reason"):
        text = row.get(key, "")
        if text and text not in answer[key].split("\n"):
            answer[key] = f"{answer[key]}\n{text}" if answer[key] else text


def _heading(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, dict[str, int]] | None:
    """Where among the first rows the column names stand, and the place of each column; None where no row names them."""
    for position, (_, cells) in enumerate(rows[:20]):
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            name = _names().get(_plain(cell))
            if name and name not in places:
                places[name] = place
        if {"item", "agency_code"} <= set(places):
            return position, places
    return None


def _is_label_row(cells: Sequence[str]) -> bool:
    labels = {one["th"] for one in columns()} | {one["en"] for one in columns()}
    filled = [cell for cell in cells if cell]
    return len(filled) > 3 and all(cell in labels for cell in filled)


def _rows(submission: Submission, framework: Framework) -> Iterator[dict[str, Any]]:
    shape = submissions.to_json(submission)
    agency, basis = shape["agency"], shape["agency"]["year_basis"]
    start = {
        "agency_code": agency["code"],
        "agency_name": agency["name"],
        "agency_type": agency["type"],
        "province": agency["province"],
        "homepage": agency["homepage"],
        "year_basis": basis if isinstance(basis, str) else f"{basis['start']} {basis['named_by']}",
        "framework": str(submission.framework),
        "approved_by": submission.approved_by,
        "approved_at": submission.approved_at or "",
    }
    for answer in submission.answers:
        for place, url in enumerate(answer.urls or ("",)):
            row = start | {"item": answer.item, "disclosed": _word(answer.disclosed), "url": url}
            row["item_title"] = framework.by_code[answer.item].title.th
            if place == 0:
                row |= {"explanation": answer.explanation, "exclusion_reason": answer.exclusion_reason}
            yield row


def _write(path: Path, rows: Iterable[dict[str, Any]], frameworks: Mapping[int, Framework]) -> None:
    if path.suffix.lower() == ".csv":
        write_csv(path, [one["name"] for one in columns()], rows)
        return
    if path.suffix.lower() != ".xlsx":
        raise InputError(str(path), ["must end with .xlsx or .csv"])
    labels = _data()["labels"]
    types = next(iter(frameworks.values())).agency_types.values() if frameworks else ()
    shown = _in_order(columns())
    answers = Sheet("answers", [_column(one) for one in shown], rows)
    known = Sheet(
        "types",
        [Column("agency_type", labels["type_key"], width=44), Column("name", labels["type_name"], width=44)],
        [{"agency_type": kind.key, "name": kind.name_th} for kind in types],
    )
    guide = Sheet(
        "help",
        [Column(name, labels[name], width=width) for name, width in (("column", 20), ("label", 30), ("hint", 90))],
        [{"column": one["name"], "label": one["th"], "hint": one["hint"]} for one in shown],
    )
    write_workbook(path, [answers, known, guide], title="OIT submission")


def _in_order(given: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The columns with the item's title beside its code, where a person looks for it."""
    titled = [one for one in given if not one.get("ignored")]
    place = next(i for i, one in enumerate(titled) if one["name"] == "item") + 1
    return [*titled[:place], *(one for one in given if one.get("ignored")), *titled[place:]]


def _column(one: Mapping[str, Any]) -> Column:
    choices = (_word(True), _word(False)) if one["name"] == "disclosed" else ()
    fill_in = one["name"] in ("disclosed", "url", "explanation", "exclusion_reason")
    return Column(one["name"], one["th"], one["hint"], choices, one["width"], fill_in)


def _basis(written: str) -> Any:
    plain = _plain(written.translate(_THAI_DIGITS))
    for name in ("fiscal", "calendar"):
        if not plain or plain in _data()["words"][name]:
            return name
    own = _OWN_BASIS.fullmatch(plain)
    return {"start": f"{int(own[1]):02d}-{int(own[2]):02d}", "named_by": own[3]} if own else written


def _whole(written: str) -> Any:
    plain = written.translate(_THAI_DIGITS).strip()
    return int(plain) if plain.isdecimal() and len(plain) < 9 else written


def _yes_or_no(written: str) -> bool | None:
    plain, words = _plain(written.translate(_THAI_DIGITS)), _data()["words"]
    if plain in words["yes"]:
        return True
    return False if plain in words["no"] else None


def _word(disclosed: bool) -> str:
    """The word that says so in Thai."""
    return _data()["words"]["yes" if disclosed else "no"][0]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().lower()


def _first_number(problem: str) -> int:
    found = re.search(r"\d+", problem)
    return int(found[0]) if found else 0


@cache
def _names() -> dict[str, str]:
    """Every accepted heading and the column it means."""
    return {
        _plain(word): one["name"]
        for one in columns()
        if not one.get("ignored")
        for word in (one["name"], one["th"], one["en"], *one.get("also", ()))
    }


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((resources.files("oit") / "submission_columns.toml").read_text("utf-8"))
