"""`oit criteria`: the years' forms for people: listed, shown, compared, examined, and begun for a coming year."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oit.errors import InputError

if TYPE_CHECKING:
    from oit.model import Framework, Item

LANG = click.option(
    "--lang", type=click.Choice(["th", "en"]), default="th", show_default=True, help="Language of the lines."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("criteria")
def command() -> None:
    """Look at the criteria of each year, compare years, and begin a new one."""


@command.command("list")
@click.argument("year", type=int, required=False)
@LANG
@JSON
def list_(year: int | None, lang: str, as_json: bool) -> None:
    """List the years that have criteria, or the items of YEAR (Buddhist Era).

    ⚠ stands by items whose criteria are not certain.

    \b
    Examples:
      oit criteria list
      oit criteria list 2567
      oit criteria list 2567 --lang en
    """
    from oit import criteria

    if year is None:
        forms = [criteria.load(one) for one in criteria.years()]
        _say(as_json, [_year_row(form) for form in forms], (_year_line(form, lang) for form in forms))
        return
    form = criteria.load(year)
    _say(as_json, [_item_row(item, form) for item in form.items], _item_lines(form, lang))


@command.command()
@click.argument("name", metavar="SLUG|CODE")
@click.option("--year", type=int, help="Fiscal year (Buddhist Era).  [default: the latest that is scored]")
@LANG
@JSON
def show(name: str, year: int | None, lang: str, as_json: bool) -> None:
    """Show all that is known of one item of one year: what it asks for, of which year, from which source.

    \b
    Examples:
      oit criteria show no_gift_policy --year 2567
      oit criteria show o30 --year 2565 --lang en
    """
    form, item = _find(name, year)
    _say(as_json, _item_whole(item, form), _whole_lines(item, form, lang))


@command.command()
@click.argument("before", type=int, metavar="YEAR")
@click.argument("after", type=int, metavar="YEAR")
@LANG
@JSON
def diff(before: int, after: int, lang: str, as_json: bool) -> None:
    """Say what changed from one year's form to another's: new, gone, joined and renumbered items, elements, years.

    Items are followed by their slug and by what they took over, never by number.

    \b
    Examples:
      oit criteria diff 2565 2567
      oit criteria diff 2567 2568 --lang en
    """
    from audit.criteria_diff import compare
    from oit import criteria

    found = compare(criteria.load(before), criteria.load(after))
    _say(as_json, found, _diff_lines(found, lang))


@command.command()
@click.argument("folders", nargs=-1, type=FOLDER, metavar="[FOLDER]...")
@JSON
def lint(folders: tuple[Path, ...], as_json: bool) -> None:
    """Examine criteria: keys, kinds, term lists, sources, counts, words for people, names that fit another item.

    FOLDER is the folder of one year (its name is the year); without one, all years of the program. Ends with 2 where
    something must be mended; remarks that a person should weigh do not count.

    \b
    Examples:
      oit criteria lint
      oit criteria lint drafts/2570
    """
    from audit.criteria_lint import lint as examine
    from oit import criteria

    chosen = folders or tuple(criteria.FOLDER / str(year) for year in criteria.years())
    for folder in chosen:
        if not (folder / "framework.toml").is_file():
            raise InputError(str(folder), ["holds no framework.toml"])
    found = [remark for folder in chosen for remark in examine(folder)]
    faults = [remark for remark in found if remark.fault]
    rows = [{"file": r.file, "key": r.key, "text": r.text, "fault": r.fault} for r in found]
    _say(as_json, rows, (f"{'' if remark.fault else '(remark) '}{remark}" for remark in found))
    click.echo(f"{len(chosen)} years: {len(faults)} faults, {len(found) - len(faults)} remarks", err=True)
    if faults:
        sys.exit(2)


@command.command()
@click.argument("year", type=int)
@click.option("--from", "source", type=int, required=True, help="The fiscal year to copy (Buddhist Era).")
@click.option("--out", type=FOLDER, required=True, help="Where the folder of the new year goes.")
def new(year: int, source: int, out: Path) -> None:
    """Begin the criteria of YEAR as a copy of another year's, with a form to transcribe the manual into.

    Writes OUT/YEAR/*.toml and the form as Markdown and as a workbook. Every item is unverified, and therefore unsure in
    every audit, until `source_page` of each of its elements is filled in. `oit criteria lint OUT/YEAR` says what is
    still open; moved to oit/criteria/YEAR the year is in use.

    \b
    Example:
      oit criteria new 2570 --from 2568 --out drafts
    """
    from audit.criteria_new import begin
    from oit import criteria

    for path in begin(year, criteria.load(source), out):
        if path.suffix != ".toml" or path.name == "framework.toml":
            click.echo(path)


def _find(name: str, year: int | None) -> tuple[Framework, Item]:
    from oit import criteria
    from oit.score import schemes
    from oit.submissions import item_code

    form = criteria.load(year if year is not None else max(schemes()))
    item = form.by_slug.get(name) or form.by_code.get(item_code(name))
    if item is None:
        elsewhere = [str(one) for one in criteria.years() if name in criteria.load(one).by_slug]
        known = f"; it is in the form of {', '.join(elsewhere)}" if elsewhere else ""
        raise InputError(name, [f"is no item of fiscal year {form.year_be}{known}"])
    return form, item


def _say(as_json: bool, data: Any, lines: Iterable[str]) -> None:
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    for line in lines:
        click.echo(line)


# ---------------------------------------------------------------- words


def _t(name: str, lang: str, **values: Any) -> str:
    from reports import messages

    return messages.seen(f"criteria.{name}", lang, **values)


def _mark(form: Framework, item: Item) -> str:
    return "" if form.certainty(item) == "high" else " ⚠"


def _sure(form: Framework, item: Item, lang: str) -> str:
    from reports import messages

    return messages.seen(f"criteria_confidence.{form.certainty(item)}", lang)


def _year_row(form: Framework) -> dict[str, Any]:
    return {
        "year": form.year_be,
        "items": len(form.items),
        "item_count": form.about["item_count"],
        "scored": not form.partial,
        "certain": sum(form.certainty(item) == "high" for item in form.items),
        "status": form.status,
    }


def _year_line(form: Framework, lang: str) -> str:
    row = _year_row(form)
    told = "listed" if form.partial else "year"
    return _t(told, lang, **{key: str(row[key]) for key in ("year", "items", "item_count", "certain")})


def _item_row(item: Item, form: Framework) -> dict[str, Any]:
    return {
        "code": item.code,
        "slug": item.slug,
        "title": {"th": item.title.th, "en": item.title.en},
        "sub_indicator": item.sub_indicator or None,
        "criteria_confidence": form.certainty(item),
    }


def _item_lines(form: Framework, lang: str) -> Iterator[str]:
    if form.partial:
        yield _t("titles_only", lang, year=str(form.year_be))
    for item in form.items:
        title = getattr(item.title, lang)
        yield f"{item.code:<4} {item.sub_indicator or '-':<5} {item.slug:<34} {title}{_mark(form, item)}"


def _item_whole(item: Item, form: Framework) -> dict[str, Any]:
    return _item_row(item, form) | {
        "year": form.year_be,
        "aliases": list(item.aliases),
        "group": item.group or None,
        "continues": list(item.continues),
        "elements": [
            {
                "id": e.id,
                "th": e.text.th,
                "en": e.text.en,
                "requirement": e.requirement,
                "kind": e.kind,
                "confidence": e.confidence,
                "source_page": e.source_page,
            }
            for e in item.elements
        ],
        "year_rules": [
            {"kind": r.kind, "fy_offset": r.fy_offset, "th": r.text.th, "en": r.text.en, "elements": list(r.elements)}
            for r in (item.year_rule, *item.additional_year_rules)
        ],
        "exceptions": [
            {"code": r.code, "effect": r.effect, "applies_to": r.applies_to or None, "th": r.text.th, "en": r.text.en}
            for r in item.exceptions
        ],
        "notes": [{"th": note.th, "en": note.en} for note in item.notes],
        "source": list(item.sources),
        "elements_status": item.elements_status,
        "established": item.established,
    }


def _whole_lines(item: Item, form: Framework, lang: str) -> Iterator[str]:
    from reports import messages

    yield f"{form.year_be} {item.code} {getattr(item.title, lang)} ({item.slug}){_mark(form, item)}"
    yield _t("sure", lang, text=_sure(form, item, lang))
    yield _t("elements", lang)
    for element in item.elements:
        asked = messages.seen(f"requirement.{element.requirement}", lang)
        yield f"  - {getattr(element.text, lang)} [{asked}; {element.id}]"
    if not item.elements:
        yield f"  - {_t('no_elements', lang)}"
    for rule in (item.year_rule, *item.additional_year_rules):
        year = f" ({form.year_be + rule.fy_offset})" if rule.fy_offset is not None else ""
        named = f" [{', '.join(rule.elements)}]" if rule.elements else ""
        yield _t("year_rule", lang, text=f"{getattr(rule.text, lang)}{year}{named}")
    for exception in item.exceptions:
        yield _t(exception.effect, lang, text=getattr(exception.text, lang))
    for note in item.notes:
        yield _t("note", lang, text=getattr(note, lang))
    if item.aliases:
        yield _t("aliases", lang, text="; ".join(item.aliases))
    yield _t("source", lang, text="; ".join(item.sources))


def _diff_lines(found: dict[str, Any], lang: str) -> Iterator[str]:
    years = {"before": str(found["before"]["year"]), "after": str(found["after"]["year"])}
    counts = {"items": str(found["before"]["items"]), "item_count": str(found["after"]["items"])}
    yield _t("compared", lang, **years, **counts)
    for status in ("new", "joined", "gone", "kept"):
        rows = [item for item in found["items"] if item["status"] == status and (status != "kept" or item["changes"])]
        if rows:
            yield ""
            yield _t(f"are_{status}", lang, count=str(len(rows)))
        for item in rows:
            codes = item["codes"]
            number = codes["after"] or codes["before"]
            if codes["before"] and codes["after"] and codes["before"] != codes["after"]:
                number = f"{codes['before']} → {codes['after']}"
            yield f"  {number} {item['title'][lang]} ({item['slug']})"
            if item["from"]:
                yield f"      {_t('made_of', lang, text=', '.join(item['from']))}"
            if item["became"]:
                yield f"      {_t('became', lang, text=', '.join(item['became']))}"
            for change in item["changes"]:
                if change["what"] != "renumbered":
                    yield f"      {_change_line(change, lang)}"


def _change_line(change: dict[str, Any], lang: str) -> str:
    from reports import messages

    what = change["what"]
    if what.startswith("element_"):
        told = change.get("after") or change["before"]
        asked = messages.seen(f"requirement.{told['requirement']}", lang)
        if what == "element_changed" and change["before"]["requirement"] != told["requirement"]:
            asked = f"{messages.seen('requirement.' + change['before']['requirement'], lang)} → {asked}"
        return _t(what, lang, text=f"{told[lang]} [{asked}]")
    if what == "year_rule":
        was, now = ("; ".join(rule[lang] for rule in change[side]) for side in ("before", "after"))
        return _t(what + "_changed", lang, before=was, after=now)
    if what == "certainty":
        was, now = (messages.seen(f"criteria_confidence.{change[side]}", lang) for side in ("before", "after"))
        return _t(what, lang, before=was, after=now)
    if what == "retitled":
        return _t(what, lang, before=change["before"][lang], after=change["after"][lang])
    return _t(what, lang, before=change["before"] or "-", after=change["after"] or "-")
