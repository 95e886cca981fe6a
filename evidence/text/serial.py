"""A read document as compact JSON, to be stored and to cross from a child process, and back without loss."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from evidence.text import document as doc

FORMAT = 1


def to_json(document: doc.DocumentText) -> bytes:
    """The document as UTF-8 JSON. Offsets are run-length encoded; blocks, links and the like are rows without names."""
    return json.dumps(_document(document), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def from_json(data: bytes) -> doc.DocumentText:
    """The document `to_json` made. Raises ValueError when the bytes are of another format or damaged."""
    try:
        fields = json.loads(data.decode("utf-8", "surrogatepass"))
        if fields.get("format") != FORMAT:
            raise ValueError(f"format {fields.get('format')!r} of a stored text is unknown")
        return _restored(fields)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"a stored text is damaged: {error!r}") from error


def _document(document: doc.DocumentText) -> dict[str, Any]:
    plain = {name: getattr(document, name) for name in _PLAIN if getattr(document, name)}
    return {
        "format": FORMAT,
        **plain,
        "metadata": dict(document.metadata),
        "markers": list(document.markers),
        "pages": [_page(page) for page in document.pages],
        "tables": [_table(table) for table in document.tables],
        **{name: [_row(each) for each in getattr(document, name)] for name in _ROWS},
        "forms": [_form(form) for form in document.forms],
        "located": [[*place, boxes] for place, boxes in document.located.items()],
    }


_PLAIN = ("sha256", "kind", "outcome", "title", "encoding", "detail", "reader_version")
_ROWS = {"links": doc.Link, "images": doc.Image, "frames": doc.Frame}


def _restored(fields: dict[str, Any]) -> doc.DocumentText:
    return doc.DocumentText(
        **{"sha256": "", "kind": "", **{name: fields[name] for name in _PLAIN if name in fields}},
        metadata=fields["metadata"],
        markers=tuple(fields["markers"]),
        pages=tuple(_restored_page(page) for page in fields["pages"]),
        tables=tuple(_restored_table(table) for table in fields["tables"]),
        links=tuple(doc.Link(*row) for row in fields["links"]),
        images=tuple(doc.Image(*row) for row in fields["images"]),
        frames=tuple(doc.Frame(*row) for row in fields["frames"]),
        forms=tuple(_restored_form(row) for row in fields["forms"]),
        located={(page, start, end): tuple(map(tuple, boxes)) for page, start, end, boxes in fields["located"]},
    )


def _page(page: doc.PageText) -> dict[str, Any]:
    same = page.raw == page.text
    return {
        "number": page.number,
        "text": page.text,
        **({} if same else {"raw": page.raw}),
        "offsets": _runs(page.offsets),
        "reader": page.reader,
        "quality": page.quality,
        "repairs": dict(page.repairs),
        "blocks": [_row(block) for block in page.blocks],
        "doubtful": [list(span) for span in page.doubtful],
        "word_boxes": [list(box) for box in page.word_boxes],
        "pictures": [list(box) for box in page.pictures],
        "width": page.width,
        "height": page.height,
        "trouble": page.trouble,
    }


def _restored_page(fields: dict[str, Any]) -> doc.PageText:
    return doc.PageText(
        number=fields["number"],
        text=fields["text"],
        raw=fields.get("raw", fields["text"]),
        offsets=tuple(_from_runs(fields["offsets"])),
        reader=fields["reader"],
        quality=fields["quality"],
        repairs=fields["repairs"],
        blocks=tuple(doc.Block(*row) for row in fields["blocks"]),
        doubtful=tuple((start, end) for start, end in fields["doubtful"]),
        word_boxes=tuple(tuple(box) for box in fields["word_boxes"]),
        pictures=tuple(tuple(box) for box in fields["pictures"]),
        width=fields["width"],
        height=fields["height"],
        trouble=fields["trouble"],
    )


def _table(table: doc.Table) -> dict[str, Any]:
    """Cells once each, rows as numbers of cells: a cell that spans is the same cell in several places."""
    numbers: dict[doc.Cell, int] = {}
    rows = [[numbers.setdefault(cell, len(numbers)) for cell in row] for row in table.rows]
    return {
        "page": table.page,
        "cells": [_row(cell) for cell in numbers],
        "rows": rows,
        "header_rows": table.header_rows,
        "caption": table.caption,
        "pages": _runs(table.pages),
        "area": table.area,
    }


def _restored_table(fields: dict[str, Any]) -> doc.Table:
    cells = [doc.Cell(*row) for row in fields["cells"]]
    return doc.Table(
        page=fields["page"],
        rows=tuple(tuple(cells[number] for number in row) for row in fields["rows"]),
        header_rows=fields["header_rows"],
        caption=fields["caption"],
        pages=tuple(_from_runs(fields["pages"])),
        area=fields["area"],
    )


def _form(form: doc.Form) -> list[Any]:
    action, method, _, *rest = _row(form)
    return [action, method, [_row(field) for field in form.fields], *rest]


def _restored_form(row: list[Any]) -> doc.Form:
    action, method, fields, text, heading, buttons, area, start = row
    restored = tuple(doc.FormField(type_, name, label, tuple(options)) for type_, name, label, options in fields)
    return doc.Form(action, method, restored, text, heading, tuple(buttons), area, start)


def _row(value: Any) -> list[Any]:
    return [getattr(value, name) for name in value.__slots__]


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """`[start, step, length]` for every stretch of numbers with one step between them, 0 or 1."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs:
            start, step, length = runs[-1]
            if length == 1 and number - start in (0, 1):
                runs[-1] = [start, number - start, 2]
                continue
            if length > 1 and number == start + step * length:
                runs[-1][2] += 1
                continue
        runs.append([number, 1, 1])
    return runs


def _from_runs(runs: Iterable[Sequence[int]]) -> Iterable[int]:
    for start, step, length in runs:
        if step:
            yield from range(start, start + length)
        else:
            yield from (start for _ in range(length))
