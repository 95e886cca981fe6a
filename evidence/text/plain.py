"""Plain text and CSV files: paragraphs by blank lines, or one table."""

from __future__ import annotations

import csv
import hashlib
import io

from evidence.text import document as doc
from evidence.text.decoding import decode
from evidence.text.pieces import PageBuilder

MAX_BYTES, MAX_ROWS, MAX_COLUMNS = 8_000_000, 20_000, 200


def read_text(data: bytes, content_type: str = "") -> doc.DocumentText:
    """Read a text file; `kind` is `text`, every run of lines without a blank line between them a paragraph."""
    text, encoding = decode(data[:MAX_BYTES], content_type)
    builder = PageBuilder("text")
    for paragraph in _paragraphs(text):
        builder.add(doc.PARAGRAPH, paragraph)
    cut = ("cut",) if len(data) > MAX_BYTES else ()
    return doc.DocumentText(
        hashlib.sha256(data).hexdigest(), "text", encoding=encoding, pages=(builder.page(1),), markers=cut
    )


def read_csv(data: bytes, content_type: str = "") -> doc.DocumentText:
    """Read a CSV file (comma, semicolon, tab or bar) as one page with one table, its first row the heading."""
    text, encoding = decode(data[:MAX_BYTES], content_type)
    builder = PageBuilder("csv")
    rows = [[" ".join(cell.split()) for cell in row[:MAX_COLUMNS]] for row in _rows(text)]
    rows = [row for row in rows if any(row)]
    builder.table(rows[:MAX_ROWS], header_rows=1 if len(rows) > 1 else 0)
    page, tables = builder.page(1), builder.tables()
    markers = ("cut",) if len(data) > MAX_BYTES or len(rows) > MAX_ROWS else ()
    return doc.DocumentText(
        hashlib.sha256(data).hexdigest(), "text", encoding=encoding, pages=(page,), tables=tables, markers=markers
    )


def _paragraphs(text: str) -> list[str]:
    found: list[list[str]] = [[]]
    for line in text.replace("\f", "\n\n").splitlines():
        tidy = " ".join(line.split())
        if tidy:
            found[-1].append(tidy)
        elif found[-1]:
            found.append([])
    return ["\n".join(lines) for lines in found if lines]


def _rows(text: str) -> list[list[str]]:
    head = text[:8_000]
    delimiter = max(",;\t|", key=head.count)
    csv.field_size_limit(1_000_000)
    try:
        return list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter))
    except csv.Error:
        return [line.split(delimiter) for line in text.splitlines()]
