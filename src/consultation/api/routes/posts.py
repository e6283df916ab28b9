"""Posts by number: reading, revisions, editing, withdrawing, voting."""

import re
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep
from consultation.api.documents import Built
from consultation.api.posted import posted_answer
from consultation.api.problems import Problem
from consultation.api.rendering import Render
from consultation.api.requests import JsonRoute
from consultation.api.routes.contributions import (
    ASKED,
    NOT_FOUND,
    PARTICIPATION,
    SIGNING,
    TEXTS,
    TOMBSTONES,
    speaks_as,
)
from consultation.api.schemas.held import HeldPost
from consultation.api.schemas.posts import (
    AnyPost,
    NewVote,
    PostedAny,
    PostEdit,
    PostPage,
    Revisions,
    Voted,
    Withdrawn,
)
from consultation.api.schemas.types import PathNumber
from consultation.api.schemas.types import Query as Words
from consultation.application.documents import receipt_document, vote_document
from consultation.application.ports import Transaction
from consultation.application.posts import Edit, edit_post, post_not_found, withdraw_post
from consultation.application.readers import Document, Snapshot
from consultation.application.versions import DebateVersion
from consultation.application.voting import Voted as VotedResult
from consultation.application.voting import cast_vote, take_back_vote
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.period import Phase
from consultation.domain.permissions import Act
from consultation.domain.posts import TOMBSTONE_CODES, PostState
from consultation.domain.voting import VoteValue

router = APIRouter(prefix="/debates/{debate_id}/posts", tags=["posts"], route_class=JsonRoute)

PostNumber = Annotated[PathNumber, Path(description="Number in the debate's one series.")]
OWN_ACT = (*PARTICIPATION, *TOMBSTONES, RefusalCode.POST_NOT_FOUND)
_REVISION: Final = re.compile(r'(?:W/)?"(\d{1,9})-[^"]*"')


def _gone(document: Document, version: DebateVersion) -> Refused:
    names = ("number", "kind", "contribution", "state", "reason")
    since = None if document["since"] is None else datetime.fromisoformat(document["since"])
    facts = {name: document[name] for name in names}
    facts |= {"since": since, "time_zone": version.time_zone}
    if document["state"] == PostState.HIDDEN:
        facts |= {name: document[name] for name in ("reason_words", "reason_lang")}
    return Refused(TOMBSTONE_CODES[PostState(document["state"])], facts)


@router.get(
    "",
    operation_id="find_posts",
    summary="Find a post by its reference in the source of an import",
    **declare(Access.PUBLIC, RefusalCode.DEBATE_NOT_FOUND, answer=PostPage, cached=True),
)
async def find_posts(
    call: CallDep,
    debate_id: UUID,
    reference: Annotated[Words, Query(description="As the source wrote it, such as opinion:61.")],
    render: Render = None,
) -> Response:
    """Posts of an imported debate keep the id that they had where they come from."""

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built:
        items = snapshot.posts_by_reference(version, reference)
        return Built({"items": items, "next_cursor": None}, with_html=render is not None)

    return await call.document(debate_id, build)


@router.get(
    "/{number}",
    operation_id="get_post",
    summary="Whatever bears the number",
    **declare(Access.PUBLIC, *NOT_FOUND, *TOMBSTONES, answer=AnyPost, cached=True),
)
async def get_post(call: CallDep, debate_id: UUID, number: PostNumber, render: Render = None) -> Response:
    """Contribution, argument or source. 410 with the tombstone's facts where it may not be shown."""

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built | Refused:
        document = snapshot.post(version, number)
        if document is None:
            return post_not_found(number)
        if document["state"] != PostState.VISIBLE:
            return _gone(document, version)
        return Built(document, document["revision"], with_html=render is not None)

    return await call.document(debate_id, build, at_a_glance=True)


@router.get(
    "/{number}/revisions",
    operation_id="list_revisions",
    summary="All revisions of a post",
    **declare(Access.PUBLIC, *NOT_FOUND, *TOMBSTONES, answer=Revisions, cached=True),
)
async def list_revisions(call: CallDep, debate_id: UUID, number: PostNumber) -> Response:
    """Oldest first; the last is what stands. Where moderation masked a passage, none before is listed."""

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built | Refused:
        document = snapshot.post(version, number)
        if document is None:
            return post_not_found(number)
        if document["state"] != PostState.VISIBLE:
            return _gone(document, version)
        items = snapshot.revisions(version, document)
        return Built({"items": items, "next_cursor": None}, document["revision"])

    return await call.document(debate_id, build)


def expected_revision(if_match: str | None) -> int | None:
    """The revision that an If-Match header names; None for no header or `*`.

    Entity tags begin with the post's revision. A tag of ours always holds while the text
    stands, also when votes or replies have since changed the rest of the document.
    Raises Problem(revision_outdated) when no tag is ours.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    tags = (_REVISION.fullmatch(tag.strip()) for tag in if_match.split(","))
    revisions = [int(tag.group(1)) for tag in tags if tag is not None]
    if not revisions:
        raise Problem(RefusalCode.REVISION_OUTDATED)
    # Of several tags of one post only that of the newest revision can still stand.
    return max(revisions)


@router.patch(
    "/{number}",
    operation_id="edit_post",
    summary="Edit one's own post",
    **declare(
        Access.PERSON,
        *OWN_ACT,
        *ASKED,
        *SIGNING,
        *TEXTS,
        RefusalCode.NOT_AUTHOR,
        RefusalCode.REVISION_OUTDATED,
        RefusalCode.LINK_INVALID,
        RefusalCode.THEME_UNKNOWN,
        RefusalCode.EDIT_WAITING,
        answer=PostedAny,
        held=HeldPost,
        act=Act.EDIT,
        keys=True,
        writes=True,
        edits=True,
    ),
)
async def patch_post(call: CallDep, debate_id: UUID, number: PostNumber, payload: PostEdit) -> Response:
    """Adds a revision; earlier ones stay readable. An edit that changes nothing adds none.

    Where posts wait for a moderator, so do edits (202): the text that stands is shown until then.
    """
    edit = Edit(
        title=payload.title,
        body=payload.body,
        link=payload.link,
        note=payload.note,
        theme=payload.theme,
        capacity=speaks_as(payload.capacity),
        drop_theme="theme" in payload.model_fields_set and payload.theme is None,
        expected_revision=expected_revision(call.request.headers.get("if-match")),
    )

    def change(tx: Transaction, actor: Person) -> Answer | Refused:
        sent = edit_post(tx, debate_id, number, actor, edit)
        return sent if isinstance(sent, Refused) else posted_answer(call, sent, 200)

    return await call.participate(change, lambda answer: answer)


@router.post(
    "/{number}/withdrawal",
    operation_id="withdraw_post",
    summary="Withdraw one's own post",
    **declare(
        Access.PERSON,
        *OWN_ACT,
        RefusalCode.NOT_AUTHOR,
        answer=Withdrawn,
        act=Act.WITHDRAW,
        keys=True,
        status=201,
        writes=True,
        takes_body=False,
    ),
)
async def post_withdrawal(call: CallDep, debate_id: UUID, number: PostNumber) -> Response:
    """Leaves a tombstone at the number; replies and votes stay."""
    return await call.participate(
        lambda tx, actor: withdraw_post(tx, debate_id, number, actor),
        lambda posted: posted_answer(call, posted, 201),
    )


def _voted(number: int, result: VotedResult) -> Answer:
    document = vote_document(result.vote, result.at)
    document["number"] = number
    document["receipt"] = receipt_document(result.receipt)
    return Answer(document)


@router.put(
    "/{number}/vote",
    operation_id="cast_vote",
    summary="Vote, in place of an earlier vote",
    **declare(
        Access.PERSON,
        *OWN_ACT,
        *ASKED,
        RefusalCode.VOTE_VALUE_UNKNOWN,
        answer=Voted,
        act=Act.VOTE,
        keys=True,
        writes=True,
    ),
)
async def put_vote(call: CallDep, debate_id: UUID, number: PostNumber, payload: NewVote) -> Response:
    """The same vote again changes nothing and leaves no journal entry."""
    value = VoteValue(payload.value)
    return await call.participate(
        lambda tx, actor: cast_vote(tx, debate_id, number, actor, value),
        lambda result: _voted(number, result),
        is_short=True,
    )


@router.delete(
    "/{number}/vote",
    operation_id="take_back_vote",
    summary="Take one's vote back",
    **declare(
        Access.PERSON,
        *PARTICIPATION,
        RefusalCode.POST_NOT_FOUND,
        answer=Voted,
        act=Act.TAKE_BACK_VOTE,
        keys=True,
        writes=True,
        takes_body=False,
    ),
)
async def delete_vote(call: CallDep, debate_id: UUID, number: PostNumber) -> Response:
    """Without a vote nothing happens."""
    return await call.participate(
        lambda tx, actor: take_back_vote(tx, debate_id, number, actor),
        lambda result: _voted(number, result),
        is_short=True,
    )
