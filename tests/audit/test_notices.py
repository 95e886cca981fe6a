from __future__ import annotations

import pytest

from audit.notices import hosts_down
from evidence.records import Fetch

TOLD = [{"date": "2022-05-01"}]


def tries(*days_and_outcomes: tuple[int, str], host: str = "www.example.go.th") -> list[Fetch]:
    return [
        Fetch("run", "a", f"http://{host}/", outcome, "submitted", fetched_at=f"2022-05-{day:02}T10:00:00+07:00")
        for day, outcome in days_and_outcomes
    ]


def test_a_host_that_failed_on_every_day_after_a_notice_is_down() -> None:
    fetches = tries((1, "timeout"), (4, "dns_error"), (7, "refused"))
    assert hosts_down(TOLD, fetches, 5) == {"example.go.th"}


@pytest.mark.parametrize(
    "fetches",
    [
        pytest.param(tries((1, "timeout"), (4, "ok"), (7, "timeout")), id="it answered once"),
        pytest.param(tries((1, "timeout"), (4, "timeout"), (6, "timeout")), id="five days are not over"),
        pytest.param(tries((1, "timeout"), (7, "timeout")), id="only two days were tried"),
        pytest.param(tries((2, "blocked"), (4, "blocked"), (7, "blocked")), id="it answered, though not to us"),
        pytest.param([], id="never tried"),
    ],
)
def test_a_host_is_not_down_for_good(fetches: list[Fetch]) -> None:
    assert hosts_down(TOLD, fetches, 5) == frozenset()


def test_without_a_notice_no_host_is_ever_down() -> None:
    assert hosts_down([], tries((1, "timeout"), (4, "timeout"), (30, "timeout")), 5) == frozenset()


def test_failures_before_the_notice_do_not_count() -> None:
    assert (
        hosts_down([{"date": "2022-05-05"}], tries((1, "timeout"), (4, "timeout"), (11, "timeout")), 5) == frozenset()
    )


def test_another_host_that_answers_does_not_help() -> None:
    down = tries((1, "timeout"), (4, "timeout"), (8, "timeout"), host="old.example.go.th")
    up = tries((1, "ok"), (4, "ok"), (8, "ok"))
    assert hosts_down(TOLD, down + up, 5) == {"old.example.go.th"}
