from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from oit.errors import InputError
from oit.fiscal_year import CALENDAR, FISCAL
from oit.model import YearBasis
from oit.submissions import from_json, item_code, read, to_json

GOOD: dict[str, Any] = {
    "schema": "oit-submission/1",
    "framework": 2565,
    "agency": {
        "code": "6470301",
        "name": "องค์การบริหารส่วนตำบลตัวอย่าง",
        "type": "subdistrict_administrative_organisation",
        "province": "สกลนคร",
        "homepage": "https://www.example.go.th/",
        "year_basis": "fiscal",
    },
    "approved": {"by": "นายตัวอย่าง ใจดี", "at": "2022-04-28T10:00:00+07:00"},
    "answers": [
        {
            "item": "o1",
            "disclosed": True,
            "urls": ["https://www.example.go.th/structure"],
            "explanation": "หน้าหลัก > ข้อมูลหน่วยงาน > โครงสร้าง",
        },
        {"item": "o21", "disclosed": True, "urls": [], "explanation": "ไม่มีการจัดจ้าง", "exclusion_reason": None},
    ],
}


def changed(*path: Any, to: Any) -> dict[str, Any]:
    """GOOD with one value replaced; the last step of `path` may be a new key."""
    data = copy.deepcopy(GOOD)
    inner: Any = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return data


def without(*path: Any) -> dict[str, Any]:
    data = copy.deepcopy(GOOD)
    inner: Any = data
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return data


def problems(data: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        from_json(data, "agency.json")
    assert caught.value.source == "agency.json"
    return caught.value.problems


def test_a_submission_is_read_with_all_its_parts() -> None:
    submission = from_json(GOOD, "agency.json")
    assert (submission.framework, submission.source) == (2565, "agency.json")
    assert submission.agency.name == "องค์การบริหารส่วนตำบลตัวอย่าง"
    assert submission.agency.year_basis.is_fiscal
    assert (submission.approved_by, submission.approved_at) == ("นายตัวอย่าง ใจดี", "2022-04-28T10:00:00+07:00")
    answer = submission.by_item["o1"]
    assert answer.disclosed and answer.urls == ("https://www.example.go.th/structure",)
    assert submission.by_item["o21"].exclusion_reason == ""
    assert "o2" not in submission.by_item


def test_a_submission_written_again_is_read_as_the_same() -> None:
    submission = from_json(GOOD, "agency.json")
    assert from_json(to_json(submission), "agency.json") == submission
    assert to_json(submission)["answers"][1] == {
        "item": "o21",
        "disclosed": True,
        "urls": [],
        "explanation": "ไม่มีการจัดจ้าง",
        "exclusion_reason": None,
    }


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (changed("schema", to="oit-submission/2"), "schema: 'oit-submission/2' is unknown"),
        (without("schema"), "schema: is missing"),
        (changed("framework", to="2565"), "framework: must be a whole number, is the text '2565'"),
        (changed("framework", to=0), "framework: there are no criteria for fiscal year 0"),
        (changed("framework", to=True), "framework: must be a whole number, is true"),
        (without("agency"), "agency: is missing"),
        (changed("agency", to=[]), "agency: must be a table, is a list"),
        (changed("agency", "code", to="../etc"), "agency.code: '../etc'"),
        (changed("agency", "code", to="ก" * 3), "agency.code:"),
        (changed("agency", "code", to="a" * 33), "agency.code:"),
        (changed("agency", "code", to=6470301), "agency.code: must be a text, is the number 6470301"),
        (changed("agency", "name", to=""), "agency.name: must not be empty"),
        (changed("agency", "type", to="village"), "agency.type: 'village' is unknown; known: parliament_agency"),
        (without("agency", "homepage"), "agency.homepage: is missing"),
        (changed("agency", "province", to=5), "agency.province: must be a text"),
        (changed("agency", "year_basis", to="lunar"), "agency.year_basis: must be"),
        (changed("agency", "year_basis", to={"start": "02-29", "named_by": "end"}), "agency.year_basis.start: '02-29'"),
        (changed("agency", "year_basis", to={"start": "4-1", "named_by": "end"}), "agency.year_basis.start: '4-1'"),
        (changed("agency", "year_basis", to={"start": "04-01"}), "agency.year_basis.named_by: is missing"),
        (changed("agency", "year_basis", to={"start": "04-01", "named_by": "x"}), "named_by: 'x' is unknown"),
        (changed("approved", "at", to="tomorrow"), "approved.at: 'tomorrow' is not a time"),
        (changed("approved", to="yes"), "approved: must be a table"),
        (without("answers"), "answers: is missing"),
        (changed("answers", to={}), "answers: must be a list"),
        (changed("answers", 0, to="o1"), "answers[0]: must be a table, is the text 'o1'"),
        (changed("answers", 1, "item", to="o44"), "answers[1] (o44).item: 'o44' is not an item of fiscal year 2565"),
        (changed("answers", 1, "item", to=21), "answers[1].item: must be a text"),
        (changed("answers", 1, "disclosed", to="มี"), "answers[1] (o21).disclosed: must be true or false"),
        (without("answers", 1, "disclosed"), "answers[1] (o21).disclosed: is missing"),
        (changed("answers", 0, "urls", to="https://a.go.th"), "answers[0] (o1).urls: must be a list"),
        (changed("answers", 0, "urls", to=["https://a.go.th", 7]), "answers[0] (o1).urls[1]: must be a text"),
        (changed("answers", 0, "explanation", to=["x"]), "answers[0] (o1).explanation: must be a text"),
        (changed("answers", 1, "item", to="o1"), "o1 is answered 2 times: answers[0], answers[1]"),
        (changed("answers", 1, "item", to="O๐๑"), "o1 is answered 2 times: answers[0], answers[1]"),
        ([], "the file: must be a table, is a list"),
    ],
)
def test_a_fault_names_the_answer_and_the_key(data: Any, told: str) -> None:
    found = problems(data)
    assert any(told in problem for problem in found), found


def test_all_faults_are_told_at_once() -> None:
    data = changed("answers", 0, "item", to="o99")
    data["agency"]["type"] = "village"
    data["answers"][1]["disclosed"] = 1
    assert [problem.split(":")[0] for problem in problems(data)] == [
        "agency.type",
        "answers[0] (o99).item",
        "answers[1] (o21).disclosed",
    ]


def test_a_year_without_criteria_names_the_years_there_are() -> None:
    (problem,) = problems(changed("framework", to=2599))
    assert problem.startswith("framework: there are no criteria for fiscal year 2599; available: ")
    assert "2565" in problem


@pytest.mark.parametrize("approved", [None, {}, {"by": "นายก", "at": None}, {"by": "นายก", "at": ""}])
def test_without_a_time_of_approval_it_is_not_approved(approved: Any) -> None:
    assert from_json(changed("approved", to=approved), "x").approved_at is None
    assert from_json(without("approved"), "x").approved_at is None


def test_a_time_without_offset_is_thai_time() -> None:
    submission = from_json(changed("approved", "at", to="2022-04-28T10:00:00"), "x")
    assert submission.approved_at == "2022-04-28T10:00:00+07:00"


@pytest.mark.parametrize(
    ("given", "basis"),
    [
        ("fiscal", FISCAL),
        ("calendar", CALENDAR),
        ({"start": "04-01", "named_by": "start"}, YearBasis(4, 1, "start")),
        ({"start": "10-01", "named_by": "end"}, FISCAL),
        ({"start": "๐๑-๐๑", "named_by": "end"}, CALENDAR),
    ],
)
def test_a_year_basis_is_named_or_given_by_its_first_day(given: Any, basis: YearBasis) -> None:
    submission = from_json(changed("agency", "year_basis", to=given), "x")
    assert submission.agency.year_basis == basis
    assert from_json(to_json(submission), "x").agency.year_basis == basis


def test_a_missing_year_basis_is_the_fiscal_year() -> None:
    assert from_json(without("agency", "year_basis"), "x").agency.year_basis == FISCAL


def test_addresses_that_cannot_be_fetched_are_kept_for_the_crawl_to_judge() -> None:
    urls = ["ftp://a.go.th/x", "ไม่มี", " https://a.go.th/ ", "", "data:text/plain,x", "https://a.go.th/?q=ก"]
    kept = from_json(changed("answers", 0, "urls", to=urls), "x").by_item["o1"].urls
    assert kept == ("ftp://a.go.th/x", "ไม่มี", "https://a.go.th/", "data:text/plain,x", "https://a.go.th/?q=ก")


def test_control_characters_are_taken_out_of_texts_and_line_breaks_kept() -> None:
    submission = from_json(changed("answers", 0, "explanation", to="หน้าหลัก\x00>\x1bข้อมูล\nโครงสร้าง\x7f"), "x")
    assert submission.by_item["o1"].explanation == "หน้าหลัก > ข้อมูล\nโครงสร้าง"


def test_unknown_keys_are_ignored() -> None:
    data = changed("answers", 0, "comment", to="x")
    data["agency"]["telephone"] = "02"
    assert from_json(data, "x") == from_json(GOOD, "x")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("o1", "o1"),
        ("O1", "o1"),
        (" o01 ", "o1"),
        ("o๑๐", "o10"),
        ("O.4๓", "o43"),
        ("๗", "o7"),
        ("x1", "x1"),
        ("o0", "o0"),
    ],
)
def test_item_codes_are_read_however_they_are_spelled(written: str, code: str) -> None:
    assert item_code(written) == code


def test_thai_digits_in_the_agency_code_are_digits() -> None:
    assert from_json(changed("agency", "code", to="๖๔๗๐"), "x").agency.code == "6470"


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "agency.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD, ensure_ascii=False).encode())
    assert read(path).agency.code == "6470301"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "line 1, column 1"),
        (b'{"schema": 1,}', "line 1, column 14"),
        ('{"a": "ก"}'.encode("cp874"), "is not UTF-8"),
        (b'{"a": 1, "a": 2, "b": {"c": 1, "c": 1}}', "the key 'a' stands twice in one object"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": "\\ud800"}', "half a character"),
        (b"[" * 200_000, "not usable JSON"),
        (b"9" * 5000, "not usable JSON"),
    ],
)
def test_a_file_that_is_no_json_is_told_with_its_place(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "agency.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert told in str(caught.value)
    assert caught.value.source == str(path)


def test_a_key_that_stands_twice_is_told_however_deep(tmp_path: Path) -> None:
    path = tmp_path / "agency.json"
    path.write_text('{"agency": {"code": "1", "code": "2"}}', encoding="utf-8")
    with pytest.raises(InputError, match="'code' stands twice"):
        read(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be opened"):
        read(tmp_path / "none.json")


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a submission is a \.json, \.xlsx or \.csv file, not \.pdf"):
        read(tmp_path / "form.pdf")


@pytest.mark.parametrize("searched", ["part", "whole"])
def test_a_self_check_says_how_much_of_the_website_was_searched_and_other_words_say_nothing(searched: str) -> None:
    given = from_json(GOOD | {"searched": searched}, "x")
    assert given.searched == searched and to_json(given)["searched"] == searched
    plain = from_json(GOOD | {"searched": "everything"}, "x")
    assert plain.searched == "" and "searched" not in to_json(plain)
