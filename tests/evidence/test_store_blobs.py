from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from evidence.blobs import Blobs, DamagedEvidence


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", "ภาษาไทย".encode("cp874"), bytes(range(256)) * 1000])
def test_bytes_come_back_under_their_hash(tmp_path: Path, data: bytes) -> None:
    blobs = Blobs(tmp_path)
    sha256 = blobs.put(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert blobs.get(sha256) == data
    assert sha256 in blobs


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    assert blobs.put(b"one") == blobs.put(b"one")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [blobs.path(blobs.put(b"one")).name]


def test_what_was_never_stored_is_missing(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    assert "0" * 64 not in blobs
    assert "" not in blobs
    with pytest.raises(DamagedEvidence, match="no stored document"):
        blobs.get("0" * 64)


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    sha256 = blobs.put(b"as fetched")
    blobs.path(sha256).write_bytes(b"as altered")
    with pytest.raises(DamagedEvidence, match="damaged"):
        blobs.get(sha256)


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(self: Path, target: Path) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "replace", no_space)
    blobs = Blobs(tmp_path)
    with pytest.raises(OSError, match="No space"):
        blobs.put(b"data")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
