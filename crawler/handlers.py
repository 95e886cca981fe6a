"""The HTTP lane's transport: bad certificates are accepted and marked, connections pass the address guard."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import certifi
from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.contextfactory import _ScrapyCertificateOptions, _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from service_identity import VerificationError
from service_identity.exceptions import CertificateError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet._sslverify import ClientTLSOptions

from crawler.egress import installed_resolver

TLS_UNVERIFIED = "tls_unverified"
"""The flag on a response that came over a connection whose certificate is not to be trusted."""

Report = Callable[[bool], None]


class EvidenceDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler with a certificate check that records instead of refusing."""

    def __init__(self, crawler: Crawler) -> None:
        installed_resolver()
        super().__init__(crawler)
        self._trust: dict[tuple[str, int], bool] = {}
        self._contextFactory: Any = _RecordingContextFactory.from_crawler(crawler, trust=self._trust)

    async def download_request(self, request: Request) -> Response:
        response = await super().download_request(request)
        parts = urlsplit(request.url)
        if parts.scheme == "https" and not self._trust.get((parts.hostname or "", parts.port or 443), False):
            response.flags.append(TLS_UNVERIFIED)
        return response


class _RecordingContextFactory(_ScrapyClientContextFactory):
    """Makes TLS connections that go on whatever the certificate, and writes down whether it was good."""

    def __init__(self, *args: Any, trust: dict[tuple[str, int], bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._trust = trust
        self._options: _TrustingOptions | None = None

    def creatorForNetloc(self, hostname: bytes, port: int) -> ClientTLSOptions:  # type: ignore[override]
        if self._options is None:
            self._options = _TrustingOptions(**self._get_cert_options_kwargs())
        name = hostname.decode("ascii").strip("[]")

        def report(good: bool) -> None:
            self._trust[(name.lower(), port)] = good

        return _RecordingTLSOptions(self._options._makeTLSConnection, name, report)


class _TrustingOptions(_ScrapyCertificateOptions):
    """Certificate options that know the public certificate authorities, the system's and certifi's."""

    def _makeContext(self, skipCiphers: bool = False) -> SSL.Context:
        context = super()._makeContext(skipCiphers)
        context.set_default_verify_paths()
        context.load_verify_locations(os.fsencode(certifi.where()))
        return context


class _RecordingTLSOptions(ClientTLSOptions):
    """One connection's options: the verification result is reported, never enforced."""

    def __init__(self, create: Callable[..., SSL.Connection], hostname: str, report: Report) -> None:
        super().__init__(create, hostname)
        self._report = report

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:
        connection = super().clientConnectionForTLS(tlsProtocol)
        self._report(False)
        callback = _recording(self._hostnameASCII, self._hostnameIsDnsName, self._report)
        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, callback)
        return connection


def _recording(hostname: str, is_name: bool, report: Report) -> Callable[..., bool]:
    wanted = DNS_ID(hostname) if is_name else IPAddress_ID(hostname)
    faults: list[int] = []

    def verify(connection: SSL.Connection, certificate: Any, error: int, depth: int, ok: int) -> bool:
        if error:
            faults.append(error)
        if depth == 0:
            report(not faults and _names_host(certificate, wanted))
        return True

    return verify


def _names_host(certificate: Any, wanted: Any) -> bool:
    try:
        verify_service_identity(extract_patterns(certificate), [wanted], [])
    except (CertificateError, VerificationError, ValueError):
        return False
    return True
