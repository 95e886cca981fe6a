from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from audit import quotes
from audit.demo import SITE
from audit.quotes import QuoteBoxes
from evidence.blobs import Blobs
from evidence.text import extract
from evidence.text.document import DocumentText
from evidence.text.serial import from_json, to_json
from oit.findings import ElementResult, Finding, ItemResult, Quote, Verdict, YearResult

BUDGET = SITE / "files/wp-content/uploads/2021/10/budget-2565.pdf"
HOME = SITE / "files/index.html"


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.fixture
def kept() -> dict[str, DocumentText]:
    return {}


@pytest.fixture
def boxes(blobs: Blobs, kept: dict[str, DocumentText]) -> Iterator[QuoteBoxes]:
    with QuoteBoxes(blobs, kept.__setitem__) as opened:
        yield opened


def quote(text: DocumentText, words: str) -> Quote:
    page = next(page for page in text.pages if words in page.raw)
    start = page.raw.index(words)
    return Quote("http://x/", text.sha256, page.number, page.reader, words, words, start, start + len(words))


def item(*quoted: Quote) -> ItemResult:
    finding = Finding(Verdict.MET, 0.9, quotes=quoted)
    elements = (ElementResult("budget", finding),)
    return ItemResult("o18", "annual_budget_plan", Verdict.MET, 0.9, elements=elements, year=YearResult("x", finding))


def test_a_quote_from_a_pdf_gets_boxes_on_its_page_and_nothing_else_changes(blobs: Blobs, boxes: QuoteBoxes) -> None:
    data = BUDGET.read_bytes()
    text = extract(data)
    before = item(quote(text, "2565"))
    (after,) = boxes.place([before], {blobs.put(data): text})
    assert after.year is not None
    for finding in (after.elements[0].finding, after.year.finding):
        ((page, left, top, right, bottom),) = finding.quotes[0].boxes
        assert page == finding.quotes[0].page
        assert 0 < left < right < text.pages[0].width
        assert 0 < top < bottom < text.pages[0].height
    bare = replace(after.elements[0].finding.quotes[0], boxes=())
    assert bare == before.elements[0].finding.quotes[0]


def test_boxes_found_once_are_kept_with_the_text_and_no_document_is_opened_again(
    blobs: Blobs, boxes: QuoteBoxes, kept: dict[str, DocumentText], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = BUDGET.read_bytes()
    text = extract(data)
    sha256 = blobs.put(data)
    first = boxes.place([item(quote(text, "2565"))], {sha256: text})
    assert from_json(to_json(kept[sha256])) == kept[sha256]
    monkeypatch.setattr(QuoteBoxes, "_children", lambda self: pytest.fail("a child was started"))
    assert boxes.place([item(quote(text, "2565"))], kept) == first


def test_a_quote_from_a_page_has_no_boxes(blobs: Blobs, boxes: QuoteBoxes) -> None:
    data = HOME.read_bytes()
    text = extract(data, content_type="text/html")
    before = item(quote(text, text.pages[0].raw[:10]))
    assert boxes.place([before], {blobs.put(data): text}) == [before]


def test_a_child_that_is_too_slow_costs_only_its_boxes(
    blobs: Blobs, boxes: QuoteBoxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = BUDGET.read_bytes()
    text = extract(data)
    texts, before = {blobs.put(data): text}, item(quote(text, "2565"))
    with monkeypatch.context() as patched:
        patched.setattr(quotes, "SECONDS", 0.0)
        assert boxes.place([before], texts) == [before]
    (after,) = boxes.place([before], texts)
    assert after.elements[0].finding.quotes[0].boxes


def test_a_document_that_is_gone_or_damaged_has_no_boxes(blobs: Blobs, boxes: QuoteBoxes) -> None:
    text = extract(BUDGET.read_bytes())
    before = item(quote(text, "2565"))
    assert boxes.place([before], {text.sha256: text}) == [before]
    blobs.path(text.sha256).parent.mkdir(parents=True)
    blobs.path(text.sha256).write_bytes(b"%PDF-1.7 broken")
    assert boxes.place([before], {text.sha256: text}) == [before]
