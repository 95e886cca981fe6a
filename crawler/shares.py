"""Where services that show, share or publish files keep what is behind the link: files, listings, pages of books.

What of this a service documents and what is only observed is said in docs/crawling.md.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

_ID = r"([A-Za-z0-9_-]{15,})"
_DRIVE_PATH = re.compile(rf"/(?:file/)?(?:u/\d+/)?d/{_ID}")
_FOLDER = re.compile(rf"/drive/(?:u/\d+/)?(?:mobile/)?folders/{_ID}")
_DOCS = re.compile(rf"/(document|spreadsheets|presentation)/(?:u/\d+/)?d/(?!e/){_ID}")
_FORMATS = {"document": "export?format=pdf", "spreadsheets": "export?format=xlsx", "presentation": "export/pdf"}
_HOSTS = (
    "drive.google.com",
    "docs.google.com",
    "drive.usercontent.google.com",
    "www.dropbox.com",
    "dropbox.com",
    "1drv.ms",
    "onedrive.live.com",
)
_BOOK_HOSTS = re.compile(r"^(?:www\.|online\.)?(anyflip|pubhtml5|fliphtml5)\.com$")
_ISSUU = re.compile(r"^/([^/]+)/docs/([^/]+)")
_FLAGS = re.DOTALL | re.IGNORECASE
_CONFIRM = re.compile(rb"<form[^>]{0,400}\bid=[\"']download-form[\"'][^>]{0,400}>(.{0,8000}?)</form>", _FLAGS)
_ACTION = re.compile(rb"<form[^>]{0,800}\baction=[\"']([^\"']{1,1000})[\"']", _FLAGS)
_HIDDEN = re.compile(
    rb"<input[^>]{0,200}\bname=[\"']([^\"']{1,60})[\"'][^>]{0,200}\bvalue=[\"']([^\"']{0,300})[\"']", _FLAGS
)
_REST = re.compile(
    rb"<link[^>]{0,300}\bhref=[\"']([^\"']{0,800}(?:/wp-json/wp/v2/|rest_route=[^\"']{0,20}wp(?:/|%2F)v2(?:/|%2F))"
    rb"(?:pages|posts)(?:/|%2F)\d+)[\"']",
    re.IGNORECASE,
)
MOST_PAGES = 300


@dataclass(frozen=True, slots=True)
class Target:
    """Where to ask in place of a shared link. `page`: what comes is a web page, not the file itself."""

    url: str
    page: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """A published book: the address that lists its pages, and `text`, where page `{n}` stands as text ("" for nowhere)."""

    listing: str
    text: str = ""


def is_share(url: str) -> bool:
    """Whether the link leads to a file-sharing service."""
    host = (urlsplit(url).hostname or "").lower()
    return host in _HOSTS or host.endswith(".sharepoint.com")


def targets(url: str) -> Iterator[Target]:
    """Where to ask for what a shared link shows, best first; nothing for other links."""
    if found := direct(url):
        yield Target(found)
    elif urlsplit(url).hostname == "drive.usercontent.google.com":
        yield Target(url)
    folder = _FOLDER.search(urlsplit(url).path) if urlsplit(url).hostname == "drive.google.com" else None
    if folder:
        yield Target(f"https://drive.google.com/embeddedfolderview?id={folder.group(1)}", page=True)


def direct(url: str) -> str:
    """The address of the file itself, "" where the link is no share or its file has no address of its own."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host == "docs.google.com":
        found = _DOCS.search(parts.path)
        if found:
            kind, name = found.groups()
            return f"https://docs.google.com/{kind}/d/{name}/{_FORMATS[kind]}"
    if host in ("drive.google.com", "docs.google.com"):
        return _drive(parts.path, parts.query)
    if host in ("www.dropbox.com", "dropbox.com"):
        return urlunsplit(("https", "www.dropbox.com", parts.path, _with(parts.query, "dl", "1"), ""))
    if host.endswith(".sharepoint.com") and re.match(r"/:[a-eg-z]:/", parts.path):
        return urlunsplit(("https", host, parts.path, _with(parts.query, "download", "1"), ""))
    if host in ("1drv.ms", "onedrive.live.com"):
        token = base64.urlsafe_b64encode(url.encode()).decode("ascii").rstrip("=")
        return "/".join(("https://api.onedrive.com/v1.0/shares", f"u!{token}", "root", "content"))
    return ""


def _with(query: str, name: str, value: str) -> str:
    pairs = [pair for pair in query.split("&") if pair and pair.partition("=")[0] != name]
    return "&".join([*pairs, f"{name}={value}"])


def _drive(path: str, query: str) -> str:
    in_path = _DRIVE_PATH.search(path)
    named = in_path.group(1) if in_path else (parse_qs(query).get("id") or [""])[0]
    if not re.fullmatch(_ID, named) or path.startswith(("/drive/", "/embeddedfolderview")):
        return ""
    return f"https://drive.usercontent.google.com/download?id={named}&export=download&confirm=t"


def after_warning(body: bytes, url: str) -> str:
    """Where the button of Drive's page "cannot be scanned for viruses" leads, "" for any other page."""
    form = _CONFIRM.search(body[:200_000])
    action = _ACTION.search(form.group(0)) if form else None
    if form is None or action is None:
        return ""
    fields = [
        (name.decode("latin-1"), html.unescape(value.decode("latin-1")))
        for name, value in _HIDDEN.findall(form.group(1))
    ]
    target = urljoin(url, html.unescape(action.group(1).decode("latin-1")))
    return target.partition("?")[0] + "?" + urlencode(fields)


def _plain(raw: bytes) -> str:
    return html.unescape(raw.decode("latin-1"))


def book(url: str) -> Book | None:
    """The book behind a link of anyflip, pubhtml5, fliphtml5 or issuu."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    service = _BOOK_HOSTS.match(host)
    if service:
        names = [part for part in parts.path.split("/") if part]
        if len(names) < 2:
            return None
        root = f"https://online.{service.group(1)}.com/{names[0]}/{names[1]}"
        return Book(f"{root}/javascript/config.js", f"{root}/files/basic-html/page-{{n}}.html")
    if host.removeprefix("www.") == "issuu.com" and (named := _ISSUU.match(parts.path)):
        return Book(f"https://reader3.isu.pub/{named.group(1)}/{named.group(2)}/reader3_4.json")
    if host == "e.issuu.com":
        values = parse_qs(parts.query)
        if values.get("u") and values.get("d"):
            return Book(f"https://reader3.isu.pub/{values['u'][0]}/{values['d'][0]}/reader3_4.json")
    return None


def book_pages(listing: bytes, url: str) -> list[str]:
    """The pictures of a book's pages in order, from what its listing says; [] where it says nothing that is understood."""
    text = listing.decode("utf-8", "replace")
    start, end = text.find("{"), text.rfind("}")
    try:
        data: Any = json.loads(text[start : end + 1])
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict):
        document = data.get("document")
        pages = document.get("pages") if isinstance(document, dict) else data.get("fliphtml5_pages")
    else:
        found = re.search(r"fliphtml5_pages\"?\s*[:=]\s*(\[.*?\}\])", text, re.DOTALL)
        try:
            pages = json.loads(found.group(1)) if found else None
        except (ValueError, RecursionError):
            pages = None
    named = (_picture(page) for page in pages[:MOST_PAGES]) if isinstance(pages, list) else ()
    return [urljoin(url, name) for name in named if name]


def _picture(page: Any) -> str:
    if not isinstance(page, dict):
        return ""
    name = page.get("imageUri") or page.get("n") or page.get("l") or ""
    name = name[0] if isinstance(name, list) and name else name
    if not isinstance(name, str) or not name:
        return ""
    if page.get("imageUri"):
        return name if name.startswith("http") else f"https://{name}"
    return name if "/" in name else f"../files/large/{name}"


def rest_page(body: bytes, url: str) -> str:
    """Where a WordPress site keeps this page in its REST interface, as the page itself says; "" for nowhere."""
    found = _REST.search(body[:200_000])
    return urljoin(url, _plain(found.group(1))) if found else ""


def of_rest(body: bytes) -> bytes:
    """The page that a WordPress REST answer holds, as HTML; empty for anything else."""
    try:
        data = json.loads(body)
        title, content = data["title"]["rendered"], data["content"]["rendered"]
        base = data.get("link", "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return b""
    if not isinstance(title, str) or not isinstance(content, str) or not content.strip():
        return b""
    base = f"<base href='{html.escape(base)}'>" if isinstance(base, str) and base.startswith("http") else ""
    return (
        f"<!doctype html><html><head><meta charset='utf-8'>{base}<title>{title}</title></head>"
        f"<body><main><h1>{title}</h1>{content}</main></body></html>"
    ).encode("utf-8", "replace")
