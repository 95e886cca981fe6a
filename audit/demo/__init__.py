"""The sample agency that ships with the program: an invented subdistrict organisation, served and audited here."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from audit import evaluate
from audit.demo.server import Server
from audit.pipeline import Audited, AuditSettings, audit_agencies
from audit.progress import Watch
from crawler.settings import CrawlSettings
from evidence.text.options import ReadOptions
from oit import submissions

SITE = Path(__file__).parent / "site"
LOOPBACK = "127.0.0.0/8"
SLOW_SECONDS = 20.0
"""How long the website's slow and silent pages last; longer than the crawl waits."""


INTRODUCTION = (
    "Auditing an invented subdistrict organisation: its website is served on this machine only, its answers\n"
    "to all 43 items come with the program, and about a dozen are wrong or doubtful on purpose."
)


@dataclass(frozen=True)
class Shown:
    """The finished demonstration: the audit and how well it agrees with the known truth."""

    audited: Audited
    figures: evaluate.Figures

    def lines(self, *, serving: bool = False) -> Iterator[str]:
        """What to tell a person beneath the table. `serving`: the sample website stays up."""
        same = self.figures.same_verdict
        yield f"Compared with what a careful reviewer says: {same.hits} of {same.total} verdicts are the same."
        for pair in self.figures.disagreements:
            yield f"  {pair.item}: truth {pair.expected}, result {pair.said} ({pair.first_reason or 'no reason'})"
        yield f"Report: {self.audited.report} (open it in a browser; Thai and English)"
        yield f"Result for programs: {self.audited.folder / 'result.json'}"
        if not serving:
            yield "Its links open only while the sample website is served: oit demo --serve"
        yield "Next: oit audit agency.json --out results (a submission is shown in README.md)"


def run_demo(
    out: Path, *, keep: bool = False, watch: Watch | None = None, then: Callable[[Shown], None] | None = None
) -> Shown:
    """Audit the sample website into `out` and compare with its truth.

    `keep`: the evidence stays in `out/store`; otherwise it is dropped. `then` is called while the website is still up.
    Raises OitError where `out` cannot be written.
    """
    with _store_folder(out, keep) as store:
        return audit_site(SITE, store, out, watch, then)


def audit_site(
    site: Path,
    store: Path,
    out: Path,
    watch: Watch | None = None,
    then: Callable[[Shown], None] | None = None,
) -> Shown:
    """Serve a labelled agency on a free loopback port, audit it as of the day of its truth, and compare.

    `site` is a folder with site.json, submission.json and truth.json. `then` is called while it is still served.
    Raises InputError for a wrong one of them.
    """
    truth = evaluate.read_truth(site / "truth.json")
    with Server(site, seconds=SLOW_SECONDS) as server:
        submission = submissions.from_json(server.submission(), str(site / "submission.json"))
        settings = AuditSettings(store, out, date.fromisoformat(truth["as_of"]), demo_crawl(), ReadOptions())
        (audited,) = audit_agencies([submission], settings, watch)
        figures = evaluate.figures(evaluate.pair_up(truth, audited.result, str(audited.folder)))
        shown = Shown(audited, figures)
        if then:
            then(shown)
    return shown


def demo_crawl() -> CrawlSettings:
    """The crawl of a website on this machine: no politeness needed, silence given up early."""
    return CrawlSettings(
        allow_networks=(LOOPBACK,), delay=0.0, per_host=8, timeout=6.0, late_timeout=8.0, retry_wait=0.2
    )


@contextmanager
def _store_folder(out: Path, keep: bool) -> Iterator[Path]:
    if keep:
        yield out / "store"
        return
    with tempfile.TemporaryDirectory(prefix="oit-demo-") as folder:
        yield Path(folder)
