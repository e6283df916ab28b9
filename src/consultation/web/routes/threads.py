"""The page behind any number: a contribution with everything under it, the asked post marked."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.application.posts import post_not_found
from consultation.application.readers import Document, Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.period import Phase
from consultation.domain.posts import PostKind
from consultation.web.page import Facts, PageDep
from consultation.web.requests import PageRoute

router = APIRouter(
    prefix="/{organisation:organisation}/{debate:word}", include_in_schema=False, route_class=PageRoute
)

NOT_FOUND: Final = (RefusalCode.DEBATE_NOT_FOUND, RefusalCode.POST_NOT_FOUND)
REPLIES: Final = 50
"""Replies of each kind on the page of a thread; the rest is a link away."""


@router.get("/{number:post}", **declare(Access.ANYONE, *NOT_FOUND, answer=None))
async def get_thread(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """A contribution, or the thread of the argument or source that bears the number."""
    place = await page.located(organisation, debate)

    def read(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Facts | Refused:
        return thread_facts(snapshot, version, phase, number)

    return await page.of_debate(place, "thread.html", read)


def thread_facts(snapshot: Snapshot, version: DebateVersion, phase: Phase, number: int) -> Facts | Refused:
    """What the page of a thread shows; `marked` is the reply that was asked for by its number."""
    marked: Document | None = None
    thread = snapshot.thread(version, number, REPLIES)
    if thread is None:
        marked = snapshot.post(version, number)
        if marked is None:
            return post_not_found(number)
        thread = snapshot.thread(version, marked["contribution"], REPLIES)
        if thread is None:
            return post_not_found(number)
    replies = [*thread["arguments"]["pro"], *thread["arguments"]["contra"], *thread["sources"]]
    numbers = [thread["contribution"]["number"], *(reply["number"] for reply in replies)]
    values: dict[str, Any] = {
        "debate": snapshot.debate(version, phase),
        "thread": thread,
        "contribution": thread["contribution"],
        "marked": marked,
        "is_apart": marked is not None and marked["number"] not in numbers,
        "argument_kind": PostKind.ARGUMENT,
    }
    if values["is_apart"]:
        numbers.append(number)
    return Facts(values, numbers)
