"""The right answers that the robustness suites break: met cases of tests/cases, met items of audited labelled agencies."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from checks import combine
from checks.context import AgencyEvidence
from evidence.records import Fetch
from evidence.text.document import DocumentText
from evidence.text.matching import DocumentIndex
from oit.findings import ItemResult, Verdict
from oit.model import Agency, Answer, Item

sys.path.insert(0, str(Path(__file__).parents[1] / "cases"))
import labelled


@dataclass(frozen=True)
class Base:
    """One item of one agency that is met, and the evidence around it."""

    name: str
    evidence: AgencyEvidence
    item: Item

    @cached_property
    def result(self) -> ItemResult:
        return combine.judge_item(self.evidence.evidence_for(self.item))

    @property
    def fetches(self) -> list[Fetch]:
        return [fetch for fetch in self.evidence.fetches if self.item.code in fetch.items]

    @cached_property
    def documents(self) -> dict[str, DocumentText]:
        """What was fetched for the item, by sha256."""
        texts = self.evidence.texts
        return {fetch.sha256: texts[fetch.sha256] for fetch in self.fetches if fetch.sha256 in texts}

    def changed(
        self,
        documents: Mapping[str, DocumentText | None] | None = None,
        fetches: Sequence[Fetch] | None = None,
        agency: Agency | None = None,
        answer: Answer | None = None,
    ) -> AgencyEvidence:
        """The evidence with some documents replaced (None: gone), other fetches, another agency or another answer."""
        documents = documents or {}
        before = self.evidence
        texts = {sha: text for sha, text in before.texts.items() if documents.get(sha, text) is not None}
        texts |= {sha: text for sha, text in documents.items() if text is not None}
        kept = tuple(f for f in (before.fetches if fetches is None else fetches) if f.sha256 in texts or not f.sha256)
        answers = tuple(answer if answer and a.item == answer.item else a for a in before.submission.answers)
        submission = replace(before.submission, agency=agency or before.agency, answers=answers)
        evidence = replace(before, submission=submission, fetches=kept, texts=texts)
        indexes = {sha: index for sha, index in before.indexes.items() if sha in texts and sha not in documents}
        indexes |= {sha: DocumentIndex(text) for sha, text in documents.items() if text is not None}
        evidence.__dict__["indexes"] = indexes
        evidence.__dict__["template"] = before.template
        return evidence


def of_cases(year: int = 2565) -> Iterator[Base]:
    """The met items of the labelled cases, as far as the checks say so too."""
    for folder in labelled.folders():
        if labelled.expected_verdict(folder) != "met" or labelled.year_of(folder) != year:
            continue
        evidence = labelled.evidence_of(folder)
        base = Base(f"{folder.parent.name}/{folder.name}", evidence, evidence.framework.by_slug[folder.parent.name])
        if base.result.verdict is Verdict.MET:
            yield base


def of_agency(evidence: AgencyEvidence, truth: Mapping) -> Iterator[Base]:
    """The items of an audited agency that its truth and the checks call met."""
    for code, label in truth["items"].items():
        if label.get("verdict") == "met":
            base = Base(f"{evidence.agency.code}/{code}", evidence, evidence.framework.by_code[code])
            if base.result.verdict is Verdict.MET:
                yield base


def as_of(value: str) -> date:
    """The day of judgement."""
    return date.fromisoformat(value)
