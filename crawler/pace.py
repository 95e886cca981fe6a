"""How long to wait before the next request to a host, for hosts that share one address together."""

from __future__ import annotations

import asyncio

from scrapy.resolver import dnscache

from crawler.egress import AddressPolicy


class Pace:
    """Keeps `delay` seconds between two requests to one address, in all agencies of a crawl.

    Thousands of local sites share a few servers, so the address counts, not the name (the name until it is resolved).
    Addresses that are not public are the operator's own and are not waited for.
    """

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._next: dict[str, float] = {}
        self._public = AddressPolicy()

    async def turn(self, host: str) -> None:
        """Return when a request to this host may go out."""
        address = self.address(host)
        if self._delay <= 0 or self._is_own(address):
            return
        now = asyncio.get_running_loop().time()
        due = max(now, self._next.get(address, 0.0))
        self._next[address] = due + self._delay
        await asyncio.sleep(due - now)

    def address(self, host: str) -> str:
        """The address a host was resolved to, the host itself where that is not known yet."""
        found = dnscache.get(host)
        return str(found[0].host) if found else host

    def _is_own(self, address: str) -> bool:
        is_literal = ":" in address or address.replace(".", "").isdigit()
        return is_literal and not self._public.allows(address)
