"""Bytes kept under their own SHA-256, so that nothing fetched is ever stored twice, changed or half-written."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from oit.errors import OitError


class DamagedEvidence(OitError):
    """A stored file is missing or no longer has the hash it is named by. Raised by `Blobs.get`."""


class Blobs:
    """A folder of files named by their hash: `ab/cdef…`. Safe to share between processes and to kill at any moment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Keep these bytes and return their SHA-256 in hex. On return they are on the disk."""
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        if not target.exists():
            self._write(target, data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of that hash.

        Raises:
            DamagedEvidence: nothing is stored under the hash, or what is there is something else.
        """
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise DamagedEvidence(f"no stored document has the hash {sha256}") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DamagedEvidence(f"the stored document {sha256} has been damaged: its content has another hash")
        return data

    def path(self, sha256: str) -> Path:
        """Where the bytes of that hash are, or would be."""
        return self.folder / sha256[:2] / sha256[2:]

    def __contains__(self, sha256: str) -> bool:
        return bool(sha256) and self.path(sha256).is_file()

    def _write(self, target: Path, data: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".writing-", dir=target.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename inside the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
