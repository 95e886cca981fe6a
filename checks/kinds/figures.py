"""Figures of something: numbers of the matter in a table, a chart that was read or sentences.

Keys: `about` (words of the matter), `units` (words that stand by such figures), `reject` (words of counters that are
another matter: visits of the website), `counters` (column heads that are counters then), `results` (words of results,
one of which must head something in what calls itself a plan), `min` (figures needed), `blank` (words of an empty
questionnaire).
"""

from __future__ import annotations

import re

from checks.context import ItemEvidence, Source
from checks.identity import fit, names
from checks.search import Hit, absent, hits, met, not_met, unsure
from evidence.text.document import HEADING, TITLE
from evidence.text.matching import contains, skeleton
from oit.findings import Finding, Reason
from oit.model import Element

_PLAN = ("แผน", "ประมาณการ")
_CELL = re.compile(r"\s*[0-9๐-๙]{1,3}(?:,?[0-9๐-๙]{3})*(?:\.[0-9๐-๙]+)?\s*(?:%|ราย|คน|เรื่อง|ครั้ง|บาท)?\s*|\s*-\s*")
_SENTENCE = re.compile(
    r"(?:จำนวน|รวม|ร้อยละ|ค่าเฉลี่ย|คิดเป็น|ทั้งสิ้น|เท่ากับ|=)\s*(?:ทั้งสิ้น|ร้อยละ|เท่ากับ)?\s*[0-9๐-๙][0-9๐-๙,.]*"
    r"|[0-9๐-๙][0-9๐-๙,.]*\s*(?:ราย|คน|เรื่อง|ครั้ง|ฉบับ|คำขอ|%|บาท)"
    r"|(?<=[ก-๙])[ \t]{2,}[0-9๐-๙][0-9๐-๙,.]*(?=\s|$)"
)


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` with enough figures in a document that speaks of the matter; a blank form is `empty_form`."""
    params = element.params
    about = tuple(params.get("about", ()))
    need = params.get("min", 3)
    empty: list[Hit] = []
    other: list[Hit] = []
    wrong: list[Hit] = []
    for source in evidence.sources:
        one = evidence.with_sources([source])
        matter = hits(one, about)
        if not matter:
            continue
        counters = hits(one, tuple(params.get("reject", ()))) if params.get("reject") else []
        if counters and _heads_are(source, tuple(params.get("counters", ()))):
            other += counters
            continue
        if counters and counters[0].weight >= 0.9 and _counts_only(counters, source, tuple(params.get("units", ()))):
            other += counters
            continue
        if _is_plan_of_another(source, one) or _only_planned(source, tuple(params.get("results", ()))):
            wrong += matter
            continue
        count = figures_in(source)
        if count >= need:
            units = hits(one, tuple(params.get("units", ()))) if params.get("units") else []
            return met(
                0.93 if units or not params.get("units") else 0.8, [hit.quote() for hit in (matter[0], *units[:2])]
            )
        empty += matter
    if wrong:
        return not_met(Reason.WRONG_DOCUMENT, [hit.quote() for hit in wrong[:2]], 0.84)
    if other:
        return not_met(Reason.ELEMENT_MISSING, [hit.quote() for hit in other[:2]], 0.85)
    if empty:
        blank = hits(evidence, tuple(params.get("blank", ()))) if params.get("blank") else []
        missing = absent(evidence, about, Reason.EMPTY_FORM if blank else Reason.ELEMENT_MISSING)
        if missing.verdict.value == "unsure":
            return missing
        return (
            not_met(missing.reasons[0], [hit.quote() for hit in (*blank[:1], empty[0])], 0.82)
            if blank or _is_long(empty[0].source)
            else unsure(Reason.ELEMENT_MISSING, [empty[0].quote()])
        )
    return absent(evidence, about)


def _counts_only(counters: list[Hit], source: Source, units: tuple[str, ...]) -> bool:
    """Whether the figures are those of a counter: nothing else is counted, or title and headings name the counter twice."""
    heads = {skeleton(hit.match.term) for hit in counters if hit.weight >= 0.9}
    return not contains(source.text, units) or (len(heads) >= 2 and any(_in_title(hit) for hit in counters))


def _heads_are(source: Source, counters: tuple[str, ...]) -> bool:
    """Whether every table of figures has a column headed by a counter of visits."""
    heads = [table.rows[: table.header_rows or 1] for table in source.tables if len(table.rows) > 2]
    return bool(heads) and all(any(contains(cell.text, counters) for row in rows for cell in row) for rows in heads)


def _only_planned(source: Source, results: tuple[str, ...]) -> bool:
    """Whether a document that calls itself a plan has no column and no heading of results."""
    titles = [name.text.strip() for name in names(source) if name.own and name.weight >= 0.93][:4]
    if not results or not any(title.startswith(_PLAN) for title in titles) or any(contains(t, results) for t in titles):
        return False
    heads = [cell.text for table in source.tables for row in table.rows[: table.header_rows or 1] for cell in row]
    heads += [
        page.text[block.start : block.end] for page, _, block in source.blocks() if block.kind in (TITLE, HEADING)
    ]
    return bool(source.tables) and not any(contains(head, results) for head in heads)


def _in_title(hit: Hit) -> bool:
    block = hit.source.block(hit.match)
    return block is not None and block.kind in (TITLE, HEADING)


def _is_plan_of_another(source: Source, one: ItemEvidence) -> bool:
    suits = fit(source, one)
    rival = one.framework.by_code.get(suits.rival)
    return suits.is_another and rival is not None and rival.year_rule.kind in ("plan_for_fy", "validity_covers_fy")


def figures_in(source: Source) -> int:
    """How many figures a source shows: numeric table cells outside the numbering column, and numbers in sentences."""
    cells = 0
    for table in source.tables:
        for row in table.rows[table.header_rows or 0 :]:
            cells += sum(bool(_CELL.fullmatch(cell.text)) and bool(cell.text.strip(" -")) for cell in row[1:])
    return cells + len(_SENTENCE.findall(source.text))


def _is_long(source: Source) -> bool:
    return len(source.text) >= 200
