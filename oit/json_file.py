"""How a JSON file that a person gave is opened: what is wrong with it as a file, before anyone asks what it says."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from oit.errors import InputError

_MOST_BYTES = 64 * 1024 * 1024


def read_json(path: Path) -> Any:
    """The parsed file, a byte order mark allowed, numbers with a point as Decimal.

    Raises InputError for a file that is absent, too large, not UTF-8, not JSON, nested without end, or that holds a key
    twice in one object or half a character (a lone surrogate).
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(str(path), [f"is larger than {_MOST_BYTES // 1024 // 1024} MB"])
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as err:
        raise InputError(str(path), [f"cannot be opened: {err.strerror}"]) from err
    except UnicodeDecodeError as err:
        raise InputError(str(path), [f"is not UTF-8 (byte {err.start})"]) from err
    return parse_json(text, str(path))


def parse_json(text: str, source: str) -> Any:
    """The same for text that is already in memory; `source` names it in errors."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        again = [key for key in dict.fromkeys(keys) if keys.count(key) > 1] if len(set(keys)) < len(keys) else []
        twice.extend(f"the key {key!r} stands twice in one object" for key in again)
        return dict(pairs)

    try:
        data = json.loads(text, object_pairs_hook=once, parse_float=Decimal, parse_constant=_no_number)
        text.encode("utf-8")
        json.dumps(data, ensure_ascii=False, default=str).encode("utf-8")
    except json.JSONDecodeError as err:
        raise InputError(source, [f"line {err.lineno}, column {err.colno}: {err.msg}"]) from err
    except UnicodeEncodeError as err:
        raise InputError(source, ["holds half a character (a lone \\ud800-\\udfff)"]) from err
    except (ValueError, RecursionError) as err:
        raise InputError(source, [f"is not usable JSON: {err}"]) from err
    if twice:
        raise InputError(source, twice)
    return data


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is not a number of JSON")
