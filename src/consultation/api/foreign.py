"""Signing in from pages: our own get a cookie, listed ones a token, all others nothing."""

from consultation.api.callers import from_own_page, is_from_a_page
from consultation.api.calls import Call
from consultation.api.problems import Problem, TransportCode


def shown_token(call: Call) -> str | None:
    """The token that a call shows where it needs none; a cookie counts from our own pages only."""
    try:
        return call.token() or None
    except Problem:
        return None


async def refuse_foreign_page(call: Call, *, cookie: bool = False) -> None:
    """End the call if a page that no organisation has listed makes it.

    With `cookie` only our own pages will do. Raises Problem(cross_site_request).
    """
    if from_own_page(call.request, call.kit.public_url):
        return
    if not cookie:
        if not is_from_a_page(call.request):
            return
        if await call.kit.cors.listed_anywhere(call.request.headers.get("origin", "")):
            return
    raise Problem(TransportCode.CROSS_SITE_REQUEST)
