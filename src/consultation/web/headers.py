"""What pages tell the browser about themselves."""

from typing import Final

from consultation.api.headers import frame_ancestors, page_headers
from consultation.localisation.languages import Language

# Our own style, script, pictures and calls; forms go to our own addresses. Nothing from elsewhere,
# nothing inline but the one stylesheet by its digest, and nobody frames these pages (what may be framed
# is `/embed`).
_POLICY: Final = (
    "default-src 'none'; style-src {style}; script-src 'self'; img-src 'self'; connect-src 'self'; "
    f"base-uri 'none'; form-action 'self'; {frame_ancestors(())}"
)
LINKED: Final = "'self'"
"""The source of the style of pages that link to it."""
MEDIA_TYPE: Final = "text/html; charset=utf-8"
PRIVATE: Final = {"Cache-Control": "no-store"}


def headers_of(language: Language, *, chosen: bool, style: str = LINKED) -> dict[str, str]:
    """The headers of a page; `chosen` when its language does not stand in its address.

    `style` is the source of its style as the policy names it.
    """
    return {
        **page_headers(),
        "Content-Security-Policy": _POLICY.format(style=style),
        # Else the Origin of forms would be null; other sites still learn nothing.
        "Referrer-Policy": "same-origin",
        "Content-Language": language.value,
        "Vary": f"Accept-Encoding, {'Accept-Language, ' if chosen else ''}Cookie",
    }
