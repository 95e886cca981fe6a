"""The sample agency's pack: its size, how long verifying takes, and that no changed byte passes."""

from __future__ import annotations

import random
import time
import zipfile
from pathlib import Path

import pytest

from audit import pack
from audit.demo import run_demo
from crawler.browser import find_chromium
from evidence import seal
from evidence.store import EvidenceStore

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not find_chromium(), reason="no Chromium is installed (apt-get install chromium)"),
]
SEED = 6
FLIPS = 200


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The pack, signed, and the public key."""
    folder = tmp_path_factory.mktemp("demo")
    shown = run_demo(folder / "out", keep=True)
    private, public = seal.new_keys(folder / "keys")
    with EvidenceStore.open(folder / "out" / "store") as store:
        file = pack.make(store, shown.audited.agency, folder / "demo.zip", key=seal.private_key(private)).file
    return file, public


def test_it_is_below_20_mb_with_pages_below_2_mb_and_verifies_within_a_second(made: tuple[Path, Path]) -> None:
    file, public = made
    key = seal.public_key(public)
    began = time.process_time()
    points = seal.check(file, key)
    seconds = time.process_time() - began
    with zipfile.ZipFile(file) as packed:
        sizes = {entry.filename: entry.file_size for entry in packed.infolist()}
    pages = [size for name, size in sizes.items() if name.endswith(".html")]
    pictures = [name for name in sizes if "/pictures/" in name]
    print(
        f"{file.stat().st_size / 1e6:.1f} MB, {len(sizes)} files, {len(pictures)} pictures, verified in {seconds:.2f} s"
    )
    assert {point.id for point in points if point.ok} >= {
        "files_whole",
        "statement_right",
        "signed_by_key",
        "zip_whole",
    }
    assert file.stat().st_size < 20_000_000 and max(pages) < 2_000_000 and len(pictures) >= 30
    assert seconds < 1.0


def test_a_byte_flipped_in_any_file_of_the_bag_is_caught_and_the_file_named(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    """Every file once, then random places, each in a copy whose ZIP is sound: only the seal can tell."""
    file, public = made
    key, chance = seal.public_key(public), random.Random(SEED)
    with zipfile.ZipFile(file) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    filled = [name for name, data in members.items() if data]
    for name in [*filled, *chance.choices(filled, k=FLIPS)]:
        data = bytearray(members[name])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        broken = tmp_path / "broken.zip"
        with zipfile.ZipFile(broken, "w") as copy:
            for other, content in members.items():
                copy.writestr(other, bytes(data) if other == name else content)
        first = seal.check(broken, key)[0]
        assert first.ok is False, name
        if "manifest" not in name:
            assert name.endswith(str(first.values["url"])), name


def test_any_byte_of_the_zip_flipped_is_caught_by_the_detached_signature(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    file, public = made
    key, chance = seal.public_key(public), random.Random(SEED)
    whole = file.read_bytes()
    broken = tmp_path / file.name
    (tmp_path / f"{file.name}.sig").write_bytes(file.with_name(f"{file.name}.sig").read_bytes())
    for _ in range(FLIPS):
        place = chance.randrange(len(whole))
        broken.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
        try:
            points = seal.check(broken, key)
        except Exception as error:
            assert type(error).__name__ == "BadBag"
            continue
        assert any(point.ok is False for point in points), place
