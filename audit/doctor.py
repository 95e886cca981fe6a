"""What an audit needs of the machine: what is installed, what is missing, and how to get it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

DISTRIBUTION = "oit-audit"
LEAST_PYTHON = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LANGUAGES = {"tha": "tesseract-ocr-tha", "eng": "tesseract-ocr-eng"}
OFFICE_PACKAGES = ("libreoffice-writer-nogui", "libreoffice-calc-nogui", "libreoffice-impress-nogui")
LEAST_FREE_GB = 2
_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `needed` False: an audit gives fewer answers without it, but works."""

    name: str
    ok: bool
    detail: str
    loss: str = ""
    package: str = ""
    needed: bool = False


def examine() -> list[Check]:
    """Look at this machine; asks nothing, changes nothing, uses no network."""
    return [*_python(), *_tesseract(), _browser(), _fonts(), *_converters(), _isolation(), _user(), _space()]


def is_healthy(checks: Iterable[Check]) -> bool:
    """Whether nothing is missing (a warning that names no loss does not count)."""
    return all(check.ok or not (check.needed or check.package) for check in checks)


def remedies(checks: Iterable[Check]) -> list[str]:
    """The commands that bring what is missing."""
    missing = list(dict.fromkeys(check.package for check in checks if not check.ok and check.package))
    lines = [f"sudo apt-get install {' '.join(missing)}"] if missing else []
    if any(not check.ok and check.needed for check in checks):
        lines.append("make install")
    return lines


def unavailable(*, ocr: bool, browser: bool) -> list[str]:
    """One sentence for each program that an audit was to use and that is not there."""
    checks = [*(_tesseract() if ocr else ()), *([_browser()] if browser else ())]
    return [f"{check.name}: not found. {check.loss[:1].upper()}{check.loss[1:]}." for check in checks if not check.ok]


def _python() -> list[Check]:
    found = sys.version_info[:3]
    running = Check("Python", found >= LEAST_PYTHON, ".".join(map(str, found)), needed=True)
    absent = [name for name in _required_packages() if not _is_installed(name)]
    detail = f"missing: {', '.join(absent)}" if absent else f"all {len(_required_packages())} installed"
    return [running, Check("Python packages", not absent, detail, needed=True)]


def _required_packages() -> list[str]:
    """Names of the packages this project depends on, without those of its extras."""
    lines = requires(DISTRIBUTION) or []
    return [re.split(r"[\s<>=!~;\[(]", line, maxsplit=1)[0] for line in lines if "extra ==" not in line]


def _is_installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _tesseract() -> list[Check]:
    loss = "scanned pages and pictures stay unread; items that rest on them are unsure"
    output = _run(["tesseract", "--version"])
    program = Check("Tesseract (OCR)", output is not None, _first_line(output), loss, "tesseract-ocr")
    known = (_run(["tesseract", "--list-langs"]) or "").split()
    languages = (
        Check(
            f"Tesseract language {code}",
            code in known,
            "found" if code in known else "not found",
            loss,
            LANGUAGES[code],
        )
        for code in LANGUAGES
    )
    return [program, *languages]


def _browser() -> Check:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None) or _playwright_browser()
    loss = "pages that need JavaScript stay unread and no pictures of pages are kept"
    return Check("Chromium", path is not None, path or "not found", loss, "chromium")


def _playwright_browser() -> str | None:
    """The browser that Playwright has downloaded for itself, if it has."""
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except (Error, OSError):
        return None
    return path if shutil.which(path) else None


def _fonts() -> Check:
    lines = (_run(["fc-list", ":lang=th"]) or "").splitlines()
    families = {line.split(":")[1].strip() for line in lines if ":" in line}
    loss = "pictures of pages show no Thai letters"
    return Check(
        "Thai fonts", bool(families), f"{len(families)} families" if families else "none found", loss, "fonts-thai-tlwg"
    )


def _converters() -> list[Check]:
    """The programs that open formats of old: Office of before 2007, packed RAR archives."""
    from evidence.text.archive import unpacker
    from evidence.text.converters import office

    program, rar = office(), unpacker()
    loss = "old Office files (.doc, .ppt, .xlsb) stay unread; items that rest on them are unsure"
    packed = "packed RAR archives stay unread; items that rest on them are unsure"
    return [
        Check("LibreOffice", bool(program), program or "not found", loss, " ".join(OFFICE_PACKAGES)),
        Check("RAR archives", bool(rar), rar or "not found", packed, "libarchive-tools"),
    ]


def _isolation() -> Check:
    """How well the child processes that open fetched documents are shut in."""
    from evidence.text.isolate import isolation

    detail = isolation()
    return Check("Reading in child processes", "without network" in detail, detail)


def _user() -> Check:
    root = os.geteuid() == 0
    detail = "running as root: real audits should run as an ordinary user" if root else "an ordinary user"
    return Check("User", not root, detail)


def _space() -> Check:
    free = shutil.disk_usage(".").free / 1e9
    return Check("Disk space", free >= LEAST_FREE_GB, f"{free:.0f} GB free", "an audit of one agency keeps up to 2 GB")


def _run(command: Sequence[str]) -> str | None:
    """The program's output, or None where it is absent, fails or hangs."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout + done.stderr if done.returncode == 0 else None


def _first_line(output: str | None) -> str:
    return output.splitlines()[0] if output else "not found"
