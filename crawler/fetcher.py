"""One fetch over HTTP, from a typed URL to an outcome: redirects hop by hop, robots.txt, retries, spellings."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.blocking import at_login_host
from crawler.egress import installed_resolver
from crawler.handlers import TLS_UNVERIFIED
from crawler.ledger import Ledger
from crawler.outcomes import DETAILS, may_pass, of_error, of_status
from crawler.pace import Pace
from crawler.robots import Robots, Rule
from crawler.settings import CrawlSettings
from crawler.urls import absolute, clean, host_of, key, port_of, requestable, thai_spellings
from oit.findings import Outcome

logger = logging.getLogger(__name__)

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DOUBTED, _GIVEN_UP, _GIVEN_UP_LATE = 3, 9, 3
"""After so many silences in a row a host is asked once only, then no more before the end, then no more at all."""
_META_REFRESH = re.compile(
    rb"<meta[^>]+http-equiv\s*=\s*[\"']?refresh[\"']?[^>]*content\s*=\s*[\"']?\s*(\d+)\s*[;,]\s*(?:url\s*=)?\s*['\"]?([^\"'>\s]+)",
    re.IGNORECASE,
)
_SCRIPT_REDIRECT = re.compile(
    rb"^\s*(?:<[^>]*>\s*)*<script[^>]*>\s*(?:window\.|document\.|self\.|top\.)?location(?:(?:\.href)?\s*=\s*|\.(?:replace|assign)\s*\(\s*)['\"]([^'\"]+)['\"]",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb"<!--.*?-->|<noscript.*?</noscript>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Got:
    """What a fetch brought. `outcome` speaks of transport and status only; content is judged later."""

    url: str
    outcome: Outcome
    detail: str = ""
    final_url: str = ""
    status: int | None = None
    content_type: str = ""
    body: bytes = b""
    redirects: tuple[str, ...] = ()
    tls_unverified: bool = False
    robots_override: bool = False
    attempt: int = 1
    disposition: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a URL is asked for."""

    override: bool
    late: bool
    walking: bool
    once: bool


Download = Callable[[Request], Awaitable[Response]]


class Fetcher:
    """Fetches for one agency, cookies apart under `jar`. `download` is the engine's, so that Scrapy's pace applies.

    With a `ledger` every request and answer is written down, and what is stored is asked for conditionally.
    """

    def __init__(
        self, download: Download, settings: CrawlSettings, pace: Pace, jar: str = "", ledger: Ledger | None = None
    ) -> None:
        self._engine_download = download
        self._ledger = ledger
        self.pace = pace
        self._settings = settings
        self._jar = jar
        self._silent: dict[str, int] = {}
        self._silent_late: dict[str, int] = {}
        self.robots = Robots(self._robots_txt, settings.user_agent)

    async def fetch(
        self,
        url: str,
        *,
        override_robots: bool = False,
        late: bool = False,
        referer: str = "",
        walking: bool = False,
        once: bool = False,
    ) -> Got:
        """Fetch a URL. `override_robots`: open it even where robots.txt forbids, and say so. `late`: longer time limit.
        `walking`: leave it also where robots.txt cannot be had, since nobody named it. `once`: no retries.

        A Thai path that is not found is tried in the other encoding too. Never raises for what the network does.
        """
        cleaned = clean(url)
        if not cleaned:
            return Got(url, Outcome.UNSUPPORTED_TYPE, "The text is not a web address; give one with http or https.")
        asked = _Asked(override_robots, late, walking, once)
        got = await self._patiently(cleaned, asked, referer)
        if got.outcome is Outcome.NOT_FOUND:
            for spelling in thai_spellings(cleaned):
                other = await self._patiently(spelling, asked, referer)
                if other.outcome is Outcome.OK:
                    return replace(other, url=url)
        return replace(got, url=url)

    async def _patiently(self, url: str, asked: _Asked, referer: str) -> Got:
        late = asked.late
        silent = (self._silent_late if late else self._silent).get(host_of(url), 0)
        if silent >= (_GIVEN_UP_LATE if late else _GIVEN_UP):
            return Got(url, Outcome.TIMEOUT, "The host did not answer several times in a row; try again later.", url)
        tries = 1 if late or asked.once or silent >= _DOUBTED else self._settings.retries + 1
        got = Got(url, Outcome.TIMEOUT)
        for attempt in range(1, tries + 1):
            got, wait = await self._follow(url, asked, referer)
            got = replace(got, attempt=attempt)
            self._note_silence(self._silent_late if late else self._silent, url, got)
            if not may_pass(got.outcome, got.status) or wait > self._settings.longest_wait:
                break
            if attempt < tries:
                await asyncio.sleep(wait or self._settings.retry_wait * attempt)
        return got

    def _note_silence(self, counts: dict[str, int], url: str, got: Got) -> None:
        """Count how often in a row a host gave no answer at all, so that a dead host does not cost hours."""
        host = host_of(url)
        counts[host] = counts.get(host, 0) + 1 if got.outcome is Outcome.TIMEOUT else 0

    async def _follow(self, url: str, asked: _Asked, referer: str) -> tuple[Got, float]:
        """One attempt through all redirects; also how long the server asks to wait before the next."""
        trail: list[str] = []
        seen: set[str] = set()
        overridden = unverified = False
        current = requestable(url)
        while True:
            rule = await self.robots.rule(current)
            if rule is Rule.UNKNOWN and asked.walking:
                detail = "The site's robots.txt cannot be had, so the site is not walked; try again later."
                return Got(url, Outcome.ROBOTS_DISALLOWED, detail, current), 0.0
            if rule is Rule.FORBIDDEN:
                if not asked.override:
                    return Got(url, Outcome.ROBOTS_DISALLOWED, DETAILS[Outcome.ROBOTS_DISALLOWED], current), 0.0
                overridden = True
            try:
                response, sha256 = await self._exchange(self._request(current, asked.late, referer))
            except Exception as error:
                outcome, detail = of_error(error, host_of(current) in installed_resolver().refused)
                logger.info("%s: %s (%s: %s)", current, outcome, type(error).__name__, error)
                return Got(url, outcome, detail, current, redirects=tuple(trail), robots_override=overridden), 0.0
            unverified = unverified or TLS_UNVERIFIED in response.flags
            target = _redirect_target(response)
            if not target:
                break
            seen.add(key(current))
            trail.append(target)
            if at_login_host(target):
                detail = "The link leads to a sign-in page; share the document with everyone."
                return (
                    Got(url, Outcome.LOGIN_REQUIRED, detail, target, response.status, redirects=tuple(trail)),
                    0.0,
                )
            if not clean(target):
                detail = "The page redirects to something that is no web address; tell the site's owner."
                return Got(url, Outcome.UNSUPPORTED_TYPE, detail, current, redirects=tuple(trail)), 0.0
            if len(trail) > self._settings.redirects or (key(target) in seen and trail.count(target) > 1):
                detail = "The page redirects in a circle; tell the site's owner."
                return Got(url, Outcome.HTTP_ERROR, detail, current, response.status, redirects=tuple(trail)), 0.0
            current, referer = requestable(target), current
        got = _got(url, response, tuple(trail))
        got = replace(got, tls_unverified=unverified, robots_override=overridden, sha256=sha256)
        return got, _retry_after(response)

    def _request(self, url: str, late: bool, referer: str) -> Request:
        meta = {
            "cookiejar": self._jar,
            "download_timeout": self._settings.late_timeout if late else self._settings.timeout,
            "handle_httpstatus_all": True,
        }
        headers = {"Referer": requestable(referer)} if referer and host_of(referer) == host_of(url) else {}
        return Request(url, headers=headers, meta=meta, dont_filter=True)

    async def _exchange(self, request: Request) -> tuple[Response, str]:
        """One request and its answer, written down, with the hash of the stored body ("" for none)."""
        if self._ledger is None:
            return await self._download(request), ""
        stored = self._ledger.stored(request.url)
        if stored is not None:
            for name, value in (
                ("If-None-Match", stored.header("ETag")),
                ("If-Modified-Since", stored.header("Last-Modified")),
            ):
                if value:
                    request.headers[name] = value
        response = await self._download(request)
        return await self._ledger.note(request, response, stored)

    async def _download(self, request: Request) -> Response:
        host, port = host_of(request.url), port_of(request.url)
        async with self.pace.request(host, port):
            began = time.monotonic()
            response = await self._engine_download(request)
        busy = response.status in (429, 503)
        wait = _retry_after(response) if busy else 0.0
        await self.pace.answered(host, port, time.monotonic() - began, busy, wait)
        return response

    async def _robots_txt(self, url: str) -> bytes | None:
        """The site's robots.txt, through at most five redirects (RFC 9309, 2.3.1.2); None where no answer came."""
        for _ in range(6):
            try:
                response, _ = await self._exchange(self._request(url, False, ""))
            except Exception as error:
                logger.info("%s: no robots.txt (%s)", url, error)
                return None
            target = absolute(url, (response.headers.get("Location") or b"").decode("latin-1"))
            if response.status not in _REDIRECTS or not target:
                return None if response.status >= 500 else response.body if response.status == 200 else b""
            url = requestable(target)
        return b""


def _redirect_target(response: Response) -> str:
    """Where the answer sends a browser: by status, by meta refresh within ten seconds, or by a page of one script."""
    if response.status in _REDIRECTS:
        location = _decoded(response.headers.get("Location") or b"").strip()
        return (absolute(response.url, location) or location) if location else ""
    content_type = (response.headers.get("Content-Type") or b"").lower()
    if response.status != 200 or (content_type and b"html" not in content_type):
        return ""
    head = _COMMENT.sub(b"", response.body[:8192])
    refresh = _META_REFRESH.search(head)
    if refresh and int(refresh.group(1)) <= 10:
        target = absolute(response.url, _decoded(refresh.group(2)))
        return target if key(target) != key(response.url) else ""
    script = _SCRIPT_REDIRECT.search(head) if len(response.body) < 2048 else None
    return absolute(response.url, _decoded(script.group(1))) if script else ""


def _decoded(location: bytes) -> str:
    for encoding in ("utf-8", "cp874"):
        try:
            return location.decode(encoding)
        except UnicodeDecodeError:
            continue
    return location.decode("latin-1")


def _got(url: str, response: Response, trail: tuple[str, ...]) -> Got:
    outcome = of_status(response.status)
    detail = DETAILS[outcome]
    if outcome is Outcome.OK and not response.body:
        outcome, detail = Outcome.CORRUPT, "The answer has no content; upload the file again."
    elif outcome is Outcome.HTTP_ERROR:
        detail = f"The server answered with status {response.status}; try again later or tell the site's owner."
    return Got(
        url,
        outcome,
        detail,
        final_url=response.url,
        status=response.status,
        content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
        body=response.body,
        redirects=trail,
        disposition=_decoded(response.headers.get("Content-Disposition") or b""),
    )


def _retry_after(response: Response) -> float:
    """Seconds the server asks to be left alone: a number or a date (RFC 9110, 10.2.3); 0 where it says nothing."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time()) if value else 0.0
    except (ValueError, OverflowError):
        return 0.0


def looks_like_home_redirect(got: Got) -> bool:
    """Whether a link to a page inside a site ended at the bare address of a site."""
    asked, came = urlsplit(got.url), urlsplit(got.final_url)
    return bool(got.redirects) and asked.path.strip("/") != "" and came.path.strip("/") == "" and not came.query
