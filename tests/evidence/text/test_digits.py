"""Telling digits by their shapes, and putting them in the place of what Tesseract said."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from evidence.text import digit_runs, digits
from evidence.text.digit_runs import Corrected, Letter

FONTS = Path("/usr/share/fonts/truetype/tlwg")
FAMILIES = ["Laksaman", "Norasi", "Garuda", "Loma", "Kinnari", "Umpush", "Waree"]
pytestmark = pytest.mark.skipif(not (FONTS / "Laksaman.ttf").exists(), reason="fonts-thai-tlwg is not installed")


def line(text: str, family: str = "Laksaman", size: int = 44) -> Image.Image:
    font = ImageFont.truetype(str(FONTS / f"{family}.ttf"), size)
    picture = Image.new("L", (int(font.getlength(text)) + 60, size * 2), 250)
    ImageDraw.Draw(picture).text((30, size // 3), text, font=font, fill=20)
    return picture


def signs_of(picture: Image.Image, top: int = 0) -> list[digits.Sign]:
    """What is seen in the writing of a line drawn by `line`."""
    return digits.read_lines(np.asarray(picture), [(30, top, picture.width - 30, picture.height)])[0]


def said(shown: str, tesseract: str, picture: Image.Image | None = None, size: int = 44) -> Corrected:
    """What is made of a line that shows one thing and of which Tesseract says another, letter for letter or stretched."""
    font = ImageFont.truetype(str(FONTS / "Laksaman.ttf"), size)
    picture = picture or line(shown, size=size)
    width = font.getlength(shown)
    edges = [30 + width * number / len(tesseract) for number in range(len(tesseract) + 1)]
    if len(shown) == len(tesseract):
        edges = [30 + font.getlength(shown[:number]) for number in range(len(shown) + 1)]
    box = [(edges[n], size * 0.5, edges[n + 1], size * 1.55) for n in range(len(tesseract))]
    letters = [Letter(n, n + 1, box[n], 1) for n, sign in enumerate(tesseract) if sign != " "]
    return digit_runs.correct(np.asarray(picture), tesseract, letters)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("script", [digits.THAI, digits.ARABIC])
def test_clean_digits_of_every_font_are_named_or_left_in_doubt(family: str, script: str) -> None:
    signs = signs_of(line(" ".join(script), family))
    assert len(signs) == 10
    named = [sign.best(script == digits.THAI) for sign in signs]
    wrong = [
        (seen, wanted) for (seen, chance), wanted in zip(named, script, strict=True) if seen != wanted and chance > 0.9
    ]
    assert wrong == []
    assert sum(seen == wanted for (seen, _), wanted in zip(named, script, strict=True)) >= 9


@pytest.mark.parametrize("word", ["กรรมการ", "ประกาศ", "สมบรณ", "ดวยวธ", "เทศบาล", "audit", "Ny"])
def test_letters_are_no_digits(word: str) -> None:
    signs = signs_of(line(word))
    assert len(signs) >= len(word) - 2
    assert [sign for sign in signs if sign.is_digit and sign.best(True)[1] > digit_runs.STRICT] == []


def test_points_commas_and_strokes_are_told_apart() -> None:
    signs = signs_of(line("๑,๒๓๔.๕๖/๗-๘"))
    assert "".join(sign.best(True)[0] if sign.is_digit else sign.point for sign in signs) == "๑,๒๓๔.๕๖/๗-๘"


def test_ink_of_neighbouring_lines_is_left_out() -> None:
    picture = line("๒๕๖๘")
    ImageDraw.Draw(picture).rectangle((40, 0, 90, 6), fill=0)
    signs = signs_of(picture, top=4)
    assert "".join(sign.best(True)[0] for sign in signs) == "๒๕๖๘"


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_an_even_picture_has_no_signs(grey: int) -> None:
    assert digits.read_lines(np.full((40, 200), grey, np.uint8), [(0, 0, 200, 40)]) == [[]]


@pytest.mark.parametrize(
    ("shown", "tesseract"),
    [
        ("๒๕๖๘", "๒๕๒๕"),
        ("๒๕๔๗", "๒๕๕๓"),
        ("๒๕๖๕", "๒๕๒๐๕"),
        ("๙๕๐,๐๐๐.๐๐", "«๑๕๐,๐๐๐.๐๐"),
        ("๐-๕๕๘๓-๒๑๐๐", "๐-๕๕ส๓-๒๑๐๐"),
        ("๑๖๐๘/๒๕๕๐", "๑๒๐๕/๒๕๕๐"),
    ],
)
def test_digits_tesseract_does_not_know_come_from_their_shapes(shown: str, tesseract: str) -> None:
    corrected = said(shown, tesseract)
    assert corrected.text == shown
    assert corrected.doubtful == frozenset()
    assert corrected.changed > 0
    assert len(corrected.origin) == len(corrected.text) + 1
    assert (corrected.origin[0], corrected.origin[-1]) == (0, len(tesseract))
    assert list(corrected.origin) == sorted(corrected.origin)


def test_a_lone_digit_read_as_letters_is_put_right() -> None:
    assert said("๗", "oi").text == "๗"


@pytest.mark.parametrize("text", ["audit", "Hu", "ตลด", "คกก"])
def test_words_stay_what_they_are(text: str) -> None:
    assert said(text, text).text == text


@pytest.mark.parametrize("text", ["2568", "1,234,567.89", "12/2565"])
def test_arabic_digits_stay_and_are_sure(text: str) -> None:
    corrected = said(text, text)
    assert (corrected.text, corrected.changed, corrected.doubtful) == (text, 0, frozenset())
    assert corrected.sure


def test_a_blot_on_a_digit_is_a_doubt_and_no_guess() -> None:
    picture = line("๒๕๖๘")
    width = ImageFont.truetype(str(FONTS / "Laksaman.ttf"), 44).getlength("๒๕๖")
    ImageDraw.Draw(picture).rectangle((30 + width + 2, 18, picture.width - 34, 60), fill=20)
    corrected = said("๒๕๖๘", "๒๕๒๕", picture)
    assert corrected.doubtful
    assert max(corrected.doubtful) == len(corrected.text) - 1


def test_digits_that_touch_are_parted_or_in_doubt() -> None:
    picture = line("๒๕๖๘").filter(ImageFilter.MinFilter(5))
    corrected = said("๒๕๖๘", "๒๕๒๕", picture)
    assert corrected.text == "๒๕๖๘" or corrected.doubtful


def test_no_digit_of_a_smeared_year_is_stated_wrong() -> None:
    chance = random.Random(7)
    stated = 0
    for _ in range(60):
        year = "๒๕" + "".join(chance.choice(digits.THAI) for _ in range(2))
        known = year.translate(str.maketrans("๔๖๗๘๙", "๕๒๓๕๓"))
        worn = line(year, size=chance.randint(26, 44)).filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 2.2)))
        corrected = said(year, known, worn, size=worn.height // 2)
        if not corrected.doubtful:
            stated += 1
            assert corrected.text == year
    assert stated >= 30


def test_faces_held_out_of_learning_are_not_among_those_learnt_from() -> None:
    learnt = digits.fonts()
    assert len(learnt) > 50
    assert [name for name in learnt if "sawasdee" in name.lower() or "noto" in name.lower()] == []


def test_numbers_in_a_face_never_learnt_from_are_read_and_none_that_is_clear_is_wrong() -> None:
    chance = random.Random(3)
    right = 0
    for _ in range(40):
        shown = "".join(chance.choice(digits.THAI) for _ in range(chance.randint(2, 7)))
        worn = line(shown, "Sawasdee", chance.randint(28, 52)).filter(ImageFilter.GaussianBlur(chance.uniform(0, 1.2)))
        signs = signs_of(worn)
        seen = "".join(sign.best(True)[0] for sign in signs)
        right += seen == shown
        clear = all(sign.best(True)[1] >= digit_runs.STRICT and sign.room <= digit_runs.ROOM for sign in signs)
        assert seen == shown or not clear
    assert right >= 36


@pytest.mark.parametrize("lean", [0.25, -0.1])
def test_slanted_digits_and_strokes_that_touch_them_are_read(lean: float) -> None:
    picture = line("๔๕๙๔/๒๕๕๗", size=48)
    slanted = picture.transform(picture.size, Image.Transform.AFFINE, (1, lean, -lean * 40, 0, 1, 0), fillcolor=250)
    thick = slanted.filter(ImageFilter.MinFilter(3))
    signs = signs_of(thick)
    assert "".join(sign.best(True)[0] if sign.is_digit else sign.point for sign in signs) == "๔๕๙๔/๒๕๕๗"


def test_light_digits_on_a_dark_ground_are_read() -> None:
    picture = Image.fromarray(255 - np.asarray(line("๒๕๖๘")))
    assert "".join(sign.best(True)[0] for sign in signs_of(picture)) == "๒๕๖๘"


def test_what_tesseract_says_for_two_digits_makes_neither_sure() -> None:
    """๓ stands for ๗ too, so that it agrees says little; ๐ stands for itself alone."""
    signs = tuple(0.8 if name == "๓" else 0.15 if name == "๗" else 0.0 for name in digits.CLASSES)
    zero = tuple(0.8 if name == "๐" else 0.15 if name == "๗" else 0.0 for name in digits.CLASSES)
    assert digit_runs._digit("๓", digits.Sign(0, 10, signs), True) == ("๓", False)
    assert digit_runs._digit("๐", digits.Sign(0, 10, zero), True) == ("๐", True)


def test_latin_letters_beside_arabic_digits_stay_letters() -> None:
    assert said("Section 6", "Section 6").text == "Section 6"
    assert said("oo160", "oo160").text == "oo160"


def test_an_amount_that_lost_a_digit_is_in_doubt_as_a_whole() -> None:
    picture = line("๑,๒๓๔,๕๖")
    corrected = said("๑,๒๓๔,๕๖", "๑,๒๓๕,๕๒", picture)
    assert corrected.text == "๑,๒๓๔.๕๖"
    assert len(corrected.doubtful) == 6
    assert said("๑๒,๓๔", "๑๒,๓๕").doubtful == {0, 1, 3, 4}


def test_points_that_tesseract_doubles_make_one_amount() -> None:
    corrected = said("30,572,516.00", "30,.572,516.00", size=40)
    assert corrected.text == "30,572,516.00"


def test_a_number_of_which_letters_stand_for_a_part_is_in_doubt() -> None:
    corrected = said("๕,๐๕๗,กรรมการ", "๕,๐๕๗,กรรมการ")
    assert corrected.doubtful == {0, 2, 3, 4}


def test_lines_of_torn_marks_over_a_line_are_left_out_and_numbers_stay() -> None:
    picture = Image.new("L", (900, 500), 250)

    def written(text: str, top: int, tall: int, start: int, number: int) -> list[Letter]:
        box = [(30 + 40 * n, top, 60 + 40 * n, top + tall) for n in range(len(text))]
        return [Letter(start + n, start + n + 1, box[n], number) for n in range(len(text))]

    lines = [
        ("ประกาศเทศบาล", 60, 40),
        ("aงญ่", 150, 12),
        ("เรื่องแผนงาน", 170, 40),
        ("จัดซื้อจัดจ้าง", 270, 40),
        ("๒๕", 360, 12),
    ]
    raw = "\n".join(text for text, _, _ in lines)
    letters, start = [], 0
    for number, (text, top, tall) in enumerate(lines):
        letters += written(text, top, tall, start, number)
        start += len(text) + 1
    corrected = digit_runs.correct(np.asarray(picture), raw, letters)
    assert corrected.text == raw.replace("aงญ่", "")
    assert [raw[place] for place in corrected.origin[:-1]] == list(corrected.text)
