"""How far the program agrees with labels given by reading real pages and documents, and where it does not.

`python tests/real/agreement.py [--out DIR] [--body NAME]… [--json]` serves the documents on loopback, audits the
submissions of the folders beside this file, and prints the figures and every disagreement. Without the documents it
says so and ends with 4.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from audit import accuracy, pipeline
from audit.demo.server import Server
from audit.evaluate import Figures, Pair, compare
from crawler.settings import CrawlSettings
from evidence.text.options import ReadOptions
from oit import submissions
from oit.findings import Verdict

HERE = Path(__file__).resolve().parent
OFFLINE = HERE / "offline"
AS_OF = date(2022, 5, 10)
LOOPBACK = "127.0.0.0/8"
MISSING = 4
TYPES = {".html": "text/html", ".pdf": "application/pdf"}
HOME = """<!doctype html><html lang="th"><head><meta charset="utf-8"><title>{name}</title></head>
<body><header><h1>{name}</h1></header><nav><ul>{links}</ul></nav></body></html>"""


def data_folder() -> Path:
    """Where the documents are: `$OIT_SHARED/data`, else `../shared/data` beside the repository."""
    shared = os.environ.get("OIT_SHARED")
    return (Path(shared) if shared else HERE.parents[2] / "shared") / "data"


def bodies() -> list[str]:
    """The names of all folders that hold a body."""
    return sorted(path.parent.name for path in HERE.glob("*/submission.json"))


def documents_missing(names: Sequence[str]) -> list[Path]:
    """The documents these bodies need that are not there."""
    return [path for name in names for page in _pages(name) if not (path := data_folder() / page["data"]).is_file()]


def measure(names: Sequence[str], out: Path) -> Figures:
    """Serve, audit and compare these bodies; `out` keeps the truth, the results and the evidence."""
    with ExitStack() as stack:
        stack.enter_context(_loopback_only())
        given = []
        for number, name in enumerate(names, start=1):
            folder = _build_site(name, out / "sites" / name)
            server = stack.enter_context(Server(folder, address=f"127.0.65.{number}"))
            given.append(submissions.from_json(server.submission(), name))
        pipeline.audit_agencies(given, _settings(out))
    return compare(_collect_truth(names, out / "truth"), out / "results")


def disagreements(figures: Figures) -> list[str]:
    """One line for each labelled item whose verdict is another, false passes first."""
    wrong = sorted(figures.disagreements, key=lambda pair: (not _false_pass(pair), pair.agency, int(pair.item[1:])))
    return [_line(pair) for pair in wrong]


def _settings(out: Path) -> pipeline.AuditSettings:
    crawl = CrawlSettings(allow_networks=(LOOPBACK,), browser=False, page_budget=20, delay=0.0, retries=0)
    return pipeline.AuditSettings(out / "store", out / "results", AS_OF, crawl, ReadOptions())


def _pages(name: str) -> list[dict[str, str]]:
    return json.loads((HERE / name / "site.json").read_text("utf-8"))["pages"]


def _build_site(name: str, folder: Path) -> Path:
    """A folder as the server plays it: the documents where they lie, and a home page that links them."""
    folder.mkdir(parents=True, exist_ok=True)
    submission = (HERE / name / "submission.json").read_text("utf-8")
    (folder / "submission.json").write_text(submission, encoding="utf-8")
    entries = {"/": {"file": "index.html", "type": "text/html; charset=utf-8"}}
    for page in _pages(name):
        path = data_folder() / page["data"]
        entries[page["path"]] = {"file": str(path), "type": TYPES[path.suffix]}
    links = "".join(f'<li><a href="{page["path"]}">{html.escape(page["text"])}</a></li>' for page in _pages(name))
    home = HOME.format(name=html.escape(json.loads(submission)["agency"]["name"]), links=links)
    (folder / "index.html").write_text(home, encoding="utf-8")
    site = {"schema": "oit-site/1", "agency": name, "not_found": {"status": 404}, "entries": entries}
    (folder / "site.json").write_text(json.dumps(site, ensure_ascii=False), encoding="utf-8")
    return folder


def _collect_truth(names: Sequence[str], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        truth = (HERE / name / "truth.json").read_text("utf-8")
        (folder / f"{json.loads(truth)['agency']}.json").write_text(truth, encoding="utf-8")
    return folder


@contextmanager
def _loopback_only() -> Iterator[None]:
    """The crawler's process finds no name but those of this machine: real pages link real hosts, which stay in peace."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(OFFLINE), before)))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _false_pass(pair: Pair) -> bool:
    return pair.said == Verdict.MET


def _line(pair: Pair) -> str:
    labelled = "/".join(pair.truth.get("reasons", ())) or "-"
    year = (pair.result.get("year") or {}).get("found_be") or "-"
    elements = " ".join(f"{entry['id']}={entry['verdict']}" for entry in pair.result.get("elements") or ())
    said = "/".join(pair.result.get("reasons", ())) or "-"
    return f"{pair.agency} {pair.item}: label {pair.expected} ({labelled}), said {pair.said} ({said}; {year}; {elements})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--body", action="append", choices=bodies(), help="only this body (repeatable)")
    parser.add_argument("--out", type=Path, help="keep evidence, results and truth in this folder")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    options = parser.parse_args()
    names = options.body or bodies()
    if missing := documents_missing(names):
        print(f"{len(missing)} documents are not there, such as {missing[0]}", file=sys.stderr)
        return MISSING
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(names, options.out or Path(scratch))
    print(json.dumps(accuracy.to_json(figures), ensure_ascii=False) if options.json else _report(figures))
    return 0


def _report(figures: Figures) -> str:
    wrong = disagreements(figures)
    lines = [f"{name}: {_share(share)}" for name, share in _shares(figures)]
    return "\n".join([*lines, f"{len(wrong)} disagreements:" if wrong else "no disagreement", *wrong])


def _shares(figures: Figures) -> list[tuple[str, object]]:
    return [
        ("same verdict", figures.same_verdict),
        ("precision of met", figures.met.precision),
        ("recall of met", figures.met.recall),
        ("false passes", figures.false_passes),
        ("unsure", figures.unsure),
        ("wrong blame", figures.wrong_blame),
        ("reason right", figures.reason_right),
        ("year right", figures.year_right),
        ("element precision", figures.elements.precision),
        ("element recall", figures.elements.recall),
    ]


def _share(share) -> str:
    return f"{share.hits} of {share.total}" + (f" ({share.value:.3f})" if share.total else "")


if __name__ == "__main__":
    sys.exit(main())
