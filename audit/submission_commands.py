"""`oit submission`: look at submissions, make the form that agencies fill in, turn tables into JSON and back."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import click

from oit.model import Submission

FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def submission() -> None:
    """Look at submissions before they are audited; make the workbook that agencies fill in."""


@submission.command("check")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
def submission_check(files: tuple[Path, ...]) -> None:
    """Say whether submissions can be audited; name every fault (and end with 2) if not.

    FILE is .json, .xlsx or .csv; in tables the faults are named by row.

    \b
    Examples:
      oit submission check agency.json
      oit submission check answers.xlsx
    """
    from audit.inputs import load

    for mine in load(files):
        urls = sum(len(answer.urls) for answer in mine.answers)
        agency = f"{mine.agency.code} {mine.agency.name}"
        click.echo(f"{mine.source}: {agency}, fiscal year {mine.framework}: {len(mine.answers)} answers, {urls} URLs")
        for line in doubtful_addresses(mine):
            click.echo(f"  {line}")
        if not mine.approved_at:
            click.echo("  It is not approved by the head of the agency; the NACC does not process such answers.")


@submission.command("template")
@click.argument("out", type=FILE, metavar="OUT")
@click.option("--framework", type=int, default=2565, show_default=True, help="The form's fiscal year (Buddhist Era).")
@click.option("--code", default="", help="The agency's code, written into every row.")
@click.option("--name", default="", help="The agency's name.")
@click.option("--type", "kind", default="", help="The agency's type, as listed in the sheet `types`.")
@click.option("--province", default="", help="The agency's province.")
@click.option("--homepage", default="", help="The agency's main website.")
def submission_template(
    out: Path, framework: int, code: str, name: str, kind: str, province: str, homepage: str
) -> None:
    """Write the form of a year as a workbook (.xlsx) or CSV, a row for each item, to be filled in and audited.

    \b
    Examples:
      oit submission template answers.xlsx --framework 2565
      oit submission template answers.xlsx --code 6470301 --name "อบต.ตัวอย่าง" --homepage https://www.example.go.th/
    """
    from oit import criteria
    from oit.errors import InputError
    from oit.submission_sheets import write_template

    if framework not in criteria.years():
        known = ", ".join(map(str, criteria.years()))
        raise InputError("--framework", [f"there are no criteria for fiscal year {framework}; available: {known}"])
    given = {
        "agency_code": code,
        "agency_name": name,
        "agency_type": kind,
        "province": province,
        "homepage": homepage,
    }
    write_template(out, criteria.load(framework), given)
    click.echo(f"Form: {out}")


@submission.command("convert")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="A .xlsx or .csv file, or a folder for JSON."
)
def submission_convert(files: tuple[Path, ...], out: Path) -> None:
    """Turn submissions from any accepted form into another.

    OUT ending in .xlsx or .csv: one table with all agencies. Else a folder: one `<agency code>.json` for each agency.

    \b
    Examples:
      oit submission convert answers.xlsx --out submissions/
      oit submission convert submissions/ --out all.xlsx
    """
    from audit.inputs import TABLES, load
    from oit import criteria, submission_sheets, submissions

    given = load(files)
    if out.suffix.lower() in TABLES:
        submission_sheets.write(out, given, {one.framework: criteria.load(one.framework) for one in given})
        click.echo(f"{len(given)} submissions: {out}")
        return
    out.mkdir(parents=True, exist_ok=True)
    for one in given:
        shape = json.dumps(submissions.to_json(one), ensure_ascii=False, indent=2)
        (out / f"{one.agency.code}.json").write_text(shape + "\n", encoding="utf-8")
    click.echo(f"{len(given)} submissions: {out}")


def doubtful_addresses(given: Submission) -> list[str]:
    """One line for every address of a submission that no browser would open as it stands."""
    named = [("homepage", given.agency.homepage)]
    named += [(answer.item, url) for answer in given.answers for url in answer.urls]
    return [f"{where}: {url!r} is no http(s) address" for where, url in named if not is_web_address(url)]


def is_web_address(url: str) -> bool:
    """Whether it is http or https with a host."""
    try:
        parts = urlsplit(url.strip())
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
