"""What is damaged as documents damage it comes back: for every family, for any words, with offsets that hold."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from evidence.text import thai
from evidence.text.matching import skeleton
from evidence.text.thai import repair


def _damage() -> ModuleType:
    path = Path(__file__).parents[3] / "benchmarks" / "damage.py"
    spec = importlib.util.spec_from_file_location("damage_of_documents", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


damage = _damage()
SENTENCES = [
    "องค์การบริหารส่วนตำบลตัวอย่าง อำเภอเมือง จังหวัดสกลนคร",
    "แผนดำเนินงานประจำปีงบประมาณ พ.ศ. ๒๕๖๕ ของสำนักงานปลัด",
    "ประกาศ ณ วันที่ ๑ ตุลาคม พ.ศ. ๒๕๖๔",
    "รายงานผลการจัดซื้อจัดจ้างรายเดือน ให้เป็นไปตามระเบียบของทางราชการ",
    "เจ้าหน้าที่ต้องปฏิบัติหน้าที่ด้วยความซื่อสัตย์สุจริต ไม่เรียกรับสินบน",
    "รวมทั้งสิ้น 1,234,567.00 บาท จำนวน ๑๒ โครงการ",
    "ประชาชนสามารถสอบถามข้อมูลและแสดงความคิดเห็นผ่านช่องทางออนไลน์ได้",
    "การบริหารและพัฒนาทรัพยากรบุคคล การสรรหา การฝึกอบรม",
    "มาตรการส่งเสริมคุณธรรมและความโปร่งใสภายในหน่วยงาน",
    "แหล่งน้ำ ถนน และสะพานในเขตพื้นที่รับผิดชอบของเทศบาล",
]
pages = st.lists(st.sampled_from(SENTENCES), min_size=6, max_size=14).map("\n".join)
families = st.sampled_from(sorted(damage.FAMILIES))
"""A page: families B, S, G and A3 show only over a page."""


def test_every_family_of_the_repair_has_its_damage() -> None:
    families = {family for family, *_ in (*thai._RULES, *thai._RARE_RULES)} | {"S", "G", "B", "A2", "A3"}
    assert families == set(damage.FAMILIES)


@settings(max_examples=200, deadline=None)
@given(pages, families, st.integers(0, 1000))
def test_damaged_pages_come_back_with_their_skeleton(page: str, family: str, seed: int) -> None:
    assert skeleton(repair(damage.damaged(page, family, seed)).text) == skeleton(page)


@pytest.mark.parametrize("family", sorted(damage.FAMILIES))
def test_at_most_one_letter_in_a_hundred_is_wrong_after_repair(family: str) -> None:
    page = "\n".join(SENTENCES)
    broken = damage.damaged(page, family, seed=7)
    mended = repair(broken).text
    assert broken != page
    assert Levenshtein.distance(mended, page) <= 0.01 * len(page)


@settings(max_examples=100, deadline=None)
@given(pages)
def test_clean_pages_are_unchanged(page: str) -> None:
    mended = repair(page)
    assert (mended.text, mended.repairs) == (page, {})


@settings(max_examples=150, deadline=None)
@given(pages, st.lists(families, min_size=1, max_size=2), st.integers(0, 1000))
def test_repair_is_idempotent_whatever_befell_the_page(page: str, befallen: list[str], seed: int) -> None:
    for family in befallen:
        page = damage.damaged(page, family, seed)
    once = repair(page).text
    assert repair(once).text == once


@settings(max_examples=150, deadline=None)
@given(pages, families, st.integers(0, 1000))
def test_offsets_point_to_letters_that_exist_and_kept_letters_to_themselves(page: str, family: str, seed: int) -> None:
    broken = damage.damaged(page, family, seed)
    mended = repair(broken)
    assert len(mended.offsets) == len(mended.text) + 1
    assert all(0 <= offset < len(broken) for offset in mended.offsets[:-1])
    assert mended.offsets[-1] == len(broken)
    digits = [place for place, letter in enumerate(mended.text) if letter.isascii() and letter.isalnum()]
    assert [broken[mended.offsets[place]] for place in digits] == [mended.text[place] for place in digits]
