"""What is captured of a run can be replayed byte for byte, pictured without a network, and judged again anywhere."""

from __future__ import annotations

import io
import json
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from warcio.archiveiterator import ArchiveIterator

sys.path.insert(0, str(Path(__file__).parent))
from farm import Asked, Farm, FarmSite, packed, page, pdf

from crawler import assets
from crawler.browser import find_chromium, playwright_has_chromium
from evidence.store import EvidenceStore
from evidence.warc import hex_of_digest, run_of_warc, warc_of_run
from oit.errors import InputError

needs_chromium = pytest.mark.skipif(
    not (find_chromium() or playwright_has_chromium()), reason="no Chromium is installed (apt-get install chromium)"
)
PLAN = "แผนดำเนินงานประจำปี"


def png(colour: str, size: tuple[int, int] = (400, 300)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def farm() -> Iterator[Farm]:
    made = Farm()
    yield made
    made.close()


@pytest.fixture
def site(farm: Farm) -> FarmSite:
    """A small site with styles and pictures; every answer has an ETag and is asked for again with it."""
    made = farm.site()
    things = {
        "/": (page("องค์การบริหารส่วนตำบลตัวอย่าง", "<p>ยินดีต้อนรับ</p>").encode(), "text/html; charset=utf-8"),
        "/plan": (
            page(
                PLAN,
                f"<a href='/plan.pdf'>{PLAN} 2565</a><img src='/red.png' alt='แผนผัง' width=400 height=300>",
                head="<link rel='stylesheet' href='/style.css'>",
            ).encode(),
            "text/html; charset=utf-8",
        ),
        "/plan.pdf": (pdf(), "application/pdf"),
        "/red.png": (png("red"), "image/png"),
        "/green.png": (png("lime"), "image/png"),
        "/style.css": (b"body { background: url('/green.png'); } h1 { color: blue }", "text/css"),
    }
    made.things = things  # type: ignore[attr-defined]

    def answering(path: str) -> Any:
        async def answer(asked: Asked) -> None:
            body, kind = things[path]
            tag = f'"{hash(body)}"'
            if asked.headers.get("If-None-Match") == tag:
                await asked.say(status=304, ETag=tag)
            elif kind.startswith("text"):
                await asked.say(packed(body), kind=kind, Content_Encoding="gzip", ETag=tag)
            else:
                await asked.say(body, kind=kind, ETag=tag)

        return answer

    for path in things:
        made.do(path, answering(path))
    return made


def records(file: Path) -> list[tuple[str, str, Any, bytes]]:
    with file.open("rb") as stream:
        return [
            (
                record.rec_type,
                record.rec_headers.get_header("WARC-Target-URI") or "",
                record,
                record.content_stream().read(),
            )
            for record in ArchiveIterator(stream, check_digests="raise")
        ]


def test_the_addresses_of_images_and_styles_are_found_in_the_bytes() -> None:
    body = (
        b"<base href='/deep/'><LINK rel='stylesheet' href=style.css><img src=\"a b.png\"><img data-src=b.png src=data:x>"
        b"<body background='bg.gif'><div style=\"background: url(&quot;c.png&quot;)\"></div><link rel=canonical href=no>"
        b"<style>@import 'd.css'; p { background: url(e.png) }</style><img srcset='f.png 2x, g.png 3x'>"
        b"<img src='\xe1\xbc\xb9\xb7\xd5\xe8.png'><a href='not.png'>x</a>"
    )
    found = [url.removeprefix("http://a.go.th/deep/") for url in assets.of_page(body, "http://a.go.th/x/y")]
    assert found == ["style.css", "a b.png", "b.png", "bg.gif", "f.png", "แผนที่.png", "c.png", "e.png", "d.css"]


@needs_chromium
def test_a_run_is_captured_replayed_and_pictured_offline(site: FarmSite, run: Any, farm: Farm) -> None:
    url = site.url("/plan")
    crawled = run(site.url(), {"o10": [url]}, capture=True, pictures=True, browser=True)
    asked = {path: site.hits[path] for path in ("/style.css", "/red.png", "/green.png", "/plan", "/plan.pdf")}
    assert asked == dict.fromkeys(asked, 1)
    with EvidenceStore.open(crawled.store) as store:
        (capture,) = [one for one in store.captures(crawled.run_id) if one.url == url]
        assert len(capture.assets) == 3
        assert capture.seconds > 0
        with Image.open(io.BytesIO(store.blobs.get(store.pictures(crawled.run_id)[url]))) as picture:
            colours = picture.convert("RGB").getcolors(10_000_000) or []
        assert {(255, 0, 0), (0, 255, 0)} <= {colour for _, colour in colours}
        file = warc_of_run(store, crawled.run_id)
        first = file.read_bytes()
        assert warc_of_run(store, crawled.run_id).read_bytes() == first
    kinds = [(kind, uri.removeprefix(site.url(""))) for kind, uri, _, _ in records(file)]
    assert kinds[0][0] == "warcinfo"
    for path in ("/", "/plan", "/plan.pdf", "/red.png", "/style.css", "/green.png"):
        assert kinds.count(("response", path)) == 1
        assert kinds.count(("request", path)) == 1
    assert ("resource", f"urn:view:{url}") in kinds
    replayed = Replay(file)
    for path in ("/", "/plan.pdf", "/plan"):
        assert replayed.get(site.url(path)) == site.things[path][0]  # type: ignore[attr-defined]
    replayed.close()
    assert crawled.report.agencies[0].pictures == 1


def test_what_has_not_changed_is_asked_for_conditionally_and_not_captured_again(site: FarmSite, run: Any) -> None:
    url = site.url("/plan")
    first = run(site.url(), {"o10": [url]}, capture=True)
    with EvidenceStore.open(first.store) as store:
        store.finish_run(first.run_id, complete=True)
    before = dict(site.hits)
    second = run(site.url(), {"o10": [url]}, capture=True, store=first.store)
    assert second.run_id != first.run_id
    assert site.seen["/plan"]["If-None-Match"]
    assert second.one(url).sha256 == first.one(url).sha256
    assert (second.one(url).outcome, second.one(url).http_status) == ("ok", 200)
    assert site.url("/plan.pdf") in second.for_item("o10", "linked")
    assert {path: site.hits[path] - before[path] for path in ("/style.css", "/green.png")} == {
        "/style.css": 0,
        "/green.png": 0,
    }
    with EvidenceStore.open(first.store) as store:
        (exchange,) = [one for one in store.exchanges(second.run_id) if one.url == url]
        assert (exchange.status, exchange.bytes) == (304, 0)
        file = warc_of_run(store, second.run_id)
    found = [(kind, uri.removeprefix(site.url(""))) for kind, uri, _, _ in records(file)]
    assert found.count(("response", "/plan")) == 1
    assert found.count(("revisit", "/plan")) == 1
    assert found.count(("response", "/style.css")) == 1
    replayed = Replay(file)
    assert replayed.get(url) == site.things["/plan"][0]  # type: ignore[attr-defined]
    replayed.close()


def test_a_page_that_has_changed_is_captured_again(site: FarmSite, run: Any) -> None:
    url = site.url("/plan")
    first = run(site.url(), {"o10": [url]}, capture=True)
    with EvidenceStore.open(first.store) as store:
        store.finish_run(first.run_id, complete=True)
    changed = page(PLAN, "<img src='/green.png' width=400 height=300>").encode()
    site.things["/plan"] = (changed, "text/html; charset=utf-8")  # type: ignore[attr-defined]
    second = run(site.url(), {"o10": [url]}, capture=True, store=first.store)
    with EvidenceStore.open(first.store) as store:
        (capture,) = [one for one in store.captures(second.run_id) if one.url == url]
        assert capture.sha256 == second.one(url).sha256 != first.one(url).sha256
        assert len(capture.assets) == 1


def test_one_body_at_two_addresses_is_stored_once(farm: Farm, run: Any) -> None:
    site = farm.site()
    site.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", "<p>ยินดีต้อนรับ</p>"))
    urls = [site.add(path, pdf(), kind="application/pdf") for path in ("/a.pdf", "/b.pdf")]
    crawled = run(site.url(), {"o10": urls})
    with EvidenceStore.open(crawled.store) as store:
        found = records(warc_of_run(store, crawled.run_id))
    kinds = {
        uri.removeprefix(site.url("")): (kind, record)
        for kind, uri, record, _ in found
        if kind in ("response", "revisit")
    }
    assert {kinds["/a.pdf"][0], kinds["/b.pdf"][0]} == {"response", "revisit"}
    revisit = next(record for kind, record in kinds.values() if kind == "revisit")
    assert revisit.rec_headers.get_header("WARC-Refers-To-Target-URI") in urls
    assert hex_of_digest(revisit.rec_headers.get_header("WARC-Payload-Digest")) == crawled.one(urls[0]).sha256


def test_every_hop_of_a_redirect_is_kept_and_no_secret_of_ours_is_sent(farm: Farm, run: Any) -> None:
    site = farm.site()
    site.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", "<p>ยินดีต้อนรับ</p>"))
    site.add("/new", page(PLAN))
    url = site.redirect("/old", "/new", 301)
    crawled = run(site.url(), {"o10": [url]})
    with EvidenceStore.open(crawled.store) as store:
        hops = [
            (one.url, one.status) for one in store.exchanges(crawled.run_id) if "/old" in one.url or "/new" in one.url
        ]
        asked = {name for one in store.exchanges(crawled.run_id) for name, _ in one.request_headers}
    assert hops == [(url, 301), (site.url("/new"), 200)]
    assert not asked & {"Authorization", "Proxy-Authorization"}


def test_a_warc_that_was_tampered_with_is_refused(site: FarmSite, run: Any, tmp_path: Path) -> None:
    import gzip

    crawled = run(site.url(), {"o10": [site.url("/plan")]})
    with EvidenceStore.open(crawled.store) as store:
        file = warc_of_run(store, crawled.run_id)
    plain = gzip.decompress(file.read_bytes())
    bad = tmp_path / "bad.warc"
    bad.write_bytes(
        plain.replace(b"background: url", b"background: xxx")
        if b"background: url" in plain
        else plain.replace("ประกาศ".encode(), "ปรกาศ ".encode(), 1)
    )
    with EvidenceStore.open(tmp_path / "other") as other, pytest.raises(InputError, match="WARC"):
        run_of_warc(bad, other)
    nothing = tmp_path / "nothing.warc.gz"
    nothing.write_bytes(b"not a warc at all")
    with EvidenceStore.open(tmp_path / "third") as third, pytest.raises(InputError, match=r"nothing\.warc"):
        run_of_warc(nothing, third)


class Replay:
    """A small replay server over a WARC: the path is the address asked for; revisits are looked up by their digest."""

    def __init__(self, file: Path) -> None:
        bodies: dict[str, bytes] = {}
        by_url: dict[str, tuple[str, str]] = {}
        for kind, uri, record, body in records(file):
            if kind not in ("response", "revisit"):
                continue
            digest = record.rec_headers.get_header("WARC-Payload-Digest") or ""
            if kind == "response":
                bodies[digest] = body
            by_url[uri] = (digest, record.http_headers.get_header("Content-Type") or "")

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                digest, kind = by_url[self.path[1:]]
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(bodies[digest])))
                self.end_headers()
                self.wfile.write(bodies[digest])

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def get(self, url: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._server.server_address[1]}/{url}", timeout=5) as answer:
            return bytes(answer.read())

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_a_warc_is_judged_again_in_another_place(site: FarmSite, tmp_path: Path) -> None:
    from datetime import date

    from click.testing import CliRunner

    from audit.cli import main
    from audit.pipeline import AuditSettings, audit_agencies
    from crawler import CrawlSettings
    from evidence.text.options import ReadOptions
    from oit.model import Agency, Answer, Submission

    agency = Agency("A1", "องค์การบริหารส่วนตำบลตัวอย่าง", "subdistrict_administrative_organisation", "สกลนคร", site.url())
    given = Submission(
        2565, agency, (Answer("o10", True, (site.url("/plan"),), ""), Answer("o1", True, (site.url("/gone"),), ""))
    )
    crawl = CrawlSettings(allow_networks=("127.0.0.0/8",), browser=False, walk=False, delay=0.0, readers=1)
    settings = AuditSettings(tmp_path / "s", tmp_path / "out", date(2022, 5, 10), crawl, ReadOptions(ocr=False))
    (first,) = audit_agencies([given], settings)
    with EvidenceStore.open(tmp_path / "s") as store:
        file = warc_of_run(store, first.run_id)
    done = CliRunner().invoke(main, ["check", "--from-warc", str(file), "--out", str(tmp_path / "again"), "--no-ocr"])
    assert done.exit_code == 0, done.output
    again = json.loads((tmp_path / "again" / "A1" / "result.json").read_text("utf-8"))
    assert again["items"] == first.result["items"]
    assert again["score"] == first.result["score"]
    assert again["run"]["id"] == first.run_id
