"""Unpacks answers as browsers do: what is said to be packed and is not is taken as it is, what is cut off is no answer."""

from __future__ import annotations

import zlib

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.utils._compression import _check_max_size

_GZIP = b"\x1f\x8b"
_PIECE = 65536


class TolerantDecompression(HttpCompressionMiddleware):
    """Scrapy's middleware, told of servers that say `gzip` over plain text and of packed answers that end too early."""

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        if encoding in (b"gzip", b"x-gzip"):
            return gunzip(body, max_size)
        try:
            return HttpCompressionMiddleware._decode(body, encoding, max_size)
        except (zlib.error, OSError, EOFError, ValueError) as error:
            raise ResponseDataLossError(f"the answer cannot be unpacked: {error}") from error


def gunzip(body: bytes, max_size: int) -> bytes:
    """The unpacked bytes; `body` itself where it is not packed at all.

    A wrong checksum is passed over as browsers do. Raises ResponseDataLossError where the end is missing, and Scrapy's
    own error where more than `max_size` bytes come out.
    """
    found: list[bytes] = []
    size, rest = 0, body
    while rest.startswith(_GZIP):
        unpacker = zlib.decompressobj(31)
        while not unpacker.eof:
            try:
                piece = unpacker.decompress(rest, _PIECE)
            except zlib.error as error:
                if found and "incorrect" in str(error):
                    return b"".join(found)
                raise ResponseDataLossError(f"the answer cannot be unpacked: {error}") from error
            size += len(piece)
            _check_max_size(size, max_size)
            found.append(piece)
            rest = unpacker.unconsumed_tail
            if not (unpacker.eof or rest or piece):
                raise ResponseDataLossError("the packed answer ends too early")
        rest = unpacker.unused_data
    return b"".join(found) if found else body
