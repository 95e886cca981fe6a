"""Which answers are not content although a server sent them: robot tests, login walls, missing pages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from crawler.urls import host_of
from evidence.text.document import HEADING, MAIN, TITLE, DocumentText
from oit.findings import Outcome

LOOKED_AT = 8192
_SHORT = 600
"""A page with fewer readable characters than this has no content of its own."""
_NEARLY_SAME = 0.96


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why an answer is not content: the outcome and one sentence on what to do about it."""

    outcome: Outcome
    detail: str


@cache
def markers() -> dict[str, dict[str, tuple[str, ...]]]:
    """The words of blocking.toml, lower-cased."""
    data = tomllib.loads(Path(__file__).with_name("blocking.toml").read_text("utf-8"))
    return {
        group: {name: tuple(word.lower() for word in words) for name, words in lists.items()}
        for group, lists in data.items()
    }


def challenge(status: int, body: bytes, text_length: int | None = None) -> Doubt | None:
    """Whether the answer is a robot test or a firewall's refusal. `text_length`: readable characters, None unknown."""
    head = _head(body)
    words = markers()["challenge"]
    strong = next((word for word in words["strong"] if word in head), "")
    short = text_length is None or text_length < _SHORT
    weak = next((word for word in words["weak"] if word in head), "") if short else ""
    if status in (403, 429) or (strong and (short or status >= 400)) or (weak and status in (200, 202, 406, 503)):
        why = f"'{strong or weak}' in the page" if strong or weak else f"status {status}"
        return Doubt(Outcome.BLOCKED, f"The server turned the crawler away ({why}); open the page by hand.")
    return None


def login_wall(status: int, url: str, final_url: str, body: bytes, document: DocumentText | None) -> Doubt | None:
    """Whether a login stands in place of the content. Proved: login_required; only suspected: blocked.

    A login box beside content is no wall (notes on practice, section 9), so a wall needs missing content too.
    """
    words = markers()["login"]
    if status == 401:
        return Doubt(Outcome.LOGIN_REQUIRED, "The server asks for a user name and password; make the page public.")
    if at_login_host(final_url):
        return Doubt(Outcome.LOGIN_REQUIRED, "The link leads to a sign-in page; share the document with everyone.")
    head = _head(body)
    if document is None or document.kind != "html":
        return None
    length = content_length(document)
    if length < 2 * _SHORT and any(word in head for word in words["permission"]):
        return Doubt(Outcome.LOGIN_REQUIRED, "The share is not open to everyone; change its permission.")
    has_password = "password_form" in document.markers
    says_login = any(word in document.text.lower() for word in words["words"])
    if not has_password or not says_login:
        return None
    if _beside_forms(document) < 250:
        return Doubt(Outcome.LOGIN_REQUIRED, "A login form stands in place of all content; make the page public.")
    moved = urlsplit(final_url).path != urlsplit(url).path
    if moved and any(part in urlsplit(final_url).path.lower() for part in words["paths"]):
        return Doubt(Outcome.BLOCKED, "The link ends at a login page; look by hand whether content is behind it.")
    return None


def at_login_host(url: str) -> bool:
    """Whether the URL is where a service asks who one is."""
    plain = host_of(url) + urlsplit(url).path
    return any(plain == host or plain.startswith(host.rstrip("/") + "/") for host in markers()["login"]["hosts"])


def _beside_forms(document: DocumentText) -> int:
    """Readable characters of the main area that are not inside a form."""
    inside = sum(len(form.text) for form in document.forms)
    return max(0, content_length(document) - inside)


def says_missing(document: DocumentText) -> Doubt | None:
    """Whether a page that came with status 200 says that it does not exist."""
    words = markers()["missing"]
    titles = [document.title.strip().lower(), *_headings(document)]
    if any(
        title in words["exact_titles"] or any(word in title for word in words["words"]) for title in titles if title
    ):
        if content_length(document) < 3 * _SHORT:
            return _soft_404("the page says it was not found")
    elif content_length(document) < _SHORT / 2:
        text = _main_text(document).lower()
        if any(word in text for word in words["words"]):
            return _soft_404("the page says it was not found")
    return None


def says_broken(document: DocumentText) -> Doubt | None:
    """Whether a page that came with status 200 shows a fault of the server and nothing else."""
    text = document.text.lower()
    if content_length(document) < _SHORT and any(word in text for word in markers()["broken"]["words"]):
        detail = "Status 200, but the page shows a fault of the server; try again later or tell the site's owner."
        return Doubt(Outcome.HTTP_ERROR, detail)
    return None


def says_other(document: DocumentText, body: bytes) -> Doubt | None:
    """Whether somebody else speaks, or nobody yet: a parked domain, a page that was broken into, a site to come.

    That is trouble (`http_error`), since it says nothing of what the agency discloses.
    """
    names = [name for name in (document.title.strip().lower(), *_headings(document)) if name]
    length = content_length(document)
    if length < 2 * _SHORT and any(word in _head(body) for word in markers()["parked"]["words"]):
        return Doubt(Outcome.HTTP_ERROR, "The domain is parked: it no longer shows the agency's website; renew it.")
    hacked = markers()["hacked"]
    if any(word in name for name in names for word in hacked["names"]) or _gambles(names, document, hacked["gambling"]):
        return Doubt(Outcome.HTTP_ERROR, "Somebody else has written this page; tell the site's owner at once.")
    if length < 2 * _SHORT and any(word in name for name in names for word in markers()["coming"]["words"]):
        return Doubt(Outcome.HTTP_ERROR, "The website says that it is yet to come or being rebuilt; try again later.")
    return None


def _gambles(names: list[str], document: DocumentText, words: tuple[str, ...]) -> bool:
    """Whether a page is named after gambling and speaks of it; a notice that warns of gambling is not."""
    named = {word for word in words if any(word in name for name in names)}
    if len(named) < 2:
        return False
    text = _main_text(document).lower()
    return len({word for word in words if word in text}) >= 3


def is_waiting(document: DocumentText) -> bool:
    """Whether the page's main part says that its content has yet to be loaded by scripts."""
    if content_length(document) > _SHORT:
        return False
    text = _main_text(document).lower()
    return any(word in text for word in markers()["waiting"]["words"])


def like_missing(document: DocumentText, probe: DocumentText) -> Doubt | None:
    """Whether the page is nearly the same as the one the host shows for a path that cannot exist (`probe`)."""
    if nearly_same(document, probe):
        return _soft_404("the server shows the same page for any path that does not exist")
    return None


def nearly_same(one: DocumentText, other: DocumentText) -> bool:
    """Whether two pages show the same text but for details such as counters. Pages without text are never the same."""
    a, b = _words_of(one), _words_of(other)
    if len(a) < 20 or len(b) < 20 or not 0.9 < len(a) / len(b) < 1.11:
        return False
    return a == b or fuzz.ratio(a[:20_000], b[:20_000]) / 100 >= _NEARLY_SAME


def sent_home() -> Doubt:
    """The verdict on a link to a page inside the site that was redirected to the home page."""
    return _soft_404("the link is redirected to the home page")


def content_length(document: DocumentText) -> int:
    """Readable characters in the main area of a page (all text where the page marks no areas)."""
    return len("".join(_main_text(document).split()))


def _main_text(document: DocumentText) -> str:
    return (
        "\n".join(
            page.text[block.start : block.end] for page in document.pages for block in page.blocks if block.area == MAIN
        )
        or document.text
    )


def _headings(document: DocumentText) -> list[str]:
    return [
        page.text[block.start : block.end].strip().lower()
        for page in document.pages
        for block in page.blocks
        if block.kind == TITLE or (block.kind == HEADING and block.level <= 3)
    ][:8]


def _words_of(document: DocumentText) -> str:
    return " ".join(document.text.split())


def _soft_404(why: str) -> Doubt:
    return Doubt(Outcome.SOFT_404, f"Status 200, but {why}; give the address the document has now.")


def _head(body: bytes) -> str:
    head = body[:LOOKED_AT]
    try:
        return head.decode("utf-8", "ignore").lower()
    except LookupError:
        return ""
