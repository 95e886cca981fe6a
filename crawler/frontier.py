"""Which page of the main website to ask for next: near the home page, in the menus, and by what the links promise."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler import urls
from crawler.belongs import worth_following
from evidence.text.document import NAVIGATION, DocumentText, Link

_DEPTH_COST, _MENU_GAIN, _FIT_GAIN = 1.0, 0.8, 4.0
_LISTED_DEPTH = 2
_SAME_SHAPE_FREE = 6
"""So many pages of one shape (same path but for numbers) cost nothing extra; a calendar or a gallery has thousands."""
_ENDLESS = re.compile(
    r"calend|[?&](?:month|m)=\d.*[?&](?:year|y)=\d|[?&](?:year|y)=\d.*[?&](?:month|m)=\d|/\d{4}[-/]\d{1,2}[-/]\d{1,2}/?$",
    re.IGNORECASE,
)
_ENDLESS_FREE = 4
"""So many pages of one shape are taken where the address speaks of days and months."""
_DEEPEST_REPEAT = 3
_WORTH_A_FILE = 0.85
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Step:
    """A page to ask for: its URL, the page and link that lead there, and how many clicks from the home page."""

    url: str
    parent: str
    link: Link
    depth: int


class Frontier:
    """A best-first queue of a website's pages. `fit(text, item)` says how well a link text names an item, 0 to 1."""

    def __init__(self, homepage: str, wanted: Collection[str], fit: Callable[[str, str], float]) -> None:
        self._homepage = homepage
        self._wanted = tuple(wanted)
        self._fit = fit
        self._queue: list[tuple[float, int, Step]] = []
        self._seen: set[str] = set()
        self._shapes: dict[str, int] = {}
        self._count = 0

    def add_page(self, url: str, document: DocumentText, depth: int) -> None:
        """Queue the links of a page that was read, `depth` clicks from the home page."""
        self._seen.add(urls.key(url))
        frames = [Link(frame.url, frame.title, NAVIGATION) for frame in document.frames if frame.kind == "frame"]
        for link in (*frames, *document.links):
            name = urls.key(link.url)
            if name not in self._seen and self._walkable(link):
                self._seen.add(name)
                self._count += 1
                heapq.heappush(
                    self._queue, (self._cost(link, depth), self._count, Step(link.url, url, link, depth + 1))
                )

    def add_listed(self, homepage: str, pages: Iterable[str]) -> None:
        """Queue the pages a site map names, behind all that menus lead to within two clicks."""
        for url in pages:
            link, name = Link(url, ""), urls.key(url)
            if name not in self._seen and self._walkable(link):
                self._seen.add(name)
                self._count += 1
                step = Step(url, homepage, link, 1)
                heapq.heappush(self._queue, (self._cost(link, _LISTED_DEPTH), self._count, step))

    def next(self) -> Step | None:
        """The most promising page not yet given out, None when there is none."""
        return heapq.heappop(self._queue)[2] if self._queue else None

    def __len__(self) -> int:
        return len(self._queue)

    def _walkable(self, link: Link) -> bool:
        if not urls.is_fetchable(link.url) or not urls.same_site(link.url, self._homepage):
            return False
        if _repeats_itself(link.url):
            return False
        if urls.is_page(link.url):
            return worth_following(link.url) and not self._is_endless(link.url)
        return urls.is_document(link.url) and self._promise(link) >= _WORTH_A_FILE

    def _is_endless(self, url: str) -> bool:
        """Whether enough pages of a calendar were queued already."""
        return bool(_ENDLESS.search(url)) and self._shapes.get(_NUMBERS.sub("0", url), 0) >= _ENDLESS_FREE

    def _cost(self, link: Link, depth: int) -> float:
        shape = _NUMBERS.sub("0", link.url)
        seen = self._shapes[shape] = self._shapes.get(shape, 0) + 1
        crowd = max(0, seen - _SAME_SHAPE_FREE) * 0.2 if shape != link.url else 0.0
        menu = _MENU_GAIN if link.area == NAVIGATION else 0.0
        return depth * _DEPTH_COST + crowd - menu - _FIT_GAIN * self._promise(link)

    def _promise(self, link: Link) -> float:
        """How well the link's text names an item that has no evidence yet; weak likeness counts for nothing."""
        best = max((self._fit(link.text, item) for item in self._wanted), default=0.0) if link.text else 0.0
        return best if best >= 0.55 else 0.0


def _repeats_itself(url: str) -> bool:
    """Whether a part of the path comes again and again, as it does where a relative link leads ever deeper."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    return any(parts.count(part) > _DEEPEST_REPEAT for part in set(parts))
