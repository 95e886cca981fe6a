"""The evidence store: the one door to the database of runs, fetches, texts, results, notices and reviews."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urljoin

from sqlite_utils import Database

from evidence.blobs import Blobs
from evidence.migrations import migrate
from evidence.records import Capture, Exchange, Fetch
from evidence.text import serial
from evidence.text.document import DocumentText
from oit.errors import OitError

DATABASE_NAME = "evidence.sqlite"
BLOBS_NAME = "blobs"
BUSY_SECONDS = 60.0
"""How long a writer waits for another process's write (SQLite has one writer at a time)."""

_BASE = "base"
_LISTS = ("items", "redirects")
_FLAGS = ("tls_unverified", "robots_override")
_HEADERS = ("request_headers", "response_headers")
_EXCHANGE_FIELDS = tuple(entry.name for entry in fields(Exchange))
_CAPTURE_FIELDS = tuple(entry.name for entry in fields(Capture))
_RUN_FIELDS = (
    *("id", "agency", "framework", "as_of", "submission", "submission_sha256", "software", "criteria_sha256"),
    *("started_at", "finished_at", "complete", "stats"),
)
_TEMPLATE_LISTS = ("features", "places", "agencies")
_FETCH_FIELDS = tuple(entry.name for entry in fields(Fetch))


@dataclass(frozen=True, slots=True)
class Run:
    """One audit of one agency. `submission` is the `oit-submission/1` object; `finished_at` is empty while it runs."""

    id: str
    resumed: bool
    agency: str
    framework: int
    as_of: str
    submission: Mapping[str, Any]
    software: str
    criteria_sha256: str
    started_at: str
    finished_at: str = ""
    complete: bool = False
    stats: Mapping[str, Any] = field(default_factory=dict)


class EvidenceStore:
    """All that was fetched, read, judged and decided, in one folder. Rows are added, never changed.

    Any number of processes may read while one writes; killing one at any moment loses at most the row in flight.
    """

    def __init__(self, folder: Path, database: Database, now: Callable[[], datetime]) -> None:
        self.folder = folder
        self.blobs = Blobs(folder / BLOBS_NAME)
        self._db = database
        self._now = now

    @classmethod
    def open(cls, folder: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> EvidenceStore:
        """Open the store in that folder, making it or bringing it up to date as needed.

        Raises:
            OitError: the folder cannot be written, or a newer version of the software made it.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            database = _connect(folder / DATABASE_NAME)
        except (OSError, sqlite3.Error) as error:
            raise OitError(f"the evidence store {folder} cannot be opened: {error}") from error
        return cls(folder, database, now)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> EvidenceStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def stamp(self) -> str:
        """The present moment in UTC, as the store writes it."""
        return self._now().isoformat(timespec="seconds")

    # Runs

    def begin_run(
        self, submission_json: Mapping[str, Any], as_of: str, software: str = "", criteria_sha256: str = ""
    ) -> Run:
        """Start a run, or take up the unfinished one of the same agency, same submission and same `as_of`."""
        body = _dump(submission_json)
        sha256 = hashlib.sha256(body.encode()).hexdigest()
        agency = submission_json["agency"]["code"]
        started = self._now()
        row = {
            "id": f"{started:%Y%m%dT%H%M%S}-{agency}-{secrets.token_hex(3)}",
            "agency": agency,
            "framework": submission_json["framework"],
            "as_of": as_of,
            "submission": body,
            "submission_sha256": sha256,
            "software": software,
            "criteria_sha256": criteria_sha256,
            "started_at": started.isoformat(timespec="seconds"),
        }
        with self._writing():
            same = "agency = ? and submission_sha256 = ? and as_of = ? and finished_at is null"
            if unfinished := self._runs_where(same, [agency, sha256, as_of]):
                return unfinished[-1]
            self._db.table("runs").insert(row)
        return replace(self.run(row["id"]), resumed=False)

    def restore_run(self, row: Mapping[str, Any], fetches: Iterable[Mapping[str, Any]]) -> Run:
        """Take in a run of another store, as `run_row` and `fetch_rows` gave it, under its own id.

        Raises OitError where a run of that id is here already, or the rows are not what they should be.
        """
        if self._runs_where("id = ?", [row.get("id")]):
            raise OitError(f"the run {row.get('id')} is in this store already")
        try:
            with self._writing():
                self._db.table("runs").insert({name: row[name] for name in _RUN_FIELDS})
                for fetch in fetches:
                    self._db.table("fetches").insert({name: fetch[name] for name in _FETCH_FIELDS})
        except (KeyError, TypeError, AttributeError, sqlite3.Error) as error:
            raise OitError(f"the rows of the run cannot be taken in: {error!r}") from error
        return self.run(row["id"])

    def run_row(self, run_id: str) -> dict[str, Any]:
        """A run as it stands in the database, for `restore_run`. Raises KeyError."""
        self.run(run_id)
        return next(dict(row) for row in self._db.query("select * from runs where id = ?", [run_id]))

    def fetch_rows(self, run_id: str) -> list[dict[str, Any]]:
        """A run's fetches as they stand in the database, without their numbers."""
        return [_fetch_row(fetch) for fetch in self.fetches(run_id)]

    def amend_run(self, run_id: str, submission_json: Mapping[str, Any]) -> Run:
        """Put a submission in the place of an unfinished run's own: a self-check knows its answers only after a search.

        Raises:
            KeyError: there is no such run. ValueError: it is finished.
        """
        if self.run(run_id).finished_at:
            raise ValueError(f"run {run_id} is finished")
        body = _dump(submission_json)
        changes = {"submission": body, "submission_sha256": hashlib.sha256(body.encode()).hexdigest()}
        with self._writing():
            self._db.table("runs").update(run_id, changes)
        return self.run(run_id)

    def finish_run(
        self,
        run_id: str,
        complete: bool,
        stats: Mapping[str, Any] | None = None,
        *,
        result: Mapping[str, Any] | None = None,
        finished_at: str = "",
    ) -> Run:
        """Close a run, together with its result if one is given, so that no run is ever finished without it.

        `complete`: every submitted URL has an outcome and no stage was cut short. `finished_at`: now, if left empty.

        Raises:
            KeyError: there is no such run.
        """
        finished_at = finished_at or self.stamp()
        changes = {"finished_at": finished_at, "complete": int(complete), "stats": _dump(stats or {})}
        with self._writing():
            self._db.table("runs").update(self.run(run_id).id, changes)
            if result is not None:
                self._db.table("results").insert(_result_row(run_id, result, finished_at))
        return self.run(run_id)

    def run(self, run_id: str) -> Run:
        """The run of that id. Raises KeyError."""
        found = self._runs_where("id = ?", [run_id])
        if not found:
            raise KeyError(run_id)
        return found[0]

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        return self._runs_where("1", [])

    def latest_run(self, agency_code: str, framework: int | None = None) -> Run | None:
        """The agency's newest run (of that year) that has a result; where none has one, the newest."""
        found = self._runs_where("agency = ? and framework = coalesce(?, framework)", [agency_code, framework])
        preferred = [run for run in found if run.finished_at or self.result(run.id) is not None] or found
        return preferred[-1] if preferred else None

    def agencies(self) -> list[str]:
        """Codes of all agencies that have a run, in order."""
        return [row["agency"] for row in self._db.query("select distinct agency from runs order by agency")]

    # Fetches

    def add_fetch(self, fetch: Fetch) -> int:
        """Add one fetch; its bytes must have been put into `blobs` before. Returns the row's number."""
        return self.add_fetches([fetch])

    def add_fetches(self, fetches: Iterable[Fetch]) -> int:
        """Add several fetches, all or none. Returns the number of the last row (0 for none)."""
        last = 0
        with self._writing():
            for fetch in fetches:
                last = self._add("fetches", _fetch_row(fetch))
        return last

    def fetches(self, run_id: str) -> list[Fetch]:
        """All fetches of a run, in the order they were added."""
        return [_fetch(row) for row in self._db.query("select * from fetches where run_id = ? order by id", [run_id])]

    # What went over the wire

    def add_exchange(self, exchange: Exchange) -> int:
        """Add one request with its answer; the body must have been put into `blobs` before. Returns its number."""
        row = asdict(exchange) | {name: _dump(getattr(exchange, name)) for name in _HEADERS}
        del row["id"]
        with self._writing():
            return self._add("exchanges", row)

    def exchanges(self, run_id: str) -> list[Exchange]:
        """All requests and answers of a run, in the order they came."""
        return self._exchanges_where("run_id = ? order by id", [run_id])

    def exchanges_by_id(self, ids: Iterable[int]) -> list[Exchange]:
        """Those of these numbers, in their order."""
        wanted = sorted(set(ids))
        return self._exchanges_where(f"id in ({','.join('?' * len(wanted))}) order by id", wanted)

    def last_good(self, agency: str, url: str) -> Exchange | None:
        """The newest answer with status 200 to this request of the agency's crawls that can be asked for conditionally
        (it has an ETag or Last-Modified) and whose body is stored; None where there is none."""
        found = self._exchanges_where(
            "agency = ? and url = ? and via = 'http' and status = 200 and sha256 <> '' order by id desc limit 1",
            [agency, url],
        )
        usable = [one for one in found if one.header("ETag") or one.header("Last-Modified")]
        return next((one for one in usable if one.sha256 in self.blobs), None)

    def add_capture(self, capture: Capture) -> None:
        """Keep what a submitted page is made of and looks like."""
        self._insert("captures", asdict(capture) | {"assets": _dump(capture.assets)})

    def captures(self, run_id: str) -> list[Capture]:
        """The captures of a run's submitted pages, one for each URL."""
        query = "select * from captures where run_id = ? order by id"
        return [_capture(row) for row in self._db.query(query, [run_id])]

    def capture_of(self, agency: str, sha256: str) -> Capture | None:
        """The newest capture of a page of the agency with this content, from whatever run."""
        query = "select * from captures where agency = ? and sha256 = ? order by id desc limit 1"
        return next((_capture(row) for row in self._db.query(query, [agency, sha256])), None)

    def pictures(self, run_id: str) -> dict[str, str]:
        """Full-page pictures of a run's pages: sha256 of the picture by URL as submitted."""
        pictures = {fetch.url: fetch.screenshot for fetch in self.fetches(run_id) if fetch.screenshot}
        return pictures | {capture.url: capture.picture for capture in self.captures(run_id) if capture.picture}

    # Texts

    def put_text(self, sha256: str, reader_version: str, document: DocumentText, url: str = "") -> None:
        """Keep what a version of the readers made of a document, in place of what it made of it before.

        `url`: where a web page stood. The same bytes at two places have other links, so each place has its text.
        """
        base = _base(url) if document.kind == "html" else ""
        if base:
            known = self._text(sha256, reader_version)
            document = replace(document, metadata={**document.metadata, _BASE: base})
            if known is not None and _at_another_place(known, base):
                reader_version += f"@{base}"
        row = {"sha256": sha256, "reader_version": reader_version, "kind": document.kind, "outcome": document.outcome}
        self._insert("texts", row | {"body": zlib.compress(serial.to_json(document))}, replace=True)

    def get_text(self, sha256: str, reader_version: str, url: str = "") -> DocumentText | None:
        """What that version of the readers made of the document (standing at `url`, if it is given), or None if it has
        not read it."""
        found = self._text(sha256, reader_version)
        base = _base(url)
        if found is not None and base and _at_another_place(found, base):
            return self._text(sha256, f"{reader_version}@{base}")
        return found

    def latest_text(self, sha256: str) -> DocumentText | None:
        """What the readers made of the document when it was last read, of whatever version they were; None where it was
        never read, or in a form this program no longer knows."""
        query = "select body from texts where sha256 = ? order by rowid desc limit 1"
        rows = list(self._db.query(query, [sha256]))
        try:
            return serial.from_json(zlib.decompress(rows[0]["body"])) if rows else None
        except (KeyError, TypeError, ValueError):
            return None

    def _text(self, sha256: str, reader_version: str) -> DocumentText | None:
        query = "select body from texts where sha256 = ? and reader_version = ?"
        rows = list(self._db.query(query, [sha256, reader_version]))
        return serial.from_json(zlib.decompress(rows[0]["body"])) if rows else None

    def has_text(self, sha256: str, reader_version: str) -> bool:
        """Whether that version of the readers has read the document."""
        query = "select 1 as one from texts where sha256 = ? and reader_version = ?"
        return any(self._db.query(query, [sha256, reader_version]))

    # Site templates

    def site_templates(self) -> list[dict[str, Any]]:
        """What is known of websites built alike: `id`, `features`, `places` by item slug, `agencies`."""
        rows = self._db.query("select id, features, places, agencies from site_templates order by id")
        return [{"id": row["id"]} | {name: json.loads(row[name]) for name in _TEMPLATE_LISTS} for row in rows]

    def put_site_template(self, template: Mapping[str, Any]) -> None:
        """Keep a template in place of what was known of it before."""
        row = {"id": template["id"], "updated_at": self.stamp()}
        self._insert("site_templates", row | {name: _dump(template[name]) for name in _TEMPLATE_LISTS}, replace=True)

    # Results, notices, reviews

    def put_result(self, run_id: str, result: Mapping[str, Any]) -> None:
        """Keep a judgement of a run (`oit-result/1`); earlier ones stay in the database."""
        self._insert("results", _result_row(run_id, result, self.stamp()))

    def result(self, run_id: str) -> dict[str, Any] | None:
        """The newest judgement of a run, or None."""
        query = "select body from results where run_id = ? order by id desc limit 1"
        return next((json.loads(row["body"]) for row in self._db.query(query, [run_id])), None)

    def add_notice(self, agency: str, date: str, text: str = "") -> None:
        """Record that the agency was told on that day (ISO date) that its site is down."""
        self._insert("notices", {"agency": agency, "date": date, "text": text, "recorded_at": self.stamp()})

    def notices(self, agency: str) -> list[dict[str, Any]]:
        """The agency's notices, by date: `date`, `text`, `recorded_at`."""
        query = "select date, text, recorded_at from notices where agency = ? order by date, id"
        return list(self._db.query(query, [agency]))

    def add_review(self, agency: str, framework: int, item: str, decision: str, reason: str, by: str, at: str) -> None:
        """Record a reviewer's decision (`met`, `not_met`, `excluded`) on one item."""
        row = {"item": item, "decision": decision, "reason": reason, "by": by, "at": at}
        self._insert("reviews", {"agency": agency, "framework": framework} | row)

    def reviews(self, agency: str, framework: int) -> list[dict[str, Any]]:
        """The reviews of an agency's year in the order they were made: `item`, `decision`, `reason`, `by`, `at`."""
        query = 'select item, decision, reason, "by", at from reviews where agency = ? and framework = ? order by id'
        return list(self._db.query(query, [agency, framework]))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction that waits its turn: a deferred one would fail at once where another process has written."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.rollback()
            raise
        self._db.commit()

    def _insert(self, table: str, row: Mapping[str, Any], *, replace: bool = False) -> None:
        with self._writing():
            self._add(table, row, "insert or replace" if replace else "insert")

    def _add(self, table: str, row: Mapping[str, Any], how: str = "insert") -> int:
        """Add a row in plain SQL, within a transaction, and return its number: rows come by the thousand, and
        `sqlite-utils` asks about the table's shape before each."""
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        done = self._db.execute(f'{how} into "{table}" ({names}) values ({marks})', list(row.values()))
        return int(done.lastrowid or 0)

    def _exchanges_where(self, condition: str, values: list[Any]) -> list[Exchange]:
        return [_exchange(row) for row in self._db.query(f"select * from exchanges where {condition}", values)]

    def _runs_where(self, condition: str, values: list[Any]) -> list[Run]:
        query = f"select * from runs where {condition} order by started_at, rowid"
        return [_run(row) for row in self._db.query(query, values)]


def _connect(path: Path) -> Database:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        database = Database(connection)
        database.enable_wal()
        database.execute("PRAGMA synchronous=NORMAL")
        migrate(database)
    except BaseException:
        connection.close()
        raise
    return database


def _run(row: Mapping[str, Any]) -> Run:
    return Run(
        id=row["id"],
        resumed=True,
        agency=row["agency"],
        framework=row["framework"],
        as_of=row["as_of"],
        submission=json.loads(row["submission"]),
        software=row["software"],
        criteria_sha256=row["criteria_sha256"],
        started_at=row["started_at"],
        finished_at=row["finished_at"] or "",
        complete=bool(row["complete"]),
        stats=json.loads(row["stats"] or "{}"),
    )


def _result_row(run_id: str, result: Mapping[str, Any], made_at: str) -> dict[str, Any]:
    return {"run_id": run_id, "made_at": made_at, "body": json.dumps(result, ensure_ascii=False)}


def _fetch_row(fetch: Fetch) -> dict[str, Any]:
    row = asdict(fetch)
    return row | {name: _dump(row[name]) for name in _LISTS} | {name: int(row[name]) for name in _FLAGS}


def _fetch(row: Mapping[str, Any]) -> Fetch:
    values = {name: row[name] for name in _FETCH_FIELDS}
    values |= {name: tuple(json.loads(row[name])) for name in _LISTS}
    values |= {name: bool(row[name]) for name in _FLAGS}
    return Fetch(**values)


def _base(url: str) -> str:
    """What relative links of a page at this address are taken from."""
    return urljoin(url, ".") if url else ""


def _at_another_place(document: DocumentText, base: str) -> bool:
    """Whether a page was read where its relative links led elsewhere."""
    return document.kind == "html" and document.metadata.get(_BASE, base) != base


def _exchange(row: Mapping[str, Any]) -> Exchange:
    pairs = {name: tuple((key, value) for key, value in json.loads(row[name])) for name in _HEADERS}
    return Exchange(**{name: row[name] for name in _EXCHANGE_FIELDS} | pairs)


def _capture(row: Mapping[str, Any]) -> Capture:
    return Capture(**{name: row[name] for name in _CAPTURE_FIELDS} | {"assets": tuple(json.loads(row["assets"]))})


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
