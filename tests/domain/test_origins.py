"""Which origins may stand in a list, and in which form they are kept."""

import pytest

from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.origins import ORIGIN_MAX, normal_origin


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://www.ville.example", "https://www.ville.example"),
        ("https://www.ville.example/", "https://www.ville.example"),
        ("  HTTPS://WWW.Ville.Example  ", "https://www.ville.example"),
        ("https://ville.example:443", "https://ville.example"),
        ("https://ville.example:8443", "https://ville.example:8443"),
        ("https://ville.example:08443", "https://ville.example:8443"),
        ("https://ville.example:80", "https://ville.example:80"),
        ("https://liège.example", "https://xn--lige-6oa.example"),
        ("https://LIÈGE.example", "https://xn--lige-6oa.example"),
        ("https://lie\u0300ge.example", "https://xn--lige-6oa.example"),
        ("https://xn--lige-6oa.example", "https://xn--lige-6oa.example"),
        ("https://a-b.c1.example", "https://a-b.c1.example"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(text: str, kept: str) -> None:
    assert normal_origin(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "https://", "https:///", "ville.example", "//ville.example", "https:ville.example"),
        *("http://ville.example", "ftp://ville.example", "javascript:alert(1)", "data:text/html,x", "null"),
        *("*", "https://*", "https://*.ville.example", "https://ville.*", "https://"),
        *(
            "https://ville.example/embed",
            "https://ville.example//",
            "https://ville.example?x",
            "https://v.example#x",
        ),
        *("https://user@ville.example", "https://u:p@ville.example", "https://@ville.example"),
        *(
            "https://ville.example:",
            "https://ville.example:0",
            "https://ville.example:65536",
            "https://v.example:x",
        ),
        *("https://ville.example.", "https://.ville.example", "https://ville..example", "https://-v.example"),
        *(
            "https://v_lle.example",
            "https://ville example",
            "https://ville.example\n",
            "https://vi\tlle.example",
        ),
        *("https://ville.example, https://x.example", "https://ville.example https://x.example"),
        *("https://ville.example; script-src *", "https://ville.example'", "https://ville.example\\x"),
        *(
            "https://192.0.2.7",
            "https://[2001:db8::7]",
            "https://2130706433",
            "https://0x7f.1",
            "https://ville.1",
        ),
        *("https://localhost", "https://ville", "https://127.0.0.1", "https://[::1]", "https://127.1"),
        *("https://stra\u00dfe.example", "https://ville\u200d.example", "https://ville\u3002example\u3002"),
        f"https://{'a' * 64}.example",
        f"https://{'a.' * (ORIGIN_MAX // 2)}example",
    ],
)
def test_what_is_no_origin_of_a_public_site_is_refused(text: str) -> None:
    assert normal_origin(text) == Refused(RefusalCode.ORIGIN_INVALID, {"field": "origin"})


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://[::1]:5173", "http://[::1]:5173"),
        ("https://localhost", "https://localhost"),
        ("http://localhost:80", "http://localhost"),
    ],
)
def test_a_development_machine_may_list_itself(text: str, kept: str) -> None:
    assert normal_origin(text, loopback=True) == kept
    assert isinstance(normal_origin(text), Refused)


@pytest.mark.parametrize("text", ["http://ville.example", "http://192.168.0.7", "http://localhost.example"])
def test_a_development_machine_may_list_nothing_else_without_https(text: str) -> None:
    assert isinstance(normal_origin(text, loopback=True), Refused)
