"""Repair of broken Thai, family by family."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.text.thai import repair

CLEAN = [
    "แผนดำเนินงานประจำปีงบประมาณ พ.ศ. ๒๕๖๕",
    "องค์การบริหารส่วนตำบลตัวอย่าง อำเภอตัวอย่าง จังหวัดสกลนคร โทร. 042-123456",
    "ที่เที่ยว ที่พัก ทั้งทั้งที่รู้ ซื้อซื้อ จำนวน จำนวน จำนวน ลำดับ",
    "น้ำประปา ถ้ำ ต่ำ ค่ำ ร่ำ ค้ำประกัน สิทธิ์ พิมพ์ ศักดิ์",
    "รวม ๑,๒๓๔,๕๖๗.๐๐ บาท (Total 12,500.50)\nข้อ ๑ ให้เพิ่มความต่อไปนี้",
    "จำนวน\nลำดับ\nคำสั่ง\nตำบล\nอำเภอ\nสำนัก\nสำเนา\nจำนำ\nทำนา\n" * 5,
    "ปี พ.ศ. ๒๕๖๕ ที่ดินที่ กรมที่ดิน มีสิทธิ์ ที่มีค่า กำหนดการ ทำ การ",
    "เจ้าหน้าที่ ข้าราชการ ร้านค้า ค้าขาย ห้าหน้า ก้าวหน้า ถ้าน้าอ้าง กล้าหาญ ผ้าม่าน สร้างบ้าน",
    "ก ข ค ง จ ฉ",
    "ค่าน้ำ ค่าไฟ แหล่งน้ำ ถนน คลองส่งน้ำ สะพาน",
    "หน้าแรก \ue001 ติดต่อ \ue002 ข่าว \ue010 แผนที่ \ue020 \ue021 \ue0d9",
    "พี่น้องทั้งหลาย ขั้นตอนขั้นต้น เป็นไปได้ เก็บ ก็ บ่",
]


@pytest.mark.parametrize("text", CLEAN)
def test_clean_thai_is_unchanged(text: str) -> None:
    repaired = repair(text)
    assert repaired.text == text
    assert repaired.repairs == {}
    assert repaired.offsets == tuple(range(len(text) + 1))


@pytest.mark.parametrize(
    ("family", "broken", "right"),
    [
        ("A", "ต าบล ส านักงาน ด าเนินการ น ้า", "ตำบล สำนักงาน ดำเนินการ น้ำ"),
        ("A", "เทศบาลต าบล จัดท าแผน", "เทศบาลตำบล จัดทำแผน"),
        ("A2", "ค ำน ำ", "คำนำ"),
        ("A", "โรงพยาบาลน ้ายืน ข ้าราชการ", "โรงพยาบาลน้ำยืน ข้าราชการ"),
        ("A3", "จ้านวน ๒ ต้าบล อ้าเภอ ส้าคัญ จ้าเป็น หน้าที่ เจ้าหน้าที่", "จำนวน ๒ ตำบล อำเภอ สำคัญ จำเป็น หน้าที่ เจ้าหน้าที่"),
        ("N", "กําหนด ประจําปี นํ้า น้ํา", "กำหนด ประจำปี น้ำ น้ำ"),
        ("T1", "ท่ีดิน เพ่ือ", "ที่ดิน เพื่อ"),
        ("T3", "ข ้อมูล ที ่", "ข้อมูล ที่"),
        ("P", "เจ\uf70bาหน\uf70bาที่", "เจ้าหน้าที่"),
        ("C", "ชืѷอ หนѸา", "ชื่อ หน้า"),
        ("F", "ประจ\ufffdาปี ส\ufffdำนัก จำ\ufffdนวน", "ประจำปี สำนัก จำนวน"),
        ("Z", "งบ\u200bประ\u200bมาณ", "งบประมาณ"),
        ("D", "เเออกกสสาารร ต่่ำ", "เอกสาร ต่ำ"),
        ("E", "เเผนงาน", "แผนงาน"),
        ("D", "ทั้งทั้หมด", "ทั้งหมด"),
        ("D", "ได้ชี้แชี้ จงข้อมูล ตามคำสั่งสั่ ที่ ๕", "ได้ชี้แจงข้อมูล ตามคำสั่งที่ ๕"),
        ("D", "บริหารส่วส่ นตำบล หมู่บ้มู่ บ้าน กองช่าช่ ง", "บริหารส่วนตำบล หมู่บ้าน กองช่าง"),
        ("T2", "ยทุ ธศาสตร์ จดุ อ่อน", "ยุทธศาสตร์ จุดอ่อน"),
        ("T4", "ยุทธศาสตรข\n์\nองท้องถิ่น", "ยุทธศาสตร์ของท้องถิ่น"),
        ("H", "แผนดำ เนินงานประจำ ปี สำ นักงาน", "แผนดำเนินงานประจำปี สำนักงาน"),
        ("H", "ร า ช ก า ร ส่วนท้องถิ่น\nก า ร จ้ า ง", "ราชการ ส่วนท้องถิ่น\nการจ้าง"),
        ("H", "ป้ องกัน ปั ญหา", "ป้องกัน ปัญหา"),
        ("W", "แผนดĞำเนินงำนประจĞำปีงบประมำณ นĞ้าประปา ตĞาบล", "แผนดำเนินงานประจำปีงบประมาณ น้ำประปา ตำบล"),
        ("W", "ตĚาบล ผ้้รับผิดชอบ ข้อม้ล หม่้ที่ ๒", "ตำบล ผู้รับผิดชอบ ข้อมูล หมู่ที่ ๒"),
        ("W", "ต˸าบล ส˸านักงาน น˺าประปา", "ตำบล สำนักงาน น้ำประปา"),
        ("W", "ตำ\x11บล น้ำ\x14", "ตำบล น้ำ"),
        ("G", "\ue0d9\ue11e\ue107" * 2, "คำคำ"),
    ],
)
def test_broken_thai_is_mended(family: str, broken: str, right: str) -> None:
    repaired = repair(broken)
    assert repaired.repairs[family] > 0
    assert repaired.text == right


def test_sara_aa_written_as_sara_am_over_a_page() -> None:
    broken = "เทศบำลต ำบลหำงดง มีควำมประสงค์จะประกวดรำคำจ้ำงก่อสร้ำงอำคำร งบประมำณรำยจ่ำย กำรบริหำรงำนบุคคล"
    repaired = repair("\n".join([broken] * 3))
    right = "เทศบาลตำบลหางดง มีความประสงค์จะประกวดราคาจ้างก่อสร้างอาคาร งบประมาณรายจ่าย การบริหารงานบุคคล"
    assert repaired.text == "\n".join([right] * 3)
    assert repaired.repairs["B"] > 20


def test_sara_aa_written_as_sara_am_in_headings_only() -> None:
    headings = "งบประมำณรำยจ่ำย\nกำรบริหำรงำน\nควำมประสงค์\n"
    body = "ด้วยองค์การบริหารส่วนตำบลได้จัดทำรายงานผลการดำเนินงานประจำปี เพื่อให้ประชาชนทราบ\n" * 8
    assert repair(headings + body).text == "งบประมาณรายจ่าย\nการบริหารงาน\nความประสงค์\n" + body


def test_greek_letters_of_a_budget_print_become_thai_and_figures_stay() -> None:
    letters = {"\u0e23": 0x3C5, "\u0e32": 0x3D4, "\u0e22": 0x3C4, "\u0e08": 0x3AA, "\u0e48": 0x3E7}
    raw = "".join(chr(letters[letter]) for letter in "รายจ่าย") + " 1,234.56 " + chr(0x3C5) * 3
    assert repair(raw).text == "รายจ่าย 1,234.56 รรร"


def test_a_span_of_mended_text_leads_back_to_the_raw_letters() -> None:
    raw = "สำนักปลัด เทศบาลต าบลหางดง"
    repaired = repair(raw)
    start = repaired.text.index("ตำบล")
    assert raw[repaired.offsets[start] : repaired.offsets[start + len("ตำบล")]] == "ต าบล"


def test_figures_and_latin_are_never_touched() -> None:
    raw = "ต าบล 12,500.50 ๑๒๓ ABC abc e-bidding ก าหนด"
    pattern = "[0-9๐-๙A-Za-z]+"
    assert re.findall(pattern, repair(raw).text) == re.findall(pattern, raw)


@pytest.mark.parametrize("text", ["จังหวัด ร า ช ก า ร", "ก า ร", "ก า ร ส ร้ า ง ฅ ฃ"])
def test_letter_spaced_words_are_not_taken_for_a_lost_sara_am(text: str) -> None:
    assert "ำ" not in repair(text).text


ALPHABET = "กขนตสดทปมรงอหเแไาำะิีืุู้่็์ํั \n12๓๔aB\r\u200b\ufffd\uf70b\ue0d9ĞΣϔѷ\x11"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=60))
def test_repair_is_idempotent_and_offsets_are_valid(raw: str) -> None:
    once = repair(raw)
    assert repair(once.text).text == once.text
    assert len(once.offsets) == len(once.text) + 1
    assert once.offsets[-1] == len(raw)
    assert all(0 <= a <= b for a, b in zip(once.offsets, once.offsets[1:], strict=False))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_repaired(raw: str) -> None:
    once = repair(raw)
    assert repair(once.text).text == once.text
    assert len(once.offsets) == len(once.text) + 1


def test_clean_text_costs_next_to_nothing() -> None:
    text = " ".join(CLEAN[:2]) * 4000
    repair(text)
    started = time.process_time()
    assert repair(text).text == text
    seconds = time.process_time() - started
    assert len(text.encode()) / seconds > 500_000


def test_on_a_page_of_family_a3_common_words_of_two_readings_follow_the_others() -> None:
    """`จัดท้า` and `ประจ้า` are all words, if other ones: on such a page the reading of fewer words is meant."""
    page = "องค์การบริหารส่วนต้าบลมีจ้านวนข้าราชการและเจ้าหน้าที่ ให้จัดท้ารายงานประจ้าปี ความส้าคัญของการค้า"
    assert repair(page).text == "องค์การบริหารส่วนตำบลมีจำนวนข้าราชการและเจ้าหน้าที่ ให้จัดทำรายงานประจำปี ความสำคัญของการค้า"
