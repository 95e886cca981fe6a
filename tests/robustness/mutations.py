"""Breaks right answers one way at a time: an element taken out, another year, a month dropped, a swapped document …

Every mutant says for which reasons a careful reviewer would refuse it (or, for `unsure`, hesitate).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bases import Base
from edit import reworded, reworded_fetch, shown, with_empty_tables, without_figures, without_matter
from matters import MATTERS

from checks.context import AgencyEvidence
from evidence.text import dates, sections
from evidence.text.document import DocumentText, FormField
from oit.findings import Reason, Verdict
from oit.model import Item

MISSING = frozenset(
    {Reason.ELEMENT_MISSING, Reason.EMPTY_FORM, Reason.WEAK_MATCH, Reason.WRONG_DOCUMENT, Reason.CRITERIA_TEXT_ONLY}
)
YEAR = frozenset({
    Reason.YEAR_WRONG, Reason.PLAN_EXPIRED, Reason.YEAR_DOUBTFUL, Reason.PERIOD_INCOMPLETE, Reason.YEAR_ABSENT,
})  # fmt: skip
PERIOD = frozenset({Reason.PERIOD_INCOMPLETE, Reason.YEAR_DOUBTFUL, Reason.ELEMENT_MISSING, Reason.YEAR_WRONG})
CHANNEL = frozenset({
    Reason.CHANNEL_NOT_ONLINE, Reason.NOT_TWO_WAY, Reason.ELEMENT_MISSING, Reason.CHANNEL_NOT_SEPARATE,
    Reason.WEAK_MATCH, Reason.NOT_ON_MAIN_WEBSITE,
})  # fmt: skip
SWAPPED = frozenset({
    *MISSING, *YEAR, *CHANNEL, Reason.NOT_CURRENT_HEAD, Reason.ONE_SIDE_ONLY, Reason.CRITERIA_TEXT_ONLY,
    Reason.UNIT_LEVEL_ONLY, Reason.CRITERIA_UNVERIFIED, Reason.OTHER_AGENCY,
})  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A broken answer: what was done to which met item, and the reasons that are right for it."""

    kind: str
    name: str
    evidence: AgencyEvidence
    item: Item
    reasons: frozenset[Reason]


KINDS = (
    "element removed", "year changed", "table emptied", "month dropped", "another item's document",
    "another agency's document",
)  # fmt: skip


def turned(mutant: Mutant) -> bool:
    """Whether the broken answer is no longer met, and the first reason given is a right one."""
    result = shown(mutant.evidence, mutant.item)
    return result.verdict is not Verdict.MET and bool(result.reasons) and result.reasons[0] in mutant.reasons


def of_base(base: Base, others: Sequence[Base] = ()) -> Iterator[Mutant]:
    """All mutants of one met item; `others` are met items whose documents may be swapped in."""
    yield from elements_taken_out(base)
    yield from year_changed(base)
    yield from tables_emptied(base)
    yield from months_dropped(base)
    yield from documents_swapped(base, others)
    yield from other_agency(base)


def _mutant(kind: str, base: Base, detail: str, evidence: AgencyEvidence, reasons: frozenset[Reason]) -> Mutant:
    return Mutant(kind, f"{base.name} {detail}".strip(), evidence, base.item, reasons)


def _each(base: Base, change: Callable[[DocumentText], DocumentText]) -> dict[str, DocumentText | None]:
    """The item's documents changed; nothing where no document changes."""
    made = {sha: change(text) for sha, text in base.documents.items()}
    return {sha: text for sha, text in made.items() if text != base.documents[sha]}


# ---------------------------------------------------------------- an element removed


def elements_taken_out(base: Base) -> Iterator[Mutant]:
    """One mutant for each required element that can be taken out of the item's documents."""
    for element in base.item.required_elements:
        for way in (_by_matter, _by_structure):
            made = way(base, element.id)
            if made is not None:
                yield _mutant("element removed", base, element.id, made[0], made[1])


def _by_matter(base: Base, element: str) -> tuple[AgencyEvidence, frozenset[Reason]] | None:
    matter = MATTERS.get(element)
    if matter is None or (base.item.slug in ("organisation_structure",) and element != "key_posts"):
        return None
    if element in ("total_complaints", "completed", "in_progress") and not any(
        t.tables for t in base.documents.values()
    ):
        matter = MATTERS["total_complaints"]
    pictured = any(t.kind == "image" or any(p.reader == "tesseract" for p in t.pages) for t in base.documents.values())
    if pictured:
        return None
    listed = base.item.evidence_type in ("list_of_documents", "list_or_links")
    carrying = {sha for q in _quotes(base, element) if (sha := q.sha256) in base.documents}
    changed = _each(base, lambda text: without_matter(text, matter, keep_first=0 if listed else 2))
    if not carrying & set(changed):
        return None
    fetches = [
        replace(f, link_text=matter.sub("", f.link_text), link_context=matter.sub("", f.link_context)) if listed else f
        for f in base.evidence.fetches
    ]
    changed = {sha: text if text is None or text.text.strip() else None for sha, text in changed.items()}
    extra = {Reason.PERIOD_INCOMPLETE} if base.item.year_rule.kind == "covers_first_6_months" else set()
    extra |= {Reason.YEAR_ABSENT, Reason.YEAR_DOUBTFUL} if element == "schedule" else set()
    extra |= {Reason.ONE_SIDE_ONLY} if element == "key_posts" else set()
    return base.changed(changed, fetches), MISSING | extra


def _quotes(base: Base, element: str) -> Sequence:
    return next((e.finding.quotes for e in base.result.elements if e.id == element), ())


_CONTACTS = {
    "address": (
        re.compile(r"ตำบล|ต\.|แขวง|ถนน|ถ\.|หมู่|เลขที่|ตู้|อำเภอ|อ\.|จังหวัด|จ\.|เขต|กรุงเทพ|[1-9๑-๙][0-9๐-๙]{4}(?![0-9๐-๙])"),
    ),
    "telephone": (
        re.compile(r"โทร|Tel|Phone|สายด่วน|0[-\s.]?[2-9๒-๙][-0-9๐-๙\s.]{6,}|๐[-\s.]?[๒-๙][-๐-๙\s.]{6,}", re.I),
    ),
    "email": (re.compile(r"@|\[at\]|\(at\)|e-?mail|อีเมล", re.I),),
    "map": (re.compile(r"แผนที่|แผนผัง|ผังบริเวณ|ที่ตั้ง|พิกัด|Map", re.I),),
    "contact": (
        re.compile(
            r"โทร|Tel|เบอร์|มือถือ|0[-\s.]?[2-9๒-๙][-0-9๐-๙\s.]{6,}|๐[-\s.]?[๒-๙][-๐-๙\s.]{6,}|@|ต่อ\s*[0-9๐-๙]", re.I
        ),
    ),
}
_DEPUTY = re.compile(
    r"รอง(?=นายก|อธิบดี|เลขาธิการ|ผู้อำนวยการ|ผู้ว่า|อธิการบดี|กรรมการ|ปลัด|ประธาน|อัยการ|ผู้จัดการ)|ผู้ช่วย(?=ผู้ว่า|อธิการ)|(?i:deputy|vice)"
)
_PERMANENT = re.compile(r"ปลัด|ผู้อำนวยการ|หัวหน้า|ข้าราชการประจำ|ฝ่ายประจำ|ผอ\.")
_POLITICAL = re.compile(r"นายก|การเมือง|คณะผู้บริหาร|สภา|ผู้ว่าราชการ|ที่ปรึกษา")
_CORRUPTION = re.compile(r"(?:การ)?ทุจริต(?:และประพฤติมิชอบ)?(?:ของเจ้าหน้าที่)?|ประพฤติ\s*มิ\s*ชอบ|คอร์รัปชั่?น|คอรัปชั่?น|สินบน")
_GIFT = re.compile(
    r"(?:ไม่|งด)(?:มี)?(?:การ)?รับ\s*(?:และ)?[-–/ ]*(?:ไม่)?(?:ให้)?\s*ของ(?:ขวัญ|กำนัล)|ของ(?:ขวัญ|กำนัล)|(?i:no\s*gift(?:\s*policy)?)|งดรับ\s*งดให้|งดรับ"
)
_INTEGRITY = re.compile(
    r"คุณธรรม|ความโปร่งใส|โปร่งใส|(?:ซื่อสัตย์)?สุจริต|(?:ต่อต้าน|ป้องกัน)?(?:การ)?ทุจริต|ธรรมาภิบาล|จริยธรรม|ITA|ไม่รับของขวัญ|No Gift Policy|ประพฤติมิชอบ"
)
_HEAD = re.compile(
    r"(?<!รอง)(?<!เลขานุการ)(?<!ที่ปรึกษา)(นายก(?=เทศ|องค์|เมือง| ?อบ|ฯ)|อธิบดี|เลขาธิการ|อธิการบดี|ผู้ว่าการ|ผู้ว่าราชการ|ผู้อำนวยการ|กรรมการผู้จัดการ)"
)
_ORGANISED = re.compile(
    r"(?:ได้)?(?:ดำเนินการ)?จัด(กิจกรรม|โครงการ|อบรม|ฝึกอบรม|ประชุม|พิธี|การอบรม|ให้มี|ขึ้น)|ร่วมกันเข้าแถว|ดำเนิน(?:โครงการ|กิจกรรม)|(?:ได้)ดำเนินการ"
)
_NAMES = re.compile(r"((?:นาย(?!ก)|นาง(?:สาว)?|ดร\.|[รผ]?ศ\.|ศาสตราจารย์|[ตทอ]\.(?:หญิง)?)\s*)([ก-๙]+)(\s+)([ก-๙]+)")


def _by_structure(base: Base, element: str) -> tuple[AgencyEvidence, frozenset[Reason]] | None:
    slug = base.item.slug
    if element in _CONTACTS and (slug == "contact" or element == "contact"):
        return _without_contact(base, element)
    if element == "photo":
        bare = lambda t: replace(t, images=(), pages=tuple(replace(p, pictures=()) for p in t.pages))  # noqa: E731
        pictures = {sha: None for sha, t in base.documents.items() if t.kind == "image"}
        return base.changed({**_each(base, bare), **pictures}), frozenset({*MISSING, Reason.SCANNED_WITHOUT_OCR})
    if element == "head_and_deputies":
        return _words(base, lambda t: _DEPUTY.sub("เลขานุการ", t), MISSING | {Reason.ONE_SIDE_ONLY})
    if element in ("division_chart", "position") and base.evidence.is_local_government:
        side = _PERMANENT if element == "division_chart" else _POLITICAL
        return _lines(base, side, frozenset({*MISSING, Reason.ONE_SIDE_ONLY}))
    if element in ("question_point", "online_service", "online_reporting_channel", "online_feedback_channel"):
        return _without_channels(base)
    if element == "social_media_link":
        changed = _each(base, lambda t: replace(t, links=(), frames=(), images=(), markers=()))
        return (base.changed(changed), MISSING | {Reason.NOT_ON_MAIN_WEBSITE}) if changed else None
    if element == "separate_from_general":
        return _form_with_topics(base)
    if element == "complaint_manual":
        return _words(base, lambda t: _CORRUPTION.sub("ร้องทุกข์", t), MISSING)
    if element == "no_gift_statement":
        return _words(base, lambda t: _GIFT.sub("ความสุจริต", t), MISSING)
    if element == "about_integrity":
        return _words(base, lambda t: _INTEGRITY.sub("พัฒนาถนน", t), MISSING)
    if element == "head_takes_part":
        return _led_by_another(base)
    if element == "by_present_head":
        return _signed_by_another(base)
    if element == "own_activity":
        return _words(base, lambda t: _ORGANISED.sub(r"เข้าร่วมอบรมที่จัดโดยสำนักงานจังหวัด", t), MISSING)
    kind = next(e.kind for e in base.item.required_elements if e.id == element)
    if kind == "figures":
        changed = _each(base, without_figures)
        plain = all(t.kind != "image" for t in base.documents.values())
        return (base.changed(changed), MISSING | PERIOD) if changed and plain else None
    return None


def _words(
    base: Base, reword: Callable[[str], str], reasons: frozenset[Reason]
) -> tuple[AgencyEvidence, frozenset[Reason]] | None:
    changed = _each(base, lambda text: reworded(text, reword))
    if not changed:
        return None
    mine = {id(f) for f in base.fetches}
    fetches = [reworded_fetch(f, reword) if id(f) in mine else f for f in base.evidence.fetches]
    return base.changed(changed, fetches), reasons


def _lines(
    base: Base, matter: re.Pattern[str], reasons: frozenset[Reason]
) -> tuple[AgencyEvidence, frozenset[Reason]] | None:
    if any(t.kind == "image" for t in base.documents.values()):
        return None
    drop = lambda t: "\n".join(line for line in t.split("\n") if not matter.search(line))  # noqa: E731
    return _words(base, drop, reasons)


def _without_contact(base: Base, element: str) -> tuple[AgencyEvidence, frozenset[Reason]] | None:
    (pattern,) = _CONTACTS[element]

    def change(text: DocumentText) -> DocumentText:
        bare = reworded(text, lambda t: "\n".join(line for line in t.split("\n") if not pattern.search(line)))
        keep = [link for link in bare.links if not (element == "email" and link.url.startswith("mailto:"))]
        if element == "map":
            return replace(
                bare,
                frames=(),
                links=tuple(link for link in keep if not re.search("map|goo.gl|longdo", link.url)),
                images=tuple(i for i in bare.images if not re.search("map|แผน", i.url)),
                markers=(),
                pages=tuple(replace(p, pictures=()) for p in bare.pages),
            )
        return replace(
            bare, links=tuple(link for link in keep if not (element == "contact" and link.url.startswith("mailto:")))
        )

    changed: dict[str, DocumentText | None] = {
        sha: None if text.kind == "image" and element in ("map", "contact") else text
        for sha, text in _each(base, change).items()
    }
    if not changed or all(t.kind == "image" for t in base.documents.values()):
        return None
    return base.changed(changed), MISSING | {Reason.SCANNED_WITHOUT_OCR}


def _without_channels(base: Base) -> tuple[AgencyEvidence, frozenset[Reason]]:
    def change(text: DocumentText) -> DocumentText:
        links = tuple(link for link in text.links if link.url.startswith("mailto:"))
        return replace(
            text, forms=(), frames=(), links=links, markers=tuple(m for m in text.markers if m.startswith("pages"))
        )

    home = base.evidence.homepage
    gone = {
        f.sha256: None
        for f in base.fetches
        if f.purpose != "submitted" and f.sha256 in base.documents and not (home and home.sha256 == f.sha256)
    }
    elsewhere = {
        f.sha256: None
        for f in base.fetches
        if re.search(r"forms?\.(?:gle|office|microsoft)|google\.com/forms|jotform", f.url)
    }
    drop = re.compile(r"(?i)chat\s?-?bot|live chat|แชต|แชท|messenger|ตอบ")
    changed = {
        sha: change(reworded(text, lambda t: "\n".join(line for line in t.split("\n") if not drop.search(line))))
        for sha, text in base.documents.items()
    }
    return base.changed({**changed, **gone, **elsewhere}), CHANNEL


def _form_with_topics(base: Base) -> tuple[AgencyEvidence, frozenset[Reason]] | None:
    """The form takes every kind of complaint: a list of topics with corruption as one of them."""
    field = FormField("select", "topic", "ประเภทเรื่องร้องเรียน", ("ไฟฟ้าสาธารณะ", "ถนนชำรุด", "เหตุรำคาญ", "การทุจริต"))

    def change(text: DocumentText) -> DocumentText:
        return replace(text, forms=tuple(replace(f, fields=(field, *f.fields)) for f in text.forms))

    changed = {sha: text for sha, text in _each(base, change).items() if any(f.area == "main" for f in text.forms)}
    if any(
        re.search("google.com/forms|forms.gle", link.url) for t in changed.values() for link in (*t.links, *t.frames)
    ):
        return None
    usable = any(len(f.fields) > 2 for t in changed.values() for f in t.forms if f.area == "main")
    return (base.changed(changed), frozenset({Reason.CHANNEL_NOT_SEPARATE})) if changed and usable else None


def _led_by_another(base: Base) -> tuple[AgencyEvidence, frozenset[Reason]] | None:
    """A deputy does what the head did, and nobody's name is the head's."""
    lower = lambda t: _NAMES.sub(r"\1ธงชัย\3ผู้แทนมา", _HEAD.sub(r"รอง\1", t))  # noqa: E731
    return _words(base, lower, frozenset({Reason.NOT_CURRENT_HEAD, *MISSING}))


def _signed_by_another(base: Base) -> tuple[AgencyEvidence, frozenset[Reason]] | None:
    """Another person's name stands under the policy; the page of executives stays as it is."""
    shown = {f.sha256 for f in base.evidence.fetches if base.item.code not in f.items}
    if any(sha in shown for sha in base.documents):
        return None
    return _words(base, lambda t: _NAMES.sub(r"\1กิตติพงศ์\3วงศ์อดีตไกล", t), frozenset({Reason.NOT_CURRENT_HEAD, *MISSING}))


# ---------------------------------------------------------------- the year

_FULL = re.compile(
    r"(?<![0-9๐-๙,])(?<![0-9๐-๙]\.)[2๒][5๕]\s?([0-9๐-๙]\s?[0-9๐-๙])(?![0-9๐-๙,])|(?<![0-9,])(?<![0-9]\.)(20[12][0-9])(?![0-9,])"
)
_SHORT = re.compile(
    r"((?:[มกตพสธ]|มี|เม|มิ)\s?\.?\s?[คยพ]\s?\.?[-\s]?|ปี(?:งบประมาณ)?(?:\s?พ\.ศ\.)?\s?|(?:ITA|OIT)\s?)([0-9๐-๙]{2})(?![0-9๐-๙])"
)
_SLASHED = re.compile(r"(?<![0-9๐-๙])([0-9๐-๙]{1,2}/[0-9๐-๙]{1,2}/)([0-9๐-๙]{2})(?![0-9๐-๙])")
_RANGE_END = re.compile(r"([2๒][5๕][0-9๐-๙]{2}\s?[-–/]\s?)([0-9๐-๙]{2})(?![0-9๐-๙])")
_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def shifted(text: str, years: int) -> str:
    """The text with every year moved, in whatever digits and era it is written."""

    def moved(digits: str) -> str:
        digits = re.sub(r"\s", "", digits)
        new = f"{int(digits) + years:0{len(digits)}d}"[-len(digits) :]
        return "".join(n.translate(_THAI) if old in "๐๑๒๓๔๕๖๗๘๙" else n for n, old in zip(new, digits, strict=True))

    def full(hit: re.Match[str]) -> str:
        if hit[2]:
            return moved(hit[2])
        return hit[0][: hit.start(1) - hit.start()] + moved(hit[1])

    text = _RANGE_END.sub(lambda hit: hit[1] + moved(hit[2]), text)
    text = _FULL.sub(full, text)
    text = _SHORT.sub(lambda hit: hit[1] + moved(hit[2]), text)
    return _SLASHED.sub(lambda hit: hit[1] + moved(hit[2]), text)


def year_changed(base: Base) -> Iterator[Mutant]:
    """The same documents of other years: two earlier, one later (rules in force: later only)."""
    kind = base.item.year_rule.kind
    if kind in ("current_no_year", "unverified"):
        return
    steps = {"in_force_in_fy": (12,), "validity_covers_fy": (-7, 6)}.get(kind, (-2, 2))
    for step in steps:
        mine = {id(f) for f in base.fetches}

        def move(text: str, step: int = step) -> str:
            return shifted(text, step)

        changed = _each(base, lambda text, move=move: reworded(text, move))
        fetches = [
            replace(reworded_fetch(f, move), url=move(f.url), final_url=move(f.final_url)) if id(f) in mine else f
            for f in base.evidence.fetches
        ]
        if any(dates.find(t.text) for t in base.documents.values()):
            made = base.changed(changed, fetches)
            yield _mutant("year changed", base, f"{step:+d}", made, YEAR)


# ---------------------------------------------------------------- tables and months


def tables_emptied(base: Base) -> Iterator[Mutant]:
    """Nothing but headings left in the tables that carry an element."""
    kinds = {e.id: e.kind for e in base.item.required_elements}
    carried = [
        q
        for e in base.result.elements
        if kinds.get(e.id) in ("column", "figures", "complaint_statistics")
        for q in e.finding.quotes
    ]
    tabled = {sha for q in carried if (sha := q.sha256) in base.documents and base.documents[sha].tables}
    if (
        not tabled
        or not carried
        or all(not _in_table(base.documents[q.sha256], q) for q in carried if q.sha256 in tabled)
    ):
        return
    changed = _each(base, with_empty_tables)
    if changed:
        yield _mutant("table emptied", base, "", base.changed(changed), MISSING | PERIOD)


def _in_table(document: DocumentText, quote: object) -> bool:
    cells = {cell.text.strip() for table in document.tables for row in table.rows for cell in row if cell.text.strip()}
    return quote.text.strip() in cells  # type: ignore[attr-defined]


_D = "[0-9๐-๙]"
_MARCH = re.compile(rf"(?:{_D}{{1,2}}\s*)?(?:มีนาคม|มี\s?\.\s?ค\s?\.?)|(?i:march|\bmar\b)")
_JANUARY = re.compile(r"มกราคม|ม\s?\.\s?ค\s?\.?(?=[\s0-9๐-๙])|(?i:january|\bjan\b)")
_HALF = re.compile(r"(?:6|๖|หก)(\s*เดือน)(?:แรก)?")
_QUARTERS = re.compile(rf"ไตรมาส(ที่)?\s*(?:1|๑)?\s*(?:[-–และถึง,\s]*)\s*(?:2|๒)(?!{_D})")


def months_dropped(base: Base) -> Iterator[Mutant]:
    """A month of the first half is not told of: the last one, or (month by month) January."""
    if base.item.year_rule.kind != "covers_first_6_months" or not base.evidence.agency.year_basis.is_fiscal:
        return
    text = " ".join([*(t.text for t in base.documents.values()), *(f.link_text for f in base.fetches)])
    named = any(m.kind in (dates.Kind.SPAN, dates.Kind.MONTH) for m in dates.find(text)) or _MARCH.search(text)

    def without_march(words: str) -> str:
        words = _QUARTERS.sub("ไตรมาสที่ 1", words)
        words = _MARCH.sub(lambda hit: "28 กุมภาพันธ์" if re.match(_D, hit[0]) else "กุมภาพันธ์", words)
        return words if named else _HALF.sub(r"3\1", words)

    made = _words(base, without_march, PERIOD)
    if made:
        yield _mutant("month dropped", base, "March", *made)
    if base.item.year_rule.granularity == ("monthly",):
        made = _words(base, lambda words: _JANUARY.sub("กุมภาพันธ์", words), PERIOD)
        if made:
            yield _mutant("month dropped", base, "January", *made)
        named_files = [f for f in base.fetches if re.search(r"ธันวาคม|ธ\.\s?ค\.", f.link_text)]
        if named_files:
            fetches = [f for f in base.evidence.fetches if f not in named_files]
            drop = lambda t: "\n".join(x for x in t.split("\n") if not re.search(r"ธันวาคม|ธ\.\s?ค\.", x))  # noqa: E731
            changed = _each(base, lambda t: reworded(t, drop))
            yield _mutant("month dropped", base, "December's file", base.changed(changed, fetches), PERIOD)


# ---------------------------------------------------------------- other documents

_MAY_SERVE = {
    frozenset(pair.split())
    for pair in (
        "annual_action_plan annual_budget_plan", "annual_action_plan_progress budget_progress",
        "annual_action_report budget_report", "budget_progress service_statistics",
        "annual_action_plan_progress service_statistics", "news public_participation", "news executive_participation",
        "news integrity_culture", "news hr_policy_actions", "news procurement_announcements",
        "questions_and_answers feedback_channel", "e_service questions_and_answers", "e_service feedback_channel",
        "e_service corruption_complaint_channel", "executive_participation integrity_culture",
        "executive_participation corruption_risk_actions", "executive_participation integrity_measures_actions",
        "executive_participation no_gift_policy", "integrity_culture corruption_risk_actions",
        "integrity_culture integrity_measures_actions", "integrity_culture hr_policy_actions",
        "hr_policy_actions hr_policy", "hr_policy hr_annual_report", "hr_policy_actions hr_annual_report",
        "corruption_risk_actions integrity_measures_actions", "news integrity_measures_actions",
        "operating_manual corruption_complaint_guideline", "service_manual corruption_complaint_guideline",
        "procurement_announcements procurement_plan", "procurement_announcements procurement_monthly_summary",
        "public_participation executive_participation", "laws powers_and_duties", "laws hr_rules",
        "corruption_risk_assessment corruption_risk_actions", "anti_corruption_progress anti_corruption_plan",
        "news corruption_risk_actions", "public_participation integrity_culture", "news social_network",
        "anti_corruption_plan corruption_risk_assessment", "anti_corruption_progress executive_participation",
        "anti_corruption_progress integrity_culture", "anti_corruption_report integrity_culture",
        "anti_corruption_progress integrity_measures_actions", "anti_corruption_report integrity_measures_actions",
        "public_participation strategic_plan", "annual_action_plan_progress annual_action_report",
    )
}  # fmt: skip
"""Pairs whose documents may lawfully serve each other, so that a swap proves nothing."""
_ANY_PAGE = frozenset({"social_network", "contact", "laws", "news"})
"""Items that nearly any page of a site may answer (a footer with the address, a link to Facebook, dated news)."""


def documents_swapped(base: Base, others: Sequence[Base]) -> Iterator[Mutant]:
    """The documents of another item given for this one, as they are and under a link that names this item."""
    if base.item.slug in _ANY_PAGE:
        return
    rng = random.Random(base.name)
    fitting = [
        o
        for o in others
        if o.item.slug != base.item.slug and frozenset({o.item.slug, base.item.slug}) not in _MAY_SERVE
    ]
    fitting = [o for o in fitting if o.item.slug not in _ANY_PAGE and not _shares(base, o)]
    fitting = [o for o in fitting if o.evidence.agency.type == base.evidence.agency.type] or fitting
    near = sorted(fitting, key=lambda o: abs(_number(o.item) - _number(base.item)))[:6]
    chosen = [*rng.sample(near, min(2, len(near))), *rng.sample(fitting, min(1, len(fitting)))]
    for place, other in enumerate(chosen):
        yield _mutant(
            "another item's document", base, f"← {other.name}", _answering(other, base.item, place == 1), SWAPPED
        )


def _shares(base: Base, other: Base) -> bool:
    """Whether the other item's pages hold this item too, or not all of them came."""
    if set(base.documents) & set(other.documents) or any(f.outcome != "ok" for f in other.fetches):
        return True
    item = base.evidence.evidence_for(base.item)
    titles = item.agency_evidence.titles
    codes = {titles.label(h) or titles.best(h, 0.8) for t in other.documents.values() for h in sections.headings(t)}
    return base.item.code in codes


def _number(item: Item) -> int:
    return int(item.code[1:])


def _answering(other: Base, item: Item, relabelled: bool) -> AgencyEvidence:
    """The evidence of `other` with its documents given as the answer to `item`."""
    fetches = []
    given = {f.url for f in other.fetches if f.purpose == "submitted"}
    for fetch in other.evidence.fetches:
        if other.item.code in fetch.items:
            renamed = item.title.th if relabelled and fetch.purpose == "linked" else fetch.link_text
            fetches.append(replace(fetch, items=(item.code,), link_text=renamed))
        elif item.code not in fetch.items:
            fetches.append(fetch)
    answers = [a for a in other.evidence.submission.answers if a.item not in (item.code,)]
    mine = replace(other.evidence.submission.by_item[other.item.code], item=item.code, urls=tuple(given))
    submission = replace(other.evidence.submission, answers=(*answers, mine))
    evidence = replace(other.evidence, submission=submission, fetches=tuple(fetches))
    evidence.__dict__["indexes"] = other.evidence.indexes
    evidence.__dict__["template"] = other.evidence.template
    return evidence


def other_agency(base: Base) -> Iterator[Mutant]:
    """The same files, of another body that is named in them wherever this one was."""
    if base.item.identity.get("any_body") or base.item.slug == "laws":
        return
    name = base.evidence.agency.name
    bare = re.sub(r"\s", "", name)
    theirs = "เทศบาลตำบลห้วยสะเดาวังหิน" if not base.evidence.is_local_government else "องค์การบริหารส่วนตำบลห้วยสะเดาวังหิน"
    proper = re.sub(r"^(?:องค์การบริหารส่วน(?:ตำบล|จังหวัด)|เทศบาล(?:นคร|เมือง|ตำบล)|จังหวัด|กรม|มหาวิทยาลัย)", "", name)
    files = {sha: t for sha, t in base.documents.items() if t.kind not in ("html", "image")}
    first = {sha for sha, t in files.items() if t.pages and bare in re.sub(r"\s", "", t.pages[0].text[:400])}
    if not first or len(first) != len(files):
        return

    def rename(text: str) -> str:
        text = re.sub(r"\s?".join(map(re.escape, name)), theirs, text)
        text = re.sub(rf"(?:อบต|อบจ|ทต|ทม|ทน)\s?\.\s?{re.escape(proper)}", "อบต.ห้วยสะเดาวังหิน", text)
        return text.replace(proper, "ห้วยสะเดาวังหิน") if len(proper) >= 5 else text

    changed: dict[str, DocumentText | None] = {sha: reworded(t, rename) for sha, t in files.items()}
    yield _mutant(
        "another agency's document",
        base,
        "",
        base.changed(changed),
        frozenset({Reason.OTHER_AGENCY, Reason.NOT_CURRENT_HEAD}),
    )
