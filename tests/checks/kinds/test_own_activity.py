"""Organised by the agency itself."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "integrity_culture"
ELEMENT = "own_activity"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("องค์การบริหารส่วนตำบลต้นไม้ได้จัดอบรมคุณธรรมจริยธรรมให้แก่บุคลากร", "met"),
        ("จัดโครงการส่งเสริมคุณธรรม ณ ห้องประชุม", "met"),
        ("บุคลากรเข้ารับการอบรมคุณธรรม ซึ่งจัดโดยสำนักงานจังหวัด", "not_met"),
        ("นักทรัพยากรบุคคลเข้าร่วมประชุมของอำเภอเมือง", "not_met"),
        ("คุณธรรมเป็นสิ่งที่ดี", "not_met"),
    ],
)
def test_attending_anothers_event_is_not_an_own_activity(agency, text: str, verdict: str) -> None:
    assert agency.page(ITEM, f"<h1>กิจกรรมคุณธรรม</h1><p>{text}</p>").element(ITEM, ELEMENT).verdict == verdict


def test_the_account_names_the_agency(agency) -> None:
    finding = agency.page(ITEM, "<h1>กิจกรรมคุณธรรม</h1><p>บุคลากรองค์การบริหารส่วนตำบลต้นไม้ถวายเทียนพรรษา</p>").element(
        ITEM, ELEMENT
    )
    assert finding.verdict is Verdict.MET
    assert Reason.ELEMENT_MISSING not in finding.reasons
