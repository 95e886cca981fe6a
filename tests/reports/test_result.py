from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from evidence.records import Fetch
from evidence.text.document import DocumentText
from oit.findings import ElementResult, Finding, ItemResult, Outcome, Quote, Reason, Verdict
from oit.model import Answer, YearBasis
from reports import messages
from reports.advice import advise, sentence_values, years_named
from reports.result import LOOKED_AT_LIMIT, to_fix, to_review
from reports.shape import validate


def entry_of(result: dict[str, Any], slug: str) -> dict[str, Any]:
    return next(entry for entry in result["items"] if entry["slug"] == slug)


def test_a_result_has_the_shape_of_the_contract_and_keeps_thai(sample: Any) -> None:
    result = sample.build()
    assert validate(result) == []
    text = json.dumps(result, ensure_ascii=False)
    assert "องค์การบริหารส่วนตำบลหนองไม้สูง" in text
    assert json.loads(text) == result
    assert [entry["item"] for entry in result["items"]] == [item.code for item in sample.framework.items]


def test_items_come_out_in_form_order_whatever_order_they_came_in(sample: Any) -> None:
    straight = sample.build()
    sample.items.reverse()
    assert sample.build()["items"] == straight["items"]


def test_an_item_that_the_form_does_not_have_is_an_error(sample: Any) -> None:
    sample.items.append(ItemResult("o99", "no_such", Verdict.MET, 1.0))
    with pytest.raises((KeyError, ValueError), match="o99"):
        sample.build()


def test_numbers_are_rounded_half_up_and_only_at_output(sample: Any) -> None:
    result = sample.build()
    assert result["score"]["sub_indicators"]["9.1"] == {"low": 66.67, "high": 77.78}
    box = entry_of(result, "annual_action_plan")["elements"][0]["quotes"][0]["boxes"][0]
    assert box == [3, 72.0, 90.46, 310.2, 108.0]
    assert entry_of(result, "annual_action_plan")["confidence"] == 0.973


@pytest.mark.parametrize(
    ("slug", "points"),
    [("executives", 1.11), ("annual_action_report", 1.25), ("budget_report", 1.43), ("integrity_measures", 12.5)],
)
def test_points_are_what_the_score_loses_by_the_item(sample: Any, slug: str, points: float) -> None:
    assert entry_of(sample.build(), slug)["points"] == points


def test_an_excluded_item_makes_its_neighbours_weigh_more(sample: Any) -> None:
    assert entry_of(sample.build(), "no_gift_policy")["points"] == 3.57  # 50 / 2 / 7 instead of 50 / 2 / 8


def test_fixes_come_by_points_then_in_form_order(sample: Any) -> None:
    result = sample.build()
    fixes = [(entry["slug"], entry["points"]) for entry in to_fix(result)]
    assert fixes[0][0] == "integrity_measures"
    assert [points for _, points in fixes] == sorted((points for _, points in fixes), reverse=True)
    assert [slug for slug, points in fixes if points == 1.25] == [
        "annual_action_report",
        "satisfaction_survey",
        "e_service",
    ]
    assert {entry["verdict"] for entry in to_review(result)} == {"unsure"}


def test_urls_keep_the_order_given_and_each_has_its_outcome(sample: Any) -> None:
    first = sample.submission.answers[0]
    urls = ("https://a.example.go.th/2", "https://a.example.go.th/1", "https://a.example.go.th/3")
    sample.submission = replace(sample.submission, answers=(replace(first, urls=urls), *sample.submission.answers[1:]))
    sample.fetches = [
        Fetch("run", "6470301", urls[1], Outcome.TIMEOUT, "submitted", items=(first.item,)),
        Fetch("run", "6470301", urls[0], Outcome.NOT_FOUND, "submitted", items=(first.item,), http_status=404),
        Fetch("run", "6470301", urls[0], Outcome.NOT_FOUND, "confirm", http_status=404),
    ]
    rows = sample.build()["items"][0]["urls"]
    assert [(row["url"], row["outcome"], row["confirmed"]) for row in rows] == [
        (urls[0], "not_found", True),
        (urls[1], "timeout", False),
        (urls[2], None, False),
    ]


def test_a_later_try_that_brought_content_is_the_one_told(sample: Any) -> None:
    answer = sample.submission.answers[0]
    row = Fetch("run", "6470301", answer.urls[0], Outcome.TIMEOUT, "submitted", items=(answer.item,))
    again = replace(row, outcome=Outcome.OK, http_status=200, attempt=2, via="browser", sha256="cd" * 32)
    sample.fetches = [row, again, replace(row, attempt=3)]
    told = sample.build()["items"][0]["urls"][0]
    assert (told["outcome"], told["via"], told["sha256"]) == ("ok", "browser", "cd" * 32)


def test_addresses_that_differ_by_a_slash_keep_their_own_outcomes(sample: Any) -> None:
    first = sample.submission.answers[0]
    urls = ("https://a.example.go.th/x", "https://a.example.go.th/x/", " https://a.example.go.th/y#top")
    answers = (replace(first, urls=urls), *sample.submission.answers[1:])
    sample.submission = replace(sample.submission, answers=answers)
    row = Fetch("run", "6470301", urls[0], Outcome.NOT_FOUND, "submitted", items=(first.item,))
    other = replace(row, url=urls[1], outcome=Outcome.OK)
    sample.fetches = [row, other, replace(other, url="https://a.example.go.th/y", outcome=Outcome.BLOCKED)]
    assert [told["outcome"] for told in sample.build()["items"][0]["urls"]] == ["not_found", "ok", "blocked"]


def test_what_was_looked_at_is_named_once_and_capped(sample: Any) -> None:
    code = sample.submission.answers[0].item
    pages = [
        Fetch("run", "6470301", f"https://a.example.go.th/{number}", Outcome.OK, "linked", items=(code,))
        for number in range(LOOKED_AT_LIMIT + 5)
    ]
    walk = Fetch("run", "6470301", "https://a.example.go.th/walk", Outcome.OK, "walk", items=(code,))
    sample.fetches = [*pages, *pages, walk]
    entry = sample.build()["items"][0]
    assert [each["url"] for each in entry["looked_at"]] == [page.url for page in pages[:LOOKED_AT_LIMIT]]
    assert entry["looked_at_total"] == len(pages)


@pytest.mark.parametrize(
    ("basis", "shown"),
    [
        (YearBasis(), "fiscal"),
        (YearBasis(1, 1, "start"), "calendar"),
        (YearBasis(8, 1, "start"), {"start": "08-01", "named_by": "start"}),
    ],
)
def test_the_year_basis_is_written_as_a_submission_writes_it(sample: Any, basis: YearBasis, shown: Any) -> None:
    agency = replace(sample.submission.agency, year_basis=basis)
    sample.submission = replace(sample.submission, agency=agency)
    assert sample.build()["agency"]["year_basis"] == shown


def test_an_item_without_an_answer_has_no_urls_and_no_answer(sample: Any) -> None:
    sample.submission = replace(sample.submission, answers=sample.submission.answers[1:])
    entry = sample.build()["items"][0]
    assert entry["urls"] == [] and entry["answer"] is None


def test_pages_found_elsewhere_are_named_once_best_first(sample: Any) -> None:
    first = sample.items[0]
    sample.items[0] = replace(first, found_elsewhere=(("https://a/1", 0.5), ("https://a/2", 0.7)))
    sample.found_elsewhere = {first.item: [("https://a/1", 0.9)]}
    found = sample.build()["items"][0]["found_elsewhere"]
    assert [(each["url"], each["confidence"]) for each in found] == [("https://a/1", 0.9), ("https://a/2", 0.7)]


@pytest.mark.parametrize("outcome", [Outcome.ENCRYPTED, Outcome.CORRUPT, Outcome.UNREADABLE])
def test_a_document_that_came_but_could_not_be_read_has_the_readers_outcome(sample: Any, outcome: Outcome) -> None:
    sha256 = "ef" * 32
    answer = sample.submission.answers[0]
    came = Fetch("run", "6470301", answer.urls[0], Outcome.OK, "submitted", items=(answer.item,), sha256=sha256)
    sample.fetches = [came]
    sample.texts = {sha256: DocumentText(sha256, "pdf", outcome)}
    entry = sample.build()["items"][0]
    assert entry["urls"][0]["outcome"] == outcome
    assert entry["looked_at"][0]["outcome"] == outcome


def test_advice_for_an_agency_on_another_year_does_not_speak_of_fiscal_years_or_six_months(sample: Any) -> None:
    agency = replace(sample.submission.agency, year_basis=YearBasis(1, 1, "start"))
    sample.submission = replace(sample.submission, agency=agency)
    told = advice(sample, "procurement_monthly_summary")["th"]
    assert "ปีงบประมาณ" not in told
    assert "พฤศจิกายน 2564" in told


def test_a_sentence_names_the_first_missing_elements_and_counts_the_rest(sample: Any) -> None:
    item = sample.framework.by_slug["integrity_measures"]
    entry = entry_of(sample.build(), item.slug)
    for element in entry["elements"]:
        element["verdict"] = "not_met"
    values = sentence_values(entry, item, sample.framework, {"name": "อบต."})
    said = messages.seen("reason.element_missing", **values)
    assert "“วิเคราะห์ผล ITA ของหน่วยงานปีก่อน”, " in said and said.endswith("และอีก 4 รายการ")


def test_a_reviewer_is_told_which_elements_to_look_at(sample: Any) -> None:
    told = advice(sample, "questions_and_answers")
    assert "เจ้าหน้าที่โปรดเปิดดู http" in told["th"]
    assert "– ครบตามรายการนี้หรือไม่: “หน่วยงานตอบกลับได้" in told["th"]
    assert "– Is this there: “agency can answer" in told["en"]


def _break(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def apply(result: dict[str, Any]) -> None:
        *way, last = path.split(".")
        place: Any = result
        for key in way:
            place = place[int(key)] if isinstance(place, list) else place[key]
        if value is KeyError:
            del place[last]
        else:
            place[last] = value

    return apply


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("schema", "oit-result/2", "schema"),
        ("run.as_of", KeyError, "run.as_of: missing"),
        ("items.0.verdict", "passed", "verdict"),
        ("items.0.score", 50, "score"),
        ("items.0.score", 0, "does not follow"),
        ("items.0.confidence", "high", "confidence"),
        ("items.0.confidence", 1.5, "not within"),
        ("items.0.elements.0.quotes", [], "met without a quote"),
        ("items.1.reasons", [], "without a reason"),
        ("items.0.urls.0.outcome", "dead", "outcome"),
        ("items.0.urls.0.tls_unverified", 0, "tls_unverified"),
        ("items.0.advice", {"th": ""}, "advice.en: missing"),
        ("score.low", 99.0, "range"),
        ("framework", "2565", "framework"),
    ],
)
def test_the_checker_of_shape_finds_each_departure(sample: Any, path: str, value: Any, complaint: str) -> None:
    result = copy.deepcopy(sample.build())
    _break(path, value)(result)
    assert any(complaint in problem for problem in validate(result))


def test_the_checker_answers_for_things_that_are_no_result_at_all() -> None:
    for nothing in (None, [], "text", {}):
        assert validate(nothing)


# Advice


def advice(sample: Any, slug: str) -> dict[str, str]:
    return entry_of(sample.build(), slug)["advice"]


def test_advice_names_each_missing_element_where_to_add_it_and_how(sample: Any) -> None:
    told = advice(sample, "annual_action_report")
    assert "files/annual_action_report.pdf" in told["th"]
    assert "“ปัญหา อุปสรรค”" in told["th"] and "ไม่มีปัญหาและอุปสรรค" in told["th"]
    assert "“ข้อเสนอแนะ”" in told["th"]
    assert "“recommendations”" in told["en"]
    assert "ผลการใช้จ่าย" not in told["th"], "what was found needs no advice"


def test_advice_on_a_wrong_document_does_not_ask_to_add_to_it(sample: Any) -> None:
    told = advice(sample, "integrity_measures")["th"]
    assert "เอกสารที่ถูกต้องต้องแสดง" in told and "integrity_measures.pdf" not in told


def test_advice_on_a_wrong_year_names_the_year_asked_for(sample: Any) -> None:
    assert "ปีงบประมาณ พ.ศ. 2564" in advice(sample, "budget_report")["th"]
    assert "ปีงบประมาณ พ.ศ. 2565" in advice(sample, "strategic_plan")["th"]


def test_advice_on_missing_months_names_them_and_the_relief(sample: Any) -> None:
    told = advice(sample, "procurement_monthly_summary")
    assert "พฤศจิกายน 2564, กุมภาพันธ์ 2565" in told["th"]
    assert "November 2564" in told["en"]
    assert "เดือนที่ไม่มีการจัดซื้อจัดจ้าง" in told["th"]


def test_advice_on_a_page_that_is_gone_points_to_where_it_may_be(sample: Any) -> None:
    told = advice(sample, "hr_annual_report")["th"]
    assert "URL เดิม" in told and "รายงานผลการบริหารทรัพยากรบุคคล_2564.pdf" in told


def test_nothing_is_advised_where_nothing_is_wrong(sample: Any) -> None:
    assert advice(sample, "laws") == {"th": "", "en": ""}
    assert advice(sample, "integrity_culture") == {"th": "", "en": ""}


def test_trouble_in_fetching_is_never_told_as_a_missing_element(sample: Any) -> None:
    told = advice(sample, "service_statistics")
    assert "เพิ่มรายละเอียด" not in told["th"]
    assert "ยังไม่ถือว่าไม่เปิดเผย" in told["th"]


def test_every_reason_gives_advice_that_is_whole(sample: Any) -> None:
    code = sample.framework.items[0].code
    for reason in Reason:
        for verdict in (Verdict.NOT_MET, Verdict.UNSURE):
            element = sample.framework.items[0].elements[0]
            found = ElementResult(element.id, Finding(verdict, 0.5, (reason,)))
            sample.items[0] = ItemResult(code, "organisation_structure", verdict, 0.5, (reason,), (), (found,))
            told = sample.build()["items"][0]["advice"]
            assert told["th"] and told["en"], f"{reason} {verdict}"
            assert "{" not in told["th"] + told["en"]


def test_a_quote_keeps_what_a_person_sees_and_what_the_reader_gave(sample: Any) -> None:
    quote = Quote("https://a.example.go.th/x.pdf", "ab" * 32, 2, "pypdfium2", "ดำเนินงาน", "ด าเนินงาน", 5, 15)
    first = sample.items[0]
    element = ElementResult(first.elements[0].id, Finding(Verdict.MET, 0.9, (), (quote,)))
    sample.items[0] = replace(first, elements=(element,))
    shown = sample.build()["items"][0]["elements"][0]["quotes"][0]
    assert (shown["text"], shown["raw"], shown["page"], shown["boxes"]) == ("ดำเนินงาน", "ด าเนินงาน", 2, [])


def test_answers_are_told_as_given(sample: Any) -> None:
    code = sample.submission.answers[0].item
    said = Answer(code, False, (), "คำอธิบาย", "security")
    sample.submission = replace(sample.submission, answers=(said, *sample.submission.answers[1:]))
    assert sample.build()["items"][0]["answer"] == {
        "disclosed": False,
        "explanation": "คำอธิบาย",
        "exclusion_reason": "security",
    }


@pytest.mark.parametrize(
    ("found", "quotes", "named"),
    [
        ([2561, 2564, 2560, 2562], ["แผนปฏิบัติการ (พ.ศ. ๒๕๖๑ – ๒๕๖๔)"], "2561–2564"),
        ([2563, 2548, 2561], ["รายงานผลการดำเนินงาน ประจำปีงบประมาณ พ.ศ. 2563"], "2563"),
        ([2563, 2548, 2562], [], "2548, 2562–2563"),
        ([2564], ["มาตรการ"], "2564"),
        ([], [], ""),
    ],
)
def test_the_years_a_sentence_names_are_those_that_decided(found: list[int], quotes: list[str], named: str) -> None:
    assert years_named({"found_be": found, "quotes": [{"text": text} for text in quotes]}) == named


def test_months_to_add_are_named_only_where_months_are_what_is_missing(sample: Any) -> None:
    entry = next(entry for entry in sample.build()["items"] if entry["slug"] == "annual_action_plan_progress")
    item = sample.framework.by_code[entry["item"]]
    year = {"rule": item.year_rule.kind, "verdict": "not_met", "found_be": [2564], "quotes": []}
    for reason, months in (("period_incomplete", True), ("year_wrong", False), ("year_absent", False)):
        told = entry | {
            "verdict": "not_met",
            "reasons": [reason],
            "year": year | {"reasons": [reason], "months_missing": ["2565-03"]},
        }
        text = advise(told, item, sample.framework, {"name": "อบต."})["th"]
        assert ("เดือนที่ต้องเพิ่ม: มีนาคม 2565" in text) == months, reason


def test_a_wrong_document_is_told_by_the_item_it_is_nearer_to(sample: Any) -> None:
    entry = next(entry for entry in sample.build()["items"] if entry["slug"] == "operating_manual")
    item = sample.framework.by_code[entry["item"]]
    rival = sample.framework.by_slug["powers_and_duties"]
    element = {
        "id": "staff_manual",
        "verdict": "not_met",
        "reasons": ["wrong_document"],
        "detail": rival.code,
        "quotes": [],
    }
    values = sentence_values(entry | {"elements": [element]}, item, sample.framework, {"name": "อบต."})
    said = messages.seen("reason.wrong_document", **values)
    assert f"ใกล้เคียงกับข้อ {rival.code.upper()} “{rival.title.th}” มากกว่า" in said


def test_a_reviewer_is_asked_about_the_year_where_it_is_in_doubt(sample: Any) -> None:
    entry = next(entry for entry in sample.build()["items"] if entry["slug"] == "annual_action_plan")
    item = sample.framework.by_code[entry["item"]]
    year = entry["year"] | {"verdict": "unsure", "reasons": ["year_absent"]}
    for verdict, asked in (("unsure", True), ("not_met", False)):
        told = entry | {"verdict": verdict, "reasons": ["year_absent"], "year": year}
        text = advise(told, item, sample.framework, {"name": "อบต.", "homepage": "https://a.go.th/"})["th"]
        assert ("– เป็นข้อมูลของช่วงเวลาที่กำหนดหรือไม่: ต้องเป็นแผนระยะ 1 ปีของปีงบประมาณ พ.ศ. 2565" in text) == asked
