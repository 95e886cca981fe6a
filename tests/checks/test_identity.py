"""Whose document is this: by its own titles, and by the words that led to it."""

from __future__ import annotations

import io

import docx
import pytest

from checks import identity
from checks.identity import Fit, Name, fit_to

PLAN = "annual_action_plan"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY = "<p>โครงการก่อสร้างถนนคอนกรีตเสริมเหล็ก หมู่ที่ 3 งบประมาณ 350,000 บาท</p>"


def fit(agency, slug: str) -> Fit:
    return identity.fit(agency.source(slug), agency.item_evidence(slug))


def word(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("slug", "heading"),
    [
        (PLAN, "แผนการดำเนินงาน ประจำปีงบประมาณ พ.ศ. 2565"),
        ("annual_action_report", "รายงานผลการดำเนินงานประจำปี พ.ศ. 2564"),
        ("anti_corruption_plan", "แผนปฏิบัติการป้องกันการทุจริต (พ.ศ. 2561-2565)"),
        ("hr_policy", "นโยบายการบริหารทรัพยากรบุคคล"),
        ("procurement_plan", "ประกาศเผยแพร่แผนการจัดซื้อจัดจ้าง ประจำปี 2565"),
        ("corruption_risk_assessment", "ผลการประเมินความเสี่ยงการทุจริต ประจำปี 2565"),
    ],
)
def test_a_page_is_the_item_that_its_heading_names(agency, slug: str, heading: str) -> None:
    suits = fit(agency.page(slug, f"<h1>{heading}</h1>{BODY}"), slug)
    assert suits.is_this and not suits.is_another
    assert suits.name and suits.name.text == heading


def test_a_page_is_another_items_where_its_heading_says_so(agency) -> None:
    suits = fit(agency.page(PLAN, f"<h1>ผลการประเมินความเสี่ยงการทุจริต ประจำปี 2565</h1>{BODY}"), PLAN)
    assert suits.is_another and not suits.is_this
    assert suits.rival == agency.item("corruption_risk_assessment").code


def test_a_heading_that_names_no_item_leaves_it_open(agency) -> None:
    suits = fit(agency.page(PLAN, f"<h1>เอกสารเผยแพร่</h1>{BODY}"), PLAN)
    assert not suits.is_this and not suits.is_another


def test_the_words_that_led_to_a_document_give_it_a_name_of_lesser_weight(agency) -> None:
    agency.document(
        PLAN,
        word("ที่", "โครงการ", "งบประมาณ"),
        url="https://www.tonmai.go.th/1.docx",
        content_type=WORD,
        link_text="แผนดำเนินงานประจำปี 2565",
    )
    suits = fit(agency, PLAN)
    assert suits.given >= 0.6 > suits.own
    assert suits.score < suits.given


def test_the_first_lines_of_a_file_are_its_title_even_over_two_lines(agency) -> None:
    data = word(
        "รายงานผลการดำเนินการตามมาตรการ",
        "ส่งเสริมคุณธรรมและความโปร่งใสภายในหน่วยงาน",
        "ประจำปี 2565",
        "องค์การบริหารส่วนตำบลต้นไม้",
    )
    agency.document("integrity_measures_actions", data, url="https://www.tonmai.go.th/1.docx", content_type=WORD)
    assert fit(agency, "integrity_measures_actions").is_this


def test_a_file_name_is_the_last_name_of_all(agency) -> None:
    agency.page(PLAN, BODY, url="https://www.tonmai.go.th/uploads/แผนดำเนินงานประจำปี-2565.html")
    found = list(identity.names(agency.source(PLAN)))
    assert found[-1] == Name("แผนดำเนินงานประจำปี 2565", 0.7, False)


def test_own_titles_speak_before_what_others_call_the_document(agency) -> None:
    agency.page(PLAN, f"<h1>ผลการประเมินความเสี่ยงการทุจริต ประจำปี 2565</h1>{BODY}", link_text="แผนดำเนินงานประจำปี")
    suits = fit(agency, PLAN)
    assert suits.is_another
    assert suits.score == pytest.approx(max(suits.own, suits.given * 0.5))


def test_numbering_before_a_title_does_not_hide_it(agency, framework) -> None:
    titles = agency.evidence().titles
    code = framework.by_slug[PLAN].code
    bare, numbered = (
        fit_to([Name(text, 1.0, True)], code, titles).own for text in ("แผนดำเนินงานประจำปี", "๑. 2. แผนดำเนินงานประจำปี")
    )
    assert bare == numbered == 1.0


def test_without_names_there_is_no_fit(agency) -> None:
    assert fit_to([], "o10", agency.evidence().titles) == Fit(0.0, 0.0, "", 0.0, None)


@pytest.mark.parametrize("words", ["MOIT 1 การวางระบบ", "LPA การประเมินประสิทธิภาพ", "สถานีตำรวจภูธรต้นไม้"])
def test_another_assessments_document_is_known_by_its_title(agency, words: str) -> None:
    agency.document(PLAN, word(words, "แผนดำเนินงาน"), url="https://www.tonmai.go.th/1.docx", content_type=WORD)
    assert identity.other_instrument(agency.source(PLAN), agency.item_evidence(PLAN)) is not None


# ---------------------------------------------------------------- guides and strangers


def test_a_text_with_the_criteria_of_many_items_is_a_guide(agency, framework) -> None:
    asked = "".join(
        f"<p>ข้อความนำ {sentence}</p><p>{'คำอธิบายประกอบการประเมิน ' * 20}</p>"
        for sentence in framework.vocabulary["criteria_sentences"][:20]
    )
    agency.document(
        PLAN,
        f"<html><body>{asked}</body></html>".encode(),
        url="https://www.tonmai.go.th/m",
        content_type="text/html; charset=utf-8",
    )
    source = agency.source(PLAN)
    assert len(source.index.find(framework.vocabulary["criteria_sentences"], slips=False)) >= 8
    assert identity.is_guide(source, agency.item_evidence(PLAN))


@pytest.mark.parametrize(
    "title", ["ITA Manual 2022", "คู่มือการประเมินคุณธรรมและความโปร่งใสในการดำเนินงานของหน่วยงานภาครัฐ 2565"]
)
def test_a_guide_names_itself(agency, title: str) -> None:
    agency.document(
        PLAN,
        word(title, "แผนดำเนินงานประจำปี", "โครงการ งบประมาณ"),
        url="https://www.tonmai.go.th/1.docx",
        content_type=WORD,
    )
    assert identity.is_guide(agency.source(PLAN), agency.item_evidence(PLAN))


def test_a_plan_that_mentions_the_assessment_is_no_guide(agency) -> None:
    agency.page(
        PLAN, "<h1>แผนดำเนินงานประจำปี 2565</h1><p>จัดอบรมตามคู่มือการประเมินคุณธรรมและความโปร่งใส ITA Manual ปี 2565</p>"
    )
    assert not identity.is_guide(agency.source(PLAN), agency.item_evidence(PLAN))


def test_a_document_named_as_another_items_is_foreign_unless_a_link_names_this_one(agency) -> None:
    body = f"<h1>ผลการประเมินความเสี่ยงการทุจริต ประจำปี 2565</h1>{BODY}"
    agency.page("powers_and_duties", body)
    assert identity.is_foreign_title(agency.source("powers_and_duties"), agency.item_evidence("powers_and_duties"))
    agency.page("laws", body, link_text="กฎหมายที่เกี่ยวข้อง")
    assert not identity.is_foreign_title(agency.source("laws"), agency.item_evidence("laws"))


def test_words_of_an_item_under_no_name_of_it_are_too_little(agency) -> None:
    laws = "<p>พระราชบัญญัติสภาตำบลและองค์การบริหารส่วนตำบล พ.ศ. 2537</p><p>พระราชบัญญัติวินัยการเงินการคลัง พ.ศ. 2561</p><p>ระเบียบกระทรวงมหาดไทยว่าด้วยการรับเงิน พ.ศ. 2547</p>"
    agency.home().page("laws", f"<h1>สาระน่ารู้</h1>{laws}", url="https://www.tonmai.go.th/x1")
    assert (agency.judge("laws").verdict, agency.judge("laws").reasons) == ("unsure", ("weak_match",))
    agency.page("laws", f"<h1>กฎหมายที่เกี่ยวข้อง</h1>{laws}", url="https://www.tonmai.go.th/x2")
    assert agency.judge("laws").verdict == "met"
