"""A source's link is an absolute http or https URL that shows where it leads."""

import pytest

from consultation.domain.decisions import ALLOWED, Facts, RefusalCode, Refused
from consultation.domain.texts import check_link

INVALID = Refused(RefusalCode.LINK_INVALID, {"field": "link"})

GOOD = [
    "http://example.org",
    "https://example.org/",
    "HTTPS://EXAMPLE.ORG/",
    "https://example.org:8443/a?b=c&d=e#f",
    "https://example.org:",
    "https://example.org:0/",
    "https://example.org:65535/",
    "https://example.org.",
    "https://sub-domain.example.org/a_b-c.d~e/!$&'()*+,;=:@",
    "https://127.0.0.1/",
    "https://localhost:3000/",
    "https://[::1]/",
    "https://[2001:db8::1]:8080/x",
    "https://[::ffff:192.0.2.1]/",
    "https://m\u00fcnchen.example/",
    "https://xn--mnchen-3ya.example/",
    "https://\u4f8b\u3048.example/\u30d1\u30b9?q=\u00e9#\u00fc",
    "https://example.org/%C3%A9t%C3%A9",
    "https://example.org/?next=javascript:alert(1)",
    "https://example.org/user@host",
    "https://example.org/?mail=a@b",
    "https://example.org?query",
    "https://example.org#fragment",
    "https://example.org//double",
    "https://example.org/[brackets]",
]

BAD = {
    "script": "javascript:alert(1)",
    "script with slashes": "javascript://example.org/%0aalert(1)",
    "script in capitals": "JavaScript:alert(1)",
    "script broken by a tab": "java\tscript:alert(1)",
    "script broken by a newline": "java\nscript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "data in base64": "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript": "vbscript:msgbox(1)",
    "file": "file:///etc/passwd",
    "blob": "blob:https://example.org/1",
    "view-source": "view-source:https://example.org",
    "mail": "mailto:somebody@example.org",
    "ftp": "ftp://example.org/",
    "almost https": "httpss://example.org/",
    "scheme with a space": "https ://example.org/",
    "user": "https://user@example.org/",
    "user and password": "https://user:password@example.org/",
    "empty user": "https://@example.org/",
    "empty user and password": "https://:@example.org/",
    "host that looks like a user": "https://example.org@evil.example/",
    "host and port that look like a user": "https://example.org:443@evil.example/",
    "two users": "https://a@b@example.org/",
    "user before an address": "https://user@[::1]/",
    "space in the host": "https://exa mple.org/",
    "space in the path": "https://example.org/a b",
    "no-break space": "https://example.org/a\u00a0b",
    "ideographic space": "https://example.org/a\u3000b",
    "tab": "https://example.org/a\tb",
    "newline": "https://example.org/a\nb",
    "newline in the host": "https://example\n.org/",
    "line separator": "https://example.org/a\u2028b",
    "next line": "https://example.org/a\x85b",
    "relative": "/sources/1",
    "relative to the scheme": "//example.org/",
    "bare host": "example.org",
    "bare host and port": "example.org:80",
    "words": "see the library",
    "scheme alone": "https:",
    "no host": "https://",
    "no host but a path": "https:///path",
    "no host but a query": "https://?query",
    "no host but a fragment": "https://#fragment",
    "no host but a port": "https://:80/",
    "host of dots": "https://../",
    "host of one dot": "https://./",
    "host with an empty label": "https://example..org/",
    "host with an empty first label": "https://.example.org/",
    "no slashes": "https:example.org",
    "one slash": "https:/example.org",
    "backslashes": "https:\\\\example.org",
    "backslash before the host": "https://\\example.org",
    "backslash after the host": "https://example.org\\@evil.example",
    "port too high": "https://example.org:65536/",
    "port of letters": "https://example.org:http/",
    "port below zero": "https://example.org:-1/",
    "port with a sign": "https://example.org:+80/",
    "port in wide digits": "https://example.org:\uff18\uff10/",
    "two ports": "https://example.org:80:80/",
    "address without brackets": "https://2001:db8::1/",
    "address left open": "https://[::1/",
    "address closed twice": "https://[::1]]/",
    "address of nonsense": "https://[zz]/",
    "address of the future": "https://[v1.fe80]/",
    "address of a zone": "https://[fe80::1%25eth0]/",
    "empty address": "https://[]/",
    "text after an address": "https://[::1]x/",
    "text before an address": "https://x[::1]/",
    "port of letters after an address": "https://[::1]:x/",
    "host that turns into a path": "https://example.org\u2100.evil.example/",
    "host that turns into a fragment": "https://example.org\uff03.evil.example/",
    "angle brackets": "https://example.org/<b>",
    "double quote": 'https://example.org/"onclick="alert(1)',
    "grave accent": "https://example.org/`",
    "braces": "https://example.org/{id}",
    "bar": "https://example.org/a|b",
    "caret": "https://example.org/a^b",
}


@pytest.mark.parametrize("link", GOOD)
def test_a_web_address_is_taken(link: str) -> None:
    assert check_link("link", link, 2_000) == ALLOWED


@pytest.mark.parametrize("link", BAD.values(), ids=BAD.keys())
def test_anything_but_a_web_address_is_refused(link: str) -> None:
    assert check_link("link", link, 2_000) == INVALID


@pytest.mark.parametrize(
    ("link", "character"),
    [
        ("https://example.org/\x00", "U+0000"),
        ("\x01javascript:alert(1)", "U+0001"),
        ("https://example.org/\u202egro.elpmaxe", "U+202E"),
        ("https://example.org/\ud800", "U+D800"),
        ("https://example.org/\x9b", "U+009B"),
    ],
)
def test_a_forbidden_character_in_a_link_is_told_by_name(link: str, character: str) -> None:
    facts: Facts = {"field": "link", "character": character}
    assert check_link("link", link, 2_000) == Refused(RefusalCode.TEXT_NOT_ALLOWED, facts)


@pytest.mark.parametrize(("length", "fits"), [(1_999, True), (2_000, True), (2_001, False)])
def test_a_link_is_as_long_as_the_limit_at_most(length: int, *, fits: bool) -> None:
    link = "https://example.org/".ljust(length, "a")
    facts: Facts = {"field": "link", "limit": 2_000, "length": length}
    expected = ALLOWED if fits else Refused(RefusalCode.TEXT_TOO_LONG, facts)
    assert check_link("link", link, 2_000) == expected


def test_a_link_must_be_there() -> None:
    facts: Facts = {"field": "link", "limit": 1, "length": 0}
    assert check_link("link", "", 2_000) == Refused(RefusalCode.TEXT_TOO_SHORT, facts)
