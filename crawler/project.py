"""Scrapy's project settings, for `scrapy list` and `scrapy shell`; a crawl makes its own from CrawlSettings."""

from __future__ import annotations

from crawler.settings import CrawlSettings, scrapy_settings

for _name, _value in scrapy_settings(CrawlSettings()).items():
    globals()[_name] = _value
