"""How fast agencies are crawled, against bare Scrapy fetching the same URLs from the same servers in the same run.

`python benchmarks/crawl_speed.py [--agencies N] [--times N]` prints pages per second of both, their ratio, and processor time.
The crawl keeps evidence, reads every page, looks for soft 404s and follows what pages lead to; Scrapy fetches and forgets.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from crawler import CrawlJob, CrawlSettings, crawl  # noqa: E402
from evidence.store import EvidenceStore  # noqa: E402
from oit import criteria  # noqa: E402
from oit.model import Agency, Answer, Submission  # noqa: E402

FILLER = "องค์การบริหารส่วนตำบลตัวอย่าง อำเภอเมือง จังหวัดสกลนคร ประกาศเผยแพร่ข้อมูลข่าวสารเพื่อให้ประชาชนทราบโดยทั่วกัน "
FILE_BYTES = 120_000


def pages(title: str, agency: str) -> bytes:
    """A page of a small agency: a menu of 20 links, a heading, some text, one document."""
    menu = "".join(f"<li><a href='/p{n}'>เรื่องที่ {n}</a></li>" for n in range(20))
    return (
        f"<!doctype html><html lang='th'><head><meta charset='utf-8'><title>{title}</title></head><body>"
        f"<nav><ul>{menu}</ul></nav>"
        f"<main><h1>{title}</h1><p>{agency} {FILLER * 8}</p></main><footer>ติดต่อเรา</footer></body></html>"
    ).encode()


def file(agency: str) -> bytes:
    """Bytes that pass for a PDF until somebody reads them."""
    return b"%PDF-1.4\n" + agency.encode() * (FILE_BYTES // 9)


def serve(ready: Connection, agencies: int) -> None:
    """Many small sites, an address for each, in a process of their own. 4 of 5 URLs are pages, the fifth a PDF."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = writer.get_extra_info("sockname")[0]
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode("latin-1")
                known = path == "/" or (path.startswith("/p") and path[2:].isdigit())
                is_file = path.startswith("/f") and path.endswith(".pdf")
                body = pages(f"หน้า {path}", name) if known else file(name) if is_file else b"no"
                kind = "text/html; charset=utf-8" if known else "application/pdf" if is_file else "text/plain"
                status = "200 OK" if known or is_file else "404 Not Found"
                head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                writer.write(head + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    async def run() -> None:
        servers = [await asyncio.start_server(answer, f"127.30.0.{n + 1}", 0) for n in range(agencies)]
        ready.send([server.sockets[0].getsockname() for server in servers])
        await asyncio.gather(*(server.serve_forever() for server in servers))

    asyncio.run(run())


def jobs(store_folder: Path, homes: list[str], urls: dict[str, list[str]]) -> list[CrawlJob]:
    """One agency for each home page, its URLs spread over the items."""
    codes = [item.code for item in criteria.load(2565).items]
    made = []
    with EvidenceStore.open(store_folder) as store:
        for number, home in enumerate(homes):
            agency = Agency(f"B{number}", "อบต.ตัวอย่าง", "subdistrict_administrative_organisation", "สกลนคร", home)
            answers = tuple(Answer(code, True, (url,)) for code, url in zip(codes, urls[home], strict=False))
            began = store.begin_run({"agency": {"code": agency.code}, "framework": 2565}, "2022-05-10")
            made.append(CrawlJob(began.id, Submission(2565, agency, answers), 2565))
    return made


def children_seconds() -> float:
    """Processor time of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def by_crawl(homes: list[str], urls: dict[str, list[str]]) -> tuple[int, float, float]:
    """Answers that came, seconds and processor seconds of a crawl."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = jobs(folder, homes, urls)
        settings = CrawlSettings(allow_networks=("127.0.0.0/8",), browser=False, walk=False, agencies_at_once=8)
        began, used = time.perf_counter(), children_seconds()
        report = crawl(given, folder, settings)
        took = time.perf_counter() - began
        if not report.complete:
            sys.exit(f"the crawl is not complete: {report.detail}")
        with EvidenceStore.open(folder) as store:
            came = sum(len(store.exchanges(job.run_id)) for job in given)
        return came, took, children_seconds() - used


def by_scrapy(homes: list[str], urls: dict[str, list[str]]) -> tuple[int, float, float]:
    """The same of bare Scrapy (`floor.py`), which reads each PDF with PDFium as well unless the files are no PDFs."""
    with tempfile.TemporaryDirectory() as name:
        listed = Path(name) / "urls"
        everything = [url for home in homes for url in (home, *urls[home])]
        listed.write_text("\n".join(everything), "utf-8")
        began, used = time.perf_counter(), children_seconds()
        script = (
            "import sys; sys.path.insert(0, sys.argv[1]); import floor; floor.pdf_pages = lambda body: 0;"
            " sys.argv = ['floor', sys.argv[2]]; floor.main()"
        )
        command = [sys.executable, "-c", script, str(ROOT / "benchmarks"), str(listed)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)
        return len(everything), time.perf_counter() - began, children_seconds() - used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=20)
    parser.add_argument("--times", type=int, default=2)
    options = parser.parse_args()
    mine, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs, options.agencies), daemon=True)
    server.start()
    homes = [f"http://{address}:{port}/" for address, port in mine.recv()]
    urls = {home: [home + (f"f{n}.pdf" if n % 5 == 4 else f"p{n}") for n in range(40)] for home in homes}
    ratios = []
    for _ in range(options.times):
        rates = {}
        for name, measure in (("bare Scrapy", by_scrapy), ("crawl", by_crawl)):
            came, took, used = measure(homes, urls)
            rates[name] = came / took
            each = 1000 * used / came
            print(f"{name:12} {came:5} answers {took:6.1f} s {came / took:7.1f}/s {each:6.1f} ms processor time each")
        ratios.append(rates["crawl"] / rates["bare Scrapy"])
    print(
        f"crawl : bare Scrapy = {max(ratios):.2f} (bar 0.6), best of {options.times}; load average {os.getloadavg()[0]:.1f}"
    )
    server.terminate()


if __name__ == "__main__":
    main()
