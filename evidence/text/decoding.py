"""Bytes of a web page or text file to characters: the declaration is a hint, the plausibility of the Thai decides."""

from __future__ import annotations

import codecs
import re

THAI_CODE_PAGE = "cp874"
_ALIASES = re.compile(r"(?i)^(?:tis-?620(?:-\d+)?|windows-?874|iso-?8859-?11|cp-?874|x-windows-874|ibm874|ms874)$")
_META = re.compile(
    rb"""(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,80}?encoding=["']([\w.:-]+)"""
)
_HEADER = re.compile(r"(?i)charset\s*=\s*[\"']?([\w.:-]+)")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_UTF8_THAI = re.compile(rb"(?:\xe0[\xb8\xb9][\x80-\xbf])+")
_UTF8_SEQUENCE = re.compile(
    rb"(?:[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+"
)
_UTF8_CUT = re.compile(rb"[\xc2-\xdf]|\xe0[\xb8\xb9]?|[\xe1-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2}")
_LEGAL_THAI = re.compile(r"[ก-ฮ][ัิ-ฺ็-๎]{0,3}|[เ-ไ](?=[ก-ฮ])|(?<=[ก-๎])[ะาำๅๆฯ]|[๐-๙ฤฦ]")
_THAI = re.compile(r"[ก-๛]")
# Thai letters read through a Western code page: U+00A1–U+00FB in runs.
_WESTERN_RUN = re.compile(
    r"[\u00a1-\u00fb\u2013-\u2026\u20ac\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc ]+"
)
_UTF8_AS_WESTERN = re.compile(r"(?:à[¸¹][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]){2,}")
_UTF8_AS_THAI = re.compile(r"(?:เ[ธน][\x80-\xff\u0e00-\u0e7f\u2010-\u20ac]){3,}")
_UTF8_AS_THAI_LETTER = re.compile(_UTF8_AS_THAI.pattern.replace("{3,}", "+"))


def decode(data: bytes, content_type: str = "") -> tuple[str, str]:
    """The characters of `data` and the name of the encoding they were found to be in.

    Order: byte order mark, strict UTF-8, UTF-16 without a mark, then the Thai code page, UTF-8 with stretches of the
    Thai code page inside (`utf-8+cp874`), or Western. Never raises; undecodable bytes become U+FFFD.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, "replace"), name.removesuffix("-sig")
    wide = _wide(data)
    if wide:
        return data.decode(wide, "replace"), wide
    try:
        return mend_mojibake(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _decode_bytes(data, declared(data, content_type))


def declared(data: bytes, content_type: str = "") -> str:
    """The encoding the server or the page claims, in Python's naming; empty when none or unknown."""
    header = _HEADER.search(content_type)
    name = header.group(1) if header else ""
    if not name and (meta := _META.search(data[:4096])):
        name = (meta.group(1) or meta.group(2)).decode("ascii", "replace")
    if _ALIASES.match(name):
        return THAI_CODE_PAGE
    try:
        return codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""


def thai_plausibility(text: str) -> float:
    """Share of the Thai characters of `text` that stand where Thai writing allows them (0 without Thai)."""
    total = len(_THAI.findall(text))
    return min(1.0, sum(len(found) for found in _LEGAL_THAI.findall(text)) / total) if total else 0.0


def mend_mojibake(text: str) -> str:
    """Undo one wrong decoding that was saved as text: UTF-8 read as Western or as Thai code page."""
    if "à¸" in text or "à¹" in text:
        text = _UTF8_AS_WESTERN.sub(lambda found: _again(found.group(), ("cp1252", "latin-1")), text)
    if text.count("เธ") > 2 and len(_UTF8_AS_THAI.findall(text)) > 2:
        text = _UTF8_AS_THAI_LETTER.sub(lambda found: _again(found.group(), (THAI_CODE_PAGE,)), text)
    return text


def mend_western(text: str) -> str:
    """Thai code page letters that were read as Western ones (`¡ÒÃ`), put back where the result is plausible Thai."""
    if text.isascii() or _THAI.search(text):
        return text
    return _WESTERN_RUN.sub(lambda found: _western_run(found.group()), text)


def _western_run(run: str) -> str:
    if len(run.replace(" ", "")) < 3:
        return run
    thai = _via(run, ("cp1252", "latin-1"), THAI_CODE_PAGE)
    return thai if thai and thai_plausibility(thai) > 0.85 else run


def _again(run: str, code_pages: tuple[str, ...]) -> str:
    mended = _via(run, code_pages, "utf-8")
    return mended if mended and _THAI.search(mended) else run


def _via(text: str, code_pages: tuple[str, ...], target: str) -> str:
    """`text` put back to bytes by a code page (C1 controls stay) and read as `target`; empty if impossible."""
    for code_page in code_pages:
        try:
            return b"".join(_byte(char, code_page) for char in text).decode(target)
        except UnicodeError:
            continue
    return ""


def _byte(char: str, code_page: str) -> bytes:
    if "\x80" <= char <= "\x9f":
        return char.encode("latin-1")
    return char.encode(code_page)


def _wide(data: bytes) -> str:
    """UTF-16 without a mark shows as a zero in every second byte of the ASCII markup."""
    head = data[:400]
    if len(head) < 8 or b"\0" not in head:
        return ""
    if head[1::2].count(0) > len(head) // 5 and not head[::2].count(0):
        return "utf-16-le"
    if head[::2].count(0) > len(head) // 5 and not head[1::2].count(0):
        return "utf-16-be"
    return ""


def _decode_bytes(data: bytes, hint: str) -> tuple[str, str]:
    utf8_thai = sum(len(run) for run in _UTF8_THAI.findall(data))
    high = sum(len(run) for run in _HIGH_RUN.findall(data))
    if utf8_thai * 10 > high or (hint == "utf-8" and utf8_thai):
        return mend_mojibake(_HIGH_RUN.sub(_mixed_run, data).decode("utf-8", "replace")), "utf-8+cp874"
    thai = data.decode(THAI_CODE_PAGE, "replace")
    if _reads_as_thai(data, thai):
        return thai, THAI_CODE_PAGE
    if hint and hint not in ("utf-8", "ascii", THAI_CODE_PAGE, "iso8859-1", "cp1252"):
        return data.decode(hint, "replace"), hint
    return data.decode("cp1252", "replace"), "cp1252"


def _reads_as_thai(data: bytes, thai: str) -> bool:
    """Thai comes in runs of several letters; accents of Western languages stand alone among ASCII letters."""
    runs = _HIGH_RUN.findall(data)
    letters = sum(map(len, runs))
    return letters / max(1, len(runs)) >= 2 and thai_plausibility(thai) > 0.8


def _mixed_run(found: re.Match[bytes]) -> bytes:
    """One run of high bytes of a page that is UTF-8 in the main: what is not UTF-8 is Thai code page, as UTF-8."""
    run, out, at = found.group(), [], 0
    while at < len(run):
        good = _UTF8_SEQUENCE.match(run, at)
        if not (good and (_UTF8_THAI.fullmatch(good.group()) or (good.end() == len(run) and at == 0))):
            good = _UTF8_THAI.match(run, at)
        if good:
            out.append(good.group())
            at = good.end()
            continue
        following = _UTF8_THAI.search(run, at)
        end = following.start() if following else len(run)
        out.append(_foreign(run[at:end]))
        at = end
    return b"".join(out)


def _foreign(run: bytes) -> bytes:
    if _UTF8_CUT.fullmatch(run):
        return "\ufffd".encode()
    thai = run.decode(THAI_CODE_PAGE, "replace")
    return thai.encode() if len(run) > 1 and thai_plausibility(thai) > 0.6 else run.decode("cp1252", "replace").encode()
