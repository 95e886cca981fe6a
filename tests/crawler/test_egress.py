"""The address guard: what may be reached and what not, however it is spelt."""

from __future__ import annotations

import asyncio
import socket

import pytest

from crawler.egress import AddressPolicy, ForbiddenAddress


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.254",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "100::1",
        "not an address",
        "",
    ],
)
def test_an_address_that_is_not_public_may_not_be_reached(address: str) -> None:
    assert not AddressPolicy().allows(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "203.150.19.1", "2404:6800:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_a_public_address_may_be_reached(address: str) -> None:
    assert AddressPolicy().allows(address)


def test_a_named_network_opens_that_network_only() -> None:
    policy = AddressPolicy(("127.0.0.0/8",))
    assert policy.allows("127.0.0.1")
    assert policy.allows("::ffff:127.0.0.1")
    assert not policy.allows("169.254.169.254")
    assert not policy.allows("10.0.0.1")
    assert not policy.allows("::1")


def test_private_networks_can_be_opened_as_a_whole() -> None:
    policy = AddressPolicy(allow_private=True)
    assert policy.allows("10.0.0.1")
    assert policy.allows("::1")
    assert not policy.allows("nonsense")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "::1"])
def test_every_spelling_of_loopback_is_refused_when_resolved(host: str) -> None:
    try:
        asyncio.run(AddressPolicy().resolve(host, 80))
    except ForbiddenAddress:
        return
    except socket.gaierror:
        pytest.skip(f"{host} does not resolve on this machine")
    pytest.fail(f"{host} was let through")


def test_only_the_allowed_addresses_of_a_mixed_host_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answers(self: object, host: str, port: int, **_: object) -> list[tuple]:
        return [(2, 1, 6, "", (address, port)) for address in ("10.0.0.5", "8.8.4.4", "169.254.169.254")]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", answers)
    assert asyncio.run(AddressPolicy().resolve("mixed.example", 443)) == [("8.8.4.4", 443)]


def test_a_wrong_network_is_an_error_at_once() -> None:
    with pytest.raises(ValueError, match="not-a-network"):
        AddressPolicy(("not-a-network",))
