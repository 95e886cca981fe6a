"""Every fact known of a year is in its criteria. The facts lie beside the project and may be absent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from oit.criteria import load, years
from oit.model import Framework, Text
from oit.score import schemes

FACTS = Path(__file__).parents[3] / "shared" / "facts"


def facts(name: str) -> Any:
    path = FACTS / name
    if not path.exists():
        pytest.skip("the facts (../shared/facts) are not here")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=years())
def framework(request: pytest.FixtureRequest) -> Framework:
    return load(request.param)


@pytest.fixture(scope="module")
def year(framework: Framework) -> Any:
    return facts(f"{framework.year_be}.yaml")


@pytest.fixture(scope="module")
def general() -> Any:
    return facts("general.yaml")


def test_there_are_facts_of_every_year_that_has_criteria() -> None:
    facts("general.yaml")
    assert set(years()) == {int(path.stem) for path in FACTS.glob("2*.yaml")}


def test_items_stand_in_form_order_and_none_is_lost(framework: Framework, year: Any) -> None:
    assert [item.code for item in framework.items] == [fact["code"] for fact in year["items"]]
    assert framework.partial is year["partial"]
    numbers = [int(item.code[1:]) for item in framework.items]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert numbers[-1] == year["item_count"]


def test_each_item_keeps_its_names_place_and_sources(framework: Framework, year: Any) -> None:
    for fact in year["items"]:
        item = framework.by_code[fact["code"]]
        assert item.slug == fact["slug"]
        assert item.title == Text(fact["name_th"], fact["name_en"])
        assert item.aliases == tuple(fact["aliases"])
        assert (item.sub_indicator, item.group) == (fact["sub_indicator"] or "", fact["group"] or "")
        assert item.sub_indicator_confidence == fact.get("sub_indicator_confidence", "")
        assert item.evidence_type == fact["evidence_type"]
        assert item.elements_status == fact["elements_status"]
        assert item.sources == tuple(fact["source"])
        assert (item.confidence, item.confidence_detail) == (fact["confidence"], fact["confidence_detail"])
        assert item.notes == tuple(Text(**note) for note in fact.get("notes", []))


def test_the_indicator_of_each_item_is_that_of_its_sub_indicator(framework: Framework, year: Any) -> None:
    indicators = {sub.code: sub.indicator for sub in framework.sub_indicators}
    for fact in year["items"]:
        told = str(fact["indicator"]) if fact["indicator"] else None
        assert indicators.get(framework.by_code[fact["code"]].sub_indicator) == told


def test_each_item_continues_the_items_it_was_made_of(framework: Framework, year: Any) -> None:
    for fact in year["items"]:
        made_of = {one["slug"] for one in fact.get("maps_to_2565", [])}
        for place in fact.get("elements_from", []):
            other, _, code = place.partition(".")
            made_of.add(load(int(other)).by_code[code].slug)
        assert set(framework.by_code[fact["code"]].continues) == made_of - {fact["slug"]}


def test_each_element_keeps_its_id_wording_requirement_and_examples(framework: Framework, year: Any) -> None:
    for fact in year["items"]:
        item = framework.by_code[fact["code"]]
        assert [(e.id, e.text.th, e.text.en, e.requirement) for e in item.elements] == [
            (e["id"], e["th"], e["en"], e["kind"]) for e in fact["elements"]
        ]
        for element, told in zip(item.elements, fact["elements"], strict=True):
            assert element.params.get("examples", ()) == tuple(told.get("examples", ()))
            assert element.confidence == fact["confidence_detail"]["elements"]


def test_each_year_rule_keeps_kind_offset_periods_status_and_wording(framework: Framework, year: Any) -> None:
    for fact in year["items"]:
        item = framework.by_code[fact["code"]]
        rules = (item.year_rule, *item.additional_year_rules)
        for rule, told in zip(rules, (fact["year_rule"], *fact.get("additional_year_rules", ())), strict=True):
            assert (rule.kind, rule.fy_offset) == (told["kind"], told["fy_offset"])
            assert rule.text == Text(told["th"], told["en"])
            assert rule.granularity == tuple(told.get("accepted_granularity", ()))
            assert rule.calendar_year_months == told.get("alt_calendar_year_months")
            assert rule.status == told.get("status", "")
            assert rule.elements == tuple(told.get("applies_to_elements", ()))


def test_each_exception_keeps_effect_scope_element_and_accepted_text(framework: Framework, year: Any) -> None:
    keys = ("code", "effect", "applies_to", "element", "accepted_text", "status")
    for fact in year["items"]:
        exceptions = framework.by_code[fact["code"]].exceptions
        assert [tuple(getattr(rule, key) for key in keys) for rule in exceptions] == [
            tuple(told.get(key, "") for key in keys) for told in fact.get("exceptions", [])
        ]
        assert [rule.text for rule in exceptions] == [Text(t["th"], t["en"]) for t in fact.get("exceptions", [])]


def test_each_link_between_items_is_kept(framework: Framework, year: Any) -> None:
    for fact in year["items"]:
        link, told = framework.by_code[fact["code"]].consistent_with, fact.get("consistent_with")
        assert link == ((told["slug"], told["aspect"]) if told else None)
        assert not told or framework.by_slug[told["slug"]].code == told["code"]


def test_the_form_keeps_indicators_and_sub_indicators_with_their_sources(framework: Framework, year: Any) -> None:
    assert [(i.code, i.name) for i in framework.indicators] == [
        (str(i["code"]), Text(i["name_th"], i["name_en"])) for i in year["indicators"]
    ]
    for sub, told in zip(framework.sub_indicators, year["sub_indicators"], strict=True):
        items = framework.items_of(sub.code)
        assert (sub.code, sub.indicator) == (told["code"], str(told["indicator"]))
        assert sub.name == Text(told["name_th"], told["name_en"])
        assert (sub.source, sub.confidence) == (told["name_source"], told["name_confidence"])
        assert (len(items), items[0].code, items[-1].code) == (told["count"], told["first"], told["last"])


def test_the_form_keeps_the_years_dates_doubts_and_remarks(framework: Framework, year: Any) -> None:
    about = framework.about
    assert (framework.year_be, framework.status) == (year["fiscal_year_be"], year["status"])
    assert framework.doubts == tuple(year["doubts"])
    assert about["changes_from_previous_year"] == tuple(year.get("changes_from_previous_year", ()))
    for key in ("confidence_scope", "aliases_note", "prior_year_be"):
        assert about[key] == year[key]
    for key in ("gregorian_start", "gregorian_end"):
        assert about[key].isoformat() == year[key]
    for key in ("first_6_months", "calendar_year_first_3_months"):
        assert {end: day.isoformat() for end, day in about[key].items()} == year[key]


def test_every_general_rule_is_kept_with_its_own_keys(framework: Framework, general: Any) -> None:
    for name, told in general["general_rules"].items():
        ours = dict(framework.general_rules[name])
        if framework.year_be > 2566 and "unit_level_items" in told:
            ours.pop("unit_level_note")
            kept = [slug for slug in told["unit_level_items"] if slug in framework.by_slug]
            assert set(kept) <= set(ours.pop("unit_level_items"))
            told = {key: value for key, value in told.items() if key != "unit_level_items"}
        assert ours == told
    assert set(framework.general_rules) == set(general["general_rules"])
    assert framework.about["general_rules_apply"] == general["applies_to"]


def test_every_definition_agency_type_and_other_instrument_is_kept(framework: Framework, general: Any) -> None:
    assert framework.definitions == {
        told["key"]: {key: value for key, value in told.items() if key != "key"} for told in general["definitions"]
    }
    types = framework.agency_types.values()
    assert [(t.key, t.name_th, t.count, t.is_local_government, t.abbreviation) for t in types] == [
        (t["key"], t["name_th"], t["count"], t["is_local_government"], t.get("abbr_th", ""))
        for t in general["agency_types"]["types"]
    ]
    assert list(framework.other_instruments) == general["other_instruments_not_nacc_oit"]


def test_the_closed_sets_and_the_workflow_are_kept(framework: Framework, general: Any) -> None:
    words, workflow = general["vocabulary"], general["workflow"]
    theirs = {"requirements": words["element_kinds"], **words}
    assert all(framework.meanings[name] == theirs[name] for name in framework.meanings if name != "notes")
    assert framework.meanings["notes"] == {"evidence_types": words["evidence_types_note"], "elements": words["warning"]}
    for key in ("dates_are", "steps", "oit_answer", "scorers", "supervising_bodies", "clarification_rule"):
        assert framework.workflow[key] == workflow[key]


def test_the_calendar_of_the_year_is_kept(framework: Framework, general: Any) -> None:
    told = next((c for c in general["workflow"]["calendar"] if c["fiscal_year_be"] == framework.year_be), None)
    if told is None:
        assert framework.calendar == ()
        return
    assert [(p["step"], p["start"].isoformat(), p["end"].isoformat(), p["en"]) for p in framework.calendar] == [
        (p["step"], p["start"], p["end"], p["en"]) for p in told["periods"]
    ]
    assert {(p["source"], p["confidence"]) for p in framework.calendar} == {(told["source"], told["confidence"])}


def test_the_scoring_of_the_year_is_kept(framework: Framework) -> None:
    told, ours = facts("scoring.yaml"), framework.scoring
    if framework.partial:
        assert ours == {} and framework.year_be not in schemes()
        return
    aggregation = told["aggregation"]
    rating = next(scale for scale in told["ratings"] if framework.year_be in scale["applies_to_years"])
    weights = next(w for w in told["instrument_weights"] if w["fiscal_year_be"] == framework.year_be)
    for key in ("item_scores", "steps", "display_decimals", "round_before_rating", "source", "confidence"):
        assert ours[key] == aggregation[key]
    assert ours["item_rule"] == {"th": aggregation["item_rule_th"], "en": aggregation["item_rule_en"]}
    assert ours["excluded_items_note"] == aggregation["excluded_items_note"]
    assert (ours["instruments"], ours["not_scored"]) == (told["instruments"], told["not_scored"])
    assert {code: value for code, value in ours["weights"].items() if "IT" in code} == {
        code: Decimal(str(value)) for code, value in weights.items() if "IT" in code
    }
    assert ours["weights"]["confidence"] == weights["confidence"]
    for key in ("scale", "input", "source"):
        assert ours["rating"][key] == rating[key]
    assert [(b["label"], float(b["min"]), float(b["max"])) for b in ours["rating"]["bands"]] == [
        (b["label"], b["min"], b["max"]) for b in rating["bands"]
    ]


def test_the_form_and_the_scheme_of_scoring_group_the_same_items(framework: Framework) -> None:
    if framework.partial:
        return
    assert schemes()[framework.year_be].groups == {
        indicator.code: {
            sub.code: tuple(item.code for item in framework.items_of(sub.code))
            for sub in framework.sub_indicators
            if sub.indicator == indicator.code
        }
        for indicator in framework.indicators
    }
