"""The held-out agencies are whole: every item is labelled once, every address and file exists. Nothing is judged."""

from __future__ import annotations

import importlib
import json
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from urllib.parse import urljoin, urlsplit

import pytest

from audit.demo.server import Entry, Server
from oit import criteria
from oit.findings import Reason

HERE = Path(__file__).parent
BUILT = sorted((HERE / "built").glob("*"))
VERDICTS = {"met", "not_met", "unsure"}
GONE = {"not_found", "soft_404"}
HOST = "http://{host}"

agencies = pytest.mark.parametrize("folder", BUILT, ids=lambda folder: folder.name)


@cache
def _json(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def _labels(folder: Path) -> dict[str, dict]:
    return _json(folder / "truth.json")["items"]


def _entries(folder: Path) -> dict[str, Entry]:
    return {target: Entry(**entry) for target, entry in _json(folder / "site.json")["entries"].items()}


def test_every_written_agency_is_built() -> None:
    assert [folder.name for folder in BUILT] == sorted(path.name for path in (HERE / "content").iterdir())


@agencies
def test_every_item_of_the_year_is_labelled_once(folder: Path) -> None:
    framework = _json(folder / "truth.json")["framework"]
    assert list(_labels(folder)) == list(criteria.load(framework).by_code)


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    pytest.importorskip("fpdf")
    sys.path.insert(0, str(HERE.parent))
    try:
        return importlib.import_module("build")
    finally:
        sys.path.remove(str(HERE.parent))


@agencies
def test_labels_answers_pages_and_documents_are_those_of_the_content(folder: Path, generator: ModuleType) -> None:
    made, site = generator.read(folder.name), _json(folder / "site.json")
    assert _json(folder / "truth.json") == generator.truth(made)
    assert _json(folder / "submission.json") == generator.submission(made)
    for source in made.sources:
        entry = site["entries"].get(source.target, site["not_found"])
        if source.keys.get("producer", "page") == "page":
            assert generator.page_bytes(made, source) == (folder / entry["file"]).read_bytes(), source.target
        elif source.target in site["made_from"]:
            assert site["made_from"][source.target] == generator.fingerprint(source), source.target


@agencies
def test_a_label_says_what_it_must_and_nothing_unknown(folder: Path) -> None:
    items = criteria.load(_json(folder / "truth.json")["framework"]).by_code
    for code, label in _labels(folder).items():
        assert label["verdict"] in VERDICTS, code
        assert all(Reason(reason) for reason in label.get("reasons", [])), code
        assert bool(label.get("reasons")) == (label["verdict"] != "met"), code
        assert label.get("elements", {}).keys() <= {element.id for element in items[code].elements}, code
        if label["verdict"] == "met":
            assert "not_met" not in [*label.get("elements", {}).values(), label.get("year")], code
        if "cause" in label:
            assert label["cause"] in ("fetch", "read") and label["verdict"] == "unsure", code


def test_the_set_is_large_and_has_enough_failures_and_doubts() -> None:
    verdicts = [[label["verdict"] for label in _labels(folder).values()] for folder in BUILT]
    everything = [verdict for agency in verdicts for verdict in agency]
    assert len(everything) >= 240
    assert everything.count("not_met") / len(everything) >= 0.38
    assert all(agency.count("unsure") >= 3 for agency in verdicts)


@agencies
def test_every_answer_has_a_label_and_leads_to_a_page_or_a_declared_fault(folder: Path) -> None:
    server = Server(folder)
    answers = _json(folder / "submission.json")["answers"]
    assert len({answer["item"] for answer in answers}) == len(answers)
    for answer in answers:
        label = _labels(folder)[answer["item"]]
        entries = [server.entry(_path(url)) for url in answer["urls"] if url.startswith(HOST)]
        if not GONE & set(label.get("reasons", [])) and label.get("cause") != "fetch":
            assert all(entries), f"{answer['item']}: an address is neither a page nor a fault"
        if label["verdict"] == "met":
            assert any(entry and entry.status in (200, 301, 302) and not entry.fault for entry in entries), answer


def _path(url: str) -> str:
    return url.removeprefix(HOST).partition("#")[0] or "/"


@agencies
def test_every_file_a_site_names_is_there_and_small(folder: Path) -> None:
    named = {entry.file for entry in _entries(folder).values() if entry.file}
    there = {path.relative_to(folder).as_posix() for path in (folder / "files").rglob("*") if path.is_file()}
    missing_page = _json(folder / "site.json")["not_found"].get("file")
    assert there == named | ({missing_page} if missing_page else set())
    sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    assert max(sizes.values()) < 1_000_000 and sum(sizes.values()) < 3_000_000


@agencies
def test_every_local_link_of_a_page_is_served_or_a_known_dead_end(folder: Path) -> None:
    server = Server(folder)
    dead = set()
    for target, entry in _entries(folder).items():
        if entry.file.endswith((".html", ".php", ".json")):
            html = (folder / entry.file).read_text("utf-8", "ignore").replace('\\"', '"')
            for link in re.findall(r'(?:href|src)="([^"#]+)"', html):
                address = urljoin(f"http://here{target}", link.replace("&amp;", "&").replace("{host}", "here"))
                parts = urlsplit(address)
                path = f"{parts.path}?{parts.query}" if parts.query else parts.path
                if parts.netloc == "here" and not server.entry(path):
                    dead.add(path)
    assert dead <= set(_json(folder / "site.json").get("dead_links", [])), sorted(dead)


@agencies
def test_no_machine_address_is_baked_into_a_page(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.suffix in (".html", ".json", ".php", ".js"):
            assert not re.search(rb"127\.0\.0\.1|localhost|file://|/work/|/tmp/", path.read_bytes()), path
