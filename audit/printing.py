"""Prints our own HTML pages as PDF in a Chromium without network and without scripts; fonts are embedded."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser, Error

from audit.web_pictures import shut_in_chromium
from oit.errors import InputError, OitError

SECONDS = 120
_PAGE = "http://report.invalid/"
_FOOTER = (
    '<div style="width:100%;text-align:center;font-size:8pt;font-family:sans-serif;color:#444">'
    '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
)


class NotPrinted(OitError):
    """No PDF came of a page: there is no Chromium, or it failed."""


class Printer:
    """One Chromium for any number of PDFs. Use as a context manager."""

    def __init__(self) -> None:
        self._stack = shut_in_chromium()
        self._browser: Browser | None = None

    def __enter__(self) -> Printer:
        self._browser = self._stack.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def print(self, html: str, lang: str = "th") -> bytes:
        """A page as tagged PDF on A4, page numbers at the foot, in one of the page's languages.

        Raises NotPrinted.
        """
        if self._browser is None:
            raise NotPrinted("no Chromium is installed; `oit doctor` says how to get it")
        context = None
        try:
            context = self._browser.new_context(
                java_script_enabled=False, offline=True, service_workers="block", accept_downloads=False
            )
            context.route(
                "**/*",
                lambda route: (
                    route.fulfill(status=200, body=html, content_type="text/html; charset=utf-8")
                    if route.request.url == _PAGE
                    else route.abort()
                ),
            )
            page = context.new_page()
            page.set_default_timeout(SECONDS * 1000)
            page.goto(_PAGE, wait_until="load")
            choice = page.locator(f"#lang-{lang}")
            if choice.count():
                choice.check(force=True)
            return page.pdf(
                format="A4",
                prefer_css_page_size=True,
                print_background=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=_FOOTER,
                tagged=True,
                outline=True,
            )
        except Error as error:
            raise NotPrinted(f"Chromium could not print the page: {str(error).splitlines()[0]}") from error
        finally:
            if context is not None:
                with suppress(Error):
                    context.close()

    def write(self, path: Path, html: str, lang: str = "th") -> None:
        """The same into a file. Raises NotPrinted, and InputError where the file cannot be written."""
        data = self.print(html, lang)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise InputError(str(path), [f"cannot be written: {error.strerror}"]) from error
