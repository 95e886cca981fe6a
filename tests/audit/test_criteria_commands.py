"""`oit criteria`: forms listed, shown, compared, examined, and begun for a coming year."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from audit.cli import main
from audit.criteria_diff import compare, is_material
from audit.criteria_lint import lint
from oit import criteria
from oit.sheets import rows_of

VOCABULARY = criteria.FOLDER / "vocabulary.toml"


def oit(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["criteria", *map(str, arguments)])


# ---------------------------------------------------------------- list and show


def test_the_years_are_listed_and_the_one_of_titles_only_says_so() -> None:
    rows = json.loads(oit("list", "--json").stdout)
    assert [row["year"] for row in rows] == list(criteria.years())
    assert [row["year"] for row in rows if not row["scored"]] == [2569]
    said = oit("list", "--lang", "en").stdout.splitlines()
    assert "never scored" in said[-1] and "never scored" not in said[0]


def test_the_items_of_a_year_stand_in_form_order_and_doubtful_ones_are_marked() -> None:
    form = criteria.load(2567)
    lines = oit("list", "2567").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [item.code for item in form.items]
    for line, item in zip(lines, form.items, strict=True):
        assert item.title.th in line
        assert line.endswith("⚠") is (form.certainty(item) != "high")


@pytest.mark.parametrize(
    ("name", "year", "slug"),
    [
        ("o30", 2565, "corruption_complaint_channel"),
        ("O30", 2566, "public_participation"),
        ("๓๐", 2567, "bribery_risk_assessment"),
        ("no_gift_policy", 2566, "no_gift_policy"),
    ],
)
def test_an_item_is_shown_by_slug_or_by_its_number_in_that_year(name: str, year: int, slug: str) -> None:
    told = json.loads(oit("show", name, "--year", str(year), "--json").stdout)
    assert (told["slug"], told["year"]) == (slug, year)
    item = criteria.load(year).by_slug[slug]
    assert [element["id"] for element in told["elements"]] == [element.id for element in item.elements]
    shown = oit("show", name, "--year", str(year)).stdout
    assert all(element.text.th in shown for element in item.elements)
    assert all(source in shown for source in item.sources)


def test_both_year_rules_of_an_item_are_shown_with_the_elements_they_hold_for() -> None:
    shown = oit("show", "annual_plan_and_progress", "--year", "2567", "--lang", "en").stdout
    assert "one-year plan of the assessed FY (2567)" in shown
    assert "[progress_against_plan, project_progress, budget_spent, spending_progress]" in shown


def test_an_item_that_another_year_has_says_which() -> None:
    wrong = oit("show", "social_network", "--year", "2567")
    assert wrong.exit_code == 2
    assert "no item of fiscal year 2567" in wrong.stderr and "2564, 2565, 2566" in wrong.stderr


@pytest.mark.parametrize("arguments", [("list", "2599"), ("show", "o1", "--year", "2599"), ("diff", "2565", "2599")])
def test_a_year_without_criteria_ends_with_2_and_names_the_years_there_are(arguments: tuple[str, ...]) -> None:
    wrong = oit(*arguments)
    assert wrong.exit_code == 2
    assert "available: 2564" in wrong.stderr


# ---------------------------------------------------------------- diff


def rows(before: int, after: int) -> dict[str, dict]:
    return {row["slug"]: row for row in compare(criteria.load(before), criteria.load(after))["items"]}


@pytest.mark.parametrize("year", criteria.years())
def test_a_year_does_not_differ_from_itself(year: int) -> None:
    found = rows(year, year)
    assert all(row["status"] == "kept" and not row["changes"] for row in found.values())


def test_every_item_of_both_years_is_accounted_for_once() -> None:
    found = compare(criteria.load(2565), criteria.load(2567))["items"]
    assert len(found) == len({row["slug"] for row in found})
    assert {row["slug"] for row in found} == set(criteria.load(2565).by_slug) | set(criteria.load(2567).by_slug)


def test_items_are_followed_by_slug_and_not_by_number() -> None:
    found = rows(2565, 2566)
    assert found["public_participation"]["codes"] == {"before": "o33", "after": "o30"}
    assert {"what": "renumbered", "before": "o33", "after": "o30"} in found["public_participation"]["changes"]
    assert found["no_gift_culture"]["status"] == "new"
    assert found["feedback_channel"]["status"] == "gone" and found["feedback_channel"]["became"] == []


def test_joined_items_name_what_they_were_made_of_and_what_they_ask_more() -> None:
    found = rows(2565, 2567)
    joined = found["annual_plan_and_progress"]
    assert joined["status"] == "joined" and "budget_progress" in joined["from"]
    assert not any(change["what"] == "element_added" for change in joined["changes"])
    assert found["budget_progress"]["became"] == ["annual_plan_and_progress"]


def test_elements_added_removed_and_changed_are_told_with_what_they_ask() -> None:
    changes = rows(2565, 2567)["powers_and_duties"]["changes"]
    added = [change for change in changes if change["what"] == "element_added"]
    assert [(one["element"], one["after"]["requirement"], one["asks"]) for one in added] == [
        ("not_whole_statute", "prohibition", True)
    ]
    back = rows(2565, 2564)["integrity_measures"]["changes"]
    kinds = {(change["what"], change.get("element")) for change in back}
    assert ("element_removed", "measure_steps") in kinds
    softer = next(change for change in back if change.get("element") == "urgent_weaknesses")
    assert (softer["before"]["requirement"], softer["after"]["requirement"]) == ("required", "example")
    assert is_material(softer)
    said = oit("diff", "2565", "2564", "--lang", "en").stdout
    assert "required → example, not compulsory" in said


def test_a_changed_year_rule_is_told() -> None:
    changes = rows(2566, 2567)["no_gift_culture"]["changes"]
    rule = next(change for change in changes if change["what"] == "year_rule")
    assert (rule["before"][0]["kind"], rule["after"][0]["kind"]) == ("occurs_in_fy", "unverified")
    assert is_material(rule)


@pytest.mark.parametrize(("language", "words"), [("th", "ข้อใหม่ 4 ข้อ"), ("en", "4 new items")])
def test_the_lines_are_thai_first_and_english_on_request(language: str, words: str) -> None:
    arguments = ("diff", "2565", "2567", *(() if language == "th" else ("--lang", language)))
    assert words in oit(*arguments).stdout


# ---------------------------------------------------------------- lint


@pytest.mark.parametrize("year", criteria.years())
def test_the_criteria_of_the_program_have_no_fault(year: int) -> None:
    assert [str(remark) for remark in lint(criteria.FOLDER / str(year)) if remark.fault] == []


def test_lint_of_everything_ends_well_and_says_what_is_not_established() -> None:
    done = oit("lint")
    assert done.exit_code == 0
    assert "2567/customary_benefits_report.toml" in done.stdout and "(remark)" in done.stdout
    assert f"{len(criteria.years())} years: 0 faults" in done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(criteria.FOLDER / "2567", tmp_path / "2567"))


FAULTS = [
    ("no_gift_policy", 'kind = "entries"', 'kind = "entrees"', "elements[2].kind", "no kind of element 'entrees'"),
    ("no_gift_policy", "min = 1", "mim = 1", "elements.for_assessed_year.mim", "takes no such key"),
    ("contact", 'th = "แผนที่ตั้ง"', 'tn = "แผนที่ตั้ง"', "elements[3].th", "is missing"),
    ("ethics_promotion", '"$dos_and_donts"', '"$dos_and_dont"', "elements[1]", "unknown term list"),
    ("contact", 'id = "map"', 'id = "chart_of_place"', "elements.chart_of_place", "[example]"),
    ("contact", 'source = ["', 'source = [" ", "', "source", "names no source"),
    ("contact", '"ติดต่อเรา", "ติดต่อหน่วยงาน"', '"ติดต่อเรา", "ติดต่อเรา"', "identity.titles", "stands twice"),
    ("contact", 'code = "o4"', 'code = "o3"', "code", "'o3' is used by another item"),
    ("contact", 'sub_indicator = "9.1"', 'sub_indicator = "9.2"', "sub_indicators", "9.1 has 6 items"),
    ("contact", 'title = "ข้อมูลการติดต่อ"', 'title = "ข้อมูลผู้บริหาร"', "title", "is a name of executives too"),
    (
        "annual_plan_and_progress",
        '"spending_progress"]',
        '"spending"]',
        "additional_year_rules[0].elements",
        "no element",
    ),
]


@pytest.mark.parametrize(("slug", "old", "new", "key", "told"), FAULTS, ids=[fault[4] for fault in FAULTS])
def test_each_fault_is_told_with_file_and_key_and_ends_with_2(
    copy: Path, slug: str, old: str, new: str, key: str, told: str
) -> None:
    path = copy / f"{slug}.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = oit("lint", copy)
    assert done.exit_code == 2
    assert f"2567/{'framework' if key == 'sub_indicators' else slug}.toml: {key}" in done.stdout
    assert told in done.stdout


def test_faults_of_several_files_are_told_together(copy: Path) -> None:
    for slug in ("contact", "news"):
        path = copy / f"{slug}.toml"
        path.write_text(path.read_text("utf-8").replace("title_en", "title_english", 1), encoding="utf-8")
    found = json.loads(oit("lint", copy, "--json").stdout)
    assert {row["file"] for row in found if row["fault"]} == {"2567/contact.toml", "2567/news.toml"}


def test_a_name_inside_another_items_title_is_pointed_out_unless_it_is_rejected(copy: Path) -> None:
    path = copy / "corruption_risk_actions.toml"
    text = path.read_text("utf-8").replace("reject = [", 'reject = ["ไม่มีคำนี้"]\n# [', 1)
    path.write_text(text.replace("aliases = [", 'aliases = ["การประเมินความเสี่ยงการทุจริต", ', 1), encoding="utf-8")
    remarks = [
        str(remark) for remark in lint(copy) if remark.key == "aliases" and "corruption_risk_actions" in remark.file
    ]
    assert any("bribery_risk_assessment" in remark for remark in remarks)


def test_a_folder_without_a_form_is_a_clear_error(tmp_path: Path) -> None:
    done = oit("lint", tmp_path)
    assert done.exit_code == 2
    assert "holds no framework.toml" in done.stderr


# ---------------------------------------------------------------- new


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("drafts")
    done = oit("new", "2570", "--from", "2568", "--out", out)
    assert done.exit_code == 0, done.stderr
    return out


def test_a_new_year_has_every_item_turned_and_none_established(drafts: Path) -> None:
    form = criteria.read(drafts / "2570", VOCABULARY, criteria.modules("kinds"), criteria.modules("items"))
    old = criteria.load(2568)
    assert [item.slug for item in form.items] == [item.slug for item in old.items]
    assert form.about["gregorian_start"].isoformat() == "2026-10-01"
    assert form.about["prior_year_be"] == 2569
    assert not any(item.established for item in form.items)
    assert {form.certainty(item) for item in form.items} == {"none"}
    assert form.calendar == ()


def test_years_of_laws_and_remarks_stay_where_the_years_turn(drafts: Path) -> None:
    form = criteria.read(drafts / "2570", VOCABULARY)
    plan = next(e for e in form.by_slug["procurement_list_and_progress"].elements if e.id == "procurement_plan")
    assert "2560" in plan.text.th
    actions = (drafts / "2570" / "framework.toml").read_text("utf-8")
    assert "O1-O37 (2568), O1-O23 (2569)" in actions
    assert 'source = "carried over' not in actions


def test_an_item_is_judged_once_every_page_is_filled_in(drafts: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(drafts / "2570", tmp_path / "2570"))
    path = folder / "contact.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('source_page = ""', 'source_page = "41"', 3), encoding="utf-8")
    assert not criteria.read(folder, VOCABULARY).by_slug["contact"].established
    path.write_text(text.replace('source_page = ""', 'source_page = "41"'), encoding="utf-8")
    form = criteria.read(folder, VOCABULARY)
    assert form.by_slug["contact"].established
    assert form.by_slug["contact"].elements[0].source_page == "41"
    remarks = oit("lint", folder)
    assert remarks.exit_code == 0
    assert "2570/contact.toml" not in remarks.stdout and "2570/news.toml: elements.source_page" in remarks.stdout


def test_the_form_to_transcribe_into_asks_for_the_page_of_each_element(drafts: Path) -> None:
    form = criteria.read(drafts / "2570", VOCABULARY)
    text = (drafts / "2570-transcription.md").read_text("utf-8")
    ((_, table),) = rows_of(drafts / "2570-transcription.xlsx")
    names = table[0][1]
    cells = [dict(zip(names, row, strict=False)) for _, row in table[2:]]
    for item in form.items:
        assert f"## {item.code} {item.title.th}" in text
        asked = {row["element_id"] for row in cells if row["slug"] == item.slug}
        assert asked == {element.id for element in item.elements} | {"year_rule"}
        assert all(element.text.th in text for element in item.elements)
    assert "page" in names and not any(row.get("page") for row in cells)


def test_a_folder_that_is_there_and_a_year_of_titles_are_refused(drafts: Path, tmp_path: Path) -> None:
    again = oit("new", "2570", "--from", "2568", "--out", drafts)
    assert again.exit_code == 2 and "is there already" in again.stderr
    titles = oit("new", "2570", "--from", "2569", "--out", tmp_path)
    assert titles.exit_code == 2 and "only its titles are known" in titles.stderr
    backwards = oit("new", "2564", "--from", "2568", "--out", tmp_path)
    assert backwards.exit_code == 2
