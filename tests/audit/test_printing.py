"""The agency's report on paper: what is copied out of the PDF is what the page says, and nothing is asked of any network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from pypdf import PdfReader

from audit.cli import main
from audit.printing import NotPrinted, Printer
from crawler.browser import find_chromium
from evidence.text import ReadOptions, extract
from oit import criteria
from tests.reports.conftest import make_sample

needs_chromium = pytest.mark.skipif(not find_chromium(), reason="no Chromium is installed (apt-get install chromium)")
NOT_PRINTED = ".en, style, script, .unseen, fieldset, .skip, nav, svg, .jump, .looked, details.more"
A4 = (595, 842)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    result = make_sample(criteria.load(2565)).build()
    code = result["agency"]["code"]
    folder = tmp_path_factory.mktemp("results")
    (folder / code).mkdir()
    (folder / code / "result.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    return folder, code


@pytest.fixture(scope="module")
def printed(results: tuple[Path, str]) -> Path:
    folder, code = results
    done = run(folder, "--agency", code, "--pdf", "--deadline", "2022-06-15")
    assert done.exit_code == 0, done.output
    return folder / code


def run(*words: Any) -> Any:
    return CliRunner().invoke(main, ["report", *map(str, words)])


def sentences(html: str) -> Iterator[str]:
    """What stands on the printed page in Thai, block by block."""
    soup = BeautifulSoup(html, "lxml")
    for hidden in soup.select(NOT_PRINTED):
        hidden.decompose()
    for block in soup.select("p, li, h2, h3, h4, h5, dd, blockquote"):
        if not block.find(["p", "li", "ul", "ol", "details", "div"]):
            text = " ".join(block.get_text().split())
            if len(re.findall("[ก-๙]", text)) >= 12:
                yield text


@needs_chromium
def test_thai_copied_out_of_the_printed_report_is_right(printed: Path) -> None:
    said = list(dict.fromkeys(sentences((printed / "report.html").read_text("utf-8"))))
    read = extract(
        (printed / "report.pdf").read_bytes(),
        content_type="application/pdf",
        url="x.pdf",
        options=ReadOptions(ocr=False),
    )
    copied = re.sub(r"\s+", "", "\n".join(page.text for page in read.pages))
    lost = [text for text in said if re.sub(r"\s+", "", text) not in copied]
    assert len(said) >= 100
    # A block cut by the end of a page has the foot of the page in it.
    assert len(lost) <= 0.03 * len(said), lost


@needs_chromium
def test_the_printed_report_is_a4_with_embedded_fonts_and_tags(printed: Path) -> None:
    reader = PdfReader(printed / "report.pdf")
    assert all(abs(page.mediabox.width - A4[0]) < 2 and abs(page.mediabox.height - A4[1]) < 2 for page in reader.pages)
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"].get("/Font", {}).values()]
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        assert font["/Subtype"] == "/Type3" or "/FontFile2" in inner["/FontDescriptor"].get_object()
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] and reader.outline


@needs_chromium
def test_the_report_names_points_what_to_add_where_an_example_and_the_deadline(printed: Path) -> None:
    soup = BeautifulSoup((printed / "report.html").read_text("utf-8"), "lxml")
    fixes = soup.select("#fixes .fix")
    worth = [float(fix.select_one(".gain strong").get_text().strip("+")) for fix in fixes]  # type: ignore[union-attr]
    assert fixes and worth == sorted(worth, reverse=True)
    assert "15 มิถุนายน 2565" in soup.select_one("#fixes").get_text()  # type: ignore[union-attr]
    problems = next(fix for fix in fixes if "ปัญหา" in fix.get_text())
    told = problems.get_text()
    assert "เพิ่มรายละเอียดต่อไปนี้ใน http" in told and "หัวข้อ “" in told


@needs_chromium
def test_the_pdf_is_in_the_language_asked_for(results: tuple[Path, str], tmp_path: Path) -> None:
    folder, code = results
    file = folder / code / "result.json"
    done = run(file, "--out", tmp_path, "--pdf", "--lang", "en", "--deadline", "2022-06-15")
    assert done.exit_code == 0, done.output
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / code / "report.pdf").pages[:4])
    assert "To be mended by" in text and "กำหนดแก้ไข" not in text


@needs_chromium
def test_printing_asks_nothing_of_any_network_and_runs_no_script() -> None:
    page = (
        "<!doctype html><meta charset=utf-8><title>t</title><script>document.body.innerHTML='ran'</script>"
        "<img src='http://127.0.0.1:9/x.png'><iframe src='file:///etc/hostname'></iframe><p>ข้อความเดิม</p>"
    )
    with Printer() as printer:
        data = printer.print(page)
    read = extract(data, content_type="application/pdf", url="x.pdf", options=ReadOptions(ocr=False))
    assert "ข้อความเดิม" in read.pages[0].text and "ran" not in read.pages[0].text


def test_without_a_chromium_printing_is_a_sentence() -> None:
    with pytest.raises(NotPrinted, match="oit doctor"):
        Printer().print("<p>x</p>")


def test_an_agency_that_has_no_result_is_a_sentence(results: tuple[Path, str]) -> None:
    done = run(results[0], "--agency", "nobody")
    assert done.exit_code == 2 and "no result of agency nobody" in done.stderr
