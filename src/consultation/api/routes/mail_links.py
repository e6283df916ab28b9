"""What the tokens of links in messages do, without a session: appealing, and unsubscribing."""

from typing import Annotated, Final, TypeVar

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import CallDep, respond
from consultation.api.foreign import refuse_foreign_page
from consultation.api.forms import form, page, paragraphs
from consultation.api.problems import language_of, refusal
from consultation.api.requests import JsonRoute
from consultation.api.routes.moderation import lodged_answer
from consultation.api.schemas.moderation import LodgedAppeal, NewAppeal
from consultation.application.moderation.appealing import Appealed
from consultation.application.notices.appealing import lodge_appeal_by_link
from consultation.application.notices.keeping import unsubscribe
from consultation.application.notices.links import LONGEST, UNSUBSCRIBE
from consultation.application.notices.sending import ALL_DIGESTS, ALL_NOTICES
from consultation.domain.decisions import RefusalCode, Refused
from consultation.localisation.languages import Language
from consultation.localisation.words import text

router = APIRouter(tags=["notices"], route_class=JsonRoute)
Result = TypeVar("Result")
Token = Annotated[
    str,
    Path(pattern=f"^[A-Za-z0-9_-]{{1,{LONGEST}}}$", description="As it stands in the link of the message."),
]
_HTML: Final = "text/html; charset=utf-8"


def _granted(result: Result | Refused) -> Result:
    if isinstance(result, Refused):
        raise refusal(result)
    return result


@router.post(
    "/appeals/links/{token}",
    operation_id="lodge_appeal_by_link",
    summary="Appeal a decision by the link of the message",
    **declare(
        Access.PUBLIC,
        RefusalCode.MAIL_LINK_INVALID,
        RefusalCode.CASE_NOT_FOUND,
        RefusalCode.CASE_STATE,
        RefusalCode.APPEAL_LODGED,
        RefusalCode.APPEAL_TOO_LATE,
        RefusalCode.TEXT_TOO_SHORT,
        RefusalCode.TEXT_TOO_LONG,
        RefusalCode.TEXT_NOT_ALLOWED,
        answer=LodgedAppeal,
        status=201,
        writes=True,
    ),
)
async def post_appeal_by_link(call: CallDep, token: Token, payload: NewAppeal) -> Response:
    """Once, without a session, until the time that the statement of reasons gives.

    For programs: the link of the message leads people to a page with the statement and a form.
    """
    await refuse_foreign_page(call)
    kit = call.kit

    def lodging() -> Appealed | Refused:
        return kit.work.perform(lambda tx: lodge_appeal_by_link(tx, kit.sealed_links, token, payload.text))

    return respond(lodged_answer(_granted(await kit.threads.run(lodging))))


@router.get(
    "/unsubscriptions/{token}",
    operation_id="get_unsubscription",
    summary="Before one unsubscribes",
    **declare(Access.BROWSER, RefusalCode.MAIL_LINK_INVALID, answer=_HTML),
)
async def get_unsubscription(request: Request, call: CallDep, token: Token) -> Response:
    """A page with a button. Opening it changes nothing: programs open links, too."""
    language = language_of(request)
    words = _granted(await call.kit.threads.run(lambda: call.kit.sealed_links.open(UNSUBSCRIBE, token)))
    body = paragraphs([_promise(words[-1], language)])
    body += "\n" + form(text("form.unsubscribe.confirm", language))
    return page(text("form.unsubscribe.title", language), body, language)


def _promise(about: str, language: Language) -> str:
    if about == ALL_DIGESTS:
        return text("form.unsubscribe.digests", language)
    if about == ALL_NOTICES:
        return text("form.unsubscribe.notices", language)
    return text("form.unsubscribe.debate", language)


@router.post(
    "/unsubscriptions/{token}",
    operation_id="unsubscribe_by_link",
    summary="Unsubscribe",
    **declare(
        Access.PUBLIC,
        RefusalCode.MAIL_LINK_INVALID,
        answer=_HTML,
        writes=True,
        takes_body=False,
    ),
)
async def post_unsubscription(request: Request, call: CallDep, token: Token) -> Response:
    """With one click (RFC 8058): the address of `List-Unsubscribe`; what is sent along says nothing new."""
    await refuse_foreign_page(call)
    await request.body()  # what is too large for anything is too large here
    kit, language = call.kit, language_of(request)
    links = kit.sealed_links
    done = await kit.threads.run(lambda: kit.work.perform(lambda tx: unsubscribe(tx, links, token)))
    _granted(done)
    title = text("form.unsubscribe.title", language)
    return page(title, paragraphs([text("form.unsubscribe.done", language)]), language)
