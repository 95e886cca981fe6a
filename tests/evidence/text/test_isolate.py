"""A hostile document costs itself: a crash, a loop, all memory, too much text; and the next one is read."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.text import ReadOptions, isolate
from evidence.text.isolate import Reader

HERE = str(Path(__file__).parent)
OPTIONS = ReadOptions(seconds=2, memory_mb=400, test_hook="isolation_hooks:misbehave")


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, HERE])


@pytest.fixture
def reader(hooks: None) -> Iterator[Reader]:
    with Reader(jobs=1, options=OPTIONS) as reader:
        yield reader


def page(text: str) -> bytes:
    return f"<html><p>{text}</p>".encode()


def test_a_document_is_read_from_bytes_and_from_a_file(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_bytes(page("แผน"))
    assert reader.submit(page("แผน")).result(30).text == "แผน"
    assert reader.submit(path, "text/html", "http://a.go.th/").result(30).text == "แผน"


def test_a_file_that_is_gone_is_unreadable(reader: Reader, tmp_path: Path) -> None:
    assert reader.submit(tmp_path / "none").result(30).outcome == "unreadable"


@pytest.mark.parametrize(
    ("deed", "outcome", "detail"),
    [
        ("crash", "corrupt", "signal 6"),
        ("exit", "corrupt", "exit code 3"),
        ("loop", "timeout", "2 seconds"),
        ("sleep", "timeout", "2 seconds"),
        ("eat", "too_large", "400 MB"),
    ],
)
def test_a_hostile_document_costs_itself_and_the_next_is_read(
    reader: Reader, deed: str, outcome: str, detail: str
) -> None:
    hostile = reader.submit(page(deed))
    harmless = reader.submit(page("ต่อไป"))
    document = hostile.result(60)
    assert document.outcome == outcome
    assert detail in document.detail
    assert harmless.result(60).text == "ต่อไป"


def test_a_text_beyond_all_measure_is_too_large(hooks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolate, "MAX_OUTPUT", 10_000)
    with Reader(jobs=1, options=OPTIONS) as reader:
        assert reader.read(page("ก" * 30_000)).outcome == "too_large"
        assert reader.read(page("สั้น")).text == "สั้น"


def test_children_are_replaced_after_some_documents(hooks: None) -> None:
    with Reader(jobs=1, options=OPTIONS, documents_per_child=2) as reader:
        assert [reader.read(page(str(n))).text for n in range(5)] == ["0", "1", "2", "3", "4"]


def test_two_children_read_at_the_same_time(hooks: None) -> None:
    with Reader(jobs=2, options=OPTIONS) as reader:
        slow = reader.submit(page("sleep"))
        started = time.monotonic()
        assert reader.submit(page("เร็ว")).result(30).text == "เร็ว"
        assert not slow.done() or time.monotonic() - started > 1.5
        assert slow.result(30).outcome == "timeout"


def test_no_child_is_left_when_the_reader_closes(hooks: None) -> None:
    with Reader(jobs=2, options=OPTIONS) as reader:
        reader.read(page("x"))
        reader.submit(page("sleep"))
    children = Path(f"/proc/{os.getpid()}/task")
    names = [path.read_text() for path in children.glob("*/children")]
    for pid in " ".join(names).split():
        assert b"isolate" not in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_a_closed_reader_takes_nothing_more(hooks: None) -> None:
    reader = Reader(jobs=1, options=OPTIONS)
    reader.close()
    with pytest.raises(RuntimeError):
        reader.submit(b"x")


def test_a_cancelled_document_is_not_read(hooks: None) -> None:
    with Reader(jobs=1, options=OPTIONS) as reader:
        reader.submit(page("sleep"))
        waiting = reader.submit(page("x"))
        assert waiting.cancel()


def test_it_works_from_a_thread_of_a_program_with_an_own_main_module(reader: Reader) -> None:
    results: list[str] = []
    thread = threading.Thread(target=lambda: results.append(reader.read(page("จากเธรด")).text))
    thread.start()
    thread.join(30)
    assert results == ["จากเธรด"]


def test_a_child_has_no_network_where_the_machine_allows_that(reader: Reader) -> None:
    if "without network" not in reader.isolation:
        pytest.skip("this machine does not let a process leave its network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        document = reader.read(page(f"connect {server.getsockname()[1]}"))
    assert document.outcome == "corrupt"
    assert "unreachable" in document.detail


def test_isolation_is_said_in_words() -> None:
    assert isolate.isolation().startswith("child processes with limits of time and memory")
