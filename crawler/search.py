"""Searches a main website for the items of a form: best first, by what links promise for items that still lack a page."""

from __future__ import annotations

import asyncio
import heapq
import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from crawler import templates, urls
from crawler.agency import AgencyCrawl
from crawler.belongs import Belonging, headings, is_file, worth_following
from crawler.frontier import Step
from crawler.jobs import AgencyReport
from crawler.visits import WALK, Loaded, Want
from evidence.text.dates import find as find_dates
from evidence.text.dates import years_in
from evidence.text.document import MAIN, NAVIGATION, DocumentText, Link
from evidence.text.matching import contains
from oit.model import Framework

_NUMBERS = re.compile(r"\d+")
_NAMED = 0.72
_SAME_SHAPE_FREE, _MOST_CROWD = 4, 20
_STALE = 0.05
_LONGEST = 240


@cache
def _settings() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("search.toml").read_text("utf-8"))


class ItemSearch:
    """Which page to ask for next, given what the pages so far have shown. Pure: it fetches nothing.

    `held` says for each item how good the best page or document seen for it is, 0 to 1. What a link promises for an
    item counts for as much as the item still lacks.
    """

    def __init__(self, homepage: str, framework: Framework, belonging: Belonging) -> None:
        self._homepage, self._belonging = homepage, belonging
        self._years = {
            item.code: framework.year_be + item.year_rule.fy_offset
            for item in framework.items
            if item.year_rule.fy_offset is not None
        }
        self.held = dict.fromkeys((item.code for item in framework.items), 0.0)
        self._queue: list[tuple[float, int, Step, float]] = []
        self._seen: set[str] = set()
        self._given: set[str] = set()
        self._shapes: dict[str, int] = {}
        self._count = 0

    def add_page(self, url: str, document: DocumentText, depth: int) -> None:
        """Take in a page that was read, `depth` clicks from the home page: what it shows and what it links to."""
        self._seen.add(urls.key(url))
        hub = self._take_in(url, document, depth)
        by_link = {id(link): item for item, links in hub.items() for link in links}
        for link in document.links:
            self._take_link(link, url, depth, by_link.get(id(link)))

    def add_address(self, url: str) -> None:
        """Ask first for an address where sites of this template keep an item."""
        if urls.key(url) not in self._given:
            self._seen.add(urls.key(url))
            self._push(
                Step(url, self._homepage, Link(url, "", NAVIGATION), 1), float(_settings()["weight"]["template"])
            )

    def next(self) -> Step | None:
        """The most promising page not given out yet; None when nothing is left that is worth a fetch."""
        while self._queue:
            before, number, step, base = heapq.heappop(self._queue)
            now = base + self._promise(step.link)
            if urls.key(step.url) in self._given:
                continue
            if -before - now > _STALE:
                heapq.heappush(self._queue, (-now, number, step, base))
            else:
                if not self._is_worth(step, now):
                    return None
                self._given.add(urls.key(step.url))
                return step
        return None

    def __len__(self) -> int:
        return len(self._queue)

    def lack(self, item: str) -> float:
        """How much an item still needs a page, 0 to 1."""
        return 1.0 - self.held[item]

    @property
    def lacking(self) -> list[str]:
        """Items without a page or document that is good enough."""
        return [item for item, held in self.held.items() if held < _settings()["enough"]["held"]]

    # What a page shows

    def _take_in(self, url: str, document: DocumentText, depth: int) -> dict[str, list[Link]]:
        """Note the items a page shows; of a hub, the links by item."""
        if depth == 0:
            return {}
        if self._belonging.is_hub(document):
            for heading in headings(document):
                self._hold(self._belonging.named(heading), 0.65)
            return self._belonging.links_by_item(document)
        for text in (document.title, *headings(document)[:4]):
            for item, score in self._belonging.rank(text)[:2]:
                if score >= _NAMED:
                    self._hold(item, 0.95 * score)
        return {}

    def _hold(self, item: str | None, worth: float) -> None:
        if item in self.held:
            self.held[item] = max(self.held[item], min(worth, 0.95))

    # What a link promises

    def _take_link(self, link: Link, page: str, depth: int, item: str | None) -> None:
        name = urls.key(link.url)
        if name in self._seen or not worth_following(link.url):
            return
        if is_file(link.url):
            self._seen.add(name)
            for code, score in self._named(link):
                self._hold(item or code, 0.75 * score)
            return
        if not urls.is_page(link.url) or not urls.same_site(link.url, self._homepage):
            return
        self._seen.add(name)
        self._push(Step(link.url, page, link, depth + 1), self._place(link, depth + 1))

    def _push(self, step: Step, base: float) -> None:
        self._count += 1
        heapq.heappush(self._queue, (-base - self._promise(step.link), self._count, step, base))

    def _place(self, link: Link, depth: int) -> float:
        """What speaks for a link beside the items it names: its place, and words of hubs and menus."""
        weight = _settings()["weight"]
        shape = _NUMBERS.sub("0", link.url)
        seen = self._shapes[shape] = self._shapes.get(shape, 0) + 1
        crowd = max(0, seen - _SAME_SHAPE_FREE) if shape != link.url else 0
        worth = -weight["depth"] * depth - weight["crowd"] * min(crowd, _MOST_CROWD)
        worth += weight["hub"] if contains(link.text, tuple(_settings()["hub"])) else 0.0
        worth += weight["menu"] if contains(link.text, tuple(_settings()["menu"])) else 0.0
        return float(worth + (weight["navigation"] if link.area in (NAVIGATION, MAIN) else 0.0))

    def _promise(self, link: Link) -> float:
        """The best likeness of the link to an item, times what that item still lacks."""
        return max((score * self.lack(item) for item, score in self._named(link)), default=0.0)

    def _named(self, link: Link) -> list[tuple[str, float]]:
        """The items a link names by its text, its row or the heading it stands under, with how well."""
        weight = _settings()["weight"]
        texts = ((link.text, 1.0), (link.context, weight["context"]), (link.heading, weight["heading"]))
        found: dict[str, float] = {}
        for text, factor in texts:
            if text and len(text) <= _LONGEST:
                for item, score in self._belonging.rank(text)[:2]:
                    if item in self.held and score >= 0.55:
                        found[item] = max(found.get(item, 0.0), score * factor * self._of_year(text, item))
        return list(found.items())

    def _of_year(self, text: str, item: str) -> float:
        """Less than 1 where the words name years, none of which the item asks for."""
        named = years_in(find_dates(text)) if any(letter.isdigit() for letter in text) else ()
        wanted = self._years.get(item)
        return float(_settings()["weight"]["other_year"]) if named and wanted and wanted not in named else 1.0

    def _is_worth(self, step: Step, gain: float) -> bool:
        enough = _settings()["enough"]
        return bool(self.lacking) or gain >= enough["promise"] or step.depth <= 1


class SearchCrawl(AgencyCrawl):
    """Looks for the items on the main website within a budget of pages; what is fetched are rows of the walk."""

    def __init__(
        self, *args: Any, framework: Framework, known: Sequence[templates.Template] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._framework, self._known = framework, known
        self._whole = False

    async def run(self) -> AgencyReport:
        """Search to the end. The report is complete where nothing was left worth a fetch, within the budget."""
        await self._visits.resume()
        await self._stage("homepage", self._fetch_home())
        await self._stage("walk", self._search())
        return self.report(complete=self._whole)

    async def _search(self) -> None:
        home = await self._home_page()
        if home is None or home.document is None:
            return
        search = ItemSearch(self._visits.home, self._framework, self._belonging)
        search.add_page(home.page_url, home.document, 0)
        for url in self._template_addresses(home):
            search.add_address(url)
        budget, running = self._settings.page_budget, set[asyncio.Task[None]]()
        try:
            while True:
                while len(running) < self._settings.per_host and budget > 0 and (step := search.next()):
                    budget -= not self._visits.is_known(step.url)
                    running.add(asyncio.ensure_future(self._look_at(step, search)))
                if not running:
                    self._whole = budget > 0
                    return
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in running:
                task.cancel()

    def _template_addresses(self, home: Loaded) -> list[str]:
        """Where sites built like this one keep the items; empty where none is known."""
        assert home.document is not None
        features = templates.features_of(home.document.links, self._visits.home)
        template = templates.matching(features, self._known)
        if template is None:
            return []
        origin = urls.origin_of(self._visits.home)
        addresses = (address for item in self._framework.items for address in template.addresses(item.slug)[:1])
        return list(dict.fromkeys(origin + address for address in addresses))

    async def _look_at(self, step: Step, search: ItemSearch) -> None:
        want = Want(WALK, (), step.parent, step.link.text, step.link.context)
        loaded = await self._visits.visit(step.url, want)
        if loaded.ok and loaded.document is not None and urls.same_site(loaded.page_url, self._visits.home):
            search.add_page(loaded.page_url, loaded.document, step.depth)
