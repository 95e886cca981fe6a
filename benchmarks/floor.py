"""The least work an audit could cost: bare Scrapy fetches each URL once, pypdfium2 reads each PDF once.

`python benchmarks/floor.py FILE`: FILE holds one URL a line. Prints how many bytes and PDF pages there were.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pypdfium2
import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

SETTINGS = {
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "RETRY_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "DOWNLOAD_TIMEOUT": 6,
}


class Floor(scrapy.Spider):
    """Fetches and forgets; what came is kept in `bodies`."""

    name = "floor"
    urls: tuple[str, ...] = ()
    bodies: tuple[list[bytes], ...] = ([],)

    async def start(self) -> AsyncIterator[Any]:
        for url in self.urls:
            yield scrapy.Request(url, callback=self.keep, dont_filter=True)

    def keep(self, response: Response) -> None:
        self.bodies[0].append(response.body)


def pdf_pages(body: bytes) -> int:
    """Read all text of a PDF; how many pages it had."""
    document = pypdfium2.PdfDocument(body)
    for page in document:
        page.get_textpage().get_text_bounded()
    return len(document)


def main() -> None:
    bodies: list[bytes] = []
    urls = tuple(Path(sys.argv[1]).read_text("utf-8").split())
    process = CrawlerProcess(SETTINGS)
    process.crawl(type("Run", (Floor,), {"urls": urls, "bodies": (bodies,)}))
    process.start()
    pages = sum(pdf_pages(body) for body in bodies if body.startswith(b"%PDF"))
    print(f"{len(bodies)} documents, {sum(map(len, bodies))} bytes, {pages} PDF pages")


if __name__ == "__main__":
    main()
