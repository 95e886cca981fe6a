"""A bag (BagIt 1.0, RFC 8493) in a ZIP file: files with a manifest of their hashes, written once and read with mistrust."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from oit.errors import OitError

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
INFO = "bag-info.txt"
PAYLOAD = "data/"
MOST_FILES = 50_000
MOST_BYTES = 4 * 1024**3
CHUNK = 1024 * 1024
_STORED = (".png", ".jpg", ".jpeg", ".webp", ".gz", ".zip", ".wacz", ".docx", ".xlsx", ".pptx", ".pdf")
_MOMENT = (1980, 1, 1, 0, 0, 0)


class BadBag(OitError):
    """A file is no bag that can be read: no ZIP, unsafe names, too large. Raised by `open_bag` and `read`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing in a bag that is not as its manifests say: `changed`, `missing`, `unlisted` or `malformed`."""

    path: str
    kind: str


class BagWriter:
    """Writes a bag into a ZIP file: payload first, then tag files, then the manifests.

    The same files give the same bytes, whenever and wherever it is written. `name` is the folder inside the ZIP.
    """

    def __init__(self, file: Path, name: str) -> None:
        self._zip = zipfile.ZipFile(file, "w")
        self._name = name
        self.payload: dict[str, str] = {}
        self._sizes = 0
        self._tags: dict[str, str] = {}

    def add(self, path: str, data: bytes) -> None:
        """Add a payload file; `path` is relative to the payload folder. The same path twice is a ValueError."""
        full = PAYLOAD + path
        if full in self.payload:
            raise ValueError(f"{path} is in the bag already")
        self.payload[full] = hashlib.sha256(data).hexdigest()
        self._sizes += len(data)
        self._write(full, data)

    def manifest(self) -> bytes:
        """The payload manifest as it will be written."""
        return _lines(self.payload)

    def close(self, tags: Mapping[str, bytes], info: Mapping[str, str]) -> None:
        """Write tag files, bag-info.txt and the manifests, and close the ZIP."""
        every = {"bagit.txt": DECLARATION, MANIFEST: self.manifest(), INFO: self.info(info), **tags}
        for path, data in every.items():
            self._tags[path] = hashlib.sha256(data).hexdigest()
            self._write(path, data)
        self._write(TAG_MANIFEST, _lines(self._tags))
        self._zip.close()

    def info(self, info: Mapping[str, str]) -> bytes:
        """The bytes of bag-info.txt, with the payload's size and number of files."""
        all_of = {**info, "Payload-Oxum": f"{self._sizes}.{len(self.payload)}"}
        return "".join(f"{key}: {_one_line(value)}\n" for key, value in all_of.items()).encode()

    def _write(self, path: str, data: bytes) -> None:
        entry = zipfile.ZipInfo(f"{self._name}/{path}", _MOMENT)
        entry.compress_type = zipfile.ZIP_STORED if path.lower().endswith(_STORED) else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        self._zip.writestr(entry, data)


class BagReader:
    """The files of a bag in a ZIP, by path inside the bag. Nothing is unpacked to disk. Use as a context manager."""

    def __init__(self, file: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise BadBag(f"{file}: is no readable ZIP file ({error})") from error
        try:
            self._entries = _entries(self._zip, file)
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> BagReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @property
    def paths(self) -> list[str]:
        return list(self._entries)

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises BadBag where the ZIP is damaged there, KeyError where there is no such file."""
        return b"".join(self._chunks(path))

    def sha256(self, path: str) -> str:
        digest = hashlib.sha256()
        for chunk in self._chunks(path):
            digest.update(chunk)
        return digest.hexdigest()

    def fault(self) -> Fault | None:
        """The first file that is not as the manifests say, or None. Every file of the bag is looked at."""
        for path in ("bagit.txt", INFO, MANIFEST, TAG_MANIFEST):
            if path not in self._entries:
                return Fault(path, "missing")
        listed = {TAG_MANIFEST: self._listed(TAG_MANIFEST), MANIFEST: self._listed(MANIFEST)}
        for path, lines in listed.items():
            if lines is None:
                return Fault(path, "malformed")
        tags, payload = listed[TAG_MANIFEST] or {}, listed[MANIFEST] or {}
        for path in self._entries:
            expected = (payload if path.startswith(PAYLOAD) else tags).get(path)
            if expected is None and path != TAG_MANIFEST:
                return Fault(path, "unlisted")
            if expected is not None and self._differs(path, expected):
                return Fault(path, "changed")
        for path in [*tags, *payload]:
            if path not in self._entries:
                return Fault(path, "missing")
        return None

    def _differs(self, path: str, expected: str) -> bool:
        try:
            return self.sha256(path) != expected
        except BadBag:
            return True

    def _listed(self, path: str) -> dict[str, str] | None:
        """Path and hash of each line; None unless the file is exactly what `_lines` would write."""
        try:
            data = self.read(path)
            pairs = [line.split("  ", 1) for line in data.decode().splitlines()]
            listed = {name: digest for digest, name in pairs}
        except (BadBag, ValueError):
            return None
        return listed if _lines(listed) == data else None

    def _chunks(self, path: str) -> Iterator[bytes]:
        entry = self._entries[path]
        try:
            with self._zip.open(entry) as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
            zlib.error,
        ) as error:
            raise BadBag(f"{path}: is damaged in the ZIP file ({error})") from error


def merkle_root(hashes: Mapping[str, str]) -> str:
    """The root over path and SHA-256 of every file, in the order of paths (leaves and nodes as in RFC 9162 §2.1)."""
    level = [
        hashlib.sha256(b"\x00" + path.encode() + b"\x00" + bytes.fromhex(digest)).digest()
        for path, digest in sorted(hashes.items())
    ]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
        level = above + level[len(above) * 2 :]
    return level[0].hex()


def _lines(hashes: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(hashes.items())).encode()


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _entries(packed: zipfile.ZipFile, file: Path) -> dict[str, zipfile.ZipInfo]:
    infos = [entry for entry in packed.infolist() if not entry.is_dir()]
    if len(infos) > MOST_FILES or sum(entry.file_size for entry in infos) > MOST_BYTES:
        raise BadBag(f"{file}: holds more than a pack can")
    tops = {PurePosixPath(entry.filename).parts[:1] for entry in infos}
    if len(tops) != 1 or any(_is_unsafe(entry.filename) for entry in infos):
        raise BadBag(f"{file}: is no evidence pack (its files do not lie in one folder)")
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in infos:
        path = entry.filename.partition("/")[2]
        if path in found:
            raise BadBag(f"{file}: holds {path} twice")
        found[path] = entry
    return found


def _is_unsafe(name: str) -> bool:
    parts = name.split("/")
    return len(parts) < 2 or name.startswith("/") or "\\" in name or any(part in ("", ".", "..") for part in parts)
