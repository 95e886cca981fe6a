"""Knows what changed between two results of one agency: per item what appeared, vanished, changed, and how it was seen.

Items are compared by slug, so that results of two years can be held against each other. Nothing is judged here: a change
says what the two results say, with the quote of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from oit.findings import Outcome, Verdict
from oit.model import Framework
from reports import page
from reports.messages import both, known
from reports.visible import plain

SCHEMA = "oit-diff/1"
QUOTES_KEPT = 3
LONGEST_QUOTE = 400


class Change(StrEnum):
    """What can happen to an item between two runs; the order is that of their weight for a reader."""

    VANISHED = "vanished"
    APPEARED = "appeared"
    CHANGED = "changed"
    YEAR_ROLLED_OVER = "year_rolled_over"
    DOCUMENT_REPLACED = "document_replaced"
    REASON_CHANGED = "reason_changed"
    UNREACHABLE = "unreachable"
    REACHABLE_AGAIN = "reachable_again"
    ANSWER_CHANGED = "answer_changed"
    ITEM_NEW = "item_new"
    ITEM_GONE = "item_gone"


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What changed from one `oit-result/1` to another, as `oit-diff/1`.

    `items` holds only what changed, in the order of the newer form: `changes` (words of `Change`, weightiest first),
    `before` and `after` (verdict, reasons, years, code), `elements` (id, and verdict with first quotes of each side),
    `documents` (url with both hashes), `urls` (url with both outcomes). `scores` holds both ranges.

    Raises:
        ValueError: the results are of two agencies.
    """
    if before["agency"]["code"] != after["agency"]["code"]:
        raise ValueError(f"{before['agency']['code']} and {after['agency']['code']} are two agencies")
    old = {entry["slug"]: entry for entry in before["items"]}
    new = {entry["slug"]: entry for entry in after["items"]}
    changed = [_item(old.get(slug), entry) for slug, entry in new.items()]
    changed += [_item(entry, None) for slug, entry in old.items() if slug not in new]
    return {
        "schema": SCHEMA,
        "agency": after["agency"],
        "before": _run(before),
        "after": _run(after),
        "scores": {"before": _bounds(before), "after": _bounds(after)},
        "items": [item for item in changed if item],
    }


def render(diffs: Sequence[Mapping[str, Any]], frameworks: Mapping[int, Framework]) -> str:
    """The changes of one or more agencies as one HTML page that needs nothing but itself; Thai with English beside it."""
    shown = [_view(diff, frameworks) for diff in diffs]
    changed = [one for one in shown if one["items"]]
    return page.render("diff.html", ("agency_report.css", "diff.css"), diffs=changed, same=len(shown) - len(changed))


def lines(diff: Mapping[str, Any], lang: str = "th") -> list[str]:
    """The changes as lines for a terminal: the agency with its scores, then a line for each item."""
    was, now = (_range(diff["scores"][side]) for side in ("before", "after"))
    told = [f"{diff['agency']['code']} {plain(diff['agency']['name'])}: {was} → {now}"]
    for item in diff["items"]:
        words = ", ".join(both(f"change.{change}")[lang] for change in item["changes"])
        sides = [item["before"], item["after"]]
        verdicts = " → ".join(both(f"verdict.{side['verdict']}")[lang] if side else "–" for side in sides)
        told.append(f"  {item['item']:<4} {item['title']}: {words} ({verdicts})")
    return told


def _item(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, Any] | None:
    here = new or old
    assert here is not None
    if old is None or new is None:
        changes = [Change.ITEM_NEW if old is None else Change.ITEM_GONE]
        elements: list[dict[str, Any]] = []
        documents: list[dict[str, Any]] = []
        urls: list[dict[str, Any]] = []
    else:
        elements, documents, urls = _elements(old, new), _documents(old, new), _urls(old, new)
        changes = _changes(old, new, documents, urls)
    if not changes:
        return None
    return {
        "item": here["item"],
        "slug": here["slug"],
        "title": here["title"],
        "changes": [str(change) for change in sorted(changes, key=list(Change).index)],
        "before": _side(old),
        "after": _side(new),
        "elements": elements,
        "documents": documents,
        "urls": urls,
    }


def _changes(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    documents: Sequence[Mapping[str, Any]],
    urls: Sequence[Mapping[str, Any]],
) -> list[Change]:
    changes = []
    was, now = old["verdict"], new["verdict"]
    if was != now:
        passed = [verdict == Verdict.MET for verdict in (was, now)]
        changes.append(Change.APPEARED if passed[1] else Change.VANISHED if passed[0] else Change.CHANGED)
    elif old["reasons"][:1] != new["reasons"][:1]:
        changes.append(Change.REASON_CHANGED)
    if _years(old) and _years(new) and max(_years(old)) != max(_years(new)):
        changes.append(Change.YEAR_ROLLED_OVER)
    if documents:
        changes.append(Change.DOCUMENT_REPLACED)
    came = {(one["before"] == Outcome.OK, one["after"] == Outcome.OK) for one in urls}
    if (True, False) in came:
        changes.append(Change.UNREACHABLE)
    if (False, True) in came:
        changes.append(Change.REACHABLE_AGAIN)
    if _answer(old) != _answer(new):
        changes.append(Change.ANSWER_CHANGED)
    return changes


def _side(entry: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {
        "item": entry["item"],
        "verdict": entry["verdict"],
        "reasons": list(entry["reasons"]),
        "found_be": _years(entry),
        "confidence": entry["confidence"],
    }


def _elements(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The elements, and the year, of which the two results say different things or quote different words."""
    then = {one["id"]: one for one in [*old["elements"], *_year_as_element(old)]}
    now = {one["id"]: one for one in [*new["elements"], *_year_as_element(new)]}
    both_sides = [(id, then.get(id), now.get(id)) for id in dict.fromkeys([*now, *then])]
    return [
        {"id": id, "before": _told(before), "after": _told(after)}
        for id, before, after in both_sides
        if _said(before) != _said(after)
    ]


def _year_as_element(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [{"id": "year", **entry["year"]}] if entry.get("year") else []


def _said(element: Mapping[str, Any] | None) -> tuple[str, tuple[str, ...]] | None:
    """What decides whether an element reads alike: its verdict, and where it was met the words that show it."""
    if element is None:
        return None
    return element["verdict"], tuple(quote["text"] for quote in element["quotes"][:1])


def _told(element: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if element is None:
        return None
    return {
        "verdict": element["verdict"],
        "reasons": list(element["reasons"]),
        "quotes": element["quotes"][:QUOTES_KEPT],
    }


def _documents(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Files at the same address with other bytes. Pages are left out: their bytes change with every visitor counted."""
    then, now = _hashes(old), _hashes(new)
    return [
        {"url": url, "before": then[url], "after": now[url]} for url in now if url in then and then[url] != now[url]
    ]


def _hashes(entry: Mapping[str, Any]) -> dict[str, str]:
    rows = [*entry["urls"], *entry.get("looked_at", ())]
    quoted = [quote for element in entry["elements"] for quote in element["quotes"]]
    files = {row["url"]: row["sha256"] for row in rows if row.get("sha256") and not _is_page(row)}
    return files | {quote["url"]: quote["sha256"] for quote in quoted if quote["reader"] != "html"}


def _is_page(row: Mapping[str, Any]) -> bool:
    kind = row.get("content_type")
    if kind is None:
        # `looked_at` names no type; a page is told from a file by the ending of its address.
        return not str(row["url"]).lower().partition("?")[0].endswith(_FILE_ENDINGS)
    return "html" in kind or not kind


_FILE_ENDINGS = (
    *(".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".rtf", ".csv", ".zip", ".rar"),
    *(".jpg", ".jpeg", ".png", ".gif", ".webp"),
)


def _urls(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Submitted addresses whose outcome changed."""
    then = {row["url"]: row["outcome"] for row in old["urls"]}
    return [
        {"url": row["url"], "before": then[row["url"]], "after": row["outcome"]}
        for row in new["urls"]
        if row["url"] in then and then[row["url"]] != row["outcome"]
    ]


def _answer(entry: Mapping[str, Any]) -> Any:
    answer = entry.get("answer") or {}
    return [row["url"] for row in entry["urls"]], answer.get("disclosed"), answer.get("explanation")


def _years(entry: Mapping[str, Any]) -> list[int]:
    return list((entry.get("year") or {}).get("found_be", ()))


def _run(result: Mapping[str, Any]) -> dict[str, Any]:
    run = result["run"]
    return {"id": run["id"], "as_of": run["as_of"], "framework": result["framework"], "complete": run["complete"]}


def _bounds(result: Mapping[str, Any]) -> dict[str, Any]:
    return {"low": result["score"]["low"], "high": result["score"]["high"]}


def _range(bounds: Mapping[str, Any]) -> str:
    low, high = bounds["low"], bounds["high"]
    return page.points(low) if low == high else f"{page.points(low)}–{page.points(high)}"


def _view(diff: Mapping[str, Any], frameworks: Mapping[int, Framework]) -> dict[str, Any]:
    framework = frameworks[diff["after"]["framework"]]
    items = [
        {
            **item,
            "change_names": [(change, both(f"change.{change}")) for change in item["changes"]],
            "sides": [side and {**side, "why": _reasons(side)} for side in (item["before"], item["after"])],
            "elements": [_element_view(one, framework, item["slug"]) for one in item["elements"]],
        }
        for item in diff["items"]
    ]
    return {**diff, "items": items}


def _element_view(one: Mapping[str, Any], framework: Framework, slug: str) -> dict[str, Any]:
    sides = {
        side: one[side] and {**one[side], "shown": [_quote(quote) for quote in one[side]["quotes"]]}
        for side in ("before", "after")
    }
    return {**one, **sides, "name": _element_name(framework, slug, one["id"])}


def _quote(quote: Mapping[str, Any]) -> dict[str, Any]:
    return {"quote": quote, "pieces": [(plain(quote["text"])[:LONGEST_QUOTE], False)]}


def _reasons(side: Mapping[str, Any]) -> list[dict[str, str]]:
    return [both(f"reason.{id}") for id in side["reasons"][:1] if known(f"reason.{id}")]


def _element_name(framework: Framework, slug: str, id: str) -> dict[str, str]:
    if id == "year":
        return both("label.year")
    item = framework.by_slug.get(slug)
    for element in item.elements if item else ():
        if element.id == id:
            return {"th": element.text.th, "en": element.text.en}
    return {"th": id, "en": id}
