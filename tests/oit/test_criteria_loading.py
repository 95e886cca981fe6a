"""A fault in a criteria file stops the program and names file and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from oit import criteria
from oit.criteria import vocabulary
from oit.errors import CriteriaError
from oit.model import Framework

ITEM = "annual_action_plan"
SAMPLE = """\
code = "o10"
slug = "annual_action_plan"
title = "แผนดำเนินงานประจำปี"
title_en = "Annual operation plan"
aliases = ["แผนการดำเนินงาน", "แผนการดำเนินงานประจำปี", "แผนปฏิบัติราชการ", "แผนดำเนินงานและการใช้งบประมาณประจำปี"]
sub_indicator = "9.2"
group = "การดำเนินงาน"
evidence_type = "document"
elements_status = "from_manual"
source = ["ITA Manual 2022 (FY2565)"]
confidence = "high"
confidence_detail = { name = "high", elements = "high" }

[year_rule]
kind = "plan_for_fy"
fy_offset = 0
th = "แผน 1 ปีของปีที่ประเมิน"
en = "one-year plan of the assessed FY"

[[elements]]
id = "one_year_plan"
th = "แผนภารกิจระยะ 1 ปี"
en = "one-year mission plan"
requirement = "required"
kind = "terms"
any = []

[[elements]]
id = "projects"
th = "โครงการหรือกิจกรรม"
en = "projects or activities"
requirement = "required"
kind = "terms"
any = []

[[elements]]
id = "budget"
th = "งบประมาณที่ใช้"
en = "budget"
requirement = "required"
kind = "terms"
any = []

[[elements]]
id = "schedule"
th = "ระยะเวลาดำเนินการ"
en = "schedule of the work"
requirement = "required"
kind = "terms"
any = []
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the criteria of FY2565 that a test may spoil."""
    shutil.copytree(criteria.FOLDER / "2565", tmp_path / "2565")
    (tmp_path / "vocabulary.toml").write_text('[lists]\nbudget = ["งบประมาณ"]\n', encoding="utf-8")
    for path in (tmp_path / "2565").glob("*.toml"):
        if path.name != "framework.toml":
            path.write_text(plain(path.read_text(encoding="utf-8")), encoding="utf-8")
    (tmp_path / "2565" / f"{ITEM}.toml").write_text(SAMPLE, encoding="utf-8")
    return tmp_path


def plain(text: str) -> str:
    """Item text without references to term lists, so that these tests do not depend on the lists of the day."""
    return text.replace('"$', '"')


def load(folder: Path, kinds: frozenset[str] | None = None, checks: frozenset[str] | None = None) -> Framework:
    return criteria.read(folder / "2565", folder / "vocabulary.toml", kinds, checks)


def spoil(folder: Path, old: str, new: str, name: str = ITEM) -> None:
    path = folder / "2565" / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_unspoilt_copy_loads(copy: Path) -> None:
    assert len(load(copy).items) == 43


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('code = "o10"', 'code = "o10"\ncolour = "red"', "colour: unknown key"),
        ('title_en = "', 'title_en_ = "', "title_en: is missing"),
        ('code = "o10"', "code = 10", "code: must be a text, is the number 10"),
        ('code = "o10"', 'code = "10"', "code: '10' does not look like"),
        ('title = "', 'title = ""\n# "', "title: must not be empty"),
        ("aliases = [", "aliases = [1, ", "aliases[0]: must be a text"),
        ('sub_indicator = "9.2"', 'sub_indicator = "9.9"', "sub_indicator: '9.9' is unknown"),
        ('confidence = "high"', 'confidence = "sure"', "confidence: 'sure' is unknown"),
        ('name = "high"', 'name = "sure"', "confidence_detail.name: 'sure' is unknown"),
        ('elements_status = "from_manual"', 'elements_status = "dreamt"', "elements_status: 'dreamt' is unknown"),
        ('evidence_type = "document"', 'evidence_type = "scroll"', "evidence_type: 'scroll' is unknown"),
        ('kind = "plan_for_fy"', 'kind = "some_day"', "year_rule.kind: 'some_day' is unknown"),
        ("fy_offset = 0\n", "", "year_rule.fy_offset: is missing"),
        ("fy_offset = 0", "fy_offset = true", "year_rule.fy_offset: must be a whole number, is true"),
        ("fy_offset = 0", "fy_offset = 7", "year_rule.fy_offset: must be 0 or -1"),
        ("fy_offset = 0", "fy_offset = 0\nevery = 3", "year_rule.every: unknown key"),
        ('requirement = "required"', 'requirement = "nice"', "elements[0].requirement: 'nice' is unknown"),
        ('id = "projects"', 'id = "budget"', "elements: 'budget' appears 2 times"),
        ('id = "one_year_plan"', 'id = "one_year_plan"\nterms = ["$nowhere"]', "unknown term list '$nowhere'"),
        ('id = "one_year_plan"', 'id = "one_year_plan"\nterm = "$budget"', "'$budget' belongs inside a list"),
        ("[year_rule]", "[identity]\ntitle = [1]\n[year_rule]", "identity.title: must be a text, a list of texts"),
        ('code = "o10"', 'code = "o10', "(at line 1"),
    ],
)
def test_a_fault_in_an_item_names_file_and_key(copy: Path, old: str, new: str, told: str) -> None:
    spoil(copy, old, new)
    with pytest.raises(CriteriaError) as caught:
        load(copy)
    assert f"2565/{ITEM}.toml" in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('effect = "condition"', 'effect = "magic"', "exceptions[0].effect: 'magic' is unknown"),
        ('element = "by_present_head"', 'element = "nobody"', "exceptions[0].element: 'nobody' is unknown"),
        ('code = "current_head"', 'code = "current_head"\napplies_to = "moon"', "[0].applies_to: 'moon' is unknown"),
        ('code = "pacc_guideline"', 'code = "current_head"', "exceptions: 'current_head' appears 2 times"),
        ('aspect = "head_name"', 'aspect = "hair"', "consistent_with.aspect: 'hair' is unknown"),
        ('slug = "executives"', 'slug = "nobody"', "consistent_with.slug: no item 'nobody'"),
    ],
)
def test_a_fault_in_an_exception_or_a_link_names_its_key(copy: Path, old: str, new: str, told: str) -> None:
    spoil(copy, old, new, "no_gift_policy")
    with pytest.raises(CriteriaError, match=r"2565/no_gift_policy\.toml") as caught:
        load(copy)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("item_count = 43", "item_count = 42", "item_count: 42, but there are 43 item files"),
        ("count = 9", "count = 10", "sub_indicators: 9.1 has 10 items o1 to o9, the files have 9"),
        ('last = "o17"', 'last = "o18"', "sub_indicators: 9.2 has 8 items o10 to o18"),
        ("year_be = 2565", "year_be = 2564", "year_be: 2564 is not the name of the folder"),
        ("total = 8303", "total = 8302", "agency_types.total: 8302, but the types add up to 8303"),
        ("OIT = 0.4", "OIT = 0.5", "scoring.weights: must be decimal numbers that add up to 1"),
        ('indicator = "9"', 'indicator = "8"', "sub_indicators[0].indicator: '8' is unknown"),
        ("end = 2022-02-28", "end = 2021-02-28", "calendar.periods[0].end: lies before start"),
        ("start = 2022-01-01, end = 2022-02", 'start = "soon", end = 2022-02', "periods[0].start: must be a date"),
        ("year_be = 2565", "year_be = 2565\nmoon = 1", "moon: unknown key"),
        ('"operating_manual"', '"no_such_item"', "unit_level_items: no item 'no_such_item'"),
    ],
)
def test_a_fault_in_the_form_names_its_key(copy: Path, old: str, new: str, told: str) -> None:
    spoil(copy, old, new, "framework")
    with pytest.raises(CriteriaError, match=r"2565/framework\.toml") as caught:
        load(copy)
    assert told in str(caught.value)


def test_a_slug_that_is_not_the_file_name_is_told(copy: Path) -> None:
    spoil(copy, f'slug = "{ITEM}"', 'slug = "other_plan"')
    with pytest.raises(CriteriaError, match="slug: 'other_plan' is not the name of the file"):
        load(copy)


def test_a_code_used_twice_is_told(copy: Path) -> None:
    spoil(copy, 'code = "o10"', 'code = "o11"')
    with pytest.raises(CriteriaError, match="code: 'o11' is used by another item"):
        load(copy)


def test_a_missing_item_file_is_told_by_its_sub_indicator(copy: Path) -> None:
    (copy / "2565" / "contact.toml").unlink()
    with pytest.raises(CriteriaError, match=r"9\.1 has 9 items o1 to o9, the files have 8"):
        load(copy)


def test_a_kind_without_a_module_is_told(copy: Path) -> None:
    kinds = {element.kind for item in load(copy).items for element in item.elements}
    spoil(copy, '[[elements]]\nid = "budget"', '[[elements]]\nkind_of = "x"\nid = "budget"')
    assert load(copy, frozenset(kinds)).by_slug[ITEM]
    gone = load(copy).by_slug[ITEM].elements[0].kind
    with pytest.raises(CriteriaError, match=f"kind: no kind of element '{gone}' in checks/kinds"):
        load(copy, frozenset(kinds - {gone}))


def test_a_special_check_without_a_module_is_told(copy: Path) -> None:
    spoil(copy, 'code = "o10"', 'code = "o10"\ncheck = "crystal_ball"')
    with pytest.raises(CriteriaError, match="check: no module 'crystal_ball' in checks/items"):
        load(copy, None, frozenset({"progress"}))
    assert load(copy, None, frozenset({"crystal_ball"})).by_slug[ITEM].check == "crystal_ball"


def test_all_faults_of_one_file_are_told_at_once(copy: Path) -> None:
    spoil(copy, 'code = "o10"', 'code = "o10"\ncolour = "red"\nsize = 3')
    with pytest.raises(CriteriaError) as caught:
        load(copy)
    assert caught.value.problems == ["colour: unknown key", "size: unknown key"]
    assert caught.value.exit_code == 2


def test_a_year_without_criteria_names_the_years_there_are() -> None:
    with pytest.raises(CriteriaError, match=r"no criteria for fiscal year 2500; available: .*2565"):
        criteria.load(2500)


def test_the_shipped_criteria_use_only_kinds_and_checks_that_exist() -> None:
    framework = criteria.load(2565)
    kinds, checks = criteria.modules("kinds"), criteria.modules("items")
    if kinds is None:
        pytest.skip("no kinds of element are installed")
    assert {element.kind for item in framework.items for element in item.elements} <= kinds
    assert {item.check for item in framework.items if item.check} <= (checks or frozenset())


def test_the_digest_changes_with_any_file(copy: Path) -> None:
    before = load(copy).sha256
    spoil(copy, 'group = "', 'group = "ใหม่')
    changed = load(copy).sha256
    (copy / "vocabulary.toml").write_text('[lists]\nbudget = ["วงเงิน"]\n', encoding="utf-8")
    assert len({before, changed, load(copy).sha256}) == 3


def test_term_lists_are_put_in_place_of_their_names(copy: Path) -> None:
    words = '[lists]\nbudget = ["งบประมาณ", "$none", "งบประมาณ"]\nnone = ["ไม่ใช้งบประมาณ"]\n'
    (copy / "vocabulary.toml").write_text(words, encoding="utf-8")
    extra = 'extra = ["$budget", "วงเงิน"]\ncolumns = [["$none"], ["a"]]\ninner = { any = ["$none"] }'
    spoil(copy, 'id = "budget"', f'id = "budget"\n{extra}')
    params = next(e.params for e in load(copy).by_slug[ITEM].elements if e.id == "budget")
    assert params["extra"] == ("งบประมาณ", "ไม่ใช้งบประมาณ", "วงเงิน")
    assert params["columns"] == (("ไม่ใช้งบประมาณ",), ("a",))
    assert params["inner"] == {"any": ("ไม่ใช้งบประมาณ",)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[lists]\na = ["$b"]\nb = ["$a"]\n', "lists.a: names itself through a > b > a"),
        ('[lists]\na = ["$a"]\n', "lists.a: names itself through a > a"),
        ('[lists]\na = ["$gone"]\n', "lists.a: unknown term list '$gone'"),
        ("[lists]\na = [3]\n", "lists.a[0]: must be a text"),
        ('[lists]\na = "x"\n', "lists.a: must be a list"),
        ('[lists]\na = ["x"]\n[other]\n', "other: unknown key"),
    ],
)
def test_a_fault_in_the_vocabulary_names_the_list(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "vocabulary.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CriteriaError, match=r"^vocabulary\.toml: ") as caught:
        vocabulary.read(path)
    assert told in str(caught.value)


def test_the_shipped_vocabulary_holds_the_usual_words_of_each_list() -> None:
    lists = vocabulary.lists()
    assert "ไม่ใช้งบประมาณ" in lists["budget"]
    assert "ข้อจำกัด" in lists["problems"]
    assert all(lists.values())
