"""Audit every labelled agency of the project and write docs/accuracy.md; ends with 1 where a bar is missed."""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

from audit import accuracy, evaluate
from audit.demo import SITE, audit_site

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "accuracy.md"
SITES = (SITE, *sorted(path.parent for path in (ROOT / "tests" / "agencies" / "built").glob("*/truth.json")))
BARS = {"min_precision": 0.96, "min_recall": 0.88, "max_unsure": 0.12, "max_false_passes": 0.04, "max_wrong_blame": 0}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        shown = [audit_site(site, Path(folder) / "store", Path(folder) / "out") for site in SITES]
    figures = evaluate.figures([pair for one in shown for pair in one.figures.pairs])
    page = accuracy.to_markdown(figures, written_on=date.today().isoformat(), command="make accuracy")
    PAGE.write_text(page, encoding="utf-8")
    for name, value in accuracy.summary(figures):
        print(f"{name:<28} {value}")
    missed = accuracy.bars_missed(figures, BARS)
    print("\n".join(missed) or "all bars reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
