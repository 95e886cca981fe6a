"""A right answer that is broken turns: an element out, another year, an empty table, a lost month, a swapped document."""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import bases
import mutations
from edit import reworded, shown, with_empty_tables
from mutations import shifted, turned

from oit.findings import Verdict

SEED, SAMPLED = 2565, 260
LEAST = 0.97


@pytest.fixture(scope="module")
def met() -> list[bases.Base]:
    return list(bases.of_cases())


@pytest.fixture(scope="module")
def mutants(met: list[bases.Base]) -> list[mutations.Mutant]:
    return [mutant for base in met for mutant in mutations.of_base(base, met)]


def test_a_sample_of_broken_answers_turns_for_the_right_reason(mutants: list[mutations.Mutant]) -> None:
    chosen = random.Random(SEED).sample(mutants, SAMPLED)
    missed = [f"{m.kind}: {m.name}" for m in chosen if not turned(m)]
    assert len(missed) <= (1 - LEAST) * SAMPLED, missed


@pytest.mark.slow
def test_all_broken_cases_turn_for_the_right_reason(mutants: list[mutations.Mutant]) -> None:
    missed = [f"{m.kind}: {m.name}" for m in mutants if not turned(m)]
    assert len(mutants) >= 1000
    assert len(missed) <= (1 - LEAST) * len(mutants), missed


def test_every_way_of_breaking_occurs_among_the_cases(mutants: list[mutations.Mutant]) -> None:
    kinds = Counter(mutant.kind for mutant in mutants)
    assert set(kinds) == set(mutations.KINDS)
    assert min(kinds.values()) >= 20


def test_every_item_is_broken_in_several_ways(mutants: list[mutations.Mutant], met: list[bases.Base]) -> None:
    ways = Counter(mutant.item.slug for mutant in mutants)
    assert {base.item.slug for base in met} <= set(ways)
    assert min(ways.values()) >= 2, ways


def test_an_edit_that_changes_nothing_leaves_the_verdict(met: list[bases.Base]) -> None:
    for base in random.Random(SEED).sample(met, 30):
        same = base.changed({sha: reworded(text, lambda words: words) for sha, text in base.documents.items()})
        assert shown(same, base.item).verdict is Verdict.MET, base.name


@pytest.mark.parametrize(
    ("text", "years", "expected"),
    [
        ("ปีงบประมาณ พ.ศ. 2565", -2, "ปีงบประมาณ พ.ศ. 2563"),
        ("พ.ศ.๒๕61 - ๒๕๖5", 6, "พ.ศ.๒๕67 - ๒๕๗1"),
        ("ต.ค. 64 - มี.ค. 65", 2, "ต.ค. 66 - มี.ค. 67"),
        ("2022-03-31", 1, "2023-03-31"),
        ("จำนวน 2,565 บาท", 2, "จำนวน 2,565 บาท"),
    ],
)
def test_years_are_moved_in_the_digits_they_are_written_in(text: str, years: int, expected: str) -> None:
    assert shifted(text, years) == expected


def test_an_emptied_table_keeps_its_headings(met: list[bases.Base]) -> None:
    base = next(b for b in met if any(len(t.rows) > 2 for text in b.documents.values() for t in text.tables))
    text = next(t for t in base.documents.values() if any(len(table.rows) > 2 for table in t.tables))
    emptied = with_empty_tables(text)
    body = [cell.text for table in emptied.tables for row in table.rows[max(1, table.header_rows) :] for cell in row]
    assert not any(body)
    assert [r[0].text for table in emptied.tables for r in table.rows[:1]] == [
        r[0].text for table in text.tables for r in table.rows[:1]
    ]
