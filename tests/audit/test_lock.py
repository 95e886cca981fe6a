from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from audit.lock import alone_with
from oit.errors import OitError

HOLDER = """
import sys
from pathlib import Path
from audit.lock import alone_with
with alone_with(Path(sys.argv[1]), ["a"]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_an_agency_that_another_process_audits_is_refused_until_that_process_is_gone(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline() == b"held\n"
        with pytest.raises(OitError, match="agency a is being audited"), alone_with(tmp_path, ["b", "a"]):
            pytest.fail("the lock was not held")
        with alone_with(tmp_path, ["b"]):
            pass
        other.kill()
        other.wait()
        with alone_with(tmp_path, ["a", "b"]):
            pass


def test_a_store_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OitError, match="cannot be written"), alone_with(tmp_path / "file", ["a"]):
        pytest.fail("the lock was not held")
