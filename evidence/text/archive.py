"""Reads the documents inside a ZIP or RAR archive as one document: its pages in order, each file under its name."""

from __future__ import annotations

import hashlib
import io
import re
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import rarfile

from evidence.text import document as doc
from evidence.text import filetype, programs
from evidence.text.decoding import THAI_CODE_PAGE
from evidence.text.options import ReadOptions
from evidence.text.pieces import PageBuilder

READER = "archive"
MAX_DOCUMENTS = 20
MAX_ENTRIES = 5_000
MAX_TOTAL, MAX_MEMBER = 200_000_000, 80_000_000
MAX_RATIO = 200
"""A member of more than a megabyte packed tighter than this is a bomb and is not unpacked."""
_LITTER = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")
_ARCHIVES = (filetype.ZIP, filetype.RAR)
_PROGRAMS = "bsdtar, unrar or unrar-free"
_UNPACK_SECONDS = 20
_BROKEN = (zipfile.BadZipFile, rarfile.Error, zlib.error, EOFError, OSError, ValueError, NotImplementedError, KeyError)

Extract = Callable[..., doc.DocumentText]


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    size: int
    packed: int
    locked: bool
    handle: Any


def read_zip(data: bytes, options: ReadOptions, extract: Extract) -> doc.DocumentText:
    """Read the documents inside a ZIP archive with `extract`, 20 of them at most.

    `kind` is `zip`. Every document's first page begins with a heading block, its file name; the rest of a page is
    what the document's own reader gave (`reader` names it). `metadata["members"]` has a line for each document:
    `first-last page → name, sha256`. What cannot be read inside has a page with `trouble`. An archive inside the
    archive is named and not opened. Outcomes: `encrypted`, `corrupt`, `too_large`, `timeout`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [_zip_member(entry) for entry in archive.infolist()[: MAX_ENTRIES + 1] if not entry.is_dir()]
            return _read(data, members, archive.open, options, extract, "zip")
    except RuntimeError as error:
        return doc.DocumentText("", "zip", outcome="encrypted", detail=str(error)[:200])
    except _BROKEN as error:
        return doc.DocumentText("", "zip", outcome="corrupt", detail=f"{type(error).__name__}: {error}"[:200])


def read_rar(data: bytes, options: ReadOptions, extract: Extract) -> doc.DocumentText:
    """The same for a RAR archive (`kind` zip too, `metadata["format"]` rar).

    Stored members are read directly; packed ones need a system program (`unsupported_type` without one).
    """
    try:
        with rarfile.RarFile(io.BytesIO(data)) as archive:
            if archive.needs_password() and not archive.infolist():
                return doc.DocumentText("", "zip", outcome="encrypted", detail="the archive asks for a password")
            members = [_rar_member(entry) for entry in archive.infolist()[: MAX_ENTRIES + 1] if entry.is_file()]
            if any(entry.compress_type != rarfile.RAR_M0 for entry in archive.infolist()) and not unpacker():
                detail = f"packed RAR archive; a system program ({_PROGRAMS}) would read it, see `oit doctor`"
                return doc.DocumentText("", "zip", outcome="unsupported_type", detail=detail)
            with _RarOpener(data, archive, options) as opener:
                return _read(data, members, opener, options, extract, "rar")
    except rarfile.PasswordRequired as error:
        return doc.DocumentText("", "zip", outcome="encrypted", detail=str(error)[:200])
    except _BROKEN as error:
        return doc.DocumentText("", "zip", outcome="corrupt", detail=f"{type(error).__name__}: {error}"[:200])


def _zip_member(entry: zipfile.ZipInfo) -> _Member:
    return _Member(_zip_name(entry), entry.file_size, entry.compress_size, bool(entry.flag_bits & 1), entry)


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """The name; Thai Windows writes its own code page or UTF-8 without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", THAI_CODE_PAGE):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _rar_member(entry: Any) -> _Member:
    return _Member(entry.filename, int(entry.file_size or 0), int(entry.compress_size or 0),
                   bool(entry.needs_password()), entry)  # fmt: skip


def unpacker() -> str:
    """The path of the system program that unpacks RAR archives, or an empty text."""
    return programs.find("bsdtar", "unrar", "unrar-free")


class _RarOpener:
    """Opens the members of a RAR archive: stored ones at once, packed ones by a system program, one at a time."""

    def __init__(self, data: bytes, archive: Any, options: ReadOptions) -> None:
        self._archive = archive
        self._seconds = max(1.0, min(_UNPACK_SECONDS, options.seconds * 0.4))
        self._holder = tempfile.TemporaryDirectory(prefix="oit-rar-")
        self._folder = Path(self._holder.name)
        (self._folder / "archive.rar").write_bytes(data)

    def __enter__(self) -> _RarOpener:
        return self

    def __exit__(self, *_: object) -> None:
        self._holder.cleanup()

    def __call__(self, entry: Any) -> Any:
        """A stream of the member's bytes; raises OSError where it cannot be unpacked."""
        if entry.compress_type == rarfile.RAR_M0:
            return self._archive.open(entry)
        program = unpacker()
        if Path(program).resolve().name == "unrar-free":
            return io.BytesIO(self._into_folder(program, entry.filename))
        escaped = re.sub(r"([\\*?\[\]{}])", r"\\\1", entry.filename)
        command = [program, "-x", "-O", "-f", "archive.rar", "--", escaped]
        if Path(program).name == "unrar":
            command = [program, "p", "-inul", "-p-", "--", "archive.rar", entry.filename]
        done = programs.run(command, self._folder, self._seconds, 512, needs_no_network=False)
        if done.trouble:
            raise OSError(done.detail)
        return io.BytesIO(done.output)

    def _into_folder(self, program: str, name: str) -> bytes:
        with tempfile.TemporaryDirectory(dir=self._folder) as inside:
            command = [program, "--extract", "--force", str(self._folder / "archive.rar"), name]
            done = programs.run(command, Path(inside), self._seconds, 512, needs_no_network=False)
            found = Path(inside) / name
            if done.trouble or not found.is_file() or not found.resolve().is_relative_to(Path(inside).resolve()):
                raise OSError(done.detail or "the member could not be unpacked")
            with found.open("rb") as stream:
                return stream.read(MAX_MEMBER + 1)


def _read(
    data: bytes, members: Sequence[_Member], opener: Callable[[Any], Any], options: ReadOptions, extract: Extract,
    form: str,
) -> doc.DocumentText:  # fmt: skip
    if len(members) > MAX_ENTRIES:
        return doc.DocumentText("", "zip", outcome="too_large", detail=f"more than {MAX_ENTRIES} files")
    wanted = [member for member in members if not _is_litter(member.name)]
    refused = _refusal(wanted)
    if refused is not None:
        return refused
    binder = _Binder()
    end = time.monotonic() + options.seconds * 0.8
    pages = options.max_pages
    for member in wanted[:MAX_DOCUMENTS]:
        left = end - time.monotonic()
        if left <= 0 or pages <= 0:
            binder.skip(member.name, "no time is left" if pages > 0 else "more pages than are read of one archive")
            continue
        if member.locked:
            binder.skip(member.name, "asks for a password")
            continue
        try:
            content = _content(opener, member)
        except _BROKEN as error:
            binder.skip(member.name, f"cannot be unpacked: {error}")
            continue
        if content is None:
            return doc.DocumentText("", "zip", outcome="too_large", detail=f"{member.name[:100]} unpacks to too much")
        if filetype.sniff(content)[0] in _ARCHIVES:
            binder.skip(member.name, "archive inside an archive, not opened")
            continue
        mine = replace(options, max_pages=pages, seconds=max(1.0, left), test_hook="")
        document = extract(content, url=member.name, options=mine)
        binder.add(member.name, hashlib.sha256(content).hexdigest(), document)
        pages -= len(document.pages)
    for member in wanted[MAX_DOCUMENTS:][:200]:
        binder.skip(member.name, f"only {MAX_DOCUMENTS} files of an archive are read")
    return binder.bound(hashlib.sha256(data).hexdigest(), form)


def _is_litter(name: str) -> bool:
    parts = [part.lower() for part in name.replace("\\", "/").split("/")]
    return any(part in _LITTER for part in parts) or parts[-1].startswith("._")


def _refusal(members: Sequence[_Member]) -> doc.DocumentText | None:
    if not members:
        return doc.DocumentText("", "zip", outcome="corrupt", detail="the archive holds no files")
    if all(member.locked for member in members):
        return doc.DocumentText("", "zip", outcome="encrypted", detail="the archive asks for a password")
    total = sum(member.size for member in members)
    tight = any(member.size > 1_000_000 and member.size > MAX_RATIO * max(1, member.packed) for member in members)
    if total > MAX_TOTAL or tight or any(member.size > MAX_MEMBER for member in members):
        return doc.DocumentText("", "zip", outcome="too_large", detail=f"unpacks to {total // 1_000_000} MB")
    return None


def _content(opener: Callable[[Any], Any], member: _Member) -> bytes | None:
    """The member's bytes, None where it holds more than its entry says or may hold."""
    most = min(MAX_MEMBER, member.size)
    with opener(member.handle) as stream:
        content: bytes = stream.read(most + 1)
    return content if len(content) <= most else None


class _Binder:
    """Puts documents one behind the other: page numbers, table numbers and blocks are moved along."""

    def __init__(self) -> None:
        self.pages: list[doc.PageText] = []
        self.tables: list[doc.Table] = []
        self.images: list[doc.Image] = []
        self.members: list[str] = []
        self.titles: list[str] = []
        self.markers: list[str] = []

    def add(self, name: str, sha256: str, document: doc.DocumentText) -> None:
        if document.outcome != "ok" or not document.pages:
            self.skip(name, document.detail or document.outcome, document.outcome, sha256)
            return
        first, tables = len(self.pages), len(self.tables)
        for number, page in enumerate(document.pages):
            moved = replace(_shifted(page, tables), number=first + number + 1)
            self.pages.append(_headed(moved, _shown(name)) if number == 0 else moved)
        for table in document.tables:
            self.tables.append(_moved_table(table, first, len(_shown(name)) + 1))
        self.images += document.images
        self.titles.append(document.title)
        self.markers += [marker for marker in document.markers if marker == "cut" or marker.startswith("pages_cut")]
        self.members.append(f"{first + 1}-{len(self.pages)} → {_shown(name)}, {sha256}")

    def skip(self, name: str, reason: str, outcome: str = "", sha256: str = "") -> None:
        """A page that only names a file that is not read."""
        builder = PageBuilder(READER)
        builder.add(doc.HEADING, _shown(name), 1)
        page = builder.page(len(self.pages) + 1)
        self.pages.append(replace(page, trouble="unreadable"))
        number = len(self.pages)
        why = f"{outcome}: {reason}" if outcome and outcome != reason else reason
        self.members.append(
            f"{number}-{number} → {_shown(name)}, {sha256 or 'not read'} ({' '.join(why.split())[:200]})"
        )

    def bound(self, sha256: str, form: str) -> doc.DocumentText:
        title = self.titles[0] if len(self.titles) == 1 else ""
        return doc.DocumentText(
            sha256,
            "zip",
            title=title,
            pages=tuple(self.pages),
            tables=tuple(self.tables),
            images=tuple(self.images[:2_000]),
            metadata={"members": "\n".join(self.members), "format": form},
            markers=tuple(dict.fromkeys(self.markers)),
        )


def _shown(name: str) -> str:
    """The file's name as one line, without its folder."""
    printable = "".join(letter if letter.isprintable() else " " for letter in name.replace("\\", "/").rstrip("/"))
    return " ".join(PurePosixPath(printable).name.split())[:200] or "?"


def _shifted(page: doc.PageText, tables: int) -> doc.PageText:
    blocks = (replace(block, table=block.table + tables) if block.table >= 0 else block for block in page.blocks)
    return replace(page, blocks=tuple(blocks))


def _headed(page: doc.PageText, name: str) -> doc.PageText:
    """The page under a heading that is the file's name, in the text and in the raw text alike."""
    by = len(name) + 1
    blocks = [doc.Block(doc.HEADING, 0, len(name), level=1, section=-1)]
    for block in page.blocks:
        section = block.section + 1 if block.section >= 0 else 0
        blocks.append(replace(block, start=block.start + by, end=block.end + by, section=section))
    return replace(
        page,
        text=f"{name}\n{page.text}",
        raw=f"{name}\n{page.raw}",
        offsets=(*range(by), *(offset + by for offset in page.offsets)),
        blocks=tuple(blocks),
        doubtful=tuple((start + by, end + by) for start, end in page.doubtful),
        word_boxes=tuple((start + by, end + by, *box) for start, end, *box in page.word_boxes),  # type: ignore[misc]
    )


def _moved_table(table: doc.Table, first: int, by: int) -> doc.Table:
    """A table with page numbers of the whole; cells on the headed page stand further down its text."""
    numbers = table.pages or (table.page,) * len(table.rows)
    rows = tuple(
        tuple(
            replace(cell, start=cell.start + by, end=cell.end + by) if number == 1 and cell.start >= 0 else cell
            for cell in row
        )
        for row, number in zip(table.rows, numbers, strict=False)
    )
    return replace(
        table, page=table.page + first, rows=rows, pages=tuple(number + first for number in numbers[: len(rows)])
    )
