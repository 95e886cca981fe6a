"""Word and Excel files as a person sees them: headings, paragraphs, tables, links and pictures in reading order."""

from __future__ import annotations

from evidence.text.document import DocumentText
from evidence.text.ooxml import refusal


def read_docx(data: bytes) -> DocumentText:
    """Read a Word document (.docx, .docm, .dotx). Pages follow the page breaks Word wrote.

    Outcomes: `encrypted`, `corrupt`, `too_large` (zip bombs too). Macros are never looked at.
    """
    from evidence.text.office_word import read

    return refusal(data, "docx") or read(data)


def read_xlsx(data: bytes) -> DocumentText:
    """Read a workbook (.xlsx, .xlsm): a page and a table for every sheet that is not hidden, values as displayed.

    Outcomes: `encrypted`, `corrupt`, `too_large`, `unsupported_type` (binary workbooks).
    """
    from evidence.text.office_excel import read

    return refusal(data, "xlsx") or read(data)
