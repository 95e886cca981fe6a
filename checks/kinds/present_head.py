"""The present head signed it: the signatory is the head shown in the item of executives.

ITA Manual 2022, o34 "ดำเนินการโดยผู้บริหารสูงสุดคนปัจจุบัน"; facts 2565, no_gift_policy, exception current_head. An acting
head (who signs, or who is shown as head), a head who took office or left it within the year, or executives that could not
be read are for a person. Keys: `acting`, `people_item`.
"""

from __future__ import annotations

import re

from checks.context import ItemEvidence, Source
from checks.kinds.people import NAME, PREFIX, Person, is_head, people
from checks.quotes import of_span
from checks.search import absent, met, not_met, unsure
from evidence.text.dates import Role
from evidence.text.dates import find as find_dates
from evidence.text.matching import contains, same_words
from oit.findings import Finding, Quote, Reason
from oit.model import Element

_SAME_NAME = 0.84
_UNTIL_DATE = 60


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` where the signatory's name is the head's; `not_current_head` where it is clearly another's."""
    signed = [person for source in evidence.sources for person in signatories(source, evidence)]
    if not signed:
        return _unsigned(evidence)
    if not any(_has_head_post(person, evidence) for person in signed):
        return not_met(Reason.NOT_CURRENT_HEAD, [_post_quote(signed[-1])], 0.85, signed[-1].name)
    signer = signed[-1]
    quote = _post_quote(signer)
    heads = heads_of(evidence.other(element.params.get("people_item", "")))
    if contains(_after(signer), tuple(element.params.get("acting", ()))):
        return unsure(Reason.NOT_CURRENT_HEAD, [quote], 0.5, signer.name)
    if not heads:
        return unsure(Reason.NOT_CURRENT_HEAD, [quote], 0.5, signer.name)
    standing_in = [head for head in heads if contains(_after(head), tuple(element.params.get("acting", ())))]
    if standing_in:
        return unsure(Reason.NOT_CURRENT_HEAD, [quote, _post_quote(standing_in[0])], 0.5, signer.name)
    best = max(heads, key=lambda head: same_words(bare_name(signer.name), bare_name(head.name)))
    likeness = same_words(bare_name(signer.name), bare_name(best.name))
    if likeness >= _SAME_NAME:
        return met(0.94, [quote])
    if any(same_words(bare_name(p.name), bare_name(best.name)) >= _SAME_NAME for p in signed):
        return met(
            0.85,
            [_post_quote(next(p for p in signed if same_words(bare_name(p.name), bare_name(best.name)) >= _SAME_NAME))],
        )
    if likeness >= 0.7:
        return unsure(Reason.NOT_CURRENT_HEAD, [quote], 0.5, signer.name)
    if change := _change_of_office(evidence, evidence.other(element.params.get("people_item", ""))):
        return unsure(Reason.NOT_CURRENT_HEAD, [quote, change], 0.5, f"{signer.name} / {best.name}")
    return not_met(Reason.NOT_CURRENT_HEAD, [quote, best.quote()], 0.9, f"{signer.name} / {best.name}")


def _change_of_office(evidence: ItemEvidence, executives: ItemEvidence | None) -> Quote | None:
    """Words that somebody took office or left it on a day of the assessed year, beside the announcement or the executives."""
    for source in (*evidence.sources, *(executives.sources if executives else ())):
        for match in source.index.find(evidence.terms("change_of_office")):
            page = source.page(match.page)
            for mention in find_dates(page.text[match.end : match.end + _UNTIL_DATE]):
                if mention.day is not None and mention.day in evidence.year:
                    return of_span(source, page, match.start, match.end + mention.end)
    return None


def signatories(source: Source, evidence: ItemEvidence) -> list[Person]:
    """Persons named with a post of head (or acting for one) just after the name, as under a signature."""
    signed = []
    for person in people(source):
        after = _after(person)
        if contains(after, evidence.terms("head_posts"), evidence.terms("below_head_posts")) or contains(
            after, evidence.terms("acting_posts")
        ):
            signed.append(person)
    return signed or [p for p in people(source) if is_head(p.around, evidence)] or _under_the_date(source, evidence)


def _has_head_post(person: Person, evidence: ItemEvidence) -> bool:
    return is_head(person.around, evidence) or bool(contains(_after(person), evidence.terms("acting_posts")))


def _under_the_date(source: Source, evidence: ItemEvidence) -> list[Person]:
    """Persons with another post named after the date of signature."""
    signed = []
    for page in source.document.pages:
        dates = [m for m in find_dates(page.text) if m.role is Role.SIGNED]
        if dates:
            signed += [
                p
                for p in people(source)
                if p.page == page.number
                and p.start > dates[-1].start
                and contains(_after(p), evidence.terms("executive_posts"))
            ]
    return signed


def heads_of(executives: ItemEvidence | None) -> list[Person]:
    """The persons shown as head in the item of executives."""
    if executives is None:
        return []
    found = []
    for source in executives.sources:
        for person in people(source):
            if contains(_after(person), executives.terms("head_posts"), executives.terms("below_head_posts")):
                found.append(person)
    if found:
        return found[:3]
    return [p for source in executives.sources for p in people(source) if is_head(p.around, executives)][:2]


def bare_name(name: str) -> str:
    """A name without its prefix or rank."""
    return re.sub(rf"^(?:{PREFIX}\s*)+", "", name).strip()


def _after(person: Person) -> str:
    page = person.source.page(person.page)
    text = page.text[person.end : person.end + 110]
    following = NAME.search(text)
    return text[: following.start()] if following else text


def _post_quote(person: Person) -> Quote:
    return of_span(person.source, person.source.page(person.page), person.start, person.end)


def _unsigned(evidence: ItemEvidence) -> Finding:
    finding = absent(evidence, (), Reason.NOT_CURRENT_HEAD)
    return unsure(Reason.NOT_CURRENT_HEAD, (), 0.45) if evidence.sources else finding
