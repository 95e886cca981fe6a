"""The browser lane over many pages: what hides is opened, sites are learnt, memory stays flat, no process is left over."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from farm import FILLER, Asked, Farm, page

from crawler import browser as lane
from crawler.browser import BrowserLane, find_chromium, playwright_has_chromium
from crawler.egress import AddressPolicy
from crawler.learning import Learning
from crawler.settings import CrawlSettings
from evidence.store import EvidenceStore

pytestmark = pytest.mark.skipif(
    not (find_chromium() or playwright_has_chromium()), reason="no Chromium is installed (apt-get install chromium)"
)
SETTINGS = CrawlSettings(allow_networks=("127.0.0.0/8",), browser_seconds=20.0)
POLICY = AddressPolicy(SETTINGS.allow_networks)


@pytest.fixture
def farm() -> Iterator[Farm]:
    made = Farm()
    yield made
    made.close()


def shown(url: str) -> str:
    async def go() -> str:
        browser = BrowserLane(SETTINGS, POLICY)
        try:
            rendered = await browser.render(url)
        finally:
            await browser.close()
        assert rendered.outcome == "ok", rendered
        return rendered.html.decode()

    return asyncio.run(go())


def test_what_hides_behind_doors_is_opened_and_nothing_else_is_clicked(farm: Farm) -> None:
    site = farm.site()
    site.add("/more.json", '["แผนข้อที่ 3"]', kind="application/json")
    body = (
        "<nav><button aria-expanded='false' onclick=\"mark('menu')\">เมนู</button></nav>"
        "<main><button aria-expanded='false' onclick=\"mark('accordion');this.setAttribute('aria-expanded','true')\">ปี 2565</button>"
        "<div class='accordion-button collapsed' onclick=\"mark('bootstrap');this.classList.remove('collapsed')\">ปี 2564</div>"
        "<details><summary>ปี 2563</summary>ซ่อนอยู่</details>"
        "<a href='#' id='more' onclick=\"fetch('/more.json').then(r=>r.json()).then(d=>mark(d[0]));return false\">โหลดเพิ่มเติม</a>"
        "<a href='/elsewhere' onclick=\"mark('left')\">ดูเพิ่มเติม</a>"
        "<form action='/send'><button onclick=\"mark('sent')\">แสดงเพิ่มเติม</button></form>"
        "<button onclick=\"mark('deleted')\">ลบข้อมูล</button><p id='log'></p></main>"
        "<script>function mark(what) { document.getElementById('log').append(' [' + what + ']') }</script>"
    )
    html = shown(site.add("/plan", f"<html><head><meta charset=utf-8></head><body>{body}</body></html>"))
    for expected in ("[accordion]", "[bootstrap]", "[แผนข้อที่ 3]", "<details open"):
        assert expected in html
    for never in ("[menu]", "[left]", "[sent]", "[deleted]"):
        assert never not in html
    assert not site.hits["/elsewhere"] and not site.hits["/send"]


def test_a_click_that_leads_away_leaves_the_page_as_it_was(farm: Farm) -> None:
    site = farm.site()
    site.add("/other", page("อีกหน้าหนึ่ง"))
    body = "<main><h1>หน้าเดิม</h1><button onclick=\"location='/other'\">ดูเพิ่มเติม</button></main>"
    html = shown(site.add("/plan", f"<html><head><meta charset=utf-8></head><body>{body}</body></html>"))
    assert "หน้าเดิม" in html


@pytest.mark.parametrize(
    "hidden",
    [
        "<table><tr><th>ลำดับ</th><th>ชื่อแผน</th></tr><tbody id='rows'></tbody></table>",
        "<ul id='rows'><li>ข้อ 1</li></ul><button onclick='fill()'>โหลดเพิ่มเติม</button>",
    ],
)
def test_a_table_or_list_that_scripts_fill_is_rendered(hidden: str, farm: Farm, run: Any) -> None:
    site = farm.site()
    site.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", "<p>ยินดีต้อนรับ</p>"))
    fill = "function fill(){document.getElementById('rows').innerHTML='<tr><td>1</td><td>แผนพัฒนาท้องถิ่นฉบับเต็ม</td></tr>'}"
    script = f"<script>{fill}; if (!document.querySelector('button')) setTimeout(fill, 50)</script>"
    url = site.add("/plan", page("แผนดำเนินงานประจำปี", hidden + script))
    crawled = run(site.url("/"), {"o10": [url]}, browser=True)
    row = crawled.one(url)
    assert row.via == "browser"
    assert "แผนพัฒนาท้องถิ่นฉบับเต็ม" in crawled.texts[row.sha256].text


def test_what_a_page_asks_for_in_the_browser_is_kept_as_evidence(farm: Farm, run: Any) -> None:
    site = farm.site()
    site.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", "<p>ยินดีต้อนรับ</p>"))
    site.add("/data.json", f'{{"text": "{FILLER}"}}', kind="application/json")
    script = "<script>fetch('/data.json').then(r=>r.json()).then(d=>{document.getElementById('root').innerHTML='<p>'+d.text+'</p>'})</script>"
    url = site.add("/app", f"<html><head><meta charset=utf-8></head><body><div id='root'></div>{script}</body></html>")
    crawled = run(site.url("/"), {"o10": [url]}, browser=True)
    assert crawled.one(url).via == "browser"
    with EvidenceStore.open(crawled.store) as store:
        (heard,) = [one for one in store.exchanges(crawled.run_id) if one.url.endswith("/data.json")]
        assert (heard.via, heard.status) == ("browser", 200)
        assert FILLER.strip() in store.blobs.get(heard.sha256).decode()


def test_a_host_is_learnt_from_its_pages() -> None:
    learning = Learning()
    assert not learning.needs("a.go.th") and not learning.is_vain("a.go.th")
    for _ in range(2):
        learning.note("a.go.th", 50, 900)
        learning.note("b.go.th", 300, 310)
    assert learning.needs("a.go.th") and not learning.is_vain("a.go.th")
    assert learning.is_vain("b.go.th") and not learning.needs("b.go.th")
    assert learning.hosts() == ["a.go.th"]


def processes_of(pid: int) -> dict[int, int]:
    """The process and all beneath it with the memory each holds, in kilobytes."""
    rows = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                after_name = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                if after_name[0] != "Z":
                    rows.append((int(entry.name), int(after_name[1]), int(after_name[21]) * 4))
    beneath, found = {pid}, {}
    while True:
        more = {child for child, parent, _ in rows if parent in beneath} - beneath
        if not more:
            break
        beneath |= more
    for child, _, kilobytes in rows:
        if child in beneath:
            found[child] = kilobytes
    return found


def many_pages(
    farm: Farm, count: int, settle: int, monkeypatch: pytest.MonkeyPatch, a_process: int
) -> tuple[float, float, int]:
    """Render so many pages; memory of browser and driver (MB) after `settle` pages and at the end, and processes used."""
    monkeypatch.setattr(lane, "PAGES_A_PROCESS", a_process)
    site = farm.site()

    async def answer(asked: Asked) -> None:
        body = f"<div id='root'></div><script>document.getElementById('root').innerHTML='<p>{FILLER}</p>'.repeat(50)</script>"
        await asked.say(f"<html><head><meta charset=utf-8></head><body>{body}</body></html>")

    site.missing = answer
    before = set(processes_of(os.getpid()))

    def held() -> float:
        return sum(rss for pid, rss in processes_of(os.getpid()).items() if pid not in before) / 1024

    async def go() -> tuple[float, float, int]:
        browser, early, late = BrowserLane(SETTINGS, POLICY), [], []
        try:
            for start in range(0, count, 2):
                done = await asyncio.gather(*(browser.render(site.url(f"/p{start + n}")) for n in range(2)))
                assert {rendered.outcome for rendered in done} == {"ok"}
                if settle - 10 <= start < settle:
                    early.append(held())
                if start >= count - 10:
                    late.append(held())
        finally:
            await browser.close()
        # The least: where a process takes over, the one before it may still be there for a while on a busy machine.
        return min(early), min(late), browser.processes

    early, late, used = asyncio.run(go())
    for _ in range(100):
        left = set(processes_of(os.getpid())) - before
        if not left:
            break
        time.sleep(0.1)
    assert not left
    return early, late, used


def test_fifty_pages_leave_memory_flat_and_no_process(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    early, late, used = many_pages(farm, 50, 20, monkeypatch, a_process=20)
    assert used == 3
    assert late < early * 1.1, (early, late)


@pytest.mark.slow
def test_five_hundred_pages_leave_memory_flat_and_no_process(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    early, late, used = many_pages(farm, 500, 100, monkeypatch, a_process=100)
    print(f"500 pages: {early:.0f} MB after 100 pages, {late:.0f} MB at the end, {used} processes")
    assert used == 5
    assert late < early * 1.1, (early, late)
