"""Break right answers, try to cheat, damage text; write docs/robustness.md; ends with 1 where a bar is missed.

Right answers are the met cases of tests/cases and, unless `--cases` is given, the met items of the labelled agencies.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "robustness"))

import adversaries
import bases
import damage_suite
import mutations

from audit import accuracy, evaluate
from audit.demo import SITE, audit_site
from audit.evaluate import Share
from checks.context import AgencyEvidence
from evidence.store import EvidenceStore
from evidence.text import READER_VERSION
from oit import submissions
from oit.criteria import load

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "robustness.md"
SITES = (SITE, *sorted(path.parent for path in (ROOT / "tests" / "agencies" / "built").glob("*/truth.json")))
BARS = {"broken": (0.97, 1500), "made to pass": (0.97, 500), "damaged": (0.98, 2000)}
YEAR = 2565
Tally = dict[str, list[bool]]


def main() -> int:
    started = time.process_time()
    groups = list(_groups("--cases" not in sys.argv))
    broken, by_item, missed = _broken(groups)
    cheated = _cheated(groups)
    damaged = _damaged(groups)
    parts = {"broken": broken, "made to pass": cheated, "damaged": damaged}
    PAGE.write_text(_page(parts, by_item, missed, sum(map(len, groups))), encoding="utf-8")
    ends = [_bar(name, parts[name]) for name in parts]
    for name, tally in parts.items():
        for kind, row in (*tally.items(), (f"all {name}", _all(tally))):
            print(f"{kind:<28} {_shown(row)}")
    print(f"{time.process_time() - started:.0f} s of processor time")
    print("\n".join(end for end in ends if end) or "all bars reached")
    return 1 if any(ends) else 0


def _groups(with_agencies: bool) -> Iterator[list[bases.Base]]:
    """The right answers, those of one agency (or of the cases) together, as documents are swapped among them."""
    yield list(bases.of_cases(YEAR))
    if not with_agencies:
        return
    with tempfile.TemporaryDirectory() as folder:
        for site in SITES:
            store = Path(folder) / "store"
            audited = audit_site(site, store, Path(folder) / "out").audited
            truth = evaluate.read_truth(site / "truth.json")
            yield list(bases.of_agency(_evidence(store, audited.agency), truth))


def _evidence(path: Path, code: str) -> AgencyEvidence:
    with EvidenceStore.open(path) as store:
        run = store.latest_run(code)
        assert run is not None
        fetches = store.fetches(run.id)
        texts = {f.sha256: text for f in fetches if f.sha256 and (text := store.get_text(f.sha256, READER_VERSION))}
    submission = submissions.from_json(run.submission, code)
    return AgencyEvidence(submission, load(submission.framework), date.fromisoformat(run.as_of), tuple(fetches), texts)


def _broken(groups: list[list[bases.Base]]) -> tuple[Tally, Tally, list[str]]:
    kinds: Tally = defaultdict(list)
    items: Tally = defaultdict(list)
    missed = []
    for group in groups:
        for base in group:
            for mutant in mutations.of_base(base, group):
                turned = mutations.turned(mutant)
                kinds[mutant.kind].append(turned)
                items[mutant.item.slug].append(turned)
                missed += [] if turned else [f"{mutant.kind}: {mutant.name}"]
    return kinds, items, missed


def _cheated(groups: list[list[bases.Base]]) -> Tally:
    framework = load(YEAR)
    made = [attempt for item in framework.items for attempt in adversaries.of_item(framework, item)]
    every = [base for group in groups[:1] for base in group]
    made += [attempt for number, base in enumerate(every) for attempt in adversaries.of_base(base, number)]
    kinds: Tally = defaultdict(list)
    for attempt in made:
        kinds[attempt.kind].append(not adversaries.passes(attempt))
    return kinds


def _damaged(groups: list[list[bases.Base]]) -> Tally:
    families: Tally = defaultdict(list)
    for base in (base for group in groups[:1] for base in group):
        for damaged in damage_suite.of_base(base):
            families[f"family {damaged.family}"].append(not damaged.is_blamed)
    return families


def _bar(name: str, tally: Tally) -> str:
    least, count = BARS[name]
    row = _all(tally)
    short = f"only {len(row)} {name}, {count} wanted" if len(row) < count and "--cases" not in sys.argv else ""
    low = f"{name}: {sum(row) / len(row):.4f}, below {least}" if sum(row) < least * len(row) else ""
    return "; ".join(end for end in (short, low) if end)


def _all(tally: Tally) -> list[bool]:
    return [hit for row in tally.values() for hit in row]


def _shown(row: list[bool]) -> str:
    return accuracy.show(Share(sum(row), len(row)))


def _page(parts: dict[str, Tally], by_item: Tally, missed: list[str], count: int) -> str:
    def rows(name: str) -> list[tuple[str, str]]:
        tally = parts[name]
        return [*((kind, _shown(row)) for kind, row in tally.items()), ("**all**", _shown(_all(tally)))]

    bars = ", ".join(f"{name} ≥ {least}" for name, (least, _) in BARS.items())
    return "\n\n".join([
        "# Robustness of judging",
        f"Written on {date.today().isoformat()} by `make robustness`. Do not edit: run the command again. "
            f"FY{YEAR}, {count} right answers "
        "(met by their label and by the checks). In brackets the counts and the 95% Wilson interval. "
        f"Bars: {bars}. How it is done: `tests/robustness/`.",
        "## Right answers broken one way at a time",
        "Counted: no longer met, and the first reason is one a reviewer would give.",
        accuracy.table(["kind", "turned"], rows("broken")),
        "## Pages made to pass",
        "Counted: not met. The authors know the criteria's words.",
        accuracy.table(["kind", "caught"], rows("made to pass")),
        "## Damaged text layers",
        "Counted: met or unsure, never not met. Families: [reading-thai.md](reading-thai.md).",
        accuracy.table(["family", "not blamed"], rows("damaged")),
        "## Broken answers by item",
        accuracy.table(["item", "turned"], [(slug, _shown(row)) for slug, row in sorted(by_item.items())]),
        "## Not turned",
        "\n".join(f"- {name}" for name in missed) or "None.",
    ]) + "\n"  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
