from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from audit import doctor
from audit.doctor import Check, examine, is_healthy, remedies, unavailable


def named(checks: Sequence[Check], name: str) -> Check:
    return next(check for check in checks if check.name == name)


def test_a_machine_that_lacks_programs_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_run", lambda command: None)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    checks = examine()
    assert not is_healthy(checks)
    (line,) = remedies(checks)
    assert line.startswith("sudo apt-get install tesseract-ocr tesseract-ocr-tha")
    assert "chromium" in line
    assert "fonts-thai-tlwg" in line
    assert "libreoffice-writer-nogui" in line
    assert "libarchive-tools" in line
    assert all(check.loss for check in checks if not check.ok and check.package)


def test_a_missing_python_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        doctor, "requires", lambda name: ["click>=8", "not-there>=1; python_version > '3'", "x; extra == 'dev'"]
    )
    checks = examine()
    assert named(checks, "Python packages").detail == "missing: not-there"
    assert "make install" in remedies(checks)


def test_a_language_that_tesseract_lacks_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"--version": "tesseract 5.3.0\n", "--list-langs": "List of available languages (1):\neng\n"}
    monkeypatch.setattr(doctor, "_run", lambda command: answers.get(command[-1]))
    checks = examine()
    assert named(checks, "Tesseract (OCR)").ok
    assert named(checks, "Tesseract language eng").ok
    assert not named(checks, "Tesseract language tha").ok


@pytest.mark.parametrize(("uid", "ok"), [(0, False), (1000, True)])
def test_running_as_root_is_noted_but_is_not_a_fault(monkeypatch: pytest.MonkeyPatch, uid: int, ok: bool) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    user = named(examine(), "User")
    assert user.ok is ok
    assert is_healthy([user])


def test_what_the_project_depends_on_is_looked_up_without_its_extras() -> None:
    packages = doctor._required_packages()
    assert "scrapy" in packages
    assert "pytest" not in packages


def test_programs_that_an_audit_has_to_do_without_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("audit.doctor._playwright_browser", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert any(line.startswith("Chromium: not found. Pages") for line in unavailable(ocr=False, browser=True))
    assert any(line.startswith("Tesseract (OCR): not found. Scanned") for line in unavailable(ocr=True, browser=False))
    assert unavailable(ocr=False, browser=False) == []
