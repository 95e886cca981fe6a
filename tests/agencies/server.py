"""The server that plays built agencies, under the name tests look for."""

from __future__ import annotations

from audit.demo.server import Entry, Server

__all__ = ["Entry", "Server"]
