"""Drafts what an agency writes after an assessment: the improvement plan and the skeleton of its follow-up report.

What the audit knows stands in the draft: OIT scores, what is missing item by item, what each is worth. What only the
agency knows (causes, steps, periods, units, results) is a blank. The words are in `plan.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from oit.findings import Verdict
from oit.model import Framework
from oit.score import Range, Scheme, rate, rounded, schemes, total
from oit.survey_scores import SurveyScores
from reports import messages
from reports.advice import reason_seen, sentence_values
from reports.paper import Blank, Block, Grid, Heading, Hint, Line, NewPage, Paper, Paragraph, Points
from reports.result import to_fix, to_review
from reports.visible import plain

_Cell = tuple[Line, ...]
_MEASURE_WIDTHS = (8, 36, 22, 15, 17, 19)
_RESULT_WIDTHS = (8, 24, 27, 15, 15, 20)


@dataclass(frozen=True)
class Draft:
    """The two documents, and the words their file names begin with."""

    plan: Paper
    follow_up: Paper

    def files(self) -> dict[str, Paper]:
        """The documents by the stem of their file's name."""
        words = _words()
        return {words["plan"]["file"]: self.plan, words["follow_up"]["file"]: self.follow_up}


@dataclass(frozen=True, slots=True)
class _Point:
    """A thing to mend or to develop: its sentence, the measure drafted for it, and hints for its steps."""

    key: str
    code: str
    text: Line
    measure: Line
    hints: tuple[str, ...] = ()
    short: str = ""


def draft(
    result: Mapping[str, Any],
    framework: Framework,
    scores: SurveyScores,
    units: Mapping[str, str] | None = None,
    *,
    thai_digits: bool = True,
) -> Draft:
    """Both documents for a result (`oit-result/1`) of the assessed year; the measures are for the year after it.

    `scores`: what the agency knows of its published scores; the rest is a blank. `units`: responsible units by item code,
    slug or sub-indicator, and under "" for all others. Raises KeyError where the result lacks a key of the contract.
    """
    writer = _Writer(result, framework, scores, units or {})
    plan, follow_up = _words()["plan"], _words()["follow_up"]
    author = writer.values["agency"]
    return Draft(
        Paper(_fill(plan["title"], writer.values), author, writer.plan(), thai_digits),
        Paper(_fill(follow_up["title"], writer.values), author, writer.follow_up(), thai_digits),
    )


class _Writer:
    """What both documents are made of."""

    def __init__(
        self, result: Mapping[str, Any], framework: Framework, scores: SurveyScores, units: Mapping[str, str]
    ) -> None:
        self.result, self.framework, self.scores, self.units = result, framework, scores, units
        agency = result["agency"]
        self.values: dict[str, Any] = {
            "agency": plain(agency["name"]),
            "province": plain(agency["province"] or ""),
            "year": framework.year_be,
            "next": framework.year_be + 1,
            "day": messages.be_date(result["run"]["as_of"]),
            "excellent": _score_text(Decimal(str(_words()["excellent_mark"]))),
        }
        self.words = _words()["plan"]
        known = [entry for entry in result["items"] if entry["item"] in framework.by_code]
        self.fixes = [self._item(entry, "measure_item") for entry in to_fix(result) if entry in known]
        self.doubts = [self._item(entry, "measure_check") for entry in to_review(result) if entry in known]
        pass_mark, excellent = (Decimal(str(_words()[name])) for name in ("pass_mark", "excellent_mark"))
        perceived = [
            self._indicator(code, name, instrument["code"], value)
            for instrument in _words()["instruments"]
            for code, name in _names(instrument)
            if (value := scores.indicators.get(code)) is not None and rounded(value) < excellent
        ]
        asked = [self._question(code, value) for code, value in scores.questions.items() if rounded(value) < excellent]
        low = {code for code, value in scores.indicators.items() if rounded(value) < pass_mark}
        low |= {code for code, value in scores.questions.items() if rounded(value) < pass_mark}
        self.urgent = [*self.fixes, *(each for each in [*perceived, *asked] if each.key in low)]
        self.develop = [*self.doubts, *(each for each in [*perceived, *asked] if each.key not in low)]

    # The plan

    def plan(self) -> list[Block]:
        return [
            *self._cover(self.words["title"], self.words["from"]),
            NewPage(),
            Heading(self.words["preface"]),
            *(Paragraph((_fill(text, self.values),)) for text in self.words["preface_text"]),
            Paragraph((_blank(self.words["preface_blank"]),)),
            NewPage(),
            *self._scores("1"),
            *self._analysis("2"),
            *self._list("3", "urgent", self.urgent, self.fixes),
            *self._list("4", "develop", self.develop, self.doubts),
            NewPage(across=True),
            *self._measures("5"),
            NewPage(),
            *self._monitoring("6"),
            *self._signatures("7"),
        ]

    def _cover(self, title: str, subtitle: str = "") -> list[Block]:
        words = self.words
        blocks: list[Block] = [Paragraph((_fill(title, self.values),), "title")]
        if subtitle:
            blocks.append(Paragraph((_fill(subtitle, self.values),), "centre"))
        blocks.append(Paragraph((self.values["agency"],), "title"))
        if self.values["province"]:
            province = self.values["province"]
            named = province if province.startswith("จังหวัด") else _fill(words["province"], self.values)
            blocks.append(Paragraph((named,), "centre"))
        blocks.append(Paragraph((words["made_by"], _blank(words["made_by_blank"])), "centre"))
        blocks.append(Paragraph((words["made_on"], _blank(words["made_on_blank"])), "centre"))
        blocks.append(Paragraph((_words()["note"]["th"],), "note"))
        return blocks

    def _scores(self, number: str) -> list[Block]:
        words = self.words
        oit_note = words["oit_given"] if "OIT" in self.scores.instruments else words["oit_note"]
        return [
            Heading(f"{number}. {_fill(words['scores'], self.values)}"),
            Paragraph((_fill(words["scores_text"], self.values),)),
            Grid(tuple(words["instrument_head"]), tuple(self._instrument_rows()), (40, 18, 20, 22), words["scores"]),
            Grid(
                tuple(words["indicator_head"]), tuple(self._indicator_rows()), (12, 16, 36, 18, 18), words["by_indicator"]
            ),
            Paragraph((_fill(oit_note, self.values),), "small"),
        ]

    def _instrument_rows(self) -> list[tuple[_Cell, ...]]:
        scheme = schemes().get(self.framework.year_be)
        rows: list[tuple[_Cell, ...]] = []
        for instrument in _words()["instruments"]:
            weight = _weight(scheme, instrument["code"])
            value = self._oit() if instrument["code"] == "OIT" else _sure(self.scores.of(instrument["code"]))
            rows.append((_cell(instrument["th"]), _cell(weight), *self._judged(value)))
        rows.append((_cell(self.words["total"]), _cell("100" if scheme else ""), *self._total(scheme)))
        return rows

    def _oit(self) -> Range | None:
        if "OIT" in self.scores.instruments:
            return _sure(self.scores.instruments["OIT"])
        return _range(self.result["score"])

    def _total(self, scheme: Scheme | None) -> tuple[_Cell, _Cell]:
        """The ITA total and its level, where all three instruments are known."""
        oit = self._oit()
        parts = {
            name: self.scores.instruments[name]
            for name in ("EIT_part1", "EIT_part2")
            if name in self.scores.instruments
        }
        whole = self.scores.of("EIT")
        iit = self.scores.of("IIT")
        if scheme is None or oit is None or iit is None or whole is None:
            return (_blank_cell(self.words["score_blank"]), _blank_cell(self.words["result_blank"]))
        eit = parts if len(parts) == 2 else {"EIT": whole}
        ends = [{"IIT": iit, **eit, "OIT": value} for value in (oit.low, oit.high)]
        low, high = (rate(scheme, end) for end in ends)
        level = (
            _fill(self.words["rating"], {"text": low})
            if low == high
            else _fill(self.words["rating_between"], {"low": low, "high": high})
        )
        return _cell(_score_text(*(total(scheme, end) for end in ends))), _cell(level)

    def _indicator_rows(self) -> list[tuple[_Cell, ...]]:
        rows = []
        for instrument in _words()["instruments"]:
            for code, name in _names(instrument):
                rows.append((code, instrument["code"], name, _sure(self.scores.indicators.get(code))))
        for indicator in self.framework.indicators:
            given = self.scores.indicators.get(indicator.code)
            value = (
                _sure(given) if given is not None else _range(self.result["score"]["indicators"].get(indicator.code))
            )
            rows.append((indicator.code, "OIT", indicator.name.th, value))
        return [(_cell(code), _cell(tool), _cell(name), *self._judged(value)) for code, tool, name, value in rows]

    def _judged(self, value: Range | None) -> tuple[_Cell, _Cell]:
        """The cells of a score: the number and whether it passes; blanks where it is not known."""
        if value is None:
            return (_blank_cell(self.words["score_blank"]), _blank_cell(self.words["result_blank"]))
        mark = Decimal(str(_words()["pass_mark"]))
        low, high = rounded(value.low) >= mark, rounded(value.high) >= mark
        said = "passed" if low else "between" if high else "not_passed"
        return _cell(_score_text(value.low, value.high)), _cell(self.words[said])

    def _analysis(self, number: str) -> list[Block]:
        blocks: list[Block] = [Heading(f"{number}. {self.words['analysis']}")]
        for place, instrument in enumerate(_words()["instruments"], start=1):
            blocks.append(Heading(f"{number}.{place} {instrument['th']}", 2))
            blocks += self._oit_analysis() if instrument["code"] == "OIT" else self._survey_analysis(instrument)
        return blocks

    def _survey_analysis(self, instrument: Mapping[str, Any]) -> list[Block]:
        known = [
            (value, code, name)
            for code, name in _names(instrument)
            if (value := self.scores.indicators.get(code)) is not None
        ]
        said: list[str] = [] if known else [_fill(self.words["survey_unknown"], instrument)]
        if known:
            for key, (value, code, name) in (("survey_highest", max(known)), ("survey_lowest", min(known))):
                said.append(_fill(self.words[key], {"code": code, "name": name, "score": _score_text(value)}))
        return [
            *(Paragraph((text,)) for text in said),
            Paragraph((_blank(_fill(self.words["survey_blank"], instrument)),)),
        ]

    def _oit_analysis(self) -> list[Block]:
        entries = self.result["items"]
        counts = {str(one): sum(entry["verdict"] == one for entry in entries) for one in Verdict}
        rows = []
        for sub in self.framework.sub_indicators:
            mine = [entry["verdict"] for entry in entries if entry["sub_indicator"] == sub.code]
            value = _range(self.result["score"]["sub_indicators"].get(sub.code))
            said = [str(mine.count(one)) for one in (Verdict.MET, Verdict.NOT_MET, Verdict.UNSURE)]
            score = _score_text(value.low, value.high) if value else "–"
            rows.append((_cell(f"{sub.code} {sub.name.th}"), *map(_cell, said), _cell(score)))
        return [
            Paragraph((_fill(self.words["oit_text"], {"count": str(len(entries)), **counts}),)),
            Grid(tuple(self.words["sub_head"]), tuple(rows), (38, 14, 16, 16, 16), self.words["by_sub"]),
            Paragraph((_blank(self.words["oit_blank"]),)),
        ]

    def _list(self, number: str, name: str, points: Sequence[_Point], of_items: Sequence[_Point]) -> list[Block]:
        words = self.words
        survey_known = all(self.scores.of(instrument) is not None for instrument in ("IIT", "EIT"))
        listed = [point.text for point in points]
        if not survey_known and not self.scores.indicators:
            listed.append((_blank(words["survey_points_blank"]),))
        said = words[f"{name}_text"] if of_items or points else words[f"{name}_none"]
        return [
            Heading(f"{number}. {words[name]}"),
            Paragraph((_fill(said, self.values),)),
            *([Points(tuple(listed))] if listed else []),
        ]

    # Measures

    def _measures(self, number: str) -> list[Block]:
        words = self.words
        blocks: list[Block] = [
            Heading(f"{number}. {words['measures']}"),
            Paragraph((words["measures_text"],)),
        ]
        for place, (topic, points) in enumerate(self._topics(), start=1):
            found = ", ".join(point.short for point in points)
            said = _fill(words["topic_found"], {"points": found}) if points else words["topic_none"]
            names = ", ".join(f"{code} {name}" for code, name in _all_indicators() if code in topic["indicators"])
            rows = tuple(self._measure_row(row, point) for row, point in enumerate(points, start=1))
            blocks += [
                Heading(f"{number}.{place} {topic['th']}", 2),
                Paragraph((f"{said} {_fill(words['topic_indicators'], {'names': names})}",)),
                Grid(
                    tuple(words["measure_head"]),
                    (*rows, self._measure_row(len(rows) + 1, None)) if not rows or topic["indicators"] else rows,
                    _MEASURE_WIDTHS,
                    topic["th"],
                ),
            ]
        return blocks

    def _topics(self) -> list[tuple[Mapping[str, Any], list[_Point]]]:
        """Every topic with its points; what no topic names belongs to the last."""
        by_topic: list[list[_Point]] = [[] for _ in _words()["topics"]]
        for point in [*self.urgent, *self.develop]:
            place = next(
                (
                    n
                    for n, topic in enumerate(_words()["topics"])
                    if point.key in (*topic["slugs"], *topic["indicators"])
                ),
                None,
            )
            if place is not None:
                by_topic[place].append(point)
            elif point.code in self.framework.by_code:
                by_topic[-1].append(point)
        return list(zip(_words()["topics"], by_topic, strict=True))

    def _measure_row(self, number: int, point: _Point | None) -> tuple[_Cell, ...]:
        words = self.words
        unit = self._unit(point)
        hints = point.hints if point else ()
        return (
            _cell(str(number)),
            (point.measure, *((Hint(text),) for text in hints)) if point else _blank_cell(words["measure_blank"]),
            _blank_cell(words["steps_blank"]),
            _blank_cell(words["period_blank"]),
            _cell(unit) if unit else _blank_cell(words["unit_blank"]),
            _blank_cell(words["follow_blank"]),
        )

    def _unit(self, point: _Point | None) -> str:
        if point is None or point.code not in self.framework.by_code:
            return self.units.get("", "")
        item = self.framework.by_code[point.code]
        keys = (item.code, item.slug, item.sub_indicator, "")
        return next((self.units[key] for key in keys if key in self.units), "")

    def _item(self, entry: Mapping[str, Any], measure: str) -> _Point:
        item = self.framework.by_code[entry["item"]]
        code, title = item.code.upper(), item.title.th
        values = sentence_values(entry, item, self.framework, self.result["agency"])
        reasons = [id for id in entry["reasons"] if messages.known(f"reason.{id}")][:1]
        seen = [plain(reason_seen(id, entry["verdict"], values)["th"]) for id in reasons]
        points = _score_text(Decimal(str(entry.get("points") or 0)))
        said = {"code": code, "title": title, "seen": " ".join(seen), "points": points}
        return _Point(
            item.slug,
            item.code,
            (_fill(self.words["point_item"], said),),
            (_fill(self.words[measure], said),),
            tuple(f"{self.words['hint']}{text}" for text in seen),
            f"{code} {title}",
        )

    def _indicator(self, code: str, name: str, instrument: str, value: Decimal) -> _Point:
        said = {"code": code, "name": name, "instrument": instrument, "score": _score_text(value)}
        text = _fill(self.words["point_indicator"], said)
        return _Point(code, "", (text,), (_blank(self.words["measure_blank"]),), (text,), text)

    def _question(self, code: str, value: Decimal) -> _Point:
        said = {"code": code, "score": _score_text(value)}
        text = (_fill(self.words["point_question"], said), _blank(self.words["question_blank"]))
        return _Point(code, "", text, ())

    def _monitoring(self, number: str) -> list[Block]:
        words = self.words
        rows = tuple(
            (_cell(name), *(_blank_cell(what) for what in words["monitoring_blanks"]))
            for name in words["monitoring_rounds"]
        )
        return [
            Heading(f"{number}. {words['monitoring']}"),
            Paragraph((words["monitoring_text"],)),
            Grid(tuple(words["monitoring_head"]), rows, (16, 28, 28, 28), words["monitoring"]),
        ]

    def _signatures(self, number: str) -> list[Block]:
        words = _words()["sign"]
        rows = tuple((_cell(role), *(_blank_cell(what) for what in words["blanks"])) for role in words["roles"])
        heading = Heading(f"{number}. {words['heading']}")
        return [heading, Grid(tuple(words["head"]), rows, (16, 34, 28, 22), words["heading"])]

    # The follow-up report

    def follow_up(self) -> list[Block]:
        words = _words()["follow_up"]
        blocks: list[Block] = [
            *self._cover(words["title"]),
            NewPage(across=True),
            Heading(f"1. {words['results']}"),
            Paragraph((_fill(words["text"], self.values),)),
        ]
        for place, (topic, points) in enumerate(self._topics(), start=1):
            rows = [self._result_row(row, point) for row, point in enumerate(points, start=1)]
            rows.append(self._result_row(len(rows) + 1, None))
            blocks += [
                Heading(f"1.{place} {topic['th']}", 2),
                Grid(tuple(words["head"]), tuple(rows), _RESULT_WIDTHS, topic["th"]),
            ]
        return [
            *blocks,
            NewPage(),
            Heading(f"2. {words['problems']}"),
            Points(((_blank(words["problems_blank"]),), (_blank(words["suggestions_blank"]),))),
            Heading(f"3. {words['pictures']}"),
            Paragraph((_blank(words["pictures_blank"]),)),
            *self._signatures("4"),
        ]

    def _result_row(self, number: int, point: _Point | None) -> tuple[_Cell, ...]:
        words = _words()["follow_up"]
        unit = self._unit(point)
        return (
            _cell(str(number)),
            (point.measure,) if point else _blank_cell(self.words["measure_blank"]),
            _blank_cell(words["result_blank"]),
            _blank_cell(self.words["period_blank"]),
            _cell(unit) if unit else _blank_cell(self.words["unit_blank"]),
            _blank_cell(words["outcome_blank"]),
        )


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("plan.toml").read_text(encoding="utf-8"))


def _names(instrument: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one["code"], one["th"]) for one in instrument["indicators"]]


def _all_indicators() -> list[tuple[str, str]]:
    return [pair for instrument in _words()["instruments"] for pair in _names(instrument)]


def _fill(text: str, values: Mapping[str, Any]) -> str:
    """`text` with `{names}` filled in, in one pass: braces inside a value stay as they are."""
    return re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), text)


def _blank(what: str) -> Blank:
    return Blank(_fill(_words()["blank"]["shape"], {"what": what}))


def _cell(text: str) -> _Cell:
    return ((text,),)


def _blank_cell(what: str) -> _Cell:
    return ((_blank(what),),)


def _score_text(low: Decimal, high: Decimal | None = None) -> str:
    first, last = rounded(low), rounded(high if high is not None else low)
    return f"{first}" if first == last else f"{first}–{last}"


def _sure(value: Decimal | None) -> Range | None:
    return None if value is None else Range(value, value)


def _range(block: Mapping[str, Any] | None) -> Range | None:
    if not block or block["low"] is None:
        return None
    return Range(Decimal(str(block["low"])), Decimal(str(block["high"])))


def _weight(scheme: Scheme | None, instrument: str) -> str:
    if scheme is None:
        return ""
    parts = [value for name, value in scheme.weights.items() if name.partition("_")[0] == instrument]
    return f"{int(sum(parts, Decimal(0)) * 100)}"
