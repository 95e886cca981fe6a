"""The labelled set is wide: every trap of practice in three wordings, many layouts and producers, failures enough."""

from __future__ import annotations

import importlib
import json
import re
import sys
import tomllib
from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest

from audit.demo import SITE

HERE = Path(__file__).parent
CASES = HERE.parent / "cases"
TRAPS = tomllib.loads((HERE / "traps.toml").read_text("utf-8"))
SITES = {json.loads(path.read_text("utf-8"))["agency"]: path.parent for path in HERE.glob("built/*/truth.json")}
SITES["6479901"] = SITE
TIMES, ALIKE = 3, 0.6
LEAST_LAYOUTS, LEAST_PRODUCERS, LEAST_ITEMS, LEAST_FAILED = 8, 6, 550, 0.35
RUN = 4
"""Letters of the pieces by which two wordings are compared."""


@cache
def truth(code: str) -> dict:
    labels: dict = json.loads((SITES[code] / "truth.json").read_text("utf-8"))["items"]
    return labels


@cache
def sources(code: str) -> dict[str, str]:
    """Body of every entry of an agency's content, by address."""
    pytest.importorskip("fpdf")
    return {unquote(source.target): source.body for source in builder().read(code).sources}


@cache
def builder() -> ModuleType:
    sys.path.insert(0, str(HERE))
    try:
        return importlib.import_module("build")
    finally:
        sys.path.remove(str(HERE))


def words_of(place: str) -> str:
    """What a reader meets at a place: explanation, title and text of the case's or the answer's documents."""
    code, _, item = place.partition(" ")
    if not item:
        slug, name = place.rsplit("/", 1)
        year, _, slug = slug.rpartition("/")
        content = (CASES / "content" / (year or "2565") / f"{slug}.txt").read_text("utf-8")
        return re.split(r"^@@ ", content.split(f"@@ {name}\n", 1)[1], flags=re.M)[0]
    answer = builder().read(code).items[item]
    pages = sources(code)
    texts = [answer.get("explanation", "")]
    for url in answer.get("urls", []):
        body = pages.get(unquote(url), "")
        texts += [body, *(pages.get(link, "") for link in re.findall(r"(/[^\s|\"\]]+\.\w{3,4})", body)[:3])]
    return "\n".join(texts)


def alike(one: str, other: str) -> float:
    """Share of the shorter text's runs of letters that the other has too: 1 for a copy."""
    runs = [{text[n : n + RUN] for n in range(len(text) - RUN)} for text in map(_plain, (one, other))]
    return len(runs[0] & runs[1]) / max(1, max(map(len, runs)))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def verdict(place: str) -> str:
    code, _, item = place.partition(" ")
    return truth(code)[item]["verdict"] if item else place.rsplit("/", 1)[1].split("-", 1)[0]


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_occurs_three_times_where_the_table_says(trap: str) -> None:
    places = TRAPS[trap]["at"]
    assert len(TRAPS[trap]["says"]) > 8 and len(set(places)) == len(places) >= TIMES
    for place in places:
        code, _, item = place.partition(" ")
        if item:
            assert item in truth(code), place
        else:
            parts = place.split("/")
            assert (CASES / ("2565" if len(parts) == 2 else "") / place / "case.toml").is_file(), place


@pytest.mark.parametrize("trap", TRAPS)
def test_the_places_of_a_trap_use_different_words(trap: str) -> None:
    texts = {place: words_of(place) for place in TRAPS[trap]["at"]}
    assert all(_plain(text) for text in texts.values())
    copies = {(one, other) for one, other in combinations(texts, 2) if alike(texts[one], texts[other]) > ALIKE}
    assert not copies


def test_a_copied_page_is_seen_as_the_same_words() -> None:
    text = words_of("9901111 o31")
    assert alike(text, text.replace("2565", "2564")) > ALIKE > alike(text, words_of("9901010 o31"))


def test_traps_pass_fail_and_leave_in_doubt() -> None:
    seen = Counter(verdict(place) for trap in TRAPS.values() for place in trap["at"])
    assert min(seen["met"], seen["not_met"], seen["unsure"]) >= 20


def test_the_agencies_have_many_layouts_and_documents_of_many_producers() -> None:
    pytest.importorskip("fpdf")
    built = [builder().read(code) for code in SITES]
    layouts = {made.agency["layout"] for made in built}
    producers = {source.keys.get("producer", "page") for made in built for source in made.sources}
    assert len(layouts) >= LEAST_LAYOUTS
    assert len(producers & {"libreoffice", "chromium", "weasyprint", "fpdf", "docx", "xlsx", "scan", "jpg", "png"}) >= (
        LEAST_PRODUCERS
    )


def test_the_labelled_items_are_many_and_enough_of_them_fail() -> None:
    verdicts = [label["verdict"] for code in SITES for label in truth(code).values()]
    assert len(verdicts) >= LEAST_ITEMS
    assert verdicts.count("not_met") / len(verdicts) >= LEAST_FAILED
    assert (
        len({json.loads((site / "submission.json").read_text("utf-8"))["agency"]["type"] for site in SITES.values()})
        >= 10
    )
