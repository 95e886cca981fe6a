"""Knows how a pack of evidence reads in a browser: an index and a page for each item, quotes marked on their pages.

The pages stand in a folder with pictures and originals beside them and refer to nothing else. What websites wrote is
escaped; no script runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oit.model import Framework
from reports import agency_report, messages, page
from reports.page import Pair
from reports.visible import plain

STYLES = ("agency_report.css", "evidence_pack.css")
LONGEST_TEXT = 6000
"""Letters of a page's text shown beside its picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of one page of a document: its file in the pack, and the size of the page in the units of boxes."""

    path: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Marked:
    """Where a quote's words stand on a picture, in the units of its size."""

    element: str
    text: str
    boxes: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One page of a document with the quotes that rest on it.

    `text`: what the machine read there, shown beside pictures read by OCR and where there is no picture.
    """

    sha256: str
    page: int
    url: str
    reader: str
    picture: Picture | None
    marks: tuple[Marked, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A document of the pack: what it was fetched as, and its file (empty where it was left out, then `why`)."""

    sha256: str
    url: str
    path: str
    bytes: int
    content_type: str
    fetched_at: str
    why: str = ""


def index(result: Mapping[str, Any], framework: Framework, about: Mapping[str, Any]) -> str:
    """The first page of the pack. `about`: what is in it (`warc`, `documents`, `left_out`, `fingerprint`)."""
    return page.render(
        "pack_index.html",
        STYLES,
        pictures=True,
        result=result,
        framework=framework,
        about=about,
        **_frame(result, framework, ""),
    )


def item_page(
    entry: Mapping[str, Any],
    result: Mapping[str, Any],
    framework: Framework,
    exhibits: Sequence[Exhibit],
    documents: Mapping[str, Kept],
) -> str:
    """The page of one item: verdict, details with quotes on their pages, click path, answers and originals."""
    view = agency_report.item_view(entry, result, framework)
    codes = [one["item"] for one in result["items"]]
    place = codes.index(entry["item"])
    return page.render(
        "pack_item.html",
        STYLES,
        pictures=True,
        result=result,
        view=view,
        exhibits=[_exhibit(one, entry, framework) for one in exhibits],
        documents=documents,
        before=codes[place - 1] if place else "",
        after=codes[place + 1] if place + 1 < len(codes) else "",
        **_frame(result, framework, "../"),
    )


def _frame(result: Mapping[str, Any], framework: Framework, up: str) -> dict[str, Any]:
    items = [entry for entry in result["items"] if entry["item"] in framework.by_code]
    return {
        "up": up,
        "items": [{"code": entry["item"], "title": entry["title"], "verdict": entry["verdict"]} for entry in items],
    }


def _exhibit(one: Exhibit, entry: Mapping[str, Any], framework: Framework) -> dict[str, Any]:
    names = _element_names(entry, framework)
    return {
        "exhibit": one,
        "ocr": "tesseract" in one.reader.lower(),
        "marks": [{"mark": mark, "name": names.get(mark.element, _same(mark.element))} for mark in one.marks],
        "numbers": _numbers(one),
        "text": plain(one.text[:LONGEST_TEXT])
        if len(one.text) <= LONGEST_TEXT
        else plain(one.text[:LONGEST_TEXT]) + "…",
    }


def _numbers(one: Exhibit) -> list[dict[str, Any]]:
    """Where the number of each mark stands: left of its first box, several in a row where boxes share a place."""
    if one.picture is None:
        return []
    radius = one.picture.width / 75
    spots: dict[tuple[float, float], list[int]] = {}
    for number, mark in enumerate(one.marks, start=1):
        if mark.boxes:
            left, top, _, bottom = mark.boxes[0]
            spots.setdefault((round(left), round((top + bottom) / 2)), []).append(number)
    return [
        {
            "x": round(max(radius, left - radius * (1.2 + 2.1 * place)), 1),
            "y": middle,
            "r": round(radius, 1),
            "text": number,
        }
        for (left, middle), numbers in spots.items()
        for place, number in enumerate(numbers)
    ]


def _element_names(entry: Mapping[str, Any], framework: Framework) -> dict[str, Pair]:
    elements = framework.by_code[entry["item"]].elements
    names = {element.id: {"th": element.text.th, "en": element.text.en} for element in elements}
    return names | {"year": messages.both("label.year")}


def _same(text: str) -> Pair:
    return {"th": text, "en": text}
