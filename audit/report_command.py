"""`oit report`: the report of an audited agency written again from its result, as HTML and as PDF."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("results", type=click.Path(exists=True, path_type=Path), metavar="RESULTS")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for reports.  [default: RESULTS]")
@click.option("--agency", help="Only the agency of this code.")
@click.option("--pdf", is_flag=True, help="Print each report as report.pdf too (needs Chromium).")
@click.option("--lang", type=click.Choice(["th", "en"]), default="th", show_default=True, help="Language of the PDF.")
@click.option(
    "--deadline",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day until which the agency is to mend what it can; shown above the list.",
)
def report(
    results: Path, out: Path | None, agency: str | None, pdf: bool, lang: str, deadline: datetime | None
) -> None:
    """Write agencies' reports again from their results: HTML, and PDF to print or to send.

    RESULTS is a folder of results (`--out` of an audit) or one result.json. PDFs are A4 with fonts embedded, made
    offline.

    \b
    Examples:
      oit report results --pdf
      oit report results --agency 6470301 --pdf --deadline 2022-04-30
      oit report results/6470301/result.json --out printed --pdf --lang en
    """
    from audit.pipeline import write_whole
    from audit.printing import Printer
    from audit.results import each
    from oit import criteria
    from oit.errors import InputError
    from reports import agency_report

    folder = out or (results.parent.parent if results.is_file() else results)
    until = deadline.date() if deadline else None

    def chosen() -> Iterator[dict[str, Any]]:
        for result in each(results):
            if agency in (None, result["agency"]["code"]):
                yield result

    written = 0
    with ExitStack() as stack:
        printer = stack.enter_context(Printer()) if pdf else None
        for result in chosen():
            html = agency_report.render(result, criteria.load(result["framework"]), until)
            mine = folder / result["agency"]["code"]
            write_whole(mine / "report.html", html)
            if printer:
                printer.write(mine / "report.pdf", html, lang)
            click.echo(mine / ("report.pdf" if pdf else "report.html"))
            written += 1
    if not written:
        raise InputError(str(results), [f"holds no result of agency {agency}"])
