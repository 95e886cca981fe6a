"""Words found in a text another reader wrote."""

from __future__ import annotations

from evidence.text.word_finder import WordFinder


def test_words_are_found_through_moved_marks_and_blanks() -> None:
    text = "ลำดับ โครงการ ด้วยเทศบาล ผู้รับผิดชอบ"
    start, end = WordFinder(text).find("ดว้ ยเทศบาล") or (0, 0)
    assert text[start:end] == "ด้วยเทศบาล"


def test_the_span_takes_the_marks_of_its_last_letter() -> None:
    text = "เจ้าหน้าที่ ๑"
    start, end = WordFinder(text).find("เจาหนาท") or (0, 0)
    assert text[start:end] == "เจ้าหน้าที่"


def test_repeated_words_are_found_one_after_the_other() -> None:
    finder = WordFinder("กองช่าง ๑ กองช่าง ๒")
    assert finder.find("กองช่าง") == (0, 7)
    assert finder.find("กองช่าง") == (10, 17)


def test_of_several_places_the_nearest_is_taken() -> None:
    finder = WordFinder("กองช่าง " + "ก" * 50 + " กองช่าง")
    assert finder.find_near("กองช่าง", 0.0) == (0, 7)
    assert finder.find_near("กองช่าง", 1.0) == (59, 66)


def test_what_is_not_there_is_not_found() -> None:
    assert WordFinder("กองช่าง").find("สำนักปลัด") is None
    assert WordFinder("กองช่าง").find("์") is None
    assert WordFinder("").find_near("กองช่าง", 0.5) is None
