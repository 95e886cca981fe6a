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
