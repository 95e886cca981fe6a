"""What is committed is what the content says: pages, labels and answers built again are the same."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pypdfium2
import pytest

HERE = Path(__file__).parent
CODES = sorted(path.name for path in (HERE / "content").iterdir())


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    pytest.importorskip("fpdf")
    sys.path.insert(0, str(HERE))
    try:
        return importlib.import_module("build")
    finally:
        sys.path.remove(str(HERE))


@pytest.fixture(scope="module", params=CODES)
def made(request: pytest.FixtureRequest, generator: ModuleType) -> Any:
    return generator.read(request.param)


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def test_the_committed_labels_are_those_of_the_content(generator: ModuleType, made: Any) -> None:
    assert _json(made.out / "truth.json") == generator.truth(made)


def test_the_committed_answers_are_those_of_the_content(generator: ModuleType, made: Any) -> None:
    assert _json(made.out / "submission.json") == generator.submission(made)


def test_the_committed_pages_are_those_of_the_content(generator: ModuleType, made: Any) -> None:
    site = _json(made.out / "site.json")
    pages = [source for source in made.sources if source.keys.get("producer", "page") == "page"]
    assert pages
    for source in pages:
        entry = site["entries"].get(source.target, site["not_found"])
        assert generator.page_bytes(made, source) == (made.out / entry["file"]).read_bytes(), source.target


def test_the_committed_documents_come_from_the_present_content(generator: ModuleType, made: Any) -> None:
    built = _json(made.out / "site.json")["made_from"]
    documents = {source.target: source for source in made.sources if source.target in built}
    assert built == {target: generator.fingerprint(source) for target, source in documents.items()}


@pytest.mark.parametrize(
    ("family", "text", "spoilt"),
    [
        ("A", "ตำบล น้ำ", "ต าบล น ้ า"),
        ("A", "น้ำ", "น้ า"),
        ("B", "หางดงตำบล", "หำงดงต ำบล"),
        ("N", "กำหนด", "กํ" + "าหนด"),
        ("P", "ป้ายที่", "ป\uf70bายที่"),
        ("Z", "และการ", "และ\u200bกา\u200bร"),
        ("", "ตำบล", "ตำบล"),
    ],
)
def test_a_broken_sara_am_is_written_as_that_family_of_programs_does(
    generator: ModuleType, family: str, text: str, spoilt: str
) -> None:
    assert sys.modules["producers"].spoil(family)(text).replace(" ้", "้") == spoilt.replace(" ้", "้")


@pytest.mark.parametrize(("layer", "copied"), [("A", "ต าบลบางนา"), ("B", "ต ำบลบำงนำ"), ("N", "ต\u0e4dาบลบางนา")])
def test_a_wrong_text_layer_copies_otherwise_than_the_page_shows(
    generator: ModuleType, layer: str, copied: str
) -> None:
    producers = sys.modules["producers"]
    blocks = sys.modules["markup"].parse("ตำบลบางนา", {})
    right, wrong = (pypdfium2.PdfDocument(producers.make("fpdf", blocks, keys))[0] for keys in ({}, {"layer": layer}))
    assert wrong.get_textpage().get_text_range().strip() == copied
    assert wrong.render().to_numpy().tobytes() == right.render().to_numpy().tobytes()


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("# หัวข้อ\nข้อความ\n- หนึ่ง\n- สอง\n| ก | ข |\n| 1 | 2 |", ["heading", "text", "list", "table"]),
        ("<form>\n<input>\n</form>\n\nต่อ", ["raw", "text"]),
        ("^ (นายก)\n%page\n!img /a.jpg | ภาพ", ["centre", "page", "image"]),
    ],
)
def test_markup_becomes_blocks(generator: ModuleType, body: str, kinds: list[str]) -> None:
    assert [block.kind for block in sys.modules["markup"].parse(body, {})] == kinds


def test_an_unknown_markup_line_is_an_error(generator: ModuleType) -> None:
    with pytest.raises(ValueError, match="!dance"):
        sys.modules["markup"].parse("!dance", {})
