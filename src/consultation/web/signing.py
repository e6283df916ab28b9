"""The pages of signing in, which carry a form that waits, sealed, from one to the next."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from consultation.api.problems import STATUS, Problem, problem_headers
from consultation.application.people import CODE_LIFETIME
from consultation.application.ports import Account
from consultation.application.providers import offered_document
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode
from consultation.web.forms import Form
from consultation.web.kept import Kept, seal
from consultation.web.page import Page
from consultation.web.requests import split_language
from consultation.web.texts import choices_of, texts_of

DONE: Final = "/sign-in/done"
"""Where a provider's page, opened beside the form that waits, comes back to."""


async def sign_in_page(
    page: Page,
    kept: Kept | None = None,
    problem: Problem | None = None,
    *,
    form: Form | None = None,
    next_path: str = "/",
    status: int = 200,
) -> Response:
    """The first step: an address for a code, or a provider.

    `kept` is the form that waits, `problem` why it does.
    """
    kit = page.call.kit
    waits = kept is not None
    if kept is not None:
        next_path = kept.action
    _, path = split_language(next_path)
    organisation = path.split("/")[1] or None

    def read(snapshot: Snapshot, _: Account | None) -> Mapping[str, Any]:
        offered = kit.federation.providers.offered(snapshot, organisation)
        start = f"{kit.public_url}/api/v1/auth/oidc/"
        return {"providers": [offered_document(one, f"{start}{one.slug}/start") for one in offered]}

    ended = problem is not None and problem.code == RefusalCode.SESSION_INVALID
    more = {
        "form": form or Form(page.view(page.language("fr")).to("/sign-in"), "", {"next": next_path}),
        "next_path": next_path,
        "back": page.view(page.language("fr")).to(DONE) if waits else next_path,
        **waiting(page, kept),
        "ended": ended,
        "again": problem if problem is not None and problem.code == RefusalCode.SIGN_IN_AGAIN else None,
    }
    if problem is not None:
        status = STATUS[problem.code]
    response = await page.of_site("signing/sign_in.html", read, status=status, more=more)
    if problem is not None:
        response.headers.update(problem_headers(problem))
    return response


async def code_page(
    page: Page, email: str, next_path: str, kept: Kept | None, *, form: Form | None = None, status: int = 200
) -> Response:
    """The second step: the code that was mailed."""
    view = page.view(page.language("fr"))
    more = {
        "form": form or Form(view.to("/sign-in/code"), ""),
        "email": email,
        "minutes": int(CODE_LIFETIME.total_seconds()) // 60,
        "next_path": next_path,
        **waiting(page, kept),
    }
    return await page.of_site("signing/code.html", nothing, status=status, more=more)


def waiting(page: Page, kept: Kept | None) -> dict[str, Any]:
    """What a template shows and carries on of a form that waits."""
    if kept is None:
        return {"kept": "", "texts": [], "choices": []}
    kit = page.call.kit
    sealed = seal(kit.federation.sealer, kept, kit.clock())
    return {"kept": sealed, "texts": texts_of(kept.values), "choices": choices_of(kept.values)}


def nothing(_: Snapshot, __: Account | None) -> Mapping[str, Any]:
    """A page that shows nothing that would have to be read."""
    return {}
