"""The seal of an evidence pack: keys, the signed statement over all its files, and what a check of it proves.

The statement (`seal.json`) names the hash of the manifest, and so of every payload file, and the Merkle root; an Ed25519
signature over its bytes says who sealed it, an RFC 3161 token that it existed at a time. A second signature lies beside
the ZIP and covers every byte of it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import ssl
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from evidence.bag import INFO, MANIFEST, PAYLOAD, BadBag, BagReader, merkle_root
from oit.errors import InputError, OitError

SCHEMA = "oit-seal/1"
STATEMENT = "seal.json"
SIGNATURE = "seal.sig"
TIMESTAMP = "seal.tsr"
DETACHED = ".sig"
"""Added to the pack's file name for the signature over the ZIP."""
PRIVATE_NAME, PUBLIC_NAME = "oit-private.pem", "oit-public.pem"
_TIMESTAMP_SECONDS = 20
_TIMESTAMP_MOST = 200_000
_CHUNK = 1024 * 1024


class NoTimestamp(OitError):
    """The timestamp authority gave no token. Raised by `timestamp`; the pack can be made without."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a check says: `id` names its sentence (`seal.<id>`), `ok` None where nothing was to be checked."""

    id: str
    ok: bool | None
    values: Mapping[str, str] = field(default_factory=dict)


def new_keys(folder: Path, password: str = "") -> tuple[Path, Path]:
    """Make a key pair in a folder: the private key readable by its owner alone, the public key to be given away.

    Raises InputError where a key is there already (it is never overwritten) or the folder cannot be written.
    """
    private, public = folder / PRIVATE_NAME, folder / PUBLIC_NAME
    if taken := [path for path in (private, public) if path.exists()]:
        raise InputError(str(taken[0]), ["is there already; a key is never overwritten"])
    key = Ed25519PrivateKey.generate()
    lock = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        private.touch(mode=0o600, exist_ok=False)
        private.write_bytes(pem)
        public.write_bytes(_public_pem(key.public_key()))
    except OSError as error:
        raise InputError(str(folder), [f"cannot be written: {error.strerror}"]) from error
    return private, public


def private_key(path: Path, password: str = "") -> Ed25519PrivateKey:
    """The private key in a PEM file. Raises InputError: absent, no Ed25519 key, wrong or missing password."""
    data = _read(path)
    try:
        key = serialization.load_pem_private_key(data, password.encode() if password else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InputError(str(path), [f"is no private key that can be opened: {error}"]) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(str(path), ["is no Ed25519 key; make one with `oit keys new`"])
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """The public key in a PEM file. Raises InputError."""
    try:
        key = serialization.load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(str(path), [f"is no public key: {error}"]) from error
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(str(path), ["is no Ed25519 public key"])
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the key in groups of four, as people read it to each other."""
    digest = hashlib.sha256(_raw(key)).hexdigest()
    return " ".join(re.findall("....", digest[:32]))


def statement(
    about: Mapping[str, Any], manifest: bytes, payload: Mapping[str, str], key: Ed25519PublicKey | None
) -> bytes:
    """The bytes of `seal.json`. `payload`: SHA-256 by path; `about`: agency, framework, run, made_at, software …"""
    stated = {
        "schema": SCHEMA,
        **about,
        "files": len(payload),
        "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
        "merkle_root": merkle_root(payload),
        "public_key": base64.b64encode(_raw(key)).decode() if key else None,
    }
    return (json.dumps(stated, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def sign(data: bytes, key: Ed25519PrivateKey) -> bytes:
    """The signature as a line of base64."""
    return base64.b64encode(key.sign(data)) + b"\n"


def sign_file(path: Path, key: Ed25519PrivateKey) -> Path:
    """Write the detached signature of a file beside it and return its path."""
    target = path.with_name(path.name + DETACHED)
    target.write_bytes(sign(_digest(path), key))
    return target


def timestamp(data: bytes, url: str) -> bytes:
    """The answer of an RFC 3161 authority for these bytes. Raises NoTimestamp."""
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True)
    body = request.cert_request(cert_request=True).build().as_bytes()
    if not url.startswith(("http://", "https://")):
        raise NoTimestamp(f"{url}: is no http(s) address of a timestamp authority")
    asked = urllib.request.Request(url, data=body, headers={"Content-Type": "application/timestamp-query"})
    try:
        context = ssl.create_default_context(cafile=certifi.where())
        with urllib.request.urlopen(asked, timeout=_TIMESTAMP_SECONDS, context=context) as answer:
            token = answer.read(_TIMESTAMP_MOST)
        decode_timestamp_response(token)
    except (OSError, ValueError) as error:
        raise NoTimestamp(f"{url}: gave no timestamp ({error})") from error
    return token


def check(pack: Path, key: Ed25519PublicKey | None = None, roots: Sequence[x509.Certificate] = ()) -> list[Point]:
    """Everything that can be said of a pack, in the order in which a person asks. Raises BadBag where it is none.

    `key`: the public key that the checker trusts, got some other way; `roots`: trusted certificates of timestamp
    authorities. A point with `ok` False means: this pack does not verify.
    """
    points: list[Point] = []
    with BagReader(pack) as bag:
        fault = bag.fault()
        if fault:
            return [Point(f"file_{fault.kind}", False, {"url": fault.path})]
        points.append(Point("files_whole", True, {"count": str(sum(path.startswith(PAYLOAD) for path in bag.paths))}))
        if STATEMENT not in bag.paths:
            return [*points, Point("no_statement", False)]
        stated = bag.read(STATEMENT)
        points += _statement_points(bag, stated)
        points += _signature_points(bag, stated, key)
        points += _timestamp_points(bag, stated, roots)
        embedded = _embedded(stated)
    points += _detached_points(pack, key or embedded)
    points.append(Point("not_proved", None))
    return points


def _statement_points(bag: BagReader, stated: bytes) -> list[Point]:
    try:
        said = json.loads(stated)
        manifest = bag.read(MANIFEST)
        listed = {name: digest for digest, name in (line.split("  ", 1) for line in manifest.decode().splitlines())}
        right = (
            said["schema"] == SCHEMA
            and said["manifest_sha256"] == hashlib.sha256(manifest).hexdigest()
            and said["merkle_root"] == merkle_root(listed)
            and f"Merkle-Root: {said['merkle_root']}\n".encode() in bag.read(INFO)
        )
    except (ValueError, KeyError, TypeError, BadBag):
        return [Point("statement_wrong", False)]
    if not right:
        return [Point("statement_wrong", False)]
    return [Point("statement_right", True, {"text": said["merkle_root"][:16]})]


def _signature_points(bag: BagReader, stated: bytes, key: Ed25519PublicKey | None) -> list[Point]:
    embedded = _embedded(stated)
    if SIGNATURE not in bag.paths:
        return [Point("not_signed", False if key else None)]
    try:
        signature = base64.b64decode(bag.read(SIGNATURE).strip(), validate=True)
    except ValueError:
        return [Point("signature_wrong", False)]
    used = key or embedded
    if used is None or not _is_signed(used, signature, stated):
        return [Point("signature_wrong", False)]
    if key is None:
        return [Point("signed_by_embedded", None, {"text": fingerprint(used)})]
    return [Point("signed_by_key", True, {"text": fingerprint(used)})]


def _timestamp_points(bag: BagReader, stated: bytes, roots: Sequence[x509.Certificate]) -> list[Point]:
    if TIMESTAMP not in bag.paths:
        return [Point("no_timestamp", None)]
    try:
        token = decode_timestamp_response(bag.read(TIMESTAMP))
        when = token.tst_info.gen_time.isoformat()
        if token.tst_info.message_imprint.message != hashlib.sha256(stated).digest():
            return [Point("timestamp_wrong", False)]
        if not roots:
            return [Point("timestamp_unchecked", None, {"text": when})]
        builder = VerifierBuilder()
        for root in roots:
            builder = builder.add_root_certificate(root)
        builder.build().verify_message(token, stated)
    except (ValueError, VerificationError):
        return [Point("timestamp_wrong", False)]
    return [Point("timestamped", True, {"text": when})]


def _detached_points(pack: Path, key: Ed25519PublicKey | None) -> list[Point]:
    beside = pack.with_name(pack.name + DETACHED)
    if not beside.is_file():
        return [Point("zip_not_signed", None)]
    try:
        signature = base64.b64decode(beside.read_bytes().strip(), validate=True)
    except (OSError, ValueError):
        return [Point("zip_wrong", False)]
    right = key is not None and _is_signed(key, signature, _digest(pack))
    return [Point("zip_whole" if right else "zip_wrong", right)]


def _is_signed(key: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def _embedded(stated: bytes) -> Ed25519PublicKey | None:
    """The key that the statement names; it only says that the pack is whole, not who made it."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(json.loads(stated)["public_key"]))
    except (ValueError, KeyError, TypeError):
        return None


def _digest(path: Path) -> bytes:
    """SHA-512 of a file, read in pieces."""
    digest = hashlib.sha512()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.digest()


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(str(path), [f"cannot be opened: {error.strerror}"]) from error
