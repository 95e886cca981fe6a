"""One walk over a parsed page: visible text in chunks with their place; links, pictures, frames, forms and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PageElement

from evidence.text.css import Sheet, Style, html_font_size, parse_style
from evidence.text.document import FOOTER, MAIN, NAVIGATION
from evidence.text.html_attributes import (
    ADDRESS,
    DOCUMENT,
    EMBED_KEYS,
    FILE_NAME,
    FRAME_KEYS,
    class_names,
    picture_size,
    picture_url,
    script_target,
    shaded,
    span,
)
from evidence.text.html_names import GUESS, TOLD, Name, area_of_tag, read_name

MAX_LINKS, MAX_ELEMENTS, MAX_CHUNKS, MAX_DEPTH = 5_000, 150_000, 60_000, 400
MAX_SAME_ALT = 3
"""An alternative text repeated more often is decoration."""
_FOLD_DEPTH = 4
"""How many levels inside a widget that folds its hidden parts still belong to it."""
BASE_SIZE = 16.0

_SKIPPED = frozenset((
    "script", "style", "template", "noscript", "head", "title", "meta", "link", "base", "noframes", "defs", "desc",
    "metadata", "canvas", "datalist", "param", "track", "colgroup", "col",
))  # fmt: skip
_BLOCKS = frozenset((
    "html", "body", "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hgroup", "hr", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption", "button", "optgroup",
    "option", "textarea", "marquee", "text", "foreignobject",
))  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)} | {"summary": 4, "legend": 5, "dt": 6}
_BOLD = frozenset(("b", "strong", "th"))
_OWN_CLICKS = frozenset(("a", "area", "input", "button"))
_LABELLESS = frozenset(("hidden", "submit", "button", "image", "reset"))


class Region:
    """A part of the page that lies in one area; counts tell menus from text where no name does."""

    __slots__ = ("area", "column", "documents", "linked", "links", "media", "parent", "sure", "text", "width")

    def __init__(self, area: str, sure: int, parent: Region | None) -> None:
        self.area, self.sure, self.parent = area, sure, parent
        self.text = self.linked = self.links = self.media = self.documents = self.width = 0
        self.column = ""


class Chunk:
    """A run of text between two block borders; `<br>` is a newline in it. `cuts`: newlines that separate paragraphs."""

    __slots__ = ("cuts", "kind", "length", "level", "marks", "parts", "scope", "spaced", "start", "styles", "text")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.parts: list[str] = []
        self.length = 0
        self.spaced = False
        self.cuts: list[int] = []
        self.styles: list[tuple[int, bool, float]] = []
        self.marks: list[tuple[str, int, int]] = []
        self.kind = ""
        self.level = 0
        self.start = 0
        self.text = ""


@dataclass(slots=True)
class CellBox:
    """A cell of the page as written; `table` is the table it belongs to, `outer` the cell around that table."""

    table: TableBox
    row: int
    header: bool
    colspan: int
    rowspan: int
    first: int
    last: int = 0
    shaded: bool = False
    outer: CellBox | None = None
    region: Region | None = None
    grid_row: int = -1
    grid_column: int = -1


Grid = list[list[CellBox | None]]


@dataclass(slots=True)
class TableBox:
    """A table as written. `data` is decided when it is complete; `index` is its place among the data tables."""

    attributes: dict[str, str]
    outer: CellBox | None
    region: Region
    first: int
    last: int = 0
    rows: list[list[CellBox]] = field(default_factory=list)
    head_rows: set[int] = field(default_factory=set)
    inner: list[TableBox] = field(default_factory=list)
    caption: tuple[int, int] = (0, 0)
    has_form: bool = False
    has_frame: bool = False
    has_heading: bool = False
    section_tag: str = ""
    data: bool = False
    index: int = -1
    grid: Grid = field(default_factory=list)
    header_rows: int = 0


@dataclass(slots=True)
class LinkBox:
    url: str
    scope: Scope
    chunk: int = -1
    offset: int = 0
    end_chunk: int = -1
    end_offset: int = 0
    at: int = 0
    label: str = ""
    pictures: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ImageBox:
    url: str
    alt: str
    title: str
    width: int
    height: int
    scope: Scope
    at: int
    chunk: int = -1


@dataclass(slots=True)
class FrameBox:
    url: str
    kind: str
    title: str
    scope: Scope
    at: int


@dataclass(slots=True)
class FieldBox:
    type: str
    name: str
    identity: str
    label: str
    placeholder: str
    options: tuple[str, ...]
    scope: Scope
    at: int
    offset: int
    wrap: LabelBox | None


@dataclass(slots=True)
class LabelBox:
    target: str
    parts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class FormBox:
    action: str
    method: str
    scope: Scope | None
    first: int
    last: int = 0
    fields: list[FieldBox] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)


class Scope:
    """What an element hands down to what is inside it. `first`/`last`: its chunks."""

    __slots__ = (
        "article", "block", "bold", "breadcrumb", "card", "cell", "first", "folded", "form", "kind", "label", "last",
        "level", "link", "name", "parent", "preformatted", "region", "size",
    )  # fmt: skip

    def __init__(self, name: str, parent: Scope | None) -> None:
        self.name, self.parent = name, parent
        self.first = self.last = 0
        self.block = self.card = False
        if parent is None:
            self.region = Region(MAIN, 0, None)
            self.kind, self.level, self.size = "", 0, BASE_SIZE
            self.bold = self.preformatted = self.article = self.breadcrumb = False
            self.folded = 0
            self.cell: CellBox | None = None
            self.link: LinkBox | None = None
            self.form: FormBox | None = None
            self.label: LabelBox | None = None
            return
        self.region, self.kind, self.level, self.size = parent.region, parent.kind, parent.level, parent.size
        self.bold, self.preformatted, self.article = parent.bold, parent.preformatted, parent.article
        self.folded, self.breadcrumb = parent.folded, parent.breadcrumb
        self.cell, self.link, self.form, self.label = parent.cell, parent.link, parent.form, parent.label


class Walk:
    """The walk itself; after `run` its lists hold everything seen, in reading order."""

    def __init__(self, sheet: Sheet, reachable: frozenset[str]) -> None:
        self.sheet, self.reachable = sheet, reachable
        self.chunks: list[Chunk] = []
        self.links: list[LinkBox] = []
        self.images: list[ImageBox] = []
        self.frames: list[FrameBox] = []
        self.forms: list[FormBox] = []
        self.labels: list[LabelBox] = []
        self.tables: list[TableBox] = []
        self.regions: list[Region] = []
        self.breadcrumbs: list[str] = []
        self.password = False
        self.frameset = False
        self.cut = False
        self.loose = FormBox("", "", None, 0)
        self._chunk: Chunk | None = None
        self._waiting: list[ImageBox] = []
        self._alts: Counter[str] = Counter()
        self._root = Scope("", None)
        self.regions.append(self._root.region)

    def run(self, soup: BeautifulSoup) -> None:
        """Walk the tree without recursion: nesting is as deep as an attacker likes."""
        stack: list[tuple[Iterator[PageElement], Scope, Scope | None]] = [(iter(soup.contents), self._root, None)]
        seen = 0
        while stack:
            contents, scope, closing = stack[-1]
            node = next(contents, None)
            if node is None:
                stack.pop()
                if closing is not None:
                    self._leave(closing)
            elif isinstance(node, Tag):
                seen += 1
                if seen > MAX_ELEMENTS or len(self.chunks) > MAX_CHUNKS:
                    self.cut = True
                    break
                if len(stack) > MAX_DEPTH:
                    stack.append((iter(node.contents if node.name not in _SKIPPED else ()), scope, None))
                    continue
                inner = self._enter(node, scope)
                if inner is not None:
                    stack.append((iter(node.contents), inner, inner))
            elif type(node) is NavigableString:
                self._text(node, scope)
        for _, _, closing in reversed(stack):
            if closing is not None:
                self._leave(closing)
        self._flush()

    # -- text ----------------------------------------------------------------------------------------------------------

    def _text(self, node: str, scope: Scope) -> None:
        if scope.preformatted and "\n" in node:
            for line in node.split("\n"):
                self._words(line, scope)
                self._newline()
            return
        self._words(node, scope)

    def _words(self, node: str, scope: Scope) -> None:
        text = " ".join(node.split())
        chunk = self._chunk
        if not text:
            if chunk is not None and node:
                chunk.spaced = True
            return
        if chunk is None:
            chunk = self._open(scope)
        if (chunk.spaced or node[0].isspace()) and chunk.length and not chunk.parts[-1].endswith("\n"):
            chunk.parts.append(" ")
            chunk.length += 1
        start = chunk.length
        if not chunk.styles or chunk.styles[-1][1:] != (scope.bold, scope.size):
            chunk.styles.append((start, scope.bold, scope.size))
        chunk.parts.append(text)
        chunk.length += len(text)
        chunk.spaced = node[-1].isspace()
        self._remember(chunk, scope, text, start)

    def _remember(self, chunk: Chunk, scope: Scope, text: str, start: int) -> None:
        region = scope.region
        region.text += len(text)
        if scope.link is not None:
            link = scope.link
            region.linked += len(text)
            if link.chunk < 0:
                link.chunk, link.offset = len(self.chunks) - 1, start
            link.end_chunk, link.end_offset = len(self.chunks) - 1, chunk.length
            link.parts.append(text)
            chunk.marks.append(("link", start, chunk.length))
        if scope.label is not None:
            scope.label.parts.append(text)
            chunk.marks.append(("label", start, chunk.length))
        if scope.breadcrumb:
            self.breadcrumbs.append(text)

    def _open(self, scope: Scope) -> Chunk:
        chunk = self._chunk = Chunk(scope)
        self.chunks.append(chunk)
        return chunk

    def _newline(self) -> None:
        chunk = self._chunk
        if chunk is None:
            return
        chunk.spaced = False
        if chunk.parts[-1] == "\n":
            chunk.cuts.append(chunk.length - 1)
            return
        chunk.parts.append("\n")
        chunk.length += 1

    def _flush(self) -> None:
        """End the chunk; the alternative texts of pictures that stood in it follow as chunks of their own."""
        self._chunk = None
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for image in waiting:
                self._say(image.alt, "alt", image.scope)
                image.chunk = len(self.chunks) - 1

    def _say(self, text: str, kind: str, scope: Scope) -> Chunk | None:
        """A chunk of its own for what is seen but is not text of the page: captions of controls, alternative texts."""
        lines = [" ".join(line.split()) for line in text.splitlines()]
        said = "\n".join(line for line in lines if line)
        if not said:
            return None
        chunk = Chunk(scope)
        chunk.parts, chunk.length, chunk.kind = [said], len(said), kind
        self.chunks.append(chunk)
        scope.region.text += len(said)
        return chunk

    # -- elements ------------------------------------------------------------------------------------------------------

    def _enter(self, node: Tag, parent: Scope) -> Scope | None:
        """The scope for what is inside the element, or None when nothing inside is to be seen."""
        name = node.name
        if name == "br":
            self._newline()
            return None
        if name in _SKIPPED:
            return None
        attributes = cast("dict[str, str]", node.attrs)
        if not attributes:
            plain = Scope(name, parent)
            told = area_of_tag(name, "", plain.article)
            if told:
                self._region(plain, told, TOLD)
            self._common(plain, name)
            return _SPECIAL[name](self, node, plain, attributes) if name in _SPECIAL else plain
        classes = class_names(attributes)
        identity = str(attributes.get("id") or "")
        names = [read_name(each) for each in classes]
        names_and_id = [*names, read_name(identity)] if identity else names
        scope = Scope(name, parent)
        styles = self.sheet.of(name, classes, identity)
        if "style" in attributes:
            styles.append(parse_style(str(attributes["style"])))
        folded = any(each.folded for each in names_and_id)
        if name not in ("body", "html"):
            scope.folded = _FOLD_DEPTH if folded else max(0, scope.folded - 1)
        if self._hidden(node, parent, names, styles, identity, folded):
            return None
        self._place(scope, node, name, attributes, names_and_id)
        self._look(scope, name, styles, names, str(attributes.get("size") or ""))
        self._common(scope, name)
        if not EMBED_KEYS.isdisjoint(attributes):
            self._embedded(scope, attributes)
        if ("onclick" in attributes or "data-href" in attributes) and name not in _OWN_CLICKS:
            self._clickable(scope, attributes)
        return _SPECIAL[name](self, node, scope, attributes) if name in _SPECIAL else scope

    def _common(self, scope: Scope, name: str) -> None:
        """What every element needs: weight, and for a block its borders, kind and level."""
        if name in _BOLD:
            scope.bold = True
        elif name == "pre":
            scope.preformatted = True
        elif name in ("article", "main"):
            scope.article = True
        if name in _BLOCKS:
            self._block(scope, name)

    def _block(self, scope: Scope, name: str) -> None:
        self._flush()
        scope.block = True
        scope.first = len(self.chunks)
        if name in _HEADINGS:
            scope.kind, scope.level = "heading", _HEADINGS[name]
            if name[0] == "h" and scope.cell is not None:
                scope.cell.table.has_heading = True
        elif name == "li":
            scope.kind, scope.level = "list_item", 0
        elif name in ("p", "td", "div") and scope.kind == "list_item":
            pass
        elif name in ("figcaption", "caption"):
            scope.kind = "caption"
        if name in ("li", "tr", "p", "td", "dd", "figure", "blockquote"):
            scope.card = True

    def _hidden(
        self, node: Tag, parent: Scope, names: list[Name], styles: list[Style], identity: str, folded: bool
    ) -> bool:
        attributes = cast("dict[str, str]", node.attrs)
        if any(each.off_screen for each in names) and (parent.link is None or node.find_previous_sibling(True)):
            return True
        hidden = None
        for style in styles:
            if style.hidden is not None:
                hidden = style.hidden
        if hidden is None and any(each.hidden for each in names):
            hidden = not any(each.shown_again for each in names)
        if "hidden" in attributes and node.name != "a" and str(attributes["hidden"]) != "until-found":
            hidden = True
        if not hidden:
            return False
        return not (
            folded
            or parent.folded > 0
            or identity in self.reachable
            or (node.name in ("ul", "ol") and (parent.name == "li" or parent.region.area == NAVIGATION))
        )

    def _place(self, scope: Scope, node: Tag, name: str, attributes: dict[str, str], names: list[Name]) -> None:
        """The area of the element, where a tag, a role or a name says one."""
        role = str(attributes.get("role") or "").lower()
        told = area_of_tag(name, role, scope.article)
        if role == "heading":
            level = str(attributes.get("aria-level") or "3")
            scope.kind, scope.level = "heading", int(level) if level.isdigit() and 0 < int(level) < 7 else 3
            scope.block = True
        if told:
            self._region(scope, told, TOLD)
        elif name not in ("body", "html", "a", "span", "li", "p", "i", "b", "label", "input", "button", "img"):
            denied = {area for each in names for area in each.denied}
            guess = next((each.area for each in names if each.area and each.area not in denied), "")
            if (
                guess
                and not (name[0] == "h" and name[1:].isdigit())
                and guess != scope.region.area
                and self._fits(guess, scope)
            ):
                self._region(scope, guess, GUESS)
        if any(each.breadcrumb for each in names) or str(attributes.get("aria-label") or "").lower() == "breadcrumb":
            scope.breadcrumb = True
        scope.card = any(each.card for each in names)
        if scope.region.area == MAIN and any(each.column for each in names) and name in ("div", "section"):
            self._region(scope, MAIN, 0)
            scope.region.column = "block"
            scope.region.width = max(each.column for each in names)

    def _fits(self, guess: str, scope: Scope) -> bool:
        """A named part inside a menu or footer belongs to it; a `main` inside one does not make it the main part."""
        return scope.region.area == MAIN or (guess == NAVIGATION and scope.region.area not in (FOOTER,))

    def _region(self, scope: Scope, area: str, sure: int) -> None:
        scope.region = Region(area, sure, scope.region)
        self.regions.append(scope.region)

    def _look(self, scope: Scope, name: str, styles: list[Style], names: list[Name], size: str) -> None:
        for style in styles:
            if style.bold is not None:
                scope.bold = style.bold
            if style.size is not None:
                scope.size = round(style.size if style.size > 0 else max(6.0, min(200.0, -style.size * scope.size)), 1)
        if name == "font" and size:
            scope.size = html_font_size(size) or scope.size
        if name in ("div", "p", "span", "a", "td", "section", "button", "li"):
            level = next((each.level for each in names if each.level), 0)
            if level and scope.kind != "heading":
                scope.kind, scope.level = "heading", level

    def _leave(self, scope: Scope) -> None:
        if scope.block:
            self._flush()
            scope.last = len(self.chunks)
        ender = _ENDERS.get(scope.name)
        if ender is not None:
            ender(self, scope)

    # -- links ---------------------------------------------------------------------------------------------------------

    def _anchor(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> Scope:
        url = str(attributes.get("href") or "")
        target = script_target(url) if url.lower().lstrip().startswith("javascript:") else url.strip()
        if not target or target.startswith("#"):
            target = (
                script_target(str(attributes.get("onclick") or "")) or str(attributes.get("data-href") or "") or target
            )
        self._link(scope, target, attributes)
        return scope

    def _link(self, scope: Scope, target: str, attributes: dict[str, str]) -> None:
        if not target or target.startswith("#") or len(self.links) >= MAX_LINKS or len(target) > 4_000:
            return
        label = str(attributes.get("title") or attributes.get("aria-label") or "")
        scope.link = LinkBox(target, scope, at=len(self.chunks), label=label)
        scope.region.links += 1
        scope.region.documents += bool(DOCUMENT.search(target))
        self.links.append(scope.link)

    def _clickable(self, scope: Scope, attributes: dict[str, str]) -> None:
        target = script_target(str(attributes.get("onclick") or "")) or str(attributes.get("data-href") or "")
        self._link(scope, target, attributes)

    def _map_area(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> None:
        self._link(scope, str(attributes.get("href") or "").strip(), attributes)
        if scope.link is not None and scope.link.scope is scope:
            scope.link.label = str(attributes.get("alt") or attributes.get("title") or "")
        scope.link = None

    # -- pictures, frames ----------------------------------------------------------------------------------------------

    def _image(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> None:
        url = picture_url(attributes)
        alt = " ".join(str(attributes.get("alt") or "").split())
        title = " ".join(str(attributes.get("title") or "").split())
        width, height = picture_size(attributes)
        image = ImageBox(url, alt, title, width, height, scope, len(self.chunks))
        self.images.append(image)
        scope.region.media += 1
        if scope.link is not None:
            scope.link.pictures.extend(
                text for text in (alt, title, url if not url.startswith("data:") else "") if text
            )
        self._alts[alt] += 1
        if alt and self._alts[alt] <= MAX_SAME_ALT and not FILE_NAME.fullmatch(alt) and not self._is_said(alt):
            self._waiting.append(image)
            if self._chunk is None:
                self._flush()

    def _is_said(self, alt: str) -> bool:
        """Whether the words beside a picture are its alternative text already."""
        chunk = self._chunk
        return chunk is not None and chunk.length < 500 and alt in "".join(chunk.parts)

    def _frame(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> Scope | None:
        name = scope.name
        named = (str(attributes.get(key) or "").strip() for key in FRAME_KEYS)
        url = next((value for value in named if value and not _is_empty_frame(value)), "")
        if url:
            kind = {"source": "video", "audio": "audio"}.get(name, name)
            if not any(frame.url == url for frame in self.frames[-3:]):
                self.frames.append(
                    FrameBox(
                        url, kind, str(attributes.get("title") or attributes.get("name") or ""), scope, len(self.chunks)
                    )
                )
                scope.region.media += 1
            if scope.cell is not None:
                scope.cell.table.has_frame = True
        return scope if name in ("object", "video") else None

    def _embedded(self, scope: Scope, attributes: dict[str, str]) -> None:
        """A part whose script will show a document: Google Sites, flip books, PDF players."""
        for key in EMBED_KEYS.intersection(attributes):
            url = str(attributes[key]).strip()
            if DOCUMENT.search(url) or key.startswith("data-embed"):
                self.frames.append(
                    FrameBox(url, "embed", str(attributes.get("aria-label") or ""), scope, len(self.chunks))
                )
                scope.region.media += 1
                return

    # -- forms ---------------------------------------------------------------------------------------------------------

    def _form(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> Scope:
        action, method = str(attributes.get("action") or ""), str(attributes.get("method") or "get").lower()
        scope.form = FormBox(action, method, scope, len(self.chunks))
        self.forms.append(scope.form)
        return scope

    def _label(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> Scope:
        scope.label = LabelBox(str(attributes.get("for") or ""))
        self.labels.append(scope.label)
        return scope

    def _input(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> None:
        kind = str(attributes.get("type") or "text").lower()
        if kind == "hidden":
            return
        if kind in _LABELLESS:
            caption = str(attributes.get("value") or attributes.get("alt") or ("Submit" if kind == "submit" else ""))
            self._button_caption(caption, scope)
            target = script_target(str(attributes.get("onclick") or ""))
            if target:
                self._link(scope, target, {"title": caption})
            return
        self.password = self.password or kind == "password"
        self._field(kind, scope, attributes, ())

    def _select(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> None:
        found = node.find_all("option", limit=60)
        options = tuple(" ".join(option.get_text().split()) for option in found)
        self._field("select", scope, attributes, tuple(option for option in options if option))
        self._flush()
        self._say("\n".join(options), "label", scope)
        for option in found:
            value = str(option.get("value") or "")
            if ADDRESS.match(value) and attributes.get("onchange"):
                self._link(scope, value, {"title": option.get_text()})
                scope.link = None

    def _textarea(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> None:
        self._field("textarea", scope, attributes, ())

    def _field(self, kind: str, scope: Scope, attributes: dict[str, str], options: tuple[str, ...]) -> None:
        placeholder = str(attributes.get("placeholder") or "")
        offset = self._chunk.length if self._chunk is not None else -1
        field_ = FieldBox(
            kind,
            str(attributes.get("name") or attributes.get("id") or ""),
            str(attributes.get("id") or ""),
            str(attributes.get("aria-label") or attributes.get("title") or ""),
            placeholder,
            options,
            scope,
            len(self.chunks) - (self._chunk is not None),
            offset,
            scope.label,
        )
        (scope.form or self.loose).fields.append(field_)
        if scope.cell is not None:
            scope.cell.table.has_form = True
        if placeholder:
            self._flush()
            self._say(placeholder, "label", scope)

    def _button(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> Scope:
        if scope.kind != "heading":
            scope.kind = "button"
        if attributes:
            self._clickable(scope, attributes)
        return scope

    def _button_caption(self, caption: str, scope: Scope) -> None:
        self._flush()
        said = self._say(caption, "button", scope)
        if said is not None:
            (scope.form or self.loose).buttons.append(said.parts[0])

    # -- tables --------------------------------------------------------------------------------------------------------

    def _table(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> Scope:
        table = TableBox(dict(attributes), scope.cell, scope.region, len(self.chunks))
        if scope.cell is not None:
            scope.cell.table.inner.append(table)
        self.tables.append(table)
        scope.cell = CellBox(table, -1, False, 1, 1, 0, outer=scope.cell)
        scope.kind, scope.level = "", 0
        return scope

    def _row_group(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> Scope:
        if scope.cell is not None:
            scope.cell.table.section_tag = scope.name
        return scope

    def _row(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> Scope:
        if scope.cell is not None:
            table = scope.cell.table
            if table.section_tag == "thead":
                table.head_rows.add(len(table.rows))
            table.rows.append([])
            table_scope = CellBox(table, len(table.rows) - 1, False, 1, 1, 0, outer=scope.cell.outer)
            table_scope.shaded = shaded(attributes)
            scope.cell = table_scope
        return scope

    def _cell(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> Scope:
        if scope.cell is None:
            return scope
        table = scope.cell.table
        if not table.rows:
            table.rows.append([])
        if scope.region.parent is None or scope.region.sure == 0:
            region = scope.region
            self._region(scope, region.area, 0)
            scope.region.column = "cell"
        cell = CellBox(
            table,
            len(table.rows) - 1,
            scope.name == "th",
            span(attributes.get("colspan"), 100),
            span(attributes.get("rowspan"), 2_000),
            len(self.chunks),
            shaded=shaded(attributes) or scope.cell.shaded,
            outer=scope.cell.outer,
            region=scope.region,
        )
        table.rows[-1].append(cell)
        scope.cell = cell
        if scope.kind != "heading":
            scope.kind, scope.level = "", 0
        return scope

    def _caption(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> Scope:
        return scope

    def _frameset(self, node: Tag, scope: Scope, attributes: dict[str, str]) -> Scope:
        self.frameset = True
        return scope

    def _end_cell(self, scope: Scope) -> None:
        if scope.cell is not None and scope.cell.region is not None:
            scope.cell.last = len(self.chunks)

    def _end_table(self, scope: Scope) -> None:
        if scope.cell is not None:
            scope.cell.table.last = len(self.chunks)

    def _end_row_group(self, scope: Scope) -> None:
        if scope.cell is not None:
            scope.cell.table.section_tag = ""

    def _end_caption(self, scope: Scope) -> None:
        if scope.cell is not None:
            scope.cell.table.caption = (scope.first, len(self.chunks))

    def _end_form(self, scope: Scope) -> None:
        if scope.form is not None:
            scope.form.last = len(self.chunks)

    def _end_button(self, scope: Scope) -> None:
        text = " ".join("".join(chunk.parts) for chunk in self.chunks[scope.first : scope.last]).strip()
        if text:
            (scope.form or self.loose).buttons.append(text)


def _is_empty_frame(url: str) -> bool:
    """Whether the address is a placeholder that scripts replace, or no document of its own."""
    return url.lower() in ("about:blank", "#") or url.lower().startswith(("javascript:", "data:"))


_SPECIAL = {
    "a": Walk._anchor, "area": Walk._map_area, "img": Walk._image, "amp-img": Walk._image, "iframe": Walk._frame,
    "frame": Walk._frame, "embed": Walk._frame, "object": Walk._frame, "video": Walk._frame, "source": Walk._frame,
    "audio": Walk._frame, "form": Walk._form, "label": Walk._label, "input": Walk._input, "select": Walk._select,
    "textarea": Walk._textarea, "button": Walk._button, "table": Walk._table, "thead": Walk._row_group,
    "tbody": Walk._row_group, "tfoot": Walk._row_group, "tr": Walk._row, "td": Walk._cell, "th": Walk._cell,
    "caption": Walk._caption, "frameset": Walk._frameset,
}  # fmt: skip
_ENDERS = {
    "td": Walk._end_cell, "th": Walk._end_cell, "table": Walk._end_table, "caption": Walk._end_caption,
    "thead": Walk._end_row_group, "form": Walk._end_form, "button": Walk._end_button,
}  # fmt: skip
