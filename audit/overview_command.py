"""`oit overview`: the results of many agencies as a static site."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("results", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="RESULTS")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the site.")
@click.option("--framework", type=int, help="Only results of this fiscal year (Buddhist Era).")
def overview(results: Path, out: Path, framework: int | None) -> None:
    """Show many agencies together: scores by type and province, hardest items, commonest reasons, hosts in trouble.

    RESULTS is a folder of results (`--out` of an audit). Writes index.html, agencies.html (search and sort), items.html
    and a badge (SVG) for each agency; all open from disk.

    \b
    Example:
      oit overview results --out overview
    """
    from audit.results import each_fast
    from reports import overview as many

    def chosen() -> Iterator[dict[str, Any]]:
        for result in each_fast(results):
            if framework in (None, result["framework"]):
                yield result

    seen = many.collect(chosen())
    reports = {row.code: results / row.code / "report.html" for row in seen.agencies}
    links = {code: Path(os.path.relpath(path, out)).as_posix() for code, path in reports.items() if path.is_file()}
    click.echo(f"{len(seen.agencies):,} agencies: {many.write(out, seen, links)}")
