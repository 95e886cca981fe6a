"""Something that was done: one document tells of the matter and of doing it, not only of a plan or an invitation.

Keys: `about` (words of the matter), `did` (words of doing), `who` (words of those who took part), `not_inside`,
`only_plan` (title words of plans and invitations), `doubtful` (title words of what may be
either), `reject` (words that show somebody else's event), `unless` (words that undo `reject`), `min_letters`.
"""

from __future__ import annotations

from checks.context import ItemEvidence, Source
from checks.identity import fit, names
from checks.search import Hit, absent, has_letters, hits, met, not_met, own_letters, unsure
from evidence.text.dates import Role
from evidence.text.dates import find as find_dates
from evidence.text.matching import contains, skeleton
from oit.findings import Finding, Reason
from oit.model import Element

_TELLS_ENOUGH = 220
"""Letters from which on a document that lacks a group of words is not about the matter, rather than too short to say."""


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` with a document that holds every asked group of words; a plan or a rival's document is not an activity."""
    params = element.params
    groups = [tuple(params[key]) for key in ("about", "did", "who") if params.get(key)]
    weak: list[Hit] = []
    rejected: list[Hit] = []
    planned: list[Hit] = []
    for source in evidence.sources:
        one = evidence.with_sources([source])
        best = [hits(one, group, tuple(params.get("not_inside", ())))[:1] for group in groups]
        flat = [hit for group in best for hit in group]
        if not all(best):
            weak += flat if not has_letters(source.text, _TELLS_ENOUGH) else []
            continue
        least = params.get("min_letters", 60)
        if not has_letters(source.text, least) or (source.is_page and own_letters(source, one) < min(least, 40)):
            weak += flat
            continue
        against = hits(one, tuple(params.get("reject", ()))) if params.get("reject") else []
        if against and not contains(source.text, tuple(params.get("unless", ()))):
            rejected += against
            continue
        if _is_plan(source, tuple(params.get("doubtful", ()))) or _is_to_come(source, one):
            weak += [*flat, *flat]
            continue
        if (
            _is_plan(source, tuple(params.get("only_plan", ())))
            and not _named_as_done(source, one, tuple(params.get("only_plan", ())))
        ) or _is_other_document(source, one):
            planned += flat
            continue
        return met(0.75 + 0.2 * min(hit.weight for hit in flat), [hit.quote() for hit in flat[:3]])
    if rejected:
        return not_met(Reason.ELEMENT_MISSING, [hit.quote() for hit in rejected[:2]], 0.82)
    if planned:
        return not_met(Reason.WRONG_DOCUMENT, [hit.quote() for hit in planned[:2]], 0.82)
    if weak and len(weak) >= len(groups):
        return unsure(Reason.WEAK_MATCH, [hit.quote() for hit in weak[:2]])
    return absent(evidence, [term for group in groups for term in group])


def _is_to_come(source: Source, one: ItemEvidence) -> bool:
    """Whether a source invites to a day after the day of judgement, and has no word of a thing that took place."""
    if not contains(source.text, one.terms("invitation_words")) or contains(source.text, one.terms("happened_words")):
        return False
    days = [m.day for m in find_dates(source.text[:8000]) if m.day and m.role in (Role.PLAIN, Role.PERIOD)]
    return bool(days) and max(days) > one.as_of


def _is_other_document(source: Source, one: ItemEvidence) -> bool:
    """Whether the source's own title names a plan, report or manual of another item; another activity may serve both."""
    suits = fit(source, one)
    rival = one.framework.by_code.get(suits.rival)
    return rival is not None and suits.rival_score >= 0.85 and suits.own < 0.6 and rival.evidence_type == "document"


def _named_as_done(source: Source, one: ItemEvidence, only_plan: tuple[str, ...]) -> bool:
    """Whether its own title is the item's, with the plan's name only inside it ("actions under the policy")."""
    suits = fit(source, one)
    title = suits.name.text if suits.name else ""
    return suits.own >= 0.8 and not any(skeleton(title).startswith(skeleton(word)) for word in only_plan)


def _is_plan(source: Source, only_plan: tuple[str, ...]) -> bool:
    own = [name.text for name in names(source) if name.own and name.weight >= 0.93][:5]
    return bool(only_plan) and any(contains(text, only_plan) for text in own)
