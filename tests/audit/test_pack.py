"""The pack of an audited agency: what is in it, how it opens, where its marks are, and that nothing in it runs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from fpdf import FPDF
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from audit import cli
from audit.demo.server import Server
from audit.pipeline import AuditSettings, audit_agencies
from audit.web_pictures import Sought, WebPicture, WebPictures
from crawler import CrawlSettings
from crawler.browser import find_chromium
from evidence.bag import BagReader
from evidence.text import ReadOptions
from oit import submissions
from tests.audit.conftest import PAGES, build_site

needs_chromium = pytest.mark.skipif(not find_chromium(), reason="no Chromium is installed (apt-get install chromium)")
EVIL = '"><script>document.title="ran"</script><img src=x onerror="document.title=\'ran\'">'
EVIL_FILE = '/files/x"><svg onload=document.title="ran">.pdf'
EVIL_QUERY = "/law?next=%22%3E%3Cscript%3Edocument.title=%22ran%22%3C/script%3E"


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one audit of the tiny site that is hostile in title, text, alternative text, link, address, file name
    and in the text and title of a PDF."""
    folder = tmp_path_factory.mktemp("pack")
    title, body = PAGES["/duties"]
    hostile = body + f'<p>{EVIL}</p><img alt="{EVIL}" src="/x.png"><script>document.title="ran"</script>'
    PAGES["/duties"] = (f"{title}</title><script>document.title='ran'</script>", hostile)
    try:
        site = build_site(folder / "site", slow=())
        add_hostile_pdf(site)
    finally:
        PAGES["/duties"] = (title, body)
    crawl = CrawlSettings(
        allow_networks=("127.0.0.0/8",), browser=False, delay=0.0, timeout=5.0, retry_wait=0.1, page_budget=5
    )
    with Server(site) as server:
        shape = server.submission()
        shape["agency"]["name"] = f"อบต.ตัวอย่าง {EVIL}"
        shape["answers"][1]["urls"].append(server.base_url.rstrip("/") + quote(EVIL_FILE))
        shape["answers"][2]["urls"] = [server.base_url.rstrip("/") + EVIL_QUERY]
        shape["answers"][0]["explanation"] = f"หน้าหลัก > อำนาจหน้าที่ {EVIL}"
        settings = AuditSettings(folder / "store", folder / "out", date(2022, 5, 10), crawl, ReadOptions(ocr=False), 1)
        audit_agencies([submissions.from_json(shape, "tiny")], settings)
    return folder


def add_hostile_pdf(site: Path) -> None:
    """A PDF whose text, title and file name carry markup, and the page of laws under an address that does."""
    pdf = FPDF()
    pdf.add_page()
    pdf.set_title(EVIL)
    pdf.set_font("helvetica", size=12)
    pdf.multi_cell(0, text=f"Contact {EVIL} 042-123456 saraban@example.go.th")
    (site / "evil.pdf").write_bytes(bytes(pdf.output()))
    shape = json.loads((site / "site.json").read_text("utf-8"))
    shape["entries"][quote(EVIL_FILE)] = {"file": "evil.pdf"}
    shape["entries"][EVIL_QUERY] = shape["entries"]["/law"]
    (site / "site.json").write_text(json.dumps(shape), encoding="utf-8")


def run(*words: Any) -> Any:
    return CliRunner().invoke(cli.main, list(map(str, words)))


@pytest.fixture(scope="module")
def pack(audited: Path) -> Path:
    assert run("keys", "new", "--out", audited / "keys").exit_code == 0
    file = audited / "tiny.zip"
    key = audited / "keys" / "oit-private.pem"
    done = run("pack", "tiny", "--store", audited / "store", "--out", file, "--key", key)
    assert done.exit_code == 0, done.output
    return file


def test_the_pack_holds_what_a_reviewer_needs_and_verifies(pack: Path) -> None:
    with BagReader(pack) as bag:
        paths = bag.paths
        result = json.loads(bag.read("data/result.json"))
    assert {"data/index.html", "data/about.json", "data/criteria/2565/framework.toml", "bagit.txt"} <= set(paths)
    assert {f"data/items/{item['item']}.html" for item in result["items"]} <= set(paths)
    assert any(path.startswith("data/warc/") for path in paths)
    quoted = {
        quote["sha256"] for item in result["items"] for element in item["elements"] for quote in element["quotes"]
    }
    assert quoted and all(any(sha256[:16] in path for path in paths if "originals" in path) for sha256 in quoted)
    done = run("verify", pack, "--key", pack.parent / "keys" / "oit-public.pem", "--json")
    assert done.exit_code == 0 and json.loads(done.stdout)["verifies"]


def test_verify_says_in_thai_and_english_what_differs_and_ends_with_1(pack: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(pack) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"not_met", b"met", 1) if name.endswith("/result.json") else data)
    done = run("verify", broken)
    assert done.exit_code == 1
    assert "ไฟล์ถูกแก้ไข: data/result.json" in done.stdout
    assert "A file was changed: data/result.json" in done.stdout
    assert run("verify", pack.parent / "keys" / "oit-public.pem").exit_code == 1


def test_an_agency_never_audited_is_a_sentence(audited: Path, tmp_path: Path) -> None:
    done = run("pack", "nobody", "--store", audited / "store", "--out", tmp_path / "x.zip")
    assert done.exit_code == 2 and "nobody" in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_does_not_fit_is_left_out_by_name(audited: Path, tmp_path: Path) -> None:
    from audit.pack import make
    from evidence.store import EvidenceStore

    with EvidenceStore.open(audited / "store") as store:
        made = make(store, "tiny", tmp_path / "small.zip", most_bytes=300, pictures=False)
    with BagReader(made.file) as bag:
        told = bag.read("data/index.html").decode()
    assert made.left_out >= 3 and "left out to keep the pack" in told


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@needs_chromium
def test_the_unpacked_pages_open_from_disk_run_nothing_and_ask_no_network(
    pack: Path, browser: Browser, tmp_path: Path
) -> None:
    with zipfile.ZipFile(pack) as packed:
        packed.extractall(tmp_path)
    folder = tmp_path / "oit-tiny-2565"
    assert all(path.stat().st_size < 2_000_000 for path in folder.rglob("*.html"))
    page = browser.new_page(viewport={"width": 360, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / "index.html").as_uri())
    page.wait_for_url("**/data/index.html")
    pages = ("index.html", "items/o3.html", "items/o5.html", "items/o6.html", "items/o10.html")
    told = "".join((folder / "data" / name).read_text("utf-8") for name in pages)
    for written in ("x%22%3E%3Csvg", "next=%22%3E%3Cscript", "&lt;script&gt;"):
        assert written in told, f"{written} did not get into the pack, so this test shows nothing"
    for name in pages:
        page.goto((folder / "data" / name).as_uri())
        assert page.title() != "ran" and EVIL not in page.content()
        assert page.locator("[onerror], [onload], script:not([src])").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        found = Axe().run(page).response["violations"]
        assert not [(one["id"], one["nodes"][0]["html"][:160]) for one in found]
    assert [url for url in asked if not url.startswith("file:")] == []
    page.goto((folder / "data/items/o6.html").as_uri())
    assert page.locator(".sheet img").count() >= 1
    loaded = "Array.from(document.querySelectorAll('.sheet img')).every(one => one.naturalWidth > 0)"
    assert page.evaluate(loaded)
    page.close()


@needs_chromium
def test_words_on_a_web_page_are_found_where_they_are_drawn() -> None:
    html = (
        "<!doctype html><meta charset=utf-8><style>body{margin:0;font:20px sans-serif}p{margin:0;position:absolute}</style>"
        "<p style='left:300px;top:400px;background:#f00;color:#f00'>ประกาศ <b>เจตนา</b>รมณ์</p>"
        "<p style='left:10px;top:10px'>อื่น</p><p style='display:none'>ประกาศเจตนารมณ์</p>"
        "<script>document.body.innerHTML = ''</script><img src='http://127.0.0.1:9/x.png'>"
    )

    def draw() -> WebPicture | None:
        with WebPictures() as pictures:
            quotes = [Sought("ประกาศเจตนารมณ์"), Sought("ไม่มี")]
            return pictures.draw("http://page.invalid/", html.encode(), "text/html", quotes, lambda url: None)

    # In a thread of its own: the other tests of this file keep a browser open in this one.
    with ThreadPoolExecutor(1) as thread:
        drawn = thread.submit(draw).result()
    assert drawn is not None and drawn.places[Sought("ไม่มี")] == ()
    boxes = drawn.places[Sought("ประกาศเจตนารมณ์")]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    assert abs(left - 300) < 3 and 395 < top < 410
    with Image.open(io.BytesIO(drawn.jpeg)) as picture:
        red = picture.convert("RGB").crop((int(left) + 2, int(top) + 4, int(right) - 2, int(bottom) - 4))
        shades = [pixel for _, pixel in red.getcolors(100_000) or []]
    assert all(r > 180 and g < 90 for r, g, b in shades)


@needs_chromium
def test_an_audit_older_than_the_readers_still_gets_its_pictures(
    audited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from audit import pack as packing
    from evidence.store import EvidenceStore

    def pictures() -> int:
        def made() -> int:
            with EvidenceStore.open(audited / "store") as store:
                file = packing.make(store, "tiny", tmp_path / "later.zip").file
            with BagReader(file) as bag:
                return sum(path.startswith("data/pictures/") for path in bag.paths)

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(made).result()

    now = pictures()
    monkeypatch.setattr(packing, "READER_VERSION", "another")
    assert now and pictures() == now
    monkeypatch.setattr(EvidenceStore, "latest_text", lambda self, sha256: None)
    assert pictures() == now
