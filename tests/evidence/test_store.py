from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence.migrations import steps
from evidence.records import Fetch
from evidence.store import DATABASE_NAME, EvidenceStore
from evidence.text.document import Block, DocumentText, Link, PageText
from oit.errors import OitError

SUBMISSION = {"schema": "oit-submission/1", "framework": 2565, "agency": {"code": "6470301", "name": "อบต.ตัวอย่าง"}}


class Clock:
    """A clock that moves one second at every look."""

    def __init__(self) -> None:
        self.time = datetime(2022, 5, 10, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@pytest.fixture
def store(tmp_path: Path):
    with EvidenceStore.open(tmp_path / "store", now=Clock()) as opened:
        yield opened


def fetch(run_id: str, **changes) -> Fetch:
    made = Fetch(
        run_id=run_id,
        agency="6470301",
        url="https://www.example.go.th/structure",
        outcome="ok",
        purpose="submitted",
        final_url="https://www.example.go.th/structure/",
        items=("o1", "o2"),
        link_text="โครงสร้าง",
        http_status=200,
        content_type="text/html",
        bytes=18234,
        fetched_at="2022-05-10T03:00:00+00:00",
        tls_unverified=True,
        redirects=("https://example.go.th/structure",),
    )
    return replace(made, **changes)


def test_a_fetch_comes_back_exactly_as_it_was_added(store: EvidenceStore) -> None:
    run = store.begin_run(SUBMISSION, "2022-05-10")
    first, second = fetch(run.id), fetch(run.id, url="https://x.go.th/", outcome="timeout", http_status=None, items=())
    store.add_fetch(first)
    store.add_fetch(second)
    assert store.fetches(run.id) == [first, second]


def test_several_fetches_are_added_all_or_none(store: EvidenceStore) -> None:
    run = store.begin_run(SUBMISSION, "2022-05-10")
    broken = replace(fetch(run.id), url=None)
    with pytest.raises(sqlite3.IntegrityError):
        store.add_fetches([fetch(run.id), broken])
    assert store.fetches(run.id) == []


def test_fetches_of_another_run_are_not_mixed_in(store: EvidenceStore) -> None:
    mine = store.begin_run(SUBMISSION, "2022-05-10")
    other = store.begin_run(SUBMISSION, "2022-05-11")
    store.add_fetch(fetch(other.id))
    assert store.fetches(mine.id) == []
    assert len(store.fetches(other.id)) == 1


def test_an_unfinished_run_of_the_same_submission_and_day_is_taken_up_again(store: EvidenceStore) -> None:
    run = store.begin_run(SUBMISSION, "2022-05-10", "0.1.0", "abc")
    again = store.begin_run(SUBMISSION, "2022-05-10", "0.1.0", "abc")
    assert (run.resumed, again.resumed) == (False, True)
    assert again.id == run.id
    assert again.submission == SUBMISSION


@pytest.mark.parametrize("change", ["other_answers", "other_day", "finished"])
def test_a_run_that_is_not_the_same_or_is_finished_is_begun_anew(store: EvidenceStore, change: str) -> None:
    run = store.begin_run(SUBMISSION, "2022-05-10")
    if change == "finished":
        store.finish_run(run.id, True)
    submission = SUBMISSION | ({"answers": []} if change == "other_answers" else {})
    again = store.begin_run(submission, "2022-05-11" if change == "other_day" else "2022-05-10")
    assert again.id != run.id
    assert not again.resumed


def test_the_latest_run_is_the_newest_one_with_a_result(store: EvidenceStore) -> None:
    assert store.latest_run("6470301") is None
    unfinished = store.begin_run(SUBMISSION, "2022-05-09")
    assert store.latest_run("6470301").id == unfinished.id
    finished = store.begin_run(SUBMISSION, "2022-05-10")
    store.finish_run(finished.id, complete=True, stats={"pages_fetched": 131})
    newer = store.begin_run(SUBMISSION, "2022-05-11")
    latest = store.latest_run("6470301", 2565)
    assert (latest.id, latest.complete, latest.stats) == (finished.id, True, {"pages_fetched": 131})
    assert store.latest_run("6470301", 2566) is None
    store.put_result(newer.id, {"run": {"complete": False}})
    assert store.latest_run("6470301").id == newer.id


def test_runs_and_agencies_are_listed_in_order(store: EvidenceStore) -> None:
    for code in ("b", "a", "b"):
        store.finish_run(store.begin_run({"framework": 2565, "agency": {"code": code}}, "2022-05-10").id, True)
    assert [run.agency for run in store.runs()] == ["b", "a", "b"]
    assert store.agencies() == ["a", "b"]


def test_finishing_an_unknown_run_is_an_error(store: EvidenceStore) -> None:
    with pytest.raises(KeyError):
        store.finish_run("nowhere", True)


@pytest.mark.parametrize("table", ["fetches", "results", "notices", "reviews"])
@pytest.mark.parametrize("change", ["delete from {}", "update {} set id = 99"])
def test_the_database_itself_refuses_to_change_evidence(store: EvidenceStore, table: str, change: str) -> None:
    run = store.begin_run(SUBMISSION, "2022-05-10")
    store.add_fetch(fetch(run.id))
    store.put_result(run.id, {"schema": "oit-result/1"})
    store.add_notice("6470301", "2022-05-01")
    store.add_review("6470301", 2565, "o1", "met", "เห็นแล้ว", "ผู้ตรวจ", "2022-05-12T09:00:00+07:00")
    with (
        sqlite3.connect(store.folder / DATABASE_NAME) as other,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        other.execute(change.format(table))
    other.close()


def document() -> DocumentText:
    page = PageText(
        number=1,
        text="โครงสร้าง ดำเนินงาน",
        raw="โครงสร้าง ดําเนินงาน",
        offsets=(*range(11), 11, *range(13, 21)),
        reader="lxml",
        quality=0.98,
        repairs={"A": 1},
        blocks=(Block("heading", 0, 9, level=1), Block("paragraph", 10, 19)),
    )
    return DocumentText(
        "0" * 64, "html", title="หน้าแรก", pages=(page,), links=(Link("https://x/", "ลิงก์"),), reader_version="7"
    )


def test_a_text_comes_back_as_it_was_read_under_its_reader_version(store: EvidenceStore) -> None:
    made = document()
    store.put_text(made.sha256, "7", made)
    assert store.get_text(made.sha256, "7") == made
    assert store.has_text(made.sha256, "7")
    assert store.get_text(made.sha256, "8") is None
    assert not store.has_text(made.sha256, "8")


def test_a_text_read_again_replaces_the_earlier_failure(store: EvidenceStore) -> None:
    made = document()
    store.put_text(made.sha256, "7", replace(made, outcome="timeout", pages=()))
    store.put_text(made.sha256, "7", made)
    assert store.get_text(made.sha256, "7").outcome == "ok"


def test_the_newest_result_of_a_run_counts(store: EvidenceStore) -> None:
    run = store.begin_run(SUBMISSION, "2022-05-10")
    assert store.result(run.id) is None
    store.put_result(run.id, {"score": {"low": 1}})
    store.put_result(run.id, {"score": {"low": 2}, "ชื่อ": "ไทย"})
    assert store.result(run.id) == {"score": {"low": 2}, "ชื่อ": "ไทย"}


def test_notices_and_reviews_belong_to_one_agency_and_year(store: EvidenceStore) -> None:
    store.add_notice("a", "2022-05-03", "ครั้งที่ 2")
    store.add_notice("a", "2022-05-01")
    store.add_notice("b", "2022-05-02")
    assert [row["date"] for row in store.notices("a")] == ["2022-05-01", "2022-05-03"]
    store.add_review("a", 2565, "o1", "met", "ตรวจแล้ว", "ผู้ตรวจ", "2022-05-12T09:00:00+07:00")
    assert store.reviews("a", 2566) == []
    assert store.reviews("a", 2565) == [
        {"item": "o1", "decision": "met", "reason": "ตรวจแล้ว", "by": "ผู้ตรวจ", "at": "2022-05-12T09:00:00+07:00"}
    ]


def test_a_store_opened_again_still_holds_everything(tmp_path: Path) -> None:
    with EvidenceStore.open(tmp_path) as store:
        run = store.begin_run(SUBMISSION, "2022-05-10")
        store.add_fetch(fetch(run.id, sha256=store.blobs.put("ไทย".encode())))
    with EvidenceStore.open(tmp_path) as store:
        (kept,) = store.fetches(run.id)
        assert store.blobs.get(kept.sha256).decode() == "ไทย"


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with EvidenceStore.open(tmp_path) as store:
        row = {"migration_set": steps.name, "name": "from_the_future", "applied_at": "2030-01-01"}
        store._db.table("_sqlite_migrations").insert(row)
    with pytest.raises(OitError, match="newer version"):
        EvidenceStore.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_a_sentence_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OitError, match="cannot be opened"):
        EvidenceStore.open(tmp_path / "file" / "store")


WRITER = """
import sys
from pathlib import Path
from evidence.records import Fetch
from evidence.store import EvidenceStore
store, run, name, count = EvidenceStore.open(Path(sys.argv[1])), sys.argv[2], sys.argv[3], int(sys.argv[4])
number = 0
while number < count:
    data = f"{name}-{number}".encode() * 500
    store.add_fetch(Fetch(run, name, f"https://{name}/{number}", "ok", "walk", sha256=store.blobs.put(data)))
    number += 1
    print(number, flush=True)
"""


def write_in_another_process(folder: Path, run_id: str, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), run_id, name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_may_write_at_once(tmp_path: Path) -> None:
    with EvidenceStore.open(tmp_path) as store:
        run = store.begin_run(SUBMISSION, "2022-05-10")
        writers = [write_in_another_process(tmp_path, run.id, name, 40) for name in ("a", "b")]
        for writer in writers:
            assert writer.communicate(timeout=60) and writer.returncode == 0
        assert len(store.fetches(run.id)) == 80


def test_killing_a_writer_loses_nothing_it_had_reported(tmp_path: Path) -> None:
    with EvidenceStore.open(tmp_path) as store:
        run = store.begin_run(SUBMISSION, "2022-05-10")
        writer = write_in_another_process(tmp_path, run.id, "a", 1_000_000)
        reported = 0
        deadline = time.monotonic() + 30
        while reported < 15 and time.monotonic() < deadline:
            reported = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        reported = int((writer.communicate()[0].split() or [reported])[-1])
        kept = store.fetches(run.id)
        assert len(kept) >= reported >= 15
        for row in kept:
            assert store.blobs.get(row.sha256)
        store.add_fetch(fetch(run.id))


def test_stored_json_keeps_thai_readable(store: EvidenceStore) -> None:
    run = store.begin_run(SUBMISSION, "2022-05-10")
    with sqlite3.connect(store.folder / DATABASE_NAME) as other:
        (body,) = other.execute("select submission from runs where id = ?", [run.id]).fetchone()
    other.close()
    assert "อบต.ตัวอย่าง" in body
    assert json.loads(body) == SUBMISSION


def test_an_unfinished_run_may_be_given_its_answers_and_is_then_taken_up_with_them(store: EvidenceStore) -> None:
    begun = store.begin_run(SUBMISSION, "2022-05-10")
    answered = SUBMISSION | {"answers": [{"item": "o1", "disclosed": True, "urls": ["https://a.go.th/x"]}]}
    assert store.amend_run(begun.id, answered).submission == answered
    taken = store.begin_run(answered, "2022-05-10")
    assert (taken.id, taken.resumed) == (begun.id, True)


def test_a_finished_run_keeps_its_answers(store: EvidenceStore) -> None:
    begun = store.begin_run(SUBMISSION, "2022-05-10")
    store.finish_run(begun.id, complete=True)
    with pytest.raises(ValueError, match="finished"):
        store.amend_run(begun.id, SUBMISSION | {"answers": []})
    with pytest.raises(KeyError):
        store.amend_run("nothing like it", SUBMISSION)


def test_what_is_known_of_a_site_template_is_replaced_not_doubled(store: EvidenceStore) -> None:
    template = {"id": "t", "features": ["/a"], "places": {"news": {"/a": 1}}, "agencies": ["x"]}
    store.put_site_template(template)
    store.put_site_template(template | {"agencies": ["x", "y"]})
    assert store.site_templates() == [template | {"agencies": ["x", "y"]}]
