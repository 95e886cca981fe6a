"""How the figures of an evaluation are shown: to people, to programs, in docs/accuracy.md, and against bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from audit.evaluate import LEAST_NOT_MET, Agreement, Bin, Figures, Pair, Share, by, reliability
from audit.evaluate import figures as figures_of

NOTHING = "–"
ITEM = ("item", "met", "precision", "recall", "F1")
CALIBRATED_ON = "Confidence is calibrated on constructed agencies, not on NACC decisions."
DISAGREEMENT = ("agency", "item", "truth", "result", "first reason", "confidence")


def bars_missed(figures: Figures, bars: Mapping[str, float]) -> list[str]:
    """A sentence for every bar (`min_precision`, `max_unsure`, …) the figures do not reach. No value reaches no bar."""
    values = _values(figures)
    missed = []
    for bar, limit in bars.items():
        side, name = bar.split("_", 1)
        value = values[name]
        if value is None:
            missed.append(f"{_name(name)} has no value: nothing of it is labelled")
        elif (value < limit) if side == "min" else (value > limit):
            missed.append(f"{_name(name)} is {value:.4g}, {'below' if side == 'min' else 'above'} {limit:.4g}")
    return missed


def to_json(figures: Figures) -> dict[str, Any]:
    """All figures as one JSON object: values, counts, intervals, per agency and per item."""
    return {
        "labelled": len(figures.pairs),
        **_shares_json(figures),
        "element_f1": figures.elements.f1,
        "met_f1": figures.met.f1,
        "expected_calibration_error": figures.calibration_error,
        "score_error": figures.score_error,
        "agencies": {code: _shares_json(group) for code, group in by(lambda pair: pair.agency, figures.pairs).items()},
        "items": _items_json(figures),
        "disagreements": [_disagreement_json(pair) for pair in figures.disagreements],
    }


def to_markdown(figures: Figures, *, written_on: str, command: str) -> str:
    """A whole page of these figures."""
    head = ["# Accuracy", f"Written on {written_on} by `{command}`. Do not edit: run the command again."]
    return "\n\n".join([*head, section(figures)]) + "\n"


def section(figures: Figures, level: int = 2) -> str:
    """The figures as part of a page, under headings of that level."""
    agencies = by(lambda pair: pair.agency, figures.pairs)
    mark = "#" * level
    parts = [
        f"{len(figures.pairs)} labelled items of {len(agencies)} agencies. Definitions: `audit/evaluate.py`. "
        "In brackets the counts and the 95% Wilson interval.",
        table(["figure", "value"], summary(figures)),
        f"{mark} By agency",
        table(["agency", "items", "precision", "recall", "same verdict", "unsure"], map(_agency_row, agencies.items())),
        *(part for year, group in _years(figures).items() for part in _by_item(mark, year, group)),
        f"{mark} Confidence",
        f"{CALIBRATED_ON} Ten bins of equal mass, least sure first.",
        table(["confidence from", "to", "mean", "right"], map(_bin_row, reliability(confidences(figures)))),
        f"{mark} Disagreements",
        table(DISAGREEMENT, map(_pair_row, figures.disagreements)) if figures.disagreements else "None.",
    ]
    return "\n\n".join(parts)


def confidences(figures: Figures) -> list[tuple[float, bool]]:
    """(confidence, was right) of every labelled verdict."""
    return [(pair.result["confidence"], pair.said == pair.expected) for pair in figures.pairs if pair.expected]


def items_lines(figures: Figures) -> list[str]:
    """Precision, recall and F1 of each item, one line each, for a terminal."""
    return [
        f"{year or '':<5}{code:<5} " + "  ".join(f"{name} {value}" for name, value in zip(ITEM[1:], row, strict=True))
        for year, group in _years(figures).items()
        for code, *row in map(_item_row, _items(group).items())
    ]


def summary(figures: Figures) -> list[tuple[str, str]]:
    """Name and value of every overall figure, as a person reads them."""
    rows = [(_name(name), show(share)) for name, share in _shares(figures).items()]
    rows.append(("element F1", _number(figures.elements.f1)))
    rows.append(("F1 of met", _number(figures.met.f1)))
    rows.append(("expected calibration error", _number(figures.calibration_error)))
    rows.append(("mean error of the score's middle (points)", _number(figures.score_error)))
    return rows


def remarks(figures: Figures) -> list[str]:
    """What a reader of the figures must know about the labelled set."""
    share = figures.not_met_labelled.value
    if share is None or share >= LEAST_NOT_MET:
        return []
    return [f"only {share:.0%} of the labelled verdicts are not_met; a labelled set needs {LEAST_NOT_MET:.0%}"]


def show(share: Share) -> str:
    """`0.962 (25/26, 0.811–0.993)`, or a dash of nothing."""
    if share.value is None or share.interval is None:
        return NOTHING
    low, high = share.interval
    return f"{share.value:.3f} ({share.hits}/{share.total}, {low:.3f}–{high:.3f})"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _shares(figures: Figures) -> dict[str, Share]:
    return {
        "precision": figures.met.precision,
        "recall": figures.met.recall,
        "false_passes": figures.false_passes,
        "unsure": figures.unsure,
        "wrong_blame": figures.wrong_blame,
        "same_verdict": figures.same_verdict,
        "reason_right": figures.reason_right,
        "year_right": figures.year_right,
        "not_met_labelled": figures.not_met_labelled,
        "element_precision": figures.elements.precision,
        "element_recall": figures.elements.recall,
    }


def _values(figures: Figures) -> dict[str, float | None]:
    """What a bar is held against: shares, but wrong blame as a count."""
    values = {name: share.value for name, share in _shares(figures).items()}
    values["wrong_blame"] = figures.wrong_blame.hits
    others = {"f1": figures.met.f1, "element_f1": figures.elements.f1}
    return values | others | {"ece": figures.calibration_error, "score_error": figures.score_error}


def _shares_json(figures: Figures) -> dict[str, Any]:
    return {name: _share_json(share) for name, share in _shares(figures).items()}


def _share_json(share: Share) -> dict[str, Any]:
    return {"value": share.value, "hits": share.hits, "total": share.total, "interval": share.interval}


def _years(figures: Figures) -> dict[int, Figures]:
    """The figures of each year's form: an item's number means nothing without its year."""
    groups: dict[int, list[Pair]] = {}
    for pair in figures.pairs:
        groups.setdefault(pair.framework, []).append(pair)
    return {year: figures_of(groups[year]) for year in sorted(groups)}


def _by_item(mark: str, year: int, figures: Figures) -> list[str]:
    title = f"{mark} By item of {year}" if year else f"{mark} By item"
    return [title, table(ITEM, map(_item_row, _items(figures).items()))]


def _bin_row(row: Bin) -> list[str]:
    return [f"{row.low:.3f}", f"{row.high:.3f}", f"{row.confidence:.3f}", show(row.right)]


def _items(figures: Figures) -> dict[str, Figures]:
    groups = by(lambda pair: pair.item, figures.pairs)
    return {code: groups[code] for code in sorted(groups, key=lambda code: (len(code), code))}


def _items_json(figures: Figures) -> dict[str, Any]:
    """By item code; by year and code (`2566 o1`) where the labels are of several years."""
    years = _years(figures)
    return {
        (f"{year} {code}" if len(years) > 1 else code): _item_json(group)
        for year, of_year in years.items()
        for code, group in _items(of_year).items()
    }


def _item_json(figures: Figures) -> dict[str, Any]:
    met: Agreement = figures.met
    return {"precision": _share_json(met.precision), "recall": _share_json(met.recall), "f1": met.f1}


def _disagreement_json(pair: Pair) -> dict[str, Any]:
    return {
        "agency": pair.agency,
        "item": pair.item,
        "truth": pair.expected,
        "result": pair.said,
        "reasons": pair.result.get("reasons") or [],
        "confidence": pair.result["confidence"],
    }


def _agency_row(entry: tuple[str, Figures]) -> list[str]:
    code, figures = entry
    shares = (figures.met.precision, figures.met.recall, figures.same_verdict, figures.unsure)
    return [code, str(len(figures.pairs)), *map(show, shares)]


def _item_row(entry: tuple[str, Figures]) -> list[str]:
    code, figures = entry
    met = figures.met
    counts = f"{met.recall.total} of {len(figures.pairs)}"
    return [code, counts, show(met.precision), show(met.recall), _number(met.f1)]


def _pair_row(pair: Pair) -> list[str]:
    confidence = f"{pair.result['confidence']:.2f}"
    return [pair.agency, pair.item, str(pair.expected), pair.said, pair.first_reason or NOTHING, confidence]


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"


def _name(name: str) -> str:
    return name.replace("_", " ")
