"""It follows its parent document: the same projects or measures are named, or the parent is cited.

Keys: `parent` (slug of the item it must follow), `cites` (words that name the parent's matter), `not_inside`.
Fails only where both name projects and none is shared (practice notes, R11); a heading that both tables have is no project.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from checks import outcomes
from checks.context import ItemEvidence, Source
from checks.identity import fit
from checks.projects import differ
from checks.quotes import of_span
from checks.search import absent, hits, met, not_met, unsure
from evidence.text.document import HEADING, TABLE_HEADER, TITLE, PageText
from evidence.text.matching import skeleton
from oit.findings import Finding, Quote, Reason
from oit.model import Element

_PROJECT = re.compile(r"(?:โครงการ|กิจกรรม|มาตรการ)\s*[:：]?\s*([ก-๙][^\n\t|]{9,120})")
_SAME = 82


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` where a project of the parent is named again or the parent is cited; no shared project at all is `not_met`."""
    cites = hits(evidence, tuple(element.params.get("cites", ())), tuple(element.params.get("not_inside", ())))
    named = [hit for hit in cites if not fit(hit.source, evidence).is_another]
    if cites and not named:
        return not_met(Reason.WRONG_DOCUMENT, [cites[0].quote()], 0.82)
    parent = evidence.other(element.params.get("parent", ""))
    if parent is not None and not parent.sources and (lost := outcomes.trouble(parent)) and not lost.proved:
        return unsure(lost.reason, [hit.quote() for hit in named[:2]])
    theirs = [name for source in (parent.sources if parent else ()) for name, _, _ in projects(source)]
    mine = [(name, source, span) for source in evidence.sources for name, span, _ in projects(source)]
    shared = [
        (source, span) for name, source, span in mine if any(fuzz.ratio(name, other) >= _SAME for other in theirs)
    ]
    if shared:
        source, (page, start, end) = shared[0]
        quotes: list[Quote] = [of_span(source, page, start, end), *(hit.quote() for hit in named[:1])]
        return met(0.95, quotes)
    if len(set(theirs)) >= 3 and len({name for name, _, _ in mine}) >= 3:
        source, (page, start, end) = mine[0][1], mine[0][2]
        return (
            unsure(Reason.WRONG_DOCUMENT, [of_span(source, page, start, end)], 0.5)
            if named
            else not_met(Reason.WRONG_DOCUMENT, [of_span(source, page, start, end)], 0.8)
        )
    if named and parent is not None and _read(parent) and differ(evidence.sources, parent.sources, evidence):
        return unsure(Reason.WRONG_DOCUMENT, [named[0].quote()], 0.5)
    if named:
        return met(0.7 + 0.18 * named[0].weight, [hit.quote() for hit in named[:2]])
    return absent(evidence, tuple(element.params.get("cites", ())))


def _read(parent: ItemEvidence) -> bool:
    return outcomes.trouble(parent) is None and not any(source.has_unread_pages for source in parent.sources)


def projects(source: Source) -> list[tuple[str, tuple[PageText, int, int], str]]:
    """Names of projects, activities and measures in a source as skeletons, with their places."""
    found = []
    for page in source.document.pages[:40]:
        blocks = source.index.page(page.number)
        for hit in _PROJECT.finditer(page.text):
            number = blocks.block_at(hit.start())
            if number >= 0 and page.blocks[number].kind in (TABLE_HEADER, HEADING, TITLE):
                continue
            bare = skeleton(hit.group(1))
            if len(bare) >= 9:
                found.append((bare[:60], (page, hit.start(), hit.end()), hit.group(1)))
    return found
