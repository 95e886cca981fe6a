"""Knows how a result is summed up in a terminal: a table by sub-indicator, then what to fix first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from oit.findings import Verdict
from oit.model import Framework
from reports import messages
from reports.advice import reason_seen, sentence_values
from reports.result import to_fix, to_review
from reports.visible import plain

FIXES_SHOWN = 5
_STYLES = {Verdict.MET: "green", Verdict.NOT_MET: "red", Verdict.UNSURE: "yellow", Verdict.EXCLUDED: "dim"}


def summary(result: Mapping[str, Any], framework: Framework, lang: str = "th") -> RenderableType:
    """What to print with a Rich console for one `oit-result/1`: score, sub-indicators, first fixes, what is unsure.

    Fits 80 columns. Text from the result is printed as it is, never read as Rich markup; control characters are left
    out. Raises ValueError for a language other than th and en.
    """
    parts: list[RenderableType] = [_headline(result, lang), _table(result, framework, lang)]
    if not result["run"]["complete"]:
        parts.append(Text(messages.seen("label.run_incomplete", lang), style="yellow"))
    parts += _listed(result, framework, lang, to_fix(result), "label.fixes", "+")
    parts += _listed(result, framework, lang, to_review(result), "label.unsure", "")
    return Group(*parts)


def _headline(result: Mapping[str, Any], lang: str) -> Text:
    year = messages.seen("label.fiscal_year", lang, text=result["framework"])
    line = Text(f"{plain(result['agency']['name'])} · {year}\n", style="bold")
    line.append(f"{messages.seen('label.score', lang)}: ").append(_range(result["score"], lang), style="bold cyan")
    return line


def _table(result: Mapping[str, Any], framework: Framework, lang: str) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False, expand=False)
    table.add_column(messages.seen("label.sub_indicator", lang), ratio=1)
    table.add_column(messages.seen("label.score_range", lang), justify="right", no_wrap=True)
    for verdict in _STYLES:
        table.add_column(messages.seen(f"tally.{verdict}", lang), justify="right", style=_STYLES[verdict])
    for sub in framework.sub_indicators:
        counts = _counts(result, framework, sub.code)
        name = Text(f"{sub.code} {sub.name.th if lang == 'th' else sub.name.en}")
        shown = _range(result["score"]["sub_indicators"].get(sub.code), lang)
        table.add_row(name, shown, *(str(counts[verdict] or "–") for verdict in _STYLES))
    return table


def _counts(result: Mapping[str, Any], framework: Framework, sub_indicator: str) -> dict[Verdict, int]:
    codes = {item.code for item in framework.items_of(sub_indicator)}
    verdicts = [entry["verdict"] for entry in result["items"] if entry["item"] in codes]
    return {verdict: verdicts.count(verdict) for verdict in _STYLES}


def _listed(
    result: Mapping[str, Any],
    framework: Framework,
    lang: str,
    entries: list[dict[str, Any]],
    title: str,
    sign: str,
) -> list[RenderableType]:
    """A heading and the first entries: code, points, title and what was seen."""
    known = [entry for entry in entries if entry["item"] in framework.by_code]
    if not known:
        return []
    parts: list[RenderableType] = [Text(f"{messages.seen(title, lang)} ({len(known)})", style="bold")]
    for entry in known[:FIXES_SHOWN]:
        item = framework.by_code[entry["item"]]
        points = f"{sign}{entry.get('points', 0):.2f}"
        line = Text(f"{entry['item'].upper():>4} ", style="bold").append(f"{points:>6} ", style="cyan")
        line.append(item.title.th if lang == "th" else item.title.en)
        parts.append(line)
        values = sentence_values(entry, item, framework, result["agency"])
        for reason in entry["reasons"][:1]:
            if messages.known(f"reason.{reason}"):
                said = plain(reason_seen(reason, entry["verdict"], values)[lang])
                parts.append(Padding(Text(said, style="dim"), (0, 0, 0, 5)))
    if len(known) > FIXES_SHOWN:
        parts.append(Padding(messages.seen("label.more_items", lang, count=len(known) - FIXES_SHOWN), (0, 0, 0, 5)))
    return [*parts, Text("")]


def _range(bounds: Mapping[str, float | None] | None, lang: str) -> str:
    if not bounds or bounds["low"] is None or bounds["high"] is None:
        return messages.seen("label.none", lang)
    if bounds["low"] == bounds["high"]:
        return f"{bounds['low']:.2f}"
    return f"{bounds['low']:.2f}–{bounds['high']:.2f}"
