"""The crawl of one agency: home page, submitted URLs and what they lead to, menu steps, the walk, second looks."""

from __future__ import annotations

import asyncio
import io
import secrets
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from PIL import Image as Picture

from crawler import blocking, explanation, shares, urls
from crawler.belongs import SMALLEST_PICTURE, Belonging, is_file, is_list, words
from crawler.browser import BrowserLane
from crawler.fetcher import Fetcher, Got, looks_like_home_redirect
from crawler.frontier import Frontier, Step
from crawler.jobs import AgencyReport, CrawlJob
from crawler.outcomes import DETAILS, may_pass
from crawler.reading import PageReading, is_html
from crawler.settings import CrawlSettings
from evidence.records import Fetch
from evidence.store import EvidenceStore
from evidence.text.document import DocumentText, Frame, Link
from evidence.text.html_attributes import viewer_target
from oit.findings import Outcome

Tell = Callable[[dict[str, Any]], None]

SUBMITTED, HOMEPAGE, STEP, LINKED, FRAME, IMAGE, WALK, CONFIRM = (
    "submitted", "homepage", "step", "linked", "frame", "image", "walk", "confirm"
)
_LARGEST_ERROR_PAGE = 1024 * 1024
_LITTLE_TEXT = 120
_SMALLEST_SIDE = 100
_UNREAD_TYPES = ("video/", "audio/", "font/", "application/x-msdownload", "application/vnd.android")
_RENDERED_PURPOSES = (SUBMITTED, HOMEPAGE, STEP, LINKED, FRAME)


@dataclass(frozen=True, slots=True)
class Want:
    """Why a URL is asked for; becomes part of its row."""

    purpose: str
    items: tuple[str, ...] = ()
    parent: str = ""
    text: str = ""
    context: str = ""
    hop: int = 0
    override: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a URL brought: its row without the reasons it was asked for, and its text where it is a web page."""

    fetch: Fetch
    document: DocumentText | None = None
    small_picture: bool = False

    @property
    def ok(self) -> bool:
        return self.fetch.outcome == Outcome.OK

    @property
    def page_url(self) -> str:
        return self.fetch.final_url or self.fetch.url


class AgencyCrawl:
    """Crawls one agency into the store. A URL that already has a row in the run is not fetched again."""

    def __init__(
        self,
        job: CrawlJob,
        store: EvidenceStore,
        fetcher: Fetcher,
        reading: PageReading,
        browser: BrowserLane,
        belonging: Belonging,
        settings: CrawlSettings,
        tell: Tell,
    ) -> None:
        self._job, self._store, self._fetcher, self._reading = job, store, fetcher, reading
        self._browser, self._belonging, self._settings, self._tell_all = browser, belonging, settings, tell
        self._agency = job.submission.agency
        self._loading: dict[str, asyncio.Task[Loaded]] = {}
        self._rows: dict[str, set[str]] = {}
        self._submitted_rows: dict[str, Fetch] = {}
        self._confirmed: set[str] = set()
        self._tried_late: set[str] = set()
        self._probes: dict[str, asyncio.Task[DocumentText | None]] = {}
        self._spent: Counter[str] = Counter()
        self._pictures: Counter[str] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._rendered = 0
        self._fetched = 0
        self._turns = asyncio.Semaphore(max(8, settings.per_host * 2))
        self._home = urls.clean(self._agency.homepage)

    async def run(self) -> AgencyReport:
        """Crawl, stage by stage. Returns how it went; what was fetched is in the store."""
        began = time.monotonic()
        self._resume()
        await self._stage("homepage", self._fetch_home())
        await self._stage("submitted", self._fetch_submitted())
        await self._stage("steps", self._follow_explanations())
        if self._settings.walk and self._settings.page_budget > 0:
            await self._stage("walk", self._walk())
        await self._stage("retry", self._retry())
        await self._stage("confirm", self._confirm())
        return self.report(complete=self._all_have_outcomes(), seconds=time.monotonic() - began)

    def report(self, complete: bool, seconds: float = 0.0, detail: str = "") -> AgencyReport:
        """How the crawl stands now."""
        return AgencyReport(
            self._job.run_id, self._agency.code, complete, self._fetched, self._rendered, dict(self._outcomes),
            round(seconds, 2), detail,
        )

    async def _stage(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tell({"event": "stage", "stage": name})
        await work

    def _tell(self, event: dict[str, Any]) -> None:
        self._tell_all({"run_id": self._job.run_id, "agency": self._agency.code, **event})

    # What was answered

    def _submitted_urls(self) -> dict[str, tuple[str, ...]]:
        """Each submitted URL as it was typed, with the items it was given for."""
        found: dict[str, list[str]] = {}
        for answer in self._job.submission.answers:
            for url in answer.urls:
                if url.strip() and answer.item not in found.setdefault(url, []):
                    found[url].append(answer.item)
        return {url: tuple(items) for url, items in found.items()}

    def _all_have_outcomes(self) -> bool:
        return all(url in self._submitted_rows for url in self._submitted_urls())

    def _resume(self) -> None:
        """Take up what the run has already fetched."""
        for fetch in self._store.fetches(self._job.run_id):
            if fetch.purpose == CONFIRM:
                self._confirmed.add(fetch.url)
                continue
            loaded = Loaded(fetch, self._reading.known(fetch.sha256))
            for name in {urls.key(fetch.url), *([urls.key(fetch.final_url)] if fetch.final_url else [])}:
                if name not in self._loading or fetch.outcome == Outcome.OK:
                    self._loading[name] = _done(loaded)
            self._rows.setdefault(urls.key(fetch.url), set()).update(fetch.items or ("",))
            if fetch.purpose == SUBMITTED:
                self._tried_late |= {fetch.url} & self._submitted_rows.keys()
                self._submitted_rows[fetch.url] = fetch

    # Stages

    async def _fetch_home(self) -> None:
        if not self._home:
            return
        home = await self._visit(self._home, Want(HOMEPAGE, override=True))
        if not home.ok:
            for other in urls.other_addresses(self._home):
                found = await self._visit(other, Want(HOMEPAGE, override=True))
                if found.ok:
                    self._home = other
                    break

    async def _home_page(self) -> Loaded | None:
        task = self._loading.get(urls.key(self._home))
        loaded = await task if task else None
        return loaded if loaded and loaded.ok and loaded.document else None

    async def _fetch_submitted(self) -> None:
        await _together(self._submitted(url, items) for url, items in self._submitted_urls().items())

    async def _submitted(self, url: str, items: tuple[str, ...]) -> None:
        loaded = await self._visit(url, Want(SUBMITTED, items, override=True))
        if not urls.is_home(loaded.page_url, self._home):
            await self._follow_for(loaded, items)

    async def _follow_for(self, loaded: Loaded, items: Iterable[str]) -> None:
        if loaded.ok:
            await _together(self._follow(loaded, item, hop=0, pages_left=2) for item in items)

    async def _follow_explanations(self) -> None:
        answers = [answer for answer in self._job.submission.answers if answer.disclosed and self._lacks(answer.item)]
        ways = [(answer.item, explanation.steps(answer.explanation)) for answer in answers]
        await _together(self._walk_steps(item, steps) for item, steps in ways if steps)

    def _lacks(self, item: str) -> bool:
        """Whether no submitted URL of the item brought anything but the home page."""
        rows = [row for row in self._submitted_rows.values() if item in row.items]
        return not any(
            row.outcome == Outcome.OK and not urls.is_home(row.final_url or row.url, self._home) for row in rows
        )

    async def _walk_steps(self, item: str, steps: Sequence[str]) -> None:
        """Go from the home page along the steps; menu headings that are no links are passed over."""
        home = await self._home_page()
        if home is None:
            return
        trail = [home]
        for step in steps:
            reached = await self._take_step(item, step, trail)
            if reached is not None:
                trail.append(reached)
        if len(trail) > 1 and trail[-1].document is not None:
            await self._follow(trail[-1], item, hop=0, pages_left=2)

    async def _take_step(self, item: str, step: str, trail: Sequence[Loaded]) -> Loaded | None:
        visited = {urls.key(loaded.page_url) for loaded in trail}
        for source in reversed(trail):
            if source.document is None:
                continue
            for link in explanation.candidates(step, source.document.links):
                if urls.key(link.url) in visited or not urls.is_fetchable(link.url):
                    continue
                want = Want(STEP, (item,), source.page_url, link.text, link.context)
                reached = await self._visit(link.url, want)
                if reached.ok:
                    return reached
        return None

    async def _walk(self) -> None:
        home = await self._home_page()
        if home is None or home.document is None:
            return
        frontier = Frontier(self._home, self._wanted(), self._belonging.fit)
        frontier.add_page(home.page_url, home.document, 0)
        budget, running = self._settings.page_budget, set[asyncio.Task[None]]()
        while len(frontier) or running:
            while len(running) < self._settings.per_host and budget > 0 and (step := frontier.next()):
                budget -= urls.key(step.url) not in self._loading
                running.add(asyncio.ensure_future(self._walk_to(step, frontier)))
            if not running:
                break
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()

    def _wanted(self) -> list[str]:
        """Items whose evidence the walk should look for: answered but without a working URL; all, where nothing was answered."""
        answers = self._job.submission.answers
        if not answers:
            return list(self._belonging.codes)
        return [answer.item for answer in answers if answer.disclosed and self._lacks(answer.item)]

    async def _walk_to(self, step: Step, frontier: Frontier) -> None:
        loaded = await self._visit(step.url, Want(WALK, (), step.parent, step.link.text, step.link.context))
        if loaded.ok and loaded.document is not None and urls.same_site(loaded.page_url, self._home):
            frontier.add_page(loaded.page_url, loaded.document, step.depth)

    async def _retry(self) -> None:
        """One more try, with a longer limit and under the other scheme and host, for what may have been passing trouble."""
        failed = [row for row in self._submitted_rows.values() if may_pass(row.outcome, row.http_status)]
        await _together(self._once_more(row) for row in failed if row.url not in self._tried_late)

    async def _once_more(self, row: Fetch) -> None:
        cleaned = urls.clean(row.url)
        want = Want(SUBMITTED, row.items, override=True)
        for url in dict.fromkeys([cleaned, *urls.other_addresses(cleaned)]):
            loaded = await self._load(url, want, late=True)
            if loaded.ok:
                break
        else:
            loaded = Loaded(row)
        again = replace(loaded.fetch, url=row.url, attempt=row.attempt + 1)
        self._loading[urls.key(row.url)] = _done(replace(loaded, fetch=again))
        self._write(again, want)
        await self._follow_for(replace(loaded, fetch=again), row.items)

    async def _confirm(self) -> None:
        """Look once more at submitted URLs that seem to be gone, as long as the home page answers."""
        gone = [
            row for row in self._submitted_rows.values()
            if row.outcome in (Outcome.NOT_FOUND, Outcome.SOFT_404) and row.url not in self._confirmed
        ]
        if gone and self._home and (await self._fetcher.fetch(self._home, override_robots=True)).outcome is Outcome.OK:
            await _together(self._look_again(row) for row in gone)

    async def _look_again(self, row: Fetch) -> None:
        want = Want(CONFIRM, row.items, override=True)
        loaded = await self._load(row.url, want, late=True)
        loaded = await self._in_browser_too(row, loaded)
        self._write(replace(loaded.fetch, url=row.url), want)
        if loaded.ok:
            self._write(replace(loaded.fetch, url=row.url, attempt=row.attempt + 1), Want(SUBMITTED, row.items))
            await self._follow_for(loaded, row.items)

    async def _in_browser_too(self, row: Fetch, loaded: Loaded) -> Loaded:
        """A page that is missing for the HTTP lane may be there for a browser (and the other way round it counts as there)."""
        cleaned = urls.clean(row.url)
        if loaded.ok or not cleaned or not self._browser.available or is_file(cleaned) or not self._may_render():
            return loaded
        rendered = await self._browser.render(cleaned)
        if rendered.outcome is not Outcome.OK or rendered.status != 200:
            return loaded
        shown = await self._of_rendered(loaded.fetch, rendered.html, rendered.picture, rendered.final_url)
        if shown.document is None or blocking.content_length(shown.document) < _LITTLE_TEXT:
            return loaded
        doubt = await self._doubts(shown.fetch, 200, rendered.html, shown.document, row.purpose)
        return shown if doubt is None else loaded

    # Following

    async def _follow(self, loaded: Loaded, item: str, hop: int, pages_left: int) -> None:
        """Fetch what belongs to the item on this page: files, frames, pictures, and pages that show or list it."""
        settings = self._settings
        await self._viewer_itself(loaded, item, hop)
        if not loaded.ok or loaded.document is None:
            return
        leads = self._belonging.leads(
            loaded.document, loaded.page_url, item,
            document_cap=settings.document_cap if hop == 0 else settings.list_cap,
            list_cap=settings.list_cap, image_cap=settings.image_cap,
        )
        page, override = loaded.page_url, hop == 0
        work: list[Coroutine[Any, Any, Any]] = []
        for link in leads.documents:
            work.append(self._lead(link.url, Want(LINKED, (item,), page, link.text, link.context, hop + 1, override)))
        for frame in leads.frames:
            work.append(self._frame(frame, item, page, hop))
        for picture in leads.pictures if hop <= 1 else ():
            want = Want(IMAGE, (item,), page, picture.alt or picture.title, picture.nearby, hop + 1, override)
            work.append(self._lead(picture.url, want))
        goes_on = pages_left == 2 or (pages_left == 1 and (leads.hub or is_list(loaded.document)))
        for link in leads.pages if goes_on else ():
            if leads.hub or urls.same_site(link.url, self._home) or urls.host_of(link.url) == urls.host_of(page):
                work.append(self._page(link, item, page, hop, pages_left - (0 if leads.hub and hop == 0 else 1)))
        await _together(work)

    async def _viewer_itself(self, loaded: Loaded, item: str, hop: int) -> None:
        target = viewer_target(loaded.fetch.url) or viewer_target(loaded.page_url)
        if target and urls.clean(target):
            await self._lead(target, Want(FRAME, (item,), loaded.page_url, "", "", hop + 1, hop == 0))

    async def _page(self, link: Link, item: str, parent: str, hop: int, pages_left: int) -> None:
        want = Want(LINKED, (item,), parent, link.text, link.context, hop + 1)
        loaded = await self._lead(link.url, want)
        if loaded is not None and loaded.ok and hop < 3:
            await self._follow(loaded, item, hop + 1, min(pages_left, 1 if hop else 2))

    async def _frame(self, frame: Frame, item: str, parent: str, hop: int) -> None:
        target = viewer_target(frame.url) or shares.direct(frame.url) or frame.url
        if not urls.is_fetchable(target) or any(part in target.lower() for part in words()["never"]):
            return
        want = Want(FRAME, (item,), parent, frame.title or frame.heading, frame.nearby, hop + 1, hop == 0)
        loaded = await self._lead(target, want)
        if loaded is not None and loaded.ok and loaded.document is not None and hop < 2:
            await self._follow(loaded, item, hop + 1, 0)

    async def _lead(self, url: str, want: Want) -> Loaded | None:
        """Fetch something for an item within the item's allowance; None where that is used up."""
        (item,) = want.items
        if self._spent[item] >= self._settings.item_cap:
            return None
        if want.purpose == IMAGE:
            if self._pictures[item] >= self._settings.image_cap:
                return None
            self._pictures[item] += 1
        self._spent[item] += 1
        return await self._visit(url, want)

    # One URL

    async def _visit(self, url: str, want: Want) -> Loaded:
        """What a URL brings, fetched at most once in the crawl, with a row for every reason it was wanted."""
        name = urls.key(url)
        task = self._loading.get(name)
        if task is not None and want.override:
            known = await asyncio.shield(task)
            if known.fetch.outcome == Outcome.ROBOTS_DISALLOWED:
                task = None
        if task is None:
            task = self._loading[name] = asyncio.ensure_future(self._load(url, want))
        loaded = await asyncio.shield(task)
        if loaded.fetch.final_url and loaded.ok:
            self._loading.setdefault(urls.key(loaded.fetch.final_url), task)
        self._record(url, name, want, loaded)
        return loaded

    def _record(self, url: str, name: str, want: Want, loaded: Loaded) -> None:
        """Write a row unless one already says this: rows of a URL together name every item it was wanted for."""
        if loaded.small_picture:
            return
        known = self._rows.setdefault(name, set())
        new = {*want.items} or {""}
        if want.purpose == SUBMITTED:
            if url in self._submitted_rows:
                return
        elif (not want.items and known) or new <= known:
            return
        known |= new
        self._write(replace(loaded.fetch, url=url), want)

    def _write(self, fetch: Fetch, want: Want) -> None:
        row = replace(
            fetch, purpose=want.purpose, items=want.items, parent=want.parent, link_text=want.text[:500],
            link_context=want.context[:2000], hop=want.hop,
        )
        self._store.add_fetch(row)
        self._outcomes[row.outcome] += 1
        if row.purpose == SUBMITTED:
            self._submitted_rows[row.url] = row
        self._tell({
            "event": "fetch", "url": row.url, "purpose": row.purpose, "outcome": row.outcome, "items": list(row.items),
            "submitted_done": len(self._submitted_rows), "submitted_total": len(self._submitted_urls()),
        })

    async def _load(self, url: str, want: Want, late: bool = False) -> Loaded:
        async with self._turns:
            got = await self._get(url, want, late)
            self._fetched += 1
            return await self._judged(url, got, want)

    async def _get(self, url: str, want: Want, late: bool) -> Got:
        direct = shares.direct(urls.clean(url) or url)
        if direct:
            got = await self._fetcher.fetch(direct, override_robots=True, late=late)
            if got.outcome is Outcome.OK and not is_html(got.body, got.content_type):
                return replace(got, url=url)
        return await self._fetcher.fetch(url, override_robots=want.override, late=late, referer=want.parent)

    async def _judged(self, url: str, got: Got, want: Want) -> Loaded:
        """The row and text of what came, once it is known whether it is content."""
        keep = bool(got.body) and (got.status == 200 or len(got.body) <= _LARGEST_ERROR_PAGE)
        sha256 = self._store.blobs.put(got.body) if keep else ""
        fetch = Fetch(
            run_id=self._job.run_id, agency=self._agency.code, url=url, outcome=got.outcome, purpose=want.purpose,
            final_url=got.final_url, http_status=got.status, content_type=got.content_type, sha256=sha256,
            bytes=len(got.body), fetched_at=datetime.now(UTC).isoformat(timespec="seconds"), via="http",
            tls_unverified=got.tls_unverified, robots_override=got.robots_override, redirects=got.redirects,
            attempt=got.attempt, detail=got.detail,
        )
        if not got.body:
            return Loaded(fetch)
        if not is_html(got.body, got.content_type):
            return self._judged_file(fetch, got, want)
        document = await self._reading.page(sha256, got.body, got.content_type, got.final_url) if sha256 else None
        doubt = await self._doubts(fetch, got.status or 0, got.body, document, want.purpose)
        if doubt is None and got.outcome is Outcome.OK and looks_like_home_redirect(got) and self._leads_home(got):
            doubt = blocking.sent_home()
        if doubt is None and got.status == 200 and document is not None and self._needs_browser(document, want):
            return await self._judged_in_browser(fetch, document, want)
        return Loaded(_doubted(fetch, doubt), document)

    def _leads_home(self, got: Got) -> bool:
        return urls.is_home(got.final_url, self._home) and not urls.is_home(urls.clean(got.url), self._home)

    def _judged_file(self, fetch: Fetch, got: Got, want: Want) -> Loaded:
        if got.outcome is not Outcome.OK:
            doubt = blocking.challenge(got.status or 0, got.body)
            return Loaded(_doubted(fetch, doubt))
        if got.content_type.lower().startswith(_UNREAD_TYPES):
            return Loaded(replace(fetch, outcome=Outcome.UNSUPPORTED_TYPE, detail=DETAILS[Outcome.UNSUPPORTED_TYPE]))
        return Loaded(fetch, small_picture=want.purpose == IMAGE and _is_small(got.body))

    async def _doubts(
        self, fetch: Fetch, status: int, body: bytes, document: DocumentText | None, purpose: str
    ) -> blocking.Doubt | None:
        """Why this page is not content, None where it is (or where its status says all there is to say)."""
        length = blocking.content_length(document) if document is not None else None
        doubt = blocking.challenge(status, body, length)
        doubt = doubt or blocking.login_wall(status, fetch.url, fetch.final_url, body, document)
        if doubt is not None or status != 200 or document is None or document.outcome != Outcome.OK:
            return doubt
        if urls.is_home(fetch.final_url or fetch.url, self._home):
            return None
        doubt = blocking.says_missing(document)
        if doubt is None and purpose in (SUBMITTED, STEP, CONFIRM) and "app_shell" not in document.markers:
            probe = await self._probe(fetch.final_url or fetch.url)
            doubt = blocking.like_missing(document, probe) if probe is not None else None
        return doubt

    async def _probe(self, url: str) -> DocumentText | None:
        """What the host shows for a path that cannot exist, where it shows a page with status 200."""
        origin = urls.origin_of(url)
        if origin not in self._probes:
            self._probes[origin] = asyncio.ensure_future(self._fetch_probe(origin))
        return await asyncio.shield(self._probes[origin])

    async def _fetch_probe(self, origin: str) -> DocumentText | None:
        got = await self._fetcher.fetch(f"{origin}/{secrets.token_hex(8)}/{secrets.token_hex(4)}.html", override_robots=True)
        if got.outcome is not Outcome.OK or not got.body or not is_html(got.body, got.content_type):
            return None
        return await self._reading.page(self._store.blobs.put(got.body), got.body, got.content_type, got.final_url)

    # The browser

    def _needs_browser(self, document: DocumentText, want: Want) -> bool:
        if want.purpose not in _RENDERED_PURPOSES:
            return False
        if "app_shell" in document.markers:
            return True
        little = blocking.content_length(document) < _LITTLE_TEXT
        bare = not document.frames and not document.images and not document.links and not document.forms
        return little and bare and want.purpose in (SUBMITTED, STEP, HOMEPAGE)

    def _may_render(self) -> bool:
        return self._rendered < self._settings.browser_pages

    async def _judged_in_browser(self, fetch: Fetch, document: DocumentText, want: Want) -> Loaded:
        if not self._may_render():
            detail = "The page needs a browser and the agency's allowance of such pages is used up; open it by hand."
            return Loaded(replace(fetch, outcome=Outcome.UNREADABLE, detail=detail), document)
        rendered = await self._browser.render(fetch.final_url or fetch.url)
        if rendered.outcome is not Outcome.OK:
            bare = blocking.content_length(document) < _LITTLE_TEXT
            outcome = Outcome.FORBIDDEN_ADDRESS if rendered.outcome is Outcome.FORBIDDEN_ADDRESS else Outcome.UNREADABLE
            return Loaded(replace(fetch, outcome=outcome, detail=rendered.detail) if bare else fetch, document)
        shown = await self._of_rendered(fetch, rendered.html, rendered.picture, rendered.final_url)
        if shown.document is None:
            return shown
        doubt = await self._doubts(shown.fetch, rendered.status or 200, rendered.html, shown.document, LINKED)
        return Loaded(_doubted(shown.fetch, doubt), shown.document)

    async def _of_rendered(self, fetch: Fetch, html: bytes, picture: bytes, final_url: str) -> Loaded:
        self._rendered += 1
        sha256 = self._store.blobs.put(html)
        document = await self._reading.page(sha256, html, "text/html; charset=utf-8", final_url)
        shown = replace(
            fetch, outcome=Outcome.OK, detail="", final_url=final_url or fetch.final_url, http_status=200, via="browser",
            content_type="text/html; charset=utf-8", sha256=sha256, bytes=len(html),
            screenshot=self._store.blobs.put(picture) if picture else "",
        )
        return Loaded(shown, document)


def _doubted(fetch: Fetch, doubt: blocking.Doubt | None) -> Fetch:
    return fetch if doubt is None else replace(fetch, outcome=doubt.outcome, detail=doubt.detail)


def _is_small(body: bytes) -> bool:
    """Whether a picture is too small to carry content. One that cannot be opened is kept: its reader says what is wrong."""
    try:
        with Picture.open(io.BytesIO(body)) as picture:
            width, height = picture.size
    except (OSError, ValueError, Picture.DecompressionBombError):
        return False
    return max(width, height) < SMALLEST_PICTURE or min(width, height) < _SMALLEST_SIDE


def _done(loaded: Loaded) -> asyncio.Task[Loaded]:
    async def known() -> Loaded:
        return loaded

    return asyncio.ensure_future(known())


async def _together(work: Iterable[Coroutine[Any, Any, Any]]) -> None:
    """Run all to the end; the first error stops the rest."""
    async with asyncio.TaskGroup() as group:
        for each in work:
            group.create_task(each)
