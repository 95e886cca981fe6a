"""The spider: all agencies of a job file, some at a time, each through its stages over Scrapy's downloader."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import scrapy

from crawler.agency import AgencyCrawl
from crawler.belongs import Belonging
from crawler.browser import BrowserLane
from crawler.egress import AddressPolicy
from crawler.fetcher import Fetcher
from crawler.jobs import AgencyReport, CrawlJob
from crawler.learning import Learning
from crawler.ledger import Ledger
from crawler.pace import Pace
from crawler.reading import PageReading
from crawler.search import SearchCrawl
from crawler.settings import CrawlSettings
from crawler.templates import Template
from crawler.visits import Tell, Visits
from evidence.store import EvidenceStore
from oit import criteria

logger = logging.getLogger(__name__)


def policy_of(settings: CrawlSettings) -> AddressPolicy:
    """Which addresses a crawl with these settings may reach."""
    return AddressPolicy(settings.allow_networks, settings.allow_private, settings.hosts)


class SubmissionSpider(scrapy.Spider):
    """Crawls what agencies submitted. Requests go through the engine's downloader, so pace and cookies are Scrapy's.

    `reports` is filled as agencies finish; `tell` gets progress events.
    """

    name = "submission"

    def __init__(
        self,
        jobs: Sequence[CrawlJob] = (),
        store_folder: str = "",
        crawl_settings: CrawlSettings | None = None,
        tell: Callable[[dict[str, Any]], None] = lambda event: None,
        reports: list[AgencyReport] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.jobs = list(jobs)
        self.store_folder = Path(store_folder)
        self.crawl_settings = crawl_settings or CrawlSettings()
        self.tell = tell
        self.reports: list[AgencyReport] = reports if reports is not None else []
        self._belonging: dict[int, Belonging] = {}
        own = self.crawl_settings
        self._learning = Learning()
        self._pace = Pace(own.delay, own.own_delay, own.per_host, own.longest_wait, policy_of(own))

    async def start(self) -> AsyncIterator[Any]:
        policy = policy_of(self.crawl_settings)
        browser = BrowserLane(self.crawl_settings, policy)
        with EvidenceStore.open(self.store_folder) as store:
            try:
                async with PageReading(store, self.crawl_settings) as reading:
                    await self._crawl_all(store, reading, browser)
            finally:
                await browser.close()
        return
        yield

    async def _crawl_all(self, store: EvidenceStore, reading: PageReading, browser: BrowserLane) -> None:
        turns = asyncio.Semaphore(self.crawl_settings.agencies_at_once)

        async def one(job: CrawlJob) -> None:
            async with turns:
                await self._crawl_one(job, store, reading, browser)

        await asyncio.gather(*(one(job) for job in self.jobs))

    async def _crawl_one(self, job: CrawlJob, store: EvidenceStore, reading: PageReading, browser: BrowserLane) -> None:
        """Crawl one agency; whatever goes wrong there is that agency's report and nobody else's trouble."""
        code, settings = job.submission.agency.code, self.crawl_settings
        ledger = Ledger(store, job.run_id, code)
        fetcher = Fetcher(self.crawler.engine.download_async, settings, self._pace, jar=job.run_id, ledger=ledger)

        def tell(event: dict[str, Any]) -> None:
            self.tell({"run_id": job.run_id, "agency": code, **event})

        visits = Visits(job.run_id, code, store, fetcher, reading, browser, settings, tell, ledger, self._learning)
        work = self._work(job, visits, store, tell)
        try:
            report = await work.run()
        except Exception as error:
            logger.exception("%s: the crawl broke off", code)
            report = work.report(complete=False, detail=f"the crawl broke off: {type(error).__name__}: {error}")
        finally:
            visits.stop()
        self.reports.append(report)
        tell({"event": "agency", "complete": report.complete, "fetched": report.fetched, "seconds": report.seconds})

    def _work(self, job: CrawlJob, visits: Visits, store: EvidenceStore, tell: Tell) -> AgencyCrawl:
        belonging = self._belonging_of(job.framework_year)
        if not job.search:
            return AgencyCrawl(job, visits, belonging, self.crawl_settings, tell)
        framework = criteria.load(job.framework_year)
        known = [Template.from_json(row) for row in store.site_templates()]
        return SearchCrawl(job, visits, belonging, self.crawl_settings, tell, framework=framework, known=known)

    def _belonging_of(self, year: int) -> Belonging:
        if year not in self._belonging:
            self._belonging[year] = Belonging(criteria.load(year))
        return self._belonging[year]
