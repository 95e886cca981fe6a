"""What changed from one year's form to another's: item by item, by slug and by what items took over, never by number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from oit.lineage import counterparts
from oit.model import Element, Framework, Item, Text, YearRule

Change = dict[str, Any]
_RULE = ("kind", "fy_offset", "granularity", "calendar_year_months", "elements")


def compare(before: Framework, after: Framework) -> dict[str, Any]:
    """Both years with their counts, and the items in the order of the newer form, then those that are gone.

    Each item has `slug`, `codes` (`before`, `after`; null where the form lacks it), `title` (th, en), `status` (`new`,
    `joined`, `kept`, `gone`), `from` (slugs it was made of), `became` (slugs that took it over) and `changes`: dicts with
    `what` (`renumbered`, `retitled`, `moved`, `element_added`, `element_removed`, `element_changed`, `year_rule`,
    `certainty`) and what was and is.
    """
    items = [_later(item, before, after) for item in after.items]
    items += [_gone(item, before, after) for item in before.items if item.slug not in after.by_slug]
    return {
        "before": {"year": before.year_be, "items": len(before.items)},
        "after": {"year": after.year_be, "items": len(after.items)},
        "items": items,
    }


def is_material(change: Change) -> bool:
    """Whether a change asks something else of an agency: not a number, a title or how sure the criteria are."""
    return change["what"] in ("element_added", "element_removed", "element_changed", "year_rule") and change.get(
        "asks", True
    )


def _later(item: Item, before: Framework, after: Framework) -> dict[str, Any]:
    old = before.by_slug.get(item.slug)
    made_of = [one.slug for one in counterparts(item, before) if one.slug != item.slug]
    status = "kept" if old else "joined" if made_of else "new"
    if old:
        changes = list(_changes(old, item, before, after))
    else:
        sources = [before.by_slug[slug] for slug in made_of]
        changes = list(_elements([e for one in sources for e in one.elements], item.elements)) if made_of else []
    return {
        "slug": item.slug,
        "codes": {"before": old.code if old else None, "after": item.code},
        "title": _pair(item.title),
        "status": status,
        "from": made_of,
        "became": [],
        "changes": changes,
    }


def _gone(item: Item, before: Framework, after: Framework) -> dict[str, Any]:
    return {
        "slug": item.slug,
        "codes": {"before": item.code, "after": None},
        "title": _pair(item.title),
        "status": "gone",
        "from": [],
        "became": [one.slug for one in counterparts(item, after)],
        "changes": [],
    }


def _changes(old: Item, new: Item, before: Framework, after: Framework) -> Iterator[Change]:
    if old.code != new.code:
        yield {"what": "renumbered", "before": old.code, "after": new.code}
    if old.title.th != new.title.th:
        yield {"what": "retitled", "before": _pair(old.title), "after": _pair(new.title)}
    if old.sub_indicator != new.sub_indicator:
        yield {"what": "moved", "before": old.sub_indicator, "after": new.sub_indicator}
    yield from _elements(old.elements, new.elements)
    yield from _rules(old, new)
    if before.certainty(old) != after.certainty(new):
        yield {"what": "certainty", "before": before.certainty(old), "after": after.certainty(new)}


def _elements(old: Iterable[Element], new: Iterable[Element]) -> Iterator[Change]:
    was = {element.id: element for element in old}
    now = {element.id: element for element in new}
    for name, element in now.items():
        if name not in was:
            asks = element.requirement in ("required", "prohibition")
            yield {"what": "element_added", "element": name, "after": _told(element), "asks": asks}
        elif _told(was[name]) != _told(element):
            asks = was[name].requirement != element.requirement
            yield {
                "what": "element_changed",
                "element": name,
                "before": _told(was[name]),
                "after": _told(element),
                "asks": asks,
            }
    for name, element in was.items():
        if name not in now:
            asks = element.requirement in ("required", "prohibition")
            yield {"what": "element_removed", "element": name, "before": _told(element), "asks": asks}


def _rules(old: Item, new: Item) -> Iterator[Change]:
    was, now = ([_rule(rule) for rule in (item.year_rule, *item.additional_year_rules)] for item in (old, new))
    if was != now:
        yield {"what": "year_rule", "before": was, "after": now}


def _rule(rule: YearRule) -> dict[str, Any]:
    found = {key: getattr(rule, key) for key in _RULE}
    return {
        **{key: list(value) if isinstance(value, tuple) else value for key, value in found.items()},
        **_pair(rule.text),
    }


def _told(element: Element) -> dict[str, str]:
    return {**_pair(element.text), "requirement": element.requirement}


def _pair(text: Text) -> dict[str, str]:
    return {"th": text.th, "en": text.en}
