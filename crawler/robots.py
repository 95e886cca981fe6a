"""What a site's robots.txt allows, fetched once for each origin."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum

from protego import Protego

from crawler.urls import origin_of

LARGEST = 512 * 1024


class Rule(StrEnum):
    """What robots.txt says of a URL. `UNKNOWN`: it cannot be had now, so nothing is known (RFC 9309, 2.3.1.4)."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


Download = Callable[[str], Awaitable[bytes | None]]
"""Brings the bytes of a robots.txt, empty where there is none (4xx); None where the server gives no answer (5xx)."""


class Robots:
    """Answers whether a URL may be fetched, and where the origin keeps its site maps."""

    def __init__(self, download: Download, user_agent: str) -> None:
        self._download = download
        self._agent = user_agent.split("/", 1)[0]
        self._rules: dict[str, asyncio.Task[Protego | None]] = {}

    async def rule(self, url: str) -> Rule:
        """What the site's rules say of this URL."""
        rules = await self._of(url)
        if rules is None:
            return Rule.UNKNOWN
        return Rule.ALLOWED if rules.can_fetch(url, self._agent) else Rule.FORBIDDEN

    async def sitemaps(self, url: str) -> list[str]:
        """The site maps that the origin's robots.txt names; `/sitemap.xml` where it names none."""
        rules = await self._of(url)
        named = list(rules.sitemaps) if rules is not None else []
        return named or [origin_of(url) + "/sitemap.xml"]

    async def _of(self, url: str) -> Protego | None:
        origin = origin_of(url)
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._load(origin))
        return await asyncio.shield(self._rules[origin])

    async def _load(self, origin: str) -> Protego | None:
        body = await self._download(origin + "/robots.txt")
        if body is None:
            return None
        return Protego.parse(body[:LARGEST].decode("utf-8", "replace"))
