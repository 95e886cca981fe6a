"""A plan for more than one year: a range of years in its title or text. Keys: none."""

from __future__ import annotations

from checks import years
from checks.context import ItemEvidence
from checks.search import absent, met, not_met, unsure
from evidence.text.dates import Kind
from oit.findings import Finding, Reason
from oit.model import Element


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` with a range of two years or more in a strong place."""
    weak = None
    one_year = None
    for source in evidence.sources:
        for item in years.collect(source, evidence):
            if item.mention.kind is Kind.YEARS and item.weight >= 0.4 and item.quote:
                if item.weight >= 0.6:
                    return met(0.95, [item.quote])
                weak = weak or item.quote
            elif item.mention.kind in (Kind.FISCAL_YEAR, Kind.YEAR) and item.weight >= 0.95 and item.quote:
                one_year = one_year or item.quote
    if weak is not None:
        return met(0.86, [weak])
    if one_year is not None:
        return not_met(Reason.ELEMENT_MISSING, [one_year], 0.75)
    missing = absent(evidence)
    return unsure(Reason.YEAR_ABSENT) if missing.verdict.value == "not_met" else missing
