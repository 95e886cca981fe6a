"""Monitors speak of a crawl that looks wrong as a whole, and of one that goes silent."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from crawler import CrawlJob, CrawlSettings, crawl
from crawler.health import examine, pages_per_item
from evidence.records import Fetch
from evidence.store import EvidenceStore
from oit.model import Agency, Answer, Submission


def rows(outcomes: str, purpose: str = "submitted") -> list[Fetch]:
    return [
        Fetch("r", "A1", f"http://a.go.th/{n}", outcome, purpose, items=("o1",))
        for n, outcome in enumerate(outcomes.split())
    ]


def monitors(fetches: list[Fetch], **more: Any) -> list[str]:
    asked = more.pop("asked", [row.url for row in fetches])
    return [alarm.monitor for alarm in examine(fetches, asked, more.pop("items", 5), **more)]


@pytest.mark.parametrize(
    ("outcomes", "spoken"),
    [
        ("ok ok ok ok ok ok ok not_found", []),
        ("ok ok ok ok ok ok blocked blocked", []),
        ("ok ok ok ok blocked blocked blocked ok", ["blocked"]),
        ("timeout refused dns_error http_error ok ok", ["unreachable"]),
        ("unreadable corrupt unreadable ok ok", ["empty"]),
        ("blocked blocked blocked timeout timeout timeout", ["blocked", "unreachable"]),
        ("timeout timeout timeout", []),
    ],
)
def test_a_share_above_its_bar_raises_an_alarm(outcomes: str, spoken: list[str]) -> None:
    assert monitors(rows(outcomes)) == spoken


def test_only_the_last_word_on_a_url_counts() -> None:
    fetches = [*rows("timeout timeout timeout timeout timeout"), *rows("ok ok ok ok ok")]
    assert monitors(fetches) == []


def test_a_crawl_that_did_not_come_to_its_urls_stopped_silently() -> None:
    fetches = rows("ok ok ok ok ok")
    (alarm,) = examine(fetches, [*(row.url for row in fetches), "http://a.go.th/never"], 5)
    assert (alarm.monitor, alarm.measured) == ("silent_stop", 0.167)
    assert alarm.detail.endswith(".")


def test_far_fewer_pages_than_in_the_run_before_raise_an_alarm() -> None:
    before = rows("ok ok ok ok ok ok ok ok ok ok")
    assert pages_per_item(before, 5) == 2.0
    assert monitors(rows("ok ok ok ok ok"), before=before, items_before=5) == []
    assert monitors(rows("ok ok ok ok not_found"), before=before, items_before=5) == ["pages_per_item"]
    assert monitors(rows("ok ok ok ok not_found")) == []


def test_a_crawl_that_tells_nothing_is_ended_and_incomplete(site: Any, tmp_path: Path) -> None:
    agency = Agency("A1", "อบต.ตัวอย่าง", "subdistrict_administrative_organisation", "สกลนคร", site.url())
    with EvidenceStore.open(tmp_path) as store:
        began = store.begin_run({"agency": {"code": "A1"}, "framework": 2565}, "2022-05-10")
    job = CrawlJob(began.id, Submission(2565, agency, (Answer("o1", True, (site.slow("/hangs", 60),)),)), 2565)
    settings = CrawlSettings(allow_networks=("127.0.0.0/8",), browser=False, timeout=50, silence_seconds=4.0)
    started = time.monotonic()
    report = crawl([job], tmp_path, settings)
    assert time.monotonic() - started < 40
    assert not report.complete
    assert "nothing for too long" in report.detail


def test_an_agency_that_takes_too_much_is_cut_short_and_goes_on_the_next_time(site: Any, run: Any) -> None:
    urls = [
        site.add(f"/{n}.pdf", b"%PDF-1.4 " + bytes([65 + n]) * 90_000, content_type="application/pdf")
        for n in range(20)
    ]
    crawled = run(site.url(), {"o1": urls}, agency_bytes=300_000, per_host=1)
    outcomes = [crawled.one(url).outcome for url in urls]
    assert set(outcomes) == {"ok", "too_large"}
    assert not crawled.report.complete
    assert "used up" in crawled.report.agencies[0].detail
    assert "audit again" in next(crawled.one(url) for url in urls if crawled.one(url).outcome != "ok").detail
    again = run(site.url(), {"o1": urls}, store=crawled.store, per_host=1)
    assert again.run_id == crawled.run_id
    assert {again.one(url).outcome for url in urls} == {"ok"}
    assert again.report.complete
    assert all(site.hits[f"/{n}.pdf"] == 1 for n in range(20))


def test_an_agency_that_takes_too_long_is_cut_short(site: Any, run: Any) -> None:
    urls = [site.slow(f"/{n}", 0.6) for n in range(30)]
    crawled = run(site.url(), {"o1": urls}, agency_seconds=1.5, per_host=1)
    assert not crawled.report.complete
    assert {crawled.one(url).outcome for url in urls} >= {"timeout"}
    assert sum(site.hits[f"/{n}"] for n in range(30)) < 30
