"""Hosts that cannot be public are known before anybody calls them."""

import pytest

from consultation.domain.addresses import may_be_public
from consultation.domain.decisions import ALLOWED, RefusalCode, Refused
from consultation.domain.webhooks import Reach, check_url

PRIVATE = [
    "127.0.0.1",
    "127.1",
    "0",
    "2130706433",
    "0x7f000001",
    "0x7F.1",
    "0177.0.0.1",
    "10.0.0.7",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - which is refused
    "255.255.255.255",
    "224.0.0.1",
    "192.0.2.1",
    "10.0.0.7.",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fd00::1]",
    "[fec0::1]",
    "[::ffff:10.0.0.7]",
    "[::ffff:93.184.216.34]",
    "[::127.0.0.1]",
    "[::93.184.216.34]",
    "[4000::1]",
    "[64:ff9b::a00:7]",
    "[2002:a00:7::1]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "anything.localhost",
    "printer.local",
    "router.home.arpa",
    "metadata.google.internal",
]
PUBLIC = ["www.ville.example", "93.184.216.34", "[2606:2800:220:1::1]", "localhost.example", "x1.example"]


@pytest.mark.parametrize("host", PRIVATE)
def test_an_endpoint_at_a_private_host_is_refused_when_it_is_set_up(host: str) -> None:
    refused = check_url(f"https://{host}/hooks", Reach())
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.WEBHOOK_HOST_PRIVATE
    assert check_url(f"https://{host}:8443/hooks", Reach(plain_http=True)) != ALLOWED


@pytest.mark.parametrize("host", PUBLIC)
def test_a_host_that_may_be_public_is_taken(host: str) -> None:
    assert check_url(f"https://{host}/hooks", Reach()) == ALLOWED


def test_the_operator_can_allow_a_host_or_one_port_of_it() -> None:
    reach = Reach(private_hosts=frozenset({"localhost", "10.0.0.7:8443"}))
    assert check_url("https://LOCALHOST/hooks", reach) == ALLOWED
    assert check_url("https://10.0.0.7:8443/hooks", reach) == ALLOWED
    assert check_url("https://10.0.0.7/hooks", reach) != ALLOWED
    assert check_url("http://localhost/hooks", reach) == Refused(RefusalCode.WEBHOOK_URL_INVALID)


def test_a_name_that_only_ends_like_a_private_one_may_be_public() -> None:
    assert may_be_public("notlocalhost")
    assert may_be_public("mylocal.example")
    assert not may_be_public("local")
