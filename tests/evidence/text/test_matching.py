"""Terms are found in broken Thai and told apart where only their marks differ."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evidence.text import extract
from evidence.text.document import DocumentText
from evidence.text.matching import (
    DocumentIndex,
    contains,
    floor_for,
    folded,
    likeness,
    same_words,
    skeleton,
    slip_cutoff,
)

WORDS = [
    "แผนดำเนินงานประจำปี", "งบประมาณ", "ผู้รับผิดชอบ", "ปัญหาและอุปสรรค", "องค์การบริหารส่วนตำบล", "สำนักปลัด", "น้ำประปา",
    "ความโปร่งใส", "ศูนย์ดำรงธรรม", "คู่มือการปฏิบัติงาน", "ข้อเสนอแนะ", "กฎหมายที่เกี่ยวข้อง", "จำนวนผู้รับบริการ",
    "เจตจำนงสุจริตของผู้บริหาร", "การขับเคลื่อนจริยธรรม", "ตัวชี้วัด", "แผนที่ตั้ง", "โครงสร้าง",
]  # fmt: skip
TONES = "่้๊๋"
MARKS = "ัิีึืฺุู็่้๊๋์ํ"


def page(body: str) -> DocumentText:
    return extract(
        f"<html><head><title>หน้า</title></head><body><main>{body}</main></body></html>".encode(),
        content_type="text/html; charset=utf-8",
    )


def found(body: str, *terms: str, not_inside: tuple[str, ...] = ()) -> list[str]:
    document = page(body)
    return [document.pages[0].text[m.start : m.end] for m in DocumentIndex(document).find(terms, not_inside)]


# ---------------------------------------------------------------- skeletons


def lost_am(word: str) -> str:
    """Family A: SARA AM comes out as a blank and SARA AA."""
    return word.replace("ำ", " า")


def apart_am(word: str) -> str:
    """Family A2: a blank before SARA AM."""
    return word.replace("ำ", " ำ")


def decomposed(word: str) -> str:
    """Family N: NIKHAHIT and SARA AA, with a tone mark between them where there is one."""
    for tone in TONES:
        word = word.replace(f"{tone}ำ", f"ํ{tone}า")
    return word.replace("ำ", "ํา")


def early_tone(word: str) -> str:
    """Family T1: the tone mark before the vowel mark."""
    for tone in TONES:
        for vowel in "ัิีึืุู":
            word = word.replace(vowel + tone, tone + vowel)
    return word


def gap_before_mark(word: str) -> str:
    """Family T3: a blank before every mark."""
    return "".join(f" {letter}" if letter in TONES else letter for letter in word)


def no_marks(word: str) -> str:
    """Slugs: marks dropped altogether."""
    return "".join(letter for letter in word if letter not in MARKS)


def late_marks(word: str) -> str:
    """Family T2: a mark after the next base letter."""
    letters = list(word)
    for place in range(len(letters) - 1):
        if letters[place] in TONES and letters[place + 1] not in MARKS:
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)


DAMAGE = [lost_am, apart_am, decomposed, early_tone, gap_before_mark, no_marks, late_marks]


@given(st.sampled_from(WORDS), st.lists(st.sampled_from(DAMAGE), min_size=1, max_size=3))
def test_damaged_thai_keeps_its_skeleton(word: str, damages: list) -> None:
    broken = word
    for damage in damages:
        broken = damage(broken)
    assert skeleton(broken) == skeleton(word)


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_skeleton_of_two_texts_is_that_of_each(a: str, b: str) -> None:
    assume(not (a.rstrip("่้๊๋ ").endswith("เ") or skeleton(a).endswith("เ")))
    assert skeleton(a + b) == skeleton(a) + skeleton(b)


@given(st.text(max_size=60))
def test_a_skeleton_is_its_own_skeleton(text: str) -> None:
    once = skeleton(text)
    assume("เเเ" not in once)
    assert skeleton(once) == once


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("พ.ศ. ๒๕๖๕", "พศ2565"),
        ("กฏหมาย", "กฎหมาย"),
        ("มาตรฐาน ", "มาตรฐาน"),
        ("เเผนงาน", "แผนงาน"),
        ("No Gift Policy", "no-gift policy"),
        ("E–Service", "e-service"),
        ("ถาม - ตอบ", "ถามตอบ"),
        ("เจตนารมณ์", "เจตนารมน์"),
    ],
)
def test_spellings_of_the_same_word_share_a_skeleton(a: str, b: str) -> None:
    assert skeleton(a) == skeleton(b)


@pytest.mark.parametrize(("a", "b"), [("แผน", "ผล"), ("รายงาน", "รายการ"), ("2565", "2564"), ("ปลัด", "นายก")])
def test_other_words_have_other_skeletons(a: str, b: str) -> None:
    assert skeleton(a) != skeleton(b)


def test_folding_keeps_marks_and_drops_blanks() -> None:
    assert folded("ข ่าว ") != folded("ขาว")
    assert folded("ประจํา ปี ๒๕๖๕") == folded("ประจำปี2565")


@given(st.sampled_from(WORDS))
def test_a_word_is_wholly_like_itself_in_decomposed_form(word: str) -> None:
    assert likeness(word, word) == 1.0
    assert likeness(word.replace("ำ", "ํา"), word) == 1.0


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_and_sameness_are_shares(a: str, b: str) -> None:
    assert 0.0 <= likeness(a, b) <= 1.0
    assert 0.0 <= same_words(a, b) <= 1.0
    assert same_words(a, b) == same_words(b, a)


def test_shorter_terms_must_stand_more_exactly() -> None:
    assert floor_for("งาน") >= floor_for("โครงการ") >= floor_for("แผนดำเนินงานประจำปี")
    assert slip_cutoff("งาน") is None
    assert slip_cutoff("แผนดำเนินงานประจำปี") is not None


# ---------------------------------------------------------------- finding in documents


@pytest.mark.parametrize("word", [word for word in WORDS if len(skeleton(word)) >= 6])
@pytest.mark.parametrize("damage", [lost_am, apart_am, decomposed, early_tone, gap_before_mark])
def test_a_term_is_found_in_a_page_whatever_the_damage(word: str, damage) -> None:
    body = f"<p>ข้อความนำ {damage(word)} ข้อความตาม</p>"
    assert len(found(body, word)) == 1


@pytest.mark.parametrize(
    ("text", "term"),
    [("ผนังสีขาว", "ข่าว"), ("ตัวเลข", "เลขา"), ("เขาใหญ่", "ข่าว"), ("การค้า", "คำ")],
)
def test_words_that_only_share_letters_are_told_apart(text: str, term: str) -> None:
    assert found(f"<p>{text}</p>", term) == []


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("การประเมิณความเสี่ยงการทุจริต", "การประเมินความเสี่ยงการทุจริต"),
        ("คู่มือการปฎิบัติงานของเจ้าหน้าที่", "คู่มือการปฏิบัติงาน"),
        ("มาตราฐานทางจริยธรรมของเจ้าหน้าที่", "มาตรฐานทางจริยธรรม"),
        ("แผนดำเนิงานประจำปี", "แผนดำเนินงานประจำปี"),
        ("เจตนารมย์ป้องกันการทุจริต", "เจตนารมณ์ป้องกันการทุจริต"),
        ("องค์การบริหารสวนตำบล", "องค์การบริหารส่วนตำบล"),
    ],
)
def test_a_long_term_may_have_a_slip_of_the_pen(text: str, term: str) -> None:
    assert len(found(f"<p>{text}</p>", term)) == 1


def test_slips_are_looked_for_only_where_asked_and_nothing_stands_exactly() -> None:
    index = DocumentIndex(page("<p>แผนดำเนิงานประจำปี</p>"))
    assert index.find(["แผนดำเนินงานประจำปี"], slips=False) == []
    assert len(index.find(["แผนดำเนินงานประจำปี"])) == 1


@pytest.mark.parametrize(
    ("text", "term", "cover", "count"),
    [
        ("ประจำปีงบประมาณ 2565", "งบประมาณ", "ปีงบประมาณ", 0),
        ("ประจำปีงบประมาณ 2565 งบประมาณ 5,000 บาท", "งบประมาณ", "ปีงบประมาณ", 1),
        ("แผนยุทธศาสตร์ ยุทธศาสตร์ที่ 1", "ยุทธศาสตร์", "แผนยุทธศาสตร์", 1),
        ("ปลัดองค์การบริหารส่วนตำบล", "องค์การบริหารส่วนตำบล", "ปลัดองค์การบริหารส่วนตำบล", 0),
        ("รองนายกเทศมนตรี", "นายกเทศมนตรี", "รองนายก", 0),
    ],
)
def test_a_term_inside_another_is_not_counted(text: str, term: str, cover: str, count: int) -> None:
    assert len(found(f"<p>{text}</p>", term, not_inside=(cover,))) == count


def test_no_term_spans_two_blocks() -> None:
    assert found("<p>แผนดำเนิน</p><p>งานประจำปี</p>", "แผนดำเนินงานประจำปี") == []
    assert len(found("<p>แผนดำเนิน<b>งาน</b>ประจำปี</p>", "แผนดำเนินงานประจำปี")) == 1


def test_matches_stand_in_document_order_with_their_blocks() -> None:
    document = page("<h1>งบประมาณ</h1><p>ตัวชี้วัด</p><p>งบประมาณ</p>")
    index = DocumentIndex(document)
    matches = index.find(["ตัวชี้วัด", "งบประมาณ"])
    assert [m.term for m in matches] == ["งบประมาณ", "ตัวชี้วัด", "งบประมาณ"]
    blocks = [index.block_of(m) for m in matches]
    assert [block.kind for block in blocks if block] == ["heading", "paragraph", "paragraph"]
    assert all(
        block and block.start <= m.start and m.end <= block.end for block, m in zip(blocks, matches, strict=True)
    )


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), st.sampled_from(WORDS))
def test_every_exact_match_is_the_term_with_its_marks(words: list[str], term: str) -> None:
    document = page("".join(f"<p>{word}</p>" for word in words))
    for match in DocumentIndex(document).find([term], slips=False):
        assert folded(document.pages[0].text[match.start : match.end]) == folded(term)
    assert len(DocumentIndex(document).find([term], slips=False)) >= words.count(term)


def test_a_match_takes_the_marks_of_its_last_letter_with_it() -> None:
    assert found("<p>ศูนย์ ปี 2565</p>", "ศูนย์") == ["ศูนย์"]


def test_an_empty_term_matches_nothing() -> None:
    assert found("<p>ข้อความ</p>", "", " ", "์") == []


# ---------------------------------------------------------------- short strings


@pytest.mark.parametrize(
    ("text", "terms", "not_inside", "expected"),
    [
        ("แผนการจัดซื้อจัดจ้าง ประจําปี", ("จัดซื้อจัดจ้าง",), (), "จัดซื้อจัดจ้าง"),
        ("ข่าวประชาสัมพันธ์", ("ข่าว",), (), "ข่าว"),
        ("ผนังสีขาว", ("ข่าว",), (), None),
        ("ปีงบประมาณ 2565", ("งบประมาณ",), ("ปีงบประมาณ",), None),
        ("No Gift Policy", ("no gift",), (), "no gift"),
        ("ปลัด อบต.", ("นายก", "ปลัด"), (), "ปลัด"),
        ("", ("ปลัด",), (), None),
        ("ปลัด", (), (), None),
    ],
)
def test_a_short_string_holds_a_term_or_not(
    text: str, terms: tuple[str, ...], not_inside: tuple[str, ...], expected: str | None
) -> None:
    assert contains(text, terms, not_inside) == expected


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("นายสมชาย ใจดี", "นาย สมชาย  ใจดี", True),
        ("นายสมชาย ใจดี", "นายสมชาย ใจดื", True),
        ("สมชาย ใจดี", "สมศักดิ์ รักไทย", False),
        ("องค์การบริหารส่วนตำบลตัวอย่าง", "องค์การบริหารสวนตําบลตัวอยาง", True),
    ],
)
def test_names_are_compared_with_broken_marks_forgiven(a: str, b: str, same: bool) -> None:
    assert (same_words(a, b) >= 0.84) is same
