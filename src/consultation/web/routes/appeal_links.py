"""The page behind the link of a message: what was decided about a post, and the author's answer to it.

Nobody signs in: whoever holds the link received the message. It does what the author's own page does
(`appeals`), and nothing else.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import respond
from consultation.api.problems import STATUS, Problem, refusal
from consultation.application.moderation.appealing import Appealed
from consultation.application.notices.appealing import LinkedCase, lodge_appeal_by_link, read_case_by_link
from consultation.application.notices.links import LONGEST
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.texts import tidy
from consultation.localisation.languages import Language
from consultation.localisation.problems import problem_text
from consultation.web.desk import TEXTS
from consultation.web.forms import Form, FormCall, read_form
from consultation.web.page import Page, PageDep
from consultation.web.requests import PageRoute
from consultation.web.routes.appeals import APPEAL_PAGE, facts_of_case
from consultation.web.sending import Sheet, blank, gone_to, send

router = APIRouter(prefix="/appeals", include_in_schema=False, route_class=PageRoute)

Token = Annotated[
    str,
    Path(pattern=f"^[A-Za-z0-9_-]{{1,{LONGEST}}}$", description="As it stands in the link of the message."),
]
_UNUSABLE: Final = (RefusalCode.MAIL_LINK_INVALID, RefusalCode.CASE_NOT_FOUND, RefusalCode.DEBATE_NOT_FOUND)


async def _show(page: Page, token: str, form: Form, status: int, done: str = "") -> Response:
    """The page. Raises Problem when the link leads nowhere."""
    kit = page.call.kit
    now = kit.clock()

    def read(snapshot: Snapshot) -> tuple[LinkedCase, dict[str, Any]] | Refused:
        linked = read_case_by_link(snapshot, kit.sealed_links, token)
        if isinstance(linked, Refused):
            return linked
        facts = facts_of_case(snapshot, linked.case, now, kit.links)
        return facts if isinstance(facts, Refused) else (linked, facts)

    linked, facts = await page.call.read(read)
    # In the language of the message, unless the address asks for another.
    view = page.view(page.in_path or Language(linked.language))
    values = {**facts, "form": form, "done": done, "by_link": True}
    return await page.rendered(APPEAL_PAGE, view, values, status)


async def _show_refused(page: Page, token: str, form: Form, status: int) -> Response:
    """The same after a refusal; when the link ended meanwhile, what was written stands for copying."""
    try:
        return await _show(page, token, form, status)
    except Problem as problem:
        if not form.value("text").strip():
            raise
        view = page.view(page.language("fr"))
        told = problem_text(problem.code, problem.facts, view.language)
        values = {"form": form, "problem": told}
        return await page.rendered("moderation/appeal_lost.html", view, values, STATUS[problem.code])


async def _was_taken(page: Page, token: str, words: str) -> bool:
    """Is this very answer there? A form that was sent twice was taken the first time."""
    links = page.call.kit.sealed_links

    def read(snapshot: Snapshot) -> bool:
        linked = read_case_by_link(snapshot, links, token)
        appeal = None if isinstance(linked, Refused) else linked.case["appeal"]
        return appeal is not None and appeal["text"] == tidy(words)

    return await page.call.read(read)


@router.get("/{token}", **declare(Access.PUBLIC, *_UNUSABLE, answer=None))
async def get_appeal_by_link(page: PageDep, token: Token, done: str = "") -> Response:
    """The statement of reasons, and the form of the answer while there is time for one."""
    return await _show(page, token, blank(page), 200, done if done == "appealed" else "")


@router.post(
    "/{token}",
    **declare(
        Access.PUBLIC,
        *_UNUSABLE,
        *(RefusalCode.CASE_STATE, RefusalCode.APPEAL_LODGED, RefusalCode.APPEAL_TOO_LATE),
        *TEXTS,
        answer=None,
        writes=True,
    ),
)
async def post_appeal_by_link(page: PageDep, token: Token) -> Response:
    """Answer a decision: once, in time."""
    sent = await read_form(page.request)
    kit = page.call.kit

    async def act(call: FormCall) -> Response:
        words = call.sent.text("text")

        def lodging() -> Appealed | Refused:
            return kit.work.perform(lambda tx: lodge_appeal_by_link(tx, kit.sealed_links, token, words))

        lodged = await kit.threads.run(lodging)
        if isinstance(lodged, Refused):
            is_lodged = lodged.code is RefusalCode.APPEAL_LODGED
            if not (is_lodged and await _was_taken(page, token, words)):
                raise refusal(lodged)
        return respond(gone_to(page, f"/appeals/{token}?done=appealed"))

    async def show(form: Form, status: int) -> Response:
        return await _show_refused(page, token, form, status)

    return await send(page, sent, act, Sheet(show, ("text",)))
