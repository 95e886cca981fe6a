"""What is fetched beyond the submitted URLs: what belongs to the item, menu steps, the walk; and the way back home."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from typing import Any

import pytest
from PIL import Image

from crawler import click_path, on_main_website
from evidence.store import EvidenceStore

FILLER = "องค์การบริหารส่วนตำบลตัวอย่าง ประกาศเผยแพร่ข้อมูลข่าวสารเพื่อให้ประชาชนทราบโดยทั่วกัน " * 4
PDF = b"%PDF-1.4 small"


def page(title: str, body: str = "", menu: str = "") -> str:
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head><body><nav>{menu}</nav>"
        f"<main><h1>{title}</h1><p>{FILLER}</p>{body}</main></body></html>"
    )


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "PNG")
    return out.getvalue()


def paths(site: Any, found: set[str]) -> set[str]:
    return {url.removeprefix(site.url("")) for url in found}


HUB_ROWS = [
    ("O1", "โครงสร้าง"),
    ("O2", "ข้อมูลผู้บริหาร"),
    ("O3", "อำนาจหน้าที่"),
    ("O5", "ข้อมูลการติดต่อ"),
    ("O7", "ข่าวประชาสัมพันธ์"),
    ("O8", "Q&A"),
    ("O10", "แผนดำเนินงานประจำปี"),
    ("O12", "รายงานผลการดำเนินงานประจำปี"),
    ("O18", "แผนการใช้จ่ายงบประมาณประจำปี"),
]


def hub() -> str:
    rows = "".join(
        f"<tr><td>{code}</td><td>{title}</td><td><a href='/{code}.html'>คลิก</a> <a href='/{code}.pdf'>ไฟล์</a></td></tr>"
        for code, title in HUB_ROWS
    )
    return page("การประเมิน ITA ประจำปี 2565", f"<table><tr><th>ข้อ</th><th>ข้อมูล</th><th>ลิงก์</th></tr>{rows}</table>")


def test_the_files_on_an_items_page_are_fetched(site: Any, run: Any) -> None:
    files = "".join(
        f"<li><a href='/f{n}.{ending}'>ไฟล์ {n}</a></li>" for n, ending in enumerate(["pdf", "docx", "xlsx", "zip"])
    )
    url = site.add("/plan", page("แผนดำเนินงานประจำปี", f"<ul>{files}</ul>", menu="<a href='/menu.pdf'>คู่มือเว็บไซต์</a>"))
    for n, ending in enumerate(["pdf", "docx", "xlsx", "zip"]):
        site.add(f"/f{n}.{ending}", PDF, content_type="application/octet-stream")
    crawled = run(site.url(), {"o10": [url]})
    assert paths(site, crawled.for_item("o10", "linked")) == {"/f0.pdf", "/f1.docx", "/f2.xlsx", "/f3.zip"}
    row = crawled.one(site.url("/f0.pdf"), "linked")
    assert (row.parent, row.link_text, row.hop) == (url, "ไฟล์ 0", 1)
    assert site.hits["/menu.pdf"] == 0


def test_of_a_hub_only_the_row_that_names_the_item_is_followed(site: Any, run: Any) -> None:
    url = site.add("/ita", hub())
    for code, title in HUB_ROWS:
        site.add(f"/{code}.html", page(title, f"<a href='/{code}-inner.pdf'>{title}</a>"))
        site.add(f"/{code}.pdf", PDF + code.encode(), content_type="application/pdf")
        site.add(f"/{code}-inner.pdf", PDF + code.encode() * 2, content_type="application/pdf")
    crawled = run(site.url(), {"o10": [url], "o2": [url]})
    assert paths(site, crawled.for_item("o10", "linked")) == {"/O10.html", "/O10.pdf", "/O10-inner.pdf"}
    assert paths(site, crawled.for_item("o2", "linked")) == {"/O2.html", "/O2.pdf", "/O2-inner.pdf"}
    assert site.hits["/O1.html"] == 0
    assert crawled.one(url).items == ("o10", "o2")
    assert site.hits["/ita"] == 1


def test_frames_and_viewers_are_opened(site: Any, run: Any) -> None:
    site.add("/real.pdf", PDF, content_type="application/pdf")
    site.add("/inner.html", page("แผนดำเนินงานประจำปี", "<a href='/in-frame.pdf'>แผน</a>"))
    site.add("/in-frame.pdf", PDF + b"2", content_type="application/pdf")
    body = f"<iframe src='/flow/viewer.html?file={site.url('/real.pdf')}'></iframe><iframe src='/inner.html'></iframe>"
    url = site.add("/plan", page("แผนดำเนินงานประจำปี", body))
    crawled = run(site.url(), {"o10": [url]})
    assert paths(site, crawled.for_item("o10", "frame")) == {"/real.pdf", "/inner.html"}
    assert paths(site, crawled.for_item("o10", "linked")) == {"/in-frame.pdf"}


def test_a_list_page_is_followed_to_its_newest_entries_and_their_files(site: Any, run: Any) -> None:
    entries = "".join(f"<li><a href='/news/{n}'>ประชาสัมพันธ์เรื่องที่ {n}</a> {n} มีนาคม 2565</li>" for n in range(1, 21))
    for n in range(1, 21):
        site.add(f"/news/{n}", page(f"ประชาสัมพันธ์เรื่องที่ {n}", f"<a href='/news/{n}.pdf'>ไฟล์แนบ</a>"))
        site.add(f"/news/{n}.pdf", PDF + str(n).encode(), content_type="application/pdf")
    url = site.add("/news", page("ข่าวประชาสัมพันธ์", f"<ul>{entries}</ul>"))
    crawled = run(site.url(), {"o7": [url]})
    fetched = paths(site, crawled.for_item("o7", "linked"))
    assert {path for path in fetched if not path.endswith(".pdf")} == {f"/news/{n}" for n in range(6, 21)}
    assert "/news/20.pdf" in fetched


def test_further_pages_of_a_list_are_turned_to(site: Any, run: Any) -> None:
    turn = "<ul class='pagination'><li><a href='/list'>1</a></li><li><a href='/list/2'>2</a></li></ul>"
    url = site.add("/list", page("แผนดำเนินงานประจำปี", f"<a href='/p2565.pdf'>แผนดำเนินงาน 2565</a>{turn}"))
    site.add("/list/2", page("แผนดำเนินงานประจำปี", f"<a href='/p2564.pdf'>แผนดำเนินงาน 2564</a>{turn}"))
    for name in ("/p2565.pdf", "/p2564.pdf"):
        site.add(name, PDF, content_type="application/pdf")
    crawled = run(site.url(), {"o10": [url]})
    assert {"/p2565.pdf", "/p2564.pdf"} <= paths(site, crawled.for_item("o10", "linked"))


def test_large_pictures_are_kept_and_small_ones_are_not(site: Any, run: Any) -> None:
    site.add("/chart", png(600, 500), content_type="image/png")
    site.add("/stated.png", png(50, 50), content_type="image/png")
    site.add("/small.png", png(80, 80), content_type="image/png")
    site.add("/", page("หน้าหลัก", "<img src='/everywhere.png'>"))
    site.add("/everywhere.png", png(900, 400), content_type="image/png")
    body = "<img src='/chart'><img src='/stated.png' width=50 height=50><img src='/small.png'><img src='/logo.png'>"
    body += "<img src='/everywhere.png'>"
    crawled = run(site.url(), {"o1": [site.add("/structure", page("โครงสร้าง", body))]})
    assert paths(site, crawled.for_item("o1", "image")) == {"/chart"}
    assert site.hits["/stated.png"] == site.hits["/logo.png"] == site.hits["/everywhere.png"] == 0


def test_pictures_written_into_a_page_are_kept_like_those_beside_it(site: Any, run: Any) -> None:
    pictures = {"chart": png(700, 500), "menu": png(640, 480), "small": png(60, 60)}
    shown = {
        name: f"<p>แผนภูมิ <img alt='{name}' src='data:image/png;base64,{b64encode(body).decode()}'></p>"
        for name, body in pictures.items()
    }
    site.add("/", page("หน้าหลัก", shown["menu"]))
    url = site.add("/structure", page("โครงสร้าง", "".join(shown.values())))
    crawled = run(site.url(), {"o1": [url]})
    with EvidenceStore.open(crawled.store) as store:
        (row,) = [row for row in store.fetches(crawled.run_id) if row.purpose == "image"]
        assert store.blobs.get(row.sha256) == pictures["chart"]
    assert row.url == f"{url}#picture-{row.sha256}"
    assert (row.items, row.link_text, row.parent) == (("o1",), "chart", url)


def test_one_url_given_for_several_items_is_fetched_once_and_traceable_for_each(site: Any, run: Any) -> None:
    shared = site.add("/shared", page("แผนดำเนินงานประจำปี", "<a href='/a.pdf'>แผน</a>"))
    site.add("/a.pdf", PDF, content_type="application/pdf")
    other_spelling = shared + "#part"
    crawled = run(site.url(), {"o10": [shared], "o18": [shared, other_spelling], "o11": [site.url("/a.pdf")]})
    assert site.hits["/shared"] == 1
    assert site.hits["/a.pdf"] == 1
    assert crawled.one(shared).items == ("o10", "o18")
    assert crawled.one(other_spelling).sha256 == crawled.one(shared).sha256
    for item in ("o10", "o18"):
        assert site.url("/a.pdf") in crawled.for_item(item, "linked")
    assert crawled.one(site.url("/a.pdf")).items == ("o11",)


def test_a_thai_path_is_found_in_either_encoding(site: Any, run: Any) -> None:
    old = "แผนงาน".encode("cp874").decode("latin-1")
    site.add(f"/{old}.html", page("แผนดำเนินงานประจำปี"))
    utf8 = "/เอกสาร ใหม่.html".encode().decode("latin-1")
    site.add(utf8, page("เอกสาร"))
    first, second = site.url("/แผนงาน.html"), site.url("/เอกสาร ใหม่.html")
    crawled = run(site.url(), {"o10": [first, second]})
    assert [crawled.one(url).outcome for url in (first, second)] == ["ok", "ok"]


def test_a_windows_874_page_is_read(site: Any, run: Any) -> None:
    html = page("แผนดำเนินงานประจำปี").replace("utf-8", "windows-874").encode("cp874")
    url = site.add("/old", html, content_type="text/html")
    crawled = run(site.url(), {"o10": [url]})
    assert crawled.texts[crawled.one(url).sha256].title == "แผนดำเนินงานประจำปี"


MENU = "<a href='/about'>ข้อมูลหน่วยงาน</a><a href='/work'>การดำเนินงาน</a><a href='/contact'>ติดต่อเรา</a>"


def make_menus(site: Any) -> None:
    site.add("/", page("หน้าหลัก", menu=MENU))
    site.add("/about", page("ข้อมูลหน่วยงาน", "<a href='/about/structure'>โครงสร้างหน่วยงาน</a>", MENU))
    site.add("/about/structure", page("โครงสร้างหน่วยงาน", "<a href='/chart.pdf'>แผนผัง</a>", MENU))
    site.add("/work", page("การดำเนินงาน", "<a href='/work/plan'>แผนดำเนินงานประจำปี</a>", MENU))
    site.add("/work/plan", page("แผนดำเนินงานประจำปี", menu=MENU))
    site.add("/contact", page("ติดต่อเรา", menu=MENU))
    site.add("/chart.pdf", PDF, content_type="application/pdf")


def test_an_explanation_is_followed_from_the_home_page(site: Any, run: Any) -> None:
    make_menus(site)
    crawled = run(site.url(), {"o1": "หน้าหลัก > ข้อมูลหน่วยงาน > โครงสร้าง"})
    assert paths(site, crawled.for_item("o1", "step")) == {"/about/structure"}
    assert crawled.one(site.url("/about"), "step").items == ()
    assert paths(site, crawled.for_item("o1", "linked")) >= {"/chart.pdf"}


@pytest.mark.parametrize("given", ["/", "/gone", ""])
def test_an_explanation_is_followed_where_the_url_is_the_home_page_or_fails(site: Any, run: Any, given: str) -> None:
    make_menus(site)
    way = "เลือกเมนู “การดำเนินงาน” คลิก “แผนดำเนินงานประจำปี”"
    crawled = run(site.url(), {"o10": ([site.url(given)] if given else [], way)})
    assert site.url("/work/plan") in crawled.for_item("o10", "step")


def test_an_explanation_is_not_followed_where_the_url_works(site: Any, run: Any) -> None:
    make_menus(site)
    crawled = run(site.url(), {"o10": ([site.url("/contact")], "หน้าหลัก > การดำเนินงาน > แผนดำเนินงานประจำปี")})
    assert not [row for row in crawled.rows if row.purpose == "step"]


def test_a_way_that_ends_nowhere_is_evidence_of_nothing(site: Any, run: Any) -> None:
    make_menus(site)
    crawled = run(site.url(), {"o10": "หน้าหลัก > การดำเนินงาน > เอกสารที่ไม่มีอยู่จริงในเว็บไซต์นี้"})
    assert crawled.for_item("o10") == set()


def test_menu_headings_that_are_no_links_are_passed_over(site: Any, run: Any) -> None:
    make_menus(site)
    crawled = run(site.url(), {"o1": "หน้าหลัก > เมนูด้านบน > ข้อมูลหน่วยงาน > โครงสร้าง"})
    assert site.url("/about/structure") in crawled.for_item("o1", "step")


def test_the_walk_finds_pages_and_the_way_to_them(site: Any, run: Any) -> None:
    make_menus(site)
    url = site.url("/work/plan")
    crawled = run(site.url(), {"o10": [url], "o1": [site.url("/gone")]}, walk=True)
    walked = paths(site, {row.url for row in crawled.rows if row.purpose == "walk"})
    assert {"/about", "/about/structure", "/work"} <= walked
    assert site.hits["/work/plan"] == 1
    way = click_path(crawled.rows, url, crawled.texts)
    assert [(click["url"].removeprefix(site.url("")), click["text"]) for click in way] == [
        ("/", "การดำเนินงาน"),
        ("/work", "แผนดำเนินงานประจำปี"),
    ]
    assert on_main_website(crawled.one(url), site.url())


def test_the_walk_keeps_its_budget_and_stays_on_the_site(site: Any, other_site: Any, run: Any) -> None:
    links = "".join(f"<a href='/p{n}'>หน้าที่ {n}</a>" for n in range(50)) + f"<a href='{other_site.url('/away')}'>อื่น</a>"
    site.add("/", page("หน้าหลัก", links))
    for n in range(50):
        site.add(f"/p{n}", page(f"หน้าที่ {n}"))
    crawled = run(site.url(), {}, walk=True, page_budget=10)
    assert len([row for row in crawled.rows if row.purpose == "walk"]) == 10
    assert sum(other_site.hits.values()) == 0


def test_the_walk_obeys_robots_txt(site: Any, run: Any) -> None:
    make_menus(site)
    site.add("/robots.txt", "User-agent: *\nDisallow: /about", content_type="text/plain")
    crawled = run(site.url(), {}, walk=True)
    assert crawled.one(site.url("/about"), "walk").outcome == "robots_disallowed"
    assert site.hits["/about"] == site.hits["/about/structure"] == 0


def test_a_run_that_was_cut_short_goes_on_without_fetching_again(site: Any, run: Any, tmp_path: Any) -> None:
    url = site.add("/plan", page("แผนดำเนินงานประจำปี", "<a href='/a.pdf'>แผน</a><a href='/b.pdf'>แผน 2</a>"))
    site.add("/a.pdf", PDF, content_type="application/pdf")
    site.add("/b.pdf", PDF + b"b", content_type="application/pdf")
    first = run(site.url(), {"o10": [url]})
    before = dict(site.hits)
    second = run(site.url(), {"o10": [url]}, store=first.store)
    assert second.run_id == first.run_id
    assert {path: hits for path, hits in site.hits.items() if path != "/robots.txt"} == {
        path: hits for path, hits in before.items() if path != "/robots.txt"
    }
    assert len(second.rows) == len(first.rows)


def test_every_row_of_content_has_its_bytes_and_pages_have_their_text(site: Any, run: Any) -> None:
    make_menus(site)
    crawled = run(site.url(), {"o10": [site.url("/work/plan")]}, walk=True)
    with EvidenceStore.open(crawled.store) as store:
        for row in crawled.rows:
            if row.outcome == "ok":
                assert len(store.blobs.get(row.sha256)) == row.bytes
    assert all(
        row.sha256 in crawled.texts for row in crawled.rows if row.outcome == "ok" and "html" in row.content_type
    )


def test_progress_is_told_as_it_happens(site: Any, tmp_path: Any) -> None:
    from crawler import CrawlJob, CrawlSettings, crawl
    from oit.model import Agency, Answer, Submission

    agency = Agency("A1", "อบต.", "subdistrict_administrative_organisation", "", site.url())
    submission = Submission(2565, agency, (Answer("o1", True, (site.add("/x", page("โครงสร้าง")),)),))
    with EvidenceStore.open(tmp_path / "s") as store:
        began = store.begin_run({"agency": {"code": "A1"}, "framework": 2565}, "2022-05-10")
    events: list[dict[str, Any]] = []
    settings = CrawlSettings(allow_networks=("127.0.0.0/8",), browser=False, walk=False, delay=0.0)
    report = crawl([CrawlJob(began.id, submission, 2565)], tmp_path / "s", settings, events.append)
    assert report.complete
    assert [event["outcome"] for event in events if event["event"] == "fetch" and event["purpose"] == "submitted"] == [
        "ok"
    ]
    assert json.loads(json.dumps(events)) == events


def test_a_child_that_dies_is_reported_and_the_caller_lives(
    site: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crawler import CrawlJob, CrawlSettings, crawl
    from oit.model import Agency, Answer, Submission

    agency = Agency("A1", "อบต.", "subdistrict_administrative_organisation", "", site.url())
    submission = Submission(2565, agency, (Answer("o1", True, (site.url("/x"),)),))
    (tmp_path / "not-a-folder").write_text("x")
    report = crawl(
        [CrawlJob("R1", submission, 2565)], tmp_path / "not-a-folder", CrawlSettings(allow_networks=("127.0.0.0/8",))
    )
    assert not report.complete
    assert not report.agencies[0].complete
    assert report.detail or report.agencies[0].detail
