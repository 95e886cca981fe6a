"""Keeps what a submitted page is made of and how it looks, when it is first seen and whenever it has changed."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace

from crawler import assets
from crawler.browser import BrowserLane, Stored
from crawler.fetcher import Fetcher
from crawler.ledger import Ledger, now
from crawler.settings import CrawlSettings
from crawler.urls import key, requestable
from evidence.records import Capture, Exchange, Fetch
from evidence.store import EvidenceStore
from oit.findings import Outcome

logger = logging.getLogger(__name__)

MOST_OF_AGENCY = 600
MOST_BYTES = 60 * 1024 * 1024
"""Caps on the images and styles of one agency's submitted pages."""


class Capturing:
    """Captures the pages of one run. `seconds` is the time pictures took, `made` how many there are."""

    def __init__(
        self, store: EvidenceStore, ledger: Ledger, fetcher: Fetcher, browser: BrowserLane, settings: CrawlSettings
    ) -> None:
        self._store, self._ledger, self._fetcher = store, ledger, fetcher
        self._browser, self._settings = browser, settings
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._bytes = 0
        self.seconds = 0.0
        self.made = 0

    async def page(self, row: Fetch) -> None:
        """Capture the page of a submitted URL's row, or note that an earlier run has captured the same page."""
        known = self._store.capture_of(row.agency, row.sha256)
        if known is not None and (known.picture or not self._settings.pictures):
            self._store.add_capture(replace(known, run_id=row.run_id, url=row.url, seconds=0.0, made_at=now()))
            return
        ids = list(known.assets) if known is not None else await self._assets(row)
        began, picture = time.perf_counter(), ""
        if self._settings.pictures and not row.screenshot:
            picture = await self._picture(row, ids)
        took = time.perf_counter() - began if picture else 0.0
        self.seconds, self.made = self.seconds + took, self.made + bool(picture)
        self._store.add_capture(
            Capture(row.run_id, row.agency, row.url, row.sha256, tuple(ids), picture, round(took, 3), now())
        )

    async def _assets(self, row: Fetch) -> list[int]:
        """Numbers of the exchanges that brought the page's images and styles, and those named by its styles."""
        page_url = row.final_url or row.url
        wanted = assets.of_page(await self._blob(row.sha256), page_url)
        await self._ask_all(wanted, page_url)
        inner: list[str] = []
        for url in wanted:
            found = self._exchange(url)
            if found is not None and found.sha256 and "css" in found.header("Content-Type").lower():
                inner += assets.of_style(await self._blob(found.sha256), url)
        inner = [url for url in dict.fromkeys(inner) if url not in wanted][: assets.MOST]
        await self._ask_all(inner, page_url)
        numbers = (self._ledger.ids.get(key(requestable(url))) for url in (*wanted, *inner))
        return list(dict.fromkeys(number for number in numbers if number))

    async def _ask_all(self, urls: list[str], page_url: str) -> None:
        for url in urls:
            name = key(requestable(url))
            if name in self._ledger.ids or name in self._asking:
                continue
            if len(self._asking) < MOST_OF_AGENCY and self._bytes < MOST_BYTES:
                self._asking[name] = asyncio.ensure_future(self._ask(url, page_url))
        names = {key(requestable(url)) for url in urls} & self._asking.keys()
        await asyncio.gather(*(self._asking[name] for name in names))

    async def _ask(self, url: str, page_url: str) -> None:
        """Fetch an image or style once; what does not come is missing from the picture and that is all."""
        got = await self._fetcher.fetch(url, override_robots=True, referer=page_url, once=True)
        self._bytes += len(got.body)
        if got.outcome is not Outcome.OK:
            logger.info("%s of %s: %s", url, page_url, got.outcome)

    def _exchange(self, url: str) -> Exchange | None:
        number = self._ledger.ids.get(key(requestable(url)))
        return next(iter(self._store.exchanges_by_id([number])), None) if number else None

    async def _picture(self, row: Fetch, ids: list[int]) -> str:
        page_url = requestable(row.final_url or row.url)
        kept = {key(one.url): one for one in self._store.exchanges_by_id(ids)}

        async def answer(url: str) -> Stored | None:
            if key(url) == key(page_url):
                return Stored(await self._blob(row.sha256), row.content_type)
            one = kept.get(key(url)) or self._exchange(url)
            return Stored(await self._blob(one.sha256), one.header("Content-Type")) if one and one.sha256 else None

        picture = await self._browser.photograph(page_url, answer)
        return await asyncio.to_thread(self._store.blobs.put, picture) if picture else ""

    async def _blob(self, sha256: str) -> bytes:
        return await asyncio.to_thread(self._store.blobs.get, sha256)
