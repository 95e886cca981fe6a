"""An audit that is killed at any moment and given again ends with the same results, and asks for next to nothing twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from farm import Asked, Farm, FarmSite, page, pdf

SLOTS = 8
"""Pages an agency may have in flight (`Visits`)."""
SCRIPT = """
import json, sys
from datetime import date
from pathlib import Path
from audit.pipeline import AuditSettings, audit_agencies
from crawler import CrawlSettings
from evidence.text.options import ReadOptions
from oit import submissions
folder, files = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
crawl = CrawlSettings(allow_networks=("127.0.0.0/8",), browser=False, delay=0.0, readers=1, page_budget=12, retries=0)
settings = AuditSettings(folder / "store", folder / "out", date(2022, 5, 10), crawl, ReadOptions(ocr=False), jobs=1)
done = audit_agencies([submissions.read(file) for file in files], settings)
sys.exit(0 if all(one.complete for one in done) else 3)
"""
TITLES = {"o1": "โครงสร้าง", "o3": "อำนาจหน้าที่", "o10": "แผนดำเนินงานประจำปี", "o14": "คู่มือหรือมาตรฐานการให้บริการ"}


def website(site: FarmSite, number: int) -> None:
    """A small site whose answers take a moment, so that a kill finds some of them under way."""
    menu = "".join(f"<a href='/{code}'>{title}</a>" for code, title in TITLES.items())
    pages = {"/": page(f"องค์การบริหารส่วนตำบลตัวอย่าง {number}", "<p>ยินดีต้อนรับ</p>", menu=menu)}
    for code, title in TITLES.items():
        files = "".join(f"<a href='/{code}-{n}.pdf'>{title} ส่วนที่ {n}</a>" for n in range(3))
        pages[f"/{code}"] = page(f"{title} {number}", files, menu=menu)

    async def answer(asked: Asked) -> None:
        import asyncio

        await asyncio.sleep(0.03)
        if asked.path.endswith(".pdf"):
            await asked.say(pdf(f"{number} {asked.path}"), kind="application/pdf")
        elif asked.path in pages:
            await asked.say(pages[asked.path])
        else:
            await asked.say("missing", 404)

    site.missing = answer


def submission(folder: Path, site: FarmSite, code: str) -> Path:
    answers = [{"item": item, "disclosed": True, "urls": [site.url(f"/{item}")], "explanation": ""} for item in TITLES]
    answers.append({"item": "o2", "disclosed": True, "urls": [site.url("/gone")], "explanation": ""})
    agency = {
        "code": code,
        "name": "องค์การบริหารส่วนตำบลตัวอย่าง",
        "type": "subdistrict_administrative_organisation",
        "province": "สกลนคร",
        "homepage": site.url("/"),
        "year_basis": "fiscal",
    }
    file = folder / f"{code}.json"
    body = {"schema": "oit-submission/1", "framework": 2565, "agency": agency, "answers": answers}
    file.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    return file


@pytest.fixture
def farm() -> Iterator[Farm]:
    made = Farm()
    yield made
    made.close()


def start(folder: Path, files: list[Path]) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join(filter(None, (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", ""))))
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), *map(str, files)],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def descendants(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    return [one for child in map(int, found) for one in (child, *descendants(child))]


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the audit and all it started at once, as a power cut would."""
    for pid in (process.pid, *descendants(process.pid)):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait()


def verdicts(folder: Path) -> dict[str, Any]:
    """All results, without the times and ids that differ from run to run."""
    found = {}
    for file in sorted((folder / "out").glob("*/result.json")):
        result = json.loads(file.read_text("utf-8"))
        for item in result["items"]:
            for url in item["urls"]:
                url.pop("fetched_at")
            for seen in item.get("looked_at", ()):
                seen.pop("fetched_at", None)
            for listed in ("urls", "found_elsewhere", "looked_at"):
                item.get(listed, []).sort(key=lambda each: each["url"])
        found[result["agency"]["code"]] = (result["items"], result["score"])
    return found


def differences(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """Where two results differ, in words short enough to read."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}, key=str):
            yield from differences(one.get(key), other.get(key), f"{place}.{key}")
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from differences(mine, theirs, f"{place}[{number}]")
    elif one != other:
        yield f"{place}: {str(one)[:150]} / {str(other)[:150]}"


def asked(sites: list[FarmSite]) -> Counter[str]:
    """How often each page and file of the sites was asked for."""
    pages = {"/", "/gone", *(f"/{code}" for code in TITLES), *(f"/{code}-{n}.pdf" for code in TITLES for n in range(3))}
    return Counter({site.url(path): site.hits[path] for site in sites for path in pages if site.hits[path]})


def killed_at(moments: int, agencies: int, farm: Farm, tmp_path: Path, seed: int) -> None:
    sites = [farm.site() for _ in range(agencies)]
    for number, site in enumerate(sites):
        website(site, number)
    files = [submission(tmp_path, site, f"K{number}") for number, site in enumerate(sites)]
    began = time.monotonic()
    assert start(tmp_path / "calm", files).wait(300) == 0
    lasted = time.monotonic() - began
    expected, once = verdicts(tmp_path / "calm"), asked(sites)
    assert len(expected) == agencies
    chance = random.Random(seed)
    for number in range(moments):
        for site in sites:
            site.hits.clear()
        folder = tmp_path / f"killed{number}"
        process = start(folder, files)
        time.sleep(chance.uniform(0.25, 0.98) * lasted)
        if process.poll() is not None:
            # A machine that has become quieter was done before: nothing is killed, and the next audit is a new one.
            continue
        kill(process)
        assert start(folder, files).wait(300) == 0
        assert list(differences(verdicts(folder), expected)) == []
        again = {url: count - once[url] for url, count in asked(sites).items() if count > once[url]}
        assert sum(again.values()) <= SLOTS * min(agencies, 4), again
        assert all(extra <= 1 for url, extra in again.items() if not url.endswith("/")), again


def test_an_audit_killed_at_five_moments_ends_the_same(farm: Farm, tmp_path: Path) -> None:
    killed_at(5, 3, farm, tmp_path, seed=2565)


@pytest.mark.slow
def test_an_audit_of_twenty_agencies_killed_at_thirty_moments_ends_the_same(farm: Farm, tmp_path: Path) -> None:
    killed_at(30, 20, farm, tmp_path, seed=2566)
