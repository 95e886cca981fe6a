"""Which network addresses may be reached, checked on every resolved address at the moment of connecting.

Agencies choose the URLs, so a host name proves nothing: the check sits in name resolution, which every connection of
both lanes passes (names, IP literals, decimal and octal spellings, redirects). Only checked addresses are handed on, so
what was checked is what is connected to.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from scrapy.resolver import CachingHostnameResolver, HostResolution
from twisted.internet.address import IPv4Address as IPv4
from twisted.internet.address import IPv6Address as IPv6
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
"""IANA special-purpose address registries (RFC 6890 and successors), multicast and the retired site-local block."""

_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")


class ForbiddenAddress(OSError):
    """Every address of a host is one that may not be reached. Raised by `AddressPolicy.resolve`."""


@dataclass(frozen=True)
class AddressPolicy:
    """What may be reached: public addresses, and those the operator named or opened as a whole (`allow_private`).

    `hosts` gives names (`host` or `host:port`) an address (`a.b.c.d` or `a.b.c.d:port`) in place of the name service's,
    as for a website that is yet to move. The address is checked like any other.
    """

    allow_networks: tuple[str, ...] = ()
    allow_private: bool = False
    hosts: Mapping[str, str] = field(default_factory=dict)
    _networks: tuple[Network, ...] = field(init=False, repr=False, default=())

    def __post_init__(self) -> None:
        networks = tuple(ip_network(text, strict=False) for text in self.allow_networks)
        object.__setattr__(self, "_networks", networks)

    def allows(self, address: str | Address) -> bool:
        """Whether this address (text or object) may be connected to. Text that is no address: no."""
        try:
            parsed = ip_address(str(address).partition("%")[0])
        except ValueError:
            return False
        return all(self.allow_private or self._named(each) or _is_public(each) for each in _meanings(parsed))

    def _named(self, address: Address) -> bool:
        return any(address in network for network in self._networks if network.version == address.version)

    def given(self, host: str, port: int) -> tuple[str, int] | None:
        """The address and port that `hosts` gives this name, None where it gives none."""
        found = self.hosts.get(f"{host}:{port}") or self.hosts.get(host)
        if not found:
            return None
        address, _, other = found.rpartition(":") if found.count(":") == 1 else (found, "", "")
        return address, int(other or port)

    async def resolve(self, host: str, port: int) -> list[tuple[str, int]]:
        """The allowed addresses of a host, as literals with the port.

        Raises ForbiddenAddress when the host has addresses and none is allowed, socket.gaierror when it has none.
        """
        given = self.given(host, port)
        if given is None:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys((str(entry[4][0]), port) for entry in found))
        else:
            addresses = [given]
        allowed = [entry for entry in addresses if self.allows(entry[0])]
        if not allowed:
            raise ForbiddenAddress(f"{host} has only addresses that may not be reached: {_listed(addresses)}")
        return allowed


def _is_public(address: Address) -> bool:
    return address.is_global and not any(address in net for net in NOT_PUBLIC if net.version == address.version)


def _meanings(address: Address) -> tuple[Address, ...]:
    """What the address leads to: IPv4 inside IPv6 (mapped, 6to4, NAT64, Teredo) counts as that IPv4 address."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    if address in _SIX_TO_FOUR and address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return (address, *address.teredo)
    return (address,)


def _listed(addresses: Iterable[tuple[str, int]]) -> str:
    return ", ".join(address for address, _ in addresses)


class GuardedResolver(CachingHostnameResolver):
    """The name resolver of the HTTP lane: hands on allowed addresses only and remembers hosts it had to refuse.

    Set as TWISTED_DNS_RESOLVER; the policy comes from the settings CRAWLER_ALLOW_NETWORKS and CRAWLER_ALLOW_PRIVATE.
    `refused` maps a host to the addresses refused at its last resolution.
    """

    def __init__(self, reactor: Any, cache_size: int, policy: AddressPolicy | None = None) -> None:
        super().__init__(reactor, cache_size)
        self.policy = policy or AddressPolicy()
        self.refused: dict[str, tuple[str, ...]] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        settings = crawler.settings
        policy = AddressPolicy(
            tuple(settings.getlist("CRAWLER_ALLOW_NETWORKS")),
            settings.getbool("CRAWLER_ALLOW_PRIVATE"),
            settings.getdict("CRAWLER_HOSTS"),
        )
        return cls(reactor, settings.getint("DNSCACHE_SIZE"), policy)

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        guarded: Any = _AllowedOnly(resolutionReceiver, hostName, self)
        given = self.policy.given(hostName, portNumber)
        if given is not None or not is_host_name(hostName):
            guarded.resolutionBegan(HostResolution(hostName))
            if given is not None:
                guarded.addressResolved(_as_address(*given))
            guarded.resolutionComplete()
            return guarded
        return super().resolveHostName(guarded, hostName, portNumber, addressTypes, transportSemantics)


def _as_address(address: str, port: int) -> Any:
    return (IPv6 if ":" in address else IPv4)("TCP", address, port)


def is_host_name(host: str) -> bool:
    """Whether a name may be asked for at all (labels of 1 to 63 letters, 253 in all: RFC 1035, 2.3.4)."""
    try:
        return len(host) < 254 and bool(host.encode("idna"))
    except UnicodeError:
        return False


@implementer(IResolutionReceiver)
class _AllowedOnly:
    """Passes on the addresses the policy allows."""

    def __init__(self, receiver: Any, host: str, resolver: GuardedResolver) -> None:
        self._receiver, self._host, self._resolver = receiver, host, resolver
        self._passed = 0
        self._refused: list[str] = []

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:
        host = str(getattr(address, "host", ""))
        if self._resolver.policy.allows(host):
            self._passed += 1
            self._receiver.addressResolved(address)
        else:
            self._refused.append(host)

    def resolutionComplete(self) -> None:
        if self._refused and not self._passed:
            self._resolver.refused[self._host] = tuple(self._refused)
        else:
            self._resolver.refused.pop(self._host, None)
        self._receiver.resolutionComplete()


def installed_resolver() -> GuardedResolver:
    """The guard of the running reactor. Raises RuntimeError where there is none: nothing is fetched without it."""
    from twisted.internet import reactor

    resolver: IHostnameResolver = reactor.nameResolver
    if not isinstance(resolver, GuardedResolver):
        raise RuntimeError("the address guard is not installed on the reactor")
    return resolver
