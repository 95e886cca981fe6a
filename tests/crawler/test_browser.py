"""The browser lane: pages that need scripts are rendered, behind the same address guard; and the guard's proxy."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from PIL import Image

from crawler.browser import find_chromium, playwright_has_chromium
from crawler.egress import AddressPolicy
from crawler.proxy import GuardProxy
from evidence.store import EvidenceStore

needs_chromium = pytest.mark.skipif(
    not (find_chromium() or playwright_has_chromium()), reason="no Chromium is installed (apt-get install chromium)"
)
FILLER = "ประกาศเผยแพร่ข้อมูลข่าวสารเพื่อให้ประชาชนทราบโดยทั่วกัน " * 5
APP = (
    "<!doctype html><html><head><meta charset='utf-8'><title>อบต.ตัวอย่าง</title></head><body><div id='root'></div>"
    "<script>document.getElementById('root').innerHTML = '<h1>แผนดำเนินงานประจำปี 2565</h1><p>%s</p>"
    '<a href="/plan.pdf">ไฟล์แผน</a>\';</script></body></html>'
)


@needs_chromium
def test_a_page_that_needs_scripts_is_rendered_and_pictured(site: Any, run: Any) -> None:
    url = site.add("/app", APP % FILLER)
    site.add("/plan.pdf", b"%PDF-1.4 x", content_type="application/pdf")
    crawled = run(site.url(), {"o10": [url]}, browser=True)
    row = crawled.one(url)
    assert (row.outcome, row.via) == ("ok", "browser")
    assert "แผนดำเนินงานประจำปี 2565" in crawled.texts[row.sha256].text
    assert site.url("/plan.pdf") in crawled.for_item("o10", "linked")
    assert crawled.report.agencies[0].via_browser == 1
    with EvidenceStore.open(crawled.store) as store, Image.open(io.BytesIO(store.blobs.get(row.screenshot))) as picture:
        assert picture.width == 1280


@needs_chromium
def test_submitted_pages_are_drawn_beyond_the_allowance_of_others(site: Any, run: Any) -> None:
    answers = {f"o{number}": [site.add(f"/app{number}", APP % FILLER)] for number in (3, 4, 10)}
    crawled = run(site.url(), answers, browser=True, browser_pages=1)
    assert [crawled.one(url).via for (url,) in answers.values()] == ["browser"] * 3


@needs_chromium
@pytest.mark.parametrize("allowed", [False, True])
def test_the_browser_reaches_only_what_the_guard_allows(site: Any, other_site: Any, run: Any, allowed: bool) -> None:
    inner = other_site.add("/secret", "secret")
    script = APP.replace("document.get", f"fetch('{inner}',{{mode:'no-cors'}}).catch(()=>0);document.get", 1)
    url = site.add("/app", script % FILLER)
    networks = ("127.0.0.1/32", "127.0.0.2/32") if allowed else ("127.0.0.1/32",)
    row = run(site.url(), {"o10": [url]}, browser=True, allow_networks=networks).one(url)
    assert row.via == "browser"
    assert other_site.hits["/secret"] == int(allowed)


@needs_chromium
def test_a_part_that_scripts_fill_in_later_is_rendered(site: Any, run: Any) -> None:
    site.add("/data.json", '{"text": "จำนวนผู้รับบริการ 125 ราย"}', content_type="application/json")
    script = "fetch('/data.json').then(r=>r.json()).then(d=>document.getElementById('s').innerHTML='<p>'+d.text+'</p>')"
    url = site.add(
        "/stat",
        f"<html><head><meta charset='utf-8'></head><body><nav><a href='/'>หน้าหลัก</a> {FILLER}</nav><main>"
        f"<h1>สถิติการให้บริการ</h1><div id='s'>กำลังโหลดข้อมูล...</div></main><script>{script}</script></body></html>",
    )
    crawled = run(site.url(), {"o15": [url]}, browser=True)
    assert "125" in crawled.texts[crawled.one(url).sha256].text
    assert (
        run(site.url(), {"o15": [url]}, browser=False, page_budget=1, store=crawled.store.parent / "second")
        .one(url)
        .outcome
        == "unreadable"
    )


@needs_chromium
def test_a_missing_page_is_confirmed_in_the_browser(site: Any, run: Any) -> None:
    crawled = run(site.url(), {"o10": [site.url("/gone")]}, browser=True)
    assert crawled.one(site.url("/gone"), "confirm").outcome == "not_found"


def test_without_a_browser_the_page_is_unreadable_and_not_empty(site: Any, run: Any) -> None:
    url = site.add("/app", APP % FILLER)
    row = run(site.url(), {"o10": [url]}, browser=False).one(url)
    assert row.outcome == "unreadable"
    assert "browser" in row.detail


def test_a_missing_chromium_is_said_and_costs_nothing_else(
    site: Any, run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    app, plain = (
        site.add("/app", APP % FILLER),
        site.add("/plain", f"<html><body><h1>แผน</h1><p>{FILLER}</p></body></html>"),
    )
    crawled = run(site.url(), {"o10": [app, plain]}, browser=True)
    assert crawled.one(app).outcome == "unreadable"
    assert "chromium" in crawled.one(app).detail.lower()
    assert crawled.one(plain).outcome == "ok"
    assert crawled.report.complete


async def _ask(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


def through_proxy(policy: AddressPolicy, request: bytes) -> tuple[bytes, set[str]]:
    async def go() -> tuple[bytes, set[str]]:
        async with GuardProxy(policy) as proxy:
            return await _ask(proxy.port, request), proxy.refused

    return asyncio.run(go())


OPEN = AddressPolicy(("127.0.0.1/32",))


def test_the_proxy_passes_plain_requests_to_allowed_addresses(site: Any) -> None:
    site.add("/x?y=1", "hello", content_type="text/plain")
    request = f"GET {site.url('/x?y=1')} HTTP/1.1\r\nHost: 127.0.0.1\r\nProxy-Connection: keep-alive\r\n\r\n"
    answer, refused = through_proxy(OPEN, request.encode())
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"hello")
    assert not refused
    assert "Proxy-Connection" not in site.headers["/x?y=1"]


def test_the_proxy_tunnels_to_allowed_addresses(site: Any) -> None:
    inner = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    request = f"CONNECT 127.0.0.1:{site.port} HTTP/1.1\r\n\r\n{inner}"
    answer, _ = through_proxy(OPEN, request.encode())
    assert answer.startswith(b"HTTP/1.1 200 Connection established")
    assert b"200 OK" in answer.split(b"\r\n\r\n", 1)[1]


@pytest.mark.parametrize(
    "request_line",
    [
        "CONNECT 169.254.169.254:80 HTTP/1.1",
        "CONNECT [::1]:443 HTTP/1.1",
        "GET http://10.0.0.1/ HTTP/1.1",
        "GET http://2130706434/ HTTP/1.1",
        "CONNECT 127.0.0.2:80 HTTP/1.1",
        "CONNECT [::ffff:10.0.0.1]:80 HTTP/1.1",
    ],
)
def test_the_proxy_refuses_forbidden_addresses(request_line: str) -> None:
    answer, refused = through_proxy(OPEN, f"{request_line}\r\nHost: x\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 403")
    assert refused


def test_the_proxy_passes_one_request_a_connection(site: Any, other_site: Any) -> None:
    """A second request may be meant for another host than the one that is connected."""
    first = f"GET {site.url('/a')} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    second = f"GET {other_site.url('/b')} HTTP/1.1\r\nHost: 127.0.0.2\r\nCookie: secret\r\n\r\n"
    site.add("/a", "hello", content_type="text/plain")
    answer, _ = through_proxy(OPEN, (first + second).encode())
    assert b"Connection: close" in answer
    assert list(site.hits) == ["/a"]
    assert not other_site.hits


@pytest.mark.parametrize(
    "request_line", ["GET file:///etc/passwd HTTP/1.1", "GET / HTTP/1.1", "nonsense", "CONNECT :99 HTTP/1.1"]
)
def test_the_proxy_answers_nonsense_with_bad_request(request_line: str) -> None:
    answer, _ = through_proxy(OPEN, f"{request_line}\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 400")
