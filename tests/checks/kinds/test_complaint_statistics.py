"""Figures of complaints, or a published statement of none."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "corruption_complaint_statistics"
HEAD = "<h1>สถิติเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ รอบ 6 เดือน ปี 2565</h1>"
TABLE = (
    "<table><tr><th>เดือน</th><th>จำนวนเรื่องร้องเรียน</th><th>ดำเนินการแล้วเสร็จ</th><th>อยู่ระหว่างดำเนินการ</th></tr>"
    "<tr><td>ตุลาคม</td><td>{0}</td><td>{1}</td><td>{2}</td></tr></table>"
)


def verdicts(agency, body: str) -> dict[str, str]:
    agency.page(ITEM, body)
    return {e.id: str(agency.element(ITEM, e.id).verdict) for e in agency.item(ITEM).required_elements}


@pytest.mark.parametrize("cells", [("2", "1", "1"), ("๐", "๐", "๐"), ("-", "-", "-"), ("ไม่มี", "ไม่มี", "ไม่มี")])
def test_a_table_with_figures_is_met(agency, cells: tuple[str, ...]) -> None:
    assert set(verdicts(agency, HEAD + TABLE.format(*cells)).values()) == {"met"}


def test_a_statement_of_none_stands_for_every_figure(agency) -> None:
    assert set(verdicts(agency, f"{HEAD}<p>ไม่มีเรื่องร้องเรียน</p>").values()) == {"met"}


def test_a_statement_of_none_about_something_else_does_not(agency) -> None:
    assert "met" not in verdicts(agency, "<h1>น้ำประปา</h1><p>ไม่มีเรื่องร้องเรียน</p>").values()


def test_headings_without_figures_are_an_empty_form(agency) -> None:
    agency.page(ITEM, HEAD + "<p>จำนวนเรื่องร้องเรียน</p>")
    finding = agency.element(ITEM, "total_complaints")
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.EMPTY_FORM,))


def test_the_missing_figure_fails_alone(agency) -> None:
    body = HEAD + TABLE.format("2", "1", "1").replace("<th>อยู่ระหว่างดำเนินการ</th>", "<th>หมายเหตุ</th>")
    assert verdicts(agency, body) == {"total_complaints": "met", "completed": "met", "in_progress": "not_met"}
