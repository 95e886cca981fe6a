"""Options that several commands share, and what they come to: days, networks, how to fetch and how to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from ipaddress import ip_network
from typing import Any

import click

THAI_TIME = timezone(timedelta(hours=7))


class Network(click.ParamType[str]):
    """An IP network such as 10.0.0.0/8."""

    name = "cidr"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return str(ip_network(value, strict=False))
        except ValueError:
            self.fail(f"{value!r} is no network such as 127.0.0.0/8 or 10.1.2.3", param, ctx)


class Day(click.ParamType[date]):
    """A day such as 2022-05-10."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day such as 2022-05-10", param, ctx)


def today() -> date:
    """The day in Thailand; the only place where the program asks what day it is."""
    return datetime.now(THAI_TIME).date()


def network_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how pages are fetched."""
    for option in (
        click.option("--no-browser", is_flag=True, help="Never use Chromium; pages that need JavaScript are unsure."),
        click.option("--allow-private-networks", is_flag=True, help="Reach loopback and private addresses."),
        click.option(
            "--allow-network",
            "networks",
            type=Network(),
            multiple=True,
            help="Reach this network although it is not public (repeatable).",
        ),
    ):
        command = option(command)
    return command


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how documents are read."""
    jobs = click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Documents read at once.")
    ocr = click.option("--no-ocr", is_flag=True, help="Leave scans and pictures unread; what rests on them is unsure.")
    return jobs(ocr(command))


def crawl_settings(
    networks: tuple[str, ...], private: bool, no_browser: bool, page_budget: int | None, jobs: int
) -> Any:
    """The crawler's settings for these options; what is not given keeps its default."""
    from crawler.settings import CrawlSettings

    settings = CrawlSettings(allow_networks=networks, allow_private=private, browser=not no_browser, readers=jobs)
    if page_budget is None:
        return settings
    return replace(settings, page_budget=page_budget, walk=page_budget > 0)


def read_options(no_ocr: bool) -> Any:
    """The readers' options for these options of the command line."""
    from evidence.text.options import ReadOptions

    return ReadOptions(ocr=not no_ocr)
