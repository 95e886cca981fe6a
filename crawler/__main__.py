"""The crawl's own process: `python -m crawler JOBFILE` crawls a job file and tells how it goes in JSON lines."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess

from crawler.jobs import AgencyReport, CrawlJob
from crawler.settings import CrawlSettings, scrapy_settings


def main(arguments: list[str]) -> int:
    """Crawl a job file. Returns 0 when the crawl ran to its end (complete or not), 2 for a wrong call."""
    if len(arguments) != 1:
        print("usage: python -m crawler JOBFILE", file=sys.stderr)
        return 2
    data = json.loads(Path(arguments[0]).read_text("utf-8"))
    settings = CrawlSettings.from_json(data["settings"])
    tell = _teller()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    reports: list[AgencyReport] = []
    process = AsyncCrawlerProcess(scrapy_settings(settings))
    jobs = [CrawlJob.from_json(job) for job in data["jobs"]]
    process.crawl(
        "submission", jobs=jobs, store_folder=data["store"], crawl_settings=settings, tell=tell, reports=reports
    )
    process.start()
    tell({"event": "done", "agencies": [asdict(report) for report in reports]})
    return 0


def _teller() -> Callable[[dict[str, Any]], None]:
    """Writes events to what was standard output; anything else that prints goes to standard error."""
    sys.stdout.flush()
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(event: dict[str, Any]) -> None:
        try:
            channel.write(json.dumps(event, ensure_ascii=False) + "\n")
            channel.flush()
        except BrokenPipeError:
            os.kill(os.getpid(), signal.SIGTERM)

    return tell


def _end_with_parent() -> None:
    """Stop when the parent is gone: it holds the other end of standard input and never writes to it."""
    if os.isatty(0):
        return
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
