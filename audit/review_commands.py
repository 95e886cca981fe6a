"""`oit reviews`: the workbook in which reviewers decide, and their decisions brought back into the store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oit.errors import InputError

if TYPE_CHECKING:
    from evidence.store import EvidenceStore
    from reports.review_workbook import Decision

STORE = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def reviews() -> None:
    """Reviewers' decisions: a workbook to fill in, and back."""


@reviews.command("workbook")
@click.argument("results", type=click.Path(exists=True, path_type=Path), metavar="RESULTS")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT")
@click.option("--only-unsure", is_flag=True, help="Leave out the items that the machine is sure of.")
@click.option("--lang", type=click.Choice(["th", "en"]), default="th", show_default=True, help="Language of the cells.")
def reviews_workbook(results: Path, out: Path, only_unsure: bool, lang: str) -> None:
    """Write the reviewers' workbook: a row for each item, empty cells for the decision.

    RESULTS is a folder of results (`--out` of an audit) or one result.json.

    \b
    Example:
      oit reviews workbook results review.xlsx --only-unsure
    """
    from audit.results import load
    from oit import criteria
    from reports import review_workbook

    read = list(load(results).values())
    if only_unsure:
        read = [{**one, "items": [item for item in one["items"] if item["verdict"] == "unsure"]} for one in read]
    review_workbook.write(out, read, {one["framework"]: criteria.load(one["framework"]) for one in read}, lang)
    click.echo(f"{sum(len(one['items']) for one in read)} items of {len(read)} agencies: {out}")


@reviews.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--store", type=STORE, required=True, help="Where evidence is kept.")
@click.option("--by", default="", help="Who decided, for rows that do not say it.")
def reviews_import(file: Path, store: Path, by: str) -> None:
    """Bring the decisions of a filled-in workbook (.xlsx or .csv) into the store.

    All rows or none: every bad row is named by number (exit 2). What the store holds already is not added again.
    `oit check` then writes results with the decisions beside the machine's verdicts; an item that was left out
    (ไม่นำมาคิดคะแนน) leaves its mean.

    \b
    Example:
      oit reviews import review.xlsx --store evidence --by "นางสาวตัวอย่าง"
    """
    from evidence.store import EvidenceStore
    from reports import review_workbook

    decisions = review_workbook.read(file)
    with EvidenceStore.open(store) as opened:
        _known(decisions, opened, file, by)
        new = [one for one in decisions if not _stands(one, opened, by)]
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for one in new:
            opened.add_review(
                one.agency, one.framework, one.item, one.decision, one.reason, one.by or by, one.at or now
            )
    click.echo(f"{len(new)} decisions added, {len(decisions) - len(new)} known already")
    click.echo("`oit check` writes the results anew with them.")


def _known(decisions: list[Decision], store: EvidenceStore, file: Path, by: str) -> None:
    """See that each decision is of an item of an audited agency and that somebody made it. Raises InputError."""
    from oit import criteria

    agencies = set(store.agencies())
    problems = []
    for one in decisions:
        if one.agency not in agencies:
            problems.append(f"row {one.row}: no audit of agency {one.agency} is kept in the store")
        elif one.framework not in criteria.years() or one.item not in criteria.load(one.framework).by_code:
            problems.append(f"row {one.row}: {one.item} is no item of fiscal year {one.framework}")
        if not (one.by or by):
            problems.append(f"row {one.row}: decided_by is missing (or give --by)")
    if problems:
        raise InputError(str(file), problems)


def _stands(one: Decision, store: EvidenceStore, by: str) -> bool:
    """Whether this is the decision that the store holds already."""
    from audit.decisions import latest

    held = latest(store.reviews(one.agency, one.framework)).get(one.item)
    wanted = (one.decision, one.reason, one.by or by)
    return held is not None and wanted == (held["decision"], held["reason"], held["by"])
