"""A farm of web servers on 127/8, an address for each agency or fault, that speak HTTP byte by byte and so can break it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import gzip
import ipaddress
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

Headers = dict[str, str]


@dataclass
class Asked:
    """One request as it came, and the stream to answer on. `path` is what was asked for, decoded, in latin-1."""

    method: str
    target: str
    path: str
    headers: Headers
    body: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(
        self, body: str | bytes = b"", status: str | int = 200, kind: str = "text/html; charset=utf-8", **headers: str
    ) -> None:
        """A well-formed answer."""
        data = body.encode() if isinstance(body, str) else body
        lines = [f"HTTP/1.1 {status} X" if isinstance(status, int) else f"HTTP/1.1 {status}"]
        lines += [f"Content-Type: {kind}"] if kind else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        lines += ["" if status in (204, 304) else f"Content-Length: {len(data)}"]
        await self.raw("\r\n".join(line for line in lines if line).encode("latin-1") + b"\r\n\r\n" + data)

    async def raw(self, data: bytes) -> None:
        """These bytes and nothing else."""
        self.writer.write(data)
        await self.writer.drain()

    async def drip(self, data: bytes, seconds: float, forever: bool = False) -> None:
        """These bytes one by one, `seconds` apart."""
        while True:
            for byte in data:
                await self.raw(bytes([byte]))
                await asyncio.sleep(seconds)
            if not forever:
                return

    def reset(self) -> None:
        """Break the connection with a RST."""
        found = self.writer.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Answer = Callable[[Asked], Awaitable[None]]


@dataclass
class FarmSite:
    """One address. `hits` counts targets, `times` when each request came, `seen` its headers, `open` how many now."""

    address: str
    scheme: str = "http"
    port: int = 0
    name: str = ""
    routes: dict[str, Answer] = field(default_factory=dict)
    missing: Answer | None = None
    on_connect: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]] | None = None
    hits: Counter[str] = field(default_factory=Counter)
    times: list[tuple[float, str]] = field(default_factory=list)
    seen: dict[str, Headers] = field(default_factory=dict)
    connections: int = 0
    server: Any = None

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.name or self.address}:{self.port}{path}"

    def do(self, path: str, answer: Answer) -> str:
        """Answer `path` (as decoded bytes in latin-1) this way; its URL."""
        self.routes[path] = answer
        return self.url(path)

    def add(
        self,
        path: str,
        body: str | bytes = b"",
        status: str | int = 200,
        kind: str = "text/html; charset=utf-8",
        **h: str,
    ) -> str:
        async def answer(asked: Asked) -> None:
            await asked.say(body, status, kind, **h)

        return self.do(path, answer)

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        return self.add(path, b"", status, Location=target)

    def raw(self, path: str, data: bytes) -> str:
        async def answer(asked: Asked) -> None:
            await asked.raw(data)
            asked.writer.close()

        return self.do(path, answer)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            if self.on_connect is not None:
                await self.on_connect(reader, writer)
                return
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError):
            pass
        finally:
            with contextlib.suppress(Exception):
                writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        method, target = (*first.split(" "), "", "")[:2]
        headers = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}
        body = await reader.readexactly(int(headers.get("Content-Length", 0)))
        path = unquote_to_bytes(target).decode("latin-1")
        self.hits[path] += 1
        self.times.append((time.monotonic(), path))
        self.seen[path] = headers
        asked = Asked(method, target, path, headers, body, reader, writer)
        answer = self.routes.get(target) or self.routes.get(path) or self.missing or _not_found
        await answer(asked)
        return not writer.is_closing()


async def _not_found(asked: Asked) -> None:
    await asked.say("<html><body><h1>Not Found</h1></body></html>", "404 Not Found")


class Farm:
    """Servers on loopback in a thread of their own. `site()` opens one at the next free address of 127.20/16."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._next = 0
        self.sites: list[FarmSite] = []

    def site(self, context: ssl.SSLContext | None = None, address: str = "", port: int = 0, name: str = "") -> FarmSite:
        self._next += 1
        address = address or f"127.20.{self._next // 250}.{self._next % 250 + 1}"
        site = FarmSite(address, "https" if context else "http", name=name)
        site.server = self._call(asyncio.start_server(site.serve, address, port, ssl=context, limit=1 << 20))
        site.port = site.server.sockets[0].getsockname()[1]
        self.sites.append(site)
        return site

    def close(self) -> None:
        async def end() -> None:
            for site in self.sites:
                site.server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self._call(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


def certificate(folder: Path, *, names: tuple[str, ...] = (), addresses: tuple[str, ...] = (), days: int = 9) -> Path:
    """A certificate that nobody signed, with its key, in one PEM file. `days` before 0: one that has expired."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "farm.example")])
    now = datetime.datetime.now(datetime.UTC)
    alternatives = [x509.DNSName(each) for each in names]
    alternatives += [x509.IPAddress(ipaddress.ip_address(each)) for each in addresses]  # type: ignore[misc]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=400))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(alternatives), False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{made.serial_number}.pem"
    plain = serialization.NoEncryption()
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return pem


def tls(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


FILLER = "องค์การบริหารส่วนตำบลตัวอย่าง อำเภอเมือง จังหวัดสกลนคร ประกาศเผยแพร่ข้อมูลข่าวสารเพื่อให้ประชาชนทราบโดยทั่วกัน "


def page(title: str, body: str = "", head: str = "", menu: str = "", filler: str = FILLER * 3) -> str:
    """A page with a menu, a heading and enough text to count as content."""
    return (
        f"<!doctype html><html lang='th'><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>"
        f"<header><a href='/'>หน้าหลัก</a></header><nav>{menu}</nav>"
        f"<main><h1>{title}</h1><p>{title} {filler}</p>{body}</main><footer>ติดต่อเรา</footer></body></html>"
    )


def packed(data: bytes) -> bytes:
    return gzip.compress(data)


def pdf(text: str = "plan", pages: int = 1) -> bytes:
    """A small PDF that every reader opens."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n in range(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text} {n + 1}) Tj ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * n} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return out + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
