"""Right answers read from broken text layers: every family of damage, mended by the real repair, before judging."""

from __future__ import annotations

import importlib.util
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from bases import Base
from edit import rewritten, shown

from evidence.text.document import DocumentText, PageText
from evidence.text.thai import repair
from oit.findings import Verdict


def _module() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "damage.py"
    spec = importlib.util.spec_from_file_location("damage_of_documents", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_DAMAGE = _module()
FAMILIES: tuple[str, ...] = tuple(sorted(_DAMAGE.FAMILIES))


@dataclass(frozen=True)
class Damaged:
    """A met item whose documents came with a broken text layer, and what the checks then say."""

    family: str
    name: str
    verdict: Verdict
    reasons: tuple[str, ...]

    @property
    def is_blamed(self) -> bool:
        """Whether the reader's fault is held against the agency."""
        return self.verdict is Verdict.NOT_MET


def of_base(base: Base, families: tuple[str, ...] = FAMILIES) -> Iterator[Damaged]:
    """The met item through every family of damage."""
    for family in families:
        broken: dict[str, DocumentText | None] = {
            sha: damaged(text, family, zlib.crc32(base.name.encode())) for sha, text in base.documents.items()
        }
        result = shown(base.changed(broken), base.item)
        yield Damaged(family, base.name, result.verdict, tuple(map(str, result.reasons)))


def damaged(document: DocumentText, family: str, seed: int) -> DocumentText:
    """The document with every page's text broken as that family breaks it and mended again, page by page."""
    mended = {
        page.number: _blocks(page, lambda text: repair(_DAMAGE.damaged(text, family, seed)).text)
        for page in document.pages
    }
    return rewritten(document, lambda page, number, block: mended[page.number][number])


def _blocks(page: PageText, through: Callable[[str], str]) -> list[str]:
    """The texts of a page's blocks after the whole page went through damage and repair."""
    texts = [page.text[block.start : block.end] for block in page.blocks]
    lines = through("\n".join(texts)).split("\n")
    if len(lines) != sum(text.count("\n") + 1 for text in texts):
        return [through(text) for text in texts]
    parts, at = [], 0
    for text in texts:
        count = text.count("\n") + 1
        parts.append("\n".join(lines[at : at + count]))
        at += count
    return parts
