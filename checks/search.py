"""How much a term says where it stands, whether the place it heads is filled in, and what may be said when it is absent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from checks import quotes
from checks.context import ItemEvidence, Source
from evidence.text.document import (
    ALT,
    BUTTON,
    CAPTION,
    HEADING,
    LABEL,
    LINK,
    LIST_ITEM,
    TABLE_CELL,
    TABLE_HEADER,
    TITLE,
)
from evidence.text.matching import Match, skeleton
from oit.findings import Finding, Quote, Reason, Verdict

_PLACE = {
    TITLE: 1.0, HEADING: 1.0, TABLE_HEADER: 1.0, CAPTION: 0.9, LABEL: 0.9, TABLE_CELL: 0.88, LIST_ITEM: 0.82,
    BUTTON: 0.75, LINK: 0.7, ALT: 0.7,
}  # fmt: skip
_RUNNING_TEXT = 0.72
_BLANK = re.compile(r"[\s.…_\-–—:()\[\]/|0-9๐-๙]*")
_CONTENTS_LINE = re.compile(r"[^\n]{0,60}?(?:[.…_]{3,}|\s{3,})\s*[0-9๐-๙]{1,3}\s*(?:\n|$)")
_CONTENTS = re.compile(r"(?m)^\s*สารบัญ\s*$")
_TITLE_LINES, _TOP_LINES = 3, 6
_FILLER = re.compile(r"[.…_]{4,}")
_ASKED_FOR = re.compile(r"[(\[<{（]\s*(?:โปรด|กรุณา|ให้)?\s*(?:ระบุ|กรอก|เติม)[^()\[\]<>{}\n]{0,60}[)\]>}）]")
"""A bracketed request to write something, as forms have it: (โปรดระบุหน่วยงาน), [กรอกวันที่]."""
_OPENS = re.compile(r"[(\[<{（]")
_ASKED_AT_DOTS = re.compile(
    rf"(?<![.…_])(?:[.…_]{{4,}}+|…)\s*{_ASKED_FOR.pattern}|{_ASKED_FOR.pattern}\s*{_FILLER.pattern}"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A match in a source with the weight of its place, 0 to 1."""

    source: Source
    match: Match
    weight: float

    def quote(self) -> Quote:
        return quotes.of_match(self.source, self.match)


def hits(
    evidence: ItemEvidence, terms: Sequence[str], not_inside: Sequence[str] = (), *, slips: bool = True
) -> list[Hit]:
    """All places of `terms` in the sources, strongest first."""
    found = [
        Hit(source, match, place_weight(source, match))
        for source in evidence.sources
        for match in source.find(terms, not_inside, slips=slips)
    ]
    ordered = sorted(found, key=lambda hit: -hit.weight)
    if evidence.trace:
        evidence.trace.searched(terms, ordered)
    return ordered


def place_weight(source: Source, match: Match) -> float:
    """How much a term says there: a heading or table header most, a short term in running text least."""
    block = source.block(match)
    if block is None:
        return 0.6 * match.score
    weight = _PLACE.get(block.kind, _RUNNING_TEXT)
    if weight == _RUNNING_TEXT and _starts_line(source, match):
        weight = 0.9
    if weight <= 0.75 and len(skeleton(match.term)) <= 4:
        weight -= 0.1
    return weight * (0.5 + 0.5 * match.score)


def _starts_line(source: Source, match: Match) -> bool:
    text = source.page(match.page).text
    line = text.rfind("\n", 0, match.start) + 1
    return bool(_BLANK.fullmatch(text[line : match.start])) or bool(
        re.fullmatch(r"[\s•*●▪◦✓-]*(?:[0-9๐-๙]+[.)]\s*)*", text[line : match.start])
    )


def is_own_title(hit: Hit, evidence: ItemEvidence) -> bool:
    """Whether a match stands in a title of the document itself, which names its matter and holds nothing of it."""
    block = hit.source.block(hit.match)
    if block is None or block.table >= 0:
        return False
    text = hit.source.page(hit.match.page).text
    line_number = text.count("\n", 0, hit.match.start)
    head = not hit.source.is_page and hit.match.page == 1
    if head and block.kind in (TITLE, HEADING) and line_number < _TITLE_LINES:
        return True
    top = block.kind == TITLE or (block.kind == HEADING and 0 < block.level <= 2) or (head and line_number < _TOP_LINES)
    start = text.rfind("\n", block.start, hit.match.start) + 1 or block.start
    end = text.find("\n", hit.match.end, block.end)
    line = text[start : end if end >= 0 else block.end]
    return len(line) <= 220 and evidence.agency_evidence.titles.score(line, evidence.item.code) >= (
        0.6 if top else 0.85
    )


def is_filled(hit: Hit, letters: int = 4) -> bool:
    """Whether something stands under or after a heading, label or column: not dots, not nothing."""
    source, match = hit.source, hit.match
    page = source.page(match.page)
    block = source.block(match)
    if block is None:
        return True
    if block.table >= 0 and block.table < len(source.document.tables):
        return _column_filled(hit, letters)
    if _CONTENTS_LINE.match(page.text[match.end : match.end + 160]):
        return False
    rest = page.text[match.end : block.end]
    following = rest
    number = match.block + 1
    while len(_letters(following)) < letters and number < len(page.blocks):
        after = page.blocks[number]
        if after.kind in (TITLE, HEADING) and after.level and block.level and after.level <= block.level:
            break
        following += "\n" + page.text[after.start : after.end]
        number += 1
        if number > match.block + 4:
            break
    if len(_letters(following)) >= letters:
        return not (_FILLER.search(following[:80]) and len(_letters(following[:120])) < 2 * letters)
    later = [other for other in source.document.pages if other.number == page.number + 1]
    return bool(later) and len(_letters(later[0].text[:200])) >= letters


def _column_filled(hit: Hit, letters: int) -> bool:
    block = hit.source.block(hit.match)
    assert block is not None
    grid = hit.source.document.tables[block.table]
    if not 0 <= block.row < len(grid.rows):
        return True
    below = [cells[block.column].text for cells in grid.rows[block.row + 1 :] if 0 <= block.column < len(cells)]
    beside = [cell.text for number, cell in enumerate(grid.rows[block.row]) if number > block.column]
    own = hit.source.page(hit.match.page).text[hit.match.end : block.end]
    values = beside if block.row >= grid.header_rows and beside else below
    return has_letters(own, 12) or not all(map(is_blank, values or below))


def _letters(text: str) -> str:
    return re.sub(r"[^0-9A-Za-zก-ฮ๐-๙]", "", text)


def hollowness(source: Source) -> Reason | None:
    """Why a document holds nothing: a form nobody filled in, or a cover with a table of contents; None where it holds some."""
    if is_blank_form(source):
        return Reason.EMPTY_FORM
    short = len(source.document.pages) <= 2 and len(_letters(source.text)) < 1200
    return Reason.ELEMENT_MISSING if short and _CONTENTS.search(source.text) else None


def is_blank_form(source: Source) -> bool:
    """Whether a document is a form nobody filled in: dots for words, or tables of empty cells."""
    fillers = len(_FILLER.findall(source.text))
    letters = len(_letters(source.text))
    if fillers >= 5 and letters < 120 * fillers:
        return True
    cells = [
        cell.text for table in source.tables for row in table.rows[max(1, table.header_rows) :] for cell in row[1:]
    ]
    empty = sum(is_blank(cell.strip(" -")) for cell in cells)
    return len(cells) >= 6 and empty >= 0.9 * len(cells) and letters < 900


def own_letters(source: Source, evidence: ItemEvidence) -> int:
    """How many letters a page holds beside titles that name the item, links, buttons and headings of tables."""
    titles = evidence.agency_evidence.titles
    total = 0
    for page, _number, block in source.blocks():
        if block.kind in (LINK, BUTTON, TABLE_HEADER, ALT):
            continue
        text = page.text[block.start : block.end]
        if block.kind in (TITLE, HEADING) and titles.score(text.strip()[:220], evidence.item.code) >= 0.6:
            continue
        total += len(_letters(text))
    return total


def is_blank(text: str) -> bool:
    """Whether nobody filled in a place of a form: nothing, dots, or a bracketed request such as (โปรดระบุหน่วยงาน).

    Words beside such a request do not fill it while its dots stand there too.
    """
    if not _OPENS.search(text):
        return not text.strip(" .…_\n")
    return bool(_ASKED_AT_DOTS.search(text)) or not _ASKED_FOR.sub(" ", text).strip(" .…_\n")


def has_letters(text: str, least: int) -> bool:
    """Whether a text holds at least so many letters or digits."""
    return len(_letters(text)) >= least


def found(best: Hit, *, others: Sequence[Hit] = (), looked_for: Sequence[str] = (), floor: float = 0.55) -> Finding:
    """`met` with the quotes, or `unsure` as a weak match where the place says too little."""
    shown = tuple(dict.fromkeys(hit.quote() for hit in (best, *others[:2])))
    if best.weight < floor:
        return Finding(Verdict.UNSURE, 0.5, (Reason.WEAK_MATCH.value,), shown, best.weight, tuple(looked_for))
    confidence = 0.7 + 0.28 * min(1.0, best.weight)
    return Finding(Verdict.MET, confidence, (), shown, best.weight, tuple(looked_for))


def absent(evidence: ItemEvidence, looked_for: Sequence[str] = (), reason: Reason = Reason.ELEMENT_MISSING) -> Finding:
    """`not_met` where everything was readable, else `unsure`: absence needs proof."""
    looked = tuple(looked_for)
    trouble = unread_reason(evidence.sources)
    if trouble:
        return Finding(Verdict.UNSURE, 0.5, (trouble,), (), 0.0, looked)
    if not evidence.sources:
        return Finding(Verdict.UNSURE, 0.4, (Reason.UNREADABLE.value,), (), 0.0, looked)
    return Finding(Verdict.NOT_MET, 0.88, (reason.value,), (), 0.0, looked)


def unread_reason(sources: Sequence[Source]) -> str | None:
    """Why some of what was offered could not be read, or None where all of it was."""
    for source in sources:
        troubled = [page.trouble for page in source.document.pages if page.trouble]
        if troubled and (source.is_unread or len(troubled) >= 2):
            return troubled[0]
        if source.document.outcome != "ok":
            return source.document.outcome
        if "app_shell" in source.document.markers:
            return Reason.UNREADABLE.value
    return None


def met(confidence: float, shown: Sequence[Quote], score: float = 1.0) -> Finding:
    """A finding that is met with these quotes."""
    return Finding(Verdict.MET, confidence, (), tuple(dict.fromkeys(shown))[:6], score)


def unsure(reason: Reason | str, shown: Sequence[Quote] = (), confidence: float = 0.5, detail: str = "") -> Finding:
    """A finding a person must decide."""
    return Finding(Verdict.UNSURE, confidence, (str(reason),), tuple(shown)[:4], 0.4, (), detail)


def not_met(reason: Reason | str, shown: Sequence[Quote] = (), confidence: float = 0.88, detail: str = "") -> Finding:
    """A finding that is provably not there."""
    return Finding(Verdict.NOT_MET, confidence, (str(reason),), tuple(shown)[:4], 0.0, (), detail)
