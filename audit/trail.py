"""What the crawl tells beside the verdicts: how a visitor clicks to each answer, and which is on the main website."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler import paths
from crawler.urls import key
from evidence.records import Fetch
from evidence.text.document import DocumentText
from oit.model import Submission


def click_paths(
    submission: Submission, fetches: Sequence[Fetch], texts: Mapping[str, DocumentText]
) -> dict[str, list[dict[str, str]]]:
    """By submitted URL the clicks that lead to it from the home page: `url` of the page, `text` of its link."""
    known = paths.ClickPaths(fetches, texts, submission.agency.homepage)
    return {url: [{"url": click["url"], "text": click["text"]} for click in known.to(url)] for url in _urls(submission)}


def on_main_website(submission: Submission, fetches: Sequence[Fetch]) -> dict[str, bool]:
    """By submitted URL whether it lies on the agency's main website; URLs without a fetch are left out."""
    found: dict[str, bool] = {}
    by_key = {key(fetch.url): fetch for fetch in fetches if fetch.purpose == "submitted"}
    for url in _urls(submission):
        if fetch := by_key.get(key(url)):
            found[url] = paths.on_main_website(fetch, submission.agency.homepage)
    return found


def _urls(submission: Submission) -> list[str]:
    return list(dict.fromkeys(url for answer in submission.answers for url in answer.urls))
