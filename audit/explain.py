"""`oit explain`: why an item got its verdict."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("explain")
@click.argument("code")
@click.argument("item")
@click.option(
    "--store",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    show_default=True,
    help="Where evidence is kept.",
)
@click.option("--framework", type=int, help="The latest run of this fiscal year (Buddhist Era).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
@click.option("--lang", type=click.Choice(["th", "en"]), default="th", show_default=True, help="Language of the lines.")
@click.option("--no-ocr", is_flag=True, help="Leave unread what no audit has read before and is a scan.")
def command(code: str, item: str, store: Path, framework: int | None, as_json: bool, lang: str, no_ocr: bool) -> None:
    """Explain the verdict on one ITEM of agency CODE.

    Judges the item once more from the evidence store and tells what was asked and looked for, where, what was found
    with which weight, which sources were set aside and why, which year decided, what failed, and what would change
    the verdict. docs/explain.md reads an example line by line.

    \b
    Examples:
      oit explain 6470301 o10 --store evidence
      oit explain 6470301 annual_action_plan --store evidence --lang en
    """
    from audit.explanation import explain
    from evidence.text.options import ReadOptions
    from reports import explanation

    told = explain(store, code, item, framework, ReadOptions(ocr=not no_ocr))
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for line in explanation.lines(told, lang):
            click.echo(line)
