"""Builds a labelled agency from its content folder: site, submission and truth (`build.py [--fresh] [CODE …]`).

Without codes it builds the agencies of `content/`; those of `heldout/content/` only when named.

A content folder holds `agency.toml` (the agency, its menus, people, news), `items.toml` (answers and labels, item by
item) and `*.txt` files of entries: pages, documents and faults, written in the markup of `markup.py`. Building needs
LibreOffice, Chromium and the Thai fonts of Debian; the built folder needs nothing. The environment variable
OIT_FONTS may name a folder of further fonts (THSarabunNew.ttf, Sarabun-Regular.ttf).
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import tomllib
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import jinja2  # noqa: E402
import markup  # noqa: E402
import producers  # noqa: E402

ROOT = HERE.parents[1]
HOMES = (HERE, HERE / "heldout")
TEMPLATES = jinja2.Environment(loader=jinja2.FileSystemLoader([home / "templates" for home in HOMES]), autoescape=False)
PAGE_KEYS = {"status", "headers", "type", "fault", "seconds", "fail_first", "note"}


@dataclass
class Source:
    """One entry of the content files: its address, its keys and its body in markup."""

    target: str
    keys: dict[str, Any]
    body: str


@dataclass
class Build:
    """An agency being built: what was read, and the entries of `site.json` so far."""

    code: str
    agency: dict[str, Any]
    items: dict[str, dict[str, Any]]
    sources: list[Source]
    out: Path
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    made_from: dict[str, str] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)


def build(code: str, *, fresh: bool = False) -> Path:
    """Build the agency of that code into its output folder and return the folder.

    Documents whose source has not changed are kept as they are, unless `fresh`.
    """
    made = read(code)
    made.kept = {} if fresh else _kept(made)
    shutil.rmtree(made.out / "files", ignore_errors=True)
    (made.out / "files").mkdir(parents=True)
    for source in made.sources:
        print(f"  {source.target}", flush=True)
        _add(made, source)
    _pictures(made)
    _write_site(made)
    _dump(made.out / "submission.json", submission(made))
    _dump(made.out / "truth.json", truth(made))
    return made.out


def read(code: str) -> Build:
    """The content of an agency. SystemExit names the file and entry of a bad key."""
    folder = _folder(code)
    agency = tomllib.loads(_text(folder / "agency.toml"))
    items = tomllib.loads(_text(folder / "items.toml"))
    filler = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    sources: list[Source] = []
    for path in sorted(folder.glob("*.txt")):
        text = filler.from_string(_text(path)).render(a=agency, money="{:,.2f}".format)
        sources += _entries(text, path.name)
    return Build(code, agency, items, sources, ROOT / agency["output"])


def _folder(code: str) -> Path:
    for home in HOMES:
        if (folder := home / "content" / code).is_dir():
            return folder
    raise SystemExit(f"no content for agency {code}")


def _text(path: Path) -> str:
    """A content file with `{u:name}` written out as the address a module has in the shared local-government CMS."""
    text = path.read_text("utf-8")
    return re.sub(r"\{u:(\w+)\}", lambda found: f"/index.php?_mod={_base64(found[1])}&type={_base64('page')}", text)


def _base64(word: str) -> str:
    return b64encode(word.encode()).decode().rstrip("=")


def _entries(text: str, name: str) -> list[Source]:
    found = []
    for chunk in re.split(r"^=== ", text, flags=re.M)[1:]:
        head, _, body = chunk.partition("\n---\n")
        target, _, keys = head.partition("\n")
        try:
            found.append(Source(target.strip(), tomllib.loads(keys), body))
        except tomllib.TOMLDecodeError as error:
            raise SystemExit(f"{name}: {target}: {error}") from error
    return found


def _add(made: Build, source: Source) -> None:
    producer = source.keys.get("producer", "page")
    entry = {key: value for key, value in source.keys.items() if key in PAGE_KEYS}
    data, content_type = _produce(made, source, producer)
    if data is not None:
        entry["file"] = _store(made, _file_name(source.target, content_type), data)
    entry.setdefault("type", content_type)
    made.entries[source.target] = entry
    if producer == "page" and "content_api" in made.agency:
        _store_content(made, source)


def _store_content(made: Build, source: Source) -> None:
    """The body of a page as JSON, where the layout is an application that asks for it in the browser."""
    content = {**source.keys, "html": markup.to_html(markup.parse(source.body, made.agency))}
    path = source.target if source.target.startswith("/") else f"/{source.target}"
    target = f"{made.agency['content_api']}{'/index' if path == '/' else path}.json"
    file = made.out / "files" / target.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    _dump(file, content)
    made.entries[target] = {"file": f"files/{target.lstrip('/')}", "type": "application/json; charset=utf-8"}


def _store(made: Build, name: str, data: bytes) -> str:
    path = made.out / "files" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return f"files/{name}"


def _produce(made: Build, source: Source, producer: str) -> tuple[bytes | None, str]:
    if producer in ("fault", "redirect", "empty"):
        return None, source.keys.get("type", "text/html; charset=utf-8")
    if producer == "raw":
        return source.body.encode(source.keys.get("encoding", "utf-8")), source.keys.get("type", "text/plain")
    if producer == "page":
        return page_bytes(made, source), made.agency.get("page_type", "text/html; charset=utf-8")
    made.made_from[source.target] = fingerprint(source)
    data = made.kept.get(source.target)
    if data is None:
        data = producers.make(producer, markup.parse(source.body, made.agency), source.keys)
    return data, producers.content_type(producer)


def fingerprint(source: Source) -> str:
    """What a document was made from, short: it tells a committed document that is out of date."""
    words = json.dumps([source.keys, source.body], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _kept(made: Build) -> dict[str, bytes]:
    """Documents of the last build whose source has not changed: made again they would differ in dates and ids only."""
    path = made.out / "site.json"
    if not path.exists():
        return {}
    site = json.loads(path.read_text("utf-8"))
    now = {source.target: fingerprint(source) for source in made.sources}
    return {
        target: (made.out / site["entries"][target]["file"]).read_bytes()
        for target, mark in site.get("made_from", {}).items()
        if now.get(target) == mark and site["entries"][target].get("file")
    }


def page_bytes(made: Build, source: Source) -> bytes:
    """An HTML page in its layout and encoding; characters the encoding lacks become references."""
    html = TEMPLATES.get_template(f"{source.keys.get('layout', made.agency['layout'])}.html").render(
        a=made.agency,
        page=source.keys,
        target=source.target,
        body=markup.to_html(markup.parse(source.body, made.agency)),
        code=made.code,
    )
    return html.encode(source.keys.get("encoding", made.agency.get("encoding", "utf-8")), "xmlcharrefreplace")


def _pictures(made: Build) -> None:
    """Draw every picture that pages or the agency's people name under `/pictures` and that no entry makes."""
    drawn = {person["photo"]: person for person in made.agency.get("people", []) if "photo" in person}
    wanted = dict.fromkeys(drawn)
    for entry in made.entries.values():
        if entry.get("file", "").endswith((".html", ".json")):
            html = (made.out / entry["file"]).read_text("utf-8", "ignore").replace('\\"', '"')
            wanted.update(dict.fromkeys(re.findall(r'src="([^":?]+\.(?:jpg|png))"', html, re.I)))
    for target in wanted:
        if target not in made.entries:
            producer = "portrait" if target in drawn else "photo"
            data = producers.picture(producer, target, drawn.get(target, {}), made.agency)
            _store_picture(made, target, data)


def _store_picture(made: Build, target: str, data: bytes) -> None:
    kind = "image/png" if target.endswith("png") else "image/jpeg"
    made.entries[target] = {"file": _store(made, target.lstrip("/"), data), "type": kind}


def _file_name(target: str, content_type: str) -> str:
    parts = urlsplit(target)
    name = unquote(parts.path).strip("/") or "index"
    if parts.query:
        name += "__" + re.sub(r"[^A-Za-z0-9]+", "_", parts.query)
    name = re.sub(r"[^A-Za-z0-9._/-]+", "_", quote(name, safe="/").replace("%", ""))
    if content_type.startswith("text/html") and not name.endswith((".html", ".php")):
        name = f"{name}/index.html" if target.endswith("/") and name != "index" else f"{name}.html"
    return name if len(name) < 120 else name[:60] + name[-50:]


def _write_site(made: Build) -> None:
    missing = made.entries.pop("404", {"status": 404})
    site = {
        "schema": "oit-site/1",
        "agency": made.code,
        "not_found": missing,
        "entries": made.entries,
        "made_from": made.made_from,
    }
    dead = made.agency.get("dead_links", [])
    _dump(made.out / "site.json", site | ({"dead_links": dead} if dead else {}))


def submission(made: Build) -> dict[str, Any]:
    """`submission.json` (`oit-submission/1`), its URLs on the placeholder host."""
    agency = made.agency
    answers = []
    for code, item in made.items.items():
        if not item.get("unanswered"):
            urls = [url if "://" in url else "http://{host}" + url for url in item.get("urls", [])]
            answers.append(
                {
                    "item": code,
                    "disclosed": item.get("disclosed", True),
                    "urls": urls,
                    "explanation": item.get("explanation", ""),
                    **({"exclusion_reason": item["exclusion_reason"]} if "exclusion_reason" in item else {}),
                }
            )
    keys = ("name", "type", "province", "year_basis")
    about = {"code": made.code, **{key: agency[key] for key in keys}, "homepage": "http://{host}/"}
    return {
        "schema": "oit-submission/1",
        "framework": agency["framework"],
        "agency": about,
        "approved": agency.get("approved"),
        "as_of": agency["as_of"],
        "answers": answers,
    }


def truth(made: Build) -> dict[str, Any]:
    """`truth.json` (`oit-truth/1`): the labels of every item."""
    items = {}
    for code, item in made.items.items():
        label = {key: item[key] for key in ("verdict", "reasons", "cause", "year", "months_missing") if key in item}
        elements = {word.lstrip("-?"): _mark(word) for word in item.get("elements", "").split()}
        items[code] = label | ({"elements": elements} if elements else {})
    return {
        "schema": "oit-truth/1",
        "agency": made.code,
        "framework": made.agency["framework"],
        "as_of": made.agency["as_of"],
        "items": items,
    }


def _mark(word: str) -> str:
    return {"-": "not_met", "?": "unsure"}.get(word[0], "met")


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    afresh = "--fresh" in sys.argv
    codes = [argument for argument in sys.argv[1:] if argument != "--fresh"]
    for agency_code in codes or sorted(path.name for path in (HERE / "content").iterdir()):
        print(build(agency_code, fresh=afresh))
