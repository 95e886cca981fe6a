from __future__ import annotations

import re
from pathlib import Path

import pytest

from audit import pack
from checks.counterfactual import Kind
from checks.trace import Aside, Step
from evidence import bag, seal
from oit import criteria
from oit.findings import Note, Outcome, Reason, Verdict
from oit.model import Framework
from reports import messages
from reports.advice import year_sentence
from reports.diff import Change

ROOT = Path(__file__).parents[2]
THAI = re.compile(r"[\u0e00-\u0e7f]")
BLAME = ("ผิดพลาดของหน่วยงาน", "ละเลย", "ฝ่าฝืน", "บกพร่องของหน่วยงาน", "your fault", "failed to comply")


def every_text() -> list[tuple[str, str, str]]:
    """(table.key, field, text) of all sentences."""
    catalogue = messages._catalogue()
    return [
        (f"{table}.{key}", field, text)
        for table, entries in catalogue.items()
        if table != "months"
        for key, entry in entries.items()
        for field, text in entry.items()
    ]


@pytest.mark.parametrize("id", [*Reason, *Note])
@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_every_reason_and_note_says_what_was_seen_and_what_to_do(id: str, lang: str) -> None:
    table = "note" if id in set(Note) else "reason"
    seen, do = messages.seen(f"{table}.{id}", lang), messages.to_do(f"{table}.{id}", lang)
    assert len(seen) > 15 and len(do) > 15
    assert messages.sentence(id, lang) == f"{seen} {do}"


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_every_outcome_and_verdict_has_a_label(lang: str) -> None:
    for id in Outcome:
        assert messages.seen(f"outcome.{id}", lang)
    for id in Verdict:
        for table in ("verdict", "element_verdict", "year_verdict"):
            assert messages.seen(f"{table}.{id}", lang)


def test_no_sentence_is_left_over_that_nothing_can_say() -> None:
    assert set(messages.ids("reason")) == {str(reason) for reason in Reason}
    assert set(messages.ids("note")) == {str(note) for note in Note}
    assert set(messages.ids("outcome")) == {str(outcome) for outcome in Outcome} | {"none"}


@pytest.mark.parametrize(("id", "field", "text"), every_text())
def test_each_text_is_in_its_language_and_names_only_known_placeholders(id: str, field: str, text: str) -> None:
    wanted = "th" if field.startswith("th") else "en"
    other = {key for key in messages._catalogue()[id.partition(".")[0]][id.partition(".")[2]]}
    assert field.replace("th", "en", 1) in other if wanted == "th" else field.replace("en", "th", 1) in other
    if wanted == "en":
        assert not THAI.search(text), "Thai letters in an English sentence"
    assert not any(word in text for word in BLAME)
    allowed = {"value"} if id.startswith("phrase.") else set(messages.ids("phrase"))
    assert set(re.findall(r"\{(.*?)\}", text)) <= allowed
    assert not re.search(r"[๐-๙]", text), "official text here is written with Arabic digits"


def test_a_missing_value_still_reads_as_a_whole_sentence() -> None:
    for id in (*Reason, *Note):
        for lang in messages.LANGUAGES:
            assert "{" not in messages.sentence(id, lang)
            assert "None" not in messages.sentence(id, lang)


def test_values_are_dressed_for_the_language_and_braces_in_them_stay() -> None:
    assert "ปีงบประมาณ พ.ศ. 2565" in messages.sentence("plan_expired", year=2565, found="2561–2564")
    assert "fiscal year 2565 (B.E.)" in messages.sentence("plan_expired", "en", year=2565)
    assert "{year}" in messages.sentence("element_missing", element="{year}", year=2565)


def test_an_agency_on_another_year_is_not_told_of_fiscal_years() -> None:
    said = messages.sentence("plan_expired", year=messages.working_year(2565, is_fiscal=False))
    assert "รอบปี พ.ศ. 2565 ของหน่วยงาน" in said and "ปีงบประมาณ" not in said
    assert "ปีงบประมาณ พ.ศ. 2565" in messages.sentence("plan_expired", year=messages.working_year(2565, is_fiscal=True))


def test_no_label_is_left_over_that_nothing_shows() -> None:
    sources = [*ROOT.glob("reports/**/*.py"), *ROOT.glob("reports/**/*.html"), *ROOT.glob("audit/*.py")]
    written = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    for table in ("label", "advice", "trace"):
        assert [key for key in messages.ids(table) if not _is_written(table, key, written)] == []


def _is_written(table: str, key: str, written: str) -> bool:
    """Whether code names a sentence, whole or by an id that it puts together."""
    return f"{table}.{key}" in written or (table == "trace" and any(f'"{part}"' in written for part in _parts(key)))


def _parts(key: str) -> tuple[str, ...]:
    return key, key.partition("_")[2] or key


def test_every_kind_of_element_and_every_part_of_a_trace_has_words() -> None:
    kinds = {path.stem for path in (ROOT / "checks" / "kinds").glob("*.py")} - {"__init__"}
    assert kinds == set(messages.ids("kind"))
    assert {str(step) for step in Step} == set(messages.ids("trace_step"))
    assert {str(aside) for aside in Aside} == set(messages.ids("trace_aside"))
    assert {str(kind) for kind in Kind} <= set(messages.ids("trace_change"))


FORMS = [criteria.load(year) for year in criteria.years()]


@pytest.mark.parametrize("framework", FORMS, ids=lambda form: str(form.year_be))
def test_every_required_element_has_a_line_on_how_to_show_it(framework: Framework) -> None:
    required = {element.id for item in framework.items for element in item.required_elements}
    assert required <= set(messages.ids("example"))


def test_no_line_on_how_to_show_an_element_is_left_over() -> None:
    assert set(messages.ids("example")) <= {e.id for form in FORMS for item in form.items for e in item.elements}


@pytest.mark.parametrize("framework", FORMS, ids=lambda form: str(form.year_be))
def test_every_kind_of_year_rule_has_words(framework: Framework) -> None:
    kinds = {rule.kind for item in framework.items for rule in (item.year_rule, *item.additional_year_rules)}
    assert kinds <= set(messages.ids("year_rule"))
    assert kinds - {"current_no_year", "unverified"} <= set(messages.ids("year_advice"))


def test_an_unknown_id_or_language_is_an_error() -> None:
    with pytest.raises(KeyError, match="nothing_like_it"):
        messages.sentence("nothing_like_it")
    with pytest.raises(ValueError, match="fr"):
        messages.sentence("timeout", "fr")


@pytest.mark.parametrize(
    ("months", "lang", "text"),
    [
        (["2564-10"], "th", "ตุลาคม 2564"),
        (["2564-11", "2564-12", "2565-01"], "th", "พฤศจิกายน, ธันวาคม 2564, มกราคม 2565"),
        (["2565-03"], "en", "March 2565"),
        (["soon"], "th", "soon"),
    ],
)
def test_months_are_written_as_people_write_them(months: list[str], lang: str, text: str) -> None:
    assert messages.be_months(months, lang) == text


def test_dates_are_buddhist_era_in_thai_only() -> None:
    assert messages.be_date("2022-05-10T08:00:00+07:00") == "10 พฤษภาคม 2565"
    assert messages.be_date("2022-05-10", "en") == "10 May 2022"
    assert messages.be_date("") == ""


def test_an_item_with_two_year_rules_is_told_both() -> None:
    form = criteria.load(2567)
    told = year_sentence(form.by_slug["annual_plan_and_progress"], form, {"year_basis": "fiscal"}, "year_advice")
    assert "2567" in told["th"] and "6 เดือนแรก" in told["th"]
    assert "publish the plan" in told["en"] and "first six months" in told["en"]
    one = year_sentence(form.by_slug["annual_action_report"], form, {"year_basis": "fiscal"})
    assert "2566" in one["th"] and ";" not in one["th"]


def test_whatever_a_seal_a_pack_or_a_change_can_say_has_its_sentence_and_none_is_left_over() -> None:
    source = Path(seal.__file__).read_text("utf-8")
    points = {id for call in re.findall(r"Point\((.*?)[,)]", source) for id in re.findall(r'"(\w+)"', call)}
    faults = {f"file_{kind}" for kind in re.findall(r'Fault\([^"]*"(\w+)"', Path(bag.__file__).read_text("utf-8"))}
    assert len(points) >= 12 and len(faults) == 4
    assert set(messages.ids("seal")) == points | faults | {"verified", "failed"}
    assert set(messages.ids("change")) >= {str(change) for change in Change}
    left_out = set(re.findall(r'fetched_at, "(\w+)"', Path(pack.__file__).read_text("utf-8")))
    assert left_out and {f"why_{why}" for why in left_out} == {
        id for id in messages.ids("pack") if id.startswith("why_")
    }
