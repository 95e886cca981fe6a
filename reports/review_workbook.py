"""Knows the reviewers' workbook: one row for each item with what the machine found, and empty cells for the decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from oit.errors import InputError
from oit.findings import Verdict
from oit.model import Framework
from oit.sheets import Column, Sheet, rows_of, write_workbook
from oit.submissions import item_code
from reports import messages
from reports.advice import reason_seen, sentence_values
from reports.visible import plain

DECISIONS = (Verdict.MET, Verdict.NOT_MET, Verdict.EXCLUDED)
QUOTES_PER_ITEM = 6
LONGEST_QUOTE = 300
_WIDTHS = {
    "agency_code": 13,
    "agency_name": 28,
    "framework": 12,
    "item": 7,
    "title": 28,
    "verdict": 16,
    "confidence": 12,
    "points": 9,
    "reasons": 48,
    "disclosed": 11,
    "explanation": 36,
    "urls": 48,
    "quotes": 60,
    "decision": 18,
    "decision_reason": 40,
    "decided_by": 20,
    "decided_at": 22,
}
_FILL_IN = ("decision", "decision_reason", "decided_by", "decided_at")
_NEEDED = ("agency_code", "framework", "item", "decision")
_ORDER = {Verdict.UNSURE: 0, Verdict.NOT_MET: 1, Verdict.MET: 2, Verdict.EXCLUDED: 3}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a reviewer as a workbook states it; `row` is where."""

    agency: str
    framework: int
    item: str
    decision: str
    reason: str
    by: str
    at: str
    row: int


def write(
    path: Path, results: Sequence[Mapping[str, Any]], frameworks: Mapping[int, Framework], lang: str = "th"
) -> None:
    """Write the workbook of these results (`oit-result/1`): items that need a person first, by the points they carry.

    Decisions already made stand in their cells. Raises InputError where the file cannot be written.
    """
    rows = [row for result in results for row in _rows(result, frameworks[result["framework"]], lang)]
    rows.sort(key=lambda row: (_ORDER[row.pop("_verdict")], -(row["points"] or 0)))
    columns = [_column(name, lang) for name in _WIDTHS]
    write_workbook(path, [Sheet("items", columns, rows)], title="OIT review")


def read(path: Path) -> list[Decision]:
    """The decisions filled in, in the order of the rows; rows without one are passed over.

    Raises InputError naming every bad row.
    """
    problems: list[str] = []
    decisions: list[Decision] = []
    heading: dict[str, int] | None = None
    labels = [_label("decision", lang) for lang in messages.LANGUAGES]
    for _, rows in rows_of(path):
        for number, cells in rows:
            if heading is None:
                places = {cell: place for place, cell in enumerate(cells)}
                heading = places if set(_NEEDED) <= set(places) else None
                continue
            row = {name: cells[place] if place < len(cells) else "" for name, place in heading.items()}
            if row["decision"] and row["decision"] not in labels:
                decisions += _decision(row, number, problems)
        if heading:
            break
    if heading is None:
        problems.append(f"has no row of column names ({', '.join(_NEEDED)})")
    twice = [(one.agency, one.framework, one.item) for one in decisions]
    problems += [
        f"row {one.row}: {one.item} of agency {one.agency} is decided twice"
        for place, one in enumerate(decisions)
        if twice.index(twice[place]) < place
    ]
    if problems:
        raise InputError(str(path), problems)
    return decisions


def _rows(result: Mapping[str, Any], framework: Framework, lang: str) -> Iterator[dict[str, Any]]:
    decided = {review["item"]: review for review in result["reviews"]}
    for entry in result["items"]:
        answer = entry.get("answer") or {}
        review = decided.get(entry["item"], {})
        yield {
            "_verdict": entry["verdict"],
            "agency_code": result["agency"]["code"],
            "agency_name": result["agency"]["name"],
            "framework": result["framework"],
            "item": entry["item"],
            "title": entry["title"],
            "verdict": messages.seen(f"verdict.{entry['verdict']}", lang),
            "confidence": entry["confidence"],
            "points": entry.get("points"),
            "reasons": "\n".join(_reasons(entry, result, framework, lang)),
            "disclosed": messages.seen(f"answer.{'yes' if answer.get('disclosed') else 'no'}", lang) if answer else "",
            "explanation": plain(answer.get("explanation", "")),
            "urls": "\n".join(row["url"] for row in entry["urls"]),
            "quotes": "\n".join(_quotes(entry)),
            "decision": messages.seen(f"verdict.{review['decision']}", lang) if review else "",
            "decision_reason": review.get("reason", ""),
            "decided_by": review.get("by", ""),
            "decided_at": review.get("at", ""),
        }


def _reasons(entry: Mapping[str, Any], result: Mapping[str, Any], framework: Framework, lang: str) -> Iterator[str]:
    values = sentence_values(entry, framework.by_code[entry["item"]], framework, result["agency"])
    for id in entry["reasons"]:
        if messages.known(f"reason.{id}"):
            yield reason_seen(id, entry["verdict"], values)[lang]


def _quotes(entry: Mapping[str, Any]) -> list[str]:
    """The words that carry the verdict, each with its place, one for each element."""
    found = [quote for element in [*entry["elements"], entry["year"] or {}] for quote in element.get("quotes", ())[:1]]
    shown = [f"“{plain(quote['text'])[:LONGEST_QUOTE]}” ({_place(quote)})" for quote in found]
    return list(dict.fromkeys(shown))[:QUOTES_PER_ITEM]


def _place(quote: Mapping[str, Any]) -> str:
    return f"{quote['url']}#page={quote['page']}" if quote["page"] > 1 else quote["url"]


def _column(name: str, lang: str) -> Column:
    choices = tuple(messages.seen(f"verdict.{decision}", lang) for decision in DECISIONS) if name == "decision" else ()
    return Column(name, _label(name, lang), "", choices, _WIDTHS[name], name in _FILL_IN)


def _label(name: str, lang: str) -> str:
    return messages.seen(f"column.{name}", lang)


def _decision(row: Mapping[str, str], number: int, problems: list[str]) -> list[Decision]:
    word = _meant(row["decision"])
    before = len(problems)
    if word is None:
        allowed = ", ".join(messages.seen(f"verdict.{decision}") for decision in DECISIONS)
        problems.append(f"row {number}: decision is {row['decision']!r}; write one of {allowed}")
    for name in ("agency_code", "framework", "item"):
        if not row[name]:
            problems.append(f"row {number}: {name} is missing")
    if row["framework"] and not row["framework"].isdecimal():
        problems.append(f"row {number}: framework is {row['framework']!r}, not a year")
    if not row.get("decision_reason"):
        problems.append(f"row {number}: decision_reason is missing; say why, so that the decision can be defended")
    if at := row.get("decided_at", ""):
        try:
            datetime.fromisoformat(at)
        except ValueError:
            problems.append(f"row {number}: decided_at is {at!r}, not a time such as 2022-05-12T10:00:00+07:00")
    if len(problems) > before or word is None:
        return []
    by = row.get("decided_by", "")
    year, item = int(row["framework"]), item_code(row["item"])
    return [Decision(row["agency_code"], year, item, word, row["decision_reason"], by, at, number)]


def _meant(written: str) -> str | None:
    """The decision a cell means, in Thai, in English or by its id."""
    plain_word = written.strip().lower()
    for decision in DECISIONS:
        names = (str(decision), *(messages.seen(f"verdict.{decision}", lang).lower() for lang in messages.LANGUAGES))
        if plain_word in names:
            return str(decision)
    return None
