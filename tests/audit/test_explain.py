from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from audit.cli import main
from audit.demo import LOOPBACK
from audit.demo.server import Server
from audit.explanation import explain
from audit.pipeline import AuditSettings, audit_agencies
from crawler.settings import CrawlSettings
from oit import submissions
from oit.errors import InputError
from reports import explanation


@pytest.fixture(scope="module")
def store(shared_site: Path) -> Path:
    """A store with the audit of the tiny site, made once."""
    folder = shared_site.parent
    with Server(shared_site) as server:
        submission = submissions.from_json(server.submission(), "submission.json")
        crawl = CrawlSettings(allow_networks=(LOOPBACK,), delay=0.0, browser=False, walk=False, retries=0)
        settings = AuditSettings(folder / "store", folder / "out", date(2022, 5, 10), crawl)
        audit_agencies([submission], settings)
    return folder / "store"


def run(store: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", "tiny", *arguments, "--store", str(store), "--no-ocr"])


def test_an_explanation_tells_in_thai_what_was_asked_where_was_looked_and_what_would_change(store: Path) -> None:
    shown = run(store, "o3").output
    for words in ("O3", "ข้อนี้ถามอะไร", "เปิดดูที่ใดบ้าง", "พบรายละเอียดใดบ้าง", "ที่มา: ITA Manual 2022", "/duties"):
        assert words in shown
    assert "อะไรจะทำให้ผลเปลี่ยน" in shown or "ผลนี้อาศัยอะไร" in shown


def test_remarks_beside_the_verdict_are_told_too(store: Path) -> None:
    told = explain(store, "tiny", "o3")
    told["item"]["notes"] = ["plan_not_followed"]
    assert any("แผนหรือมาตรการต้นทาง" in line for line in explanation.lines(told))
    assert any("given for the item it must follow" in line for line in explanation.lines(told, "en"))


def test_an_explanation_is_given_in_english_and_by_slug(store: Path) -> None:
    shown = run(store, "powers_and_duties", "--lang", "en").output
    by_code = run(store, "o3", "--lang", "en").output
    assert "What the item asks" in shown
    assert shown == by_code


def test_the_verdict_that_is_explained_is_the_one_of_the_audit(store: Path) -> None:
    from evidence.store import EvidenceStore

    with EvidenceStore.open(store) as opened:
        kept = opened.latest_run("tiny")
        assert kept
        result = opened.result(kept.id)
    assert result
    for entry in result["items"]:
        told = explain(store, "tiny", entry["item"])
        for key in ("verdict", "confidence", "reasons"):
            assert told["item"][key] == entry[key]
        assert told["schema"] == "oit-explanation/1"


def test_a_page_that_is_gone_is_told_as_trouble_with_what_it_proves(store: Path) -> None:
    told = json.loads(run(store, "o10", "--json").output)
    (failed,) = told["trace"]["trouble"]
    assert (failed["outcome"], failed["proves_absence"]) == ("not_found", True)
    assert told["trace"]["step"] == "trouble"
    assert told["changes"][0]["kind"] == "reach"


def test_an_unknown_item_agency_or_store_is_named(store: Path, tmp_path: Path) -> None:
    for arguments in (["tiny", "o99"], ["nobody", "o3"]):
        ended = CliRunner().invoke(main, ["explain", *arguments, "--store", str(store)])
        assert ended.exit_code == 2
        assert arguments[1 if arguments[0] == "tiny" else 0] in ended.output
    with pytest.raises(InputError, match="no evidence store"):
        explain(tmp_path / "none", "tiny", "o3")
