"""Writes docs/catalogue.md from the criteria."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from reports.catalogue import catalogue  # noqa: E402

(ROOT / "docs" / "catalogue.md").write_text(catalogue(), encoding="utf-8")
