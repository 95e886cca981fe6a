"""It must not be so: a whole law put up in place of an explanation in the agency's own words (form of FY2567, o3).

Keys: `any` (words of an explanation), `preamble` (words with which a law opens or ends), `articles` (so many different
sections, each at the head of a line, make a whole law).
"""

from __future__ import annotations

import re

from checks.context import ItemEvidence, Source
from checks.quotes import of_span
from checks.search import absent, has_letters, hits, met, not_met
from evidence.text.matching import THAI_DIGITS
from oit.findings import Finding, Quote, Reason
from oit.model import Element

_ARTICLE = re.compile(r"(?m)^[ \t]*มาตรา[ \t]*([0-9๐-๙]{1,3})")
_LEAST_WORDS = 150


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` where some document explains and is no whole law; `wrong_document` where nothing but a law is shown."""
    terms = tuple(element.params.get("any", ()))
    laws: list[Quote] = []
    for source in evidence.sources:
        law = _whole_law(source, element)
        if law is not None:
            laws.append(law)
            continue
        words = hits(evidence.with_sources([source]), terms)
        if words and has_letters(source.text, _LEAST_WORDS):
            return met(0.9, [words[0].quote()])
    if laws:
        return not_met(Reason.WRONG_DOCUMENT, laws[:2], 0.86)
    return absent(evidence, terms)


def _whole_law(source: Source, element: Element) -> Quote | None:
    """The place that shows a source to be a whole law, or None."""
    spans = [(page, hit) for page in source.document.pages for hit in _ARTICLE.finditer(page.text)]
    sections = {hit.group(1).translate(THAI_DIGITS) for _, hit in spans}
    need = int(element.params.get("articles", 15))
    opening = source.find(tuple(element.params.get("preamble", ())), slips=False)
    if len(sections) < need or not (opening or len(sections) >= 2 * need):
        return None
    page, hit = spans[0]
    return of_span(source, page, hit.start(), hit.end())
