"""What other sites and search engines ask for: oEmbed, the script that frames a debate, sitemaps."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from consultation.api import sharing
from consultation.api.access import Access
from consultation.api.calls import CallDep
from consultation.api.documents import Built, matches
from consultation.api.feeds.atom import post_title
from consultation.api.listing import cached_answer
from consultation.api.problems import Problem, TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.sharing import oembed, sitemap
from consultation.application.readers import Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.period import Phase
from consultation.localisation.languages import Language

router = APIRouter(include_in_schema=False, route_class=JsonRoute)

_PUBLIC: Final = {"x-access": Access.PUBLIC.value}
_VISIBLE: Final = "visible"
_LARGEST_PART: Final = 20_000
# What a page of any origin may load as a script: browsers look at this header (Fetch, "cross-origin
# resource policy check"), and every other answer of ours keeps to its own origin.
_FOR_ANY_PAGE: Final = {"Cross-Origin-Resource-Policy": "cross-origin"}
Pixels = Annotated[int | None, Query(ge=1, le=100_000)]


@router.get("/oembed", openapi_extra=_PUBLIC)
async def get_oembed(
    call: CallDep,
    url: Annotated[str, Query(max_length=2_000)],
    maxwidth: Pixels = None,
    maxheight: Pixels = None,
    form: Annotated[str, Query(alias="format")] = oembed.Format.JSON.value,
) -> Response:
    """A frame for the page at `url`: 404 for what is not ours or not published, 501 for other formats."""
    if form not in set(oembed.Format):
        raise Problem(TransportCode.FORMAT_NOT_SUPPORTED)
    kit = call.kit
    place = oembed.place_of(url, kit.public_url)
    if place is None:
        raise Problem(TransportCode.NOT_FOUND)

    def found(snapshot: Snapshot) -> oembed.Shown | Refused:
        uid = place.debate if isinstance(place.debate, UUID) else _uid_at(snapshot, *place.debate)
        version = None if uid is None else snapshot.version(uid)
        if version is None:
            return Refused(RefusalCode.DEBATE_NOT_FOUND)
        debate = snapshot.debate(version, version.phase_at(kit.clock()))
        language = place.language or Language(debate["lang"])
        if place.number is None:
            return oembed.Shown(debate, None, debate["title"], language)
        post = snapshot.post(version, place.number)
        if post is None or post["state"] != _VISIBLE:
            return Refused(RefusalCode.POST_NOT_FOUND, {"number": place.number})
        title = f"{post_title(post, language)} – {debate['title']}"
        return oembed.Shown(debate, place.number, title, language)

    shown = await call.read(found)
    size = oembed.size(maxwidth, maxheight)
    answered = oembed.answer(shown, kit.service_name, kit.public_url, size)
    wanted = oembed.Format(form)
    return Response(
        oembed.encoded(answered, wanted),
        headers={"Cache-Control": f"public, max-age={oembed.CACHE_SECONDS}"},
        media_type=wanted.media_type,
    )


def _uid_at(snapshot: Snapshot, organisation: str, slug: str) -> UUID | None:
    located = snapshot.debate_at(organisation, slug)
    return None if located is None else located.uid


@cache
def _script(name: str) -> tuple[bytes, str]:
    body = (Path(sharing.__file__).parent / "static" / name).read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


@router.get("/embed.js", openapi_extra=_PUBLIC)
async def get_embed_script(request: Request) -> Response:
    """The script of the one line that shows a debate: see `docs/embedding.md`."""
    return _script_answer(request, "embed.js", _FOR_ANY_PAGE)


@router.get("/embed/frame.js", openapi_extra=_PUBLIC)
async def get_frame_script(request: Request) -> Response:
    """The script inside the frame, which tells the page around it how tall it is."""
    return _script_answer(request, "frame.js", {})


def _script_answer(request: Request, name: str, more: Mapping[str, str]) -> Response:
    body, etag = _script(name)
    headers = {"ETag": etag, "Cache-Control": "public, max-age=3600", **more}
    known = request.headers.get("if-none-match")
    if known is not None and matches(known, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="text/javascript")


@router.get("/robots.txt", openapi_extra=_PUBLIC)
async def get_robots(call: CallDep) -> Response:
    """What crawlers are asked, and where the sitemap is."""
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(sitemap.robots(call.kit.public_url), headers=headers, media_type="text/plain")


@router.get("/sitemap.xml", openapi_extra=_PUBLIC)
async def get_sitemap(request: Request, call: CallDep) -> Response:
    """The index of all sitemaps."""
    debates = await call.read(lambda snapshot: snapshot.published(sitemap.MOST))
    document = {"public_url": call.kit.public_url, "debates": debates}
    built = Built(document, write=sitemap.index, media_type=sitemap.MEDIA_TYPE)
    return await call.kit.threads.run(lambda: cached_answer(request, built))


@router.get("/sitemap/places.xml", openapi_extra=_PUBLIC)
async def get_sitemap_of_places(request: Request, call: CallDep) -> Response:
    """The pages of organisations and debates."""
    debates = await call.read(lambda snapshot: snapshot.published(sitemap.MOST))
    document = {"public_url": call.kit.public_url, "debates": debates}
    built = Built(document, write=sitemap.places, media_type=sitemap.MEDIA_TYPE)
    return await call.kit.threads.run(lambda: cached_answer(request, built))


@router.get("/sitemap/debates/{debate_id}/{part}.xml", openapi_extra=_PUBLIC)
async def get_sitemap_of_debate(call: CallDep, debate_id: str, part: str) -> Response:
    """The threads of a debate, a part of its numbers at a time."""
    try:
        uid, position = UUID(debate_id), int(part)
    except ValueError as error:
        raise Problem(TransportCode.NOT_FOUND) from error
    if not 1 <= position <= _LARGEST_PART:
        raise Problem(TransportCode.NOT_FOUND)
    last = position * sitemap.MOST

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built:
        threads = snapshot.threads_between(version.key, last - sitemap.MOST + 1, last)
        document = {"url": f"{call.kit.public_url}/{version.path}", "threads": threads}
        return Built(document, write=sitemap.posts, media_type=sitemap.MEDIA_TYPE)

    return await call.document(uid, build)
