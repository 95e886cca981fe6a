"""What class names, ids, tags and roles say of a part of a page: its area, whether it is a heading, folded, hidden."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from evidence.text.document import ASIDE, FOOTER, HEADER, MAIN, NAVIGATION

GUESS, TOLD = 1, 2
"""How an area is known: by a class name, or by a tag or role."""

_TAG_AREAS = {"nav": NAVIGATION, "footer": FOOTER, "aside": ASIDE, "main": MAIN, "header": HEADER}
_ROLE_AREAS = {
    "navigation": NAVIGATION,
    "menubar": NAVIGATION,
    "banner": HEADER,
    "contentinfo": FOOTER,
    "complementary": ASIDE,
    "main": MAIN,
}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_COLUMN = re.compile(
    r"(?:(?:col(?:-(?:xs|sm|md|lg|xl|xxl))?-|span|large-|medium-)(\d{1,2})"
    r"|grid-?\d+|column.*|(?:.*-)?(?:left|right|center|centre)(?:-.*)?|w3-col)$"
)


@dataclass(frozen=True, slots=True)
class Name:
    """What one class name or id says.

    `denied`: areas it rules out; `level` 0: no heading; `column`: twelfths of the width (99 unknown, 0 no column).
    """

    area: str = ""
    denied: tuple[str, ...] = ()
    level: int = 0
    folded: bool = False
    hidden: bool = False
    off_screen: bool = False
    shown_again: bool = False
    card: bool = False
    breadcrumb: bool = False
    column: int = 0


@lru_cache(maxsize=1)
def markers() -> Mapping[str, Any]:
    """The data of `markers.toml`."""
    return tomllib.loads(Path(__file__).with_name("markers.toml").read_text(encoding="utf-8"))


def area_of_tag(tag: str, role: str, inside_article: bool) -> str:
    """The area a tag or role declares, empty for none; header and footer of an article are the article's own."""
    if role in _ROLE_AREAS:
        return _ROLE_AREAS[role]
    if inside_article and tag in ("header", "footer"):
        return ""
    return _TAG_AREAS.get(tag, "")


@lru_cache(maxsize=20_000)
def read_name(name: str) -> Name:
    """What a class name or id says, from `markers.toml`."""
    data = markers()
    plain = _CAMEL.sub("-", name[:80]).lower().replace("_", "-")
    widgets = data["widgets"]
    return Name(
        area=_area(plain, data["areas"]),
        denied=tuple(area for area, names in _DENIALS if _named(plain, data["areas"][names])),
        level=data["headings"].get(name.lower(), 0),
        folded=any(part in name.lower() for part in widgets["folded"]),
        hidden=name.lower() in widgets["hidden"],
        off_screen=name.lower() in widgets["off_screen"],
        shown_again=name.lower().startswith(tuple(widgets["shown_again"])),
        card=_is_card(plain, widgets["card"]),
        breadcrumb="breadcrumb" in plain or plain == "pathway",
        column=_column(plain),
    )


_DENIALS = ((NAVIGATION, "not_navigation"), (FOOTER, "not_footer"), (HEADER, "not_header"), (ASIDE, "not_aside"))


def _area(plain: str, areas: Mapping[str, Sequence[str]]) -> str:
    for area in (NAVIGATION, FOOTER, HEADER, ASIDE, MAIN):
        if _named(plain, areas[area]) and not plain.startswith(
            ("has-", "no-", "with-", "hide-", "toggle-", "is-", "open-")
        ):
            return area
    return ""


def _named(plain: str, names: Sequence[str]) -> bool:
    padded = f"-{plain}-"
    return any(f"-{name}-" in padded for name in names)


def _is_card(plain: str, names: Sequence[str]) -> bool:
    return any(plain == name or plain.startswith(name + "-") or plain.endswith("-" + name) for name in names)


def _column(plain: str) -> int:
    found = _COLUMN.match(plain)
    return 0 if not found else int(found.group(1) or 99)
