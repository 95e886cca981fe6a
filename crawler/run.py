"""Runs a crawl in a process of its own, so that its event loop, its memory and its crashes are not the caller's."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from crawler.jobs import AgencyReport, CrawlJob, CrawlReport
from crawler.settings import CrawlSettings

logger = logging.getLogger(__name__)

Progress = Callable[[dict[str, Any]], None]
_SECONDS_TO_STOP = 30.0


def crawl(
    jobs: Sequence[CrawlJob],
    store_folder: Path,
    settings: CrawlSettings | None = None,
    progress: Progress | None = None,
) -> CrawlReport:
    """Crawl these agencies into the evidence store in `store_folder`, whose runs must have been begun.

    `progress` gets events: `{"event": "stage" | "fetch" | "agency", "agency": code, "run_id": id, …}`. A child that
    dies leaves what it fetched in the store and a report that is not complete; starting again goes on from there.

    Raises:
        KeyboardInterrupt: the caller was interrupted; the child was told to stop first.
    """
    settings = settings or CrawlSettings()
    with tempfile.TemporaryDirectory(prefix="crawl-") as folder:
        job_file = Path(folder) / "jobs.json"
        job_file.write_text(json.dumps(_job_data(jobs, store_folder, settings), ensure_ascii=False), "utf-8")
        process = _start(job_file)
        try:
            with _Patience(process, settings.silence_seconds) as patience:
                done = _listen(process, progress or (lambda event: None), patience)
                code = process.wait()
        except BaseException:
            _stop(process)
            raise
        finally:
            _close(process)
    return _report(jobs, done, code, patience.lost)


class _Patience:
    """Ends a child that has told nothing for so many seconds: a crawl that hangs must not look like one that works."""

    def __init__(self, process: subprocess.Popen[str], seconds: float) -> None:
        self._process, self._seconds = process, seconds
        self._heard = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.lost = False

    def __enter__(self) -> _Patience:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def heard(self) -> None:
        """The child has told something."""
        self._heard = time.monotonic()

    def _watch(self) -> None:
        while not self._over.wait(min(5.0, self._seconds / 4)):
            if time.monotonic() - self._heard > self._seconds:
                self.lost = True
                self._process.kill()
                return


def _job_data(jobs: Sequence[CrawlJob], store_folder: Path, settings: CrawlSettings) -> dict[str, Any]:
    return {
        "store": str(store_folder.resolve()),
        "settings": settings.to_json(),
        "jobs": [job.to_json() for job in jobs],
    }


def _start(job_file: Path) -> subprocess.Popen[str]:
    """The child in a session of its own: an interrupt at the terminal reaches it once, through its parent."""
    here = str(Path(__file__).resolve().parent.parent)
    paths = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH", ""))))
    return subprocess.Popen(
        [sys.executable, "-m", "crawler", str(job_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1"},
        start_new_session=True,
    )


def _listen(process: subprocess.Popen[str], progress: Progress, patience: _Patience) -> list[AgencyReport] | None:
    """Pass on the child's events until it ends; its reports, None where it never gave them."""
    reports: list[AgencyReport] | None = None
    assert process.stdout is not None
    for line in process.stdout:
        patience.heard()
        try:
            event = json.loads(line)
        except ValueError:
            logger.warning("not understood from the crawl: %.200s", line)
            continue
        if event.get("event") == "done":
            reports = [AgencyReport(**data) for data in event["agencies"]]
        else:
            progress(event)
    return reports


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _close(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _report(jobs: Sequence[CrawlJob], done: list[AgencyReport] | None, code: int, lost: bool) -> CrawlReport:
    reports = {report.run_id: report for report in done or ()}
    missing = "the crawl process ended before this agency was finished"
    all_reports = tuple(
        reports.get(job.run_id) or AgencyReport(job.run_id, job.submission.agency.code, False, detail=missing)
        for job in jobs
    )
    if lost:
        return CrawlReport(False, all_reports, "the crawl told nothing for too long and was ended")
    detail = "" if done is not None and code == 0 else f"the crawl process ended with code {code}"
    return CrawlReport(not detail and all(report.complete for report in all_reports), all_reports, detail)
