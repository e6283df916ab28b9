"""What pages tell the browser about themselves."""

from typing import Final

from consultation.api.headers import frame_ancestors, page_headers
from consultation.localisation.languages import Language

# Our own style, script, pictures and calls; forms go to our own addresses. Nothing from elsewhere,
# nothing inline, and nobody frames these pages (what may be framed is `/embed`).
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    f"base-uri 'none'; form-action 'self'; {frame_ancestors(())}"
)
MEDIA_TYPE: Final = "text/html; charset=utf-8"
PRIVATE: Final = {"Cache-Control": "no-store"}


def headers_of(language: Language, *, chosen: bool) -> dict[str, str]:
    """The headers of a page; `chosen` when its language does not stand in its address."""
    return {
        **page_headers(),
        "Content-Security-Policy": _POLICY,
        # Else the Origin of forms would be null; other sites still learn nothing.
        "Referrer-Policy": "same-origin",
        "Content-Language": language.value,
        "Vary": f"Accept-Encoding, {'Accept-Language, ' if chosen else ''}Cookie",
    }
