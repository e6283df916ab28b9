"""What links in messages lead to: the form of an appeal, and unsubscribing; nobody need sign in."""

from typing import Annotated, Final, TypeVar

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import CallDep, respond
from consultation.api.foreign import refuse_foreign_page
from consultation.api.forms import FormRoute, field, form, is_form, page, paragraphs
from consultation.api.problems import STATUS, language_of, refusal
from consultation.api.routes.moderation import lodged_answer
from consultation.api.schemas.moderation import LodgedAppeal, NewAppeal
from consultation.application.moderation.appealing import Appealed
from consultation.application.notices.appealing import AppealForm, lodge_appeal_by_link, read_appeal_form
from consultation.application.notices.keeping import unsubscribe
from consultation.application.notices.links import LONGEST, UNSUBSCRIBE
from consultation.application.notices.sending import ALL_DIGESTS, ALL_NOTICES
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.moderation import APPEAL_MAX, APPEAL_MIN
from consultation.localisation.formats import moment
from consultation.localisation.languages import Language
from consultation.localisation.problems import problem_text
from consultation.localisation.words import text

router = APIRouter(tags=["notices"], route_class=FormRoute)
Result = TypeVar("Result")
Token = Annotated[
    str,
    Path(pattern=f"^[A-Za-z0-9_-]{{1,{LONGEST}}}$", description="As it stands in the link of the message."),
]
_HTML: Final = "text/html; charset=utf-8"
_APPEALING: Final = (
    RefusalCode.MAIL_LINK_INVALID,
    RefusalCode.CASE_NOT_FOUND,
    RefusalCode.CASE_STATE,
    RefusalCode.APPEAL_LODGED,
    RefusalCode.APPEAL_TOO_LATE,
)


def _granted(result: Result | Refused) -> Result:
    if isinstance(result, Refused):
        raise refusal(result)
    return result


@router.get(
    "/appeals/links/{token}",
    operation_id="get_appeal_form",
    summary="The form of an appeal",
    **declare(Access.BROWSER, *_APPEALING, answer=_HTML),
)
async def get_appeal_form(request: Request, call: CallDep, token: Token) -> Response:
    """A page for the author of a post, from the link in the message. Opening it decides nothing."""
    links, language = call.kit.sealed_links, language_of(request)
    found = await call.read(lambda snapshot: read_appeal_form(snapshot, links, token))
    body = paragraphs(_decision(found, language)) + "\n" + _appeal_form(language)
    return page(text("form.appeal.title", language), body, language)


def _decision(found: AppealForm, language: Language) -> list[str]:
    ground = found.ground_words or text(f"word.ground.{found.ground}", language)
    words = [
        text("form.appeal.lead_held", language, debate=found.debate_title)
        if found.number is None
        else text("form.appeal.lead", language, number=str(found.number), debate=found.debate_title),
        text("mail.reasons.ground", language, ground=ground),
        text("mail.reasons.facts", language, facts=found.facts or ""),
        text("mail.reasons.explanation", language, explanation=found.explanation or ""),
    ]
    if found.appeal_until is not None:
        until = moment(found.appeal_until, found.time_zone, language)
        words.append(text("form.appeal.until", language, until=until))
    return words


def _appeal_form(language: Language, written: str = "") -> str:
    label = text("form.appeal.label", language)
    fields = field("text", label, APPEAL_MIN, APPEAL_MAX, written)
    return form(fields, text("form.appeal.send", language))


@router.post(
    "/appeals/links/{token}",
    operation_id="lodge_appeal_by_link",
    summary="Appeal a decision by the link of the message",
    **declare(
        Access.PUBLIC,
        *_APPEALING,
        RefusalCode.TEXT_TOO_SHORT,
        RefusalCode.TEXT_TOO_LONG,
        RefusalCode.TEXT_NOT_ALLOWED,
        answer=LodgedAppeal,
        status=201,
        writes=True,
    ),
)
async def post_appeal_by_link(request: Request, call: CallDep, token: Token, payload: NewAppeal) -> Response:
    """Once, without a session, until the time that the statement of reasons gives.

    It also takes `application/x-www-form-urlencoded` with the same member, and answers with a page then.
    """
    await refuse_foreign_page(call)
    kit, language = call.kit, language_of(request)

    def lodging() -> Appealed | Refused:
        return kit.work.perform(lambda tx: lodge_appeal_by_link(tx, kit.sealed_links, token, payload.text))

    result = await kit.threads.run(lodging)
    title = text("form.appeal.title", language)
    if is_form(request) and isinstance(result, Refused):
        # Whoever wrote on a page finds the text again, and what is wrong with it.
        told = problem_text(result.code, result.facts, language).detail
        body = paragraphs([told]) + "\n" + _appeal_form(language, payload.text)
        return page(title, body, language, STATUS[result.code])
    if is_form(request):
        return page(title, paragraphs([text("form.appeal.done", language)]), language)
    return respond(lodged_answer(_granted(result)))


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
    body += "\n" + form("", text("form.unsubscribe.confirm", language))
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
