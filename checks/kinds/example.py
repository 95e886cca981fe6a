"""Something the criteria name as an example only: looked for, never required. Keys: `examples`."""

from __future__ import annotations

from checks.context import ItemEvidence
from checks.search import absent, found, hits
from oit.findings import Finding
from oit.model import Element


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """Any of the examples, for information."""
    terms = tuple(element.params.get("examples", ()))
    best = hits(evidence, terms, slips=False)
    return found(best[0], looked_for=terms) if best else absent(evidence, terms)
