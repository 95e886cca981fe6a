"""What may be opened as an Office file: unpacked size, ratio, number of parts, encryption, macro-enabled variants."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from evidence.text.document import DocumentText

MAX_UNPACKED = 300_000_000
MAX_PARTS = 5_000
MAX_RATIO = 200
"""A part of more than a megabyte that was packed tighter than this is a bomb: Office XML packs 5 to 40 to one."""
_DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OTHER_DOCUMENT_TYPES = re.compile(
    rb"application/vnd\.(?:ms-word\.document\.macroEnabled|ms-word\.template\.macroEnabledTemplate"
    rb"|openxmlformats-officedocument\.wordprocessingml\.template)\.main\+xml"
)


def refusal(data: bytes, kind: str) -> DocumentText | None:
    """Why the package is not opened (`encrypted`, `corrupt`, `too_large`), or None when it may be."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            broken = archive.testzip() if _size(parts) <= MAX_UNPACKED and not _tight(parts) else None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        return DocumentText("", kind, outcome="corrupt", detail=f"broken zip archive: {error}"[:200])
    except (RuntimeError, NotImplementedError):
        return DocumentText("", kind, outcome="encrypted", detail="the zip archive asks for a password")
    if len(parts) > MAX_PARTS or _size(parts) > MAX_UNPACKED or _tight(parts):
        return DocumentText("", kind, outcome="too_large", detail=f"unpacks to {_size(parts) // 1_000_000} MB")
    if broken:
        return DocumentText("", kind, outcome="corrupt", detail=f"broken part in the zip archive: {broken}"[:200])
    return None


def as_plain_document(data: bytes) -> bytes:
    """A macro-enabled document or a template under the type of a plain one, which the reader asks for."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read("[Content_Types].xml")
        if not _OTHER_DOCUMENT_TYPES.search(types):
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as plain:
            for part in archive.infolist():
                own = _OTHER_DOCUMENT_TYPES.sub(_DOCUMENT_TYPE.encode(), types)
                plain.writestr(part.filename, own if part.filename == "[Content_Types].xml" else archive.read(part))
    return out.getvalue()


def _size(parts: list[zipfile.ZipInfo]) -> int:
    return sum(part.file_size for part in parts)


def _tight(parts: list[zipfile.ZipInfo]) -> bool:
    return any(part.file_size > 1_000_000 and part.file_size > MAX_RATIO * max(1, part.compress_size) for part in parts)
