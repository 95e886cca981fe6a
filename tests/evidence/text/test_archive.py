"""The documents inside an archive are one document, each under its name, and their quotes can be checked."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from datetime import date
from pathlib import Path

import docx
import pytest

from checks.context import AgencyEvidence
from checks.run import judge_one
from evidence.records import Fetch
from evidence.text import ReadOptions, archive, extract, serial
from evidence.text import document as doc
from oit.criteria import load
from oit.model import Agency, Answer, Submission

DATA = Path(__file__).parent / "data"


def word(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(name, content)
    return out.getvalue()


def stored_rar(*members: tuple[str, bytes], method: int = 0) -> bytes:
    """A RAR 5 archive: a main header, a file header and the bytes for every member, an end."""
    parts = [b"Rar!\x1a\x07\x01\x00", _rar_block(b"\x01\x00\x00")]
    for name, content in members:
        raw = name.encode()
        head = b"\x02\x02" + _number(len(content)) + b"\x04" + _number(len(content)) + b"\x00"
        head += struct.pack("<L", zlib.crc32(content)) + _number(method << 7) + b"\x01" + _number(len(raw)) + raw
        parts += [_rar_block(head), content]
    return b"".join([*parts, _rar_block(b"\x05\x00\x00")])


def _rar_block(head: bytes) -> bytes:
    sized = _number(len(head)) + head
    return struct.pack("<L", zlib.crc32(sized)) + sized


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


MEMBERS = (
    ("แผน/แผนจัดซื้อ.docx", word("แผนการจัดซื้อจัดจ้าง", "ปีงบประมาณ พ.ศ. 2565")),
    ("แผน/purchases.ods", (DATA / "purchases.ods").read_bytes()),
    ("แผน/note.txt", "หมายเหตุ".encode()),
)


@pytest.mark.parametrize(("data", "form"), [(zipped(*MEMBERS), "zip"), (stored_rar(*MEMBERS), "rar")])
def test_documents_inside_follow_each_other_under_their_names(data: bytes, form: str) -> None:
    document = extract(data)
    assert (document.outcome, document.kind, document.metadata["format"]) == ("ok", "zip", form)
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert [page.reader for page in document.pages] == ["python-docx", "opendocument", "text"]
    firsts = [page.blocks[0] for page in document.pages]
    assert [(b.kind, b.level) for b in firsts] == [(doc.HEADING, 1)] * 3
    names = [page.text[b.start : b.end] for page, b in zip(document.pages, firsts, strict=True)]
    assert names == ["แผนจัดซื้อ.docx", "purchases.ods", "note.txt"]
    assert document.links == ()


def test_the_members_are_listed_with_their_pages_and_hashes() -> None:
    lines = extract(zipped(*MEMBERS)).metadata["members"].split("\n")
    assert lines == [
        f"{number}-{number} → {name.rpartition('/')[2]}, {hashlib.sha256(content).hexdigest()}"
        for number, (name, content) in enumerate(MEMBERS, start=1)
    ]


def test_words_tables_and_sections_of_a_document_inside_stand_where_they_say() -> None:
    document = extract(zipped(*MEMBERS))
    alone = extract(MEMBERS[1][1])
    page, (table,) = document.pages[1], document.tables
    assert (table.page, set(table.pages)) == (2, {2})
    assert [[cell.text for cell in row] for row in table.rows] == [
        [cell.text for cell in row] for row in alone.tables[0].rows
    ]
    assert all(page.text[cell.start : cell.end] == cell.text for row in table.rows for cell in row if cell.text)
    assert page.raw == f"purchases.ods\n{alone.pages[0].raw}"
    for part in document.pages:
        assert len(part.offsets) == len(part.text) + 1
        for block in part.blocks:
            start, end = part.raw_span(block.start, block.end)
            assert part.raw[start:end].strip()
            assert block.section < part.blocks.index(block)
    assert serial.from_json(serial.to_json(document)) == document


def test_a_document_of_the_same_words_inside_and_alone_gives_the_same_quotes() -> None:
    alone, inside = extract(MEMBERS[0][1]).pages[0], extract(zipped(MEMBERS[0])).pages[0]
    start = inside.text.index("พ.ศ. 2565")
    begin, end = inside.raw_span(start, start + len("พ.ศ. 2565"))
    assert inside.raw[begin:end] in alone.raw


def test_only_the_first_twenty_files_are_read_and_the_rest_is_named() -> None:
    document = extract(zipped(*((f"{n}.txt", f"เอกสาร {n}".encode()) for n in range(25))))
    assert [bool(page.trouble) for page in document.pages] == [False] * 20 + [True] * 5
    assert document.pages[24].text == "24.txt"
    assert "only 20 files" in document.metadata["members"].split("\n")[24]


def test_an_archive_inside_an_archive_is_named_and_not_opened() -> None:
    document = extract(zipped(("ใน.zip", zipped(("ลับ.txt", b"secret"))), ("a.txt", b"open")))
    assert [page.text for page in document.pages] == ["ใน.zip", "a.txt\nopen"]
    assert document.pages[0].trouble == "unreadable"
    assert "not opened" in document.metadata["members"]


def test_what_cannot_be_read_inside_is_trouble_of_its_page_and_the_others_are_read() -> None:
    document = extract(zipped(("a.docx", word("ก")[:900]), ("b.txt", b"open")))
    assert [(page.trouble, page.text) for page in document.pages] == [("unreadable", "a.docx"), ("", "b.txt\nopen")]
    assert "corrupt" in document.metadata["members"]


def test_litter_of_operating_systems_is_left_out() -> None:
    litter = (("__MACOSX/._a.txt", b"x"), (".DS_Store", b"x"), ("Thumbs.db", b"x"))
    assert [page.text for page in extract(zipped(*litter, ("a.txt", b"open"))).pages] == ["a.txt\nopen"]


@pytest.mark.parametrize("encoding", ["cp874", "utf-8"])
def test_thai_names_without_a_declared_encoding_are_read(encoding: str) -> None:
    name = "แผนจัดซื้อ.txt"
    placeholder = "x" * len(name.encode(encoding))
    data = zipped((placeholder, b"open")).replace(placeholder.encode(), name.encode(encoding))
    assert extract(data).pages[0].text == f"{name}\nopen"


@pytest.mark.parametrize("data", [zipped(), zipped((".DS_Store", b"x")), stored_rar()])
def test_an_archive_without_files_is_corrupt(data: bytes) -> None:
    assert extract(data).outcome == "corrupt"


def test_a_locked_archive_is_encrypted_and_a_locked_file_is_trouble() -> None:
    locked = bytearray(zipped(("a.txt", b"open"), ("b.txt", b"open")))
    central = locked.index(b"PK\x01\x02")
    locked[central + 8] |= 1
    document = extract(bytes(locked))
    assert [page.trouble for page in document.pages] == ["unreadable", ""]
    second = locked.index(b"PK\x01\x02", central + 4)
    locked[second + 8] |= 1
    assert extract(bytes(locked)).outcome == "encrypted"


def test_a_packed_rar_without_a_program_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "unpacker", lambda: "")
    document = extract(stored_rar(("a.txt", b"packed"), method=3))
    assert document.outcome == "unsupported_type"
    assert "bsdtar" in document.detail


def test_the_pages_of_all_files_together_are_capped() -> None:
    members = [(f"{n}.odt", (DATA / "plan.odt").read_bytes()) for n in range(3)]
    document = extract(zipped(*members), options=ReadOptions(max_pages=3))
    assert [bool(page.trouble) for page in document.pages] == [False, False, False, False, True]


def test_an_archive_is_judged_like_the_document_inside() -> None:
    """A labelled case whose file is put into an archive keeps its verdict, and its quotes name the archive's pages."""
    framework = load(2565)
    item = framework.by_slug["annual_action_plan"]
    words = [
        "แผนดำเนินงาน ประจำปีงบประมาณ พ.ศ. 2565", "เทศบาลตำบลตัวอย่าง", "โครงการก่อสร้างถนน งบประมาณ 500,000 บาท",
        "ระยะเวลาดำเนินการ ตุลาคม 2564 - กันยายน 2565",
    ]  # fmt: skip
    inside = word(*words)
    alone, packed = (_judged(data, item, framework) for data in (inside, zipped(("แผนดำเนินงาน.docx", inside))))
    assert alone.verdict == packed.verdict
    assert [(e.id, e.finding.verdict) for e in alone.elements] == [(e.id, e.finding.verdict) for e in packed.elements]
    quotes = [quote for element in packed.elements for quote in element.finding.quotes]
    assert quotes
    assert {quote.reader for quote in quotes} == {"python-docx"}


def _judged(data: bytes, item, framework):  # type: ignore[no-untyped-def]
    url = "https://a.go.th/plan"
    text = extract(data, url=url)
    agency = Agency("CASE", "เทศบาลตำบลตัวอย่าง", "local_government", "น่าน", "https://a.go.th/")
    answer = Answer(item.code, True, (url,), "")
    submission = Submission(2565, agency, (answer,), "ผู้บริหาร", "2022-04-28T10:00:00+07:00")
    fetch = Fetch(
        run_id="case", agency="CASE", url=url, outcome="ok", purpose="submitted", final_url=url, items=(item.code,),
        sha256=text.sha256,
    )  # fmt: skip
    evidence = AgencyEvidence(submission, framework, date(2022, 4, 30), (fetch,), {text.sha256: text})
    return judge_one(evidence, item)
