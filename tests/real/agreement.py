"""How far the program agrees with labels given by reading real pages and documents, and where it does not.

`python tests/real/agreement.py [--sample] [--body NAME]… [--out DIR] [--json]` serves the documents on loopback,
audits the submissions of the folders beside this file, and prints the figures and every difference. Without the
documents it says so and ends with 4.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

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

Choice = Mapping[str, Collection[str]]
"""Which items of which bodies are audited."""

SAMPLE: Choice = {
    "hangdong": ("o3", "o5", "o8", "o14"),
    "namyuen": ("o13", "o25"),
    "nysso": ("o21", "o24", "o27"),
    "phichai": ("o1", "o30", "o32"),
    "phukradung": ("o5", "o7", "o9", "o21", "o22"),
    "poknoi": ("o21", "o24"),
    "saiyoi": ("o8", "o14", "o16", "o22", "o24"),
    "sawang": ("o14", "o17"),
    "tis620": ("o3", "o5"),
}
"""Answers whose documents are read quickly: no long scans."""


def everything() -> dict[str, tuple[str, ...]]:
    """Every answer of every body."""
    return {path.parent.name: tuple(_truth(path.parent.name)["items"]) for path in HERE.glob("*/submission.json")}


def data_folder() -> Path:
    """Where the documents are: `$OIT_SHARED/data`, else `../shared/data` beside the repository."""
    shared = os.environ.get("OIT_SHARED")
    return (Path(shared) if shared else HERE.parents[2] / "shared") / "data"


def documents_missing(choice: Choice) -> list[Path]:
    """The documents these bodies need that are not there."""
    return [path for name in choice for page in pages(name) if not (path := data_folder() / page["data"]).is_file()]


def measure(choice: Choice, out: Path) -> Figures:
    """Serve, audit and compare these answers; `out` keeps the truth, the results and the evidence."""
    with ExitStack() as stack:
        stack.enter_context(_loopback_only())
        given = []
        for number, (name, items) in enumerate(sorted(choice.items()), start=1):
            folder = _build_site(name, items, out / "sites" / name)
            server = stack.enter_context(Server(folder, address=f"127.0.65.{number}"))
            submission = submissions.from_json(server.submission(), name)
            answers = tuple(answer for answer in submission.answers if answer.item in items)
            given.append(replace(submission, answers=answers))
        pipeline.audit_agencies(given, _settings(out))
    return compare(_collect_truth(choice, out / "truth"), out / "results")


def pages(name: str) -> list[dict[str, str]]:
    """What a body's site serves: the path, the document under the data folder, the words of the home page's link."""
    return json.loads((HERE / name / "site.json").read_text("utf-8"))["pages"]


def differences(figures: Figures) -> list[str]:
    """One line for each labelled item that differs in its verdict, first reason, year or elements; false passes first.

    A difference in the verdict alone counts as a disagreement.
    """
    ordered = sorted(figures.pairs, key=lambda pair: (not _false_pass(pair), pair.agency, int(pair.item[1:])))
    return [f"{pair.agency} {pair.item}: {'; '.join(parts)}" for pair in ordered if (parts := _parts(pair))]


def _settings(out: Path) -> pipeline.AuditSettings:
    crawl = CrawlSettings(allow_networks=(LOOPBACK,), browser=False, page_budget=20, delay=0.0, retries=0)
    return pipeline.AuditSettings(out / "store", out / "results", AS_OF, crawl, ReadOptions())


def _truth(name: str) -> dict:
    return json.loads((HERE / name / "truth.json").read_text("utf-8"))


def _build_site(name: str, items: Collection[str], folder: Path) -> Path:
    """A folder as the server plays it: the documents of these items where they lie, a home page that links them."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (HERE / name / "submission.json").read_text("utf-8")
    submission = json.loads(text)
    answered = [answer for answer in submission["answers"] if answer["item"] in items]
    wanted = {urlsplit(url).path for answer in answered for url in answer["urls"]}
    served = [page for page in pages(name) if page["path"] in wanted or page["data"].startswith("html/")]
    links = "".join(f'<li><a href="{page["path"]}">{html.escape(page["text"])}</a></li>' for page in served)
    home = HOME.format(name=html.escape(submission["agency"]["name"]), links=links)
    entries = {"/": {"file": "index.html", "type": "text/html; charset=utf-8"}}
    for page in served:
        path = data_folder() / page["data"]
        entries[page["path"]] = {"file": str(path), "type": TYPES[path.suffix]}
    site = {"schema": "oit-site/1", "agency": name, "not_found": {"status": 404}, "entries": entries}
    (folder / "submission.json").write_text(text, encoding="utf-8")
    (folder / "index.html").write_text(home, encoding="utf-8")
    (folder / "site.json").write_text(json.dumps(site, ensure_ascii=False), encoding="utf-8")
    return folder


def _collect_truth(choice: Choice, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, items in choice.items():
        truth = _truth(name)
        truth["items"] = {item: label for item, label in truth["items"].items() if item in items}
        (folder / f"{truth['agency']}.json").write_text(json.dumps(truth), encoding="utf-8")
    return folder


@contextmanager
def _loopback_only() -> Iterator[None]:
    """The crawler's process finds no other machine by name: real pages link real hosts, which stay in peace."""
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
    return pair.said == Verdict.MET and pair.expected not in (None, Verdict.MET)


def _parts(pair: Pair) -> list[str]:
    return [*_verdict_parts(pair), *_year_parts(pair), *_element_parts(pair)]


def _verdict_parts(pair: Pair) -> Iterator[str]:
    said = "/".join(pair.result.get("reasons", ())) or "no reason"
    labelled = pair.truth.get("reasons", ())
    if pair.expected and pair.expected != pair.said:
        yield f"DISAGREES: label {pair.expected} ({'/'.join(labelled) or '-'}), said {pair.said} ({said})"
    elif labelled and pair.first_reason not in labelled:
        yield f"reason: label {'/'.join(labelled)}, said {said}"


def _year_parts(pair: Pair) -> Iterator[str]:
    labelled, year = pair.truth.get("year"), pair.result.get("year") or {}
    if labelled and labelled != pair.said_year:
        yield f"year: label {labelled}, said {pair.said_year} (found {year.get('found_be')})"


def _element_parts(pair: Pair) -> Iterator[str]:
    said = {element["id"]: element["verdict"] for element in pair.result.get("elements") or ()}
    for name, labelled in (pair.truth.get("elements") or {}).items():
        if said.get(name) != labelled:
            yield f"element {name}: label {labelled}, said {said.get(name, 'nothing')}"


def _report(figures: Figures) -> str:
    lines = [f"{name}: {value}" for name, value in accuracy.summary(figures)]
    found = differences(figures)
    return "\n".join([*lines, f"{len(figures.disagreements)} disagreements, {len(found)} differences in all", *found])


def _choice(options: argparse.Namespace) -> Choice:
    choice = SAMPLE if options.sample else everything()
    return {name: choice[name] for name in options.body or choice if name in choice}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true", help="only the answers that are read quickly")
    parser.add_argument("--body", action="append", choices=sorted(everything()), help="only this body (repeatable)")
    parser.add_argument("--out", type=Path, help="keep evidence, results and truth in this folder")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    options = parser.parse_args()
    choice = _choice(options)
    if missing := documents_missing(choice):
        print(f"{len(missing)} documents are not there, such as {missing[0]}", file=sys.stderr)
        return MISSING
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(choice, options.out or Path(scratch))
    print(json.dumps(accuracy.to_json(figures), ensure_ascii=False) if options.json else _report(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
