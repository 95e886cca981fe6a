"""Reads the small markup that agency content is written in, into blocks that every producer can render.

Lines: `# ## ###` headings, `- ` and `1. ` lists, `| a | b |` tables (first row is the header), `^ ` centred lines,
`!img ADDRESS | alt`, `!people SIDE` (cards of the agency's people), `!news FROM-TO` (its news, as a list),
`%page` (page break), lines that start with `<` (raw HTML until a blank line), anything else a paragraph.
Inline: `[[text|address]]` and `**bold**`.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Block:
    """A piece of a page or document: `kind` is heading, text, list, table, centre, image, people, raw or page."""

    kind: str
    text: str = ""
    level: int = 0
    rows: list[list[str]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)


def parse(body: str, agency: dict[str, Any]) -> list[Block]:
    """Blocks of a body. ValueError on a `!` line that is not known."""
    blocks: list[Block] = []
    raw = False
    for line in body.splitlines():
        if raw or line.startswith("<"):
            raw = _raw(blocks, line, raw)
        elif line.strip():
            _line(blocks, line.rstrip(), agency)
        else:
            blocks.append(Block("gap"))
    return [block for block in blocks if block.kind != "gap"]


def plain(text: str) -> str:
    """Inline markup taken off."""
    return re.sub(r"\*\*(.+?)\*\*", r"\1", re.sub(r"\[\[(.+?)\|.+?\]\]", r"\1", text))


def to_html(blocks: list[Block]) -> str:
    """The blocks as HTML, in order."""
    return "\n".join(_HTML[block.kind](block) for block in blocks)


def _raw(blocks: list[Block], line: str, going: bool) -> bool:
    if going and not line.strip():
        return False
    if going:
        blocks[-1].text += "\n" + line
    else:
        blocks.append(Block("raw", line))
    return True


def _line(blocks: list[Block], line: str, agency: dict[str, Any]) -> None:
    last = blocks[-1] if blocks else Block("gap")
    if heading := re.match(r"(#{1,4}) (.+)", line):
        blocks.append(Block("heading", heading[2], len(heading[1])))
    elif line.startswith("|"):
        cells = [cell.strip() for cell in re.split(r"\|(?![^\[]*\]\])", line.strip("|"))]
        if re.fullmatch(r"[|\s:-]+", line) and "-" in line:
            return
        _extend(blocks, last, "table", cells)
    elif item := re.match(r"(?:- |\d{1,2}\.\) )(.+)", line):
        _extend(blocks, last, "list", [item[1]])
    elif line.startswith("^"):
        blocks.append(Block("centre", line[1:].strip()))
    elif line.startswith("!img "):
        address, _, alt = line[5:].partition("|")
        blocks.append(Block("image", alt.strip(), rows=[[address.strip()]]))
    elif line.startswith("!people "):
        side = line.split()[1]
        blocks.append(Block("people", people=[one for one in agency["people"] if one["side"] == side]))
    elif line.startswith("!news"):
        blocks.append(_news(line, agency))
    elif line.startswith("!"):
        raise ValueError(line)
    elif line == "%page":
        blocks.append(Block("page"))
    else:
        blocks.append(Block("text", line))


def _extend(blocks: list[Block], last: Block, kind: str, row: list[str]) -> None:
    if last.kind == kind:
        last.rows.append(row)
    else:
        blocks.append(Block(kind, rows=[row]))


def _news(line: str, agency: dict[str, Any]) -> Block:
    first, _, last = line.split()[1].partition("-")
    chosen = agency["news"][int(first) : int(last)]
    items = "".join(
        f'<article class="post"><h3><a href="{one["url"]}">{html.escape(one["title"])}</a></h3>'
        f'<span class="post-date">{one["date"]}</span><p>{html.escape(one.get("summary", ""))}</p></article>\n'
        for one in chosen
    )
    return Block("raw", f'<div class="news-list">\n{items}</div>')


def _inline(text: str) -> str:
    text = html.escape(text, quote=False)
    text = re.sub(r"\[\[(.+?)\|(.+?)\]\]", r'<a href="\2">\1</a>', text)
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)


def _table(block: Block) -> str:
    head = "".join(f"<th>{_inline(cell)}</th>" for cell in block.rows[0])
    body = "".join("<tr>" + "".join(f"<td>{_inline(c)}</td>" for c in row) + "</tr>\n" for row in block.rows[1:])
    return f'<table class="table">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>'


def _people(block: Block) -> str:
    return '<div class="people">\n' + "".join(_card(one) for one in block.people) + "</div>"


def _card(one: dict[str, Any]) -> str:
    alt = one["name"] if one.get("alt") else ""
    photo = f'<img src="{one["photo"]}" width="150" height="180" alt="{alt}">' if one.get("photo") else ""
    lines = f'<p class="name">{one["name"]}</p><p class="post-name">{one["post"]}</p>'
    if one.get("phone"):
        lines += f'<p class="tel">โทร. {one["phone"]}</p>'
    if one.get("email"):
        lines += f'<p class="mail">{one["email"]}</p>'
    return f'<div class="person">{photo}{lines}</div>\n'


_HTML = {
    "heading": lambda block: f"<h{block.level + 1}>{_inline(block.text)}</h{block.level + 1}>",
    "text": lambda block: f"<p>{_inline(block.text)}</p>",
    "centre": lambda block: f'<p class="centre" style="text-align:center">{_inline(block.text)}</p>',
    "list": lambda block: "<ul>\n" + "".join(f"<li>{_inline(row[0])}</li>\n" for row in block.rows) + "</ul>",
    "table": _table,
    "image": lambda block: f'<figure><img src="{block.rows[0][0]}" alt="{html.escape(block.text)}"></figure>',
    "people": _people,
    "raw": lambda block: block.text,
    "page": lambda block: '<div style="page-break-after:always"></div>',
}
