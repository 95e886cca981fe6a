"""Signs of defects: quick to look for, and never absent where a rule would find something."""

from __future__ import annotations

import random

import pytest

from evidence.text import thai
from evidence.text.thai_signs import Signs

PIECES = [*"กนมปยรสวอฝฟ", *"าำะเแโไ", *"ัิีึืุู", *"่้๊๋", *"์็ํ๎", " ", "\n", "a", "1", "\ufffd", "\u0478", "É", "\x03", "\u200b"]
WORDS = ["ทั้ง", "ส่วน", "ที่", "จด", "ุ อ", "ป้", " องกัน", "ร า ช ก า ร", "เเออกก", "้า", " ำ"]


def texts() -> list[str]:
    dice = random.Random(2565)
    return ["".join(dice.choices(PIECES + 3 * WORDS, k=dice.randint(2, 40))) for _ in range(4000)]


@pytest.mark.parametrize("rules", [thai._RULES, thai._RARE_RULES], ids=["common", "rare"])
def test_no_rule_finds_anything_to_mend_where_its_sign_is_absent(rules: tuple[thai.Rule, ...]) -> None:
    fired = 0
    for text in texts():
        signs = Signs(text)
        for family, pattern, replace, sign in rules:
            mended = [match[0] for match in pattern.finditer(text) if replace(match) not in (None, match[0])]
            fired += bool(mended)
            assert not mended or sign is None or sign(signs), (family, pattern.pattern, text)
    assert fired > 500


def test_letters_that_thai_pages_hardly_have_are_told_from_those_they_have() -> None:
    assert not Signs("แผนดำเนินงาน 2565 “ก” – ข้อ ๑ ? (a)\n").rare
    assert all(Signs(f"แผน{letter}งาน").rare for letter in "\u200b\x02\ufffd\uf70a\u0395\u0e4d\u00c9")
