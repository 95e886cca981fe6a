"""How much work reading one document may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Limits and wishes of reading. `seconds` and `memory_mb` are enforced by `evidence.text.isolate.Reader`.

    `ocr_pages`: most pages of a document that are put through OCR; `table_pages`: most pages searched for tables;
    OCR stops by itself when most of `seconds` is spent. `test_hook`: `module:function` called with the bytes before
    reading, for tests of the isolation.
    """

    ocr: bool = True
    max_pages: int = 400
    ocr_pages: int = 10
    table_pages: int = 30
    seconds: float = 60
    memory_mb: int = 1024
    test_hook: str = ""
