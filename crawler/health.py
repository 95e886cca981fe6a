"""Monitors at the end of a crawl: what looks wrong with a run as a whole, whatever its single rows say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence.records import Fetch
from oit.findings import Outcome

BLOCKED = frozenset({Outcome.BLOCKED, Outcome.ROBOTS_DISALLOWED})
UNREACHABLE = frozenset(
    {Outcome.TIMEOUT, Outcome.REFUSED, Outcome.RESET, Outcome.DNS_ERROR, Outcome.TLS_ERROR, Outcome.HTTP_ERROR}
)
EMPTY = frozenset({Outcome.CORRUPT, Outcome.UNREADABLE})
MOST = {"blocked": 0.3, "unreachable": 0.3, "empty": 0.3}
"""The share of a run's submitted URLs above which a monitor speaks."""
LEAST_URLS = 5
"""With fewer submitted URLs a share says nothing."""
LEAST_OF_BEFORE = 0.5
"""Pages per item must not fall below this share of the run before."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A monitor that spoke: its name, what was measured, the bar, and one sentence for people."""

    monitor: str
    measured: float
    bar: float
    detail: str


def examine(
    fetches: Sequence[Fetch], asked: Iterable[str], items: int, before: Sequence[Fetch] = (), items_before: int = 0
) -> list[Alarm]:
    """The alarms of one run.

    `fetches` are its rows, `asked` the URLs that were submitted, `items` how many items were answered with them;
    `before` and `items_before` the same of the agency's last finished run, if there is one.
    """
    last = {row.url: row for row in fetches if row.purpose == "submitted"}
    alarms = [*_shares(list(last.values())), *_silence(last.keys(), set(asked))]
    now, then = pages_per_item(fetches, items), pages_per_item(before, items_before)
    if then and now < then * LEAST_OF_BEFORE:
        detail = (
            f"{now:.1f} pages for each item, {then:.1f} in the run before: the website has changed, or was not shown."
        )
        alarms.append(Alarm("pages_per_item", round(now, 2), round(then * LEAST_OF_BEFORE, 2), detail))
    return alarms


def pages_per_item(fetches: Sequence[Fetch], items: int) -> float:
    """Pages and documents that came for items, for each answered item; 0 where no item was answered."""
    came = {row.url for row in fetches if row.outcome == Outcome.OK and row.items}
    return len(came) / items if items else 0.0


def _shares(rows: Sequence[Fetch]) -> Iterable[Alarm]:
    if len(rows) < LEAST_URLS:
        return
    outcomes = Counter(row.outcome for row in rows)
    kinds = {"blocked": BLOCKED, "unreachable": UNREACHABLE, "empty": EMPTY}
    words = {
        "blocked": "turned the crawler away: ask the site's owner to let it in, or open the pages by hand",
        "unreachable": "did not answer: the website or the way there is down; audit again later",
        "empty": "came without content: look at one by hand",
    }
    for name, outcome in kinds.items():
        share = sum(outcomes[each] for each in outcome) / len(rows)
        if share > MOST[name]:
            yield Alarm(name, round(share, 3), MOST[name], f"{share:.0%} of the submitted URLs {words[name]}.")


def _silence(had: Iterable[str], asked: set[str]) -> Iterable[Alarm]:
    """A crawl that ended without having come to its URLs, and said nothing of it."""
    missed = asked - set(had)
    if missed:
        share = len(missed) / len(asked)
        detail = f"{len(missed)} of {len(asked)} submitted URLs have no outcome: the crawl stopped early."
        yield Alarm("silent_stop", round(share, 3), 0.0, detail)
