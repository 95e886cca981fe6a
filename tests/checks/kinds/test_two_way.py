"""The agency can answer."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "questions_and_answers"
ELEMENT = "two_way_reply"


def find(agency, body: str):
    return agency.page(ITEM, f"<h1>ถาม-ตอบ (Q&amp;A)</h1>{body}").element(ITEM, ELEMENT)


FORM = "<form action='/ask'><label>คำถามของท่าน</label><input type='email'><textarea name='q'></textarea><button>ส่งคำถาม</button></form>"


def test_a_box_with_answers_shown_is_two_way(agency) -> None:
    finding = find(agency, f"{FORM}<p>ถาม : เปิดกี่โมง</p><p>ตอบ : เปิด 08.30 น.</p>")
    assert finding.verdict is Verdict.MET
    assert any("ตอบ" in quote.text for quote in finding.quotes)


def test_a_box_that_promises_a_reply_is_two_way(agency) -> None:
    assert find(agency, f"{FORM}<p>เจ้าหน้าที่จะตอบกลับภายใน 3 วันทำการ</p>").verdict is Verdict.MET


@pytest.mark.parametrize("body", ["<h2>คำถามที่พบบ่อย (FAQ)</h2><p>เปิดกี่โมง</p>", "<p>สอบถามทางไปรษณีย์</p>"])
def test_a_list_or_an_address_is_one_way(agency, body: str) -> None:
    finding = find(agency, body)
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.NOT_TWO_WAY,))


def test_a_bare_form_is_for_a_person(agency) -> None:
    finding = find(agency, FORM.replace("คำถามของท่าน", "เรื่อง").replace("ส่งคำถาม", "ส่ง"))
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, (Reason.NOT_TWO_WAY,))


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("ตอบ : เปิด 08.30 น.", True),
        ("ถาม: เปิดกี่โมง — ตอบ: เปิด 08.30 น.", True),
        ("คำตอบ: เปิดทุกวัน", True),
        ("ถาม-ตอบ : กระดานของเรา", False),
        ("ถาม - ตอบ : กระดานของเรา", False),
    ],
)
def test_a_line_that_answers_is_told_from_the_name_of_the_board(agency, line: str, answers: bool) -> None:
    form = FORM.replace("คำถามของท่าน", "เรื่อง").replace("ส่งคำถาม", "ส่ง")
    assert (find(agency, f"{form}<p>{line}</p>").verdict is Verdict.MET) is answers
