"""The form of a coming year, begun as a copy of a known one: years turned, nothing verified, and a form to transcribe into."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from oit import criteria
from oit.errors import InputError
from oit.model import Framework, Item
from oit.sheets import Column, Sheet, write_workbook
from reports import messages

_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_TABLE = re.compile(r"\[\[?([a-z_.]+)\]\]?")
_FORM = "framework.toml"
_CALENDAR = re.compile(r"\n\[calendar\]\n.*?(?=\n\[)", re.DOTALL)
_KEPT_YEARS = ("source", "notes", "doubts")
FORM_NAME = "transcription"


def begin(year: int, known: Framework, out: Path) -> list[Path]:
    """Write `out/<year>/` (criteria copied from the form `known`) and `out/<year>-transcription.md` and `.xlsx`.

    Years in names and words are turned by the distance of the two years. Every item is unverified: each element asks for
    the page of the manual (`source_page = ""`), and until all are written down the item is unsure with
    `criteria_unverified` and of confidence `none`. Raises InputError where the folder is there already, or the years do
    not follow each other.
    """
    folder = out / str(year)
    if year <= known.year_be or known.partial:
        why = "only its titles are known" if known.partial else f"comes not before {year}"
        raise InputError(str(year), [f"cannot be begun from fiscal year {known.year_be}: {why}"])
    if folder.exists():
        raise InputError(str(folder), ["is there already; choose another --out"])
    source = criteria.FOLDER / str(known.year_be)
    try:
        folder.mkdir(parents=True)
        written = [_write(folder / _FORM, _turned_form((source / _FORM).read_text("utf-8"), known.year_be, year))]
        for item in known.items:
            text = (source / f"{item.slug}.toml").read_text("utf-8")
            written.append(_write(folder / f"{item.slug}.toml", _turned_item(text, known.year_be, year)))
        begun = criteria.read(folder, criteria.FOLDER / "vocabulary.toml")
        written.append(_write(out / f"{year}-{FORM_NAME}.md", markdown(begun, known.year_be)))
    except OSError as error:
        raise InputError(str(out), [f"cannot be written: {error.strerror}"]) from error
    book = out / f"{year}-{FORM_NAME}.xlsx"
    write_workbook(book, [_sheet(begun)], title=f"OIT {year}")
    return [*written, book]


def markdown(form: Framework, copied_from: int) -> str:
    """The form to print and fill in by hand: one table an item, a place for the page of each element."""
    lines = [f"# {messages.seen('transcription.title', year=form.year_be)}", ""]
    lines += [messages.seen("transcription.how", year=form.year_be, copied=str(copied_from)), ""]
    head = [messages.seen(f"transcription.{name}") for name in ("element", "requirement", "same", "page")]
    for item in form.items:
        lines += [f"## {item.code} {item.title.th}", "", f"`{form.year_be}/{item.slug}.toml`", ""]
        lines += [
            f"- {messages.seen('transcription.title_now')}: ",
            f"- {messages.seen('transcription.number_now')}: ",
            "",
        ]
        lines += [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
        if not item.elements:
            lines.append(f"| {messages.seen('criteria.no_elements')} | | | |")
        lines += [f"| {element.text.th} | {_requirement(element.requirement)} | | |" for element in item.elements]
        lines += [f"| {messages.seen('transcription.year')}: {item.year_rule.text.th} | | | |", ""]
    return "\n".join(lines)


def _sheet(form: Framework) -> Sheet:
    def column(name: str, width: int, fill_in: bool = False, choices: tuple[str, ...] = ()) -> Column:
        return Column(name, messages.seen(f"transcription.{name}"), "", choices, width, fill_in)

    same = (messages.seen("transcription.yes"), messages.seen("transcription.no"))
    columns = [
        column("item", 8), column("slug", 28), column("item_title", 40), column("element_id", 24), column("element", 50),
        column("requirement", 14), column("page", 14, True), column("same", 14, True, same), column("wording", 60, True),
    ]  # fmt: skip
    return Sheet(str(form.year_be), columns, [row for item in form.items for row in _rows(item)])


def _rows(item: Item) -> list[dict[str, str]]:
    place = {"item": item.code, "slug": item.slug, "item_title": item.title.th}
    rows = [
        {**place, "element_id": e.id, "element": e.text.th, "requirement": _requirement(e.requirement)}
        for e in item.elements
    ]
    return [*rows, {**place, "element_id": "year_rule", "element": item.year_rule.text.th}]


def _requirement(name: str) -> str:
    return messages.seen(f"requirement.{name}")


def _turned_form(text: str, was: int, year: int) -> str:
    """framework.toml of the new year: dates and years turned, what only the old year knew taken out."""
    text = _CALENDAR.sub("", text)
    head, rules, rest = text.partition("\n[general_rules")
    head = re.sub(r"(?m)^(doubts|changes_from_previous_year) = \[.*?^\]\n", "", head, flags=re.DOTALL)
    head = re.sub(r"(?m)^(doubts|changes_from_previous_year) = \[.*\]\n", "", head)
    head = re.sub(r"(?m)^(status|confidence_scope) = .*\n", "", head)
    head = _DAY.sub(lambda day: _later(day, year - was), head)
    head = re.sub(r"(?m)^(?:# The OIT form|year_be|prior_year_be).*$", lambda line: _years(line[0], was, year), head)
    head = re.sub(r'(?m)^source = ".*"$', f'source = "copied from fiscal year {was}"', head)
    head = re.sub(r'(?m)^confidence = ".*"$', 'confidence = "low"', head)
    place = head.index("prior_year_be")
    told = (
        f'status = "Copied from fiscal year {was}; nothing of fiscal year {year} is verified yet."\n'
        f'doubts = ["Items, numbers, elements and year rules are those of fiscal year {was}."]\n'
        'confidence_scope = "nothing is verified before the page of each element is written down (source_page)"\n'
    )
    return head[:place] + told + head[place:] + rules + rest


def _turned_item(text: str, was: int, year: int) -> str:
    """The file of one item: years in names and words turned, its confidence taken away, a page asked of each element."""
    lines: list[str] = []
    table, key = "", ""
    for line in text.splitlines():
        found = _TABLE.fullmatch(line.strip())
        if found:
            table, key = found[1], ""
        elif "=" in line and not line.startswith((" ", "]", "[")):
            key = line.partition("=")[0].strip()
        lines.append(line if key in _KEPT_YEARS else _years(line, was, year))
        if table == "elements" and key == "requirement" and line.startswith("requirement"):
            lines.append('source_page = ""')
        if (
            table == "year_rule"
            and line.startswith("en = ")
            and "\nstatus = " not in text.partition("[year_rule]")[2][:400]
        ):
            lines.append('status = "carried_over"')
    turned = "\n".join(lines) + "\n"
    turned = re.sub(r'(?m)^elements_status = "(?!not_established).*"$', 'elements_status = "carried_over"', turned)
    turned = re.sub(r'(?m)^confidence = ".*"$', 'confidence = "low"', turned, count=1)
    turned = re.sub(r"(?m)^confidence_detail = .*$", 'confidence_detail = { name = "low", elements = "low" }', turned)
    source = f'source = ["copied from fiscal year {was}; to be checked against the manual of {year}"]'
    return re.sub(r"(?ms)^source = \[.*?\]$", source, turned, count=1)


def _years(text: str, was: int, year: int) -> str:
    """The assessed year and the one before it, turned; other years (of laws, of plans) stay."""
    turned = {str(was): str(year), str(was - 1): str(year - 1)}
    return re.sub(r"(?<![0-9])[0-9]{4}(?![0-9])", lambda found: turned.get(found[0], found[0]), text)


def _later(day: re.Match[str], distance: int) -> str:
    return date(int(day[1]) + distance, int(day[2]), int(day[3])).isoformat()


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
