"""What a hostile document would do to the process that reads it, on demand of its first letters."""

from __future__ import annotations

import os
import re
import socket
import time


def misbehave(data: bytes) -> None:
    """Do what the document asks for."""
    if b"crash" in data:
        os.abort()
    if b"exit" in data:
        os._exit(3)
    while b"loop" in data:
        pass
    if b"sleep" in data:
        time.sleep(300)
    if b"eat" in data:
        hoard = []
        while True:
            hoard.append(bytearray(20_000_000))
    if b"connect" in data:
        port = re.search(rb"connect (\d+)", data)
        socket.create_connection(("127.0.0.1", int(port.group(1)) if port else 0), timeout=2).close()
