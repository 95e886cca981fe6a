"""Knows the shape of a result (`oit-result/1`, contract §2) and builds it from what was judged and fetched.

Beyond the contract an item carries `sub_indicator`, `answer`, `points` (OIT points that hang on it), `looked_at` (what
was opened for it) and `detail`; an element and a year carry `looked_for` and `detail`; a URL carries `detail` and
`confirmed`; the result carries `counts` and `reviewed` (the score by the reviewers' decisions). A report decides
nothing: verdicts, reasons and scores come in and go out unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from evidence.records import Fetch
from evidence.store import Run
from evidence.text.document import DocumentText
from oit.findings import ElementResult, Finding, ItemResult, Outcome, Quote, Verdict, YearResult
from oit.model import Agency, Answer, Framework, Item, Submission, YearBasis
from oit.score import Score, loss
from reports.advice import advise
from reports.shape import SCHEMA

LOOKED_AT_LIMIT = 30
"""How many opened pages and files are named for an item; `looked_at_total` says how many there were."""

_VERDICTS = tuple(str(verdict) for verdict in Verdict)
_READING_FAILURES = frozenset(Outcome) - {Outcome.OK}
_LOOKED_AT_PURPOSES = ("submitted", "step", "linked", "frame", "image")


def build(
    run: Run,
    submission: Submission,
    framework: Framework,
    items: Sequence[ItemResult],
    fetches: Sequence[Fetch],
    score: Score,
    *,
    click_paths: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    on_main_website: Mapping[str, bool] | None = None,
    found_elsewhere: Mapping[str, Sequence[tuple[str, float]]] | None = None,
    notes: Sequence[str] = (),
    reviews: Sequence[Mapping[str, Any]] = (),
    reviewed: Mapping[str, Any] | None = None,
    texts: Mapping[str, DocumentText] | None = None,
    answered_form: int | None = None,
    answered_as: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """One agency's result as a dict ready for JSON (`json.dumps(…, ensure_ascii=False)`).

    `run`: as the store keeps it. `items`: in any order, at most one per item of the form; they come out in form order.
    `fetches`: all of the run, oldest first. `click_paths`: by submitted URL, the links from the home page to it
    (`{"url", "text"}` each). `on_main_website`: by submitted URL. `found_elsewhere`: by item code, (URL, confidence)
    pairs, beside those that the items name themselves. `notes`: ids about the whole submission. `reviews`: `item`,
    `decision`, `reason`, `by`, `at` each. `reviewed`: the score with these decisions in place. `texts`: what was read,
    by sha256; a document that came but could not be read has the reader's outcome (encrypted, corrupt, …).
    `answered_form`: the fiscal year of the form that was answered, where another's rules judge it; `answered_as`: by item
    code, the codes of that form under which it was answered. Raises KeyError for an item the framework does not have.
    """
    judged = {result.item: result for result in items}
    if unknown := sorted(set(judged) - set(framework.by_code)):
        raise KeyError(f"items not in the form of {framework.year_be}: {', '.join(unknown)}")
    urls = _UrlRows([_as_read(fetch, texts or {}) for fetch in fetches], click_paths or {}, on_main_website or {})
    verdicts: dict[str, Verdict | str | None] = {code: result.verdict for code, result in judged.items()}
    points = _points(framework, verdicts)
    elsewhere = found_elsewhere or {}
    entries = [
        _item(judged[item.code], item, framework, submission, urls, points[item.code], elsewhere.get(item.code, ()))
        for item in framework.items
        if item.code in judged
    ]
    if answered_form not in (None, framework.year_be):
        entries = [entry | {"answered_as": list((answered_as or {}).get(entry["item"], ()))} for entry in entries]
    return {
        "schema": SCHEMA,
        "agency": _agency(submission.agency),
        "framework": framework.year_be,
        "submission_framework": answered_form or framework.year_be,
        "run": _run(run, fetches),
        "score": score.to_json(),
        "counts": {verdict: sum(entry["verdict"] == verdict for entry in entries) for verdict in _VERDICTS},
        "notes": [str(note) for note in notes],
        "items": entries,
        "reviews": [{key: review[key] for key in ("item", "decision", "reason", "by", "at")} for review in reviews],
        "reviewed": dict(reviewed) if reviewed else None,
    }


def to_fix(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items not met, most OIT points first, then in form order."""
    return _by_points(result, Verdict.NOT_MET)


def to_review(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items that need a reviewer, most OIT points first, then in form order."""
    return _by_points(result, Verdict.UNSURE)


def _by_points(result: Mapping[str, Any], verdict: str) -> list[dict[str, Any]]:
    chosen = [entry for entry in result["items"] if entry["verdict"] == verdict]
    return sorted(chosen, key=lambda entry: -entry.get("points", 0))


def _points(framework: Framework, verdicts: Mapping[str, Verdict | str | None]) -> dict[str, Decimal]:
    """OIT points by item code. Items of one sub-indicator weigh the same, so it is reckoned once for each."""
    known: dict[tuple[str, bool], Decimal] = {}
    points = {}
    for item in framework.items:
        alike = (item.sub_indicator, verdicts.get(item.code) == Verdict.EXCLUDED)
        if alike not in known:
            known[alike] = loss(framework, item.code, verdicts)
        points[item.code] = known[alike]
    return points


def _agency(agency: Agency) -> dict[str, Any]:
    return {
        "code": agency.code,
        "name": agency.name,
        "type": agency.type,
        "province": agency.province,
        "homepage": agency.homepage,
        "year_basis": _year_basis(agency.year_basis),
    }


def _year_basis(basis: YearBasis) -> str | dict[str, str]:
    """As a submission writes it (contract §1)."""
    if basis.is_fiscal:
        return "fiscal"
    if (basis.start_month, basis.start_day) == (1, 1):
        return "calendar"
    return {"start": f"{basis.start_month:02d}-{basis.start_day:02d}", "named_by": basis.named_by}


def _run(run: Run, fetches: Sequence[Fetch]) -> dict[str, Any]:
    return {
        "id": run.id,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "as_of": run.as_of,
        "software": run.software,
        "criteria_sha256": run.criteria_sha256,
        "complete": run.complete,
        "pages_fetched": sum(fetch.outcome == Outcome.OK for fetch in fetches),
        "via_browser": sum(fetch.via == "browser" for fetch in fetches),
    }


def _item(
    result: ItemResult,
    item: Item,
    framework: Framework,
    submission: Submission,
    urls: _UrlRows,
    points: Decimal,
    elsewhere: Sequence[tuple[str, float]],
) -> dict[str, Any]:
    answer = submission.by_item.get(item.code)
    looked_at = urls.looked_at(item.code)
    entry = {
        "item": item.code,
        "slug": item.slug,
        "title": item.title.th,
        "sub_indicator": item.sub_indicator,
        "verdict": str(result.verdict),
        "score": result.score,
        "confidence": _share(result.confidence),
        "strength": _share(result.strength),
        "before_line": str(result.before_line or result.verdict),
        "criteria_confidence": framework.certainty(item),
        "reasons": [str(reason) for reason in result.reasons],
        "notes": [str(note) for note in result.notes],
        "elements": [_element(element) for element in result.elements],
        "year": _year(result.year) if result.year else None,
        "urls": [urls.row(url, item.code) for url in (answer.urls if answer else ())],
        "found_elsewhere": _elsewhere([*result.found_elsewhere, *elsewhere]),
        "answer": _answer(answer),
        "points": float(_two(points)),
        "looked_at": looked_at[:LOOKED_AT_LIMIT],
        "looked_at_total": len(looked_at),
        "detail": result.detail,
    }
    return entry | {"advice": advise(entry, item, framework, _agency(submission.agency))}


def _elsewhere(found: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    """Each URL once, with the best confidence anyone gave it, best first."""
    best: dict[str, float] = {}
    for url, confidence in found:
        best[url] = max(confidence, best.get(url, 0.0))
    ranked = sorted(best.items(), key=lambda pair: -pair[1])
    return [{"url": url, "confidence": _share(confidence)} for url, confidence in ranked]


def _answer(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {
        "disclosed": answer.disclosed,
        "explanation": answer.explanation,
        "exclusion_reason": answer.exclusion_reason,
    }


def _element(element: ElementResult) -> dict[str, Any]:
    return {"id": element.id, **_finding(element.finding)}


def _year(year: YearResult) -> dict[str, Any]:
    found = _finding(year.finding)
    shown = {"found_be": list(year.found_be), "months_missing": list(year.months_missing)}
    whole = {"rule": year.rule, "verdict": found.pop("verdict"), **shown, **found}
    return {**whole, "parts": [_year(part) for part in year.parts]} if year.parts else whole


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "verdict": str(finding.verdict),
        "confidence": _share(finding.confidence),
        "reasons": [str(reason) for reason in finding.reasons],
        "quotes": [_quote(quote) for quote in finding.quotes],
        "looked_for": list(finding.looked_for),
        "detail": finding.detail,
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "url": quote.url,
        "sha256": quote.sha256,
        "page": quote.page,
        "reader": quote.reader,
        "text": quote.text,
        "raw": quote.raw,
        "start": quote.start,
        "boxes": [[box[0], *(float(_two(edge)) for edge in box[1:])] for box in quote.boxes],
    }


class _UrlRows:
    """Answers for each submitted URL what became of it, from all fetches of the run."""

    def __init__(
        self,
        fetches: Sequence[Fetch],
        click_paths: Mapping[str, Sequence[Mapping[str, str]]],
        on_main_website: Mapping[str, bool],
    ) -> None:
        self._click_paths = click_paths
        self._on_main_website = on_main_website
        self._by_url: dict[str, list[Fetch]] = {}
        self._by_likeness: dict[str, list[Fetch]] = {}
        self._by_item: dict[str, list[Fetch]] = {}
        for fetch in fetches:
            self._by_url.setdefault(fetch.url, []).append(fetch)
            self._by_likeness.setdefault(_same(fetch.url), []).append(fetch)
            for code in fetch.items:
                self._by_item.setdefault(code, []).append(fetch)

    def row(self, url: str, code: str) -> dict[str, Any]:
        """The contract's object for one submitted URL; `outcome` is null where no fetch is on record."""
        rows = self._by_url.get(url) or self._by_likeness.get(_same(url), [])
        fetch = _telling(rows, code)
        path = [{"url": step["url"], "text": step.get("text", "")} for step in self._click_paths.get(url, ())]
        return {
            "url": url,
            "final_url": (fetch.final_url or fetch.url) if fetch else "",
            "outcome": str(fetch.outcome) if fetch else None,
            "http_status": fetch.http_status if fetch else None,
            "content_type": fetch.content_type if fetch else "",
            "sha256": fetch.sha256 if fetch else "",
            "bytes": fetch.bytes if fetch else 0,
            "fetched_at": fetch.fetched_at if fetch else "",
            "via": fetch.via if fetch else "",
            "tls_unverified": bool(fetch and fetch.tls_unverified),
            "robots_override": bool(fetch and fetch.robots_override),
            "on_main_website": bool(self._on_main_website.get(url, False)),
            "click_path": path,
            "detail": fetch.detail if fetch else "",
            "confirmed": bool(fetch and any(f.purpose == "confirm" and f.outcome == fetch.outcome for f in rows)),
        }

    def looked_at(self, code: str) -> list[dict[str, Any]]:
        """What was opened for an item, in order, each URL once."""
        rows = [fetch for fetch in self._by_item.get(code, ()) if fetch.purpose in _LOOKED_AT_PURPOSES]
        first = {fetch.url: fetch for fetch in reversed(rows)}
        return [
            {
                "url": fetch.url,
                "purpose": fetch.purpose,
                "outcome": str(fetch.outcome),
                "link_text": fetch.link_text,
                "sha256": fetch.sha256,
            }
            for fetch in reversed(first.values())
        ]


def _as_read(fetch: Fetch, texts: Mapping[str, DocumentText]) -> Fetch:
    """The fetch with the outcome of reading what it brought, where that failed."""
    text = texts.get(fetch.sha256)
    if fetch.outcome != Outcome.OK or text is None or text.outcome not in _READING_FAILURES:
        return fetch
    return replace(fetch, outcome=text.outcome, detail=text.detail or fetch.detail)


def _telling(rows: Sequence[Fetch], code: str) -> Fetch | None:
    """The fetch that says what became of a URL: one that brought content, else the last as submitted, else the last."""
    submitted = [fetch for fetch in rows if fetch.purpose == "submitted"]
    own = [fetch for fetch in submitted if code in fetch.items] or submitted
    brought = [fetch for fetch in own or rows if fetch.outcome == Outcome.OK]
    return next(iter([*brought[-1:], *own[-1:], *rows[-1:]]), None)


def _same(url: str) -> str:
    """The part of a URL that a server sees, for finding a submitted URL among the fetches."""
    return url.strip().partition("#")[0].rstrip("/")


def _two(value: Decimal | float) -> Decimal:
    """Two places, half up (contract §2)."""
    return Decimal(str(value)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _share(value: float) -> float:
    """A probability; four places, so that calibration still tells results apart."""
    return round(float(value), 4)
