"""The desk of an organisation: the themes of a debate, one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.application.debates import (
    DESCRIPTION_MAX,
    TITLE_MAX,
    DebateActed,
    DebateEdit,
    change_debate,
    slug_of,
)
from consultation.application.ports import Account, Transaction
from consultation.application.readers import Snapshot
from consultation.domain.debates import Theme
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act
from consultation.web.desk import Counter, Desk, asked, carry_out, sent_by, shown_to
from consultation.web.forms import Fault, read_form
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute
from consultation.web.routes.desk_debates import CHANGING, debate_of, reading_debate
from consultation.web.sending import faulty

router = APIRouter(
    prefix="/desk/{organisation:organisation}/{debate:uuid}/themes",
    include_in_schema=False,
    route_class=PageRoute,
)

_LIMITS = {"title": (1, TITLE_MAX), "description": (0, DESCRIPTION_MAX)}
_NOT_FOUND = RefusalCode.DEBATE_NOT_FOUND


@dataclass(frozen=True, slots=True)
class ThemeEdit:
    """What is to become of one theme: `theme` None takes it away, `up` moves it before the one above."""

    slug: str
    theme: Theme | None = None
    up: bool = False

    def applied(self, themes: tuple[Theme, ...]) -> tuple[Theme, ...]:
        """The themes as they become. A slug that is not there is added at the end."""
        slugs = [theme.slug for theme in themes]
        if self.slug not in slugs:
            return themes if self.theme is None else (*themes, self.theme)
        place = slugs.index(self.slug)
        if self.up:
            order = list(themes)
            order.insert(max(place - 1, 0), order.pop(place))
            return tuple(order)
        kept = () if self.theme is None else (self.theme,)
        return (*themes[:place], *kept, *themes[place + 1 :])


def _change(tx: Transaction, uid: UUID, account: Account, edited: ThemeEdit) -> DebateActed | Refused:
    """Change one theme, whatever somebody else has just done with the others."""
    debate = tx.debates.lock(uid)
    if debate is None:
        return Refused(_NOT_FOUND)
    return change_debate(tx, uid, account, DebateEdit(themes=edited.applied(debate.themes)))


def _list(organisation: str, debate: UUID) -> Counter:
    return Counter(organisation, Act.CHANGE_DEBATE, "desk/themes.html", reading_debate(debate))


def _form(organisation: str, uid: UUID, slug: str) -> Counter:
    def read(snapshot: Snapshot, account: Account, desk: Desk) -> Mapping[str, Any] | Refused:
        found = debate_of(snapshot, account, desk, uid)
        if isinstance(found, Refused):
            return found
        themes = found["debate"]["themes"]
        theme = next((theme for theme in themes if theme["slug"] == slug), None)
        if slug and theme is None:
            return Refused(RefusalCode.THEME_UNKNOWN, {"theme": slug})
        return {**found, "theme": theme, "limits": _LIMITS}

    return Counter(organisation, Act.CHANGE_DEBATE, "desk/theme_form.html", read)


@router.get("", **shown_to(Act.CHANGE_DEBATE, _NOT_FOUND))
async def get_themes(page: PageDep, organisation: str, debate: UUID) -> Response:
    """The themes in their order."""
    return await _list(organisation, debate).show(page)


@router.post("", **sent_by(Act.CHANGE_DEBATE, *CHANGING))
async def post_themes(page: PageDep, organisation: str, debate: UUID) -> Response:
    """Take a theme away that nothing is filed under, or move it up."""
    sent, counter = await read_form(page.request), _list(organisation, debate)
    # Not the intent of a button: that is gone when the form comes back from signing in.
    edited = ThemeEdit(sent.text("slug"), up=not sent.text("away"))
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: _change(tx, debate, account, edited),
        f"/desk/{organisation}/{debate}/themes",
    )


@router.get("/new", **shown_to(Act.CHANGE_DEBATE, _NOT_FOUND))
async def get_new_theme(page: PageDep, organisation: str, debate: UUID) -> Response:
    """The form of a theme."""
    return await _form(organisation, debate, "").show(page)


@router.post("/new", **sent_by(Act.CHANGE_DEBATE, *CHANGING))
async def post_new_theme(page: PageDep, organisation: str, debate: UUID) -> Response:
    """Add a theme at the end. Its name in addresses is made of its title."""
    sent, counter = await read_form(page.request), _form(organisation, debate, "")
    title = sent.text("title")
    slug = slug_of(title)
    known = await asked(page, counter, sent, lambda snapshot, account: _slugs(snapshot, debate, account))
    if isinstance(known, Response):
        return known
    if slug in known:
        return await faulty(page, sent, counter.sheet(page, _LIMITS), Fault("title", key="desk.theme.twice"))
    edited = ThemeEdit(slug, Theme(slug, title, sent.text("description")))
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: _change(tx, debate, account, edited),
        f"/desk/{organisation}/{debate}/themes",
        _LIMITS,
    )


def _slugs(snapshot: Snapshot, uid: UUID, account: Account) -> frozenset[str]:
    found = snapshot.debate_for(uid, account.key)
    return frozenset() if found is None else frozenset(theme.slug for theme in found[0].themes)


@router.get("/{theme:word}", **shown_to(Act.CHANGE_DEBATE, _NOT_FOUND, RefusalCode.THEME_UNKNOWN))
async def get_theme(page: PageDep, organisation: str, debate: UUID, theme: str) -> Response:
    """One theme, to be changed."""
    return await _form(organisation, debate, theme).show(page)


@router.post("/{theme:word}", **sent_by(Act.CHANGE_DEBATE, *CHANGING, RefusalCode.THEME_UNKNOWN))
async def post_theme(page: PageDep, organisation: str, debate: UUID, theme: str) -> Response:
    """Change title and description; its name in addresses stays."""
    sent, counter = await read_form(page.request), _form(organisation, debate, theme)
    edited = ThemeEdit(theme, Theme(theme, sent.text("title"), sent.text("description")))
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: _change(tx, debate, account, edited),
        f"/desk/{organisation}/{debate}/themes",
        _LIMITS,
    )
