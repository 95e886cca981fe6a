"""A website checked without a submission: what is found, what is said of what is not, and the draft it leaves."""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from audit.cli import main
from audit.demo import LOOPBACK, SITE
from audit.demo.server import Server
from audit.pipeline import AuditSettings, check_agencies
from audit.selfchecking import About, SelfChecked, _bare, code_of, selfcheck
from crawler.settings import CrawlSettings
from evidence.store import EvidenceStore
from oit import submissions
from oit.errors import InputError
from reports.shape import validate

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "tests" / "agencies" / "built"
SAMPLED = "9900808"
LOCAL = CrawlSettings(allow_networks=(LOOPBACK,), browser=False, delay=0.0, timeout=5.0, retry_wait=0.1, page_budget=40)
PLAN = (
    "<h1>แผนดำเนินงานประจำปีงบประมาณ พ.ศ. 2565</h1><table><tr><th>ที่</th><th>โครงการ</th><th>งบประมาณ (บาท)</th>"
    "<th>ระยะเวลาดำเนินการ</th></tr><tr><td>1</td><td>โครงการก่อสร้างถนนคอนกรีต</td><td>350,000</td>"
    "<td>ต.ค. 64 - ก.ย. 65</td></tr><tr><td>2</td><td>โครงการขุดลอกคลอง</td><td>120,000</td><td>ม.ค. - มี.ค. 65</td></tr></table>"
)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("selfcheck_script", ROOT / "scripts" / "selfcheck.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def website(folder: Path, names: int = 16, hidden_names: bool = False, agency: str = "ต้นไม้") -> Path:
    """A site of many pages, one of them the year's plan; `hidden_names`: no link says what it leads to."""
    folder.mkdir(parents=True)
    letters = "abcdefghijklmnopqrstuvwxyzABCDEF"
    words = "เนื้อหาทั่วไปของหน่วยงาน " * 12
    pages = {f"/Pages/menu_{n}": (f"เรื่องที่ {n}", f"<h1>เรื่องที่ {n}</h1><p>{words}</p>") for n in letters[:names]}
    pages["/Pages/menu_c"] = ("แผนดำเนินงานประจำปี", PLAN)
    label = {path: "รายการ" if hidden_names else title for path, (title, _) in pages.items()}
    menu = "".join(f'<li><a href="{path}">{label[path]}</a></li>' for path in pages)
    pages["/"] = (f"องค์การบริหารส่วนตำบล{agency} - หน้าแรก", f"<h1>ยินดีต้อนรับ</h1><p>{'ข้อมูลข่าวสาร ' * 12}</p>")
    entries = {}
    for number, (path, (title, body)) in enumerate(pages.items()):
        html = (
            f'<html lang="th"><title>{title}</title><body><nav><ul>{menu}</ul></nav><main>{body}</main></body></html>'
        )
        (folder / f"{number}.html").write_text(html, encoding="utf-8")
        entries[path] = {"file": f"{number}.html"}
    site = {"schema": "oit-site/1", "agency": "x", "not_found": {"status": 404}, "entries": entries}
    (folder / "site.json").write_text(json.dumps(site), encoding="utf-8")
    return folder


def checked(site: Path, folder: Path, code: str = "x", pages: int = 40) -> SelfChecked:
    with Server(site) as server:
        settings = AuditSettings(folder / "store", folder / "out", date(2022, 5, 10), replace(LOCAL, page_budget=pages))
        return selfcheck(About(server.base_url, 2565, code=code), settings)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[SelfChecked, Path]:
    folder = tmp_path_factory.mktemp("selfcheck")
    return checked(website(folder / "site"), folder), folder


def entry(done: SelfChecked, item: str) -> dict:
    return next(entry for entry in done.audited.result["items"] if entry["item"] == item)


def test_what_is_on_the_site_is_found_judged_and_told_with_the_way_to_it(done: tuple[SelfChecked, Path]) -> None:
    plan = entry(done[0], "o10")
    (url,) = plan["urls"]
    assert plan["verdict"] == "met"
    assert url["url"].endswith("/Pages/menu_c") and url["on_main_website"]
    assert [click["text"] for click in url["click_path"]] == ["แผนดำเนินงานประจำปี"]


def test_what_is_not_found_on_a_site_searched_whole_is_not_met_and_says_so(done: tuple[SelfChecked, Path]) -> None:
    lost = entry(done[0], "o13")
    assert done[0].searched == "whole"
    assert (lost["verdict"], lost["reasons"], lost["urls"]) == ("not_met", ["not_found_on_site"], [])
    assert lost["advice"]["th"]


def test_the_agency_is_named_and_typed_as_its_home_page_says(done: tuple[SelfChecked, Path]) -> None:
    agency = done[0].audited.result["agency"]
    assert agency["name"] == "องค์การบริหารส่วนตำบลต้นไม้"
    assert agency["type"] == "subdistrict_administrative_organisation"


def test_the_draft_is_a_submission_that_can_be_audited(done: tuple[SelfChecked, Path]) -> None:
    draft = submissions.read(done[0].draft)
    assert len(draft.answers) == 43 and not draft.searched
    plan = draft.by_item["o10"]
    assert plan.disclosed and plan.urls and plan.explanation == "หน้าหลัก > แผนดำเนินงานประจำปี"
    assert not draft.by_item["o13"].disclosed


def test_the_result_is_valid_and_judged_again_from_the_store_it_is_the_same(done: tuple[SelfChecked, Path]) -> None:
    result = done[0].audited.result
    assert validate(result) == []
    (again,) = check_agencies(AuditSettings(done[1] / "store", done[1] / "again", date(2022, 5, 10)))
    told = [(one["item"], one["verdict"], one["reasons"]) for one in again.result["items"]]
    assert told == [(one["item"], one["verdict"], one["reasons"]) for one in result["items"]]
    assert done[0].audited.report.is_file()


def test_beyond_the_budget_of_pages_nothing_is_said_to_be_absent(tmp_path: Path) -> None:
    done = checked(website(tmp_path / "site", names=30, hidden_names=True), tmp_path, pages=4)
    assert done.searched == "part"
    lost = entry(done, "o13")
    assert (lost["verdict"], lost["reasons"]) == ("unsure", ["not_found_on_site"])


def test_a_site_built_like_a_known_one_is_searched_where_that_one_keeps_its_items(tmp_path: Path) -> None:
    first = checked(website(tmp_path / "one", names=30, hidden_names=True), tmp_path, "first")
    assert entry(first, "o10")["verdict"] == "met" and not first.template
    other = website(tmp_path / "other", names=30, hidden_names=True, agency="ดอกไม้")
    second = checked(other, tmp_path, "second", pages=3)
    assert entry(second, "o10")["verdict"] == "met"
    assert second.template == "template-first"
    with EvidenceStore.open(tmp_path / "store") as store:
        assert store.site_templates()[0]["agencies"] == ["first", "second"]


def test_the_command_writes_three_files_and_says_where(tmp_path: Path) -> None:
    with Server(website(tmp_path / "site", names=3)) as server:
        arguments = ["selfcheck", server.base_url, "--out", str(tmp_path / "out"), "--store", str(tmp_path / "store")]
        ended = CliRunner().invoke(
            main,
            [*arguments, "--allow-network", LOOPBACK, "--as-of", "2022-05-10", "--code", "x", "--no-browser", "--json"],
        )
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told["found"] >= 0 and Path(told["draft"]).is_file()
    names = {path.name for path in (tmp_path / "out" / "x").iterdir()}
    assert names == {"result.json", "report.html", "submission.json"}


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (About("ftp://x.go.th/", 2565), "homepage"),
        (About("https://www.x.go.th/", 1999), "1999"),
        (About("https://www.x.go.th/", 2565, type="temple"), "temple"),
        (About("https://www.x.go.th/", 2565, code="ก"), "code"),
    ],
)
def test_wrong_input_is_named_before_anything_is_fetched(about: About, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError if about.framework == 2565 else Exception, match=words):
        selfcheck(about, AuditSettings(tmp_path / "store", tmp_path / "out", date(2022, 5, 10), LOCAL))


@pytest.mark.parametrize(
    ("homepage", "code"),
    [
        ("https://www.example.go.th/", "example.go.th"),
        ("http://127.0.0.1:8080/", "127.0.0.1-8080"),
        ("https://อบต.ไทย/", "agency"),
    ],
)
def test_an_agency_known_by_its_website_alone_has_its_host_for_a_code(homepage: str, code: str) -> None:
    assert code_of(homepage) == code


def test_words_of_welcome_are_no_part_of_a_name() -> None:
    assert _bare("ยินดีต้อนรับสู่เว็บไซต์ เทศบาลตำบลต้นไม้") == "เทศบาลตำบลต้นไม้"


def test_of_a_labelled_agency_the_right_pages_are_found_and_nothing_passes_wrongly(script: ModuleType) -> None:
    row = script.measure(BUILT / SAMPLED, 120)
    assert row.found >= script.BAR * row.on_site, row.lost
    assert row.passed >= 0.9 * row.on_site
    assert row.false_passes == ()


@pytest.mark.slow
def test_of_all_labelled_agencies_the_right_pages_are_found(script: ModuleType) -> None:
    rows = [script.measure(site, 120) for site in (SITE, *sorted(path.parent for path in BUILT.glob("*/truth.json")))]
    on_site, found = sum(row.on_site for row in rows), sum(row.found for row in rows)
    assert found >= script.BAR * on_site, {row.agency: row.lost for row in rows}
