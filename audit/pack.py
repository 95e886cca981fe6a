"""Makes the evidence pack of a run: everything a reviewer needs to defend its verdicts, in one sealed ZIP file."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.drawing import Drawing
from audit.web_pictures import Sought, WebPictures
from crawler.urls import key as url_key
from evidence import seal
from evidence.bag import BagWriter, merkle_root
from evidence.records import Exchange, Fetch
from evidence.store import EvidenceStore, Run
from evidence.text import READER_VERSION
from evidence.text.document import DocumentText
from evidence.text.filetype import sniff
from evidence.warc import warc_of_run
from oit import criteria
from oit.errors import InputError
from oit.findings import Outcome
from oit.model import Framework
from reports import evidence_pack
from reports.evidence_pack import Exhibit, Kept, Marked, Picture

MOST_BYTES = 60_000_000
"""What originals, pictures and the WARC of one pack may weigh together; what is over it is named as left out."""
EXHIBITS_PER_ITEM = 12
QUOTES_PER_ELEMENT = 4
AROUND = 60
"""Letters before and after a quote by which its place on a web page is told from others with the same words."""
SCHEMA = "oit-pack/1"
_ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "text/csv": ".csv",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A pack that was made: its file, size, detached signature if signed, and what could not be put in."""

    file: Path
    bytes: int
    signature: Path | None
    documents: int
    left_out: int
    timestamped: bool


@dataclass
class _Room:
    """What is left of the size allowed."""

    left: int
    documents: dict[str, Kept] = field(default_factory=dict)

    def takes(self, size: int) -> bool:
        if size > self.left:
            return False
        self.left -= size
        return True


def make(
    store: EvidenceStore,
    agency: str,
    file: Path,
    *,
    framework: int | None = None,
    key: Ed25519PrivateKey | None = None,
    timestamp_url: str = "",
    most_bytes: int = MOST_BYTES,
    pictures: bool = True,
) -> Made:
    """Make the pack of the agency's latest run with a result.

    `key` signs the statement inside and the ZIP (`<file>.sig` beside it); `timestamp_url` names an RFC 3161 authority.
    A file is written whole or not at all.

    Raises:
        InputError: the store holds no such run, or the file cannot be written.
        DamagedEvidence: a stored document has another hash than it should.
        NoTimestamp: the authority gave no token.
    """
    run = store.latest_run(agency, framework)
    result = store.result(run.id) if run else None
    if run is None or result is None:
        year = f" of fiscal year {framework}" if framework else ""
        raise InputError(str(store.folder), [f"holds no finished audit of agency {agency}{year}"])
    form = criteria.load(result["framework"])
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}-", delete=False) as temporary:
            part = Path(temporary.name)
    except OSError as error:
        raise InputError(str(file), [f"cannot be written: {error.strerror}"]) from error
    try:
        room = _Room(most_bytes)
        bag = BagWriter(part, f"oit-{agency}-{result['framework']}")
        _fill(bag, store, run, result, form, room, key, pictures)
        stamped = _close(bag, run, result, key, timestamp_url)
        part.chmod(0o644)
        part.replace(file)
    except BaseException:
        with suppress(FileNotFoundError):
            part.unlink()
        raise
    signature = seal.sign_file(file, key) if key else None
    left_out = sum(1 for kept in room.documents.values() if not kept.path)
    return Made(file, file.stat().st_size, signature, len(room.documents) - left_out, left_out, stamped)


def _fill(
    bag: BagWriter,
    store: EvidenceStore,
    run: Run,
    result: Mapping[str, Any],
    form: Framework,
    room: _Room,
    key: Ed25519PrivateKey | None,
    pictures: bool,
) -> None:
    fetches = _by_hash(store.fetches(run.id))
    bag.add("result.json", _json(result))
    for name, data in _criteria(form.year_be):
        bag.add(f"criteria/{name}", data)
    _keep(_wanted(result), fetches, store, bag, room)
    with tempfile.TemporaryDirectory() as folder:
        warc = warc_of_run(store, run.id, Path(folder))
        warc_name = f"warc/{warc.name}" if room.takes(warc.stat().st_size) else ""
        if warc_name:
            bag.add(warc_name, warc.read_bytes())
    album = _Album(bag, store, run, fetches, room, pictures)
    with album:
        for entry in result["items"]:
            exhibits = album.exhibits(entry)
            html = evidence_pack.item_page(entry, result, form, exhibits, room.documents)
            bag.add(f"items/{entry['item']}.html", html.encode())
    about = {
        "documents": sum(1 for kept in room.documents.values() if kept.path),
        "left_out": [kept for kept in room.documents.values() if not kept.path],
        "warc": warc_name,
        "fingerprint": seal.fingerprint(key.public_key()) if key else "",
    }
    bag.add("index.html", evidence_pack.index(result, form, about).encode())
    bag.add("about.json", _json(_about(run, result, room)))


def _close(
    bag: BagWriter, run: Run, result: Mapping[str, Any], key: Ed25519PrivateKey | None, timestamp_url: str
) -> bool:
    """Seal the bag; whether it carries a timestamp."""
    said = {
        "agency": run.agency,
        "framework": result["framework"],
        "run": run.id,
        "as_of": result["run"]["as_of"],
        "finished_at": result["run"]["finished_at"],
        "software": result["run"]["software"],
    }
    stated = seal.statement(said, bag.manifest(), bag.payload, key.public_key() if key else None)
    tags = {seal.STATEMENT: stated, "index.html": _DOOR}
    if key:
        tags[seal.SIGNATURE] = seal.sign(stated, key)
    if timestamp_url:
        tags[seal.TIMESTAMP] = seal.timestamp(stated, timestamp_url)
    bag.close(
        tags,
        {
            "Source-Organization": result["agency"]["name"],
            "External-Identifier": run.id,
            "External-Description": f"OIT {result['framework']} evidence of agency {run.agency}",
            "Bagging-Date": result["run"]["finished_at"][:10],
            "Bag-Software-Agent": f"oit {result['run']['software']}",
            "Merkle-Root": merkle_root(bag.payload),
        },
    )
    return bool(timestamp_url)


_DOOR = (
    b'<!DOCTYPE html><html lang="th"><head><meta charset="utf-8"><title>OIT</title>'
    b'<meta http-equiv="refresh" content="0; url=data/index.html"></head>'
    b'<body><p><a href="data/index.html">index.html</a></p></body></html>\n'
)


class _Album:
    """Draws the pages that carry quotes and lays the quotes on them; each page is drawn once for the whole pack."""

    def __init__(
        self,
        bag: BagWriter,
        store: EvidenceStore,
        run: Run,
        fetches: Mapping[str, Fetch],
        room: _Room,
        pictures: bool,
    ) -> None:
        self._bag, self._store, self._room = bag, store, room
        self._fetches = fetches
        self._drawing, self._web = Drawing(), WebPictures()
        self._with_pictures = pictures
        self._exchanges = _bodies(store.exchanges(run.id), store, run.id)
        self._made: dict[tuple[str, int], Picture | None] = {}
        self._web_places: dict[tuple[str, Sought], tuple[tuple[float, float, float, float], ...]] = {}
        self._texts: dict[str, DocumentText | None] = {}

    def __enter__(self) -> _Album:
        if self._with_pictures:
            self._web.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._drawing.__exit__(None, None, None)
        if self._with_pictures:
            self._web.__exit__(*error)

    def exhibits(self, entry: Mapping[str, Any]) -> list[Exhibit]:
        """The pages that an item's quotes stand on, in the order of its details."""
        grouped: dict[tuple[str, int], list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
        year = [{"id": "year", **entry["year"]}] if entry["year"] else []
        for element in [*entry["elements"], *year]:
            for quoted in element["quotes"][:QUOTES_PER_ELEMENT]:
                grouped[quoted["sha256"], quoted["page"]].append((element["id"], quoted))
        return [self._exhibit(*place, quotes) for place, quotes in list(grouped.items())[:EXHIBITS_PER_ITEM]]

    def _exhibit(self, sha256: str, number: int, quotes: Sequence[tuple[str, Mapping[str, Any]]]) -> Exhibit:
        text = self._text(sha256)
        kind = text.kind if text else self._kind(sha256)
        picture = self._picture(sha256, number, kind, quotes) if self._with_pictures else None
        page = next((one for one in text.pages if one.number == number), None) if text else None
        first = quotes[0][1]
        return Exhibit(
            sha256,
            number,
            first["url"],
            first["reader"],
            picture,
            tuple(self._mark(sha256, kind, element, quoted) for element, quoted in quotes),
            page.text if page else "",
        )

    def _mark(self, sha256: str, kind: str, element: str, quoted: Mapping[str, Any]) -> Marked:
        if kind == "html":
            found = (self._web_places.get((sha256, sought), ()) for sought in self._sought(sha256, quoted))
            boxes = next((places for places in found if places), ())
        else:
            boxes = tuple((x0, y0, x1, y1) for _, x0, y0, x1, y1 in quoted["boxes"])
        return Marked(element, quoted["text"], boxes)

    def _picture(
        self, sha256: str, number: int, kind: str, quotes: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> Picture | None:
        if kind == "html":
            return self._web_picture(sha256, quotes)
        place = (sha256, number)
        if place not in self._made:
            drawn = self._drawing.pages(self._store.blobs.path(sha256), kind, [number]) if kind else {}
            self._made[place] = self._add(f"{sha256[:16]}-{number}", *drawn[number]) if number in drawn else None
        return self._made[place]

    def _web_picture(self, sha256: str, quotes: Sequence[tuple[str, Mapping[str, Any]]]) -> Picture | None:
        """A web page is drawn again where another item quotes words of it that were not looked for before."""
        words = [sought for _, quoted in quotes for sought in self._sought(sha256, quoted)]
        new = [word for word in dict.fromkeys(words) if (sha256, word) not in self._web_places]
        place = (sha256, 0)
        if place in self._made and not new:
            return self._made[place]
        fetch = self._fetches.get(sha256)
        drawn = None
        if fetch is not None:
            body = self._store.blobs.get(sha256)
            url = _plain_url(fetch.final_url or fetch.url)
            drawn = self._web.draw(url, body, fetch.content_type, new, self._stored)
        for word in new:
            self._web_places[sha256, word] = drawn.places.get(word, ()) if drawn else ()
        if place not in self._made:
            size = (float(drawn.width), float(drawn.height)) if drawn else (0.0, 0.0)
            self._made[place] = self._add(f"{sha256[:16]}-page", drawn.jpeg, *size) if drawn else None
        return self._made[place]

    def _sought(self, sha256: str, quoted: Mapping[str, Any]) -> tuple[Sought, ...]:
        """What to look for: the words as they came and as they were read, with what the reader saw around them."""
        text = self._text(sha256)
        raw = next((page.raw for page in text.pages if page.number == quoted["page"]), "") if text else ""
        start = quoted.get("start", -1)
        before, after = "", ""
        if start >= 0:
            end = start + len(quoted["raw"])
            before, after = raw[max(0, start - AROUND) : start], raw[end : end + AROUND]
        return tuple(dict.fromkeys(Sought(quoted[form], before, after) for form in ("raw", "text")))

    def _add(self, name: str, jpeg: bytes, width: float, height: float) -> Picture | None:
        if not self._room.takes(len(jpeg)):
            return None
        path = f"pictures/{name}.jpg"
        self._bag.add(path, jpeg)
        return Picture(path, width, height)

    def _text(self, sha256: str) -> DocumentText | None:
        if sha256 not in self._texts:
            versions = (READER_VERSION, f"{READER_VERSION}-without-ocr")
            found = (self._store.get_text(sha256, version) for version in versions)
            # The audit may be older than the readers of today: its quotes and boxes are still those of its result.
            self._texts[sha256] = next((text for text in found if text), None) or self._store.latest_text(sha256)
        return self._texts[sha256]

    def _kind(self, sha256: str) -> str:
        if sha256 not in self._store.blobs:
            return ""
        fetch = self._fetches.get(sha256)
        return sniff(self._store.blobs.get(sha256), *((fetch.content_type, fetch.url) if fetch else ("", "")))[0]

    def _stored(self, url: str) -> tuple[bytes, str] | None:
        one = self._exchanges.get(url_key(url))
        if one is None or not one.sha256 or one.sha256 not in self._store.blobs:
            return None
        return self._store.blobs.get(one.sha256), one.header("Content-Type") or "application/octet-stream"


def _bodies(exchanges: Sequence[Exchange], store: EvidenceStore, run_id: str) -> dict[str, Exchange]:
    """The newest answer with a body for each address, those of earlier runs that captures rest on included."""
    ids = [number for capture in store.captures(run_id) for number in capture.assets]
    return {url_key(one.url): one for one in [*store.exchanges_by_id(ids), *exchanges] if one.sha256}


def _by_hash(fetches: Iterable[Fetch]) -> dict[str, Fetch]:
    """The first fetch that brought each document."""
    found: dict[str, Fetch] = {}
    for fetch in fetches:
        if fetch.sha256 and fetch.outcome in (Outcome.OK, Outcome.LOGIN_REQUIRED):
            found.setdefault(fetch.sha256, fetch)
    return found


def _wanted(result: Mapping[str, Any]) -> list[str]:
    """Documents that quotes rest on, then those that were submitted, each once."""
    quoted = [
        quote["sha256"]
        for entry in result["items"]
        for found in [*entry["elements"], entry["year"] or {"quotes": ()}]
        for quote in found["quotes"]
    ]
    given = [row["sha256"] for entry in result["items"] for row in entry["urls"] if row["sha256"]]
    return list(dict.fromkeys([*quoted, *given]))


def _keep(
    wanted: Sequence[str], fetches: Mapping[str, Fetch], store: EvidenceStore, bag: BagWriter, room: _Room
) -> None:
    for sha256 in wanted:
        fetch = fetches.get(sha256)
        known = (fetch.url, fetch.bytes, fetch.content_type, fetch.fetched_at) if fetch else ("", 0, "", "")
        url, size, content_type, fetched_at = known
        if sha256 not in store.blobs:
            room.documents[sha256] = Kept(sha256, url, "", size, content_type, fetched_at, "missing")
            continue
        data = store.blobs.get(sha256)
        if not room.takes(len(data)):
            room.documents[sha256] = Kept(sha256, url, "", len(data), content_type, fetched_at, "size")
            continue
        # A stored page never gets a name that a browser would open as a page: it would run its scripts.
        path = f"originals/{sha256[:16]}{_ending(content_type)}"
        bag.add(path, data)
        room.documents[sha256] = Kept(sha256, url, path, len(data), content_type, fetched_at)


def _ending(content_type: str) -> str:
    return _ENDINGS.get(content_type.partition(";")[0].strip().lower(), ".txt")


def _about(run: Run, result: Mapping[str, Any], room: _Room) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "run": dict(result["run"]),
        "agency": dict(result["agency"]),
        "framework": result["framework"],
        "submission": dict(run.submission),
        "documents": [asdict(kept) for kept in room.documents.values()],
    }


def _criteria(year: int) -> Iterator[tuple[str, bytes]]:
    folder = resources.files("oit") / "criteria"
    shared = [one for one in folder.iterdir() if one.name.endswith(".toml")]
    of_year = [one for one in (folder / str(year)).iterdir() if one.name.endswith(".toml")]
    for one in sorted(shared, key=lambda entry: entry.name):
        yield one.name, one.read_bytes()
    for one in sorted(of_year, key=lambda entry: entry.name):
        yield f"{year}/{one.name}", one.read_bytes()


def _plain_url(url: str) -> str:
    """The address as Chromium takes it: http or https with a host, its letters percent-encoded."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "http://page.invalid/"
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~")


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
