"""Keeps two audits of one agency from writing into one run of a store at the same time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from oit.errors import OitError

FOLDER = "locks"


@contextmanager
def alone_with(store: Path, agencies: Iterable[str]) -> Iterator[None]:
    """Hold these agencies of a store; the system lets go of them when the process ends, however it ends.

    Raises:
        OitError: another process holds one of them, or the store cannot be written.
    """
    with ExitStack() as held:
        for code in sorted(agencies):
            held.enter_context(_lock(store / FOLDER / code))
        yield


def _lock(path: Path) -> IO[bytes]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("wb")
    except OSError as error:
        raise OitError(f"{path} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise OitError(f"agency {path.name} is being audited into this store by another process") from None
    return file
