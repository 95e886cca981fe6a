"""The submissions a person names on the command line: files and folders in, submissions or all their faults out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from oit import submission_sheets, submissions
from oit.errors import InputError
from oit.model import Submission

TABLES = (".xlsx", ".csv")
SUFFIXES = (".json", *TABLES)


def load(paths: Sequence[Path]) -> list[Submission]:
    """The submissions in these files, and in the files of these folders.

    Raises:
        InputError: a file cannot be read or is wrong, or two files are of one agency; names every fault of every file.
    """
    read, problems = [], []
    for path in _files(paths):
        try:
            read += read_file(path)
        except InputError as error:
            problems += str(error).splitlines()
    problems += _doubles(read)
    if problems:
        raise InputErrors(problems)
    return read


def read_file(path: Path) -> list[Submission]:
    """The submissions in one file: one in a `.json`, one for each agency in an `.xlsx` or `.csv`. Raises InputError."""
    if path.suffix.lower() in TABLES:
        return submission_sheets.read_all(path)
    return [submissions.read(path)]


class InputErrors(InputError):
    """Faults of several files; each problem already names its file."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("input", problems)
        self.args = ("\n".join(problems),)


def _files(paths: Sequence[Path]) -> list[Path]:
    found, problems = [], []
    for path in paths:
        inside = _submissions_in(path) if path.is_dir() else [path]
        if not inside:
            problems.append(f"{path}: the folder holds no submission ({', '.join(SUFFIXES)})")
        found += inside
    if problems:
        raise InputErrors(problems)
    return found


def _submissions_in(folder: Path) -> list[Path]:
    """The files of a folder that can be submissions; hidden ones and lock files of office programs are none."""
    return sorted(
        file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES and not file.name.startswith(("~", "."))
    )


def _doubles(read: Sequence[Submission]) -> list[str]:
    sources: dict[str, list[str]] = defaultdict(list)
    for submission in read:
        sources[submission.agency.code].append(submission.source)
    return [
        f"{', '.join(dict.fromkeys(files))}: hold {len(files)} submissions of agency {code}; give one for each agency"
        for code, files in sources.items()
        if len(files) > 1
    ]
