"""What failed fetches, missing addresses and requests for exclusion do to an item: the contract's table, row by row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from checks import outcomes
from oit.findings import Outcome, Reason, Verdict
from oit.model import Answer

ITEM = "powers_and_duties"
LOST = "https://www.tonmai.go.th/lost"
DUTIES = (
    "<h1>อำนาจหน้าที่</h1><p>องค์การบริหารส่วนตำบลมีหน้าที่และอำนาจตามพระราชบัญญัติสภาตำบลและองค์การบริหารส่วนตำบล พ.ศ. 2537 "
    "มาตรา 66 มีอำนาจหน้าที่ในการพัฒนาตำบลทั้งในด้านเศรษฐกิจ สังคม และวัฒนธรรม มาตรา 67 จัดให้มีและบำรุงรักษาทางน้ำและทางบก "
    "รักษาความสะอาดของถนน ทางน้ำ ทางเดิน และที่สาธารณะ รวมทั้งกำจัดมูลฝอยและสิ่งปฏิกูล ป้องกันโรคและระงับโรคติดต่อ</p>"
)
EMPTY = "<h1>ประวัติความเป็นมา</h1><p>" + "ตำบลต้นไม้ตั้งขึ้นเมื่อนานมาแล้ว ราษฎรอพยพมาจากที่อื่นเพื่อทำนาและเลี้ยงสัตว์ " * 6 + "</p>"
PASSING = [
    Outcome.HTTP_ERROR, Outcome.DNS_ERROR, Outcome.REFUSED, Outcome.RESET, Outcome.TIMEOUT, Outcome.TLS_ERROR, Outcome.BLOCKED,
    Outcome.TOO_LARGE, Outcome.UNSUPPORTED_TYPE, Outcome.ENCRYPTED, Outcome.CORRUPT, Outcome.UNREADABLE,
    Outcome.ROBOTS_DISALLOWED, Outcome.FORBIDDEN_ADDRESS,
]  # fmt: skip


def test_the_body_used_here_meets_its_item(agency) -> None:
    assert agency.home().page(ITEM, DUTIES).judge(ITEM).verdict is Verdict.MET


def test_the_other_body_used_here_does_not(agency) -> None:
    result = agency.home().page(ITEM, EMPTY).judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.ELEMENT_MISSING)


# ---------------------------------------------------------------- trouble in fetching


@pytest.mark.parametrize("outcome", PASSING)
def test_trouble_in_fetching_is_never_not_disclosed(agency, outcome: Outcome) -> None:
    result = agency.home().failed(ITEM, outcome).judge(ITEM)
    assert (result.verdict, result.reasons[0], result.score) == (Verdict.UNSURE, outcome, None)


@pytest.mark.parametrize("outcome", PASSING)
def test_trouble_stays_unsure_beside_a_readable_page_that_lacks_something(agency, outcome: Outcome) -> None:
    result = agency.home().page(ITEM, EMPTY).failed(ITEM, outcome).judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, outcome)


@pytest.mark.parametrize("outcome", [*PASSING, Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.LOGIN_REQUIRED])
def test_trouble_is_no_matter_where_the_rest_of_the_answer_meets_the_item(agency, outcome: Outcome) -> None:
    result = agency.home().failed(ITEM, outcome).page(ITEM, DUTIES).judge(ITEM)
    assert (result.verdict, result.reasons) == (Verdict.MET, ())


def test_every_outcome_but_ok_has_a_row_here() -> None:
    proved = {Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.LOGIN_REQUIRED}
    assert {*PASSING, *proved, Outcome.OK} == set(Outcome)


@pytest.mark.parametrize(("data", "kind"), [(b"%PDF-1.4 nothing", "application/pdf"), (b"", "application/pdf")])
def test_a_document_that_came_but_cannot_be_read_is_unsure(agency, data: bytes, kind: str) -> None:
    agency.home().document(ITEM, data, url="https://www.tonmai.go.th/f.pdf", content_type=kind)
    result = agency.judge(ITEM)
    assert result.verdict is Verdict.UNSURE
    assert result.reasons[0] in {Outcome.CORRUPT, Outcome.UNREADABLE}


def test_a_failed_document_behind_a_submitted_page_is_trouble_too(agency) -> None:
    agency.home().page(ITEM, "<h1>อำนาจหน้าที่</h1><a href='/d.pdf'>อำนาจหน้าที่</a>")
    agency.failed(
        ITEM, Outcome.TIMEOUT, url="https://www.tonmai.go.th/d.pdf", purpose="linked", link_text="อำนาจหน้าที่", hop=1
    )
    result = agency.judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, Outcome.TIMEOUT)


def test_a_later_success_of_the_same_address_replaces_a_failure(agency) -> None:
    agency.home().failed(ITEM, Outcome.TIMEOUT, url=LOST).page(ITEM, EMPTY, url=LOST, attempt=2)
    result = agency.judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.ELEMENT_MISSING)


def test_a_bad_certificate_is_noted_and_judged_by_content(agency) -> None:
    result = agency.home().page(ITEM, DUTIES, tls_unverified=True).judge(ITEM)
    assert (result.verdict, result.notes) == (Verdict.MET, ("tls_unverified",))


# ---------------------------------------------------------------- absent pages


@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.SOFT_404])
def test_a_page_gone_twice_while_the_home_page_answers_is_not_met(agency, outcome: Outcome) -> None:
    agency.home().failed(ITEM, outcome, url=LOST).failed(ITEM, outcome, url=LOST, purpose="confirm")
    result = agency.judge(ITEM)
    assert (result.verdict, result.reasons, result.score) == (Verdict.NOT_MET, (outcome,), 0)


@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.SOFT_404])
def test_a_page_gone_once_is_unsure(agency, outcome: Outcome) -> None:
    result = agency.home().failed(ITEM, outcome, url=LOST).judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, outcome)


@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.SOFT_404])
def test_a_page_gone_while_the_home_page_fails_too_is_unsure(agency, outcome: Outcome) -> None:
    agency.failed(ITEM, outcome, url=LOST).failed(ITEM, outcome, url=LOST, purpose="confirm")
    agency.fetches.append(
        replace(agency.fetches[0], url=agency.homepage, outcome=Outcome.TIMEOUT, purpose="homepage", items=())
    )
    result = agency.judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, outcome)


def test_a_page_gone_once_and_back_the_second_time_is_unsure(agency) -> None:
    agency.home().failed(ITEM, Outcome.NOT_FOUND, url=LOST).failed(ITEM, Outcome.OK, url=LOST, purpose="confirm")
    assert agency.judge(ITEM).verdict is Verdict.UNSURE


def test_the_confirmation_of_another_address_confirms_nothing(agency) -> None:
    agency.home().failed(ITEM, Outcome.NOT_FOUND, url=LOST)
    agency.failed(ITEM, Outcome.NOT_FOUND, url=LOST + "2", purpose="confirm")
    assert agency.judge(ITEM).verdict is Verdict.UNSURE


def test_one_page_gone_and_one_that_timed_out_is_unsure_for_the_time_out(agency) -> None:
    agency.home().failed(ITEM, Outcome.NOT_FOUND, url=LOST).failed(ITEM, Outcome.NOT_FOUND, url=LOST, purpose="confirm")
    result = agency.failed(ITEM, Outcome.TIMEOUT, url=LOST + "3").judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, Outcome.TIMEOUT)


# ---------------------------------------------------------------- login walls and hosts that are down


def test_a_proved_login_wall_is_not_met(agency) -> None:
    result = agency.home().failed(ITEM, Outcome.LOGIN_REQUIRED, http_status=401).judge(ITEM)
    assert (result.verdict, result.reasons) == (Verdict.NOT_MET, (Reason.LOGIN_REQUIRED,))


def test_a_suspected_login_wall_is_unsure(agency) -> None:
    result = (
        agency.home().failed(ITEM, Outcome.LOGIN_REQUIRED, detail="suspected: login form beside content").judge(ITEM)
    )
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, Reason.LOGIN_REQUIRED)


@pytest.mark.parametrize("outcome", [Outcome.DNS_ERROR, Outcome.TIMEOUT, Outcome.REFUSED, Outcome.HTTP_ERROR])
def test_a_host_down_after_a_recorded_notice_is_not_met(agency, outcome: Outcome) -> None:
    agency.down_after_notice = frozenset({"tonmai.go.th"})
    result = agency.failed(ITEM, outcome).judge(ITEM)
    assert (result.verdict, result.reasons) == (Verdict.NOT_MET, (Reason.DOWN_AFTER_NOTICE,))


def test_without_a_recorded_notice_a_host_that_is_down_is_unsure_for_ever(agency) -> None:
    agency.as_of = date(2026, 1, 1)
    result = agency.failed(ITEM, Outcome.DNS_ERROR).judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, Outcome.DNS_ERROR)


def test_a_notice_to_another_host_says_nothing_of_this_one(agency) -> None:
    agency.down_after_notice = frozenset({"elsewhere.go.th"})
    assert agency.failed(ITEM, Outcome.DNS_ERROR).judge(ITEM).verdict is Verdict.UNSURE


# ---------------------------------------------------------------- answers without evidence


def test_an_item_left_out_of_the_form_is_not_answered(agency) -> None:
    result = agency.home().judge(ITEM)
    assert (result.verdict, result.reasons) == (Verdict.NOT_MET, (Reason.NOT_ANSWERED,))


def test_an_answer_of_none_is_not_met_even_with_a_page_that_would_do(agency) -> None:
    result = agency.home().page(ITEM, DUTIES).answer(ITEM, disclosed=False, explanation="").judge(ITEM)
    assert (result.verdict, result.reasons) == (Verdict.NOT_MET, (Reason.ANSWERED_NO,))


@pytest.mark.parametrize("explanation", ["", "-", " . ", "เผยแพร่แล้ว"])
def test_neither_address_nor_usable_explanation_is_no_url(agency, explanation: str) -> None:
    result = agency.home().answer(ITEM, explanation=explanation).judge(ITEM)
    assert (result.verdict, result.reasons) == (Verdict.NOT_MET, (Reason.NO_URL,))


@pytest.mark.parametrize(
    "explanation", ["หน้าหลัก > ข้อมูลหน่วยงาน > อำนาจหน้าที่", "เลือกเมนู อำนาจหน้าที่", "คลิกแบนเนอร์ ITA 2565"]
)
def test_menu_steps_that_were_not_found_are_unsure(agency, explanation: str) -> None:
    result = agency.home().answer(ITEM, explanation=explanation).judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, Reason.NO_URL)


def test_the_page_that_menu_steps_lead_to_is_evidence(agency) -> None:
    agency.home().answer(ITEM, explanation="หน้าหลัก > อำนาจหน้าที่").page(ITEM, DUTIES, purpose="step", hop=1)
    assert agency.judge(ITEM).verdict is Verdict.MET


@pytest.mark.parametrize(
    "url", ["https://www.tonmai.go.th/", "https://www.tonmai.go.th", "http://tonmai.go.th/index.php"]
)
def test_the_home_page_without_steps_is_homepage_only(agency, url: str) -> None:
    result = agency.home().answer(ITEM, url, explanation="").judge(ITEM)
    assert (result.verdict, result.reasons) == (Verdict.NOT_MET, (Reason.HOMEPAGE_ONLY,))


def test_the_home_page_with_steps_that_were_not_found_is_unsure(agency) -> None:
    agency.home().answer(ITEM, agency.homepage, explanation="หน้าหลัก > เมนูข้อมูล > อำนาจหน้าที่")
    result = agency.judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, Reason.HOMEPAGE_ONLY)


def test_the_home_page_with_steps_that_lead_on_is_a_lawful_answer(agency) -> None:
    agency.home().answer(ITEM, agency.homepage, explanation="หน้าหลัก > อำนาจหน้าที่")
    assert agency.page(ITEM, DUTIES, purpose="step", hop=1).judge(ITEM).verdict is Verdict.MET


def test_the_home_page_that_failed_to_come_is_trouble_and_not_homepage_only(agency) -> None:
    agency.answer(ITEM, agency.homepage, explanation="").failed(ITEM, Outcome.TIMEOUT, url=agency.homepage)
    result = agency.judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, Outcome.TIMEOUT)


# ---------------------------------------------------------------- exclusion


GROUNDS = [
    "ไม่สามารถดำเนินการได้เนื่องจากข้อจำกัดด้านกฎหมาย",
    "เกิดเหตุสุดวิสัย น้ำท่วมสำนักงาน",
    "ข้อมูลกระทบต่อความมั่นคงของประเทศ",
    "กระทบต่อการแข่งขันทางการค้า",
    "จังหวัดมีคำสั่งห้ามจัดกิจกรรมรวมกลุ่มคน",
    "งดจัดกิจกรรมตามคำสั่งจังหวัด",
]


@pytest.mark.parametrize("explanation", GROUNDS)
def test_a_lawful_ground_in_the_explanation_asks_for_exclusion(agency, explanation: str) -> None:
    result = agency.home().answer(ITEM, explanation=explanation).judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, Reason.EXCLUSION_REQUESTED)


@pytest.mark.parametrize("explanation", GROUNDS)
def test_a_lawful_ground_goes_before_what_the_page_lacks(agency, explanation: str) -> None:
    agency.home().page(ITEM, EMPTY)
    code = agency.item(ITEM).code
    agency.answers[code] = replace(agency.answers[code], explanation=explanation)
    result = agency.judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, Reason.EXCLUSION_REQUESTED)


def test_an_exclusion_reason_asks_for_exclusion_whatever_it_says(agency) -> None:
    result = agency.home().answer(ITEM, "https://www.tonmai.go.th/x", explanation="", reason="ยุบหน่วยงาน").judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, Reason.EXCLUSION_REQUESTED)


def test_an_answer_of_none_with_an_exclusion_reason_is_unsure(agency) -> None:
    result = agency.home().answer(ITEM, disclosed=False, explanation="", reason="ข้อจำกัดด้านกฎหมาย").judge(ITEM)
    assert (result.verdict, result.reasons[0]) == (Verdict.UNSURE, Reason.EXCLUSION_REQUESTED)


def test_evidence_that_meets_the_item_goes_before_a_request_for_exclusion(agency) -> None:
    agency.home().page(ITEM, DUTIES)
    code = agency.item(ITEM).code
    agency.answers[code] = replace(agency.answers[code], exclusion_reason="เหตุสุดวิสัย")
    assert agency.judge(ITEM).verdict is Verdict.MET


@pytest.mark.parametrize("explanation", ["", "ดูที่หน้าเว็บ", "หน้าหลัก > เมนู"])
def test_an_ordinary_explanation_asks_for_no_exclusion(agency, explanation: str) -> None:
    assert not outcomes.exclusion_requested(agency.answer(ITEM, explanation=explanation).item_evidence(ITEM))


def test_no_plan_due_excludes_only_the_item_that_knows_that_exception(agency) -> None:
    words = "ในปี 2565 ไม่มีการจัดจ้างที่มีวงเงินเกิน 5 แสนบาท จึงไม่ต้องเผยแพร่แผน"
    agency.answer("procurement_plan", explanation=words).answer(ITEM, explanation=words)
    assert agency.judge("procurement_plan").reasons[0] == Reason.EXCLUSION_REQUESTED
    assert agency.judge(ITEM).reasons[0] == Reason.NO_URL


# ---------------------------------------------------------------- the parts alone


@pytest.mark.parametrize(("text", "nothing"), [("", True), ("-", True), ("...", True), ("ก", True), ("ดูเมนู", False)])
def test_an_explanation_of_signs_says_nothing(text: str, nothing: bool) -> None:
    assert outcomes.says_nothing(text) is nothing


@pytest.mark.parametrize(
    ("urls", "only"),
    [
        ((), False),
        (("https://www.tonmai.go.th/",), True),
        (("https://tonmai.go.th/home",), True),
        (("https://www.tonmai.go.th/", "https://www.tonmai.go.th/page"), False),
        (("https://www.tonmai.go.th/?page=1",), False),
        (("https://elsewhere.go.th/",), False),
    ],
)
def test_only_the_agencys_own_root_is_its_home_page(agency, urls: tuple[str, ...], only: bool) -> None:
    code = agency.item(ITEM).code
    agency.answers[code] = Answer(code, True, urls, "")
    assert outcomes.homepage_only(agency.item_evidence(ITEM)) is only


def test_nothing_failed_is_no_trouble(agency) -> None:
    assert outcomes.trouble(agency.home().page(ITEM, DUTIES).item_evidence(ITEM)) is None
