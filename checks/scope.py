"""Which part of a document may speak for an item: not the site's template, not repeated criteria, only its own section."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from evidence.text.document import (
    ALT,
    HEADING,
    LINK,
    LIST_ITEM,
    MAIN,
    PARAGRAPH,
    TABLE_CELL,
    TABLE_HEADER,
    TITLE,
    Block,
    DocumentText,
    PageText,
)  # fmt: skip
from evidence.text.matching import DocumentIndex, skeleton
from evidence.text.titles import TitleMatcher, item_code
from oit.model import Item

_SHORTEST_TEMPLATE_BLOCK = 4
_NAMES_AN_ITEM = 0.8
_HUB_ITEMS = 5
_BREADCRUMB = re.compile(r"(?:คุณอยู่ที่\s*:?\s*|You are here\s*:?\s*)?(?:หน้าแรก|หน้าหลัก|Home)\s*[>»›/→]\s*\S", re.IGNORECASE)
_LISTS = re.compile(r"อย่างน้อยประกอบด้วย|ยกตัวอย่างเช่น|ในข้อ[oOo๐0]\s?[0-9๐-๙]")
_ASKS = re.compile(r"^[\s•*·\-o]*(?:แสดง|มีข้อมูล|มีเนื้อหา|มีรายละเอียด|เป็น(?:แผน|ข้อมูล|รายงาน|การดำเนิน))")


@dataclass(frozen=True)
class Scope:
    """Blocks that count, by page number. `criteria_only`: without its criteria text the part for the item is empty."""

    blocks: Mapping[int, frozenset[int]]
    is_section: bool = False
    is_hub: bool = False
    criteria_blocks: int = 0

    def holds(self, page: int, block: int) -> bool:
        """Whether that block of that page counts."""
        return block in self.blocks.get(page, frozenset())

    @classmethod
    def of(cls, layout: Layout, item: Item) -> Scope:
        """The scope of `item` in a document with this layout."""
        page = layout.page
        if page is None:
            return cls(layout.whole)
        section = _section(page, set(layout.body), layout.named, item.code)
        counted = frozenset(section) if section is not None else layout.body
        blocks = {page.number: counted - layout.criteria}
        return cls(blocks, section is not None, layout.is_hub, len(layout.criteria & counted))


@dataclass(frozen=True)
class Layout:
    """What a page's blocks are, whichever item is asked about: its body, repeated criteria, labels of items.

    `page` is None for files, which count as a whole (`whole`).
    """

    page: PageText | None
    whole: Mapping[int, frozenset[int]]
    body: frozenset[int] = frozenset()
    criteria: frozenset[int] = frozenset()
    named: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_hub(self) -> bool:
        return len(set(self.named.values())) >= _HUB_ITEMS

    @classmethod
    def of(
        cls,
        document: DocumentText,
        titles: TitleMatcher,
        template: frozenset[str],
        vocabulary: Mapping[str, Sequence[str]],
        index: DocumentIndex,
    ) -> Layout:
        """The layout of a document; `template`: keys of the blocks that the site repeats on its pages."""
        whole = {page.number: frozenset(range(len(page.blocks))) for page in document.pages}
        if document.kind != "html" or not document.pages:
            return cls(None, whole)
        page = document.pages[0]
        body = _body(page, template, titles)
        body -= {number for number in body if page.blocks[number].kind == ALT}
        criteria = _criteria(page, body, vocabulary.get("criteria_sentences", ()))
        named = _items_named(page, body, titles, _label_rows(document, page, index))
        if len(set(named.values())) >= _HUB_ITEMS:
            criteria |= {number for number in body - set(named) if _ASKS.match(_text(page, number))}
        return cls(page, whole, frozenset(body), frozenset(criteria), named)


def template_blocks(documents: Sequence[DocumentText]) -> frozenset[str]:
    """Skeletons of blocks that at least a third of the pages (and three of them) show: menus, boxes, footers."""
    seen: Counter[str] = Counter()
    for document in documents:
        keys = (template_key(page, number) for page in document.pages for number in range(len(page.blocks)))
        seen.update({key for key in keys if len(key) > _SHORTEST_TEMPLATE_BLOCK})
    least = max(3, round(len(documents) / 3))
    return frozenset(bare for bare, count in seen.items() if count >= least)


def template_key(page: PageText, number: int) -> str:
    """What makes two blocks the same on two pages: the words, and whether they are a heading (a menu entry is not one)."""
    return ("#" if page.blocks[number].kind in (TITLE, HEADING) else "-") + skeleton(_text(page, number))


def _body(page: PageText, template: frozenset[str], titles: TitleMatcher) -> set[int]:
    """Blocks outside menus, headers and footers; the whole page where that would leave nothing."""
    whole = {number for number, block in enumerate(page.blocks) if block.area == MAIN}
    own = {number for number in whole if template_key(page, number) not in template}
    for narrower in (own - _before_breadcrumb(page) - _menu_runs(page, own, titles), own):
        if sum(page.blocks[number].end - page.blocks[number].start for number in narrower) >= 8:
            return narrower
    return whole or set(range(len(page.blocks)))


def _text(page: PageText, number: int) -> str:
    return page.text[page.blocks[number].start : page.blocks[number].end].strip()


def _before_breadcrumb(page: PageText) -> set[int]:
    """Blocks before the trail from the home page: menus of old layouts that no tag tells from the content."""
    for number, block in enumerate(page.blocks):
        if block.kind != LINK and _BREADCRUMB.match(_text(page, number)):
            return set(range(number + 1))
    return set()


def _menu_runs(page: PageText, body: set[int], titles: TitleMatcher) -> set[int]:
    """Runs of eight or more short lines that name five or more items: a menu, wherever it stands."""
    runs: list[list[int]] = [[]]
    for number in sorted(body):
        text = _text(page, number)
        short = page.blocks[number].kind in (PARAGRAPH, LIST_ITEM, LINK, HEADING) and len(text) <= 60
        if short and (not runs[-1] or number - runs[-1][-1] <= 2):
            runs[-1].append(number)
        else:
            runs.append([number] if short else [])
    menus: set[int] = set()
    for run in runs:
        if len(run) >= 8:
            lines = [number for number in run if page.blocks[number].kind != HEADING]
            named = [item for number in lines if (item := titles.best(_text(page, number), 0.75))]
            if len(set(named)) >= 5 and len(named) * 2 >= len(lines):
                last = max(n for n in run if page.blocks[n].kind != HEADING)
                menus |= {number for number in run if number <= last}
    return menus


def _criteria(page: PageText, body: set[int], sentences: Sequence[str]) -> set[int]:
    """Blocks that repeat the assessment's own sentences: they hold every keyword and prove nothing."""
    known = [skeleton(sentence) for sentence in sentences]
    found: set[int] = set()
    inside_list = False
    for number in sorted(body):
        block = page.blocks[number]
        text = _text(page, number)
        if block.kind in (TITLE, HEADING, TABLE_HEADER, LINK):
            inside_list = inside_list and block.kind == LINK
            continue
        bare = skeleton(text)
        asks = bool(_ASKS.match(text)) and bool(_LISTS.search(text.replace(" ", "")))
        if asks or (len(bare) >= 16 and any(_repeats(bare, sentence, bool(_ASKS.match(text))) for sentence in known)):
            found.add(number)
            inside_list = inside_list or asks
        elif (
            inside_list
            and block.kind in (LIST_ITEM, PARAGRAPH)
            and len(text) <= 90
            and not re.search(r"[0-9๐-๙]{3}", text)
        ):
            found.add(number)
    return found


def _repeats(bare: str, sentence: str, asks: bool) -> bool:
    if len(sentence) >= 12 and sentence in bare:
        return len(sentence) * 3 >= len(bare) or len(bare) <= 600
    if not asks:
        return False
    if len(bare) < len(sentence) * 0.6:
        return len(bare) >= 24 and bare in sentence
    return fuzz.partial_ratio(sentence, bare, score_cutoff=88) >= 88 and len(bare) <= 4 * len(sentence)


def _label_rows(document: DocumentText, page: PageText, index: DocumentIndex) -> set[tuple[int, int]]:
    """Table rows that may label an item: they hold a link or an item's code. A row of a plan names a project only."""
    blocks = page.blocks
    linked = {index.page(page.number).block_at(link.start) for link in document.links if link.start >= 0} - {-1}
    coded = {n for n, block in enumerate(blocks) if block.table >= 0 and item_code(_text(page, n)[:16])}
    return {(blocks[n].table, blocks[n].row) for n in linked | coded if blocks[n].table >= 0}


def _items_named(
    page: PageText, body: set[int], titles: TitleMatcher, label_rows: set[tuple[int, int]]
) -> dict[int, str]:
    """Blocks that are labels of items (by code or title) with the code they name."""
    named: dict[int, str] = {}
    for number in sorted(body):
        block = page.blocks[number]
        text = page.text[block.start : block.end].strip()
        if not 2 <= len(text) <= 200 or block.kind not in (TITLE, HEADING, LINK, TABLE_CELL, TABLE_HEADER):
            continue
        if block.table >= 0 and (block.table, block.row) not in label_rows:
            continue
        code = titles.label(text)
        best = titles.rank(text)[:1]
        if code and block.kind in (TITLE, HEADING):
            named[number] = code
        elif best and best[0][1] >= _NAMES_AN_ITEM:
            named[number] = best[0][0]
        elif code:
            named[number] = code
    return named


def _section(page: PageText, body: set[int], named: Mapping[int, str], code: str) -> set[int] | None:
    """The blocks of the item on a page that holds several items; None on a page that does not."""
    headings = {number: item for number, item in named.items() if page.blocks[number].kind in (TITLE, HEADING)}
    rows = {number: item for number, item in named.items() if page.blocks[number].table >= 0}
    if len(set(headings.values())) >= 2 and code in headings.values():
        return _under_headings(page, body, headings, code, len(set(headings.values())) >= 3)
    if len(set(rows.values())) >= 3 and code in rows.values():
        wanted = {(page.blocks[n].table, page.blocks[n].row) for n, item in rows.items() if item == code}
        return {n for n in body if (page.blocks[n].table, page.blocks[n].row) in wanted}
    return None


def _under_headings(
    page: PageText, body: set[int], headings: Mapping[int, str], code: str, certain: bool
) -> set[int] | None:
    kept: set[int] = set()
    inside = False
    level = 0
    for number, block in enumerate(page.blocks):
        if number in headings:
            ends = headings[number] != code
            if not ends and not inside:
                inside, level = True, block.level
            elif ends and (not inside or _closes(block, level)):
                inside = False
        if inside and number in body:
            kept.add(number)
    return kept if len(kept) > 1 or (kept and certain) else None


def _closes(block: Block, level: int) -> bool:
    return block.level <= level or not level or not block.level
