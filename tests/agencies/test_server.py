"""The server plays every fault as a real one looks from the other end."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from audit.demo.server import Server

PAGE = '<a href="http://{host}/next">next</a>'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    (tmp_path / "file.pdf").write_bytes(b"%PDF-1.4 {host}")
    entries = {
        "/": {"file": "page.html"},
        "/index.php?menu=2&id=7": {"file": "page.html"},
        "/file.pdf": {"file": "file.pdf", "type": "application/pdf"},
        "/moved": {"status": 302, "headers": {"Location": "http://{host}/"}},
        "/reset": {"fault": "reset"},
        "/timeout": {"fault": "timeout", "seconds": 60},
        "/slow": {"file": "page.html", "fault": "slow", "seconds": 60},
        "/cut": {"file": "page.html", "fault": "truncated"},
        "/later": {"file": "page.html", "fail_first": 1},
        "/login": {"status": 401, "file": "page.html", "headers": {"WWW-Authenticate": "Basic"}},
        "/empty.pdf": {"type": "application/pdf"},
    }
    site = {"schema": "oit-site/1", "not_found": {"file": "page.html"}, "entries": entries}
    (tmp_path / "site.json").write_text(json.dumps(site), "utf-8")
    with Server(tmp_path, seconds=0.2) as running:
        yield running


def _get(server: Server, target: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urlopen(Request(server.base_url + target, headers=headers), timeout=5) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/", 200),
        ("/nowhere", 404),
        ("/login", 401),
        ("/moved", 200),
        ("/index.php?id=7&menu=2", 200),
        ("/index.php?id=8", 404),
    ],
)
def test_an_address_answers_with_its_status(server: Server, target: str, status: int) -> None:
    assert _get(server, target)[0] == status


def test_placeholders_become_this_server_in_text_only(server: Server) -> None:
    assert f"http://{server.host}/next".encode() in _get(server, "/")[1]
    assert _get(server, "/file.pdf")[1] == b"%PDF-1.4 {host}"


def test_a_refused_host_really_refuses(server: Server) -> None:
    address = urlsplit(server.fill("http://{refused}/"))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname or "", address.port or 0), timeout=5)


def test_a_reset_reaches_the_client_as_a_reset(server: Server) -> None:
    with pytest.raises(ConnectionResetError):
        urlopen(server.base_url + "/reset", timeout=5)


def test_a_timeout_outlasts_a_client_that_waits_less(server: Server) -> None:
    with pytest.raises(TimeoutError):
        urlopen(server.base_url + "/timeout", timeout=0.05)


def test_a_slow_answer_arrives_whole(server: Server) -> None:
    started = time.monotonic()
    assert b"next" in _get(server, "/slow")[1]
    assert time.monotonic() - started >= 0.15


def test_a_truncated_answer_is_shorter_than_promised(server: Server) -> None:
    with pytest.raises(http.client.IncompleteRead):
        _get(server, "/cut")


def test_a_passing_failure_passes(server: Server) -> None:
    assert [_get(server, "/later")[0] for _ in range(2)] == [503, 200]


def test_a_zero_byte_file_is_served_empty(server: Server) -> None:
    assert _get(server, "/empty.pdf") == (200, b"")


def test_unchanged_content_is_answered_with_304(server: Server) -> None:
    with urlopen(server.base_url + "/") as answer:
        etag = answer.headers["ETag"]
    assert _get(server, "/", **{"If-None-Match": etag}) == (304, b"")


def test_requests_are_counted(server: Server) -> None:
    _get(server, "/")
    _get(server, "/")
    assert server.requests["/"] == 2


def test_the_server_can_take_another_loopback_address(tmp_path: Path, server: Server) -> None:
    with Server(server.folder, address="127.77.0.9") as other:
        assert other.host.startswith("127.77.0.9:")
        assert _get(other, "/")[0] == 200
