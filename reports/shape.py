"""Knows what a valid result (`oit-result/1`, contract §2) looks like and says where one departs from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oit.findings import Outcome, Verdict

SCHEMA = "oit-result/1"

_VERDICTS = tuple(str(verdict) for verdict in Verdict)
_OUTCOMES = tuple(str(outcome) for outcome in Outcome)


def validate(result: Any) -> list[str]:
    """One sentence for every place where `result` is not a valid `oit-result/1`; empty where it is.

    Keys beyond the contract are allowed; what it promises beyond shape (a met element is quoted, a score follows its
    verdict, a verdict that is not met has a reason) is checked once the shape is right.
    """
    problems: list[str] = []
    _check(result, _SHAPE, "result", problems)
    if not problems:
        _check_sense(result, problems)
    return problems


# A shape is a type, a tuple of allowed values, a one-element list (each element), a dict (keys that must be there),
# `_Maybe` (null as well) or `_Each` (an object with free keys).


class _Maybe:
    def __init__(self, shape: Any) -> None:
        self.shape = shape


class _Each:
    """An object with free keys whose values have one shape."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape


_RANGE = {"low": _Maybe(float), "high": _Maybe(float)}
_QUOTE = {"url": str, "sha256": str, "page": int, "reader": str, "text": str, "raw": str, "boxes": [[float]]}
_FINDING = {"verdict": _VERDICTS, "confidence": float, "reasons": [str], "quotes": [_QUOTE]}
_URL = {
    "url": str,
    "final_url": str,
    "outcome": _Maybe(_OUTCOMES),
    "http_status": _Maybe(int),
    "content_type": str,
    "sha256": str,
    "bytes": int,
    "fetched_at": str,
    "via": str,
    "tls_unverified": bool,
    "robots_override": bool,
    "on_main_website": bool,
    "click_path": [{"url": str, "text": str}],
}
_ITEM = {
    "item": str,
    "slug": str,
    "title": str,
    "verdict": _VERDICTS,
    "score": _Maybe((0, 100)),
    "confidence": float,
    "criteria_confidence": str,
    "reasons": [str],
    "notes": [str],
    "elements": [{"id": str, **_FINDING}],
    "year": _Maybe({"rule": str, "found_be": [int], "months_missing": [str], **_FINDING}),
    "urls": [_URL],
    "found_elsewhere": [{"url": str, "confidence": float}],
    "advice": {"th": str, "en": str},
}
_SHAPE = {
    "schema": (SCHEMA,),
    "agency": {"code": str, "name": str, "type": str, "province": str, "homepage": str},
    "framework": int,
    "run": {
        "id": str,
        "started_at": str,
        "finished_at": str,
        "as_of": str,
        "software": str,
        "criteria_sha256": str,
        "complete": bool,
        "pages_fetched": int,
        "via_browser": int,
    },
    "score": {**_RANGE, "indicators": _Each(_Maybe(_RANGE)), "sub_indicators": _Each(_Maybe(_RANGE))},
    "notes": [str],
    "items": [_ITEM],
    "reviews": [{"item": str, "decision": ("met", "not_met", "excluded"), "reason": str, "by": str, "at": str}],
}


def _check(value: Any, shape: Any, where: str, problems: list[str]) -> None:
    if isinstance(shape, _Maybe):
        if value is not None:
            _check(value, shape.shape, where, problems)
    elif isinstance(shape, _Each):
        _check_object(value, dict.fromkeys(value, shape.shape) if isinstance(value, dict) else {}, where, problems)
    elif isinstance(shape, dict):
        _check_object(value, shape, where, problems)
    elif isinstance(shape, list):
        _check_list(value, shape[0], where, problems)
    elif isinstance(shape, tuple):
        if value not in shape:
            problems.append(f"{where}: {value!r} is none of {', '.join(map(str, shape))}")
    elif not _is_a(value, shape):
        problems.append(f"{where}: {value!r} is not {shape.__name__}")


def _check_object(value: Any, shape: Mapping[str, Any], where: str, problems: list[str]) -> None:
    if not isinstance(value, dict):
        problems.append(f"{where}: {value!r} is not an object")
        return
    for key, inner in shape.items():
        if key not in value:
            problems.append(f"{where}.{key}: missing")
        else:
            _check(value[key], inner, f"{where}.{key}", problems)


def _check_list(value: Any, shape: Any, where: str, problems: list[str]) -> None:
    if not isinstance(value, list):
        problems.append(f"{where}: {value!r} is not a list")
        return
    for index, inner in enumerate(value):
        _check(inner, shape, f"{where}[{index}]", problems)


def _is_a(value: Any, kind: type) -> bool:
    """Whole numbers are numbers; true and false are not."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)


def _check_sense(result: Mapping[str, Any], problems: list[str]) -> None:
    """What the contract promises beyond shape."""
    for entry in result["items"]:
        where = f"item {entry['item']}"
        if entry["score"] != {Verdict.MET: 100, Verdict.NOT_MET: 0}.get(entry["verdict"]):
            problems.append(f"{where}: score {entry['score']} does not follow from {entry['verdict']}")
        if entry["verdict"] in (Verdict.NOT_MET, Verdict.UNSURE) and not entry["reasons"]:
            problems.append(f"{where}: {entry['verdict']} without a reason")
        if not 0 <= entry["confidence"] <= 1:
            problems.append(f"{where}: confidence {entry['confidence']} is not within 0–1")
        problems.extend(
            f"{where}.{element['id']}: met without a quote"
            for element in entry["elements"]
            if element["verdict"] == Verdict.MET and not element["quotes"]
        )
    score = result["score"]
    ranges = [score, *score["indicators"].values(), *score["sub_indicators"].values()]
    for bounds in filter(None, ranges):
        if bounds["low"] is not None and bounds["high"] is not None and not 0 <= bounds["low"] <= bounds["high"] <= 100:
            problems.append(f"score: {bounds['low']}–{bounds['high']} is not a range within 0–100")
