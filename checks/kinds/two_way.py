"""The agency can answer: a board with replies, a chat, or a message box that promises a reply.

A bare e-mail form is doubtful; frequently asked questions alone are one-way (facts 2565, questions_and_answers, notes).
Keys: `reply` (words of answering), `reply_line` (pattern of a line that answers), `faq` (words of one-way lists),
`chat_anywhere` (see `channel`).
"""

from __future__ import annotations

import re

from checks.context import ItemEvidence
from checks.kinds.channel import channels_of
from checks.quotes import of_span
from checks.search import absent, hits, met, not_met, unread_reason, unsure
from oit.findings import Finding, Quote, Reason
from oit.model import Element


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` for boards, chats and boxes with a promised or shown reply; `not_two_way` for lists and addresses only."""
    anywhere = bool(element.params.get("chat_anywhere"))
    channels = [
        channel
        for source in evidence.sources
        for channel in channels_of(source, evidence, element, chat_anywhere=anywhere)
    ]
    replies = hits(evidence, tuple(element.params.get("reply", ())), tuple(element.params.get("faq", ())))
    answered = _answers(evidence, element.params.get("reply_line", ""))
    boards = [c for c in channels if c.kind in ("board", "chat")]
    if answered and channels:
        return met(0.92, answered)
    talking = boards or [c for c in channels if c.kind in ("form", "system") and replies]
    if talking:
        quotes = [*(hit.quote() for hit in replies[:2]), *(c.quote for c in talking[:1] if c.quote)]
        return met(0.93 if replies else 0.85, quotes)
    trouble = unread_reason(evidence.sources)
    if trouble:
        return unsure(trouble)
    if channels:
        if replies:
            return met(0.8, [replies[0].quote()])
        return unsure(Reason.NOT_TWO_WAY, [c.quote for c in channels[:1] if c.quote], 0.5)
    if not evidence.sources:
        return absent(evidence)
    one_way = hits(evidence, tuple(element.params.get("faq", ())))
    return not_met(Reason.NOT_TWO_WAY, [hit.quote() for hit in one_way[:2]], 0.88)


def _answers(evidence: ItemEvidence, pattern: str) -> list[Quote]:
    """Lines of the sources that answer a question, at least one, as quotes."""
    found = []
    for source in evidence.sources:
        for page, _number, block in source.blocks():
            hit = re.search(pattern, page.text[block.start : block.end]) if pattern else None
            if hit:
                found.append(
                    of_span(source, page, block.start + hit.start(), block.start + hit.end(), block.start, block.end)
                )
    return found[:2]
