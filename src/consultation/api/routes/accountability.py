"""What moderation accounts for: figures and statements of reasons."""

import csv
import io
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import CallDep
from consultation.api.documents import Built
from consultation.api.listing import cached_answer
from consultation.api.pagination import built_page, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import Cursor, Limit, OrganisationSlug
from consultation.api.schemas import accountability as schemas
from consultation.application.moderation.transparency import FIELDS
from consultation.application.readers import Document, Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.period import Phase

router = APIRouter(tags=["moderation"], route_class=JsonRoute)
CSV: Final = "text/csv; charset=utf-8"
_STATEMENTS: Final = "/debates/{debate_id}/moderation/statements"
_NOT_FOUND: Final = Refused(RefusalCode.ORGANISATION_NOT_FOUND)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@router.get(
    _STATEMENTS,
    operation_id="list_statements",
    summary="Statements of reasons, without personal data",
    **declare(
        Access.PUBLIC,
        RefusalCode.DEBATE_NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=schemas.StatementPage,
        cached=True,
    ),
)
async def list_statements(
    request: Request, call: CallDep, debate_id: UUID, cursor: Cursor = None, limit: Limit = 20
) -> Response:
    """The oldest first, with the attributes of the EU's DSA Transparency Database."""
    page = window(cursor, limit, "statements", UUID)

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built:
        return built_page(request, snapshot.statements(version, page), "statements")

    return await call.document(debate_id, build)


@router.get(
    f"{_STATEMENTS}.csv",
    operation_id="get_statements_file",
    summary="All statements of reasons as CSV",
    **declare(Access.PUBLIC, RefusalCode.DEBATE_NOT_FOUND, answer=CSV, cached=True),
)
async def get_statements_file(call: CallDep, debate_id: UUID) -> Response:
    """RFC 4180, UTF-8, one statement a row; lists hold their values with a space between them."""

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built:
        found = snapshot.statements(version, None)
        return Built({"items": found.items}, write=csv_bytes, media_type=CSV)

    return await call.document(debate_id, build)


def csv_bytes(document: Document) -> bytes:
    """The statements as CSV. What a spreadsheet would take for a formula gets an apostrophe before it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(FIELDS)
    for statement in document["items"]:
        writer.writerow([_cell(statement[name]) for name in FIELDS])
    return stream.getvalue().encode()


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(value)
    written = "" if value is None else str(value)
    return f"'{written}" if written.startswith(_FORMULA) else written


@router.get(
    "/organisations/{slug}/moderation/statistics",
    operation_id="get_moderation_statistics",
    summary="An organisation's moderation in figures",
    **declare(
        Access.PUBLIC,
        RefusalCode.ORGANISATION_NOT_FOUND,
        answer=schemas.OrganisationModeration,
        cached=True,
    ),
)
async def get_moderation_statistics(request: Request, call: CallDep, slug: OrganisationSlug) -> Response:
    """Over all its published debates: reports, decisions by reason, median delay, appeals, reversals."""
    return cached_answer(
        request, await call.read(lambda snapshot: snapshot.organisation_moderation(slug) or _NOT_FOUND)
    )
