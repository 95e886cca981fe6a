"""The built agencies are whole: every answer leads somewhere, every label has its place, files are small and Thai."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pypdfium2
import pytest

from audit.demo.server import Entry, Server
from oit import criteria
from oit.findings import Reason

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILT = [ROOT / "audit" / "demo" / "site", *sorted((HERE / "built").glob("*"))]
VERDICTS = {"met", "not_met", "unsure"}
MAX_BYTES = 150 * 1024
HOST = "http://{host}"

agencies = pytest.mark.parametrize("folder", BUILT, ids=lambda folder: _json(folder / "truth.json")["agency"])


@cache
def _json(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def _entries(folder: Path) -> dict[str, Entry]:
    return {target: Entry(**entry) for target, entry in _json(folder / "site.json")["entries"].items()}


def _verdicts(folder: Path) -> list[str]:
    return [label["verdict"] for label in _json(folder / "truth.json")["items"].values()]


@agencies
def test_truth_labels_every_item_of_the_year(folder: Path) -> None:
    truth = _json(folder / "truth.json")
    assert truth["items"].keys() == criteria.load(truth["framework"]).by_code.keys()
    for code, label in truth["items"].items():
        assert label["verdict"] in VERDICTS, code
        if label["verdict"] != "met":
            assert label["reasons"], f"{code} is not met or unsure and says no reason"
        else:
            assert "not_met" not in [*label.get("elements", {}).values(), label.get("year")], code
        if label.get("cause"):
            assert label["cause"] in ("fetch", "read") and label["verdict"] == "unsure", code


@agencies
def test_labels_speak_of_elements_and_reasons_that_exist(folder: Path) -> None:
    truth = _json(folder / "truth.json")
    items = criteria.load(truth["framework"]).by_code
    for code, label in truth["items"].items():
        known = {element.id for element in items[code].elements}
        assert label.get("elements", {}).keys() <= known, code
        assert all(Reason(reason) for reason in label.get("reasons", [])), code


def test_the_labelled_set_has_enough_failures() -> None:
    verdicts = [verdict for folder in BUILT for verdict in _verdicts(folder)]
    assert verdicts.count("not_met") / len(verdicts) >= 0.35


@agencies
def test_every_submitted_address_is_served_or_is_a_declared_fault(folder: Path) -> None:
    server, submission = Server(folder), _json(folder / "submission.json")
    for answer in submission["answers"]:
        for url in answer["urls"]:
            if url.startswith(HOST):
                target = url.removeprefix(HOST) or "/"
                answered = server.entry(target) or server.not_found().status == 200  # an application answers everything
                assert answered, f"{answer['item']}: {target} is neither a page nor a fault"
            else:
                assert _truth_of(folder, answer["item"]).get("cause") == "fetch", f"{answer['item']}: {url}"


def _truth_of(folder: Path, item: str) -> dict:
    return _json(folder / "truth.json")["items"][item]


@agencies
def test_an_item_labelled_met_is_reached_by_working_pages(folder: Path) -> None:
    server = Server(folder)
    for answer in _json(folder / "submission.json")["answers"]:
        if _truth_of(folder, answer["item"])["verdict"] == "met":
            entries = [server.entry(url.removeprefix(HOST) or "/") for url in answer["urls"]]
            assert any(entry and entry.status in (200, 301, 302) and not entry.fault for entry in entries), answer


@agencies
def test_every_local_link_of_a_page_is_served_or_a_known_dead_end(folder: Path) -> None:
    server = Server(folder)
    dead = set()
    for target, entry in _entries(folder).items():
        if entry.file.endswith((".html", ".php", ".json")):
            html = (folder / entry.file).read_text("utf-8", "ignore").replace('\\"', '"')
            for link in re.findall(r'(?:href|src)="([^"#]+)"', html, re.I):
                address = urljoin(f"http://here{target}", link.replace("&amp;", "&").replace("{host}", "here"))
                parts = urlsplit(address)
                if parts.netloc == "here" and not server.entry(
                    f"{parts.path}?{parts.query}" if parts.query else parts.path
                ):
                    dead.add(address.removeprefix("http://here"))
    assert dead <= set(_json(folder / "site.json").get("dead_links", [])), sorted(dead)


@agencies
def test_every_file_is_there_and_small(folder: Path) -> None:
    named = {entry.file for entry in _entries(folder).values() if entry.file}
    there = {path.relative_to(folder).as_posix() for path in (folder / "files").rglob("*") if path.is_file()}
    missing_page = _json(folder / "site.json")["not_found"].get("file")
    assert there == named | ({missing_page} if missing_page else set())
    assert [name for name in there if (folder / name).stat().st_size > MAX_BYTES] == []


@agencies
def test_no_machine_address_is_baked_into_a_page(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.suffix in (".html", ".json", ".php", ".js"):
            assert not re.search(rb"127\.0\.0\.1|localhost|file://", path.read_bytes()), path


@agencies
def test_every_pdf_but_scans_and_broken_ones_has_thai_text(folder: Path) -> None:
    for target, entry in _entries(folder).items():
        if entry.file.endswith(".pdf") and not entry.note.startswith(("scan", "broken")):
            data = (folder / entry.file).read_bytes()
            text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
            assert len(re.findall("[ก-๙]", text)) > 150, target


@agencies
def test_the_submission_has_the_agreed_shape(folder: Path) -> None:
    submission = _json(folder / "submission.json")
    assert submission["schema"] == "oit-submission/1"
    assert submission["agency"]["homepage"] == HOST + "/"
    codes = [answer["item"] for answer in submission["answers"]]
    items = criteria.load(submission["framework"]).by_code
    assert len(codes) == len(set(codes)) and set(codes) <= items.keys()
