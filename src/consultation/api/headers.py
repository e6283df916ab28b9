"""What every answer tells the browser about itself: the headers of OWASP's Secure Headers Project.

Answers are data unless a route says otherwise: nothing in them is ever run, framed or read by a
page of another origin that CORS does not let in. Pages say their own policy (`page_headers`).
"""

from collections.abc import Iterable
from typing import Final, TypeAlias

Pairs: TypeAlias = tuple[tuple[bytes, bytes], ...]

# The second line is not covered by `default-src`.
_NOTHING: Final = "default-src 'none'"
_NOWHERE: Final = "base-uri 'none'; form-action 'none'"
DATA_POLICY: Final = f"{_NOTHING}; {_NOWHERE}; frame-ancestors 'none'; sandbox"
"""For what is no page: were a browser to show it, nothing in it would come to life."""

_PERMISSIONS: Final = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), "
    "midi=(), payment=(), publickey-credentials-get=(), usb=()"
)
_YEAR_SECONDS: Final = 31_536_000


def frame_ancestors(origins: Iterable[str]) -> str:
    """The directive that lets pages of these origins frame the answer, and no other page."""
    listed = " ".join(origins) or "'none'"
    return f"frame-ancestors {listed}"


def page_headers(*, sends_forms: bool = False) -> dict[str, str]:
    """The headers of a page: text and one stylesheet, no script, nothing from elsewhere.

    With `sends_forms` a form of it may be sent, to this service only.
    """
    where = _NOWHERE.replace("form-action 'none'", "form-action 'self'") if sends_forms else _NOWHERE
    return {
        "Content-Security-Policy": f"{_NOTHING}; style-src 'self'; {where}; {frame_ancestors(())}",
        "Permissions-Policy": _PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


class SecurityHeaders:
    """The headers of every answer of one instance, by its public address."""

    def __init__(self, public_url: str, *, hsts_subdomains: bool = False) -> None:
        pairs = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"content-security-policy", DATA_POLICY.encode()),
        ]
        if public_url.startswith("https://"):
            below = "; includeSubDomains" if hsts_subdomains else ""
            pairs.append((b"strict-transport-security", f"max-age={_YEAR_SECONDS}{below}".encode()))
        self.of_data: Final[Pairs] = tuple(pairs)

    def missing_in(self, headers: Iterable[tuple[bytes, bytes]]) -> Pairs:
        """Those that an answer does not set itself."""
        names = {name.lower() for name, _ in headers}
        return tuple(pair for pair in self.of_data if pair[0] not in names)
