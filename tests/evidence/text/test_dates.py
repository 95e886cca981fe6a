"""Times named in Thai: every form that documents use, in every digit, and what each is there for."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.text import dates
from evidence.text.dates import MONTHS, DateMention, Kind, Role, find, years_in

THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def only(text: str) -> DateMention:
    mentions = find(text)
    assert len(mentions) == 1, mentions
    return mentions[0]


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1 ตุลาคม 2564", date(2021, 10, 1)),
        ("๑ ตุลาคม ๒๕๖๔", date(2021, 10, 1)),
        ("๑ ตุลาคม ๒๕6๔", date(2021, 10, 1)),
        ("วันที่ 31 มีนาคม พ.ศ. 2565", date(2022, 3, 31)),
        ("วันที่ ๓๑ เดือน มีนาคม พ.ศ. ๒๕๖๕", date(2022, 3, 31)),
        ("31 มีนาคม พ.ศ.2565", date(2022, 3, 31)),
        ("31 มีนาคม พ.ศ.. 2565", date(2022, 3, 31)),
        ("31 มีนาคม พ . ศ . 2565", date(2022, 3, 31)),
        ("31 มีนาคม พุทธศักราช 2565", date(2022, 3, 31)),
        ("15 ม.ค. 65", date(2022, 1, 15)),
        ("15 ม.ค.65", date(2022, 1, 15)),
        ("15 ม. ค. 2565", date(2022, 1, 15)),
        ("15 ม.ค 2565", date(2022, 1, 15)),
        ("๑๕ ก.พ. ๖๕", date(2022, 2, 15)),
        ("5 เม.ย. 2565", date(2022, 4, 5)),
        ("5 มิ.ย. 2565", date(2022, 6, 5)),
        ("5 พ.ค. 2565", date(2022, 5, 5)),
        ("5 พ.ย. 2564", date(2021, 11, 5)),
        ("5 มี.ค. 2565", date(2022, 3, 5)),
        ("5-ธ.ค.-64", date(2021, 12, 5)),
        ("5 กรกฏาคม 2565", date(2022, 7, 5)),
        ("5 มกาคม 2565", date(2022, 1, 5)),
        ("30 กุมภาพันธ์ 2565", date(2022, 2, 28)),
        ("31 พฤศจิกายน 2564", date(2021, 11, 30)),
        ("29 กุมภาพันธ์ 2567", date(2024, 2, 29)),
        ("12/11/2564", date(2021, 11, 12)),
        ("๑๒/๑๑/๒๕๖๔", date(2021, 11, 12)),
        ("12-11-2564", date(2021, 11, 12)),
        ("12.11.2564", date(2021, 11, 12)),
        ("12/11/64", date(2021, 11, 12)),
        ("03/05/2022", date(2022, 5, 3)),
        ("2022-05-03", date(2022, 5, 3)),
        ("2022/05/03", date(2022, 5, 3)),
        ("3 May 2022", date(2022, 5, 3)),
        ("3 พฤษภาคม ค.ศ. 2022", date(2022, 5, 3)),
        ("3 พฤษภาคม 2022", date(2022, 5, 3)),
    ],
)
def test_a_single_day_is_read_in_the_gregorian_calendar(text: str, day: date) -> None:
    mention = only(text)
    assert mention.kind is Kind.DAY
    assert mention.day == day
    assert mention.first == mention.last == (day.year + 543, day.month)
    assert mention.year_be == day.year + 543


@pytest.mark.parametrize(
    "text", ["วงเงิน 2,565 บาท", "2565 ราย", "โทร 042-256-4123", "ข้อ 12.11", "12/13/2564x", "32/01/2564", "เลขที่ 1/25645"]
)
def test_numbers_that_are_no_days_name_no_day(text: str) -> None:
    assert all(mention.kind is not Kind.DAY for mention in find(text))


@pytest.mark.parametrize("text", ["", "ไม่มีปี", "โทร. 0-4225-6512", "1,256,400.00 บาท", "รหัส 47220", "ผ่านเกณฑ์ 85 คะแนน"])
def test_a_text_without_a_time_names_none(text: str) -> None:
    assert find(text) == ()


FULL = [name for name, _ in MONTHS]
SHORT = [short for _, short in MONTHS]
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
FORMS = {
    "full": lambda d: f"{d.day} {FULL[d.month - 1]} {d.year + 543}",
    "full era": lambda d: f"{d.day} {FULL[d.month - 1]} พ.ศ. {d.year + 543}",
    "on the day": lambda d: f"วันที่ {d.day} เดือน{FULL[d.month - 1]} พ.ศ.{d.year + 543}",
    "short": lambda d: f"{d.day} {SHORT[d.month - 1]} {d.year + 543}",
    "short year": lambda d: f"{d.day} {SHORT[d.month - 1]} {(d.year + 543) % 100:02d}",
    "dashes": lambda d: f"{d.day}-{SHORT[d.month - 1]}-{(d.year + 543) % 100:02d}",
    "slashes": lambda d: f"{d.day}/{d.month}/{d.year + 543}",
    "slashes padded": lambda d: f"{d.day:02d}/{d.month:02d}/{d.year + 543}",
    "slashes short": lambda d: f"{d.day:02d}/{d.month:02d}/{(d.year + 543) % 100:02d}",
    "dots": lambda d: f"{d.day:02d}.{d.month:02d}.{d.year + 543}",
    "common era": lambda d: f"{d.day} {FULL[d.month - 1]} ค.ศ. {d.year}",
    "English": lambda d: f"{d.day} {ENGLISH[d.month - 1]} {d.year}",
    "ISO": lambda d: f"{d.year}-{d.month:02d}-{d.day:02d}",
}
days = st.dates(date(2000, 1, 1), date(2035, 12, 31))


def digits(text: str, choices: list[bool]) -> str:
    """`text` with every digit Thai where the next choice says so."""
    turns = iter(choices * (len(text) // len(choices) + 1))
    return "".join(letter.translate(THAI) if letter.isdigit() and next(turns) else letter for letter in text)


@given(days, st.sampled_from(sorted(FORMS)), st.lists(st.booleans(), min_size=1, max_size=8))
def test_any_day_in_any_form_and_digits_reads_back(day: date, form: str, choices: list[bool]) -> None:
    text = digits(FORMS[form](day), choices)
    mention = only(f"ประกาศ {text} เรื่อง")
    assert (mention.kind, mention.day) == (Kind.DAY, day)
    assert f"ประกาศ {text} เรื่อง"[mention.start : mention.end].endswith(text[-2:])


# ---------------------------------------------------------------- months and ranges


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("ตุลาคม 2564", (2564, 10)),
        ("เดือน ตุลาคม พ.ศ. ๒๕๖๔", (2564, 10)),
        ("ประจำเดือน มีนาคม 2565", (2565, 3)),
        ("ธ.ค. 64", (2564, 12)),
        ("เดือนพฤศจิกายน/2564", (2564, 11)),
        ("May 2022", (2565, 5)),
    ],
)
def test_a_month_with_its_year_is_read(text: str, month: tuple[int, int]) -> None:
    mention = only(text)
    assert (mention.kind, mention.first, mention.last, mention.months) == (Kind.MONTH, month, month, 1)


@given(st.integers(1, 12), st.integers(2545, 2578), st.sampled_from([FULL, SHORT]), st.booleans(), st.booleans())
def test_any_month_and_year_read_back(month: int, year: int, names: list[str], short: bool, thai: bool) -> None:
    text = f"เดือน{names[month - 1]} {year % 100 if short else year}"
    mention = only(text.translate(THAI) if thai else text)
    assert (mention.kind, mention.first) == (Kind.MONTH, (year, month))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("ต.ค. 64 – มี.ค. 65", (2564, 10), (2565, 3)),
        ("ต.ค.64 - มี.ค.65", (2564, 10), (2565, 3)),
        ("(ต.ค.64-มี.ค.65)", (2564, 10), (2565, 3)),
        ("ตุลาคม 2564 - มีนาคม 2565", (2564, 10), (2565, 3)),
        ("ตุลาคม ๒๕๖๔ ถึง มีนาคม ๒๕๖๕", (2564, 10), (2565, 3)),
        ("เดือนตุลาคม 2564 ถึงเดือนมีนาคม 2565", (2564, 10), (2565, 3)),
        ("1 ตุลาคม 2564 - 31 มีนาคม 2565", (2564, 10), (2565, 3)),
        ("1 ตุลาคม 2564 - 30 มีนาคม 2565", (2564, 10), (2565, 3)),
        ("๑ ต.ค. ๖๔ ถึงวันที่ ๓๑ มี.ค. ๖๕", (2564, 10), (2565, 3)),
        ("วันที่ 1 ตุลาคม พ.ศ. 2564 จนถึงวันที่ 30 กันยายน พ.ศ. 2565", (2564, 10), (2565, 9)),
        ("ต.ค. - ธ.ค. 2564", (2564, 10), (2564, 12)),
        ("ต.ค. - มี.ค. 2565", (2564, 10), (2565, 3)),
        ("1 ต.ค. - 31 มี.ค. 65", (2564, 10), (2565, 3)),
        ("มกราคม - มีนาคม 2565", (2565, 1), (2565, 3)),
        ("พ.ย. 2564 — ก.พ. 2565", (2564, 11), (2565, 2)),
    ],
)
def test_a_range_of_months_is_read_to_its_ends(text: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    mention = only(text)
    assert (mention.kind, mention.first, mention.last) == (Kind.SPAN, first, last)


@pytest.mark.parametrize(
    ("text", "months"), [("ต.ค. 64 - มี.ค. 65", 6), ("ต.ค. 2564 - ก.ย. 2565", 12), ("ม.ค. - มี.ค. 2565", 3)]
)
def test_a_range_counts_its_months(text: str, months: int) -> None:
    assert only(text).months == months


# ---------------------------------------------------------------- years


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("ปีงบประมาณ 2565", 2565),
        ("ปีงบประมาณ พ.ศ. ๒๕๖๕", 2565),
        ("ประจำปีงบประมาณ พ.ศ.๒๕๖5", 2565),
        ("ประจำปีงบประมาณพ.ศ.. 2565", 2565),
        ("ปี งบประมาณ 2565", 2565),
        ("ปีงบ 65", 2565),
        ("ปีงบประมาณ 65", 2565),
        ("ปีงบประมาณ ค.ศ. 2022", 2565),
    ],
)
def test_a_fiscal_year_runs_from_october_to_september(text: str, year: int) -> None:
    mention = only(text)
    assert (mention.kind, mention.year_be) == (Kind.FISCAL_YEAR, year)
    assert (mention.first, mention.last, mention.months) == ((year - 1, 10), (year, 9), 12)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("พ.ศ. 2565", 2565),
        ("พ.ศ.๒๕๖๕", 2565),
        ("พ.ศ.. 2565", 2565),
        ("ประจำปี 2565", 2565),
        ("ประจำปี พ.ศ. 2565", 2565),
        ("ปี 2565", 2565),
        ("ปี ๖๕", 2565),
        ("ปี 2022", 2565),
        ("ค.ศ. 2022", 2565),
        ("ITA 2565", 2565),
        ("ITA65", 2565),
        ("OIT_2565", 2565),
        ("ครั้งที่ 2/2565", 2565),
        ("แผนฯ 2565", 2565),
    ],
)
def test_a_plain_year_is_read_in_the_buddhist_era(text: str, year: int) -> None:
    mention = only(text)
    assert (mention.kind, mention.year_be) == (Kind.YEAR, year)
    assert mention.first is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("พ.ศ. 2561 - 2565", 2561, 2565),
        ("(พ.ศ. ๒๕61 - ๒๕๖5)", 2561, 2565),
        ("พ.ศ. 2566-2570", 2566, 2570),
        ("2561–2565", 2561, 2565),
        ("2561 ถึง 2565", 2561, 2565),
        ("พ.ศ. 2561 ถึง พ.ศ. 2565", 2561, 2565),
        ("ปีงบประมาณ 2561-2565", 2561, 2565),
        ("พ.ศ. 2561-65", 2561, 2565),
        ("2018-2022", 2561, 2565),
    ],
)
def test_a_range_of_years_is_read_to_its_ends(text: str, first: int, last: int) -> None:
    mention = only(text)
    assert (mention.kind, mention.year_be, mention.year_to_be) == (Kind.YEARS, first, last)


@given(st.integers(2545, 2575), st.integers(1, 5), st.sampled_from([" - ", "-", "–", " ถึง "]), st.booleans())
def test_any_range_of_years_reads_back(first: int, length: int, dash: str, thai: bool) -> None:
    text = f"แผนพัฒนาท้องถิ่น (พ.ศ. {first}{dash}{first + length})"
    mention = only(text.translate(THAI) if thai else text)
    assert (mention.year_be, mention.year_to_be) == (first, first + length)


def test_a_range_that_runs_backwards_is_no_range() -> None:
    assert all(mention.kind is not Kind.YEARS for mention in find("พ.ศ. 2565 - 2561"))


@pytest.mark.parametrize(
    ("text", "part", "year"),
    [
        ("ไตรมาส 1", (1, 1), None),
        ("ไตรมาสที่ ๒", (2, 2), None),
        ("ไตรมาส 1-2", (1, 2), None),
        ("ไตรมาสที่ 1 และ 2", (1, 2), None),
        ("ไตรมาสที่ 1 และไตรมาสที่ 2", (1, 2), None),
        ("ไตรมาส 1-2 ปีงบประมาณ พ.ศ. 2565", (1, 2), 2565),
        ("ไตรมาสที่ 2/2565", (2, 2), 2565),
        ("ไตรมาสที่ ๒ ประจำปีงบประมาณ ๒๕๖๕", (2, 2), 2565),
    ],
)
def test_quarters_are_read_with_their_year(text: str, part: tuple[int, int], year: int | None) -> None:
    mention = only(text)
    assert (mention.kind, mention.part, mention.year_be) == (Kind.QUARTER, part, year)


@pytest.mark.parametrize(
    ("text", "part", "year"),
    [
        ("รอบ 6 เดือน", (1, 2), None),
        ("รอบ6เดือน", (1, 2), None),
        ("รอบ ๖ เดือน", (1, 2), None),
        ("รอบหกเดือน", (1, 2), None),
        ("รอบ 6 เดือนแรก", (1, 2), None),
        ("รอบ 6 เดือน ปีงบประมาณ พ.ศ. ๒๕๖๕", (1, 2), 2565),
        ("รอบ 6 เดือน ประจำปี 2565", (1, 2), 2565),
        ("รอบ 12 เดือน ปีงบประมาณ 2564", (1, 4), 2564),
        ("6 เดือนหลัง", (3, 4), None),
        ("รอบ 6 เดือนหลัง", (3, 4), None),
        ("ครึ่งปีแรก", (1, 2), None),
        ("ครึ่งปีหลัง", (3, 4), None),
        ("รอบ 3 เดือน", (1, 1), None),
        ("รอบ 9 เดือน", (1, 3), None),
    ],
)
def test_half_years_are_read_as_their_quarters(text: str, part: tuple[int, int], year: int | None) -> None:
    mention = only(text)
    assert (mention.kind, mention.part, mention.year_be) == (Kind.HALF, part, year)


def test_the_file_name_of_a_six_month_report_names_a_half_and_a_year() -> None:
    kinds = {mention.kind: mention for mention in find("report 6M 2022")}
    assert kinds[Kind.HALF].part == (1, 2)
    assert {mention.year_be for mention in kinds.values()} >= {2565}


# ---------------------------------------------------------------- roles


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("ตามพระราชบัญญัติข้อมูลข่าวสารของราชการ พ.ศ. 2540", Role.LAW),
        ("ระเบียบกระทรวงมหาดไทยว่าด้วยการจัดทำแผน พ.ศ. ๒๕๔๘", Role.LAW),
        ("รัฐธรรมนูญแห่งราชอาณาจักรไทย พุทธศักราช 2560", Role.LAW),
        ("กฎกระทรวงกำหนดหลักเกณฑ์ ปี 2560", Role.LAW),
        ("ประกาศ ณ วันที่ 4 มกราคม 2565", Role.SIGNED),
        ("สั่ง ณ วันที่ ๔ มกราคม พ.ศ. ๒๕๖๕", Role.SIGNED),
        ("ลงวันที่ 4 มกราคม 2565", Role.SIGNED),
        ("ระหว่างวันที่ 1 ตุลาคม 2564", Role.PERIOD),
        ("ข้อมูล ณ วันที่ 31 มีนาคม 2565", Role.PERIOD),
        ("ประจำเดือน ตุลาคม 2564", Role.PERIOD),
        ("ปรับปรุงล่าสุด 4 มกราคม 2565", Role.UPDATED),
        ("เผยแพร่เมื่อ 4 ม.ค. 65", Role.UPDATED),
        ("แผนดำเนินงาน ปีงบประมาณ 2565", Role.PLAIN),
        ("ตามพระราชบัญญัติวิธีการงบประมาณ แผนประจำปีงบประมาณ 2565", Role.PLAIN),
    ],
)
def test_the_words_before_a_time_say_what_it_is_there_for(text: str, role: Role) -> None:
    assert find(text)[-1].role is role


def test_times_come_in_the_order_of_the_text_and_do_not_overlap() -> None:
    text = "แผนประจำปีงบประมาณ 2565 (ต.ค. 64 - ก.ย. 65) ประกาศ ณ วันที่ 1 ตุลาคม 2564 รอบ 6 เดือน"
    mentions = find(text)
    assert [mention.kind for mention in mentions] == [Kind.FISCAL_YEAR, Kind.SPAN, Kind.DAY, Kind.HALF]
    assert all(a.end <= b.start for a, b in pairwise(mentions))


def test_years_are_listed_once_each_in_order() -> None:
    assert years_in(find("ปี 2565 และ พ.ศ. 2566-2570 และปี 2565")) == (2565, 2566, 2570)


@given(st.text(alphabet="0123456789๐๑๒๓ /-.พศคตม. ปีงบประมาณไตรมาสเดือนรอบ", max_size=60))
def test_any_text_is_read_without_error_and_within_bounds(text: str) -> None:
    for mention in find(text):
        assert 0 <= mention.start < mention.end <= len(text)
        if mention.day:
            assert 1 <= mention.day.day <= monthrange(mention.day.year, mention.day.month)[1]


@pytest.mark.parametrize(
    "words", ["ครึ่งปีแรก", "หกเดือนแรก", "รอบหกเดือน", "ไตรมาสที่ 1", "มี.ค. 65", "6 months 2022", "5 JAN 2022"]
)
def test_quick_refusals_lose_no_mention(words: str) -> None:
    expected = dates._found(words + " " * dates._SHORT)
    assert dates.find(words) == expected


@pytest.mark.parametrize("words", ["ไตรมาสที่ 1", "รอบ 6 เดือน", "ปีงบประมาณ", "1 ต.ค. -", "วันที่ 1 มกราคม"])
def test_a_long_blank_after_half_a_date_costs_no_time(words: str) -> None:
    begun = process_time()
    assert len(find(f"{words}{' ' * 20_000}x")) <= 1
    assert process_time() - begun < 2


def test_a_year_whose_digits_stand_on_lines_of_their_own_is_read_behind_its_era() -> None:
    assert years_in(find("พ.ศ. ๒๕\n๖\n๒")) == (2562,)
    (day,) = find("ประกาศ ณ วันที่ ๑ มกราคม พ.ศ. ๒๕\n๖๒\nผู้ลงนาม")
    assert (day.kind, day.day) == (Kind.DAY, date(2019, 1, 1))
    assert find("จำนวน ๒๕\n๖\n๒ โครงการ") == ()
    assert years_in(find("พ.ศ. 2565\n1. ข้อหนึ่ง")) == (2565,)


@pytest.mark.parametrize(
    ("words", "first", "last"), [("มค.-มีค. 65", (2565, 1), (2565, 3)), ("ตค.64-มีค.65", (2564, 10), (2565, 3))]
)
def test_abbreviated_months_with_one_point_are_a_span(
    words: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    (span,) = find(words)
    assert (span.kind, span.first, span.last) == (Kind.SPAN, first, last)


def test_a_quarter_may_be_called_q() -> None:
    (quarter,) = find("รายงาน Q1/2565")
    assert (quarter.kind, quarter.year_be, quarter.part) == (Kind.QUARTER, 2565, (1, 1))


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("ตุลาคม พฤศจิกายน และธันวาคม 2564", [(2564, 10), (2564, 11), (2564, 12)]),
        ("เดือนตุลาคม, พฤศจิกายน, ธันวาคม พ.ศ. ๒๕๖๔", [(2564, 10), (2564, 11), (2564, 12)]),
        ("ต.ค. พ.ย. ธ.ค. 64 ม.ค. ก.พ. 65", [(2564, 10), (2564, 11), (2564, 12), (2565, 1), (2565, 2)]),
        ("พ.ย. ธ.ค. ม.ค. 65", [(2564, 11), (2564, 12), (2565, 1)]),
    ],
)
def test_a_list_of_months_may_name_its_year_once(text: str, months: list[tuple[int, int]]) -> None:
    found = find(text)
    assert [mention.first for mention in found] == months
    assert all(text[mention.start : mention.end].strip() for mention in found)
