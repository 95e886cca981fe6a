"""Which part of a page is its content: tags, roles, names, link density."""

from __future__ import annotations

import pytest

from evidence.text import document as doc
from evidence.text.html import read_html

TEXT = "อำนาจหน้าที่ขององค์การบริหารส่วนตำบลตามกฎหมายว่าด้วยสภาตำบลและองค์การบริหารส่วนตำบล " * 4
LINKS = "".join(f"<li><a href=/m/{n}>เมนูที่ {n}</a></li>" for n in range(8))


def areas(body: str) -> dict[str, str]:
    page = read_html(f"<html><body>{body}</body></html>".encode(), "http://a.go.th/").pages[0]
    return {page.text[block.start : block.end]: block.area for block in page.blocks}


@pytest.mark.parametrize(
    ("markup", "area"),
    [
        ("<nav>{}</nav>", doc.NAVIGATION),
        ('<div role="navigation">{}</div>', doc.NAVIGATION),
        ('<div class="navbar-nav">{}</div>', doc.NAVIGATION),
        ('<div id="mainMenu">{}</div>', doc.NAVIGATION),
        ('<div class="offcanvas offcanvas-start">{}</div>', doc.NAVIGATION),
        ("<header>{}</header>", doc.HEADER),
        ('<div id="headerSection">{}</div>', doc.HEADER),
        ("<footer>{}</footer>", doc.FOOTER),
        ('<div class="site-footer">{}</div>', doc.FOOTER),
        ("<aside>{}</aside>", doc.ASIDE),
        ('<div class="sidebar">{}</div>', doc.ASIDE),
        ('<div class="page-header">{}</div>', doc.MAIN),
        ('<ul class="nav nav-tabs"><li>{}</li></ul>', doc.MAIN),
        ('<div class="card-footer">{}</div>', doc.MAIN),
        ("<article><header>{}</header></article>", doc.MAIN),
        ('<div class="has-sidebar">{}</div>', doc.MAIN),
    ],
)
def test_tags_roles_and_names_tell_the_area(markup: str, area: str) -> None:
    found = areas(markup.format("<span>ส่วนนี้</span>") + f"<div><p>{TEXT}</p></div>")
    assert found["ส่วนนี้"] == area
    assert found[TEXT.strip()] == doc.MAIN


def test_a_menu_inside_the_header_is_navigation() -> None:
    found = areas(f"<header><p>ชื่อหน่วยงาน</p><nav><a href=/a>ลิงก์</a></nav></header><p>{TEXT}</p>")
    assert (found["ชื่อหน่วยงาน"], found["ลิงก์"]) == (doc.HEADER, doc.NAVIGATION)


def test_a_left_column_of_links_in_a_layout_table_is_navigation() -> None:
    found = areas(f"<table><tr><td><ul>{LINKS}</ul></td><td><p>{TEXT}</p></td></tr></table>")
    assert found["เมนูที่ 3"] == doc.NAVIGATION
    assert found[TEXT.strip()] == doc.MAIN


def test_a_narrow_column_with_links_beside_a_wide_one_is_aside() -> None:
    side = "<h3>ข่าว</h3><p>นายก อบต.</p>" + "".join(f"<p>ข้อความประกาศที่ {n} <a href=/{n}>อ่าน</a></p>" for n in range(4))
    found = areas(f'<div class="row"><div class="col-md-3">{side}</div><div class="col-md-9"><p>{TEXT}</p></div></div>')
    assert found["นายก อบต."] == doc.ASIDE
    assert found[TEXT.strip()] == doc.MAIN


def test_a_list_of_documents_is_content_although_all_of_it_is_linked() -> None:
    documents = "".join(f"<li><a href=/f/{n}.pdf>แผนปี {n}</a></li>" for n in range(2560, 2568))
    found = areas(f"<table><tr><td><ul>{documents}</ul></td><td><p>{TEXT}</p></td></tr></table>")
    assert found["แผนปี 2565"] == doc.MAIN


def test_running_text_in_a_part_named_menu_is_content() -> None:
    assert areas(f'<div class="menu"><p>{TEXT * 2}</p></div>')[(TEXT * 2).strip()] == doc.MAIN


@pytest.mark.parametrize(
    "wrapper", ["<nav>{}</nav>", '<div class="sidebar">{}</div>', "<header>{}</header>", '<div id="menu">{}</div>']
)
def test_the_only_content_of_a_page_is_never_a_menu(wrapper: str) -> None:
    found = areas(wrapper.format(f"<ul>{LINKS}</ul>"))
    assert set(found.values()) == {doc.MAIN}


def test_a_page_whose_content_is_a_frame_keeps_its_menu_a_menu() -> None:
    found = areas(f"<nav><ul>{LINKS}</ul></nav><div><iframe src=/viewer?file=a.pdf></iframe></div>")
    assert set(found.values()) == {doc.NAVIGATION}


def test_links_pictures_and_forms_carry_their_area() -> None:
    document = read_html(
        f"<footer><a href=/x>ลิงก์</a><img src=a.png><form><input name=q></form></footer><p>{TEXT}</p>".encode(),
        "http://a.go.th",
    )
    assert {document.links[0].area, document.images[0].area, document.forms[0].area} == {doc.FOOTER}
