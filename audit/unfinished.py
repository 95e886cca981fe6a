"""Which runs belong to an audit that was broken off, so that the same command goes on and begins nothing anew."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from evidence.store import EvidenceStore, Run
from oit import submissions
from oit.model import Submission

FOLDER = "unfinished"
LONGEST = timedelta(hours=24)
"""An audit broken off longer ago is begun anew: the websites have moved on."""


class Unfinished:
    """The note of one audit in its store: written when it begins, gone when it has ended completely."""

    def __init__(self, store: EvidenceStore, given: Sequence[Submission], as_of: date) -> None:
        asked = json.dumps([as_of.isoformat(), [submissions.to_json(mine) for mine in given]], sort_keys=True)
        self._file = store.folder / FOLDER / f"{hashlib.sha256(asked.encode()).hexdigest()[:32]}.json"
        self._store = store

    def finished(self) -> dict[str, Run]:
        """By agency, the runs of the same audit that were finished before it was broken off."""
        try:
            noted: Mapping[str, str] = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        found: dict[str, Run] = {}
        for agency, run_id in noted.items():
            with suppress(KeyError):
                run = self._store.run(run_id)
                if run.finished_at and run.complete and self._age(run) < LONGEST:
                    found[agency] = run
        return found

    def note(self, runs: list[Run]) -> None:
        """Write down which runs this audit is made of; whole or not at all."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".writing-", dir=self._file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({run.agency: run.id for run in runs}, file)
        Path(name).replace(self._file)

    def end(self) -> None:
        """Forget the audit: it has ended completely."""
        self._file.unlink(missing_ok=True)

    def _age(self, run: Run) -> timedelta:
        now = datetime.fromisoformat(self._store.stamp())
        return now - datetime.fromisoformat(run.started_at)
