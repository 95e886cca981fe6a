"""Judging an agency: every item once, in order, always the same; a check that breaks is named and stays alone."""

from __future__ import annotations

import copy
import logging
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks import combine
from checks.context import AgencyEvidence
from checks.run import judge, judge_one
from oit.findings import Reason, Verdict

PLAN = "annual_action_plan"
BODY = (
    "<h1>แผนดำเนินงานประจำปีงบประมาณ พ.ศ. 2565</h1>"
    "<table><tr><th>โครงการ</th><th>งบประมาณ</th><th>ระยะเวลา</th></tr>"
    "<tr><td>โครงการก่อสร้างถนน</td><td>350,000</td><td>ต.ค. 64 - ก.ย. 65</td></tr></table>"
)


def test_every_item_is_judged_once_in_form_order(agency, framework) -> None:
    results = judge(agency.home().page(PLAN, BODY).evidence())
    assert [result.item for result in results] == [item.code for item in framework.items]
    assert [result.slug for result in results] == [item.slug for item in framework.items]
    assert [result.slug for result in results if result.verdict is Verdict.MET] == [PLAN]


def test_an_agency_that_answered_nothing_has_no_met_item(agency) -> None:
    results = judge(agency.evidence())
    assert {result.verdict for result in results} == {Verdict.NOT_MET}
    assert {result.reasons for result in results} == {(Reason.NOT_ANSWERED,)}


def test_the_same_evidence_gives_the_same_results(agency) -> None:
    evidence = agency.home().page(PLAN, BODY).failed("hr_policy", "timeout").evidence()
    again = AgencyEvidence(evidence.submission, evidence.framework, evidence.as_of, evidence.fetches, evidence.texts)
    assert judge(evidence) == judge(evidence) == judge(again)


BODIES = {
    "plan": BODY,
    "last year": BODY.replace("2565", "2564"),
    "news": "<h1>ข่าวประชาสัมพันธ์</h1><p>วันที่ 3 มกราคม 2565 จัดกิจกรรมวันเด็ก</p><p>วันที่ 9 มกราคม 2565 พ่นหมอกควัน</p>",
    "empty": "<p></p>",
    "form": "<h1>ถาม-ตอบ</h1><form action='/ask'><textarea name='q'></textarea><input type='email'><button>ส่ง</button></form>",
    "hostile": "<h1>" + "แผน" * 300 + "</h1><table><tr><td></table>" + "<p>\x00๙๙๙๙/๙๙/๙๙๙๙</p>",
}
SLUGS = [PLAN, "news", "questions_and_answers", "hr_policy", "procurement_monthly_summary", "executives"]
parts = st.lists(st.tuples(st.sampled_from(SLUGS), st.sampled_from(sorted(BODIES))), max_size=5)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts, st.randoms(use_true_random=False))
def test_judging_is_pure_and_every_result_is_well_formed(built, framework, pages, shuffle: random.Random) -> None:
    agency = built(framework).home()
    for place, (slug, body) in enumerate(pages):
        agency.page(slug, BODIES[body], url=f"https://www.tonmai.go.th/{place}")
    evidence = agency.evidence()
    before = copy.deepcopy((evidence.submission, evidence.fetches, dict(evidence.texts)))
    results = judge(evidence)
    assert (evidence.submission, evidence.fetches, dict(evidence.texts)) == before
    assert results == judge(evidence)
    order = list(framework.items)
    shuffle.shuffle(order)
    assert {item.code: judge_one(evidence, item) for item in order} == {result.item: result for result in results}
    for result in results:
        assert 0.0 <= result.confidence <= 1.0
        assert result.verdict in (Verdict.MET, Verdict.NOT_MET, Verdict.UNSURE)
        assert (result.verdict is Verdict.MET) == (not result.reasons)
        assert Reason.CHECK_ERROR not in result.reasons
        if result.verdict is Verdict.MET:
            assert all(e.finding.verdict is Verdict.MET and e.finding.quotes for e in result.elements)
        for finding in [*(e.finding for e in result.elements), *([result.year.finding] if result.year else [])]:
            assert 0.0 <= finding.confidence <= 1.0
            for quote in finding.quotes:
                page = next(p for p in evidence.texts[quote.sha256].pages if p.number == quote.page)
                assert quote.raw == page.raw[quote.start : quote.end]
                assert quote.raw.strip() and quote.text in page.text


def test_a_check_that_breaks_makes_its_item_unsure_and_no_other(
    agency, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    evidence = agency.home().page(PLAN, BODY).page("news", BODIES["news"]).evidence()
    whole = {result.slug: result for result in judge(evidence)}
    kinds = combine._kind

    def broken(name: str) -> object:
        if name == "entries":
            raise KeyError("a fault in a kind")
        return kinds(name)

    monkeypatch.setattr(combine, "_kind", broken)
    with caplog.at_level(logging.ERROR):
        results = {result.slug: result for result in judge(evidence)}
    assert (results["news"].verdict, results["news"].reasons) == (Verdict.UNSURE, (Reason.CHECK_ERROR,))
    assert "a fault in a kind" in results["news"].detail
    assert results[PLAN] == whole[PLAN]
    assert agency.item("news").code in caplog.text


# ---------------------------------------------------------------- found elsewhere


def test_a_page_of_the_site_that_would_answer_a_failed_item_is_named(agency) -> None:
    agency.home().failed(PLAN, "not_found").page("hr_policy", BODY, url="https://www.tonmai.go.th/plan")
    assert [url for url, _ in agency.judge(PLAN).found_elsewhere] == ["https://www.tonmai.go.th/plan"]
    assert agency.judge(PLAN).found_elsewhere[0][1] > 0.5


def test_a_page_of_another_year_is_not_named(agency) -> None:
    agency.home().failed(PLAN, "not_found").page(
        "hr_policy", BODY.replace("2565", "2564"), url="https://www.tonmai.go.th/plan"
    )
    assert agency.judge(PLAN).found_elsewhere == ()


def test_a_met_item_names_nothing_elsewhere(agency) -> None:
    agency.home().page(PLAN, BODY).page("hr_policy", BODY + "<p>สำเนา</p>", url="https://www.tonmai.go.th/copy")
    assert agency.judge(PLAN).found_elsewhere == ()


def test_what_is_found_elsewhere_does_not_change_the_verdict(agency) -> None:
    agency.home().failed(PLAN, "not_found", url="https://www.tonmai.go.th/lost")
    without = agency.judge(PLAN)
    result = agency.page("hr_policy", BODY, url="https://www.tonmai.go.th/plan").judge(PLAN)
    assert replace(result, found_elsewhere=()) == without


# ---------------------------------------------------------------- notes


def test_more_than_ten_addresses_are_noted_and_do_not_change_the_verdict(agency) -> None:
    agency.home().page(PLAN, BODY)
    assert agency.judge(PLAN).notes == ()
    urls = [f"https://www.tonmai.go.th/{number}" for number in range(11)]
    result = agency.answer(PLAN, *urls).judge(PLAN)
    assert (result.verdict, result.notes) == (Verdict.MET, ("too_many_urls",))


def test_ten_addresses_are_not_too_many(agency) -> None:
    urls = [f"https://www.tonmai.go.th/{number}" for number in range(10)]
    assert agency.home().page(PLAN, BODY).answer(PLAN, *urls).judge(PLAN).notes == ()


@pytest.mark.parametrize(
    ("url", "explanation", "noted"),
    [
        ("https://www.tonmai.go.th/a.pdf", "", True),
        ("https://drive.google.com/file/d/1", "", True),
        ("https://www.tonmai.go.th/", "", True),
        ("https://www.tonmai.go.th/a.pdf", "หน้าหลัก > แผน", False),
        ("https://www.tonmai.go.th/plan", "", False),
    ],
)
def test_a_bare_file_without_a_click_path_is_noted(agency, url: str, explanation: str, noted: bool) -> None:
    result = agency.home().page(PLAN, BODY, purpose="step").answer(PLAN, url, explanation=explanation).judge(PLAN)
    assert ("access_path_missing" in result.notes) is noted


def test_a_document_signed_after_the_answers_closed_is_noted(agency) -> None:
    late = BODY + "<p>ประกาศ ณ วันที่ 15 พฤษภาคม พ.ศ. 2565</p>"
    result = agency.home().page(PLAN, late).judge(PLAN)
    assert (result.verdict, result.notes) == (Verdict.MET, ("posted_late",))


def test_a_document_signed_in_time_is_not_noted(agency) -> None:
    early = BODY + "<p>ประกาศ ณ วันที่ 15 ตุลาคม พ.ศ. 2564</p>"
    assert agency.home().page(PLAN, early).judge(PLAN).notes == ()


def test_an_answer_of_none_has_no_notes(agency) -> None:
    urls = [f"https://www.tonmai.go.th/{number}" for number in range(11)]
    assert agency.answer(PLAN, *urls, disclosed=False).judge(PLAN).notes == ()


@pytest.mark.parametrize(("searched", "verdict"), [("whole", Verdict.NOT_MET), ("part", Verdict.UNSURE)])
def test_what_a_self_check_did_not_find_is_absent_only_from_a_site_searched_whole(
    agency, searched: str, verdict: Verdict
) -> None:
    evidence = agency.home().evidence()
    evidence = replace(evidence, submission=replace(evidence.submission, searched=searched))
    result = judge_one(evidence, agency.item("annual_action_plan"))
    assert (result.verdict, result.reasons) == (verdict, ("not_found_on_site",))
