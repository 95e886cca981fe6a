"""How long to wait before the next request to a host, for hosts that share one address together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from scrapy.resolver import dnscache
from twisted.internet.interfaces import IResolutionReceiver
from zope.interface import implementer

from crawler.egress import AddressPolicy, installed_resolver

SLOWEST = 10.0
"""The longest distance between two requests, in seconds, however slow or busy an address is."""
_SHARE = 0.5
"""A request takes its turn after half the time the last answers took, so that a slow machine is never hurried."""
_RESOLVE_SECONDS = 20.0


@dataclass(slots=True)
class _Line:
    """What is known of one address: how far apart requests go, when the last went, how many are out."""

    delay: float
    turns: asyncio.Semaphore
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    last: float = 0.0
    quiet_until: float = 0.0


class Pace:
    """Keeps requests to one address apart, in all agencies of a crawl.

    Thousands of local sites share a few servers, so the address counts, not the name. `delay` seconds at least lie
    between two requests to a public address, `own_delay` to one that is not (the operator's own); more where answers are
    slow or the server says it is busy. `most` requests run at once at a public address.
    """

    def __init__(
        self, delay: float, own_delay: float = 0.0, most: int = 4, longest_wait: float = 20.0,
        policy: AddressPolicy | None = None,
    ) -> None:  # fmt: skip
        self._delay, self._own_delay, self._most, self._longest = delay, own_delay, most, longest_wait
        self._policy = policy or AddressPolicy()
        self._lines: dict[str, _Line] = {}
        self._public = AddressPolicy()

    async def turn(self, host: str, port: int = 80) -> None:
        """Return when a request to this host may go out."""
        await self._wait(await self._line(host, port))

    @asynccontextmanager
    async def request(self, host: str, port: int = 80) -> AsyncIterator[None]:
        """One request: begins when it may go out, and counts as out until it ends."""
        line = await self._line(host, port)
        if not line.delay:
            yield
            return
        async with line.turns:
            await self._wait(line)
            yield

    async def answered(self, host: str, port: int, seconds: float, busy: bool = False, wait: float = 0.0) -> None:
        """Learn from an answer that took so long. `busy`: status 429 or 503; `wait`: what its Retry-After asks for.

        A busy address is left alone for that long (`longest_wait` at most) and asked half as often from then on; the
        pace comes back slowly with good answers.
        """
        line = await self._line(host, port)
        if not line.delay:
            return
        least = self._least(await self.address(host, port))
        if busy:
            line.delay = min(SLOWEST, max(line.delay * 2, least))
            line.quiet_until = asyncio.get_running_loop().time() + min(wait or line.delay, self._longest)
        else:
            line.delay = min(SLOWEST, max(least, (line.delay + seconds * _SHARE) / 2))

    async def address(self, host: str, port: int = 80) -> str:
        """The address a host leads to, the host itself where it has none."""
        given = self._policy.given(host, port)
        if given is not None:
            return given[0]
        if not _is_literal(host) and host not in dnscache:
            await _resolve(host)
        found = dnscache.get(host)
        return str(found[0].host) if found else host

    async def _wait(self, line: _Line) -> None:
        if not line.delay:
            return
        clock = asyncio.get_running_loop().time
        async with line.gate:
            while (due := max(line.last + line.delay, line.quiet_until) - clock()) > 0:
                await asyncio.sleep(due)
            line.last = clock()

    async def _line(self, host: str, port: int) -> _Line:
        address = await self.address(host, port)
        if address not in self._lines:
            self._lines[address] = _Line(self._least(address), asyncio.Semaphore(self._most))
        return self._lines[address]

    def _least(self, address: str) -> float:
        own = _is_literal(address) and not self._public.allows(address)
        return self._own_delay if own else self._delay


def _is_literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


async def _resolve(host: str) -> None:
    """Have the name resolved by the guard, which remembers it: the connection will ask for the same."""
    with contextlib.suppress(RuntimeError, TimeoutError):
        receiver = _Done()
        installed_resolver().resolveHostName(receiver, host)
        await asyncio.wait_for(receiver.done, _RESOLVE_SECONDS)


@implementer(IResolutionReceiver)
class _Done:
    """Waits for a resolution to end."""

    def __init__(self) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def resolutionBegan(self, resolution: Any) -> None:
        pass

    def addressResolved(self, address: Any) -> None:
        pass

    def resolutionComplete(self) -> None:
        if not self.done.done():
            self.done.set_result(None)
