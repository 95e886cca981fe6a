from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from reports.terminal import FIXES_SHOWN, summary


def printed(result: dict[str, Any], framework: Any, lang: str = "th", width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=False, color_system=None)
    console.print(summary(result, framework, lang))
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_the_summary_shows_each_sub_indicator_with_its_range_and_counts(sample: Any) -> None:
    text = printed(sample.build(), sample.framework)
    assert "63.24–74.17" in text
    for sub in sample.framework.sub_indicators:
        assert any(line.strip().startswith(sub.code) for line in text.splitlines())
    row = next(line for line in text.splitlines() if line.strip().startswith("9.2"))
    assert re.findall(r"\d+\.\d+–\d+\.\d+|(?<= )\d(?= |$)|–(?= )", row) == ["50.00–62.50", "4", "3", "1", "–"]


def test_the_first_fixes_come_by_points_with_what_was_seen(sample: Any) -> None:
    text = printed(sample.build(), sample.framework)
    assert text.index("+12.50") < text.index("+2.50") < text.index("+2.00")
    assert text.count("+") == FIXES_SHOWN
    assert "เอกสารที่พบเป็นเรื่องอื่น" in text and "และอีก 5 ข้อ" in text


def test_english_is_english_but_for_names(sample: Any) -> None:
    text = printed(sample.build(), sample.framework, "en")
    assert "What to fix first" in text and "9.1 Basic information" in text
    assert not re.search(r"[\u0e00-\u0e7f]", "\n".join(text.splitlines()[1:]))


@pytest.mark.parametrize("width", [80, 60, 120])
@pytest.mark.parametrize("lang", ["th", "en"])
def test_no_line_is_wider_than_the_terminal(sample: Any, width: int, lang: str) -> None:
    for line in printed(sample.build(), sample.framework, lang, width).splitlines():
        assert cell_len(line) <= width


def test_text_of_the_agency_is_neither_markup_nor_a_terminal_command(sample: Any) -> None:
    result = sample.build()
    result["agency"]["name"] = "[red]อบต.[/red]\x1b]0;x\x07"
    text = printed(result, sample.framework)
    assert "[red]อบต.[/red]" in text and "\x1b" not in text and "\x07" not in text


def test_a_result_without_a_score_and_without_faults_is_short(sample: Any) -> None:
    result = sample.build()
    result["items"] = []
    result["score"] = {"low": None, "high": None, "indicators": {}, "sub_indicators": {}}
    assert "สิ่งที่ควรแก้ไขก่อน" not in printed(result, sample.framework)
