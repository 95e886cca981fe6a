"""Fetches what agencies submitted and what their main websites hold."""

from __future__ import annotations

from crawler.jobs import AgencyReport, CrawlJob, CrawlReport
from crawler.paths import ClickPaths, click_path, leads_home, on_main_website
from crawler.run import crawl
from crawler.settings import CrawlSettings

__all__ = [
    "AgencyReport",
    "ClickPaths",
    "CrawlJob",
    "CrawlReport",
    "CrawlSettings",
    "click_path",
    "crawl",
    "leads_home",
    "on_main_website",
]
