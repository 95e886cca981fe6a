"""Knows how one agency's result is shown to its officials: one HTML page that needs nothing but itself.

Printed, read on a phone or by a screen reader alike. What all pages share is in `reports.page`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from oit.findings import Verdict
from oit.model import Element, Framework, Item
from reports import messages, page
from reports.advice import missing_elements, reason_seen, sentence_values, year_sentence
from reports.highlight import Piece, pieces, terms_of
from reports.messages import LANGUAGES
from reports.page import Pair, points, words
from reports.result import to_fix, to_review
from reports.visible import plain

QUOTES_SHOWN = 3
"""Quotes shown for one element; the result holds all."""
FOUND_SHOWN = 2
"""Quotes shown in the list of fixes, of what stands in the way of a verdict."""
FOUND_LONGEST = 240
FOUND_BEFORE = 80
"""Characters of such a quote, and of what stands before its marked words."""
LOOKED_AT_SHOWN = 8

_UNCERTAIN_CRITERIA = ("medium", "low_medium", "low", "none")
_SUB_STEP = "– "


def render(result: Mapping[str, Any], framework: Framework, deadline: date | None = None) -> str:
    """The report of an `oit-result/1` as one HTML page.

    `framework` is that of the result's year: it brings the wording of items and elements. Items of the result that it
    does not have are left out. `deadline`: the day until which the agency is to mend what it can, in place of the last
    day of the year's period for answers. Raises KeyError where the result lacks a key of the contract.
    """
    views = {
        entry["item"]: item_view(entry, result, framework)
        for entry in result["items"]
        if entry["item"] in framework.by_code
    }
    agency_type = framework.agency_types.get(result["agency"]["type"])
    return page.render(
        "agency_report.html",
        ("agency_report.css",),
        result=result,
        agency_type=agency_type.name_th if agency_type else "",
        score=_score(result),
        reviewed=_reviewed(result.get("reviewed")),
        answering=_given(result, deadline) if deadline else _answering(result, framework),
        indicators=[_indicator(code, result, framework, views) for code in _codes(framework)],
        fixes=[views[entry["item"]] for entry in to_fix(result) if entry["item"] in views],
        reviews=[views[entry["item"]] for entry in to_review(result) if entry["item"] in views],
        counts={
            str(verdict): sum(view["entry"]["verdict"] == verdict for view in views.values()) for verdict in Verdict
        },
        notes=[
            _sentence(f"note.{note}", year=result["framework"])
            for note in result["notes"]
            if messages.known(f"note.{note}")
        ],
    )


# Pieces of the view


def _score(result: Mapping[str, Any]) -> dict[str, Any]:
    low, high = result["score"]["low"], result["score"]["high"]
    id = "explain.score_exact" if low == high else "explain.score_range"
    return {"low": low, "high": high, "text": messages.both(id, low=points(low), high=points(high))}


def _reviewed(score: Mapping[str, Any] | None) -> Pair | None:
    """What the score is with the reviewers' decisions in place of the machine's verdicts."""
    if not score:
        return None
    low, high = points(score["low"]), points(score["high"])
    return messages.both("explain.reviewed", count=score["decided"], text=low if low == high else f"{low}–{high}")


def _answering(result: Mapping[str, Any], framework: Framework) -> dict[str, Pair] | None:
    """The days in which answers are taken, and what may still be done on the day of the check."""
    period = next((each for each in framework.calendar if each["step"] == "oit_answers"), None)
    if period is None:
        return None
    first, last = str(period["start"]), str(period["end"])
    days = {
        lang: messages.seen(
            "label.answering_until", lang, low=messages.be_date(first, lang), high=messages.be_date(last, lang)
        )
        for lang in LANGUAGES
    }
    over = result["run"]["as_of"] > last
    return {
        "when": messages.both("label.answering_period", text=days),
        "do": messages.both("label.answering_over" if over else "label.answering_open"),
    }


def _given(result: Mapping[str, Any], deadline: date) -> dict[str, Pair]:
    """The day somebody set, and whether it was past on the day of the check."""
    day = {lang: messages.be_date(deadline.isoformat(), lang) for lang in LANGUAGES}
    over = result["run"]["as_of"] > deadline.isoformat()
    return {
        "when": messages.both("label.deadline", text=day),
        "do": messages.both("label.deadline_over" if over else "label.answering_open"),
    }


def _codes(framework: Framework) -> list[str]:
    return [str(indicator.code) for indicator in framework.indicators]


def _indicator(
    code: str, result: Mapping[str, Any], framework: Framework, views: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    indicator = next(each for each in framework.indicators if str(each.code) == code)
    subs = [sub for sub in framework.sub_indicators if str(sub.indicator) == code]
    return {
        "code": code,
        "name": _pair(indicator.name),
        "range": result["score"]["indicators"].get(code),
        "subs": [_sub(sub.code, _pair(sub.name), result, framework, views) for sub in subs],
    }


def _sub(
    code: str, name: Pair, result: Mapping[str, Any], framework: Framework, views: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    items = [views[item.code] for item in framework.items_of(code) if item.code in views]
    return {
        "code": code,
        "name": name,
        "range": result["score"]["sub_indicators"].get(code),
        "entries": items,
        "counts": {str(verdict): sum(view["entry"]["verdict"] == verdict for view in items) for verdict in Verdict},
    }


def item_view(entry: Mapping[str, Any], result: Mapping[str, Any], framework: Framework) -> dict[str, Any]:
    item = framework.by_code[entry["item"]]
    values = sentence_values(entry, item, framework, result["agency"])
    looked_at = entry.get("looked_at", [])
    missing = missing_elements(entry, item, Verdict.NOT_MET)
    return {
        "entry": entry,
        "code": entry["item"].upper(),
        "title": _pair(item.title),
        "group": item.group,
        "points": entry.get("points"),
        "answer": entry.get("answer"),
        "exclusion": _exclusion(entry.get("answer")),
        "reasons": [
            {"seen": reason_seen(id, entry["verdict"], values)}
            for id in entry["reasons"]
            if messages.known(f"reason.{id}")
        ],
        "found": _found(entry, item),
        "notes": [_sentence(f"note.{id}", **values) for id in entry["notes"] if messages.known(f"note.{id}")],
        "missing": [_pair(element.text) for element in missing],
        "elements": [_element(each, _element_of(item, each["id"]), entry["reasons"]) for each in entry["elements"]],
        "year": _year(entry["year"], item, framework),
        "year_rule": year_sentence(item, framework, result["agency"]),
        "looked_at": looked_at[:LOOKED_AT_SHOWN],
        "looked_at_more": max(0, entry.get("looked_at_total", len(looked_at)) - LOOKED_AT_SHOWN),
        "advice": {lang: _steps(entry["advice"][lang]) for lang in LANGUAGES},
        "criteria": words(f"criteria_confidence.{entry['criteria_confidence']}"),
        "criteria_uncertain": entry["criteria_confidence"] in _UNCERTAIN_CRITERIA,
        "decision": next((each for each in reversed(result["reviews"]) if each["item"] == entry["item"]), None),
    }


def _found(entry: Mapping[str, Any], item: Item) -> list[dict[str, Any]]:
    """Quotes of what speaks against the item, or leaves it open: a name, a year, a heading that does not fit."""
    shown = []
    for element in entry["elements"]:
        if element["verdict"] in (Verdict.NOT_MET, Verdict.UNSURE):
            terms = terms_of(_element_of(item, element["id"]), element.get("looked_for", ()))
            shown += [_quote(each, terms) for each in element["quotes"]]
    year = entry["year"]
    if year and year["verdict"] in (Verdict.NOT_MET, Verdict.UNSURE):
        shown += [_quote(each, [str(be) for be in year["found_be"]]) for each in year["quotes"]]
    distinct = {(each["quote"]["url"], each["quote"]["text"]): each for each in reversed(shown)}
    return [{**each, "pieces": _shortened(each["pieces"])} for each in [*reversed(distinct.values())][:FOUND_SHOWN]]


def _shortened(cut: Sequence[Piece]) -> list[Piece]:
    """A long quote from a little before its first marked words."""
    before = next((text for text, marked in cut if not marked), "") if cut and not cut[0][1] else ""
    left = FOUND_LONGEST
    kept: list[Piece] = []
    for text, marked in cut:
        shown = f"…{text[-FOUND_BEFORE:]}" if text is before and len(text) > FOUND_BEFORE else text
        kept.append((shown if len(shown) <= left else f"{shown[:left]}…", marked))
        left -= len(shown)
        if left <= 0:
            break
    return kept


def _exclusion(answer: Mapping[str, Any] | None) -> Pair | None:
    """The reason an agency gives for not being counted; the form's own reasons in words."""
    reason = answer["exclusion_reason"] if answer else ""
    if not reason:
        return None
    return words(f"exclusion.{reason}")


def _element(found: Mapping[str, Any], element: Element | None, told: Sequence[str]) -> dict[str, Any]:
    """`told`: reasons the item as a whole already gives."""
    quotes = found["quotes"]
    terms = terms_of(element, found.get("looked_for", ()))
    reasons = [id for id in found["reasons"] if id not in (*told, "element_missing") and messages.known(f"reason.{id}")]
    named = _pair(element.text) if element else {lang: found["id"] for lang in LANGUAGES}
    not_inside = tuple(element.params.get("not_inside", ())) if element else ()
    requirement = element.requirement if element else "required"
    return {
        "verdict": found["verdict"],
        "badge": _element_badge(requirement, found["verdict"]),
        "name": named,
        "requirement": requirement,
        "uncertain": bool(element and element.confidence in _UNCERTAIN_CRITERIA),
        "reasons": [messages.both(f"reason.{id}", element=named) for id in reasons],
        "looked_for": [] if quotes else list(found.get("looked_for", ()))[:LOOKED_AT_SHOWN],
        "quotes": [_quote(each, terms, not_inside) for each in quotes[:QUOTES_SHOWN]],
        "more": max(0, len(quotes) - QUOTES_SHOWN),
    }


def _element_badge(requirement: str, verdict: str) -> str:
    """The table of words for an element's verdict; none where a mere example was not found."""
    if requirement == "prohibition":
        return "year_verdict"
    return "element_verdict" if requirement == "required" or verdict == Verdict.MET else ""


def _year(year: Mapping[str, Any] | None, item: Item, framework: Framework) -> dict[str, Any] | None:
    if year is None:
        return None
    found = [str(each) for each in year["found_be"]]
    months = year["months_missing"]
    asked = year["rule"] != "current_no_year" or year["verdict"] != Verdict.MET
    return {
        "verdict": year["verdict"] if asked or year["quotes"] else "",
        "found": found,
        "months": {lang: messages.be_months(months, lang) for lang in LANGUAGES} if months else None,
        "quotes": [_quote(each, found) for each in year["quotes"][:QUOTES_SHOWN]],
        "more": max(0, len(year["quotes"]) - QUOTES_SHOWN),
    }


def _quote(quote: Mapping[str, Any], terms: Sequence[str], not_inside: Sequence[str] = ()) -> dict[str, Any]:
    return {"quote": quote, "pieces": pieces(plain(quote["text"]), terms, not_inside)}


def _element_of(item: Item, id: str) -> Element | None:
    return next((element for element in item.elements if element.id == id), None)


def _steps(advice: str) -> list[tuple[str, bool]]:
    """The lines of an advice, each with whether it belongs under the line before (those that begin with a dash)."""
    return [(line.removeprefix(_SUB_STEP), line.startswith(_SUB_STEP)) for line in advice.splitlines()]


def _pair(text: Any) -> Pair:
    return {"th": text.th, "en": text.en}


def _sentence(id: str, **values: Any) -> dict[str, Pair]:
    return {
        "seen": {lang: messages.seen(id, lang, **values) for lang in LANGUAGES},
        "do": {lang: messages.to_do(id, lang, **values) for lang in LANGUAGES},
    }
