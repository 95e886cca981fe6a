from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from oit.errors import InputError
from oit.sheets import Column, Sheet, write_workbook
from oit.survey_scores import SurveyScores, read


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_scores_are_read_from_json_csv_and_a_workbook_alike(tmp_path: Path) -> None:
    shape = {"framework": 2567, "iit": 94.63, "eit_part1": 90, "indicators": {"4": 84.76}, "questions": {"i11": 80.5}}
    rows = [("IIT", "94.63"), ("EIT (1)", "90"), ("๔", "๘๔.๗๖"), ("i๑๑", "80.5")]
    table = "รหัส,คะแนน\n" + "".join(f"{code},{score}\n" for code, score in rows)
    book = tmp_path / "scores.xlsx"
    columns = [Column("code"), Column("score")]
    write_workbook(book, [Sheet("s", columns, [{"code": code, "score": score} for code, score in rows])], labels=False)
    found = [
        read(written(tmp_path, "a.json", json.dumps(shape))),
        read(written(tmp_path, "a.csv", table)),
        read(book),
    ]
    assert found[0] == found[1] == found[2]
    assert found[0].instruments == {"IIT": Decimal("94.63"), "EIT_part1": Decimal(90)}
    assert found[0].indicators == {"4": Decimal("84.76")} and found[0].questions == {"i11": Decimal("80.5")}


def test_an_instrument_is_what_was_given_else_its_parts_else_the_mean_of_all_its_indicators() -> None:
    five = {str(code): Decimal(code * 10) for code in range(1, 6)}
    assert SurveyScores({"IIT": Decimal(50)}, five).of("IIT") == 50
    assert SurveyScores({"EIT_part1": Decimal(80), "EIT_part2": Decimal(90)}).of("EIT") == 85
    assert SurveyScores({}, five).of("IIT") == 30
    assert SurveyScores({}, {"6": Decimal(90)}).of("EIT") is None and SurveyScores().of("OIT") is None


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "code,score\nIIT,101\n", "row 2: '101' is no number from 0 to 100"),
        ("a.csv", "code,score\nXIT,50\n", "row 2: 'XIT' is no code"),
        ("a.csv", "code,score\n4,50\n4,60\n", "row 3: 4 is given twice"),
        ("a.csv", "a,b\n1,2\n", "column names (code, score)"),
        ("a.json", '{"iit": true}', "True is no number"),
        ("a.json", '{"eit": 90, "eit_part1": 90}', "not both"),
        ("a.json", "[]", "no JSON object"),
        ("a.json", "{}", "holds no score"),
    ],
)
def test_a_bad_score_is_named_by_its_row(tmp_path: Path, name: str, text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        read(written(tmp_path, name, text))
    assert any(told in problem for problem in caught.value.problems)
