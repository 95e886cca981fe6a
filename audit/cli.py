"""The command line: what a person may ask for, and the sentence and exit code they get when it cannot be done."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audit import criteria_commands, explain, selfcheck
from audit.console import finish, show_table, tell_what_is_missing, watched, writable
from audit.diff_commands import diff
from audit.export_command import export
from audit.options import Day, crawl_settings, network_options, read_options, reading_options, today
from audit.overview_command import overview
from audit.pack_commands import keys, pack, verify
from audit.plan_command import plan
from audit.report_command import report
from audit.review_commands import reviews
from audit.submission_commands import submission
from oit.errors import NotReadable, OitError

if TYPE_CHECKING:
    from audit.pipeline import Audited

FOLDER = click.Path(file_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, file_okay=False, path_type=Path)
DEFAULT_STORE = Path("var")
ALARM = 5


class Commands(click.Group):
    """A group whose commands end with a sentence on standard error and the error's exit code, not with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OitError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Check what a Thai public agency discloses on its website, item by item, as the NACC's OIT does.

    \b
    First steps:
      oit demo                                    audit the sample agency that ships with the program
      oit audit agency.json --out results         audit your own
      oit doctor                                  see what is installed and what is missing
    """


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--out", type=FOLDER, required=True, help="Where <agency code>/result.json and report.html go.")
@click.option("--store", type=FOLDER, default=DEFAULT_STORE, show_default=True, help="Where evidence is kept.")
@click.option("--as-of", type=Day(), help="The day taken for today.  [default: today in Thailand]")
@network_options
@reading_options
@click.option("--page-budget", type=click.IntRange(0), help="Most pages to walk of each main website.")
@click.option(
    "--pictures/--no-pictures",
    default=False,
    show_default=True,
    help="Keep a full-page picture of every submitted page.",
)
@click.option("--fail-on-alarm", is_flag=True, help="End with 5 where a monitor of the crawl raises an alarm.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each agency instead of tables.")
def audit(
    files: tuple[Path, ...],
    out: Path,
    store: Path,
    as_of: date | None,
    networks: tuple[str, ...],
    allow_private_networks: bool,
    no_browser: bool,
    no_ocr: bool,
    jobs: int,
    page_budget: int | None,
    pictures: bool,
    fail_on_alarm: bool,
    as_json: bool,
) -> None:
    """Fetch, read, judge and score agencies.

    FILE is a submission (see docs/ and `oit submission check`), or a folder of submissions. An audit that was
    interrupted is taken up where it stopped when the same command is given again.

    Ends with 0 when all agencies are audited, 2 for wrong input (nothing is fetched then), 3 when some agency could
    not be audited completely. Monitors of the crawl (much of it blocked, unreachable or empty, far fewer pages than in the
    run before) speak on standard error; with --fail-on-alarm the command then ends with 5.

    \b
    Examples:
      oit audit agency.json --out results
      oit audit submissions/ --out results --store evidence --as-of 2022-05-10
      oit audit agency.json --out results --allow-network 127.0.0.0/8 --no-browser
    """
    from audit import inputs, pipeline

    given = inputs.load(files)
    writable(out)
    tell_what_is_missing(ocr=not no_ocr, browser=not no_browser)
    crawl = crawl_settings(networks, allow_private_networks, no_browser, page_budget, jobs)
    crawl = replace(crawl, pictures=pictures)
    settings = pipeline.AuditSettings(store, out, as_of or today(), crawl, read_options(no_ocr), jobs)
    audited = watched(lambda watch: pipeline.audit_agencies(given, settings, watch), as_json)
    for one in audited:
        for alarm in one.alarms:
            click.echo(f"{one.agency}: {alarm.detail}", err=True)
    finish(audited, as_json)
    if fail_on_alarm and any(one.alarms for one in audited):
        sys.exit(ALARM)


@main.command()
@click.option("--store", type=FOLDER, help="Where evidence is kept.")
@click.option(
    "--from-warc",
    "warcs",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Judge the run in this WARC in place of a store's (repeatable).",
)
@click.option("--out", type=FOLDER, required=True, help="Where <agency code>/result.json and report.html go.")
@click.option("--framework", type=int, help="Judge by the rules of this fiscal year (Buddhist Era).")
@click.option("--agency", help="Only the agency of this code.")
@reading_options
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each agency instead of tables.")
def check(
    store: Path | None,
    warcs: tuple[Path, ...],
    out: Path,
    framework: int | None,
    agency: str | None,
    no_ocr: bool,
    jobs: int,
    as_json: bool,
) -> None:
    """Judge again from the evidence store, or from WARC files of runs, without any network.

    For when the criteria or the readers have changed, or to repeat a judgement elsewhere. Takes each agency's latest run,
    as of the day of that run.

    With --framework the latest run of that year. An agency that has none is judged by that year's rules over its latest
    run of another year: answers are carried over by the items' slugs, items that the answered form did not have are
    unsure ("not asked"), and the result names both years (`framework`, `submission_framework`). The store keeps the
    result of the run's own year.

    \b
    Examples:
      oit check --store evidence --out results
      oit check --store evidence --out results --agency 6470301 --framework 2565
      oit check --from-warc evidence.warc.gz --out results
    """
    from audit import pipeline
    from audit.warcs import store_of_warcs

    if (store is None) == (not warcs):
        raise click.UsageError("give either --store or --from-warc")
    with store_of_warcs(warcs) if store is None else nullcontext(store) as folder:
        settings = pipeline.AuditSettings(folder, out, today(), read=read_options(no_ocr), jobs=jobs)

        def judge_again(watch: Any) -> list[Audited]:
            return pipeline.check_agencies(settings, framework=framework, agency=agency, watch=watch)

        finish(watched(judge_again, as_json), as_json)


@main.command()
@click.option("--out", type=FOLDER, default=Path("out/demo"), show_default=True, help="Where the report goes.")
@click.option("--keep", is_flag=True, help="Keep the evidence too, in <out>/store.")
@click.option("--serve", is_flag=True, help="Keep the sample website up afterwards, so that the report's links open.")
def demo(out: Path, keep: bool, serve: bool) -> None:
    """Audit the sample agency that ships with the program.

    Serves its website on this machine (loopback only), audits it, and compares the verdicts with the known truth.

    \b
    Examples:
      oit demo
      oit demo --out demo-report --serve
    """
    from audit.demo import INTRODUCTION, Shown, run_demo

    def show(shown: Shown, watch: Any) -> None:
        watch.done()
        show_table(shown.audited)
        for line in shown.lines(serving=serve):
            click.echo(line)
        if serve:
            click.pause("The sample website stays up until you press a key.")

    writable(out)
    click.echo(INTRODUCTION)
    tell_what_is_missing(ocr=True, browser=True)
    watched(lambda watch: run_demo(out, keep=keep, watch=watch, then=lambda shown: show(shown, watch)), as_json=False)


@main.command()
@click.option("--truth", type=EXISTING, required=True, help="Folder of labelled truth, one file for each agency.")
@click.option("--results", type=EXISTING, required=True, help="Folder of results, as `oit audit --out` writes them.")
@click.option("--json", "as_json", is_flag=True, help="Print all figures as one JSON object.")
@click.option("--write", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures to this page.")
@click.option("--as-of", type=Day(), help="The date written on the page.  [default: today in Thailand]")
@click.option("--min-precision", type=float, help="Least precision of `met`.")
@click.option("--min-recall", type=float, help="Least recall of `met`.")
@click.option("--min-same-verdict", type=float, help="Least share of equal verdicts.")
@click.option("--min-reason-right", type=float, help="Least share of right first reasons.")
@click.option("--min-year-right", type=float, help="Least share of right year verdicts.")
@click.option("--min-f1", type=float, help="Least F1 of `met`.")
@click.option("--min-element-precision", type=float, help="Least precision of elements.")
@click.option("--min-element-recall", type=float, help="Least recall of elements.")
@click.option("--min-element-f1", type=float, help="Least F1 over elements.")
@click.option("--max-unsure", type=float, help="Greatest unsure rate.")
@click.option("--max-false-passes", type=float, help="Greatest share of false passes.")
@click.option("--max-wrong-blame", type=int, help="Most items blamed on the agency for trouble of ours (a count).")
@click.option("--max-score-error", type=float, help="Greatest mean error of the score's middle, in points.")
@click.option("--max-ece", type=float, help="Greatest expected calibration error.")
def evaluate(
    truth: Path,
    results: Path,
    as_json: bool,
    write: Path | None,
    as_of: date | None,
    **bars: float | None,
) -> None:
    """Compare results with labelled truth.

    TRUTH holds one `<agency code>.json` for each labelled agency; results are looked for as
    `<agency code>/result.json` or `<agency code>.json`. Ends with 1 when a bar is missed.

    \b
    Examples:
      oit evaluate --truth truth --results results
      oit evaluate --truth truth --results results --min-precision 0.96 --max-wrong-blame 0
      oit evaluate --truth truth --results results --write docs/accuracy.md
    """
    from audit import accuracy
    from audit.evaluate import compare

    figures = compare(truth, results)
    if as_json:
        click.echo(json.dumps(accuracy.to_json(figures), ensure_ascii=False))
    else:
        show_figures(figures)
        for line in accuracy.items_lines(figures):
            click.echo(line)
    if write:
        command = f"oit evaluate --truth {truth} --results {results} --write {write}"
        day = (as_of or today()).isoformat()
        write.write_text(accuracy.to_markdown(figures, written_on=day, command=command), encoding="utf-8")
    missed = accuracy.bars_missed(figures, {name: limit for name, limit in bars.items() if limit is not None})
    for line in missed:
        click.echo(line, err=True)
    if missed:
        sys.exit(1)


main.add_command(explain.command)
main.add_command(selfcheck.command)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
def score(file: Path, as_json: bool) -> None:
    """Add up OIT and ITA scores from item scores.

    FILE holds {"framework": 2565, "items": {"o1": 100, "o2": 0, "o3": null, "o4": "unsure"}, "iit": 94.63,
    "eit": 97.82}; null is an excluded item; iit and eit (or eit_part1 and eit_part2) may be left out.

    \b
    Example:
      oit score items.json --json
    """
    from oit.score import read, score_file

    reckoned = score_file(read(file), str(file))
    if as_json:
        click.echo(json.dumps(reckoned, ensure_ascii=False))
        return
    for name in ("sub_indicators", "indicators"):
        for code, value in reckoned[name].items():
            click.echo(f"{code:>6}  {range_text(value)}")
    for name in ("oit", "ita", "rating"):
        click.echo(f"{name.upper() if name != 'rating' else name:>6}  {range_text(reckoned[name])}")


main.add_command(submission)
main.add_command(diff)
main.add_command(reviews)
main.add_command(export)
main.add_command(overview)
main.add_command(pack)
main.add_command(plan)
main.add_command(report)
main.add_command(verify)
main.add_command(keys)
main.add_command(criteria_commands.command)


@main.command()
@click.argument("target", metavar="FILE|URL")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the text.")
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT",
    help="Write one page to look at: pictures of the pages beside their text, what was mended or is in doubt marked.",
)
@network_options
@click.option("--no-ocr", is_flag=True, help="Leave scans and pictures unread.")
def read(
    target: str,
    as_json: bool,
    page: Path | None,
    networks: tuple[str, ...],
    allow_private_networks: bool,
    no_browser: bool,
    no_ocr: bool,
) -> None:
    """Show what the program reads in one document or page: text by page with its quality, what was mended, dates,
    tables.

    Ends with 4 when it cannot be read.

    \b
    Examples:
      oit read plan.pdf
      oit read plan.pdf --html plan.html
      oit read https://www.example.go.th/plan --json
    """
    from audit.reading import read_target, to_json, to_lines
    from reports import read_page

    crawl = crawl_settings(networks, allow_private_networks, no_browser, page_budget=0, jobs=1)
    seen = read_target(target, crawl, read_options(no_ocr), with_pictures=page is not None)
    document = seen.document
    if page is not None:
        page.write_text(read_page.render(document, seen.pictures, target), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(to_json(document), ensure_ascii=False))
    elif page is not None:
        click.echo(f"Page: {page}")
    else:
        for line in to_lines(document):
            click.echo(line)
    for unread in (one for one in document.pages if one.trouble):
        click.echo(f"Page {unread.number} was not read fully: {unread.trouble}", err=True)
    if document.outcome != "ok":
        raise NotReadable(f"{target}: {document.outcome}" + (f" ({document.detail})" if document.detail else ""))


@main.group()
def notices() -> None:
    """Notices to agencies that their website is down."""


@notices.command("add")
@click.argument("code")
@click.argument("day", type=Day(), metavar="DATE")
@click.option("--text", default="", help="What the agency was told.")
@click.option("--store", type=FOLDER, default=DEFAULT_STORE, show_default=True, help="Where evidence is kept.")
def notices_add(code: str, day: date, text: str, store: Path) -> None:
    """Record that agency CODE was told on DATE that its website is down.

    Only after such a notice can a website that stays down beyond five days count against the agency.

    \b
    Example:
      oit notices add 6470301 2022-05-02 --store evidence
    """
    from evidence.store import EvidenceStore

    with EvidenceStore.open(store) as opened:
        opened.add_notice(code, day.isoformat(), text)
        is_known = code in opened.agencies()
    click.echo(f"{code}: notice of {day.isoformat()} recorded")
    if not is_known:
        click.echo(f"No audit of {code} is kept in {store} yet; see that the code and --store are right.", err=True)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each thing looked at.")
def doctor(as_json: bool) -> None:
    """Say what is installed and what is missing.

    Names the command that brings what is missing, and ends with 1 when something is.
    """
    from audit.doctor import examine, is_healthy, remedies

    checks = examine()
    for found in checks:
        if as_json:
            click.echo(json.dumps({"name": found.name, "ok": found.ok, "detail": found.detail}, ensure_ascii=False))
        else:
            click.echo(
                f"{'ok     ' if found.ok else 'missing' if found.package or found.needed else 'note   '} "
                f"{found.name}: {found.detail}" + (f" – {found.loss}" if found.loss and not found.ok else "")
            )
    for line in remedies(checks):
        click.echo(f"To get what is missing: {line}", err=as_json)
    if not is_healthy(checks):
        sys.exit(1)


@main.command()
def version() -> None:
    """Print the version of the program."""
    from importlib.metadata import version as installed

    click.echo(installed("oit-audit"))


def show_figures(figures: Any) -> None:
    """The overall figures and every disagreement, for people."""
    from audit.accuracy import remarks, summary

    for name, value in summary(figures):
        click.echo(f"{name:<28} {value}")
    for pair in figures.disagreements:
        click.echo(f"{pair.agency} {pair.item}: truth {pair.expected}, result {pair.said} ({pair.first_reason or '-'})")
    for line in remarks(figures):
        click.echo(line, err=True)


def range_text(value: Any) -> str:
    """A number, a range of two, or a dash."""
    if value is None:
        return "-"
    return f"{value['low']} to {value['high']}" if isinstance(value, dict) else str(value)


if __name__ == "__main__":
    main()
