"""Which keys a kind of element takes, as its own docstring names them after `Keys:`."""

from __future__ import annotations

import inspect
import re
from functools import cache
from importlib import import_module

_KEYS = re.compile(r"Keys:(.*)", re.DOTALL)


@cache
def keys_of(kind: str) -> frozenset[str]:
    """The backticked keys of the `Keys:` paragraph of `checks/kinds/<kind>.py`, outside brackets that explain values.

    Raises ModuleNotFoundError where there is no such kind.
    """
    paragraph = _KEYS.search(inspect.getdoc(import_module(f"checks.kinds.{kind}")) or "")
    if paragraph is None:
        return frozenset()
    sentence = re.split(r"\.(?:\s|$)", re.sub(r"\([^()]*\)", "", paragraph.group(1)))[0]
    return frozenset(re.findall(r"`([a-z_]+)`", re.sub(r":[^,;]*(?=[,;]|$)", "", sentence)))
