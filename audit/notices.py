"""Which hosts stayed down although their agency had been told: the one case where silence counts against an agency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from evidence.records import Fetch
from oit.findings import Outcome

LEAST_DAYS_SEEN = 3
"""Fetches on fewer different days are not "spread over those days" (contract section 2)."""

DOWN = frozenset(
    {Outcome.DNS_ERROR, Outcome.REFUSED, Outcome.RESET, Outcome.TIMEOUT, Outcome.TLS_ERROR, Outcome.HTTP_ERROR}
)


def hosts_down(notices: Sequence[Mapping[str, Any]], fetches: Iterable[Fetch], days_to_fix: int) -> frozenset[str]:
    """Hosts that failed at every fetch after a recorded notice, on several days and still after the days allowed.

    They come without `www.`. `notices`: rows with an ISO `date`. `fetches`: of all runs of the agency.
    `days_to_fix`: how long a site may stay down after the notice (`availability` of the general rules).
    """
    seen = list(fetches)
    told = (date.fromisoformat(notice["date"]) for notice in notices)
    return frozenset(host for day in told for host in _down_after(day, seen, timedelta(days=days_to_fix)))


def _down_after(told: date, fetches: Sequence[Fetch], allowed: timedelta) -> Iterable[str]:
    outcomes: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for fetch in fetches:
        day = _day(fetch)
        host = (urlsplit(fetch.url).hostname or "").removeprefix("www.")
        if host and day and day >= told:
            outcomes[host].append((day, fetch.outcome))
    for host, tries in outcomes.items():
        days = {day for day, _ in tries}
        late = max(days) > told + allowed
        if late and len(days) >= LEAST_DAYS_SEEN and all(outcome in DOWN for _, outcome in tries):
            yield host


def _day(fetch: Fetch) -> date | None:
    return datetime.fromisoformat(fetch.fetched_at).date() if fetch.fetched_at else None
