"""A run as one WARC 1.1 file (ISO 28500): what was asked and answered, how pages look, and all that its judgement needs.

Beside the requests and answers stand resource records: `urn:view:<url>` (full-page pictures), `urn:dom:<url>` (pages as the
browser showed them), `urn:sha256:<hex>` (documents whose answer was not recorded) and one `urn:oit:run:<id>` (the run with
its submission and fetches as JSON).
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from evidence.records import Exchange
from evidence.store import EvidenceStore, Run
from oit.errors import InputError, OitError

FOLDER = "warc"
RUN_URN, VIEW_URN, DOM_URN, BLOB_URN = "urn:oit:run:", "urn:view:", "urn:dom:", "urn:sha256:"
_NAMESPACE = uuid.UUID("6f1c1f0e-7c55-5b2e-9b53-0d8f3a5f0c11")
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_FRAMING = frozenset(("content-length", "transfer-encoding", "content-encoding", "connection", "keep-alive"))
_LARGEST_ROW = 64 * 1024 * 1024


def warc_of_run(store: EvidenceStore, run_id: str, folder: Path | None = None) -> Path:
    """Write `<run id>.warc.gz` into `folder` (the store's `warc`) and return its path; the same run gives the same bytes.

    Holds the run's exchanges of both lanes with their requests, the images and styles of its submitted pages (also those
    fetched in an earlier run, when the page was the same) and the records named above. A body is stored once; further
    answers with it are revisit records.

    Raises:
        KeyError: there is no such run.
        DamagedEvidence: a stored document is missing or damaged.
    """
    run = store.run(run_id)
    folder = folder or store.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{run_id}.warc.gz"
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            _Writer(store, run, file).write()
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    return target


def run_of_warc(file: Path, store: EvidenceStore) -> str:
    """Take the run in this WARC into a store (an empty one, as a rule), so that it can be judged again; its id.

    Raises:
        InputError: the file cannot be read, is no WARC of a run, or a document in it has another hash than it should.
    """
    bodies: set[str] = set()
    described: dict[str, Any] | None = None
    try:
        with file.open("rb") as stream:
            for uri, kind, payload in _payloads(stream):
                if uri.startswith(RUN_URN):
                    described = json.loads(payload[:_LARGEST_ROW])
                elif kind in ("response", "resource"):
                    bodies.add(store.blobs.put(payload))
    except (OSError, ArchiveLoadFailed, ValueError) as error:
        raise InputError(str(file), [f"cannot be read as a WARC: {error}"]) from error
    if described is None:
        raise InputError(str(file), [f"is no WARC of a run: it has no record {RUN_URN}…"])
    return _restore(file, described, bodies, store)


def _payloads(stream: BinaryIO) -> Iterator[tuple[str, str, bytes]]:
    for record in ArchiveIterator(stream, check_digests="raise"):
        uri = record.rec_headers.get_header("WARC-Target-URI") or ""
        yield uri, record.rec_type, record.raw_stream.read()


def _restore(file: Path, described: Mapping[str, Any], bodies: set[str], store: EvidenceStore) -> str:
    try:
        run, fetches = described["run"], described["fetches"]
        wanted = {row["sha256"] for row in fetches if row["sha256"]}
        missing = sorted(wanted - bodies)
        if missing:
            raise InputError(str(file), [f"lacks {len(missing)} documents of the run, {missing[0]} first"])
        for other in described["other_runs"]:
            store.restore_run(other["run"], other["fetches"])
        restored = store.restore_run(run, fetches)
        for notice in described["notices"]:
            store.add_notice(run["agency"], notice["date"], notice["text"])
        for review in described["reviews"]:
            store.add_review(run["agency"], run["framework"], **review)
    except (KeyError, TypeError) as error:
        raise InputError(str(file), [f"its record of the run lacks {error}"]) from error
    except InputError:
        raise
    except OitError as error:
        raise InputError(str(file), [str(error)]) from error
    return restored.id


class _Writer:
    """Writes one run's records in a fixed order."""

    def __init__(self, store: EvidenceStore, run: Run, file: BinaryIO) -> None:
        self._store, self._run = store, run
        self._writer = WARCWriter(file, gzip=True, warc_version="1.1")
        self._full: dict[str, tuple[str, str]] = {}
        self._written: set[int] = set()

    def write(self) -> None:
        self._information()
        exchanges = self._store.exchanges(self._run.id)
        captures = self._store.captures(self._run.id)
        earlier = {number for capture in captures for number in capture.assets} - {one.id for one in exchanges}
        for exchange in (*self._store.exchanges_by_id(earlier), *exchanges):
            self._exchange(exchange)
        fetches = self._store.fetches(self._run.id)
        for fetch in fetches:
            if fetch.sha256 and fetch.via == "browser":
                self._document(
                    DOM_URN + (fetch.final_url or fetch.url), fetch.sha256, "text/html; charset=utf-8", fetch
                )
        for url, sha256 in self._store.pictures(self._run.id).items():
            self._document(VIEW_URN + url, sha256, "image/png", None, again=True)
        for fetch in fetches:
            if fetch.sha256:
                self._document(BLOB_URN + fetch.sha256, fetch.sha256, fetch.content_type, fetch)
        self._describe()

    def _information(self) -> None:
        fields = {
            "software": f"oit-audit {self._run.software}",
            "format": "WARC File Format 1.1",
            "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "description": f"agency {self._run.agency}, fiscal year {self._run.framework}, run {self._run.id}",
        }
        record = self._writer.create_warcinfo_record(f"{self._run.id}.warc.gz", fields)
        record.rec_headers.replace_header("WARC-Record-ID", self._id("warcinfo"))
        record.rec_headers.replace_header("WARC-Date", _date(self._run.started_at))
        self._writer.write_record(record)

    def _exchange(self, exchange: Exchange) -> None:
        if exchange.id in self._written:
            return
        self._written.add(exchange.id)
        if exchange.status == 304 and exchange.sha256:
            self._original_of(exchange)
        headers = {"WARC-Date": _date(exchange.fetched_at), "WARC-Record-ID": self._id(f"response {exchange.id}")}
        if exchange.ip:
            headers["WARC-IP-Address"] = exchange.ip
        known = self._full.get(exchange.sha256) if exchange.sha256 else None
        bare = bool(known) or exchange.status == 304 or not exchange.sha256
        body = b"" if bare else self._store.blobs.get(exchange.sha256)
        http = _answer_headers(exchange, len(body))
        if known:
            not_modified = exchange.status == 304
            headers |= {
                "WARC-Profile": _NOT_MODIFIED if not_modified else _SAME_PAYLOAD,
                "WARC-Refers-To-Target-URI": known[0],
                "WARC-Refers-To-Date": known[1],
                "WARC-Payload-Digest": _digest(exchange.sha256),
            }
        elif not bare:
            headers["WARC-Payload-Digest"] = _digest(exchange.sha256)
            self._full[exchange.sha256] = (exchange.url, _date(exchange.fetched_at))
        kind = "revisit" if known else "response"
        self._record(exchange.url, kind, headers, body, http)
        self._request(exchange, headers["WARC-Record-ID"])

    def _original_of(self, exchange: Exchange) -> None:
        """The full answer that a 304 speaks of, from the run that brought it."""
        if exchange.sha256 not in self._full:
            found = self._store.last_good(exchange.agency, exchange.url)
            if found is not None and found.sha256 == exchange.sha256:
                self._exchange(found)

    def _request(self, exchange: Exchange, answer: str) -> None:
        headers = {
            "WARC-Date": _date(exchange.fetched_at),
            "WARC-Record-ID": self._id(f"request {exchange.id}"),
            "WARC-Concurrent-To": answer,
        }
        target = "/" + exchange.url.split("://", 1)[-1].partition("/")[2]
        first = f"{exchange.method} {target} {_protocol(exchange)}"
        asked = StatusAndHeaders(first, list(exchange.request_headers), is_http_request=True)
        self._record(exchange.url, "request", headers, b"", asked)

    def _document(self, uri: str, sha256: str, kind: str, fetch: Any, again: bool = False) -> None:
        if sha256 in self._full and not again:
            return
        at = _date(fetch.fetched_at if fetch is not None and fetch.fetched_at else self._run.started_at)
        self._full[sha256] = (uri, at)
        headers = {"WARC-Date": at, "WARC-Record-ID": self._id(uri), "WARC-Payload-Digest": _digest(sha256)}
        headers["Content-Type"] = kind or "application/octet-stream"
        self._record(uri, "resource", headers, self._store.blobs.get(sha256), None)

    def _describe(self) -> None:
        run, store = self._run, self._store
        notices = store.notices(run.agency)
        others = (
            [other for other in store.runs() if other.agency == run.agency and other.id != run.id] if notices else []
        )
        described = {
            "schema": "oit-warc-run/1",
            "run": store.run_row(run.id),
            "fetches": store.fetch_rows(run.id),
            "notices": notices,
            "reviews": store.reviews(run.agency, run.framework),
            "other_runs": [
                {"run": store.run_row(one.id), "fetches": _bare(store.fetch_rows(one.id))} for one in others
            ],
        }
        body = json.dumps(described, ensure_ascii=False, sort_keys=True).encode()
        headers = {
            "WARC-Date": _date(run.started_at),
            "WARC-Record-ID": self._id("run"),
            "Content-Type": "application/json",
        }
        self._record(RUN_URN + run.id, "resource", headers, body, None)

    def _record(self, uri: str, kind: str, headers: dict[str, str], body: bytes, http: StatusAndHeaders | None) -> None:
        record = self._writer.create_warc_record(
            uri, kind, payload=io.BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=headers,
            warc_content_type=headers.get("Content-Type", ""),
        )  # fmt: skip
        self._writer.write_record(record)

    def _id(self, name: str) -> str:
        return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, f'{self._run.id} {name}')}>"


def _bare(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows that tell when a host answered and hold no documents."""
    return [dict(row) | {"sha256": "", "screenshot": ""} for row in rows]


def _answer_headers(exchange: Exchange, length: int) -> StatusAndHeaders:
    """The answer's headers for the body as it is stored, unpacked and in one piece."""
    kept = [(name, value) for name, value in exchange.response_headers if name.lower() not in _FRAMING]
    moved = [
        (f"X-Archive-Orig-{name}", value)
        for name, value in exchange.response_headers
        if name.lower() in ("transfer-encoding", "content-encoding")
    ]
    status = f"{exchange.status} {exchange.reason}".strip()
    return StatusAndHeaders(status, [*kept, *moved, ("Content-Length", str(length))], protocol=_protocol(exchange))


def _protocol(exchange: Exchange) -> str:
    return exchange.protocol if exchange.protocol.startswith("HTTP/") else "HTTP/1.1"


def _digest(sha256: str) -> str:
    """The hash as WARC readers know it."""
    return "sha256:" + base64.b32encode(bytes.fromhex(sha256)).decode("ascii")


def hex_of_digest(digest: str) -> str:
    """The hex SHA-256 of a `WARC-Payload-Digest` written here."""
    return base64.b32decode(digest.removeprefix("sha256:")).hex()


def file_digest(file: Path) -> str:
    """SHA-256 of a written WARC, for the manifest of a pack."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _date(text: str) -> str:
    """ISO 8601 with offset as WARC wants it: UTC with `Z`."""
    moment = datetime.fromisoformat(text or "1970-01-01T00:00:00+00:00").astimezone(UTC)
    spec = "milliseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=spec) + "Z"
