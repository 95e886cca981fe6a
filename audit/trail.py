"""What the crawl tells beside the verdicts: click paths, what is on the main website, and where else to look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crawler import paths
from crawler.urls import key
from evidence.records import Fetch
from evidence.text.document import DocumentText
from evidence.text.titles import TitleMatcher
from oit.findings import ItemResult, Outcome, Verdict
from oit.model import Submission

LEAST_LIKENESS = 0.8
MOST_CANDIDATES = 3


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


def found_elsewhere(
    submission: Submission,
    results: Iterable[ItemResult],
    fetches: Sequence[Fetch],
    texts: Mapping[str, DocumentText],
    titles: TitleMatcher,
) -> dict[str, list[tuple[str, float]]]:
    """By code of an item that is not met: up to three links of crawled pages that name it, with their likeness."""
    wanted = {result.item for result in results if result.verdict is not Verdict.MET}
    failed = {key(fetch.url) for fetch in fetches if fetch.outcome != Outcome.OK}
    own = {code: {key(url) for url in answer.urls} for code, answer in submission.by_item.items()}
    found: dict[str, dict[str, float]] = {code: {} for code in wanted}
    for url, text in _named_links(fetches, texts):
        code, likeness = next(iter(titles.rank(text)), ("", 0.0))
        if code in wanted and likeness >= LEAST_LIKENESS and key(url) not in failed | own.get(code, set()):
            found[code][url] = max(likeness, found[code].get(url, 0.0))
    return {code: _best(candidates) for code, candidates in found.items() if candidates}


def _named_links(fetches: Iterable[Fetch], texts: Mapping[str, DocumentText]) -> Iterable[tuple[str, str]]:
    """Every link of the crawled pages once, with its words."""
    pages = [texts[fetch.sha256] for fetch in fetches if fetch.outcome == Outcome.OK and fetch.sha256 in texts]
    return dict.fromkeys((link.url, link.text) for page in pages for link in page.links if link.text)


def _best(candidates: Mapping[str, float]) -> list[tuple[str, float]]:
    """The likeliest first, one of several spellings of a URL."""
    ranked = sorted(candidates.items(), key=lambda entry: (-entry[1], entry[0]))
    return list({key(url): (url, likeness) for url, likeness in reversed(ranked)}.values())[::-1][:MOST_CANDIDATES]


def _urls(submission: Submission) -> list[str]:
    return list(dict.fromkeys(url for answer in submission.answers for url in answer.urls))
