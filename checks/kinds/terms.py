"""Words that must stand in the evidence, weighed by place; `filled` asks that something stands under them.

Keys: `any` (one of these), `groups` (one of each list, in one document), `not_inside`, `min` (distinct terms of `any`),
`filled`, `values` (`money`, `time`, `number`: such a value must stand in the same document), `min_letters` (of the
document's own text).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from checks.context import ItemEvidence, Source
from checks.search import Hit, absent, found, has_letters, hits, is_filled, not_met
from evidence.text import dates
from evidence.text.matching import contains
from oit.findings import Finding, Reason
from oit.model import Element

_MONEY = re.compile(r"[0-9๐-๙]{1,3}(?:[,][0-9๐-๙]{3})+(?:\.[0-9๐-๙]{2})?|[0-9๐-๙]{3,}(?:\.[0-9๐-๙]{2})?\s*(?:บาท|\.-)")
_NUMBER = re.compile(
    r"[0-9๐-๙]+(?:[.,][0-9๐-๙]+)*\s*(?:ราย|คน|เรื่อง|ครั้ง|ฉบับ|คำขอ|แห่ง|ครัวเรือน|%|ร้อยละ|เปอร์เซ็นต์)|(?:ร้อยละ|ค่าเฉลี่ย|จำนวน)\s*[0-9๐-๙]"
)


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """The strongest place of the terms over the item's sources."""
    params = element.params
    groups: Sequence[Sequence[str]] = params.get("groups", ())
    if groups:
        return _in_one_document(element, evidence, groups)
    terms = tuple(params.get("any", ()))
    best = [hit for hit in hits(evidence, terms, params.get("not_inside", ())) if _allowed(hit, element, evidence)]
    if len({hit.match.term for hit in best}) < params.get("min", 1):
        return absent(evidence, terms)
    if params.get("filled"):
        filled = [hit for hit in best if is_filled(hit)]
        if not filled:
            return not_met(Reason.EMPTY_FORM, [best[0].quote()], 0.85)
        best = filled
    if params.get("values") and not any(has_values(hit.source, params["values"], evidence) for hit in best):
        return absent(evidence, terms)
    return found(best[0], others=best[1:], looked_for=terms)


def _allowed(hit: Hit, element: Element, evidence: ItemEvidence) -> bool:
    least = element.params.get("min_letters", 0)
    return not least or has_letters(hit.source.text, least)


def _in_one_document(element: Element, evidence: ItemEvidence, groups: Sequence[Sequence[str]]) -> Finding:
    looked = [term for group in groups for term in group]
    least = element.params.get("min_letters", 0)
    best: tuple[float, list[Hit]] | None = None
    for source in evidence.sources:
        if least and not has_letters(source.text, least):
            continue
        one = evidence.with_sources([source])
        strongest = [hits(one, group, element.params.get("not_inside", ()))[:1] for group in groups]
        if all(strongest):
            flat = [hit for group in strongest for hit in group]
            weight = sum(hit.weight for hit in flat) / len(flat)
            if best is None or weight > best[0]:
                best = (weight, flat)
    if best is None:
        return absent(evidence, looked)
    return found(best[1][0], others=best[1][1:], looked_for=looked, floor=0.45)


def has_values(source: Source, kind: str, evidence: ItemEvidence) -> bool:
    """Whether a source holds values of a kind: `money`, `time` or `number`."""
    text = source.text
    if kind == "money":
        return (
            bool(_MONEY.search(text)) or bool(contains(text, evidence.terms("no_budget"))) or _column_of_amounts(source)
        )
    if kind == "number":
        return bool(_NUMBER.search(text)) or _column_of_amounts(source)
    return (
        bool(dates.find(text))
        or bool(contains(text, evidence.terms("time_values")))
        or bool(re.search(r"\bไตรมาส|ต\.?ค\.|ตลอดปี", text))
    )


def _column_of_amounts(source: Source) -> bool:
    for table in source.tables:
        for column in range(1, max((len(row) for row in table.rows), default=0)):
            cells = [row[column].text for row in table.rows[table.header_rows or 1 :] if column < len(row)]
            if sum(bool(re.fullmatch(r"[\s]*[0-9๐-๙][0-9๐-๙,.]*[\s]*(?:บาท|%|\.-)?\s*", cell)) for cell in cells) >= 2:
                return True
    return False
