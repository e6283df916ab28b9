"""One call of a page: in which language, for whom, from finished bytes or rendered for one person."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, TypeAlias

from fastapi import Depends, Request
from starlette.responses import Response

from consultation.api.callers import as_person, forget_cookie
from consultation.api.calls import Call
from consultation.api.documents import Built, document_response, matches
from consultation.api.problems import Problem, refusal
from consultation.api.targets import target_of
from consultation.application.capabilities import presence
from consultation.application.ports import Account, Caller
from consultation.application.readers import Located, Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.period import Phase
from consultation.localisation.languages import Language, wished
from consultation.web.frame import frame_of
from consultation.web.headers import MEDIA_TYPE, PRIVATE, headers_of
from consultation.web.left import Left, left_at
from consultation.web.places import Places
from consultation.web.requests import language_in_path, split_language
from consultation.web.site import Site
from consultation.web.view import Me, View

_SHORTLY: Final = "public, max-age=0, s-maxage=1, must-revalidate"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a template shows, and of which posts it wants to know what the reader has on them."""

    values: Mapping[str, Any]
    numbers: list[int] = field(default_factory=list)


Reading: TypeAlias = Callable[[Snapshot, DebateVersion, Phase], Facts | Refused]
"""Reads the facts of a page of a debate; they depend on nobody."""
General: TypeAlias = Callable[[Snapshot, Account | None], Mapping[str, Any] | Refused]
"""Reads the facts of a page that shows no debate in particular."""


def site_of(request: Request) -> Site:
    """The pages of this application, made when the first of them is asked for."""
    state = request.app.state
    if not hasattr(state, "site"):
        state.site = Site(state.kit.service_name, state.kit.public_url, state.contact)
        state.places = Places()
    site: Site = state.site
    return site


class Page:
    """One call of a page."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.call = Call(request)
        self.site = site_of(request)
        self.places: Places = request.app.state.places
        self.in_path = language_in_path(request)
        _, self.path = split_language(request.scope["path"])

    async def located(self, organisation: str, debate: str) -> Located:
        """The published debate at an address. Raises Problem(debate_not_found)."""
        known = self.places.get(organisation, debate)
        if known is not None:
            return known
        found = await self.call.read(
            lambda snapshot: snapshot.debate_at(organisation, debate) or Refused(RefusalCode.DEBATE_NOT_FOUND)
        )
        self.places.put(organisation, debate, found)
        return found

    def language(self, default: str, account: Account | None = None) -> Language:
        """That of the address, else the person's, else the browser's wish, else the default."""
        if self.in_path is not None:
            return self.in_path
        if account is not None:
            return Language(account.locale)
        return wished(self.request.headers.get("accept-language")) or Language(default)

    def view(self, language: Language, me: Me | None = None) -> View:
        """What a template knows of this page."""
        prefix = "" if self.in_path is None else f"/{self.in_path.value}"
        ids = self.call.kit.federation.ids
        query = self.request.url.query
        frame = frame_of(self.request)
        return View(language, self.path, prefix, query, me, frame, new_key=lambda: ids.uid().hex)

    async def of_debate(
        self,
        place: Located,
        template: str,
        read: Reading,
        *,
        status: int = 200,
        more: Mapping[str, Any] | None = None,
    ) -> Response:
        """A page of a debate: finished bytes for everybody, rendered anew for who is signed in.

        With a `status` or `more` facts, which belong to this one call, nothing is kept.
        """
        if self.call.credentials() is None and status == 200 and more is None:  # noqa: PLR2004 - the good answer
            return await self._finished(place, template, read)
        return await self._for_one(place, template, read, status, more or {})

    async def _finished(self, place: Located, template: str, read: Reading) -> Response:
        request, kit = self.request, self.call.kit
        view = self.view(self.language(place.language))
        chosen = self.in_path is None

        def build(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Built | Refused:
            facts = read(snapshot, version, phase)
            if isinstance(facts, Refused):
                return facts
            left = left_at(version.period, kit.clock())
            style = self.site.carried_with(facts.values)
            return Built(
                {**facts.values, "left": left, "phase": phase},
                write=lambda values: self.site.render(template, view, values, style),
                media_type=MEDIA_TYPE,
                headers=headers_of(view.language, chosen=chosen, style=style.source),
                turns_at=None if left is None else left.until,
                is_packed=True,
            )

        accept_language = request.headers.get("accept-language")
        target = target_of(
            request.scope["raw_path"],
            request.scope["query_string"],
            None if accept_language is None else accept_language.encode("latin-1"),
        )
        found = await kit.threads.run(lambda: kit.documents.read(target, place.uid, build))
        if isinstance(found, Refused):
            raise refusal(found)
        return document_response(
            found, request.headers.get("if-none-match"), request.headers.get("accept-encoding")
        )

    async def _for_one(
        self, place: Located, template: str, read: Reading, status: int, more: Mapping[str, Any]
    ) -> Response:
        now = self.call.kit.clock()

        def reading(snapshot: Snapshot, caller: Caller | None) -> tuple[_Found, Me | None] | Refused:
            version = snapshot.version(place.uid)
            if version is None:
                return Refused(RefusalCode.DEBATE_NOT_FOUND)
            phase = version.phase_at(now)
            facts = read(snapshot, version, phase)
            if isinstance(facts, Refused):
                return facts
            found = _Found(facts, phase, left_at(version.period, now))
            if caller is None:
                return found, None
            here = presence(snapshot, place.uid, caller, facts.numbers, now)
            return here if isinstance(here, Refused) else (found, Me(as_person(caller), here))

        (found, me), forgotten = await self._read(reading)
        view = self.view(self.language(place.language, None if me is None else me.account), me)
        values = {**found.facts.values, "left": found.left, "phase": found.phase, **more}
        return await self._rendered(template, view, values, status, forgotten=forgotten)

    async def of_site(
        self,
        template: str,
        read: General,
        *,
        status: int = 200,
        more: Mapping[str, Any] | None = None,
    ) -> Response:
        """A page that belongs to no debate; that of an `organisation` speaks its language."""

        def reading(
            snapshot: Snapshot, caller: Caller | None
        ) -> tuple[Mapping[str, Any], Account | None] | Refused:
            account = None if caller is None else as_person(caller)
            values = read(snapshot, account)
            return values if isinstance(values, Refused) else (values, account)

        (values, account), forgotten = await self._read(reading)
        owner = values.get("organisation") or {}
        language = self.language(owner.get("locale", Language.FR), account)
        view = self.view(language, None if account is None else Me(account))
        return await self._rendered(template, view, {**values, **(more or {})}, status, forgotten=forgotten)

    async def _read(self, reading: Callable[[Snapshot, Caller | None], "Any | Refused"]) -> tuple[Any, bool]:
        """What is read for whoever asks, and whether their session had ended: reading needs none."""
        try:
            return await self.call.read_as_anyone(reading), False
        except Problem as problem:
            if problem.code != RefusalCode.SESSION_INVALID or "authorization" in self.request.headers:
                raise
        return await self.call.read(lambda snapshot: reading(snapshot, None)), True

    async def rendered(
        self, template: str, view: View, values: Mapping[str, Any], status: int = 200
    ) -> Response:
        """A page for this one call, of facts that are known already; nobody keeps it."""
        body = await self.call.kit.threads.run(lambda: self.site.render(template, view, values))
        headers = headers_of(view.language, chosen=self.in_path is None)
        return Response(body, status, {**headers, **PRIVATE}, MEDIA_TYPE)

    async def _rendered(
        self, template: str, view: View, values: Mapping[str, Any], status: int, *, forgotten: bool
    ) -> Response:
        body = await self.call.kit.threads.run(lambda: self.site.render(template, view, values))
        headers = headers_of(view.language, chosen=self.in_path is None)
        is_public = view.me is None and not forgotten and self.request.method == "GET"
        if not is_public or status != 200:  # noqa: PLR2004 - the good answer
            response = Response(body, status, {**headers, **PRIVATE}, MEDIA_TYPE)
            if forgotten:
                forget_cookie(response, self.call.kit.public_url)
            return response
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers |= {"ETag": etag, "Cache-Control": _SHORTLY}
        if matches(self.request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers=headers)
        return Response(body, status, headers, MEDIA_TYPE)


@dataclass(frozen=True, slots=True)
class _Found:
    """The facts of a page of a debate, read at one instant."""

    facts: Facts
    phase: Phase
    left: Left | None


async def _get_page(request: Request) -> Page:
    return Page(request)


PageDep = Annotated[Page, Depends(_get_page)]
