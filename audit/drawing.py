"""Pictures of pages of stored documents, drawn in a child process within limits; a document that breaks it has none."""

from __future__ import annotations

import io
import multiprocessing
import resource
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType

import pypdfium2
from PIL import Image

from evidence.text.pdf_picture import page_pictures

SECONDS = 60.0
MEMORY = 2 * 1024**3
BYTES = 12_000_000
"""What the pictures of one document may weigh together."""
_ORIENTATION, _ON_ITS_SIDE = 0x0112, 5
Drawn = dict[int, tuple[bytes, float, float]]
"""JPEG, width and height of the page in the units of boxes, by page number."""


class Drawing:
    """Draws pages of PDFs and pictures, one document at a time. Use as a context manager."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Drawing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def pages(self, path: Path, kind: str, numbers: Sequence[int], most_bytes: int = BYTES) -> Drawn:
        """The pages that can be drawn. `kind` as in DocumentText; other kinds than pdf and image have none."""
        if kind not in ("pdf", "image"):
            return {}
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_shut_in)
        try:
            return self._pool.submit(_draw, path, kind, list(numbers), most_bytes).result(SECONDS)
        except (BrokenProcessPool, TimeoutError, MemoryError, ValueError, OSError):
            self._drop()
            return {}

    def _drop(self) -> None:
        """End the child, also one that is stuck."""
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _shut_in() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _draw(path: Path, kind: str, numbers: Sequence[int], most_bytes: int) -> Drawn:
    data = path.read_bytes()
    try:
        pictures = page_pictures(data, kind, numbers, most_bytes)
        sizes = _sizes(data, kind, list(pictures))
    except Exception:  # a hostile document may break a reader in any way; it then has no pictures
        return {}
    return {number: (picture, *sizes[number]) for number, picture in pictures.items() if number in sizes}


def _sizes(data: bytes, kind: str, numbers: Sequence[int]) -> dict[int, tuple[float, float]]:
    if kind == "image":
        with Image.open(io.BytesIO(data)) as image:
            return {number: _upright(image, number) for number in numbers}
    document = pypdfium2.PdfDocument(data)
    try:
        return {number: document[number - 1].get_size() for number in numbers}
    finally:
        document.close()


def _upright(image: Image.Image, number: int) -> tuple[float, float]:
    """Width and height of a frame as a person sees it and as it is read: turned as the camera says (EXIF)."""
    image.seek(number - 1)
    turned = image.getexif().get(_ORIENTATION, 1) >= _ON_ITS_SIDE
    width, height = (image.height, image.width) if turned else (image.width, image.height)
    return float(width), float(height)
