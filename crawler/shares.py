"""Where a file-sharing service keeps the file behind a link that shows its viewer."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit, urlunsplit

_ID = r"([A-Za-z0-9_-]{15,})"
_DRIVE_PATH = re.compile(rf"/(?:file/)?(?:u/\d+/)?d/{_ID}")
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


def is_share(url: str) -> bool:
    """Whether the link leads to a file-sharing service."""
    host = (urlsplit(url).hostname or "").lower()
    return host in _HOSTS or host.endswith(".sharepoint.com")


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
        query = (
            re.sub(r"(^|&)dl=0", r"\1dl=1", parts.query) if "dl=" in parts.query else f"{parts.query}&dl=1".lstrip("&")
        )
        return urlunsplit(("https", "www.dropbox.com", parts.path, query, ""))
    return ""


def _drive(path: str, query: str) -> str:
    in_path = _DRIVE_PATH.search(path)
    named = in_path.group(1) if in_path else (parse_qs(query).get("id") or [""])[0]
    if not re.fullmatch(_ID, named) or path.startswith("/drive/"):
        return ""
    return f"https://drive.usercontent.google.com/download?id={named}&export=download&confirm=t"
