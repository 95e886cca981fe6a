"""How the agency is divided, in text or in a picture."""

from __future__ import annotations

from oit.findings import Reason, Verdict

ITEM = "organisation_structure"
ELEMENT = "division_chart"


def units(agency, body: str):
    return agency.page(ITEM, body).find(
        ITEM, "chart", {"any": ["สำนักปลัด", "กองคลัง", "กองช่าง"], "titles": ["โครงสร้าง"], "min": 2}
    )


def test_units_under_a_fitting_heading_are_met(agency) -> None:
    finding = units(agency, "<h1>โครงสร้างส่วนราชการ</h1><p>สำนักปลัด</p><p>กองคลัง</p><p>กองช่าง</p>")
    assert finding.verdict is Verdict.MET
    assert finding.quotes[0].text == "โครงสร้างส่วนราชการ"


def test_a_picture_that_nobody_read_is_for_a_person(agency) -> None:
    finding = units(agency, "<h1>โครงสร้าง</h1><img src='/chart.jpg' width='900' height='600'>")
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, (Reason.SCANNED_WITHOUT_OCR,))


def test_one_unit_named_over_and_over_is_no_chart(agency) -> None:
    finding = units(agency, "<h1>โครงสร้าง</h1><p>กองคลัง</p><p>กองคลัง</p><p>กองคลัง</p>")
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.ELEMENT_MISSING,))
