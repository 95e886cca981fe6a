"""Bytes of Thai pages to characters, whatever they declare."""

from __future__ import annotations

import pytest

from evidence.text.decoding import declared, decode, mend_mojibake, mend_western
from evidence.text.html import read_html

THAI = "องค์การบริหารส่วนตำบลไทรย้อย เรื่อง น้ำดื่มของเธอ ปี ๒๕๖๕"


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "cp874", "utf-16-le"])
@pytest.mark.parametrize(
    "claim", ["", "text/html; charset=utf-8", "text/html; charset=windows-1252", "text/html; charset=TIS-620"]
)
def test_thai_is_read_whatever_is_declared(name: str, claim: str) -> None:
    page = f"<html><body><p>{THAI}</p></body></html>".encode(name)
    assert read_html(page, content_type=claim).text == THAI


@pytest.mark.parametrize("alias", ["tis-620", "TIS620", "windows-874", "iso-8859-11", "x-windows-874", "cp874"])
def test_all_names_of_the_thai_code_page_mean_one(alias: str) -> None:
    assert declared(b"", f"text/html; charset={alias}") == "cp874"
    assert declared(f'<meta charset="{alias}">'.encode()) == "cp874"


def test_an_unknown_declaration_is_no_declaration() -> None:
    assert declared(b"", "text/html; charset=utf-thai") == ""


def test_a_stretch_of_the_thai_code_page_inside_a_utf8_page_is_read() -> None:
    page = "<p>เมนูหลัก ข้อมูลหน่วยงาน</p>".encode() + b"<p>" + THAI.encode("cp874") + b"</p>"
    text, encoding = decode(page)
    assert THAI in text
    assert "ข้อมูลหน่วยงาน" in text
    assert encoding == "utf-8+cp874"


def test_a_utf8_text_cut_in_the_middle_of_a_letter_loses_only_that_letter() -> None:
    cut = "แผนปฏิบัติการป้องกันการทุจริต".encode()[:-1]
    assert decode(b"<p>" + cut + b"</p>")[0] == "<p>แผนปฏิบัติการป้องกันการทุจริ\ufffd</p>"


def test_western_pages_stay_western() -> None:
    assert decode("<p>Café à la carte – naïve</p>".encode("cp1252")) == ("<p>Café à la carte – naïve</p>", "cp1252")


def test_word_pages_with_thai_as_entities_are_read() -> None:
    page = b"<meta charset=windows-1252><p>" + "".join(f"&#{ord(c)};" for c in THAI).encode() + b"</p>"
    assert read_html(page).text == THAI


def test_word_pages_that_say_western_over_thai_bytes_are_read() -> None:
    page = b"<html><meta http-equiv=Content-Type content='text/html; charset=windows-1252'><p>" + THAI.encode("cp874")
    assert read_html(page).text == THAI


def test_thai_code_page_letters_saved_as_western_ones_are_put_back() -> None:
    wrong = THAI.encode("cp874").decode("latin-1")
    assert mend_western(wrong) == THAI
    assert read_html(f"<p>{wrong}</p>".encode()).text == THAI


@pytest.mark.parametrize("text", ["Café Müller — naïve élève", "© 2022 – Größe", "ราคา ¡Hola!"])
def test_real_western_letters_are_left_alone(text: str) -> None:
    assert mend_western(text) == text


def test_utf8_read_as_western_and_saved_again_is_put_back() -> None:
    assert mend_mojibake(THAI.encode().decode("latin-1")) == THAI


def test_utf8_read_as_thai_code_page_and_saved_again_is_put_back() -> None:
    wrong = "".join(bytes([b]).decode("cp874", "ignore") or chr(b) for b in THAI.encode())
    assert mend_mojibake(wrong) == THAI


def test_zero_bytes_in_a_page_are_dropped() -> None:
    assert read_html("<p>แผน\0งาน</p>".encode()).text == "แผนงาน"
