"""The little of style sheets that decides what a person sees: display, visibility, font size and weight."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SIMPLE = re.compile(r"^(?:[a-z][a-z0-9]*)?([.#])([\w-]+)$|^([a-z][a-z0-9]*)$", re.I)
_NAME = re.compile(r"[.#][\w-]+")
_WANTED = re.compile(r"(?i)display|visibility|font|left|top|width|height|clip|opacity")
_SIZE = re.compile(r"(?i)^([\d.]+)\s*(px|pt|em|rem|%)?")
_NAMED_SIZES = {"xx-small": 9, "x-small": 10, "small": 13, "medium": 16, "large": 18, "x-large": 24, "xx-large": 32}
_HTML_SIZES = (10, 10, 13, 16, 18, 24, 32, 48)
_NOTHING = re.compile(r"(?:0|0?\.0+|0\.0+)(?:px|pt|em|rem|%)?")
MAX_SHEET = 400_000
_SCREEN = 1_280


@dataclass(slots=True)
class Style:
    """What declarations say of sight (None: nothing). `size` in CSS pixels; negative: a factor of the parent's."""

    hidden: bool | None = None
    bold: bool | None = None
    size: float | None = None


@dataclass(slots=True)
class Sheet:
    """Styles by class (`.name`), id (`#name`) and tag name, as they hold on a desktop screen."""

    rules: dict[str, Style] = field(default_factory=dict)
    toggled: set[str] = field(default_factory=set)
    """Names that some state (`.page.active`, `li:hover ul.sub`) shows: a click or the pointer brings them up."""

    def of(self, name: str, classes: list[str], identity: str) -> list[Style]:
        """The styles that apply to an element, weakest first."""
        rules = self.rules
        found = [rules[key] for key in (name, *("." + each for each in classes)) if key in rules]
        if identity and "#" + identity in rules:
            found.append(rules["#" + identity])
        if any(style.hidden for style in found) and not self.toggled.isdisjoint(
            ["." + each for each in classes] + ["#" + identity]
        ):
            return [Style(None, style.bold, style.size) for style in found]
        return found


def parse_sheet(css: str) -> Sheet:
    """The simple selectors (`tag`, `.class`, `tag.class`, `#id`) of a style sheet; media rules only for screens."""
    sheet = Sheet()
    for rule in _without_media(_without_comments(css[:MAX_SHEET])).split("}"):
        selectors, brace, body = rule.rpartition("{")
        if not brace or not _WANTED.search(body):
            continue
        style = parse_style(body, inline=False)
        for selector in selectors.split(","):
            simple = _SIMPLE.match(selector.strip())
            if simple:
                key = simple.group(1) + simple.group(2) if simple.group(1) else simple.group(3).lower()
                sheet.rules[key] = _merged(sheet.rules.get(key), style)
            elif style.hidden is False:
                sheet.toggled.update(_NAME.findall(selector))
    return sheet


def parse_style(declarations: str, inline: bool = True) -> Style:
    """A `style` attribute, or the body of a rule (then invisible things are shown by a script when they scroll in)."""
    style = Style()
    values: dict[str, str] = {}
    for declaration in declarations.split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            values[name.strip().lower()] = value.strip().lower().removesuffix("!important").strip()
    if "display" in values:
        style.hidden = values["display"] == "none"
    if inline and (values.get("visibility") == "hidden" or _is_invisible(values)):
        style.hidden = True
    if values.get("position") in ("absolute", "fixed") and _far_away(values):
        style.hidden = True
    if "font-weight" in values:
        style.bold = values["font-weight"] in ("bold", "bolder") or values["font-weight"][:1] in "6789"
    style.size = _size(values.get("font-size", ""))
    return style


def _is_invisible(values: dict[str, str]) -> bool:
    """Whether text so drawn cannot be seen: no opacity, no size, or the colour of its ground."""
    if _NOTHING.fullmatch(values.get("opacity", "")) or _NOTHING.fullmatch(values.get("font-size", "")):
        return True
    ink, ground = (
        _colour(values.get("color", "")),
        _colour(values.get("background-color") or values.get("background", "")),
    )
    return bool(ink) and ink in (ground, "transparent")


def _colour(value: str) -> str:
    """A colour in one spelling, empty where none is said or a picture lies under it."""
    value = value.strip()
    if "url(" in value or "gradient" in value:
        return ""
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        value = "#" + "".join(2 * digit for digit in value[1:])
    return {"white": "#ffffff", "black": "#000000", "rgba(0,0,0,0)": "transparent"}.get(value.replace(" ", ""), value)


def html_font_size(value: str) -> float | None:
    """Pixels of `<font size=…>` (1–7, or relative to 3)."""
    try:
        number = int(value.strip())
    except ValueError:
        return None
    return _HTML_SIZES[max(1, min(7, 3 + number if value.strip()[0] in "+-" else number))]


def _far_away(values: dict[str, str]) -> bool:
    offsets = (values.get(side, "") for side in ("left", "top", "right"))
    return any(re.match(r"-\d{4,}", offset) for offset in offsets)


def _size(value: str) -> float | None:
    if value in _NAMED_SIZES:
        return _NAMED_SIZES[value]
    found = _SIZE.match(value)
    try:
        number = float(found.group(1)) if found else 0.0
    except ValueError:
        return None
    if not found or not 0 < number < 1000:
        return None
    unit = (found.group(2) or "px").lower()
    return {"px": number, "pt": number * 4 / 3, "rem": number * 16, "em": -number, "%": -number / 100}[unit]


def _merged(old: Style | None, new: Style) -> Style:
    if old is None:
        return new
    return Style(
        old.hidden if new.hidden is None else new.hidden,
        old.bold if new.bold is None else new.bold,
        old.size if new.size is None else new.size,
    )


def _without_comments(css: str) -> str:
    pieces = css.replace("<!--", "").replace("-->", "").split("/*")
    return pieces[0] + "".join(piece.partition("*/")[2] for piece in pieces[1:])


def _without_media(css: str) -> str:
    """The sheet with the rules of media that hold on a desktop screen, without those of others and of keyframes."""
    if "@" not in css:
        return css
    out, at = [], 0
    for found in re.finditer(r"@[\w-]{1,30}[^{};@]{0,300}\{", css):
        if found.start() < at:
            continue
        out.append(css[at : found.start()])
        at = _end_of_braces(css, found.end())
        if _holds(found.group()):
            out.append(css[found.end() : at - 1])
    out.append(css[at:])
    return "".join(out)


def _holds(rule: str) -> bool:
    """Whether a media rule holds on a screen of `_SCREEN` pixels."""
    condition = rule.lower().removesuffix("{")
    if not condition.startswith("@media") or "print" in condition or "not " in condition:
        return False
    widths = re.findall(r"(min|max)-width\s*:\s*(\d{1,5})(?:\.\d+)?(px|em|rem)", condition)
    if re.search(r"\(\s*(?!min-width|max-width)", condition):
        return False
    return all(
        (int(number) * (1 if unit == "px" else 16) <= _SCREEN) == (side == "min") for side, number, unit in widths
    )


def _end_of_braces(css: str, at: int) -> int:
    depth = 1
    for found in re.compile(r"[{}]").finditer(css, at):
        depth += 1 if found.group() == "{" else -1
        if depth == 0:
            return found.end()
    return len(css)
