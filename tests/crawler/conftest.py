"""A small web server with faults on loopback, and a crawl of it that takes seconds."""

from __future__ import annotations

import datetime
import gzip
import ipaddress
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from crawler import CrawlJob, CrawlReport, CrawlSettings, crawl
from evidence import text as readers
from evidence.records import Fetch
from evidence.store import EvidenceStore
from evidence.text.document import DocumentText
from oit.model import Agency, Answer, Submission

Answerer = Callable[[BaseHTTPRequestHandler], None]

FILLER = "องค์การบริหารส่วนตำบลตัวอย่าง อำเภอเมือง จังหวัดสกลนคร ประกาศเผยแพร่ข้อมูลข่าวสารเพื่อให้ประชาชนทราบโดยทั่วกัน "


def page(title: str, body: str = "", filler: str = FILLER * 3, menu: str = "") -> str:
    """A page with a menu, a heading and enough text to count as content."""
    return (
        f"<!doctype html><html lang='th'><head><meta charset='utf-8'><title>{title}</title></head><body>"
        f"<header><a href='/'>หน้าหลัก</a></header><nav>{menu}</nav>"
        f"<main><h1>{title}</h1><p>{title} {filler}</p>{body}</main><footer>ติดต่อเรา</footer></body></html>"
    )


@dataclass
class Site:
    """A web site made of routes; `hits` counts what was asked for, `headers` what came with the last request."""

    server: ThreadingHTTPServer
    scheme: str = "http"
    routes: dict[str, Answerer] = field(default_factory=dict)
    hits: Counter[str] = field(default_factory=Counter)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    missing: Answerer | None = None

    @property
    def host(self) -> str:
        return str(self.server.server_address[0])

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    def add(
        self,
        path: str,
        body: str | bytes = b"",
        status: int = 200,
        content_type: str = "text/html; charset=utf-8",
        headers: dict[str, str] | None = None,
    ) -> str:
        """Serve this at `path` (as decoded bytes in latin-1 for paths that are not ASCII); returns its URL."""
        data = body.encode() if isinstance(body, str) else body

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", content_type)
            handler.send_header("Content-Length", str(len(data)))
            for name, value in (headers or {}).items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(data)

        return self.do(path, answer)

    def do(self, path: str, answer: Answerer) -> str:
        self.routes[path] = answer
        return self.url(path)

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        return self.add(path, b"", status, headers={"Location": target})

    def slow(self, path: str, seconds: float) -> str:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            time.sleep(seconds)
            handler.send_response(200)
            handler.send_header("Content-Length", "2")
            handler.end_headers()
            handler.wfile.write(b"ok")

        return self.do(path, answer)

    def broken_off(self, path: str) -> str:
        """Promise more than is sent, then reset the connection."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "application/pdf")
            handler.send_header("Content-Length", "100000")
            handler.end_headers()
            handler.wfile.write(b"%PDF-1.4 " + b"x" * 500)
            handler.wfile.flush()
            handler.connection.setsockopt(1, 13, struct.pack("ii", 1, 0))
            handler.close_connection = True

        return self.do(path, answer)

    def bomb(self, path: str, size: int) -> str:
        packed = gzip.compress(b"0" * size)
        return self.add(path, packed, headers={"Content-Encoding": "gzip"})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        site = self.server.site  # type: ignore[attr-defined]
        bare = unquote_to_bytes(self.path).decode("latin-1")
        site.hits[bare] += 1
        site.headers[bare] = dict(self.headers.items())
        answer = site.routes.get(bare) or site.routes.get(self.path) or site.missing
        if answer is None:
            self.send_error(404, "Not Found")
            return
        try:
            answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


def _serve(context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Site]:
    server = _QuietServer((host, 0), _Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site = Site(server, "https" if context else "http")
    server.site = site  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    site.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", "<p>ยินดีต้อนรับสู่เว็บไซต์</p>"))
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    yield from _serve()


@pytest.fixture
def other_site() -> Iterator[Site]:
    """A site at another address, 127.0.0.2."""
    yield from _serve(host="127.0.0.2")


@pytest.fixture
def tls_site(tmp_path: Path) -> Iterator[Site]:
    """A site whose certificate nobody signed."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "self.example")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    yield from _serve(context)


QUICK = CrawlSettings(
    allow_networks=("127.0.0.0/8",),
    browser=False,
    walk=False,
    delay=0.0,
    timeout=2.0,
    late_timeout=2.5,
    retries=1,
    retry_wait=0.05,
    max_bytes=300_000,
    per_host=8,
    readers=1,
    user_agent="oit-audit-test/1",
    capture=False,
)


@dataclass(frozen=True)
class Crawled:
    """What a crawl left: its report, its rows, its texts by sha256."""

    report: CrawlReport
    rows: list[Fetch]
    texts: dict[str, DocumentText]
    run_id: str
    store: Path

    def one(self, url: str, purpose: str = "submitted") -> Fetch:
        """The last row of a URL with that purpose."""
        found = [row for row in self.rows if row.url == url and row.purpose == purpose]
        assert found, f"no {purpose} row for {url}; there are {[(row.purpose, row.url) for row in self.rows]}"
        return found[-1]

    def for_item(self, item: str, *purposes: str) -> set[str]:
        """The URLs fetched for an item."""
        return {row.url for row in self.rows if item in row.items and (not purposes or row.purpose in purposes)}


Run = Callable[..., Crawled]


def _answer(item: str, value: Any) -> Answer:
    addresses, explanation = (
        (value, "") if isinstance(value, list) else ([], value) if isinstance(value, str) else value
    )
    return Answer(item, True, tuple(addresses), explanation)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Crawl `answers` (item -> URLs, or an explanation, or both) of an agency with that home page."""

    def go(homepage: str, answers: dict[str, Any], store: Path | None = None, **changes: Any) -> Crawled:
        from dataclasses import replace

        folder = store or tmp_path / "store"
        given = tuple(_answer(item, value) for item, value in answers.items())
        agency = Agency("A1", "องค์การบริหารส่วนตำบลตัวอย่าง", "subdistrict_administrative_organisation", "สกลนคร", homepage)
        submission = Submission(2565, agency, given)
        as_json = {"agency": {"code": "A1"}, "framework": 2565, "answers": [list(map(str, answers.items()))]}
        with EvidenceStore.open(folder) as opened:
            began = opened.begin_run(as_json, "2022-05-10")
        report = crawl([CrawlJob(began.id, submission, 2565)], folder, replace(QUICK, **changes))
        version = readers._version()  # the child's: the readers may have changed since this process began
        with EvidenceStore.open(folder) as opened:
            rows = opened.fetches(began.id)
            texts = {row.sha256: text for row in rows if (text := opened.get_text(row.sha256, version))}
        return Crawled(report, rows, texts, began.id, folder)

    return go
