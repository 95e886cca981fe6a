"""Why an item got its verdict: judges it once more from the store, with a trace, and shows every step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from audit.pipeline import evidence_of, read_run
from audit.progress import Silent
from checks.context import AgencyEvidence
from checks.counterfactual import Change, changes
from checks.run import judge_one
from checks.trace import Trace, terms_of
from evidence.store import EvidenceStore, Run
from evidence.text.isolate import Reader
from evidence.text.options import ReadOptions
from oit.errors import InputError
from oit.model import Framework, Item
from oit.score import score
from reports.result import build

SCHEMA = "oit-explanation/1"


def explain(
    store_folder: Path, agency: str, item: str, framework: int | None = None, read: ReadOptions | None = None
) -> dict[str, Any]:
    """The explanation (`oit-explanation/1`) of one item of an agency's latest run in a store.

    `item` is a code of that year's form (`o10`) or a slug. What no reader of this version has read yet is read first.

    Raises:
        InputError: there is no store, no run of that agency (and year), or no such item in its form.
    """
    if not store_folder.is_dir():
        raise InputError(str(store_folder), ["there is no evidence store here"])
    with EvidenceStore.open(store_folder) as store, Reader(jobs=1, options=read or ReadOptions()) as reader:
        run = store.latest_run(agency, framework)
        if run is None:
            known = ", ".join(store.agencies()) or "none"
            of_year = f" of fiscal year {framework}" if framework else ""
            raise InputError(str(store_folder), [f"holds no run of agency {agency}{of_year}; agencies here: {known}"])
        evidence = evidence_of(store, run, {})
        chosen = _item(evidence.framework, item)
        evidence = evidence_of(store, run, read_run(store, run, reader, Silent()))
    return of_item(evidence, chosen, run)


def of_item(evidence: AgencyEvidence, item: Item, run: Run) -> dict[str, Any]:
    """The explanation of one item of evidence already at hand."""
    trace = Trace()
    result = judge_one(evidence, item, trace)
    total = score(evidence.framework, {result.item: result.verdict})
    told = build(run, evidence.submission, evidence.framework, [result], evidence.fetches, total, texts=evidence.texts)
    answer = evidence.submission.by_item.get(item.code)
    return {
        "schema": SCHEMA,
        "agency": told["agency"],
        "framework": told["framework"],
        "run": told["run"],
        "answer": {
            "given": answer is not None,
            "disclosed": bool(answer and answer.disclosed),
            "urls": list(answer.urls) if answer else [],
            "explanation": answer.explanation if answer else "",
            "exclusion_reason": answer.exclusion_reason if answer else "",
        },
        "criteria": _criteria(item, evidence.framework),
        "item": told["items"][0],
        "trace": trace.to_json(),
        "changes": [_change(change) for change in changes(evidence, item, result, trace)],
    }


def _item(framework: Framework, name: str) -> Item:
    wanted = name.strip().lower()
    found = framework.by_code.get(wanted) or framework.by_slug.get(wanted)
    if found is None:
        codes = [item.code for item in framework.items]
        problem = f"the form of {framework.year_be} has {codes[0]} to {codes[-1]}"
        raise InputError("item", [f"{name!r} is no item; {problem}, each also by its slug ({framework.items[0].slug})"])
    return found


def _criteria(item: Item, framework: Framework) -> dict[str, Any]:
    rule = item.year_rule
    return {
        "title": {"th": item.title.th, "en": item.title.en},
        "aliases": list(item.aliases),
        "sources": list(item.sources),
        "confidence": framework.certainty(item),
        "elements_status": item.elements_status,
        "sha256": framework.sha256,
        "year_rule": {
            "kind": rule.kind,
            "text": {"th": rule.text.th, "en": rule.text.en},
            "year_be": None if rule.fy_offset is None else framework.year_be + rule.fy_offset,
        },
        "elements": [
            {
                "id": element.id,
                "text": {"th": element.text.th, "en": element.text.en},
                "requirement": element.requirement,
                "kind": element.kind,
                "terms": terms_of(element.params),
                "confidence": element.confidence,
            }
            for element in item.elements
        ],
        "exceptions": [
            {"code": rule.code, "effect": rule.effect, "text": {"th": rule.text.th, "en": rule.text.en}}
            for rule in item.exceptions
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": str(change.kind),
        "verdict": str(change.verdict),
        "elements": list(change.elements),
        "year": change.year,
        "title_year": change.title_year,
        "months": list(change.months),
        "urls": list(change.urls),
    }
