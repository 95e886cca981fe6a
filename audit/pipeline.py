"""The stages of an audit in order: fetch, read, judge, score, report; each reads the store and writes the store."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from audit import decisions
from audit.lock import alone_with
from audit.notices import hosts_down
from audit.other_year import carry_over
from audit.progress import Silent, Watch
from audit.quotes import QuoteBoxes
from audit.trail import click_paths, on_main_website
from audit.unfinished import Unfinished
from checks.context import AgencyEvidence
from checks.run import judge
from crawler import crawl
from crawler.health import Alarm, examine
from crawler.jobs import AgencyReport, CrawlJob, CrawlReport
from crawler.settings import CrawlSettings
from evidence.records import Fetch
from evidence.store import EvidenceStore, Run
from evidence.text import READER_VERSION
from evidence.text.document import DocumentText
from evidence.text.isolate import Reader
from evidence.text.options import ReadOptions
from oit import criteria, submissions
from oit.errors import InputError
from oit.findings import ItemResult, Note, Outcome
from oit.model import Framework, Submission
from oit.score import score
from reports import agency_report
from reports import result as result_report

SOFTWARE = version("oit-audit")
PASSING = ("timeout", "too_large")
"""Failures of reading that a less busy machine may not repeat: read again when the same evidence is judged anew."""


@dataclass(frozen=True)
class AuditSettings:
    """Where an audit keeps and writes, what day it takes for today, and how it fetches and reads.

    `jobs` is how many documents are read at once.
    """

    store: Path
    out: Path
    as_of: date
    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    read: ReadOptions = field(default_factory=ReadOptions)
    jobs: int = 2


@dataclass(frozen=True)
class Audited:
    """One finished agency and the folder that holds its result.json and report.html."""

    agency: str
    run_id: str
    folder: Path
    complete: bool
    score: Mapping[str, Any]
    alarms: tuple[Alarm, ...] = ()

    @property
    def report(self) -> Path:
        return self.folder / "report.html"

    @cached_property
    def result(self) -> dict[str, Any]:
        """The result (`oit-result/1`) as it was written."""
        return dict(json.loads((self.folder / "result.json").read_text(encoding="utf-8")))

    def summary(self) -> dict[str, Any]:
        """One line for programs: where the result is and what it comes to."""
        return {
            "agency": self.agency,
            "run": self.run_id,
            "complete": self.complete,
            "alarms": [alarm.monitor for alarm in self.alarms],
            "score": self.score,
            "result": str(self.folder / "result.json"),
            "report": str(self.report),
        }


def audit_agencies(given: Sequence[Submission], settings: AuditSettings, watch: Watch | None = None) -> list[Audited]:
    """Audit these agencies from fetching to report, one result each, in their order.

    An audit that was killed is taken up where it stopped: what was fetched is not fetched again.
    Raises OitError where the store or the output folder cannot be used, or another process audits one of them.
    """
    watch = watch or Silent()
    codes = [submission.agency.code for submission in given]
    with EvidenceStore.open(settings.store) as store, alone_with(settings.store, codes):
        unfinished = Unfinished(store, given, settings.as_of)
        done = unfinished.finished()
        runs = [done.get(mine.agency.code) or _begin(store, mine, settings) for mine in given]
        unfinished.note(runs)
        jobs = [
            CrawlJob(run.id, mine, mine.framework)
            for run, mine in zip(runs, given, strict=True)
            if mine.agency.code not in done
        ]
        watch.stage("fetch", sum(len(answer.urls) for job in jobs for answer in job.submission.answers))
        report = crawl(jobs, settings.store, settings.crawl, watch.crawled) if jobs else CrawlReport(True, ())
        audited = _judge_all(store, [(run, report.of(run.id)) for run in runs], settings, watch)
        if all(one.complete for one in audited):
            unfinished.end()
        return audited


def check_agencies(
    settings: AuditSettings, *, framework: int | None = None, agency: str | None = None, watch: Watch | None = None
) -> list[Audited]:
    """Judge again from the store, without network: the latest run of every agency (or of one), as of the run's day.

    With `framework` (fiscal year, Buddhist Era) the latest run of that year; an agency without one is judged by that
    year's rules over its latest run of another year, answers carried over by slug, and the store keeps no result of it.
    Raises InputError where the store holds no such run, CriteriaError for a year without criteria.
    """
    watch = watch or Silent()
    judged_by = criteria.load(framework) if framework is not None else None
    if not settings.store.is_dir():
        raise InputError(str(settings.store), ["there is no evidence store here"])
    with EvidenceStore.open(settings.store) as store:
        codes = [agency] if agency else store.agencies()
        runs = [run for code in codes if (run := store.latest_run(code, framework) or store.latest_run(code))]
        if not runs:
            raise InputError(str(settings.store), [f"holds no run{_of(agency, framework)}"])
        return _judge_all(store, [(run, None) for run in runs], settings, watch, judged_by)


def _judge_all(
    store: EvidenceStore,
    runs: Sequence[tuple[Run, AgencyReport | None]],
    settings: AuditSettings,
    watch: Watch,
    judged_by: Framework | None = None,
) -> list[Audited]:
    """Read, judge and report one agency after the other, so that only one agency's texts are held at a time."""
    watch.stage("judge", len(runs))
    audited = []
    version = _reader_version(settings.read.ocr)

    def keep(sha256: str, text: DocumentText) -> None:
        store.put_text(sha256, version, text)

    with Reader(jobs=settings.jobs, options=settings.read) as reader, QuoteBoxes(store.blobs, keep) as boxes:
        for run, crawled in runs:
            texts = read_run(store, run, reader, watch)
            audited.append(_conclude(store, run, texts, crawled, boxes, settings, judged_by))
            watch.judged(run.agency)
    return audited


def _begin(store: EvidenceStore, submission: Submission, settings: AuditSettings) -> Run:
    framework = criteria.load(submission.framework)
    body = submissions.to_json(submission)
    return store.begin_run(body, settings.as_of.isoformat(), SOFTWARE, framework.sha256)


def read_run(store: EvidenceStore, run: Run, reader: Reader, watch: Watch) -> dict[str, DocumentText]:
    """The texts of all that a run fetched, by sha256; reads what no reader of this version has read yet."""
    ocr = reader.options.ocr
    texts: dict[str, DocumentText] = {}
    waiting: dict[Future[DocumentText], Fetch] = {}
    for fetch in _readable(store.fetches(run.id)):
        url = fetch.final_url or fetch.url
        known = _known_text(store, fetch.sha256, ocr, url)
        if known is not None:
            texts[fetch.sha256] = known
        else:
            path = store.blobs.path(fetch.sha256)
            waiting[reader.submit(path, fetch.content_type, url)] = fetch
    for done, future in enumerate(as_completed(waiting), start=1):
        fetch = waiting[future]
        texts[fetch.sha256] = future.result()
        store.put_text(fetch.sha256, _reader_version(ocr), texts[fetch.sha256], fetch.final_url or fetch.url)
        watch.read(done, len(waiting))
    return texts


def _known_text(store: EvidenceStore, sha256: str, ocr: bool, url: str) -> DocumentText | None:
    """What was read before; a web page is the same whether scans are read or not."""
    known = store.get_text(sha256, _reader_version(ocr), url)
    if known is None and not ocr:
        full = store.get_text(sha256, READER_VERSION, url)
        known = full if full and full.kind == "html" else None
    return None if known and known.outcome in PASSING else known


def _reader_version(ocr: bool) -> str:
    return READER_VERSION if ocr else f"{READER_VERSION}-without-ocr"


def _readable(fetches: Iterable[Fetch]) -> list[Fetch]:
    """The first fetch of every document that came; pages with a login came too, and may be the door of a service."""
    came = (Outcome.OK, Outcome.LOGIN_REQUIRED)
    first: dict[str, Fetch] = {}
    for fetch in fetches:
        if fetch.outcome in came and fetch.sha256:
            first.setdefault(fetch.sha256, fetch)
    return list(first.values())


def _conclude(
    store: EvidenceStore,
    run: Run,
    texts: Mapping[str, DocumentText],
    crawled: AgencyReport | None,
    boxes: QuoteBoxes,
    settings: AuditSettings,
    judged_by: Framework | None = None,
) -> Audited:
    """Judge, score and report one agency; a run crawled to its end is finished in the same step as its result is kept.

    A run whose crawl was cut short stays unfinished, so that the next audit takes it up where it stopped. A result by
    another year's rules than those of the submission is written out and never kept as the run's.
    """
    answered = criteria.load(submissions.from_json(run.submission, run.id).framework)
    evidence = evidence_of(store, run, texts, judged_by)
    submission, framework, fetches = evidence.submission, evidence.framework, evidence.fetches
    items = boxes.place(judge(evidence), texts)
    run = replace(
        run, software=SOFTWARE, criteria_sha256=framework.sha256, finished_at=run.finished_at or store.stamp()
    )
    if crawled:
        run = replace(run, complete=crawled.complete)
    result = _result(store, run, submission, framework, evidence, items)
    folder = write_outputs(settings.out, result, framework)
    if framework is not answered:
        return Audited(run.agency, run.id, folder, run.complete, result["score"])
    alarms = _alarms(store, run, submission, fetches) if crawled else ()
    if crawled and crawled.complete:
        stats = {
            "fetches": len(fetches),
            "documents_read": len(texts),
            "seconds_crawled": crawled.seconds,
            "pictures": crawled.pictures,
            "seconds_pictures": crawled.picture_seconds,
            "alarms": [asdict(alarm) for alarm in alarms],
        }
        store.finish_run(run.id, run.complete, stats, result=result, finished_at=run.finished_at)
    else:
        store.put_result(run.id, result)
    return Audited(run.agency, run.id, folder, run.complete, result["score"], alarms)


def _alarms(store: EvidenceStore, run: Run, submission: Submission, fetches: Sequence[Fetch]) -> tuple[Alarm, ...]:
    """What looks wrong with the crawl as a whole, beside the agency's last finished run of the year."""
    before = store.latest_run(run.agency, run.framework)
    earlier = before if before is not None and before.finished_at and before.id != run.id else None
    asked = [url for answer in submission.answers for url in answer.urls if url.strip()]
    then = store.fetches(earlier.id) if earlier else []
    items_then = _answered(submissions.from_json(earlier.submission, earlier.id)) if earlier else 0
    return tuple(examine(fetches, asked, _answered(submission), then, items_then))


def _answered(submission: Submission) -> int:
    return sum(bool(answer.urls) for answer in submission.answers)


def evidence_of(
    store: EvidenceStore, run: Run, texts: Mapping[str, DocumentText], judged_by: Framework | None = None
) -> AgencyEvidence:
    """All that the checks may see of a run, with what was read of it (`read_run`), under its own form or another one."""
    submission = submissions.from_json(run.submission, run.id)
    answered = criteria.load(submission.framework)
    framework = judged_by or answered
    fetches = tuple(store.fetches(run.id))
    not_asked: frozenset[str] = frozenset()
    answered_as: Mapping[str, tuple[str, ...]] = {}
    if framework is not answered:
        carried = carry_over(submission, fetches, answered, framework)
        submission, fetches = carried.submission, carried.fetches
        not_asked, answered_as = carried.not_asked, carried.answered_as
    return AgencyEvidence(
        submission=submission,
        framework=framework,
        as_of=date.fromisoformat(run.as_of),
        fetches=fetches,
        texts=texts,
        down_after_notice=_down(store, run, framework),
        not_asked=not_asked,
        answered_form=answered.year_be,
        answered_as=answered_as,
    )


def _result(
    store: EvidenceStore,
    run: Run,
    submission: Submission,
    framework: Framework,
    evidence: AgencyEvidence,
    items: Sequence[ItemResult],
) -> dict[str, Any]:
    texts, fetches = evidence.texts, evidence.fetches
    reviews = store.reviews(run.agency, framework.year_be)
    notes = [Note.OTHER_FRAMEWORK] if evidence.answered_form != framework.year_be else []
    by_machine, items = items, decisions.without_excluded(items, reviews)
    return result_report.build(
        run,
        submission,
        framework,
        items,
        fetches,
        score(framework, {item.item: item.verdict for item in items}),
        click_paths=click_paths(submission, fetches, texts),
        on_main_website=on_main_website(submission, fetches),
        found_elsewhere={item.item: item.found_elsewhere for item in items},
        notes=notes if submission.approved_at else [*notes, Note.NOT_APPROVED],
        answered_form=evidence.answered_form,
        answered_as=evidence.answered_as,
        reviews=reviews,
        reviewed=decisions.reviewed(framework, by_machine, reviews),
        texts=texts,
    )


def _down(store: EvidenceStore, run: Run, framework: Framework) -> frozenset[str]:
    notices = store.notices(run.agency)
    if not notices:
        return frozenset()
    fetches = [fetch for other in store.runs() if other.agency == run.agency for fetch in store.fetches(other.id)]
    return hosts_down(notices, fetches, framework.general_rules["availability"]["days_to_fix"])


def write_outputs(out: Path, result: Mapping[str, Any], framework: Framework) -> Path:
    """Write `<out>/<agency code>/result.json` and `report.html`, each whole or not at all; returns the folder."""
    folder = out / result["agency"]["code"]
    write_whole(folder / "result.json", json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    write_whole(folder / "report.html", agency_report.render(result, framework))
    return folder


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all, folders as needed. Raises InputError where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise InputError(str(path), [f"cannot be written: {error.strerror}"]) from error


def _of(agency: str | None, framework: int | None) -> str:
    return (f" of agency {agency}" if agency else "") + (f" of fiscal year {framework}" if framework else "")
