"""Runs system programs on a hostile file: without network, in a private folder, within time and memory."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from evidence.text import confinement

MAX_OUTPUT = 64_000_000


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended. `trouble` is empty or an outcome: `timeout`, `too_large`, `corrupt`, `no_isolation`."""

    output: bytes
    trouble: str = ""
    detail: str = ""


def find(*names: str) -> str:
    """The path of the first of these programs that is installed, or an empty text."""
    return next((path for name in names if (path := shutil.which(name))), "")


def run(
    command: list[str], folder: Path, seconds: float, memory_mb: int = 2_048, needs_no_network: bool = True,
    good_codes: tuple[int, ...] = (0,),
) -> Done:  # fmt: skip
    """Run a program in `folder`, which is its home too; gives what it wrote.

    The program gets no network, and with `needs_no_network` is not started where that cannot be had. At the end of
    its time it and all it started are killed.
    """
    launcher = [sys.executable, "-I", "-S", confinement.__file__, str(int(seconds)), str(memory_mb)]
    output = folder / ".output"
    with output.open("wb") as out:
        process = subprocess.Popen(
            [*launcher, str(int(needs_no_network)), *command],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            return Done(b"", "timeout", f"{Path(command[0]).name} took longer than {seconds:g} seconds")
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return _judged(code, output, Path(command[0]).name, good_codes)


def _judged(code: int, output: Path, name: str, good_codes: tuple[int, ...]) -> Done:
    if code == confinement.NO_WAY_TO_CUT_NETWORK:
        return Done(b"", "no_isolation", f"{name} is not run, since the network cannot be taken away from it here")
    if code in (-signal.SIGXCPU, 128 + signal.SIGXCPU):
        return Done(b"", "timeout", f"{name} used too much processor time")
    if output.stat().st_size > MAX_OUTPUT or code == -signal.SIGXFSZ:
        return Done(b"", "too_large", f"{name} wrote more than allowed")
    if code not in good_codes:
        return Done(output.read_bytes(), "corrupt", f"{name} ended with code {code}")
    return Done(output.read_bytes())


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of this process's environment but where programs and locales are."""
    return {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }
