from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from audit.demo.server import Server
from audit.pipeline import AuditSettings, audit_agencies, check_agencies
from crawler import CrawlSettings
from evidence.records import Fetch
from evidence.store import EvidenceStore
from oit import submissions
from oit.errors import InputError
from reports.shape import validate

ANSWERED = ("/duties", "/contact", "/law", "/news")
LOCAL = CrawlSettings(
    allow_networks=("127.0.0.0/8",), browser=False, delay=0.0, timeout=5.0, retry_wait=0.1, page_budget=5
)


def settings(folder: Path, **changes: Any) -> AuditSettings:
    made = AuditSettings(folder / "store", folder / "out", date(2022, 5, 10), LOCAL, jobs=1)
    return replace(made, **changes)


def without_times(result: dict[str, Any]) -> dict[str, Any]:
    """The result without what may differ between two runs over the same pages."""
    text = json.dumps({key: value for key, value in result.items() if key != "run"}, sort_keys=True, default=str)
    made = json.loads(text)
    for item in made["items"]:
        for url in item["urls"]:
            url.pop("fetched_at")
    return made


def verdicts(result: dict[str, Any]) -> dict[str, str]:
    return {item["item"]: item["verdict"] for item in result["items"]}


def test_an_audit_writes_a_valid_result_and_a_report(tiny_site: Path, tmp_path: Path) -> None:
    with Server(tiny_site) as server:
        given = submissions.from_json(server.submission(), "tiny")
        (audited,) = audit_agencies([given], settings(tmp_path))
    written = json.loads((tmp_path / "out" / "tiny" / "result.json").read_text("utf-8"))
    assert validate(written) == []
    assert audited.complete
    assert written["notes"] == ["not_approved"]
    assert written["run"]["as_of"] == "2022-05-10"
    assert written["run"]["finished_at"] >= written["run"]["started_at"] > ""
    assert len(written["items"]) == 43
    assert "\\u0e" not in (tmp_path / "out" / "tiny" / "result.json").read_text("utf-8")
    assert "<html" in audited.report.read_text("utf-8")


def test_every_submitted_url_has_its_outcome_and_its_click_path(tiny_site: Path, tmp_path: Path) -> None:
    with Server(tiny_site) as server:
        given = submissions.from_json(server.submission(), "tiny")
        (audited,) = audit_agencies([given], settings(tmp_path))
        home = server.base_url
    urls = {item["item"]: item["urls"] for item in audited.result["items"]}
    (duties,) = urls["o3"]
    assert duties["outcome"] == "ok"
    assert duties["on_main_website"]
    assert duties["click_path"] == [{"url": f"{home}/", "text": "duties"}]
    assert [row["outcome"] for row in urls["o10"]] == ["not_found"]
    assert verdicts(audited.result)["o10"] == "not_met"
    assert verdicts(audited.result)["o1"] == "not_met"


def test_judging_again_needs_no_network_and_says_the_same(tiny_site: Path, tmp_path: Path) -> None:
    with Server(tiny_site) as server:
        given = submissions.from_json(server.submission(), "tiny")
        (audited,) = audit_agencies([given], settings(tmp_path))
    (again,) = check_agencies(settings(tmp_path, out=tmp_path / "again"))
    assert without_times(dict(again.result)) == without_times(dict(audited.result))
    assert again.result["run"] == audited.result["run"]
    assert (tmp_path / "again" / "tiny" / "report.html").is_file()


@pytest.mark.parametrize("choice", [{"agency": "other"}, {"framework": 2566}])
def test_judging_what_the_store_does_not_hold_is_a_clear_error(tmp_path: Path, choice: dict[str, Any]) -> None:
    EvidenceStore.open(tmp_path / "store").close()
    with pytest.raises(InputError, match="holds no run of"):
        check_agencies(settings(tmp_path), **choice)


def test_judging_without_a_store_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no evidence store"):
        check_agencies(settings(tmp_path))
    assert not (tmp_path / "store").exists()


def test_an_address_that_is_not_allowed_is_never_reached(tiny_site: Path, tmp_path: Path) -> None:
    with Server(tiny_site) as server:
        given = submissions.from_json(server.submission(), "tiny")
        closed = replace(LOCAL, allow_networks=())
        (audited,) = audit_agencies([given], settings(tmp_path, crawl=closed))
        assert not server.requests
    answered = [item for item in audited.result["items"] if item["urls"]]
    assert {url["outcome"] for item in answered for url in item["urls"]} == {"forbidden_address"}
    assert {item["verdict"] for item in answered} == {"unsure"}


def test_a_host_still_down_after_a_notice_counts_against_the_agency(tiny_site: Path, tmp_path: Path) -> None:
    with Server(tiny_site) as server:
        given = submissions.from_json(server.submission(), "tiny")
    with EvidenceStore.open(tmp_path / "store") as store:
        store.add_notice("tiny", "2022-05-01")
        for day in ("2022-05-01", "2022-05-04", "2022-05-07"):
            run = store.begin_run(submissions.to_json(given), day)
            for answer in given.answers:
                row = Fetch(run.id, "tiny", answer.urls[0], "timeout", "submitted", items=(answer.item,))
                store.add_fetch(replace(row, fetched_at=f"{day}T03:00:00+00:00"))
            store.finish_run(run.id, True)
    (audited,) = check_agencies(settings(tmp_path))
    item = next(entry for entry in audited.result["items"] if entry["item"] == "o3")
    assert (item["verdict"], item["reasons"][0]) == ("not_met", "down_after_notice")


def audit_command(site: Path, folder: Path, port: int) -> list[str]:
    filled = (site / "submission.json").read_text("utf-8").replace("{host}", f"127.0.0.1:{port}")
    (folder / "agency.json").write_text(filled, encoding="utf-8")
    command = [sys.executable, "-m", "audit.cli", "audit", str(folder / "agency.json"), "--out", str(folder / "out")]
    return [*command, "--store", str(folder / "store"), "--as-of", "2022-05-10", "--allow-network", "127.0.0.0/8",
            "--no-browser", "--no-ocr", "--jobs", "1", "--json"]  # fmt: skip


def test_a_killed_audit_goes_on_where_it_stopped(slow_site: Path, tmp_path: Path) -> None:
    with Server(slow_site) as server:
        port = int(server.host.rpartition(":")[2])
        command = audit_command(slow_site, tmp_path, port)
        killed = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        kept_at_the_kill = wait_for_rows(tmp_path / "store", killed)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        assert not list((tmp_path / "out").rglob("*"))
        wait_until_quiet(tmp_path / "store")
        kept = stored_paths(tmp_path / "store")
        asked_before = dict(server.requests)
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        again = {path for path in kept & set(ANSWERED) if server.requests[path] > asked_before[path]}
        with_fresh = subprocess.run(
            [*command[:-1], "--json", "--store", str(tmp_path / "fresh"), "--out", str(tmp_path / "fresh_out")],
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
    assert 0 < len(kept_at_the_kill & set(ANSWERED)) < len(ANSWERED), "the audit was not killed midway"
    assert not again, "pages that were already kept were fetched again"
    assert json.loads(done.stdout)["complete"]
    assert json.loads(with_fresh.stdout)["complete"]
    resumed = json.loads((tmp_path / "out" / "tiny" / "result.json").read_text("utf-8"))
    straight = json.loads((tmp_path / "fresh_out" / "tiny" / "result.json").read_text("utf-8"))
    assert without_times(resumed) == without_times(straight)


def stored_paths(folder: Path) -> set[str]:
    """Paths of the pages that have come."""
    if not (folder / "evidence.sqlite").exists():
        return set()
    with EvidenceStore.open(folder) as store:
        return {
            urlsplit(fetch.url).path for run in store.runs() for fetch in store.fetches(run.id) if fetch.outcome == "ok"
        }


def wait_for_rows(folder: Path, process: subprocess.Popen[bytes], seconds: float = 60) -> set[str]:
    """Wait until the audit has kept its first pages, well before it has kept all."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        if (kept := stored_paths(folder)) & set(ANSWERED):
            return kept
        time.sleep(0.05)
    raise AssertionError(f"the audit ended ({process.poll()}) or kept nothing")


def wait_until_quiet(folder: Path, seconds: float = 20) -> None:
    """Wait until the killed audit's crawl has noticed that it is alone."""
    deadline = time.monotonic() + seconds
    count = -1
    while time.monotonic() < deadline and (now := len(stored_paths(folder))) != count:
        count = now
        time.sleep(1.5)
