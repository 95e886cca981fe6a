"""The channel for corruption is a channel of its own, to protect whistle-blowers (ITA Manual 2022, o30).

Keys: `general` (topics that show a general complaint form), `purpose`, `other_item` (slug of the item whose channel must
be another one), `shared_lines` (contact lines beside it that others share, a centre for general complaints, LINE: these
go to a person).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from checks.context import ItemEvidence, Source
from checks.kinds.channel import Channel, channels_of
from checks.search import hits, met, not_met, unsure
from evidence.text.matching import contains
from oit.findings import Finding, Reason
from oit.model import Element


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` where the channel speaks of corruption alone, `channel_not_separate` where a general one takes it too."""
    general = tuple(element.params.get("general", ()))
    purpose = tuple(element.params.get("purpose", ()))
    channels = [channel for source in evidence.sources for channel in channels_of(source, evidence, element)]
    if not channels:
        return _no_channel(evidence, purpose)
    shared = [c for c in channels if _same_as_other(c, evidence, element)]
    mixed = [c for c in channels if contains(c.words, general)]
    clean = [c for c in channels if c not in shared and c not in mixed]
    for channel in clean:
        if contains(channel.words, purpose) or _page_is_about(channel.source, purpose):
            beside = hits(evidence, tuple(element.params.get("shared_lines", ())))
            spoken = hits(evidence.with_sources([channel.source]), purpose)
            quotes = [spoken[0].quote()] if spoken else [q for q in (channel.quote,) if q]
            if beside:
                return unsure(Reason.CHANNEL_NOT_SEPARATE, [beside[0].quote(), *quotes], 0.55)
            return met(0.9, quotes)
    if mixed:
        return not_met(Reason.CHANNEL_NOT_SEPARATE, [c.quote for c in mixed[:2] if c.quote], 0.88)
    if shared:
        return not_met(Reason.CHANNEL_NOT_SEPARATE, [c.quote for c in shared[:2] if c.quote], 0.85)
    return not_met(Reason.CHANNEL_NOT_SEPARATE, [c.quote for c in channels[:2] if c.quote], 0.75)


def _no_channel(evidence: ItemEvidence, purpose: tuple[str, ...]) -> Finding:
    spoken = hits(evidence, purpose)
    if spoken and spoken[0].weight >= 0.9:
        return met(0.6, [spoken[0].quote()])
    return unsure(Reason.CHANNEL_NOT_SEPARATE, [hit.quote() for hit in spoken[:1]])


def _page_is_about(source: Source, purpose: tuple[str, ...]) -> bool:
    titles = f"{source.document.title} {source.fetch.link_text} {source.document.metadata.get('breadcrumb', '')}"
    headings = " ".join(p.text[b.start : b.end] for p, _, b in source.blocks() if b.kind in ("title", "heading"))
    return bool(contains(f"{titles} {headings}", purpose))


def _same_as_other(channel: Channel, evidence: ItemEvidence, element: Element) -> bool:
    """Whether the same form or address also serves the item it must be separate from."""
    other = evidence.other(element.params.get("other_item", ""))
    if other is None:
        return False
    theirs = {_place(c) for source in other.sources for c in channels_of(source, other)}
    if channel.kind in ("chat", "system"):
        return False
    return _place(channel) in theirs


def _place(channel: Channel) -> str:
    """Where a channel is: a form service's address, else the page it stands on (scripts behind forms are shared)."""
    return _bare(channel.url) if channel.kind == "online_form" and channel.url else _bare(channel.source.url)


def _bare(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{parts.path.rstrip('/')}?{parts.query}" if parts.hostname else ""
