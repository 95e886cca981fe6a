"""Writes docs/catalogue.md and a page for each year from the criteria."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from reports.catalogue import pages  # noqa: E402

for name, text in pages().items():
    (ROOT / "docs" / name).write_text(text, encoding="utf-8")
