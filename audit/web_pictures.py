"""Pictures of stored web pages with the places of quoted words: drawn in Chromium without network and without scripts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib import resources

from playwright.sync_api import Browser, Error, Route, sync_playwright

from crawler.browser import find_chromium

WIDTH = 1000
TALLEST = 6000
QUALITY = 60
SECONDS = 15
_FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--hide-scrollbars",
)
Rectangle = tuple[float, float, float, float]
Stored = Callable[[str], tuple[bytes, str] | None]
"""What is stored for an address: its bytes and content type, or None."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Words to find on a page, and what stands before and after them: it tells the place where they stand often."""

    words: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class WebPicture:
    """A JPEG of the page (its first `TALLEST` pixels) and, for each quote, where its words stand (pixels, x0 y0 x1 y1)."""

    jpeg: bytes
    width: int
    height: int
    places: Mapping[Sought, tuple[Rectangle, ...]]


class WebPictures:
    """One Chromium for the pictures of one pack. Use as a context manager; without a Chromium `draw` gives None."""

    def __init__(self) -> None:
        self._stack = shut_in_chromium()
        self._browser: Browser | None = None

    def __enter__(self) -> WebPictures:
        self._browser = self._stack.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.__exit__(None, None, None)

    def draw(
        self, url: str, html: bytes, content_type: str, quotes: Sequence[Sought], stored: Stored
    ) -> WebPicture | None:
        """Draw a stored page. Its images and styles come from `stored`; what is not stored is left out.

        No script of the page runs and no connection is made; a page that cannot be drawn gives None.
        """
        if self._browser is None:
            return None
        context = None
        try:
            context = self._browser.new_context(
                java_script_enabled=False,
                offline=True,
                service_workers="block",
                accept_downloads=False,
                locale="th-TH",
                viewport={"width": WIDTH, "height": 900},
            )
            context.route("**/*", lambda route: _answer(route, url, html, content_type, stored))
            page = context.new_page()
            page.set_default_timeout(SECONDS * 1000)
            page.goto(url, wait_until="load")
            found = page.evaluate(_finder(), [asdict(quote) for quote in quotes])
            height = max(1, min(int(found["height"]), TALLEST))
            clip = {"x": 0, "y": 0, "width": WIDTH, "height": height}
            jpeg = page.screenshot(type="jpeg", quality=QUALITY, full_page=True, clip=clip, animations="disabled")  # type: ignore[arg-type]
        except Error:
            return None
        finally:
            if context is not None:
                with suppress(Error):
                    context.close()
        places = {
            quote: tuple((a, b, c, d) for a, b, c, d in rectangles if b < height)
            for quote, rectangles in zip(quotes, found["places"], strict=True)
        }
        return WebPicture(jpeg, WIDTH, height, places)


def _answer(route: Route, url: str, html: bytes, content_type: str, stored: Stored) -> None:
    """Serve the page itself and what is stored of the rest; nothing leaves the machine."""
    request = route.request
    if request.is_navigation_request() and request.frame.parent_frame is None:
        kind = content_type if "html" in content_type else "text/html; charset=utf-8"
        route.fulfill(
            status=200, body=html, headers={"content-type": kind, "content-security-policy": "script-src 'none'"}
        )
        return
    kept = stored(request.url)
    if kept is None:
        route.abort()
    else:
        route.fulfill(status=200, body=kept[0], headers={"content-type": kept[1]})


@contextmanager
def shut_in_chromium() -> Iterator[Browser | None]:
    """A Chromium that reaches no host: no names, no proxy, no background traffic; None where none can be started."""
    program = find_chromium()
    try:
        playwright = sync_playwright().start()
    except Error:
        yield None
        return
    try:
        sandboxed = os.geteuid() != 0
        options = {"executable_path": program} if program else {}
        try:
            browser = playwright.chromium.launch(args=list(_FLAGS), chromium_sandbox=sandboxed, **options)  # type: ignore[arg-type]
        except Error:
            yield None
            return
        try:
            yield browser
        finally:
            with suppress(Error):
                browser.close()
    finally:
        playwright.stop()


def _finder() -> str:
    return (resources.files("audit") / "find_words.js").read_text("utf-8")
