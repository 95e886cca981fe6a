"""A link on the site to the agency's own account on a social network, not a share button. Keys: `hosts`, `share`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from checks.context import ItemEvidence, Source
from checks.quotes import of_block, of_span
from checks.search import absent, met, not_met
from evidence.text.document import Frame, Link
from oit.findings import Finding, Quote, Reason
from oit.model import Element


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` for an account link or an embedded page of the agency; only share buttons are `not_met`."""
    hosts, share = tuple(element.params["hosts"]), re.compile(element.params["share"])
    sharing: Quote | None = None
    for source in evidence.sources:
        for link in (*source.document.links, *source.document.frames):
            host = urlsplit(link.url).hostname or ""
            if not any(host == known or host.endswith("." + known) for known in hosts):
                continue
            quote = _quote(source, link)
            if share.search(link.url) and "plugins/page" not in link.url:
                sharing = quote or sharing
            elif _is_account(link.url) and quote:
                return met(0.93, [quote])
    if sharing is not None:
        return not_met(Reason.ELEMENT_MISSING, [sharing], 0.85)
    return absent(evidence, hosts)


def _is_account(url: str) -> bool:
    parts = urlsplit(url)
    return len(parts.path.strip("/")) >= 2 or "href=" in parts.query or "id=" in parts.query


def _quote(source: Source, link: Link | Frame) -> Quote | None:
    page = source.document.pages[0] if source.document.pages else None
    if page is None:
        return None
    start = getattr(link, "start", -1)
    text = getattr(link, "text", "")
    if start >= 0 and text:
        return of_span(source, page, start, start + len(text))
    number = next((n for n, block in enumerate(page.blocks) if block.end - block.start >= 3), None)
    return of_block(source, page, number) if number is not None else None
