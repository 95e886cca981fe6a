from __future__ import annotations

import io

from rich.console import Console

from audit.progress import Display, Lines, watch_on


def fetch(url: str, purpose: str = "submitted") -> dict:
    return {"event": "fetch", "run_id": "run", "url": url, "purpose": purpose, "outcome": "ok"}


def drive(watch: Display | Lines) -> None:
    with watch:
        watch.stage("fetch", 2)
        watch.crawled({"event": "stage", "run_id": "run", "stage": "submitted"})
        watch.crawled(fetch("https://a/1"))
        watch.crawled(fetch("https://a/1"))
        watch.crawled(fetch("https://a/2"))
        watch.crawled(fetch("https://a/3", "walk"))
        watch.stage("judge", 1)
        watch.read(1, 2)
        watch.read(2, 2)
        watch.judged("6470301")


def test_plain_lines_are_few_and_tell_stages_counts_and_agencies() -> None:
    said: list[str] = []
    drive(Lines(said.append, clock=lambda: 0.0))
    assert said == [
        "Fetching 2 submitted URLs and what they lead to",
        "Reading and judging 1 agency",
        "  2 of 2 documents read",
        "  6470301: judged",
    ]


def test_a_long_fetch_says_now_and_then_how_far_it_is() -> None:
    said: list[str] = []
    times = iter(range(0, 1000, 3))
    watch = Lines(said.append, clock=lambda: float(next(times)))
    watch.stage("fetch", 9)
    for number in range(4):
        watch.crawled(fetch(f"https://a/{number}"))
    assert said == [
        "Fetching 9 submitted URLs and what they lead to",
        "  2 URLs fetched so far",
        "  4 URLs fetched so far",
    ]


def test_a_terminal_gets_a_moving_display_that_counts_each_url_once() -> None:
    screen = io.StringIO()
    watch = watch_on(Console(file=screen, force_terminal=True, width=100))
    assert isinstance(watch, Display)
    drive(watch)
    assert "2/2" in screen.getvalue()
    assert "4 URLs fetched" in screen.getvalue()
    assert "6470301" in screen.getvalue()


def test_a_pipe_gets_plain_lines() -> None:
    screen = io.StringIO()
    watch = watch_on(Console(file=screen, width=100))
    assert isinstance(watch, Lines)
    drive(watch)
    assert "\x1b" not in screen.getvalue()
    assert "6470301: judged" in screen.getvalue()
