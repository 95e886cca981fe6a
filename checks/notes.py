"""Remarks beside a verdict that never change it: too many URLs, no click path, late posting, a bad certificate."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from checks import outcomes
from checks.context import ItemEvidence
from evidence.text import dates
from oit.findings import ItemResult, Note, Verdict

_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|zip|rar|jpe?g|png)$", re.IGNORECASE)
_SHARES = ("drive.google.com", "docs.google.com", "onedrive.live.com", "1drv.ms", "dropbox.com")


def notes(evidence: ItemEvidence, result: ItemResult) -> tuple[str, ...]:
    """The notes of one item."""
    answer = evidence.answer
    if answer is None or not answer.disclosed:
        return ()
    found = []
    limit = evidence.framework.general_rules.get("max_urls", {}).get("value", 10)
    if len(answer.urls) > int(limit):
        found.append(Note.TOO_MANY_URLS)
    if answer.urls and outcomes.says_nothing(answer.explanation) and any(_needs_path(url) for url in answer.urls):
        found.append(Note.ACCESS_PATH_MISSING)
    if any(fetch.tls_unverified for fetch in evidence.fetches if fetch.purpose == "submitted"):
        found.append(Note.TLS_UNVERIFIED)
    if result.verdict is Verdict.MET and _posted_late(evidence, result):
        found.append(Note.POSTED_LATE)
    return tuple(note.value for note in found)


def _needs_path(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_FILE.search(parts.path)) or (parts.hostname or "") in _SHARES or not parts.path.strip("/")


def _posted_late(evidence: ItemEvidence, result: ItemResult) -> bool:
    """Whether what proves the item is signed or posted after the answers closed (facts general.yaml, workflow calendar)."""
    closes = next((row["end"] for row in evidence.framework.calendar if row.get("step") == "oit_answers"), None)
    if closes is None:
        return False
    end = closes if isinstance(closes, date) else date.fromisoformat(str(closes))
    for source in evidence.sources:
        if source.document.sha256 not in result.documents:
            continue
        marks = [
            m for m in dates.find(source.text[:20_000]) if m.role in (dates.Role.SIGNED, dates.Role.UPDATED) and m.day
        ]
        if marks and all(mark.day and mark.day > end for mark in marks):
            return True
    return False
