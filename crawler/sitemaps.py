"""What a site map lists: pages, and further maps."""

from __future__ import annotations

import html
import re

from crawler.decompression import gunzip
from crawler.urls import clean

MOST_MAPS, MOST_PAGES = 5, 2000
_LARGEST = 20 * 1024 * 1024
_PLACE = re.compile(rb"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s][^<\]]{0,2000}?)\s*(?:\]\]>)?\s*</loc>", re.IGNORECASE)


def places(body: bytes) -> tuple[list[str], list[str]]:
    """The pages and the further maps that this map names, packed or not (sitemaps.org, protocol 0.9).

    Anything else, or a map larger than 20 MB, names nothing. At most `MOST_PAGES` and `MOST_MAPS`.
    """
    try:
        plain = gunzip(body, _LARGEST)
    except Exception:
        return [], []
    found = [clean(html.unescape(place.decode("utf-8", "replace"))) for place in _PLACE.findall(plain[:_LARGEST])]
    found = [url for url in dict.fromkeys(found) if url]
    if b"<sitemapindex" in plain[:4096]:
        return [], found[:MOST_MAPS]
    return found[:MOST_PAGES], []
