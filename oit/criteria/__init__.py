"""The criteria of each fiscal year as data: which files there are and how they become a Framework."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from oit.criteria import vocabulary
from oit.criteria.form import Form, read_form
from oit.criteria.items import Known, read_item
from oit.errors import CriteriaError
from oit.model import Framework, Item

FOLDER = Path(__file__).parent
_FORM = "framework.toml"


def years() -> tuple[int, ...]:
    """The fiscal years (Buddhist Era) that have criteria, oldest first."""
    return tuple(sorted(int(form.parent.name) for form in FOLDER.glob(f"[0-9]*/{_FORM}")))


@cache
def load(year: int) -> Framework:
    """The framework of one fiscal year (Buddhist Era).

    Raises CriteriaError naming file and key, or the years there are. Kinds of element
    must exist as files in `checks/kinds`, and `check` of an item in `checks/items`.
    """
    if year not in years():
        known = ", ".join(map(str, years()))
        raise CriteriaError("criteria", [f"no criteria for fiscal year {year}; available: {known}"])
    return read(FOLDER / str(year), FOLDER / "vocabulary.toml", modules("kinds"), modules("items"))


def faults(
    folder: Path, terms: Path, kinds: Collection[str] | None = None, checks: Collection[str] | None = None
) -> list[CriteriaError]:
    """Every fault of a folder of criteria, file by file, where `read` stops at the first file that has one."""
    found: list[CriteriaError] = []
    try:
        known = _known(_form(folder), terms, kinds, checks)
    except CriteriaError as error:
        return [error]
    for path in _item_files(folder):
        try:
            _item(path, known)
        except CriteriaError as error:
            found.append(error)
    if not found:
        try:
            read(folder, terms, kinds, checks)
        except CriteriaError as error:
            found.append(error)
    return found


def read(
    folder: Path, terms: Path, kinds: Collection[str] | None = None, checks: Collection[str] | None = None
) -> Framework:
    """The framework in a folder of TOML files (`framework.toml` and `<slug>.toml`), with the term lists of `terms`.

    `kinds` and `checks`: names an item may use; None leaves them unchecked. Raises CriteriaError.
    """
    form = _form(folder)
    known = _known(form, terms, kinds, checks)
    files = _item_files(folder)
    items = sorted((_item(path, known) for path in files), key=_number)
    _complete(folder, form, items)
    return form.framework(tuple(items), known.terms, _digest([terms, folder / _FORM, *files]))


def _form(folder: Path) -> Form:
    problems: list[str] = []
    form = read_form(_parse(folder / _FORM, decimals=True), problems)
    if not problems and str(form.year_be) != folder.name:
        problems.append(f"year_be: {form.year_be} is not the name of the folder")
    _stop(folder / _FORM, problems)
    return form


def _known(form: Form, terms: Path, kinds: Collection[str] | None, checks: Collection[str] | None) -> Known:
    return Known(
        meanings=form.meanings,
        confidence=form.confidence,
        sub_indicators=[sub.code for sub in form.sub_indicators],
        agency_types=list(form.agency_types),
        partial=form.partial,
        terms=vocabulary.read(terms),
        kinds=kinds,
        checks=checks,
    )


def _item_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.toml") if path.name != _FORM)


def modules(room: str) -> frozenset[str] | None:
    """Names of the modules in `checks/<room>`, found without importing them; None where there are none."""
    spec = find_spec("checks")
    folders = [Path(place) / room for place in (spec.submodule_search_locations or ())] if spec else []
    found = frozenset(path.stem for folder in folders for path in folder.glob("*.py") if path.stem != "__init__")
    return found or None


def _number(item: Item) -> int:
    return int(item.code[1:])


def _parse(path: Path, *, decimals: bool = False) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal if decimals else float)
    except (OSError, ValueError) as err:
        raise CriteriaError(_name(path), [str(err)]) from err


def _item(path: Path, known: Known) -> Item:
    problems: list[str] = []
    item = read_item(_parse(path), known, problems)
    if item.slug and item.slug != path.stem:
        problems.append(f"slug: {item.slug!r} is not the name of the file")
    _stop(path, problems)
    return item


def _complete(folder: Path, form: Form, items: list[Item]) -> None:
    """The rules that need all items: codes once each, counts and borders of sub-indicators, slugs that exist."""
    problems: list[str] = []
    codes = [item.code for item in items]
    slugs = {item.slug for item in items}
    for item in items:
        if codes.count(item.code) > 1:
            raise CriteriaError(_name(folder / f"{item.slug}.toml"), [f"code: {item.code!r} is used by another item"])
        if item.consistent_with and item.consistent_with[0] not in slugs:
            problem = f"consistent_with.slug: no item {item.consistent_with[0]!r}"
            raise CriteriaError(_name(folder / f"{item.slug}.toml"), [problem])
    for sub, (count, first, last) in form.borders.items():
        found = [item.code for item in items if item.sub_indicator == sub]
        if (len(found), *found[:1], *found[-1:]) != (count, first, last):
            shown = f"{len(found)} ({', '.join(found) or 'none'})"
            problems.append(f"sub_indicators: {sub} has {count} items {first} to {last}, the files have {shown}")
    if len(items) > form.item_count or (len(items) < form.item_count and not form.partial):
        problems.append(f"item_count: {form.item_count}, but there are {len(items)} item files")
    for rule, names in form.unit_level.items():
        lost = (name for name in names if name not in slugs)
        problems.extend(f"general_rules.{rule}.unit_level_items: no item {name!r}" for name in lost)
    _stop(folder / _FORM, problems)


def _stop(path: Path, problems: list[str]) -> None:
    if problems:
        raise CriteriaError(_name(path), problems)


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _digest(paths: list[Path]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()
