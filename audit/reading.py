"""Reads one document for a person who wants to see what the program sees: a file, or a page behind the guard."""

from __future__ import annotations

import hashlib
import multiprocessing
import resource
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from audit import text_cache
from crawler import CrawlJob, CrawlSettings, crawl
from evidence.records import Fetch
from evidence.store import EvidenceStore
from evidence.text import dates, quality
from evidence.text.document import DocumentText, PageText
from evidence.text.isolate import Reader
from evidence.text.options import ReadOptions
from evidence.text.pdf_picture import page_pictures
from oit import criteria, submissions
from oit.errors import InputError, NotReadable
from oit.findings import Outcome
from oit.model import Agency, Answer, Submission

AGENCY = "read"
MOST_PICTURES = 60
PICTURE_BYTES = 12_000_000
"""Pages of a document that are drawn, and what their pictures may weigh together."""
PICTURE_SECONDS = 60.0
PICTURE_MEMORY = 2 * 1024**3
CELL_SHOWN = 40
ROWS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Seen:
    """A document as read, and JPEGs of its pages by number (empty where none were asked for or can be drawn)."""

    document: DocumentText
    pictures: dict[int, bytes]


def read_target(target: str, crawl_settings: CrawlSettings, options: ReadOptions, with_pictures: bool = False) -> Seen:
    """What is read in a file or behind an http(s) URL; the document's `outcome` says whether it could be read.

    Raises:
        InputError: there is no such file.
        NotReadable: the URL brought nothing; the message says why.
    """
    if target.startswith(("http://", "https://")):
        return _read_url(target, crawl_settings, options, with_pictures)
    path = Path(target)
    if not path.is_file():
        raise InputError(target, ["is neither a file nor an http(s) URL"])
    return _read_file(path, "", "", options, with_pictures)


def to_json(document: DocumentText) -> dict[str, Any]:
    """The object that `oit read --json` prints (contract section 3), with the tables and dates found."""
    pages = [
        {
            "number": page.number,
            "text": page.text,
            "quality": round(page.quality, 4),
            "reader": page.reader,
            "repairs": dict(page.repairs),
            "trouble": page.trouble,
            "doubtful": [list(span) for span in page.doubtful],
        }
        for page in document.pages
    ]
    tables = [
        {
            "page": table.page,
            "caption": table.caption,
            "header_rows": table.header_rows,
            "rows": [[cell.text for cell in row] for row in table.rows],
        }
        for table in document.tables
    ]
    found = [_date(page, mention) for page in document.pages for mention in dates.find(page.text)]
    return {
        "outcome": document.outcome,
        "detail": document.detail,
        "kind": document.kind,
        "title": document.title,
        "pages": pages,
        "tables": tables,
        "dates": found,
    }


def to_lines(document: DocumentText) -> Iterator[str]:
    """What `oit read` prints for people: each page with its figures, its text, its dates; the tables at the end."""
    for page in document.pages:
        yield _headline(page)
        yield page.text
        for mention in dates.find(page.text):
            date = _date(page, mention)
            meant = date["day"] or " – ".join(dict.fromkeys(month for month in (date["first"], date["last"]) if month))
            yield f"  [{date['role']} {date['kind']}] {date['text']} → {meant or date['year_be'] or '?'}"
        yield ""
    for number, table in enumerate(document.tables, start=1):
        size = f"{len(table.rows)} rows, {len(table.rows[0]) if table.rows else 0} columns"
        yield f"--- Table {number}, page {table.page}: {size}" + (f", {table.caption}" if table.caption else "")
        for row in table.rows[:ROWS_SHOWN]:
            yield " | ".join(" ".join(cell.text.split())[:CELL_SHOWN] for cell in row)
        if len(table.rows) > ROWS_SHOWN:
            yield f"(and {len(table.rows) - ROWS_SHOWN} rows more)"


def _headline(page: PageText) -> str:
    if not page.text.strip():
        grade = "no text"
    elif page.quality >= quality.GOOD:
        grade = "good"
    else:
        grade = "usable" if page.quality >= quality.USABLE else "poor"
    parts = [f"--- Page {page.number}", page.reader, f"quality {page.quality:.3f} ({grade})"]
    mended = " ".join(f"{family} {count}" for family, count in page.repairs.items() if family != "line_end")
    parts += [f"mended: {mended}"] if mended else []
    parts += [f"in doubt: {len(page.doubtful)}"] if page.doubtful else []
    return " · ".join([*parts, *([page.trouble] if page.trouble else [])])


def _date(page: PageText, mention: dates.DateMention) -> dict[str, Any]:
    first, last = (f"{month[0]}-{month[1]:02d}" if month else "" for month in (mention.first, mention.last))
    return {
        "page": page.number,
        "start": mention.start,
        "end": mention.end,
        "text": " ".join(page.text[mention.start : mention.end].split()),
        "kind": str(mention.kind),
        "role": str(mention.role),
        "year_be": mention.year_be,
        "year_to_be": mention.year_to_be,
        "first": first,
        "last": last,
        "day": mention.day.isoformat() if mention.day else "",
    }


def _read_file(path: Path, content_type: str, url: str, options: ReadOptions, with_pictures: bool) -> Seen:
    document = text_cache.known(_sha256(path), options)
    if document is None:
        with Reader(jobs=1, options=options) as reader:
            document = reader.submit(path, content_type, url).result()
        text_cache.keep(document, options)
    numbers = [page.number for page in document.pages[:MOST_PICTURES]]
    return Seen(document, _pictures(path, document.kind, numbers) if with_pictures and numbers else {})


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pictures(path: Path, kind: str, numbers: Sequence[int]) -> dict[int, bytes]:
    """The pages drawn in a child process; a document that breaks it has no pictures."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=_shut_in)
    try:
        return pool.submit(_draw, path, kind, numbers).result(PICTURE_SECONDS)
    except (BrokenProcessPool, TimeoutError, MemoryError, ValueError, OSError):
        return {}
    finally:
        for process in list((pool._processes or {}).values()):
            process.kill()
        pool.shutdown(wait=True, cancel_futures=True)


def _draw(path: Path, kind: str, numbers: Sequence[int]) -> dict[int, bytes]:
    return page_pictures(path.read_bytes(), kind, numbers, PICTURE_BYTES)


def _shut_in() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (PICTURE_MEMORY, PICTURE_MEMORY))


def _read_url(url: str, settings: CrawlSettings, options: ReadOptions, with_pictures: bool) -> Seen:
    with tempfile.TemporaryDirectory(prefix="oit-read-") as folder, EvidenceStore.open(Path(folder)) as store:
        fetch = _fetch(url, store, settings)
        if fetch.outcome != Outcome.OK:
            raise NotReadable(f"{url}: {fetch.outcome}" + (f" ({fetch.detail})" if fetch.detail else ""))
        path = store.blobs.path(fetch.sha256)
        return _read_file(path, fetch.content_type, fetch.final_url or fetch.url, options, with_pictures)


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
