"""Answers and fetches of one year's form as they would stand under another year's: carried over by slug, renumbered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from evidence.records import Fetch
from oit.lineage import counterparts
from oit.model import Answer, Framework, Submission


@dataclass(frozen=True)
class CarriedOver:
    """`submission` and `fetches` under the codes of the other form.

    `not_asked`: codes of items that the answered form did not have. `answered_as`: by code, the codes under which the
    item's matter was answered.
    """

    submission: Submission
    fetches: tuple[Fetch, ...]
    not_asked: frozenset[str]
    answered_as: dict[str, tuple[str, ...]]


def carry_over(
    submission: Submission, fetches: Iterable[Fetch], answered: Framework, judged_by: Framework
) -> CarriedOver:
    """The submission to the form `answered` as if it were one to the form `judged_by`.

    An item made of several older ones takes the answers and the documents of all of them; what has no counterpart in
    `judged_by` falls away.
    """
    answered_as = {item.code: tuple(one.code for one in counterparts(item, answered)) for item in judged_by.items}
    merged = (_merged(code, [submission.by_item.get(old) for old in olds]) for code, olds in answered_as.items())
    answers = tuple(answer for answer in merged if answer is not None)
    becomes: dict[str, tuple[str, ...]] = {}
    for code, olds in answered_as.items():
        for old in olds:
            becomes[old] = (*becomes.get(old, ()), code)
    return CarriedOver(
        replace(submission, framework=judged_by.year_be, answers=answers),
        tuple(_renumbered(fetch, becomes) for fetch in fetches),
        frozenset(code for code, olds in answered_as.items() if not olds),
        {code: olds for code, olds in answered_as.items() if olds},
    )


def _merged(code: str, given: list[Answer | None]) -> Answer | None:
    """One answer made of those to the older items; disclosed where any of them is."""
    answers = [answer for answer in given if answer is not None]
    if not answers:
        return None
    shown = [answer for answer in answers if answer.disclosed] or answers
    return Answer(
        code,
        any(answer.disclosed for answer in answers),
        tuple(dict.fromkeys(url for answer in shown for url in answer.urls)),
        "\n".join(dict.fromkeys(answer.explanation for answer in shown if answer.explanation)),
        "\n".join(dict.fromkeys(answer.exclusion_reason for answer in shown if answer.exclusion_reason)),
    )


def _renumbered(fetch: Fetch, becomes: dict[str, tuple[str, ...]]) -> Fetch:
    return replace(fetch, items=tuple(dict.fromkeys(new for old in fetch.items for new in becomes.get(old, ()))))
