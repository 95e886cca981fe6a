"""What a site's robots.txt allows, fetched once for each origin."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from protego import Protego

from crawler.urls import origin_of

Download = Callable[[str], Awaitable[bytes | None]]
_LARGEST = 512 * 1024


class Robots:
    """Answers whether a URL may be walked. `download` returns the bytes of a robots.txt, None where there is none."""

    def __init__(self, download: Download, user_agent: str) -> None:
        self._download = download
        self._agent = user_agent.split("/", 1)[0]
        self._rules: dict[str, asyncio.Task[Protego | None]] = {}

    async def allows(self, url: str) -> bool:
        """Whether the site's rules allow this URL. A robots.txt that cannot be had forbids nothing."""
        origin = origin_of(url)
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._load(origin))
        rules = await asyncio.shield(self._rules[origin])
        return rules is None or bool(rules.can_fetch(url, self._agent))

    async def _load(self, origin: str) -> Protego | None:
        body = await self._download(origin + "/robots.txt")
        if not body:
            return None
        return Protego.parse(body[:_LARGEST].decode("utf-8", "replace"))
