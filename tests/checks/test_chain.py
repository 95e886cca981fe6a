"""A report that speaks of other projects than the plan it reports on is for a person; nothing is said where a side is unclear."""

from __future__ import annotations

import pytest
from weasyprint import HTML as Print

from checks import projects
from checks.counterfactual import Kind, changes
from checks.run import judge_one
from checks.trace import Trace
from oit.findings import Note, Reason, Verdict

PLAN, PROGRESS = "annual_action_plan", "annual_action_plan_progress"
NAMES = ["ก่อสร้างถนนคอนกรีตหมู่ 4", "ขุดลอกคลองหนองบัว", "จัดงานวันผู้สูงอายุ"]
OTHERS = ["ปลูกป่าชายเลนเฉลิมพระเกียรติ", "ฝึกทบทวนอาสาสมัครดับเพลิง", "แข่งขันกีฬาต้านยาเสพติด"]


def plan(names: list[str], heading: str = "โครงการ/กิจกรรม") -> str:
    rows = "".join(
        f"<tr><td>{n}</td><td>{100 + i},000</td><td>ต.ค. 64 - มี.ค. 65</td></tr>" for i, n in enumerate(names)
    )
    return (
        "<h1>แผนการดำเนินงานประจำปีงบประมาณ พ.ศ. 2565</h1><table><tr>"
        f"<th>{heading}</th><th>งบประมาณ (บาท)</th><th>ระยะเวลาดำเนินการ</th></tr>{rows}</table>"
    )


def progress(names: list[str], heading: str = "โครงการ/กิจกรรม") -> str:
    rows = "".join(
        f"<tr><td>{n}</td><td>ดำเนินการแล้วร้อยละ {60 + i}</td><td>{40 + i},000</td></tr>" for i, n in enumerate(names)
    )
    return (
        "<h1>รายงานการกำกับติดตามการดำเนินงานประจำปี รอบ 6 เดือน ปีงบประมาณ พ.ศ. 2565</h1>"
        "<p>ระหว่างวันที่ 1 ตุลาคม 2564 ถึง 31 มีนาคม 2565</p><table><tr>"
        f"<th>{heading}</th><th>ความก้าวหน้า</th><th>งบประมาณที่ใช้ไป (บาท)</th></tr>{rows}</table>"
    )


def pair(agency, mine: list[str], theirs: list[str]):
    agency.page(PLAN, plan(theirs), url="https://www.tonmai.go.th/plan")
    return agency.page(PROGRESS, progress(mine), url="https://www.tonmai.go.th/progress")


def test_no_project_of_the_plan_in_the_report_is_for_a_person_and_says_so(agency) -> None:
    result = pair(agency, OTHERS, NAMES).judge(PROGRESS)
    assert (result.verdict, result.reasons) == (Verdict.UNSURE, (Reason.WEAK_MATCH,))
    assert Note.PLAN_NOT_FOLLOWED in result.notes
    assert all(element.finding.verdict is Verdict.MET for element in result.elements)


def test_the_plan_itself_is_not_doubted(agency) -> None:
    result = pair(agency, OTHERS, NAMES).judge(PLAN)
    assert (result.verdict, Note.PLAN_NOT_FOLLOWED in result.notes) == (Verdict.MET, False)


@pytest.mark.parametrize(
    "mine",
    [
        [*OTHERS, NAMES[1]],
        ["โครงการ" + NAMES[0].replace("ถนน", "ถนน "), *OTHERS],
        [OTHERS[0], OTHERS[1], "ขุดลอกคลองหนองบัว ตำบลต้นไม้ อำเภอเมือง จังหวัดสกลนคร (งวดที่ 1)"],
    ],
    ids=["one shared", "written otherwise", "longer name"],
)
def test_one_shared_project_is_enough(agency, mine: list[str]) -> None:
    result = pair(agency, mine, NAMES).judge(PROGRESS)
    assert (result.verdict, result.notes) == (Verdict.MET, ())


def test_a_project_named_in_the_running_text_of_the_plan_is_enough(agency) -> None:
    told = plan(NAMES) + "<p>แผนฉบับเพิ่มเติมครั้งที่ 1 ได้เพิ่มการฝึกทบทวนอาสาสมัครดับเพลิงประจำตำบลไว้ด้วย</p>"
    agency.page(PLAN, told, url="https://www.tonmai.go.th/plan").page(PROGRESS, progress(OTHERS))
    assert agency.judge(PROGRESS).verdict is Verdict.MET


@pytest.mark.parametrize(("mine", "theirs"), [(OTHERS[:2], NAMES), (OTHERS, NAMES[:2])])
def test_two_names_on_a_side_are_too_few_to_tell(agency, mine: list[str], theirs: list[str]) -> None:
    assert Note.PLAN_NOT_FOLLOWED not in pair(agency, mine, theirs).judge(PROGRESS).notes


def test_a_plan_that_failed_to_come_says_nothing(agency) -> None:
    pair(agency, OTHERS, NAMES).failed(PLAN, "timeout", url="https://www.tonmai.go.th/plan-2")
    assert agency.judge(PROGRESS).verdict is Verdict.MET


def test_a_plan_of_another_year_says_nothing(agency) -> None:
    old = plan(NAMES).replace("2565", "2563").replace("64", "62").replace("มี.ค. 65", "มี.ค. 63")
    agency.page(PLAN, old, url="https://www.tonmai.go.th/plan").page(PROGRESS, progress(OTHERS))
    assert agency.judge(PLAN).verdict is Verdict.NOT_MET
    assert agency.judge(PROGRESS).verdict is Verdict.MET


def test_plan_and_report_in_one_document_say_nothing(agency) -> None:
    both = plan(NAMES) + progress(OTHERS)
    agency.page(PLAN, both, url="https://www.tonmai.go.th/both").page(
        PROGRESS, both, url="https://www.tonmai.go.th/both"
    )
    assert Note.PLAN_NOT_FOLLOWED not in agency.judge(PROGRESS).notes


def test_tables_of_pdf_files_are_compared_as_well(agency) -> None:
    for slug, html, name in ((PLAN, plan(NAMES), "plan"), (PROGRESS, progress(OTHERS), "progress")):
        style = "<style>body{font-family:Loma,Garuda}table,td,th{border:1px solid;border-collapse:collapse}</style>"
        url = f"https://www.tonmai.go.th/{name}.pdf"
        agency.document(slug, Print(string=style + html).write_pdf(), url=url, content_type="application/pdf")
    result = agency.judge(PROGRESS)
    assert (result.verdict, Note.PLAN_NOT_FOLLOWED in result.notes) == (Verdict.UNSURE, True)


def test_names_are_read_from_columns_of_projects_only(agency) -> None:
    agency.page(PROGRESS, progress(NAMES, heading="หน่วยงาน"))
    evidence = agency.item_evidence(PROGRESS)
    assert projects.names(evidence.sources, evidence) == []


def test_the_explanation_leaves_it_to_a_person_and_asks_for_no_clearer_words(agency) -> None:
    evidence, item, trace = pair(agency, OTHERS, NAMES).evidence(), agency.item(PROGRESS), Trace()
    result = judge_one(evidence, item, trace)
    assert [(change.kind, change.verdict) for change in changes(evidence, item, result, trace)] == [
        (Kind.PERSON, Verdict.MET)
    ]
