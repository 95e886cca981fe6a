"""Reads one document for a person who wants to see what the program sees: a file, or a page behind the guard."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler import CrawlJob, CrawlSettings, crawl
from evidence.records import Fetch
from evidence.store import EvidenceStore
from evidence.text.document import DocumentText
from evidence.text.isolate import Reader
from evidence.text.options import ReadOptions
from oit import criteria, submissions
from oit.errors import InputError, NotReadable
from oit.findings import Outcome
from oit.model import Agency, Answer, Submission

AGENCY = "read"


def read_target(target: str, crawl_settings: CrawlSettings, options: ReadOptions) -> DocumentText:
    """What is read in a file or behind an http(s) URL; its `outcome` says whether it could be read.

    Raises:
        InputError: there is no such file.
        NotReadable: the URL brought nothing; the message says why.
    """
    if target.startswith(("http://", "https://")):
        return _read_url(target, crawl_settings, options)
    path = Path(target)
    if not path.is_file():
        raise InputError(target, ["is neither a file nor an http(s) URL"])
    with Reader(jobs=1, options=options) as reader:
        return reader.submit(path, "", "").result()


def to_json(document: DocumentText) -> dict[str, Any]:
    """The object that `oit read --json` prints (contract section 3)."""
    pages = [
        {
            "number": page.number,
            "text": page.text,
            "quality": round(page.quality, 4),
            "reader": page.reader,
            "repairs": dict(page.repairs),
        }
        for page in document.pages
    ]
    return {"outcome": document.outcome, "detail": document.detail, "kind": document.kind, "pages": pages}


def _read_url(url: str, settings: CrawlSettings, options: ReadOptions) -> DocumentText:
    with tempfile.TemporaryDirectory(prefix="oit-read-") as folder, EvidenceStore.open(Path(folder)) as store:
        fetch = _fetch(url, store, settings)
        if fetch.outcome != Outcome.OK:
            raise NotReadable(f"{url}: {fetch.outcome}" + (f" ({fetch.detail})" if fetch.detail else ""))
        with Reader(jobs=1, options=options) as reader:
            path = store.blobs.path(fetch.sha256)
            return reader.submit(path, fetch.content_type, fetch.final_url or fetch.url).result()


def _fetch(url: str, store: EvidenceStore, settings: CrawlSettings) -> Fetch:
    """Fetch one URL as the crawler fetches a submitted one, and nothing that it leads to."""
    framework = criteria.load(criteria.years()[-1])
    answer = Answer(framework.items[0].code, True, (url,))
    submission = Submission(framework.year_be, Agency(AGENCY, AGENCY, "", "", url), (answer,))
    run = store.begin_run(submissions.to_json(submission), "")
    alone = replace(settings, walk=False, document_cap=0, list_cap=0, image_cap=0, item_cap=0)
    report = crawl([CrawlJob(run.id, submission, framework.year_be)], store.folder, alone)
    rows = [fetch for fetch in store.fetches(run.id) if fetch.purpose == "submitted"]
    if not rows:
        raise NotReadable(f"{url}: was not fetched" + (f" ({report.detail})" if report.detail else ""))
    return next((fetch for fetch in reversed(rows) if fetch.outcome == Outcome.OK), rows[-1])
