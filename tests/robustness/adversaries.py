"""Pages made to pass without holding anything: stuffed with keywords, hidden, pasted from the criteria, empty, the same for all.

They know the rules: the words come from the criteria themselves, the hidden and alternative texts from right answers.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bases import Base
from bs4 import BeautifulSoup

from checks.context import AgencyEvidence
from evidence.records import Fetch
from evidence.text import ReadOptions, extract
from oit.findings import Outcome
from oit.model import Agency, Answer, Element, Framework, Item, Submission

HOME = "https://www.nongpla.go.th/"
KINDS = (
    "keyword-stuffed page", "headings without content", "criteria with the year", "empty table with headings",
    "same page for every item", "hidden text", "alternative text",
)  # fmt: skip
_PERIOD = "ปีงบประมาณ พ.ศ. 2565 (1 ตุลาคม 2564 - 31 มีนาคม 2565)"
_HIDINGS = (
    'style="display:none"', "hidden", 'style="visibility:hidden"', 'style="font-size:0"',
    'style="position:absolute;left:-9999px"', 'style="opacity:0"', 'style="color:#fff;background:#fff"',
)  # fmt: skip
_LONGEST = 6000


@dataclass(frozen=True)
class Attempt:
    """A page that tries to pass as one item: how, its name, the evidence it makes."""

    kind: str
    name: str
    evidence: AgencyEvidence
    item: Item


def of_item(framework: Framework, item: Item) -> Iterator[Attempt]:
    """The pages that can be made for any item from its criteria alone."""
    words = _words(item)
    title = html.escape(item.title.th)
    year = _PERIOD if item.year_rule.fy_offset != -1 else "ปีงบประมาณ พ.ศ. 2564"
    stuffed = f"<h1>{title}</h1><p>{year}</p><p>{', '.join(words)}</p>"
    yield _attempt("keyword-stuffed page", framework, item, stuffed)
    yield _attempt(
        "headings without content",
        framework,
        item,
        f"<h1>{title} {year}</h1>" + "".join(f"<h3>{w}</h3>" for w in words[:40]),
    )
    asked = " ".join(html.escape(e.text.th) for e in item.required_elements)
    listed = "".join(f"<li>{html.escape(e.text.th)}</li>" for e in item.required_elements)
    criteria = f"<h1>{item.code} {title} ปี 2565</h1><p>แสดง{asked} อย่างน้อยประกอบด้วย</p><ul>{listed}</ul><p>{html.escape(item.year_rule.text.th)} พ.ศ. 2565</p>"
    yield _attempt("criteria with the year", framework, item, criteria)
    heads = "".join(f"<th>{_words_of(e)[0]}</th>" for e in item.required_elements if _words_of(e)) or "<th>รายการ</th>"
    blank = "<tr>" + "<td></td>" * heads.count("<th>") + "</tr>"
    table = f"<h1>{title} {year}</h1><table><thead><tr><th>ที่</th>{heads}</tr></thead><tbody>{blank.replace('<tr>', '<tr><td>1</td>') * 3}</tbody></table>"
    yield _attempt("empty table with headings", framework, item, table)
    every = "".join(
        f"<h2>{other.code} {html.escape(other.title.th)}</h2><p>ดำเนินการเรียบร้อยแล้ว ประจำปีงบประมาณ พ.ศ. 2565</p>"
        for other in framework.items
    )
    yield _attempt("same page for every item", framework, item, f"<h1>ITA 2565</h1>{every}")


def of_base(base: Base, number: int) -> Iterator[Attempt]:
    """Pages that hide a right answer from the eye, or put it where only a program reads: one way of hiding each."""
    text = " ".join(t.text for t in base.documents.values())[:_LONGEST]
    title = html.escape(base.item.title.th)
    year = html.escape(_PERIOD)
    framework = base.evidence.framework
    hiding = _HIDINGS[number % len(_HIDINGS)]
    inner = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))
    page = f"<h1>{title}</h1><p>อยู่ระหว่างปรับปรุงข้อมูล</p><div {hiding}>{inner}</div>"
    yield _attempt("hidden text", framework, base.item, page, base)
    picture = f'<h1>{title}</h1><p>{year}</p><img src="a.png" width="600" height="400" alt="{html.escape(text)}">'
    yield _attempt("alternative text", framework, base.item, picture, base)


def passes(attempt: Attempt) -> bool:
    """Whether the checks fall for it."""
    from checks import combine

    return str(combine.judge_item(attempt.evidence.evidence_for(attempt.item)).verdict) == "met"


def _attempt(kind: str, framework: Framework, item: Item, body: str, base: Base | None = None) -> Attempt:
    agency = (
        base.evidence.agency
        if base
        else Agency("T1", "องค์การบริหารส่วนตำบลหนองปลา", "subdistrict_administrative_organisation", "สกลนคร", HOME)
    )
    home = agency.homepage
    url = home.rstrip("/") + "/oit/page"
    name = base.name if base else item.slug
    start = _read("<h1>ยินดีต้อนรับ</h1><p>เว็บไซต์ของหน่วยงาน</p>", home, "หน้าแรก")
    page = _read(body, url, agency.name)
    fetches = (
        Fetch("run", agency.code, home, Outcome.OK, "homepage", final_url=home, sha256=start.sha256),
        Fetch("run", agency.code, url, Outcome.OK, "submitted", final_url=url, items=(item.code,), sha256=page.sha256),
    )
    others: tuple[Fetch, ...] = ()
    texts = {start.sha256: start, page.sha256: page}
    answers = [Answer(item.code, True, (url,), "หน้าหลัก > OIT")]
    if base is not None:
        others = tuple(
            f for f in base.evidence.fetches if f.items and item.code not in f.items and f.sha256 in base.evidence.texts
        )
        texts |= {f.sha256: base.evidence.texts[f.sha256] for f in others}
        answers += [a for a in base.evidence.submission.answers if a.item != item.code]
    submission = Submission(framework.year_be, agency, tuple(answers), "นายก", "2022-04-28T10:00:00+07:00")
    evidence = AgencyEvidence(submission, framework, date(2022, 5, 10), (*fetches, *others), texts)
    return Attempt(kind, name, evidence, item)


def _read(body: str, url: str, title: str):
    page = f"<html><head><title>{html.escape(title)}</title></head><body><main>{body}</main></body></html>"
    return extract(page.encode(), content_type="text/html; charset=utf-8", url=url, options=ReadOptions(ocr=False))


def _words(item: Item) -> list[str]:
    """Every word the criteria look for, as an author who read them would paste it."""
    return list(dict.fromkeys(html.escape(w) for e in item.required_elements for w in (*_words_of(e), e.text.th)))


def _words_of(element: Element) -> list[str]:
    found: list[str] = []
    for value in element.params.values():
        if isinstance(value, tuple | list):
            for part in value:
                found += [part] if isinstance(part, str) else list(part)
    return [BeautifulSoup(word, "lxml").get_text() for word in found]
