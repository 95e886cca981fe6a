"""Whose agency a document names: another agency's document proves nothing for this one."""

from __future__ import annotations

import re

from checks.context import ItemEvidence, Source
from checks.quotes import of_span
from evidence.text.document import HEADING, LINK, TITLE, PageText
from evidence.text.matching import contains, same_words, skeleton
from oit.findings import Quote

_BODY = re.compile(
    r"(?:องค์การบริหารส่วน(?:ตำบล|จังหวัด)|อบต\.|อบจ\.|เทศบาล(?:นคร|เมือง|ตำบล)|มหาวิทยาลัย|โรงพยาบาล|สถานีตำรวจ(?:ภูธร|นครบาล)?|วิทยาลัย|โรงเรียน|กรม(?!การ|ธรรม)|กระทรวง)\s?([ก-ฮเแโใไ][ก-๙]{2,28})"
)
_UNIT = re.compile(
    r"(?:ของ|เฉพาะ|ในส่วนของ)\s?(?:กอง(?!ทุน)|ฝ่าย|แผนก|ส่วนงาน|สาขา|ศูนย์พัฒนาเด็ก|โรงเรียน(?!ผู้สูงอายุ)|กลุ่ม(?=งาน|ห้อง|บริหาร|วิจัย|ตรวจ|นโยบาย|กฎหมาย|อำนวย))[ก-ฮเแโใไ][ก-๙]{2,30}"
    r"|โครงสร้าง[ก-๙]{0,20}\s?(?:กอง(?!ทุน)|คณะ(?!กรรมการ|ผู้บริหาร)|ฝ่าย(?!การเมือง|บริหาร|ประจำ|ข้าราชการ)|แผนก|ภาควิชา)[ก-ฮเแโใไ][ก-๙]{2,40}"
)
_NO_NAME = re.compile(r"มี|ต้อง|อาจ|ตาม|ได้|จะ|เป็น|ให้|ทุก|ใด|นี้|และ|หรือ")
"""After the word for a kind of body these begin a sentence about all such bodies, as laws have them."""
_ADDRESS = re.compile(r"โทร|e-?mail|หมู่|ต\.|อ\.|ตำบล.{2,30}อำเภอ|ถนน|©|สงวนลิขสิทธิ์", re.IGNORECASE)
_UNIT_LINE = re.compile(
    r"(?:คณะ(?!กรรมการ|ทำงาน|ผู้บริหาร|รัฐมนตรี)|วิทยาเขต|แขวง|ภาควิชา|สำนักงาน(?:เกษตร|สาธารณสุข|พัฒนาชุมชน|ปศุสัตว์|ประมง|คลัง|แรงงาน|ขนส่ง|ที่ดิน|พาณิชย์|ศึกษาธิการ)จังหวัด|ที่ทำการปกครอง)[ก-๙]"
)
_CENTRAL = ("กระทรวง", "กรม")
"""Bodies whose letters and forms everybody cites: their name in a title does not make them its author."""
_CITED = re.compile(
    r"ตาม|หนังสือ|ระเบียบ|ประกาศคณะ|พระราช|กฎ|แบบ|คำสั่ง|มติ|เสนอ|เรียน|ร่วมกับ|โดยความร่วมมือ|สนับสนุน|(?<![ก-๎])ณ |ไปยัง|จาก|ผ่าน"
)
_TITLE_LINES = 6
_SAME = 0.75


def other_agency(source: Source, evidence: ItemEvidence) -> tuple[str, Quote] | None:
    """The other body a document's first lines speak for, with the quote, where this agency is named nowhere in it."""
    own = _proper(evidence.agency.name)
    text = _own_words(source, evidence.agency.name) if source.is_page else source.document.text[:60_000]
    if not own or not source.document.pages or skeleton(own) in skeleton(text):
        return None
    page = source.document.pages[0]
    if not source.is_page and (office := _office_line(source, page, evidence)) is not None:
        return office
    spans = [*_top(source, page), *_opening(source)]
    named = [(hit, offset) for offset, words in spans for hit in _BODY.finditer(words)]
    named = [(hit, offset) for hit, offset in named if not source.is_page or not _same(hit.group(1), own)]
    if not named or any(_same(hit.group(1), own) for hit in _BODY.finditer(text)):
        return None
    owners = [pair for pair in named if not source.is_page and _is_owner(page, pair[1] + pair[0].start(), pair[0])]
    hit, offset = (owners or named)[0]
    if not owners and skeleton(text).count(skeleton(hit.group(1)[:12])) < 2:
        return None
    return hit.group(), of_span(source, page, offset + hit.start(), offset + hit.end())


_OFFICE = re.compile(r"(?:สำนักงาน|สถาบัน|องค์การ|กองทุน|ศาล|ธนาคาร|บริษัท|มูลนิธิ|สมาคม)[ก-๎]")
_INNER_OFFICE = re.compile(
    r"สำนักงาน(?:ปลัด|เลขา|อธิการ|คณบดี|ผู้อำนวยการ|ผู้ว่า|บริหาร|กลาง|ประธาน|รอง)|องค์การบริหาร|สถาบัน(?:ภาษา|วิจัยและพัฒนา)"
)


def _office_line(source: Source, page: PageText, evidence: ItemEvidence) -> tuple[str, Quote] | None:
    """A body named as a line of its own beneath a file's title and again later, which is not this agency or a part of it."""
    start = 0
    for line in page.text.split("\n")[:_TITLE_LINES]:
        name = line.strip()
        at, start = start + line.index(name) if name else start, start + len(line) + 1
        if not _OFFICE.match(name) or _INNER_OFFICE.match(name) or not 8 <= len(name) <= 70 or _CITED.search(name):
            continue
        bare = skeleton(name)
        again = skeleton(source.document.text[:60_000]).count(bare) >= 2
        public = name.endswith(("แห่งชาติ", "(องค์การมหาชน)", "แห่งประเทศไทย"))
        if (
            (again or public)
            and same_words(name, evidence.agency.name) < _SAME
            and bare not in skeleton(evidence.agency.name)
        ):
            return name, of_span(source, page, at, at + len(name))
    return None


def _is_owner(page: PageText, start: int, hit: re.Match[str]) -> bool:
    """Whether a name stands in a file's title as the body whose document it is, not as one that is cited or written to."""
    if hit.group().startswith(_CENTRAL) or len(page.text[:start].split("\n")) > _TITLE_LINES:
        return False
    line = page.text[page.text.rfind("\n", 0, start) + 1 : start]
    return not _CITED.search(line)


def is_national(source: Source, evidence: ItemEvidence) -> bool:
    """Whether a document is a plan of the whole nation, posted where the agency's own is asked for."""
    if (
        source.is_page
        or not source.document.pages
        or skeleton(evidence.agency.name) in skeleton(source.document.text[:60_000])
    ):
        return False
    own = _proper(evidence.agency.name)
    if own and skeleton(own) in skeleton(source.document.text[:60_000]):
        return False
    return bool(contains(source.document.pages[0].text[:300], evidence.terms("national_plans")))


def one_unit(source: Source, evidence: ItemEvidence) -> Quote | None:
    """The title of a document that says it is of one unit of the agency only, where the whole agency is asked for."""
    if not source.document.pages:
        return None
    page = source.document.pages[0]
    if (byline := _unit_alone(source, page, evidence.agency.name)) is not None:
        return byline
    for offset, words in _top(source, page):
        for line in words[:400].split("\n")[:4]:
            hit = _UNIT.search(line)
            if hit and skeleton(evidence.agency.name) not in skeleton(line):
                start = offset + words.index(line) + hit.start()
                return of_span(source, page, start, start + len(hit.group()))
    return None


def _unit_alone(source: Source, page: PageText, name: str) -> Quote | None:
    """A unit's name as a line of the title, where no line of the title is the agency's own."""
    if source.is_page:
        return None
    top = [line for line in page.text[:500].split("\n") if line.strip()][:4]
    units = [line for line in top if _UNIT_LINE.match(line.strip())]
    agency = [line for line in top if skeleton(name) in skeleton(line) and line not in units]
    if not units or agency:
        return None
    start = page.text.index(units[0])
    return of_span(source, page, start, start + len(units[0].rstrip()))


def _own_words(source: Source, name: str) -> str:
    """A page's own part without blocks that are nothing but the site's banner with the agency's name."""
    banner = skeleton(name)
    lines = source.text[:60_000].split("\n")
    return "\n".join(
        line
        for line in lines
        if not (banner in skeleton(line) and (len(skeleton(line)) <= 1.6 * len(banner) or _ADDRESS.search(line)))
    )


def _top(source: Source, page: PageText) -> list[tuple[int, str]]:
    """Where a document says whose it is: the first lines of a file, the headings of a page's own part."""
    if not source.is_page:
        return [(0, page.text[:1200])]
    headings = [b for p, _, b in source.blocks() if b.kind in (TITLE, HEADING)]
    return [(b.start, page.text[b.start : b.end]) for b in headings]


def _opening(source: Source) -> list[tuple[int, str]]:
    """The first words of a page's own text: "กรมตัวอย่างมีอำนาจหน้าที่…" says whose page it is as a title does."""
    for _, _, block in source.blocks() if source.is_page else ():
        page = source.document.pages[0]
        words = page.text[block.start : block.end]
        if block.kind not in (TITLE, HEADING, LINK) and block.table < 0 and len(words) >= 40:
            hit = _BODY.match(words)
            return [(block.start, hit.group())] if hit and not _NO_NAME.match(hit.group(1)) else []
    return []


def _proper(name: str) -> str:
    """The proper part of the agency's name: without the word for its kind, or whole."""
    hit = _BODY.match(name)
    return hit.group(1) if hit else name


def _same(name: str, own: str) -> bool:
    return same_words(name[: len(own) + 1], own) >= _SAME
