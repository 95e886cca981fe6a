"""Whose document is this: how well a source's own titles, and the words that led to it, name the item or another one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from checks.context import ItemEvidence, Source
from evidence.text import sections
from evidence.text.document import BUTTON, HEADING, LINK, PARAGRAPH, TITLE, DocumentText, PageText
from evidence.text.matching import contains, skeleton
from evidence.text.titles import TitleMatcher

_SEPARATORS = re.compile(r"\s+[|–—:»›>•·-]+\s+|\s*\|\s*")
_NUMBERING = re.compile(r"^\s*(?:[0-9๐-๙]+[.)]\s*)+")
_TOP, _TOP_LINES, _LONG = 1200, 12, 6000
_FIRST_LINE, _RIVAL = 140, 0.72
_DOCUMENT = re.compile(r"(?:สรุป)?(?:รายงาน|แผน|ข้อมูล|สถิติ|คู่มือ|ผลการ|ประกาศ|มาตรการ|แนว|นโยบาย|การวิเคราะห์)")
_MANY_CRITERIA = 8


@dataclass(frozen=True, slots=True)
class Name:
    """A text that names a document. `own`: the document says so itself; else a link, a row or a file name does."""

    text: str
    weight: float
    own: bool
    page: int = 0
    block: int = -1
    rivals: bool = True
    """Whether it may also name another item; the first line under a title may only confirm."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a source fits the item: by its own titles, by what led to it, and the best rival by its own titles."""

    own: float
    given: float
    rival: str
    rival_score: float
    name: Name | None
    others: tuple[str, ...] = ()

    @property
    def is_this(self) -> bool:
        """Whether the source's own titles say it is the item's document."""
        return self.own >= 0.7 and self.own >= self.rival_score - 0.1

    @property
    def is_another(self) -> bool:
        """Whether its own titles say that it is another item's document and not this one's."""
        return self.rival_score >= _RIVAL and self.own < min(0.7, self.rival_score - 0.12)

    @property
    def score(self) -> float:
        return max(self.own, self.given * (0.5 if self.is_another else 0.95))


def names(source: Source) -> Iterator[Name]:
    """The texts that name a source, strongest first."""
    document = source.document
    if source.is_page:
        yield from _page_names(source)
    else:
        yield from _document_names(document.pages[0] if document.pages else None, document.kind)
        if document.title:
            yield Name(document.title, 0.8 if document.kind != "pdf" else 0.95, True)
    fetch = source.fetch
    if fetch.link_text:
        yield Name(fetch.link_text, 0.95, False)
    if fetch.link_context and fetch.link_context != fetch.link_text:
        yield Name(fetch.link_context[:160], 0.8, False)
    last = PurePosixPath(unquote(urlsplit(source.url).path)).stem.replace("_", " ").replace("-", " ")
    if last:
        yield Name(last, 0.7, False)


def fit(source: Source, evidence: ItemEvidence) -> Fit:
    """The fit of a source to the item of `evidence`."""
    suits = fit_to(list(names(source)), evidence.item.code, evidence.agency_evidence.titles)
    if evidence.trace:
        evidence.trace.fitted(source, suits)
    return suits


def fit_to(texts: list[Name], code: str, titles: TitleMatcher) -> Fit:
    """The fit of a document with these names to item `code`."""
    own: dict[str, float] = {}
    given = 0.0
    best: Name | None = None
    confirmed: tuple[float, Name | None] = (0.0, None)
    for name in texts:
        for other, score in titles.rank(_NUMBERING.sub("", name.text)[:220]):
            weighted = score * name.weight
            if not name.rivals:
                if other == code and weighted > confirmed[0]:
                    confirmed = (weighted, name)
            elif name.own and weighted > own.get(other, 0.0):
                own[other] = weighted
                if other == code:
                    best = name
            elif not name.own and other == code:
                given = max(given, weighted)
                best = best or name
    mine = own.pop(code, 0.0)
    ranked = sorted(own.items(), key=lambda pair: -pair[1])
    rival, rival_score = ranked[0] if ranked else ("", 0.0)
    if confirmed[0] > mine and not _names_another_before(texts, confirmed[1], code, titles):
        mine, best = confirmed
        rival_score = min(rival_score, mine)
    return Fit(mine, given, rival, rival_score, best, tuple(other for other, score in ranked if score >= 0.7))


def _names_another_before(texts: list[Name], line: Name | None, code: str, titles: TitleMatcher) -> bool:
    """Whether a heading above a page's first line names another item than `code`."""
    above = [name for name in texts if line is not None and name.own and 0 <= name.block < line.block]
    ranked = [titles.rank(_NUMBERING.sub("", name.text)[:220])[:1] for name in above]
    return any(best and best[0][0] != code and best[0][1] >= _RIVAL for best in ranked)


def other_instrument(source: Source, evidence: ItemEvidence) -> str | None:
    """The words that show a document to belong to another assessment (MOIT, EB, police, schools), or None."""
    terms = evidence.terms("other_instruments")
    for name in names(source):
        if name.own and (found := contains(name.text, terms)):
            return found
    return None


def is_guide(source: Source, evidence: ItemEvidence) -> bool:
    """Whether a source tells how agencies are assessed: it names itself so, or repeats the criteria of many items."""
    titles = [skeleton(title) for title in evidence.terms("assessment_guides")]
    top = [*source.text[:_TOP].split("\n")[:_TOP_LINES], source.document.title]
    if any(skeleton(line).startswith(title) for line in top if len(line) <= 160 for title in titles):
        return True
    if source.scope.is_section or source.scope.is_hub or len(source.text) < _LONG:
        return False
    criteria = source.index.find(evidence.terms("criteria_sentences"), slips=False)
    return len({match.term for match in criteria}) >= _MANY_CRITERIA


def is_foreign_title(source: Source, evidence: ItemEvidence) -> bool:
    """Whether a source's own titles name another item's document, and nothing about it names this item."""
    suits = fit(source, evidence)
    rival = evidence.framework.by_code.get(suits.rival)
    if rival is not None and is_yearbook(source, evidence) and rival.year_rule.kind == evidence.item.year_rule.kind:
        return False
    written = rival is not None and any(word in rival.evidence_type for word in ("document", "report"))
    return written and suits.is_another and suits.own < 0.5 and suits.given < 0.6


def is_yearbook(source: Source, evidence: ItemEvidence) -> bool:
    """Whether a document is an annual report of everything, which may hold several items' reports."""
    top = [name.text for name in names(source) if name.own and name.weight >= 0.93][:6]
    return any(contains(text, evidence.terms("yearbook_titles")) for text in top)


def is_named(source: Source, evidence: ItemEvidence) -> bool:
    """Whether anything names the source as the item's: its titles, its link, its row or its file name."""
    return fit(source, evidence).score >= 0.45


def _page_names(source: Source) -> Iterator[Name]:
    page = source.document.pages[0]
    for number, block in enumerate(page.blocks):
        if block.kind in (TITLE, HEADING) and source.scope.holds(page.number, number):
            text = page.text[block.start : block.end].strip()
            if 2 < len(text) <= 220:
                yield Name(text, 1.0 if 0 < block.level <= 3 else 0.93, True, page.number, number)
    yield from _first_line(source, page)
    parts = [part for part in _SEPARATORS.split(source.document.title) if part]
    if not source.scope.is_section:
        for part in parts[:3]:
            yield Name(part, 0.92, True)
        crumb = source.document.metadata.get("breadcrumb", "")
        last = next((part for part in reversed(_SEPARATORS.split(crumb)) if part.strip()), "")
        if last:
            yield Name(last.strip(), 0.85, True)


def _first_line(source: Source, page: PageText) -> Iterator[Name]:
    """The first line under a page's title where it is short: reports put their full name there, the title being a menu's."""
    for number, block in enumerate(page.blocks):
        if block.kind in (TITLE, HEADING, LINK, BUTTON) or not source.scope.holds(page.number, number):
            continue
        line = page.text[block.start : block.end].split("\n")[0].strip()
        if block.kind == PARAGRAPH and 12 <= len(line) <= _FIRST_LINE and _DOCUMENT.match(line):
            yield Name(line, 0.9, True, page.number, number, rivals=False)
        return


def _document_names(page: PageText | None, kind: str) -> Iterator[Name]:
    """The first lines of a document, alone and joined, as a title may run over several lines."""
    if page is None:
        return
    lines: list[tuple[str, int]] = []
    for number, block in enumerate(page.blocks[:14]):
        for line in page.text[block.start : block.end].split("\n"):
            if line.strip() and (block.table < 0 or len(line.strip()) >= 25):
                lines.append((line.strip(), number))
        if len(lines) >= 10:
            break
    for place, (line, number) in enumerate(lines[:10]):
        weight = 1.0 if place < 5 else 0.85
        if len(line) <= 160:
            yield Name(line, weight, True, page.number, number)
        for width in (2, 3):
            joined = " ".join(text for text, _ in lines[place : place + width])
            if place + width <= len(lines) and place < 5 and len(joined) <= 220:
                yield Name(joined, weight, True, page.number, number)
    for number, block in enumerate(page.blocks):
        if block.kind in (TITLE, HEADING) and number >= 10 and block.end - block.start <= 200 and kind != "xlsx":
            yield Name(page.text[block.start : block.end].strip(), 0.8, True, page.number, number)


def may_be(document: DocumentText, evidence: ItemEvidence) -> bool:
    """Whether a title, heading or first line of a document could name the item: a cheap look before a thorough one."""
    page = document.pages[0] if document.pages else None
    lines = [document.title, *_SEPARATORS.split(document.title)]
    if page is not None and document.kind == "html":
        lines += sections.headings(document)
    elif page is not None:
        lines += page.text[:600].split("\n")[:10]
        lines += [" ".join(lines[at : at + 2]) for at in range(1, len(lines))]
    titles = evidence.agency_evidence.titles
    return any(
        titles.score(_NUMBERING.sub("", line)[:220], evidence.item.code) >= 0.65 for line in lines if len(line) > 3
    )
