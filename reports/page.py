"""Knows what all HTML pages of the project share: templates, language switch, safe links, and a policy without scripts.

Thai first with English beside it, chosen without a script. All text comes escaped from Jinja2, only http and https
addresses become links, and a page's own policy (CSP) forbids every script, picture and style but its own.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from reports import messages
from reports.messages import LANGUAGES
from reports.visible import address, plain

TEMPLATES = Path(__file__).parent / "templates"
_TEXT_FRAGMENT_LONGEST = 80
_TEXT_FRAGMENT_LIMIT = 160
_ADDRESS = re.compile(r"(https?://\S+)")
Pair = dict[str, str]
"""Text in both languages."""


def render(template: str, styles: tuple[str, ...], script: str = "", pictures: bool = False, **values: Any) -> str:
    """A template of `reports/templates` with the named style files, and at most one script of ours, within the page.

    The template is given `css`, `script` and `policy`, which allows just these two, and `pictures` of the page's own place.
    """
    css = "\n".join(_file(name) for name in styles)
    code = _file(script) if script else ""
    given = {"policy": _policy(css, code, pictures), "css": Markup(css), "script": Markup(code)}
    return _environment().get_template(template).render(**given, **values)


@cache
def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        t=_t, date=_date, pair=_both, link=_link, linked=_linked, href=_href, quote_href=_quote_href, paged=_paged
    )
    environment.filters.update(points=points, percent=_percent, shown=address, plain=plain)
    return environment


def _policy(css: str, script: str = "", pictures: bool = False) -> str:
    """The page's Content-Security-Policy: nothing from anywhere, one style and one script known by their hashes."""
    see = "img-src 'self' file:; " if pictures else ""
    run = f"script-src {_hash(script)}; " if script else ""
    return f"default-src 'none'; {see}{run}style-src {_hash(css)}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _t(id: str, **values: Any) -> Markup:
    """A sentence of messages.toml in both languages."""
    return _both(words(id, **values))


def words(id: str, **values: Any) -> Pair:
    """A sentence in both languages; an id that a newer result brings and nobody has words for stands for itself."""
    return messages.both(id, **values) if messages.known(id) else dict.fromkeys(LANGUAGES, id.partition(".")[2])


def _date(iso: str) -> Markup:
    """A day in both calendars: Buddhist Era in Thai, Gregorian in English."""
    return _both({lang: messages.be_date(iso, lang) for lang in LANGUAGES})


def _both(text: Mapping[str, str]) -> Markup:
    """Thai and English side by side; the style shows one of them."""
    if text["th"] == text["en"]:
        return escape(text["th"])
    return Markup('<span lang="th" class="th">{}</span><span lang="en" class="en">{}</span>').format(
        plain(text["th"]).replace("พ.ศ. ", "พ.ศ.\N{NO-BREAK SPACE}"), plain(text["en"])
    )


def _link(url: str, text: str = "") -> Markup:
    """An address as a link, or as mere text where it is not http or https."""
    target = _href(url)
    words = plain(text) or address(url)
    if not target:
        return Markup('<span class="url">{}</span>').format(words)
    attributes = Markup('class="url" href="{}" rel="noopener noreferrer nofollow" target="_blank"').format(target)
    return Markup("<a {}>{}</a>").format(attributes, words)


def _linked(text: str) -> Markup:
    """Text with the addresses in it made links."""
    return Markup("").join(_link(part) if _ADDRESS.fullmatch(part) else plain(part) for part in _ADDRESS.split(text))


def _href(url: str) -> str:
    """The address where it may be followed (http, https with a host), else nothing."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return (
        quote(url.strip(), safe="%/:?#[]@!$&'()*+,;=~") if parts.scheme in ("http", "https") and parts.hostname else ""
    )


def _quote_href(quoted: Mapping[str, Any]) -> str:
    """The address of a quote's place: the page of a PDF, or the words in a web page."""
    target = _href(quoted["url"])
    if not target or "#" in target:
        return target
    if _paged(quoted):
        return f"{target}#page={quoted['page']}"
    words = _text_fragment(quoted["text"])
    return f"{target}#:~:text={quote(words, safe='')}" if words else target


def _text_fragment(text: str) -> str:
    """The words by which a browser finds a quote in its page.

    Of one line only, since a browser finds no words across blocks, and whole, since it finds no parts of words: Thai
    has no blanks between them, so a long line is cut at a blank or not at all.
    """
    line = " ".join(max(text.splitlines() or [""], key=len).split())
    if len(line) <= _TEXT_FRAGMENT_LONGEST:
        return line
    start = line[:_TEXT_FRAGMENT_LONGEST].rpartition(" ")[0]
    return start or line[:_TEXT_FRAGMENT_LIMIT].partition(" ")[0]


def _paged(quoted: Mapping[str, Any]) -> bool:
    """Whether a quote's page number means something to a person: web pages and pictures have none."""
    return quoted["page"] > 1 or "pdf" in f"{quoted['reader']} {quoted['url']}".lower()


def points(value: float | None) -> str:
    return messages.seen("label.none") if value is None else f"{value:.2f}"


def _percent(value: float) -> str:
    return f"{value * 100:.0f}%"
