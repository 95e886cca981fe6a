"""The way a visitor clicks from the home page to a page, rebuilt from what was fetched and the links seen there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from crawler.urls import host_of, is_home, key, same_site
from evidence.records import Fetch
from evidence.text.document import DocumentText, Link


class Click(TypedDict):
    """One click: the page it happens on and the words clicked."""

    url: str
    text: str


def click_path(
    fetches: Sequence[Fetch], url: str, texts: Mapping[str, DocumentText] | None = None, homepage: str = ""
) -> list[Click]:
    """The shortest way from the home page to `url`, [] where none is known or `url` is the home page.

    `fetches` are a run's rows. `texts` (by sha256) add the links seen on fetched pages, so that pages which were not
    fetched through a link are found too. `homepage`: where to start; by default the row with purpose `homepage`.
    """
    return ClickPaths(fetches, texts or {}, homepage).to(url)


class ClickPaths:
    """The shortest ways from one home page to everything seen, worked out once for many questions."""

    def __init__(self, fetches: Sequence[Fetch], texts: Mapping[str, DocumentText], homepage: str = "") -> None:
        self.homepage = homepage or next((fetch.url for fetch in fetches if fetch.purpose == "homepage"), "")
        self._same: dict[str, str] = {}
        edges = _edges(fetches, texts, self._note)
        self._came: dict[str, tuple[str, Click]] = {}
        self._spread(fetches, edges)

    def to(self, url: str) -> list[Click]:
        """The clicks that lead to `url`; [] where none are known."""
        at = self._plain(key(url))
        clicks: list[Click] = []
        while at in self._came and len(clicks) < 50:
            at, click = self._came[at]
            clicks.append(click)
        return clicks[::-1]

    def _note(self, alias: str, name: str) -> None:
        self._same.setdefault(alias, name)

    def _plain(self, name: str) -> str:
        """One name for a URL and where it redirects to."""
        for _ in range(3):
            if self._same.get(name, name) == name:
                break
            name = self._same[name]
        return name

    def _spread(self, fetches: Sequence[Fetch], edges: Mapping[str, list[tuple[str, Click]]]) -> None:
        starts = {key(self.homepage)} | {
            key(fetch.final_url or fetch.url)
            for fetch in fetches
            if fetch.purpose == "homepage" and fetch.outcome == "ok"
        }
        reached = {self._plain(name) for name in starts if name}
        queue = deque(reached)
        outgoing: dict[str, list[tuple[str, Click]]] = {}
        for source, targets in edges.items():
            outgoing.setdefault(self._plain(source), []).extend(targets)
        while queue:
            here = queue.popleft()
            for target, click in outgoing.get(here, ()):
                there = self._plain(target)
                if there not in reached:
                    reached.add(there)
                    self._came[there] = (here, click)
                    queue.append(there)


def on_main_website(fetch: Fetch, homepage: str) -> bool:
    """Whether what was fetched lies on the agency's main website (where it ended, or where it was asked for)."""
    return any(same_site(url, homepage) for url in (fetch.final_url or fetch.url, fetch.url) if host_of(url))


def leads_home(fetch: Fetch, homepage: str) -> bool:
    """Whether a submitted URL is only the home page."""
    return is_home(fetch.url, homepage) or (bool(fetch.final_url) and is_home(fetch.final_url, homepage))


def _edges(
    fetches: Iterable[Fetch], texts: Mapping[str, DocumentText], note: object
) -> dict[str, list[tuple[str, Click]]]:
    edges: dict[str, list[tuple[str, Click]]] = {}
    for fetch in fetches:
        asked, came = key(fetch.url), key(fetch.final_url or fetch.url)
        if came != asked and fetch.outcome == "ok":
            note(asked, came)  # type: ignore[operator]
        if fetch.parent and fetch.purpose != "confirm":
            edges.setdefault(key(fetch.parent), []).append((asked, Click(url=fetch.parent, text=fetch.link_text)))
        document = texts.get(fetch.sha256)
        if document is not None and fetch.outcome == "ok":
            page = fetch.final_url or fetch.url
            edges.setdefault(came, []).extend(_of_links(page, document.links))
    return edges


def _of_links(page: str, links: Iterable[Link]) -> list[tuple[str, Click]]:
    return [(key(link.url), Click(url=page, text=link.text.strip())) for link in links if link.text.strip()]
