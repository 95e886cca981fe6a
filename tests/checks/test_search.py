"""How much a term says where it stands, and what may be said where it does not stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks import search
from oit.findings import Reason, Verdict

ITEM = "annual_action_report"
TERM = "ปัญหาและอุปสรรค"


def weight(agency, body: str, term: str = TERM) -> float:
    return search.hits(agency.page(ITEM, body).item_evidence(ITEM), [term])[0].weight


def filled(agency, body: str, term: str = TERM) -> bool:
    return search.is_filled(search.hits(agency.page(ITEM, body).item_evidence(ITEM), [term])[0])


def test_places_say_less_from_heading_to_running_text(built, framework) -> None:
    bodies = [
        f"<h2>{TERM}</h2><p>ไม่มี</p>",
        f"<ul><li>เรื่องอื่นและ {TERM} ของงาน</li></ul>",
        f"<p>ในปีที่ผ่านมาหน่วยงานพบ {TERM} หลายประการ</p>",
    ]
    weights = [weight(built(framework), body) for body in bodies]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 3
    assert weights[0] == 1.0


def test_a_table_heading_says_as_much_as_a_heading(agency) -> None:
    assert (
        weight(agency, f"<table><tr><th>โครงการ</th><th>{TERM}</th></tr><tr><td>ก</td><td>ข</td></tr></table>") == 1.0
    )


def test_a_term_that_starts_a_line_says_more_than_one_within_it(built, framework) -> None:
    starts = weight(built(framework), f"<p>1. {TERM} คือ ขาดงบ</p>")
    within = weight(built(framework), f"<p>รายงานนี้มี {TERM} คือ ขาดงบ</p>")
    assert starts > within


def test_a_short_term_in_running_text_says_less_than_a_long_one(built, framework) -> None:
    short = weight(built(framework), "<p>เขามาทำงานที่กองคลังทุกวัน</p>", "กอง")
    long = weight(built(framework), f"<p>เขาเล่าว่า {TERM} มีมาก</p>")
    assert short < long


def test_hits_come_strongest_first_over_all_sources(agency) -> None:
    agency.page(ITEM, f"<p>พบว่า {TERM} มีมาก</p>", url="https://www.tonmai.go.th/1")
    agency.page(ITEM, f"<h1>{TERM}</h1><p>ฝนตก</p>", url="https://www.tonmai.go.th/2")
    found = search.hits(agency.item_evidence(ITEM), [TERM])
    assert [hit.source.url[-1] for hit in found] == ["2", "1"]
    assert all(0.0 <= hit.weight <= 1.0 for hit in found)


@pytest.mark.parametrize(
    ("body", "full"),
    [
        (f"<h2>{TERM}</h2><p>งบประมาณไม่เพียงพอต่อการก่อสร้าง</p>", True),
        (f"<p>{TERM} งบประมาณไม่เพียงพอ</p>", True),
        (f"<h2>{TERM}</h2><h2>ลงชื่อ</h2>", False),
        (f"<p>{TERM} ..............................</p>", False),
        (f"<h2>{TERM}</h2><p>......................................</p>", False),
        (f"<table><tr><th>โครงการ</th><th>{TERM}</th></tr><tr><td>ถนน</td><td>ฝนตกหนัก</td></tr></table>", True),
        (f"<table><tr><th>โครงการ</th><th>{TERM}</th></tr><tr><td>ถนน</td><td></td></tr></table>", False),
    ],
)
def test_a_heading_or_column_with_nothing_under_it_is_not_filled(agency, body: str, full: bool) -> None:
    assert filled(agency, body) is full


def test_a_strong_place_is_met_and_a_weak_one_is_a_weak_match(agency) -> None:
    hit = search.hits(agency.page(ITEM, f"<h2>{TERM}</h2><p>ไม่มี</p>").item_evidence(ITEM), [TERM])[0]
    strong, weak = search.found(hit), search.found(replace(hit, weight=0.3))
    assert (strong.verdict, strong.reasons) == (Verdict.MET, ())
    assert strong.quotes[0].text == TERM
    assert (weak.verdict, weak.reasons) == (Verdict.UNSURE, (Reason.WEAK_MATCH,))


def test_absence_is_proved_only_where_everything_was_readable(agency) -> None:
    evidence = agency.page(ITEM, "<p>รายงานผลการดำเนินงาน</p>").item_evidence(ITEM)
    missing = search.absent(evidence, [TERM])
    assert (missing.verdict, missing.reasons, missing.looked_for) == (
        Verdict.NOT_MET,
        (Reason.ELEMENT_MISSING,),
        (TERM,),
    )


@pytest.mark.parametrize("trouble", ["scanned_without_ocr", "unreadable"])
def test_a_page_that_was_not_read_leaves_absence_open(agency, trouble: str) -> None:
    agency.page(ITEM, "<p>รายงานผลการดำเนินงาน</p>")
    for sha, text in list(agency.texts.items()):
        agency.texts[sha] = replace(text, pages=(replace(text.pages[0], trouble=trouble),))
    missing = search.absent(agency.item_evidence(ITEM))
    assert (missing.verdict, missing.reasons) == (Verdict.UNSURE, (trouble,))


def test_a_page_that_needs_a_browser_leaves_absence_open(agency) -> None:
    agency.page(ITEM, "<p>กำลังโหลด</p>")
    for sha, text in list(agency.texts.items()):
        agency.texts[sha] = replace(text, markers=("app_shell",))
    assert search.absent(agency.item_evidence(ITEM)).verdict is Verdict.UNSURE


def test_without_any_source_nothing_is_proved(agency) -> None:
    assert search.absent(agency.item_evidence(ITEM)).verdict is Verdict.UNSURE


@pytest.mark.parametrize(
    ("text", "least", "enough"), [("กขค", 3, True), ("ก ข.", 3, False), ("12", 2, True), ("", 1, False), ("่้", 1, False)]
)
def test_only_letters_and_digits_are_counted(text: str, least: int, enough: bool) -> None:
    assert search.has_letters(text, least) is enough
