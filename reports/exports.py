"""Knows results as flat tables for other programs: CSV, JSON Lines and Parquet, with a data dictionary beside them."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

from oit.errors import InputError
from oit.sheets import csv_cell
from reports.messages import LANGUAGES

FORMATS = ("csv", "jsonl", "parquet")
DICTIONARY = "data-dictionary.csv"
_ROWS_AT_ONCE = 20_000
_BETWEEN = " | "
Row = dict[str, Any]


def tables() -> dict[str, list[dict[str, str]]]:
    """The columns of every table: `name`, `type` (text, integer, number, flag), `th` and `en`."""
    return {name: list(table["columns"]) for name, table in _data().items()}


def rows(result: Mapping[str, Any]) -> dict[str, list[Row]]:
    """The rows of every table for one `oit-result/1`; missing values are None."""
    key = {
        "agency_code": result["agency"]["code"],
        "framework": result["framework"],
        "run": result["run"]["id"],
    }
    decided = {review["item"]: review for review in result["reviews"]}
    found: dict[str, list[Row]] = {"agencies": [key | _agency(result)], "items": [], "elements": [], "urls": []}
    for entry in result["items"]:
        inner = key | {"item": entry["item"]}
        found["items"].append(inner | _item(entry, decided.get(entry["item"], {})))
        found["elements"] += [inner | _element(one) for one in entry["elements"]]
        found["urls"] += [inner | _url(one) for one in entry["urls"]]
    return found


def write(folder: Path, results: Iterable[Mapping[str, Any]], formats: Sequence[str] = FORMATS) -> dict[str, int]:
    """Write the tables of all results into a folder, one file for each table and format; returns rows by table.

    Results are taken one at a time, so that any number fits. No field of a CSV file can start a formula.
    Raises InputError where the folder cannot be written, ValueError for an unknown format.
    """
    if unknown := [name for name in formats if name not in FORMATS]:
        raise ValueError(f"unknown formats {', '.join(unknown)}")
    counts = dict.fromkeys(tables(), 0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            writers = {
                name: [stack.enter_context(_WRITERS[form](folder / f"{name}.{form}", name)) for form in formats]
                for name in counts
            }
            for result in results:
                for name, new in rows(result).items():
                    counts[name] += len(new)
                    for writer in writers[name]:
                        writer.add(new)
        _write_dictionary(folder / DICTIONARY)
    except OSError as error:
        raise InputError(str(folder), [f"cannot be written: {error.strerror or error}"]) from error
    return counts


def _agency(result: Mapping[str, Any]) -> Row:
    agency, run, score, reviewed = result["agency"], result["run"], result["score"], result.get("reviewed") or {}
    verdicts = [entry["verdict"] for entry in result["items"]]
    return {
        "agency_name": agency["name"],
        "agency_type": agency["type"],
        "province": agency["province"],
        "homepage": agency["homepage"],
        **{name: run[name] for name in ("as_of", "finished_at", "complete", "pages_fetched", "software")},
        "criteria_sha256": run["criteria_sha256"],
        "oit_low": score["low"],
        "oit_high": score["high"],
        **{name: verdicts.count(name) for name in ("met", "not_met", "unsure", "excluded")},
        "reviewed_low": reviewed.get("low"),
        "reviewed_high": reviewed.get("high"),
    }


def _item(entry: Mapping[str, Any], review: Mapping[str, Any]) -> Row:
    answer, year = entry.get("answer") or {}, entry["year"] or {}
    return {
        **{name: entry[name] for name in ("slug", "title", "verdict", "confidence", "criteria_confidence")},
        "sub_indicator": entry.get("sub_indicator"),
        "points": entry.get("points"),
        "reasons": _BETWEEN.join(entry["reasons"]),
        "notes": _BETWEEN.join(entry["notes"]),
        "disclosed": answer.get("disclosed"),
        "explanation": answer.get("explanation"),
        "year_verdict": year.get("verdict"),
        "years_found": _BETWEEN.join(map(str, year.get("found_be", ()))),
        "months_missing": _BETWEEN.join(year.get("months_missing", ())),
        "found_elsewhere": _BETWEEN.join(one["url"] for one in entry["found_elsewhere"]),
        "advice_th": entry["advice"]["th"],
        "advice_en": entry["advice"]["en"],
        "review_decision": review.get("decision"),
        "review_reason": review.get("reason"),
    }


def _element(element: Mapping[str, Any]) -> Row:
    quote: Mapping[str, Any] = next(iter(element["quotes"]), {})
    return {
        "element": element["id"],
        "verdict": element["verdict"],
        "confidence": element["confidence"],
        "reasons": _BETWEEN.join(element["reasons"]),
        "quote": quote.get("text"),
        "quote_url": quote.get("url"),
        "quote_page": quote.get("page"),
        "quote_sha256": quote.get("sha256"),
    }


def _url(row: Mapping[str, Any]) -> Row:
    kept = [column["name"] for column in tables()["urls"]]
    path = _BETWEEN.join(f"{step['text']} ({step['url']})" for step in row["click_path"])
    return {name: row[name] for name in kept if name in row} | {"click_path": path}


class _Csv:
    def __init__(self, path: Path, table: str) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._names = [column["name"] for column in tables()[table]]
        self._writer = csv.writer(self._file)
        self._writer.writerow(self._names)

    def __enter__(self) -> _Csv:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, new: Sequence[Row]) -> None:
        self._writer.writerows([csv_cell(row.get(name)) for name in self._names] for row in new)


class _JsonLines:
    def __init__(self, path: Path, table: str) -> None:
        self._file = path.open("w", encoding="utf-8")
        self._names = [column["name"] for column in tables()[table]]

    def __enter__(self) -> _JsonLines:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, new: Sequence[Row]) -> None:
        for row in new:
            line = {name: row.get(name) for name in self._names}
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")


class _Parquet:
    def __init__(self, path: Path, table: str) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        kinds = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}
        fields = [
            pa.field(column["name"], kinds[column["type"]], metadata={lang: column[lang] for lang in LANGUAGES})
            for column in tables()[table]
        ]
        self._schema = pa.schema(fields)
        self._writer = parquet.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[Row] = []

    def __enter__(self) -> _Parquet:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._writer.close()

    def add(self, new: Sequence[Row]) -> None:
        self._waiting += new
        if len(self._waiting) >= _ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._waiting:
            self._writer.write_table(pa.Table.from_pylist(self._waiting, schema=self._schema))
            self._waiting = []


_WRITERS: dict[str, Callable[[Path, str], Any]] = {"csv": _Csv, "jsonl": _JsonLines, "parquet": _Parquet}


def _write_dictionary(path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["table", "column", "type", "th", "en"])
        writer.writerows(_dictionary())


def _dictionary() -> Iterator[list[str]]:
    for name, table in _data().items():
        yield [name, "", "", table["about"]["th"], table["about"]["en"]]
        for column in table["columns"]:
            yield [name, column["name"], column["type"], column["th"], column["en"]]


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
