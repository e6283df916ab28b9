"""A call to an address that somebody else chose reaches public hosts, in little time, and nothing else."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import pytest

from consultation.domain.addresses import is_public
from consultation.outgoing import Outgoing, Unreachable
from tests.identity_provider import Answer, Issuer, identity_server


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.1.2.3",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "not an address",
    ],
)
def test_addresses_inside_a_network_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "192.88.98.1", "2a00:1450:4007::1", "2606:4700::1"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@contextmanager
def watched() -> Iterator[tuple[int, list[bytes]]]:
    """A port on loopback that notes who connects, and answers nothing."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    seen.append(b"connected")
                    connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], seen


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "127.1", "0x7f000001"]
)
def test_no_way_of_writing_it_leads_to_this_machine(host: str) -> None:
    with watched() as (port, seen):
        with pytest.raises(Unreachable):
            Outgoing(seconds=2).call("GET", f"https://{host}:{port}/")
        assert seen == []


def test_a_name_that_leads_into_the_network_is_refused() -> None:
    with watched() as (port, seen):
        outgoing = Outgoing(resolve=lambda *_: ["127.0.0.1"])
        with pytest.raises(Unreachable, match="not a public address"):
            outgoing.call("GET", f"https://compte.ville.example:{port}/")
        assert seen == []


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    outgoing = Outgoing(resolve=lambda *_: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(Unreachable, match="not a public address"):
        outgoing.call("GET", "https://compte.ville.example/")


def test_what_is_checked_is_what_is_connected_to() -> None:
    """A name that is looked up a second time could lead elsewhere by then (DNS rebinding)."""
    looked_up: list[str] = []

    def resolve(host: str, _: int) -> Sequence[str]:
        looked_up.append(host)
        return ["192.0.2.1"] if len(looked_up) == 1 else ["127.0.0.1"]

    with watched() as (port, seen):
        with pytest.raises(Unreachable):
            Outgoing(resolve=resolve).call("GET", f"https://compte.ville.example:{port}/")
        assert (looked_up, seen) == (["compte.ville.example"], [])


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/",
        "ftp://8.8.8.8/",
        "file:///etc/passwd",
        "gopher://8.8.8.8/",
        "https:///x",
        "https://user:password@8.8.8.8/",
        "https://8.8.8.8:99999/",
        "//8.8.8.8/",
        "",
    ],
)
def test_only_https_without_credentials_is_called(url: str) -> None:
    outgoing = Outgoing()
    assert not outgoing.permits(url)
    with pytest.raises(Unreachable):
        outgoing.call("GET", url)


@pytest.fixture
def issuer() -> Issuer:
    """Somebody who answers, on loopback."""
    return identity_server().issuer()


@pytest.fixture
def allowed() -> Outgoing:
    """Calls that may reach that server, by the operator's leave."""
    return Outgoing(frozenset({identity_server().host}), plain_http=True, seconds=60)


def test_a_private_host_is_reached_when_the_operator_says_so(issuer: Issuer, allowed: Outgoing) -> None:
    assert allowed.call("GET", f"{issuer.url}/jwks").status == 200
    with watched() as (port, seen):
        with pytest.raises(Unreachable):
            allowed.call("GET", f"http://127.0.0.1:{port}/")
        assert seen == [], "another port of that host is another host"


@pytest.mark.parametrize("mark", ["\\", "\\@", "#@", "?@", "%40", "\t", ";"])
def test_no_reading_of_an_address_gives_another_host_the_operators_leave(mark: str) -> None:
    with watched() as (port, seen):
        outgoing = Outgoing(frozenset({"idp.ville.example"}), resolve=lambda host, _: [host])
        with pytest.raises(Unreachable):
            outgoing.call("GET", f"https://idp.ville.example{mark}127.0.0.1:{port}/")
        with pytest.raises(Unreachable):
            outgoing.call("GET", f"https://127.0.0.1:{port}{mark}idp.ville.example/")
        assert seen == []


def test_in_production_a_private_host_is_not_called_without_tls(issuer: Issuer) -> None:
    outgoing = Outgoing(frozenset({identity_server().host}))
    with pytest.raises(Unreachable, match="plain http"):
        outgoing.call("GET", f"{issuer.url}/jwks")


def test_a_redirect_is_an_answer_and_not_followed(issuer: Issuer, allowed: Outgoing) -> None:
    with watched() as (port, seen):
        issuer.answers["jwks"] = Answer(302, headers={"location": f"http://127.0.0.1:{port}/"})
        reply = allowed.call("GET", f"{issuer.url}/jwks")
        assert (reply.status, reply.headers["location"]) == (302, f"http://127.0.0.1:{port}/")
        assert seen == []


def test_a_longer_answer_than_the_limit_is_not_read(issuer: Issuer, allowed: Outgoing) -> None:
    issuer.answers["jwks"] = Answer(body=b"x" * 1_000_001)
    with pytest.raises(Unreachable, match="too long"):
        allowed.call("GET", f"{issuer.url}/jwks")
    issuer.answers["jwks"] = Answer(body=b"x" * 1_000_000)
    assert len(allowed.call("GET", f"{issuer.url}/jwks").body) == 1_000_000


@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"]
)
def test_a_call_ends_in_time_however_slowly_bytes_drip(first: bytes) -> None:
    """Each byte comes soon enough for a limit on reading; only one on the whole call ends it."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            with suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    connection.sendall(first)
                    while not done.wait(0.02):
                        connection.sendall(b"x")

        threading.Thread(target=drip, daemon=True).start()
        port = server.getsockname()[1]
        ticks = iter(range(100_000))
        outgoing = Outgoing(
            frozenset({"127.0.0.1"}), plain_http=True, seconds=8, ticks=lambda: float(next(ticks))
        )
        with pytest.raises(Unreachable):
            outgoing.call("GET", f"http://127.0.0.1:{port}/")
        done.set()


def test_who_does_not_answer_is_unreachable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # taken but not listening: nobody else can answer there
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        with pytest.raises(Unreachable, match="does not answer"):
            Outgoing(frozenset({"127.0.0.1"}), plain_http=True).call("GET", address)


def test_a_name_that_nobody_knows_is_unreachable() -> None:
    def resolve(*_: object) -> Sequence[str]:
        raise OSError

    with pytest.raises(Unreachable, match="not known"):
        Outgoing(resolve=resolve).call("GET", "https://compte.ville.example/")


def test_a_server_without_tls_is_no_https(issuer: Issuer, allowed: Outgoing) -> None:
    with pytest.raises(Unreachable):
        allowed.call("GET", issuer.url.replace("http://", "https://"))


def test_an_environment_with_a_proxy_changes_nothing(
    issuer: Issuer, allowed: Outgoing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watched() as (port, seen):
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        assert allowed.call("GET", f"{issuer.url}/jwks").status == 200
        assert seen == []
