"""How a running audit is watched: a moving display on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

STAGES = {"fetch": "Fetching", "read": "Reading", "judge": "Judging"}
_BEGINS = {
    "fetch": "Fetching {total} submitted URLs and what they lead to",
    "judge": "Reading and judging {total} agencies",
}
_SECONDS_BETWEEN_LINES = 5.0


class Watch(Protocol):
    """What the pipeline tells while it works."""

    def stage(self, name: str, total: int) -> None:
        """A stage (`fetch`, `judge`) begins; `total` is how many steps it has."""

    def crawled(self, event: dict[str, Any]) -> None:
        """One event of the crawler."""

    def read(self, done: int, total: int) -> None:
        """So many of the documents of one agency have been read."""

    def judged(self, agency: str) -> None:
        """One agency has its result."""


class Silent:
    """Watches without a word."""

    def stage(self, name: str, total: int) -> None: ...

    def crawled(self, event: dict[str, Any]) -> None: ...

    def read(self, done: int, total: int) -> None: ...

    def judged(self, agency: str) -> None: ...

    def done(self) -> None:
        """Nothing more will be shown."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Display(Silent):
    """A line for each stage on a terminal, moving while it runs."""

    def __init__(self, console: Console) -> None:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, TimeElapsedColumn(), TextColumn("{task.fields[note]}"), console=console)
        self._tasks: dict[str, TaskID] = {}
        self._submitted: set[tuple[str | None, str]] = set()
        self._fetched = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.done()

    def done(self) -> None:
        self._progress.stop()

    def stage(self, name: str, total: int) -> None:
        for task in self._tasks.values():
            self._finish(task)
        self._tasks[name] = self._progress.add_task(STAGES[name], total=total or None, note="")

    def crawled(self, event: dict[str, Any]) -> None:
        self._fetched += is_fetch(event)
        if is_fetch(event) and event.get("purpose") == "submitted":
            self._submitted.add((event.get("run_id"), event["url"]))
        note = f"{self._fetched} URLs fetched"
        self._progress.update(self._tasks["fetch"], completed=len(self._submitted), note=note)

    def read(self, done: int, total: int) -> None:
        if "read" not in self._tasks:
            self._tasks["read"] = self._progress.add_task(STAGES["read"], total=total, note="documents")
        self._progress.update(self._tasks["read"], completed=done, total=total)

    def judged(self, agency: str) -> None:
        self._progress.update(self._tasks["judge"], advance=1, note=agency)

    def _finish(self, task: TaskID) -> None:
        state = next(entry for entry in self._progress.tasks if entry.id == task)
        self._progress.update(task, total=state.completed, completed=state.completed)


class Lines(Silent):
    """A plain line now and then, for logs and pipes."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._clock = say, clock
        self._fetched, self._spoke = 0, clock()

    def stage(self, name: str, total: int) -> None:
        line = _BEGINS[name].format(total=total)
        self._say(line.replace("1 agencies", "1 agency") if total == 1 else line)
        self._spoke = self._clock()

    def crawled(self, event: dict[str, Any]) -> None:
        self._fetched += is_fetch(event)
        self._now_and_then(f"  {self._fetched} URLs fetched so far")

    def read(self, done: int, total: int) -> None:
        self._now_and_then(f"  {done} of {total} documents read", at_once=done == total)

    def judged(self, agency: str) -> None:
        self._say(f"  {agency}: judged")

    def _now_and_then(self, line: str, *, at_once: bool = False) -> None:
        if at_once or self._clock() - self._spoke >= _SECONDS_BETWEEN_LINES:
            self._say(line)
            self._spoke = self._clock()


def watch_on(console: Console) -> Display | Lines:
    """The display that suits the console."""
    return Display(console) if console.is_terminal else Lines(lambda line: console.print(line, highlight=False))


def is_fetch(event: Mapping[str, Any]) -> bool:
    """Whether an event of the crawler tells of one finished fetch."""
    return event.get("event") == "fetch"
