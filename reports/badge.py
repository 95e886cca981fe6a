"""Knows the badge of an agency: its OIT score as a small picture (SVG) for its own website."""

from __future__ import annotations

from markupsafe import escape

from reports import messages
from reports.page import points

_LABEL_WIDTH, _LETTER, _PADDING, _HEIGHT = 86, 8.2, 16, 24


def badge(low: float | None, high: float | None, year_be: int) -> str:
    """An SVG that says "OIT 2565" and the score or its range; readable without colours and by screen readers."""
    value = points(low) if low == high else f"{points(low)}–{points(high)}"
    title = messages.seen("badge.title", "th", year=messages.Dressed(str(year_be), str(year_be)), text=value)
    right = round(len(value) * _LETTER + _PADDING)
    width = _LABEL_WIDTH + right
    style = 'font-family="Verdana,DejaVu Sans,sans-serif" font-size="12" text-anchor="middle"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{width}" height="{_HEIGHT}" rx="4" fill="#12395c"/>'
        f'<path d="M{_LABEL_WIDTH} 0h{right - 4}a4 4 0 0 1 4 4v{_HEIGHT - 8}a4 4 0 0 1-4 4h-{right - 4}z" '
        'fill="#f5f7fa" stroke="#12395c"/>'
        f'<text x="{_LABEL_WIDTH / 2}" y="16" fill="#fff" {style}>OIT {year_be}</text>'
        f'<text x="{_LABEL_WIDTH + right / 2}" y="16" fill="#12395c" font-weight="bold" {style}>{escape(value)}</text>'
        "</svg>\n"
    )
