"""One row per fetch: what was asked for, what came, and why it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fetch:
    """The record of one fetch, append-only. `outcome` is an `oit.findings.Outcome`; `detail` says what to do about it.

    `purpose`: submitted (a URL of an answer), homepage, step (menu step of an explanation), linked (a document or page
    one or two hops from a submitted page), frame, image, walk (main website), confirm (second look at a 404).
    `items`: codes of the items it was fetched for (empty for the walk). `parent`: URL of the page that led here,
    `link_text`/`link_context`: the words of the link there. `hop`: 0 for submitted, 1 and 2 for what it leads to.
    `fetched_at` ISO 8601 with offset. `screenshot`: sha256 of the page picture, if one was taken.
    """

    run_id: str
    agency: str
    url: str
    outcome: str
    purpose: str
    final_url: str = ""
    items: tuple[str, ...] = ()
    parent: str = ""
    link_text: str = ""
    link_context: str = ""
    hop: int = 0
    http_status: int | None = None
    content_type: str = ""
    sha256: str = ""
    bytes: int = 0
    fetched_at: str = ""
    via: str = "http"
    tls_unverified: bool = False
    robots_override: bool = False
    redirects: tuple[str, ...] = field(default=())
    screenshot: str = ""
    attempt: int = 1
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer as they went over the wire, append-only; every hop of a redirect is one.

    `url` is what was asked for (ASCII), `via` `http` or `browser`, `status` the answer's (304: the stored answer is still
    the newest). Headers are pairs in their order. `sha256`: the unpacked body in the blobs, empty for none.
    `fetched_at` ISO 8601 in UTC with milliseconds. `id` is given by the store.
    """

    run_id: str
    agency: str
    url: str
    status: int
    reason: str = ""
    method: str = "GET"
    via: str = "http"
    protocol: str = ""
    ip: str = ""
    request_headers: tuple[tuple[str, str], ...] = ()
    response_headers: tuple[tuple[str, str], ...] = ()
    sha256: str = ""
    bytes: int = 0
    fetched_at: str = ""
    id: int = 0

    def header(self, name: str) -> str:
        """The first answer header of that name, empty for none."""
        return next((value for key, value in self.response_headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Capture:
    """What is kept of a submitted page besides its text, append-only: what it is made of, and how it looks.

    `sha256` is the page as judged. `assets`: ids of the exchanges that brought its images and styles, perhaps in an
    earlier run, when the page was the same. `picture`: sha256 of the full-page picture, made from the capture without a
    network in `seconds`; empty where none was made.
    """

    run_id: str
    agency: str
    url: str
    sha256: str
    assets: tuple[int, ...] = ()
    picture: str = ""
    seconds: float = 0.0
    made_at: str = ""
