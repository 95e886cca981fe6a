from __future__ import annotations

import json
from pathlib import Path

import pytest

PAGES = {
    "/": ("หน้าแรก", "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("duties", "contact", "law", "news"))),
    "/duties": (
        "อำนาจหน้าที่",
        "<h1>อำนาจหน้าที่</h1><p>องค์การบริหารส่วนตำบลตัวอย่างมีอำนาจหน้าที่ตามพระราชบัญญัติสภาตำบลและองค์การบริหารส่วนตำบล "
        "พ.ศ. 2537 ดังนี้ จัดให้มีและบำรุงรักษาทางน้ำและทางบก รักษาความสะอาดของถนน ป้องกันและบรรเทาสาธารณภัย</p>",
    ),
    "/contact": ("ติดต่อ", "<h1>ข้อมูลการติดต่อ</h1><p>ที่อยู่ 99 หมู่ 1 โทรศัพท์ 042-123456 อีเมล saraban@example.go.th</p>"),
    "/law": ("กฎหมาย", "<h1>กฎหมายที่เกี่ยวข้อง</h1><ul><li>พระราชบัญญัติสภาตำบลฯ พ.ศ. 2537</li></ul>"),
    "/news": ("ข่าวประชาสัมพันธ์", "<h1>ข่าวประชาสัมพันธ์</h1><p>ข่าวกิจกรรม วันที่ 5 มกราคม 2565 ออกเยี่ยมประชาชน</p>"),
}
ANSWERS = {"o3": "/duties", "o5": "/contact", "o6": "/law", "o7": "/news", "o10": "/gone"}


@pytest.fixture(autouse=True)
def texts_are_kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `oit read` keeps of scans stays in the test's own folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def tiny_site(tmp_path: Path) -> Path:
    """A built agency folder of five pages; five items are answered, one of them with a page that is gone."""
    return build_site(tmp_path / "site", slow=())


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny site once for all tests of a module."""
    return build_site(tmp_path_factory.mktemp("shared") / "site", slow=())


@pytest.fixture
def slow_site(tmp_path: Path) -> Path:
    """The same, one page coming at once and each other one taking longer."""
    return build_site(tmp_path / "slow_site", slow=(0.3, 2.0, 3.0, 4.0))


def build_site(folder: Path, slow: tuple[float, ...]) -> Path:
    folder.mkdir()
    entries = {}
    for number, (path, (title, body)) in enumerate(PAGES.items()):
        name = f"{number}.html"
        page = f'<!doctype html><html lang="th"><title>{title}</title><body><main>{body}</main></body></html>'
        (folder / name).write_text(page, encoding="utf-8")
        fault = {"fault": "slow", "seconds": slow[number - 1]} if slow and number else {}
        entries[path] = {"file": name} | fault
    site = {"schema": "oit-site/1", "agency": "tiny", "not_found": {"status": 404}, "entries": entries}
    (folder / "site.json").write_text(json.dumps(site), encoding="utf-8")
    (folder / "submission.json").write_text(json.dumps(submission_json(), ensure_ascii=False), encoding="utf-8")
    return folder


def submission_json(code: str = "tiny") -> dict:
    return {
        "schema": "oit-submission/1",
        "framework": 2565,
        "agency": {
            "code": code,
            "name": "องค์การบริหารส่วนตำบลตัวอย่าง",
            "type": "subdistrict_administrative_organisation",
            "province": "สกลนคร",
            "homepage": "http://{host}/",
            "year_basis": "fiscal",
        },
        "approved": None,
        "answers": [
            {"item": item, "disclosed": True, "urls": [f"http://{{host}}{path}"], "explanation": ""}
            for item, path in ANSWERS.items()
        ],
    }
