"""Keeps what OCR read of documents on this machine, so that `oit read` puts the same bytes through it only once.

Audits keep their texts in the evidence store. This is for documents read outside one: files in
`$XDG_CACHE_HOME/oit/texts` (`~/.cache/oit/texts`), named by the readers' version, the bytes' SHA-256 and the limits of reading.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path

from evidence.text import READER_VERSION, serial
from evidence.text.document import DocumentText
from evidence.text.ocr import READER
from evidence.text.options import ReadOptions

MOST_BYTES = 100_000_000
"""What the kept texts may weigh together; those used longest ago go first."""


def known(sha256: str, options: ReadOptions) -> DocumentText | None:
    """What these readers made of the bytes within these limits before; None if they did not, or it is damaged."""
    path = _path(sha256, options)
    try:
        document = serial.from_json(zlib.decompress(path.read_bytes()))
        os.utime(path)
    except (OSError, ValueError, zlib.error):
        return None
    return document


def keep(document: DocumentText, options: ReadOptions) -> None:
    """Keep a text that took OCR; nothing else is slow enough. A folder that cannot be written keeps nothing."""
    if not any(page.reader == READER and page.text for page in document.pages):
        return
    path = _path(document.sha256, options)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(zlib.compress(serial.to_json(document)))
        Path(file.name).replace(path)
        _prune(path.parent)


def _path(sha256: str, options: ReadOptions) -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    limits = hashlib.sha256(repr(options).encode()).hexdigest()[:8]
    return Path(home) / "oit" / "texts" / f"{READER_VERSION}-{sha256}-{limits}"


def _prune(folder: Path) -> None:
    files = sorted(((entry.stat(), entry.path) for entry in os.scandir(folder)), key=lambda one: -one[0].st_mtime)
    weight = 0
    for stat, path in files:
        weight += stat.st_size
        if weight > MOST_BYTES:
            Path(path).unlink()
