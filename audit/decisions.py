"""What reviewers decided, laid beside what the machine found: it never changes a finding, except to leave an item out.

Source: contract §2 (an item is `excluded` only by a review; decisions stand beside the machine's verdicts).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from oit.findings import ItemResult, Verdict
from oit.model import Framework
from oit.score import score


def latest(reviews: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The decision that holds for each item code: the last one made."""
    return {review["item"]: review for review in reviews}


def without_excluded(items: Sequence[ItemResult], reviews: Sequence[Mapping[str, Any]]) -> list[ItemResult]:
    """The items, those that a reviewer left out with the verdict `excluded`; their findings stay to be seen."""
    out = {code for code, review in latest(reviews).items() if review["decision"] == Verdict.EXCLUDED}
    return [replace(item, verdict=Verdict.EXCLUDED) if item.item in out else item for item in items]


def reviewed(
    framework: Framework, items: Sequence[ItemResult], reviews: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """The score with the reviewers' decisions in place of the machine's verdicts, None where nothing was decided.

    `{"decided": how many items, "against": how many of them otherwise than the machine, "low", "high", "indicators",
    "sub_indicators"}`.
    """
    decided = {code: review["decision"] for code, review in latest(reviews).items() if code in framework.by_code}
    if not decided:
        return None
    said = {item.item: item.verdict for item in items}
    against = sum(said.get(code) not in (decision, Verdict.UNSURE) for code, decision in decided.items())
    return {"decided": len(decided), "against": against, **score(framework, {**said, **decided}).to_json()}
