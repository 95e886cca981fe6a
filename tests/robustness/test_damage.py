"""A right answer whose text layer is broken stays right or goes to a person: the reader's fault is nobody's blame."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import bases
import damage_suite

SEED, SAMPLED, LEAST = 2565, 45, 0.98


@pytest.fixture(scope="module")
def met() -> list[bases.Base]:
    return list(bases.of_cases())


def test_a_sample_of_damaged_documents_is_not_blamed(met: list[bases.Base]) -> None:
    tried = [damaged for base in random.Random(SEED).sample(met, SAMPLED) for damaged in damage_suite.of_base(base)]
    blamed = [f"{damaged.family}: {damaged.name}" for damaged in tried if damaged.is_blamed]
    assert len(blamed) <= (1 - LEAST) * len(tried), blamed


@pytest.mark.slow
@pytest.mark.parametrize("family", damage_suite.FAMILIES)
def test_no_family_of_damage_is_held_against_the_agency(met: list[bases.Base], family: str) -> None:
    tried = [damaged for base in met for damaged in damage_suite.of_base(base, (family,))]
    blamed = [damaged.name for damaged in tried if damaged.is_blamed]
    assert len(blamed) <= (1 - LEAST) * len(tried), blamed


def test_damage_changes_what_is_read_before_it_is_mended(met: list[bases.Base]) -> None:
    base = next(b for b in met if any("\u0e33" in text.text for text in b.documents.values()))
    text = next(text for text in base.documents.values() if "\u0e33" in text.text)
    assert damage_suite._DAMAGE.damaged(text.text, "A", 1) != text.text
    assert len(damage_suite.damaged(text, "A", 1).pages) == len(text.pages)
