"""It follows its parent document."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM, PARENT = "corruption_risk_actions", "corruption_risk_assessment"
NAMES = ["โครงการตรวจสอบการใช้รถราชการ", "โครงการควบคุมการเบิกจ่ายน้ำมัน", "โครงการอบรมพัสดุและการจัดซื้อ"]
OTHERS = ["โครงการปลูกต้นไม้ริมคลอง", "โครงการแข่งขันกีฬาตำบล", "โครงการวันเด็กแห่งชาติ"]


def listed(title: str, names: list[str]) -> str:
    return f"<h1>{title}</h1>" + "".join(f"<p>{name}</p>" for name in names)


def find(agency, mine: list[str], theirs: list[str] | None = None, text: str = ""):
    if theirs is not None:
        agency.page(PARENT, listed("การประเมินความเสี่ยงการทุจริต", theirs), url="https://www.tonmai.go.th/parent")
    agency.page(ITEM, listed("การดำเนินการเพื่อจัดการความเสี่ยงการทุจริต", mine) + text)
    return agency.find(ITEM, "follows", {"parent": PARENT, "cites": ["ตามแผนบริหารความเสี่ยง"]})


def test_a_project_of_the_parent_named_again_is_met(agency) -> None:
    finding = find(agency, [OTHERS[0], NAMES[1].replace("ควบคุม", "ควบคุม ")], NAMES)
    assert finding.verdict is Verdict.MET
    assert "น้ำมัน" in finding.quotes[0].text


def test_no_shared_project_at_all_is_the_wrong_document(agency) -> None:
    finding = find(agency, OTHERS, NAMES)
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.WRONG_DOCUMENT,))


def test_no_shared_project_but_a_citation_is_for_a_person(agency) -> None:
    assert find(agency, OTHERS, NAMES, "<p>ดำเนินการตามแผนบริหารความเสี่ยง</p>").verdict is Verdict.UNSURE


def test_a_citation_alone_is_met_where_the_parent_names_no_projects(agency) -> None:
    assert find(agency, [], [], "<h2>ดำเนินการตามแผนบริหารความเสี่ยง</h2>").verdict is Verdict.MET


def test_a_parent_that_failed_to_come_leaves_it_open(agency) -> None:
    agency.failed(PARENT, "timeout", url="https://www.tonmai.go.th/parent")
    finding = find(agency, OTHERS)
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, ("timeout",))


def test_neither_project_nor_citation_is_missing(agency) -> None:
    assert find(agency, [], None, "<p>ข้อความทั่วไป</p>").reasons == (Reason.ELEMENT_MISSING,)


def table(title: str, measures: list[str]) -> str:
    rows = "".join(f"<tr><td>{number}</td><td>{name}</td></tr>" for number, name in enumerate(measures, 1))
    return f"<h1>{title}</h1><table><tr><th>ที่</th><th>มาตรการจัดการความเสี่ยง</th></tr>{rows}</table>"


MEASURES = ["ติดตั้งกล้องหน้ากองช่าง", "บันทึกการใช้รถราชการ", "ลงเวลาด้วยเครื่องสแกนใบหน้า"]
OTHER_MEASURES = ["สับเปลี่ยนเวรเก็บค่าธรรมเนียม", "ตรวจนับเวชภัณฑ์คงคลัง", "เปิดซองต่อหน้าผู้เสนอราคา"]


@pytest.mark.parametrize(
    ("done", "verdict"), [(OTHER_MEASURES, Verdict.UNSURE), ([*OTHER_MEASURES, MEASURES[1]], Verdict.MET)]
)
def test_the_heading_both_tables_have_is_no_shared_measure(agency, done: list[str], verdict: Verdict) -> None:
    agency.page(PARENT, table("การประเมินความเสี่ยงการทุจริต", MEASURES), url="https://www.tonmai.go.th/parent")
    agency.page(ITEM, table("การดำเนินการเพื่อจัดการความเสี่ยงการทุจริต", done) + "<p>ตามแผนบริหารความเสี่ยง</p>")
    finding = agency.find(ITEM, "follows", {"parent": PARENT, "cites": ["ตามแผนบริหารความเสี่ยง"]})
    assert finding.verdict is verdict


def test_where_part_of_the_parent_did_not_come_a_citation_stands(agency) -> None:
    agency.page(PARENT, table("การประเมินความเสี่ยงการทุจริต", MEASURES), url="https://www.tonmai.go.th/parent")
    agency.failed(PARENT, "timeout", url="https://www.tonmai.go.th/parent-2")
    agency.page(ITEM, table("การดำเนินการเพื่อจัดการความเสี่ยงการทุจริต", OTHER_MEASURES) + "<p>ตามแผนบริหารความเสี่ยง</p>")
    finding = agency.find(ITEM, "follows", {"parent": PARENT, "cites": ["ตามแผนบริหารความเสี่ยง"]})
    assert finding.verdict is Verdict.MET
