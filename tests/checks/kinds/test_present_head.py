"""The present head signed it, and nobody else."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "no_gift_policy"
ELEMENT = "by_present_head"
HEAD = "<h1>คณะผู้บริหาร</h1><p>นายสมชาย ใจดี</p><p>นายกองค์การบริหารส่วนตำบลต้นไม้</p>"


def policy(agency, signature: str, *, head: str = HEAD):
    agency.page("executives", head, url="https://www.tonmai.go.th/people")
    body = f"<h1>ประกาศนโยบายไม่รับของขวัญ</h1><p>บุคลากรทุกคนไม่รับของขวัญ</p><p>ประกาศ ณ วันที่ 4 มกราคม 2565</p>{signature}"
    return agency.page(ITEM, body).element(ITEM, ELEMENT)


@pytest.mark.parametrize("name", ["นายสมชาย ใจดี", "(นายสมชาย  ใจดี)", "นาย สมชาย ใจดี", "ว่าที่ร้อยตรี สมชาย ใจดี"])
def test_the_heads_signature_is_met(agency, name: str) -> None:
    finding = policy(agency, f"<p>{name}</p><p>นายกองค์การบริหารส่วนตำบลต้นไม้</p>")
    assert finding.verdict is Verdict.MET
    assert "สมชาย" in finding.quotes[0].text


def test_a_former_heads_signature_is_not_the_present_heads(agency) -> None:
    finding = policy(agency, "<p>นายประเสริฐ มั่นคงดี</p><p>นายกองค์การบริหารส่วนตำบลต้นไม้</p>")
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.NOT_CURRENT_HEAD,))


def test_one_acting_for_the_head_is_for_a_person(agency) -> None:
    finding = policy(agency, "<p>นายมานะ อดทน</p><p>ปลัดองค์การบริหารส่วนตำบล ปฏิบัติหน้าที่แทน นายกองค์การบริหารส่วนตำบลต้นไม้</p>")
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, (Reason.NOT_CURRENT_HEAD,))


def test_without_executives_to_compare_with_it_is_for_a_person(agency) -> None:
    finding = policy(agency, "<p>นายสมชาย ใจดี</p><p>นายกองค์การบริหารส่วนตำบลต้นไม้</p>", head="<p>ปรับปรุง</p>")
    assert finding.verdict is Verdict.UNSURE


def test_without_a_signature_it_is_for_a_person(agency) -> None:
    finding = policy(agency, "")
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, (Reason.NOT_CURRENT_HEAD,))


CLERK_FOR_MAYOR = "<p>นายมานะ อดทน</p><p>ปลัดองค์การบริหารส่วนตำบล ปฏิบัติหน้าที่นายกองค์การบริหารส่วนตำบลต้นไม้</p>"
FORMER = "<p>นายประเสริฐ มั่นคงดี</p><p>นายกองค์การบริหารส่วนตำบลต้นไม้</p>"


def test_the_statutory_words_for_standing_in_are_for_a_person_too(agency) -> None:
    finding = policy(agency, CLERK_FOR_MAYOR)
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, (Reason.NOT_CURRENT_HEAD,))


def test_where_the_head_shown_is_acting_nobody_is_failed(agency) -> None:
    finding = policy(agency, FORMER, head="<h1>คณะผู้บริหาร</h1>" + CLERK_FOR_MAYOR)
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, (Reason.NOT_CURRENT_HEAD,))


@pytest.mark.parametrize("words", ["เข้ารับตำแหน่งเมื่อวันที่ 1 กุมภาพันธ์ 2565", "ดำรงตำแหน่งตั้งแต่ ๑ ก.พ. ๒๕๖๕ ถึงปัจจุบัน"])
def test_a_head_changed_within_the_year_is_for_a_person(agency, words: str) -> None:
    finding = policy(agency, FORMER, head=HEAD + f"<p>{words}</p>")
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, (Reason.NOT_CURRENT_HEAD,))
    assert "ตำแหน่ง" in finding.quotes[1].text


def test_a_head_in_office_before_the_year_leaves_a_former_one_failed(agency) -> None:
    finding = policy(agency, FORMER, head=HEAD + "<p>เข้ารับตำแหน่งเมื่อวันที่ 1 กุมภาพันธ์ 2563</p>")
    assert finding.verdict is Verdict.NOT_MET
