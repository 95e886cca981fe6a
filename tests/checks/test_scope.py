"""Which part of a page may speak for an item."""

from __future__ import annotations

from checks.scope import template_blocks

PLAN = "annual_action_plan"
BUDGET = "annual_budget_plan"
LONG = "โครงการก่อสร้างถนนคอนกรีตเสริมเหล็ก หมู่ที่ 3 ตำบลต้นไม้ งบประมาณ 350,000 บาท"


def document(agency, slug: str, body: str, *, whole: bool = False, url: str = "https://www.tonmai.go.th/page"):
    text = body if whole else f"<main>{body}</main>"
    agency.document(
        slug, f"<html><body>{text}</body></html>".encode(), url=url, content_type="text/html; charset=utf-8"
    )
    return agency.source(slug)


def test_menus_headers_and_footers_do_not_count(agency) -> None:
    body = f"<nav><a href='/a'>แผนดำเนินงานประจำปี</a></nav><header>หัวเว็บ</header><main><p>{LONG}</p></main><footer>โทร 042</footer>"
    assert document(agency, PLAN, body, whole=True).text == LONG


def test_a_page_of_nothing_but_menus_counts_as_a_whole(agency) -> None:
    assert "แผนดำเนินงาน" in document(agency, PLAN, "<nav><a href='/a'>แผนดำเนินงาน</a></nav>", whole=True).text


def test_every_block_of_a_file_counts(agency) -> None:
    agency.document(PLAN, LONG.encode(), url="https://www.tonmai.go.th/a.txt", content_type="text/plain; charset=utf-8")
    source = agency.source(PLAN)
    assert LONG in source.text
    assert not source.scope.is_section and not source.scope.is_hub


def test_boxes_that_the_site_repeats_on_its_pages_do_not_count(agency) -> None:
    box = "<div>สายด่วน 1234 ติดต่อหน่วยงานได้ทุกวัน</div>"
    for number in range(3):
        agency.page("news", f"<p>หน้าที่ {number} {'เนื้อหา' * 20}</p>{box}", url=f"https://www.tonmai.go.th/{number}")
    source = document(agency, PLAN, f"<p>{LONG}</p>{box}")
    assert source.text == LONG


def test_a_box_on_two_pages_is_no_template(agency) -> None:
    pages = [
        agency.page("news", f"<p>หน้า {n} ข้อความ</p><p>กล่องเดียวกัน</p>", url=f"https://www.tonmai.go.th/{n}")
        for n in range(2)
    ]
    assert template_blocks(list(pages[0].texts.values())) == frozenset()


def test_menu_words_before_the_trail_from_the_home_page_do_not_count(agency) -> None:
    body = f"<div>เมนูเก่า แผนดำเนินงานประจำปี</div><div>หน้าแรก &gt; แผนงาน</div><div>{LONG}</div>"
    assert document(agency, PLAN, body).text == LONG


def test_a_page_of_several_items_is_cut_to_the_section_of_the_item(agency) -> None:
    body = (
        f"<h2>o10 แผนดำเนินงานประจำปี</h2><p>{LONG}</p>"
        "<h2>o18 แผนการใช้จ่ายงบประมาณประจำปี</h2><p>ข้อบัญญัติงบประมาณรายจ่าย พ.ศ. 2565</p>"
        "<h2>o25 นโยบายการบริหารทรัพยากรบุคคล</h2><p>แผนอัตรากำลังสามปี</p>"
    )
    plan = document(agency, PLAN, body)
    budget = document(agency, BUDGET, body)
    assert plan.scope.is_section and LONG in plan.text and "ข้อบัญญัติ" not in plan.text
    assert "ข้อบัญญัติ" in budget.text and LONG not in budget.text and "อัตรากำลัง" not in budget.text


def test_a_section_ends_at_the_next_item_and_not_at_its_own_sub_headings(agency) -> None:
    body = (
        f"<h2>แผนดำเนินงานประจำปี</h2><h3>ส่วนที่ 1</h3><p>{LONG}</p><h3>ส่วนที่ 2</h3><p>ขุดลอกคลอง</p>"
        "<h2>แผนการใช้จ่ายงบประมาณประจำปี</h2><p>ข้อบัญญัติ</p>"
    )
    text = document(agency, PLAN, body).text
    assert LONG in text and "ขุดลอกคลอง" in text and "ข้อบัญญัติ" not in text


def hub(framework) -> str:
    rows = "".join(
        f"<tr><td>{i.code.upper()}</td><td>{i.title.th}</td><td><a href='/{i.code}'>ดูข้อมูล {i.code}</a></td></tr>"
        for i in framework.items
    )
    return f"<h1>การประเมิน ITA 2565</h1><table><tr><th>ข้อ</th><th>ข้อมูล</th><th>ลิงก์</th></tr>{rows}</table>"


def test_a_hub_is_known_and_cut_to_the_row_of_the_item(agency, framework) -> None:
    source = document(agency, PLAN, hub(framework))
    assert source.scope.is_hub and source.scope.is_section
    assert source.text.split("\n") == ["O10", "แผนดำเนินงานประจำปี", "ดูข้อมูล o10"]


def test_a_plan_whose_rows_name_other_items_is_no_hub(agency, framework) -> None:
    names = [
        "จัดทำคู่มือการปฏิบัติงาน",
        "จัดทำคู่มือการให้บริการ",
        "ประเมินความเสี่ยงการทุจริต",
        "ประกาศนโยบาย No Gift Policy",
        "แผนการจัดซื้อจัดจ้าง",
        "ปรับปรุงข่าวประชาสัมพันธ์",
    ]
    rows = "".join(f"<tr><td>{name}</td><td>สำนักปลัด</td></tr>" for name in names)
    body = f"<h1>มาตรการส่งเสริมคุณธรรมและความโปร่งใสภายในหน่วยงาน</h1><table><tr><th>มาตรการ</th><th>ผู้รับผิดชอบ</th></tr>{rows}</table>"
    source = document(agency, "integrity_measures", body)
    assert not source.scope.is_hub and not source.scope.is_section
    assert all(name in source.text for name in names)


def test_the_criteria_in_the_assessments_own_words_do_not_count(agency) -> None:
    asked = "มีข้อมูลรายละเอียดของแผนฯ อย่างน้อยประกอบด้วย โครงการหรือกิจกรรม งบประมาณที่ใช้ และระยะเวลาในการดำเนินการ"
    source = document(agency, PLAN, f"<h1>แผนดำเนินงานประจำปี</h1><p>{asked}</p><p>{LONG}</p>")
    assert source.scope.criteria_blocks == 1
    assert asked not in source.text and LONG in source.text


def test_ordinary_sentences_are_no_criteria(agency) -> None:
    assert document(agency, PLAN, f"<h1>แผนดำเนินงานประจำปี</h1><p>{LONG}</p>").scope.criteria_blocks == 0


def test_matches_are_found_only_in_the_part_that_counts(agency) -> None:
    body = f"<nav>งบประมาณ งบประมาณ</nav><main><p>{LONG}</p></main>"
    source = document(agency, PLAN, body, whole=True)
    assert len(source.find(["งบประมาณ"])) == 1


def test_an_empty_page_has_nothing_that_counts(agency) -> None:
    assert document(agency, PLAN, "").text == ""
