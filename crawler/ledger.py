"""Keeps what went over the wire for one run, and knows which stored answers can be asked for conditionally."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.web.http import RESPONSES

from crawler.browser import Answered
from crawler.urls import key
from evidence.records import Exchange
from evidence.store import EvidenceStore

NOT_MODIFIED = 304
_LARGEST_ERROR_PAGE = 1024 * 1024


class Ledger:
    """The exchanges of one run, written as they come. `ids` maps a URL's key to the exchange of its newest answer."""

    def __init__(self, store: EvidenceStore, run_id: str, agency: str) -> None:
        self._store, self._run_id, self._agency = store, run_id, agency
        self.ids: dict[str, int] = {key(one.url): one.id for one in store.exchanges(run_id) if one.status in (200, 304)}

    def stored(self, url: str) -> Exchange | None:
        """The stored answer to this request that the server can be asked about, None where there is none."""
        return self._store.last_good(self._agency, url)

    async def note(self, request: Request, response: Response, stored: Exchange | None) -> tuple[Response, str]:
        """Write down one request and its answer. Returns the answer to go on with and the hash of its stored body.

        Where the server says that nothing has changed since `stored`, that is the stored answer. Bodies of error pages
        over 1 MB are not kept.
        """
        unchanged = stored is not None and response.status == NOT_MODIFIED
        sha256 = stored.sha256 if stored is not None and unchanged else ""
        if response.body and (response.status == 200 or len(response.body) <= _LARGEST_ERROR_PAGE):
            sha256 = await asyncio.to_thread(self._store.blobs.put, response.body)
        self.add(
            Exchange(
                self._run_id,
                self._agency,
                request.url,
                response.status,
                RESPONSES.get(response.status, b"").decode("latin-1"),
                request.method,
                "http",
                response.protocol or "",
                str(response.ip_address or ""),
                (("Host", urlsplit(request.url).netloc), *_pairs(request)),
                _pairs(response),
                sha256,
                len(response.body),
                now(),
            )
        )
        if stored is not None and unchanged:
            body = await asyncio.to_thread(self._store.blobs.get, sha256)
            return response.replace(status=200, body=body, headers=dict(_grouped(stored))), sha256
        return response, sha256

    async def heard(self, answer: Answered) -> None:
        """Write down what a page asked for in the browser and got."""
        sha256 = await asyncio.to_thread(self._store.blobs.put, answer.body) if answer.body else ""
        number = self._store.add_exchange(
            Exchange(
                self._run_id,
                self._agency,
                answer.url.partition("#")[0],
                answer.status,
                answer.reason,
                answer.method,
                "browser",
                request_headers=answer.request_headers,
                response_headers=answer.response_headers,
                sha256=sha256,
                bytes=len(answer.body),
                fetched_at=now(),
            )
        )
        if answer.method == "GET" and answer.status == 200 and answer.body:
            self.ids.setdefault(key(answer.url), number)

    def add(self, exchange: Exchange) -> int:
        """Write down an exchange as it is; its number."""
        number = self._store.add_exchange(exchange)
        if exchange.status in (200, NOT_MODIFIED):
            self.ids[key(exchange.url)] = number
        return number


def now() -> str:
    """The present moment as exchanges tell it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _pairs(message: Request | Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in message.headers.items()
        for value in values or ()
    )


def _grouped(exchange: Exchange) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in exchange.response_headers:
        grouped.setdefault(name, []).append(value)
    return grouped
