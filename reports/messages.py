"""Knows every sentence the project says to a person, in Thai and English, and how to fill it in.

The sentences live in `messages.toml`; no other file of the project holds text for people, except templates (layout),
criteria (wording of items) and `plan.toml` (the Thai documents that `oit plan` drafts).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("th", "en")
BE_MINUS_CE = 543

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_BARE_IDS = ("reason", "note", "outcome", "verdict")


@dataclass(frozen=True, slots=True)
class Dressed:
    """A value that stands in a sentence as it is, without the dress of its placeholder."""

    th: str
    en: str


def sentence(id: str, lang: str = "th", **values: Any) -> str:
    """What was seen and what to do about it, as one piece of text.

    `id` is a reason, note, outcome or verdict (`year_wrong`), or `<table>.<key>` of messages.toml (`label.score`).
    `values` fill placeholders; a placeholder without a value reads as its stand-in, so the text is always whole.
    Raises KeyError where the id is unknown and ValueError where the language is.
    """
    entry = _entry(id)
    return " ".join(filter(None, (_text(entry, lang, "", values), _text(entry, lang, "_do", values))))


def seen(id: str, lang: str = "th", **values: Any) -> str:
    """Only the first half of `sentence`: what was seen."""
    return _text(_entry(id), lang, "", values)


def to_do(id: str, lang: str = "th", **values: Any) -> str:
    """Only the second half of `sentence`: what to do next; empty where there is nothing to do."""
    return _text(_entry(id), lang, "_do", values)


def both(id: str, **values: Any) -> dict[str, str]:
    """`seen` in both languages: `{"th": …, "en": …}`. Values may be such pairs themselves."""
    return {lang: seen(id, lang, **values) for lang in LANGUAGES}


def known(id: str) -> bool:
    """Whether messages.toml holds that id."""
    return _find(id) is not None


def ids(table: str) -> tuple[str, ...]:
    """The keys of one table of messages.toml, in its order."""
    return tuple(_catalogue()[table])


def working_year(year_be: int, is_fiscal: bool) -> int | Dressed:
    """The value of `{year}` for an agency: on the fiscal year's basis the number, else its own round of that year."""
    if is_fiscal:
        return year_be
    return Dressed(**{lang: seen("label.working_year", lang, text=year_be) for lang in LANGUAGES})


def be_month(month: str, lang: str = "th") -> str:
    """`2564-10` (Buddhist Era) as people write it: ตุลาคม 2564; text of another shape is returned as it is."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", month)
    if not match or not 1 <= int(match[2]) <= 12:
        return month
    return f"{_catalogue()['months'][lang][int(match[2]) - 1]} {match[1]}"


def be_months(months: Iterable[str], lang: str = "th") -> str:
    """Several Buddhist Era months in one run of text, year after year: `ตุลาคม, พฤศจิกายน 2564, มกราคม 2565`."""
    written = [be_month(month, lang) for month in months]
    for index in range(len(written) - 1):
        name, _, year = written[index].rpartition(" ")
        if name and year == written[index + 1].rpartition(" ")[2]:
            written[index] = name
    return ", ".join(written)


def be_date(iso: str, lang: str = "th") -> str:
    """`2022-05-10` or a timestamp as people write it: 10 พฤษภาคม 2565; text of another shape is returned as it is."""
    match = re.match(r"(\d{4})-(\d{2})-(\d{2})", iso or "")
    if not match or not 1 <= int(match[2]) <= 12:
        return iso or ""
    year = int(match[1]) + BE_MINUS_CE if lang == "th" else int(match[1])
    return f"{int(match[3])} {_catalogue()['months'][lang][int(match[2]) - 1]} {year}"


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("messages.toml").read_text(encoding="utf-8"))


def _entry(id: str) -> Mapping[str, Any]:
    entry = _find(id)
    if entry is None:
        raise KeyError(f"no sentence {id!r} in messages.toml")
    return entry


def _find(id: str) -> Mapping[str, Any] | None:
    table, dot, key = id.partition(".")
    if dot:
        return _catalogue().get(table, {}).get(key)
    return next((_catalogue()[name][id] for name in _BARE_IDS if id in _catalogue()[name]), None)


def _text(entry: Mapping[str, Any], lang: str, part: str, values: Mapping[str, Any]) -> str:
    if lang not in LANGUAGES:
        raise ValueError(f"no language {lang!r}: known are {', '.join(LANGUAGES)}")
    template = entry.get(lang + part, "")
    return _PLACEHOLDER.sub(lambda match: _phrase(match[1], lang, values.get(match[1])), template)


def _phrase(name: str, lang: str, value: Any) -> str:
    """A value in the dress of its placeholder. One pass only: braces inside a value stay as they are."""
    if isinstance(value, Dressed):
        return str(getattr(value, lang))
    if isinstance(value, Mapping):
        value = value.get(lang)
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(part) for part in value)
    phrase = _catalogue()["phrase"][name]
    if value is None or value == "":
        return phrase[f"{lang}_missing"]
    return phrase[lang].replace("{value}", str(value))
