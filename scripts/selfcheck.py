"""How well `oit selfcheck` finds, on labelled agencies, what their answers name: prints a table, and the items not found.

Of every item that is truly met, and stands on the website, the right page or document is found when a URL of the draft,
or what was fetched for the item from it, is one of those the labelled answer gives or leads to.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from audit import evaluate
from audit.demo import SITE, SLOW_SECONDS, demo_crawl
from audit.demo.server import Server
from audit.pipeline import AuditSettings, audit_agencies
from audit.selfcheck import PAGES
from audit.selfchecking import About, SelfChecked, selfcheck
from crawler import urls
from evidence.store import EvidenceStore
from oit import submissions
from oit.model import Submission

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "tests" / "agencies" / "built"
BAR = 0.95
EVIDENCE = ("submitted", "linked", "frame", "image", "step")


@dataclass(frozen=True)
class Row:
    """What a self-check of one labelled agency came to."""

    agency: str
    on_site: int
    lost: tuple[str, ...]
    passed: int
    false_passes: tuple[str, ...]
    pages: int
    fetched: int
    searched: str
    template: str

    @property
    def found(self) -> int:
        return self.on_site - len(self.lost)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("agencies", nargs="*", help="Codes of agencies; all developed ones where none is given.")
    parser.add_argument("--pages", type=int, default=PAGES)
    options = parser.parse_args(arguments)
    sites = [SITE, *sorted(path.parent for path in BUILT.glob("*/truth.json"))]
    rows = []
    for site in sites:
        if not options.agencies or evaluate.read_truth(site / "truth.json")["agency"] in options.agencies:
            rows.append(measure(site, options.pages))
            print(line(rows[-1]), flush=True)
    found, on_site = sum(row.found for row in rows), sum(row.on_site for row in rows)
    share = found / on_site if on_site else 1.0
    print(f"found {found} of {on_site} ({share:.3f}, bar {BAR}); pages searched {sum(row.pages for row in rows)}")
    return 0 if share >= BAR else 1


def line(row: Row) -> str:
    return (
        f"{row.agency}: found {row.found}/{row.on_site}, met {row.passed}, false passes {len(row.false_passes)}, "
        f"pages {row.pages}, fetches {row.fetched}, searched {row.searched}, template {row.template or '-'}"
        + (f"; not found: {', '.join(row.lost)}" if row.lost else "")
        + (f"; passed wrongly: {', '.join(row.false_passes)}" if row.false_passes else "")
    )


def measure(site: Path, pages: int) -> Row:
    """Audit the labelled answers and check the same website without them, both in a store of their own."""
    truth = evaluate.read_truth(site / "truth.json")
    with tempfile.TemporaryDirectory() as folder, Server(site, seconds=SLOW_SECONDS) as server:
        answered = submissions.from_json(server.submission(), str(site))
        as_of = date.fromisoformat(truth["as_of"])
        crawl = replace(demo_crawl(), page_budget=pages)
        right = _right(Path(folder), answered, as_of, crawl)
        settings = AuditSettings(Path(folder) / "found", Path(folder) / "out", as_of, crawl)
        agency = answered.agency
        about = About(agency.homepage, answered.framework, agency.type, "", agency.code, agency.year_basis)
        return _row(truth, right, selfcheck(about, settings), Path(folder) / "found")


def _right(folder: Path, answered: Submission, as_of: date, crawl: object) -> dict[str, set[str]]:
    """By item the keys of all that the labelled answer gives or leads to; the home page only where it is all."""
    settings = AuditSettings(folder / "answered", folder / "labelled", as_of, replace(crawl, walk=False))  # type: ignore[type-var]
    (audited,) = audit_agencies([answered], settings)
    with EvidenceStore.open(folder / "answered") as store:
        homepage = answered.agency.homepage
        return _by_item(store, audited.run_id, homepage, home=True) | _by_item(store, audited.run_id, homepage)


def _by_item(store: EvidenceStore, run: str, homepage: str, home: bool = False) -> dict[str, set[str]]:
    """By item the keys and hashes of what was fetched for it beside the home page, or of the home page alone."""
    found: dict[str, set[str]] = {}
    for fetch in store.fetches(run):
        if fetch.purpose in EVIDENCE and fetch.outcome == "ok" and urls.is_home(fetch.url, homepage) is home:
            for item in fetch.items:
                found.setdefault(item, set()).update({urls.key(fetch.url), fetch.sha256})
    return found


def _row(truth: dict, right: dict[str, set[str]], done: SelfChecked, folder: Path) -> Row:
    with EvidenceStore.open(folder) as store:
        homepage = done.audited.result["agency"]["homepage"]
        mine = _by_item(store, done.audited.run_id, homepage)
        for item, home in _by_item(store, done.audited.run_id, homepage, home=True).items():
            mine.setdefault(item, set()).update(home)
        fetched = len({fetch.url for fetch in store.fetches(done.audited.run_id)})
    verdicts = {entry["item"]: entry["verdict"] for entry in done.audited.result["items"]}
    on_site = [item for item in truth["items"] if truth["items"][item].get("verdict") == "met" and right.get(item)]
    lost = tuple(item for item in on_site if not right[item] & mine.get(item, set()))
    return Row(
        truth["agency"],
        len(on_site),
        lost,
        sum(verdicts[item] == "met" for item in on_site),
        tuple(_false_passes(truth, verdicts)),
        done.pages,
        fetched,
        done.searched,
        done.template,
    )


def _false_passes(truth: dict, verdicts: dict[str, str]) -> Iterator[str]:
    """Items labelled not met that pass: the answer may have been at fault, not the website."""
    for item, label in truth["items"].items():
        if label.get("verdict") == "not_met" and verdicts[item] == "met":
            yield item


if __name__ == "__main__":
    sys.exit(main())
