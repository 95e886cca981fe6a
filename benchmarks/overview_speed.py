"""How long the overview of all 8,303 agencies takes, and how much memory: synthetic results, made from one real shape.

    python benchmarks/overview_speed.py [--agencies 8303] [--keep FOLDER]

Prints seconds, most memory, the size of the first page, and as floor the time of only reading the same files as JSON.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from oit import criteria
from oit.score import score
from reports.overview import provinces

READ = "import json,sys,pathlib\nfor f in sorted(pathlib.Path(sys.argv[1]).glob('*/result.json')): json.loads(f.read_bytes())"
REASONS = {
    "not_met": ["element_missing", "year_wrong", "wrong_document", "answered_no"],
    "unsure": ["timeout", "blocked", "weak_match"],
}


def synthetic(sample: dict[str, Any], number: int, chance: random.Random) -> dict[str, Any]:
    """The sample with another name, place and verdicts; types in the numbers in which they exist."""
    framework = criteria.load(sample["framework"])
    kinds = list(framework.agency_types.values())
    kind = chance.choices(kinds, [one.count for one in kinds])[0]
    result = copy.deepcopy(sample)
    result["agency"].update(
        code=f"{number:07d}", name=f"{kind.name_th} {number}", type=kind.key, province=chance.choice(provinces())["th"]
    )
    skill = chance.betavariate(5, 2)
    for entry in result["items"]:
        verdict = "met" if chance.random() < skill else chance.choice(["not_met", "not_met", "unsure"])
        entry.update(verdict=verdict, reasons=[chance.choice(REASONS[verdict])] if verdict in REASONS else [])
        for row in entry["urls"]:
            row["url"] = f"https://host{number // 40}.go.th/{entry['item']}"
            row["outcome"] = (
                entry["reasons"][0] if verdict == "unsure" and entry["reasons"][0] != "weak_match" else "ok"
            )
    result["score"] = score(framework, {entry["item"]: entry["verdict"] for entry in result["items"]}).to_json()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=8303)
    parser.add_argument("--sample", type=Path, help="A result.json to vary; by default the demo is audited.")
    parser.add_argument("--keep", type=Path, help="Keep the results and the site here.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = given.keep or Path(folder)
        sample = json.loads((given.sample or demo(root)).read_text("utf-8"))
        chance = random.Random(8303)
        for number in range(1, given.agencies + 1):
            target = root / "results" / f"{number:07d}"
            target.mkdir(parents=True, exist_ok=True)
            text = json.dumps(synthetic(sample, number, chance), ensure_ascii=False, indent=1)
            (target / "result.json").write_text(text, encoding="utf-8")
        floor = seconds([sys.executable, "-c", READ, str(root / "results")])
        took = seconds(
            [sys.executable, "-m", "audit.cli", "overview", str(root / "results"), "--out", str(root / "site")]
        )
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        first = (root / "site" / "index.html").stat().st_size / 1000
        print(
            f"{given.agencies} agencies: {took:.1f} s ({took / floor:.2f} × reading the files, {floor:.1f} s), ", end=""
        )
        print(f"{most:.0f} MB at most, first page {first:.0f} kB")


def demo(root: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "audit.cli", "demo", "--out", str(root / "demo")], check=True, stdout=subprocess.DEVNULL
    )
    return next((root / "demo").glob("*/result.json"))


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
