"""An online channel a person can use."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "feedback_channel"
ELEMENT = "online_feedback_channel"
FORM = "<form action='/send'><label>{label}</label><input type='text'><textarea name='m'></textarea><button>ส่ง</button></form>"


def find(agency, body: str):
    return agency.page(ITEM, f"<h1>รับฟังความคิดเห็น</h1>{body}").element(ITEM, ELEMENT)


@pytest.mark.parametrize(
    "body",
    [
        FORM.format(label="ความคิดเห็นหรือข้อเสนอแนะ"),
        "<a href='https://docs.google.com/forms/d/e/1FAI/viewform'>แบบแสดงความคิดเห็น</a>",
        "<iframe src='https://docs.google.com/forms/d/e/1FAI/viewform?embedded=true'></iframe>",
    ],
)
def test_a_form_for_the_purpose_is_met(agency, body: str) -> None:
    finding = find(agency, body)
    assert finding.verdict is Verdict.MET
    assert finding.quotes


@pytest.mark.parametrize(
    "body",
    [
        "<form action='/search'><input type='search' name='q'><button>ค้นหา</button></form>",
        "<form action='/login'><input type='text'><input type='password'><button>เข้าสู่ระบบ</button></form>",
        "<form action='/news'><input type='email'><button>สมัครรับข่าว</button></form>",
        "<p>ส่งความคิดเห็นทางไปรษณีย์ หรือมาด้วยตนเอง</p>",
    ],
)
def test_a_search_box_a_login_or_a_post_box_is_no_online_channel(agency, body: str) -> None:
    finding = find(agency, body)
    assert finding.verdict is not Verdict.MET
    assert Reason.CHANNEL_NOT_ONLINE in finding.reasons


def test_a_form_of_another_purpose_is_not_the_channel(agency) -> None:
    body = FORM.format(label="แจ้งเรื่องร้องเรียนการทุจริต")
    assert agency.page(ITEM, f"<h1>แจ้งเรื่องร้องเรียนการทุจริต</h1>{body}").element(ITEM, ELEMENT).verdict is not Verdict.MET


def test_a_form_in_the_menu_is_no_channel_of_the_page(agency) -> None:
    agency.page(ITEM, "<h1>รับฟังความคิดเห็น</h1></main><nav><form action='/s'><input type='search'></form></nav><main>")
    assert agency.element(ITEM, ELEMENT).verdict is not Verdict.MET
