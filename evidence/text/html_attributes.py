"""Attributes of web pages read as a browser and its scripts would use them: addresses, sizes, spans."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

FRAME_KEYS = ("src", "data-src", "data-lazy-src", "data-litespeed-src", "data", "data-url", "srcdoc-src")
EMBED_KEYS = frozenset(
    ("data-embed-open-url", "data-pdf", "data-pdf-url", "data-pdfurl", "data-file-url", "data-pdf-src", "source")
)
"""Attributes by which scripts are told which document to show in an element."""
FILE_NAME = re.compile(r"(?i)[\w\-. ()%]+\.(?:jpe?g|png|gif|webp|bmp|svg)")
DOCUMENT = re.compile(r"(?i)\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|zip|rar|csv)(?:$|[?#])|/download|drive\.google|/file/d/")
ADDRESS = re.compile(r"(?i)(?:https?:)?//|/|\.{0,2}/|[\w\-./%]+\.(?:php|html?|aspx?|pdf)\b")
_CALLS = re.compile(
    r"""(?ix)(?: location(?:\.href)?\s*= | location\.(?:assign|replace)\s*\( | \bopen\s*\( | href\s*=
        | \b\w{0,30}(?:popup|window|link|goto|url)\w{0,30}\s*\( )
    \s*["'`]([^"'`]{1,2000})["'`](?!\s*\+)"""
)
_BARE_ADDRESS = re.compile(
    r"""["'`]((?:https?:)?//[^"'`\s]{3,2000}|/[^"'`\s]{2,2000}|[\w\-./%]+\.(?:pdf|docx?|xlsx?|php|html?|aspx?)(?:\?[^"'`\s]*)?)["'`](?!\s*\+)"""
)
_PICTURE_KEYS = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-srcset",
    "data-bg",
    "data-image",
    "src",
    "srcset",
)
_NUMBER = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*$")
_STYLE_SIDE = {side: re.compile(rf"(?i)(?:^|;|\s){side}\s*:\s*(\d{{1,5}})(?:\.\d+)?px") for side in ("width", "height")}
_VIEWER_KEYS = (
    "pdf",
    "file",
    "url",
    "src",
    "pdffile",
    "swffile",
    "doc",
    "document",
    "fileurl",
    "pdfurl",
    "path",
    "link",
)
_DOCUMENT_KEYS = ("pdf", "pdffile", "swffile", "pdfurl")
"""Parameters that name a document whatever the page is called."""
_VIEWER = re.compile(
    r"(?i)viewer|flowpaper|pdfjs|pdf\.js|gview|view\.officeapps|/op/(?:embed|view)|flip|pdf-?embed|docview|preview"
    r"|readpdf|showpdf|viewpdf"
)
_INNER = re.compile(r"(?i)\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|csv|jpe?g|png)(?:$|[?#])")


def class_names(attributes: Mapping[str, str]) -> list[str]:
    """The class names of an element, at most twenty."""
    return str(attributes.get("class") or "").split()[:20]


def script_target(script: str) -> str:
    """The address a piece of script opens (`location.href='…'`, `window.open('…')`, a quoted address), or empty."""
    if not script or len(script) > 20_000:
        return ""
    call = _CALLS.search(script)
    if (
        call
        and not call.group(1).startswith(("#", "_"))
        and ("/" in call.group(1) or "." in call.group(1) or "?" in call.group(1))
    ):
        return call.group(1).strip()
    bare = _BARE_ADDRESS.search(script)
    return bare.group(1).strip() if bare else ""


def clean_url(url: str, base: str) -> str:
    """An absolute address from what stands in a page; control characters, blanks and backslashes as browsers take them.

    `mailto:`, `tel:`, `line:` and the like come back as they are; an address that cannot be parsed comes back empty.
    """
    url = re.sub(r"[\t\r\n\x00-\x1f]", "", url).strip()
    scheme = url.partition(":")[0].lower() if ":" in url[:24] else ""
    if (
        scheme
        and scheme not in ("http", "https", "ftp", "file")
        and re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme)
        and "/" not in scheme
    ):
        return url if not re.match(r"^[\w-]+(\.[\w-]+)+:\d+", url) else _join(base, url)
    head, question, tail = url.partition("?")
    url = head.replace("\\", "/") + question + tail
    url = re.sub(r"^(https?):/*(?=[^/])", r"\1://", url, flags=re.IGNORECASE)
    return _join(base, url.replace(" ", "%20"))


def _join(base: str, url: str) -> str:
    try:
        joined = urljoin(base, url) if base else url
        urlsplit(joined).port  # noqa: B018 — raises on a port that is no number
        return joined
    except ValueError:
        return ""


def picture_url(attributes: Mapping[str, str]) -> str:
    """The address of a picture; lazy-loading attributes go before the placeholder in `src`."""
    for key in _PICTURE_KEYS:
        value = str(attributes.get(key) or "").strip()
        if not value:
            continue
        if key.endswith("srcset"):
            value = _largest(value)
        if key == "src" or not value.startswith(("{", "[")):
            return value
    return ""


def picture_size(attributes: Mapping[str, str]) -> tuple[int, int]:
    """Width and height in pixels as the page states them (0: not stated)."""
    return _side(attributes, "width"), _side(attributes, "height")


def span(value: object, most: int) -> int:
    """A rowspan or colspan: 1 unless a number says more, `most` at most; 0 means all that is left."""
    text = str(value or "1").strip()
    number = int(text) if text.isdigit() and len(text) < 8 else 1
    return most if number == 0 else min(number, most)


def shaded(attributes: Mapping[str, str]) -> bool:
    """Whether a row or cell has its own background, as header rows of hand-made tables do."""
    style = str(attributes.get("style") or "").lower()
    colour = str(attributes.get("bgcolor") or "").lower() or style.partition("background")[2][:40]
    return bool(colour) and not re.search(r"(?i)#?fff(?:fff)?\b|white|transparent|none|inherit|initial", colour)


def viewer_target(url: str) -> str | None:
    """The document a viewer page shows (`viewer.html?file=…`, Google and Office viewers, FlowPaper), or None.

    Relative addresses are taken from the viewer's own. A viewer in a viewer is followed inwards, three times at most.
    """
    found = None
    for _ in range(3):
        inner = _viewer_step(found or url)
        if inner is None or inner == (found or url):
            break
        found = inner
    return found


def _viewer_step(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=False) + parse_qsl(parts.fragment, keep_blank_values=False)
    except ValueError:
        return None
    values = {key.lower(): value for key, value in pairs}
    viewer = bool(_VIEWER.search(parts.netloc + parts.path))
    for key in _VIEWER_KEYS:
        value = values.get(key, "").strip()
        if not value or value.lower().startswith(("javascript:", "data:", "blob:")):
            continue
        named = _INNER.search(value) and (viewer or key in _DOCUMENT_KEYS)
        if named or (viewer and "/" in value and "." in value):
            return clean_url(_decoded(value), url) or None
    return None


def _decoded(value: str) -> str:
    return unquote(value) if re.match(r"(?i)https?%3a", value) else value


def _largest(srcset: str) -> str:
    best, widest = "", -1.0
    for part in re.split(r",\s+", srcset):
        words = part.split()
        if words:
            size = (
                float(words[1][:-1])
                if len(words) > 1 and re.fullmatch(r"[\d.]{1,8}[wx]", words[1]) and words[1][:-1].count(".") < 2
                else 0.0
            )
            if size > widest:
                best, widest = words[0], size
    return best.rstrip(",")


def _side(attributes: Mapping[str, str], side: str) -> int:
    plain = _NUMBER.match(str(attributes.get(side) or ""))
    styled = _STYLE_SIDE[side].search(str(attributes.get("style") or ""))
    found = styled or plain
    return int(found.group(1)) if found else 0
