"""Figures of the matter, not of counters, and not an empty form."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "service_statistics"
ELEMENT = "service_figures"
ROWS = "".join(f"<tr><td>งานทะเบียน {n}</td><td>{n}12</td></tr>" for n in range(1, 5))


def find(agency, body: str):
    return agency.page(ITEM, body).element(ITEM, ELEMENT)


def test_a_table_of_figures_is_met(agency) -> None:
    body = f"<h1>สถิติการให้บริการ ปี 2565</h1><table><tr><th>งาน</th><th>จำนวน (ราย)</th></tr>{ROWS}</table>"
    assert find(agency, body).verdict is Verdict.MET


def test_figures_in_sentences_are_met(agency) -> None:
    text = "<p>ผู้มารับบริการ จำนวน 120 ราย แล้วเสร็จ 100 ราย ค้าง 20 ราย</p>"
    assert find(agency, f"<h1>สถิติการให้บริการ</h1>{text}").verdict is Verdict.MET


@pytest.mark.parametrize("heading", ["สถิติการให้บริการ"])
def test_a_matter_without_figures_is_not_met_or_for_a_person(agency, heading: str) -> None:
    assert find(agency, f"<h1>{heading}</h1><p>อยู่ระหว่างรวบรวม</p>").verdict is not Verdict.MET


def test_figures_of_another_matter_are_missing(agency) -> None:
    finding = find(agency, "<h1>ประชากร</h1><p>ชาย 120 คน หญิง 130 คน รวม 250 คน</p>")
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.ELEMENT_MISSING,))


def test_a_blank_questionnaire_is_an_empty_form(agency) -> None:
    body = "<h1>แบบสอบถามความพึงพอใจการให้บริการ</h1><p>คำชี้แจง โปรดทำเครื่องหมาย ลงในช่องที่ตรงกับความพึงพอใจของท่าน</p>"
    agency.page("satisfaction_survey", body)
    finding = agency.element("satisfaction_survey", "survey_results")
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.EMPTY_FORM,))
