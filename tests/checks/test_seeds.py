"""Real agency documents of later years, and texts about the assessment itself, are no evidence for FY2565.

The texts lie beside the project (../shared/seeds, or the folder OIT_SHARED names) and are never part of it.
"""

from __future__ import annotations

import html
import io
import os
import re
import warnings
from pathlib import Path

import docx
import pytest
from fpdf import FPDF

from checks import identity
from oit.findings import Reason, Verdict

SEEDS = Path(os.environ.get("OIT_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "seeds"
DECK, MEASURES, IMPROVEMENT, MANUAL, REPORT = "000", "001", "002", "003", "004"
PAGE = "https://www.tonmai.go.th/document"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
AUTHORS = {
    MEASURES: "องค์การบริหารส่วนตำบลแมคนาทม",
    IMPROVEMENT: "การประปานครหลวง",
    REPORT: "องค์การบริหารส่วนตำบลต้นไม้",
    DECK: "องค์การบริหารส่วนตำบลต้นไม้",
    MANUAL: "องค์การบริหารส่วนตำบลต้นไม้",
}

pytestmark = pytest.mark.skipif(
    not list(SEEDS.glob("00*.txt")), reason="the seed documents (../shared/seeds) are not here"
)


def text_of(number: str) -> str:
    return next(SEEDS.glob(f"{number}_*.txt")).read_text("utf-8", errors="replace")


def paragraphs(number: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text_of(number)) if part.strip()]


def lines(number: str) -> list[str]:
    bare = re.sub(r"<[^>]+>", " ", text_of(number))
    return [line.strip() for line in bare.splitlines() if line.strip()]


def as_page(number: str) -> bytes:
    """The document as a web page: its first paragraph as the heading, tab-separated rows as tables."""
    title, *rest = paragraphs(number)
    title = " ".join(re.sub(r"<[^>]+>", " ", title).split())
    body = "".join(_paragraph(part) for part in rest)
    return f"<html><head><title>{html.escape(title[:80])}</title></head><body><main><h1>{html.escape(title)}</h1>{body}</main></body></html>".encode()


def _paragraph(text: str) -> str:
    if "<" in text and ">" in text:
        return f"<div>{text}</div>"
    rows = [line.split("\t") for line in text.splitlines()]
    if all(len(row) > 2 for row in rows):
        cells = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table>{cells}</table>"
    return "<p>" + "<br>".join(html.escape(line) for line in text.splitlines()) + "</p>"


def as_word(number: str) -> bytes:
    """The document in Word, line by line."""
    document = docx.Document()
    for line in lines(number):
        document.add_paragraph(re.sub(r"[\x00-\x08\x0b-\x1f]", "", line))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def as_pdf(number: str, font: Path) -> bytes:
    """The document as a PDF, line by line."""
    pdf = FPDF()
    pdf.add_page()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pdf.add_font("thai", fname=str(font))
        pdf.set_font("thai", size=12)
        for line in lines(number):
            pdf.multi_cell(0, 7, re.sub(r"[\x00-\x08\x0b-\x1f]", "", line)[:400], new_x="LMARGIN", new_y="NEXT")
        return bytes(pdf.output())


def thai_font() -> Path | None:
    folders = [Path("/usr/share/fonts/truetype/tlwg"), SEEDS.parent / "data" / "fonts"]
    names = ["Garuda.ttf", "Loma.ttf", "Sarabun-Regular.ttf", "THSarabun.ttf", "THSarabunNew.ttf"]
    return next((path for folder in folders for name in names if (path := folder / name).exists()), None)


@pytest.fixture
def submit(agency, framework, tmp_path: Path):
    """Submits a seed as one item's evidence, as a page, a Word document or a PDF written to and read from a file."""

    def submitted(number: str, slug: str, form: str = "page"):
        agency.name = AUTHORS[number]
        font = thai_font()
        if form == "pdf" and font is None:
            pytest.skip("no Thai font is installed (fonts-thai-tlwg)")
        kind, suffix = {
            "page": ("text/html; charset=utf-8", "html"),
            "docx": (WORD, "docx"),
            "pdf": ("application/pdf", "pdf"),
        }[form]
        made = {"page": as_page, "docx": as_word, "pdf": lambda n: as_pdf(n, font)}[form](number)
        path = tmp_path / f"{number}.{suffix}"
        path.write_bytes(made)
        return agency.home().document(slug, path.read_bytes(), url=f"{PAGE}.{suffix}", content_type=kind)

    return submitted


# ---------------------------------------------------------------- recognised as what they are


@pytest.mark.parametrize("form", ["page", "docx", "pdf"])
@pytest.mark.parametrize(("number", "slug"), [(MEASURES, "integrity_measures"), (REPORT, "integrity_measures_actions")])
def test_a_document_of_fy2567_is_recognised_and_its_year_is_wrong(submit, number: str, slug: str, form: str) -> None:
    agency = submit(number, slug, form)
    suits = identity.fit(agency.source(slug), agency.item_evidence(slug))
    assert suits.is_this and not suits.is_another
    result = agency.judge(slug)
    assert (result.verdict, result.reasons[0]) == (Verdict.NOT_MET, Reason.YEAR_WRONG)
    assert 2567 in result.year.found_be and 2565 not in result.year.found_be
    assert any("๒๕๖๗" in quote.text or "2567" in quote.text for quote in result.year.finding.quotes)


def test_the_measures_document_has_every_element_so_that_its_year_alone_is_what_fails(submit) -> None:
    result = submit(MEASURES, "integrity_measures").judge("integrity_measures")
    assert {str(element.finding.verdict) for element in result.elements} == {"met"}
    assert result.reasons == (Reason.YEAR_WRONG,)


@pytest.mark.parametrize(
    ("number", "slug", "item"),
    [
        (MEASURES, "integrity_measures_actions", "integrity_measures"),
        (REPORT, "integrity_measures", "integrity_measures_actions"),
    ],
)
def test_the_plan_for_the_report_and_the_report_for_the_plan_is_the_wrong_document(
    submit, number: str, slug: str, item: str
) -> None:
    agency = submit(number, slug)
    suits = identity.fit(agency.source(slug), agency.item_evidence(slug))
    assert suits.is_another and suits.rival == agency.item(item).code
    result = agency.judge(slug)
    assert result.verdict is Verdict.NOT_MET
    assert Reason.WRONG_DOCUMENT in result.reasons
    assert result.reasons[0] in {Reason.WRONG_DOCUMENT, Reason.YEAR_WRONG}


@pytest.mark.parametrize("slug", ["integrity_measures", "integrity_measures_actions"])
def test_the_improvement_plan_of_another_year_is_neither_the_measures_nor_their_report(submit, slug: str) -> None:
    agency = submit(IMPROVEMENT, slug)
    assert not identity.fit(agency.source(slug), agency.item_evidence(slug)).is_this
    result = agency.judge(slug)
    assert result.verdict is Verdict.NOT_MET
    assert result.reasons[0] in {Reason.ELEMENT_MISSING, Reason.YEAR_WRONG, Reason.WRONG_DOCUMENT}


# ---------------------------------------------------------------- never evidence for anything in FY2565


SLUGS = [
    "organisation_structure", "powers_and_duties", "strategic_plan", "laws", "news", "annual_action_plan",
    "annual_action_plan_progress", "annual_action_report", "operating_manual", "service_manual", "service_statistics",
    "satisfaction_survey", "annual_budget_plan", "budget_progress", "procurement_plan", "procurement_announcements",
    "procurement_monthly_summary", "hr_policy", "hr_policy_actions", "hr_rules", "corruption_complaint_guideline",
    "corruption_complaint_statistics", "public_participation", "executive_participation", "corruption_risk_assessment",
    "corruption_risk_actions", "integrity_culture", "anti_corruption_plan", "anti_corruption_progress",
    "anti_corruption_report", "integrity_measures", "integrity_measures_actions",
]  # fmt: skip


@pytest.mark.parametrize("number", [MEASURES, IMPROVEMENT, REPORT])
def test_an_agency_document_of_another_year_meets_no_item(submit, number: str) -> None:
    agency = submit(number, "integrity_measures")
    data = agency.fetches[-1]
    for slug in SLUGS:
        agency.failed(slug, "ok", url=data.url, sha256=data.sha256, content_type=data.content_type)
    assert {slug for slug in SLUGS if agency.judge(slug).verdict is Verdict.MET} == set()


@pytest.mark.parametrize("form", ["page", "docx"])
@pytest.mark.parametrize("number", [DECK, MANUAL])
def test_a_text_about_the_assessment_itself_is_evidence_for_no_item(submit, number: str, form: str) -> None:
    agency = submit(number, "integrity_measures", form)
    data = agency.fetches[-1]
    for slug in SLUGS:
        agency.failed(slug, "ok", url=data.url, sha256=data.sha256, content_type=data.content_type)
    for slug in SLUGS:
        result = agency.judge(slug)
        assert result.verdict is Verdict.NOT_MET, slug
        assert set(result.reasons) & {Reason.WRONG_DOCUMENT, Reason.CRITERIA_TEXT_ONLY}, slug


@pytest.mark.parametrize("number", [DECK, MANUAL])
def test_a_text_about_the_assessment_is_known_as_a_guide(submit, number: str) -> None:
    agency = submit(number, "integrity_measures")
    assert identity.is_guide(agency.source("integrity_measures"), agency.item_evidence("integrity_measures"))


@pytest.mark.parametrize("number", [MEASURES, IMPROVEMENT, REPORT])
def test_an_agencys_own_document_is_no_guide_although_it_tells_of_the_assessment(submit, number: str) -> None:
    agency = submit(number, "integrity_measures")
    assert not identity.is_guide(agency.source("integrity_measures"), agency.item_evidence("integrity_measures"))
