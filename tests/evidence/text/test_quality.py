"""How well a text reads as Thai."""

from __future__ import annotations

import time

import pytest

from evidence.text import quality

CLEAN = "องค์การบริหารส่วนตำบลตัวอย่างจัดทำแผนดำเนินงานประจำปีงบประมาณ พ.ศ. ๒๕๖๕ เพื่อให้การบริหารงานโปร่งใส"


def test_clean_thai_scores_good() -> None:
    assert quality.score(CLEAN) >= quality.GOOD


@pytest.mark.parametrize(
    "broken",
    [
        "เทศบจลตจบลขจงหนจงวจยงจนสจนกปลจดเทศบจล",  # a letter cipher
        "\ue0d9\ue11e\ue107" * 40,  # glyph numbers alone
        "ดว้ ยเทศบาลตา บลมคี วามประสงคจ์ ะ ซอ้ื รถยนต ์",  # marks after the next letter
        "\ufffd" * 30,
    ],
)
def test_broken_thai_scores_below_good(broken: str) -> None:
    assert quality.score(broken) < quality.GOOD


def test_a_cipher_is_not_usable() -> None:
    assert quality.score("เทศบจลตจบลขจงหนจงวจยงจนสจนกปลจดเทศบจล") < quality.USABLE


def test_text_without_thai_is_not_blamed() -> None:
    assert quality.score("Annual report 2022, 12,500.50") == 1.0
    assert quality.coverage("2022") == (0.0, 0)


def test_impossible_sequences_lower_the_score() -> None:
    assert quality.score(CLEAN + " า ่ ้้ ิ") < quality.score(CLEAN)


def test_a_long_text_is_sampled_and_counts_all_letters() -> None:
    share, letters = quality.coverage(CLEAN * 500)
    assert share > 0.9
    assert letters == 500 * quality.coverage(CLEAN)[1]


def test_ambiguous_text_does_not_stall() -> None:
    started = time.process_time()
    quality.coverage("กรรม" * 5000)
    quality.coverage("ตากลม" * 5000)
    assert time.process_time() - started < 2


def test_a_page_broken_in_one_part_is_not_taken_for_clean_by_the_lines_looked_at_first() -> None:
    lines = [CLEAN] * 60 + ["จดัทาํแผนพฒันาทอ้งถิน่ขององคก์ารบรหิารสว่นตาํบล"] * 20
    for turn in range(0, 80, 7):
        assert quality.score("\n".join(lines[turn:] + lines[:turn])) < quality.GOOD


def test_runs_looked_up_before_count_as_much_as_new_ones() -> None:
    text = "องค์การบริหารส่วนตำบล ทอ้งถิน่ ประจำปีงบประมาณ"
    first = quality.known_letters(text)
    assert quality.known_letters(text) == first
    assert quality.known_letters(f"{text} {text}") == 2 * first
