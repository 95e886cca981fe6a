"""Reads fetched pages once, in child processes, and keeps the text for all later stages."""

from __future__ import annotations

import asyncio
import re

from crawler.settings import CrawlSettings
from evidence.store import EvidenceStore
from evidence.text import READER_VERSION, ReadOptions
from evidence.text.document import DocumentText
from evidence.text.isolate import Reader

_HTML_START = re.compile(
    rb"^\s*(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body|title|meta|script|frameset|div|table)",
    re.IGNORECASE | re.DOTALL,
)
_NOT_HTML = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"Rar!",
    b"\x1f\x8b",
)


def is_html(body: bytes, content_type: str) -> bool:
    """Whether these bytes are a web page: by what they are first, by what the server says second."""
    if body.startswith(_NOT_HTML):
        return False
    if _HTML_START.match(body[:2048]):
        return True
    return "html" in content_type.lower()


class PageReading:
    """Reads pages for a crawl. `store` gets every text, so that nothing is parsed twice."""

    def __init__(self, store: EvidenceStore, settings: CrawlSettings) -> None:
        options = ReadOptions(ocr=False, seconds=settings.read_seconds, memory_mb=settings.read_memory_mb)
        self._reader = Reader(jobs=settings.readers, options=options)
        self._store = store

    async def __aenter__(self) -> PageReading:
        self._reader.__enter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._reader.__exit__, None, None, None)

    async def page(self, sha256: str, body: bytes, content_type: str, url: str) -> DocumentText:
        """The text of a web page with these bytes, from the store where they were read before."""
        known = self._store.get_text(sha256, READER_VERSION, url)
        if known is not None:
            return known
        document = await asyncio.wrap_future(self._reader.submit(body, content_type, url))
        self._store.put_text(sha256, READER_VERSION, document, url)
        return document

    def known(self, sha256: str, url: str) -> DocumentText | None:
        """What was read of these bytes at this address before, if they were."""
        return self._store.get_text(sha256, READER_VERSION, url) if sha256 else None
