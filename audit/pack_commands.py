"""`oit pack`, `oit verify`, `oit keys`: sealed evidence, and what a seal proves."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from oit.errors import InputError

FILE = click.Path(dir_okay=False, path_type=Path)
STORE = click.Path(exists=True, file_okay=False, path_type=Path)
PASSWORD = "OIT_KEY_PASSWORD"


@click.command()
@click.argument("code")
@click.option("--store", type=STORE, default=Path("var"), show_default=True, help="Where evidence is kept.")
@click.option("--out", type=FILE, required=True, help="The ZIP file to write.")
@click.option("--framework", type=int, help="The fiscal year (Buddhist Era) of the audit; by default the latest.")
@click.option("--key", type=FILE, help=f"Private key to sign with (its password, if any, in {PASSWORD}).")
@click.option(
    "--timestamp", "timestamp_url", default="", metavar="URL", help="RFC 3161 authority that stamps the time."
)
@click.option("--most-mb", type=click.IntRange(1), default=60, show_default=True, help="What the pack may weigh.")
@click.option("--no-pictures", is_flag=True, help="Leave out the pictures of pages.")
def pack(
    code: str,
    store: Path,
    out: Path,
    framework: int | None,
    key: Path | None,
    timestamp_url: str,
    most_mb: int,
    no_pictures: bool,
) -> None:
    """Make the evidence pack of agency CODE: one ZIP that opens offline and that `oit verify` checks.

    Holds a page for each item with the quotes marked on pictures of their pages, the originals, the WARC, result and
    criteria; as a BagIt bag with SHA-256 manifests, a Merkle root and (with --key) Ed25519 signatures.

    \b
    Examples:
      oit pack 6470301 --store evidence --out 6470301.zip
      oit pack 6470301 --store evidence --out 6470301.zip --key keys/oit-private.pem --timestamp https://tsa.example/
    """
    from audit.pack import make
    from evidence.seal import private_key
    from evidence.store import EvidenceStore

    signer = private_key(key, os.environ.get(PASSWORD, "")) if key else None
    with EvidenceStore.open(store) as opened:
        made = make(
            opened,
            code,
            out,
            framework=framework,
            key=signer,
            timestamp_url=timestamp_url,
            most_bytes=most_mb * 1_000_000,
            pictures=not no_pictures,
        )
    click.echo(f"Pack: {made.file} ({made.bytes / 1e6:.1f} MB, {made.documents} documents)")
    if made.signature:
        click.echo(f"Signature of the ZIP: {made.signature}")
    if made.left_out:
        click.echo(f"{made.left_out} documents are left out and named in it.", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=FILE, help="The maker's public key, got from the maker by another way.")
@click.option(
    "--authority", "authorities", type=FILE, multiple=True, help="Certificate (PEM) of a timestamp authority."
)
@click.option("--lang", type=click.Choice(["th", "en"]), default=None, help="One language only.  [default: both]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(file: Path, key: Path | None, authorities: tuple[Path, ...], lang: str | None, as_json: bool) -> None:
    """Check an evidence pack: say what is proved and what is not, and name the first file that differs.

    Ends with 1 when it does not verify.

    \b
    Examples:
      oit verify 6470301.zip --key oit-public.pem
      oit verify 6470301.zip --key oit-public.pem --authority tsa-root.pem
    """
    from cryptography import x509

    from evidence import seal
    from reports import messages

    trusted = seal.public_key(key) if key else None
    try:
        roots = [one for path in authorities for one in x509.load_pem_x509_certificates(path.read_bytes())]
    except (OSError, ValueError) as error:
        raise InputError(", ".join(map(str, authorities)), [f"is no certificate: {error}"]) from error
    points = seal.check(file, trusted, roots)
    failed = any(point.ok is False for point in points)
    if as_json:
        told = [{"id": point.id, "ok": point.ok, **point.values} for point in points]
        click.echo(json.dumps({"file": str(file), "verifies": not failed, "points": told}, ensure_ascii=False))
    else:
        for language in [lang] if lang else messages.LANGUAGES:
            for point in points:
                mark = {True: "✓", False: "✗", None: "·"}[point.ok]
                click.echo(f"{mark} {messages.seen(f'seal.{point.id}', language, **point.values)}")
            click.echo(messages.seen("seal.failed" if failed else "seal.verified", language))
            click.echo()
    if failed:
        sys.exit(1)


@click.group()
def keys() -> None:
    """Keys that seal evidence packs."""


@keys.command("new")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the two files."
)
def keys_new(out: Path) -> None:
    """Make a key pair: oit-private.pem, which stays with the operator, and oit-public.pem, which everybody may have.

    A password in the environment variable OIT_KEY_PASSWORD locks the private key.

    \b
    Example:
      oit keys new --out keys
    """
    from evidence import seal

    private, public = seal.new_keys(out, os.environ.get(PASSWORD, ""))
    click.echo(f"Private key: {private} (keep it; whoever has it can seal packs in your name)")
    click.echo(f"Public key:  {public} (publish it)")
    click.echo(f"Fingerprint: {seal.fingerprint(seal.public_key(public))}")
