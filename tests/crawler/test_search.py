"""The order in which a website is searched for the items of a form, and when the search ends."""

from __future__ import annotations

import pytest

from crawler.belongs import Belonging
from crawler.search import ItemSearch
from evidence.text import extract
from evidence.text.document import DocumentText
from oit.criteria import load

HOME = "https://www.tonmai.go.th/"
FRAMEWORK = load(2565)
BELONGING = Belonging(FRAMEWORK)
FILLER = "<p>องค์การบริหารส่วนตำบลต้นไม้ ประกาศเผยแพร่ข้อมูลข่าวสารเพื่อให้ประชาชนทราบโดยทั่วกัน</p>"


def page(title: str, links: dict[str, str], menu: bool = False) -> DocumentText:
    listed = "".join(f'<li><a href="{path}">{text}</a></li>' for path, text in links.items())
    body = f"<nav><ul>{listed}</ul></nav><main><h1>{title}</h1>{FILLER}</main>"
    if not menu:
        body = f"<main><h1>{title}</h1>{FILLER}<ul>{listed}</ul></main>"
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return extract(html.encode(), content_type="text/html; charset=utf-8", url=HOME)


@pytest.fixture
def search() -> ItemSearch:
    return ItemSearch(HOME, FRAMEWORK, BELONGING)


def code(slug: str) -> str:
    return FRAMEWORK.by_slug[slug].code


def given_out(search: ItemSearch) -> list[str]:
    found = []
    while step := search.next():
        found.append(step.url.removeprefix(HOME))
    return found


def test_a_link_that_names_an_item_comes_before_others_and_a_hub_before_plain_pages(search: ItemSearch) -> None:
    links = {"a": "ภาพบรรยากาศ", "b": "การเปิดเผยข้อมูลสาธารณะ ITA", "c": "แผนดำเนินงานประจำปี"}
    search.add_page(HOME, page("หน้าแรก", links, menu=True), 0)
    assert given_out(search) == ["c", "b", "a"]


def test_an_item_that_has_its_page_pulls_no_more(search: ItemSearch) -> None:
    links = {"c": "แผนดำเนินงานประจำปี", "d": "แผนการดำเนินงาน", "e": "คู่มือปฏิบัติงาน"}
    search.add_page(HOME, page("หน้าแรก", links, menu=True), 0)
    first = search.next()
    assert first and first.url.removeprefix(HOME) in ("c", "e")
    search.add_page(HOME + "c", page("แผนดำเนินงานประจำปี", {}), 1)
    assert search.held[code("annual_action_plan")] > 0.9
    order = given_out(search)
    assert order.index("d") == len(order) - 1


def test_a_file_named_after_the_item_holds_it_and_one_of_another_year_hardly(search: ItemSearch) -> None:
    links = {"plan-2565.pdf": "แผนดำเนินงานประจำปีงบประมาณ พ.ศ. 2565"}
    search.add_page(HOME + "plans", page("เอกสาร", links), 1)
    other = ItemSearch(HOME, FRAMEWORK, BELONGING)
    other.add_page(HOME + "plans", page("เอกสาร", {"plan-2560.pdf": "แผนดำเนินงานประจำปีงบประมาณ พ.ศ. 2560"}), 1)
    item = code("annual_action_plan")
    assert search.held[item] > 0.6 > other.held[item]
    assert given_out(search) == []


def test_where_sites_of_the_template_keep_the_items_is_asked_first(search: ItemSearch) -> None:
    search.add_page(HOME, page("หน้าแรก", {"c": "แผนดำเนินงานประจำปี", "x/1": "เมนู"}, menu=True), 0)
    search.add_address(HOME + "Pages/plan_paca")
    assert given_out(search)[0] == "Pages/plan_paca"


def test_the_thousandth_page_of_one_shape_comes_after_a_page_of_its_own(search: ItemSearch) -> None:
    links = {f"calendar?day={n}": "รายการ" for n in range(30)} | {"about": "รายการ"}
    search.add_page(HOME, page("หน้าแรก", links, menu=True), 0)
    assert "about" in given_out(search)[:6]


def test_what_leads_away_or_does_something_is_never_asked_for(search: ItemSearch) -> None:
    links = {
        "https://elsewhere.example/plan": "แผนดำเนินงานประจำปี",
        "https://www.facebook.com/sharer/sharer.php?u=x": "แชร์",
        "wp-login.php": "เข้าสู่ระบบ",
    }
    search.add_page(HOME, page("หน้าแรก", links, menu=True), 0)
    assert given_out(search) == []


def test_the_search_ends_when_every_item_is_held_and_what_is_left_promises_nothing(search: ItemSearch) -> None:
    search.add_page(HOME + "deep", page("หน้า", {"gallery": "ภาพบรรยากาศ"}), 3)
    for item in search.held:
        search.held[item] = 0.9
    assert search.lacking == []
    assert search.next() is None and len(search) == 0
