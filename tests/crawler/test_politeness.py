"""Politeness, measured at the server."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from farm import Asked, Farm, FarmSite, page, pdf

from crawler import CrawlJob, CrawlSettings, crawl
from evidence.records import Fetch
from evidence.store import EvidenceStore
from oit.model import Agency, Answer, Submission

PLAN = "แผนดำเนินงานประจำปี"
SETTINGS = CrawlSettings(
    allow_networks=("127.0.0.0/8",), browser=False, delay=0.0, timeout=5.0, late_timeout=5.0, retries=1, retry_wait=0.05,
    readers=1, page_budget=10, agencies_at_once=20, user_agent="oit-audit-test/1", longest_wait=3.0,
)  # fmt: skip


@pytest.fixture
def farm() -> Iterator[Farm]:
    made = Farm()
    yield made
    made.close()


def jobs(folder: Path, homes: dict[str, str], paths: tuple[str, ...]) -> list[CrawlJob]:
    made = []
    with EvidenceStore.open(folder) as store:
        for code, home in homes.items():
            agency = Agency(code, "อบต.ตัวอย่าง", "subdistrict_administrative_organisation", "สกลนคร", home)
            urls = tuple(home.rstrip("/") + path for path in paths)
            began = store.begin_run({"agency": {"code": code}, "framework": 2565}, "2022-05-10")
            made.append(CrawlJob(began.id, Submission(2565, agency, (Answer("o10", True, urls),)), 2565))
    return made


def website(site: FarmSite) -> None:
    """Every host of the address shows the same small site."""
    menu = "".join(f"<a href='/p{n}'>เรื่องที่ {n}</a>" for n in range(6))
    site.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", "<p>ยินดีต้อนรับ</p>", menu=menu))
    site.add("/plan", page(PLAN, f"<a href='/plan.pdf'>{PLAN}</a>"))
    site.add("/plan.pdf", pdf(), kind="application/pdf")
    for n in range(6):
        site.add(f"/p{n}", page(f"เรื่องที่ {n}"))


def in_a_window(times: list[float], seconds: float) -> int:
    """The most requests that came within so many seconds."""
    return max(sum(start <= moment < start + seconds for moment in times) for start in times)


def _fetches(folder: Path, run_id: str) -> list[Fetch]:
    with EvidenceStore.open(folder) as store:
        return store.fetches(run_id)


def test_twenty_agencies_on_one_address_get_no_more_than_its_rate(farm: Farm, tmp_path: Path) -> None:
    site = farm.site()
    website(site)
    asked: list[tuple[str, str]] = []

    def watched(path: str, answer: Any) -> Any:
        async def watch(request: Asked) -> None:
            asked.append((request.headers["Host"], path))
            await answer(request)

        return watch

    for path, answer in list(site.routes.items()):
        site.routes[path] = watched(path, answer)
    names = [f"www.tambon{n}.example" for n in range(20)]
    homes = {f"A{n}": f"http://{name}/" for n, name in enumerate(names)}
    settings = replace(
        SETTINGS,
        own_delay=0.03,
        hosts={name: f"{site.address}:{site.port}" for name in names},
        page_budget=6,
        capture=False,
    )
    given = jobs(tmp_path, homes, ("/plan",))
    report = crawl(given, tmp_path, settings)
    assert report.complete
    times = [moment for moment, _ in site.times]
    assert len(times) >= 20 * 8
    assert in_a_window(times, 0.5) <= 0.5 / 0.03 + 2
    assert in_a_window(times, 3.0) <= 3.0 / 0.03 + 2
    tried_again = {fetch.url for job in given for fetch in _fetches(tmp_path, job.run_id) if fetch.attempt > 1}
    twice = {f"http://{host}{path}" for host, path in asked if asked.count((host, path)) > 1}
    assert twice <= tried_again


def test_the_same_page_on_another_host_leads_to_that_host(farm: Farm, tmp_path: Path) -> None:
    sites = [farm.site(), farm.site()]
    for site in sites:
        website(site)
    homes = {f"A{n}": site.url("/") for n, site in enumerate(sites)}
    crawl(jobs(tmp_path, homes, ("/plan",)), tmp_path, replace(SETTINGS, walk=False, agencies_at_once=1))
    assert [site.hits["/plan.pdf"] for site in sites] == [1, 1]


def test_an_address_that_says_it_is_busy_is_left_alone_for_as_long_as_it_asks(farm: Farm, tmp_path: Path) -> None:
    site = farm.site()
    website(site)

    async def busy_once(asked: Asked) -> None:
        if site.hits["/plan"] == 1:
            await asked.say("wait", 429, Retry_After="2")
        else:
            await asked.say(page(PLAN))

    site.do("/plan", busy_once)
    homes = {"A0": site.url("/")}
    report = crawl(
        jobs(tmp_path, homes, ("/plan", "/p1", "/p2", "/p3")), tmp_path, replace(SETTINGS, own_delay=0.02, walk=False)
    )
    assert report.complete
    at = next(moment for moment, path in site.times if path == "/plan")
    after = [moment - at for moment, _ in site.times if moment > at + 0.3]
    assert after and min(after) >= 1.9


def test_a_slow_address_is_asked_less_often(farm: Farm, tmp_path: Path) -> None:
    site = farm.site()
    website(site)
    fast = dict(site.routes)

    def slowed(answer: Any) -> Any:
        async def slow(asked: Asked) -> None:
            import asyncio

            await asyncio.sleep(0.6)
            await answer(asked)

        return slow

    site.routes = {path: slowed(answer) for path, answer in fast.items()}
    paths = tuple(f"/p{n}" for n in range(6))
    crawl(jobs(tmp_path, {"A0": site.url("/")}, paths), tmp_path, replace(SETTINGS, own_delay=0.02, walk=False))
    times = sorted(moment for moment, path in site.times if path.startswith("/p"))
    gaps = [later - earlier for earlier, later in pairwise(times[3:])]
    assert min(gaps) >= 0.1


def test_a_long_retry_after_is_left_for_the_end(farm: Farm, tmp_path: Path) -> None:
    site = farm.site()
    website(site)
    site.add("/plan", "wait", 429, Retry_After="3600")
    began = time.monotonic()
    crawl(jobs(tmp_path, {"A0": site.url("/")}, ("/plan",)), tmp_path, replace(SETTINGS, walk=False))
    assert time.monotonic() - began < 20
    assert site.hits["/plan"] == 2


def test_robots_txt_that_fails_stops_the_walk_and_nothing_else(farm: Farm, run: Any) -> None:
    site = farm.site()
    website(site)
    site.add("/robots.txt", "busy", 503)
    site.add("/plan", page(PLAN, f"<a href='/plan.pdf'>{PLAN}</a><a href='/more'>{PLAN} 2565</a>"))
    site.add("/more", page(PLAN))
    crawled = run(site.url("/"), {"o10": [site.url("/plan")]}, walk=True)
    assert [site.hits[path] for path in ("/plan", "/plan.pdf", "/more")] == [1, 1, 1]
    assert not any(site.hits[f"/p{n}"] for n in range(6))
    assert {row.outcome for row in crawled.rows if row.purpose == "walk"} == {"robots_disallowed"}
    assert not crawled.one(site.url("/plan")).robots_override
    assert crawled.report.complete


def test_robots_txt_that_is_not_there_forbids_nothing(farm: Farm, run: Any) -> None:
    site = farm.site()
    website(site)
    run(site.url("/"), {}, walk=True)
    assert all(site.hits[f"/p{n}"] == 1 for n in range(6))


def test_cookies_of_one_agency_are_not_shown_to_another(farm: Farm, tmp_path: Path) -> None:
    site = farm.site()
    website(site)

    async def marks(asked: Asked) -> None:
        await asked.say(
            page(PLAN), Set_Cookie=f"who={asked.headers.get('Cookie', 'nobody').replace('who=', '')}x; Path=/"
        )

    site.do("/plan", marks)
    homes = {"A0": site.url("/"), "A1": site.url("/")}
    crawl(jobs(tmp_path, homes, ("/plan",)), tmp_path, replace(SETTINGS, walk=False, agencies_at_once=1))
    assert "Cookie" not in site.seen["/plan"]
