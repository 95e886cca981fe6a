"""The document is what the item asks for: its own title, or the words that lead to it and its contents, say so.

Keys: `any` (words of the contents that support an untitled document), `not_inside`, `reject` (title words that show a
document of another sort: a manual for an assessment, a plan for a result), `min_letters`,
`statement` (words that publish that there is none and need be none).
"""

from __future__ import annotations

from checks.context import ItemEvidence, Source
from checks.identity import Fit, fit, names
from checks.quotes import of_block
from checks.search import absent, has_letters, hits, met, not_met, own_letters, unread_reason, unsure
from evidence.text.document import LINK
from evidence.text.matching import contains, skeleton
from oit.findings import Finding, Quote, Reason, Verdict
from oit.model import Element

_OWN_WORDS = 36
"""Letters a page must hold beside its title before the title says what it holds."""


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """The best-fitting source: `met` by its own title, or by its link and contents; `wrong_document` where it is another."""
    findings = [_one(element, evidence.with_sources([source]), source) for source in evidence.sources]
    if not findings:
        return absent(evidence)
    files = [finding for finding, source in zip(findings, evidence.sources, strict=True) if not source.is_page]
    if files and all(finding.verdict is not Verdict.MET for finding in findings):
        findings = files
    order = {Verdict.MET: 0, Verdict.UNSURE: 1, Verdict.NOT_MET: 2}
    best = min(findings, key=lambda finding: (order[finding.verdict], -finding.confidence))
    trouble = unread_reason(evidence.sources)
    if best.verdict is Verdict.NOT_MET and trouble:
        return unsure(trouble, best.quotes)
    return best


def _one(element: Element, one: ItemEvidence, source: Source) -> Finding:
    params = element.params
    suits = fit(source, one)
    quote = _quote(source, suits)
    rejected = _rejected(source, tuple(params.get("reject", ())))
    if rejected is not None and (suits.own < 0.95 or _begins_so(source, rejected)):
        return not_met(Reason.WRONG_DOCUMENT, [quote] if quote else [], 0.85, rejected)
    if not has_letters(source.text, params.get("min_letters", 30)) or _only_links(source):
        return unsure(Reason.WEAK_MATCH, [quote] if quote else [], 0.45)
    body = hits(one, tuple(params.get("any", ())), tuple(params.get("not_inside", ()))) if params.get("any") else []
    support = [hit.quote() for hit in body[:2]]
    shown = [quote, *support] if quote else support
    stated = hits(one, tuple(params.get("statement", ())), slips=False) if params.get("statement") else []
    if stated and not suits.is_another:
        return met(0.85, [stated[0].quote(), *shown])
    if source.is_page and own_letters(source, one) < _OWN_WORDS and not _has_rows(source):
        return unsure(Reason.WEAK_MATCH, [quote] if quote else [], 0.45)
    if suits.is_this:
        return met(0.95 if suits.own >= 0.85 else 0.88, shown, suits.own) if shown else unsure(Reason.WEAK_MATCH)
    if suits.is_another and not _same_report_of_this_year(suits, one):
        return _another(suits, shown)
    if suits.given >= 0.65 and (body or not params.get("any")) and shown:
        return met(0.8, shown, suits.given)
    if body and body[0].weight >= 0.8:
        return met(0.86, shown, 0.7)
    if suits.own >= 0.5 or suits.given >= 0.6 or body:
        return unsure(Reason.WEAK_MATCH, shown, 0.5)
    return not_met(Reason.WRONG_DOCUMENT, shown, 0.75)


def _has_rows(source: Source) -> bool:
    """Whether a table of the page has cells filled under its headings."""
    return any(
        sum(bool(cell.text.strip(" -.…")) for cell in row) >= 2
        for table in source.tables
        for row in table.rows[max(1, table.header_rows) :]
    )


def _same_report_of_this_year(suits: Fit, one: ItemEvidence) -> bool:
    """Whether the rival is the yearly report where progress within the year is asked: the period tells them apart."""
    rival = one.framework.by_code.get(suits.rival)
    asked = one.item.year_rule.kind
    return (
        rival is not None
        and asked == "covers_first_6_months"
        and rival.year_rule.kind == "prior_year_report"
        and suits.own >= 0.3
    )


def _another(suits: Fit, shown: list[Quote]) -> Finding:
    if suits.given >= 0.85 and suits.rival_score < 0.85:
        return unsure(Reason.WRONG_DOCUMENT, shown, 0.55, suits.rival)
    return not_met(Reason.WRONG_DOCUMENT, shown, 0.87, suits.rival)


def _quote(source: Source, suits: Fit) -> Quote | None:
    if suits.name is not None and suits.name.block >= 0:
        return of_block(source, source.page(suits.name.page), suits.name.block)
    first = next(((page, number) for page, number, block in source.blocks() if block.end - block.start >= 6), None)
    return of_block(source, *first) if first else None


def _rejected(source: Source, reject: tuple[str, ...]) -> str | None:
    if not reject:
        return None
    own = [name.text for name in names(source) if name.own and name.weight >= 0.93][:6]
    begins = (word for text in own for word in reject if skeleton(text).startswith(skeleton(word)))
    return next(begins, None) or next((word for text in own if (word := contains(text, reject))), None)


def _begins_so(source: Source, word: str) -> bool:
    return any(
        skeleton(name.text).startswith(skeleton(word)) for name in names(source) if name.own and name.weight >= 0.93
    )


def _only_links(source: Source) -> bool:
    """Whether a page's part for the item is nothing but links: a way to the evidence, not the evidence."""
    kinds = [block.kind for _, _, block in source.blocks() if block.end - block.start > 2]
    return source.is_page and bool(kinds) and sum(kind == LINK for kind in kinds) * 10 >= len(kinds) * 9
