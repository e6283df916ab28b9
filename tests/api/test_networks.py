"""Whose call it is: only our own proxies are believed, and only what they add themselves."""

from typing import Any

import pytest

from consultation.api.networks import Networks

PROXIES = ("10.0.0.0/24", "2001:db8:ffff::/64")
CALLER = "203.0.113.7"
V4 = bytes([203, 0, 113, 7]).hex()


def scope(peer: str | None, *headers: tuple[str, str]) -> dict[str, Any]:
    client = None if peer is None else (peer, 4711)
    return {"client": client, "headers": [(name.encode(), value.encode()) for name, value in headers]}


def of(peer: str | None, *told: str, trusted: tuple[str, ...] = PROXIES) -> str:
    return Networks(trusted).of(scope(peer, *(("x-forwarded-for", line) for line in told)))


def test_without_proxies_no_header_is_believed() -> None:
    for header in ("x-forwarded-for", "forwarded"):
        network = Networks(header=header).of(scope(CALLER, (header, "for=198.51.100.1")))
        assert network == V4
    assert of(CALLER, "198.51.100.1") == V4, "nor from a peer that is no proxy of ours"


def test_a_proxy_says_who_called_it() -> None:
    assert of("10.0.0.1", CALLER) == V4
    assert of("2001:db8:ffff::1", CALLER) == V4


def test_what_the_caller_wrote_into_the_header_is_not_believed() -> None:
    assert of("10.0.0.1", f"198.51.100.1, {CALLER}") == V4
    assert of("10.0.0.1", f"10.0.0.9, 198.51.100.1, {CALLER}") == V4
    assert of("10.0.0.1", "198.51.100.1", CALLER) == V4, "in several lines too"


def test_a_chain_of_our_proxies_is_followed_to_the_first_stranger() -> None:
    assert of("10.0.0.1", f"198.51.100.1, {CALLER}, 10.0.0.3, 10.0.0.2") == V4


@pytest.mark.parametrize(
    "nonsense", ["", "unknown", "_hidden", "999.1.1.1", "a" * 5_000, "10.0.0.2:x:y", "[::1"]
)
def test_where_a_proxy_says_nothing_of_use_the_last_that_is_known_counts(nonsense: str) -> None:
    last = of("10.0.0.1", f"{CALLER}, {nonsense}")
    assert last in {bytes([10, 0, 0, 1]).hex(), "0" * 16}
    assert last != V4, "what stands left of nonsense is hearsay"


@pytest.mark.parametrize("written", [CALLER, f"{CALLER}:8080", f"::ffff:{CALLER}", f"[::ffff:{CALLER}]:80"])
def test_an_address_is_one_however_it_is_written(written: str) -> None:
    assert of("10.0.0.1", written) == V4


def test_an_ipv6_subscriber_is_one_network_of_64_bits() -> None:
    assert of("2001:db8:1:2::1") == of("2001:db8:1:2:ffff:ffff:ffff:ffff") == "20010db800010002"
    assert of("2001:db8:1:3::1") != of("2001:db8:1:2::1")
    assert of("fe80::1%eth0") == of("fe80::2")


def test_two_ipv4_addresses_are_two() -> None:
    assert of("203.0.113.7") != of("203.0.113.8")


def test_the_standard_header_is_read_from_the_right_as_well() -> None:
    networks = Networks(PROXIES, "forwarded")
    for line in (
        f"for={CALLER}",
        f'for=198.51.100.1, by=x;FOR="{CALLER}:80";proto=https',
        f'for=198.51.100.1,for={CALLER}, for="[2001:db8:ffff::2]:1"',
    ):
        assert networks.of(scope("10.0.0.1", ("forwarded", line))) == V4
    other = networks.of(scope("10.0.0.1", ("x-forwarded-for", CALLER)))
    assert other == bytes([10, 0, 0, 1]).hex(), "the header that was not chosen is anybody's"


def test_a_socket_without_address_is_one_of_this_machine() -> None:
    assert of(None) == of("testclient") == "local"
