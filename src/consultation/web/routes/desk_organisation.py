"""The desk of an organisation: its name, language, colour and words, and its logo."""

import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.routes.logos import UNFIT
from consultation.application.logos import remove_logo, set_logo
from consultation.application.organisations import (
    OrganisationEdit,
    UnfitOrganisation,
    change_organisation,
    require_zone,
)
from consultation.application.ports import Account, Organisation
from consultation.application.readers import Snapshot
from consultation.domain.appearance import DARK_GROUND, LIGHT_GROUND, contrast, on_dark
from consultation.domain.decisions import RefusalCode
from consultation.domain.logos import ALT_MAX, HEAVIEST, LEAST_SIDE, MOST_SIDE
from consultation.domain.moderation import REASON_WORDS_MAX, Ground
from consultation.domain.permissions import Act
from consultation.localisation.languages import Language
from consultation.web.desk import TEXTS, Counter, Desk, carry_out, sent_by, shown_to
from consultation.web.forms import Fault, Sent, read_form
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute
from consultation.web.sending import faulty
from consultation.web.uploads import read_upload

router = APIRouter(
    prefix="/desk/{organisation:organisation}/settings", include_in_schema=False, route_class=PageRoute
)

_ACT: Final = Act.CHANGE_ORGANISATION
_FIELDS: Final = ("name", "time_zone", "accent", "reasons")
_OF_LOGO: Final = ("image", "alt")
_COLOUR: Final = re.compile("(#[0-9a-f]{6})?")
DONE: Final = frozenset({"changed", "shown", "gone"})
"""What the page can say that was done."""


def reason_field(ground: Ground) -> str:
    """The name of the field with the organisation's own words for a reason."""
    return f"reason-{ground.value}"


def _contrasts(accent: str | None) -> dict[str, Any] | None:
    """How well the colour can be read on light pages, and what becomes of it on dark ones."""
    if accent is None:
        return None
    dark = on_dark(accent)
    found = contrast(accent, LIGHT_GROUND), contrast(dark, DARK_GROUND)
    # Rounded down: nothing is said to be better than it is.
    light_contrast, dark_contrast = (int(one * 10) / 10 for one in found)
    return {"light": accent, "dark": dark, "on_light": light_contrast, "on_dark": dark_contrast}


def _stands(organisation: Organisation) -> dict[str, str]:
    """What the form begins with."""
    words = {reason_field(ground): organisation.reasons.get(ground.value, "") for ground in Ground}
    return {
        "name": organisation.name,
        "locale": organisation.locale,
        "time_zone": organisation.time_zone,
        "accent": organisation.accent or "",
        **words,
    }


def _counter(organisation: str, template: str) -> Counter:
    def read(_snapshot: Snapshot, _account: Account, desk: Desk) -> Mapping[str, Any]:
        return {
            "stands": _stands(desk.organisation),
            "contrasts": _contrasts(desk.organisation.accent),
            "grounds": [(ground, reason_field(ground)) for ground in Ground],
            "words_max": REASON_WORDS_MAX,
            "logo_limits": {"weight": HEAVIEST // 1000, "least": LEAST_SIDE, "most": MOST_SIDE},
            "alt_limits": (1, ALT_MAX),
        }

    return Counter(organisation, _ACT, template, read)


_SETTINGS: Final = "desk/settings.html"
_LOGO: Final = "desk/logo.html"


@router.get("", **shown_to(_ACT))
async def get_settings(page: PageDep, organisation: str, done: str = "") -> Response:
    """What the organisation is called and how its pages look and speak."""
    counter = _counter(organisation, _SETTINGS)
    return await counter.show(page, done=done if done in DONE else "")


def _edit(sent: Sent) -> OrganisationEdit | Fault:
    accent = sent.text("accent").strip().lower()
    if not _COLOUR.fullmatch(accent):
        return Fault("accent", key="desk.settings.accent.unfit")
    time_zone = sent.text("time_zone").strip()
    try:
        require_zone(time_zone)
    except UnfitOrganisation:
        return Fault("time_zone", key="desk.settings.zone.unfit")
    locale = sent.text("locale")
    return OrganisationEdit(
        name=sent.text("name"),
        locale=locale if locale in frozenset(Language) else None,
        time_zone=time_zone,
        reasons={ground: sent.text(reason_field(ground)) for ground in Ground},
        accent=accent,
    )


@router.post("", **sent_by(_ACT, RefusalCode.ACCENT_TOO_PALE, *TEXTS))
async def post_settings(page: PageDep, organisation: str) -> Response:
    """Change them; a colour that not everybody can read is refused, with the nearest that would do."""
    sent, counter = await read_form(page.request), _counter(organisation, _SETTINGS)
    edit = _edit(sent)
    if isinstance(edit, Fault):
        return await faulty(page, sent, counter.sheet(page, _FIELDS, done=""), edit)
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: change_organisation(tx, organisation, account, edit),
        f"/desk/{organisation}/settings?done=changed",
        _FIELDS,
        done="",
    )


@router.get("/logo", **shown_to(_ACT))
async def get_logo_form(page: PageDep, organisation: str) -> Response:
    """The logo that is shown, and the form for another."""
    return await _counter(organisation, _LOGO).show(page)


@router.post("/logo", **sent_by(_ACT, *UNFIT, *TEXTS))
async def post_logo(page: PageDep, organisation: str) -> Response:
    """Show a picture from the person's device, in place of any before."""
    uploaded, counter = await read_upload(page.request, "image"), _counter(organisation, _LOGO)
    sent, file = uploaded.sent, uploaded.file
    if file is None:
        return await faulty(
            page, sent, counter.sheet(page, _OF_LOGO), Fault("image", key="desk.logo.missing")
        )
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: set_logo(tx, organisation, account, file, sent.text("alt")),
        f"/desk/{organisation}/settings?done=shown",
        _OF_LOGO,
    )


@router.post("/logo/remove", **sent_by(_ACT))
async def post_remove(page: PageDep, organisation: str) -> Response:
    """Show no logo any more."""
    sent = await read_form(page.request)
    return await carry_out(
        page,
        _counter(organisation, _LOGO),
        sent,
        lambda tx, account: remove_logo(tx, organisation, account),
        f"/desk/{organisation}/settings?done=gone",
    )
