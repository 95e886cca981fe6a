"""`oit selfcheck`: what stands on a website, item by item, before anybody has answered anything."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from audit.console import INCOMPLETE, show_table, tell_what_is_missing, watched, writable
from audit.options import Day, crawl_settings, network_options, read_options, reading_options, today

PAGES = 120
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("selfcheck")
@click.argument("homepage", metavar="HOMEPAGE")
@click.option(
    "--out", type=FOLDER, required=True, help="Where <agency code>/result.json, report.html and the draft go."
)
@click.option("--store", type=FOLDER, default=Path("var"), show_default=True, help="Where evidence is kept.")
@click.option("--framework", type=int, default=2565, show_default=True, help="Fiscal year of the form (Buddhist Era).")
@click.option("--type", "kind", default="", help="Type of agency.  [default: told from its name]")
@click.option("--name", default="", help="Name of the agency.  [default: as the home page says]")
@click.option(
    "--year-basis",
    type=click.Choice(["fiscal", "calendar"]),
    default="fiscal",
    show_default=True,
    help="Working year of the agency: October to September, or January to December.",
)
@click.option("--code", default="", help="Code of the agency.  [default: its host]")
@click.option("--as-of", type=Day(), help="The day taken for today.  [default: today in Thailand]")
@click.option(
    "--pages", type=click.IntRange(1), default=PAGES, show_default=True, help="Most pages the search asks for."
)
@network_options
@reading_options
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON instead of a table.")
def command(
    homepage: str,
    out: Path,
    store: Path,
    framework: int,
    kind: str,
    name: str,
    year_basis: str,
    code: str,
    as_of: date | None,
    pages: int,
    networks: tuple[str, ...],
    allow_private_networks: bool,
    no_browser: bool,
    no_ocr: bool,
    jobs: int,
    as_json: bool,
) -> None:
    """Check a website without a submission.

    Searches the main website for every item of the form, judges what it finds, and writes three files: result.json
    (its `urls` are what was found), report.html (what to fix first) and submission.json, a draft of the answers to
    complete and to submit. For an agency that wants to know where it stands before the deadline.

    Ends with 0 when the check is done, 2 for wrong input, 3 when something could not be fetched to the end.

    \b
    Examples:
      oit selfcheck https://www.example.go.th/ --out check
      oit selfcheck https://www.example.go.th/ --out check --framework 2565 --as-of 2022-04-20 --pages 60
    """
    from audit.pipeline import AuditSettings
    from audit.selfchecking import About, SelfChecked, selfcheck
    from oit.fiscal_year import CALENDAR, FISCAL

    writable(out)
    tell_what_is_missing(ocr=not no_ocr, browser=not no_browser)
    crawl = replace(crawl_settings(networks, allow_private_networks, no_browser, None, jobs), page_budget=pages)
    settings = AuditSettings(store, out, as_of or today(), crawl, read_options(no_ocr), jobs)
    about = About(homepage, framework, kind, name, code, CALENDAR if year_basis == "calendar" else FISCAL)
    done: SelfChecked = watched(lambda watch: selfcheck(about, settings, watch), as_json)
    if as_json:
        told = done.audited.summary() | {"draft": str(done.draft), "pages": done.pages, "found": done.found}
        click.echo(json.dumps(told | {"searched": done.searched, "template": done.template}, ensure_ascii=False))
    else:
        show_table(done.audited)
        click.echo(
            f"Found something for {done.found} of {len(done.audited.result['items'])} items on {done.pages} pages"
        )
        if done.searched == "part":
            click.echo("The website holds more pages than were looked at; --pages allows more.")
        click.echo(f"Report: {done.audited.report}")
        click.echo(f"Draft of the answers: {done.draft}")
    if not done.audited.complete:
        raise SystemExit(INCOMPLETE)
