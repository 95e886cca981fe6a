"""The agency's contact data: an address, a telephone number, an e-mail address or a map. Keys: `channel`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from checks.context import ItemEvidence, Source
from checks.quotes import of_block, of_span
from checks.search import absent, met
from evidence.text.document import ALT, PageText
from evidence.text.matching import contains
from oit.findings import Finding, Quote
from oit.model import Element

_PATTERNS = {
    "telephone": re.compile(
        r"(?:โทร(?!สาร)(?:ศัพท์|\.)?|Tel|Phone|สายด่วน|Call\s*Center)[^0-9๐-๙\n]{0,30}[0-9๐-๙][0-9๐-๙\s.\-–]{2,}|(?<![0-9๐-๙])[0๐]\s?[-.]?\s?[2-9๒-๙](?:[\s.\-–]?[0-9๐-๙]){6,8}(?![0-9๐-๙])",
        re.IGNORECASE,
    ),
    "email": re.compile(r"[\w.+-]+\s?(?:@|\[at\]|\(at\))\s?[\w-]+(?:\s?\.\s?[\w-]+)+", re.IGNORECASE),
    "address": re.compile(
        r"(?:ต[ำา]บล|ต\.|แขวง|ถนน|ถ\.|หมู่(?:ที่)?|เลขที่|ตู้\s?ปณ)[^\n]{1,120}(?:อ[ำา]เภอ|อ\.|เขต|จังหวัด|จ\.|กรุงเทพ)[^\n]{0,80}"
        r"|[^\n]{0,60}(?:จังหวัด|จ\.|กรุงเทพ)[^\n]{0,40}[1-9๑-๙][0-9๐-๙]{4}"
        r"|(?:ต[ำา]บล|ต\.|แขวง|หมู่(?:ที่)?|เลขที่)[^\n]{1,80}\n[^\n]{0,40}(?:อ[ำา]เภอ|อ\.|เขต|จังหวัด|จ\.|กรุงเทพ)[^\n]{0,80}"
    ),
}
_FAX = re.compile(r"(?:โทรสาร|แฟกซ์|Fax)\W*$", re.IGNORECASE)


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """The first place that gives the channel; the whole page counts, footers too, on the site of the agency."""
    channel = element.params["channel"]
    search = _maps if channel == "map" else _texts
    for source in evidence.sources:
        shown = next(iter(search(source, channel, evidence)), None)
        if shown is not None:
            return met(0.95, [shown])
    return absent(evidence, (channel,))


def _texts(source: Source, channel: str, evidence: ItemEvidence) -> Iterable[Quote]:
    pattern = _PATTERNS[channel]
    for page in source.document.pages:
        for hit in _best_first(source, page, pattern):
            number = source.index.page(page.number).block_at(hit.start())
            if number >= 0 and page.blocks[number].kind == ALT:
                continue
            if channel == "telephone" and _FAX.search(page.text[max(0, hit.start() - 14) : hit.start()]):
                continue
            end = min(
                hit.end(), (page.text.find("\n", hit.start()) + len(page.text) + 1) % (len(page.text) + 1) or hit.end()
            )
            yield of_span(source, page, hit.start(), max(end, hit.start() + 1))
    if channel == "email":
        for link in source.document.links:
            if link.url.startswith("mailto:") and source.document.pages and link.start >= 0:
                page = source.document.pages[0]
                yield of_span(source, page, link.start, link.start + max(1, len(link.text)))


def _best_first(source: Source, page: PageText, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Matches in the part that counts before those of banners and tickers, full numbers before short codes."""
    index = source.index.page(page.number)

    def rank(hit: re.Match[str]) -> tuple[bool, bool]:
        digits = sum(letter.isdigit() for letter in hit.group())
        return (not source.scope.holds(page.number, index.block_at(hit.start())), 0 < digits < 8)

    return sorted(pattern.finditer(page.text), key=rank)


def _maps(source: Source, channel: str, evidence: ItemEvidence) -> Iterable[Quote]:
    """A map frame, a link to a map service, or a picture called a map; quoted by what names it on the page."""
    hosts, words = evidence.terms("map_hosts"), evidence.terms("map_words")
    shows = (
        any(
            any(host in frame.url for host in hosts) or contains(frame.title + " " + frame.nearby, words)
            for frame in source.document.frames
        )
        or any(any(host in link.url for host in hosts) for link in source.document.links)
        or any(
            contains(f"{image.alt} {image.title} {image.nearby} {image.url}", (*words, "map"))
            for image in source.document.images
        )
        or any(marker.startswith("map") for marker in source.document.markers)
        or any(page.pictures and contains(page.text, words) for page in source.document.pages)
    )
    if not shows and not (source.document.kind == "image" and contains(source.text + source.fetch.link_text, words)):
        return
    for match in source.index.find(words):
        page = source.page(match.page)
        yield of_span(source, page, match.start, match.end)
    for page, number, block in source.blocks():
        if block.end - block.start >= 4:
            yield of_block(source, page, number)
