"""Items that other forms took over unchanged: the met cases of FY2565, their years turned, are met under those forms too."""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import labelled
from test_case_files import FULL, asks_otherwise

from checks.context import AgencyEvidence
from checks.run import judge_one
from evidence.text import extract
from oit.criteria import load, years
from oit.findings import ItemResult, Verdict

KNOWN = tomllib.loads((Path(__file__).parent / "known_disagreements.toml").read_text(encoding="utf-8"))
THAI = "๐๑๒๓๔๕๖๗๘๙"
_YEAR = re.compile(r"(?<![0-9๐-๙])[2๒][5๕][6๖][0-9๐-๙](?![0-9๐-๙])")
_SHORT = re.compile(r"((?:\.[คยพ]\.?|ปี|ปีงบประมาณ)\s?)([6๖][2-8๒-๘])(?![0-9๐-๙.,])")
_WESTERN = re.compile(r"(?:(?<![0-9/])|(?<=[0-9]/))(20[12][0-9])(?![0-9])")
_NUMBERED = re.compile(r"(?<![A-Za-z])(?:[oO]|๐)\s?[0-9๐-๙]{1,2}(?![0-9๐-๙/-])")
"""An item's number, which is another in another form."""


def cases(year: int) -> list[Path]:
    """For each item that the form of `year` left as it was, the first met case made of web pages only."""
    form = load(year)
    otherwise = set(asks_otherwise(year))
    chosen: dict[str, Path] = {}
    for folder in labelled.folders(FULL):
        slug = folder.parent.name
        pages = all(path.suffix in (".html", ".toml") for path in folder.iterdir())
        known = f"{slug}/{folder.name}" in KNOWN or _names_numbers(folder)
        if folder.name.startswith("met-") and pages and not known and slug in form.by_slug and slug not in otherwise:
            chosen.setdefault(slug, folder)
    return list(chosen.values())


def _names_numbers(folder: Path) -> bool:
    pages = (path.read_bytes().decode(_encoding(path)) for path in folder.glob("*.html"))
    return any(_NUMBERED.search(re.sub(r"<[^>]*>", " ", page)) for page in pages)


def _encoding(file: Path) -> str:
    try:
        file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return "cp874"
    return "utf-8"


CASES = [(year, folder) for year in years() if year != FULL and not load(year).partial for folder in cases(year)]


def turned(text: str, by: int) -> str:
    """A text with its Buddhist Era years (long and short, in either kind of digits) and its Western years moved."""
    text = _YEAR.sub(lambda found: _moved(found[0], by), text)
    text = _SHORT.sub(lambda found: found[1] + _moved(found[2], by), text)
    return _WESTERN.sub(lambda found: str(int(found[1]) + by), text)


def _moved(number: str, by: int) -> str:
    moved = str(int(number) + by)
    return moved.translate(str.maketrans("0123456789", THAI)) if number[0] in THAI else moved


def judged_under(folder: Path, year: int) -> ItemResult:
    """The case's item under the form of `year`, every year in its pages moved by the distance of the two forms."""
    told = labelled.evidence_of(folder)
    old, form = load(FULL), load(year)
    by = year - FULL
    texts, hashes = {}, {}
    for fetch in told.fetches:
        if fetch.sha256:
            file = next(
                path
                for path in folder.iterdir()
                if labelled.read(path, fetch.content_type, fetch.url).sha256 == fetch.sha256
            )
            page = turned(file.read_bytes().decode(_encoding(file)), by)
            text = extract(page.encode("utf-8"), content_type="text/html; charset=utf-8", url=fetch.url)
            texts[text.sha256] = text
            hashes[fetch.sha256] = text.sha256
    codes = {item.code: form.by_slug[item.slug].code for item in old.items if item.slug in form.by_slug}
    fetches = tuple(
        replace(fetch, sha256=hashes.get(fetch.sha256, ""), items=tuple(codes[code] for code in fetch.items if code in codes),
                link_text=turned(fetch.link_text, by))
        for fetch in told.fetches
    )  # fmt: skip
    answers = tuple(replace(a, item=codes[a.item]) for a in told.submission.answers if a.item in codes)
    submission = replace(told.submission, framework=year, answers=answers)
    as_of = date(told.as_of.year + by, told.as_of.month, told.as_of.day)
    evidence = AgencyEvidence(submission, form, as_of, fetches, texts)
    return judge_one(evidence, form.by_slug[folder.parent.name])


def test_many_items_of_each_form_are_tried() -> None:
    for year in (2564, 2566, 2567, 2568):
        assert sum(one == year for one, _ in CASES) >= 8


@pytest.mark.parametrize(("year", "folder"), CASES, ids=[f"{year}/{folder.parent.name}" for year, folder in CASES])
def test_a_met_case_of_2565_is_met_under_the_form_of_another_year_with_its_years_turned(
    year: int, folder: Path
) -> None:
    result = judged_under(folder, year)
    assert (result.before_line or result.verdict) is Verdict.MET, (
        folder.name,
        result.reasons,
        [(e.id, e.finding.verdict, e.finding.reasons) for e in result.elements],
        result.year,
    )


@pytest.mark.parametrize(
    ("text", "by", "told"),
    [
        ("พ.ศ. 2565", 2, "พ.ศ. 2567"),
        ("๑ ตุลาคม ๒๕๖๔", -1, "๑ ตุลาคม ๒๕๖๓"),
        ("ต.ค. 64 - มี.ค. 65", 1, "ต.ค. 65 - มี.ค. 66"),
        ("พระราชบัญญัติ พ.ศ. 2537 มาตรา 65", 3, "พระราชบัญญัติ พ.ศ. 2537 มาตรา 65"),
        ("updated 2022", 1, "updated 2023"),
    ],
)
def test_years_are_turned_and_other_numbers_are_not(text: str, by: int, told: str) -> None:
    assert turned(text, by) == told
