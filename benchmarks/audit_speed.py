"""Measures what auditing and judging the sample agency cost against the floor, in one run on this machine.

Without OCR and browser, since the floor has neither. Processor time counts, children included: the sample website holds
pages that never answer, and waiting is no work. Bars: audit at most 8 times the floor, judging again at most 0.4 s.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from audit.demo import LOOPBACK, SITE, SLOW_SECONDS
from audit.demo.server import Server
from audit.pipeline import evidence_of, read_run
from audit.progress import Silent
from checks.run import judge
from evidence.store import EvidenceStore
from evidence.text.isolate import Reader
from evidence.text.options import ReadOptions

STARTED = "import audit.cli, audit.pipeline"
"""What starting the program costs: the modules that `oit check` loads before it looks at anything."""
AUDIT_BAR = 8.0
JUDGE_BAR = 0.4


def main() -> None:
    with tempfile.TemporaryDirectory() as name, Server(SITE, seconds=SLOW_SECONDS) as server:
        folder = Path(name)
        audit, check = measure(server, folder)
        urls = folder / "urls.txt"
        urls.write_text("\n".join(fetched(folder / "store")), encoding="utf-8")
        floor = cost([sys.executable, str(Path(__file__).with_name("floor.py")), str(urls)])
        idle = cost([sys.executable, "-c", STARTED])
        judging, items = judged(folder)
    print(f"floor: {floor:.2f} s of processor time")
    print(f"audit: {audit:.2f} s, {audit / floor:.1f} times the floor (bar {AUDIT_BAR:g})")
    print(f"judging again: {check - idle:.2f} s beyond starting the program (bar {JUDGE_BAR:g} s)")
    print(f"of that, the checks alone: {judging:.2f} s, {items / judging:.0f} items a second")
    print(f"judging again is {audit / check:.1f} times cheaper than the audit (bar 5)")


def measure(server: Server, folder: Path) -> tuple[float, float]:
    """Processor seconds of an audit and of judging again (the least of three)."""
    (folder / "agency.json").write_text(json.dumps(server.submission(), ensure_ascii=False), encoding="utf-8")
    oit = [sys.executable, "-m", "audit.cli"]
    places = ["--store", str(folder / "store"), "--out", str(folder / "out"), "--no-ocr", "--json"]
    fetching = ["--as-of", "2022-05-10", "--allow-network", LOOPBACK, "--no-browser"]
    audit = cost([*oit, "audit", str(folder / "agency.json"), *places, *fetching])
    return audit, min(cost([*oit, "check", *places]) for _ in range(3))


def judged(folder: Path) -> tuple[float, int]:
    """Processor seconds of judging all items from texts already at hand, and how many items that are."""
    with EvidenceStore.open(folder / "store") as store, Reader(options=ReadOptions(ocr=False)) as reader:
        (run,) = store.runs()
        evidence = evidence_of(store, run, read_run(store, run, reader, Silent()))
        start = time.process_time()
        items = judge(evidence)
        return time.process_time() - start, len(items)


def fetched(store: Path) -> list[str]:
    """Every URL that came, once."""
    with EvidenceStore.open(store) as opened:
        rows = [fetch for run in opened.runs() for fetch in opened.fetches(run.id)]
    return list(dict.fromkeys(fetch.url for fetch in rows if fetch.outcome == "ok"))


def cost(command: list[str]) -> float:
    """Processor seconds of a command and of all it starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
