"""Every fault of the farm ends in the outcome and the verdict that the contract's table gives; nothing hangs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from farm import Farm, page
from faults import BY_CONTENT, FAULTS, NOT_MET, Fault

from audit.pipeline import AuditSettings, audit_agencies
from crawler import CrawlSettings
from evidence.text.options import ReadOptions
from oit import criteria
from oit.findings import Outcome
from oit.model import Agency, Answer, Submission

SETTINGS = CrawlSettings(
    allow_networks=("127.0.0.0/8",),
    browser=False,
    walk=False,
    delay=0.0,
    timeout=2.0,
    late_timeout=2.5,
    retries=1,
    retry_wait=0.05,
    longest_wait=2.0,
    max_bytes=300_000,
    per_host=8,
    readers=2,
    user_agent="oit-audit-test/1",
)
MOST_SECONDS = 120


@dataclass(frozen=True)
class Audited:
    items: dict[str, dict[str, Any]]
    seconds: float


def submissions(urls: dict[str, str], home: str) -> list[Submission]:
    """Each URL the only answer of one item, in as many agencies as that takes."""
    codes = [item.code for item in criteria.load(2565).items if item.required_elements]
    made = []
    for number, start in enumerate(range(0, len(urls), len(codes))):
        some = list(urls.values())[start : start + len(codes)]
        agency = Agency(
            f"F{number}", "องค์การบริหารส่วนตำบลตัวอย่าง", "subdistrict_administrative_organisation", "สกลนคร", home
        )
        answers = tuple(Answer(code, True, (url,), "") for code, url in zip(codes, some, strict=False))
        made.append(Submission(2565, agency, answers))
    return made


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    folder = tmp_path_factory.mktemp("faults")
    farm = Farm()
    home = farm.site()
    home.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", "<p>ยินดีต้อนรับ</p>"))
    urls = {each.name: each.make(farm.site(), farm, folder) for each in FAULTS}
    settings = AuditSettings(folder / "store", folder / "out", date(2022, 5, 10), SETTINGS, ReadOptions(ocr=False))
    began = time.monotonic()
    done = audit_agencies(submissions(urls, home.url()), settings)
    items = [item for each in done for item in each.result["items"] if item["urls"]]
    yield Audited(dict(zip(urls, items, strict=True)), time.monotonic() - began)
    farm.close()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_ends_in_its_outcome_and_its_verdict(fault: Fault, audited: Audited) -> None:
    item = audited.items[fault.name]
    (url,) = item["urls"]
    said = (url["outcome"], item["verdict"], item["reasons"][:1], url["tls_unverified"])
    assert url["outcome"] == fault.outcome, said
    assert url["tls_unverified"] == fault.unverified
    outcomes = {outcome.value for outcome in Outcome} - {"ok"}
    if fault.effect == BY_CONTENT:
        assert not outcomes & set(item["reasons"]), said
    else:
        assert (item["verdict"], item["reasons"][0]) == (fault.effect, fault.outcome), said


def test_there_are_faults_enough_and_every_outcome_is_among_them() -> None:
    assert len(FAULTS) >= 60
    elsewhere = {"encrypted", "unreadable", "robots_disallowed", "down_after_notice"}
    assert {outcome.value for outcome in Outcome} - elsewhere <= {fault.outcome for fault in FAULTS}


def test_nothing_hangs(audited: Audited) -> None:
    assert audited.seconds < MOST_SECONDS


def test_what_seems_gone_is_no_proof_while_the_home_page_is_down(tmp_path: Path) -> None:
    farm = Farm()
    try:
        home = farm.site()
        home.add("/", "busy", 503)
        absent = [each for each in FAULTS if each.effect == NOT_MET and each.outcome in ("not_found", "soft_404")]
        urls = {each.name: each.make(farm.site(), farm, tmp_path) for each in absent}
        settings = AuditSettings(tmp_path / "s", tmp_path / "o", date(2022, 5, 10), SETTINGS, ReadOptions(ocr=False))
        (done,) = audit_agencies(submissions(urls, home.url()), replace(settings))
    finally:
        farm.close()
    said = {item["urls"][0]["url"]: item["verdict"] for item in done.result["items"] if item["urls"]}
    assert {name: said[url] for name, url in urls.items()} == {each.name: "unsure" for each in absent}
