"""A small loopback web server that plays one built agency site, with its faults, and counts what is asked of it.

A built agency is a folder with `site.json` (shape: see `Entry`) and the files it names. Text files and the submission
hold the placeholders `{host}` (this server) and `{refused}` (the same address, a port nobody listens on); they are
filled in when served, so that the folder itself names no machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")
DISCARD_PORT = 1  # nothing listens on tcpmux: a connection is refused at once


@dataclass(frozen=True, slots=True)
class Entry:
    """What one address answers.

    `file` is relative to the folder ("" = empty body); `fault` is one of reset, timeout, slow, truncated;
    `seconds` how long timeout and slow last; `fail_first` how many requests get 503 before the real answer.
    """

    file: str = ""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    seconds: float = 0.0
    fail_first: int = 0
    note: str = ""


Key = tuple[str, tuple[tuple[str, str], ...]]


class Server:
    """Serves a built agency folder on loopback in threads.

    `address` may be any 127.x.y.z, `port` 0 takes a free one. `seconds` replaces the length of every timeout and slow
    fault (tests pass a short one). Raises OSError when the address cannot be bound, KeyError for a bad `site.json`.
    """

    def __init__(
        self, folder: Path, *, address: str = "127.0.0.1", port: int = 0, seconds: float | None = None
    ) -> None:
        self.folder = Path(folder)
        self.requests: Counter[str] = Counter()
        self.stopping = threading.Event()
        self._seconds = seconds
        self._address, self._port = address, port
        self._entries, self._missing = _load(self.folder)
        self._httpd: _Httpd | None = None

    def start(self) -> str:
        """Bind and serve; return the base URL, such as `http://127.0.0.1:41234`."""
        self._httpd = _Httpd((self._address, self._port), _Handler)
        self._httpd.site = self
        threading.Thread(target=self._httpd.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://{self.host}"

    def stop(self) -> None:
        """Stop serving; requests held by a timeout fault are let go."""
        self.stopping.set()
        if self._httpd is not None:
            self._httpd.shutdown()
            self._httpd.server_close()
            self._httpd = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def host(self) -> str:
        """`address:port` of the running server; RuntimeError before `start`."""
        if self._httpd is None:
            raise RuntimeError("the server is not running")
        return f"{self._address}:{self._httpd.server_address[1]}"

    @property
    def base_url(self) -> str:
        return f"http://{self.host}"

    def fill(self, text: str) -> str:
        """Put this server's addresses in the place of the placeholders."""
        return text.replace("{host}", self.host).replace("{refused}", f"{self._address}:{DISCARD_PORT}")

    def submission(self) -> dict[str, Any]:
        """The folder's `submission.json` with every URL pointing at this server."""
        filled: dict[str, Any] = json.loads(self.fill((self.folder / "submission.json").read_text("utf-8")))
        return filled

    def entry(self, target: str) -> Entry | None:
        """The entry of a request target; a query that no entry names is dropped for plain files (`style.css?ver=5`)."""
        path, query = key = _key(target)
        if key in self._entries or not query or path.endswith(("/", ".php")):
            return self._entries.get(key)
        return self._entries.get((path, ()))

    def not_found(self) -> Entry:
        return self._missing

    def body(self, entry: Entry) -> bytes:
        """The bytes of an entry, placeholders filled in where it is text."""
        if not entry.file:
            return b""
        data = (self.folder / entry.file).read_bytes()
        if not entry.type.startswith(TEXT_TYPES):
            return data
        for placeholder in ("{host}", "{refused}"):
            data = data.replace(placeholder.encode(), self.fill(placeholder).encode())
        return data

    def wait(self, entry: Entry) -> None:
        """Hold a request as long as its fault says, or until the server stops."""
        self.stopping.wait(entry.seconds if self._seconds is None else self._seconds)


class _Httpd(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    site: Server

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is part of the play, not worth a traceback."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Httpd

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """The server keeps silent: `requests` counts."""

    def _answer(self) -> None:
        site = self.server.site
        site.requests[self.path] += 1
        entry = site.entry(self.path) or site.not_found()
        if entry.fault in ("reset", "timeout"):
            if entry.fault == "timeout":
                site.wait(entry)
            self._hang_up(reset=entry.fault == "reset")
        elif site.requests[self.path] <= entry.fail_first:
            self._send(Entry(status=503, headers={"Retry-After": "1"}), b"")
        else:
            self._send(entry, site.body(entry))

    def _send(self, entry: Entry, body: bytes) -> None:
        etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        if entry.status == 200 and self.headers.get("If-None-Match") == etag:
            entry, body = Entry(status=304, type=entry.type, headers=entry.headers), b""
        self.send_response(entry.status)
        self.send_header("Content-Type", entry.type)
        self.send_header("Content-Length", str(len(body)))
        if entry.status in (200, 304):
            self.send_header("ETag", etag)
        for name, value in entry.headers.items():
            self.send_header(name, self.server.site.fill(value))
        self.end_headers()
        if self.command != "HEAD" and entry.status != 304:
            self._write(entry, body)

    def _write(self, entry: Entry, body: bytes) -> None:
        if entry.fault == "slow":
            self._trickle(entry, body)
        elif entry.fault == "truncated":
            self.wfile.write(body[: len(body) // 2])
            self._hang_up(reset=False)
        else:
            self.wfile.write(body)

    def _trickle(self, entry: Entry, body: bytes, parts: int = 20) -> None:
        step = max(1, len(body) // parts)
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            self.wfile.flush()
            pause = (entry.seconds if self.server.site._seconds is None else self.server.site._seconds) / parts
            self.server.site.stopping.wait(pause)

    def _hang_up(self, *, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The handler's files keep the socket open past close(): only its descriptor ends it now.
        os.close(self.connection.detach())


def _load(folder: Path) -> tuple[dict[Key, Entry], Entry]:
    site = json.loads((folder / "site.json").read_text("utf-8"))
    entries = {_key(target): Entry(**entry) for target, entry in site["entries"].items()}
    return entries, Entry(**{"status": 404, **site["not_found"]})


def _key(target: str) -> Key:
    parts = urlsplit(target)
    return unquote(parts.path) or "/", tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))


def main() -> None:
    """`python -m audit.demo.server [FOLDER]`: serve an agency until interrupted, to look at it."""
    import sys

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "site"
    with Server(folder) as server:
        print(server.base_url)
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
