"""What a page needs besides its text to look as it looked: images, style sheets, and what those name in turn."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from crawler.urls import absolute

MOST = 80
"""So many images and styles of one page are kept."""
_TAG = re.compile(rb"<(img|link|input|source|body|table|td|th|image|base|embed)\b([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"([a-z][a-z:-]*)\s*=\s*(?:\"([^\"]{0,3000})\"|'([^']{0,3000})'|([^\s\"'>]{1,3000}))", re.IGNORECASE
)
_STYLE_URL = re.compile(rb"url\(\s*(?:\"([^\"]{1,2000})\"|'([^']{1,2000})'|([^\s\"')]{1,2000}))\s*\)", re.IGNORECASE)
_IMPORT = re.compile(rb"@import\s+(?:\"([^\"]{1,2000})\"|'([^']{1,2000})')", re.IGNORECASE)
_PICTURES = ("src", "data-src", "data-original", "background", "href", "xlink:href")
_STYLES = ("stylesheet", "icon")


def of_page(body: bytes, url: str) -> list[str]:
    """The addresses of a page's images and styles, absolute, in their order, at most `MOST`.

    Looked for in the bytes, since a page that is hostile to parsers must not end the crawl.
    """
    base, found = url, []
    for tag, attributes in _tags(body):
        if tag == "base" and attributes.get("href"):
            base = absolute(url, attributes["href"]) or url
        elif tag == "link":
            if any(word in attributes.get("rel", "").lower() for word in _STYLES):
                found.append(attributes.get("href", ""))
        elif tag != "base":
            found += [attributes[name] for name in _PICTURES if attributes.get(name)]
            found += [part.split()[0] for part in attributes.get("srcset", "").split(",")[:1] if part.split()]
    found += of_style_texts(body)
    return _distinct(found, base)


def of_style(body: bytes, url: str) -> list[str]:
    """The addresses that a style sheet names: pictures, fonts, further sheets."""
    return _distinct(of_style_texts(body), url)


def of_style_texts(body: bytes) -> list[str]:
    """The same as they stand in the text."""
    found = [next(filter(None, groups)) for pattern in (_STYLE_URL, _IMPORT) for groups in pattern.findall(body)]
    return [_text(each).strip("\"' ") for each in found]


def _tags(body: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    for name, rest in _TAG.findall(body):
        values = {key.lower().decode("latin-1"): _text(a or b or c) for key, a, b, c in _ATTRIBUTE.findall(rest)}
        yield name.lower().decode("latin-1"), values


def _text(raw: bytes) -> str:
    try:
        return html.unescape(raw.decode("utf-8")).strip()
    except UnicodeDecodeError:
        return html.unescape(raw.decode("cp874", "replace")).strip()


def _distinct(found: list[str], base: str) -> list[str]:
    whole = (absolute(base, each) for each in found if each and not each.lower().startswith(("data:", "#", "about:")))
    return [url for url in dict.fromkeys(whole) if url][:MOST]
