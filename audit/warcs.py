"""WARC files of runs in place of an evidence store."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence.store import EvidenceStore
from evidence.warc import run_of_warc


@contextmanager
def store_of_warcs(files: Iterable[Path]) -> Iterator[Path]:
    """The folder of a store that holds the runs of these files and is gone afterwards.

    Raises InputError where a file is no WARC of a run.
    """
    with tempfile.TemporaryDirectory(prefix="oit-warc-") as name:
        folder = Path(name)
        with EvidenceStore.open(folder) as store:
            for file in files:
                run_of_warc(file, store)
        yield folder
