"""The draft of an improvement plan: what it says, what it leaves blank, and how the judge takes it, empty and filled in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from evidence.text import ReadOptions, extract
from oit.criteria import load
from oit.findings import ItemResult, Verdict
from oit.survey_scores import SurveyScores
from reports import improvement_plan, paper
from reports.improvement_plan import Draft
from tests.checks.conftest import HOME, Built
from tests.reports.conftest import make_sample

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WRITTEN = {
    "หน่วยงานรับผิดชอบ": "สำนักปลัด",
    "ช่วงเวลา": "ตุลาคม 2564 – กันยายน 2565",
    "ขั้นตอนของหน่วยงาน": "1. แต่งตั้งคณะทำงาน 2. ทบทวนข้อมูลที่เผยแพร่ 3. เสนอผู้บริหารและเผยแพร่บนเว็บไซต์",
    "วิธีและรอบการติดตาม": "รายงานต่อที่ประชุมหัวหน้าส่วนราชการทุกไตรมาส",
    "มาตรการหรือกิจกรรม": "จัดอบรมบุคลากรเรื่องการปฏิบัติหน้าที่ด้วยความโปร่งใส",
    "คะแนนตามประกาศผลการประเมิน": "92.50",
    "ผลการประเมิน": "ผ่านเกณฑ์",
    "วัน เดือน ปีที่จัดทำ": "15 พฤศจิกายน 2564",
    "วัน เดือน ปี": "15 พฤศจิกายน 2564",
    "ชื่อและนามสกุล": "นายสมชาย ใจดี",
    "ตำแหน่ง": "ปลัดองค์การบริหารส่วนตำบล",
    "สิ่งที่ได้ทำและหลักฐาน": "ได้ดำเนินการจัดประชุมและเผยแพร่ข้อมูลบนเว็บไซต์เมื่อวันที่ 10 มกราคม 2565",
}
OTHER = "คณะทำงานของหน่วยงานพิจารณาแล้วเห็นว่าบุคลากรยังไม่ทราบแนวปฏิบัติ จึงกำหนดให้ชี้แจงในที่ประชุมประจำเดือน"
ASKED = re.compile(r"[.…\s]*\(โปรดระบุ(.*)\)")
ALL = SurveyScores(
    {}, {str(code): Decimal(value) for code, value in enumerate(("95.05", "96.57", "99.24", "84.76", "97.52", "98.52", "98.84", "96.11"), 1)},
    {"i11": Decimal("80.5")},
)  # fmt: skip


def written(asked: str) -> str:
    found = ASKED.fullmatch(asked)
    assert found, asked
    return WRITTEN.get(found[1], OTHER)


def fill_docx(data: bytes, leave: Callable[[str], bool] = lambda asked: False) -> bytes:
    """Every yellow run written over, as a person does it in Word."""
    document = Document(io.BytesIO(data))
    for run in document.element.body.iter(qn("w:r")):
        marked = run.find(f"{qn('w:rPr')}/{qn('w:highlight')}")
        if marked is not None:
            text = run.find(qn("w:t"))
            if not leave(text.text):
                text.text = written(text.text)
                marked.getparent().remove(marked)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def fill_html(page: str, leave: Callable[[str], bool] = lambda asked: False) -> str:
    return re.sub(
        r'<span class="blank">(.*?)</span>',
        lambda found: found[0] if leave(unescape(found[1])) else written(unescape(found[1])),
        page,
    )


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    return make_sample(load(2564)).build()


def drafted(result: dict[str, Any], scores: SurveyScores = ALL, unit: str = "") -> Draft:
    return improvement_plan.draft(result, load(2564), scores, {"": unit} if unit else {})


def judged(result: dict[str, Any], data: bytes | str, slug: str = "integrity_measures") -> ItemResult:
    """What the checks of the year after say of the document on its agency's site, read by the real readers."""
    agency = Built(load(2565), name=result["agency"]["name"])
    if isinstance(data, bytes):
        agency.document(slug, data, url=HOME + "plan-2565.docx", content_type=DOCX)
    else:
        agency.document(slug, data.encode(), url=HOME + "plan-2565", content_type="text/html; charset=utf-8")
    return agency.judge(slug)


@pytest.mark.parametrize("scores", [SurveyScores(), ALL], ids=["no scores", "all scores"])
@pytest.mark.parametrize("unit", ["", "สำนักปลัด"], ids=["no unit", "unit given"])
@pytest.mark.parametrize("form", ["docx", "html"])
def test_an_unedited_plan_is_an_empty_form(result: dict[str, Any], form: str, scores: SurveyScores, unit: str) -> None:
    draft = drafted(result, scores, unit)
    found = judged(result, paper.docx(draft.plan) if form == "docx" else paper.html(draft.plan))
    assert found.verdict is Verdict.NOT_MET and found.reasons[0] == "empty_form"


@pytest.mark.parametrize("scores", [SurveyScores(), ALL], ids=["no scores", "all scores"])
def test_a_plan_with_every_blank_filled_in_is_met(result: dict[str, Any], scores: SurveyScores) -> None:
    draft = drafted(result, scores)
    word = fill_docx(paper.docx(draft.plan))
    page = fill_html(paper.html(draft.plan))
    assert "โปรดระบุ" not in page.replace("โปรดระบุปี", "")
    for data in (word, page):
        found = judged(result, data)
        assert found.verdict is Verdict.MET, [(one.id, one.finding.reasons) for one in found.elements]
        assert found.year and 2564 in found.year.found_be


@pytest.mark.parametrize("left", ["หน่วยงานรับผิดชอบ", "ขั้นตอนของหน่วยงาน"])
@pytest.mark.parametrize("form", ["docx", "html"])
def test_a_plan_with_one_column_left_blank_is_not_met(result: dict[str, Any], form: str, left: str) -> None:
    draft = drafted(result)
    leave = lambda asked: left in asked  # noqa: E731
    data = fill_docx(paper.docx(draft.plan), leave) if form == "docx" else fill_html(paper.html(draft.plan), leave)
    found = judged(result, data)
    assert found.verdict is Verdict.NOT_MET and "empty_form" in found.reasons
    bare = judged(result, re.sub(r'<span class="blank">.*?</span>', "", data)) if isinstance(data, str) else found
    assert bare.verdict is not Verdict.MET


@pytest.mark.parametrize("form", ["docx", "html"])
def test_the_follow_up_report_is_an_empty_form_until_it_is_filled_in(result: dict[str, Any], form: str) -> None:
    draft = drafted(result)
    empty: bytes | str = paper.docx(draft.follow_up) if form == "docx" else paper.html(draft.follow_up)
    found = judged(result, empty, "integrity_measures_actions")
    assert found.verdict is Verdict.NOT_MET and found.reasons[0] == "empty_form"
    full = fill_docx(empty) if isinstance(empty, bytes) else fill_html(empty)
    assert judged(result, full, "integrity_measures_actions").verdict is Verdict.MET


def test_scores_that_are_known_stand_in_the_plan_and_unknown_ones_are_blanks(result: dict[str, Any]) -> None:
    draft = drafted(result)
    page = paper.html(draft.plan)
    for told in ("๙๕.๐๕", "๘๔.๗๖", "ไม่ผ่านเกณฑ์", "ระดับ"):
        assert told in page
    # Worked example of an agency's analysis of FY2567: means of five and of three indicators.
    assert "๙๔.๖๓" in page and "๙๗.๘๒" in page
    urgent = page[page.index("ข้อบกพร่องหรือจุดอ่อนที่จะต้องแก้ไขโดยเร่งด่วน</h2>") : page.index("ประเด็นที่จะต้องพัฒนาให้ดีขึ้น</h2>")]
    assert "ตัวชี้วัดที่ ๔ การใช้ทรัพย์สินของราชการ (IIT) ได้ ๘๔.๗๖ คะแนน" in urgent and "i11" in urgent
    unknown = paper.html(drafted(result, SurveyScores()).plan)
    assert unknown.count("โปรดระบุคะแนนตามประกาศผลการประเมิน") == 2 + 8 + 1


def test_every_item_to_mend_has_a_measure_in_the_order_of_points(result: dict[str, Any]) -> None:
    page = paper.html(drafted(result).plan)
    failed = [entry for entry in result["items"] if entry["verdict"] == "not_met"]
    assert failed and all(f"ตามข้อ {entry['item'].upper()} " in page for entry in failed)
    first = max(failed, key=lambda entry: entry["points"])
    listed = page[page.index("แก้ไขโดยเร่งด่วน</h2>") :]
    assert re.search(r"<li>ข้อ (O\d+)", listed)[1].lower() == first["item"]  # type: ignore[index]


def test_every_item_of_every_year_belongs_to_one_topic() -> None:
    topics = improvement_plan._words()["topics"]
    named = [slug for topic in topics for slug in topic["slugs"]]
    known = {item.slug for year in range(2564, 2570) for item in load(year).items}
    assert len(named) == len({*named}) and known == {*named}
    indicators = [code for topic in topics for code in topic["indicators"]]
    assert sorted(indicators) == [str(code) for code in range(1, 9)]


def test_what_the_website_says_cannot_become_markup_and_addresses_keep_their_digits(result: dict[str, Any]) -> None:
    hostile = {**result, "agency": {**result["agency"], "name": "อบต.<script>x</script>\x07{year}"}}
    draft = drafted(hostile)
    page = paper.html(draft.plan)
    assert "<script>x" not in page and "{year}" in page
    assert paper.docx(draft.plan).startswith(b"PK")
    assert not re.search(r"https?://[^\s<]*[๐-๙]", page)


def test_the_word_document_has_official_fonts_page_and_heading_rows(result: dict[str, Any]) -> None:
    document = Document(io.BytesIO(paper.docx(drafted(result).plan)))
    fonts = {one.get(qn("w:cs")) for one in document.element.body.iter(qn("w:rFonts"))}
    assert fonts == {"TH Sarabun New"}
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.left_margin.cm, 1)) == (21.0, 3.0)
    assert any(one.page_width > one.page_height for one in document.sections)
    assert all(table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None for table in document.tables[1:])
    blanks = [run for part in document.element.body.iter(qn("w:highlight")) for run in [part.get(qn("w:val"))]]
    assert len(blanks) > 60 and {*blanks} == {"yellow"}
    read = extract(paper.docx(drafted(result).plan), content_type=DOCX, url="x.docx", options=ReadOptions(ocr=False))
    assert read.outcome == "ok" and "มาตรการ/โครงการ/กิจกรรม" in read.pages[0].text
