"""What commands share when they run: what is missing, where output may go, progress, and the tables at the end."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oit.errors import InputError

if TYPE_CHECKING:
    from audit.pipeline import Audited

INCOMPLETE = 3


def tell_what_is_missing(*, ocr: bool, browser: bool) -> None:
    """Name on standard error the programs an audit has to do without."""
    from audit.doctor import unavailable

    lines = unavailable(ocr=ocr, browser=browser)
    for line in lines:
        click.echo(line, err=True)
    if lines:
        click.echo("The audit goes on without; `oit doctor` says how to get what is missing.", err=True)


def writable(folder: Path) -> None:
    """See that a folder can be written before hours are spent on what goes into it; raises InputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(str(folder), [f"cannot be written: {error.strerror}"]) from error


def watched(work: Callable[[Any], Any], as_json: bool) -> Any:
    """Do the work under the progress display that suits where the output goes."""
    from rich.console import Console

    from audit.progress import Silent, watch_on

    with Silent() if as_json else watch_on(Console()) as watch:
        return work(watch)


def finish(audited: list[Audited], as_json: bool) -> None:
    """Show the audited agencies and end with 3 where one is incomplete."""
    if as_json:
        for one in audited:
            click.echo(json.dumps(one.summary(), ensure_ascii=False))
    else:
        for one in audited:
            show_table(one)
            click.echo(f"Report: {one.report}")
    incomplete = [one.agency for one in audited if not one.complete]
    if incomplete:
        click.echo(f"Not audited completely: {', '.join(incomplete)}. Give the same command again to go on.", err=True)
        sys.exit(INCOMPLETE)


def show_table(audited: Audited) -> None:
    """The table by sub-indicator of one agency."""
    from rich.console import Console

    from oit import criteria
    from reports import terminal

    Console().print(terminal.summary(audited.result, criteria.load(audited.result["framework"])))
