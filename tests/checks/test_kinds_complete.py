"""Kinds of element and the criteria that use them speak the same keys, so that a misspelt key cannot stay unseen."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import checks.kinds
from checks.context import ItemEvidence
from checks.kind_keys import keys_of
from oit.criteria import load, years
from oit.findings import Finding
from oit.model import Element

FILES = sorted(path for path in Path(checks.kinds.__path__[0]).glob("*.py") if path.stem != "__init__")
KINDS = [path.stem for path in FILES]
ELEMENTS = [
    (f"{year}.{item.slug}", element) for year in years() for item in load(year).items for element in item.elements
]
_WITHOUT = frozenset({"reachable"})
"""Kinds that take no keys and whose sentence says so by naming none."""


def module(kind: str) -> ModuleType:
    return import_module(f"checks.kinds.{kind}")


def keys_read(path: Path) -> set[str]:
    """The keys that a kind's code reads from an element's params."""
    tree = ast.parse(path.read_text("utf-8"))
    read: set[str] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and _is_params(node.func.value)
        ):
            read |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
        if isinstance(node, ast.Subscript) and _is_params(node.value) and isinstance(node.slice, ast.Constant):
            read.add(node.slice.value)
    return read


def _is_params(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id == "params"
    return isinstance(node, ast.Attribute) and node.attr == "params"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_says_what_it_finds_and_which_keys_it_takes(kind: str) -> None:
    doc = module(kind).__doc__ or ""
    assert doc.strip()
    assert "Keys:" in doc or kind in _WITHOUT


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_finds_an_element_in_evidence(kind: str) -> None:
    signature = inspect.signature(module(kind).find, eval_str=True)
    assert [p.annotation for p in signature.parameters.values()] == [Element, ItemEvidence]
    assert signature.return_annotation is Finding
    assert module(kind).find.__doc__


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_used_by_some_element(kind: str) -> None:
    assert any(element.kind == kind for _, element in ELEMENTS)


@pytest.mark.parametrize(("slug", "element"), ELEMENTS, ids=[f"{slug}.{element.id}" for slug, element in ELEMENTS])
def test_an_element_has_only_keys_that_its_kind_names(slug: str, element: Element) -> None:
    assert element.kind in KINDS
    assert set(element.params) <= keys_of(element.kind)


@pytest.mark.parametrize("path", FILES, ids=KINDS)
def test_a_kind_names_every_key_that_it_reads(path: Path) -> None:
    assert keys_read(path) <= keys_of(path.stem)


@pytest.mark.parametrize("path", FILES, ids=KINDS)
def test_a_kind_reads_every_key_that_it_names(path: Path) -> None:
    source = path.read_text("utf-8").replace(module(path.stem).__doc__ or "", "", 1)
    unread = {key for key in keys_of(path.stem) if f'"{key}"' not in source}
    assert not unread


@pytest.mark.parametrize("kind", ["terms", "column", "people", "channel"])
def test_the_keys_of_known_kinds_are_found_in_their_docstrings(kind: str) -> None:
    known = {
        "terms": {"any", "groups", "not_inside", "min", "filled", "values", "min_letters"},
        "column": {"any", "not_inside", "values"},
        "people": {"aspect", "posts"},
        "channel": {"purpose", "not_purpose", "systems", "weak"},
    }
    assert known[kind] <= keys_of(kind)
    assert not {"money", "time"} & keys_of(kind)
