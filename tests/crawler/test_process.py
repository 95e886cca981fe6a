"""The crawl's own process: interrupts, sudden deaths, and taking up again; and the pace kept with public addresses."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from crawler import CrawlJob, CrawlSettings, crawl
from crawler.pace import Pace
from evidence.store import EvidenceStore
from oit.model import Agency, Answer, Submission

SETTINGS = CrawlSettings(
    allow_networks=("127.0.0.0/8",), browser=False, walk=False, delay=0, timeout=5, retries=0, per_host=1, readers=1
)
PAGE = "<html><body><main><h1>โครงสร้าง</h1><p>" + "ข้อมูลของหน่วยงาน " * 20 + "</p></main></body></html>"


def job(site: Any, store: Path, urls: list[str]) -> CrawlJob:
    agency = Agency("A1", "อบต.ตัวอย่าง", "subdistrict_administrative_organisation", "สกลนคร", site.url())
    with EvidenceStore.open(store) as opened:
        began = opened.begin_run({"agency": {"code": "A1"}, "framework": 2565}, "2022-05-10")
    return CrawlJob(began.id, Submission(2565, agency, (Answer("o1", True, tuple(urls)),)), 2565)


def slow_pages(site: Any, count: int) -> list[str]:
    def answer(handler: Any) -> None:
        time.sleep(0.2)
        body = PAGE.encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return [site.do(f"/p{n}", answer) for n in range(count)]


def children() -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True)
    return [int(line.split()[0]) for line in found.stdout.splitlines() if "-m crawler" in line]


def test_a_killed_crawl_is_reported_and_goes_on_where_it_stopped(site: Any, tmp_path: Path) -> None:
    urls = slow_pages(site, 20)
    work = job(site, tmp_path, urls)
    fetched: list[str] = []

    def kill_after_five(event: dict[str, Any]) -> None:
        if event["event"] == "fetch" and event["purpose"] == "submitted":
            fetched.append(event["url"])
            if len(fetched) == 5:
                for pid in children():
                    os.kill(pid, signal.SIGKILL)

    report = crawl([work], tmp_path, SETTINGS, kill_after_five)
    assert not report.complete
    assert "ended" in report.agencies[0].detail
    before = dict(site.hits)
    assert sum(path.startswith("/p") for path in before) < 20

    assert crawl([work], tmp_path, SETTINGS).complete
    with EvidenceStore.open(tmp_path) as store:
        rows = [row.url for row in store.fetches(work.run_id) if row.purpose == "submitted"]
    assert sorted(rows) == sorted(urls)
    again = [url for url in fetched[:5] if site.hits[url.removeprefix(site.url(""))] > 1]
    assert again == []


def test_an_interrupt_stops_the_child_and_reaches_the_caller(site: Any, tmp_path: Path) -> None:
    work = job(site, tmp_path, slow_pages(site, 40))
    script = (
        "import json, sys; from pathlib import Path; from crawler import CrawlJob, CrawlSettings, crawl\n"
        "data = json.loads(sys.stdin.read())\n"
        "crawl([CrawlJob.from_json(data['job'])], Path(data['store']), CrawlSettings.from_json(data['settings']),"
        " lambda event: print(event['event'], flush=True))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdin and process.stdout and process.stderr
    process.stdin.write(json.dumps({"job": work.to_json(), "store": str(tmp_path), "settings": SETTINGS.to_json()}))
    process.stdin.close()
    for line in process.stdout:
        if line.strip() == "fetch":
            break
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    errors = process.stderr.read()
    assert process.wait(60) != 0
    assert "KeyboardInterrupt" in errors
    process.stdout.close()
    process.stderr.close()
    asked = sum(site.hits.values())
    time.sleep(0.8)
    assert sum(site.hits.values()) == asked
    assert asked < 40


def test_a_job_travels_between_processes_unchanged(site: Any, tmp_path: Path) -> None:
    work = job(site, tmp_path, ["http://a.go.th/แผน"])
    again = CrawlJob.from_json(work.to_json())
    assert again.submission.agency == work.submission.agency
    assert again.submission.answers == work.submission.answers
    assert CrawlSettings.from_json(SETTINGS.to_json()) == SETTINGS


def test_a_wrong_setting_is_an_error() -> None:
    with pytest.raises(ValueError, match="speed"):
        CrawlSettings.from_json({"speed": 9})


def waits(hosts: list[str], delay: float) -> float:
    async def go() -> float:
        pace = Pace(delay)
        began = time.monotonic()
        for host in hosts:
            await pace.turn(host)
        return time.monotonic() - began

    return asyncio.run(go())


def test_requests_to_one_host_keep_their_distance() -> None:
    assert waits(["a.example"] * 3, 0.1) >= 0.2
    assert waits(["a.example", "b.example", "c.example"], 0.1) < 0.1


def test_own_addresses_are_not_waited_for() -> None:
    assert waits(["127.0.0.1"] * 20, 0.1) < 0.1


def test_hosts_that_share_an_address_share_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    from scrapy.resolver import dnscache
    from twisted.internet.address import IPv4Address

    for host in ("one.example", "two.example"):
        monkeypatch.setitem(dnscache, host, [IPv4Address("TCP", "203.150.19.1", 0)])
    assert waits(["one.example", "two.example", "one.example"], 0.1) >= 0.2
