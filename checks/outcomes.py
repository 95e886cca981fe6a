"""What failed fetches, missing URLs and requests for exclusion do to an item (result contract, table of outcomes).

Trouble in fetching is never "not disclosed": only a confirmed 404, a proved login wall, or a host that stayed down after
a recorded notice is proof of absence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from checks.context import ItemEvidence
from checks.kinds.reachable import host_of, same_site
from evidence.records import Fetch
from evidence.text import dates
from evidence.text.matching import contains, skeleton
from oit.findings import Outcome, Reason

ABSENT = frozenset({Outcome.NOT_FOUND, Outcome.SOFT_404})
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|zip|rar)(?:$|[?#&])", re.IGNORECASE)
FOLLOWED = ("linked", "frame", "step")


@dataclass(frozen=True, slots=True)
class Effect:
    """What fetching says of an item that its sources do not settle: a reason, and whether absence is proved."""

    reason: str
    proved: bool


def trouble(evidence: ItemEvidence) -> Effect | None:
    """The strongest effect of failed fetches of the item's URLs and of what they lead to; None where nothing failed."""
    failed = [fetch for fetch in _submitted(evidence) if fetch.outcome != Outcome.OK or _unread(evidence, fetch)]
    failed += [fetch for fetch in _led_to(evidence) if fetch.outcome != Outcome.OK or _unread(evidence, fetch)]
    effects = [_effect(evidence, fetch) for fetch in failed]
    if evidence.trace:
        for fetch, effect in zip(failed, effects, strict=True):
            evidence.trace.failed(fetch, effect)
    doubtful = [effect for effect in effects if not effect.proved]
    return next(iter(doubtful or effects), None)


def _submitted(evidence: ItemEvidence) -> list[Fetch]:
    """The last word on each submitted URL: a later success of the same URL replaces a failure."""
    last: dict[str, Fetch] = {}
    for fetch in evidence.fetches:
        if fetch.purpose == "submitted" and (fetch.url not in last or last[fetch.url].outcome != Outcome.OK):
            last[fetch.url] = fetch
    return list(last.values())


def _led_to(evidence: ItemEvidence) -> list[Fetch]:
    """Failed documents one or two hops from a submitted page that may well be the item's evidence."""
    found = []
    for fetch in evidence.fetches:
        if any(side in fetch.url for side in evidence.terms("side_hosts")):
            continue
        if fetch.purpose == "frame" and not _may_show_documents(evidence, fetch.url):
            continue
        pictured = fetch.purpose == "image" and any(e.kind in ("chart", "people") for e in evidence.item.elements)
        if not (fetch.purpose in FOLLOWED or pictured) or (
            fetch.outcome == Outcome.UNSUPPORTED_TYPE and fetch.purpose == "image"
        ):
            continue
        named = evidence.agency_evidence.titles.score(fetch.link_text or fetch.link_context[:120], evidence.item.code)
        words = fetch.link_text or fetch.link_context[:120]
        rival = evidence.agency_evidence.titles.rank(words)[:1] if words else []
        if rival and rival[0][0] != evidence.item.code and rival[0][1] >= max(0.8, named + 0.1):
            continue
        only = sum(other.purpose in FOLLOWED for other in evidence.fetches) <= 3 or pictured
        if (named >= 0.5 or only or fetch.purpose != "linked") and not _names_wrong_year(evidence, fetch):
            found.append(fetch)
    return found


def _may_show_documents(evidence: ItemEvidence, url: str) -> bool:
    """Whether a frame may hold the item's document: it is the agency's own, a file, or a service that shows files."""
    if same_site(host_of(url), host_of(evidence.agency.homepage)):
        return True
    return bool(_DOCUMENT.search(url)) or any(service in url for service in evidence.terms("document_services"))


def _names_wrong_year(evidence: ItemEvidence, fetch: Fetch) -> bool:
    offset = evidence.item.year_rule.fy_offset
    if offset is None:
        return False
    named = dates.years_in(dates.find(fetch.link_text))
    return bool(named) and evidence.year.year_be + offset not in named and evidence.year.year_be not in named


def _unread(evidence: ItemEvidence, fetch: Fetch) -> bool:
    text = evidence.agency_evidence.texts.get(fetch.sha256)
    return text is not None and text.outcome != Outcome.OK


def _effect(evidence: ItemEvidence, fetch: Fetch) -> Effect:
    outcome = fetch.outcome
    if outcome == Outcome.OK:
        text = evidence.agency_evidence.texts[fetch.sha256]
        return Effect(text.outcome, False)
    host = host_of(fetch.url)
    if host in evidence.agency_evidence.down_after_notice:
        return Effect(Reason.DOWN_AFTER_NOTICE, True)
    if outcome in ABSENT:
        return Effect(outcome, _confirmed(evidence, fetch))
    if outcome == Outcome.LOGIN_REQUIRED:
        return Effect(outcome, "suspected" not in fetch.detail)
    return Effect(outcome, False)


def _confirmed(evidence: ItemEvidence, fetch: Fetch) -> bool:
    """A second fetch says the same, and the home page answers."""
    around = evidence.agency_evidence
    if around.homepage is None:
        return False
    if fetch.purpose != "submitted":
        return True
    again = [f for f in around.fetches if f.purpose == "confirm" and f.url == fetch.url]
    return any(f.outcome in ABSENT for f in again) and not any(f.outcome == Outcome.OK for f in again)


def exclusion_requested(evidence: ItemEvidence) -> bool:
    """Whether the answer asks to leave the item out: a reason given, or words of a lawful ground in the explanation.

    facts general.yaml: exclusion, activity_ban; o21's exception no_plan_required.
    """
    answer = evidence.answer
    if answer is None:
        return False
    if answer.exclusion_reason.strip():
        return True
    if contains(answer.explanation, evidence.terms("exclusion_grounds")):
        return True
    return bool(evidence.item.exception("no_plan_required")) and bool(
        contains(answer.explanation, evidence.terms("no_plan_due"))
    )


def reads_as_steps(evidence: ItemEvidence) -> bool:
    """Whether the explanation reads as menu steps that a person could follow."""
    words = evidence.answer.explanation if evidence.answer else ""
    return any(sign in words for sign in (">", "»", "→", "›", "/")) or bool(
        contains(words, evidence.terms("menu_words"))
    )


def homepage_only(evidence: ItemEvidence) -> bool:
    """Whether every submitted URL is the home page."""
    answer = evidence.answer
    urls = answer.urls if answer else ()
    home = evidence.agency.homepage
    return bool(urls) and all(_is_root(url) and host_of(url) == host_of(home) for url in urls)


def _is_root(url: str) -> bool:
    parts = urlsplit(url)
    return (
        parts.path.strip("/").lower() in ("", "index.php", "index.html", "home", "th", "main.php") and not parts.query
    )


def says_nothing(text: str) -> bool:
    """Whether an explanation holds no words at all."""
    return len(skeleton(text)) < 3
