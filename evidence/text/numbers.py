"""Spreadsheet values as a person sees them: number formats, dates in Thai and in the Buddhist Era."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from evidence.text.dates import MONTHS

_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_LOCALE = re.compile(r"\[\$[^\]-]*-([0-9A-Fa-f]{2,8})\]")
_DATE_TOKEN = re.compile(
    r"""(?ix)"([^"]*)" | \\(.) | _. | \*. | \[(?:h+|m+|s+)\] | \[[^\]]*\]
    | (yyyy|yy|e+|bbbb|bb|mmmmm|mmmm|mmm|mm|m|dddd|ddd|dd|d|hh|h|ss|s|am/pm|a/p|0+) | (.)"""
)
_DIGITS = re.compile(r"[0#?]")
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ENGLISH_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_THAI_DAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
_SYSTEM_DATES = ("mm-dd-yy", "m/d/yyyy", "mm/dd/yyyy", "m/d/yy")
"""Formats that Excel replaces by the short date of the computer: on a Thai one day/month/BE year."""
_BUDDHIST_CALENDAR = "07"


def display(value: object, number_format: str = "General") -> str:
    """The text a cell shows for a value under its number format. None gives an empty text; text stays itself."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return _date(value, number_format)
    if isinstance(value, dt.timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if isinstance(value, int | float | Decimal):
        return _number(value, number_format or "General")
    return str(value)


def _number(value: float | int | Decimal, number_format: str) -> str:
    try:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return str(value)
    section, signed = _section(number, number_format)
    bare = _bare(section)
    if "general" in bare.lower() or "@" in bare:
        return _general(number)
    if not _DIGITS.search(bare):
        return bare.strip()
    if "/" in bare or re.search(r"[Ee][+-]", bare):
        return _general(number)
    text = _filled(abs(number) if signed else number, bare)
    thai = re.search(r"(?i)\bt[0#]", section) or _thai_digits(number_format)
    return text.translate(_THAI_DIGITS) if thai else text


def _section(number: Decimal, number_format: str) -> tuple[str, bool]:
    """The part of the format for this sign, and whether that part carries the sign itself."""
    sections = number_format.split(";")
    if number < 0 and len(sections) > 1 and sections[1]:
        return sections[1], True
    if number == 0 and len(sections) > 2 and sections[2]:
        return sections[2], False
    return sections[0], False


def _bare(section: str) -> str:
    """The section without colours, conditions, fill and padding; literals in place."""
    section = re.sub(r"\[\$([^\]-]*)-?[^\]]*\]", r"\1", section)
    section = re.sub(r"\[[^\]]*\]|_.|\*.", "", section)
    section = re.sub(r'"([^"]*)"', r"\1", section)
    return re.sub(r"(?i)\bt(?=[0#])", "", section.replace("\\", ""))


def _filled(number: Decimal, bare: str) -> str:
    first, last = _DIGITS.search(bare), bare.rstrip("%) ")
    start = first.start() if first else 0
    body = re.match(r"[0#?,. ]*", bare[start:])
    pattern = (body.group() if body else "").rstrip(" ")
    if "%" in bare:
        number *= 100
    whole, _, fraction = pattern.partition(".")
    while whole.endswith(","):
        number, whole = number / 1000, whole[:-1]
    places = len(_DIGITS.findall(fraction))
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:,.{places}f}" if "," in whole else f"{rounded:.{places}f}"
    text = _optional_places(text, fraction)
    if not rounded and whole.strip("?") == "" and not places:
        return bare.replace(pattern, "").strip()
    width = whole.count("0")
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if "," not in whole and len(digits.partition(".")[0]) < width:
        digits = digits.zfill(width + (len(digits) - len(digits.partition(".")[0])))
    if width == 0 and digits.startswith("0") and (digits == "0" or digits.startswith("0.")) and "?" not in whole:
        digits = digits[1:]
    before, after = bare[:start], bare[start + len(pattern) :]
    return f"{sign}{before}{digits}{after}".strip() if last else digits


def _optional_places(text: str, fraction: str) -> str:
    """Zeros at the end go where the format says `#`."""
    keep = fraction.count("0")
    head, dot, places = text.partition(".")
    while len(places) > keep and places.endswith("0"):
        places = places[:-1]
    return head + dot + places if places else head


def _general(number: Decimal) -> str:
    """Excel's General: eleven significant digits at most."""
    if number == number.to_integral_value() and abs(number) < Decimal(10) ** 15:
        return str(int(number))
    text = f"{float(number):.10g}"
    return text


def _date(value: dt.datetime | dt.date | dt.time, number_format: str) -> str:
    if isinstance(value, dt.time):
        moment = dt.datetime.combine(dt.date(2000, 1, 1), value)
        if not re.search(r"(?i)h", number_format):
            return f"{moment:%H:%M}"
    else:
        moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
    plain = number_format.split(";")[0]
    if plain.lower() in _SYSTEM_DATES or plain.lower() == "general":
        return f"{moment.day}/{moment.month}/{_buddhist(moment.year)}"
    text = "".join(_date_pieces(moment, plain))
    return text.translate(_THAI_DIGITS) if _thai_digits(plain) else text.strip()


def _date_pieces(moment: dt.datetime, number_format: str) -> list[str]:
    locale = _LOCALE.search(number_format)
    code = locale.group(1).upper().zfill(8) if locale else ""
    thai = code.endswith("041E")
    buddhist = code[2:4] == _BUDDHIST_CALENDAR
    afternoon = bool(re.search(r"(?i)am/pm|a/p", number_format))
    pieces: list[str] = []
    last_time = ""
    for found in _DATE_TOKEN.finditer(number_format):
        quoted, escaped, token, other = found.groups()
        if token:
            token = token.lower()
            minutes = token in ("m", "mm") and (
                last_time.startswith("h") or re.match(r"(?i)[:.]ss?", number_format[found.end() :]) is not None
            )
            pieces.append(_date_piece(moment, token, minutes, thai, buddhist, afternoon))
            last_time = token if token[0] in "hs" else ""
            continue
        text = quoted if quoted is not None else escaped or other or ""
        pieces.append(text)
    return pieces


def _date_piece(moment: dt.datetime, token: str, minutes: bool, thai: bool, buddhist: bool, afternoon: bool) -> str:
    if token[0] in "ybe":
        year = _buddhist(moment.year) if buddhist or token[0] == "b" else moment.year
        return f"{year % 100:02d}" if token in ("yy", "bb") else str(year)
    if minutes:
        return f"{moment.minute:02d}" if token == "mm" else str(moment.minute)
    if token[0] == "m":
        return _month(moment.month, token, thai)
    if token in ("ddd", "dddd"):
        day = _THAI_DAYS[moment.weekday()] if thai else _ENGLISH_DAYS[moment.weekday()]
        return day if token == "dddd" or thai else day[:3]
    if token[0] == "h":
        hour = (moment.hour - 1) % 12 + 1 if afternoon else moment.hour
        return f"{hour:02d}" if token == "hh" else str(hour)
    if token in ("am/pm", "a/p"):
        return "PM" if moment.hour >= 12 else "AM"
    if token[0] == "0":
        return "0" * len(token)
    number = moment.day if token[0] == "d" else moment.second
    return f"{number:02d}" if len(token) == 2 else str(number)


def _month(month: int, token: str, thai: bool) -> str:
    if token in ("m", "mm"):
        return f"{month:02d}" if token == "mm" else str(month)
    if thai:
        return MONTHS[month - 1][1 if token == "mmm" else 0]
    name = _ENGLISH_MONTHS[month - 1]
    return name[:3] if token == "mmm" else name


def _buddhist(year: int) -> int:
    """BE of a year; a year that was typed in BE already stays."""
    return year if year > 2300 else year + 543


def _thai_digits(number_format: str) -> bool:
    """A locale such as `[$-D07041E]` asks for Thai digits (D) by its first byte."""
    locale = _LOCALE.search(number_format)
    return bool(locale) and locale is not None and locale.group(1).upper().zfill(8)[:2].endswith("D")
