"""Reads documents in child processes, so that a hostile file costs itself and nothing else."""

from __future__ import annotations

import contextlib
import functools
import os
import queue
import resource
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import TracebackType

from evidence.text import READER_VERSION, ReadOptions, confinement, extract, serial
from evidence.text.document import DocumentText

MAX_OUTPUT = 96 * 1024 * 1024
"""Bytes of text and structure one document may give; more is `too_large`."""
DOCUMENTS_PER_CHILD = 200
CONVERTER_MEMORY_MB = 3_072
"""Address space that a system program started by a child may have; LibreOffice does not start with less than half."""
_START_SECONDS = 60.0
_GRACE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Job:
    source: bytes | str
    content_type: str
    url: str
    future: Future[DocumentText]


class Reader:
    """Child processes that read documents one by one within limits of time, memory and output.

    Use as a context manager; any thread may call `submit`. A child is started anew after `documents_per_child`
    documents, after a crash and after a time-out. `isolation` says how well children are shut in (for `oit doctor`).
    """

    def __init__(
        self, jobs: int = 2, options: ReadOptions | None = None, documents_per_child: int = DOCUMENTS_PER_CHILD
    ) -> None:
        self.options = options or ReadOptions()
        self.documents_per_child = documents_per_child
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"reader-{number}", daemon=True) for number in range(max(1, jobs))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def isolation(self) -> str:
        """How well the children are shut in on this machine."""
        return isolation()

    def submit(self, source: bytes | Path | str, content_type: str = "", url: str = "") -> Future[DocumentText]:
        """Read bytes, or the file at a path, in a child. The future never fails because of the document:
        a child that dies gives `corrupt`, one that is too slow `timeout`, one that wants too much memory or gives too
        much text `too_large`. Raises RuntimeError when the reader is closed.
        """
        if self._closed:
            raise RuntimeError("the reader is closed")
        job = _Job(source if isinstance(source, bytes) else str(source), content_type, url, Future())
        self._jobs.put(job)
        return job.future

    def read(self, source: bytes | Path | str, content_type: str = "", url: str = "") -> DocumentText:
        """The same, waiting for the result."""
        return self.submit(source, content_type, url).result()

    def close(self) -> None:
        """Finish what was submitted, then end the children."""
        if self._closed:
            return
        self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _serve(self) -> None:
        """One thread looks after one child: it waits, measures the time and replaces the child."""
        child: _Child | None = None
        while (job := self._jobs.get()) is not None:
            if not job.future.set_running_or_notify_cancel():
                continue
            try:
                if child is None or child.spent >= self.documents_per_child:
                    if child is not None:
                        child.stop()
                    child = _Child(self.options)
                document, alive = child.read(job)
                if not alive:
                    child = None
                job.future.set_result(document)
            except Exception as error:  # the thread must outlive anything
                if child is not None:
                    child.kill()
                child = None
                job.future.set_result(_failure("corrupt", f"the reader failed: {type(error).__name__}: {error}"))
        if child is not None:
            child.stop()


class _Child:
    """A child process and the pipe to it. What the child sends is only ever read as text, never unpickled."""

    def __init__(self, options: ReadOptions) -> None:
        self.options = options
        self.spent = 0
        self.process, self.pipe = _start("child", options)
        if not self.pipe.poll(_START_SECONDS) or self._hears() != b"ready":
            self.kill()
            raise OSError("the child process did not start")

    def _hears(self) -> bytes:
        try:
            return self.pipe.recv_bytes(100)
        except (EOFError, OSError):
            return b""

    def read(self, job: _Job) -> tuple[DocumentText, bool]:
        """The document, and whether the child can go on."""
        self.spent += 1
        try:
            self.pipe.send((job.source, job.content_type, job.url))
            if not self.pipe.poll(self.options.seconds + _GRACE_SECONDS * (self.options.seconds > 30)):
                self.kill()
                return _failure("timeout", f"reading took longer than {self.options.seconds:g} seconds"), False
            answer = self.pipe.recv_bytes(MAX_OUTPUT)
        except EOFError:
            return self._died(), False
        except OSError:
            if self.process.poll() is not None:
                return self._died(), False
            self.kill()
            return _failure("too_large", "the text of the document is larger than allowed"), False
        return serial.from_json(answer), True

    def kill(self) -> None:
        """End the child and whatever programs it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE_SECONDS)
        self.pipe.close()

    def stop(self) -> None:
        """End an idle child."""
        with contextlib.suppress(OSError, ValueError):
            self.pipe.send(None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE_SECONDS)
        self.kill()

    def _died(self) -> DocumentText:
        try:
            code = self.process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        self.kill()
        if code == -signal.SIGXCPU:
            return _failure("timeout", f"reading used more than {self.options.seconds:g} seconds of processor time")
        if code in (-signal.SIGKILL, _OUT_OF_MEMORY):
            return _failure("too_large", f"reading needed more than {self.options.memory_mb} MB of memory")
        reason = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        return _failure("corrupt", f"the reading process died ({reason})")


_OUT_OF_MEMORY = 79
"""Exit code of a child that ran out of memory where Python could not go on."""


def _start(entry: str, options: ReadOptions | None = None) -> tuple[subprocess.Popen[bytes], Connection]:
    """Start one of this module's entry points in a fresh interpreter and a process group of its own."""
    pipe, other = Pipe()
    call = f"from evidence.text import isolate; isolate.{entry}({other.fileno()})"
    paths = [path or os.getcwd() for path in sys.path]  # noqa: PTH109 — an empty entry means this very folder
    process = subprocess.Popen(
        [sys.executable, "-c", call],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_THREAD_LIMIT": "1"},
        pass_fds=(other.fileno(),),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    other.close()
    if options is not None:
        pipe.send(options)
    return process, pipe


@functools.cache
def isolation() -> str:
    """How well a child is shut in on this machine, in one sentence; tried once in a child of its own."""
    process, pipe = _start("probe")
    network = "it did not answer"
    with contextlib.suppress(EOFError, OSError):
        network = pipe.recv_bytes(1_000).decode() if pipe.poll(_START_SECONDS) else network
    process.kill()
    process.wait()
    pipe.close()
    if network == "none":
        return "child processes with limits of time and memory, without network"
    return f"child processes with limits of time and memory; the network is not taken away ({network})"


def probe(handle: int) -> None:
    """Entry of a trial child: tells whether it can leave the network."""
    Connection(handle).send_bytes((confinement.leave_network() or "none").encode())


def child(handle: int) -> None:
    """Entry of a reading child: shuts itself in, then reads what comes down the pipe until None or the end."""
    confinement.leave_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = Connection(handle)
    options = pipe.recv()
    _limit(options)
    pipe.send_bytes(b"ready")
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        if job is None:
            return
        try:
            answer = _answer(job, options)
        except MemoryError:
            answer = serial.to_json(_failure("too_large", f"reading needed more than {options.memory_mb} MB of memory"))
        pipe.send_bytes(answer)


def _answer(job: tuple[bytes | str, str, str], options: ReadOptions) -> bytes:
    source, content_type, url = job
    _limit_processor(options)
    try:
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError as error:
        return serial.to_json(_failure("unreadable", f"the stored file cannot be opened: {error.strerror}"))
    answer = serial.to_json(extract(data, content_type=content_type, url=url, options=options))
    if len(answer) > MAX_OUTPUT:
        return serial.to_json(_failure("too_large", "the text of the document is larger than allowed"))
    return answer


def _limit(options: ReadOptions) -> None:
    """Memory of this process, and what a program it starts may raise it to; no core files."""
    most = _address_space() + options.memory_mb * 1024 * 1024
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most, max(most, CONVERTER_MEMORY_MB * 1024 * 1024)))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_processor(options: ReadOptions) -> None:
    """Processor seconds for the next document, on top of what this process has used."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    most = int(usage.ru_utime + usage.ru_stime + options.seconds * 2 + 2)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _address_space() -> int:
    """Bytes of address space this process has mapped already (libraries count, and are not the document's)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()


def _failure(outcome: str, detail: str) -> DocumentText:
    return DocumentText("", "text", outcome=outcome, detail=detail, reader_version=READER_VERSION)
