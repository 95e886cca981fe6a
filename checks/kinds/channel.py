"""An online channel a person can use: a form, a board, a chat, an online system; not a download, not a list of answers.

Keys: `purpose` (words that say what the channel is for), `not_purpose` (words of another channel), `systems` (words
and addresses of online systems that count), `login_ok` (the login of a system counts), `weak` (words of things that
look like a channel and are none), `doubtful` (words of things that may be one), `chat_anywhere` (a chat box of the whole
site counts).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from checks.context import ItemEvidence, Source
from checks.identity import fit
from checks.kinds.reachable import host_of, same_site
from checks.quotes import of_block, of_span
from checks.search import Hit, hits, met, not_met, unread_reason, unsure
from evidence.text.document import Form, Frame, Link
from evidence.text.matching import contains
from oit.findings import Finding, Quote, Reason
from oit.model import Element

_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|jpe?g|png)(?:$|\?)", re.IGNORECASE)
_OTHER_BODY = re.compile(r"กรม[ก-๙]{3}|กระทรวง|การไฟฟ้า|การประปา|สำนักงาน[ก-๙]{4}|สรรพากร|ประกันสังคม")
_WRITING = ("textarea",)
_CHAT_REACH = 400
"""Letters from a chat's name to the box one writes in."""
_ANSWERS = ("text", "email", "tel", "textarea", "file", "select")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel found in a source: `form`, `online_form` (a form service), `chat`, `board` or `system`."""

    kind: str
    source: Source
    quote: Quote | None
    words: str
    url: str = ""


def find(element: Element, evidence: ItemEvidence) -> Finding:
    """`met` with a channel whose own words, or whose page, name the purpose."""
    purpose = tuple(element.params.get("purpose", ()))
    against = tuple(element.params.get("not_purpose", ()))
    anywhere = bool(element.params.get("chat_anywhere"))
    channels = [
        channel
        for source in evidence.sources
        for channel in channels_of(source, evidence, element, chat_anywhere=anywhere)
    ]
    fitting = [c for c in channels if _fits(c, purpose, against)] or [
        c
        for c in channels
        if c.kind == "form" and fit(c.source, evidence).own >= 0.85 and not contains(c.words, against)
    ]
    if fitting:
        best = fitting[0]
        spoken = hits(evidence.with_sources([best.source]), purpose)
        quotes = [q for q in (spoken[0].quote() if spoken else None, best.quote) if q]
        if quotes:
            return met(0.93 if best.kind in ("form", "online_form", "board") else 0.88, quotes)
    if channels and not purpose:
        return met(0.85, [c.quote for c in channels if c.quote])
    trouble = unread_reason(evidence.sources)
    if trouble:
        return unsure(trouble)
    return _without(element, evidence, channels)


def _without(element: Element, evidence: ItemEvidence, channels: list[Channel]) -> Finding:
    weak = hits(evidence, tuple(element.params.get("weak", ())))
    doubtful = hits(evidence, tuple(element.params.get("doubtful", ())))
    quotes = [hit.quote() for hit in weak[:2]]
    if channels:
        return unsure(Reason.WEAK_MATCH, [c.quote for c in channels[:2] if c.quote], 0.5)
    if doubtful:
        return unsure(Reason.CHANNEL_NOT_ONLINE, [hit.quote() for hit in doubtful[:2]], 0.5)
    if not evidence.sources:
        return unsure(Reason.UNREADABLE)
    return not_met(Reason.CHANNEL_NOT_ONLINE, quotes, 0.87)


def _fits(channel: Channel, purpose: tuple[str, ...], against: tuple[str, ...]) -> bool:
    if not purpose:
        return True
    own = channel.words
    if contains(own, purpose):
        return True
    if against and contains(own, against):
        return False
    return bool(contains(f"{_titles(channel.source)} {channel.source.text[:4000]}", purpose))


def _titles(source: Source) -> str:
    fetch = source.fetch
    return f"{source.document.title} {fetch.link_text} {source.document.metadata.get('breadcrumb', '')}"


def channels_of(
    source: Source, evidence: ItemEvidence, element: Element | None = None, *, chat_anywhere: bool = False
) -> list[Channel]:
    """Every online channel a source holds, forms first. `chat_anywhere`: a chat box of the whole site counts."""
    services = evidence.terms("form_services")
    systems = tuple(element.params.get("systems", ())) if element else ()
    purpose = tuple(element.params.get("purpose", ())) if element else ()
    enter = evidence.terms("enter_words") if systems else ()
    here = source.url.split("#")[0]
    links = [link for link in source.document.links if _in_scope(source, link)]
    found = [
        *(
            _of_form(source, form)
            for form in source.document.forms
            if is_usable(form, evidence) and _form_in_scope(source, form)
        ),
        *(_of_link(source, link, "online_form") for link in links if _is_service(link.url, services)),
        *(_of_frame(source, frame) for frame in source.document.frames if _is_service(frame.url, services)),
        *_markers(source),
        *_service_door(source, element, evidence),
        *_chat_window(source, evidence.terms("chat_words")),
        *(_chat_of_site(source, evidence) if chat_anywhere else ()),
        *(_of_link(source, link, "system") for link in links if _is_system(link, systems, enter, purpose, here)),
    ]
    if _is_service(source.url, services) and source.text:
        found.insert(0, Channel("online_form", source, _first(source), source.text[:600], source.url))
    return [channel for channel in found if channel is not None]


def _in_scope(source: Source, link: Link) -> bool:
    if link.start < 0 or not source.document.pages:
        return link.area == "main"
    return source.scope.holds(source.document.pages[0].number, source.index.pages[0].block_at(link.start))


def is_usable(form: Form, evidence: ItemEvidence) -> bool:
    """Whether people can write to the agency with it: not a search box, a login, a poll or a newsletter."""
    kinds = [field.type for field in form.fields]
    if "password" in kinds or any(kind == "search" for kind in kinds):
        return False
    words = f"{form.heading} {form.text} {' '.join(form.buttons)} {form.action}"
    if contains(words, evidence.terms("search_box_words")) and "textarea" not in kinds:
        return False
    if any(kind in _WRITING for kind in kinds):
        return True
    return sum(kind in _ANSWERS for kind in kinds) >= 3 or "file" in kinds


def _is_service(url: str, services: tuple[str, ...]) -> bool:
    return any(service in url for service in services)


def _is_system(
    link: Link, systems: tuple[str, ...], enter: tuple[str, ...], purpose: tuple[str, ...], here: str
) -> bool:
    """A link in the content that enters an online system: by its own words, or "enter" in a row that names a service."""
    if (
        link.area != "main"
        or not link.url.startswith("http")
        or _FILE.search(link.url)
        or link.url.split("#")[0] == here
    ):
        return False
    if _OTHER_BODY.search(link.text) and not same_site(host_of(link.url), host_of(here)):
        return False
    if contains(link.text, systems):
        return True
    return bool(contains(link.text, enter)) and bool(contains(link.context, purpose))


def _of_form(source: Source, form: Form) -> Channel:
    page = source.document.pages[0]
    quote = None
    if form.start >= 0 and form.start < len(page.text):
        end = page.text.find("\n", form.start + 1)
        quote = of_span(source, page, form.start, end if end > form.start else min(len(page.text), form.start + 60))
    labels = " ".join(field.label + " " + " ".join(field.options) for field in form.fields)
    return Channel(
        "form",
        source,
        quote or _first(source),
        f"{form.heading} {form.text} {labels} {' '.join(form.buttons)}",
        form.action,
    )


def _of_link(source: Source, link: Link, kind: str) -> Channel:
    page = source.document.pages[0] if source.document.pages else None
    quote = (
        of_span(source, page, link.start, link.start + len(link.text))
        if page and link.start >= 0 and link.text
        else _first(source)
    )
    return Channel(kind, source, quote, f"{link.text} {link.context} {link.heading}", link.url)


def _of_frame(source: Source, frame: Frame) -> Channel:
    return Channel("online_form", source, _first(source), f"{frame.title} {frame.heading} {frame.nearby}", frame.url)


def _markers(source: Source) -> list[Channel]:
    found = []
    for marker in source.document.markers:
        if marker.startswith("chat_widget"):
            found.append(Channel("chat", source, _first(source), "", source.url))
        elif marker == "webboard":
            found.append(Channel("board", source, _first(source), source.text[:400], source.url))
    return found


def _service_door(source: Source, element: Element | None, evidence: ItemEvidence) -> list[Channel]:
    """The login of an online service, where the element lets a login count (`login_ok`)."""
    if element is None or not element.params.get("login_ok") or "password_form" not in source.document.markers:
        return []
    doors = [form for form in source.document.forms if any(field.type == "password" for field in form.fields)]
    staff = evidence.terms("staff_only")
    inside = [
        form for form in doors if _form_in_scope(source, form) and not contains(f"{form.heading} {form.text}", staff)
    ]
    return [Channel("system", source, _first(source), source.text[:600], source.url)] if inside else []


def _form_in_scope(source: Source, form: Form) -> bool:
    if form.start < 0 or not source.document.pages:
        return True
    return source.scope.holds(source.document.pages[0].number, source.index.pages[0].block_at(form.start))


def _chat_window(source: Source, words: tuple[str, ...]) -> list[Channel]:
    """A chat drawn in the page itself: its name in a heading, and a field or button to write with."""
    kinds = {block.kind for _, _, block in source.blocks()}
    named = [
        (page, number)
        for page, number, block in source.blocks()
        if block.kind in ("title", "heading") and contains(page.text[block.start : block.end], words)
    ]
    if named and kinds & {"button", "label"}:
        return [Channel("chat", source, of_block(source, *named[0]), source.text[:300], source.url)]
    return []


def _takes_words(form: Form, evidence: ItemEvidence) -> bool:
    """Whether one can write a line with it: a chat has a single field and a button."""
    kinds = [field.type for field in form.fields]
    search = contains(f"{form.heading} {form.text} {form.action}", evidence.terms("search_box_words"))
    return bool({"text", "textarea"} & set(kinds)) and not {"password", "search"} & set(kinds) and not search


def _chat_of_site(source: Source, evidence: ItemEvidence) -> list[Channel]:
    """A chat box that stands on every page, and so is no part of this one's own text: its name right above its form."""
    if not source.is_page:
        return []
    page = source.document.pages[0]
    starts = [form.start for form in source.document.forms if form.start >= 0 and _takes_words(form, evidence)]
    for number, block in enumerate(page.blocks):
        near = any(-20 <= start - block.start <= _CHAT_REACH for start in starts)
        if near and contains(page.text[block.start : block.end], evidence.terms("live_chat_words")):
            words = page.text[block.start : block.start + _CHAT_REACH]
            return [Channel("chat", source, of_block(source, page, number), words, source.url)]
    return []


def _first(source: Source) -> Quote | None:
    headings = [(p, n) for p, n, b in source.blocks() if b.kind in ("title", "heading") and b.end - b.start >= 3]
    first = headings[:1] or [(p, n) for p, n, b in source.blocks() if b.end - b.start >= 4][:1]
    return of_block(source, *first[0]) if first else None


def strongest(evidence: ItemEvidence, terms: tuple[str, ...]) -> Hit | None:
    """The strongest place of any of the terms, or None."""
    best = hits(evidence, terms)
    return best[0] if best else None
