"""Knows how many agencies' results are seen together: scores by type and province, hardest items, commonest reasons.

`Overview` takes results one at a time and keeps only counts and a short row for each agency, so that all 8,303 fit;
`write` makes of it a static site that opens from disk. The pages load nothing and run one script of their own, which
searches and sorts the table; without it all rows are there.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import mean, median
from typing import Any
from urllib.parse import urlsplit

from oit import criteria
from oit.errors import InputError
from oit.findings import Outcome, Verdict
from oit.model import Framework
from reports import messages, page
from reports.badge import badge
from reports.page import TEMPLATES, Pair, words

VERDICTS = (Verdict.MET, Verdict.NOT_MET, Verdict.UNSURE, Verdict.EXCLUDED)
BIN = 10
"""Points of a bar of the distribution."""
HARDEST = 15
REASONS = 12
HOSTS = 30
NOT_THE_SITES_FAULT = (Outcome.OK, Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.LOGIN_REQUIRED)
_PAGES = ("index", "agencies", "items")


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """What the overview keeps of one agency."""

    code: str
    name: str
    type: str
    province: str
    low: float | None
    high: float | None
    counts: tuple[int, ...]
    complete: bool


@dataclass
class Group:
    """Agencies taken together: how many, and the mean of their scores."""

    name: Pair
    agencies: int
    low: float | None
    high: float | None
    met: float


@dataclass
class Overview:
    """Counts over results (`oit-result/1`) of one year's form; `add` each, in any order."""

    framework: int
    agencies: list[AgencyRow] = field(default_factory=list)
    items: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    hosts: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    by_type: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )

    def add(self, result: Mapping[str, Any]) -> None:
        """Take in one result. Raises ValueError where it is of another year's form."""
        if result["framework"] != self.framework:
            raise ValueError(f"{result['agency']['code']} is of {result['framework']}, not {self.framework}")
        agency, score = result["agency"], result["score"]
        verdicts: Counter[str] = Counter()
        for entry in result["items"]:
            verdict = entry["verdict"]
            verdicts[verdict] += 1
            self.items[entry["item"]][verdict] += 1
            self.by_type[agency["type"]][entry["item"]][verdict] += 1
            if entry["reasons"] and verdict != Verdict.MET:
                self.reasons[entry["item"]][entry["reasons"][0]] += 1
            for row in entry["urls"]:
                if row["outcome"] and row["outcome"] not in NOT_THE_SITES_FAULT:
                    self.hosts[_host(row["url"]), row["outcome"]].add(agency["code"])
        counts = tuple(verdicts[str(verdict)] for verdict in VERDICTS)
        self.agencies.append(
            AgencyRow(
                agency["code"],
                agency["name"],
                agency["type"],
                agency["province"],
                score["low"],
                score["high"],
                counts,
                result["run"]["complete"],
            )
        )


def collect(results: Iterable[Mapping[str, Any]]) -> Overview:
    """The overview of results of one year. Raises InputError where there are none or they are of several years."""
    overview: Overview | None = None
    for result in results:
        overview = overview or Overview(result["framework"])
        try:
            overview.add(result)
        except ValueError as error:
            raise InputError(result["agency"]["code"], [f"{error}; give the results of one year"]) from error
    if overview is None:
        raise InputError("results", ["there are none"])
    return overview


def write(folder: Path, overview: Overview, report_of: Mapping[str, str] | None = None) -> Path:
    """Write the site into a folder: index.html, agencies.html, items.html and badges/<code>.svg; returns index.html.

    `report_of`: addresses of the agencies' reports by code, relative to the folder. Raises InputError where the folder
    cannot be written.
    """
    framework = criteria.load(overview.framework)
    view = views(overview, framework)
    try:
        (folder / "badges").mkdir(parents=True, exist_ok=True)
        for name in _PAGES:
            text = page.render(
                f"overview_{name}.html",
                ("agency_report.css", "overview.css"),
                script="overview.js" if name == "agencies" else "",
                view=view,
                report_of=report_of or {},
                here=name,
            )
            (folder / f"{name}.html").write_text(text, encoding="utf-8")
        for row in overview.agencies:
            (folder / "badges" / f"{row.code}.svg").write_text(badge(row.low, row.high, overview.framework), "utf-8")
    except OSError as error:
        raise InputError(str(folder), [f"cannot be written: {error.strerror or error}"]) from error
    return folder / "index.html"


def views(overview: Overview, framework: Framework) -> dict[str, Any]:
    """Everything the pages show, as plain values; the web application shows the same."""
    rows = sorted(overview.agencies, key=lambda row: (-(row.low or 0), row.name))
    types = {key: {"th": kind.name_th, "en": key.replace("_", " ")} for key, kind in framework.agency_types.items()}
    return {
        "year": overview.framework,
        "agencies": rows,
        "types": types,
        "incomplete": sum(not row.complete for row in rows),
        "totals": [(str(verdict), sum(row.counts[place] for row in rows)) for place, verdict in enumerate(VERDICTS)],
        "summary": _summary(rows),
        "bars": _bars(rows),
        "by_type": _groups(rows, "type", types),
        "by_province": _groups(rows, "province", {}),
        "tiles": _tiles(rows),
        "items": _items(overview, framework),
        "hardest": sorted(_items(overview, framework), key=lambda item: item["share"]["met"])[:HARDEST],
        "reasons": _reasons(overview),
        "hosts": _hosts(overview),
        "type_items": _type_items(overview, framework, types),
    }


def _summary(rows: Sequence[AgencyRow]) -> dict[str, float]:
    lows, highs = _scores(rows)
    if not lows:
        return {}
    return {"mean_low": mean(lows), "mean_high": mean(highs), "median_low": median(lows), "median_high": median(highs)}


def _scores(rows: Iterable[AgencyRow]) -> tuple[list[float], list[float]]:
    scored = [(row.low, row.high) for row in rows if row.low is not None and row.high is not None]
    return [low for low, _ in scored], [high for _, high in scored]


def _bars(rows: Sequence[AgencyRow]) -> list[dict[str, Any]]:
    """How many agencies have their low and their high end in each band of ten points; 100 belongs to the last."""
    lows, highs = (Counter(min(int(score // BIN), 100 // BIN - 1) for score in scores) for scores in _scores(rows))
    most = max([*lows.values(), *highs.values(), 1])
    return [
        {
            "from": band * BIN,
            "to": (band + 1) * BIN,
            "low": lows[band],
            "high": highs[band],
            "low_height": 100 * lows[band] / most,
            "high_height": 100 * highs[band] / most,
        }
        for band in range(100 // BIN)
    ]


def _groups(rows: Sequence[AgencyRow], key: str, names: Mapping[str, Pair]) -> list[Group]:
    grouped: dict[str, list[AgencyRow]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, key)].append(row)
    return [
        _group(names.get(name, {"th": name or "–", "en": name or "–"}), inner)
        for name, inner in sorted(grouped.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]


def _group(name: Pair, rows: Sequence[AgencyRow]) -> Group:
    lows, highs = _scores(rows)
    counted = [sum(row.counts[:3]) for row in rows]
    met = sum(row.counts[0] for row in rows) / max(1, sum(counted))
    return Group(name, len(rows), mean(lows) if lows else None, mean(highs) if highs else None, met)


def _tiles(rows: Sequence[AgencyRow]) -> list[dict[str, Any]]:
    grouped: dict[str, list[AgencyRow]] = defaultdict(list)
    for row in rows:
        grouped[row.province].append(row)
    tiles = []
    for place in provinces():
        group = _group({"th": place["th"], "en": place["en"]}, grouped[place["th"]]) if place["th"] in grouped else None
        middle = None if group is None or group.low is None or group.high is None else (group.low + group.high) / 2
        tiles.append({**place, "group": group, "step": None if middle is None else min(4, int(middle // 20))})
    return tiles


def _items(overview: Overview, framework: Framework) -> list[dict[str, Any]]:
    found = []
    for item in framework.items:
        counts = overview.items[item.code]
        total = max(1, sum(counts.values()))
        found.append(
            {
                "code": item.code,
                "title": {"th": item.title.th, "en": item.title.en},
                "counts": {str(verdict): counts[str(verdict)] for verdict in VERDICTS},
                "share": {str(verdict): counts[str(verdict)] / total for verdict in VERDICTS},
                "reasons": [(_reason(id), count) for id, count in overview.reasons[item.code].most_common(3)],
                "uncertain": item.confidence != "high",
            }
        )
    return found


def _reasons(overview: Overview) -> list[tuple[Pair, int]]:
    total: Counter[str] = Counter()
    for counts in overview.reasons.values():
        total.update(counts)
    return [(_reason(id), count) for id, count in total.most_common(REASONS)]


def _reason(id: str) -> Pair:
    return words(f"reason.{id}") if messages.known(f"reason.{id}") else words(f"outcome.{id}")


def _hosts(overview: Overview) -> list[tuple[str, Pair, int]]:
    """Hosts that could not be reached or that block, those that touch most agencies first."""
    ranked = sorted(overview.hosts.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:HOSTS]
    return [(host, words(f"outcome.{outcome}"), len(codes)) for (host, outcome), codes in ranked]


def _type_items(overview: Overview, framework: Framework, types: Mapping[str, Pair]) -> list[dict[str, Any]]:
    """Share of items met by type of agency: the table behind "which items are hard for whom"."""
    found = []
    for kind, items in sorted(overview.by_type.items()):
        shares = [
            items[item.code][Verdict.MET] / total if (total := sum(items[item.code].values())) else None
            for item in framework.items
        ]
        found.append({"name": types.get(kind, {"th": kind, "en": kind}), "shares": shares})
    return found


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url[:80]
    except ValueError:
        return url[:80]


@cache
def provinces() -> list[dict[str, Any]]:
    """The provinces with their places on the tile map."""
    return list(tomllib.loads((TEMPLATES.parent / "provinces.toml").read_text("utf-8"))["provinces"])
