"""Results on disk (`<agency code>/result.json`, as an audit writes them), read again and held to their shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from oit.errors import InputError
from oit.json_file import read_json
from reports.shape import SCHEMA, validate

PROBLEMS_TOLD = 20


def load(path: Path) -> dict[str, dict[str, Any]]:
    """The results of a folder (or one result.json) by agency code.

    Raises InputError for a file that is no result, and for a folder without any.
    """
    return {result["agency"]["code"]: result for result in each(path)}


def each(path: Path) -> Iterator[dict[str, Any]]:
    """The same one after the other, for more agencies than memory should hold."""
    return map(_read, _files(path))


def each_fast(folder: Path) -> Iterator[dict[str, Any]]:
    """The results of a folder one after the other, read without checking their shape (thousands of large files).

    Raises InputError for a file that is no JSON or names no result.
    """
    for file in _files(folder):
        try:
            result = json.loads(file.read_bytes())
        except (OSError, ValueError) as error:
            raise InputError(str(file), [f"cannot be read: {error}"]) from error
        if not isinstance(result, dict) or result.get("schema") != SCHEMA:
            raise InputError(str(file), [f"is no {SCHEMA}"])
        yield result


def _files(path: Path) -> list[Path]:
    files = [path] if path.is_file() else sorted(path.glob("*/result.json"))
    if not files:
        raise InputError(str(path), ["holds no <agency code>/result.json"])
    return files


def _read(file: Path) -> dict[str, Any]:
    result = _floats(read_json(file))
    if problems := validate(result):
        raise InputError(str(file), problems[:PROBLEMS_TOLD])
    return result


def _floats(value: Any) -> Any:
    """Numbers as results hold them: what the strict JSON reader gives as Decimal becomes float."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _floats(inner) for key, inner in value.items()}
    return [_floats(inner) for inner in value] if isinstance(value, list) else value
