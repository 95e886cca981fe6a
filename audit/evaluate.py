"""How well results agree with labelled truth: the definitions of contract section 4, and nothing of how they are shown.

Everything is computed over labelled items only; a share whose denominator is empty has no value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import Any

from oit import criteria
from oit.errors import InputError
from oit.findings import Verdict
from oit.score import Score, score

TRUTH_SCHEMA = "oit-truth/1"
CAUSES = ("fetch", "read")
BINS = 10
Z_95 = 1.959963984540054
LEAST_NOT_MET = 0.35
"""A labelled set holds at least this share of `not_met` (contract section 4)."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        """The share, or None of nothing."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% Wilson score interval, or None of nothing."""
        if not self.total:
            return None
        share, n = self.hits / self.total, self.total
        middle = share + Z_95**2 / (2 * n)
        spread = Z_95 * sqrt(share * (1 - share) / n + Z_95**2 / (4 * n * n))
        scale = 1 + Z_95**2 / n
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision, recall and F1 of saying `met`."""

    precision: Share
    recall: Share

    @property
    def f1(self) -> float | None:
        """Harmonic mean; None where neither truth nor result says `met`."""
        said_or_true = self.precision.total + self.recall.total
        return 2 * self.precision.hits / said_or_true if said_or_true else None


@dataclass(frozen=True, slots=True)
class Pair:
    """One labelled item beside what the result says of it. `truth` may lack any key: then that is not compared."""

    agency: str
    item: str
    truth: dict[str, Any]
    result: dict[str, Any]
    framework: int = 0

    @property
    def expected(self) -> str | None:
        return self.truth.get("verdict")

    @property
    def said(self) -> str:
        return str(self.result["verdict"])

    @property
    def said_year(self) -> str | None:
        return (self.result.get("year") or {}).get("verdict")

    @property
    def first_reason(self) -> str | None:
        return next(iter(self.result.get("reasons") or ()), None)


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures over a set of pairs."""

    pairs: tuple[Pair, ...]
    met: Agreement
    false_passes: Share
    unsure: Share
    wrong_blame: Share
    same_verdict: Share
    not_met_labelled: Share
    reason_right: Share
    year_right: Share
    elements: Agreement
    calibration_error: float | None
    score_error: float | None
    """Mean over agencies whose whole form is labelled: how far the middle of the score lies from the true one's."""

    @property
    def disagreements(self) -> tuple[Pair, ...]:
        """Labelled items whose verdict is another, in the order of the labels."""
        return tuple(pair for pair in self.pairs if pair.expected and pair.expected != pair.said)


def compare(truth_folder: Path, results_folder: Path) -> Figures:
    """The figures of all truth files of a folder against the results of a folder.

    Results are looked for as `<code>/result.json`, then `<code>.json`.

    Raises:
        InputError: a truth file or result is missing, malformed, of another year, or lacks a labelled item.
    """
    return figures(load_pairs(truth_folder, results_folder))


def figures(pairs: Iterable[Pair]) -> Figures:
    """The figures over these pairs."""
    pairs = tuple(pairs)
    judged = [pair for pair in pairs if pair.expected]
    troubled = [pair for pair in pairs if pair.truth.get("cause")]
    not_met = [pair for pair in judged if pair.expected == Verdict.NOT_MET]
    decided = [pair for pair in judged if pair.expected != Verdict.UNSURE]
    reasoned = [pair for pair in pairs if pair.truth.get("reasons")]
    dated = [pair for pair in pairs if pair.truth.get("year")]
    return Figures(
        pairs=pairs,
        met=_agreement([(str(pair.expected), pair.said) for pair in judged]),
        false_passes=_share(not_met, lambda pair: pair.said == Verdict.MET),
        unsure=_share(decided, lambda pair: pair.said == Verdict.UNSURE),
        wrong_blame=_share(troubled, lambda pair: pair.said == Verdict.NOT_MET),
        same_verdict=_share(judged, lambda pair: pair.said == pair.expected),
        not_met_labelled=_share(judged, lambda pair: pair.expected == Verdict.NOT_MET),
        reason_right=_share(reasoned, lambda pair: pair.first_reason in pair.truth["reasons"]),
        year_right=_share(dated, lambda pair: pair.said_year == pair.truth["year"]),
        elements=_agreement([labelled for pair in pairs for labelled in _elements(pair)]),
        calibration_error=calibration_error([(p.result["confidence"], p.said == p.expected) for p in judged]),
        score_error=_score_error(judged),
    )


def by(key: Callable[[Pair], str], pairs: Iterable[Pair]) -> dict[str, Figures]:
    """The figures of each group of pairs, groups in the order they are first seen."""
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(key(pair), []).append(pair)
    return {name: figures(group) for name, group in groups.items()}


def calibration_error(judged: Sequence[tuple[float, bool]]) -> float | None:
    """Expected calibration error of (confidence, was right) over ten equal-mass bins; None of nothing."""
    if not judged:
        return None
    gaps = (abs(sum(right for _, right in g) - sum(confidence for confidence, _ in g)) for g in _bins(judged))
    return sum(gaps) / len(judged)


@dataclass(frozen=True, slots=True)
class Bin:
    """One row of a reliability table: results of like confidence, how sure they were and how often they were right."""

    low: float
    high: float
    confidence: float
    right: Share


def reliability(judged: Sequence[tuple[float, bool]]) -> list[Bin]:
    """(confidence, was right) in ten bins of equal mass, least sure first."""
    return [
        Bin(
            group[0][0],
            group[-1][0],
            sum(confidence for confidence, _ in group) / len(group),
            Share(sum(right for _, right in group), len(group)),
        )
        for group in _bins(judged)
    ]


def _bins(judged: Sequence[tuple[float, bool]]) -> list[list[tuple[float, bool]]]:
    ordered = sorted(judged, key=lambda entry: entry[0])
    edges = [index * len(ordered) // BINS for index in range(BINS + 1)]
    return [ordered[low:high] for low, high in pairwise(edges) if high > low]


def _score_error(judged: Sequence[Pair]) -> float | None:
    """Mean absolute difference of the scores' middles, in OIT points, over agencies labelled whole."""
    forms: dict[tuple[str, int], list[Pair]] = {}
    for pair in judged:
        forms.setdefault((pair.agency, pair.framework), []).append(pair)
    errors = [error for (_, year), pairs in forms.items() if (error := _form_error(year, pairs)) is not None]
    return sum(errors) / len(errors) if errors else None


def _form_error(year: int, pairs: Sequence[Pair]) -> float | None:
    if year not in criteria.years():
        return None
    framework = criteria.load(year)
    if {pair.item for pair in pairs} != set(framework.by_code):
        return None
    said = _middle(score(framework, {pair.item: _scored(pair.said) for pair in pairs}))
    true = _middle(score(framework, {pair.item: _scored(str(pair.expected)) for pair in pairs}))
    return None if said is None or true is None else abs(said - true)


def _scored(verdict: str) -> str | None:
    """A verdict as `oit.score` takes it."""
    return None if verdict == Verdict.EXCLUDED else verdict


def _middle(found: Score) -> float | None:
    return None if found.low is None or found.high is None else float(found.low + found.high) / 2


def load_pairs(truth_folder: Path, results_folder: Path) -> list[Pair]:
    """Every labelled item beside its result. Raises InputError naming every missing or malformed file and item."""
    files = sorted(truth_folder.glob("*.json"))
    if not files:
        raise InputError(str(truth_folder), ["holds no truth file (<agency code>.json)"])
    pairs, faults = [], []
    for file in files:
        try:
            truth = read_truth(file)
            path = _find_result(results_folder, truth["agency"])
            pairs += pair_up(truth, _read_json(path), str(path))
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError(str(truth_folder), faults)
    return pairs


def pair_up(truth: dict[str, Any], result: dict[str, Any], source: str) -> list[Pair]:
    """Every labelled item of one agency beside its result. Raises InputError naming `source`, the result's file."""
    if result.get("framework") != truth["framework"]:
        problem = f"framework: is {result.get('framework')!r}, the truth is of {truth['framework']!r}"
        raise InputError(source, [problem])
    found = {entry.get("item"): entry for entry in result.get("items", [])}
    missing = [item for item in truth["items"] if item not in found]
    if missing:
        raise InputError(source, [f"items: lacks the labelled {', '.join(missing)}"])
    bare = [item for item in truth["items"] if not _is_judged(found[item])]
    if bare:
        raise InputError(source, [f"items: {', '.join(bare)}: no verdict, or no confidence from 0 to 1"])
    year = truth["framework"]
    return [Pair(truth["agency"], item, label, found[item], year) for item, label in truth["items"].items()]


def read_truth(path: Path) -> dict[str, Any]:
    """One truth file (`oit-truth/1`). Raises InputError naming every wrong key."""
    truth = _read_json(path)
    problems = [f"{key}: is missing" for key in ("schema", "agency", "framework", "items") if key not in truth]
    if problems:
        raise InputError(str(path), problems)
    if truth["schema"] != TRUTH_SCHEMA:
        problems.append(f"schema: is {truth['schema']!r}, not {TRUTH_SCHEMA!r}")
    if not isinstance(truth["items"], dict):
        raise InputError(str(path), [*problems, "items: is not an object of item codes"])
    problems += [fault for item, label in truth["items"].items() for fault in _label_faults(item, label)]
    if problems:
        raise InputError(str(path), problems)
    return truth


def _is_judged(entry: dict[str, Any]) -> bool:
    confidence = entry.get("confidence")
    return entry.get("verdict") in set(Verdict) and isinstance(confidence, int | float) and 0 <= confidence <= 1


def _label_faults(item: str, label: Any) -> Iterable[str]:
    if not isinstance(label, dict):
        yield f"items.{item}: is not an object"
        return
    claims = {"verdict": label.get("verdict"), "year": label.get("year")}
    elements = label.get("elements") or {}
    claims |= {f"elements.{name}": verdict for name, verdict in elements.items()}
    for key, verdict in claims.items():
        if verdict is not None and verdict not in set(Verdict):
            yield f"items.{item}.{key}: {verdict!r} is no verdict"
    if label.get("cause") not in (None, *CAUSES):
        yield f"items.{item}.cause: {label['cause']!r} is neither of {', '.join(CAUSES)}"
    if not isinstance(label.get("reasons") or [], list):
        yield f"items.{item}.reasons: is not a list"


def _find_result(folder: Path, agency: str) -> Path:
    for path in (folder / agency / "result.json", folder / f"{agency}.json"):
        if path.is_file():
            return path
    raise InputError(str(folder), [f"holds no result of agency {agency} ({agency}/result.json or {agency}.json)"])


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(str(path), [f"cannot be read as JSON: {error}"]) from error
    if not isinstance(content, dict):
        raise InputError(str(path), ["is not a JSON object"])
    return content


def _share(population: Sequence[Pair], test: Callable[[Pair], bool]) -> Share:
    return Share(sum(map(test, population)), len(population))


def _agreement(judged: Sequence[tuple[str, str]]) -> Agreement:
    """Agreement on `met` of (truth, said) verdicts. A truth of `unsure` counts against precision."""
    both = sum(truth == said == Verdict.MET for truth, said in judged)
    return Agreement(
        precision=Share(both, sum(said == Verdict.MET for _, said in judged)),
        recall=Share(both, sum(truth == Verdict.MET for truth, _ in judged)),
    )


def _elements(pair: Pair) -> Iterable[tuple[str, str]]:
    """(truth, said) of every labelled element; one the result does not mention was not found."""
    said = {element["id"]: element["verdict"] for element in pair.result.get("elements") or ()}
    for name, truth in (pair.truth.get("elements") or {}).items():
        yield truth, said.get(name, "absent")
