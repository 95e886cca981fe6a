"""What is wrong with criteria beyond their form: keys no kind takes, words missing for people, names that fit another item."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.kind_keys import keys_of
from evidence.text.matching import skeleton
from evidence.text.titles import TitleMatcher
from oit import criteria
from oit.errors import CriteriaError
from oit.model import Element, Framework, Item
from reports import messages

_NAMES_IT = 0.7
"""From this score on a text counts as a name of the item (evidence.text.titles)."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about a file: its key, and what is to be said. A `fault` must be mended, the rest is for a person to weigh."""

    file: str
    key: str
    text: str
    fault: bool = True

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.text}"


def lint(folder: Path, terms: Path | None = None) -> list[Remark]:
    """Everything to be said of the criteria in a folder of one year, faults first; `terms`: the shared term lists."""
    terms = terms or criteria.FOLDER / "vocabulary.toml"
    kinds, checks = criteria.modules("kinds"), criteria.modules("items")
    broken = criteria.faults(folder, terms, kinds, checks)
    if broken:
        return [remark for error in broken for remark in _of_error(error)]
    form = criteria.read(folder, terms, kinds, checks)
    found = [remark for item in form.items for remark in _of_item(item, form, folder.name)]
    found += _of_names(form, folder.name)
    for path in sorted(folder.glob("*.toml")):
        found += _twice(tomllib.loads(path.read_text("utf-8")), f"{folder.name}/{path.name}", "")
    return sorted(found, key=lambda remark: not remark.fault)


def _of_error(error: CriteriaError) -> Iterator[Remark]:
    for problem in error.problems:
        key, _, text = problem.partition(": ")
        yield Remark(error.source, key, text) if text else Remark(error.source, "-", problem)


def _of_item(item: Item, form: Framework, year: str) -> Iterator[Remark]:
    file = f"{year}/{item.slug}.toml"
    if not all(source.strip() for source in item.sources) or not item.sources:
        yield Remark(file, "source", "names no source")
    for element in item.elements:
        yield from _of_element(element, file)
    for rule in item.additional_year_rules:
        if set(rule.elements) >= {element.id for element in item.elements}:
            yield Remark(file, "additional_year_rules", "leaves no element to the item's own year rule")
    for slug in item.continues:
        if slug == item.slug:
            yield Remark(file, "continues", "names the item itself")
    open_pages = [element.id for element in item.elements if element.source_page == ""]
    if open_pages:
        yield Remark(file, "elements.source_page", f"still to be filled in: {', '.join(open_pages)}", fault=False)
    elif not item.established and not form.partial:
        yield Remark(
            file, "elements_status", "what the item asks for is not established: it is always unsure", fault=False
        )


def _of_element(element: Element, file: str) -> Iterator[Remark]:
    where = f"elements.{element.id}"
    for key in sorted(set(element.params) - keys_of(element.kind)):
        yield Remark(file, f"{where}.{key}", f"kind {element.kind!r} takes no such key")
    if element.required and not messages.known(f"example.{element.id}"):
        yield Remark(file, where, "reports/messages.toml has no line [example] on how an agency shows it")


def _twice(value: Any, file: str, key: str) -> Iterator[Remark]:
    """Words that stand twice in one list of a file, at any depth: what is read of it holds each once."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _twice(inner, file, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        texts = [word for word in value if isinstance(word, str)]
        for word in dict.fromkeys(word for word in texts if texts.count(word) > 1):
            yield Remark(file, key, f"{word!r} stands twice")
        for place, inner in enumerate(value):
            if not isinstance(inner, str):
                name = inner.get("id", place) if isinstance(inner, dict) else place
                yield from _twice(inner, file, f"{key}.{name}")


def _of_names(form: Framework, year: str) -> Iterator[Remark]:
    """Titles and aliases that name another item as well as, or better than, their own."""
    titles = TitleMatcher.of(form)
    owner: dict[str, Item] = {}
    for item in form.items:
        file = f"{year}/{item.slug}.toml"
        for key, name in _names(item):
            bare = skeleton(name)
            other = owner.setdefault(bare, item)
            if other is not item:
                yield Remark(file, key, f"{name!r} is a name of {other.slug} too", fault=key == "title")
                continue
            best = titles.best(name, 0.0)
            if best and best != item.code and titles.score(name, best) > titles.score(name, item.code):
                rival = form.by_code[best]
                yield Remark(file, key, f"{name!r} fits {rival.slug} better", fault=key == "title")
            inside = [o for o in form.items if o is not item and bare in skeleton(o.title.th) and len(bare) >= 6]
            for one in inside:
                if titles.score(one.title.th, item.code) >= _NAMES_IT:
                    text = f"{name!r} stands inside the title of {one.slug} and names it as well: put it under identity.reject"
                    yield Remark(file, key, text, fault=False)


def _names(item: Item) -> Iterator[tuple[str, str]]:
    yield "title", item.title.th
    yield from (("aliases", alias) for alias in item.aliases)
    yield from (("identity.titles", title) for title in item.identity.get("titles", ()))
