"""Measures the reading of PDFs: coverage before and after, by family; damage undone; time and memory against the floor.

`python benchmarks/reading.py [--data FOLDER] [coverage|damage|speed|memory …]`

`FOLDER` (default: `../shared/data` beside the project) holds MANIFEST.tsv and the real documents; without it only
`memory` runs. Coverage is the measure of `../tools/coverage.py`; real documents are never copied.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import importlib.util
import io
import logging
import multiprocessing
import random
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType

import pypdf
import pypdfium2
from damage import FAMILIES, damaged
from fpdf import FPDF
from rapidfuzz.distance import Levenshtein

from evidence.text import quality
from evidence.text.document import DocumentText
from evidence.text.options import ReadOptions
from evidence.text.pdf import read_pdf
from evidence.text.thai import repair

DATA = Path(__file__).parents[2] / "shared" / "data"
FIRST_PAGES = 5
DAMAGED_PAGES = 30
LONG = 588
ROUNDS = 3
POOR = 0.90
CLEAN = 0.97


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("what", nargs="*", default=["coverage", "damage", "speed", "memory"])
    given = parser.parse_args()
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    parts: dict[str, Callable[[Path], None]] = {
        "coverage": coverage,
        "damage": damage,
        "speed": speed,
        "memory": lambda data: memory(),
    }
    for what in given.what:
        if what != "memory" and not (given.data / "MANIFEST.tsv").is_file():
            print(f"{what}: skipped, there is no {given.data / 'MANIFEST.tsv'}")
            continue
        parts[what](given.data)


# Coverage


def coverage(data: Path) -> None:
    """Mean coverage of the first pages of every PDF with a Thai text layer: raw pypdf, and as read here with OCR."""
    measure = _measure(data)
    before, after, raw = {}, {}, {}
    by_family: dict[str, list[tuple[float, float]]] = defaultdict(list)
    repairs: Counter[str] = Counter()
    readers: Counter[str] = Counter()
    changed = Counter[str]()
    for name, body in _documents(data, "thai_text"):
        before[name] = measure.coverage("\n".join(_pypdf_pages(body, FIRST_PAGES)))[0]
        raw[name] = measure.coverage("\n".join(_pdfium_pages(body, FIRST_PAGES)))[0]
        document = read_pdf(body, ReadOptions(max_pages=FIRST_PAGES, ocr_pages=FIRST_PAGES, seconds=600))
        after[name] = measure.coverage("\n".join(page.text for page in document.pages))[0]
        for family in {family for page in document.pages for family in page.repairs}:
            by_family[family].append((raw[name], after[name]))
        repairs.update({family: n for page in document.pages for family, n in page.repairs.items()})
        readers.update(page.reader for page in document.pages)
        for page in document.pages:
            if page.reader == "pypdfium2" and quality.score(page.raw) >= CLEAN and page.text != page.raw:
                changed.update(page.repairs)
    print(f"coverage of {len(after)} documents, first {FIRST_PAGES} pages")
    print(
        f"| raw pypdf | raw PDFium | read here |\n| --- | --- | --- |\n| {_mean(before)} | {_mean(raw)} | {_mean(after)} |"
    )
    print(f"readers by page: {dict(readers)}")
    print("| family | documents | repairs | PDFium raw | read here |\n| --- | --- | --- | --- | --- |")
    for family, pairs in sorted(by_family.items()):
        left, right = (sum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1))
        print(f"| {family} | {len(pairs)} | {repairs[family]} | {left:.3f} | {right:.3f} |")
    print(
        f"below {POOR}: "
        + (", ".join(f"{name} {share:.3f}" for name, share in after.items() if share < POOR) or "none")
    )
    worse = {name: (raw[name], share) for name, share in after.items() if share < raw[name] - 0.005}
    print(f"worse than PDFium's raw text: {worse or 'none'}")
    print(f"pages whose raw text was at {CLEAN} or above were changed by: {dict(changed)}")


def _measure(data: Path) -> ModuleType:
    path = data.parent / "tools" / "coverage.py"
    spec = importlib.util.spec_from_file_location("coverage", path)
    assert spec and spec.loader, f"{path} is missing"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _mean(shares: dict[str, float]) -> str:
    return f"{sum(shares.values()) / len(shares):.4f}"


# Damage


def damage(data: Path) -> None:
    """Character error on pages of known text that were damaged as each family does, before and after the repair."""
    pages = _clean_pages(data)
    print(f"damage undone, {len(pages)} pages, {sum(map(len, pages))} characters")
    print("| family | CER damaged | CER repaired | worst page |\n| --- | --- | --- | --- |")
    for family in FAMILIES:
        hurt = [damaged(page, family, seed) for seed, page in enumerate(pages)]
        left = [_cer(broken, page) for broken, page in zip(hurt, pages, strict=True)]
        right = [_cer(repair(broken).text, page) for broken, page in zip(hurt, pages, strict=True)]
        mean = sum(right) / len(right)
        print(f"| {family} | {sum(left) / len(left):.2%} | {mean:.3%} | {max(right):.2%} |")


def _clean_pages(data: Path) -> list[str]:
    """Texts of pages that read nearly wholly as dictionary words and are rich in Thai, one a document where possible."""
    first, more = [], []
    for _, body in _documents(data, "thai_text"):
        document = read_pdf(body, ReadOptions(ocr=False, max_pages=12, seconds=600))
        good = [page.text for page in document.pages if page.quality >= 0.985 and quality.letters(page.text) > 600]
        first += good[:1]
        more += good[1:]
    random.Random(588).shuffle(more)
    return (first + more)[:DAMAGED_PAGES]


def _cer(text: str, truth: str) -> float:
    return Levenshtein.distance(text, truth) / len(truth)


# Speed


def speed(data: Path) -> None:
    """Processor time to read all listed PDFs with a Thai text layer, all pages, against one bare pypdfium2 read.

    Document by document all readers in turn, `ROUNDS` times; the least time of each counts, since on a busy machine every
    time is the work and what others do to the caches.
    """
    bodies = [body for _, body in _documents(data, "thai_text")]
    quality.known_letters("อุ่นเครื่อง")
    readers: dict[str, Callable[[bytes], object]] = {
        "pypdfium2, bare": _pdfium_pages,
        "read here": _read,
        "pypdf, bare": _pypdf_pages,
    }
    if importlib.util.find_spec("pdfplumber"):
        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
        pdfplumber = importlib.import_module("pdfplumber")
        readers["pdfplumber, bare"] = lambda body: _plumbed(pdfplumber, body)
    else:
        print("pdfplumber is not installed: left out")
    seconds = Counter[str]()
    for body in bodies:
        for name, reader in readers.items():
            rounds = ROUNDS if name in ("pypdfium2, bare", "read here") else 1
            seconds[name] += min(_seconds(reader, body) for _ in range(rounds))
    pages = sum(len(pypdfium2.PdfDocument(body)) for body in bodies)
    print(
        f"time for {len(bodies)} documents, {pages} pages\n| reader | seconds | times the floor |\n| --- | --- | --- |"
    )
    for name, spent in seconds.items():
        print(f"| {name} | {spent:.2f} | {spent / seconds['pypdfium2, bare']:.2f} |")


def _seconds(reader: Callable[[bytes], object], body: bytes) -> float:
    start = time.process_time()
    reader(body)
    return time.process_time() - start


def _read(body: bytes) -> DocumentText:
    return read_pdf(body, ReadOptions(ocr=False, max_pages=1000, seconds=600))


def _plumbed(pdfplumber: ModuleType, body: bytes) -> int:
    with pdfplumber.open(io.BytesIO(body)) as document:
        letters = 0
        for page in document.pages:
            letters += len(page.extract_text())
            page.close()
        return letters


# Memory


def memory() -> None:
    """The most memory a process needs to read a generated document of 588 pages."""
    body = _long_document()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pages, megabytes, seconds = pool.submit(_read_alone, body).result()
    print(f"{pages} pages ({len(body) / 1e6:.1f} MB) read in {seconds:.1f} s with {megabytes:.0f} MB at most")


def _read_alone(body: bytes) -> tuple[int, float, float]:
    start = time.process_time()
    document = read_pdf(body, ReadOptions(ocr=False, max_pages=1000, seconds=600))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return len(document.pages), most, time.process_time() - start


def _long_document() -> bytes:
    """588 pages with a Thai table and running text, in the first Thai font found."""
    font = next(iter(sorted(Path("/usr/share/fonts").rglob("Garuda.ttf"))), None)
    document = FPDF()
    if font:
        document.add_font("thai", fname=font)
    document.set_font("thai" if font else "Helvetica", size=12)
    words = "องค์การบริหารส่วนตำบลจัดทำแผนดำเนินงานประจำปีงบประมาณ" if font else "annual plan and budget of the agency"
    for page in range(LONG):
        document.add_page()
        for row in range(30):
            document.cell(20, 7, str(page * 30 + row), border=1)
            document.cell(130, 7, words, border=1)
            document.cell(35, 7, f"{row * 1234.5:,.2f}", border=1, new_x="LMARGIN", new_y="NEXT")
    return bytes(document.output())


# Documents


def _documents(data: Path, kind: str) -> Iterator[tuple[str, bytes]]:
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["kind"] == kind:
                yield row["file"], (data / row["file"]).read_bytes()


def _pdfium_pages(body: bytes, most: int = 100_000) -> list[str]:
    document = pypdfium2.PdfDocument(body)
    return [document[number].get_textpage().get_text_range() for number in range(min(len(document), most))]


def _pypdf_pages(body: bytes, most: int = 100_000) -> list[str]:
    texts = []
    for page in pypdf.PdfReader(io.BytesIO(body)).pages[:most]:
        try:
            texts.append(page.extract_text())
        except Exception:  # pypdf raises whatever its parsers meet; such a page has no text
            texts.append("")
    return texts


if __name__ == "__main__":
    main()
