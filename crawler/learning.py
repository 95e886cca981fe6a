"""Learns, host by host, whether pages show more in a browser than they do without."""

from __future__ import annotations

from collections import Counter

_ENOUGH = 2
"""After so many pages of a host that gained (or did not) the next are treated alike."""


class Learning:
    """What rendering has brought so far, for all agencies of a crawl."""

    def __init__(self) -> None:
        self._gained: Counter[str] = Counter()
        self._vain: Counter[str] = Counter()

    def note(self, host: str, before: int, after: int) -> None:
        """A page of the host had `before` readable characters without the browser and `after` in it."""
        if after > max(2 * before, before + 100):
            self._gained[host] += 1
        else:
            self._vain[host] += 1

    def needs(self, host: str) -> bool:
        """Whether pages of the host are filled by scripts, so that a thin one is worth rendering."""
        return self._gained[host] >= _ENOUGH and self._gained[host] > self._vain[host]

    def is_vain(self, host: str) -> bool:
        """Whether rendering has brought nothing on this host, so that only an empty page is worth it."""
        return self._vain[host] >= _ENOUGH and not self._gained[host]

    def hosts(self) -> list[str]:
        """The hosts that need a browser."""
        return sorted(host for host in self._gained if self.needs(host))
