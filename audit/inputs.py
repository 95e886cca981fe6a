"""The submissions a person names on the command line: files and folders in, submissions or all their faults out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from oit import submissions
from oit.errors import InputError
from oit.model import Submission

SUFFIXES = (".json", ".xlsx", ".csv")


def load(paths: Sequence[Path]) -> list[Submission]:
    """The submissions in these files, and in the files of these folders.

    Raises:
        InputError: a file cannot be read or is wrong, or two files are of one agency; names every fault of every file.
    """
    read, problems = [], []
    for path in _files(paths):
        try:
            read.append(submissions.read(path))
        except InputError as error:
            problems += str(error).splitlines()
    problems += _doubles(read)
    if problems:
        raise InputErrors(problems)
    return read


class InputErrors(InputError):
    """Faults of several files; each problem already names its file."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("input", problems)
        self.args = ("\n".join(problems),)


def _files(paths: Sequence[Path]) -> list[Path]:
    found, problems = [], []
    for path in paths:
        inside = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES) if path.is_dir() else [path]
        if not inside:
            problems.append(f"{path}: the folder holds no submission ({', '.join(SUFFIXES)})")
        found += inside
    if problems:
        raise InputErrors(problems)
    return found


def _doubles(read: Sequence[Submission]) -> list[str]:
    sources: dict[str, list[str]] = defaultdict(list)
    for submission in read:
        sources[submission.agency.code].append(submission.source)
    return [
        f"{', '.join(files)}: are all of agency {code}; give one submission for each agency"
        for code, files in sources.items()
        if len(files) > 1
    ]
