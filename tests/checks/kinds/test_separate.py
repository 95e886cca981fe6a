"""The channel for corruption is a channel of its own."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "corruption_complaint_channel"
ELEMENT = "separate_from_general"
FORM = "<form action='{action}'><label>{label}</label><input type='text'><textarea name='m'></textarea><button>ส่ง</button></form>"
OWN = FORM.format(action="/corrupt", label="รายละเอียดการทุจริต")


def find(agency, body: str):
    return agency.page(ITEM, f"<h1>แจ้งเรื่องร้องเรียนการทุจริต</h1>{body}").element(ITEM, ELEMENT)


def test_a_form_about_corruption_alone_is_met(agency) -> None:
    assert find(agency, OWN).verdict is Verdict.MET


def test_a_form_that_takes_general_complaints_too_is_not_separate(agency) -> None:
    label = "ประเภทเรื่องร้องเรียน: ทุจริต / ไฟฟ้าสาธารณะ / ถนนชำรุด"
    finding = find(agency, FORM.format(action="/all", label=label))
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.CHANNEL_NOT_SEPARATE,))


def test_the_form_service_that_serves_the_other_item_too_is_not_separate(agency) -> None:
    form = "<a href='https://docs.google.com/forms/d/e/1FAI/viewform'>แบบฟอร์ม</a>"
    agency.page("feedback_channel", f"<h1>รับฟังความคิดเห็น</h1>{form}", url="https://www.tonmai.go.th/opinion")
    finding = find(agency, form)
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.CHANNEL_NOT_SEPARATE,))


def test_the_page_that_serves_the_other_item_too_is_not_separate(agency) -> None:
    body = f"<h1>แจ้งเรื่องร้องเรียนการทุจริต</h1>{OWN}"
    finding = agency.page("feedback_channel", body).page(ITEM, body).element(ITEM, ELEMENT)
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.CHANNEL_NOT_SEPARATE,))


def test_a_script_behind_two_forms_of_two_pages_is_no_shared_channel(agency) -> None:
    agency.page(
        "feedback_channel",
        f"<h1>รับฟังความคิดเห็น</h1>{FORM.format(action='/send', label='ความคิดเห็น')}",
        url="https://www.tonmai.go.th/o",
    )
    assert find(agency, FORM.format(action="/send", label="รายละเอียดการทุจริต")).verdict is Verdict.MET


@pytest.mark.parametrize("line", ["ศูนย์ดำรงธรรม โทร 1567", "LINE กลุ่ม ชาวต้นไม้"])
def test_shared_lines_beside_the_form_are_for_a_person(agency, line: str) -> None:
    finding = find(agency, f"{OWN}<p>{line}</p>")
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, (Reason.CHANNEL_NOT_SEPARATE,))
