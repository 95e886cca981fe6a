"""Which of the pages and links seen on a website would answer each item: the draft answers of a self-check."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from checks import calibration, combine, identity, years
from checks.context import AgencyEvidence, ItemEvidence
from crawler import urls
from crawler.belongs import Belonging, is_file, worth_following
from crawler.paths import ClickPaths
from evidence.records import Fetch
from evidence.text.dates import find as find_dates
from evidence.text.dates import years_in
from evidence.text.document import DocumentText, Link
from oit.findings import ItemResult, Outcome, Verdict
from oit.model import Answer, Item

_NAMED = 0.6
_SECTION = 0.92
_HUB_LINK = 0.8
_SHARED = 3
"""So many items named by headings make a page one that several items share."""
_LONGEST = 240
_OF_ANOTHER = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """A page or file that may answer an item. `worth` 0 to 1; `file`: not fetched, or no web page."""

    url: str
    worth: float
    file: bool = False


@cache
def settings() -> dict[str, Any]:
    """The tables of selfcheck.toml."""
    return tomllib.loads(Path(__file__).with_name("selfcheck.toml").read_text("utf-8"))


def choose(evidence: AgencyEvidence, belonging: Belonging) -> list[Answer]:
    """A draft answer for each item that something was found for, with the way there in words."""
    pages = list(_pages(evidence))
    links = _links(evidence, belonging, pages)
    ways = ClickPaths(evidence.fetches, evidence.texts, evidence.agency.homepage)
    answers = []
    for item in evidence.framework.items:
        named = links.get(item.code, {})
        chosen = _best(_candidates(evidence.evidence_for(item), pages, named))
        if not chosen or chosen[0].worth < settings()["choose"]["clear"]:
            others = _on_home(evidence, item) or _weakest(item, named, belonging)
            chosen = [*chosen, *(found for found in others if found.url not in {mine.url for mine in chosen})]
            chosen.sort(key=lambda found: -found.worth)
        if chosen:
            answers.append(Answer(item.code, True, tuple(found.url for found in chosen), explain(ways, chosen[0].url)))
    return answers


def improved(evidence: AgencyEvidence, results: list[ItemResult]) -> list[Answer]:
    """The answers of `evidence`; for items not met, what would meet them elsewhere on the site stands first."""
    ways = ClickPaths(evidence.fetches, evidence.texts, evidence.agency.homepage)
    mine = dict(evidence.submission.by_item)
    for result in results:
        if result.verdict is Verdict.MET:
            continue
        url = result.found_elsewhere[0][0] if result.found_elsewhere else _by_content(evidence, result)
        if url:
            rest = mine[result.item].urls if result.item in mine else ()
            mine[result.item] = Answer(result.item, True, tuple(dict.fromkeys((url, *rest))), explain(ways, url))
    return [mine[item.code] for item in evidence.framework.items if item.code in mine]


def _by_content(evidence: AgencyEvidence, result: ItemResult) -> str:
    """Of an item nothing was found for: a page or file of other items that holds all the item asks for; empty if none.

    One annual report may serve several items, and a page's title may name only one of those it shows.
    """
    if result.item in evidence.submission.by_item:
        return ""
    one = evidence.evidence_for(evidence.framework.by_code[result.item])
    best, strongest = "", 0.0
    for fetch, text in _pages(evidence):
        source = one.source(fetch, text)
        if source.is_home or source.scope.is_hub or source.is_way or years.of_source(one, source).wrong:
            continue
        if identity.fit(source, one).is_another and not identity.is_yearbook(source, one):
            continue
        found = combine.assess(one.with_sources([source]))
        if found.verdict is Verdict.MET and found.confidence > strongest and calibration.holds("met", found.confidence):
            best, strongest = source.url, found.confidence
    return best


def explain(ways: ClickPaths, url: str) -> str:
    """The clicks to a page as agencies write them: หน้าหลัก > แผนงาน > แผนดำเนินงาน; empty where none are known."""
    clicks = [click["text"].strip() for click in ways.to(url) if click["text"].strip()]
    return " > ".join(["หน้าหลัก", *clicks]) if clicks else ""


# What was seen


def _pages(evidence: AgencyEvidence) -> Iterator[tuple[Fetch, DocumentText]]:
    """Every readable page and file of the run once, home page left out."""
    home = evidence.homepage
    seen = {home.sha256} if home else set()
    for fetch in evidence.fetches:
        text = evidence.texts.get(fetch.sha256)
        if fetch.outcome == Outcome.OK and text is not None and text.outcome == "ok" and fetch.sha256 not in seen:
            seen.add(fetch.sha256)
            yield fetch, text


def _links(
    evidence: AgencyEvidence, belonging: Belonging, pages: list[tuple[Fetch, DocumentText]]
) -> dict[str, dict[str, tuple[Link, float]]]:
    """By item and key of URL the link that names it best, over all pages and the home page.

    Of a link that leads off the main website the page it stands on counts: that is what an agency should submit.
    """
    home = evidence.homepage
    documents = [(fetch.url, text) for fetch, text in pages if text.kind == "html"]
    if home is not None and home.sha256 in evidence.texts:
        documents.insert(0, (home.url, evidence.texts[home.sha256]))
    found: dict[str, dict[str, tuple[Link, float]]] = {}
    for page, document in documents:
        for item, link, worth in _named_links(document, belonging):
            if not urls.same_site(link.url, evidence.agency.homepage):
                link = replace(link, url=page)
                worth -= float(settings()["choose"]["away"])
            if worth_following(link.url) and not urls.is_home(link.url, evidence.agency.homepage):
                worth *= _of_year(evidence, item, f"{link.text} {link.context[:_LONGEST]}")
                best = found.setdefault(item, {})
                name = urls.key(link.url)
                if name not in best or best[name][1] < worth:
                    best[name] = (link, worth)
    return found


def _named_links(document: DocumentText, belonging: Belonging) -> Iterator[tuple[str, Link, float]]:
    if belonging.is_hub(document):
        for item, links in belonging.links_by_item(document).items():
            for link in links:
                yield item, link, max(_HUB_LINK, belonging.fit(link.text, item))
    for link in document.links:
        for item, score in belonging.rank(link.text)[:2] if len(link.text) <= _LONGEST else ():
            if score >= settings()["choose"]["weakest"]:
                yield item, link, score


def _of_year(evidence: AgencyEvidence, code: str, words: str) -> float:
    """Less than 1 where the words name years, none of which the item asks for."""
    offset = evidence.framework.by_code[code].year_rule.fy_offset
    named = years_in(find_dates(words)) if offset is not None and any(c.isdigit() for c in words) else ()
    asked = {evidence.framework.year_be + (offset or 0), evidence.framework.year_be}
    return 1.0 if not named or asked & set(named) else 1.0 - float(settings()["choose"]["other_year"])


# What fits an item


def _candidates(
    one: ItemEvidence, pages: list[tuple[Fetch, DocumentText]], links: Mapping[str, tuple[Link, float]]
) -> list[Found]:
    found: dict[str, Found] = {}
    for fetch, text in pages:
        name = urls.key(fetch.final_url or fetch.url)
        led = max((links[key][1] for key in {name, urls.key(fetch.url)} & links.keys()), default=0.0)
        worth = _worth(one, fetch, text, led)
        if worth > 0:
            found[name] = Found(fetch.url, worth, text.kind != "html")
    fetched = {urls.key(url) for fetch, _ in pages for url in (fetch.url, fetch.final_url)}
    failed = {urls.key(fetch.url) for fetch in one.agency_evidence.fetches if fetch.outcome != Outcome.OK}
    for name, (link, worth) in links.items():
        if name not in fetched and (is_file(link.url) or name in failed or not _is_inside(one.item, link, one)):
            found[name] = Found(link.url, 0.9 * worth, is_file(link.url))
    return sorted(found.values(), key=lambda entry: -entry.worth)


def _on_home(evidence: AgencyEvidence, item: Item) -> list[Found]:
    """The home page, for an item that may live there and does."""
    home = evidence.homepage
    text = evidence.texts.get(home.sha256) if home else None
    if home is None or text is None or not item.identity.get("home"):
        return []
    one = evidence.evidence_for(item)
    found = combine.assess(one.with_sources([one.source(home, text)]))
    shown = found.verdict is Verdict.MET and calibration.holds(Verdict.MET, found.confidence)
    return [Found(home.url, 1.0)] if shown else []


def _weakest(item: Item, links: Mapping[str, tuple[Link, float]], belonging: Belonging) -> list[Found]:
    """The link that names the item best, though not well, if it names no other item better."""
    own = [
        Found(link.url, worth, is_file(link.url))
        for link, worth in links.values()
        if worth >= settings()["choose"]["weakest"]
        and [code for code, _ in belonging.rank(link.text)[:1]] == [item.code]
    ]
    return sorted(own, key=lambda found: -found.worth)[:1]


def _is_inside(item: Item, link: Link, one: ItemEvidence) -> bool:
    """Whether a page lies on the main website, where the search would have opened it had there been room."""
    return urls.same_site(link.url, one.agency.homepage) and not item.identity.get("any_host")


def _worth(one: ItemEvidence, fetch: Fetch, text: DocumentText, led: float) -> float:
    """How well a page or file that was read stands for the item: by its own names, what led to it, and its year."""
    headed = one.agency_evidence.items_of_headings(text) if text.kind == "html" else frozenset()
    if one.item.code in headed and len(headed) >= _SHARED:
        return _SECTION
    given = max(led, one.agency_evidence.titles.score(fetch.link_text[:_LONGEST], one.item.code))
    if given < _NAMED and not identity.may_be(text, one):
        return 0.0
    source = one.source(fetch, text)
    if source.is_home or (source.scope.is_hub and not source.scope.is_section):
        return 0.0
    suits = identity.fit(source, one)
    own, led_there = (_OF_ANOTHER, _OF_ANOTHER) if suits.is_another else (1.0, 0.92)
    worth = max(own * suits.own, led_there * max(given, suits.given))
    if source.scope.is_section:
        worth = max(worth, _SECTION)
    year = years.of_source(one, source)
    return worth - (float(settings()["choose"]["other_year"]) if year.wrong else 0.0)


def _best(candidates: list[Found]) -> list[Found]:
    """The best and those near it: some pages, some files beside them."""
    limits = settings()["choose"]
    fit = [found for found in candidates if found.worth >= limits["least"]]
    near = [found for found in fit[1:] if found.worth >= max(fit[0].worth - limits["near"], limits["beside"])]
    near = [*fit[:1], *near]
    pages = [found for found in near if not found.file][: int(limits["pages"])]
    files = [found for found in near if found.file][: int(limits["files"])]
    return sorted([*pages, *files], key=lambda found: -found.worth)
