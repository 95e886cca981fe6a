"""An invented subdistrict organisation's result with every kind of verdict, made through `reports.result.build`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from evidence.records import Fetch
from evidence.store import Run
from evidence.text.document import DocumentText
from oit import criteria
from oit.findings import ElementResult, Finding, ItemResult, Outcome, Quote, Reason, Verdict, YearResult
from oit.model import Agency, Answer, Element, Framework, Item, Submission
from oit.score import score
from reports import result as results

SITE = "https://www.nongmaisung.example.go.th/"
PDF_READER = "pypdfium2"

MET, NOT_MET, UNSURE, EXCLUDED = Verdict.MET, Verdict.NOT_MET, Verdict.UNSURE, Verdict.EXCLUDED


@dataclass
class Story:
    """How one item of the sample departs from plain `met`."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    found_be: tuple[int, ...] = ()
    months_missing: tuple[str, ...] = ()
    year: Verdict = MET
    outcome: str = Outcome.OK
    answer: Answer | None = None
    urls: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _no(item: str) -> Answer:
    return Answer(item, False)


STORIES: dict[str, Story] = {
    "executives": Story(NOT_MET, (Reason.ELEMENT_MISSING,), missing=("contact",)),
    "strategic_plan": Story(NOT_MET, (Reason.PLAN_EXPIRED,), found_be=(2561, 2564), year=NOT_MET),
    "questions_and_answers": Story(
        UNSURE, (Reason.WEAK_MATCH,), doubtful=("two_way_reply",), notes=("access_path_missing",)
    ),
    "annual_action_report": Story(NOT_MET, (Reason.ELEMENT_MISSING,), missing=("problems", "suggestions")),
    "service_statistics": Story(UNSURE, (Reason.TIMEOUT,), outcome=Outcome.TIMEOUT),
    "satisfaction_survey": Story(NOT_MET, (Reason.EMPTY_FORM, Reason.ELEMENT_MISSING), missing=("survey_results",)),
    "e_service": Story(NOT_MET, (Reason.ANSWERED_NO,), answer=_no("")),
    "budget_report": Story(NOT_MET, (Reason.YEAR_WRONG,), found_be=(2563,), year=NOT_MET),
    "procurement_plan": Story(
        UNSURE,
        (Reason.EXCLUSION_REQUESTED,),
        answer=Answer(
            "",
            True,
            (),
            "ไม่มีการจัดซื้อจัดจ้างที่มีวงเงินเกิน 500,000 บาท จึงไม่ต้องจัดทำแผนการจัดซื้อจัดจ้าง"
            "ตามพระราชบัญญัติการจัดซื้อจัดจ้างและการบริหารพัสดุภาครัฐ พ.ศ. 2560",
        ),
    ),
    "procurement_monthly_summary": Story(
        NOT_MET,
        (Reason.PERIOD_INCOMPLETE,),
        found_be=(2564, 2565),
        months_missing=("2564-11", "2565-02"),
        year=NOT_MET,
    ),
    "hr_annual_report": Story(NOT_MET, (Reason.NOT_FOUND,), outcome=Outcome.NOT_FOUND),
    "corruption_complaint_channel": Story(NOT_MET, (Reason.CHANNEL_NOT_SEPARATE,), missing=("separate_from_general",)),
    "no_gift_policy": Story(UNSURE, (Reason.SCANNED_WITHOUT_OCR,), doubtful=("no_gift_statement", "by_present_head")),
    "integrity_culture": Story(EXCLUDED),
    "anti_corruption_progress": Story(UNSURE, (Reason.CRITERIA_UNVERIFIED,), doubtful=("budget_spent",)),
    "integrity_measures": Story(
        NOT_MET,
        (Reason.WRONG_DOCUMENT, Reason.ELEMENT_MISSING),
        missing=("ita_result_analysis", "urgent_weaknesses", "monitoring"),
        found_be=(2567,),
        year=NOT_MET,
    ),
}

SAID = {
    "problems": "5. ปัญหาและอุปสรรคในการดำเนินงาน: งบประมาณได้รับจัดสรรล่าช้า",
    "budget": "งบประมาณ (บาท) รวมทั้งสิ้น 12,450,000 บาท จำแนกตามยุทธศาสตร์การพัฒนาท้องถิ่น",
    "telephone": "โทรศัพท์ 0 4200 0123 โทรสาร 0 4200 0124",
    "email": "อีเมล saraban@nongmaisung.example.go.th",
}

LOOKED_FOR = {"problems": ("ปัญหา", "อุปสรรค"), "budget": ("งบประมาณ",), "telephone": ("โทรศัพท์",), "email": ("อีเมล",)}


@dataclass
class Sample:
    """All that `build` takes."""

    framework: Framework
    submission: Submission
    items: list[ItemResult]
    fetches: list[Fetch]
    run: Run
    click_paths: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    on_main_website: dict[str, bool] = field(default_factory=dict)
    found_elsewhere: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[str, DocumentText] = field(default_factory=dict)

    def build(self) -> dict[str, Any]:
        marks = {result.item: result.verdict for result in self.items}
        return results.build(
            self.run,
            self.submission,
            self.framework,
            self.items,
            self.fetches,
            score(self.framework, marks),
            click_paths=self.click_paths,
            on_main_website=self.on_main_website,
            found_elsewhere=self.found_elsewhere,
            notes=["not_approved"] if not self.submission.approved_at else [],
            reviews=self.reviews,
            texts=self.texts,
        )


@pytest.fixture
def framework() -> Framework:
    return criteria.load(2565)


@pytest.fixture
def sample(framework: Framework) -> Sample:
    return make_sample(framework)


@pytest.fixture
def make() -> Callable[..., Sample]:
    return make_sample


def make_sample(framework: Framework, said: str = "", name: str = "องค์การบริหารส่วนตำบลหนองไม้สูง") -> Sample:
    """The sample; `said` replaces every quote, explanation and link text (for hostile text)."""
    agency = Agency("6470301", name, "subdistrict_administrative_organisation", "สกลนคร", SITE)
    answers, items, fetches, paths, on_main = [], [], [], {}, {}
    for item in framework.items:
        story = STORIES.get(item.slug, Story(MET))
        answer = story.answer and replace(story.answer, item=item.code)
        answer = answer or Answer(item.code, True, (_url(item),), said or f"หน้าหลัก > {item.group} > {item.title.th}")
        answers.append(answer)
        items.append(_judged(item, story, said))
        for url in answer.urls:
            fetches.extend(_fetched(item, url, story, said))
            paths[url] = [{"url": SITE, "text": item.group}, {"url": url, "text": said or item.title.th}]
            on_main[url] = True
    run = Run(
        id="20220510T090000-6470301-0a1b2c",
        resumed=False,
        agency=agency.code,
        framework=framework.year_be,
        as_of="2022-05-10",
        submission={},
        software="0.1.0",
        criteria_sha256=framework.sha256,
        started_at="2022-05-10T09:00:00+07:00",
        finished_at="2022-05-10T09:01:12+07:00",
        complete=True,
    )
    moved = next(item.code for item in framework.items if item.slug == "hr_annual_report")
    left_out = next(item.code for item in framework.items if item.slug == "integrity_culture")
    return Sample(
        framework,
        Submission(framework.year_be, agency, tuple(answers)),
        items,
        fetches,
        run,
        paths,
        on_main,
        {moved: [(SITE + "files/รายงานผลการบริหารทรัพยากรบุคคล_2564.pdf", 0.87)]},
        [
            {
                "item": left_out,
                "decision": "excluded",
                "reason": said or "จังหวัดมีคำสั่งงดจัดกิจกรรมรวมกลุ่มตลอดไตรมาสที่ 1–2 (คำสั่งที่ 4512/2564)",
                "by": "เจ้าหน้าที่ ก.",
                "at": "2022-05-20T10:00:00+07:00",
            }
        ],
    )


def _url(item: Item) -> str:
    return f"{SITE}files/{item.slug}.pdf" if "document" in item.evidence_type else f"{SITE}{item.slug}"


def _judged(item: Item, story: Story, said: str) -> ItemResult:
    seen = story.outcome == Outcome.OK and story.answer is None
    elements = [_element(item, element, story, said) for element in item.elements] if seen else []
    dated = item.year_rule.kind != "current_no_year"
    found = story.found_be or (
        (item.year_rule.fy_offset is not None and 2565 + item.year_rule.fy_offset,) if dated else ()
    )
    finding = Finding(
        story.year,
        0.94,
        story.reasons[:1] if story.year != MET else (),
        tuple(_quote(item, said or f"{item.title.th} ประจำปีงบประมาณ พ.ศ. {year}", 1) for year in found)
        if dated
        else (),
    )
    year = YearResult(item.year_rule.kind, finding, found, story.months_missing) if seen else None
    sure = {MET: 0.973, NOT_MET: 0.9512, UNSURE: 0.55, EXCLUDED: 1.0}[story.verdict]
    return ItemResult(item.code, item.slug, story.verdict, sure, story.reasons, story.notes, tuple(elements), year)


def _element(item: Item, element: Element, story: Story, said: str) -> ElementResult:
    terms = LOOKED_FOR.get(element.id, (element.text.th.split("/")[0],))
    if element.id in story.missing:
        return ElementResult(element.id, Finding(NOT_MET, 0.9, (Reason.ELEMENT_MISSING,), looked_for=terms))
    text = said or SAID.get(element.id, f"{element.text.th} ของ{item.title.th} ซึ่งได้รับความเห็นชอบแล้ว")
    quotes = (_quote(item, text, 3),)
    if element.id in story.doubtful:
        return ElementResult(element.id, Finding(UNSURE, 0.5, story.reasons[:1], quotes, looked_for=terms))
    return ElementResult(element.id, Finding(MET, 0.98, (), quotes, looked_for=terms))


def _quote(item: Item, text: str, page: int) -> Quote:
    boxes = ((page, 72.0, 90.456, 310.2, 108.0),) if "document" in item.evidence_type else ()
    reader = PDF_READER if boxes else "lxml"
    return Quote(_url(item), "ab" * 32, page if boxes else 1, reader, text, text, 0, len(text), boxes)


def _fetched(item: Item, url: str, story: Story, said: str) -> list[Fetch]:
    ok = story.outcome == Outcome.OK
    page = Fetch(
        "run",
        "6470301",
        url,
        story.outcome,
        "submitted",
        final_url=url,
        items=(item.code,),
        http_status=200 if ok else (404 if story.outcome == Outcome.NOT_FOUND else None),
        content_type="application/pdf" if url.endswith(".pdf") else "text/html",
        sha256="ab" * 32 if ok else "",
        bytes=18234 if ok else 0,
        fetched_at="2022-05-10T09:00:31+07:00",
    )
    if not ok:
        return [page, replace(page, purpose="confirm")] if story.outcome == Outcome.NOT_FOUND else [page]
    linked = replace(
        page,
        url=f"{SITE}annex/{item.slug}.pdf",
        purpose="linked",
        link_text=said or f"เอกสารแนบ {item.title.th}",
        hop=1,
    )
    return [page, linked]
