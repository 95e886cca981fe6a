"""How each way a fetch can fail is called, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Iterator

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet import error as tx
from twisted.python.failure import Failure

from oit.findings import Outcome

TRANSIENT = frozenset({Outcome.TIMEOUT, Outcome.REFUSED, Outcome.RESET, Outcome.DNS_ERROR, Outcome.TLS_ERROR})
"""Failures that may pass; status 5xx is added by `may_pass`."""

DETAILS: dict[Outcome, str] = {
    Outcome.OK: "",
    Outcome.NOT_FOUND: "The server says there is no such page; give the address the document has now.",
    Outcome.SOFT_404: "The page says it does not exist; give the address the document has now.",
    Outcome.LOGIN_REQUIRED: "A login stands in the way; make the page public.",
    Outcome.HTTP_ERROR: "The server answered with an error; try again later or tell the site's owner.",
    Outcome.DNS_ERROR: "The host name does not exist or its name server is down; check the address.",
    Outcome.REFUSED: "The server refused the connection; try again later.",
    Outcome.RESET: "The connection broke before all had come; try again later.",
    Outcome.TIMEOUT: "The server did not answer in time; try again later.",
    Outcome.TLS_ERROR: "No secure connection could be made; the site's TLS needs repair.",
    Outcome.BLOCKED: "The server turned the crawler away; open the page by hand.",
    Outcome.TOO_LARGE: "The file is larger than the limit; open it by hand.",
    Outcome.UNSUPPORTED_TYPE: "The file is of a type that is not read; open it by hand.",
    Outcome.ENCRYPTED: "The file has a password; publish it without one.",
    Outcome.CORRUPT: "The file is empty or damaged; upload it again.",
    Outcome.UNREADABLE: "The page shows nothing without a browser; open it by hand.",
    Outcome.ROBOTS_DISALLOWED: "robots.txt keeps crawlers away from this page; open it by hand.",
    Outcome.FORBIDDEN_ADDRESS: "The address is not on the public internet; give a public one.",
}


def of_error(error: BaseException, refused_address: bool) -> tuple[Outcome, str]:
    """The outcome of a download that raised `error`, with one sentence on what to do.

    `refused_address`: the address guard refused the host at its last resolution.
    """
    if refused_address and isinstance(error, CannotResolveHostError):
        return Outcome.FORBIDDEN_ADDRESS, DETAILS[Outcome.FORBIDDEN_ADDRESS]
    outcome = _of_scrapy(error) or _of_causes(error) or Outcome.RESET
    return outcome, DETAILS[outcome]


def _of_scrapy(error: BaseException) -> Outcome | None:
    if isinstance(error, DownloadTimeoutError):
        return Outcome.TIMEOUT
    if isinstance(error, CannotResolveHostError):
        return Outcome.DNS_ERROR
    if isinstance(error, DownloadConnectionRefusedError):
        return Outcome.REFUSED
    if isinstance(error, ResponseDataLossError):
        return Outcome.RESET
    if isinstance(error, DownloadCancelledError | IgnoreRequest):
        return Outcome.TOO_LARGE
    if isinstance(error, UnsupportedURLSchemeError | NotSupported):
        return Outcome.UNSUPPORTED_TYPE
    return None


def _of_causes(error: BaseException) -> Outcome | None:
    causes = list(_causes(error))
    if any(isinstance(cause, SSL.Error) for cause in causes):
        return Outcome.TLS_ERROR
    if any(isinstance(cause, tx.TimeoutError | tx.TCPTimedOutError) for cause in causes):
        return Outcome.TIMEOUT
    if any(isinstance(cause, tx.ConnectionRefusedError) for cause in causes):
        return Outcome.REFUSED
    if any(isinstance(cause, tx.ConnectError) for cause in causes):
        return Outcome.REFUSED
    if any(isinstance(cause, tx.DNSLookupError) for cause in causes):
        return Outcome.DNS_ERROR
    if any(isinstance(cause, UnicodeError) for cause in causes):
        return Outcome.DNS_ERROR
    return None


def _causes(error: BaseException | None, depth: int = 0) -> Iterator[BaseException]:
    """The error, what it came from, and the failures Twisted keeps in `reasons`."""
    if error is None or depth > 6:
        return
    yield error
    for reason in getattr(error, "reasons", None) or ():
        yield from _causes(reason.value if isinstance(reason, Failure) else reason, depth + 1)
    yield from _causes(error.__cause__, depth + 1)


def of_status(status: int) -> Outcome:
    """What a status says before the content is looked at."""
    if status in (404, 410):
        return Outcome.NOT_FOUND
    if status == 401:
        return Outcome.LOGIN_REQUIRED
    if status in (403, 429):
        return Outcome.BLOCKED
    return Outcome.HTTP_ERROR if status >= 400 else Outcome.OK


def may_pass(outcome: str, status: int | None) -> bool:
    """Whether asking again later may bring the page."""
    return outcome in TRANSIENT or (outcome == Outcome.HTTP_ERROR and (status or 0) >= 500) or status == 429
