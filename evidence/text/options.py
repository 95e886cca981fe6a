"""How much work reading one document may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Limits of one reading: pages read, pages given to OCR and to the table reader, seconds and memory of the child."""

    ocr: bool = True
    max_pages: int = 400
    ocr_pages: int = 10
    table_pages: int = 30
    seconds: float = 60
    memory_mb: int = 1024
