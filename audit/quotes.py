"""Puts boxes on the quotes of a judgement: where on the page of the PDF or picture the quoted words stand."""

from __future__ import annotations

import multiprocessing
import resource
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from evidence.blobs import Blobs
from evidence.text import locate
from evidence.text.document import DocumentText, Located, Place
from oit.findings import Finding, ItemResult, Quote

KINDS = ("pdf", "image")
SECONDS = 30.0
MEMORY_BYTES = 4 * 1024**3

Keep = Callable[[str, DocumentText], None]


class QuoteBoxes:
    """Finds boxes in a child process, one document at a time; a document that breaks the child has no boxes.

    `keep` is given a document's sha256 and text with the boxes found, so that the same quotes cost nothing next time.
    """

    def __init__(self, blobs: Blobs, keep: Keep) -> None:
        self._blobs = blobs
        self._keep = keep
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> QuoteBoxes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def place(self, items: Sequence[ItemResult], texts: Mapping[str, DocumentText]) -> list[ItemResult]:
        """The same results, their quotes from PDFs and pictures with boxes."""
        wanted: dict[str, set[Place]] = defaultdict(set)
        for quote in (quote for item in items for finding in _findings(item) for quote in finding.quotes):
            if quote.start >= 0 and quote.sha256 in texts and texts[quote.sha256].kind in KINDS:
                wanted[quote.sha256].add((quote.page, quote.start, quote.end))
        found = {sha256: self._find(sha256, texts[sha256], sorted(places)) for sha256, places in wanted.items()}
        return [_with_boxes(item, found) for item in items]

    def _find(self, sha256: str, text: DocumentText, places: Sequence[Place]) -> Mapping[Place, tuple[Located, ...]]:
        new = [place for place in places if place not in text.located]
        if not new:
            return text.located
        try:
            future = self._children().submit(_boxes, self._blobs.path(sha256), text, new)
            found = {**text.located, **dict(zip(new, future.result(SECONDS), strict=True))}
        except (BrokenProcessPool, TimeoutError):
            self._drop()
            return text.located
        self._keep(sha256, replace(text, located=found))
        return found

    def _children(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_shut_in)
        return self._pool

    def _drop(self) -> None:
        """End the child, also one that is stuck."""
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _shut_in() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _boxes(path: Path, text: DocumentText, places: Iterable[Place]) -> list[tuple[Located, ...]]:
    """In the child: the boxes of every place; none where the document does not give them."""
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    return [_boxes_of(data, text, place) for place in places]


def _boxes_of(data: bytes, text: DocumentText, place: Place) -> tuple[Located, ...]:
    try:
        return tuple(locate.boxes(data, text, *place))
    except Exception:  # a hostile document may break a reader in any way; a quote without boxes is still a quote
        return ()


def _findings(item: ItemResult) -> Iterable[Finding]:
    yield from (element.finding for element in item.elements)
    if item.year:
        yield item.year.finding


def _with_boxes(item: ItemResult, found: Mapping[str, Mapping[Place, tuple[Located, ...]]]) -> ItemResult:
    def placed(quote: Quote) -> Quote:
        boxes = found.get(quote.sha256, {}).get((quote.page, quote.start, quote.end))
        return replace(quote, boxes=boxes) if boxes else quote

    def boxed(finding: Finding) -> Finding:
        return replace(finding, quotes=tuple(map(placed, finding.quotes)))

    elements = tuple(replace(element, finding=boxed(element.finding)) for element in item.elements)
    year = replace(item.year, finding=boxed(item.year.finding)) if item.year else None
    return replace(item, elements=elements, year=year)
