"""How sure a verdict is, as a probability, and the line below which it is left to a person.

The strength of a verdict (that of its weakest part, or of its strongest fault) is no probability. What it has meant on
labelled agencies is learnt by `scripts/calibrate.py` and kept in `calibration.toml`, with the costs that draw the line.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from oit.findings import ItemResult, Reason, Verdict

FILE = Path(__file__).with_name("calibration.toml")
BELOW_LINE = "below_line"


@dataclass(frozen=True, slots=True)
class Curve:
    """Probability that a verdict is right, by strength: points in order, straight lines between them."""

    strength: tuple[float, ...]
    probability: tuple[float, ...]

    def at(self, strength: float) -> float:
        """The probability for this strength; beyond the ends that of the end."""
        after = bisect_right(self.strength, strength)
        if after == 0:
            return self.probability[0]
        if after == len(self.strength):
            return self.probability[-1]
        low, high = self.strength[after - 1], self.strength[after]
        part = (strength - low) / (high - low)
        return self.probability[after - 1] + part * (self.probability[after] - self.probability[after - 1])


@dataclass(frozen=True, slots=True)
class Calibration:
    """The learnt curves by verdict (and one for verdicts left to a person) and the least probability of each verdict."""

    curves: dict[str, Curve]
    lines: dict[str, float]

    @classmethod
    def of(cls, data: dict[str, Any]) -> Calibration:
        """From the tables of calibration.toml. Raises ValueError where a curve is not in order or falls."""
        curves = {name: Curve(tuple(c["strength"]), tuple(c["probability"])) for name, c in data["curve"].items()}
        for name, curve in curves.items():
            rising = all(list(side) == sorted(side) for side in (curve.strength, curve.probability))
            if not rising or not curve.strength or len(curve.strength) != len(curve.probability):
                raise ValueError(f"{FILE.name}: curve.{name} must rise, with as many probabilities as strengths")
        return cls(curves, dict(data["line"]))


@cache
def learnt() -> Calibration:
    """What calibration.toml says."""
    return Calibration.of(tomllib.loads(FILE.read_text(encoding="utf-8")))


def probability(verdict: str, strength: float) -> float:
    """How probable it is that a verdict of this strength is right, 0 to 1."""
    return learnt().curves[str(verdict)].at(strength)


def holds(verdict: str, strength: float) -> bool:
    """Whether a verdict of this strength may stand: below its line a wrong one would cost more than a person's look."""
    return probability(verdict, strength) >= learnt().lines.get(str(verdict), 0.0)


def weigh(result: ItemResult) -> ItemResult:
    """The result with `confidence` as a probability; one below its line becomes `unsure` with `weak_match`.

    `strength` keeps what the checks said, `before_line` the verdict they gave.
    """
    strength = result.confidence
    if holds(result.verdict, strength):
        sure = probability(result.verdict, strength)
        return replace(result, confidence=round(sure, 3), strength=strength, before_line=result.verdict)
    reasons = tuple(dict.fromkeys((Reason.WEAK_MATCH.value, *result.reasons)))
    sure = learnt().curves[BELOW_LINE].at(strength)
    return replace(
        result,
        verdict=Verdict.UNSURE,
        reasons=reasons,
        confidence=round(sure, 3),
        strength=strength,
        before_line=result.verdict,
    )
