"""From findings to a verdict: what must hold, what proves absence, what stays open, and which reason comes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks import combine
from oit.findings import Finding, ItemResult, Reason, Verdict
from oit.model import Element, Framework, Text

PLAN = "annual_action_plan"
TABLE = (
    "<table><tr><th>ที่</th><th>โครงการ</th><th>งบประมาณ (บาท)</th><th>ระยะเวลาดำเนินการ</th></tr>"
    "<tr><td>1</td><td>โครงการก่อสร้างถนนคอนกรีต หมู่ที่ 3</td><td>350,000</td><td>ต.ค. 64 - ก.ย. 65</td></tr>"
    "<tr><td>2</td><td>โครงการขุดลอกคลอง หมู่ที่ 5</td><td>120,000</td><td>ม.ค. - มี.ค. 65</td></tr></table>"
)
TITLE = "<h1>แผนดำเนินงานประจำปีงบประมาณ พ.ศ. 2565</h1>"
NO_YEAR = "<h1>แผนดำเนินงานประจำปี</h1>"
BARE = TABLE.replace("ต.ค. 64 - ก.ย. 65", "ตลอดปี").replace("ม.ค. - มี.ค. 65", "ตลอดปี")


def verdicts(result: ItemResult) -> dict[str, str]:
    return {element.id: str(element.finding.verdict) for element in result.elements}


def with_item(framework: Framework, slug: str, **changes: object) -> Framework:
    """The framework with one item changed."""
    return replace(
        framework, items=tuple(replace(item, **changes) if item.slug == slug else item for item in framework.items)
    )


def with_confidence(framework: Framework, slug: str, element_id: str, confidence: str) -> Framework:
    elements = framework.by_slug[slug].elements
    changed = tuple(replace(e, confidence=confidence) if e.id == element_id else e for e in elements)
    return with_item(framework, slug, elements=changed)


# ---------------------------------------------------------------- met, not met, unsure


def test_an_item_with_every_element_and_the_year_is_met(agency) -> None:
    result = agency.home().page(PLAN, TITLE + TABLE).judge(PLAN)
    assert (result.verdict, result.score, result.reasons) == (Verdict.MET, 100, ())
    assert set(verdicts(result).values()) == {"met"}
    assert result.year and result.year.finding.verdict is Verdict.MET
    assert result.year.found_be[0] == 2565


def test_every_met_element_has_a_quote_that_stands_in_the_document(agency) -> None:
    result = agency.home().page(PLAN, TITLE + TABLE).judge(PLAN)
    for element in result.elements:
        assert element.finding.quotes
        for quote in element.finding.quotes:
            page = agency.texts[quote.sha256].pages[quote.page - 1]
            assert quote.raw in page.raw
            assert quote.text in page.text


@pytest.mark.parametrize(
    ("lost", "element"),
    [
        ("<th>งบประมาณ (บาท)</th>", "budget"),
        ("<th>ระยะเวลาดำเนินการ</th>", "schedule"),
        ("<th>โครงการ</th>", "projects"),
    ],
)
def test_an_item_that_lacks_one_required_element_is_not_met(agency, lost: str, element: str) -> None:
    body = (
        BARE.replace(lost, "<th>หมายเหตุ</th>")
        .replace("ตลอดปี", "-")
        .replace("โครงการก่อ", "ก่อ")
        .replace("โครงการขุด", "ขุด")
    )
    result = agency.home().page(PLAN, TITLE + body.replace("<td>-</td>", "<td>ดำเนินการเอง</td>")).judge(PLAN)
    assert (result.verdict, result.score) == (Verdict.NOT_MET, 0)
    assert Reason.ELEMENT_MISSING in result.reasons
    assert verdicts(result)[element] == "not_met"


def test_the_right_document_of_another_year_is_not_met_for_its_year(agency) -> None:
    body = (TITLE + BARE).replace("2565", "2564")
    result = agency.home().page(PLAN, body).judge(PLAN)
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.YEAR_WRONG)
    assert set(verdicts(result).values()) == {"met"}
    assert result.year and result.year.found_be == (2564,)


def test_the_right_document_without_any_year_is_unsure(agency) -> None:
    result = agency.home().page(PLAN, NO_YEAR + BARE).judge(PLAN)
    assert (result.verdict, result.reasons) == (Verdict.UNSURE, (Reason.YEAR_ABSENT,))


def test_another_items_document_is_the_wrong_document(agency) -> None:
    body = "<h1>ประกาศนโยบายไม่รับของขวัญ (No Gift Policy) ปีงบประมาณ 2565</h1><p>บุคลากรทุกคนจะไม่รับของขวัญทุกชนิดจากการปฏิบัติหน้าที่</p>"
    result = agency.home().page(PLAN, body).judge(PLAN)
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.WRONG_DOCUMENT)


def test_elements_may_lie_in_different_sources_of_the_answer(agency) -> None:
    agency.home().page(
        PLAN,
        TITLE
        + BARE.replace("<th>งบประมาณ (บาท)</th>", "<th>หมายเหตุ</th>").replace("350,000", "-").replace("120,000", "-"),
    )
    assert agency.judge(PLAN).verdict is not Verdict.MET
    agency.page(PLAN, "<h1>งบประมาณตามแผนดำเนินงาน ปี 2565</h1>" + TABLE, url="https://www.tonmai.go.th/b")
    assert agency.judge(PLAN).verdict is Verdict.MET


def test_the_strength_of_a_met_item_is_that_of_its_weakest_finding(agency) -> None:
    result = agency.home().page(PLAN, TITLE + TABLE).judge(PLAN)
    findings = [element.finding for element in result.elements] + [result.year.finding]
    assert result.strength == pytest.approx(min(f.confidence for f in findings), abs=0.001)


# ---------------------------------------------------------------- several years


def test_a_document_of_last_year_beside_this_years_does_no_harm(agency) -> None:
    agency.home().page(PLAN, (TITLE + BARE).replace("2565", "2564"), url="https://www.tonmai.go.th/2564")
    assert agency.page(PLAN, TITLE + TABLE).judge(PLAN).verdict is Verdict.MET


def test_elements_only_in_last_years_document_are_a_wrong_year(agency) -> None:
    agency.home().page(PLAN, (TITLE + BARE).replace("2565", "2564"), url="https://www.tonmai.go.th/2564")
    agency.page(PLAN, "<h1>ข่าวประจำปี 2565</h1><p>กิจกรรมวันเด็กของตำบล จัดขึ้นที่ลานหน้าที่ทำการ มีเด็กมาร่วมงานมาก</p>")
    result = agency.judge(PLAN)
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.YEAR_WRONG)


# ---------------------------------------------------------------- uncertain criteria


def test_the_low_confidence_element_alone_cannot_cause_not_met(framework, built) -> None:
    body = TITLE + BARE.replace("<th>งบประมาณ (บาท)</th>", "<th>หมายเหตุ</th>").replace("350,000", "ก").replace(
        "120,000", "ข"
    )
    for confidence, verdict in {
        "high": "not_met",
        "medium": "not_met",
        "low_medium": "unsure",
        "low": "unsure",
    }.items():
        result = built(with_confidence(framework, PLAN, "budget", confidence)).home().page(PLAN, body).judge(PLAN)
        assert (confidence, result.verdict, verdicts(result)["budget"]) == (confidence, verdict, verdict)
        assert (Reason.CRITERIA_UNVERIFIED in result.reasons) is (verdict == "unsure")


def test_a_low_confidence_element_does_not_stop_another_from_causing_not_met(framework, built) -> None:
    body = TITLE.replace("2565", "2564") + BARE.replace("<th>งบประมาณ (บาท)</th>", "<th>หมายเหตุ</th>").replace(
        "350,000", "ก"
    ).replace("120,000", "ข")
    result = built(with_confidence(framework, PLAN, "budget", "low")).home().page(PLAN, body).judge(PLAN)
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.YEAR_WRONG)


def test_a_low_confidence_element_that_is_there_counts_as_met(framework, built) -> None:
    result = built(with_confidence(framework, PLAN, "budget", "low")).home().page(PLAN, TITLE + TABLE).judge(PLAN)
    assert result.verdict is Verdict.MET


def test_an_item_without_established_elements_is_unsure(framework, built) -> None:
    form = with_item(framework, PLAN, elements_status="not_established")
    result = built(form).home().page(PLAN, TITLE + TABLE).judge(PLAN)
    assert (result.verdict, result.reasons) == (Verdict.UNSURE, (Reason.CRITERIA_UNVERIFIED,))


def test_an_item_without_any_element_is_unsure(framework, built) -> None:
    result = built(with_item(framework, PLAN, elements=())).home().page(PLAN, TITLE + TABLE).judge(PLAN)
    assert (result.verdict, result.reasons) == (Verdict.UNSURE, (Reason.CRITERIA_UNVERIFIED,))


def test_an_item_with_an_unverified_year_rule_is_unsure(framework, built) -> None:
    rule = replace(framework.by_slug[PLAN].year_rule, kind="unverified")
    result = built(with_item(framework, PLAN, year_rule=rule)).home().page(PLAN, TITLE + TABLE).judge(PLAN)
    assert (result.verdict, result.reasons) == (Verdict.UNSURE, (Reason.CRITERIA_UNVERIFIED,))


def test_an_element_that_is_met_without_a_quote_is_a_weak_match(agency, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = agency.home().page(PLAN, TITLE + TABLE).item_evidence(PLAN)
    quoteless = type("Kind", (), {"find": staticmethod(lambda element, _: Finding(Verdict.MET, 0.9))})
    monkeypatch.setattr(combine, "_kind", lambda name: quoteless)
    finding = combine.find(Element("e", Text("", ""), "required", "terms"), evidence)
    assert (finding.verdict, finding.reasons) == (Verdict.UNSURE, (Reason.WEAK_MATCH,))


def test_examples_are_not_needed(agency, framework) -> None:
    assert any(not element.required for element in framework.by_slug["procurement_monthly_summary"].elements)
    result = agency.home().page("procurement_monthly_summary", "<p>x</p>").judge("procurement_monthly_summary")
    assert [element.id for element in result.elements] == ["monthly_summary"]


# ---------------------------------------------------------------- pages that prove nothing


CRITERIA = (
    "<h2>o10 แผนดำเนินงานประจำปี</h2><ul><li>แสดงแผนการดำเนินภารกิจของหน่วยงานที่มีระยะ 1 ปี</li>"
    "<li>มีข้อมูลรายละเอียดของแผนฯ อย่างน้อยประกอบด้วย โครงการหรือกิจกรรม งบประมาณที่ใช้ และระยะเวลาในการดำเนินการ</li>"
    "<li>เป็นแผนที่มีระยะเวลาบังคับใช้ในปี พ.ศ. 2565</li></ul>"
)


def test_a_page_that_only_repeats_the_criteria_proves_nothing(agency) -> None:
    result = agency.home().page(PLAN, CRITERIA).judge(PLAN)
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.CRITERIA_TEXT_ONLY)


def test_a_hub_of_all_items_proves_nothing_by_itself(agency, framework) -> None:
    rows = "".join(
        f"<tr><td>{item.code}</td><td><a href='/{item.code}'>{item.title.th}</a></td></tr>" for item in framework.items
    )
    result = (
        agency.home()
        .page(PLAN, f"<h1>ITA 2565</h1><table><tr><th>ข้อ</th><th>รายการ</th></tr>{rows}</table>")
        .judge(PLAN)
    )
    assert result.verdict is not Verdict.MET


def test_a_document_behind_the_hub_is_evidence(agency, framework) -> None:
    rows = "".join(
        f"<tr><td>{item.code}</td><td><a href='/{item.code}'>{item.title.th}</a></td></tr>" for item in framework.items
    )
    agency.home().page(
        PLAN,
        f"<h1>ITA 2565</h1><table><tr><th>ข้อ</th><th>รายการ</th></tr>{rows}</table>",
        url="https://www.tonmai.go.th/ita",
    )
    agency.page(
        PLAN,
        TITLE + TABLE,
        url="https://www.tonmai.go.th/o10",
        purpose="linked",
        parent="https://www.tonmai.go.th/ita",
        hop=1,
    )
    assert agency.judge(PLAN).verdict is Verdict.MET


def test_a_page_taken_over_by_gambling_proves_nothing(agency) -> None:
    result = agency.home().page(PLAN, TITLE + TABLE + "<p>สล็อตเว็บตรง บาคาร่าออนไลน์ แทงบอล เครดิตฟรี</p>").judge(PLAN)
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.WRONG_DOCUMENT)


def test_one_word_of_gambling_in_the_news_is_no_take_over(agency) -> None:
    result = agency.home().page(PLAN, TITLE + TABLE + "<p>โครงการรณรงค์ไม่เล่นพนันออนไลน์</p>").judge(PLAN)
    assert result.verdict is Verdict.MET


def test_another_agencys_document_is_not_this_ones(agency) -> None:
    body = TITLE + "<h2>เทศบาลตำบลหนองปลา อำเภอเมือง</h2>" + TABLE + "<p>เทศบาลตำบลหนองปลา จัดทำแผนนี้เพื่อใช้ในปี 2565</p>"
    result = agency.home().page(PLAN, body).judge(PLAN)
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.OTHER_AGENCY)


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("แผนการดำเนินงาน ประจำปีงบประมาณ พ.ศ. 2565\nเทศบาลตำบลหนองปลา", Reason.OTHER_AGENCY),
        ("แผนการดำเนินงาน ประจำปีงบประมาณ พ.ศ. 2565\nตามหนังสือเทศบาลตำบลหนองปลา", None),
        ("แผนการดำเนินงาน ประจำปีงบประมาณ พ.ศ. 2565\nตามระเบียบกระทรวงมหาดไทย", None),
    ],
)
def test_a_body_named_once_in_the_title_of_a_file_owns_it_unless_it_is_cited(agency, title, reason) -> None:
    text = (
        f"{title}\nโครงการขุดลอกคลอง งบประมาณ 250,000 บาท ระยะเวลาดำเนินการ ม.ค. - มี.ค. 2565\nโครงการอบรมอาชีพ 30,000 บาท"
    )
    agency.home().document(
        PLAN, text.encode(), url="https://www.tonmai.go.th/plan.txt", content_type="text/plain; charset=utf-8"
    )
    result = agency.judge(PLAN)
    assert (result.reasons[:1] == (Reason.OTHER_AGENCY,)) == (reason is Reason.OTHER_AGENCY)


def test_the_home_page_itself_is_evidence_only_for_items_that_may_live_there(agency, framework) -> None:
    agency.home(f"<main>{TITLE}{TABLE}</main>")
    agency.fetches.append(replace(agency.fetches[0], purpose="submitted", items=(framework.by_slug[PLAN].code,)))
    result = agency.answer(PLAN, agency.homepage, explanation="").judge(PLAN)
    assert (result.verdict, result.reasons) == (Verdict.NOT_MET, (Reason.HOMEPAGE_ONLY,))


# ---------------------------------------------------------------- conditions of local government


SIDES = {
    "political": "<h2>ฝ่ายการเมือง</h2><p>นายกองค์การบริหารส่วนตำบล</p><p>สภาองค์การบริหารส่วนตำบล</p>",
    "permanent": "<h2>ฝ่ายประจำ</h2><p>ปลัดองค์การบริหารส่วนตำบล</p><p>สำนักปลัด</p><p>กองคลัง</p><p>กองช่าง</p>",
}


def test_local_government_shows_both_sides(agency) -> None:
    body = "<h1>โครงสร้างองค์กร</h1>" + SIDES["political"] + SIDES["permanent"]
    assert agency.home().page("organisation_structure", body).judge("organisation_structure").verdict is Verdict.MET


def test_one_side_alone_is_not_enough_for_local_government(agency) -> None:
    body = "<h1>โครงสร้างส่วนราชการ</h1><p>ปลัดตำบล หัวหน้าสำนักปลัด</p><p>ผู้อำนวยการกองคลัง</p><p>สำนักปลัด</p><p>กองคลัง</p><p>กองช่าง</p>"
    result = agency.home().page("organisation_structure", body).judge("organisation_structure")
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.ONE_SIDE_ONLY)


def test_a_department_has_no_two_sides(agency) -> None:
    agency.type, agency.name = "department", "กรมต้นไม้"
    body = "<h1>โครงสร้างกรมต้นไม้</h1><p>อธิบดี</p><p>รองอธิบดี</p><p>ผู้อำนวยการกอง</p><p>สำนักบริหารกลาง</p><p>กองคลัง</p><p>กองแผนงาน</p>"
    result = agency.home().page("organisation_structure", body).judge("organisation_structure")
    assert Reason.ONE_SIDE_ONLY not in result.reasons


# ---------------------------------------------------------------- reasons


def test_reasons_name_what_failed_before_what_is_doubtful(agency) -> None:
    body = NO_YEAR + BARE.replace("<th>งบประมาณ (บาท)</th>", "<th>หมายเหตุ</th>").replace("350,000", "ก").replace(
        "120,000", "ข"
    )
    result = agency.home().page(PLAN, body).judge(PLAN)
    assert result.reasons == (Reason.ELEMENT_MISSING, Reason.YEAR_ABSENT)


def test_reasons_are_known_ids_each_once(agency, framework) -> None:
    known = {reason.value for reason in Reason}
    agency.home()
    for item in framework.items:
        agency.page(
            item.slug,
            "<h1>ประวัติ</h1><p>ตำบลต้นไม้ตั้งอยู่ริมแม่น้ำ มีราษฎรทำนาและเลี้ยงสัตว์</p>",
            url=f"https://www.tonmai.go.th/{item.code}",
        )
    for item in framework.items:
        result = agency.judge(item.slug)
        assert result.verdict is not Verdict.MET
        assert result.reasons and set(result.reasons) <= known
        assert len(set(result.reasons)) == len(result.reasons)


def test_a_plain_verdict_gives_its_reason_to_every_element_and_the_year(agency) -> None:
    result = agency.judge(PLAN)
    assert [element.id for element in result.elements] == [e.id for e in agency.item(PLAN).required_elements]
    findings = [element.finding for element in result.elements] + [result.year.finding]
    assert {finding.reasons for finding in findings} == {(Reason.NOT_ANSWERED,)}


def test_a_national_body_named_under_the_title_and_at_the_foot_owns_the_file(agency) -> None:
    agency.type, agency.name = "court", "สำนักงานศาลทรัพยากรน้ำ"
    text = "แผนการดำเนินงาน ประจำปีงบประมาณ พ.ศ. 2565\n{0}\nโครงการอบรม งบประมาณ 30,000 บาท ระยะเวลา ม.ค. 2565\n{0} ตุลาคม 2564"
    for name, foreign in (("สำนักงานศาลป่าไม้และที่ดิน", True), ("สำนักงานเลขานุการ", False), (agency.name, False)):
        agency.fetches.clear()
        agency.home().document(
            PLAN, text.format(name).encode(), url="https://www.tonmai.go.th/p.txt", content_type="text/plain"
        )
        assert (agency.judge(PLAN).reasons[:1] == (Reason.OTHER_AGENCY,)) is foreign, name


def test_the_first_line_under_a_short_menu_title_names_the_report(agency) -> None:
    rows = "<table><tr><th>โครงการ</th><th>งบประมาณ</th><th>ใช้จ่ายจริง</th><th>ผลการดำเนินงาน</th></tr>" + (
        "<tr><td>ขุดลอกคลอง</td><td>1,000</td><td>900</td><td>แล้วเสร็จ</td></tr></table>"
    )
    body = (
        "<h1>ผลงานปี 2564</h1><p>รายงานผลการดำเนินงานประจำปี งบประมาณ พ.ศ. 2564</p>"
        f"{rows}<p>ปัญหา อุปสรรค ฝนตกชุก</p><p>ข้อเสนอแนะ ทำในฤดูแล้ง</p>"
    )
    result = agency.home().page("annual_action_report", body).judge("annual_action_report")
    assert result.verdict is Verdict.MET
