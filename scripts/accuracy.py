"""Audit the labelled agencies and write docs/accuracy.md and docs/accuracy.json; ends with 1 where a bar is missed.

Two parts: `developed`, the agencies the rules were mended by, and `heldout`, agencies nobody mends by.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from audit import accuracy, evaluate
from audit.demo import SITE, audit_site

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "accuracy.md"
FIGURES = PAGE.with_suffix(".json")
AGENCIES = ROOT / "tests" / "agencies"
HELDOUT = AGENCIES / "heldout"
BARS = {
    "min_precision": 0.96,
    "min_recall": 0.88,
    "max_unsure": 0.12,
    "max_false_passes": 0.04,
    "max_wrong_blame": 0,
    "max_ece": 0.05,
}
PARTS: dict[str, Callable[[], list[Path]]] = {
    "developed": lambda: [
        SITE,
        *_built(AGENCIES / "built"),
        *(one for one in _built(HELDOUT / "built") if _is_known(one)),
    ],
    "heldout": lambda: [one for one in _built(HELDOUT / "built") if not _is_known(one)],
}
TITLES = {"developed": "Developed agencies", "heldout": "Held-out agencies"}
TOLD = {
    "developed": "The agencies the rules were mended by: these figures flatter "
    "([accuracy at first sight](accuracy-unseen.md) tells what a new agency should expect).",
    "heldout": "Agencies that were built apart and that no rule was mended by.",
}
HEAD = "# Accuracy\n\nWritten by `make accuracy`, each part when it was run. Do not edit: run the command again.\n"


def _is_known(agency: Path) -> bool:
    """Whether the disagreements of a held-out agency have been looked at (`looked_at.toml` says which)."""
    return agency.name in tomllib.loads((HELDOUT / "looked_at.toml").read_text("utf-8"))["agencies"]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=[*PARTS, "all"], default="all")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="Keep the results in this folder.")
    parser.add_argument("--results", type=Path, metavar="DIR", help="Compare these results instead of auditing.")
    options = parser.parse_args(arguments)
    missed = []
    for part in PARTS if options.part == "all" else [options.part]:
        with tempfile.TemporaryDirectory() as folder:
            kept = options.results
            figures = compare_part(part, kept) if kept else audit_part(part, options.keep or Path(folder))
        if figures is None:
            print(f"{part}: no labelled agency")
            continue
        command = "scripts/accuracy.py --results (kept evidence, judged again)" if options.results else "make accuracy"
        missed += [f"{part}: {line}" for line in report(part, figures, command)]
    print("\n".join(missed) or "all bars reached")
    return 1 if missed else 0


def audit_part(part: str, out: Path) -> evaluate.Figures | None:
    """Audit the agencies of a part, results into `out`; None where it has none."""
    sites = PARTS[part]()
    with tempfile.TemporaryDirectory() as store:
        shown = [audit_site(site, Path(store), out) for site in sites]
    return evaluate.figures([pair for one in shown for pair in one.figures.pairs]) if shown else None


def compare_part(part: str, results: Path) -> evaluate.Figures | None:
    """The figures of results that were made before, by `--keep` or by `oit check` over a kept store."""
    pairs = []
    for site in PARTS[part]():
        truth = evaluate.read_truth(site / "truth.json")
        path = results / truth["agency"] / "result.json"
        pairs += evaluate.pair_up(truth, json.loads(path.read_text(encoding="utf-8")), str(path))
    return evaluate.figures(pairs) if pairs else None


def report(part: str, figures: evaluate.Figures, command: str = "make accuracy") -> list[str]:
    """Print the figures, write the part's section of the page and its figures for programs; the bars missed."""
    print(TITLES[part])
    for name, value in accuracy.summary(figures):
        print(f"  {name:<42} {value}")
    missed = accuracy.bars_missed(figures, BARS)
    told = f"Bars missed: {'; '.join(missed)}." if missed else "All bars reached."
    bars = ", ".join(f"{name.replace('_', ' ')} {limit}" for name, limit in BARS.items())
    section = "\n\n".join(
        [
            f"## {TITLES[part]}",
            f"{TOLD[part]} Run on {date.today().isoformat()} by `{command}`. Bars: {bars}. {told}",
            accuracy.section(figures, level=3),
        ]
    )
    PAGE.write_text(with_section(PAGE.read_text(encoding="utf-8") if PAGE.exists() else "", part, section), "utf-8")
    known = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    known[part] = accuracy.to_json(figures)
    ordered = {name: known[name] for name in PARTS if name in known}
    FIGURES.write_text(json.dumps(ordered, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return missed


def with_section(page: str, part: str, section: str) -> str:
    """The page with this part's section in place of its earlier one; the other parts stay as they are."""
    kept = dict(re.findall(r"<!-- part: (\w+) -->\n(.*?)\n<!-- end of part -->", page, re.DOTALL))
    kept[part] = section
    blocks = [f"<!-- part: {name} -->\n{kept[name]}\n<!-- end of part -->\n" for name in PARTS if name in kept]
    return "\n".join([HEAD, *blocks])


def _built(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/truth.json"))


if __name__ == "__main__":
    sys.exit(main())
