"""The same bytes go through OCR once: in an audit, in the next one over the same store, and in `oit read`."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw, ImageFont

from audit import cli, text_cache
from audit.demo.server import Server
from audit.pipeline import AuditSettings, audit_agencies, check_agencies
from crawler import CrawlSettings
from evidence.store import EvidenceStore
from evidence.text import READER_VERSION, ocr
from evidence.text.document import DocumentText, PageText
from evidence.text.options import ReadOptions
from oit import submissions

FONT = "/usr/share/fonts/truetype/tlwg/Laksaman.ttf"
needs_ocr = pytest.mark.skipif(
    not ocr.available() or not Path(FONT).exists(), reason="Tesseract or fonts-thai-tlwg is not installed"
)
LOCAL = CrawlSettings(
    allow_networks=("127.0.0.0/8",), browser=False, delay=0.0, timeout=5.0, retry_wait=0.1, page_budget=5
)


def picture(title: str) -> bytes:
    image = Image.new("L", (1000, 420), 255)
    pen = ImageDraw.Draw(image)
    for number, line in enumerate((title, "อำนาจหน้าที่ขององค์การบริหารส่วนตำบล", "จัดให้มีและบำรุงรักษาทางน้ำและทางบก")):
        pen.text((40, 40 + 110 * number), line, font=ImageFont.truetype(FONT, 44), fill=0)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def runs_of_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """How many pictures have gone through Tesseract: a program of that name counts and calls the real one."""
    log, folder = tmp_path / "runs.log", tmp_path / "bin"
    folder.mkdir()
    program = folder / "tesseract"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = --list-langs ] || echo "$1" >> {log}\nexec {shutil.which("tesseract")} "$@"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return lambda: len(log.read_text().splitlines()) if log.exists() else 0


@needs_ocr
def test_reading_a_picture_twice_puts_it_through_ocr_once(tmp_path: Path, runs_of_tesseract) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(picture("ประกาศ พ.ศ. ๒๕๖๕"))
    first = CliRunner().invoke(cli.main, ["read", str(scan)])
    count = runs_of_tesseract()
    assert (count > 0, "๒๕๖๕" in first.stdout) == (True, True)
    copy = tmp_path / "copy.png"
    copy.write_bytes(scan.read_bytes())
    again = CliRunner().invoke(cli.main, ["read", str(copy)])
    assert (again.stdout, runs_of_tesseract()) == (first.stdout, count)
    scan.write_bytes(picture("ประกาศ พ.ศ. ๒๕๖๔"))
    assert "๒๕๖๔" in CliRunner().invoke(cli.main, ["read", str(scan)]).stdout
    assert runs_of_tesseract() > count


@needs_ocr
def test_audits_of_the_same_pictures_put_them_through_ocr_once(
    tiny_site: Path, tmp_path: Path, runs_of_tesseract
) -> None:
    beside, inside = picture("ภาพที่หนึ่ง"), picture("ภาพที่สอง")
    (tiny_site / "chart.png").write_bytes(beside)
    site = json.loads((tiny_site / "site.json").read_text("utf-8"))
    site["entries"]["/chart.png"] = {"file": "chart.png"}
    (tiny_site / "site.json").write_text(json.dumps(site), encoding="utf-8")
    duties = tiny_site / "1.html"
    shown = f'<img src="/chart.png"><img src="data:image/png;base64,{base64.b64encode(inside).decode()}"></main>'
    duties.write_text(duties.read_text("utf-8").replace("</main>", shown), encoding="utf-8")
    settings = AuditSettings(tmp_path / "store", tmp_path / "out", date(2022, 5, 10), LOCAL, jobs=1)
    counts = []
    with Server(tiny_site) as server:
        given = submissions.from_json(server.submission(), "tiny")
        for day in (10, 11):
            on_that_day = AuditSettings(tmp_path / "store", tmp_path / "out", date(2022, 5, day), LOCAL, jobs=1)
            audit_agencies([given], on_that_day)
            counts.append(runs_of_tesseract())
    check_agencies(settings)
    assert counts[0] >= 2
    assert {runs_of_tesseract(), *counts} == {counts[0]}
    with EvidenceStore.open(tmp_path / "store") as store:
        rows = [row for row in store.fetches(store.runs()[0].id) if row.purpose == "image"]
        texts = {row.url.partition("#")[2][:8]: store.get_text(row.sha256, READER_VERSION) for row in rows}
    assert {key: "ส่วนตำบล" in text.pages[0].text for key, text in texts.items()} == {"": True, "picture-": True}


def test_only_what_took_ocr_is_kept_and_the_oldest_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def scan(name: str, reader: str = ocr.READER) -> DocumentText:
        return DocumentText(name, "pdf", pages=(PageText(1, "ประกาศ", "ประกาศ", tuple(range(7)), reader, 1.0),))

    options = ReadOptions()
    text_cache.keep(scan("a"), options)
    text_cache.keep(scan("b", "pdfium"), options)
    assert text_cache.known("a", options) == scan("a")
    assert text_cache.known("b", options) is None
    assert text_cache.known("a", ReadOptions(ocr_pages=3)) is None
    (kept,) = (tmp_path / "oit" / "texts").iterdir()
    os.utime(kept, (1, 1))
    monkeypatch.setattr(text_cache, "MOST_BYTES", kept.stat().st_size + 1)
    text_cache.keep(scan("c"), options)
    assert (text_cache.known("a", options), text_cache.known("c", options)) == (None, scan("c"))
    (tmp_path / "oit" / "texts").joinpath(next((tmp_path / "oit" / "texts").iterdir()).name).write_bytes(b"cut")
    assert text_cache.known("c", options) is None
