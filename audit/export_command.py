"""`oit export`: results as tables for other programs."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("results", type=click.Path(exists=True, path_type=Path), metavar="RESULTS")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the tables.")
@click.option(
    "--format",
    "formats",
    type=click.Choice(["csv", "jsonl", "parquet"]),
    multiple=True,
    default=("csv", "jsonl", "parquet"),
    show_default=True,
    help="Kind of files (repeatable).",
)
def export(results: Path, out: Path, formats: tuple[str, ...]) -> None:
    """Write results as tables: agencies, items, elements, urls; with a data dictionary in Thai and English.

    RESULTS is a folder of results (`--out` of an audit) or one result.json.

    \b
    Examples:
      oit export results --out tables
      oit export results --out tables --format parquet
    """
    from audit.results import each
    from reports import exports

    counts = exports.write(out, each(results), formats)
    for table, count in counts.items():
        click.echo(f"{table:<9} {count:>9,} rows")
    click.echo(f"Tables and {exports.DICTIONARY}: {out}")
