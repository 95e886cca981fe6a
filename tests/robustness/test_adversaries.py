"""Pages that hold every keyword and nothing else do not pass; a right answer that nobody can see is none."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import adversaries
import bases

from oit.criteria import load

LEAST = 0.97
EVERY = 5


def attempts(every: int) -> Iterator[adversaries.Attempt]:
    framework = load(2565)
    for item in framework.items:
        yield from adversaries.of_item(framework, item)
    for number, base in enumerate(bases.of_cases()):
        if number % every == 0:
            yield from adversaries.of_base(base, number // every)


def test_pages_made_to_pass_are_caught() -> None:
    tried = list(attempts(EVERY))
    fooled = [f"{attempt.kind}: {attempt.name}" for attempt in tried if adversaries.passes(attempt)]
    assert {attempt.kind for attempt in tried} == set(adversaries.KINDS)
    assert len(fooled) <= (1 - LEAST) * len(tried), fooled


@pytest.mark.slow
def test_every_kind_of_page_made_to_pass_is_caught() -> None:
    tried, fooled = Counter[str](), Counter[str]()
    for attempt in attempts(1):
        tried[attempt.kind] += 1
        fooled[attempt.kind] += adversaries.passes(attempt)
    assert sum(tried.values()) >= 500
    assert {kind: count for kind, count in fooled.items() if count > (1 - LEAST) * tried[kind] + 0.5} == {}
