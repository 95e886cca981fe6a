"""A pack is whole or the first file that differs is named; what a signature and a timestamp say, and what they do not."""

from __future__ import annotations

import random
import shutil
import subprocess
import threading
import warnings
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidence import seal
from evidence.bag import TAG_MANIFEST, BadBag, BagReader, BagWriter, merkle_root
from oit.errors import InputError

FILES = {
    "index.html": b"<p>\xe0\xb8\x81</p>" * 50,
    "originals/a.pdf": b"%PDF-1.7 " + bytes(range(256)),
    "result.json": b"{}\n",
}


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def make(path: Path, key: Ed25519PrivateKey | None, token: bytes = b"", files: dict[str, bytes] | None = None) -> Path:
    bag = BagWriter(path, "oit-1-2565")
    for name, data in (files or FILES).items():
        bag.add(name, data)
    stated = seal.statement({"agency": "1"}, bag.manifest(), bag.payload, key.public_key() if key else None)
    tags = {seal.STATEMENT: stated}
    if key:
        tags[seal.SIGNATURE] = seal.sign(stated, key)
    if token:
        tags[seal.TIMESTAMP] = token
    bag.close(tags, {"Merkle-Root": merkle_root(bag.payload)})
    return path


def rewritten(pack: Path, target: Path, change: dict[str, bytes | None]) -> Path:
    """The same ZIP with members changed, added or (None) left out, as an editor of ZIP files would do."""
    with zipfile.ZipFile(pack) as old, zipfile.ZipFile(target, "w") as new:
        names = old.namelist()
        for name in [*names, *(f"oit-1-2565/{path}" for path in change if f"oit-1-2565/{path}" not in names)]:
            path = name.partition("/")[2]
            data = change.get(path, old.read(name) if name in names else b"")
            if data is not None:
                new.writestr(name, data)
    return target


def said(pack: Path, *arguments: object) -> dict[str, bool | None]:
    return {point.id: point.ok for point in seal.check(pack, *arguments)}  # type: ignore[arg-type]


def test_a_signed_pack_verifies_with_the_key_and_says_what_that_does_not_prove(
    tmp_path: Path, key: Ed25519PrivateKey
) -> None:
    pack = make(tmp_path / "p.zip", key)
    seal.sign_file(pack, key)
    points = said(pack, key.public_key())
    assert points == {
        "files_whole": True,
        "statement_right": True,
        "signed_by_key": True,
        "no_timestamp": None,
        "zip_whole": True,
        "not_proved": None,
    }


def test_the_key_inside_the_pack_alone_proves_nothing_and_another_key_fails(
    tmp_path: Path, key: Ed25519PrivateKey
) -> None:
    pack = make(tmp_path / "p.zip", key)
    assert said(pack)["signed_by_embedded"] is None
    assert said(pack, Ed25519PrivateKey.generate().public_key())["signature_wrong"] is False
    assert said(make(tmp_path / "q.zip", None), key.public_key())["not_signed"] is False
    assert said(make(tmp_path / "r.zip", None))["not_signed"] is None


def test_the_same_files_give_the_same_bytes(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    assert make(tmp_path / "a.zip", key).read_bytes() == make(tmp_path / "b.zip", key).read_bytes()


def test_a_bag_is_a_bag_to_another_reader(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    """Each line of the manifests holds for sha256sum, which knows nothing of this program."""
    with zipfile.ZipFile(make(tmp_path / "p.zip", key)) as packed:
        packed.extractall(tmp_path)
    for manifest in ("manifest-sha256.txt", TAG_MANIFEST):
        done = subprocess.run(
            ["sha256sum", "--check", "--strict", manifest], cwd=tmp_path / "oit-1-2565", capture_output=True
        )
        assert done.returncode == 0, done.stdout


def test_any_byte_of_any_file_of_the_bag_is_caught_and_its_file_named(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    pack = make(tmp_path / "p.zip", key)
    chance = random.Random(1)
    with zipfile.ZipFile(pack) as packed:
        members = {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}
    flips = [(path, chance.randrange(len(data))) for path, data in members.items() for _ in range(25)]
    for path, place in flips:
        data = bytearray(members[path])
        data[place] ^= 1 << chance.randrange(8)
        broken = rewritten(pack, tmp_path / "broken.zip", {path: bytes(data)})
        (first, *rest) = seal.check(broken, key.public_key())
        assert first.ok is False and not rest, path
        if path not in (TAG_MANIFEST, "manifest-sha256.txt"):
            assert first.values == {"url": path}


@pytest.mark.parametrize(
    "change, told",
    [({"data/result.json": None}, "missing"), ({"data/new.html": b"x"}, "unlisted"), ({"x.txt": b"x"}, "unlisted")],
)
def test_a_file_taken_out_or_put_in_is_named(
    tmp_path: Path, key: Ed25519PrivateKey, change: dict[str, bytes | None], told: str
) -> None:
    (point,) = seal.check(rewritten(make(tmp_path / "p.zip", key), tmp_path / "q.zip", change), key.public_key())
    assert (point.id, point.ok, point.values["url"]) == (f"file_{told}", False, next(iter(change)))


def test_a_pack_sealed_anew_by_somebody_else_does_not_verify_with_the_makers_key(
    tmp_path: Path, key: Ed25519PrivateKey
) -> None:
    forged = make(tmp_path / "f.zip", Ed25519PrivateKey.generate(), files={**FILES, "result.json": b'{"score": 100}'})
    assert said(forged, key.public_key())["signature_wrong"] is False


def test_any_byte_of_the_zip_is_caught_by_the_signature_beside_it(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    pack = make(tmp_path / "p.zip", key)
    beside = seal.sign_file(pack, key)
    data, chance = pack.read_bytes(), random.Random(2)
    broken = tmp_path / "broken.zip"
    shutil.copy(beside, broken.with_name(broken.name + seal.DETACHED))
    for place in chance.sample(range(len(data)), 200):
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        broken.write_bytes(changed)
        try:
            points = seal.check(broken, key.public_key())
        except BadBag:
            continue
        assert any(point.ok is False for point in points), place


@pytest.mark.parametrize(
    "names", [["../x/a"], ["/abs/a"], ["one/a", "two/a"], ["one/a", "one/a"], ["one/../../a"], ["a"]]
)
def test_a_zip_that_is_no_bag_is_refused(tmp_path: Path, names: list[str]) -> None:
    path = tmp_path / "p.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as packed:
        warnings.simplefilter("ignore", UserWarning)  # "Duplicate name", which is what is tried
        for name in names:
            packed.writestr(zipfile.ZipInfo(name), b"x")
    with pytest.raises(BadBag):
        BagReader(path)
    (tmp_path / "t.zip").write_bytes(b"no zip")
    with pytest.raises(BadBag):
        BagReader(tmp_path / "t.zip")


def test_the_merkle_root_depends_on_every_path_and_hash() -> None:
    hashes = {f"data/{number}": f"{number:064x}" for number in range(7)}
    roots = {
        merkle_root(hashes),
        merkle_root({**hashes, "data/3": "f" * 64}),
        merkle_root({**hashes, "data/8": "0" * 64}),
    }
    roots.add(merkle_root({("data/x" if path == "data/2" else path): digest for path, digest in hashes.items()}))
    assert len(roots) == 4
    assert merkle_root(dict(reversed(hashes.items()))) == merkle_root(hashes)


def test_keys_are_never_overwritten_and_a_locked_one_needs_its_password(tmp_path: Path) -> None:
    private, public = seal.new_keys(tmp_path / "keys", "ความลับ")
    assert private.stat().st_mode & 0o077 == 0
    with pytest.raises(InputError, match="already"):
        seal.new_keys(tmp_path / "keys")
    with pytest.raises(InputError, match="no private key"):
        seal.private_key(private)
    key = seal.private_key(private, "ความลับ")
    assert seal.fingerprint(key.public_key()) == seal.fingerprint(seal.public_key(public))
    with pytest.raises(InputError):
        seal.public_key(private)


# A timestamp authority on loopback, made of openssl


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[tuple[str, x509.Certificate]]:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path / "tsa"
    folder.mkdir()
    (folder / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\n"
        "accuracy=secs:1\ness_cert_id_alg=sha256\n[req]\ndistinguished_name=dn\n[dn]\n"
        "[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n"
        "[leaf]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
        "extendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    )
    (folder / "serial").write_text("01\n")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
            "-subj", "/CN=Test root", "-config", "tsa.cnf", "-extensions", "ca")  # fmt: skip
    openssl(
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "t.key",
        "-out",
        "t.csr",
        "-subj",
        "/CN=Test TSA",
        "-config",
        "tsa.cnf",
    )
    openssl("x509", "-req", "-in", "t.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
            "-extfile", "tsa.cnf", "-extensions", "leaf", "-out", "t.pem")  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "q.tsq").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq", "-signer", "t.pem", "-inkey", "t.key",
                    "-out", "a.tsr", "-section", "t")  # fmt: skip
            body = (folder / "a.tsr").read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_timestamp_of_a_trusted_authority_says_when_the_pack_existed(
    tmp_path: Path, key: Ed25519PrivateKey, authority: tuple[str, x509.Certificate]
) -> None:
    url, root = authority
    bag = BagWriter(tmp_path / "x.zip", "x")
    for name, data in FILES.items():
        bag.add(name, data)
    stated = seal.statement({"agency": "1"}, bag.manifest(), bag.payload, key.public_key())
    bag.close({}, {})
    token = seal.timestamp(stated, url)
    pack = make(tmp_path / "p.zip", key, token)
    assert said(pack, key.public_key(), [root])["timestamped"] is True
    assert said(pack, key.public_key())["timestamp_unchecked"] is None
    other = make(tmp_path / "q.zip", key, token, files={**FILES, "result.json": b"[]"})
    assert said(other, key.public_key(), [root])["timestamp_wrong"] is False


def test_an_authority_that_does_not_answer_is_a_sentence(key: Ed25519PrivateKey) -> None:
    with pytest.raises(seal.NoTimestamp, match="gave no timestamp"):
        seal.timestamp(b"x", "http://127.0.0.1:9/")
    with pytest.raises(seal.NoTimestamp, match="http"):
        seal.timestamp(b"x", "file:///etc/passwd")
