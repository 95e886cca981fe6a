"""The Thai term lists that items share, and how `$name` inside a list of texts is replaced by them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from oit.errors import CriteriaError
from oit.tables import Table

FILE = Path(__file__).with_name("vocabulary.toml")
_MARK = "$"


@cache
def lists() -> Mapping[str, tuple[str, ...]]:
    """The term lists of vocabulary.toml by name, references expanded. Raises CriteriaError."""
    return read(FILE)


def read(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The term lists of a TOML file with one table `[lists]`.

    Raises CriteriaError for anything that is not a list of texts, an unknown `$name`, and lists that name each other
    in a circle.
    """
    problems: list[str] = []
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise CriteriaError(path.name, [str(err)]) from err
    top = Table(data, "", problems)
    table = top.table("lists")
    raw = {name: table.texts(name) for name in table.data}
    top.unread()
    expanded = {name: _resolve(name, raw, (), problems) for name in raw}
    if problems:
        raise CriteriaError(path.name, list(dict.fromkeys(problems)))
    return MappingProxyType(expanded)


def expand(value: Any, terms: Mapping[str, tuple[str, ...]], where: str, problems: list[str]) -> Any:
    """`value` with `$name` replaced inside every list of texts, at any depth; lists become tuples.

    An unknown name, and a `$name` that stands alone instead of inside a list, are noted in `problems`.
    """
    if isinstance(value, dict):
        return {key: expand(inner, terms, f"{where}.{key}", problems) for key, inner in value.items()}
    if isinstance(value, list):
        return (
            tuple(dict.fromkeys(_spread(value, terms, where, problems)))
            if _texts(value)
            else tuple(expand(inner, terms, f"{where}[{position}]", problems) for position, inner in enumerate(value))
        )
    if isinstance(value, str) and value.startswith(_MARK):
        problems.append(f"{where}: {value!r} belongs inside a list")
    return value


def _texts(value: list[Any]) -> bool:
    return all(isinstance(inner, str) for inner in value)


def _spread(words: list[str], terms: Mapping[str, tuple[str, ...]], where: str, problems: list[str]) -> list[str]:
    found: list[str] = []
    for word in words:
        if not word.startswith(_MARK):
            found.append(word)
        elif word[1:] in terms:
            found.extend(terms[word[1:]])
        else:
            problems.append(f"{where}: unknown term list {word!r}")
    return found


def _resolve(
    name: str, raw: Mapping[str, tuple[str, ...]], above: tuple[str, ...], problems: list[str]
) -> tuple[str, ...]:
    if name in above:
        problems.append(f"lists.{name}: names itself through {' > '.join((*above[above.index(name) :], name))}")
        return ()
    found: list[str] = []
    for word in raw[name]:
        inner = word[1:]
        if not word.startswith(_MARK):
            found.append(word)
        elif inner in raw:
            found.extend(_resolve(inner, raw, (*above, name), problems))
        else:
            problems.append(f"lists.{name}: unknown term list {word!r}")
    return tuple(dict.fromkeys(found))
