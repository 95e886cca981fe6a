"""The crawl of one agency: home page, submitted URLs and what they lead to, menu steps, the walk, second looks."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any

from crawler import blocking, explanation, shares, urls
from crawler.belongs import Belonging, Leads, is_list, picture_key, worth_following
from crawler.frontier import Frontier, Step
from crawler.jobs import AgencyReport, CrawlJob
from crawler.outcomes import may_pass
from crawler.settings import CrawlSettings
from crawler.visits import CONFIRM, FRAME, HOMEPAGE, IMAGE, LINKED, STEP, SUBMITTED, WALK, Loaded, Tell, Visits, Want
from evidence.records import Fetch
from evidence.text.document import Frame, Image, Link
from evidence.text.html_attributes import viewer_target
from oit.findings import Outcome

_SOME_TEXT = 60
"""A page of a book with so many characters carries its text."""
_PAGES_DEEP = 2
"""How many pages a submitted page may lead on through (a list, an entry); files come one hop after the last."""


class AgencyCrawl:
    """Crawls one agency, stage by stage. What is fetched goes through `visits` into the store."""

    def __init__(
        self, job: CrawlJob, visits: Visits, belonging: Belonging, settings: CrawlSettings, tell: Tell
    ) -> None:
        self._job, self._visits, self._belonging = job, visits, belonging
        self._settings, self._tell = settings, tell
        self._spent: Counter[str] = Counter()
        self._pictures: Counter[str] = Counter()
        self._menu_keys: frozenset[str] | None = None
        self._began = time.monotonic()
        visits.home = urls.clean(job.submission.agency.homepage)

    async def run(self) -> AgencyReport:
        """Crawl to the end. Returns how it went; what was fetched is in the store."""
        await self._visits.resume()
        await self._stage("homepage", self._fetch_home())
        await self._stage("submitted", self._fetch_submitted())
        await self._stage("steps", self._follow_explanations())
        if self._settings.walk and self._settings.page_budget > 0:
            await self._stage("walk", self._walk())
        await self._stage("retry", self._retry())
        await self._stage("confirm", self._confirm())
        if self._settings.capture:
            await self._stage("capture", self._visits.capture())
        cut = self._visits.cut
        whole = self._submitted_urls().keys() <= self._visits.submitted.keys()
        return self.report(complete=whole and not cut, detail=cut)

    def report(self, complete: bool, detail: str = "") -> AgencyReport:
        """How the crawl stands now."""
        visits = self._visits
        return AgencyReport(
            run_id=self._job.run_id,
            agency=self._job.submission.agency.code,
            complete=complete,
            fetched=visits.fetched,
            via_browser=visits.rendered,
            outcomes=dict(visits.outcomes),
            seconds=round(time.monotonic() - self._began, 2),
            pictures=visits.capturing.made,
            picture_seconds=round(visits.capturing.seconds, 2),
            detail=detail,
        )

    async def _stage(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tell({"event": "stage", "stage": name})
        await work

    def _submitted_urls(self) -> dict[str, tuple[str, ...]]:
        """Each submitted URL as it was typed, with the items it was given for."""
        found: dict[str, list[str]] = {}
        for answer in self._job.submission.answers:
            for url in answer.urls:
                if url.strip() and answer.item not in found.setdefault(url, []):
                    found[url].append(answer.item)
        return {url: tuple(items) for url, items in found.items()}

    # Home page and submitted URLs

    async def _fetch_home(self) -> None:
        visits, want = self._visits, Want(HOMEPAGE, override=True)
        if not visits.home or (await visits.visit(visits.home, want)).ok:
            return
        for other in urls.other_addresses(visits.home):
            if (await visits.visit(other, want)).ok:
                visits.home = other
                return

    async def _home_page(self) -> Loaded | None:
        loaded = await self._visits.known(self._visits.home) if self._visits.home else None
        return loaded if loaded and loaded.ok and loaded.document else None

    async def _menu(self) -> frozenset[str]:
        """Keys of all links and pictures on the home page."""
        if self._menu_keys is None:
            home = await self._home_page()
            seen = home.document if home else None
            links = [link.url for link in seen.links] if seen else []
            pictures = [picture_key(image) for image in seen.images if image.url] if seen else []
            self._menu_keys = frozenset([*(urls.key(url) for url in links), *pictures])
        return self._menu_keys

    async def _fetch_submitted(self) -> None:
        await _together(self._submitted(url, items) for url, items in self._submitted_urls().items())

    async def _submitted(self, url: str, items: tuple[str, ...]) -> None:
        loaded = await self._visits.visit(url, Want(SUBMITTED, items, override=True))
        # A home page of frames shows what its frames show; any other speaks for an item only where it leads on.
        if not urls.is_home(loaded.page_url, self._visits.home) or _is_frameset(loaded):
            await self._follow_for(loaded, items)

    async def _follow_for(self, loaded: Loaded, items: Iterable[str]) -> None:
        if loaded.ok or shares.book(loaded.fetch.url):
            await _together(self._follow(loaded, item, hop=0, pages_left=_PAGES_DEEP) for item in items)

    def _lacks(self, item: str) -> bool:
        """Whether no submitted URL of the item brought anything but the home page."""
        rows = [row for row in self._visits.submitted.values() if item in row.items and row.outcome == Outcome.OK]
        return all(urls.is_home(row.final_url or row.url, self._visits.home) for row in rows)

    # What a page leads to

    async def _follow(self, loaded: Loaded, item: str, hop: int, pages_left: int) -> None:
        """Fetch what belongs to the item on this page: files, frames, pictures, and pages that show or list it."""
        await self._viewed(loaded, item, hop)
        await self._booked(loaded, item, hop)
        if not loaded.ok or loaded.document is None:
            return
        settings = self._settings
        leads = self._belonging.leads(
            loaded.document,
            loaded.page_url,
            item,
            document_cap=settings.list_cap if hop else settings.document_cap,
            list_cap=settings.list_cap,
            image_cap=settings.image_cap if hop < 2 else 0,
            menu=await self._menu(),
        )
        await _together([*self._things(leads, loaded, item, hop), *self._pages(leads, loaded, item, hop, pages_left)])

    def _things(self, leads: Leads, loaded: Loaded, item: str, hop: int) -> Iterable[Coroutine[Any, Any, Any]]:
        page, override = loaded.page_url, hop == 0
        for link in leads.documents:
            yield self._lead(link.url, Want(LINKED, (item,), page, link.text, link.context, hop + 1, override))
        for frame in leads.frames:
            yield self._framed(frame, item, page, hop)
        for picture in leads.pictures:
            words_of = picture.alt or picture.title
            want = Want(IMAGE, (item,), page, words_of, picture.nearby, hop + 1, override)
            yield self._inline(loaded, picture, want) if picture.data_sha256 else self._lead(picture.url, want)

    def _pages(
        self, leads: Leads, loaded: Loaded, item: str, hop: int, pages_left: int
    ) -> Iterable[Coroutine[Any, Any, Any]]:
        """Pages are followed from where the agency pointed, and once more through a list found there."""
        assert loaded.document is not None
        first = pages_left == _PAGES_DEEP
        if not first and not (pages_left > 0 and (leads.hub or is_list(loaded.document))):
            return
        left = pages_left if leads.hub and hop == 0 else pages_left - 1
        for link in leads.pages:
            at_home = urls.same_site(link.url, self._visits.home)
            if leads.hub or at_home or urls.host_of(link.url) == urls.host_of(loaded.page_url):
                yield self._paged(link, item, loaded.page_url, hop, left)

    async def _paged(self, link: Link, item: str, parent: str, hop: int, pages_left: int) -> None:
        loaded = await self._lead(link.url, Want(LINKED, (item,), parent, link.text, link.context, hop + 1))
        if loaded is not None and loaded.ok and hop < 3:
            await self._follow(loaded, item, hop + 1, pages_left)

    async def _viewed(self, loaded: Loaded, item: str, hop: int) -> None:
        """The file that a viewer's URL names."""
        target = viewer_target(loaded.fetch.url) or viewer_target(loaded.page_url)
        if target and urls.clean(target):
            await self._lead(target, Want(FRAME, (item,), loaded.page_url, hop=hop + 1, override=hop == 0))

    async def _booked(self, loaded: Loaded, item: str, hop: int) -> None:
        """The pages of a book that a service publishes: their text where it stands somewhere, else their pictures."""
        book = shares.book(loaded.fetch.url) or shares.book(loaded.page_url)
        if book is None or hop > 1:
            return
        parent, most = loaded.page_url, self._settings.image_cap
        if book.text:
            first = await self._lead(book.text.format(n=1), Want(LINKED, (item,), parent, hop=hop + 1, override=True))
            if (
                first is not None
                and first.ok
                and first.document
                and blocking.content_length(first.document) >= _SOME_TEXT
            ):
                for number in range(2, most + 1):
                    more = Want(LINKED, (item,), parent, hop=hop + 1, override=True)
                    page = await self._lead(book.text.format(n=number), more)
                    if page is None or not page.ok:
                        return
                return
        got = await self._visits.listing(book.listing)
        pictures = shares.book_pages(got.body, got.final_url) if got.outcome is Outcome.OK else []
        await _together(
            self._lead(picture, Want(IMAGE, (item,), parent, hop=hop + 1, override=True)) for picture in pictures[:most]
        )

    async def _framed(self, frame: Frame, item: str, parent: str, hop: int) -> None:
        target = viewer_target(frame.url) or shares.direct(frame.url) or frame.url
        if not worth_following(target):
            return
        want = Want(FRAME, (item,), parent, frame.title or frame.heading, frame.nearby, hop + 1, hop == 0)
        loaded = await self._lead(target, want)
        if loaded is not None and (loaded.ok or shares.book(target)) and hop < 2:
            await self._follow(loaded, item, hop + 1, 0)

    async def _lead(self, url: str, want: Want) -> Loaded | None:
        """Fetch something for an item within the item's allowance; None where that is used up."""
        return await self._visits.visit(url, want) if self._allowed(want) else None

    async def _inline(self, loaded: Loaded, picture: Image, want: Want) -> None:
        """Keep a picture that is written into the page, within the item's allowance."""
        if self._allowed(want):
            await self._visits.keep_inline(loaded, picture.data_sha256, want)

    def _allowed(self, want: Want) -> bool:
        """Whether the item's allowance has room for one more; counts it."""
        (item,) = want.items
        if self._spent[item] >= self._settings.item_cap:
            return False
        if want.purpose == IMAGE:
            if self._pictures[item] >= self._settings.image_cap:
                return False
            self._pictures[item] += 1
        self._spent[item] += 1
        return True

    # Explanations

    async def _follow_explanations(self) -> None:
        answers = [answer for answer in self._job.submission.answers if answer.disclosed and self._lacks(answer.item)]
        ways = [(answer.item, explanation.steps(answer.explanation)) for answer in answers]
        await _together(self._walk_steps(item, steps) for item, steps in ways if steps)

    async def _walk_steps(self, item: str, steps: Sequence[str]) -> None:
        """Go from the home page along the steps; the page at their end is evidence for the item.

        Menu headings that are no links are passed over. Pages on the way are fetched but are evidence of nothing.
        """
        home = await self._home_page()
        if home is None:
            return
        trail, reached = [home], None
        for place, step in enumerate(steps):
            reached = await self._take_step(step, steps[place + 1 :], trail)
            if reached is not None:
                trail.append(reached[1])
        if reached is not None:
            link, end = reached
            parent = trail[-2].page_url
            end = await self._visits.visit(link.url, Want(STEP, (item,), parent, link.text, link.context))
            await self._follow(end, item, hop=0, pages_left=_PAGES_DEEP)

    async def _take_step(self, step: str, later: Sequence[str], trail: Sequence[Loaded]) -> tuple[Link, Loaded] | None:
        """The page a step leads to, by a link of the page reached last, else of an earlier one, and that link."""
        visited = {urls.key(loaded.page_url) for loaded in trail}
        for source in reversed(trail):
            links = source.document.links if source.document else ()
            if explanation.is_menu_heading(step, later, links):
                return None
            for link in explanation.candidates(step, links):
                if urls.key(link.url) in visited or not worth_following(link.url):
                    continue
                reached = await self._visits.visit(link.url, Want(STEP, (), source.page_url, link.text, link.context))
                if reached.ok:
                    return link, reached
        return None

    # The website

    async def _walk(self) -> None:
        home = await self._home_page()
        if home is None or home.document is None:
            return
        frontier = Frontier(self._visits.home, self._wanted(), self._belonging.fit)
        frontier.add_page(home.page_url, home.document, 0)
        frontier.add_listed(home.page_url, await self._visits.sitemap_pages())
        budget, running = self._settings.page_budget, set[asyncio.Task[None]]()
        try:
            while len(frontier) or running:
                while len(running) < self._settings.per_host and budget > 0 and (step := frontier.next()):
                    budget -= not self._visits.is_known(step.url)
                    running.add(asyncio.ensure_future(self._walk_to(step, frontier)))
                if not running:
                    break
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in running:
                task.cancel()

    def _wanted(self) -> list[str]:
        """Items the walk should look for: answered but without a working URL; all, where nothing was answered."""
        answers = self._job.submission.answers
        if not answers:
            return list(self._belonging.codes)
        return [answer.item for answer in answers if answer.disclosed and self._lacks(answer.item)]

    async def _walk_to(self, step: Step, frontier: Frontier) -> None:
        want = Want(WALK, (), step.parent, step.link.text, step.link.context)
        loaded = await self._visits.visit(step.url, want)
        if loaded.ok and loaded.document is not None and urls.same_site(loaded.page_url, self._visits.home):
            frontier.add_page(loaded.page_url, loaded.document, step.depth)

    # Second looks

    async def _retry(self) -> None:
        """One more try, later, longer and under the other scheme and host, for what may have been passing trouble."""
        visits = self._visits
        failed = [row for row in visits.submitted.values() if may_pass(row.outcome, row.http_status)]
        await _together(self._once_more(row) for row in failed if row.url not in visits.tried_late)

    async def _once_more(self, row: Fetch) -> None:
        cleaned, want = urls.clean(row.url), Want(SUBMITTED, row.items, override=True)
        loaded = first = await self._visits.load(cleaned, want, late=True)
        for url in urls.other_addresses(cleaned):
            if loaded.ok or not may_pass(first.fetch.outcome, first.fetch.http_status):
                break
            loaded = await self._visits.load(url, want, late=True)
        best = loaded if loaded.ok else first
        again = replace(best, fetch=replace(best.fetch, url=row.url, attempt=row.attempt + 1))
        self._visits.replace(again)
        self._visits.write(again.fetch, want)
        await self._follow_for(again, row.items)

    async def _confirm(self) -> None:
        """Look once more at submitted URLs that seem to be gone, as long as the home page answers."""
        visits = self._visits
        gone = [row for row in visits.submitted.values() if row.outcome in (Outcome.NOT_FOUND, Outcome.SOFT_404)]
        gone = [row for row in gone if row.url not in visits.confirmed]
        if gone and visits.home and await visits.answers(visits.home):
            await _together(self._look_again(row) for row in gone)

    async def _look_again(self, row: Fetch) -> None:
        visits, want = self._visits, Want(CONFIRM, row.items, override=True)
        loaded = await visits.seen_in_browser(row, await visits.load(row.url, want, late=True))
        visits.write(replace(loaded.fetch, url=row.url), want)
        if loaded.ok:
            visits.write(replace(loaded.fetch, url=row.url, attempt=row.attempt + 1), Want(SUBMITTED, row.items))
            await self._follow_for(loaded, row.items)


def _is_frameset(loaded: Loaded) -> bool:
    return loaded.document is not None and "frameset" in loaded.document.markers


async def _together(work: Iterable[Coroutine[Any, Any, Any]]) -> None:
    """Run all to the end; the first error stops the rest."""
    async with asyncio.TaskGroup() as group:
        for each in work:
            group.create_task(each)
