"""Turns a stored document into readable, searchable Thai text."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from evidence.text import filetype
from evidence.text.document import DocumentText
from evidence.text.options import ReadOptions

__all__ = ["READER_VERSION", "ReadOptions", "extract"]

_READERS = {
    filetype.DOCX: ("office", "read_docx"),
    filetype.XLSX: ("office", "read_xlsx"),
    filetype.PPTX: ("presentation", "read_pptx"),
    filetype.XLS: ("office_xls", "read_xls"),
    filetype.ODT: ("opendocument", "read_odt"),
    filetype.ODS: ("opendocument", "read_ods"),
    filetype.ODP: ("opendocument", "read_odp"),
    filetype.RTF: ("rtf", "read_rtf"),
}
"""Readers that need the bytes alone, by module."""
_SHAPES = {
    filetype.XLS: "xlsx",
    filetype.ODS: "xlsx",
    filetype.ODT: "docx",
    filetype.RTF: "docx",
    filetype.ODP: "pptx",
    filetype.RAR: "zip",
}
"""The `kind` a document has whose own format is another: its shape."""


def extract(data: bytes, *, content_type: str = "", url: str = "", options: ReadOptions | None = None) -> DocumentText:
    """Read a document of any kind, in this process. What it really is decides how it is read, not its name.

    Never raises: what cannot be read comes back with an `outcome` other than `ok` and a `detail` that says why.
    """
    options = options or ReadOptions()
    digest = hashlib.sha256(data).hexdigest()
    if not data.strip(b"\0 \t\r\n"):
        return DocumentText(
            digest, "text", outcome="corrupt", detail="the file is empty", reader_version=READER_VERSION
        )
    kind = filetype.TEXT
    try:
        if options.test_hook:
            _hook(options.test_hook)(data)
        kind, detail = filetype.sniff(data, content_type, url)
        read = _read(kind, detail, data, content_type, url, options)
    except MemoryError:
        read = DocumentText(
            digest,
            _plain_kind(kind),
            outcome="too_large",
            detail=f"reading needed more than {options.memory_mb} MB of memory",
        )
    except Exception as error:  # a hostile document may break any parser in any way
        read = DocumentText(
            digest, _plain_kind(kind), outcome="corrupt", detail=f"{type(error).__name__}: {error}"[:300]
        )
    detail = read.detail or ("" if read.outcome == "ok" else "none of its pages can be read")
    return replace(read, sha256=digest, reader_version=READER_VERSION, detail=detail)


def _read(kind: str, detail: str, data: bytes, content_type: str, url: str, options: ReadOptions) -> DocumentText:
    """Readers are imported when first needed: a page costs nothing of what a PDF needs."""
    if kind == filetype.HTML:
        from evidence.text.html import read_html

        return read_html(data, url, content_type)
    if kind == filetype.PDF:
        from evidence.text.pdf import read_pdf

        return read_pdf(data, options)
    if kind == filetype.IMAGE:
        from evidence.text.image import read_image

        return read_image(data, options)
    if kind in _READERS:
        module, name = _READERS[kind]
        read: Callable[[bytes], DocumentText] = getattr(importlib.import_module(f"evidence.text.{module}"), name)
        return read(data)
    if kind == filetype.LEGACY:
        from evidence.text.converters import read_legacy

        return read_legacy(data, detail, options)
    if kind in (filetype.ZIP, filetype.RAR):
        from evidence.text.archive import read_rar, read_zip

        return (read_zip if kind == filetype.ZIP else read_rar)(data, options, extract)
    if kind == filetype.TEXT:
        from evidence.text.plain import read_csv, read_text

        return read_csv(data, content_type) if detail == "csv" else read_text(data, content_type)
    return _refusal(kind, detail)


def _refusal(kind: str, detail: str) -> DocumentText:
    if kind == filetype.ENCRYPTED_OOXML:
        return DocumentText("", "docx", outcome="encrypted", detail="the Office file asks for a password")
    if kind == filetype.BROKEN_ZIP:
        return DocumentText("", "text", outcome="corrupt", detail=detail)
    if kind == filetype.OLE:
        detail = "a file of an old Office program that is not read"
    return DocumentText("", "text", outcome="unsupported_type", detail=detail)


def _plain_kind(kind: str) -> str:
    if kind in (filetype.HTML, filetype.PDF, filetype.DOCX, filetype.XLSX, filetype.PPTX, filetype.IMAGE, filetype.ZIP):
        return kind
    return _SHAPES.get(kind, filetype.TEXT)


def _version() -> str:
    """A short digest of all that decides what text a document gives: the readers and their tables."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.py"), *folder.glob("*.toml"), *folder.glob("tables/*.json")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


READER_VERSION = _version()
"""Changes with the readers; a stored text of another version is read again from its document."""


def _hook(name: str) -> Callable[[bytes], object]:
    module, _, function = name.partition(":")
    hook: Callable[[bytes], object] = getattr(importlib.import_module(module), function)
    return hook
