"""Write docs/cli.md: the help text of every command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from audit.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
WIDTH = 100


def render() -> str:
    """The whole page."""
    head = "# Commands\n\nWritten by `make docs` from the help texts of the program; do not edit.\n"
    return head + "".join(f"\n## {name}\n\n```text\n{text}\n```\n" for name, text in helps(main, "oit"))


def helps(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[tuple[str, str]]:
    """Name and help text of a command and of all commands under it, with the settings the program runs them with."""
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(command, info_name=name, parent=parent, **settings)
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield context.command_path, text
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from helps(inner, inner.name or "", context)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
