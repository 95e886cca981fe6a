"""Loads a labelled case folder into the evidence that the checks see, through the real readers."""

from __future__ import annotations

import mimetypes
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from checks.context import AgencyEvidence
from checks.run import judge_one
from evidence.records import Fetch
from evidence.text import ReadOptions, extract
from evidence.text.document import DocumentText
from oit.criteria import load
from oit.findings import ItemResult
from oit.model import Agency, Answer, Submission, YearBasis

CASES = Path(__file__).parent
OPTIONS = ReadOptions(ocr_pages=4)


def folders(year: int | str = "[0-9]*") -> list[Path]:
    """All case folders of a year (of all years, if none is given), in order of year, item and name."""
    return sorted(path.parent for path in CASES.glob(f"{year}/*/*/case.toml"))


def year_of(folder: Path) -> int:
    """The fiscal year (Buddhist Era) by whose form a case is judged."""
    return int(folder.parts[-3])


def expected_verdict(folder: Path) -> str:
    """The verdict that the folder's name promises."""
    return folder.name.split("-", 1)[0]


def evidence_of(folder: Path) -> AgencyEvidence:
    """The evidence of one case: documents read, failed fetches as rows."""
    case = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    year = year_of(folder)
    framework = load(year)
    item = framework.by_slug[folder.parent.name]
    answer = Answer(
        item.code,
        case["answer"]["disclosed"],
        tuple(case["answer"]["urls"]),
        case["answer"]["explanation"],
        case["answer"].get("exclusion_reason", ""),
    )
    agency = Agency(
        "CASE",
        case["agency"]["name"],
        case["agency"]["type"],
        case["agency"]["province"],
        case["agency"]["homepage"],
        _basis(case["agency"]["year_basis"]),
    )
    answers = [answer]
    fetches: list[Fetch] = []
    texts: dict[str, DocumentText] = {}
    for row in case.get("documents", []):
        other = framework.by_slug[row["item"]] if row.get("item") else item
        text = read(folder / row["file"], row.get("content_type", ""), row["url"])
        texts[text.sha256] = text
        fetches.append(_fetch(row, other.code, text.sha256))
        if other is not item and all(known.item != other.code for known in answers):
            answers.append(Answer(other.code, True, (row["url"],), ""))
    fetches += [_fetch(row, item.code, "") for row in case.get("fetches", [])]
    submission = Submission(year, agency, tuple(answers), "ผู้บริหาร", "2022-04-28T10:00:00+07:00")
    return AgencyEvidence(submission, framework, date.fromisoformat(case["as_of"]), tuple(fetches), texts)


@cache
def judged(folder: Path) -> ItemResult:
    """The result of the case's item."""
    evidence = evidence_of(folder)
    return judge_one(evidence, evidence.framework.by_slug[folder.parent.name])


def expectation(folder: Path) -> dict[str, Any]:
    """The `[expect]` table of a case."""
    return tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))["expect"]


@cache
def read(path: Path, content_type: str, url: str) -> DocumentText:
    """A file as the real readers see it."""
    return extract(
        path.read_bytes(),
        content_type=content_type or mimetypes.guess_type(path.name)[0] or "",
        url=url,
        options=OPTIONS,
    )


def _fetch(row: dict[str, Any], code: str, sha256: str) -> Fetch:
    purpose = row.get("purpose", "submitted")
    return Fetch(
        run_id="case",
        agency="CASE",
        url=row["url"],
        outcome=row.get("outcome", "ok"),
        purpose=purpose,
        final_url=row["url"],
        items=() if purpose == "homepage" else (code,),
        parent=row.get("parent", ""),
        link_text=row.get("link_text", ""),
        hop=0 if purpose == "submitted" else 1,
        content_type=row.get("content_type", ""),
        sha256=sha256,
        detail=row.get("detail", ""),
    )


def _basis(value: Any) -> YearBasis:
    if value == "calendar":
        return YearBasis(1, 1, "start")
    if isinstance(value, dict):
        month, day = map(int, value["start"].split("-"))
        return YearBasis(month, day, value["named_by"])
    return YearBasis()
