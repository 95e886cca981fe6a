"""`oit plan`: drafts of the documents an agency writes after an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from oit.errors import InputError

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class Points(click.ParamType):
    """A score from 0 to 100."""

    name = "score"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            score = value if isinstance(value, Decimal) else Decimal(str(value))
        except InvalidOperation:
            self.fail(f"{value!r} is no number", param, ctx)
        if not score.is_finite() or not 0 <= score <= 100:
            self.fail(f"{value} is not from 0 to 100", param, ctx)
        return score


@click.command()
@click.argument("code")
@click.option("--store", type=FOLDER, help="Where the evidence is kept; the agency's latest result is taken.")
@click.option("--results", type=FOLDER, help="Folder of results, as `oit audit --out` writes them.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the documents."
)
@click.option("--framework", type=int, help="The assessed fiscal year (Buddhist Era), where the store holds several.")
@click.option("--iit", type=Points(), help="The agency's IIT score.")
@click.option("--eit", type=Points(), help="The agency's EIT score.")
@click.option("--oit", "oit_score", type=Points(), help="The published OIT score, in place of the audit's.")
@click.option(
    "--scores",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Scores by instrument, indicator and question: JSON, or a table with the columns code and score.",
)
@click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="[ITEM=]UNIT",
    help="Responsible unit of an item (o21, a slug, or a sub-indicator such as 9.3), or of all others. May be repeated.",
)
@click.option("--arabic-digits", is_flag=True, help="Write 0 to 9 in place of ๐ to ๙.")
def plan(
    code: str,
    store: Path | None,
    results: Path | None,
    out: Path,
    framework: int | None,
    iit: Decimal | None,
    eit: Decimal | None,
    oit_score: Decimal | None,
    scores: Path | None,
    units: tuple[str, ...],
    arabic_digits: bool,
) -> None:
    """Draft agency CODE's improvement plan and the follow-up report that belongs to it.

    Writes both as DOCX and HTML: scores by instrument and indicator, weaknesses to mend at once, points to develop,
    measures with steps, period, responsible unit and follow-up. What only the agency knows is a yellow blank.

    \b
    Examples:
      oit plan 6470301 --results results --out plan
      oit plan 6470301 --store evidence --out plan --iit 94.63 --eit 97.82 --unit 9.3=กองคลัง --unit สำนักปลัด
      oit plan 6470301 --results results --out plan --scores ita.xlsx
    """
    from oit import criteria, survey_scores
    from reports import improvement_plan, paper

    if (store is None) == (results is None):
        raise click.UsageError("give either --store or --results")
    known = survey_scores.read(scores) if scores else survey_scores.SurveyScores()
    typed = {"IIT": iit, "EIT": eit, "OIT": oit_score}
    known = known.with_instruments({name: value for name, value in typed.items() if value is not None})
    result = _kept(code, store, framework) if store else _written(code, results or Path())
    form = criteria.load(result["framework"])
    drafted = improvement_plan.draft(result, form, known, _units(units, form), thai_digits=not arabic_digits)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, document in drafted.files().items():
            stem = out / f"{name}-{code}-{form.year_be + 1}"
            stem.with_name(f"{stem.name}.docx").write_bytes(paper.docx(document))
            stem.with_name(f"{stem.name}.html").write_text(paper.html(document), encoding="utf-8")
            click.echo(f"{stem}.docx")
    except OSError as error:
        raise InputError(str(out), [f"cannot be written: {error.strerror}"]) from error
    click.echo("Fill in what is yellow before you publish: with blanks the document counts as an empty form.", err=True)


def _written(code: str, results: Path) -> Mapping[str, Any]:
    from audit.results import load

    path = results / code / "result.json"
    if not path.is_file():
        raise InputError(str(results), [f"holds no {code}/result.json"])
    return load(path)[code]


def _kept(code: str, store: Path, framework: int | None) -> Mapping[str, Any]:
    from evidence.store import EvidenceStore

    with EvidenceStore.open(store) as opened:
        run = opened.latest_run(code, framework)
        result = opened.result(run.id) if run else None
    if result is None:
        year = f" of fiscal year {framework}" if framework else ""
        raise InputError(str(store), [f"holds no finished audit of agency {code}{year}"])
    return result


def _units(given: tuple[str, ...], form: Any) -> dict[str, str]:
    """Units by item code, slug or sub-indicator; "" stands for all others. Raises InputError for what is none of these."""
    keys = {*form.by_code, *form.by_slug, *(sub.code for sub in form.sub_indicators)}
    units: dict[str, str] = {}
    problems = []
    for text in given:
        key, has_key, unit = text.rpartition("=")
        key = key.strip().lower()
        if has_key and key not in keys:
            problems.append(f"{key!r} is no item or sub-indicator of fiscal year {form.year_be}")
        elif key in units:
            problems.append(f"{key or 'the unit of all others'} is given twice")
        units[key] = unit.strip()
    if problems:
        raise InputError("--unit", problems)
    return units
