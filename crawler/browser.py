"""The browser lane: renders pages that show nothing without scripts, in Chromium behind the address guard."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import shutil
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.async_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Playwright,
    Request,
    Response,
    Route,
    async_playwright,
)
from playwright.async_api import TimeoutError as PlaywrightTimeout

from crawler.egress import AddressPolicy
from crawler.proxy import GuardProxy
from crawler.settings import CrawlSettings
from crawler.urls import host_of
from oit.findings import Outcome

logger = logging.getLogger(__name__)

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = "The page needs a browser and none is installed (apt-get install chromium); open it by hand."
LARGEST_PICTURE = 2 * 1024 * 1024
PAGES_AT_ONCE = 2
PAGES_A_PROCESS = 100
_TALLEST = 8000
_MOST_CLICKS, _MOST_ROUNDS, _ROUND_MS = 60, 5, 2000
_MOST_ANSWERS, _LARGEST_ANSWERS = 200, 30 * 1024 * 1024
_LARGEST_PAGE = 8 * 1024 * 1024
_SKIPPED = frozenset({"media", "font", "websocket", "eventsource", "manifest"})
_FLAGS = (
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-features=Translate,OptimizationHints,MediaRouter,InterestFeedContentSuggestions",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--mute-audio",
    "--no-pings",
)
_NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there, so that nothing which slips past the stored answers gets anywhere."""
_NO_CALLS = """for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"])
  try { Object.defineProperty(window, name, {value: undefined, writable: false, configurable: false}); } catch (e) {}"""
"""Calls between browsers send datagrams past any proxy."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One request that the page made and its answer, for the evidence."""

    url: str
    method: str
    status: int
    reason: str
    request_headers: tuple[tuple[str, str], ...]
    response_headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the browser showed: the DOM after scripts and a picture of the page (PNG or JPEG; empty where none came)."""

    outcome: Outcome
    detail: str = ""
    final_url: str = ""
    status: int | None = None
    html: bytes = b""
    picture: bytes = b""
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored answer that stands in for the network."""

    body: bytes
    content_type: str


Answers = Callable[[str], Awaitable[Stored | None]]


def find_chromium() -> str:
    """The path of an installed Chromium or Chrome; "" where there is none but perhaps Playwright's own."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), "")


class BrowserLane:
    """A Chromium started at the first page that needs it, shared by all agencies of a crawl, two pages at a time.

    After `PAGES_A_PROCESS` pages it is ended and started anew, since browsers grow. `processes` counts how many there were.
    """

    def __init__(self, settings: CrawlSettings, policy: AddressPolicy) -> None:
        self._settings = settings
        self._policy = policy
        self._proxy = GuardProxy(policy)
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._starting = asyncio.Lock()
        self._turns = asyncio.Semaphore(PAGES_AT_ONCE)
        self._active = 0
        self._used = 0
        self.processes = 0
        self._broken = (
            "" if settings.browser else "The page needs a browser and browsing is switched off; open it by hand."
        )

    @property
    def available(self) -> bool:
        """Whether pages can be rendered, as far as is known yet."""
        return not self._broken

    async def render(self, url: str) -> Rendered:
        """Render a page. Never raises: what goes wrong is the outcome, `unreadable` where there is no browser."""
        async with self._turns:
            browser = await self._started()
            if browser is None:
                return Rendered(Outcome.UNREADABLE, self._broken)
            self._active += 1
            try:
                limit = self._settings.browser_seconds + 15
                return await asyncio.wait_for(self._render(browser, url), limit)
            except (TimeoutError, PlaywrightTimeout):
                return Rendered(
                    Outcome.TIMEOUT, "The page did not finish loading in the browser; try again later.", url
                )
            except Error as error:
                logger.info("%s in the browser: %s", url, error)
                if host_of(url) in self._proxy.refused:
                    return Rendered(Outcome.FORBIDDEN_ADDRESS, "The address is not on the public internet.", url)
                return Rendered(Outcome.UNREADABLE, "The page could not be shown in a browser; open it by hand.", url)
            finally:
                self._active -= 1

    async def photograph(self, url: str, answers: Answers) -> bytes:
        """A picture of the whole page at `url`, made of stored answers alone: no network, no scripts. Empty for none."""
        async with self._turns:
            browser = await self._started()
            if browser is None:
                return b""
            self._active += 1
            try:
                return await asyncio.wait_for(_photograph(browser, url, answers), self._settings.browser_seconds)
            except (TimeoutError, Error) as error:
                logger.info("no picture of %s: %s", url, error)
                return b""
            finally:
                self._active -= 1

    async def close(self) -> None:
        """End the browser and its proxy."""
        if self._browser is not None:
            with contextlib.suppress(Error):
                await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
            await self._proxy.__aexit__()
        self._browser = self._playwright = None

    async def _started(self) -> Browser | None:
        async with self._starting:
            if self._broken:
                return None
            if self._used >= PAGES_A_PROCESS:
                await self._retire()
            if self._browser is not None and self._browser.is_connected():
                self._used += 1
                return self._browser
            try:
                if self._playwright is None:
                    await self._proxy.__aenter__()
                    self._playwright = await async_playwright().start()
                self._browser = await self._launch(self._playwright)
                self.processes, self._used = self.processes + 1, 1
            except (Error, OSError) as error:
                logger.warning("no browser: %s", str(error).splitlines()[0] if str(error) else error)
                self._broken = MISSING
                return None
            return self._browser

    async def _retire(self) -> None:
        """End the browser once the page beside is done; every page has a time limit, so that comes."""
        while self._active:
            await asyncio.sleep(0.05)
        if self._browser is not None:
            with contextlib.suppress(Error):
                await self._browser.close()
        self._browser = None

    async def _launch(self, playwright: Playwright) -> Browser:
        sandboxed = os.name == "posix" and os.geteuid() != 0
        options: dict[str, Any] = {
            "headless": True,
            "proxy": {"server": self._proxy.url},
            "args": list(_FLAGS),
            "chromium_sandbox": sandboxed,
            "timeout": 30_000,
            "handle_sigint": False,
            "handle_sigterm": False,
            "handle_sighup": False,
        }
        program = find_chromium()
        if program:
            options["executable_path"] = program
        try:
            return await playwright.chromium.launch(**options)
        except Error:
            if not sandboxed:
                raise
            return await playwright.chromium.launch(**{**options, "chromium_sandbox": False})

    async def _render(self, browser: Browser, url: str) -> Rendered:
        async with _context(browser, self._settings.user_agent) as context:
            page = await context.new_page()
            await page.add_init_script(_NO_CALLS)
            await page.route("**/*", _only_what_shows)
            heard: list[Response] = []
            page.on("response", lambda response: heard.append(response))
            budget = self._settings.browser_seconds * 1000
            response = await page.goto(url, wait_until="domcontentloaded", timeout=budget)
            with contextlib.suppress(PlaywrightTimeout):
                await page.wait_for_load_state("networkidle", timeout=min(8000, budget))
            final = page.url
            if host_of(final) in self._proxy.refused or host_of(url) in self._proxy.refused:
                return Rendered(Outcome.FORBIDDEN_ADDRESS, "The address is not on the public internet.", final)
            html = (await page.content()).encode()
            if await _open_doors(page):
                final, html = page.url, (await page.content()).encode()
            if len(html) > _LARGEST_PAGE:
                return Rendered(Outcome.TOO_LARGE, "The rendered page is larger than the limit.", final)
            picture = await _picture(page)
            status = response.status if response else None
            return Rendered(Outcome.OK, "", final, status, html, picture, await _answers_of(heard))


async def _open_doors(page: Page) -> bool:
    """Click what hides content (accordions, "load more") and wait for what comes; whether anything was clicked.

    A click that leads to another page is taken back: then nothing was clicked.
    """
    script, given, before, any_clicked = expanding(), {"words": more_words(), "most": _MOST_CLICKS}, page.url, False
    for _ in range(_MOST_ROUNDS):
        try:
            clicked = int(await page.evaluate(script, given))
            if not clicked:
                break
            any_clicked = True
            with contextlib.suppress(PlaywrightTimeout):
                await page.wait_for_load_state("networkidle", timeout=_ROUND_MS)
            await page.wait_for_timeout(100)
        except Error as error:
            logger.info("%s: nothing opened: %s", before, error)
            break
        if page.url.partition("#")[0] != before.partition("#")[0]:
            await page.go_back(timeout=5000)
            return False
    return any_clicked


async def _answers_of(heard: list[Response]) -> tuple[Answered, ...]:
    """The answers the page got, with their bodies as far as they are kept."""
    kept: list[Answered] = []
    size = 0
    for response in heard[:_MOST_ANSWERS]:
        request = response.request
        if not request.url.startswith(("http://", "https://")):
            continue
        try:
            body = b"" if 300 <= response.status < 400 else await asyncio.wait_for(response.body(), 5)
            asked, came = await request.headers_array(), await response.headers_array()
        except (Error, TimeoutError):
            continue
        size += len(body)
        if size > _LARGEST_ANSWERS:
            break
        kept.append(
            Answered(
                request.url, request.method, response.status, response.status_text, _pairs(asked), _pairs(came), body
            )
        )
    return tuple(kept)


def _pairs(headers: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(each["name"]), str(each["value"])) for each in headers)


@cache
def expanding() -> str:
    """The script that opens what hides content."""
    return Path(__file__).with_name("expand.js").read_text("utf-8")


@cache
def more_words() -> list[str]:
    """How buttons begin that bring more of a list (browser.toml), lower-cased."""
    data = tomllib.loads(Path(__file__).with_name("browser.toml").read_text("utf-8"))
    return [word.lower() for word in data["more"]]


@contextlib.asynccontextmanager
async def _context(browser: Browser, user_agent: str) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        accept_downloads=False,
        ignore_https_errors=True,
        locale="th-TH",
        service_workers="block",
        viewport={"width": 1280, "height": 900},
        user_agent=f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome Safari {user_agent}",
    )
    try:
        yield context
    finally:
        with contextlib.suppress(Error):
            await context.close()


async def _photograph(browser: Browser, url: str, answers: Answers) -> bytes:
    async def answer(route: Route, request: Request) -> None:
        stored = await answers(request.url) if request.method == "GET" else None
        if stored is None:
            await route.abort()
        else:
            await route.fulfill(status=200, body=stored.body, headers={"Content-Type": stored.content_type})

    context = await browser.new_context(
        java_script_enabled=False,
        accept_downloads=False,
        service_workers="block",
        viewport={"width": 1280, "height": 900},
        proxy={"server": _NOWHERE},
    )
    try:
        page = await context.new_page()
        await page.route("**/*", answer)
        await page.goto(url, wait_until="load", timeout=15_000)
        return await _picture(page)
    finally:
        with contextlib.suppress(Error):
            await context.close()


async def _only_what_shows(route: Route, request: Request) -> None:
    if request.resource_type in _SKIPPED or urlsplit(request.url).scheme not in ("http", "https", "data", "blob"):
        await route.abort()
    else:
        await route.continue_()


async def _picture(page: Page) -> bytes:
    """A picture of the whole page (of its first `_TALLEST` pixels), as PNG if that is small enough, else as JPEG."""
    try:
        height = int(await page.evaluate("Math.ceil(document.documentElement.scrollHeight)") or 900)
        clip = {"x": 0, "y": 0, "width": 1280, "height": max(1, min(height, _TALLEST))}
        png = await page.screenshot(full_page=True, clip=clip, timeout=10_000, animations="disabled")  # type: ignore[arg-type]
    except (Error, ValueError):
        return b""
    return png if len(png) <= LARGEST_PICTURE else await asyncio.to_thread(_as_jpeg, png)


def _as_jpeg(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as picture:
        small = picture.convert("RGB")
    for quality in (80, 60, 40, 20):
        out = io.BytesIO()
        small.save(out, "JPEG", quality=quality)
        if out.tell() <= LARGEST_PICTURE:
            return out.getvalue()
    return b""


def playwright_has_chromium() -> bool:
    """Whether Playwright's own Chromium is installed."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return folder.is_dir() and any(folder.glob("chromium*"))
