"""Every item, element, rule and exception of each year as a Markdown page, to be compared with the manual."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from oit.criteria import load, years
from oit.model import Framework
from oit.score import loss, rounded

_TEMPLATES = Path(__file__).with_name("templates")
_MARK = "⚠"
_CERTAIN = "high"
_ESTABLISHED = ("from_manual", "stated_for_this_year")


def pages(forms: Iterable[Framework] | None = None) -> dict[str, str]:
    """Every page of the catalogue by its file name: the index and one page a year; of all years, if none are given."""
    found = [load(year) for year in years()] if forms is None else list(forms)
    return {"catalogue.md": index(found)} | {f"catalogue-{form.year_be}.md": catalogue(form) for form in found}


def catalogue(form: Framework) -> str:
    """The catalogue of one year as Markdown."""
    template = _environment().get_template("catalogue_year.md.j2")
    shown = template.render(form=form, mark=_MARK, cell=cell, uncertain=uncertain, plain=plain, points=points)
    return re.sub(r"\n{3,}", "\n\n", shown)


def index(forms: Sequence[Framework]) -> str:
    """The page that leads to the years and shows each item's number in all of them."""
    template = _environment().get_template("catalogue_index.md.j2")
    return template.render(forms=forms, rows=_over_the_years(forms), cell=cell, certain=_certain)


def _environment() -> Environment:
    # Markdown of our own criteria, no page from the web: nothing to escape but the bars of tables.
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
    )


def _over_the_years(forms: Sequence[Framework]) -> list[dict[str, Any]]:
    """A row for each slug: its latest title and its code in each year, in the order of the newest form that has it."""
    slugs = dict.fromkeys(item.slug for form in forms for item in form.items)
    return [
        {
            "slug": slug,
            "title": next(form.by_slug[slug].title.th for form in reversed(forms) if slug in form.by_slug),
            "codes": [form.by_slug[slug].code if slug in form.by_slug else "" for form in forms],
        }
        for slug in slugs
    ]


def _certain(form: Framework) -> int:
    return sum(form.certainty(item) == _CERTAIN for item in form.items)


def cell(text: str) -> str:
    """The text in one cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def uncertain(confidence: str, elements_status: str = _ESTABLISHED[0]) -> str:
    """The mark for criteria that are less than certain, with a blank before it; empty for certain ones."""
    return "" if confidence == _CERTAIN and elements_status in _ESTABLISHED else f" {_MARK}"


def plain(value: Any) -> str:
    """A value of a general rule as a person writes it."""
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def points(form: Framework, code: str) -> str:
    """OIT points that hang on the item, rounded to two places."""
    return str(rounded(loss(form, code)))


if __name__ == "__main__":
    page = f"catalogue-{sys.argv[1]}.md" if sys.argv[1:] else "catalogue.md"
    sys.stdout.buffer.write(pages()[page].encode("utf-8"))
