"""The labelled cases are well formed: files there and small, labels known, every item with both sides."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from audit.criteria_diff import compare, is_material
from oit import criteria
from oit.findings import Outcome, Reason, Verdict

HERE = Path(__file__).parent
FOLDERS = sorted(path.parent for path in HERE.glob("[0-9]*/*/*/case.toml"))
VERDICTS = ("met", "not_met", "unsure")
PURPOSES = {"submitted", "linked", "frame", "image", "step", "homepage", "confirm"}
MOST_BYTES = 60 * 1024


def case_id(folder: Path) -> str:
    return "/".join(folder.parts[-3:])


def read(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "case.toml").read_text("utf-8"))


def slugs(year: str) -> list[str]:
    return [item.slug for item in criteria.load(int(year)).items]


FULL = 2565
"""The form whose every item has cases; of the others it is the items that are new or ask something else."""


def asks_otherwise(year: int) -> list[str]:
    """The items of a form that the form of 2565 did not have, or of which it asked something else."""
    found = compare(criteria.load(FULL), criteria.load(year))["items"]
    kept = [row for row in found if row["codes"]["after"] and (row["status"] != "kept" or changed(row))]
    return [row["slug"] for row in kept]


def changed(row: dict[str, Any]) -> bool:
    return any(is_material(change) for change in row["changes"])


YEARS = [str(year) for year in criteria.years() if not criteria.load(year).partial]
ITEMS = [(year, slug) for year in YEARS for slug in (slugs(year) if int(year) == FULL else asks_otherwise(int(year)))]


@pytest.mark.parametrize("folder", FOLDERS, ids=case_id)
def test_a_case_says_who_answered_what_and_when(folder: Path) -> None:
    case = read(folder)
    agency = case["agency"]
    assert case["title"] and case["source"].startswith("constructed")
    assert date.fromisoformat(case["as_of"])
    assert agency["type"] in criteria.load(int(folder.parts[-3])).agency_types
    assert agency["name"] and agency["homepage"].startswith("http") and agency["year_basis"] in {"fiscal", "calendar"}
    assert isinstance(case["answer"]["disclosed"], bool)


@pytest.mark.parametrize("folder", FOLDERS, ids=case_id)
def test_a_case_folder_is_named_by_its_verdict_and_lies_under_an_item(folder: Path) -> None:
    verdict, _, name = folder.name.partition("-")
    assert verdict in VERDICTS
    assert name.replace("-", "").isascii() and name.replace("-", "").isalnum()
    assert folder.parent.name in slugs(folder.parts[-3])


@pytest.mark.parametrize("folder", FOLDERS, ids=case_id)
def test_the_files_of_a_case_exist_and_are_small(folder: Path) -> None:
    named = {document["file"] for document in read(folder).get("documents", [])}
    there = {path.name for path in folder.iterdir()} - {"case.toml"}
    assert there == named
    for name in named:
        assert 0 < (folder / name).stat().st_size <= MOST_BYTES, name


@pytest.mark.parametrize("folder", FOLDERS, ids=case_id)
def test_every_submitted_url_of_a_case_has_a_document_or_a_failed_fetch(folder: Path) -> None:
    case = read(folder)
    documents, fetches = case.get("documents", []), case.get("fetches", [])
    assert {document["purpose"] for document in documents} | {fetch["purpose"] for fetch in fetches} <= PURPOSES
    assert {fetch["outcome"] for fetch in fetches} <= set(Outcome) - {Outcome.OK}
    assert set(case["answer"]["urls"]) <= {entry["url"] for entry in [*documents, *fetches]}
    parents = {document["url"] for document in documents}
    for document in documents:
        if document["purpose"] in {"linked", "frame", "image"}:
            assert document["parent"] in parents, document["file"]


@pytest.mark.parametrize("folder", FOLDERS, ids=case_id)
def test_what_a_case_expects_is_known_to_the_framework(folder: Path) -> None:
    framework = criteria.load(int(folder.parts[-3]))
    item = framework.by_slug[folder.parent.name]
    case = read(folder)
    expect = case["expect"]
    assert set(expect["reasons"]) <= set(Reason)
    assert bool(expect["reasons"]) == (not folder.name.startswith("met-"))
    assert expect.get("year", "met") in VERDICTS
    assert set(expect.get("elements", {})) <= {element.id for element in item.elements}
    assert set(expect.get("elements", {}).values()) <= set(VERDICTS)
    assert {document["item"] for document in case.get("documents", [])} <= {"", *framework.by_slug}


@pytest.mark.parametrize("folder", FOLDERS, ids=case_id)
def test_the_labels_of_a_case_do_not_contradict_its_verdict(folder: Path) -> None:
    expect = read(folder)["expect"]
    labels = {*expect.get("elements", {}).values(), expect.get("year", "met")}
    if folder.name.startswith("met-"):
        assert labels <= {Verdict.MET}
    if folder.name.startswith("unsure-"):
        assert Verdict.NOT_MET not in labels or "criteria_unverified" in expect["reasons"]


@pytest.mark.parametrize(("year", "slug"), ITEMS)
def test_every_item_has_a_case_on_each_side(year: str, slug: str) -> None:
    """Of an item whose criteria are not established nothing is met: what would be is `unsure`."""
    names = [folder.name for folder in FOLDERS if folder.parts[-3:-1] == (year, slug)]
    good = "met-" if criteria.load(int(year)).by_slug[slug].established else "unsure-"
    assert sum(name.startswith(good) for name in names) >= 1
    assert sum(name.startswith("not_met-") for name in names) >= 2


@pytest.mark.parametrize(("year", "slug"), [(year, slug) for year in (str(FULL), "2567") for slug in slugs(year)])
def test_every_item_has_a_case_that_only_a_person_can_decide(year: str, slug: str) -> None:
    names = [folder.name for folder in FOLDERS if folder.parts[-3:-1] == (year, slug)]
    assert sum(name.startswith("unsure-") for name in names) >= 1


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cases_build", HERE / "build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("content", sorted(HERE.glob("content/[0-9]*/*.txt")), ids=lambda path: path.stem)
def test_the_built_cases_say_what_their_content_file_says(builder: ModuleType, content: Path) -> None:
    agencies = builder.agencies()
    for case in builder.parse(content.read_text("utf-8").splitlines()):
        folder = HERE / content.parent.name / content.stem / case.name
        agency = agencies[case.key("agency")]
        assert (folder / "case.toml").read_text("utf-8") == builder.case_toml(case, agency), case.name
        for document in case.documents:
            if document.file.endswith(".html"):
                assert (folder / document.file).read_bytes() == builder.produce(document, agency, case), case.name
