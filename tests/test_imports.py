from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "oit": {"oit"},
    "evidence": {"oit", "evidence"},
    "crawler": {"oit", "evidence", "crawler"},
    "checks": {"oit", "evidence", "checks"},
    "reports": {"oit", "evidence", "reports"},
    "audit": {"oit", "evidence", "crawler", "checks", "reports", "audit"},
}
MODULES = [path.relative_to(ROOT) for room in MAY_IMPORT for path in sorted((ROOT / room).rglob("*.py"))]


def imported(source: str) -> Iterator[tuple[int, str]]:
    """(line, room) of every import of a room in a module, wherever in the module it stands."""
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        for name in names:
            room = name.partition(".")[0]
            if room in MAY_IMPORT or room == "tests":
                yield node.lineno, room


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_imports_only_rooms_below_its_own(module: Path) -> None:
    allowed = MAY_IMPORT[module.parts[0]]
    source = (ROOT / module).read_text("utf-8")
    wrong = [f"line {line}: {room}" for line, room in imported(source) if room not in allowed]
    assert not wrong, f"{module} must not import {', '.join(wrong)}"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_says_first_what_it_knows(module: Path) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / module).read_text("utf-8")))
    assert docstring, f"{module} has no docstring"


def test_an_import_inside_a_function_is_noticed_too() -> None:
    assert list(imported("def f():\n    from checks.run import judge\n")) == [(2, "checks")]


def test_every_room_is_looked_at() -> None:
    assert {module.parts[0] for module in MODULES} == set(MAY_IMPORT)
