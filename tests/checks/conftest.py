"""An agency built line by line for tests of the checks, read by the real readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import settings

from checks import combine
from checks.context import AgencyEvidence, ItemEvidence, Source
from checks.run import judge_one
from evidence.records import Fetch
from evidence.text import ReadOptions, extract
from evidence.text.document import DocumentText
from oit.criteria import load
from oit.findings import Finding, ItemResult
from oit.fiscal_year import FISCAL
from oit.model import Agency, Answer, Element, Framework, Item, Submission, Text, YearBasis

settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")

HOME = "https://www.tonmai.go.th/"
HTML = "text/html; charset=utf-8"


@dataclass
class Built:
    """One agency: what it answered and what was fetched. `judge` and `find` ask the real checks."""

    framework: Framework
    name: str = "องค์การบริหารส่วนตำบลต้นไม้"
    type: str = "subdistrict_administrative_organisation"
    as_of: date = date(2022, 5, 10)
    year_basis: YearBasis = FISCAL
    homepage: str = HOME
    answers: dict[str, Answer] = field(default_factory=dict)
    fetches: list[Fetch] = field(default_factory=list)
    texts: dict[str, DocumentText] = field(default_factory=dict)
    down_after_notice: frozenset[str] = frozenset()

    def item(self, slug: str) -> Item:
        return self.framework.by_slug[slug]

    def answer(
        self, slug: str, *urls: str, explanation: str = "หน้าหลัก > เมนู", disclosed: bool = True, reason: str = ""
    ) -> Built:
        code = self.item(slug).code
        self.answers[code] = Answer(code, disclosed, urls, explanation, reason)
        return self

    def page(self, slug: str, body: str, *, url: str = HOME + "page", title: str = "", **row: Any) -> Built:
        """A web page fetched for an item; `row` are fields of the fetch."""
        text = f"<html><head><title>{title}</title></head><body><main>{body}</main></body></html>"
        return self.document(slug, text.encode(), url=url, content_type=HTML, **row)

    def document(self, slug: str, data: bytes, *, url: str, content_type: str, ocr: bool = False, **row: Any) -> Built:
        text = extract(data, content_type=content_type, url=url, options=ReadOptions(ocr=ocr))
        self.texts[text.sha256] = text
        return self._fetched(slug, url, "ok", sha256=text.sha256, content_type=content_type, **row)

    def failed(self, slug: str, outcome: str, *, url: str = HOME + "lost", **row: Any) -> Built:
        return self._fetched(slug, url, outcome, **row)

    def home(self, body: str = "<h1>ยินดีต้อนรับ</h1><p>เว็บไซต์ของหน่วยงาน</p>") -> Built:
        text = extract(
            f"<html><head><title>หน้าแรก</title></head><body>{body}</body></html>".encode(),
            content_type=HTML,
            url=self.homepage,
        )
        self.texts[text.sha256] = text
        self.fetches.append(self._fetch(self.homepage, "ok", "homepage", (), sha256=text.sha256))
        return self

    def _fetched(self, slug: str, url: str, outcome: str, purpose: str = "submitted", **row: Any) -> Built:
        code = self.item(slug).code
        known = self.answers.get(code)
        if purpose == "submitted" and (known is None or url not in known.urls):
            self.answers[code] = (
                replace(known, urls=(*known.urls, url)) if known else Answer(code, True, (url,), "หน้าหลัก > เมนู")
            )
        self.answers.setdefault(code, Answer(code, True, (), "หน้าหลัก > เมนู"))
        self.fetches.append(self._fetch(url, outcome, purpose, (code,), **row))
        return self

    def _fetch(self, url: str, outcome: str, purpose: str, items: Sequence[str], **row: Any) -> Fetch:
        return Fetch("run", "T1", url, outcome, purpose, final_url=url, items=tuple(items), **row)

    def evidence(self) -> AgencyEvidence:
        agency = Agency("T1", self.name, self.type, "สกลนคร", self.homepage, self.year_basis)
        submission = Submission(
            self.framework.year_be, agency, tuple(self.answers.values()), "นายก", "2022-04-28T10:00:00+07:00"
        )
        return AgencyEvidence(
            submission, self.framework, self.as_of, tuple(self.fetches), self.texts, self.down_after_notice
        )

    def item_evidence(self, slug: str) -> ItemEvidence:
        return self.evidence().evidence_for(self.item(slug))

    def source(self, slug: str) -> Source:
        """The first source of an item."""
        return self.item_evidence(slug).sources[0]

    def judge(self, slug: str) -> ItemResult:
        return judge_one(self.evidence(), self.item(slug))

    def element(self, slug: str, element_id: str) -> Finding:
        """What one element of an item finds in the item's sources."""
        element = next(element for element in self.item(slug).elements if element.id == element_id)
        return combine.find(element, self.item_evidence(slug))

    def find(self, slug: str, kind: str, params: Mapping[str, Any], *, confidence: str = "high") -> Finding:
        """What a kind with these params finds in an item's sources."""
        element = Element("tried", Text("ลอง", "tried"), "required", kind, params, confidence)
        return combine.find(element, self.item_evidence(slug))


@pytest.fixture(scope="session")
def framework() -> Framework:
    return load(2565)


@pytest.fixture
def agency(framework: Framework) -> Built:
    """An invented subdistrict organisation that has answered nothing yet."""
    return Built(framework)


@pytest.fixture
def built(framework: Framework) -> type[Built]:
    """The builder itself, for tests that need several agencies: `built(framework)`."""
    return Built
