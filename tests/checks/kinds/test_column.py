"""A column with a heading and filled cells, or a label with a value."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

PLAN = "annual_action_plan"


def table(*rows: tuple[str, ...]) -> str:
    head, *body = rows
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in body)
    return f"<table><tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>{cells}</table>"


def find(agency, body: str, *terms: str, **params):
    return agency.page(PLAN, body).find(PLAN, "column", {"any": terms, **params})


def test_a_filled_column_is_met_and_its_heading_quoted(agency) -> None:
    finding = find(
        agency, table(("โครงการ", "งบประมาณ"), ("ถนน", "350,000"), ("คลอง", "120,000")), "งบประมาณ", values="money"
    )
    assert finding.verdict is Verdict.MET
    assert finding.quotes[0].text == "งบประมาณ"


@pytest.mark.parametrize("cell", ["", "-", "....", " "])
def test_a_column_with_empty_cells_is_an_empty_form(agency, cell: str) -> None:
    finding = find(agency, table(("โครงการ", "ปัญหาอุปสรรค"), ("ถนน", cell), ("คลอง", cell)), "ปัญหาอุปสรรค")
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.EMPTY_FORM,)) or cell == "-"
    assert finding.verdict is not Verdict.UNSURE


def test_a_column_filled_for_half_of_the_projects_counts(agency) -> None:
    assert find(agency, table(("โครงการ", "ผล"), ("ก", "แล้วเสร็จ"), ("ข", "")), "ผล").verdict is Verdict.MET


def test_another_heading_is_not_the_column(agency) -> None:
    finding = find(agency, table(("โครงการ", "ปีงบประมาณ"), ("ถนน", "2565")), "งบประมาณ", not_inside=["ปีงบประมาณ"])
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.ELEMENT_MISSING,))


def test_a_heading_over_two_rows_is_read_whole(agency) -> None:
    body = "<table><thead><tr><th rowspan='2'>โครงการ</th><th>งบประมาณ</th></tr><tr><th>(บาท)</th></tr></thead><tr><td>ถนน</td><td>5,000</td></tr></table>"
    assert find(agency, body, "งบประมาณ", values="money").verdict is Verdict.MET


def test_a_month_by_month_chart_is_a_time_column(agency) -> None:
    months = ("ต.ค.", "พ.ย.", "ธ.ค.", "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.")
    body = table(("โครงการ", *months), ("ถนน", *("" for _ in months)))
    assert find(agency, body, "ระยะเวลา", values="time").verdict is Verdict.MET


def test_a_label_with_a_value_stands_for_a_column(agency) -> None:
    assert find(agency, "<p>งบประมาณ : 20,000 บาท</p>", "งบประมาณ", values="money").verdict is Verdict.MET
    assert find(agency, "<p>งบประมาณ : 20,000 บาท</p>", "ระยะเวลา", values="time").verdict is Verdict.NOT_MET


def test_the_title_of_a_report_is_no_column_of_results(agency) -> None:
    agency.page(
        "annual_action_report",
        "<h1>รายงานผลการดำเนินงานประจำปี พ.ศ. 2564</h1><table><tr><th>โครงการ</th><th>งบประมาณ</th></tr>"
        "<tr><td>ขุดลอกคลอง</td><td>100,000</td></tr></table>",
    )
    assert agency.element("annual_action_report", "project_results").verdict is Verdict.NOT_MET


def test_a_heading_too_short_to_search_for_counts_as_a_whole(agency) -> None:
    agency.page(
        "annual_action_report",
        "<h1>รายงานผลการดำเนินงานประจำปี พ.ศ. 2564</h1><table><tr><th>โครงการ</th><th>ผล</th></tr>"
        "<tr><td>ขุดลอกคลอง</td><td>แล้วเสร็จตามแบบ</td></tr></table>",
    )
    assert agency.element("annual_action_report", "project_results").verdict is Verdict.MET


@pytest.mark.parametrize(
    ("cell", "prose", "verdict"),
    [
        ("…………… (โปรดระบุหน่วยงาน)", "", "not_met"),
        ("[กรอกชื่อหน่วยงาน]", "", "not_met"),
        ("นายก …………… (โปรดระบุ)", "", "not_met"),
        ("", "<p>หน่วยงานรับผิดชอบต้องรายงานทุกเดือนตามรอบที่กำหนด</p>", "not_met"),
        ("", "<p>หน่วยงานรับผิดชอบ : สำนักปลัด</p>", "met"),
        ("สำนักปลัด (ระบุเบอร์ภายใน 12)", "", "met"),
    ],
)
def test_a_column_nobody_filled_in_is_not_saved_by_a_mention(agency, cell: str, prose: str, verdict: str) -> None:
    rows = "".join(f"<tr><td>{n}</td><td>จัดอบรมบุคลากรเรื่องความโปร่งใส</td><td>{cell}</td></tr>" for n in range(4))
    head = "<tr><th>ที่</th><th>มาตรการ</th><th>หน่วยงานรับผิดชอบ</th></tr>"
    agency.page("integrity_measures", f"<h1>มาตรการ</h1>{prose}<table>{head}{rows}</table>")
    found = agency.find("integrity_measures", "column", {"any": ["หน่วยงานรับผิดชอบ"]})
    assert found.verdict == verdict
    assert verdict == "met" or found.reasons == ("empty_form",)
