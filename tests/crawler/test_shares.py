"""Services that share files: small stand-ins that answer as the services document it or as they were seen to."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))
from farm import FILLER, Asked, Farm, FarmSite, certificate, page, pdf, tls

from crawler import shares

ID = "1AbCdEfGhIjKlMnOpQrStUv"
PRIVATE = "1PrivatePrivatePrivate00"
LARGE = "1LargeLargeLargeLarge000"
PLAN = "แผนดำเนินงานประจำปี"
NAMES = (
    "drive.google.com",
    "drive.usercontent.google.com",
    "docs.google.com",
    "accounts.google.com",
    "sites.google.com",
    "www.dropbox.com",
    "1drv.ms",
    "onedrive.live.com",
    "api.onedrive.com",
    "my.sharepoint.com",
    "login.microsoftonline.com",
    "anyflip.com",
    "online.anyflip.com",
    "online.pubhtml5.com",
    "online.fliphtml5.com",
    "issuu.com",
    "reader3.isu.pub",
    "image.isu.pub",
    "www.slideshare.net",
    "image.slidesharecdn.com",
    "script.google.com",
    "script.googleusercontent.com",
)
SHELL = "<html><head><title>{}</title></head><body><div id='app'></div><script src='/app.js'></script></body></html>"


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (700, 900), colour).save(out, "JPEG")
    return out.getvalue()


class Services:
    """All services on one address, told apart by name. `asked` holds what was asked for: `host path`."""

    def __init__(self, farm: Farm, folder: Path) -> None:
        self.site = farm.site(tls(certificate(folder, names=NAMES)))
        self.asked: list[str] = []
        self.site.missing = self._answer
        self.hosts = {f"{name}:443": f"{self.site.address}:{self.site.port}" for name in NAMES}

    async def _answer(self, asked: Asked) -> None:
        host, parts = asked.headers["Host"], urlsplit(asked.target)
        self.asked.append(f"{host}{parts.path}")
        if re.match(r"/[0-9a-f]{16}/", parts.path) or parts.path == "/robots.txt":
            return await asked.say("not found", 404)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        answer = getattr(self, host.replace(".", "_").replace("-", "_"))
        await answer(asked, parts.path, query)

    async def drive_google_com(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        if path == "/embeddedfolderview" and query["id"] == PRIVATE:
            await asked.say(status=302, Location="https://accounts.google.com/ServiceLogin?continue=x")
        elif path == "/embeddedfolderview":
            entries = "".join(
                f"<div class='flip-entry'><a href='https://drive.google.com/file/d/{ID}{n}/view?usp=drive_web'>"
                f"<div class='flip-entry-title'>{PLAN} ส่วนที่ {n}</div></a></div>"
                for n in range(3)
            )
            await asked.say(f"<html><head><title>แผน</title></head><body>{entries}</body></html>")
        else:
            await asked.say(SHELL.format("plan.pdf - Google Drive"))

    async def drive_usercontent_google_com(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        if query["id"] == PRIVATE:
            await asked.say(status=303, Location="https://accounts.google.com/ServiceLogin?continue=x")
        elif query["id"] == LARGE and "uuid" not in query:
            await asked.say(
                "<html><head><title>Google Drive - Virus scan warning</title></head><body><p>Google Drive can't scan this file"
                " for viruses.</p><form id='download-form' action='https://drive.usercontent.google.com/download' method='get'>"
                f"<input type='submit' value='Download anyway'><input type='hidden' name='id' value='{LARGE}'>"
                "<input type='hidden' name='export' value='download'><input type='hidden' name='confirm' value='t'>"
                "<input type='hidden' name='uuid' value='9-a'></form></body></html>"
            )
        else:
            await asked.say(pdf(query["id"]), kind="application/octet-stream", Content_Disposition="attachment")

    async def docs_google_com(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        if PRIVATE in path:
            await asked.say(status=307, Location="https://accounts.google.com/ServiceLogin?continue=x")
        elif "/export" in path and "/presentation/" in path:
            await asked.say(pdf("slides"), kind="application/pdf")
        elif path.endswith("/export") and query["format"] == "pdf":
            await asked.say(pdf("document"), kind="application/pdf")
        elif path.endswith("/export"):
            import openpyxl

            out, book = io.BytesIO(), openpyxl.Workbook()
            book.active["A1"] = PLAN
            book.save(out)
            await asked.say(out.getvalue(), kind="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        else:
            await asked.say(SHELL.format("Google Docs"))

    async def accounts_google_com(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        await asked.say(page("Sign in - Google Accounts", "<input type=password>"))

    login_microsoftonline_com = accounts_google_com

    async def sites_google_com(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        embed = f"<div data-embed-open-url='https://drive.google.com/file/d/{LARGE}/view' data-embed-doc-id='{LARGE}'></div>"
        await asked.say(page(PLAN, embed))

    async def www_dropbox_com(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        if query.get("dl") == "1":
            await asked.say(pdf("dropbox"), kind="application/binary")
        else:
            await asked.say(SHELL.format("Dropbox"))

    async def api_onedrive_com(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        await asked.say(pdf("onedrive"), kind="application/pdf")

    async def my_sharepoint_com(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        if "private" in path:
            await asked.say(status=302, Location="https://login.microsoftonline.com/common/oauth2/authorize?x=1")
        elif query.get("download") == "1":
            await asked.say(pdf("sharepoint"), kind="application/pdf")
        else:
            await asked.say(SHELL.format("SharePoint"))

    async def online_anyflip_com(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        if path.endswith("/javascript/config.js"):
            pages = json.dumps(
                [{"n": [f"../files/large/p{n}.jpg"], "t": f"../files/thumb/p{n}.jpg"} for n in range(1, 5)]
            )
            await asked.say(f'var htmlConfig = {{"meta": {{}}, "fliphtml5_pages":{pages}}};', kind="text/javascript")
        elif path.endswith(".jpg"):
            await asked.say(picture("red" if "p1" in path else "blue"), kind="image/jpeg")
        elif "basic-html" in path and "pictures" not in path:
            number = int(path.rsplit("-", 1)[1].split(".")[0])
            await asked.say(page(f"{PLAN} หน้า {number}"), status=200 if number <= 3 else 404)
        elif "basic-html" in path:
            await asked.say("gone", 404)
        else:
            await asked.say(SHELL.format("แผน"))

    anyflip_com = online_anyflip_com
    online_pubhtml5_com = online_anyflip_com
    online_fliphtml5_com = online_anyflip_com

    async def issuu_com(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        await asked.say(SHELL.format("issuu"))

    async def reader3_isu_pub(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        pages = [{"imageUri": f"image.isu.pub/1-abc/jpg/page_{n}.jpg"} for n in range(1, 4)]
        await asked.say(json.dumps({"document": {"pages": pages}}), kind="application/json")

    async def image_isu_pub(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        await asked.say(picture("green"), kind="image/jpeg")

    image_slidesharecdn_com = image_isu_pub

    async def www_slideshare_net(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        slides = "".join(
            f"<img src='https://image.slidesharecdn.com/plan-{n}-638.jpg' alt='{PLAN} {n}' width=638 height=479>"
            for n in range(2)
        )
        await asked.say(page(PLAN, f"{slides}<h2>Transcript</h2><ul><li>{FILLER}</li></ul>"))

    async def script_google_com(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        await asked.say(status=302, Location="https://script.googleusercontent.com/macros/echo?user_content_key=k")

    async def script_googleusercontent_com(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        await asked.say(json.dumps({"rows": [[PLAN, 125]]}, ensure_ascii=False), kind="application/json; charset=utf-8")


@pytest.fixture
def farm() -> Iterator[Farm]:
    made = Farm()
    yield made
    made.close()


@pytest.fixture
def services(farm: Farm, tmp_path: Path) -> Services:
    return Services(farm, tmp_path)


@pytest.fixture
def home(farm: Farm) -> FarmSite:
    site = farm.site()
    site.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", "<p>ยินดีต้อนรับ</p>"))
    return site


FILES = {
    "Drive file": f"https://drive.google.com/file/d/{ID}/view?usp=sharing",
    "Drive open": f"https://drive.google.com/open?id={ID}",
    "Drive file with a warning": f"https://drive.google.com/file/d/{LARGE}/view",
    "Docs": f"https://docs.google.com/document/d/{ID}/edit?usp=sharing",
    "Sheets": f"https://docs.google.com/spreadsheets/d/{ID}/edit#gid=0",
    "Slides": f"https://docs.google.com/presentation/d/{ID}/edit",
    "Dropbox": "https://www.dropbox.com/scl/fi/abc/plan.pdf?rlkey=k&dl=0",
    "OneDrive, short": "https://1drv.ms/b/s!AbCdEf",
    "OneDrive": "https://onedrive.live.com/?cid=1&id=2&authkey=3",
    "SharePoint": "https://my.sharepoint.com/:b:/g/personal/x/AbC?e=1",
}
CLOSED = {
    "Drive file": f"https://drive.google.com/file/d/{PRIVATE}/view",
    "Drive folder": f"https://drive.google.com/drive/folders/{PRIVATE}",
    "Docs": f"https://docs.google.com/document/d/{PRIVATE}/edit",
    "SharePoint": "https://my.sharepoint.com/:b:/g/private/AbC?e=1",
}


def test_a_shared_file_is_fetched_and_one_that_is_not_public_is_a_login(
    home: FarmSite, services: Services, run: Any
) -> None:
    crawled = run(home.url(), {"o10": [*FILES.values(), *CLOSED.values()]}, hosts=services.hosts)
    rows = {name: crawled.one(url) for name, url in FILES.items()}
    assert {name: (row.outcome, "html" in row.content_type) for name, row in rows.items()} == dict.fromkeys(
        FILES, ("ok", False)
    )
    assert {row.tls_unverified for row in rows.values()} == {True}
    closed = {name: crawled.one(url).outcome for name, url in CLOSED.items()}
    assert closed == dict.fromkeys(CLOSED, "login_required")
    assert not [asked for asked in services.asked if asked.startswith(("accounts.", "login."))]


def test_a_shared_folder_leads_to_its_files(home: FarmSite, services: Services, run: Any) -> None:
    url = f"https://drive.google.com/drive/folders/{ID}?usp=sharing"
    crawled = run(home.url(), {"o10": [url]}, hosts=services.hosts)
    assert crawled.one(url).outcome == "ok"
    linked = {row.url: row for row in crawled.rows if row.purpose == "linked"}
    assert len(linked) == 3
    assert {row.outcome for row in linked.values()} == {"ok"}
    assert {row.link_text for row in linked.values()} == {f"{PLAN} ส่วนที่ {n}" for n in range(3)}


def test_pages_that_embed_and_show_lead_to_the_file(home: FarmSite, services: Services, run: Any) -> None:
    frames = {
        "/gview": f"https://docs.google.com/gview?url={home.url('/a.pdf')}&embedded=true",
        "/office": f"https://view.officeapps.live.com/op/embed.aspx?src={home.url('/b.docx')}",
        "/preview": f"https://drive.google.com/file/d/{ID}/preview",
    }
    home.add("/a.pdf", pdf("a"), kind="application/pdf")
    home.add("/b.docx", b"PK\x03\x04x", kind="application/octet-stream")
    urls = [
        home.add(path, page(PLAN, f"<iframe src='{frame}' width=640 height=480></iframe>"))
        for path, frame in frames.items()
    ]
    google_site = "https://sites.google.com/view/tambon/o10"
    crawled = run(home.url(), {"o10": [*urls, google_site]}, hosts=services.hosts)
    assert [home.hits[path] for path in ("/a.pdf", "/b.docx")] == [1, 1]
    drive = [
        row
        for row in crawled.rows
        if urlsplit(row.url).hostname in ("drive.google.com", "drive.usercontent.google.com")
    ]
    assert {row.outcome for row in drive} == {"ok"}
    assert {"html" in row.content_type for row in drive} == {False}
    assert any(row.parent == google_site for row in drive)


@pytest.mark.parametrize(
    ("url", "pages", "kind"),
    [
        ("https://anyflip.com/abc/text/", 3, "text"),
        ("https://online.anyflip.com/abc/pictures/mobile/index.html", 4, "image"),
        ("https://online.pubhtml5.com/abc/pictures/", 4, "image"),
        ("https://online.fliphtml5.com/abc/text/#p=1", 3, "text"),
        ("https://issuu.com/tambon/docs/plan2565", 3, "image"),
        ("https://www.slideshare.net/tambon/plan-2565", 2, "image"),
    ],
)
def test_a_published_book_is_read_as_text_where_it_has_some_and_as_pictures_otherwise(
    url: str, pages: int, kind: str, home: FarmSite, services: Services, run: Any
) -> None:
    crawled = run(home.url(), {"o10": [url]}, hosts=services.hosts)
    rows = [row for row in crawled.rows if row.purpose in ("linked", "image") and row.outcome == "ok"]
    found = [row for row in rows if (row.purpose == "image") == (kind == "image")]
    assert len(found) == pages, [(row.url, row.outcome) for row in crawled.rows]
    if kind == "text":
        assert all(PLAN in crawled.texts[row.sha256].text for row in found)


def test_a_book_that_a_page_embeds_is_read_too(home: FarmSite, services: Services, run: Any) -> None:
    url = home.add(
        "/plan", page(PLAN, "<iframe src='https://online.anyflip.com/abc/pictures/' width=800 height=600></iframe>")
    )
    crawled = run(home.url(), {"o10": [url]}, hosts=services.hosts)
    assert len([row for row in crawled.rows if row.purpose == "image"]) == 4


def test_data_of_an_apps_script_is_read(home: FarmSite, services: Services, run: Any) -> None:
    url = "https://script.google.com/macros/s/AbC/exec"
    row = run(home.url(), {"o10": [url]}, hosts=services.hosts).one(url)
    assert row.outcome == "ok"
    assert row.final_url.startswith("https://script.googleusercontent.com/")


@pytest.mark.parametrize("link", ["/wp-json/wp/v2/pages/12", "/?rest_route=%2Fwp%2Fv2%2Fpages%2F12"])
def test_a_wordpress_page_that_scripts_fill_is_read_from_its_interface(link: str, home: FarmSite, run: Any) -> None:
    home.add("/plan.pdf", pdf(), kind="application/pdf")
    content = f"<p>{FILLER * 2}</p><a href='/plan.pdf'>{PLAN} 2565</a>"
    data = {"id": 12, "link": home.url("/plan/"), "title": {"rendered": PLAN}, "content": {"rendered": content}}
    home.add("/wp-json/wp/v2/pages/12", json.dumps(data), kind="application/json")
    home.add("/?rest_route=/wp/v2/pages/12", json.dumps(data), kind="application/json")
    head = f"<link rel='alternate' type='application/json' href='{link}'>"
    url = home.add(
        "/plan/",
        f"<html><head><meta charset=utf-8><title>แผน</title>{head}</head><body><div id='root'></div><script src='/t.js'></script></body></html>",
    )
    crawled = run(home.url(), {"o10": [url]})
    row = crawled.one(url)
    assert row.outcome == "ok"
    assert PLAN in crawled.texts[row.sha256].text
    assert home.hits["/plan.pdf"] == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"title": 3}', b'{"content": {"rendered": ""}, "title": {"rendered": "x"}}', b"[" * 9000],
)
def test_an_interface_that_answers_nonsense_brings_nothing(body: bytes) -> None:
    assert shares.of_rest(body) == b""


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"fliphtml5_pages=[{]", b'{"document": {"pages": [1, null, {"imageUri": 5}]}}', b"\xff" * 100]
)
def test_a_listing_that_is_not_understood_has_no_pages(body: bytes) -> None:
    assert shares.book_pages(body, "https://online.anyflip.com/a/b/javascript/config.js") == []
