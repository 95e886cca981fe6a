from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from audit import cli
from audit.demo.server import Server
from evidence.store import EvidenceStore

LOCAL = ["--allow-network", "127.0.0.0/8", "--no-browser", "--no-ocr", "--page-budget", "0"]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, list(map(str, arguments)))


def write(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def audit(site: Path, folder: Path, *more: str) -> Result:
    with Server(site) as server:
        submission = write(folder / "agency.json", server.submission())
        return run("audit", submission, "--out", folder / "out", "--store", folder / "store", *LOCAL, *more)


def test_an_audit_ends_with_0_and_shows_the_table_and_where_the_report_is(tiny_site: Path, tmp_path: Path) -> None:
    done = audit(tiny_site, tmp_path, "--as-of", "2022-05-10")
    assert done.exit_code == 0, done.output
    assert "องค์การบริหารส่วนตำบลตัวอย่าง" in done.stdout
    assert f"Report: {tmp_path / 'out' / 'tiny' / 'report.html'}" in done.stdout


def test_json_is_one_line_for_each_agency_and_nothing_else(tiny_site: Path, tmp_path: Path) -> None:
    done = audit(tiny_site, tmp_path, "--as-of", "2022-05-10", "--json")
    (line,) = done.stdout.splitlines()
    said = json.loads(line)
    written = json.loads(Path(said["result"]).read_text("utf-8"))
    assert said["agency"] == "tiny"
    assert said["complete"] is True
    assert said["score"] == written["score"]


def test_today_is_taken_where_no_day_is_given(tiny_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import date

    monkeypatch.setattr(cli, "today", lambda: date(2022, 4, 30))
    done = audit(tiny_site, tmp_path, "--json")
    written = json.loads(Path(json.loads(done.stdout)["result"]).read_text("utf-8"))
    assert written["run"]["as_of"] == "2022-04-30"


def test_check_judges_again_from_the_store(tiny_site: Path, tmp_path: Path) -> None:
    audit(tiny_site, tmp_path, "--as-of", "2022-05-10")
    done = run("check", "--store", tmp_path / "store", "--out", tmp_path / "again", "--no-ocr", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["result"] == str(tmp_path / "again" / "tiny" / "result.json")


def test_an_audit_that_is_cut_short_ends_with_3(
    tiny_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from audit import pipeline
    from crawler import AgencyReport, CrawlReport

    def killed(jobs: Any, *_: Any) -> CrawlReport:
        return CrawlReport(False, tuple(AgencyReport(job.run_id, "tiny", False, detail="killed") for job in jobs))

    monkeypatch.setattr(pipeline, "crawl", killed)
    done = audit(tiny_site, tmp_path, "--as-of", "2022-05-10")
    assert done.exit_code == 3
    assert "Not audited completely: tiny" in done.stderr
    assert not json.loads((tmp_path / "out" / "tiny" / "result.json").read_text("utf-8"))["run"]["complete"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["audit", "absent.json", "--out", "out"], "absent.json"),
        (["audit", "--out", "out"], "FILE"),
        (["audit", "x.json"], "--out"),
        (["audit", "x.json", "--out", "o", "--as-of", "10/05/2022"], "no day such as"),
        (["audit", "x.json", "--out", "o", "--allow-network", "my-network"], "no network such as"),
        (["check", "--store", "nowhere", "--out", "out"], "no evidence store"),
        (["score", "absent.json"], "absent.json"),
        (["submission", "check", "absent.json"], "absent.json"),
        (["evaluate", "--truth", "nowhere", "--results", "nowhere"], "nowhere"),
        (["read", "absent.pdf"], "neither a file nor"),
        (["notices", "add", "a", "yesterday"], "no day such as"),
    ],
)
def test_wrong_input_ends_with_2_and_a_sentence(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_score_prints_the_numbers_of_the_contract(tmp_path: Path) -> None:
    items = {f"o{number}": 100 for number in range(1, 44)} | {"o43": "unsure"}
    file = write(tmp_path / "items.json", {"framework": 2565, "items": items, "iit": 94.63, "eit": 97.82})
    said = json.loads(run("score", file, "--json").stdout)
    assert said["sub_indicators"]["10.2"] == {"low": 50.0, "high": 100.0}
    assert said["oit"] == {"low": 87.5, "high": 100.0}
    assert said["ita"] == {"low": 92.74, "high": 97.74}
    assert "10.2  50.0 to 100.0" in run("score", file).stdout


def test_a_submission_that_is_right_is_summed_up(tiny_site: Path, tmp_path: Path) -> None:
    with Server(tiny_site) as server:
        file = write(tmp_path / "agency.json", server.submission())
    done = run("submission", "check", file)
    assert done.exit_code == 0
    assert "5 answers, 5 URLs" in done.stdout
    assert "not approved" in done.stdout


def test_every_fault_of_a_submission_is_named(tmp_path: Path) -> None:
    answers = [{"item": "o99", "disclosed": True, "urls": []}, {"item": "o1", "disclosed": "perhaps", "urls": []}]
    file = write(tmp_path / "agency.json", {"schema": "oit-submission/1", "framework": 2565, "answers": answers})
    done = run("submission", "check", file)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) >= 3


def test_reading_a_page_gives_the_pages_of_the_contract(tiny_site: Path) -> None:
    done = run("read", tiny_site / "1.html", "--json")
    said = json.loads(done.stdout)
    assert done.exit_code == 0
    assert said["outcome"] == "ok"
    assert set(said["pages"][0]) >= {"number", "text", "quality", "reader", "repairs"}
    assert "อำนาจหน้าที่" in said["pages"][0]["text"]
    assert "\\u0e" not in done.stdout


def test_reading_what_cannot_be_read_ends_with_4_and_still_prints_the_outcome(tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    done = run("read", tmp_path / "broken.pdf", "--json")
    assert done.exit_code == 4
    assert json.loads(done.stdout)["outcome"] != "ok"
    assert "broken.pdf" in done.stderr


def test_a_url_is_read_only_where_it_may_be_reached(tiny_site: Path) -> None:
    with Server(tiny_site) as server:
        refused = run("read", f"{server.base_url}/duties", "--json")
        assert not server.requests
        allowed = run("read", f"{server.base_url}/duties", "--json", "--allow-network", "127.0.0.0/8", "--no-browser")
    assert (refused.exit_code, allowed.exit_code) == (4, 0)
    assert "forbidden_address" in refused.stderr
    assert "อำนาจหน้าที่" in json.loads(allowed.stdout)["pages"][0]["text"]


def test_a_notice_is_kept(tmp_path: Path) -> None:
    done = run("notices", "add", "6470301", "2022-05-02", "--text", "โทรแจ้ง", "--store", tmp_path / "store")
    assert done.exit_code == 0
    with EvidenceStore.open(tmp_path / "store") as store:
        (notice,) = store.notices("6470301")
    assert (notice["date"], notice["text"]) == ("2022-05-02", "โทรแจ้ง")


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    truth = {"schema": "oit-truth/1", "agency": "a", "framework": 2565, "items": {"o1": {"verdict": "not_met"}}}
    item = {"item": "o1", "verdict": "met", "confidence": 0.8, "reasons": [], "elements": [], "year": None}
    write(tmp_path / "truth" / "a.json", truth)
    write(tmp_path / "results" / "a" / "result.json", {"framework": 2565, "items": [item]})
    return tmp_path


@pytest.mark.parametrize(
    ("bars", "code"),
    [([], 0), (["--max-false-passes", "1"], 0), (["--max-false-passes", "0.5"], 1), (["--min-precision", "0.9"], 1)],
)
def test_evaluate_ends_with_1_below_a_bar(labelled: Path, bars: list[str], code: int) -> None:
    done = run("evaluate", "--truth", labelled / "truth", "--results", labelled / "results", *bars)
    assert done.exit_code == code
    assert "a o1: truth not_met, result met" in done.stdout


def test_evaluate_writes_the_page_with_the_day_and_the_command(labelled: Path) -> None:
    page = labelled / "accuracy.md"
    folders = ["--truth", labelled / "truth", "--results", labelled / "results"]
    done = run("evaluate", *folders, "--write", page, "--as-of", "2022-06-01", "--json")
    assert json.loads(done.stdout)["false_passes"]["value"] == 1
    assert "Written on 2022-06-01 by `oit evaluate --truth" in page.read_text("utf-8")


def test_doctor_says_something_about_every_need() -> None:
    lines = [json.loads(line) for line in run("doctor", "--json").stdout.splitlines()]
    assert {"Python", "Tesseract (OCR)", "Chromium", "Thai fonts"} <= {line["name"] for line in lines}


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert run("version").stdout.strip() == version("oit-audit")


def test_addresses_that_no_browser_opens_are_named_before_an_audit(tmp_path: Path) -> None:
    agency = {"code": "x1", "name": "ก", "type": "province", "province": "", "homepage": "nope", "year_basis": "fiscal"}
    answer = {"item": "o1", "disclosed": True, "urls": ["https://a.go.th/", "file:///etc/passwd"], "explanation": ""}
    given = {"schema": "oit-submission/1", "framework": 2565, "agency": agency, "answers": [answer]}
    done = run("submission", "check", write(tmp_path / "a.json", given))
    assert done.exit_code == 0
    assert "homepage: 'nope' is no http(s) address" in done.stdout
    assert "o1: 'file:///etc/passwd' is no http(s) address" in done.stdout
    assert "a.go.th" not in done.stdout


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_fetched(tiny_site: Path, tmp_path: Path) -> None:
    with Server(tiny_site) as server:
        given = write(tmp_path / "agency.json", server.submission())
        done = run("audit", given, "--out", "/proc/results", "--store", tmp_path / "store", *LOCAL)
        assert done.exit_code == 2
        assert "/proc/results: cannot be written" in done.stderr
        assert not server.requests


def test_a_notice_to_an_agency_without_an_audit_is_kept_and_doubted(tmp_path: Path) -> None:
    done = run("notices", "add", "6470301", "2022-05-02", "--store", tmp_path / "store")
    assert done.exit_code == 0
    assert "No audit of 6470301" in done.stderr


def test_a_scan_that_was_not_read_is_said_so(tmp_path: Path) -> None:
    scan = next(Path(__file__).parents[2].glob("audit/demo/site/files/**/Scan2021-10-04_093311.pdf"))
    done = run("read", scan, "--no-ocr")
    assert "Page 1 was not read fully: scanned_without_ocr" in done.stderr


def test_reading_into_a_page_writes_it_and_shows_tables_and_dates_as_json(tiny_site: Path, tmp_path: Path) -> None:
    out = tmp_path / "seen.html"
    done = run("read", tiny_site / "1.html", "--html", out, "--json")
    assert done.exit_code == 0
    assert "อำนาจหน้าที่" in out.read_text("utf-8")
    assert {"tables", "dates", "pages", "outcome"} <= set(json.loads(done.stdout))
