"""A hostile file ends in a typed outcome within its limits, asks nothing of the network, and the next file is read."""

from __future__ import annotations

import importlib.util
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from evidence.text import ReadOptions, converters, extract
from evidence.text.document import DocumentText
from evidence.text.isolate import Reader

OPTIONS = ReadOptions(seconds=20, memory_mb=700, ocr_pages=1)
SLACK = 10.0
REFUSALS = {"corrupt", "too_large", "timeout", "encrypted", "unsupported_type", "unreadable"}
MUTATIONS, SAMPLE = 60, 6


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec and spec.loader
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hostile = _module("hostile")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(jobs=1, options=OPTIONS) as reader:
        yield reader


class Sink:
    """A server on this machine that counts who connects."""

    def __init__(self) -> None:
        self.count = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.count += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.close()


def assert_typed(document: DocumentText) -> None:
    """A refusal says why; a text is whole."""
    assert document.outcome in REFUSALS | {"ok"}
    if document.outcome != "ok":
        assert document.detail
    for page in document.pages:
        assert len(page.offsets) == len(page.text) + 1
        assert all(0 <= block.start <= block.end <= len(page.text) for block in page.blocks)


def assert_survives(reader: Reader, data: bytes) -> DocumentText:
    """Reads the file, and a good one after it, in time."""
    begun = time.monotonic()
    document = reader.submit(data).result(OPTIONS.seconds + 60)
    assert time.monotonic() - begun < OPTIONS.seconds + SLACK
    assert_typed(document)
    assert reader.submit(b"<p>next</p>").result(60).text == "next"
    return document


MADE = {
    "pdf": (hostile.pdfs(), {"ok", "corrupt", "too_large", "timeout", "encrypted", "unreadable"}),
    "package": (hostile.packages(), {"ok", "corrupt", "too_large", "timeout", "unsupported_type"}),
    "page": (hostile.pages(), {"ok", "corrupt", "too_large", "timeout"}),
    "picture": (hostile.pictures(), {"corrupt", "too_large", "unsupported_type"}),
}
FILES = [
    pytest.param(data, allowed, id=f"{group}: {name}")
    for group, (files, allowed) in MADE.items()
    for name, data in files.items()
]


@pytest.mark.parametrize(("data", "allowed"), FILES)
def test_a_hostile_file_ends_in_a_typed_outcome_in_time(reader: Reader, data: bytes, allowed: set[str]) -> None:
    assert assert_survives(reader, data).outcome in allowed


ARCHIVES = hostile.archives()
ARCHIVE_OUTCOMES = {
    "a file packed a thousand to one": "too_large",
    "bombs in archives in archives": "ok",
    "six thousand files": "too_large",
    "one member under a thousand names": "too_large",
    "a member smaller than it says": "too_large",
    "names that lead out": "ok",
    "a directory cut off": "corrupt",
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_archive_is_refused_or_costs_only_its_members(reader: Reader, name: str) -> None:
    document = assert_survives(reader, ARCHIVES[name])
    assert document.outcome == ARCHIVE_OUTCOMES.get(name, document.outcome)
    assert len(document.text) < 2_000_000


def test_bombs_deeper_inside_an_archive_are_never_unpacked(reader: Reader) -> None:
    document = reader.read(ARCHIVES["bombs in archives in archives"])
    assert {page.trouble for page in document.pages} == {"unreadable"}
    assert document.metadata["members"].count("not opened") == 16


def test_names_that_lead_out_of_an_archive_are_only_shown_by_their_last_part(reader: Reader) -> None:
    document = reader.read(ARCHIVES["names that lead out"])
    assert [page.text.split("\n")[0] for page in document.pages] == ["passwd", "shadow", "x"]


XML_BOMBS = hostile.xml_bombs()


@pytest.mark.parametrize("name", XML_BOMBS)
def test_entities_of_a_bomb_do_not_unfold(reader: Reader, name: str) -> None:
    begun = time.monotonic()
    document = assert_survives(reader, XML_BOMBS[name])
    assert time.monotonic() - begun < SLACK
    assert len(document.text) < 500_000
    assert document.text.count("laugh") < 100_000


def test_the_sink_counts_who_connects(sink: Sink) -> None:
    with socket.create_connection(("127.0.0.1", sink.port)) as connection:
        connection.recv(1)
    assert sink.count == 1


def test_no_reader_asks_for_anything_even_outside_a_child(sink: Sink) -> None:
    for data in hostile.remote(sink.port).values():
        assert_typed(extract(data, url=f"http://127.0.0.1:{sink.port}/page", options=OPTIONS))
    assert sink.count == 0


def test_no_child_asks_for_anything(reader: Reader, sink: Sink) -> None:
    for data in hostile.remote(sink.port).values():
        assert_survives(reader, data)
    assert sink.count == 0


@pytest.mark.skipif(not converters.office(), reason="LibreOffice is not installed")
@pytest.mark.parametrize("name", ["docx with a remote picture", "html with remote everything", "odt with a remote picture",
                                  "rtf with a remote picture and template", "docx with a remote template"])  # fmt: skip
def test_a_converter_asks_for_nothing(sink: Sink, name: str) -> None:
    document = converters.read_legacy(hostile.remote(sink.port)[name], "doc", OPTIONS)
    assert_typed(document)
    assert sink.count == 0


def test_secrets_of_the_machine_do_not_come_in_by_entities(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("topsecret", encoding="utf-8")
    entity = f'<!DOCTYPE x [<!ENTITY l9 SYSTEM "{secret.as_uri()}">]>'
    odt = (hostile.DATA / "plan.odt").read_bytes()
    for data, part, word in (
        (hostile.good_docx(), "word/document.xml", b"Annual plan"),
        (hostile.good_xlsx(), "xl/sharedStrings.xml", b"Annual plan"),
        (hostile.good_pptx(), "ppt/slides/slide1.xml", b"Annual plan"),
        (odt, "content.xml", "กองช่าง".encode()),
    ):
        document = extract(hostile.with_declaration(data, part, entity, word, b"&l9;"))
        assert_typed(document)
        assert "topsecret" not in document.text


GOOD = hostile.good_files()


@pytest.mark.parametrize("kind", GOOD)
def test_the_files_that_are_damaged_are_good_before(reader: Reader, kind: str) -> None:
    assert reader.read(GOOD[kind]).outcome == "ok"


@pytest.mark.parametrize("kind", GOOD)
def test_damaged_files_end_in_a_typed_outcome(reader: Reader, kind: str) -> None:
    for data in hostile.mutations(GOOD[kind], SAMPLE, kind):
        assert assert_survives(reader, data).outcome != "timeout"


def test_thai_beside_other_letters_and_a_stray_byte_is_decoded(reader: Reader) -> None:
    words = "<html><meta charset=utf-8><p>แผนดำเนินงาน</p><p>กé".encode() + b"\xe0\xb8"
    assert assert_survives(reader, words + "ก</p>".encode()).text.startswith("แผนดำเนินงาน")


@pytest.mark.slow
@pytest.mark.parametrize("kind", GOOD)
def test_many_damaged_files_end_in_a_typed_outcome(reader: Reader, kind: str) -> None:
    for data in hostile.mutations(GOOD[kind], MUTATIONS, kind):
        assert assert_survives(reader, data).outcome != "timeout"


@pytest.mark.slow
@pytest.mark.skipif(not converters.office(), reason="LibreOffice is not installed")
def test_many_damaged_word_files_of_old_end_in_a_typed_outcome(reader: Reader) -> None:
    for data in hostile.mutations((hostile.DATA / "plan.doc").read_bytes(), 20, "doc"):
        assert_survives(reader, data)
