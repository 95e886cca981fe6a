"""Shuts a process in: no network, little memory and time, an end with its parent. Also runs a program that way.

Run as a file (`python confinement.py SECONDS MEMORY_MB NEEDS_NO_NETWORK program arguments…`) it needs nothing but the standard
library, shuts itself in and becomes the program.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

NO_WAY_TO_CUT_NETWORK = 117
"""Exit code where the program was not started because the network could not be taken away."""
MAX_FILE = 300_000_000
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PARENT_DEATH_SIGNAL = 1


def leave_network() -> str:
    """Move this process to a network namespace with nothing in it. Empty on success, else why not."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET):
            uid, gid = os.getuid(), os.getgid()
            if libc.unshare(flags) == 0:
                if flags & _CLONE_NEWUSER:
                    _map_ids(uid, gid)
                return ""
        return os.strerror(ctypes.get_errno())
    except (OSError, AttributeError) as error:
        return str(error)


def has_network() -> bool:
    """Whether this process sees any interface but the loopback."""
    try:
        lines = Path("/proc/self/net/dev").read_text(encoding="ascii").splitlines()
    except OSError:
        return True
    return any(line.partition(":")[0].strip() not in ("lo", "") for line in lines if ":" in line)


def die_with_parent() -> None:
    """Have the kernel end this process when the one that started it ends."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def main(arguments: list[str]) -> None:
    """Shut this process in, then become the program."""
    seconds, memory, guarded, *command = arguments
    die_with_parent()
    refused = leave_network()
    if refused and guarded == "1" and has_network():
        sys.exit(NO_WAY_TO_CUT_NETWORK)
    for limit, value in (
        (resource.RLIMIT_AS, int(memory) * 1024 * 1024),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_FSIZE, MAX_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            hard = resource.getrlimit(limit)[1]
            most = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(limit, (most, hard))
    os.execv(command[0], command)


def _map_ids(uid: int, gid: int) -> None:
    """Keep the own user and group in the new user namespace, so that files can still be opened."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with contextlib.suppress(OSError):
            Path(f"/proc/self/{name}").write_text(text, encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
