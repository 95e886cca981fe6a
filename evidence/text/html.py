"""A web page as a person sees it: text in blocks, tables, links, pictures, frames, forms, and what its markup tells."""

from __future__ import annotations

import base64
import binascii
import bisect
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from bs4 import BeautifulSoup, Tag

from evidence.text import document as doc
from evidence.text.css import parse_sheet
from evidence.text.decoding import decode, mend_western
from evidence.text.html_areas import settle_areas
from evidence.text.html_attributes import clean_url, script_target, viewer_target
from evidence.text.html_names import markers
from evidence.text.html_tables import data_cell, grid, header_rows, mark_data_tables
from evidence.text.html_walk import BASE_SIZE, CellBox, Chunk, FieldBox, FormBox, LinkBox, Region, Scope, TableBox, Walk
from evidence.text.quality import score
from evidence.text.thai import repair

__all__ = ["extract_data_images", "read_html", "viewer_target"]

MAX_BYTES = 12_000_000
MAX_DATA_PICTURE = 8_000_000
MAX_IMAGES = 2_000
CONTEXT = 300
_REACHABLE = re.compile(
    r"""(?i)\b(?:(?:data-(?:bs-)?target|aria-controls|data-tab|data-id)\s*=\s*["']?#?|href\s*=\s*["']?#)([\w-]{2,60})"""
)
_SCRIPT_IDS = re.compile(r"""(?i)\bonclick\s*=\s*"[^"]{0,300}?\(\s*(?:this\s*,\s*|event\s*,\s*)?'#?([\w-]{2,60})'""")
_DATA_PICTURE = re.compile(rb"""(?i)data:(image/[\w.+-]+)((?:;[\w=.+-]+)*),([^"'()<>\s]+(?:\s+[A-Za-z0-9+/=]{20,})*)""")
_BIG_HEADING = 200
_LINE_HEADING = 120
_SHORT_LINK = 12
"""Links of so few letters ("download", "more") are told by what stands around them, other links included."""


@dataclass(slots=True)
class _Span:
    """A block in the making: a stretch of one chunk, in the chunk's own offsets, then in the page's text."""

    chunk: Chunk
    start: int
    end: int
    kind: str
    level: int
    cell: CellBox | None


@dataclass(slots=True)
class _Sight:
    """The page after the walk: chunks placed in raw and repaired text, blocks with their headings."""

    walk: Walk
    raw: str
    text: str
    offsets: tuple[int, ...]
    repairs: dict[str, int]
    blocks: tuple[doc.Block, ...]
    starts: list[int]
    ends: list[int]
    first_block: list[int]
    link_chunks: list[int]
    link_targets: list[str]


def read_html(data: bytes, url: str = "", content_type: str = "") -> doc.DocumentText:
    """Read a web page. `url`: where it came from, for relative addresses; `content_type`: a hint at the encoding.

    One page; `kind` is `html`. Hidden text, scripts and styles are left out; what a click or the pointer unfolds is in.
    Pages beyond 12 MB, 150,000 elements or 5,000 links are cut, which the marker `cut` says. Raises nothing.
    """
    source, encoding = decode(data[:MAX_BYTES], content_type)
    source = source.replace("\0", "")
    soup = BeautifulSoup(source, "lxml", multi_valued_attributes=None)
    walk = Walk(parse_sheet(_style_sheets(source)), _reachable(source))
    walk.run(soup)
    base = _base(soup, url)
    tables = _settle(walk)
    sight = _see(walk)
    title, metadata = _head(soup, sight, url)
    return doc.DocumentText(
        sha256=hashlib.sha256(data).hexdigest(),
        kind="html",
        title=title,
        encoding=encoding,
        pages=(_page(sight),),
        tables=tuple(_table(table, sight) for table in tables),
        links=tuple(_links(sight, base)),
        images=tuple(_images(sight, base)),
        frames=tuple(_frames(sight, base)),
        forms=tuple(_forms(sight, base)),
        metadata=metadata,
        markers=tuple(_markers(sight, soup, source, base, cut=len(data) > MAX_BYTES)),
    )


def extract_data_images(data: bytes) -> dict[str, bytes]:
    """The pictures written into a page as `data:` addresses, by the SHA-256 of their bytes; each 8 MB at most."""
    pictures = {}
    for found in _DATA_PICTURE.finditer(data):
        picture = _data_bytes(found.group(2), found.group(3))
        if picture:
            pictures[hashlib.sha256(picture).hexdigest()] = picture
    return pictures


def _data_bytes(parameters: bytes, payload: bytes) -> bytes:
    if len(payload) > MAX_DATA_PICTURE * 4 // 3 + 4:
        return b""
    payload = unquote_to_bytes(payload.replace(b"&#43;", b"+"))
    if b"base64" not in parameters.lower():
        return payload
    payload = re.sub(rb"[^A-Za-z0-9+/]", b"", payload)
    try:
        return base64.b64decode(payload + b"=" * (-len(payload) % 4))
    except (binascii.Error, ValueError):
        return b""


def _reachable(source: str) -> frozenset[str]:
    """The ids that a control of the page unfolds."""
    return frozenset(_REACHABLE.findall(source)) | frozenset(_SCRIPT_IDS.findall(source))


def _style_sheets(source: str) -> str:
    """The style sheets written into the page, one after the other."""
    sheets: list[str] = []
    lower, at = source.lower(), 0
    while len(sheets) < 300 and (start := lower.find("<style", at)) >= 0:
        end = lower.find("</style", start)
        if end < 0:
            break
        sheets.append(source[source.find(">", start, end) + 1 : end])
        at = end
    return "\n".join(sheets)


def _base(soup: BeautifulSoup, url: str) -> str:
    found = soup.head.find("base", href=True) if soup.head else None
    return clean_url(str(found["href"]), url) or url if isinstance(found, Tag) else url


def _settle(walk: Walk) -> list[TableBox]:
    for chunk in walk.chunks:
        chunk.text = mend_western("".join(chunk.parts).rstrip())
    tables = mark_data_tables(walk.tables, walk.chunks)
    for table in tables:
        table.grid = grid(table)
        table.header_rows = header_rows(table, walk.chunks)
    settle_areas(walk.regions, walk.tables)
    return tables


# -- text and blocks ---------------------------------------------------------------------------------------------------


def _see(walk: Walk) -> _Sight:
    """Put the chunks one after the other, repair the whole, and cut it into blocks."""
    position = 0
    for chunk in walk.chunks:
        chunk.start = position
        position += len(chunk.text) + 1
    raw = "\n".join(chunk.text for chunk in walk.chunks)
    text, offsets, repairs = _repaired(raw)
    places = _Places(offsets, identical=text == raw)
    starts = [places.of(chunk.start) for chunk in walk.chunks]
    ends = [places.end(chunk.start, chunk.start + len(chunk.text)) for chunk in walk.chunks]
    spans = _spans(walk)
    first_block, blocks = _blocks(spans, places)
    links = sorted((link.chunk if link.chunk >= 0 else link.at, link.url) for link in walk.links)
    return _Sight(
        walk,
        raw,
        text,
        offsets,
        repairs,
        blocks,
        starts,
        ends,
        first_block,
        [at for at, _ in links],
        [url for _, url in links],
    )


class _Places:
    """From offsets in raw text to offsets in the repaired text."""

    def __init__(self, offsets: Sequence[int], identical: bool) -> None:
        self.offsets, self.identical = offsets, identical

    def of(self, raw: int) -> int:
        return raw if self.identical else bisect.bisect_left(self.offsets, raw)

    def end(self, start: int, end: int) -> int:
        return end if self.identical else max(self.of(start), self.of(end))


def _repaired(raw: str) -> tuple[str, tuple[int, ...], dict[str, int]]:
    """The repaired text; line breaks stay where they are, because blocks end there."""
    if raw.isascii():
        return raw, tuple(range(len(raw) + 1)), {}
    whole = repair(raw)
    if whole.text.count("\n") == raw.count("\n"):
        return whole.text, tuple(whole.offsets), dict(whole.repairs)
    texts: list[str] = []
    offsets: list[int] = []
    repairs: Counter[str] = Counter()
    at = 0
    for line in raw.split("\n"):
        mended = repair(line)
        text = mended.text.replace("\n", " ")
        texts.append(text)
        offsets.extend(at + offset for offset in mended.offsets[:-1])
        offsets.append(at + len(line))
        repairs.update(mended.repairs)
        at += len(line) + 1
    return "\n".join(texts), tuple(offsets), dict(repairs)


def _spans(walk: Walk) -> list[list[_Span]]:
    """The blocks of every chunk: one, or several where lines of it are headings or paragraphs of their own."""
    base_size, mostly_bold = _usual_look(walk.chunks)
    return [_cut(chunk, base_size, mostly_bold) for chunk in walk.chunks]


def _usual_look(chunks: Sequence[Chunk]) -> tuple[float, bool]:
    sizes: Counter[float] = Counter()
    bold = total = 0
    for chunk in chunks:
        for start, end, is_bold, size in _runs(chunk):
            sizes[size] += end - start
            bold += (end - start) * is_bold
            total += end - start
    return (sizes.most_common(1)[0][0] if sizes else BASE_SIZE), bold * 2 > total


def _cut(chunk: Chunk, base_size: float, mostly_bold: bool) -> list[_Span]:
    cell = data_cell(chunk.scope.cell)
    kind, level = _kind(chunk, cell)
    whole = [_Span(chunk, 0, len(chunk.text), kind, level, cell)]
    if kind not in (doc.PARAGRAPH, doc.LINK) or cell is not None or not chunk.text:
        return whole
    lines = _lines(chunk.text)
    looks = [_line_level(chunk, start, end, base_size, mostly_bold) for start, end in lines]
    if len(lines) == 1:
        return [_Span(chunk, 0, len(chunk.text), doc.HEADING, looks[0], cell)] if looks[0] else whole
    return _grouped(chunk, lines, looks, kind)


def _grouped(chunk: Chunk, lines: list[tuple[int, int]], looks: list[int], kind: str) -> list[_Span]:
    cuts = set(chunk.cuts)
    spans: list[_Span] = []
    for (start, end), level in zip(lines, looks, strict=True):
        joins = (
            spans
            and start - 1 not in cuts
            and (spans[-1].kind == doc.HEADING) == bool(level)
            and spans[-1].level == level
        )
        if joins and not (level and spans[-1].end - spans[-1].start > _LINE_HEADING):
            spans[-1].end = end
        else:
            spans.append(_Span(chunk, start, end, doc.HEADING if level else kind, level, None))
    return spans


def _kind(chunk: Chunk, cell: CellBox | None) -> tuple[str, int]:
    scope = chunk.scope
    if chunk.kind:
        return {"alt": doc.ALT, "label": doc.LABEL, "button": doc.BUTTON}[chunk.kind], 0
    if scope.kind == "heading" and len(chunk.text) <= _BIG_HEADING and _is_heading(chunk, scope):
        return doc.HEADING, scope.level
    if cell is not None:
        heads = cell.header or cell.grid_row < cell.table.header_rows
        return doc.TABLE_HEADER if heads else doc.TABLE_CELL, 0
    if scope.kind in ("list_item", "caption", "button"):
        return {"list_item": doc.LIST_ITEM, "caption": doc.CAPTION, "button": doc.BUTTON}[scope.kind], 0
    for mark in ("link", "label"):
        if _covered(chunk, mark):
            return doc.LINK if mark == "link" else doc.LABEL, 0
    return doc.PARAGRAPH, 0


def _is_heading(chunk: Chunk, scope: Scope) -> bool:
    """A class name like `title` on a large part of the page does not make it all a heading; no menu entry is one."""
    top = scope
    if scope.region.area == doc.NAVIGATION and scope.level > 3 and _covered(chunk, "link"):
        return False
    for _ in range(20):
        if top.parent is None or top.parent.kind != "heading":
            break
        top = top.parent
    return not top.block or top.last - top.first <= 4


def _covered(chunk: Chunk, mark: str) -> bool:
    inside = sum(end - start for kind, start, end in chunk.marks if kind == mark)
    return bool(chunk.text) and inside >= len(chunk.text.replace("\n", "")) - len(chunk.marks)


def _lines(text: str) -> list[tuple[int, int]]:
    ends = [found.start() for found in re.finditer("\n", text)] + [len(text)]
    return list(zip([0, *(end + 1 for end in ends[:-1])], ends, strict=True))


def _line_level(chunk: Chunk, start: int, end: int, base_size: float, mostly_bold: bool) -> int:
    """The heading level of a line that is one by its looks alone (bold, or clearly larger than usual), else 0."""
    if not 2 <= end - start <= _LINE_HEADING or chunk.scope.region.area != doc.MAIN:
        return 0
    runs = [
        (max(begin, start), min(stop, end), bold, size)
        for begin, stop, bold, size in _runs(chunk)
        if begin < end and stop > start
    ]
    if not runs:
        return 0
    if min(size for *_, size in runs) >= 1.2 * base_size:
        return 4
    blank_free = sum(stop - begin for begin, stop, bold, _ in runs if not bold)
    return 5 if not mostly_bold and blank_free <= 1 else 0


def _runs(chunk: Chunk) -> Iterable[tuple[int, int, bool, float]]:
    for this, following in pairwise([*chunk.styles, (chunk.length, False, 0.0)]):
        yield this[0], following[0], this[1], this[2]


def _blocks(spans: list[list[_Span]], places: _Places) -> tuple[list[int], tuple[doc.Block, ...]]:
    blocks: list[doc.Block] = []
    first_block: list[int] = []
    open_headings: dict[str, list[tuple[int, int]]] = {}
    for group in spans:
        first_block.append(len(blocks))
        for span in group:
            area = span.chunk.scope.region.area
            start = places.of(span.chunk.start + span.start)
            end = places.end(span.chunk.start + span.start, span.chunk.start + span.end)
            stack = open_headings.setdefault(area, [])
            if span.kind == doc.HEADING:
                while stack and stack[-1][0] >= span.level:
                    stack.pop()
            section = stack[-1][1] if stack else -1
            cell = span.cell
            place = (cell.table.index, cell.grid_row, cell.grid_column) if cell else (-1, -1, -1)
            blocks.append(doc.Block(span.kind, start, end, area, span.level, section, *place))
            if span.kind == doc.HEADING:
                stack.append((span.level, len(blocks) - 1))
    return first_block, tuple(blocks)


def _page(sight: _Sight) -> doc.PageText:
    return doc.PageText(
        number=1,
        text=sight.text,
        raw=sight.raw,
        offsets=sight.offsets,
        reader="beautifulsoup",
        quality=score(sight.text),
        repairs=sight.repairs,
        blocks=sight.blocks,
    )


def _between(sight: _Sight, first: int, last: int) -> str:
    """The text of chunks `first` up to (not including) `last`."""
    last = min(last, len(sight.starts))
    return sight.text[sight.starts[first] : sight.ends[last - 1]] if first < last else ""


def _length_between(sight: _Sight, first: int, last: int) -> int:
    last = min(last, len(sight.starts))
    return sight.ends[last - 1] - sight.starts[first] if first < last else 0


# -- tables ------------------------------------------------------------------------------------------------------------


def _table(table: TableBox, sight: _Sight) -> doc.Table:
    rows = table.grid
    cells: dict[int, doc.Cell] = {}
    empty = doc.Cell("")
    return doc.Table(
        page=1,
        rows=tuple(tuple(_cell(cell, sight, cells) if cell is not None else empty for cell in row) for row in rows),
        header_rows=table.header_rows,
        caption=_caption(table, sight),
        pages=(1,) * len(rows),
        area=table.region.area,
    )


def _cell(cell: CellBox, sight: _Sight, known: dict[int, doc.Cell]) -> doc.Cell:
    if id(cell) not in known:
        text = _between(sight, cell.first, cell.last)
        known[id(cell)] = doc.Cell(text, sight.starts[cell.first], sight.ends[cell.last - 1]) if text else doc.Cell("")
    return known[id(cell)]


def _caption(table: TableBox, sight: _Sight) -> str:
    stated = _between(sight, *table.caption)
    if stated:
        return stated
    first = table.grid[0] if table.grid else []
    cell = first[0] if first else None
    across = cell is not None and len(first) > 1 and all(each is cell for each in first)
    return _between(sight, cell.first, cell.last) if across and cell is not None else ""


# -- links, pictures, frames, forms ------------------------------------------------------------------------------------


def _links(sight: _Sight, base: str) -> Iterable[doc.Link]:
    for box in sight.walk.links:
        url = clean_url(box.url, base)
        if not url:
            continue
        text, start = _link_text(box, sight)
        yield doc.Link(
            url=url,
            text=text,
            area=box.scope.region.area,
            heading=_heading_before(sight, box.chunk if box.chunk >= 0 else box.at, box.scope.region),
            context=_context(sight, box.scope, box.at, "") or text
            if box.chunk < 0
            else _context(sight, box.scope, box.chunk, text),
            start=start,
        )


def _link_text(box: LinkBox, sight: _Sight) -> tuple[str, int]:
    if box.chunk >= 0:
        start = _place(sight, box.chunk, box.offset)
        end = _place(sight, box.end_chunk, box.end_offset)
        return " ".join(sight.text[start:end].split()), start
    label = box.label or next(iter(box.pictures), "")
    if (
        not box.label
        and box.pictures
        and label == box.pictures[-1]
        and ("/" in label or re.fullmatch(r"[\w.-]+\.\w{2,4}", label))
    ):
        label = unquote(urlsplit(label).path.rpartition("/")[2]) if _splits(label) else label
    return " ".join(label.split()), -1


def _splits(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


def _place(sight: _Sight, chunk: int, offset: int) -> int:
    raw = sight.walk.chunks[chunk].start + min(offset, len(sight.walk.chunks[chunk].text))
    return raw if sight.text == sight.raw else bisect.bisect_left(sight.offsets, raw)


def _heading_before(sight: _Sight, chunk: int, region: Region) -> str:
    """The text of the heading a place stands under; for a heading itself the one above it."""
    if not sight.blocks:
        return ""
    if chunk < len(sight.first_block):
        index = sight.blocks[sight.first_block[chunk]].section
    else:
        last = sight.blocks[-1]
        index = len(sight.blocks) - 1 if last.kind == doc.HEADING else last.section
    if index < 0:
        return ""
    block = sight.blocks[index]
    return " ".join(sight.text[block.start : block.end].split())


def _heading_over(sight: _Sight, chunk: int) -> str:
    """The heading that what stands just before a chunk belongs to, or is itself: a frame has no text of its own."""
    before = min(chunk, len(sight.first_block)) - 1
    if before < 0 or not sight.blocks:
        return ""
    index = sight.first_block[before]
    if sight.blocks[index].kind != doc.HEADING:
        index = sight.blocks[index].section
    if index < 0:
        return ""
    block = sight.blocks[index]
    return " ".join(sight.text[block.start : block.end].split())


def _context(sight: _Sight, scope: Scope, chunk: int, own: str) -> str:
    """The text of the smallest part around a link that says more than the link; a list's entry or a row at most."""
    found = own
    for part in _parts_around(scope):
        if part.name not in ("li", "tr", "p") and _other_targets(sight, part) > (2 if len(own) <= _SHORT_LINK else 0):
            break
        start = sight.starts[part.first] if part.first < len(sight.starts) else len(sight.text)
        end = sight.ends[min(part.last, len(sight.ends)) - 1] if part.last else start
        if end - start > CONTEXT:
            return _line_around(sight, chunk, own) if found == own else found
        text = " ".join(sight.text[start:end].split())
        if len(text) > len(own) + 2:
            return text
        if part.name in ("li", "tr", "dd", "article"):
            break
    return found


def _other_targets(sight: _Sight, part: Scope) -> int:
    """How many addresses beside one the links of a part lead to (looked for up to a dozen links)."""
    first = bisect.bisect_left(sight.link_chunks, part.first)
    last = bisect.bisect_left(sight.link_chunks, part.last)
    return len(set(sight.link_targets[first : min(last, first + 12)])) - 1


def _parts_around(scope: Scope | None) -> Iterable[Scope]:
    steps = 0
    while scope is not None and scope.parent is not None and steps < 12:
        if scope.block and scope.name not in ("body", "html"):
            yield scope
            steps += 1
        scope = scope.parent


def _line_around(sight: _Sight, chunk: int, own: str) -> str:
    """The line of a long part that holds the place, with the line before it when it says nothing more than the link."""
    if chunk >= len(sight.starts):
        return own
    text = sight.text[sight.starts[chunk] : sight.ends[chunk]]
    at = text.find(own) if own else 0
    start = text.rfind("\n", 0, max(at, 0)) + 1
    end = text.find("\n", max(at, 0) + len(own))
    line = text[start : end if end >= 0 else len(text)]
    if len(line) <= len(own) + 2 and start > 1:
        line = text[text.rfind("\n", 0, start - 1) + 1 : start] + line
    elif (
        len(line) <= len(own) + 2
        and chunk
        and sight.walk.chunks[chunk - 1].scope.region is sight.walk.chunks[chunk].scope.region
    ):
        line = sight.text[sight.starts[chunk - 1] : sight.ends[chunk - 1]][-CONTEXT // 2 :] + " " + line
    line = " ".join(line.split())
    if len(line) <= CONTEXT:
        return line
    at = max(0, line.find(own) - CONTEXT // 3)
    return line[at : at + CONTEXT]


def _images(sight: _Sight, base: str) -> Iterable[doc.Image]:
    for box in sight.walk.images[:MAX_IMAGES]:
        digest, url = "", box.url
        if url[:5].lower() == "data:":
            digest, url = _data_digest(url)
        else:
            url = clean_url(url, base) if url else ""
        if not url and not box.alt:
            continue
        start = sight.starts[box.chunk] if box.chunk >= 0 else -1
        yield doc.Image(
            url=url,
            alt=box.alt,
            title=box.title,
            nearby=_nearby(sight, box.scope, box.at, box.alt),
            width=box.width,
            height=box.height,
            area=box.scope.region.area,
            start=start,
            data_sha256=digest,
        )


def _data_digest(url: str) -> tuple[str, str]:
    """The SHA-256 of a data: picture and a short address in its place."""
    head, _, payload = url.partition(",")
    picture = _data_bytes(head.encode("ascii", "replace"), payload.encode("ascii", "replace"))
    return (hashlib.sha256(picture).hexdigest() if picture else ""), head[:60].partition(";")[0]


def _nearby(sight: _Sight, scope: Scope, at: int, alt: str) -> str:
    """What is said beside a picture or frame: its caption, or the text of the cell, card or part that holds it."""
    for part in _parts_around(scope):
        if _length_between(sight, part.first, part.last) > CONTEXT:
            break
        text = " ".join(_between(sight, part.first, part.last).split())
        if text and text != alt:
            return text
    following = _between(sight, at, at + 1)
    return " ".join(following.split())[: CONTEXT // 2] if following != alt else ""


def _frames(sight: _Sight, base: str) -> Iterable[doc.Frame]:
    for box in sight.walk.frames:
        url = clean_url(box.url, base)
        if url:
            heading = _heading_over(sight, box.at)
            nearby = _nearby(sight, box.scope, box.at, "")
            yield doc.Frame(url, box.kind, box.title, heading, nearby, box.scope.region.area)


def _forms(sight: _Sight, base: str) -> Iterable[doc.Form]:
    forms = list(sight.walk.forms)
    if any(field.type in ("text", "textarea", "email", "file", "tel") for field in sight.walk.loose.fields):
        forms.append(sight.walk.loose)
    labels = {label.target: " ".join(label.parts) for label in sight.walk.labels if label.target}
    for form in forms:
        yield _form(form, sight, base, labels)


def _form(form: FormBox, sight: _Sight, base: str, labels: dict[str, str]) -> doc.Form:
    inside = form.scope is not None
    first = form.first if inside else (form.fields[0].at if form.fields else 0)
    text = _between(sight, form.first, form.last) if inside else ""
    region = form.scope.region if form.scope is not None else form.fields[0].scope.region
    return doc.Form(
        action=clean_url(form.action, base) if form.action or inside else "",
        method=form.method,
        fields=tuple(
            doc.FormField(each.type, each.name, _field_label(each, sight, labels), each.options) for each in form.fields
        ),
        text=text,
        heading=_heading_before(sight, first, region),
        buttons=tuple(dict.fromkeys(form.buttons)),
        area=region.area,
        start=sight.starts[form.first] if inside and text else -1,
    )


def _field_label(field: FieldBox, sight: _Sight, labels: dict[str, str]) -> str:
    label = labels.get(field.identity, "") if field.identity else ""
    if not label and field.wrap is not None:
        label = " ".join(field.wrap.parts)
    label = label or field.label or field.placeholder or _text_before(field, sight)
    return " ".join(mend_western(label).split())[:CONTEXT]


def _text_before(field: FieldBox, sight: _Sight) -> str:
    """The words just before a control: in its own line, the cell to its left, or the block before it."""
    chunks = sight.walk.chunks
    if field.offset > 0 and field.at < len(chunks):
        return chunks[field.at].text[: field.offset].rpartition("\n")[2]
    cell = field.scope.cell
    if cell is not None and cell.region is not None:
        row = cell.table.rows[cell.row]
        place = next((number for number, each in enumerate(row) if each is cell), 0)
        if place:
            return _between(sight, row[place - 1].first, row[place - 1].last)
    before = field.at - 1 if field.offset < 0 else field.at
    parent = field.scope.parent
    inside = before >= 0 and parent is not None and (field.scope.form is None or before >= field.scope.form.first)
    text = sight.text[sight.starts[before] : sight.ends[before]] if inside and before < len(sight.starts) else ""
    return text if len(text) <= _LINE_HEADING else ""


# -- head and markers --------------------------------------------------------------------------------------------------


def _head(soup: BeautifulSoup, sight: _Sight, url: str) -> tuple[str, dict[str, str]]:
    head = soup.head or soup
    title_tag = head.find("title")
    title = _tidy(title_tag.get_text() if isinstance(title_tag, Tag) else "")
    metadata: dict[str, str] = {}
    for meta in head.find_all("meta", limit=80):
        name = str(meta.get("property") or meta.get("name") or "").lower()
        content = _tidy(str(meta.get("content") or ""))
        if content and name in _META_NAMES:
            metadata.setdefault(name, content)
    html = soup.find("html")
    if isinstance(html, Tag) and html.get("lang"):
        metadata["lang"] = str(html["lang"])[:20]
    if sight.walk.breadcrumbs:
        metadata["breadcrumb"] = _tidy(" > ".join(part for part in sight.walk.breadcrumbs[:20] if part.strip("/>»›| ")))
    return title, metadata


_META_NAMES = frozenset(
    [
        "og:title",
        "og:description",
        "og:site_name",
        "og:url",
        "og:image",
        "description",
        "keywords",
        "author",
        "generator",
        "article:published_time",
        "article:modified_time",
    ]
)


def _tidy(text: str) -> str:
    return repair(" ".join(mend_western(text).split())).text[:500]


def _markers(sight: _Sight, soup: BeautifulSoup, source: str, base: str, cut: bool) -> Iterable[str]:
    data, lower = markers(), source.lower()
    text = sight.text.lower()
    if cut or sight.walk.cut:
        yield "cut"
    if sight.walk.frameset:
        yield "frameset"
    if sight.walk.password:
        yield "password_form"
    yield from _redirects(soup, sight, source, base)
    if _is_shell(sight, lower, data["app_shell"]):
        yield "app_shell"
    if _is_board(sight, lower, text, data["webboard"]):
        yield "webboard"
    for vendor, signs in data["chat"].items():
        if any(sign in lower for sign in signs):
            yield f"chat_widget:{vendor}"


def _redirects(soup: BeautifulSoup, sight: _Sight, source: str, base: str) -> Iterable[str]:
    head = soup.head or soup
    for meta in head.find_all("meta", attrs={"http-equiv": re.compile("(?i)^refresh$")}, limit=3):
        target = re.search(r"(?i)url\s*=\s*['\"]?([^'\">\s]+)", str(meta.get("content") or ""))
        if target:
            yield "meta_refresh:" + clean_url(target.group(1), base)
    if len(sight.text) < 80 and len(source) < 20_000:
        for script in soup.find_all("script", limit=5):
            target_url = script_target(script.get_text()) if "location" in script.get_text() else ""
            if target_url:
                yield "script_redirect:" + clean_url(target_url, base)
                return


def _is_shell(sight: _Sight, lower: str, signs: dict[str, list[str]]) -> bool:
    """Next to no text, and a script that would make it."""
    if len(sight.text) > 400 or "<script" not in lower or sight.walk.frames or sight.walk.frameset:
        return False
    asks = any(phrase in lower for phrase in signs["needs_script"])
    rooted = any(re.search(rf"""id\s*=\s*["']?{re.escape(name)}["'\s>]""", lower) for name in signs["roots"])
    rooted = rooted or any(f"<{name}" in lower for name in signs["elements"])
    return (len(sight.text) < 400 and asks) or (rooted and len(sight.text) < 200)


def _is_board(sight: _Sight, lower: str, text: str, data: dict[str, list[str]]) -> bool:
    """Forum software by its own words, several links to topics in the content, or the words of a board in Thai."""
    if any(sign in lower for sign in data["software"]):
        return True
    topics = sum(
        link.scope.region.area == doc.MAIN and any(sign in link.url.lower() for sign in data["topic_links"])
        for link in sight.walk.links
    )
    return topics >= 3 or (
        any(subject in text for subject in data["subject"]) and sum(sign in text for sign in data["signs"]) >= 2
    )
