from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.th.md")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NAMES_OF_MACHINES = re.compile(
    r"(?<![\w.:/])/(?:home/\w+|root|Users/\w+|work/(?:main|shared)|tmp)/\w|https?://[\w.-]*(?:pypi|nexus|artifactory)\b"
)


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "scripts" / "docs" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_commands_is_what_the_program_says() -> None:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert page == script("cli").render(), "run `make docs`"


def test_every_command_has_a_help_text_with_an_example_or_no_options() -> None:
    for name, text in script("cli").helps(script("cli").main, "oit"):
        described = re.search(r"Usage: .*\n\n  \S", text)
        assert described, f"{name} has no help text"
        takes_something = re.search(r"Usage: .*(\.\.\.|[A-Z]{3,}$)", text.splitlines()[0].replace("[OPTIONS]", ""))
        if takes_something and "COMMAND" not in text.splitlines()[0]:
            assert f"\n    {name} " in text, f"{name} shows no example"


def names(requirements: list[str]) -> list[str]:
    return [re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0] for line in requirements]


def test_every_dependency_has_its_reason_in_the_design_notes() -> None:
    notes = (ROOT / "docs" / "design-notes.md").read_text("utf-8")
    extras = [name for group in PROJECT["project"]["optional-dependencies"].values() for name in names(group)]
    missing = [name for name in [*names(PROJECT["project"]["dependencies"]), *extras] if f"| `{name}` |" not in notes]
    assert not missing


def imported_packages(*folders: str) -> set[str]:
    """The distributions that the modules of these folders import from, by canonical name."""
    known = packages_distributions()
    modules = {name for folder in folders for path in (ROOT / folder).rglob("*.py") for name in _imported_tops(path)}
    return {canonical(distribution) for module in modules for distribution in known.get(module, ())}


def _imported_tops(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


ROOMS = ("oit", "evidence", "crawler", "checks", "reports", "audit")
NAMED_BY_A_STRING = {"lxml"}
"""BeautifulSoup is told of its parser by name."""


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    used = imported_packages(*ROOMS) - {"oit-audit"}
    declared = {canonical(name) for name in names(PROJECT["project"]["dependencies"])}
    assert used - declared == set()
    assert declared - used == NAMED_BY_A_STRING - used


def test_what_tests_and_scripts_import_is_declared_too() -> None:
    extras = names(PROJECT["project"]["dependencies"]) + names(PROJECT["project"]["optional-dependencies"]["dev"])
    used = imported_packages("tests", "scripts", "benchmarks") - {"oit-audit"}
    assert used - {canonical(name) for name in extras} == set()


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_holds_an_exact_version_of_every_dependency() -> None:
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    locked = {canonical(line.partition("==")[0]) for line in lines if "==" in line}
    wanted = names(PROJECT["project"]["dependencies"]) + names(PROJECT["project"]["optional-dependencies"]["dev"])
    assert {canonical(name) for name in wanted} <= locked
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+|#.*", line) for line in lines)


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_names_only_files_and_commands_that_exist(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    known = {name for name, _ in script("cli").helps(script("cli").main, "oit")}
    for words in re.findall(r"\boit ((?:[a-z]+ ?){1,2})", "\n".join(re.findall(r"`[^`]+`|```.*?```", text, re.S))):
        first, two = f"oit {words.split()[0]}", f"oit {words.strip()}"
        assert first in known or two in known, f"{readme} names `oit {words}`"
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert link.startswith("http") or (ROOT / link).exists(), f"{readme} links to {link}"


def test_the_readme_starts_with_two_commands() -> None:
    block = re.search(r"```(?:sh|bash|console)?\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert block
    assert len(block[1].strip().splitlines()) == 2


def test_no_committed_text_names_a_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    suffixes = {".py", ".md", ".toml", ".lock", ".cfg", ".sh", ".html", ".json", ".txt", ""}
    paths = [ROOT / name for name in listed.stdout.split("\0") if name and Path(name).suffix in suffixes]
    found = [str(path.relative_to(ROOT)) for path in paths if path.is_file() and _names_a_machine(path)]
    assert not found


def _names_a_machine(path: Path) -> bool:
    if path == Path(__file__):
        return False
    return bool(NAMES_OF_MACHINES.search(path.read_text("utf-8", errors="replace")))


def test_the_machine_check_sees_paths_and_registries() -> None:
    assert NAMES_OF_MACHINES.search("see " + "/ho" + "me/somebody/x")
    assert NAMES_OF_MACHINES.search("https://py" + "pi.example/simple")
    assert NAMES_OF_MACHINES.search('open("' + "/tm" + 'p/x")')
    assert not NAMES_OF_MACHINES.search("https://www.example.go.th/home/index")
    assert not NAMES_OF_MACHINES.search('site.url("/work/plan")')
