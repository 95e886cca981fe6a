"""A submission to any year's form is audited from fetching to report and scored by that year's structure."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from audit.demo.server import Server
from audit.pipeline import AuditSettings, audit_agencies
from crawler import CrawlSettings
from evidence.text.options import ReadOptions
from oit import submissions
from oit.criteria import load, years
from oit.findings import Verdict
from oit.score import schemes, score
from reports.shape import validate

LOCAL = CrawlSettings(allow_networks=("127.0.0.0/8",), browser=False, delay=0.0, page_budget=0, walk=False)
ANSWERS = {"contact": "/contact", "news": "/news", "powers_and_duties": "/duties", "laws": "/law"}


YEARS = [pytest.param(year, marks=[] if year in (2567, 2569) else [pytest.mark.slow]) for year in years()]
"""The form that is most unlike the others, and the one of titles only, are audited whenever tests run; all by `make test-all`."""


@pytest.mark.parametrize("year", YEARS)
def test_a_submission_to_the_form_of_a_year_is_audited_and_scored_by_that_form(
    shared_site: Path, tmp_path: Path, year: int
) -> None:
    form = load(year)
    answered = {form.by_slug[slug].code: path for slug, path in ANSWERS.items() if slug in form.by_slug}
    with Server(shared_site) as server:
        body = server.submission() | {"framework": year}
        root = body["agency"]["homepage"].rstrip("/")
        body["answers"] = [
            {"item": code, "disclosed": True, "urls": [root + path], "explanation": ""}
            for code, path in answered.items()
        ]
        given = submissions.from_json(json.loads(json.dumps(body)), "tiny")
        settings = AuditSettings(
            tmp_path / "store", tmp_path / "out", date(year - 543, 5, 10), LOCAL, ReadOptions(ocr=False)
        )
        (audited,) = audit_agencies([given], settings)
    result = audited.result
    assert validate(result) == []
    assert (result["framework"], result["submission_framework"]) == (year, year)
    assert [entry["item"] for entry in result["items"]] == [item.code for item in form.items]
    assert (tmp_path / "out" / "tiny" / "report.html").is_file()
    verdicts = {entry["item"]: Verdict(entry["verdict"]) for entry in result["items"]}
    if form.partial:
        assert (result["score"]["low"], result["score"]["high"]) == (None, None)
        assert set(verdicts.values()) == {Verdict.UNSURE}
        return
    assert set(result["score"]["sub_indicators"]) == {sub.code for sub in form.sub_indicators}
    wanted = score(schemes()[year], verdicts).to_json()
    assert result["score"] == wanted
    unanswered = {code for code in verdicts if code not in answered}
    assert {entry["reasons"][0] for entry in result["items"] if entry["item"] in unanswered} == {"not_answered"}
    certainty = {entry["item"]: entry["criteria_confidence"] for entry in result["items"]}
    assert certainty == {item.code: form.certainty(item) for item in form.items}
