"""Names of other machines are not found: Python starts with this where `PYTHONPATH` names its folder."""

import socket
from ipaddress import ip_address

_ask = socket.getaddrinfo


def getaddrinfo(host, *arguments, **options):
    """The addresses of this machine as ever; every other host is unknown."""
    name = host.decode("idna") if isinstance(host, bytes) else host
    if name not in (None, "localhost") and not _is_loopback(str(name)):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _ask(host, *arguments, **options)


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


socket.getaddrinfo = getaddrinfo
