"""Explanations as people write them, read as a way through menus."""

from __future__ import annotations

import pytest

from crawler import explanation
from evidence.text.document import MAIN, NAVIGATION, Link


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("หน้าหลัก > ข้อมูลหน่วยงาน > โครงสร้าง", ("ข้อมูลหน่วยงาน", "โครงสร้าง")),
        ("หน้าแรก >> ข้อมูลพื้นฐาน >> อำนาจหน้าที่", ("ข้อมูลพื้นฐาน", "อำนาจหน้าที่")),
        ("หน้าหลักของเว็บไซต์ → แผนงาน → แผนดำเนินงานประจำปี 2565", ("แผนงาน", "แผนดำเนินงานประจำปี 2565")),
        ("Home » ITA » O10", ("ITA", "O10")),
        ("หน้าหลัก/ข้อมูลหน่วยงาน/โครงสร้าง", ("ข้อมูลหน่วยงาน", "โครงสร้าง")),
        ("หน้าหลัก / ข้อมูลหน่วยงาน / โครงสร้าง", ("ข้อมูลหน่วยงาน", "โครงสร้าง")),
        ("เลือกเมนู “ข้อมูลหน่วยงาน” คลิก “โครงสร้าง”", ("ข้อมูลหน่วยงาน", "โครงสร้าง")),
        ('เข้าหน้าเว็บไซต์ แล้วเลือกเมนู "การดำเนินงาน" จากนั้นคลิกที่ "แผนดำเนินงาน"', ("การดำเนินงาน", "แผนดำเนินงาน")),
        ("1. เข้าเว็บไซต์ www.tambon.go.th 2. เลือกเมนู ข้อมูลข่าวสาร 3. คลิก รายงานการเงิน", ("ข้อมูลข่าวสาร", "รายงานการเงิน")),
        ("หน้าหลัก\nเมนู การบริหารงาน\nหัวข้อ แผนการใช้จ่ายงบประมาณ", ("การบริหารงาน", "แผนการใช้จ่ายงบประมาณ")),
        ("เลือกเมนูข้อมูลหน่วยงานคลิกโครงสร้างองค์กร", ("ข้อมูลหน่วยงาน", "โครงสร้างองค์กร")),
        ("ไปที่เมนู ITA แล้วเลือก O29", ("ITA", "O29")),
        ("คลิ๊กที่แถบเมนู บริการประชาชน -> E-Service", ("บริการประชาชน", "E-Service")),
        ("ข่าวการเลือกตั้ง > ประกาศผล", ("ข่าวการเลือกตั้ง", "ประกาศผล")),
    ],
)
def test_a_way_through_menus_is_read_as_its_steps(text: str, steps: tuple[str, ...]) -> None:
    assert explanation.steps(text) == steps


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ไม่มีการจัดจ้างที่มีวงเงินเกิน 5 แสนบาท",
        "เผยแพร่บนเว็บไซต์ของหน่วยงานแล้ว",
        "http://www.a.go.th/x/y",
        "ไม่มีเรื่องร้องเรียน",
        "หน้าหลัก",
    ],
)
def test_a_sentence_that_describes_no_way_gives_no_steps(text: str) -> None:
    assert explanation.steps(text) == ()


def test_no_more_than_six_steps_are_taken() -> None:
    assert len(explanation.steps(" > ".join(f"เมนูย่อยที่ {n} ของหน่วยงาน" for n in "กขคงจฉช"))) == explanation.MOST_STEPS


def link(text: str, url: str, area: str = MAIN) -> Link:
    return Link(f"http://a.go.th/{url}", text, area)


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("โครงสร้าง", "โครงสร้าง"),
        ("โครงสร้าง", "โครงสร้างหน่วยงาน"),
        ("แผนดำเนินงานประจำปี 2565", "แผนดําเนินงานประจําปี ๒๕๖๕"),
        ("แผนการใช้จ่ายงบประมาณ", "แผนการใช้จ่ายงบประมาณประจำปี"),
        ("ข้อมูลผู้บริหาร", "ข้อมูลผู้บริหาร (12)"),
    ],
)
def test_a_step_finds_the_link_that_means_it(step: str, text: str) -> None:
    links = [link("ติดต่อเรา", "contact"), link(text, "wanted", NAVIGATION), link("ข่าวประชาสัมพันธ์", "news")]
    assert [found.url for found in explanation.candidates(step, links)][:1] == ["http://a.go.th/wanted"]


def test_a_step_that_no_link_means_finds_none() -> None:
    links = [link("ติดต่อเรา", "contact"), link("ข่าวประชาสัมพันธ์", "news")]
    assert explanation.candidates("โครงสร้าง", links) == []


def test_the_nearest_link_comes_first_and_no_more_than_three_are_tried() -> None:
    links = [link(f"โครงสร้างส่วนที่ {n} ของหน่วยงาน", str(n)) for n in range(5)] + [link("โครงสร้าง", "exact")]
    found = explanation.candidates("โครงสร้าง", links)
    assert found[0].url.endswith("exact")
    assert len(found) <= explanation.MOST_TRIES
