"""Which time a source speaks of, by the strongest role a date plays in it, and whether that is the time the item asks for.

Titles and headings say more than link texts, these more than the running text; laws cited say nothing; file names and
addresses come last, since they lie (practice notes, section 9). Rules: ITA Manual 2022, column "องค์ประกอบด้านข้อมูล".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import unquote, urlsplit

from checks import quotes
from checks.context import ItemEvidence, Source
from evidence.text.dates import DateMention, Kind, Role, find
from evidence.text.document import CAPTION, HEADING, TABLE_HEADER, TITLE
from evidence.text.matching import contains
from oit.findings import Finding, Quote, Reason, Verdict, YearResult
from oit.fiscal_year import FiscalYear

Month = tuple[int, int]
NO_YEAR = frozenset({"current_no_year", "unverified"})
PERIOD_RULES = frozenset({"covers_first_6_months"})
_TITLE_WEIGHT, _LINK_WEIGHT = 1.0, 0.85
_STRONG = 0.8
_PERIOD_WEIGHT = 0.75
"""A period spelt out ("1 ต.ค. 64 – 31 มี.ค. 65") under a title or beside the name of its year or half."""
_OCR_TRUST = 0.85
"""Dates read from a picture of a page weigh less than dates of a text layer in the same document."""
_TOP_LINES = 7


@dataclass(frozen=True, slots=True)
class Dated:
    """A time named in or about a source, and how much it says about what the source is of (0–1)."""

    mention: DateMention
    weight: float
    where: str
    doubtful: bool = False
    page: int = 0
    quote: Quote | None = None

    @property
    def own(self) -> bool:
        return self.page > 0


@dataclass(frozen=True, slots=True)
class SourceYear:
    """What one source says of its time under the item's rule."""

    verdict: Verdict
    confidence: float
    reason: str = ""
    quotes: tuple[Quote, ...] = ()
    found_be: tuple[int, ...] = ()
    decided: tuple[Dated, ...] = ()
    """The times that decided it."""

    @property
    def wrong(self) -> bool:
        return self.verdict is Verdict.NOT_MET


def judge(evidence: ItemEvidence, sources: Sequence[Source]) -> YearResult:
    """The item's year finding over these sources: the best of them, or their months together where months are asked."""
    rule = evidence.item.year_rule
    if rule.kind in NO_YEAR:
        unverified = rule.kind == "unverified"
        verdict = Verdict.UNSURE if unverified else Verdict.MET
        reasons = (Reason.CRITERIA_UNVERIFIED.value,) if unverified else ()
        return YearResult(rule.kind, Finding(verdict, 0.5 if unverified else 1.0, reasons))
    if rule.kind in PERIOD_RULES:
        return _period(evidence, sources)
    years = [of_source(evidence, source) for source in sources]
    if not years:
        return YearResult(rule.kind, Finding(Verdict.UNSURE, 0.4, (Reason.YEAR_ABSENT.value,)))
    order = {Verdict.MET: 0, Verdict.UNSURE: 1, Verdict.NOT_MET: 2}
    best = min(years, key=lambda year: (order[year.verdict], year.reason == Reason.YEAR_ABSENT, -year.confidence))
    found = tuple(dict.fromkeys(be for year in years for be in year.found_be))
    reasons = (best.reason,) if best.reason else ()
    return YearResult(rule.kind, Finding(best.verdict, best.confidence, reasons, best.quotes), found)


def together(rule: str, parts: Sequence[YearResult]) -> YearResult:
    """The year of an item whose elements have different rules: as good as the worst of its parts."""
    order = {Verdict.NOT_MET: 0, Verdict.UNSURE: 1, Verdict.MET: 2}
    worst = min(parts, key=lambda part: order[part.finding.verdict])
    alike = [part for part in parts if part.finding.verdict is worst.finding.verdict]
    confident = max if worst.finding.verdict is Verdict.NOT_MET else min
    finding = Finding(
        worst.finding.verdict,
        confident(part.finding.confidence for part in alike),
        tuple(dict.fromkeys(reason for part in alike for reason in part.finding.reasons)),
        tuple(dict.fromkeys(quote for part in parts for quote in part.finding.quotes))[:8],
    )
    found = tuple(dict.fromkeys(be for part in parts for be in part.found_be))
    missing = tuple(dict.fromkeys(month for part in parts for month in part.months_missing))
    return YearResult(rule, finding, found, missing, tuple(parts))


def of_source(evidence: ItemEvidence, source: Source) -> SourceYear:
    """One source under the item's year rule. Sources of items without a year are always right."""
    rule = evidence.item.year_rule
    if rule.kind in NO_YEAR:
        return SourceYear(Verdict.MET, 1.0)
    dated = collect(source, evidence)
    target = evidence.year.offset(rule.fy_offset or 0)
    decide = _RULES[rule.kind]
    year = decide(dated, target, evidence, source)
    if year.verdict is not Verdict.MET and _rests_on_doubt(dated):
        year = replace(year, verdict=Verdict.UNSURE, reason=Reason.YEAR_DOUBTFUL.value, confidence=0.5)
    found = tuple(dict.fromkeys(be for item in dated if item.weight >= 0.3 for be in _years(item.mention)))
    year = replace(year, found_be=found[:8])
    if evidence.trace:
        evidence.trace.dated(source, dated, year)
    return year


def _rests_on_doubt(dated: Sequence[Dated]) -> bool:
    """Whether the strongest times named are ones the reader was not sure of; clear text beside a scan outweighs it."""
    doubtful = max((item.weight for item in dated if item.doubtful), default=0.0)
    clear = max((item.weight for item in dated if not item.doubtful and item.own), default=0.0)
    return doubtful > 0.3 and doubtful >= clear


def with_title(evidence: ItemEvidence, source: Source, year_be: int) -> SourceYear:
    """What the source would come to if that year (Buddhist Era) stood in its title: for explanations, never verdicts."""
    rule = evidence.item.year_rule
    if rule.kind in NO_YEAR:
        return SourceYear(Verdict.MET, 1.0)
    first = DateMention(Kind.FISCAL_YEAR, 0, 0, year_be)
    kept = [item for item in collect(source, evidence) if not (item.own and item.weight >= _TITLE_WEIGHT)]
    dated = [Dated(first, _TITLE_WEIGHT, "title", False, 1), *kept]
    return _RULES[rule.kind](dated, evidence.year.offset(rule.fy_offset or 0), evidence, source)


# ---------------------------------------------------------------- collecting


def collect(source: Source, evidence: ItemEvidence) -> list[Dated]:
    """Every time named in the source's own text and in what led to it, weighed by its role."""
    found = [*_own_dates(source, evidence), *_given_dates(source, evidence)]
    return sorted(found, key=lambda item: -item.weight)


def _own_dates(source: Source, evidence: ItemEvidence) -> Iterable[Dated]:
    lines_seen = 0
    labels = evidence.terms("assessment_labels")
    national = evidence.terms("national_plans")
    pending = evidence.terms("pending_words")
    counts_months = evidence.item.year_rule.kind in PERIOD_RULES
    links = [
        (link.start, link.start + len(link.text))
        for link in source.document.links
        if link.start >= 0 and source.is_page
    ]
    for page, _number, block in source.blocks():
        text = page.text[block.start : block.end]
        top = not source.is_page and page.number == 1 and lines_seen < _TOP_LINES and block.table < 0
        title = block.kind in (TITLE, HEADING) or top
        lines_seen += text.count("\n") + 1
        mentions = find(text)
        for mention in mentions:
            start, end = block.start + mention.start, block.start + mention.end
            line_start = text.rfind("\n", 0, mention.start) + 1
            before = text[max(line_start, mention.start - 70) : mention.start]
            weight = _weight(mention, title and page.number <= 2, block.kind, page.number)
            if (
                contains(before[-60:] + text[mention.start : mention.end], labels)
                and evidence.item.year_rule.kind != "prior_year_analysis"
            ):
                weight = min(weight, 0.3)
            if mention.kind is Kind.YEARS and contains(before, national):
                weight = 0.05
            if counts_months and any(a <= start < b for a, b in links):
                continue
            if counts_months and contains(text[mention.end : mention.end + 45].split("\n")[0], pending):
                continue
            if mention.kind is Kind.SPAN and mention.months >= 3 and block.table < 0 and page.number <= 3:
                beside = any(m.kind in (Kind.HALF, Kind.FISCAL_YEAR) for m in mentions)
                weight = max(weight, _PERIOD_WEIGHT) if beside else weight
            doubtful = any(a < end and start < b for a, b in page.doubtful)
            if page.reader == "tesseract":
                weight *= _OCR_TRUST * (0.8 if doubtful else 1.0)
            where = "title" if weight >= 0.95 else block.kind
            yield Dated(
                mention,
                weight,
                where,
                doubtful,
                page.number,
                quotes.of_span(source, page, start, end, block.start, block.end),
            )


def _weight(mention: DateMention, title: bool, kind: str, page: int) -> float:
    if mention.role is Role.LAW:
        return 0.0
    if mention.role is Role.UPDATED:
        return 0.35
    if mention.role is Role.SIGNED and mention.kind is Kind.DAY:
        return 0.7
    if title:
        return _TITLE_WEIGHT
    if mention.role is Role.PERIOD:
        return _PERIOD_WEIGHT if page <= 2 else 0.6
    return {TABLE_HEADER: 0.62, CAPTION: 0.62, HEADING: 0.7, TITLE: 0.7}.get(kind, 0.45 if page <= 3 else 0.3)


def _given_dates(source: Source, evidence: ItemEvidence) -> Iterable[Dated]:
    fetch = source.fetch
    labels = evidence.terms("assessment_labels")
    path = unquote(urlsplit(source.url).path)
    given = [(fetch.link_text, _LINK_WEIGHT, "link"), (fetch.link_context, 0.65, "row")]
    if source.is_page:
        given.append((source.document.title, 0.8, "page_title"))
    if source.parent_title and source.fetch.purpose != "submitted":
        given.append((source.parent_title, 0.6, "parent"))
    given.append((re.sub(r"[_+-]", " ", path.rsplit("/", 1)[-1]), 0.3, "file_name"))
    for text, weight, where in given:
        for mention in find(text or ""):
            before = (text or "")[max(0, mention.start - 60) : mention.end]
            label = contains(before, labels) and evidence.item.year_rule.kind != "prior_year_analysis"
            if mention.role is not Role.LAW:
                yield Dated(mention, min(weight, 0.3) if label else weight, where)


# ---------------------------------------------------------------- votes


def _years(mention: DateMention) -> tuple[int, ...]:
    return tuple(year for year in (mention.year_be, mention.year_to_be) if year)


def nominal_year(mention: DateMention, target: FiscalYear) -> int | None:
    """The working year a mention names: a stated year, or the year its months lie in; None for days and unclear ones."""
    if mention.kind in (Kind.FISCAL_YEAR, Kind.YEAR):
        return mention.year_be
    if mention.kind in (Kind.HALF, Kind.QUARTER):
        return mention.year_be
    if mention.kind is Kind.SPAN and mention.first and mention.last:
        first, last = target.naming(mention.first), target.naming(mention.last)
        return first if first == last else None
    return None


@dataclass(frozen=True, slots=True)
class _Votes:
    right: float
    wrong: float
    right_item: Dated | None
    wrong_item: Dated | None
    right_count: int
    wrong_count: int


def _votes(dated: Sequence[Dated], target: FiscalYear, *, floor: float = 0.0, own_only: bool = False) -> _Votes:
    right = [item for item in dated if nominal_year(item.mention, target) == target.year_be]
    wrong = [item for item in dated if nominal_year(item.mention, target) not in (None, target.year_be)]
    keep = [lambda item: item.weight > floor and (item.own or not own_only)]
    right = [item for item in right if keep[0](item)]
    wrong = [item for item in wrong if keep[0](item)]
    first_right = right[0] if right else None
    first_wrong = wrong[0] if wrong else None
    return _Votes(
        first_right.weight if first_right else 0.0,
        first_wrong.weight if first_wrong else 0.0,
        first_right,
        first_wrong,
        sum(item.weight >= 0.3 and item.own for item in right),
        sum(item.weight >= 0.3 and item.own for item in wrong),
    )


def _quote(*items: Dated | None) -> tuple[Quote, ...]:
    return tuple(item.quote for item in items if item is not None and item.quote is not None)


def _met(confidence: float, *items: Dated | None) -> SourceYear:
    return SourceYear(Verdict.MET, confidence, "", _quote(*items), (), _known(*items))


def _not(reason: Reason, confidence: float, *items: Dated | None) -> SourceYear:
    return SourceYear(Verdict.NOT_MET, confidence, reason.value, _quote(*items), (), _known(*items))


def _unsure(reason: Reason, *items: Dated | None) -> SourceYear:
    return SourceYear(Verdict.UNSURE, 0.5, reason.value, _quote(*items), (), _known(*items))


def _known(*items: Dated | None) -> tuple[Dated, ...]:
    return tuple(item for item in items if item is not None)


# ---------------------------------------------------------------- rules, one source at a time


def _named_year(dated: list[Dated], target: FiscalYear, evidence: ItemEvidence, source: Source) -> SourceYear:
    """A plan of the year or a report on the year: the year it is called by decides."""
    votes = _votes(dated, target)
    if votes.right >= _STRONG and votes.right >= votes.wrong - 0.16:
        clear = 0.96 if votes.wrong < _STRONG else 0.85
        return _met(clear, votes.right_item)
    if votes.wrong >= _STRONG:
        return _not(Reason.YEAR_WRONG, 0.93, votes.wrong_item)
    covering = [item for item in dated if item.weight >= _STRONG and _covers(item.mention, target)]
    if votes.right >= 0.4 and votes.right_count >= votes.wrong_count:
        return _met(0.85 if votes.right_count > 2 * votes.wrong_count else 0.72, votes.right_item)
    if votes.wrong >= 0.4 and votes.wrong_count > 2 * votes.right_count:
        return _not(Reason.YEAR_WRONG, 0.8, votes.wrong_item)
    if votes.right and votes.wrong and max(votes.right, votes.wrong) >= 0.4:
        return _unsure(Reason.YEAR_DOUBTFUL, votes.right_item, votes.wrong_item)
    span = [
        item
        for item in dated
        if item.mention.kind is Kind.SPAN and _inside(item.mention, target) and item.weight >= 0.4
    ]
    if span:
        return _met(0.8, span[0])
    if covering:
        return _unsure(Reason.YEAR_DOUBTFUL, covering[0])
    if votes.right >= 0.3 and not votes.wrong_count:
        return _unsure(
            Reason.YEAR_DOUBTFUL if votes.right_item and votes.right_item.own else Reason.YEAR_ABSENT, votes.right_item
        )
    if votes.wrong >= 0.3 and not votes.right_count:
        return _unsure(Reason.YEAR_DOUBTFUL, votes.wrong_item)
    return _unsure(Reason.YEAR_ABSENT)


def _occurs(dated: list[Dated], target: FiscalYear, evidence: ItemEvidence, source: Source) -> SourceYear:
    """Something that took place in the year: a title of the year, or dates of the event inside it."""
    votes = _votes(dated, target)
    days = [item for item in dated if item.mention.kind in (Kind.DAY, Kind.MONTH, Kind.SPAN) and item.weight >= 0.3]
    days = [item for item in days if item.mention.role is not Role.UPDATED] or days
    inside = [item for item in days if _inside(item.mention, target)]
    outside = [item for item in days if not _inside(item.mention, target)]
    if votes.right >= _STRONG and votes.right >= votes.wrong - 0.16:
        return _met(0.95, votes.right_item, *inside[:1])
    firm = [item for item in inside if item.weight >= 0.7]
    if votes.wrong >= _STRONG:
        named = votes.wrong_item.mention if votes.wrong_item else None
        if firm and named and named.kind is Kind.YEAR and _adjacent(named, target):
            return _met(0.75, firm[0])
        if inside and len(inside) >= len(outside):
            return _unsure(Reason.YEAR_DOUBTFUL, votes.wrong_item, inside[0])
        return _not(Reason.YEAR_WRONG, 0.92, votes.wrong_item)
    if firm:
        later_firm = [item for item in outside if item.weight >= 0.7]
        return _met(0.92 if not later_firm else 0.8, firm[0])
    if inside and (len(inside) * 3 >= len(outside) or len(inside) >= 4):
        return _met(0.85 if len(inside) >= len(outside) else 0.75, inside[0])
    if votes.right >= 0.4 and votes.right_count >= votes.wrong_count:
        return _met(0.78, votes.right_item)
    if inside:
        return _unsure(Reason.YEAR_DOUBTFUL, inside[0], *outside[:1])
    if outside and not votes.right:
        return _not(Reason.YEAR_WRONG, 0.85 if outside[0].weight >= 0.4 else 0.7, outside[0])
    if votes.wrong >= 0.4 and votes.right_count == 0:
        return _not(Reason.YEAR_WRONG, 0.8, votes.wrong_item)
    if votes.right >= 0.3:
        return _unsure(
            Reason.YEAR_DOUBTFUL if votes.right_item and votes.right_item.own else Reason.YEAR_ABSENT, votes.right_item
        )
    return _unsure(Reason.YEAR_ABSENT)


def _in_force(dated: list[Dated], target: FiscalYear, evidence: ItemEvidence, source: Source) -> SourceYear:
    """Something still in force in the year: it may be older, but not a plan of other years, nor issued after the year."""
    ranges = [item for item in dated if item.mention.kind is Kind.YEARS and item.weight >= 0.4]
    covering = [item for item in ranges if _covers(item.mention, target)]
    votes = _votes(dated, target)
    if covering:
        return _met(0.94, covering[0])
    if votes.right >= _STRONG:
        return _met(0.94, votes.right_item)
    if ranges and ranges[0].weight >= _STRONG:
        return _not(Reason.PLAN_EXPIRED, 0.92, ranges[0])
    one_year = [
        item
        for item in dated
        if item.weight >= _STRONG and item.mention.kind is Kind.FISCAL_YEAR and item.mention.year_be != target.year_be
    ]
    if one_year:
        return _not(Reason.YEAR_WRONG, 0.88, one_year[0])
    issued = [item for item in dated if item.weight >= 0.3 and item.mention.kind in (Kind.DAY, Kind.MONTH, Kind.YEAR)]
    before_end = [item for item in issued if not _after(item.mention, target)]
    if before_end:
        signed = next((item for item in before_end if item.mention.role is Role.SIGNED), before_end[0])
        return _met(0.88 if signed.mention.role is Role.SIGNED else 0.85, signed)
    if issued:
        return _not(Reason.YEAR_WRONG, 0.85, issued[0])
    if evidence.item.identity.get("undated_in_force") and not dated:
        return SourceYear(Verdict.MET, 0.85)
    laws = [mention for mention in find(source.text[:6000]) if mention.role is Role.LAW and mention.year_be]
    if any((mention.year_be or 9999) <= target.year_be for mention in laws):
        return SourceYear(Verdict.MET, 0.85)
    return _unsure(Reason.YEAR_ABSENT)


def _covers_year(dated: list[Dated], target: FiscalYear, evidence: ItemEvidence, source: Source) -> SourceYear:
    """A plan whose period contains the year."""
    ranges = [item for item in dated if item.mention.kind is Kind.YEARS]
    for floor in (_STRONG, 0.6, 0.4):
        level = [item for item in ranges if item.weight >= floor]
        covering = [item for item in level if _covers(item.mention, target)]
        if covering:
            return _met(0.95 if floor == _STRONG else 0.88, covering[0])
        if level:
            return _not(Reason.PLAN_EXPIRED, 0.93 if floor == _STRONG else 0.75, level[0])
        if floor == _STRONG:
            votes = _votes(dated, target)
            if votes.right >= _STRONG:
                return _met(0.92, votes.right_item)
            if votes.wrong >= _STRONG:
                late = (votes.wrong_item.mention.year_be or 0) > target.year_be if votes.wrong_item else False
                return _not(Reason.PLAN_EXPIRED if late else Reason.YEAR_WRONG, 0.85, votes.wrong_item)
    return _named_year(dated, target, evidence, source)


def _prior_analysis(dated: list[Dated], target: FiscalYear, evidence: ItemEvidence, source: Source) -> SourceYear:
    """An analysis of last year's result: the year that stands with the result decides, whatever the title's year is."""
    words = evidence.terms("assessment_result")
    measures = evidence.terms("measure_titles")
    near: dict[int, tuple[int, Quote]] = {}
    for page, _number, block in source.blocks():
        text = page.text[block.start : block.end]
        for mention in find(text):
            if mention.kind not in (Kind.FISCAL_YEAR, Kind.YEAR) or mention.role is Role.LAW or not mention.year_be:
                continue
            before = text[max(0, mention.start - 110) : mention.start]
            if contains(_after_last(before, measures), words):
                quote = quotes.of_span(
                    source, page, block.start + mention.start, block.start + mention.end, block.start, block.end
                )
                count, first = near.get(mention.year_be, (0, quote))
                near[mention.year_be] = (count + 1, first)
    if target.year_be in near:
        count, quote = near[target.year_be]
        rivals = max((n for year, (n, _) in near.items() if year > target.year_be), default=0)
        if rivals > 3 * count:
            return SourceYear(Verdict.UNSURE, 0.5, Reason.YEAR_DOUBTFUL.value, (quote,))
        return SourceYear(Verdict.MET, 0.92 if count > rivals else 0.86, "", (quote,))
    votes = _votes(dated, target)
    if votes.right >= _STRONG and not near:
        return _met(0.8, votes.right_item)
    assessed = evidence.year.year_be
    if near:
        year, (_, quote) = max(near.items(), key=lambda pair: pair[1][0])
        if year != assessed or len(near) == 1:
            return SourceYear(Verdict.NOT_MET, 0.85, Reason.YEAR_WRONG.value, (quote,))
    if votes.wrong >= 0.4:
        same = votes.wrong_item is not None and votes.wrong_item.mention.year_be == assessed
        return (
            _unsure(Reason.YEAR_DOUBTFUL, votes.wrong_item) if same else _not(Reason.YEAR_WRONG, 0.85, votes.wrong_item)
        )
    return _unsure(Reason.YEAR_ABSENT)


def _after_last(text: str, words: Sequence[str]) -> str:
    """What of a text stands after the last of the words; the whole text where none stands in it."""
    ends = [text.rfind(word) + len(word) for word in words if word in text]
    return text[max(ends) :] if ends else text


def _half_nominal(dated: list[Dated], target: FiscalYear, evidence: ItemEvidence, source: Source) -> SourceYear:
    """Whether a source may speak of the first half of the year at all; its months are counted over all sources."""
    votes = _votes(dated, target)
    spans = [item for item in dated if item.mention.kind in (Kind.SPAN, Kind.MONTH, Kind.DAY) and item.weight >= 0.4]
    inside = [item for item in spans if _overlaps(item.mention, target)]
    if votes.right >= _STRONG:
        return _met(0.93, votes.right_item)
    spelt = [d for d in dated if d.mention.kind is Kind.SPAN and d.mention.months >= 3 and d.weight >= _PERIOD_WEIGHT]
    if (
        spelt
        and not any(_overlaps(d.mention, target) for d in spelt)
        and all(d.mention.kind is Kind.DAY for d in inside)
    ):
        return _not(Reason.YEAR_WRONG, 0.9, spelt[0])
    if votes.wrong >= _STRONG:
        strong = [item for item in inside if item.weight >= 0.7 and item.mention.kind is not Kind.DAY]
        return _met(0.75, strong[0]) if strong else _not(Reason.YEAR_WRONG, 0.92, votes.wrong_item)
    if inside:
        return _met(0.85, inside[0])
    if votes.right >= 0.3 and votes.right_count >= votes.wrong_count:
        return _met(0.75, votes.right_item)
    if votes.wrong >= 0.4:
        return _not(Reason.YEAR_WRONG, 0.8, votes.wrong_item)
    if spans:
        return _not(Reason.YEAR_WRONG, 0.8, spans[0])
    return _unsure(Reason.YEAR_ABSENT)


_RULES = {
    "plan_for_fy": _named_year,
    "prior_year_report": _named_year,
    "occurs_in_fy": _occurs,
    "in_force_in_fy": _in_force,
    "validity_covers_fy": _covers_year,
    "prior_year_analysis": _prior_analysis,
    "covers_first_6_months": _half_nominal,
}


# ---------------------------------------------------------------- months


def _period(evidence: ItemEvidence, sources: Sequence[Source]) -> YearResult:
    """The first half of the year, month by month, over all sources of the right year together."""
    rule = evidence.item.year_rule
    target = evidence.year
    monthly = rule.granularity == ("monthly",)
    needed = target.required_months(rule.calendar_year_months)
    covered: dict[Month, Dated] = {}
    labels: dict[Month, Dated] = {}
    years = [(source, of_source(evidence, source)) for source in sources]
    for source, year in years:
        if year.verdict is not Verdict.NOT_MET:
            for month, item in months_of(source, evidence, monthly=monthly).items():
                (labels if item.mention.kind is Kind.HALF else covered).setdefault(month, item)
    # "Six months" in a heading is a name; where months are spelt out somewhere, they tell what is really covered.
    covered = covered or labels
    found = tuple(dict.fromkeys(be for _, year in years for be in year.found_be))
    missing = tuple(month for month in needed if month not in covered)
    named = tuple(f"{year}-{month:02d}" for year, month in missing)
    shown = tuple(dict.fromkeys(q for month in needed if month in covered for q in _quote(covered[month])))[:8]
    if _month_of(evidence.as_of) <= needed[-1]:
        reasons: tuple[str, ...] = (Reason.PERIOD_NOT_OVER.value,)
        return YearResult(rule.kind, Finding(Verdict.UNSURE, 0.5, reasons, shown), found, named)
    if not missing:
        confidence = min((year.confidence for _, year in years if year.verdict is Verdict.MET), default=0.7)
        return YearResult(rule.kind, Finding(Verdict.MET, max(confidence, 0.75), (), shown), found)
    return YearResult(rule.kind, _incomplete(years, covered, needed, shown, monthly), found, named)


def _incomplete(
    years: list[tuple[Source, SourceYear]],
    covered: dict[Month, Dated],
    needed: Sequence[Month],
    shown: tuple[Quote, ...],
    monthly: bool,
) -> Finding:
    inside = [month for month in needed if month in covered]
    if any(year.reason == Reason.YEAR_DOUBTFUL for _, year in years):
        return Finding(Verdict.UNSURE, 0.5, (Reason.YEAR_DOUBTFUL.value,), shown)
    if inside:
        return Finding(Verdict.NOT_MET, 0.9, (Reason.PERIOD_INCOMPLETE.value,), shown)
    wrong = [year for _, year in years if year.verdict is Verdict.NOT_MET]
    right = [year for _, year in years if year.verdict is Verdict.MET]
    if wrong and not right:
        return Finding(Verdict.NOT_MET, wrong[0].confidence, (Reason.YEAR_WRONG.value,), wrong[0].quotes)
    if monthly and any(_is_lump(source) for source, year in years if year.verdict is Verdict.MET):
        return Finding(Verdict.NOT_MET, 0.82, (Reason.PERIOD_INCOMPLETE.value,), right[0].quotes)
    if right:
        return Finding(Verdict.UNSURE, 0.55, (Reason.PERIOD_INCOMPLETE.value,), right[0].quotes)
    return Finding(Verdict.UNSURE, 0.45, (Reason.YEAR_ABSENT.value,))


def _is_lump(source: Source) -> bool:
    """Whether a source gives several months in one sum where each month was asked for."""
    kinds = (Kind.HALF, Kind.QUARTER, Kind.SPAN)
    mentions = find(source.text[:8000])
    lump = any(m.kind in kinds and m.months not in (1, 2) for m in mentions) or "รายไตรมาส" in source.text[:3000]
    return lump and not any(m.kind is Kind.MONTH for m in mentions)


def months_of(source: Source, evidence: ItemEvidence, *, monthly: bool) -> dict[Month, Dated]:
    """The months of the assessed year a source speaks for, each with what says so."""
    target = evidence.year
    dated = collect(source, evidence)
    votes = _votes(dated, target)
    year_known = votes.right > 0.25 and votes.right >= votes.wrong - 0.2
    months: dict[Month, Dated] = {}
    spelt = [d for d in dated if d.own and d.weight >= 0.75 and d.mention.kind in (Kind.SPAN, Kind.QUARTER)]
    # "Six months, as at 28 February": the state reached tells more than the name of the report.
    states = [d.mention.last for d in dated if _is_cumulative(d, target) and d.mention.last]
    reached = max(states, default=None)
    for item in dated:
        if spelt and item.mention.kind is Kind.HALF:
            continue
        for month in _months_named(item, target, year_known, monthly):
            if item.mention.kind is not Kind.HALF or not reached or month <= reached:
                months.setdefault(month, item)
    if year_known or months:
        for month, item in _bare_months(source, target).items():
            months.setdefault(month, item)
    if not monthly and year_known:
        for item in dated:
            if _is_cumulative(item, target) and not months:
                months |= {month: item for month in target.month_pairs if month <= (item.mention.last or month)}
    return months


def _months_named(item: Dated, target: FiscalYear, year_known: bool, monthly: bool) -> list[Month]:
    mention = item.mention
    if item.weight < 0.3 or (mention.role is Role.SIGNED and mention.kind is Kind.DAY):
        return []
    if mention.kind is Kind.MONTH and mention.first:
        return [mention.first] if target.holds(mention.first) else []
    if mention.kind is Kind.SPAN and mention.first and mention.last and not (monthly and mention.months > 2):
        return [month for month in target.month_pairs if mention.first <= month <= mention.last]
    if mention.kind in (Kind.QUARTER, Kind.HALF) and mention.part and not monthly:
        right = mention.year_be == target.year_be or (mention.year_be is None and year_known)
        first, last = mention.part
        return list(target.month_pairs[(first - 1) * 3 : last * 3]) if right and item.weight >= 0.45 else []
    return []


_MONTH_NAMES = re.compile(
    r"มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม"
    r"|ม\.\s?ค\.|ก\.\s?พ\.|มี\.\s?ค\.|เม\.\s?ย\.|พ\.\s?ค\.|มิ\.\s?ย\.|ก\.\s?ค\.|ส\.\s?ค\.|ก\.\s?ย\.|ต\.\s?ค\.|พ\.\s?ย\.|ธ\.\s?ค\."
)
_ORDER = (
    [
        "มกราคม",
        "กุมภาพันธ์",
        "มีนาคม",
        "เมษายน",
        "พฤษภาคม",
        "มิถุนายน",
        "กรกฎาคม",
        "สิงหาคม",
        "กันยายน",
        "ตุลาคม",
        "พฤศจิกายน",
        "ธันวาคม",
    ],
    ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."],
)


def _bare_months(source: Source, target: FiscalYear) -> dict[Month, Dated]:
    """Months named without a year in table headers, row headings and headings of a source whose year is known."""
    found: dict[Month, Dated] = {}
    for page, _number, block in source.blocks():
        if (
            block.kind not in (TITLE, HEADING, TABLE_HEADER)
            and not (block.table >= 0 and block.column <= 1)
            and block.end - block.start > 30
        ):
            continue
        text = page.text[block.start : block.end]
        dated = find(text)
        for hit in _MONTH_NAMES.finditer(text):
            if any(mention.start <= hit.start() < mention.end for mention in dated):
                continue
            number = _month_number(hit.group())
            month = next((pair for pair in target.month_pairs if pair[1] == number), None)
            if month is None or not _row_filled(source, page.number, block):
                continue
            start = block.start + hit.start()
            mention = DateMention(Kind.MONTH, hit.start(), hit.end(), month[0], None, month, month)
            quote = quotes.of_span(source, page, start, block.start + hit.end(), block.start, block.end)
            found.setdefault(month, Dated(mention, 0.5, block.kind, False, page.number, quote))
    return found


def _row_filled(source: Source, page: int, block: object) -> bool:
    """Whether the row that a month heads has any value; months of a header row are counted as they stand."""
    table = getattr(block, "table", -1)
    if table < 0 or table >= len(source.document.tables):
        return True
    grid = source.document.tables[table]
    row = getattr(block, "row", -1)
    if row < grid.header_rows or not 0 <= row < len(grid.rows):
        column = getattr(block, "column", -1)
        below = [cells[column].text for cells in grid.rows[row + 1 :] if 0 <= column < len(cells)]
        return not below or any(text.strip(" -–.") for text in below)
    others = [cell.text for number, cell in enumerate(grid.rows[row]) if number != getattr(block, "column", -1)]
    return not others or any(text.strip(" .…") for text in others)


def _month_number(words: str) -> int:
    bare = words.replace(" ", "")
    return next(names.index(bare) + 1 for names in _ORDER if bare in names)


def _is_cumulative(item: Dated, target: FiscalYear) -> bool:
    """A state "as at" a day of the year stands for everything up to it (`ณ วันที่ 31 มีนาคม 2565`)."""
    mention = item.mention
    return mention.kind is Kind.DAY and mention.role is Role.PERIOD and item.weight >= 0.6 and _inside(mention, target)


# ---------------------------------------------------------------- months and years against the target


def _month_of(day: date) -> Month:
    return day.year + 543, day.month


def _inside(mention: DateMention, target: FiscalYear) -> bool:
    return bool(mention.first and mention.last and target.holds(mention.first) and target.holds(mention.last))


def _overlaps(mention: DateMention, target: FiscalYear) -> bool:
    return bool(
        mention.first and mention.last and any(mention.first <= month <= mention.last for month in target.month_pairs)
    )


def _covers(mention: DateMention, target: FiscalYear) -> bool:
    if mention.kind is not Kind.YEARS or mention.year_be is None or mention.year_to_be is None:
        return False
    return mention.year_be <= target.year_be <= mention.year_to_be


def _after(mention: DateMention, target: FiscalYear) -> bool:
    if mention.first:
        return mention.first > target.month_pairs[-1]
    return (mention.year_be or 0) > target.year_be


def _adjacent(mention: DateMention, target: FiscalYear) -> bool:
    """A calendar year that shares months with the working year (2564 with FY2565)."""
    return any(year == mention.year_be for year, _ in target.month_pairs)
