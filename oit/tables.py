"""How a table of TOML or JSON is read key by key, so that every fault is told with the key it sits in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

_NAMES: dict[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    Decimal: "a number",
    list: "a list",
    dict: "a table",
    date: "a date",
}
_MISSING: Any = object()


class Table:
    """One table of a file. Each getter notes a problem instead of raising; `unread` notes the keys nobody asked for.

    `where` is the path of the table inside its file (`elements[0]`), `problems` the list shared by the whole file.
    """

    def __init__(self, data: Any, where: str, problems: list[str]) -> None:
        self.where = where
        self.problems = problems
        self.asked: set[str] = set()
        if not isinstance(data, Mapping):
            problems.append(f"{where or 'the file'}: must be a table, is {describe(data)}")
            data = {}
        self.data: Mapping[str, Any] = data

    def path(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def problem(self, key: str, sentence: str) -> None:
        """Note a fault of `key`."""
        self.problems.append(f"{self.path(key)}: {sentence}")

    def faulty(self, key: str) -> bool:
        """Whether a fault of `key` has been noted already."""
        return any(problem.startswith(f"{self.path(key)}: ") for problem in self.problems)

    def text(self, key: str, default: str = _MISSING, *, empty: bool = False) -> str:
        value = self._get(key, str, default, "")
        if not empty and value == "" and default is _MISSING and isinstance(self.data.get(key), str):
            self.problem(key, "must not be empty")
        return value

    def number(self, key: str, default: int | None = _MISSING) -> Any:
        return self._get(key, int, default, 0)

    def flag(self, key: str, default: bool = _MISSING) -> bool:
        return self._get(key, bool, default, False)

    def day(self, key: str) -> date:
        return self._get(key, date, _MISSING, date.min)

    def texts(self, key: str, default: tuple[str, ...] = _MISSING) -> tuple[str, ...]:
        values = self._get(key, list, default, [])
        for position, value in enumerate(values):
            if not isinstance(value, str):
                self.problem(f"{key}[{position}]", f"must be a text, is {describe(value)}")
        return tuple(value for value in values if isinstance(value, str))

    def table(self, key: str, default: Any = _MISSING) -> Table:
        return Table(self._get(key, dict, default, {}), self.path(key), self.problems)

    def tables(self, key: str, default: Any = _MISSING) -> list[Table]:
        """The tables of a list of tables."""
        values = self._get(key, list, default, [])
        return [Table(value, f"{self.path(key)}[{position}]", self.problems) for position, value in enumerate(values)]

    def choice(self, key: str, allowed: Any, default: str = _MISSING) -> str:
        """A text that must be one of `allowed`."""
        value = self.text(key, default)
        if value and value not in allowed:
            self.problem(key, f"{value!r} is unknown; known: {', '.join(map(str, allowed))}")
        return value

    def rest(self) -> dict[str, Any]:
        """Everything nobody has asked for yet; marks it as read."""
        found = {key: value for key, value in self.data.items() if key not in self.asked}
        self.asked.update(found)
        return found

    def rest_of_tables(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Every inner table with its name, whatever was asked of it before; marks all as read."""
        self.asked.update(self.data)
        return [(key, value) for key, value in self.data.items() if isinstance(value, Mapping)]

    def unread(self) -> None:
        """Note every key that was never asked for."""
        for key in self.rest():
            self.problem(key, "unknown key")

    def _get(self, key: str, kind: type, default: Any, blank: Any) -> Any:
        self.asked.add(key)
        if key not in self.data:
            if default is _MISSING:
                self.problem(key, "is missing")
                return blank
            return default
        value = self.data[key]
        if not is_a(value, kind):
            self.problem(key, f"must be {_NAMES[kind]}, is {describe(value)}")
            return blank if default is _MISSING else default
        return value


def is_a(value: Any, kind: type) -> bool:
    """isinstance, except that true and false are no numbers."""
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def describe(value: Any) -> str:
    """A value as a person would name it, shortened: `the text 'abc'`, `a list`."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return f"the number {value}"
    return next((name for kind, name in _NAMES.items() if isinstance(value, kind)), type(value).__name__)
