"""Which links, frames and pictures of a page belong to an item of the form.

A page that names many items is a hub: only the links in the row, list entry or section that names the item belong to
it. Any other page given for an item is taken to be that item's page, so what its main part holds belongs to the item.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from crawler import shares, urls
from evidence.text import sections
from evidence.text.dates import find as find_dates
from evidence.text.document import HEADING, MAIN, TITLE, Block, DocumentText, Frame, Image, Link
from evidence.text.matching import contains, skeleton
from evidence.text.titles import TitleMatcher, item_code
from oit.model import Framework, Item

HUB_ITEMS = 5
"""A page whose links name at least so many items is a hub."""
NAMED = 0.72
"""The least score at which a text counts as naming an item."""
LIST_ENTRIES = 3
SMALLEST_PICTURE = 300
_LONGEST_ENTRY = 1200
_MOST_LINKS_OF_A_ROW = 12
_HUB_PAGES = 10
_FURTHER_PAGES = 5
_NEXT_PAGE = re.compile(r"(?:หน้า(?:ที่)?\s*)?[2-9๒-๙]|(?:หน้า)?(?:ถัดไป|ต่อไป)\s*[»›>]*|[Nn]ext\s*[»›>]*|[»›>]")
_SECTION_PICTURES = 5
_LONG_LIST = 8
_CRITERIA = re.compile(
    r"\s(?=แสดง(?:แผน|ผล|ข้อมูล|การ|ราย|ความ|ช่อง|กฎ|ตำแหน่ง|คู่มือ|นโยบาย|สรุป|ประกาศ|หลัก|ถึง|ที่อยู่|โครง|สถิติ))"
)
_PIECES = re.compile(r"[\n\t|•]+|\s{2,}|\s[-–—:]\s")


@dataclass(frozen=True, slots=True)
class Leads:
    """What leads on from a page for one item, each in the order it should be fetched."""

    documents: tuple[Link, ...] = ()
    pages: tuple[Link, ...] = ()
    frames: tuple[Frame, ...] = ()
    pictures: tuple[Image, ...] = ()
    hub: bool = False


@cache
def words() -> dict[str, tuple[str, ...]]:
    """The lists of belongs.toml."""
    data = tomllib.loads(Path(__file__).with_name("belongs.toml").read_text("utf-8"))
    return {name: tuple(values) for name, values in data.items()}


class Belonging:
    """Knows one year's items and says what of a page belongs to which."""

    def __init__(self, framework: Framework) -> None:
        self._matcher = TitleMatcher.of(framework)
        self._items = framework.by_code
        self.codes = tuple(item.code for item in framework.items)
        self._element_terms = {item.code: _element_terms(item) for item in framework.items}
        self._named: dict[tuple[str, ...], str | None] = {}

    def named(self, text: str) -> str | None:
        """The item a short text names, by title first and by code (O10, ๐๑๐) where it names none; None for neither."""
        text = _CRITERIA.split(text, 1)[0].strip() or text
        pieces = (text, *_PIECES.split(text)) if len(text) > 24 else (text,)
        pieces = tuple(piece for piece in pieces if not piece.strip().startswith(words()["criteria"])) or pieces
        best, best_score = "", NAMED
        for piece in dict.fromkeys(piece.strip() for piece in pieces):
            for item, score in self._matcher.rank(piece[:240])[:1]:
                if score >= best_score:
                    best, best_score = item, score + 1e-9
        if best:
            return best
        code = self._matcher.label(text) or item_code(text)
        return code if code in self._items else None

    def fit(self, text: str, item: str) -> float:
        """How well a short text names this item, 0 to 1."""
        return self._matcher.score(text[:240], item)

    def rank(self, text: str) -> list[tuple[str, float]]:
        """The items a short text names, each with how well, best first."""
        return list(self._matcher.rank(text[:240]))

    def link_item(self, link: Link, row: str = "", under_headings: bool = False) -> str | None:
        """The item a link belongs to: by its text, else its entry or table row, else the heading it stands under."""
        signature = (link.text, link.context, row, link.heading if under_headings else "")
        if signature not in self._named:
            first = signature[-1:] if under_headings else ()
            names = (self.named(text) for text in (*first, *signature) if text and len(text) < _LONGEST_ENTRY)
            self._named[signature] = next((code for code in names if code), None)
        return self._named[signature]

    def links_by_item(self, document: DocumentText) -> dict[str, list[Link]]:
        """The links of the page's main part (of all parts, where it has no main part) by the item each belongs to."""
        links = _main(document.links) if _has_main(document) else document.links
        rows = table_rows(document)
        under_headings = self._has_item_sections(links)
        found: dict[str, list[Link]] = {}
        for link in _distinct(links):
            code = self.link_item(link, rows.get(link.start, ""), under_headings)
            if code:
                found.setdefault(code, []).append(link)
        return found

    def is_hub(self, document: DocumentText, item: str = "") -> bool:
        """Whether the page lists many items rather than showing one; a page named after `item` shows it."""
        if item and self.page_item(document) == item:
            return False
        return len(self.links_by_item(document)) >= HUB_ITEMS

    def _has_item_sections(self, links: Sequence[Link]) -> bool:
        """Whether headings part the page by item, as accordions do; one heading over all says nothing of a link."""
        headed = {link.heading for link in links if link.heading}
        coded = {item_code(heading) for heading in headed} - {None}
        return len(coded) >= 2 or len({code for heading in headed if (code := self.named(heading))}) >= LIST_ENTRIES

    def _has_section(self, document: DocumentText, item: str) -> bool:
        """Whether the page is parted by headings of several items, this one among them."""
        headed = sections.headings(document)
        named = {self.named(heading) for heading in headed} - {None}
        coded = {self._matcher.label(heading) for heading in headed} - {None}
        return item in named and (len(coded) >= 2 or len(named) >= LIST_ENTRIES)

    def page_item(self, document: DocumentText) -> str | None:
        """The item that the page's title or main headings name best, None where they name none."""
        names = [document.title, *headings(document)]
        ranked = [self._matcher.rank(name[:240])[:1] for name in names if name]
        best = max((pair for pairs in ranked for pair in pairs), key=lambda pair: pair[1], default=None)
        return best[0] if best and best[1] >= NAMED else None

    def leads(
        self,
        document: DocumentText,
        page_url: str,
        item: str,
        *,
        document_cap: int,
        list_cap: int,
        image_cap: int,
        menu: Collection[str] = (),
    ) -> Leads:
        """What to fetch from this page for `item`. The page's own URL and what is never content are left out.

        `menu`: keys of links and pictures that stand on the home page too. A page among them is followed only if its
        link names the item, a picture not at all: menus and banners often pass for content.
        """
        own = urls.key(page_url)
        links = [link for link in _distinct(document.links) if worth_following(link.url) and urls.key(link.url) != own]
        if self.is_hub(document, item) or self._has_section(document, item):
            return self._of_hub(document, own, item, document_cap)
        main = _main(links) if _has_main(document) else links
        shown = self.page_item(document) == item
        main = [link for link in main if (shown and is_file(link.url)) or not self._belongs_elsewhere(link, item)]
        files = [link for link in main if is_file(link.url) and not _is_furniture(link.url, menu)]
        further = [link for link in links if is_next_page(link, page_url)][:_FURTHER_PAGES]
        pages = [*further, *self._detail_pages(main, item, list_cap, menu, shown)]
        pictures = [image for image in _pictures(document.images) if picture_key(image) not in menu]
        return Leads(tuple(files[:document_cap]), tuple(pages), document.frames, tuple(pictures[:image_cap]))

    def _of_hub(self, document: DocumentText, own: str, item: str, cap: int) -> Leads:
        mine = [link for link in self.links_by_item(document).get(item, ()) if worth_following(link.url)]
        mine = [link for link in mine if urls.key(link.url) != own]
        files = tuple(link for link in mine if is_file(link.url))
        pages = tuple(link for link in mine if not is_file(link.url) and urls.is_page(link.url))
        frames = tuple(frame for frame in document.frames if self._frame_item(frame) == item)
        page = document.pages[0]
        pictures = [
            image
            for image in _pictures(document.images)
            if image.start >= 0 and self.named(sections.heading_at(page, image.start)) == item
        ]
        return Leads(files[:cap], pages[:_HUB_PAGES], frames, tuple(pictures[:_SECTION_PICTURES]), hub=True)

    def _frame_item(self, frame: Frame) -> str | None:
        texts = (frame.heading, frame.title, frame.nearby)
        return next((code for text in texts if text and (code := self.named(text))), None)

    def _belongs_elsewhere(self, link: Link, item: str) -> bool:
        """Whether the link's own text clearly names another item and not this one."""
        ranked = self._matcher.rank(link.text[:240])
        if not ranked or ranked[0][0] == item or ranked[0][1] < 0.85:
            return False
        return self.fit(link.text, item) < ranked[0][1] - 0.25

    def _detail_pages(
        self, main: Sequence[Link], item: str, cap: int, menu: Collection[str], shown: bool
    ) -> list[Link]:
        """Pages that show the item, and the newest entries of a list; news shown beside anything are left alone."""
        pages = [link for link in main if urls.is_page(link.url) and not is_file(link.url)]
        entries = [link for link in _entries(pages) if shown or urls.key(link.url) not in menu]
        entries = [link for link in entries if self.named(link.heading) in (None, item)]
        others = [link for link in pages if link not in entries]
        named = [link for link in others if self._names(link, item) or self._shows(link, item, menu)]
        return [*named[:cap], *entries[:cap]]

    def _names(self, link: Link, item: str) -> bool:
        return self.fit(link.text, item) >= 0.6 or item_code(link.text) == item

    def _shows(self, link: Link, item: str, menu: Collection[str]) -> bool:
        """Whether the link speaks of an element of the item, or says "more" in an entry that names the item."""
        if urls.key(link.url) in menu:
            return False
        if contains(link.text, self._element_terms[item]):
            return True
        return _says_more(link.text) and item in (self.named(link.context), self.named(link.heading))


def is_next_page(link: Link, page_url: str) -> bool:
    """Whether a link turns to a further page of the same list: a number or "next", with the list's own address."""
    if not _NEXT_PAGE.fullmatch(link.text.strip()) or not urls.is_page(link.url):
        return False
    here, there = urlsplit(page_url), urlsplit(link.url)
    return here.hostname == there.hostname and there.path.startswith(here.path.rstrip("/").rsplit("/", 1)[0])


def headings(document: DocumentText) -> list[str]:
    """The texts of a page's title and headings of the first three levels in its main part."""
    return [
        page.text[block.start : block.end].strip()
        for page in document.pages[:1]
        for block in page.blocks
        if block.kind in (TITLE, HEADING) and block.level <= 3 and block.area == MAIN
    ][:12]


def table_rows(document: DocumentText) -> dict[int, str]:
    """For each link in a table, by its place in the text: the words of its whole row, cells apart by line breaks.

    Rows of tables that only lay out the page are left out: they are long or hold many links.
    """
    found: dict[int, str] = {}
    for page in document.pages[:1]:
        rows: dict[tuple[int, int], list[Block]] = {}
        for block in page.blocks:
            if block.table >= 0 and block.row >= 0:
                rows.setdefault((block.table, block.row), []).append(block)
        starts = sorted(link.start for link in document.links if link.start >= 0)
        for blocks in rows.values():
            first, last = blocks[0].start, blocks[-1].end
            text = "\n".join(page.text[block.start : block.end] for block in blocks)
            inside = starts[bisect_left(starts, first) : bisect_right(starts, last)]
            if len(text) < _LONGEST_ENTRY and len(inside) <= _MOST_LINKS_OF_A_ROW:
                found |= dict.fromkeys(inside, text)
    return found


def is_file(url: str) -> bool:
    """Whether a link leads to a file: by its ending, by its host (a share), or by the way its URL is made."""
    if urls.is_document(url) or urls.is_image(url):
        return True
    if shares.is_share(url):
        return "/drive/folders/" not in url and "/forms/" not in url
    return any(part in url.lower() for part in words()["file_urls"]) and urls.is_page(url)


def is_list(document: DocumentText) -> bool:
    """Whether the page is a list of dated entries."""
    return bool(_entries([link for link in _main(document.links) if urls.is_page(link.url)]))


def _element_terms(item: Item) -> tuple[str, ...]:
    """Long words by which the item's elements are recognised, from the criteria."""
    values = (value for element in item.elements for name, value in element.params.items() if name in ("any", "terms"))
    terms = (term for value in values if isinstance(value, list | tuple) for term in value if isinstance(term, str))
    return tuple(dict.fromkeys(term for term in terms if len(skeleton(term)) >= 8))


def _says_more(text: str) -> bool:
    bare = skeleton(text)
    return not bare or any(bare == skeleton(word) for word in words()["more"])


def worth_following(url: str) -> bool:
    """Whether a link may lead to content: a web link that neither does something nor shares, prints or plays."""
    lowered = url.lower()
    return urls.is_fetchable(url) and not any(part in lowered for part in words()["never"])


def _is_furniture(url: str, menu: Collection[str]) -> bool:
    return urls.is_image(url) and urls.key(url) in menu


def _main(links: Iterable[Link]) -> list[Link]:
    return [link for link in links if link.area == MAIN]


def _has_main(document: DocumentText) -> bool:
    return any(block.area == MAIN for page in document.pages for block in page.blocks)


def _distinct(links: Iterable[Link]) -> list[Link]:
    """One link for each URL: the one with the most to say, in the place of the first."""
    best: dict[str, Link] = {}
    for link in links:
        name = urls.key(link.url)
        if name not in best or (len(link.text), link.area == MAIN) > (len(best[name].text), best[name].area == MAIN):
            best[name] = link
    return list(best.values())


def _entries(links: Sequence[Link]) -> list[Link]:
    """The entries of a list, newest first: links beside dates, where they are many or most of the links."""
    dated = _newest_first(links)
    return dated if len(dated) >= LIST_ENTRIES and (len(dated) * 2 >= len(links) or len(dated) >= _LONG_LIST) else []


def _newest_first(links: Sequence[Link]) -> list[Link]:
    """The links that stand beside a date, newest first."""
    dated = []
    for place, link in enumerate(links):
        text = f"{link.text} {link.context}"[:300]
        days = [mention.day for mention in find_dates(text) if mention.day] if _has_digit(text) else []
        if days:
            dated.append((max(days), -place, link))
    return [link for _, _, link in sorted(dated, key=lambda entry: entry[:2], reverse=True)]


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)


def picture_key(image: Image) -> str:
    """The same for the same picture: its URL's key, or what it holds where it is written into the page (`data:`)."""
    return f"data:{image.data_sha256}" if image.data_sha256 else urls.key(image.url)


def _pictures(images: Iterable[Image]) -> list[Image]:
    """Pictures of the main part, fetched or written into the page, not stated to be small, not named like furniture."""
    found = [image for image in images if image.area == MAIN and _large_enough(image)]
    found = [image for image in found if image.data_sha256 or urls.is_fetchable(image.url)]
    return [
        image
        for image in found
        if not any(part in image.url.lower().rsplit("/", 1)[-1] for part in words()["furniture"])
    ]


def _large_enough(image: Image) -> bool:
    stated = [size for size in (image.width, image.height) if size]
    return not stated or max(stated) >= SMALLEST_PICTURE
