"""Executives one by one: name, post, photo and contact of each, the head and the deputies among them.

Keys: `aspect`: head, name, position, photo or contact; `posts` (words for posts), `deputies`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from checks.context import ItemEvidence, Source
from checks.identity import fit
from checks.quotes import of_span
from checks.search import absent, hits, met, not_met, unsure
from evidence.text.document import MAIN, Image, PageText
from evidence.text.matching import contains, folded
from oit.findings import Finding, Quote, Reason
from oit.model import Element

PREFIX = (
    r"(?:นางสาว|นาง(?!สาว)|นาย(?!ก\s?(?:องค์|เทศ|เมือง|สภา|สมาคม|รัฐ|อบ|ส)|กอง|ทะเบียน|อำเภอ|ช่าง|จ้าง|ตรวจ|แพทย์|ด่าน|ท้าย|หน้า|ก\s)|น\.ส\.|ว่าที่\s?(?:ร้อย(?:ตรี|โท|เอก)|ร\.[ตทอ]\.|พัน(?:ตรี|โท|เอก))(?:หญิง)?|ดร\.|(?:รอง|ผู้ช่วย)?ศาสตราจารย์|[รผ]?ศ\.|พล\.?[ตทอ]\.?(?:[ตอ]\.)?"
    r"|พ\.[ตทอ]\.(?:[ทอต]\.)?|ร\.[ตทอ]\.(?:[ทอต]\.)?|พัน(?:ตำรวจ)?(?:ตรี|โท|เอก)|พล(?:ตำรวจ)?(?:ตรี|โท|เอก)|ร้อย(?:ตำรวจ)?(?:ตรี|โท|เอก)|จ่า(?:สิบ)?(?:ตรี|โท|เอก)|สิบ(?:ตรี|โท|เอก)"
    r"|นายแพทย์|แพทย์หญิง|หม่อม(?:หลวง|ราชวงศ์)|ม\.[ลร]\.)"
)
NAME = re.compile(rf"(?:{PREFIX}\s*)+([ก-ฮเแโใไ][ก-๎]+(?:\s+(?:ณ\s+)?[ก-ฮเแโใไ][ก-๎]+)?)")
_CONTACT = re.compile(
    r"(?:โทร(?:ศัพท์)?|มือถือ|Tel|T\.|☎|Mobile|เบอร์)\W{0,6}[0-9๐-๙][0-9๐-๙ \t-]{7,}(?:ต่อ\s*[0-9๐-๙]{2,4})?"
    r"|0[0-9๐-๙](?:[\s-]?[0-9๐-๙]){7,8}|[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+|ต่อ\s*[0-9๐-๙]{2,4}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person named in a source: the span of the name and the text that belongs to this person (up to the next one)."""

    name: str
    source: Source
    page: int
    start: int
    end: int
    around: str

    @property
    def has_contact(self) -> bool:
        return bool(_CONTACT.search(self.around))

    def quote(self) -> Quote:
        """The line with the person's name."""
        page = self.source.page(self.page)
        return of_span(self.source, page, self.start, self.end)


def people(source: Source) -> list[Person]:
    """The persons named in the part of a source that counts, in order, each with the text up to the next name."""
    found: list[Person] = []
    for page in source.document.pages:
        index = source.index.page(page.number)
        places = [
            hit for hit in NAME.finditer(page.text) if source.scope.holds(page.number, index.block_at(hit.start()))
        ]
        for number, hit in enumerate(places):
            until = places[number + 1].start() if number + 1 < len(places) else len(page.text)
            before = places[number - 1].end() if number else 0
            around = _cell_words(source, page, index.block_at(hit.start())) or _words(source, page, hit, before, until)
            found.append(Person(hit.group().strip(), source, page.number, hit.start(), hit.end(), around))
    return found


def _words(source: Source, page: PageText, hit: re.Match[str], before: int, until: int) -> str:
    """The words before and after a name that belong to the person: up to the next name, within the part that counts."""
    end = min(until, hit.end() + 320)
    for number, block in enumerate(page.blocks):
        if hit.end() <= block.start < end and not source.scope.holds(page.number, number):
            end = block.start
            break
    return page.text[max(before, hit.start() - 90) : hit.start()] + page.text[hit.start() : end]


def _cell_words(source: Source, page: PageText, number: int) -> str:
    """In a grid of people, the cells of the name's column down to the next name; empty outside such grids."""
    if number < 0 or page.blocks[number].table < 0 or page.blocks[number].table >= len(source.document.tables):
        return ""
    block = page.blocks[number]
    rows = source.document.tables[block.table].rows
    beside = [c.text for n, c in enumerate(rows[block.row]) if n != block.column] if 0 <= block.row < len(rows) else []
    if not any(NAME.search(text) for text in beside):
        return ""
    words = [page.text[block.start : block.end]]
    for row in rows[block.row + 1 : block.row + 5]:
        cell = row[block.column].text if block.column < len(row) else ""
        if NAME.search(cell):
            break
        words.append(cell)
    return "\n".join(words)


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """The aspect of the people shown, over the source (or sources) that show people."""
    aspect = element.params["aspect"]
    posts = tuple(element.params.get("posts", ()))
    near = [s for s in evidence.sources if s.fetch.purpose == "submitted" or fit(s, evidence).score >= 0.5]
    shown = [person for source in near or evidence.sources for person in people(source)]
    officers = [person for person in shown if contains(person.around, posts)] or []
    if not officers:
        return _nobody(evidence, element, shown)
    return _ASPECTS[aspect](element, evidence, officers)


def _nobody(evidence: ItemEvidence, element: Element, shown: list[Person]) -> Finding:
    if shown:
        return not_met(Reason.ELEMENT_MISSING, [shown[0].quote()], 0.75)
    return absent(evidence, tuple(element.params.get("posts", ())))


def _head(element: Element, evidence: ItemEvidence, officers: list[Person]) -> Finding:
    heads = [p for p in officers if is_head(p.around, evidence)] or (
        officers[:1] if hits(evidence, evidence.terms("head_posts"), evidence.terms("below_head_posts")) else []
    )
    posts = tuple(element.params.get("deputies", ()))
    deputies = [p for p in officers if contains(p.around, posts)] or (officers[1:2] if hits(evidence, posts) else [])
    quotes = [p.quote() for p in (*heads[:1], *deputies[:1])]
    if heads and deputies:
        return met(0.94, quotes)
    if heads:
        return (
            unsure(Reason.ELEMENT_MISSING, quotes, 0.5)
            if len(officers) > 1
            else not_met(Reason.ELEMENT_MISSING, quotes, 0.75)
        )
    return not_met(Reason.ELEMENT_MISSING, [officers[0].quote()], 0.7)


def is_head(around: str, evidence: ItemEvidence) -> bool:
    """Whether the text about a person gives the post of head of an agency, not of a deputy or a secretary."""
    return bool(contains(around, evidence.terms("head_posts"), evidence.terms("below_head_posts")))


def _name(element: Element, evidence: ItemEvidence, officers: list[Person]) -> Finding:
    full = [p for p in officers if len(re.sub(PREFIX, "", p.name).split()) >= 2]
    if len(full) * 3 >= len(officers) * 2:
        return met(0.95, [p.quote() for p in full[:3]])
    return not_met(Reason.ELEMENT_MISSING, [officers[0].quote()], 0.75)


def _position(element: Element, evidence: ItemEvidence, officers: list[Person]) -> Finding:
    return met(0.94, [_post_quote(p) for p in officers[:3]])


def _post_quote(person: Person) -> Quote:
    """The line after the name, where the post stands; the name's own line where nothing follows."""
    page = person.source.page(person.page)
    rest = page.text[person.end : person.end + 160]
    line = next((line for line in rest.split("\n") if line.strip() and not NAME.search(line)), "")
    if not line:
        return person.quote()
    start = person.end + rest.index(line)
    return of_span(person.source, page, start, start + len(line))


def _photo(element: Element, evidence: ItemEvidence, officers: list[Person]) -> Finding:
    """Pictures in the content of the sources that show the officers: about one for each."""
    sources = {id(p.source): p.source for p in officers}
    pictures = sum(_portraits(source) for source in sources.values())
    shown = {source.url for source in sources.values()}
    linked = sum(s.document.kind == "image" and s.fetch.parent in shown for s in evidence.sources)
    persons = len({folded(p.name) for p in officers})
    quotes = [officers[0].quote()]
    if pictures + linked >= max(1, round(persons * 0.6)):
        return met(0.9, quotes)
    if (pictures + linked) * 3 >= persons:
        return unsure(Reason.ELEMENT_MISSING, quotes, 0.55)
    if any(s.document.kind in ("pdf", "image") and s.has_unread_pages for s in evidence.sources):
        return unsure(Reason.SCANNED_WITHOUT_OCR, quotes)
    return not_met(Reason.ELEMENT_MISSING, quotes, 0.85)


def _portraits(source: Source) -> int:
    if source.document.kind == "image":
        return 3
    if source.is_page:
        return sum(_in_content(source, image) and not _is_icon(image) for image in source.document.images)
    if source.document.kind in ("docx", "pptx"):
        return len(source.document.images)
    return sum(len(page.pictures) for page in source.document.pages)


def _in_content(source: Source, image: Image) -> bool:
    """Whether a picture stands in the part of the page that counts."""
    if image.start < 0 or not source.document.pages:
        return image.area == MAIN
    index = source.index.pages[0]
    near = {index.block_at(image.start), index.block_at(max(0, image.start - 2)), index.block_at(image.start + 2)} - {
        -1
    }
    return image.area == MAIN and (not near or any(source.scope.holds(index.page.number, number) for number in near))


def _is_icon(image: object) -> bool:
    width, height = image.width, image.height  # type: ignore[attr-defined]
    words = (image.url + image.alt).lower()  # type: ignore[attr-defined]
    return (0 < width < 48 or 0 < height < 48) or any(
        w in words for w in ("logo", "icon", "banner", "spacer", "bullet", "facebook", "line.")
    )


def _contact(element: Element, evidence: ItemEvidence, officers: list[Person]) -> Finding:
    with_contact = [p for p in officers if p.has_contact]
    different = {
        re.sub(r"\D", "", hit.group()) or hit.group() for p in with_contact if (hit := _CONTACT.search(p.around))
    }
    if len(with_contact) >= 3 and len(different) == 1:
        return not_met(Reason.ELEMENT_MISSING, [_contact_quote(with_contact[0])], 0.75)
    quotes = [p.quote() for p in with_contact[:3]]
    share = len(with_contact) / len(officers)
    if share >= 0.7:
        return met(0.93, [_contact_quote(p) for p in with_contact[:3]])
    if share >= 0.4:
        return unsure(Reason.ELEMENT_MISSING, quotes, 0.55)
    return not_met(Reason.ELEMENT_MISSING, [officers[0].quote()], 0.88)


def _contact_quote(person: Person) -> Quote:
    page = person.source.page(person.page)
    hit = _CONTACT.search(page.text, person.end)
    if hit and hit.start() - person.end < 330:
        return of_span(person.source, page, hit.start(), hit.end())
    return person.quote()


_ASPECTS = {"head": _head, "name": _name, "position": _position, "photo": _photo, "contact": _contact}
