"""All that a check may see: an agency's answers, what was fetched for them and what it says. No clock, no network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from urllib.parse import unquote

from checks.scope import Layout, Scope, template_blocks
from checks.trace import Aside, Trace
from evidence.records import Fetch
from evidence.text import sections
from evidence.text.document import Block, DocumentText, Form, PageText, Table
from evidence.text.matching import DocumentIndex, Match
from evidence.text.titles import TitleMatcher
from oit.fiscal_year import FiscalYear
from oit.model import Agency, Answer, Element, Framework, Item, Submission

_INTERACTIVE = re.compile(r"map|form|chat|plugins/page|calendar", re.IGNORECASE)
_NONE = re.compile(r"ไม่มี(?:การ|เรื่อง|ราย|ผู้|ข้อร้อง)|ไม่ได้(?:ดำเนินการ|จัดซื้อ|จัดจ้าง)|ไม่ปรากฏ")
"""A statement of none is short and still says something."""
_FURNITURE = re.compile(r"โทร|Copyright|©|สงวนลิขสิทธิ์|e-?mail|แชร์|Share|คุกกี้|cookie|ผู้เข้าชม", re.IGNORECASE)
EVIDENCE_PURPOSES = ("submitted", "linked", "frame", "image", "step")


@dataclass(frozen=True)
class AgencyEvidence:
    """One agency's submission with its fetches and the texts of what came, by sha256.

    Where answers to one year's form are judged by another's: `answered_form` is the year of the form that was answered,
    `not_asked` the codes of items that it did not have, `answered_as` the codes under which each item was answered.

    `as_of` is "today" for every rule that asks for it. `down_after_notice`: hosts that were recorded as told to mend
    their site and stayed down beyond the days allowed.
    """

    submission: Submission
    framework: Framework
    as_of: date
    fetches: tuple[Fetch, ...]
    texts: Mapping[str, DocumentText]
    down_after_notice: frozenset[str] = frozenset()
    not_asked: frozenset[str] = frozenset()
    answered_form: int | None = None
    answered_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def agency(self) -> Agency:
        return self.submission.agency

    @cached_property
    def year(self) -> FiscalYear:
        """The assessed working year of this agency."""
        return FiscalYear(self.framework.year_be, self.agency.year_basis)

    @cached_property
    def is_local_government(self) -> bool:
        known = self.framework.agency_types.get(self.agency.type)
        return bool(known and known.is_local_government)

    @cached_property
    def titles(self) -> TitleMatcher:
        return TitleMatcher.of(self.framework)

    @cached_property
    def indexes(self) -> dict[str, DocumentIndex]:
        return {sha256: DocumentIndex(text) for sha256, text in self.texts.items()}

    @cached_property
    def template(self) -> frozenset[str]:
        """Skeletons of the blocks that the site repeats on its pages (menus, boxes, footers)."""
        pages = {fetch.sha256 for fetch in self.fetches if fetch.sha256 in self.texts}
        return template_blocks([self.texts[sha] for sha in sorted(pages) if self.texts[sha].kind == "html"])

    def layout(self, document: DocumentText, index: DocumentIndex) -> Layout:
        """The layout of a document, found once for all items."""
        if document.sha256 not in self._layouts:
            vocabulary = self.framework.vocabulary
            self._layouts[document.sha256] = Layout.of(document, self.titles, self.template, vocabulary, index)
        return self._layouts[document.sha256]

    @cached_property
    def _layouts(self) -> dict[str, Layout]:
        return {}

    @cached_property
    def homepage(self) -> Fetch | None:
        """The fetch of the home page that brought content, if any."""
        return next((f for f in self.fetches if f.purpose == "homepage" and f.outcome == "ok"), None)

    def evidence_for(self, item: Item) -> ItemEvidence:
        """What there is to judge one item by."""
        if item.code not in self._evidence:
            self._evidence[item.code] = ItemEvidence(self, item, self.submission.by_item.get(item.code))
        return self._evidence[item.code]

    @cached_property
    def _evidence(self) -> dict[str, ItemEvidence]:
        return {}

    @cached_property
    def _titles_by_url(self) -> dict[str, str]:
        titles = {}
        for fetch in self.fetches:
            text = self.texts.get(fetch.sha256)
            if text is not None and text.kind == "html":
                titles[fetch.url] = titles[fetch.final_url] = text.title
        return titles

    @cached_property
    def _pages_by_url(self) -> dict[str, DocumentText]:
        pages = {}
        for fetch in self.fetches:
            text = self.texts.get(fetch.sha256)
            if text is not None and text.kind == "html":
                pages[fetch.url] = pages[fetch.final_url] = text
        return pages

    def page(self, url: str) -> DocumentText | None:
        """The text of a fetched page by its address."""
        return self._pages_by_url.get(url) if url else None

    def item_named(self, text: str) -> str | None:
        """The item a label names, by its code or else by its words."""
        return self.titles.label(text) or self.titles.best(text, 0.8)

    def items_of_headings(self, document: DocumentText) -> frozenset[str]:
        """The items that the headings of a page name."""
        if document.sha256 not in self._headed:
            named = {self.item_named(heading) for heading in sections.headings(document)}
            self._headed[document.sha256] = frozenset(code for code in named if code)
        return self._headed[document.sha256]

    @cached_property
    def _headed(self) -> dict[str, frozenset[str]]:
        return {}

    def title_of(self, url: str) -> str:
        """The title of a fetched page, empty where there is none."""
        return self._titles_by_url.get(url, "") if url else ""

    @cached_property
    def by_item(self) -> dict[str, list[Fetch]]:
        """Fetches by the code of the item they are evidence for, in the order they were made."""
        found: dict[str, list[Fetch]] = {}
        for fetch in self.fetches:
            for code in fetch.items:
                found.setdefault(code, []).append(fetch)
        return found


@dataclass(frozen=True, eq=False)
class Source:
    """One readable document as evidence for one item, and the part of it that speaks for that item."""

    fetch: Fetch
    document: DocumentText
    index: DocumentIndex
    scope: Scope
    is_home: bool = False
    parent_title: str = ""

    @property
    def url(self) -> str:
        return self.fetch.final_url or self.fetch.url

    @property
    def is_page(self) -> bool:
        return self.document.kind == "html"

    def find(self, terms: Sequence[str], not_inside: Sequence[str] = (), *, slips: bool = True) -> list[Match]:
        """Matches in the part of the document that counts."""
        hits = self.index.find(terms, not_inside, slips=slips)
        return [match for match in hits if self.scope.holds(match.page, match.block)]

    def blocks(self) -> list[tuple[PageText, int, Block]]:
        """The blocks that count, in order."""
        return [
            (page, number, block)
            for page in self.document.pages
            for number, block in enumerate(page.blocks)
            if self.scope.holds(page.number, number)
        ]

    def block(self, match: Match) -> Block | None:
        return self.index.block_of(match)

    def page(self, number: int) -> PageText:
        return self.index.page(number).page

    @cached_property
    def text(self) -> str:
        """The text of the blocks that count, one per line."""
        return "\n".join(page.text[block.start : block.end] for page, _, block in self.blocks())

    @cached_property
    def is_way(self) -> bool:
        """Whether a page is only the way to the evidence: a title and links, with next to no words of its own."""
        if not self.is_page or any(self._writes(form) for form in self.document.forms):
            return False
        frames = [frame for frame in self.document.frames if frame.area == "main" and _INTERACTIVE.search(frame.url)]
        if frames and not self.scope.is_section:
            return False
        own = sum(
            len(page.text[block.start : block.end].strip())
            for page, _, block in self.blocks()
            if block.kind not in ("link", "title", "heading", "button", "label")
            and not _FURNITURE.search(page.text[block.start : block.end])
        )
        if _NONE.search(self.text):
            return False
        return own < 60 and not any(
            block.table >= 0 and block.kind == "table_cell" and block.column > 0 and own > 30
            for _, _, block in self.blocks()
        )

    def _writes(self, form: Form) -> bool:
        """Whether a form in the part that counts takes more than a search word."""
        if form.area != "main" or all(field.type == "search" for field in form.fields) or len(form.fields) <= 1:
            return False
        page = self.document.pages[0] if self.document.pages else None
        if form.start < 0 or page is None:
            return not self.scope.is_section
        return self.scope.holds(page.number, self.index.pages[0].block_at(form.start))

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tables that count: all of a file's, those of a page's own part."""
        if not self.is_page:
            return self.document.tables
        numbers = {block.table for _, _, block in self.blocks() if block.table >= 0}
        return tuple(self.document.tables[number] for number in sorted(numbers) if number < len(self.document.tables))

    @cached_property
    def is_unread(self) -> bool:
        """Whether most pages could not be read, so that nothing may be said of what is missing."""
        pages = self.document.pages
        return bool(pages) and sum(bool(page.trouble) for page in pages) * 2 >= len(pages)

    @cached_property
    def has_unread_pages(self) -> bool:
        return any(page.trouble for page in self.document.pages)


@dataclass(frozen=True, eq=False)
class ItemEvidence:
    """The evidence of one item: the answer, the sources fetched for it and the agency around it.

    `trace`: where judging tells what it looked at, if anybody asked.
    """

    agency_evidence: AgencyEvidence
    item: Item
    answer: Answer | None
    sources_override: tuple[Source, ...] | None = field(default=None)
    trace: Trace | None = field(default=None)

    @property
    def agency(self) -> Agency:
        return self.agency_evidence.agency

    @property
    def framework(self) -> Framework:
        return self.agency_evidence.framework

    @property
    def year(self) -> FiscalYear:
        return self.agency_evidence.year

    @property
    def as_of(self) -> date:
        return self.agency_evidence.as_of

    @property
    def is_local_government(self) -> bool:
        return self.agency_evidence.is_local_government

    @cached_property
    def fetches(self) -> list[Fetch]:
        return self.agency_evidence.by_item.get(self.item.code, [])

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Readable documents fetched for the item, each once, submitted ones first."""
        if self.sources_override is not None:
            return self.sources_override
        seen: set[str] = set()
        found: list[Source] = []
        for fetch in sorted(
            self.fetches, key=lambda f: EVIDENCE_PURPOSES.index(f.purpose) if f.purpose in EVIDENCE_PURPOSES else 9
        ):
            text = self.agency_evidence.texts.get(fetch.sha256)
            shown = fetch.outcome == "ok" or (
                fetch.outcome == "login_required" and fetch.http_status == 200 and self._login_counts
            )
            if fetch.purpose not in EVIDENCE_PURPOSES or not shown or text is None or text.outcome != "ok":
                continue
            if fetch.sha256 in seen:
                continue
            if self._of_another_section(fetch):
                if self.trace:
                    self.trace.skipped(fetch, Aside.ANOTHER_SECTION)
                continue
            seen.add(fetch.sha256)
            found.append(self.source(fetch, text))
        return tuple(found)

    def _of_another_section(self, fetch: Fetch) -> bool:
        """Whether a document hangs under the heading of another item on a page that several items share."""
        parent = self.agency_evidence.page(fetch.parent) if fetch.purpose in ("linked", "frame", "image") else None
        if parent is None or not parent.pages:
            return False
        codes = self.agency_evidence.items_of_headings(parent)
        if self.item.code not in codes or len(codes) < 3:
            return False
        heading = _heading_of(parent, fetch)
        named = self.agency_evidence.item_named(heading) if heading else None
        return named is not None and named != self.item.code

    @property
    def _login_counts(self) -> bool:
        """Whether a login may be the evidence itself: the door of an online service."""
        return any(element.params.get("login_ok") for element in self.item.elements)

    def source(self, fetch: Fetch, text: DocumentText) -> Source:
        """A document as evidence for this item, cut to the part that speaks for it."""
        around = self.agency_evidence
        home = around.homepage
        is_home = bool(home and home.sha256 == fetch.sha256)
        index = around.indexes.get(fetch.sha256) or DocumentIndex(text)
        scope = Scope.of(around.layout(text, index), self.item)
        return Source(fetch, text, index, scope, is_home, around.title_of(fetch.parent))

    def with_sources(self, sources: Sequence[Source]) -> ItemEvidence:
        """The same question asked of other sources."""
        return ItemEvidence(self.agency_evidence, self.item, self.answer, tuple(sources), self.trace)

    def part(self, item: Item) -> ItemEvidence:
        """The same sources for one part of the item (`Item.parts`)."""
        if item is self.item:
            return self
        return ItemEvidence(self.agency_evidence, item, self.answer, self.sources, self.trace)

    def other(self, slug: str) -> ItemEvidence | None:
        """The evidence of another item of the same form, by slug."""
        item = self.framework.by_slug.get(slug)
        return self.agency_evidence.evidence_for(item) if item else None

    def terms(self, name: str) -> tuple[str, ...]:
        """A shared term list of the framework."""
        return tuple(self.framework.vocabulary.get(name, ()))

    def element(self, element_id: str) -> Element | None:
        return next((element for element in self.item.elements if element.id == element_id), None)


def _heading_of(page: DocumentText, fetch: Fetch) -> str:
    """The heading on `page` under which the link, frame or picture stands that a fetch came from; empty if not found."""
    ends = (fetch.url.rsplit("/", 1)[-1], fetch.final_url.rsplit("/", 1)[-1])
    for link in page.links:
        if link.url in (fetch.url, fetch.final_url):
            return link.heading
    for frame in page.frames:
        if frame.url in (fetch.url, fetch.final_url) or any(
            end and unquote(frame.url).endswith(unquote(end)) for end in ends
        ):
            return frame.heading
    for image in page.images:
        if image.url in (fetch.url, fetch.final_url) and image.start >= 0 and page.pages:
            return sections.heading_at(page.pages[0], image.start)
    return ""
