"""Learn checks/calibration.toml anew: what the strength of a verdict has meant on labelled agencies, and the line to `unsure`.

Three sets of labelled verdicts: the developed agencies as they are judged now (`--results DIR`, else they are audited),
the labelled cases, and agencies as they were judged when first seen, before any rule was mended for them
(tests/agencies/first_sight.csv). Mended agencies alone would say 0.998 of everything, which nobody should expect of an
agency not seen before; first sight alone would leave out all that was mended since. The two states weigh the same.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "cases"), str(ROOT / "scripts")]

from audit import evaluate  # noqa: E402
from checks.calibration import BELOW_LINE, FILE  # noqa: E402

FIRST_SIGHT = ROOT / "tests" / "agencies" / "first_sight.csv"
COSTS = {"false_pass": 5.0, "false_fail": 3.0, "unsure": 1.0}
"""What a wrong verdict costs against one look of a reviewer: nobody objects to a false pass; a false fail is seen by the
agency, which answers in the round of clarifications."""
LINES = {"met": "false_pass", "not_met": "false_fail"}
VERDICTS = ("met", "not_met", "unsure")
SHRINK = 4.0
"""So many labelled verdicts' worth of a verdict's overall share is mixed into every step of its curve."""
HIGHEST = 0.995
LEAST_BAR = 0.05


@dataclass(frozen=True)
class Records:
    """Labelled verdicts: of which set and group, what was said, how strongly, what is true, and their weight."""

    state: np.ndarray
    group: np.ndarray
    said: np.ndarray
    strength: np.ndarray
    truth: np.ndarray
    weight: np.ndarray

    @property
    def right(self) -> np.ndarray:
        return (self.said == self.truth).astype(float)

    def of(self, mask: np.ndarray) -> Records:
        return Records(*(getattr(self, name)[mask] for name in self.__dataclass_fields__))


Curve = tuple[np.ndarray, np.ndarray]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, help="Results of the developed agencies (scripts/accuracy.py --keep).")
    parser.add_argument("--dry-run", action="store_true", help="Print, and leave calibration.toml as it is.")
    options = parser.parse_args(arguments)
    records = gather(options.results)
    for name, fit in (("isotonic", isotonic), ("Platt", platt)):
        show(name, records, across_groups(records, fit))
    curves = isotonic(records)
    lines = {verdict: 1 - COSTS["unsure"] / COSTS[wrong] for verdict, wrong in LINES.items()}
    for verdict, wrong in LINES.items():
        show_costs(records, curves, verdict, COSTS[wrong])
    curves[BELOW_LINE] = below_line(records, curves, lines)
    error = with_lines(records, curves, lines)
    print(f"expected calibration error with the lines drawn: {error:.3f} (bar {LEAST_BAR})")
    if not options.dry_run:
        FILE.write_text(render(records, curves, lines), encoding="utf-8")
        print(f"wrote {FILE.relative_to(ROOT)}")
    return 0 if error <= LEAST_BAR else 1


# Labelled verdicts


def gather(results: Path | None) -> Records:
    """All labelled verdicts, the first-sight set weighing as much as all the others together."""
    seen = [("first sight", row["agency"], row["said"], float(row["strength"]), row["truth"]) for row in _first_sight()]
    now = [*_developed(results), *_cases()]
    weights = [len(now) / len(seen)] * len(seen) + [1.0] * len(now)
    columns = zip(*[*seen, *now], strict=True)
    return Records(*(np.array(column) for column in columns), np.array(weights))


def _first_sight() -> list[dict[str, str]]:
    with FIRST_SIGHT.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _developed(results: Path | None) -> list[tuple[str, str, str, float, str]]:
    from accuracy import PARTS, audit_part

    if results is None:
        with tempfile.TemporaryDirectory() as folder:
            audit_part("developed", Path(folder))
            return _developed(Path(folder))
    found = []
    for site in PARTS["developed"]():
        truth = evaluate.read_truth(site / "truth.json")
        path = results / truth["agency"] / "result.json"
        for pair in evaluate.pair_up(truth, json.loads(path.read_text(encoding="utf-8")), str(path)):
            said = pair.result["before_line"]
            found.append(("now", pair.agency, said, float(pair.result["strength"]), str(pair.expected)))
    return found


def _cases() -> list[tuple[str, str, str, float, str]]:
    import labelled

    found = []
    for folder in labelled.folders():
        result = labelled.judged(folder)
        truth = labelled.expected_verdict(folder)
        group = f"case {folder.parent.name}"
        found.append(("cases", group, str(result.before_line or result.verdict), result.strength, truth))
    return found


# Fitting


def isotonic(records: Records) -> dict[str, Curve]:
    """For each verdict the rising steps that fit best (pool adjacent violators), drawn towards its overall share."""
    curves = {}
    for verdict in VERDICTS:
        mine = records.of(records.said == verdict)
        overall = float(np.average(mine.right, weights=mine.weight))
        points: list[tuple[float, float]] = []
        for mass, total, low, high in _pooled(mine.strength, mine.right, mine.weight):
            share = min(HIGHEST, (mass + SHRINK * overall) / (total + SHRINK))
            points += [(low, share)] if low == high else [(low, share), (high, share)]
        strength, share = (np.array(side) for side in zip(*points, strict=True))
        curves[verdict] = (strength, np.maximum.accumulate(share))
    return curves


def _pooled(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> list[list[float]]:
    """Blocks [weighted hits, weight, least x, greatest x] whose shares rise."""
    blocks: list[list[float]] = []
    for value in np.unique(x):
        at = x == value
        blocks.append([float((y[at] * weight[at]).sum()), float(weight[at].sum()), float(value), float(value)])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [blocks[-1][0] + last[0], blocks[-1][1] + last[1], blocks[-1][2], last[3]]
    return blocks


def platt(records: Records) -> dict[str, Curve]:
    """For each verdict a logistic curve over the logit of the strength, by Newton's steps with a ridge."""
    grid = np.linspace(0.4, 0.99, 60)
    curves = {}
    for verdict in VERDICTS:
        mine = records.of(records.said == verdict)
        design = np.stack([np.ones(len(mine.strength)), _logit(mine.strength)], axis=1)
        start = np.array([1.0, 1.0])
        ridge = np.diag([0.05, 1.0])
        found = start.copy()
        for _ in range(50):
            shown = 1 / (1 + np.exp(-design @ found))
            slope = design.T @ (mine.weight * (mine.right - shown)) - ridge @ (found - start)
            curvature = (design * (mine.weight * shown * (1 - shown))[:, None]).T @ design + ridge
            found = found + np.linalg.solve(curvature, slope)
        values = 1 / (1 + np.exp(-(found[0] + max(found[1], 0.0) * _logit(grid))))
        curves[verdict] = (grid, np.minimum(values, HIGHEST))
    return curves


def _logit(share: np.ndarray) -> np.ndarray:
    return np.log(share / (1 - share))


def predict(curves: Mapping[str, Curve], said: np.ndarray, strength: np.ndarray) -> np.ndarray:
    return np.array([np.interp(s, *curves[v]) for v, s in zip(said, strength, strict=True)])


def across_groups(records: Records, fit: Callable[[Records], dict[str, Curve]]) -> np.ndarray:
    """Each agency's (or case item's) probabilities by curves learnt without it."""
    found = np.zeros(len(records.said))
    for group in np.unique(records.group):
        mine = records.group == group
        found[mine] = predict(fit(records.of(~mine)), records.said[mine], records.strength[mine])
    return found


def below_line(records: Records, curves: Mapping[str, Curve], lines: Mapping[str, float]) -> Curve:
    """The probability that a careful reviewer, too, would be unsure of what lies below a line."""
    below = _below(records, curves, lines)
    mine = records.of(below)
    overall = float((mine.weight * (mine.truth == "unsure")).sum() + 1) / float(mine.weight.sum() + SHRINK)
    return np.array([0.0]), np.array([overall])


def _below(records: Records, curves: Mapping[str, Curve], lines: Mapping[str, float]) -> np.ndarray:
    shown = predict(curves, records.said, records.strength)
    return shown < np.array([lines.get(verdict, 0.0) for verdict in records.said])


# What is told


def show(name: str, records: Records, shown: np.ndarray) -> None:
    """How well probabilities learnt without an agency fit it."""
    right, weight = records.right, records.weight
    brier = float(np.average((shown - right) ** 2, weights=weight))
    print(f"{name}, each agency judged by what was learnt without it: Brier score {brier:.4f}")
    for state in ("first sight", "now", "cases"):
        mine = records.state == state
        print(
            f"  {state:<12} {mine.sum():4} verdicts, right {right[mine].mean():.3f}, said {shown[mine].mean():.3f}, "
            f"ECE {_error(shown[mine], right[mine]):.3f}"
        )
    print(f"  all          {len(right):4} verdicts, ECE {_error(shown, right):.3f}")


def _error(shown: Iterable[float], right: Iterable[float]) -> float:
    pairs = [(float(p), bool(y)) for p, y in zip(shown, right, strict=True)]
    return evaluate.calibration_error(pairs) or 0.0


def show_costs(records: Records, curves: Mapping[str, Curve], verdict: str, wrong: float) -> None:
    """What each line would cost on the labelled verdicts, in looks of a reviewer for a hundred verdicts."""
    mine = records.of(records.said == verdict)
    shown = predict(curves, mine.said, mine.strength)
    print(f"line of {verdict}: a wrong one costs {wrong:g}, an unsure one {COSTS['unsure']:g}")
    for line in [0.0, *sorted({float(p) for p in shown}), 1.0]:
        left = shown < line
        cost = (mine.weight * np.where(left, COSTS["unsure"], wrong * (1 - mine.right))).sum() / mine.weight.sum()
        kept = ~left
        missed = float((mine.weight * kept * (1 - mine.right)).sum() / mine.weight.sum())
        print(f"  below {line:.3f}: left to a person {100 * np.average(left, weights=mine.weight):5.1f}%, "
              f"wrong {100 * missed:4.1f}%, cost {100 * cost:6.1f}")  # fmt: skip


def with_lines(records: Records, curves: Mapping[str, Curve], lines: Mapping[str, float]) -> float:
    """ECE over the developed agencies as results state it, verdicts below a line taken as unsure."""
    mine = records.of(records.state == "now")
    below = _below(mine, curves, lines)
    shown = np.where(below, curves[BELOW_LINE][1][0], predict(curves, mine.said, mine.strength))
    right = np.where(below, mine.truth == "unsure", mine.right)
    return _error(shown, right)


def render(records: Records, curves: Mapping[str, Curve], lines: Mapping[str, float]) -> str:
    """The file checks/calibration.toml."""
    counts = ", ".join(f"{(records.state == state).sum()} {name}" for state, name in (
        ("first sight", "verdicts at first sight"), ("now", "of the developed agencies"), ("cases", "of labelled cases"),
    ))  # fmt: skip
    parts = [
        "# Written by scripts/calibrate.py; do not edit: run it again.",
        f"# Learnt on {counts}; first sight weighs as much as the rest.",
        "# Calibrated on constructed agencies, not on NACC decisions.",
        "",
        "[cost]",
        *(f"{name} = {value:g}" for name, value in COSTS.items()),
        "",
        "# A verdict less probable than this is left to a person: 1 - cost of unsure / cost of the wrong verdict.",
        "[line]",
        *(f"{verdict} = {line:.4f}" for verdict, line in lines.items()),
    ]
    for name, (strength, share) in curves.items():
        parts += ["", f"[curve.{name}]", f"strength = [{_numbers(strength)}]", f"probability = [{_numbers(share)}]"]
    return "\n".join(parts) + "\n"


def _numbers(values: Iterable[float]) -> str:
    return ", ".join(f"{float(value):.4g}" for value in values)


if __name__ == "__main__":
    sys.exit(main())
