from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.inputs import load
from oit.errors import InputError


def submission(path: Path, code: str, **changes) -> Path:
    content = {
        "schema": "oit-submission/1",
        "framework": 2565,
        "agency": {
            "code": code,
            "name": "องค์การบริหารส่วนตำบลตัวอย่าง",
            "type": "subdistrict_administrative_organisation",
            "province": "สกลนคร",
            "homepage": "https://www.example.go.th/",
            "year_basis": "fiscal",
        },
        "answers": [{"item": "o1", "disclosed": True, "urls": ["https://www.example.go.th/a"], "explanation": ""}],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content | changes, ensure_ascii=False), encoding="utf-8")
    return path


def test_files_and_folders_are_read_in_their_order(tmp_path: Path) -> None:
    one = submission(tmp_path / "one.json", "z")
    submission(tmp_path / "many" / "b.json", "b")
    submission(tmp_path / "many" / "a.json", "a")
    (tmp_path / "many" / "notes.txt").write_text("not a submission", encoding="utf-8")
    assert [read.agency.code for read in load([one, tmp_path / "many"])] == ["z", "a", "b"]


def test_the_faults_of_all_files_are_told_at_once_and_nothing_is_read(tmp_path: Path) -> None:
    good = submission(tmp_path / "good.json", "a")
    bad = submission(tmp_path / "bad.json", "b", framework=2500)
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load([good, bad, broken, tmp_path / "absent.json"])
    message = str(caught.value)
    assert caught.value.exit_code == 2
    assert all(name in message for name in ("bad.json", "broken.json", "absent.json"))
    assert "good.json" not in message


def test_two_files_of_one_agency_are_named(tmp_path: Path) -> None:
    first, second = submission(tmp_path / "first.json", "a"), submission(tmp_path / "second.json", "a")
    with pytest.raises(InputError, match=r"first\.json, .*second\.json: hold 2 submissions of agency a"):
        load([first, second])


def test_a_folder_without_submissions_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no submission"):
        load([tmp_path])
