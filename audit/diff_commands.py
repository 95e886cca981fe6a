"""`oit diff`: what changed between two runs, for one agency or for all that two folders of results hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from audit.results import load
from oit.errors import InputError

STORE = click.Path(exists=True, file_okay=False, path_type=Path)
PAGE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("before", metavar="RUN")
@click.argument("after", metavar="RUN")
@click.option("--store", type=STORE, help="Where the evidence is kept; needed where RUN is the id of a run.")
@click.option("--html", "page", type=PAGE, help="Write a page that shows both quotes side by side.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each agency with changes.")
@click.option("--lang", type=click.Choice(["th", "en"]), default="th", show_default=True, help="Language of the lines.")
def diff(before: str, after: str, store: Path | None, page: Path | None, as_json: bool, lang: str) -> None:
    """Say what changed between two runs: what appeared, vanished or changed, other years, replaced files.

    RUN is a result.json, a folder of results (as `--out` of an audit), or the id of a run in the store.

    \b
    Examples:
      oit diff results-may results-june
      oit diff results-may/6470301/result.json results-june/6470301/result.json --html changes.html
      oit diff 20220501T0102-6470301-ab12cd 20220502T0102-6470301-ef34ab --store evidence
    """
    from oit import criteria
    from reports import diff as changes

    then, now = _results(before, store), _results(after, store)
    common = [code for code in now if code in then]
    if not common:
        raise InputError(after, [f"holds no agency that {before} holds too"])
    found = [changes.compare(then[code], now[code]) for code in common]
    if page:
        frameworks = {one["after"]["framework"]: criteria.load(one["after"]["framework"]) for one in found}
        page.write_text(changes.render(found, frameworks), encoding="utf-8")
    for one in found:
        if as_json:
            click.echo(json.dumps(one, ensure_ascii=False))
        elif one["items"]:
            click.echo("\n".join(changes.lines(one, lang)))
    changed = sum(bool(one["items"]) for one in found)
    only = sorted(set(then) ^ set(now))
    click.echo(
        f"{changed} of {len(found)} agencies changed" + (f"; in one run only: {', '.join(only)}" if only else ""),
        err=True,
    )


def _results(named: str, store: Path | None) -> Mapping[str, Mapping[str, Any]]:
    """The results a RUN means, by agency code. Raises InputError."""
    path = Path(named)
    if path.exists():
        return load(path)
    if store is None:
        raise InputError(named, ["is no file or folder; the id of a run needs --store"])
    return {result["agency"]["code"]: result for result in [_kept(named, store)]}


def _kept(run_id: str, store: Path) -> dict[str, Any]:
    from evidence.store import EvidenceStore

    with EvidenceStore.open(store) as opened:
        found = opened.result(run_id)
    if found is None:
        raise InputError(run_id, [f"is no run with a result in {store}"])
    return found
