"""The channel can be reached from the main website: it is on it, a click path leads to it, or a page of it links there."""

from __future__ import annotations

from urllib.parse import urlsplit

from checks.context import ItemEvidence
from checks.quotes import of_block
from checks.search import met, not_met, unsure
from oit.findings import Finding, Quote, Reason
from oit.model import Element


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` where a source is on the main website's host or was reached by a link of it."""
    main = host_of(evidence.agency.homepage)
    for source in evidence.sources:
        on_site = same_site(host_of(source.url), main)
        led_from_site = same_site(host_of(source.fetch.parent), main)
        if on_site or led_from_site or _linked_from_site(source.url, evidence, main):
            quote = _first_words(source)
            return met(0.93 if on_site else 0.85, [quote]) if quote else unsure(Reason.WEAK_MATCH)
    if not main:
        return unsure(Reason.NOT_ON_MAIN_WEBSITE)
    return not_met(Reason.NOT_ON_MAIN_WEBSITE, [q for s in evidence.sources if (q := _first_words(s))], 0.7)


def host_of(url: str) -> str:
    """The host of a URL without `www.`, in lower case; empty for none."""
    host = (urlsplit(url if "//" in url else f"//{url}").hostname or "").lower()
    return host.removeprefix("www.")


def same_site(host: str, main: str) -> bool:
    """Whether a host is the main website's, or a subdomain of it."""
    return bool(host and main) and (host == main or host.endswith("." + main) or main.endswith("." + host))


def _linked_from_site(url: str, evidence: ItemEvidence, main: str) -> bool:
    target = url.split("#")[0].rstrip("/")
    for fetch in evidence.agency_evidence.fetches:
        text = evidence.agency_evidence.texts.get(fetch.sha256)
        if text is None or not same_site(host_of(fetch.final_url or fetch.url), main):
            continue
        if any(link.url.split("#")[0].rstrip("/") == target for link in text.links):
            return True
    return False


def _first_words(source: object) -> Quote | None:
    first = next(((p, n) for p, n, b in source.blocks() if b.end - b.start >= 4), None)  # type: ignore[attr-defined]
    return of_block(source, *first) if first else None  # type: ignore[arg-type]
