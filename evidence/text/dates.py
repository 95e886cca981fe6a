"""Thai dates, months, fiscal years, year ranges, quarters and half-years in a text, and what each one is there for.

Reads Thai, Arabic and mixed digits; Buddhist Era (four and two digits) and Common Era; full and abbreviated months;
typical slips (`พ.ศ..`, `30 กุมภาพันธ์`, blanks inside abbreviations). Years are returned in the Buddhist Era.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from evidence.text.matching import THAI_DIGITS

MONTHS = (
    ("มกราคม", "ม.ค."),
    ("กุมภาพันธ์", "ก.พ."),
    ("มีนาคม", "มี.ค."),
    ("เมษายน", "เม.ย."),
    ("พฤษภาคม", "พ.ค."),
    ("มิถุนายน", "มิ.ย."),
    ("กรกฎาคม", "ก.ค."),
    ("สิงหาคม", "ส.ค."),
    ("กันยายน", "ก.ย."),
    ("ตุลาคม", "ต.ค."),
    ("พฤศจิกายน", "พ.ย."),
    ("ธันวาคม", "ธ.ค."),
)


class Kind(StrEnum):
    DAY = "day"
    MONTH = "month"
    SPAN = "span"
    FISCAL_YEAR = "fiscal_year"
    YEAR = "year"
    YEARS = "years"
    QUARTER = "quarter"
    HALF = "half"


class Role(StrEnum):
    """What a date is there for, judged from the words before it; titles and headings are known from the block."""

    LAW = "law"
    SIGNED = "signed"
    PERIOD = "period"
    UPDATED = "updated"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class DateMention:
    """A stretch `text[start:end]` that names a time.

    `first`/`last` (months as `(year_be, month)`) are the months it covers, None where the text gives no year.
    `day` is the Gregorian date of a single day. `year_be` the year it is called by; for a span of years `year_to_be`
    its end. `part` is `(first, last)` quarter (1–4) of a quarter or half-year mention.
    """

    kind: Kind
    start: int
    end: int
    year_be: int | None = None
    year_to_be: int | None = None
    first: tuple[int, int] | None = None
    last: tuple[int, int] | None = None
    day: date | None = None
    part: tuple[int, int] | None = None
    role: Role = Role.PLAIN

    @property
    def months(self) -> int:
        """How many months it covers, 0 where unknown."""
        if self.first is None or self.last is None:
            return 0
        return (self.last[0] - self.first[0]) * 12 + self.last[1] - self.first[1] + 1


def find(text: str) -> tuple[DateMention, ...]:
    """All mentions of a time in `text`, in order, the longest reading first where readings overlap."""
    return _found_in_short(text) if len(text) <= _SHORT else _found(text)


_SHORT = 600
"""Titles, cells and paragraphs of at most so many letters are asked about again for every item: their answer is kept."""


def _found(text: str) -> tuple[DateMention, ...]:
    plain = text.translate(THAI_DIGITS).translate(_DASHES)
    if not _ANY.search(plain):
        return ()
    named = _ANY_MONTH.search(plain) is not None
    taken: list[DateMention] = []
    for pattern, read in _PATTERNS if named else _PATTERNS_WITHOUT_MONTH:
        for hit in pattern.finditer(plain):
            if any(hit.start() < other.end and other.start < hit.end() for other in taken):
                continue
            mention = read(hit)
            if mention is not None:
                taken.append(replace(mention, role=_role(plain, mention.start, mention.end)))
    if named:
        taken += [each for mention in taken if mention.kind is Kind.MONTH for each in _listed_before(plain, mention)]
    return tuple(sorted(taken, key=lambda mention: mention.start))


def _listed_before(plain: str, mention: DateMention) -> Iterator[DateMention]:
    """The months of a list whose year stands only by its last one: `ต.ค. พ.ย. และ ธ.ค. 64`.

    Read from the end; a month later in the calendar than the one after it lies in the year before (`ธ.ค. ม.ค. 65`).
    """
    at, start = mention.first, mention.start
    for _ in range(11):
        before = plain[max(0, start - _LISTED_WITHIN) : start]
        hit = _LISTED.search(before)
        if at is None or hit is None:
            return
        number = _month(hit["month"])
        at = (at[0] if number < at[1] else at[0] - 1, number)
        start += hit.start("month") - len(before)
        yield replace(mention, start=start, end=start + len(hit["month"]), year_be=at[0], first=at, last=at)


_found_in_short = lru_cache(maxsize=20_000)(_found)
_ANY = re.compile("[0-9]|ครึ่ง|เดือน")
"""Without one of these a text names no time that any pattern reads."""


_DASHES = {ord(c): "-" for c in "–—−‐‑‒―~"}
_GAP = r"[ \t\u00a0]*+"
"""It gives nothing back: many gaps in a row would try all ways to share a long blank out among them."""
_MONTH_WORDS = {
    1: r"มกร?าคม|ม\s?\.\s?ค\s?\.?|january|(?<![ก-๎])มค(?![ก-๎])\.?|\bjan\b\.?",
    2: r"กุมภาพันธุ?์?|กุมภา|ก\s?\.\s?พ\s?\.?|february|(?<![ก-๎])กพ(?![ก-๎])\.?|\bfeb\b\.?",
    3: r"มีนาคม|มี\s?\.\s?ค\s?\.?|march|(?<![ก-๎])มีค(?![ก-๎])\.?|\bmar\b\.?",
    4: r"เมษายน|เม\s?\.\s?ย\s?\.?|april|(?<![ก-๎])เมย(?![ก-๎])\.?|\bapr\b\.?",
    5: r"พฤษภาคม|พ\s?\.\s?ค\s?\.?|may|(?<![ก-๎])พค(?![ก-๎])\.?",
    6: r"มิถุนายน|มิ\s?\.\s?ย\s?\.?|june|(?<![ก-๎])มิย(?![ก-๎])\.?|\bjun\b\.?",
    7: r"กรก[ฎฏ]าคม|ก\s?\.\s?ค\s?\.?|july|(?<![ก-๎])กค(?![ก-๎])\.?|\bjul\b\.?",
    8: r"สิงหาคม|ส\s?\.\s?ค\s?\.?|august|(?<![ก-๎])สค(?![ก-๎])\.?|\baug\b\.?",
    9: r"กันยายน|ก\s?\.\s?ย\s?\.?|september|(?<![ก-๎])กย(?![ก-๎])\.?|\bsept?\b\.?",
    10: r"ตุลาคม|ต\s?\.\s?ค\s?\.?|october|(?<![ก-๎])ตค(?![ก-๎])\.?|\boct\b\.?",
    11: r"พฤศจิกายน|พฤศจิกา|พ\s?\.\s?ย\s?\.?|november|(?<![ก-๎])พย(?![ก-๎])\.?|\bnov\b\.?",
    12: r"ธันวาคม|ธ\s?\.\s?ค\s?\.?|december|(?<![ก-๎])ธค(?![ก-๎])\.?|\bdec\b\.?",
}
_MONTH = "(?:" + "|".join(f"(?:{words})" for words in _MONTH_WORDS.values()) + ")"
_LISTED = re.compile(rf"(?P<month>{_MONTH})\s*(?:,|/|และ|กับ|\s)\s*(?:และ\s*)?(?:เดือน\s*)?$", re.IGNORECASE)
_LISTED_WITHIN = 40
_MONTH_OF = [(number, re.compile(words, re.IGNORECASE)) for number, words in _MONTH_WORDS.items()]
_ERA = rf"(?:(?:ปี{_GAP})?(?:พุทธศักราช|พ{_GAP}\.?{_GAP}ศ{_GAP}\.{{0,2}}|ค{_GAP}\.?{_GAP}ศ{_GAP}\.{{0,2}}){_GAP})?"
_YEAR4 = r"(?:2[45][0-9]{2}|20[0-4][0-9]|19[89][0-9])(?![0-9])"
_YEAR4_LOOSE = r"(?:2 ?[45] ?[0-9] ?[0-9]|20[0-4][0-9]|19[89][0-9])(?! ?[0-9])"
_YEAR2 = r"(?:[4-7][0-9])(?![0-9])"
_TORN_YEAR = r"2[ \n]?[45][ \n]?[0-9][ \n]?[0-9](?![ \n]?[0-9])"
"""A year whose digits stand on lines of their own (Royal Gazette); only behind its era."""
_SAID_ERA = rf"(?:พุทธศักราช|พ{_GAP}\.{_GAP}ศ{_GAP}\.{{0,2}}){_GAP}"
_YEAR = rf"(?:{_ERA}'?(?:{_YEAR4}|{_YEAR2})|{_SAID_ERA}{_TORN_YEAR})"
_TO = rf"{_GAP}(?:-|ถึง|จนถึง|to|/)+{_GAP}\n?{_GAP}"
_DAY_NUMBER = r"(?<![0-9])(?:0?[1-9]|[12][0-9]|3[01])(?![0-9])"
_ON = rf"(?:วันที่{_GAP})?"
_WORD_MONTH = rf"(?:เดือน{_GAP})?"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _be(digits: str) -> int | None:
    number = int(re.sub(r"[^0-9]", "", digits) or 0)
    if 2400 <= number <= 2620:
        return number
    if 1980 <= number <= 2049:
        return number + 543
    return 2500 + number if 40 <= number <= 79 else None


def _month(words: str) -> int:
    bare = re.sub(r"\s", "", words)
    return next(number for number, pattern in _MONTH_OF if pattern.fullmatch(bare) or pattern.fullmatch(words))


def _day(year_be: int, month: int, day: int) -> date | None:
    """The date; a day past the month's end (a common slip) becomes its last day."""
    year = year_be - 543
    return date(year, month, min(day, monthrange(year, month)[1]))


def _read_day(hit: re.Match[str]) -> DateMention | None:
    year = _be(hit["year"])
    if year is None:
        return None
    month = _month(hit["month"])
    at = (year, month)
    return DateMention(Kind.DAY, hit.start(), hit.end(), year, None, at, at, _day(year, month, int(hit["day"])))


def _read_numeric(hit: re.Match[str]) -> DateMention | None:
    year, month, day = _be(hit["year"]), int(hit["month"]), int(hit["day"])
    if year is None or not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    at = (year, month)
    return DateMention(Kind.DAY, hit.start(), hit.end(), year, None, at, at, _day(year, month, day))


def _read_month(hit: re.Match[str]) -> DateMention | None:
    year = _be(hit["year"])
    if year is None:
        return None
    at = (year, _month(hit["month"]))
    return DateMention(Kind.MONTH, hit.start(), hit.end(), year, None, at, at)


def _read_span(hit: re.Match[str]) -> DateMention | None:
    """A range of months or days; the first year may be left out (`ต.ค. - ธ.ค. 2564`, `1 ต.ค. - 31 มี.ค. 65`)."""
    last_year = _be(hit["year2"])
    if last_year is None:
        return None
    first_month, last_month = _month(hit["month1"]), _month(hit["month2"])
    stated = _be(hit["year1"]) if hit["year1"] else None
    first_year = stated or (last_year if first_month <= last_month else last_year - 1)
    first, last = (first_year, first_month), (last_year, last_month)
    if not 0 <= (last[0] - first[0]) * 12 + last[1] - first[1] <= 71:
        return None
    return DateMention(Kind.SPAN, hit.start(), hit.end(), last_year, None, first, last)


def _read_years(hit: re.Match[str]) -> DateMention | None:
    first = _be(hit["from"])
    last = _be(hit["to"])
    if first is None or last is None or not first < last <= first + 25:
        return None
    return DateMention(Kind.YEARS, hit.start(), hit.end(), first, last, (first, 1), (last, 12))


def _read_fiscal(hit: re.Match[str]) -> DateMention | None:
    year = _be(hit["year"])
    if year is None:
        return None
    last = _be(hit["to"]) if hit["to"] else None
    if last is not None and year < last <= year + 25:
        return DateMention(Kind.YEARS, hit.start(), hit.end(), year, last, (year - 1, 10), (last, 9))
    return DateMention(Kind.FISCAL_YEAR, hit.start(), hit.end(), year, None, (year - 1, 10), (year, 9))


def _read_year(hit: re.Match[str]) -> DateMention | None:
    year = _be(hit["year"])
    if year is None:
        return None
    return DateMention(Kind.YEAR, hit.start(), hit.end(), year)


def _read_quarter(hit: re.Match[str]) -> DateMention | None:
    first = int(hit["q1"])
    last = int(hit["q2"]) if hit["q2"] else first
    year = _be(hit["year"]) if hit["year"] else None
    if not 1 <= first <= last <= 4:
        return None
    return DateMention(Kind.QUARTER, hit.start(), hit.end(), year, part=(first, last))


def _read_half(hit: re.Match[str]) -> DateMention | None:
    words = hit.group()
    year = _be(hit["year"]) if hit["year"] else None
    count = re.search(r"[0-9]+|หก|สามเดือน|เก้า|สิบสอง", words)
    spelt = {"หก": 6, "สามเดือน": 3, "เก้า": 9, "สิบสอง": 12}
    months = (spelt.get(count.group()) or int(count.group())) if count and not words.startswith("ครึ่ง") else 6
    if months not in (3, 6, 9, 12):
        return None
    later = bool(re.search(r"หลัง|ครั้งที่\s*2|สิ้นปี", words))
    part = (3, 4) if later and months == 6 else (1, months // 3)
    return DateMention(Kind.HALF, hit.start(), hit.end(), year, part=part)


_TAIL_YEAR = (
    rf"(?:{_GAP}[/(]?{_GAP}(?:ของ)?{_GAP}(?:ประจำ)?(?:ปี{_GAP}งบประมาณ|ปี)?{_GAP}{_ERA}(?P<year>{_YEAR4}|{_YEAR2}))?"
)
_PATTERNS = (
    (
        _compiled(
            rf"{_ON}(?:{_DAY_NUMBER}{_GAP})?{_WORD_MONTH}(?P<month1>{_MONTH}){_GAP}(?P<year1>{_YEAR})?{_TO}"
            rf"{_ON}(?:{_DAY_NUMBER}{_GAP})?{_WORD_MONTH}(?P<month2>{_MONTH}){_GAP}(?P<year2>{_YEAR})"
        ),
        _read_span,
    ),
    (
        _compiled(
            rf"(?P<day>{_DAY_NUMBER}){_GAP}[-/]?{_GAP}{_WORD_MONTH}(?P<month>{_MONTH}){_GAP}[-/,]?{_GAP}(?P<year>{_YEAR})"
        ),
        _read_day,
    ),
    (
        _compiled(
            rf"(?<![0-9/.-])(?P<day>[0-3]?[0-9])(?P<sep>[/.-])(?P<month>[01]?[0-9])(?P=sep)(?P<year>{_YEAR4}|{_YEAR2})(?![/-])"
        ),
        _read_numeric,
    ),
    (
        _compiled(
            r"(?<![0-9/.-])(?P<year>20[0-4][0-9])(?P<sep>[/.-])(?P<month>[01][0-9])(?P=sep)(?P<day>[0-3][0-9])(?![0-9])"
        ),
        _read_numeric,
    ),
    (_compiled(rf"{_WORD_MONTH}(?P<month>{_MONTH}){_GAP}[-/,]?{_GAP}(?P<year>{_YEAR})"), _read_month),
    (
        _compiled(
            rf"(?<![0-9/-])(?<![0-9][.,])(?P<from>{_YEAR4_LOOSE}){_TO}(?:ปี{_GAP})?{_ERA}(?P<to>{_YEAR4_LOOSE}|{_YEAR2})(?![/-])"
        ),
        _read_years,
    ),
    (
        _compiled(
            rf"(?:ไตรมาส{_GAP}(?:ที่)?{_GAP}|(?<![a-z0-9])Q(?=[1-4]{_GAP}/))(?P<q1>[1-4])(?![0-9])(?:{_GAP}(?:-|และ|ถึง|,|&)+{_GAP}(?:ไตรมาส{_GAP})?(?:ที่)?{_GAP}(?P<q2>[1-4])(?![0-9]))?"
            rf"{_TAIL_YEAR}"
        ),
        _read_quarter,
    ),
    (
        _compiled(
            rf"(?:(?:รอบ|ระยะ|ราย|ใน|ช่วง){_GAP}(?:ระยะ{_GAP})?(?:เวลา{_GAP})?(?:3|6|9|12|หก|สาม|เก้า|สิบสอง){_GAP}เดือน(?:{_GAP}(?:แรก|หลัง))?|(?:6|9|หก){_GAP}เดือน{_GAP}(?:แรก|หลัง)"
            rf"|ครึ่งปี{_GAP}(?:งบประมาณ)?{_GAP}(?:แรก|หลัง)|(?:3|6|9|12|หก|สาม|เก้า|สิบสอง){_GAP}เดือน|(?<![a-z0-9])6M(?![a-z0-9])){_TAIL_YEAR}"
        ),
        _read_half,
    ),
    (
        _compiled(
            rf"ปี{_GAP}(?:งบ{_GAP}ประมาณ|งบ){_GAP}{_ERA}(?P<year>{_YEAR4_LOOSE}|{_YEAR2})"
            rf"(?:{_TO}(?:ปี{_GAP}งบประมาณ{_GAP})?{_ERA}(?P<to>{_YEAR4}|{_YEAR2}))?"
        ),
        _read_fiscal,
    ),
    (
        _compiled(
            rf"(?:ประจำ{_GAP})?(?:ปี{_GAP})?(?:พ{_GAP}\.{_GAP}ศ{_GAP}\.{{0,2}}|พุทธศักราช|ค{_GAP}\.{_GAP}ศ{_GAP}\.){_GAP}(?P<year>{_YEAR4_LOOSE}|{_YEAR2}|{_TORN_YEAR})"
            rf"|(?:ประจำ{_GAP}ปี|รอบปี|ปี){_GAP}'?(?P<year_b>{_YEAR4}|{_YEAR2})"
        ),
        lambda hit: _read_year_any(hit),
    ),
    (_compiled(rf"(?:ITA|OIT|FY){_GAP}[_-]?{_GAP}(?P<year>{_YEAR4}|{_YEAR2})"), _read_year),
    (_compiled(rf"ครั้งที่{_GAP}[0-9]{{1,2}}{_GAP}/{_GAP}(?P<year>{_YEAR4})"), _read_year),
    (_compiled(r"(?<![0-9,./-])(?P<year>25[0-9]{2})(?![0-9,]|[./-][0-9])"), _read_year),
)


_PATTERNS_WITHOUT_MONTH = tuple(row for row in _PATTERNS if row[1] not in (_read_span, _read_day, _read_month))
_ANY_MONTH = _compiled(_MONTH)


def _read_year_any(hit: re.Match[str]) -> DateMention | None:
    year = _be(hit["year"] or hit["year_b"])
    return None if year is None else DateMention(Kind.YEAR, hit.start(), hit.end(), year)


_LAW = re.compile(
    r"(?:พระราชบัญญัติ|พระราชกฤษฎีกา|พระราชกำหนด|พ\.?\s*ร\.?\s*บ\.?|รัฐธรรมนูญ|ระเบียบ|กฎกระทรวง|กฏกระทรวง|ข้อบังคับ|ประมวลกฎหมาย|หนังสือ|ฉบับที่)[^\n]{0,110}$"
)
_SIGNED = re.compile(r"(?:(?:ประกาศ|สั่ง|ให้ไว้|ลงนาม)\s*ณ\s*(?:วันที่)?|ลงวันที่|^\s*วันที่)\s*$")
_PERIOD = re.compile(r"(?:ระหว่าง|ตั้งแต่|ประจำเดือน|รอบเดือน|ช่วง|ณ สิ้น|ณ วันที่|ข้อมูล ณ|ประจำปี|ในรอบ)\s*(?:วันที่)?\s*(?:เดือน)?\s*$")
_OF_A_YEAR = re.compile(r"(?:ปี\s*งบประมาณ|ประจำ\s*ปี)[\s\d./]*(?:พ\s*\.?\s*ศ\s*\.*\s*)?[\s\d]*$")
_UPDATED = re.compile(
    r"(?:ปรับปรุง|แก้ไข|เผยแพร่|อัพเดท|อัปเดต|โพสต์|เขียนเมื่อ|สร้างเมื่อ|ลงข่าว"
    r"|Last Updated?|Updated|Modified|Published|Posted|Created|Written)[^\n]{0,25}$"
)


def _role(plain: str, start: int, end: int) -> Role:
    before = plain[max(0, start - 130) : start]
    line = before.rsplit("\n", 1)[-1] + ("เดือน" if plain.startswith("เดือน", start) else "")
    if _SIGNED.search(line):
        return Role.SIGNED
    if _PERIOD.search(line):
        return Role.PERIOD
    if _UPDATED.search(line):
        return Role.UPDATED
    law = _LAW.search(before)
    return Role.LAW if law and not _OF_A_YEAR.search(line + plain[start:end]) else Role.PLAIN


def years_in(mentions: Iterator[DateMention] | tuple[DateMention, ...]) -> tuple[int, ...]:
    """The Buddhist years that mentions are called by, each once, in order."""
    years = (year for mention in mentions for year in (mention.year_be, mention.year_to_be) if year)
    return tuple(dict.fromkeys(years))
