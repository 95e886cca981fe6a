"""Reads a picture of text: PNG, JPEG, GIF, WebP, BMP or TIFF, by OCR."""

from __future__ import annotations

import hashlib
import io
import time
import warnings

from PIL import Image, ImageFile, ImageOps, ImageSequence, UnidentifiedImageError

from evidence.text import ocr, quality
from evidence.text.document import TITLE, DocumentText, PageText
from evidence.text.options import ReadOptions

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
LARGEST = 120_000_000
"""Pixels above which a picture is not decoded at all: a small file can unfold to gigabytes."""
SMALLEST_SIDE = 40
"""Pictures smaller than this (pixels a side) are icons: nothing is read from them."""
_WIDE_ENOUGH = 1000
_LARGEST_GROWTH = 3.0


def read_image(data: bytes, options: ReadOptions | None = None) -> DocumentText:
    """The text of a picture; a TIFF of several pages gives several pages. Boxes are pixels of the picture as stored.

    Never raises for a bad picture: `outcome` is `corrupt` (cannot be decoded), `unsupported_type` (another format) or
    `too_large`. Without Tesseract the outcome is `ok` and the page's trouble `scanned_without_ocr`.
    """
    options = options or ReadOptions()
    sha256 = hashlib.sha256(data).hexdigest()
    if not data:
        return DocumentText(sha256, "image", outcome="corrupt", detail="the file is empty")
    # Other libraries switch this on for the whole process; a picture that breaks off would then read as grey.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        pages = _pages(data, options)
    except _TooLarge as error:
        return DocumentText(sha256, "image", outcome="too_large", detail=str(error))
    except UnidentifiedImageError:
        return DocumentText(sha256, "image", outcome="unsupported_type", detail="not a picture of a known format")
    except Image.DecompressionBombError as error:
        return DocumentText(sha256, "image", outcome="too_large", detail=str(error)[:300])
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        # What Pillow's decoders raise on cut or damaged files.
        return DocumentText(sha256, "image", outcome="corrupt", detail=repr(error)[:300])
    unreadable = bool(pages) and all(page.trouble == "unreadable" for page in pages)
    return DocumentText(
        sha256, "image", outcome="unreadable" if unreadable else "ok", title=_title(pages), pages=tuple(pages)
    )


class _TooLarge(Exception):
    """The picture has more pixels than may be decoded."""


def _pages(data: bytes, options: ReadOptions) -> list[PageText]:
    started = time.monotonic()
    pages = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            frames = ImageSequence.Iterator(image) if image.format == "TIFF" else iter([image])
            for number, frame in enumerate(frames, start=1):
                if number > options.max_pages:
                    break
                if frame.width * frame.height > LARGEST:
                    raise _TooLarge(f"{frame.width} × {frame.height} pixels")
                left = 0.9 * options.seconds - (time.monotonic() - started)
                pages.append(_page(number, frame, options, left))
    return pages


def _page(number: int, frame: Image.Image, options: ReadOptions, seconds: float) -> PageText:
    width, height = frame.size
    if min(width, height) < SMALLEST_SIDE:
        return _empty(number, width, height)
    if not options.ocr or number > options.ocr_pages or seconds < 2 or not ocr.available():
        return _empty(number, width, height, "scanned_without_ocr")
    upright, scale = _prepared(frame)
    seen = ocr.read(upright, seconds, 1 / scale)
    if seen is None:
        return _empty(number, width, height, "scanned_without_ocr")
    page = seen.page_text(number, width=width, height=height)
    if seen.letters >= 40 and seen.quality < quality.USABLE:
        return PageText(
            **{name: getattr(page, name) for name in PageText.__dataclass_fields__ if name != "trouble"},
            trouble="unreadable",
        )
    return page


def _prepared(frame: Image.Image) -> tuple[Image.Image, float]:
    """The picture grey on white at a size Tesseract reads well, and by how much it was enlarged or reduced."""
    image: Image.Image = ImageOps.exif_transpose(frame) or frame
    if image.mode in ("RGBA", "LA", "P"):
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    image = image.convert("L")
    scale = min(1.0, (ocr.MOST_PIXELS / (image.width * image.height)) ** 0.5)
    if image.width < _WIDE_ENOUGH:
        scale = min(_LARGEST_GROWTH, _WIDE_ENOUGH / image.width)
        scale = min(scale, (ocr.MOST_PIXELS / (image.width * image.height)) ** 0.5)
    if scale != 1.0:
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        image = image.resize(size, Image.Resampling.LANCZOS)
    return image, scale


def _empty(number: int, width: int, height: int, trouble: str = "") -> PageText:
    return PageText(number, "", "", (0,), ocr.READER, 1.0, width=width, height=height, trouble=trouble)


def _title(pages: list[PageText]) -> str:
    if not pages:
        return ""
    first = pages[0]
    words = " ".join(first.text[block.start : block.end] for block in first.blocks if block.kind == TITLE)
    return " ".join(words.split())[:300]
