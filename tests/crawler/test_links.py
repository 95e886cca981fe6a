"""Links as Thai sites write them are found, and spaces without end are left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from farm import Asked, Farm, FarmSite, page, pdf

TIS = "แผน.html".encode("cp874").decode("latin-1")
PLAN = "แผนดำเนินงานประจำปี"


@pytest.fixture
def farm() -> Iterator[Farm]:
    made = Farm()
    yield made
    made.close()


@pytest.fixture
def home(farm: Farm) -> FarmSite:
    site = farm.site()
    site.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", "<p>ยินดีต้อนรับ</p>"))
    return site


LINKS: dict[str, tuple[str, str]] = {
    "a Thai path in UTF-8": (f"<a href='/แผน.pdf'>{PLAN}</a>", "/แผน.pdf".encode().decode("latin-1")),
    "a Thai path in windows-874": (
        f"<a href='/{quote('แผน.pdf'.encode('cp874'))}'>{PLAN}</a>",
        "/" + TIS.replace("html", "pdf"),
    ),
    "spaces": (f"<a href=' /my files/plan 65.pdf '>{PLAN}</a>", "/my files/plan 65.pdf"),
    "line breaks": (f"<a href='/files/\nplan.pdf'>{PLAN}</a>", "/files/plan.pdf"),
    "backslashes": (f"<a href='\\files\\plan.pdf'>{PLAN}</a>", "/files/plan.pdf"),
    "a relative path upwards": (f"<a href='../../files/./plan.pdf'>{PLAN}</a>", "/files/plan.pdf"),
    "onclick with location": (f"<a href='#' onclick=\"location='/x.pdf'\">{PLAN}</a>", "/x.pdf"),
    "onclick on a table row": (
        f"<table><tr onclick=\"window.location.href='/x.pdf'\"><td>{PLAN}</td></tr></table>",
        "/x.pdf",
    ),
    "a button that opens": (f"<button onclick=\"window.open('/x.pdf','_blank')\">{PLAN}</button>", "/x.pdf"),
    "a javascript: address": (f"<a href=\"javascript:window.open('/x.pdf')\">{PLAN}</a>", "/x.pdf"),
    "a javascript: popup of their own": (f"<a href=\"javascript:popup('/x.pdf',600,400)\">{PLAN}</a>", "/x.pdf"),
    "an iframe": ("<iframe src='/x.pdf'></iframe>", "/x.pdf"),
    "an iframe loaded late": ("<iframe data-src='/x.pdf' src='about:blank'></iframe>", "/x.pdf"),
    "an object": ("<object data='/x.pdf' type='application/pdf'></object>", "/x.pdf"),
    "an embed": ("<embed src='/x.pdf'>", "/x.pdf"),
    "a map of a picture": (
        f"<img src='/m.jpg' usemap='#m' width=600 height=400><map name='m'><area href='/x.pdf' alt='{PLAN}' coords='0,0,9,9'></map>",
        "/x.pdf",
    ),
    "PDF.js": ("<iframe src='/pdfjs/web/viewer.html?file=/files/x.pdf'></iframe>", "/files/x.pdf"),
    "PDF.js, encoded": ("<iframe src='/pdfjs/web/viewer.html?file=%2Ffiles%2Fx.pdf#page=1'></iframe>", "/files/x.pdf"),
    "FlowPaper": ("<iframe src='/flowpaper/index.php?pdf=/files/x.pdf'></iframe>", "/files/x.pdf"),
    "a download link with a session": (f"<a href='/get.php?id=3&PHPSESSID=abc'>{PLAN} ดาวน์โหลด</a>", "/get.php?id=3"),
}


def test_links_are_followed_as_a_browser_would(farm: Farm, home: FarmSite, run: Any) -> None:
    sites = {name: farm.site() for name in LINKS}
    for name, (markup, path) in LINKS.items():
        sites[name].add(path, pdf(name), kind="application/pdf")
        sites[name].add("/plan", page(PLAN, markup))
    run(home.url(), {"o10": [each.url("/plan") for each in sites.values()]})
    missed = {name: dict(sites[name].hits) for name, (_, path) in LINKS.items() if sites[name].hits[path] != 1}
    assert not missed


def test_a_base_tag_moves_all_relative_links(home: FarmSite, run: Any) -> None:
    home.add("/deep/files/x.pdf", pdf(), kind="application/pdf")
    url = home.add("/plan", page(PLAN, f"<a href='files/x.pdf'>{PLAN}</a>", head="<base href='/deep/'>"))
    run(home.url(), {"o10": [url]})
    assert home.hits["/deep/files/x.pdf"] == 1


def test_a_frameset_shows_its_frames(home: FarmSite, run: Any) -> None:
    home.add("/main.htm", page(PLAN, f"<a href='/x.pdf'>{PLAN}</a>"))
    home.add("/menu.htm", "<html><body><a href='/'>หน้าหลัก</a></body></html>")
    home.add("/x.pdf", pdf(), kind="application/pdf")
    url = home.add(
        "/plan",
        "<html><frameset cols='20,80'><frame src='/menu.htm' name=m><frame src='/main.htm' name=c></frameset></html>",
    )
    run(home.url(), {"o10": [url]})
    assert home.hits["/main.htm"] == 1
    assert home.hits["/x.pdf"] == 1


def test_a_home_page_of_frames_given_as_answer_shows_what_its_frames_show(farm: Farm, run: Any) -> None:
    site = farm.site()
    site.add("/", "<html><frameset cols='20,80'><frame src='/menu.htm'><frame src='/main.htm'></frameset></html>")
    site.add("/menu.htm", "<html><body><a href='/'>หน้าหลัก</a></body></html>")
    site.add("/main.htm", page("ข่าวประชาสัมพันธ์"))
    crawled = run(site.url(), {"o7": [site.url()]})
    assert site.url("/main.htm") in crawled.for_item("o7", "frame")


def test_a_frameset_as_home_page_does_not_end_the_walk(farm: Farm, run: Any) -> None:
    site = farm.site()
    site.add("/", "<html><frameset cols='20,80'><frame src='/menu.htm'><frame src='/main.htm'></frameset></html>")
    site.add("/menu.htm", f"<html><body><a href='/plan.htm' target=c>{PLAN}</a></body></html>")
    site.add("/main.htm", page("ยินดีต้อนรับ"))
    site.add("/plan.htm", page(PLAN))
    run(site.url(), {}, walk=True)
    assert site.hits["/plan.htm"] == 1


def test_the_same_page_under_other_session_ids_is_one_page(home: FarmSite, run: Any) -> None:
    visit = "9f8e7d6c5b4a39281706"
    menu = "".join(f"<a href='/news.php?id={n % 3}&sid={visit}{n}&PHPSESSID={n}'>ข่าว {n}</a>" for n in range(30))
    home.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", menu))

    async def news(asked: Asked) -> None:
        await asked.say(page("ข่าว"))

    home.missing = news
    run(home.url(), {}, walk=True)
    fetched = [path for path in home.hits if path.startswith("/news.php")]
    assert len(fetched) == 3, fetched


def test_a_calendar_without_end_takes_no_more_than_its_share(home: FarmSite, run: Any) -> None:
    sections = ["about", "staff", "plan", "budget", "law", "news", "service", "report"]
    menu = "".join(f"<a href='/{name}'>{name}</a>" for name in sections)
    home.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", "<a href='/calendar.php?m=1&y=2565'>ปฏิทิน</a>", menu=menu))
    for name in sections:
        home.add(f"/{name}", page(name, "".join(f"<a href='/{name}/{kind}'>{kind}</a>" for kind in ("a", "b", "c"))))
        for kind in ("a", "b", "c"):
            home.add(f"/{name}/{kind}", page(name + kind))

    async def month(asked: Asked) -> None:
        n = int(asked.path.partition("m=")[2].partition("&")[0] or 0)
        links = "".join(f"<a href='/calendar.php?m={n + k}&y=2565&d={k}'>{k}</a>" for k in range(1, 20))
        await asked.say(page("ปฏิทินกิจกรรม", links))

    home.missing = month
    run(home.url(), {}, walk=True, page_budget=45)
    calendar = sum(count for path, count in home.hits.items() if path.startswith("/calendar"))
    assert calendar <= 12, calendar
    assert all(home.hits[f"/{name}/c"] == 1 for name in sections)


def test_ever_deeper_paths_end(home: FarmSite, run: Any) -> None:
    async def deeper(asked: Asked) -> None:
        await asked.say(page("หน้า", "<a href='sub/'>ต่อไป</a>"))

    home.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", "<a href='/sub/'>ต่อไป</a>"))
    home.missing = deeper
    run(home.url(), {}, walk=True, page_budget=60)
    assert max(path.count("sub/") for path in home.hits) <= 5


def test_a_main_site_outside_go_th_keeps_its_own_pages(farm: Farm, run: Any) -> None:
    site, other = farm.site(), farm.site()
    site.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", f"<a href='{other.url('/')}'>จังหวัด</a><a href='/plan'>{PLAN}</a>"))
    site.add("/plan", page(PLAN))
    other.add("/", page("จังหวัด"))
    run(site.url(), {}, walk=True)
    assert site.hits["/plan"] == 1
    assert not other.hits


def test_a_site_map_shows_pages_that_no_menu_names(home: FarmSite, run: Any) -> None:
    urls = "".join(f"<url><loc>{home.url(path)}</loc></url>" for path in ("/hidden", "/x.jpg"))
    home.add("/sitemap.xml", f"<?xml version='1.0'?><urlset>{urls}</urlset>", kind="application/xml")
    home.add("/hidden", page(PLAN))
    run(home.url(), {}, walk=True)
    assert home.hits["/hidden"] == 1


def test_a_site_map_named_by_robots_txt_and_packed_is_read(home: FarmSite, run: Any) -> None:
    from farm import packed

    home.add("/robots.txt", f"User-agent: *\nSitemap: {home.url('/maps/index.xml')}\n", kind="text/plain")
    inner = f"<urlset><url><loc>{home.url('/hidden')}</loc></url></urlset>"
    index = f"<sitemapindex><sitemap><loc>{home.url('/maps/one.xml.gz')}</loc></sitemap></sitemapindex>"
    home.add("/maps/index.xml", index, kind="text/xml")
    home.add("/maps/one.xml.gz", packed(inner.encode()), kind="application/x-gzip")
    home.add("/hidden", page(PLAN))
    run(home.url(), {}, walk=True)
    assert home.hits["/hidden"] == 1


def test_links_between_http_and_https_stay_on_the_site(home: FarmSite, run: Any) -> None:
    from crawler.urls import same_site

    assert same_site("https://www.tambon.go.th/a", "http://tambon.go.th/")
    assert same_site("http://tambon.go.th:8080/a", "https://www.tambon.go.th/")
