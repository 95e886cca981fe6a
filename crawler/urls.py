"""What a URL typed by a person means: cleaned, made requestable, compared, and placed on or off an agency's site."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

import tldextract
from w3lib.url import safe_url_string

DOCUMENT_SUFFIXES = (
    ".pdf",
    ".doc",
    ".docx",
    ".xls",
    ".xlsx",
    ".ppt",
    ".pptx",
    ".odt",
    ".ods",
    ".csv",
    ".rtf",
    ".zip",
    ".rar",
    ".7z",
)
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff")
OTHER_SUFFIXES = (".css", ".js", ".ico", ".svg", ".mp4", ".mp3", ".avi", ".mov", ".wmv", ".apk", ".exe", ".xml", ".rss")

_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff\u00ad\x00-\x1f\x7f]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_WRAPPERS = "\"'“”‘’«»<>()[]{}"
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):")
_BROKEN_SCHEME = re.compile(
    r"^(?:h?t{1,3}ps?|https?)\s*[:;.]?\s*/{1,4}\s*|^https?\s*[:;]\s*(?=[A-Za-z0-9])", re.IGNORECASE
)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_SESSION_KEYS = frozenset(
    (
        "phpsessid",
        "jsessionid",
        "aspsessionid",
        "sessionid",
        "session_id",
        "cfid",
        "cftoken",
        "fbclid",
        "gclid",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_term",
        "utm_content",
    )
)
_MAYBE_SESSION = frozenset(("sid", "s", "session", "token", "oscsid", "zenid", "ssid", "_s"))
_RANDOM = re.compile(r"(?=.*\d)(?=.*[a-z])[0-9a-z]{20,}", re.IGNORECASE)
_HOME_PATH = re.compile(
    r"^/?(?:(?:th|en|web|home|main|site|public_html)/?)?(?:(?:index|home|main|default)(?:\.\w{2,5})?)?/?$",
    re.IGNORECASE,
)
_KEPT = "!$&'()*+,;=:@-._~/"


def clean(text: str) -> str:
    """An absolute http(s) URL from what a person pasted; "" where there is none in it.

    Removes invisible and wrapping characters, turns full-width letters and backslashes into plain ones, mends the
    scheme (missing, `//host`, `htp:/`, `http;//`), drops the fragment and session ids. Thai stays Thai.
    """
    text = _INVISIBLE.sub("", text.translate(_FULL_WIDTH)).strip().strip(_WRAPPERS).strip()
    text = text.replace("\\", "/")
    if not text:
        return ""
    text = _with_scheme(text)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not _could_be_host(host):
        return ""
    netloc = f"[{host}]" if ":" in host else host
    netloc += f":{port}" if port and port != {"http": 80, "https": 443}[parts.scheme] else ""
    path = _SESSION_IN_PATH.sub("", parts.path) or "/"
    return urlunsplit((parts.scheme, netloc, path.strip(), _without_session(parts.query), ""))


def _with_scheme(text: str) -> str:
    if re.match(r"^https?://[^/]", text, re.IGNORECASE):
        return text
    if text.startswith("//"):
        return "http://" + text.lstrip("/")
    broken = _BROKEN_SCHEME.match(text)
    if broken:
        scheme = "https" if "s" in broken.group(0).lower() else "http"
        return f"{scheme}://" + text[broken.end() :].lstrip("/")
    other_scheme = _SCHEME.match(text)
    if other_scheme and not re.match(r"^[^/:]+:\d{1,5}(?:/|$)", text):
        return text
    return "http://" + text.lstrip("/")


def _could_be_host(host: str) -> bool:
    if not host or re.search(r"[\s/\\?#%<>|^`{}]", host):
        return False
    return "." in host or ":" in host or host == "localhost" or host.isdigit() or host.lower().startswith("0x")


def _without_session(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _is_session(*pair.partition("=")[::2]))


def _is_session(name: str, value: str) -> bool:
    """Whether a parameter names a visit; `sid` also names sections, so its value must look random."""
    name = name.lower()
    return name in _SESSION_KEYS or (name in _MAYBE_SESSION and bool(_RANDOM.fullmatch(value)))


def is_fetchable(url: str) -> bool:
    """Whether this absolute link is one the crawler may ask for: http or https with a host."""
    return url[:7].lower() == "http://" or url[:8].lower() == "https://"


@lru_cache(maxsize=50_000)
def requestable(url: str, encoding: str = "utf-8") -> str:
    """The ASCII form that goes over the wire: host in IDNA, path in UTF-8, query in the page's encoding."""
    try:
        return safe_url_string(url.strip(), encoding=encoding)
    except (UnicodeError, ValueError):
        return safe_url_string(url.strip(), encoding="utf-8")


@lru_cache(maxsize=50_000)
def key(url: str) -> str:
    """The same for two spellings of one URL (case of host, percent-encoding, default port, fragment, session ids)."""
    cleaned = clean(url) or url
    try:
        parts = urlsplit(requestable(cleaned))
    except ValueError:
        return cleaned
    path = quote(unquote_to_bytes(parts.path), safe=_KEPT)
    query = quote(unquote_to_bytes(parts.query), safe=_KEPT + "?")
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path or "/", query, ""))


def absolute(base: str, link: str) -> str:
    """`link` as it stands in page `base`, absolute, without fragment; "" where it is no web link."""
    try:
        joined = urljoin(base, link.strip().replace("\\", "/"))
    except ValueError:
        return ""
    return clean(joined) if is_fetchable(joined) else ""


def host_of(url: str) -> str:
    """The host of a URL in lower case, without port; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=20_000)
def registered_domain(host: str) -> str:
    """The part of a host that was registered (`www.tambon.go.th` → `tambon.go.th`); the host itself for an address."""
    return _SUFFIXES(host).top_domain_under_public_suffix or host


def same_site(url: str, homepage: str) -> bool:
    """Whether `url` is on the main website whose home page is `homepage`.

    A home page on its own registered domain owns that whole domain. One that is a guest on somebody's domain
    (`75010020.provider.go.th`) owns its own host and what is under it. For bare addresses the port counts too.
    """
    host, home = host_of(url), host_of(homepage)
    if not host or not home:
        return False
    bare_home = home.removeprefix("www.")
    if bare_home == host.removeprefix("www."):
        return not _is_literal(home) or port_of(url) == port_of(homepage)
    if _is_literal(home):
        return False
    if registered_domain(home) == bare_home:
        return registered_domain(host) == bare_home
    return host.endswith("." + bare_home)


def _is_literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit() or host == "localhost"


def port_of(url: str) -> int:
    """The port of a URL, that of its scheme where it names none."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def is_home(url: str, homepage: str) -> bool:
    """Whether `url` is just another spelling of the home page (`/`, `/index.php`, with or without www)."""
    if key(url) == key(homepage):
        return True
    if not same_site(url, homepage) or host_of(url).removeprefix("www.") != host_of(homepage).removeprefix("www."):
        return False
    parts = urlsplit(url)
    return not parts.query and (bool(_HOME_PATH.match(parts.path)) or _path(url) == _path(homepage))


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")


def suffix(url: str) -> str:
    """The file ending of the URL's path (or of a file named in its query) in lower case with the dot, "" for none."""
    parts = urlsplit(url)
    in_path, in_query = (_ending(text) for text in (parts.path.rstrip("/"), parts.query))
    return in_query if in_query in DOCUMENT_SUFFIXES + IMAGE_SUFFIXES else in_path


def _ending(text: str) -> str:
    found = re.search(r"\.([A-Za-z0-9]{2,5})$", text)
    return "." + found.group(1).lower() if found else ""


def is_document(url: str) -> bool:
    """Whether the URL's ending says it is a file to read rather than a page."""
    return suffix(url) in DOCUMENT_SUFFIXES


def is_image(url: str) -> bool:
    """Whether the URL's ending says it is a picture."""
    return suffix(url) in IMAGE_SUFFIXES


def is_page(url: str) -> bool:
    """Whether the URL may well be a web page: not a document, a picture, or something that is never read."""
    return suffix(url) not in DOCUMENT_SUFFIXES + IMAGE_SUFFIXES + OTHER_SUFFIXES


def other_addresses(url: str) -> list[str]:
    """The same page under the other scheme and with or without www, best guess first."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _is_literal(host):
        return [_swap(parts, scheme=_other_scheme(parts))] if parts.port is None else []
    toggled = host.removeprefix("www.") if host.startswith("www.") else "www." + host
    return [_swap(parts, scheme=_other_scheme(parts)), _swap(parts, host=toggled)]


def _other_scheme(parts: SplitResult) -> str:
    return "http" if parts.scheme == "https" else "https"


def _swap(parts: SplitResult, scheme: str = "", host: str = "") -> str:
    netloc = host or parts.hostname or ""
    netloc += f":{parts.port}" if parts.port else ""
    return urlunsplit((scheme or parts.scheme, netloc, parts.path, parts.query, ""))


def thai_spellings(url: str) -> list[str]:
    """The URL with its Thai letters percent-encoded in the other of UTF-8 and windows-874; empty without Thai letters.

    Old Thai web servers name files in windows-874; links copied from a browser come in UTF-8.
    """
    parts = urlsplit(requestable(url))
    found: list[str] = []
    raw = unquote_to_bytes(parts.path + ("?" + parts.query if parts.query else ""))
    if not any(byte >= 0x80 for byte in raw):
        return []
    for source, target in (("utf-8", "cp874"), ("cp874", "utf-8")):
        try:
            other = raw.decode(source).encode(target)
        except UnicodeError:
            continue
        if other != raw:
            path, _, query = quote(other, safe=_KEPT + "?").partition("?")
            found.append(urlunsplit((parts.scheme, parts.netloc, path, query, "")))
            break
    return found
