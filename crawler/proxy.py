"""A proxy on loopback through which the browser must go, so that the address guard sees each of its connections."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from urllib.parse import urlsplit

from crawler.egress import AddressPolicy, ForbiddenAddress

logger = logging.getLogger(__name__)

_HEAD_LIMIT = 64 * 1024
_HEAD_SECONDS = 30.0
_CONNECT_SECONDS = 15.0
_HOP_HEADERS = ("proxy-connection", "proxy-authorization", "connection", "keep-alive")


class GuardProxy:
    """A filtering HTTP proxy (CONNECT and plain http). `refused` holds hosts it would not connect to."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self.refused: set[str] = set()
        self.port = 0

    async def __aenter__(self) -> GuardProxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD_LIMIT)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    @property
    def url(self) -> str:
        """The address to give to the browser."""
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _HEAD_SECONDS)
            await self._answer(head, reader, writer)
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
            logger.debug("browser connection dropped: %s", error)
        finally:
            self._open.discard(task)
            writer.close()

    async def _answer(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, target, _ = (*head.split(b"\r\n", 1)[0].decode("latin-1").split(" "), "", "")[:3]
        tunnel = method == "CONNECT"
        try:
            parts = urlsplit(f"//{target}" if tunnel else target)
            host, port = parts.hostname or "", parts.port or (443 if tunnel else 80)
        except ValueError:
            host, port = "", 0
        if not host or (not tunnel and parts.scheme != "http"):
            return await _say(writer, 400, "bad request")
        try:
            up_reader, up_writer = await self._connect(host, port)
        except ForbiddenAddress:
            self.refused.add(host.lower())
            return await _say(writer, 403, "forbidden address")
        except (TimeoutError, OSError) as error:
            return await _say(writer, 502, f"no connection: {type(error).__name__}")
        try:
            if tunnel:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await _both_ways(reader, writer, up_reader, up_writer)
            else:
                up_writer.write(_origin_form(head, parts.path, parts.query))
                await _one_answer(head, reader, writer, up_reader, up_writer)
        finally:
            up_writer.close()

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the first allowed address that answers. Raises ForbiddenAddress, OSError or TimeoutError."""
        last: Exception = socket.gaierror(f"{host} has no address")
        for address, to_port in (await self._policy.resolve(host, port))[:4]:
            try:
                return await asyncio.wait_for(asyncio.open_connection(address, to_port), _CONNECT_SECONDS)
            except (TimeoutError, OSError) as error:
                last = error
        raise last


def _origin_form(head: bytes, path: str, query: str) -> bytes:
    """The request as the server wants it: path only, one request a connection, nothing meant for the proxy."""
    request_line, kept = _without_hop_headers(head)
    method = request_line.split(" ", 1)[0]
    target = (path or "/") + (f"?{query}" if query else "")
    return "\r\n".join([f"{method} {target} HTTP/1.1", *kept, "Connection: close", "", ""]).encode("latin-1")


async def _one_answer(
    head: bytes,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    up_reader: asyncio.StreamReader,
    up_writer: asyncio.StreamWriter,
) -> None:
    """Pass on the rest of one request and its answer, and nothing more: what the browser sent next over this connection
    would reach this server whatever host it was meant for."""
    _, sent = _without_hop_headers(head)
    length = next((line.partition(":")[2].strip() for line in sent if line.lower().startswith("content-length:")), "0")
    if length.isdigit() and int(length):
        up_writer.write(await reader.readexactly(int(length)))
    await up_writer.drain()
    answer = await asyncio.wait_for(up_reader.readuntil(b"\r\n\r\n"), _HEAD_SECONDS)
    status, kept = _without_hop_headers(answer)
    writer.write("\r\n".join([status, *kept, "Connection: close", "", ""]).encode("latin-1"))
    gone = asyncio.ensure_future(reader.read(1))
    passing = asyncio.ensure_future(_pipe(up_reader, writer))
    await asyncio.wait((gone, passing), return_when=asyncio.FIRST_COMPLETED)
    for task in (gone, passing):
        task.cancel()
    await asyncio.gather(gone, passing, return_exceptions=True)


def _without_hop_headers(head: bytes) -> tuple[str, list[str]]:
    """The first line, and the headers that are meant for the other end."""
    first, *headers = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    return first, [line for line in headers if line.partition(":")[0].strip().lower() not in _HOP_HEADERS]


async def _say(writer: asyncio.StreamWriter, status: int, reason: str) -> None:
    body = reason.encode()
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()


async def _both_ways(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    up_reader: asyncio.StreamReader,
    up_writer: asyncio.StreamWriter,
) -> None:
    await asyncio.gather(_pipe(reader, up_writer), _pipe(up_reader, writer))


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    with contextlib.suppress(OSError):
        if sink.can_write_eof():
            sink.write_eof()
