"""Quotes stand word for word in what the reader gave out, and read as a person sees them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks import quotes

ITEM = "annual_action_plan"
WORDS = ["แผนดำเนินงาน", "ประจําปี", "ต าบล", "งบประมาณ", "ท่ีดิน", "ข ้อมูล", "2565", "ส านักงาน", "เเผน", "นํ้า", "A", "-"]
lines = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join), min_size=1, max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines, st.data())
def test_the_raw_of_any_quote_stands_verbatim_in_the_page(
    built, framework, texts: list[str], data: st.DataObject
) -> None:
    source = built(framework).page(ITEM, "".join(f"<p>{text}</p>" for text in texts)).source(ITEM)
    page = source.page(1)
    start = data.draw(st.integers(0, len(page.text) - 1))
    end = data.draw(st.integers(start + 1, min(len(page.text), start + 60)))
    quote = quotes.of_span(source, page, start, end)
    assert quote.raw == page.raw[quote.start : quote.end]
    assert quote.text in page.text
    assert quote.text == quote.text.strip() and quote.raw == quote.raw.strip()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines, st.sampled_from(["แผนดำเนินงาน", "ประจำปี", "ตำบล", "งบประมาณ", "สำนักงาน", "ข้อมูล"]))
def test_the_quote_of_a_match_holds_the_match_within_its_block(built, framework, texts: list[str], term: str) -> None:
    source = built(framework).page(ITEM, "".join(f"<p>{text}</p>" for text in texts)).source(ITEM)
    for match in source.find([term]):
        quote = quotes.of_match(source, match)
        block = source.block(match)
        page = source.page(match.page)
        assert page.text[match.start : match.end].strip() in quote.text
        assert block and quote.text in page.text[block.start : block.end]
        assert "\n" not in quote.text
        assert quote.raw in page.raw


def test_a_quote_says_where_it_stands(agency) -> None:
    source = agency.page(ITEM, "<h1>แผนดำเนินงานประจําปี 2565</h1>", url="https://www.tonmai.go.th/plan").source(ITEM)
    quote = quotes.of_match(source, source.find(["แผนดำเนินงาน"])[0])
    assert (quote.url, quote.sha256, quote.page) == ("https://www.tonmai.go.th/plan", source.document.sha256, 1)
    assert quote.reader == source.page(1).reader
    assert quote.text == "แผนดำเนินงานประจำปี 2565"
    assert quote.raw == "แผนดำเนินงานประจําปี 2565"


def test_a_long_line_is_cut_at_blanks_around_the_match(agency) -> None:
    around = "ข้อความประกอบ " * 60
    source = agency.page(ITEM, f"<p>{around}แผนดำเนินงานประจำปี {around}</p>").source(ITEM)
    quote = quotes.of_match(source, source.find(["แผนดำเนินงานประจำปี"])[0])
    assert "แผนดำเนินงานประจำปี" in quote.text
    assert len(quote.text) <= 240
    assert quote.text.startswith("ข้อความประกอบ") and quote.text.endswith(("ข้อความประกอบ", "แผนดำเนินงานประจำปี"))


def test_a_block_is_quoted_from_its_beginning(agency) -> None:
    source = agency.page(ITEM, f"<p>{'แผนดำเนินงาน ' * 40}</p>").source(ITEM)
    page = source.page(1)
    quote = quotes.of_block(source, page, 0)
    assert page.text.startswith(quote.text)
    assert 0 < len(quote.text) <= 240


@pytest.mark.parametrize("cell", ["350,000", "โครงการก่อสร้างถนน"])
def test_the_quote_of_a_table_cell_holds_no_other_cell(agency, cell: str) -> None:
    source = agency.page(ITEM, "<table><tr><td>โครงการก่อสร้างถนน</td><td>350,000</td></tr></table>").source(ITEM)
    quote = quotes.of_match(source, source.find([cell])[0])
    assert quote.text == quote.raw == cell
