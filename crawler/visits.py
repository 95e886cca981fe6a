"""One agency's URLs: each fetched at most once, judged, read, and recorded for all who wanted it."""

from __future__ import annotations

import asyncio
import io
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from PIL import Image as Picture

from crawler import blocking, shares, sitemaps, urls
from crawler.belongs import SMALLEST_PICTURE, is_file
from crawler.browser import BrowserLane, Rendered, more_words
from crawler.capture import Capturing
from crawler.fetcher import Fetcher, Got, looks_like_home_redirect
from crawler.learning import Learning
from crawler.ledger import Ledger
from crawler.outcomes import DETAILS
from crawler.reading import PageReading, is_html
from crawler.settings import CrawlSettings
from evidence.records import Fetch
from evidence.store import EvidenceStore
from evidence.text import filetype
from evidence.text.document import BUTTON, MAIN, DocumentText
from evidence.text.html import extract_data_images
from oit.findings import Outcome

Tell = Callable[[dict[str, Any]], None]

SUBMITTED, HOMEPAGE, STEP, LINKED = "submitted", "homepage", "step", "linked"
FRAME, IMAGE, WALK, CONFIRM = "frame", "image", "walk", "confirm"

INLINE = "#picture-"
"""What follows a page's URL, before the SHA-256, in the row of a picture that is written into the page."""
_AGAIN = "is used up; audit again."
"""How the reason of a row ends that a further audit takes up."""
_LITTLE_TEXT = 120
_THIN_TEXT = 400
_SMALLEST_SIDE = 100
_HTML = "text/html; charset=utf-8"
_UNREAD_TYPES = ("video/", "audio/", "font/", "application/x-msdownload", "application/vnd.android")
_BINARY_TYPES = ("application/pdf", "image/", "application/msword", "application/vnd.openxml", "application/zip")
_RENDERED_PURPOSES = (SUBMITTED, HOMEPAGE, STEP, LINKED, FRAME)
_BARE_PAGES = (SUBMITTED, HOMEPAGE, STEP)


@dataclass(frozen=True, slots=True)
class Want:
    """Why a URL is asked for; becomes part of its row. `override`: set robots.txt aside, as a person would."""

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


class Visits:
    """Fetches, judges, reads and records for one run. Rows are written as they come; a cut run is taken up again.

    `cut` says which allowance of the agency was used up, if one was.
    `submitted` holds the last row of each submitted URL as it was typed; `tell` gets an event for each row.
    """

    def __init__(
        self,
        run_id: str,
        agency: str,
        store: EvidenceStore,
        fetcher: Fetcher,
        reading: PageReading,
        browser: BrowserLane,
        settings: CrawlSettings,
        tell: Tell,
        ledger: Ledger,
        learning: Learning,
    ) -> None:
        self._learning = learning
        self._ledger = ledger
        self.capturing = Capturing(store, ledger, fetcher, browser, settings)
        self._run_id, self._agency, self._store, self._fetcher = run_id, agency, store, fetcher
        self._reading, self._browser, self._settings, self._tell = reading, browser, settings, tell
        self._loading: dict[str, asyncio.Task[Loaded]] = {}
        self._rows: dict[str, set[str]] = {}
        self._probes: dict[str, asyncio.Task[DocumentText | None]] = {}
        self._turns = asyncio.Semaphore(max(8, settings.per_host * 2))
        self.home = ""
        self.submitted: dict[str, Fetch] = {}
        self.tried_late: set[str] = set()
        self.confirmed: set[str] = set()
        self.outcomes: Counter[str] = Counter()
        self.fetched = 0
        self._bytes, self._began = 0, time.monotonic()
        self.cut = ""
        self.rendered = 0

    async def resume(self) -> None:
        """Take up what the run has already fetched."""
        for fetch in self._store.fetches(self._run_id):
            if fetch.purpose == CONFIRM:
                self.confirmed.add(fetch.url)
                continue
            if fetch.detail.endswith(_AGAIN):
                continue
            if INLINE in fetch.url:
                self._rows.setdefault(f"data:{fetch.sha256}", set()).update(fetch.items or ("",))
                continue
            loaded = Loaded(fetch, await self._text_of(fetch))
            for name in {urls.key(fetch.url), *([urls.key(fetch.final_url)] if fetch.final_url else [])}:
                if name not in self._loading or fetch.outcome == Outcome.OK:
                    self._loading[name] = _done(loaded)
            self._rows.setdefault(urls.key(fetch.url), set()).update(fetch.items or ("",))
            if fetch.purpose == SUBMITTED:
                self.tried_late |= {fetch.url} & self.submitted.keys()
                self.submitted[fetch.url] = fetch

    async def _text_of(self, fetch: Fetch) -> DocumentText | None:
        """The text of an earlier fetch, read again where the readers have changed since."""
        if fetch.outcome != Outcome.OK or "html" not in fetch.content_type.lower():
            return self._reading.known(fetch.sha256, fetch.final_url or fetch.url)
        body = self._store.blobs.get(fetch.sha256)
        return await self._reading.page(fetch.sha256, body, fetch.content_type, fetch.final_url or fetch.url)

    def stop(self) -> None:
        """Leave what is still being fetched; what was begun ends without a row."""
        for task in (*self._loading.values(), *self._probes.values()):
            task.cancel()

    def is_known(self, url: str) -> bool:
        """Whether the URL was asked for before (or is being)."""
        return urls.key(url) in self._loading

    async def known(self, url: str) -> Loaded | None:
        """What a URL brought when it was asked for; None where it never was."""
        task = self._loading.get(urls.key(url))
        return await asyncio.shield(task) if task else None

    async def visit(self, url: str, want: Want) -> Loaded:
        """What a URL brings, fetched at most once in the crawl, with rows that name every item it was wanted for."""
        name = urls.key(url)
        task = self._loading.get(name)
        if task is not None and want.override:
            earlier = await asyncio.shield(task)
            if earlier.fetch.outcome == Outcome.ROBOTS_DISALLOWED:
                task = None
        if task is None:
            task = self._loading[name] = asyncio.ensure_future(self.load(url, want))
        loaded = await asyncio.shield(task)
        if loaded.fetch.final_url and loaded.ok:
            self._loading.setdefault(urls.key(loaded.fetch.final_url), task)
        self._record(url, name, want, loaded)
        return loaded

    async def load(self, url: str, want: Want, late: bool = False) -> Loaded:
        """Fetch and judge a URL whatever was fetched before, without a row. `late`: the longer time limit."""
        async with self._turns:
            if (used_up := self._used_up(url)) is not None:
                return Loaded(self._row_of(url, used_up, want, ""))
            got = await self._get(url, want, late)
            self.fetched += 1
            self._bytes += len(got.body)
            return await self._judged(url, got, want)

    def _used_up(self, url: str) -> Got | None:
        """The answer to every further URL once the agency's allowance of bytes or time is used up."""
        if self._bytes >= self._settings.agency_bytes:
            self.cut = f"The agency's allowance of {self._settings.agency_bytes / 1e6:.0f} MB {_AGAIN}"
            return Got(url, Outcome.TOO_LARGE, self.cut)
        if time.monotonic() - self._began >= self._settings.agency_seconds:
            self.cut = f"The agency's time of {self._settings.agency_seconds:.0f} seconds {_AGAIN}"
            return Got(url, Outcome.TIMEOUT, self.cut)
        return None

    def replace(self, loaded: Loaded) -> None:
        """From now on the URL of this row brings this."""
        self._loading[urls.key(loaded.fetch.url)] = _done(loaded)

    def write(self, fetch: Fetch, want: Want) -> None:
        """Add a row for this fetch, wanted for that."""
        row = replace(
            fetch,
            purpose=want.purpose,
            items=want.items,
            parent=want.parent,
            link_text=want.text[:500],
            link_context=want.context[:2000],
            hop=want.hop,
        )
        self._store.add_fetch(row)
        self.outcomes[row.outcome] += 1
        if row.purpose == SUBMITTED:
            self.submitted[row.url] = row
        items = list(row.items)
        self._tell({"event": "fetch", "url": row.url, "purpose": row.purpose, "outcome": row.outcome, "items": items})

    async def answers(self, url: str) -> bool:
        """Whether a URL answers now; leaves no row."""
        return (await self._fetcher.fetch(url, override_robots=True)).outcome is Outcome.OK

    async def sitemap_pages(self) -> list[str]:
        """The pages that the main website's site maps name; leaves no rows."""
        found: list[str] = []
        waiting = (await self._fetcher.robots.sitemaps(urls.requestable(self.home)))[: sitemaps.MOST_MAPS]
        for place in range(sitemaps.MOST_MAPS):
            if place >= len(waiting):
                break
            got = await self._fetcher.fetch(waiting[place], walking=True)
            if got.outcome is Outcome.OK:
                pages, further = sitemaps.places(got.body)
                found += pages
                waiting += further
        return found[: sitemaps.MOST_PAGES]

    async def seen_in_browser(self, row: Fetch, loaded: Loaded) -> Loaded:
        """A missing page as a browser shows it, where the browser finds content there; else `loaded` as it is."""
        cleaned = urls.clean(row.url)
        if loaded.ok or not cleaned or not self._browser.available or is_file(cleaned):
            return loaded
        if not self._may_render(SUBMITTED):
            return loaded
        rendered = await self._render(cleaned)
        if rendered.outcome is not Outcome.OK or rendered.status != 200:
            return loaded
        shown = await self._of_rendered(loaded.fetch, rendered.html, rendered.picture, rendered.final_url)
        if shown.document is None or blocking.content_length(shown.document) < _LITTLE_TEXT:
            return loaded
        if self._sent_home(row.url, rendered.final_url):
            return loaded
        return (
            shown if await self._doubts(shown.fetch, 200, rendered.html, shown.document, SUBMITTED) is None else loaded
        )

    async def capture(self) -> None:
        """Keep what the submitted pages that came are made of, and how they look."""
        captured = {capture.url for capture in self._store.captures(self._run_id)}
        for row in self.submitted.values():
            shown = row.outcome == Outcome.OK and "html" in row.content_type.lower() and row.sha256
            if shown and row.url not in captured:
                await self.capturing.page(row)

    async def keep_inline(self, page: Loaded, sha256: str, want: Want) -> None:
        """Keep a picture that is written into a page (`data:`) as a row of its own: the page's URL with a fragment."""
        body = await asyncio.to_thread(self._inline_picture, page.fetch.sha256, sha256)
        if body is None or _is_small(body):
            return
        url = page.page_url.partition("#")[0] + INLINE + sha256
        kept = await self._keep(body)
        row = replace(
            page.fetch,
            url=url,
            final_url="",
            content_type="image",
            sha256=kept,
            bytes=len(body),
            screenshot="",
            redirects=(),
        )
        self._record(url, f"data:{sha256}", want, Loaded(row))

    def _inline_picture(self, page: str, sha256: str) -> bytes | None:
        return extract_data_images(self._store.blobs.get(page)).get(sha256) if page else None

    def _record(self, url: str, name: str, want: Want, loaded: Loaded) -> None:
        """Write a row unless one already says this: rows of a URL together name every item it was wanted for."""
        if loaded.small_picture:
            return
        known = self._rows.setdefault(name, set())
        new = {*want.items} or {""}
        if want.purpose == SUBMITTED:
            if url in self.submitted:
                return
        elif (not want.items and known) or new <= known:
            return
        known |= new
        self.write(replace(loaded.fetch, url=url), want)

    async def _get(self, url: str, want: Want, late: bool) -> Got:
        for target in shares.targets(urls.clean(url) or url):
            got = await self._shared(target.url, late)
            if got.outcome is Outcome.LOGIN_REQUIRED:
                return replace(got, url=url)
            if got.outcome is Outcome.OK and target.page == is_html(got.body, got.content_type):
                return replace(got, url=url)
        walking = want.purpose == WALK
        return await self._fetcher.fetch(
            url, override_robots=want.override, late=late, referer=want.parent, walking=walking
        )

    async def _shared(self, url: str, late: bool) -> Got:
        """What a sharing service gives at this address, past its page that warns of large files."""
        got = await self._fetcher.fetch(url, override_robots=True, late=late)
        if got.outcome is Outcome.OK and (further := shares.after_warning(got.body, got.final_url)):
            return await self._fetcher.fetch(further, override_robots=True, late=late)
        return got

    async def listing(self, url: str) -> Got:
        """What is at an address that lists the pages of a book; leaves no row."""
        return await self._fetcher.fetch(url, override_robots=True)

    async def _from_rest(self, fetch: Fetch, body: bytes) -> Loaded | None:
        """The page as a WordPress site's REST interface has it, None where it has none or no more than the page."""
        address = shares.rest_page(body, fetch.final_url)
        if not address or not urls.same_site(address, fetch.final_url):
            return None
        got = await self._fetcher.fetch(address, override_robots=True)
        page = shares.of_rest(got.body) if got.outcome is Outcome.OK else b""
        if not page:
            return None
        sha256 = await self._keep(page)
        document = await self._reading.page(sha256, page, _HTML, fetch.final_url)
        if blocking.content_length(document) < _LITTLE_TEXT and not document.links:
            return None
        return Loaded(replace(fetch, sha256=sha256, bytes=len(page), content_type=_HTML), document)

    # Is it content?

    async def _judged(self, url: str, got: Got, want: Want) -> Loaded:
        """The row and text of what came, once it is known whether it is content."""
        fetch = self._row_of(url, got, want, got.sha256)
        if not got.body:
            return Loaded(fetch)
        if not is_html(got.body, got.content_type):
            return _judged_file(fetch, got, want)
        if not fetch.sha256:
            return Loaded(fetch)
        document = await self._reading.page(fetch.sha256, got.body, got.content_type, got.final_url)
        doubt = await self._doubts(fetch, got.status or 0, got.body, document, want.purpose)
        if doubt is None and got.outcome is Outcome.OK and looks_like_home_redirect(got):
            doubt = blocking.sent_home() if self._sent_home(got.url, got.final_url) else None
        if doubt is None and got.status == 200 and self._needs_browser(document, fetch, got.body, want):
            if (plain := await self._from_rest(fetch, got.body)) is not None:
                return plain
            return await self._judged_in_browser(fetch, document)
        return Loaded(_doubted(fetch, doubt), document)

    async def _keep(self, body: bytes) -> str:
        """Put bytes into the store and return their hash; in a thread, since it waits for the disk."""
        return await asyncio.to_thread(self._store.blobs.put, body)

    def _row_of(self, url: str, got: Got, want: Want, sha256: str) -> Fetch:
        return Fetch(
            run_id=self._run_id,
            agency=self._agency,
            url=url,
            outcome=got.outcome,
            purpose=want.purpose,
            final_url=got.final_url,
            http_status=got.status,
            content_type=got.content_type,
            sha256=sha256,
            bytes=len(got.body),
            fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
            via="http",
            tls_unverified=got.tls_unverified,
            robots_override=got.robots_override,
            redirects=got.redirects,
            attempt=got.attempt,
            detail=got.detail,
        )

    def _sent_home(self, asked: str, came: str) -> bool:
        return urls.is_home(came, self.home) and not urls.is_home(urls.clean(asked), self.home)

    async def _doubts(
        self, fetch: Fetch, status: int, body: bytes, document: DocumentText, purpose: str
    ) -> blocking.Doubt | None:
        """Why this page is not content, None where it is (or where its status says all there is to say)."""
        doubt = blocking.login_wall(status, fetch.url, fetch.final_url, body, document)
        doubt = doubt or blocking.challenge(status, body, blocking.content_length(document))
        if doubt is not None or status != 200 or document.outcome != Outcome.OK:
            return doubt
        if (other := blocking.says_other(document, body)) is not None:
            return other
        if urls.is_home(fetch.final_url or fetch.url, self.home):
            return None
        doubt = blocking.says_missing(document) or blocking.says_broken(document)
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
        nowhere = f"{origin}/{secrets.token_hex(8)}/{secrets.token_hex(4)}.html"
        got = await self._fetcher.fetch(nowhere, override_robots=True)
        if got.outcome is not Outcome.OK or not is_html(got.body, got.content_type):
            return None
        return await self._reading.page(await self._keep(got.body), got.body, got.content_type, got.final_url)

    # In the browser

    async def _render(self, url: str) -> Rendered:
        """The page as the browser shows it, when its address may be asked; its parts come as a visitor's would."""
        await self._fetcher.pace.turn(urls.host_of(url), urls.port_of(url))
        rendered = await self._browser.render(url)
        for answer in rendered.answers:
            await self._ledger.heard(answer)
        return rendered

    def _may_render(self, purpose: str) -> bool:
        """What was submitted is drawn in any case, however many pages of the walk had to be."""
        asked_for = purpose in (HOMEPAGE, SUBMITTED)
        return self.rendered < (self._settings.browser_submitted if asked_for else self._settings.browser_pages)

    async def _judged_in_browser(self, fetch: Fetch, document: DocumentText) -> Loaded:
        if not self._may_render(fetch.purpose):
            detail = "The page needs a browser and the agency's allowance of such pages is used up; open it by hand."
            return Loaded(replace(fetch, outcome=Outcome.UNREADABLE, detail=detail), document)
        rendered = await self._render(fetch.final_url or fetch.url)
        if rendered.outcome is not Outcome.OK:
            bare = blocking.content_length(document) < _LITTLE_TEXT or blocking.is_waiting(document)
            forbidden = rendered.outcome is Outcome.FORBIDDEN_ADDRESS
            outcome = Outcome.FORBIDDEN_ADDRESS if forbidden else Outcome.UNREADABLE
            return Loaded(replace(fetch, outcome=outcome, detail=rendered.detail) if bare else fetch, document)
        shown = await self._of_rendered(fetch, rendered.html, rendered.picture, rendered.final_url)
        assert shown.document is not None
        before, after = blocking.content_length(document), blocking.content_length(shown.document)
        self._learning.note(urls.host_of(fetch.final_url or fetch.url), before, after)
        doubt = await self._doubts(shown.fetch, rendered.status or 200, rendered.html, shown.document, LINKED)
        return Loaded(_doubted(shown.fetch, doubt), shown.document)

    def _needs_browser(self, document: DocumentText, fetch: Fetch, body: bytes, want: Want) -> bool:
        """Whether the page's main part shows nothing, or next to nothing, without its scripts.

        On hosts whose pages gained in the browser a thin page is enough; where none gained, only an empty one is.
        """
        if want.purpose not in _RENDERED_PURPOSES:
            return False
        if "app_shell" in document.markers:
            return True
        if b"<script" not in body.lower():
            return False
        host, given = urls.host_of(fetch.final_url or fetch.url), want.purpose in _BARE_PAGES
        if blocking.is_waiting(document) or (given and _is_bare(document)):
            return True
        if self._learning.is_vain(host):
            return False
        if self._learning.needs(host) and blocking.content_length(document) < _THIN_TEXT:
            return True
        return given and (_has_empty_table(document) or _has_more_button(document))

    async def _of_rendered(self, fetch: Fetch, html: bytes, picture: bytes, final_url: str) -> Loaded:
        self.rendered += 1
        sha256 = await self._keep(html)
        document = await self._reading.page(sha256, html, _HTML, final_url)
        shown = replace(
            fetch,
            outcome=Outcome.OK,
            detail="",
            final_url=final_url or fetch.final_url,
            http_status=200,
            via="browser",
            content_type=_HTML,
            sha256=sha256,
            bytes=len(html),
            screenshot=await self._keep(picture) if picture else "",
        )
        return Loaded(shown, document)


def _is_bare(document: DocumentText) -> bool:
    """Whether the page's main part holds next to nothing: no link, picture, frame or form, and little text."""
    areas = [link.area for link in document.links] + [image.area for image in document.images]
    areas += [frame.area for frame in document.frames] + [form.area for form in document.forms]
    return MAIN not in areas and blocking.content_length(document) < _LITTLE_TEXT


def _has_empty_table(document: DocumentText) -> bool:
    """Whether a table of the main part has headings and no rows, as one that a script fills."""
    return any(
        table.area == MAIN and 0 < len(table.rows) <= max(1, table.header_rows) and len(table.rows[0]) > 1
        for table in document.tables
    )


def _has_more_button(document: DocumentText) -> bool:
    """Whether a button of the main part brings more of a list."""
    words = tuple(more_words())
    buttons = [
        page.text[block.start : block.end].strip().lower()
        for page in document.pages
        for block in page.blocks
        if block.kind == BUTTON and block.area == MAIN
    ]
    return any(text.startswith(words) for text in buttons)


def _judged_file(fetch: Fetch, got: Got, want: Want) -> Loaded:
    if got.outcome is not Outcome.OK:
        return Loaded(_doubted(fetch, blocking.challenge(got.status or 0, got.body)))
    if got.content_type.lower().startswith(_UNREAD_TYPES):
        return Loaded(replace(fetch, outcome=Outcome.UNSUPPORTED_TYPE, detail=DETAILS[Outcome.UNSUPPORTED_TYPE]))
    if _is_text_in_place_of_a_file(got):
        detail = "A message of the server stands in place of the file; upload the file again."
        return Loaded(replace(fetch, outcome=Outcome.CORRUPT, detail=detail))
    return Loaded(fetch, small_picture=want.purpose == IMAGE and _is_small(got.body))


def _is_text_in_place_of_a_file(got: Got) -> bool:
    """Whether text came where the server promised a file of a kind that never is text (a script's error, as a rule)."""
    if not got.content_type.lower().startswith(_BINARY_TYPES):
        return False
    return filetype.sniff(got.body, got.content_type, got.final_url)[0] in (filetype.TEXT, filetype.HTML)


def _doubted(fetch: Fetch, doubt: blocking.Doubt | None) -> Fetch:
    return fetch if doubt is None else replace(fetch, outcome=doubt.outcome, detail=doubt.detail)


def _is_small(body: bytes) -> bool:
    """Whether a picture is too small to carry content. One that cannot be opened is kept for its reader to judge."""
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
