"""What kind of file some bytes really are, whatever their name and declaration say."""

from __future__ import annotations

import io
import re
import zipfile

HTML, PDF, DOCX, XLSX, IMAGE, TEXT = "html", "pdf", "docx", "xlsx", "image", "text"
OLE, ENCRYPTED_OOXML, ZIP, OTHER, BROKEN_ZIP = "ole", "encrypted_ooxml", "zip", "other", "broken_zip"
PPTX, ODT, ODS, ODP, RTF, XLS, RAR, LEGACY = "pptx", "odt", "ods", "odp", "rtf", "xls", "rar", "legacy"
_OPEN_DOCUMENT = {"text": ODT, "spreadsheet": ODS, "presentation": ODP}

_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*", b"\0\0\x01\0")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(
    rb"(?i)<\s*(?:!doctype\s+html|html|head|body|title|meta|script|style|div|table|p|a|br|span|frameset|h[1-6]|ul|ol|img|font|center|link|b|strong|form|iframe|section|main|nav|!--)[\s>/]"
)
_XML_OFFICE = re.compile(rb"(?i)<\?mso-application|urn:schemas-microsoft-com:office:spreadsheet")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_KNOWN_OTHERS = (
    (b"%!PS", "PostScript"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"ID3", "audio"),
    (b"OggS", "audio or video"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"AT&TFORM", "DjVu"),
    (b"8BPS", "Photoshop picture"),
    (b"SQLite format 3", "database"),
    (b"CWS", "Flash"),
    (b"FWS", "Flash"),
)


_BINARY_NAME = re.compile(r"\.(pdf|docx|xlsx|pptx|odt|ods|zip|rar|7z|jpe?g|png|gif)$", re.IGNORECASE)


def sniff(data: bytes, content_type: str = "", url: str = "") -> tuple[str, str]:
    """The kind of the file and a word on it (for kinds that are not read: what it is).

    Decided by content. The declared type and the address only tell apart what content leaves open (text, CSV).
    """
    head = data[:4096]
    start = head.lstrip()
    if start.startswith(b"%PDF") or (b"%PDF-" in data[:1024] and not _MARKUP.search(data[: data.find(b"%PDF-")])):
        return PDF, ""
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _zip_kind(data)
    if data.startswith(_OLE):
        return (ENCRYPTED_OOXML, "") if _utf16(b"EncryptedPackage") in data else _ole_kind(data)
    if data.startswith(_IMAGES) and not (data.startswith(b"BM") and not _BINARY.search(head[2:30])):
        return IMAGE, ""
    if (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or data[4:12] in (b"ftypavif", b"ftypheic", b"ftypmif1"):
        return IMAGE, ""
    if data.startswith(b"Rar!\x1a\x07"):
        return RAR, ""
    if start.startswith(b"{\\rtf") or (start[3:].startswith(b"{\\rtf") and start.startswith(b"\xef\xbb\xbf")):
        return RTF, ""
    for magic, name in _KNOWN_OTHERS:
        if data.startswith(magic):
            return OTHER, name
    if data[4:8] == b"ftyp":
        return OTHER, "video"
    return _text_kind(data, head, content_type, url)


def _text_kind(data: bytes, head: bytes, content_type: str, url: str) -> tuple[str, str]:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or (head[:400].count(0) > 20 and not data[:400].count(b"\0\0\0"))
    plain = head.replace(b"\0", b"") if wide else head
    if _XML_OFFICE.search(plain[:1000]):
        return OTHER, "Excel 2003 XML"
    if re.match(rb"(?i)\s*(?:\xef\xbb\xbf|\xff\xfe)?\s*(?:<\?xml[^>]*>\s*)?<svg[\s>]", plain):
        return OTHER, "SVG picture"
    if not wide and len(_BINARY.findall(head)) > len(head) // 100:
        return (HTML, "") if _MARKUP.search(head[:200]) else (OTHER, "unknown binary file")
    if _MARKUP.search(plain) or _MARKUP.search(data[4096:65536]) or b"<?php" in plain:
        return HTML, ""
    declared = content_type.partition(";")[0].strip().lower()
    if declared in ("text/html", "application/xhtml+xml"):
        return HTML, ""
    named = _BINARY_NAME.search(url.partition("?")[0].partition("#")[0])
    if named and not declared.startswith("text/"):
        return BROKEN_ZIP, f"a file named .{named[1].lower()} that holds plain text"
    return TEXT, "csv" if declared in ("text/csv", "application/csv") or url.partition("?")[0].lower().endswith(
        ".csv"
    ) else ""


def _zip_kind(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:80].decode("ascii", "replace") if _small(archive, "mimetype") else ""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zipfile.zlib.error):  # type: ignore[attr-defined]
        return BROKEN_ZIP, "broken zip archive"
    if "[Content_Types].xml" in names:
        if "xl/workbook.bin" in names:
            return LEGACY, "xlsb"
        for prefix, kind in (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)):
            if any(name.startswith(prefix) for name in names):
                return kind, ""
        return OTHER, "Office file"
    if mimetype.startswith("application/vnd.oasis.opendocument."):
        name = mimetype.strip().removeprefix("application/vnd.oasis.opendocument.").removesuffix("-template")
        return (_OPEN_DOCUMENT[name], "") if name in _OPEN_DOCUMENT else (OTHER, "OpenDocument " + name)
    return ZIP, "zip archive"


def _small(archive: zipfile.ZipFile, name: str) -> bool:
    try:
        return archive.getinfo(name).file_size < 1_000
    except KeyError:
        return False


def _ole_kind(data: bytes) -> tuple[str, str]:
    """Which old Office program wrote the file, by the names of its streams."""
    for stream, kind, detail in (
        (b"WordDocument", LEGACY, "doc"),
        (b"Workbook", XLS, ""),
        (b"Book", XLS, ""),
        (b"PowerPoint Document", LEGACY, "ppt"),
    ):
        if _utf16(stream) in data:
            return kind, detail
    sector, directory = 1 << min(int.from_bytes(data[30:32], "little"), 20), int.from_bytes(data[48:52], "little")
    if (directory + 1) * sector >= len(data) > 512:
        return BROKEN_ZIP, "an old Office file that is cut short"
    return OLE, "ole"


def _utf16(text: bytes) -> bytes:
    return text.decode("ascii").encode("utf-16-le")
