"""Every error a person can cause or mend, each with the exit code the command line answers with."""

from __future__ import annotations


class OitError(Exception):
    """Base of all errors that end a command with a sentence instead of a traceback."""

    exit_code = 1


class InputError(OitError):
    """A file a person gave is wrong. Raised by the readers of submissions, truth, score input and criteria.

    The message names the file and the row or key; `problems` holds one sentence per fault.
    """

    exit_code = 2

    def __init__(self, source: str, problems: list[str]) -> None:
        self.source = source
        self.problems = problems
        super().__init__("\n".join(f"{source}: {problem}" for problem in problems))


class CriteriaError(InputError):
    """A criteria file holds a wrong key, an unknown term list or kind. Raised by `oit.criteria.load`."""


class NotReadable(OitError):
    """A document could not be read at all. Raised by `oit read`."""

    exit_code = 4


class MissingProgram(OitError):
    """A system program (tesseract, chromium) is needed and absent. Raised where it is first used."""
