"""How the crawler behaves: what an operator may set, and what that means to Scrapy."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

CONTACT_VARIABLE = "OIT_CONTACT"
"""Environment variable with the web page that tells a site's owner who is fetching and how to reach them."""


def default_user_agent() -> str:
    """The name the crawler goes by, with the operator's contact page where one is given."""
    contact = os.environ.get(CONTACT_VARIABLE, "").strip()
    return f"oit-audit/0.1 (+{contact})" if contact else "oit-audit/0.1 (public disclosure check)"


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """What an operator may set. Times in seconds, sizes in bytes.

    `allow_networks` are CIDRs that may be reached although they are not public; `allow_private` opens all of them.
    `hosts` gives names addresses of one's own (`AddressPolicy`).
    `page_budget` is how many pages the walk of a main website may ask for. `walk` False leaves the walk out.
    `delay` is the least time between two requests to one public address, `own_delay` to one that is not public (the
    operator's own); `per_host` is how many may run at once at an address.
    `retries` repeats a passing failure at once; one more try comes at the end of the run with `late_timeout`.
    `browser_pages` of an agency are drawn in a browser at most, submitted ones beyond that up to `browser_submitted`.
    `agency_bytes` and `agency_seconds` are what one agency may take in a run; then the run is cut short.
    `capture` keeps the images and styles of submitted pages, `pictures` a full-page picture of each made from them.
    `silence_seconds`: a crawl that tells of no fetch for so long is ended and reported as incomplete.
    `longest_wait` is how long a server's Retry-After is waited for; what asks for more is left to the end of the run.
    """

    allow_networks: tuple[str, ...] = ()
    allow_private: bool = False
    hosts: Mapping[str, str] = field(default_factory=dict)
    browser: bool = True
    page_budget: int = 80
    walk: bool = True
    delay: float = 0.25
    own_delay: float = 0.0
    per_host: int = 4
    agencies_at_once: int = 4
    timeout: float = 30.0
    late_timeout: float = 60.0
    retries: int = 2
    retry_wait: float = 2.0
    longest_wait: float = 20.0
    redirects: int = 8
    max_bytes: int = 60 * 1024 * 1024
    agency_bytes: int = 2 * 1024 * 1024 * 1024
    agency_seconds: float = 3 * 3600.0
    document_cap: int = 40
    list_cap: int = 15
    image_cap: int = 15
    item_cap: int = 80
    read_seconds: float = 60.0
    read_memory_mb: int = 1024
    readers: int = 2
    browser_seconds: float = 25.0
    browser_pages: int = 12
    browser_submitted: int = 200
    capture: bool = True
    pictures: bool = False
    silence_seconds: float = 900.0
    user_agent: str = field(default_factory=default_user_agent)
    log_level: str = "WARNING"

    def to_json(self) -> dict[str, Any]:
        """These settings as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CrawlSettings:
        """Settings from a JSON object. Raises ValueError on a key that does not exist."""
        known = {entry.name for entry in fields(cls)}
        unknown = sorted(set(data) - known)
        if unknown:
            raise ValueError(f"unknown crawl settings: {', '.join(unknown)}")
        return cls(**{**data, "allow_networks": tuple(data.get("allow_networks", ()))})


def scrapy_settings(settings: CrawlSettings) -> dict[str, Any]:
    """The Scrapy settings for a crawl; every value that departs from Scrapy's default says why."""
    return {
        **_transport(settings),
        **_manners(settings),
        "BOT_NAME": "oit",
        "SPIDER_MODULES": ["crawler.spiders"],
        "LOG_LEVEL": settings.log_level,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOGSTATS_INTERVAL": 0.0,
        "REACTOR_THREADPOOL_MAXSIZE": 20,
    }


def _transport(settings: CrawlSettings) -> dict[str, Any]:
    handler = "crawler.handlers.EvidenceDownloadHandler"
    return {
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "TWISTED_DNS_RESOLVER": "crawler.egress.GuardedResolver",
        "CRAWLER_ALLOW_NETWORKS": list(settings.allow_networks),
        "CRAWLER_ALLOW_PRIVATE": settings.allow_private,
        "CRAWLER_HOSTS": dict(settings.hosts),
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler, "file": None, "ftp": None, "data": None, "s3": None},
        "HTTPPROXY_ENABLED": False,  # a proxy of the environment would connect where the address guard cannot look
        "DOWNLOAD_TIMEOUT": settings.timeout,
        "DOWNLOAD_MAXSIZE": settings.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOADER_CLIENT_TLS_CIPHERS": "DEFAULT:@SECLEVEL=0",  # many agencies' servers are old
        "DOWNLOAD_TLS_MIN_VERSION": "TLSv1.0",
        "REDIRECT_ENABLED": False,  # crawler.fetcher follows them, so that each hop is judged and recorded
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,  # crawler.fetcher repeats by outcome
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "crawler.decompression.TolerantDecompression": 590,
        },
        "ROBOTSTXT_OBEY": False,  # crawler.robots knows which fetches may set it aside
    }


def _manners(settings: CrawlSettings) -> dict[str, Any]:
    return {
        "USER_AGENT": settings.user_agent,
        "DOWNLOAD_DELAY": 0,  # crawler.pace waits by address, which Scrapy cannot
        "CONCURRENT_REQUESTS": 64,
        "CONCURRENT_REQUESTS_PER_DOMAIN": settings.per_host,
        "COOKIES_ENABLED": True,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
            "Accept-Language": "th,en;q=0.5",
        },
    }
