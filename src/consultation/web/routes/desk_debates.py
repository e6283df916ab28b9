"""The desk of an organisation: its debates and drafts, and what one of them says and asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.pagination import encode_cursor, window
from consultation.api.problems import TransportCode
from consultation.application.capabilities import capabilities
from consultation.application.debates import (
    DESCRIPTION_MAX,
    TITLE_MAX,
    DebateDraft,
    DebateEdit,
    change_debate,
    create_debate,
)
from consultation.application.organisations import SLUG, SLUG_MAX
from consultation.application.ports import Account
from consultation.application.readers import Document, Snapshot, Window
from consultation.application.staff import read_draft
from consultation.domain.debates import Debate
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.period import Phase
from consultation.domain.permissions import Act
from consultation.localisation.languages import Language
from consultation.web.desk import TEXTS, Counter, Desk, Reading, asked, carry_out, sent_by, shown_to
from consultation.web.forms import Fault, Sent, read_form
from consultation.web.page import Page, PageDep
from consultation.web.requests import PageRoute
from consultation.web.sending import faulty
from consultation.web.when import changed_instant, instant_in, local_of

router = APIRouter(prefix="/desk/{organisation:organisation}", include_in_schema=False, route_class=PageRoute)

_FIRST: Final = 20
"""Debates of each phase on the first page of a desk."""
_PAGE: Final = 50
"""Debates of a page of one phase."""
_CURSOR: Final = "desk"
FIELDS: Final = ("title", "description", "slug", "opens_at", "closes_at")
LIMITS: Final = {"title": (1, TITLE_MAX), "description": (0, DESCRIPTION_MAX)}
_LANGUAGES: Final = frozenset(Language)


def debate_of(snapshot: Snapshot, account: Account, desk: Desk, uid: UUID) -> Mapping[str, Any] | Refused:
    """A debate of the organisation with what may be done with it now, for its desk."""
    now = desk.now
    document = read_draft(snapshot, uid, account, now)
    found = snapshot.debate_for(uid, account.key)
    if isinstance(document, Refused) or found is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    debate, _ = found
    if debate.owner.key != desk.organisation.key:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    can = {str(act): one.decision.allowed for act, one in capabilities(debate, desk.person, now).items()}
    return {"debate": document, "can": can, "is_draft": debate.published_at is None}


def reading_debate(uid: UUID) -> Reading:
    """Reads one debate for a page of the desk."""
    return lambda snapshot, account, desk: debate_of(snapshot, account, desk, uid)


_PHASES: Final = (Phase.OPEN, Phase.UPCOMING, Phase.CLOSED)


def _listing(phase: Phase | None, shown: Window) -> Reading:
    """Drafts and the first debates of each phase, or a page of one."""

    def read(snapshot: Snapshot, _: Account, desk: Desk) -> Mapping[str, Any]:
        slug = desk.organisation.slug
        wanted = _PHASES if phase is None else (phase,)
        pages = {str(one): snapshot.debates(shown, desk.now, slug, one) for one in wanted}
        last = None if phase is None else pages[phase].position
        return {
            "drafts": snapshot.drafts(slug) if phase is None else [],
            "phases": {name: found.items for name, found in pages.items()},
            "more": {name for name, found in pages.items() if found.position is not None and phase is None},
            "phase": phase,
            "next": None if last is None else encode_cursor(_CURSOR, last),
        }

    return read


@router.get("", **shown_to(Act.READ_DRAFTS, TransportCode.CURSOR_INVALID))
async def get_desk(
    page: PageDep, organisation: str, phase: Phase | None = None, cursor: str | None = None
) -> Response:
    """Drafts and debates, and the way to everything else; of one phase, all debates page by page."""
    shown = Window(_FIRST) if phase is None else window(cursor, _PAGE, _CURSOR, UUID)
    counter = Counter(organisation, Act.READ_DRAFTS, "desk/home.html", _listing(phase, shown))
    return await counter.show(page, is_first=phase is None or cursor is None)


@dataclass(frozen=True, slots=True)
class _Texts:
    """What the form of a debate says. Both instants are None where the form does not have them."""

    title: str
    description: str
    language: str | None
    slug: str | None
    faults: tuple[Fault, ...]


def _texts(sent: Sent) -> _Texts:
    slug = sent.text("slug").strip() or None
    faults: tuple[Fault, ...] = ()
    if slug is not None and not (SLUG.fullmatch(slug) and len(slug) <= SLUG_MAX):
        faults = (Fault("slug", key="desk.debate.slug.unfit"),)
    language = sent.text("lang")
    return _Texts(
        title=sent.text("title"),
        description=sent.text("description"),
        language=language if language in _LANGUAGES else None,
        slug=slug,
        faults=faults,
    )


def _new(organisation: str) -> Counter:
    return Counter(organisation, Act.CREATE_DEBATE, "desk/debate_form.html", _of_new)


def _of_new(_snapshot: Snapshot, _account: Account, desk: Desk) -> Mapping[str, Any]:
    return {"debate": None, "is_draft": True, "limits": LIMITS, "time_zone": desk.organisation.time_zone}


@router.get("/new", **shown_to(Act.CREATE_DEBATE))
async def get_new_debate(page: PageDep, organisation: str) -> Response:
    """The form of a draft."""
    return await _new(organisation).show(page)


@router.post("/new", **sent_by(Act.CREATE_DEBATE, RefusalCode.SLUG_TAKEN, RefusalCode.PERIOD_INVALID, *TEXTS))
async def post_new_debate(page: PageDep, organisation: str) -> Response:
    """Draft a debate; nobody but the staff sees it."""
    sent, counter = await read_form(page.request), _new(organisation)
    zone = await time_zone_of(page, organisation)
    texts = _texts(sent)
    opens_at, closes_at = (instant_in(sent, name, zone) for name in ("opens_at", "closes_at"))
    if isinstance(opens_at, Fault) or isinstance(closes_at, Fault) or texts.faults:
        wrong = (one for one in (*texts.faults, opens_at, closes_at) if isinstance(one, Fault))
        return await faulty(page, sent, counter.sheet(page, FIELDS), *wrong)
    draft = DebateDraft(texts.title, texts.description, opens_at, closes_at, texts.slug, texts.language)
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: create_debate(tx, organisation, account, draft),
        lambda acted: f"/desk/{organisation}/{acted.debate.uid}?done=created",
        FIELDS,
    )


async def time_zone_of(page: Page, organisation: str) -> str:
    """The IANA zone in which an organisation's forms are meant. Raises Problem(organisation_not_found)."""
    found = await page.call.read(
        lambda snapshot: snapshot.organisation(organisation) or Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    )
    return str(found["time_zone"])


async def standing_debate(
    page: Page, counter: Counter, sent: Sent, uid: UUID, **more: object
) -> Debate | Response:
    """A debate as it stands, whose zone stays when its organisation's changes; or why it is not told."""

    def read(snapshot: Snapshot, account: Account) -> Debate | Refused:
        found = snapshot.debate_for(uid, account.key)
        if found is None or found[0].owner.slug != counter.slug:
            return Refused(RefusalCode.DEBATE_NOT_FOUND)
        return found[0]

    return await asked(page, counter, sent, read, **more)


_ONE: Final = "/{debate:uuid}"


@router.get(_ONE, **shown_to(Act.READ_DRAFTS, RefusalCode.DEBATE_NOT_FOUND))
async def get_desk_debate(page: PageDep, organisation: str, debate: UUID, done: str = "") -> Response:
    """One debate: how it stands, and what can be done with it."""
    counter = Counter(organisation, Act.READ_DRAFTS, "desk/debate.html", reading_debate(debate))
    return await counter.show(page, done=done if done in DONE else "")


DONE: Final = frozenset(
    {
        *("created", "changed", "published", "extended", "closed", "reopened"),
        *("responded", "concluded", "rules"),
    }
)
"""What a page can say that was done."""


def _editing(organisation: str, uid: UUID) -> Counter:
    def read(snapshot: Snapshot, account: Account, desk: Desk) -> Mapping[str, Any] | Refused:
        found = debate_of(snapshot, account, desk, uid)
        if isinstance(found, Refused):
            return found
        return {**found, "limits": LIMITS, "time_zone": found["debate"]["time_zone"], "stands": _stands}

    return Counter(organisation, Act.CHANGE_DEBATE, "desk/debate_form.html", read)


def _stands(debate: Document) -> dict[str, str]:
    """What the form of a debate begins with."""
    zone = debate["time_zone"]
    return {
        "title": debate["title"],
        "description": debate["description"],
        "lang": debate["lang"],
        "slug": debate["slug"],
        "opens_at": local_of(debate["opens_at"], zone),
        "closes_at": local_of(debate["closes_at"], zone),
    }


@router.get(_ONE + "/edit", **shown_to(Act.CHANGE_DEBATE, RefusalCode.DEBATE_NOT_FOUND))
async def get_edit_debate(page: PageDep, organisation: str, debate: UUID) -> Response:
    """The texts of a debate and, of a draft, its address, language and period."""
    return await _editing(organisation, debate).show(page)


CHANGING: Final = (
    *(RefusalCode.DEBATE_NOT_FOUND, RefusalCode.SLUG_TAKEN, RefusalCode.PERIOD_INVALID),
    *(RefusalCode.PERIOD_CLOSED, RefusalCode.DEBATE_ALREADY_PUBLISHED, RefusalCode.THEME_IN_USE),
    RefusalCode.PARTICIPATION_TIGHTENED,
    *TEXTS,
)
"""What a change of a debate can be refused with."""


@router.post(_ONE + "/edit", **sent_by(Act.CHANGE_DEBATE, *CHANGING))
async def post_edit_debate(page: PageDep, organisation: str, debate: UUID) -> Response:
    """Change the texts; of a draft everything that stands fast later."""
    sent, counter = await read_form(page.request), _editing(organisation, debate)
    texts = _texts(sent)
    edit = DebateEdit(texts.title, texts.description)
    faults: list[Fault] = []
    if "opens_at" in sent.values:  # the form of a draft
        stands = await standing_debate(page, counter, sent, debate)
        if isinstance(stands, Response):
            return stands
        zone, period = stands.time_zone, stands.period
        instants = [
            changed_instant(sent, name, zone, instant)
            for name, instant in (("opens_at", period.opens_at), ("closes_at", period.closes_at))
        ]
        faults = [*texts.faults, *(one for one in instants if isinstance(one, Fault))]
        opens_at, closes_at = (None if isinstance(one, Fault) else one for one in instants)
        edit = DebateEdit(texts.title, texts.description, texts.slug, texts.language, opens_at, closes_at)
    if faults:
        return await faulty(page, sent, counter.sheet(page, FIELDS), *faults)
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: change_debate(tx, debate, account, edit),
        f"/desk/{organisation}/{debate}?done=changed",
        FIELDS,
    )
