"""Pictures of pages as a person sees them: a PDF drawn by PDFium, a picture file as it is; small JPEGs.

Draws what strangers made: call it in a child process with limits.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import pypdfium2
from PIL import Image, ImageOps

WIDTH = 1000
TALLEST = 3000
QUALITY = 70
MOST_PIXELS = 60_000_000


def page_pictures(data: bytes, kind: str, numbers: Sequence[int], most_bytes: int) -> dict[int, bytes]:
    """JPEGs by page number, in the order asked for, until `most_bytes` are spent. `kind`: as in DocumentText.

    Pages that cannot be drawn, and all pages of documents that are neither `pdf` nor `image`, are left out.
    """
    found: dict[int, bytes] = {}
    spent = 0
    for number, picture in _drawn(data, kind, numbers):
        jpeg = _jpeg(picture)
        spent += len(jpeg)
        if spent > most_bytes:
            break
        found[number] = jpeg
    return found


def _drawn(data: bytes, kind: str, numbers: Sequence[int]) -> Iterator[tuple[int, Image.Image]]:
    if kind == "pdf":
        document = pypdfium2.PdfDocument(data)
        try:
            for number in numbers:
                if 1 <= number <= len(document):
                    page = document[number - 1]
                    width, height = page.get_size()
                    scale = min(WIDTH / max(width, 1.0), TALLEST / max(height, 1.0))
                    yield number, page.render(scale=scale).to_pil()
        except pypdfium2.PdfiumError:
            return
        finally:
            document.close()
    elif kind == "image":
        with Image.open(io.BytesIO(data)) as image:
            for number in numbers:
                if number > getattr(image, "n_frames", 1) or image.width * image.height > MOST_PIXELS:
                    continue
                image.seek(number - 1)
                frame = ImageOps.exif_transpose(image)
                frame.thumbnail((WIDTH, TALLEST))
                yield number, frame


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
