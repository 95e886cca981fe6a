"""Reading pictures of text."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from evidence.text import image as image_reader
from evidence.text import ocr
from evidence.text.image import read_image
from evidence.text.options import ReadOptions

DATA = Path(__file__).parent / "data"
needs_tesseract = pytest.mark.skipif(not ocr.available(), reason="Tesseract with Thai and English is not installed")


@pytest.fixture(scope="module")
def page() -> Image.Image:
    source = pypdfium2.PdfDocument(DATA / "libreoffice_garuda.pdf")
    rendered = source[0].render(scale=130 / 72, grayscale=True).to_pil()
    source.close()
    return rendered.crop((0, 0, rendered.width, int(rendered.height * 0.3)))


def encoded(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_every_format_is_opened_and_without_ocr_it_is_trouble(page: Image.Image, kind: str) -> None:
    document = read_image(encoded(page, kind), ReadOptions(ocr=False))
    assert (document.outcome, document.kind) == ("ok", "image")
    assert [sheet.trouble for sheet in document.pages] == ["scanned_without_ocr"]
    assert (document.pages[0].width, document.pages[0].height) == page.size


@needs_tesseract
def test_the_words_of_a_picture_are_read_with_boxes_in_pixels(page: Image.Image) -> None:
    document = read_image(encoded(page, "PNG"))
    (sheet,) = document.pages
    assert sheet.reader == ocr.READER
    assert "งบประมาณ" in sheet.text
    start = sheet.text.index("งบประมาณ")
    first, last = sheet.raw_span(start, start + len("งบประมาณ"))
    assert sheet.raw[first:last].startswith("ง")
    assert all(0 <= x0 < x1 <= page.width and 0 <= y0 < y1 <= page.height for _, _, x0, y0, x1, y1 in sheet.word_boxes)


@needs_tesseract
@pytest.mark.parametrize("degrees", [90, 180])
def test_a_picture_that_lies_on_its_side_is_read_and_boxes_stay_where_it_lies(page: Image.Image, degrees: int) -> None:
    turned = page.rotate(degrees, expand=True)
    (sheet,) = read_image(encoded(turned, "PNG")).pages
    assert "งบประมาณ" in sheet.text
    boxes = sheet.word_boxes
    assert all(x0 >= 0 and x1 <= turned.width and y0 >= 0 and y1 <= turned.height for _, _, x0, y0, x1, y1 in boxes)
    if degrees == 180:
        assert boxes[0][3] > boxes[-1][3]


@needs_tesseract
def test_a_transparent_picture_is_read_on_white(page: Image.Image) -> None:
    clear = Image.new("RGBA", page.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=page.point(lambda grey: 255 - grey))
    (sheet,) = read_image(encoded(clear, "PNG")).pages
    assert "งบประมาณ" in sheet.text


def test_icons_are_not_read() -> None:
    (sheet,) = read_image(encoded(Image.new("RGB", (16, 16), "red"), "PNG")).pages
    assert (sheet.text, sheet.trouble) == ("", "")


def test_a_picture_that_unfolds_to_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_reader, "LARGEST", 10_000)
    document = read_image(encoded(Image.new("1", (200, 200)), "PNG"))
    assert document.outcome == "too_large"
    assert document.pages == ()


@pytest.mark.parametrize(
    ("data", "outcome"),
    [(b"", "corrupt"), (b"no picture", "unsupported_type"), (b"\x89PNG\r\n\x1a\n", "unsupported_type")],
)
def test_what_is_no_picture_has_an_outcome(data: bytes, outcome: str) -> None:
    assert read_image(data).outcome in (outcome, "corrupt")


def test_a_cut_picture_is_corrupt(page: Image.Image) -> None:
    data = encoded(page, "PNG")
    assert read_image(data[: len(data) // 3], ReadOptions()).outcome == "corrupt"


def test_missing_tesseract_is_trouble_and_not_absence(page: Image.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    document = read_image(encoded(page, "PNG"))
    assert (document.outcome, document.pages[0].trouble) == ("ok", "scanned_without_ocr")
