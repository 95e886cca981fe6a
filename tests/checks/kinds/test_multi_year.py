"""A plan for more than one year."""

from __future__ import annotations

import pytest

ITEM = "strategic_plan"
ELEMENT = "multi_year_plan"


@pytest.mark.parametrize(
    ("heading", "verdict"),
    [
        ("แผนพัฒนาท้องถิ่น (พ.ศ. 2561-2565)", "met"),
        ("แผนพัฒนาท้องถิ่น (พ.ศ. ๒๕๖๖ - ๒๕๗๐)", "met"),
        ("แผนพัฒนาท้องถิ่น ประจำปี 2565", "not_met"),
        ("แผนพัฒนาท้องถิ่น", "unsure"),
    ],
)
def test_a_range_of_years_shows_a_plan_of_several_years(agency, heading: str, verdict: str) -> None:
    finding = agency.page(ITEM, f"<h1>{heading}</h1><p>ยุทธศาสตร์การพัฒนา เป้าหมาย ตัวชี้วัด</p>").element(ITEM, ELEMENT)
    assert finding.verdict == verdict
    assert bool(finding.quotes) is (verdict != "unsure")
