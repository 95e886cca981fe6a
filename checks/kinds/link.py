"""A link on the site to the agency's own account on a social network, not a share button. Keys: `hosts`, `share`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from checks.context import ItemEvidence, Source
from checks.quotes import of_block, of_span
from checks.search import absent, met, not_met
from evidence.text.document import Frame, Link
from evidence.text.matching import same_words, skeleton
from oit.findings import Finding, Quote, Reason
from oit.model import Element

_BODY = re.compile(r"(?:กระทรวง|กรม|สำนักงาน|เทศบาล|องค์การบริหารส่วน|ป\.ป\.ช\.)[ก-๙.]{4,40}")


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` for an account link or an embedded page of the agency; only share buttons are `not_met`."""
    hosts, share = tuple(element.params["hosts"]), re.compile(element.params["share"])
    sharing: Quote | None = None
    foreign: Quote | None = None
    for source in evidence.sources:
        links: tuple[Link | Frame, ...] = (*source.document.links, *source.document.frames)
        for link in links:
            host = urlsplit(link.url).hostname or ""
            if not any(host == known or host.endswith("." + known) for known in hosts):
                continue
            quote = _quote(source, link)
            if share.search(link.url) and "plugins/page" not in link.url:
                sharing = quote or sharing
            elif _is_account(link.url) and quote:
                if _of_another(source, link, evidence):
                    foreign = quote
                    continue
                return met(0.93, [quote])
    if foreign is not None:
        return not_met(Reason.OTHER_AGENCY, [foreign], 0.8)
    if sharing is not None:
        return not_met(Reason.ELEMENT_MISSING, [sharing], 0.85)
    return absent(evidence, hosts)


def _of_another(source: Source, link: Link | Frame, evidence: ItemEvidence) -> bool:
    """Whether the words around a link name another body, and not this agency."""
    words = getattr(link, "context", "") or getattr(link, "nearby", "")
    named = [hit.group() for hit in _BODY.finditer(words)]
    own = skeleton(evidence.agency.name)
    return (
        bool(named)
        and own not in skeleton(words)
        and all(same_words(name[: len(evidence.agency.name)], evidence.agency.name) < 0.75 for name in named)
    )


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
    for words in (text, getattr(link, "title", ""), getattr(link, "heading", "")):
        at = page.text.find(words) if len(words) >= 3 else -1
        if at >= 0:
            return of_span(source, page, at, at + len(words))
    number = next((n for n, block in enumerate(page.blocks) if block.end - block.start >= 3), None)
    return of_block(source, page, number) if number is not None else None
