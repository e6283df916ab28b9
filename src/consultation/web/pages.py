"""The citizen's pages as one part of the application."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.types import ASGIApp

from consultation.api.kit import Kit
from consultation.api.problems import Problem
from consultation.web.frames import Frames
from consultation.web.problems import asks_for_page, problem_page
from consultation.web.routes import (
    about,
    account,
    appeal_links,
    appeals,
    codes,
    contributing,
    dead_letters,
    debates,
    desk_codes,
    desk_debates,
    desk_home,
    desk_keys,
    desk_members,
    desk_official,
    desk_organisation,
    desk_origins,
    desk_periods,
    desk_providers,
    desk_rules,
    desk_themes,
    desk_webhooks,
    following,
    held,
    home,
    leaving,
    moderation,
    notices,
    notifying,
    official_versions,
    own_posts,
    prints,
    reacting,
    records,
    replies,
    signing,
    static,
    threads,
    windows,
)

# The router looks through the routes in this order: what is called most comes first.
_MODULES: Final = (
    *(threads, debates, replies, reacting, notifying, contributing, own_posts, home, static),
    *(
        records,
        official_versions,
        prints,
        signing,
        account,
        held,
        leaving,
        notices,
        following,
        codes,
        about,
        windows,
    ),
    *(appeals, appeal_links, moderation),
    *(desk_home, desk_debates, desk_themes, desk_rules, desk_periods, desk_official, desk_codes),
    *(desk_organisation, desk_members, desk_keys, desk_origins, desk_providers, desk_webhooks, dead_letters),
)


class CitizenPages:
    """What `make_app` is handed: the routes, and how refusals look to people."""

    routers: Final[tuple[APIRouter, ...]] = tuple(module.router for module in _MODULES)

    def __init__(self, contact: str = "") -> None:
        """`contact` is an e-mail or https address for questions about the service; may be empty."""
        self.contact = contact

    def asks(self, request: Request) -> bool:
        """Would whoever calls rather read a page than a problem document?"""
        return asks_for_page(request)

    async def problem(self, request: Request, problem: Problem) -> Response:
        """The page of a refusal or a failure."""
        return await problem_page(request, problem)

    def framed(self, app: ASGIApp, kit: Kit) -> ASGIApp:
        """The whole application with the frames in which other sites show its pages."""
        return Frames(app, kit)
