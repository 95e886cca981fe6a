"""Knows how text from strangers is shown so that what a person sees is what is there."""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote

LONGEST_ADDRESS = 110
"""Characters of an address shown before its middle is left out."""

_BLANKS = "\r\n\t"
_UNSEEN = ("Cc", "Cf", "Cs", "Co")


def plain(text: str) -> str:
    """Text in one line without control characters (terminal escapes) and marks that turn the direction of writing."""
    kept = (" " if letter in _BLANKS else letter for letter in text if letter in _BLANKS or _is_seen(letter))
    return "".join(kept)


def address(url: str, longest: int = LONGEST_ADDRESS) -> str:
    """An address as people read it: Thai in place of percent signs, its middle left out where it is long."""
    try:
        readable = plain(unquote(url, errors="strict"))
    except UnicodeDecodeError:
        readable = plain(url)
    if len(readable) <= longest:
        return readable
    half = longest // 2
    return f"{readable[:half]}…{readable[-half:]}"


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in _UNSEEN
