"""Reads formats that need a system program: Word and PowerPoint of before 2007, binary workbooks, old drawings of them."""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import replace
from pathlib import Path

from evidence.text import document as doc
from evidence.text import programs
from evidence.text.options import ReadOptions
from evidence.text.pieces import PageBuilder

LIBREOFFICE = ("soffice", "libreoffice")
TARGETS = {"doc": "docx", "ppt": "pptx", "xlsb": "xlsx", "xls": "xlsx", "xml": "xlsx"}
_MEMORY_MB = 3_072
_RESTART = 81
_ANTIWORD = ("antiword",)
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""  # noqa: E501
"""No macros, no links followed: a second lock behind the missing network."""


def office() -> str:
    """The path of LibreOffice, or an empty text."""
    return programs.find(*LIBREOFFICE)


def read_legacy(data: bytes, form: str, options: ReadOptions) -> doc.DocumentText:
    """Read an old Office file (`form` doc, ppt or xlsb) through LibreOffice, else a `doc` through antiword.

    Gives the shape of the new format (`kind` docx, pptx, xlsx; `metadata["format"]` the old one). Outcomes:
    `unsupported_type` where no program is installed or none can be shut off from the network, `corrupt`, `timeout`,
    `too_large`.
    """
    program, antiword = office(), programs.find(*_ANTIWORD) if form == "doc" else ""
    read = _by_libreoffice(data, form, program, options) if program else None
    if antiword and (read is None or read.outcome == "unsupported_type"):
        read = _by_antiword(data, antiword, options)
    if read is None:
        wanted = "antiword or LibreOffice" if form == "doc" else "LibreOffice"
        detail = f"old Office file (.{form}); the system program {wanted} would read it, see `oit doctor`"
        return doc.DocumentText("", "text", outcome="unsupported_type", detail=detail)
    return read


def _by_libreoffice(data: bytes, form: str, program: str, options: ReadOptions) -> doc.DocumentText:
    with tempfile.TemporaryDirectory(prefix="oit-office-") as name:
        folder = Path(name)
        (folder / f"document.{form}").write_bytes(data)
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        command = [
            _binary(program), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nologo",
            "--nodefault", "--nolockcheck", "--convert-to", TARGETS[form], "--outdir", str(folder / "out"),
            str(folder / f"document.{form}"),
        ]  # fmt: skip
        seconds = max(1.0, options.seconds * 0.7)
        for _ in range(2):
            done = programs.run(command, folder, seconds, _MEMORY_MB)
            if f"code {_RESTART}" not in done.detail:
                break
        result = folder / "out" / f"document.{TARGETS[form]}"
        if done.trouble == "no_isolation":
            return doc.DocumentText("", TARGETS[form], outcome="unsupported_type", detail=done.detail)
        if not result.is_file() or done.trouble in ("timeout", "too_large"):
            detail = done.detail or "LibreOffice could not open the file"
            return doc.DocumentText("", TARGETS[form], outcome=done.trouble or "corrupt", detail=detail)
        return _named(_read_new(result.read_bytes(), TARGETS[form]), form, "LibreOffice")


def _binary(program: str) -> str:
    """The program itself beside its start script: a script's children could outlive it."""
    beside = Path(program).resolve().parent / "soffice.bin"
    return str(beside) if beside.is_file() else program


def _read_new(data: bytes, kind: str) -> doc.DocumentText:
    if kind == "pptx":
        from evidence.text.presentation import read_pptx

        return read_pptx(data)
    from evidence.text.office import read_docx, read_xlsx

    return read_docx(data) if kind == "docx" else read_xlsx(data)


def _by_antiword(data: bytes, antiword: str, options: ReadOptions) -> doc.DocumentText:
    """Paragraphs and table rows as antiword prints them, one line a paragraph."""
    with tempfile.TemporaryDirectory(prefix="oit-office-") as name:
        folder = Path(name)
        (folder / "document.doc").write_bytes(data)
        command = [antiword, "-m", "UTF-8.txt", "-w", "0", "document.doc"]
        done = programs.run(command, folder, max(1.0, options.seconds * 0.3), 512, needs_no_network=False)
        if done.trouble:
            return doc.DocumentText("", "docx", outcome=done.trouble, detail=done.detail)
    pages: list[doc.PageText] = []
    tables: list[doc.Table] = []
    for number, text in enumerate(done.output.decode("utf-8", "replace").split("\f"), start=1):
        builder = PageBuilder("antiword", first_table=len(tables))
        for is_row, lines in itertools.groupby(text.splitlines(), _is_row):
            if is_row:
                rows = [[" ".join(cell.split()) for cell in line.strip().strip("|").split("|")] for line in lines]
                width = max(map(len, rows))
                builder.table([row + [""] * (width - len(row)) for row in rows], 0)
            else:
                for line in lines:
                    builder.add(doc.PARAGRAPH, " ".join(line.split()))
        pages.append(builder.page(number))
        tables.extend(builder.tables())
    return _named(doc.DocumentText("", "docx", pages=tuple(pages), tables=tuple(tables)), "doc", "antiword")


def _is_row(line: str) -> bool:
    return line.startswith("|") and line.count("|") > 2


def _named(document: doc.DocumentText, form: str, program: str) -> doc.DocumentText:
    return replace(document, metadata={**document.metadata, "format": form, "converted_by": program})
