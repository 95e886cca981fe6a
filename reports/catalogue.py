"""Every item, element, rule and exception of every year as one Markdown page, to be compared with the manual."""

from __future__ import annotations

import sys
from collections.abc import Iterable
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


def catalogue(forms: Iterable[Framework] | None = None) -> str:
    """The catalogue of these frameworks as Markdown; of all years that have criteria, if none are given."""
    # Markdown of our own criteria, no page from the web: nothing to escape but the bars of tables.
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
    )
    template = environment.get_template("catalogue.md.j2")
    found = [load(year) for year in years()] if forms is None else list(forms)
    return template.render(forms=found, mark=_MARK, cell=cell, uncertain=uncertain, plain=plain, points=points)


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
    sys.stdout.buffer.write(catalogue().encode("utf-8"))
