"""Labels, headings and file names name items of the form, by code and by title."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.text.titles import Identity, TitleMatcher, item_code
from oit.criteria import load
from oit.model import Item

FORM = load(2565)
MATCHER = TitleMatcher.of(FORM)


def best_slug(text: str) -> str | None:
    code = MATCHER.best(text)
    return FORM.by_code[code].slug if code else None


# ---------------------------------------------------------------- codes


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("o1", "o1"),
        ("O1", "o1"),
        ("O1.", "o1"),
        ("O1 :", "o1"),
        ("O.1", "o1"),
        ("OIT1", "o1"),
        ("OIT 10", "o10"),
        ("O-1", "o1"),
        ("ข้อ o1", "o1"),
        ("ข้อที่ O12 รายงานผล", "o12"),
        ("O๑๐", "o10"),
        ("0๑๘", "o18"),
        ("๐๑๘ แผนการใช้จ่าย", "o18"),
        ("029 แนวปฏิบัติการจัดการเรื่องร้องเรียน", "o29"),
        ("027 หลักเกณฑ์", "o27"),
        ("04 แผนยุทธศาสตร์", "o4"),
        ("O 43 การดำเนินการตามมาตรการ", "o43"),
        ("O10แผนดำเนินงานประจำปี", "o10"),
        ("(O12)", "o12"),
        ("หน้าแรก > O12 รายงานผล", "o12"),
        ("ita_2565/o29-แนวปฏิบัติ", "o29"),
    ],
)
def test_item_codes_are_read_in_every_spelling(label: str, code: str) -> None:
    assert item_code(label) == code


@pytest.mark.parametrize(
    "label",
    [
        "",
        "แผนดำเนินงานประจำปี",
        "MOIT 1",
        "MOIT1",
        "EB1",
        "EB 10",
        "ITA64",
        "ITA 2565",
        "โทร 042-123456",
        "042-123456",
        "0-4212-3456",
        "09/12/2564",
        "O2565",
        "o99",
        "O0",
        "2565",
        "CO2",
        "NO1",
    ],
)
def test_other_numbers_are_no_item_codes(label: str) -> None:
    assert item_code(label) is None


@given(
    st.integers(1, 43),
    st.sampled_from(["o{}", "O{}", "O.{}", "O-{}", "OIT {}", "OIT{}", "ข้อ o{}", "O{} ชื่อเรื่อง", "0{:02d}"]),
)
def test_any_code_reads_back_in_any_spelling_and_digits(number: int, form: str) -> None:
    label = form.format(number)
    thai = label.translate(str.maketrans("123456789", "๑๒๓๔๕๖๗๘๙"))
    assert item_code(label) == f"o{number}"
    assert item_code(thai) == f"o{number}"


# ---------------------------------------------------------------- titles


@pytest.mark.parametrize("item", FORM.items, ids=lambda item: item.slug)
def test_the_official_title_names_its_own_item_best(item: Item) -> None:
    assert MATCHER.rank(item.title.th)[0] == (item.code, pytest.approx(1.0))


@pytest.mark.parametrize("item", FORM.items, ids=lambda item: item.slug)
def test_the_official_title_of_a_year_names_its_own_item_best(item: Item) -> None:
    ranked = MATCHER.rank(f"{item.title.th} ประจำปีงบประมาณ พ.ศ. ๒๕๖๕")
    assert ranked[0][0] == item.code
    assert ranked[0][1] >= 0.7


@pytest.mark.parametrize("item", FORM.items, ids=lambda item: item.slug)
def test_the_official_title_in_broken_thai_names_its_own_item_best(item: Item) -> None:
    broken = item.title.th.replace("ำ", " า").replace("แ", "เเ").replace("่", " ่")
    assert MATCHER.rank(broken)[0][0] == item.code


@given(
    st.sampled_from([item.title.th for item in FORM.items]), st.text(alphabet="กขคงานแผนรายผล 2565()O-", max_size=60)
)
def test_scores_are_shares_best_first_and_each_item_once(title: str, around: str) -> None:
    for text in (around, f"{around}{title}", f"{title}{around}"):
        ranked = MATCHER.rank(text)
        scores = [score for _, score in ranked]
        assert all(0.0 <= score <= 1.0 for score in scores)
        assert scores == sorted(scores, reverse=True)
        assert len({code for code, _ in ranked}) == len(ranked)
        assert {code for code, _ in ranked} <= set(FORM.by_code)


@pytest.mark.parametrize("text", ["", " ", "-", "2", "ก"])
def test_a_text_of_next_to_nothing_names_no_item(text: str) -> None:
    assert MATCHER.rank(text) == []
    assert MATCHER.best(text) is None


@pytest.mark.parametrize(
    "text",
    ["ยินดีต้อนรับสู่เว็บไซต์", "สภาพอากาศวันนี้", "ลงทะเบียนผู้สูงอายุ", "นโยบายคุกกี้", "ทดสอบระบบ", "องค์การบริหารส่วนตำบลตัวอย่าง"],
)
def test_other_headings_name_no_item(text: str) -> None:
    assert MATCHER.best(text) is None


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("โครงสร้างหน่วยงาน", "organisation_structure"),
        ("แผนการดำเนินงาน ประจำปี พ.ศ. 2565", "annual_action_plan"),
        ("แผนปฏิบัติราชการประจำปี 2565", "annual_action_plan"),
        ("แผนพัฒนาท้องถิ่น (พ.ศ. 2561-2565)", "strategic_plan"),
        ("ช่องทางการถาม-ตอบ Q&A", "questions_and_answers"),
        ("แผนจัดซื้อจัดจ้าง ปีงบประมาณ 2565", "procurement_plan"),
        ("สขร.1 ประจำเดือนตุลาคม 2564", "procurement_monthly_summary"),
        ("แผนพัฒนาบุคลากร 3 ปี", "hr_policy"),
        ("ประกาศนโยบายไม่รับของขวัญ No Gift Policy", "no_gift_policy"),
        ("แผนปฏิบัติการป้องกันการทุจริต 2565", "anti_corruption_plan"),
        ("รายงานผลการดำเนินการตามมาตรการส่งเสริมคุณธรรมและความโปร่งใส", "integrity_measures_actions"),
        ("มาตรการส่งเสริมคุณธรรมและความโปร่งใสภายในหน่วยงาน ประจำปี 2565", "integrity_measures"),
        ("สถิติเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ", "corruption_complaint_statistics"),
        ("แนวปฏิบตการจดการเรองรองเรยนการทจรตและประพฤตมชอบ", "corruption_complaint_guideline"),
        ("กฏหมายที่เกี่ยวข้อง", "laws"),
        ("การประเมิณความเสี่ยงการทุจริต ประจำปี 2565", "corruption_risk_assessment"),
    ],
)
def test_labels_in_use_name_their_item(label: str, slug: str) -> None:
    assert best_slug(label) == slug


@pytest.mark.parametrize(
    ("label", "this", "not_this"),
    [
        ("รายงานผลการดำเนินการตามมาตรการส่งเสริมคุณธรรมและความโปร่งใส", "integrity_measures_actions", "integrity_measures"),
        ("รายงานผลการดำเนินงานประจำปี 2564", "annual_action_report", "annual_action_plan"),
        ("รายงานการกำกับติดตามการดำเนินงาน รอบ 6 เดือน", "annual_action_plan_progress", "annual_action_plan"),
        ("การดำเนินการเพื่อจัดการความเสี่ยงการทุจริต", "corruption_risk_actions", "corruption_risk_assessment"),
        ("รายงานผลการบริหารและพัฒนาทรัพยากรบุคคลประจำปี 2564", "hr_annual_report", "hr_policy"),
        ("ช่องทางแจ้งเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ", "corruption_complaint_channel", "feedback_channel"),
        ("คู่มือหรือมาตรฐานการให้บริการ", "service_manual", "operating_manual"),
    ],
)
def test_neighbouring_items_are_told_apart(label: str, this: str, not_this: str) -> None:
    scores = {FORM.by_code[code].slug: score for code, score in MATCHER.rank(label)}
    assert scores[this] > scores.get(not_this, 0.0) + 0.1


# ---------------------------------------------------------------- how a score comes about


@pytest.fixture
def small() -> TitleMatcher:
    return TitleMatcher(
        {
            "plan": Identity(("แผนดำเนินงานประจำปี",), (("แผน",), ("ดำเนินงาน", "ปฏิบัติการ")), ("รายงาน",)),
            "budget": Identity(("ข้อบัญญัติงบประมาณ",), (("ข้อบัญญัติ", "งบประมาณรายจ่าย"),), ()),
        }
    )


def test_a_text_with_a_word_of_every_group_is_the_item(small: TitleMatcher) -> None:
    assert small.score("แผนปฏิบัติการของหน่วยงาน", "plan") >= 0.7


def test_a_text_without_a_word_of_some_group_is_hardly_the_item(small: TitleMatcher) -> None:
    assert small.score("แผนที่ของหน่วยงาน", "plan") <= 0.55


def test_a_word_of_another_item_speaks_against_this_one(small: TitleMatcher) -> None:
    assert small.score("รายงานแผนดำเนินงาน", "plan") <= 0.5


def test_a_joint_document_names_both_items(small: TitleMatcher) -> None:
    both = "ข้อบัญญัติงบประมาณรายจ่ายและแผนดำเนินงานประจำปี"
    assert small.score(both, "plan") >= 0.7
    assert small.score(both, "budget") >= 0.7


def test_an_unknown_item_has_no_score(small: TitleMatcher) -> None:
    assert small.score("แผนดำเนินงานประจำปี", "nothing") == 0.0


def test_a_long_text_around_a_title_weakens_it(small: TitleMatcher) -> None:
    bare = TitleMatcher({"plan": Identity(("แผนดำเนินงานประจำปี",))})
    scores = [bare.score("แผนดำเนินงานประจำปี" + "ข้อความอื่นที่ตามมา" * count, "plan") for count in (0, 1, 5)]
    assert scores[0] == 1.0
    assert scores == sorted(scores, reverse=True)
