"""Decisions made without a network: what is content, what belongs to an item, which page next, which file is shared."""

from __future__ import annotations

import pytest

from crawler import blocking, shares
from crawler.belongs import Belonging, is_file
from crawler.frontier import Frontier
from crawler.paths import ClickPaths, click_path, leads_home, on_main_website
from evidence.records import Fetch
from evidence.text import extract
from evidence.text.document import NAVIGATION, DocumentText, Link
from oit import criteria

FILLER = "ประกาศเผยแพร่ข้อมูลข่าวสารของทางราชการเพื่อให้ประชาชนทราบโดยทั่วกัน " * 6
HOME = "http://www.tambon.go.th/"


def read(html: str, url: str = HOME) -> DocumentText:
    return extract(f"<html><body>{html}</body></html>".encode(), content_type="text/html; charset=utf-8", url=url)


@pytest.fixture(scope="module")
def belonging() -> Belonging:
    return Belonging(criteria.load(2565))


def leads(belonging: Belonging, html: str, item: str, menu: frozenset[str] = frozenset()) -> set[str]:
    found = belonging.leads(read(html), HOME + "page", item, document_cap=40, list_cap=15, image_cap=15, menu=menu)
    urls = [link.url for link in (*found.documents, *found.pages)] + [frame.url for frame in found.frames]
    return {url.removeprefix(HOME) for url in urls}


SECTIONS = ["โครงสร้าง", "ข้อมูลผู้บริหาร", "อำนาจหน้าที่", "ข้อมูลการติดต่อ", "แผนดำเนินงานประจำปี", "ข่าวประชาสัมพันธ์"]


def test_of_an_accordion_only_the_items_section_is_followed(belonging: Belonging) -> None:
    html = "<main>" + "".join(
        f"<h3>O{n} {title}</h3><div class='panel collapse'><p>{FILLER[:60]}</p><a href='/s{n}.pdf'>ดาวน์โหลด</a></div>"
        for n, title in enumerate(SECTIONS, 1)
    )
    assert leads(belonging, html + "</main>", "o10") == {"s5.pdf"}


def test_of_a_list_of_codes_only_the_code_of_the_item_is_followed(belonging: Belonging) -> None:
    entries = "".join(f"<li><a href='/o{n}.pdf'>O๐{n}</a></li>" for n in range(1, 9))
    assert leads(belonging, f"<main><h1>OIT 2565</h1><ul>{entries}</ul></main>", "o3") == {"o3.pdf"}


def test_a_page_named_after_the_item_is_no_hub_however_many_items_its_menu_names(belonging: Belonging) -> None:
    menu = "".join(f"<li><a href='/m{n}'>{title}</a></li>" for n, title in enumerate(SECTIONS))
    html = f"<main><h1>แผนดำเนินงานประจำปี</h1><p>{FILLER}</p><a href='/a.pdf'>ไฟล์</a><ul>{menu}</ul></main>"
    assert "a.pdf" in leads(belonging, html, "o10")


def test_a_link_that_clearly_names_another_item_is_not_followed(belonging: Belonging) -> None:
    html = (
        f"<main><h1>แผนงาน</h1><p>{FILLER}</p><a href='/a.pdf'>ไฟล์แนบ 1</a>"
        "<a href='/b.pdf'>มาตรการส่งเสริมคุณธรรมและความโปร่งใสภายในหน่วยงาน</a></main>"
    )
    assert leads(belonging, html, "o10") == {"a.pdf"}


def test_nothing_that_shares_prints_or_plays_is_followed(belonging: Belonging) -> None:
    links = "".join(
        f"<a href='{url}'>แผนดำเนินงานประจำปี</a>"
        for url in (
            "https://www.facebook.com/sharer/sharer.php?u=x",
            "mailto:a@b.c",
            "https://www.youtube.com/watch?v=1",
            "/wp-login.php",
            "/logout",
            "/x.mp4",
            "/x.css",
        )
    )
    assert leads(belonging, f"<main><h1>แผนดำเนินงานประจำปี</h1><p>{FILLER}</p>{links}</main>", "o10") == set()


def test_news_beside_an_items_page_is_left_alone(belonging: Belonging) -> None:
    news = "".join(f"<li><a href='/n{n}'>กิจกรรมที่ {n}</a> {n} มีนาคม 2565</li>" for n in range(1, 5))
    html = f"<main><h1>โครงสร้าง</h1><p>{FILLER}</p></main><main><h2>ข่าวประชาสัมพันธ์</h2><ul>{news}</ul></main>"
    assert leads(belonging, html, "o1") == set()
    assert leads(belonging, html.replace("<h1>โครงสร้าง</h1>", "<h1>ข่าวประชาสัมพันธ์</h1>"), "o7") != set()


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("http://a.go.th/x.pdf", True),
        ("http://a.go.th/x.JPG", True),
        ("http://a.go.th/download.php?id=3", True),
        ("http://a.go.th/wp-content/uploads/2022/x", True),
        ("https://drive.google.com/file/d/abc/view", True),
        ("https://drive.google.com/drive/folders/abc", False),
        ("https://docs.google.com/forms/d/abc", False),
        ("http://a.go.th/page", False),
        ("http://a.go.th/index.php?id=3", False),
    ],
)
def test_files_are_told_from_pages_by_their_url(url: str, file: bool) -> None:
    assert is_file(url) is file


DRIVE = "1AbCdEfGhIjKlMnOpQrStUv"


@pytest.mark.parametrize(
    ("url", "direct"),
    [
        (f"https://drive.google.com/file/d/{DRIVE}/view?usp=sharing", f"download?id={DRIVE}&"),
        (f"https://drive.google.com/open?id={DRIVE}", f"download?id={DRIVE}&"),
        (f"https://drive.google.com/uc?export=view&id={DRIVE}", f"download?id={DRIVE}&"),
        (f"https://docs.google.com/document/d/{DRIVE}/edit", f"document/d/{DRIVE}/export?format=pdf"),
        (f"https://docs.google.com/spreadsheets/d/{DRIVE}/edit#gid=0", f"spreadsheets/d/{DRIVE}/export?format=xlsx"),
        ("https://www.dropbox.com/s/abc/x.pdf?dl=0", "x.pdf?dl=1"),
        (f"https://drive.google.com/drive/folders/{DRIVE}", ""),
        ("http://www.tambon.go.th/x.pdf", ""),
    ],
)
def test_a_share_is_opened_at_the_file_itself(url: str, direct: str) -> None:
    found = shares.direct(url)
    assert direct in found
    assert bool(found) is bool(direct)


CHALLENGE = b"<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/h/b/x.js'></script>"


@pytest.mark.parametrize(
    ("status", "body", "length", "blocked"),
    [
        (403, b"<h1>Forbidden</h1>", 9, True),
        (429, b"slow down", 9, True),
        (503, CHALLENGE, 14, True),
        (200, CHALLENGE, 14, True),
        (200, b"<title>Access Denied</title>", 13, True),
        (200, b"<p>Access denied</p>" + b"x" * 900, 900, False),
        (200, b"<p>plan</p>", 4, False),
        (404, b"none", 4, False),
        (200, b"<script src='https://www.google.com/recaptcha/api.js'></script><div class='g-recaptcha'>", 2000, False),
    ],
)
def test_a_robot_test_is_told_from_a_page_that_only_mentions_one(
    status: int, body: bytes, length: int, blocked: bool
) -> None:
    assert (blocking.challenge(status, body, length) is not None) is blocked


@pytest.mark.parametrize(
    ("html", "missing"),
    [
        ("<h1>404 Not Found</h1>", True),
        ("<h1>ไม่พบหน้าที่ท่านต้องการ</h1><p>กลับหน้าหลัก</p>", True),
        ("<p>ไม่พบเนื้อหา</p>", True),
        (f"<h1>แผนดำเนินงานประจำปี</h1><p>{FILLER}</p>", False),
        (f"<h1>สายด่วน 404</h1><p>{FILLER}</p>", False),
        (f"<h1>ผลการตรวจสอบ</h1><p>ไม่พบหน้าที่ใด ๆ {FILLER * 2}</p>", False),
        ("<p>ไม่มีเรื่องร้องเรียน</p>", False),
    ],
)
def test_a_page_that_says_it_is_missing_is_told_from_content(html: str, missing: bool) -> None:
    assert (blocking.says_missing(read(f"<main>{html}</main>")) is not None) is missing


def test_two_pages_of_one_template_are_not_the_same() -> None:
    shell = f"<nav>{FILLER}</nav><main><h1>%s</h1><p>%s</p></main>"
    one = read(shell % ("โครงสร้าง", "แผนผังแสดงส่วนราชการ สำนักปลัด กองคลัง กองช่าง กองการศึกษา กองสาธารณสุข"))
    other = read(shell % ("งบประมาณ", "ข้อบัญญัติงบประมาณรายจ่ายประจำปี จำแนกตามแผนงานและประเภทรายจ่ายทั้งหมด"))
    again = read(shell % ("งบประมาณ", "ข้อบัญญัติงบประมาณรายจ่ายประจำปี จำแนกตามแผนงานและประเภทรายจ่ายทั้งหมด 1"))
    assert not blocking.nearly_same(one, other)
    assert blocking.nearly_same(other, again)


def row(url: str, purpose: str = "walk", parent: str = "", text: str = "", **more: str) -> Fetch:
    return Fetch("R", "A", url, "ok", purpose, parent=parent, link_text=text, **more)


def test_the_click_path_is_the_shortest_way_from_home() -> None:
    rows = [
        row(HOME, "homepage"),
        row(HOME + "a", parent=HOME, text="เมนู"),
        row(HOME + "b", parent=HOME + "a", text="ย่อย"),
        row(HOME + "c", parent=HOME + "b", text="เอกสาร"),
        row(HOME + "c", parent=HOME + "a", text="ทางลัด"),
    ]
    assert [click["text"] for click in click_path(rows, HOME + "c")] == ["เมนู", "ทางลัด"]
    assert click_path(rows, HOME + "unknown") == []
    assert click_path(rows, HOME) == []


def test_the_click_path_goes_through_redirects_and_links_that_were_only_seen() -> None:
    seen = DocumentText("s1", "html", links=(Link(HOME + "old", "แผนงาน"),))
    rows = [
        row(HOME, "homepage", sha256="s1"),
        row(HOME + "old", "submitted", final_url=HOME + "new"),
        row(HOME + "file.pdf", "linked", parent=HOME + "new", text="ไฟล์"),
    ]
    ways = ClickPaths(rows, {"s1": seen})
    assert [click["text"] for click in ways.to(HOME + "file.pdf")] == ["แผนงาน", "ไฟล์"]
    assert [click["text"] for click in ways.to(HOME + "old")] == ["แผนงาน"]


def test_a_circle_of_links_ends() -> None:
    rows = [row(HOME, "homepage"), row(HOME + "a", parent=HOME + "b"), row(HOME + "b", parent=HOME + "a")]
    assert click_path(rows, HOME + "a") == []


def test_the_main_website_and_the_home_page_are_recognised_on_a_row() -> None:
    assert on_main_website(row("http://tambon.go.th/x"), HOME)
    assert not on_main_website(row("https://drive.google.com/x"), HOME)
    assert leads_home(row("http://tambon.go.th/index.php"), HOME)
    assert not leads_home(row("http://tambon.go.th/plan"), HOME)


def links(*pairs: tuple[str, str]) -> DocumentText:
    return DocumentText("s", "html", links=tuple(Link(HOME + path, text, NAVIGATION) for path, text in pairs))


def order(frontier: Frontier) -> list[str]:
    found = []
    while step := frontier.next():
        found.append(step.url.removeprefix(HOME))
    return found


def test_the_walk_takes_what_promises_a_missing_item_first(belonging: Belonging) -> None:
    frontier = Frontier(HOME, ["o10"], belonging.fit)
    frontier.add_page(HOME, links(("a", "ข่าว"), ("b", "แผนดำเนินงานประจำปี"), ("c", "ติดต่อ")), 0)
    assert order(frontier)[0] == "b"


def test_the_walk_goes_by_depth_and_gives_each_page_once(belonging: Belonging) -> None:
    frontier = Frontier(HOME, [], belonging.fit)
    frontier.add_page(HOME + "deep", links(("x", "หนึ่ง"), ("a", "ซ้ำ")), 3)
    frontier.add_page(HOME, links(("a", "ซ้ำ"), ("b", "สอง"), ("", "หน้าหลัก")), 0)
    assert order(frontier) == ["b", "x", "a"]


def test_the_walk_leaves_files_calendars_and_other_sites_alone(belonging: Belonging) -> None:
    frontier = Frontier(HOME, ["o10"], belonging.fit)
    days = [(f"calendar/2565/{n}", str(n)) for n in range(1, 40)]
    frontier.add_page(HOME, links(("x.pdf", "เอกสาร"), ("plan.pdf", "แผนดำเนินงานประจำปี"), *days, ("news", "ข่าว")), 0)
    frontier.add_page(HOME, DocumentText("s", "html", links=(Link("http://other.go.th/", "อื่น", NAVIGATION),)), 0)
    found = order(frontier)
    assert "x.pdf" not in found
    assert found[0] == "plan.pdf"
    assert found.index("news") < 10
    assert not any("other" in url for url in found)
