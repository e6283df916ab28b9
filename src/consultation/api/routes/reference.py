"""The documents of the interface itself: OpenAPI, its readable form, and the problem types."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from consultation.api.access import Access
from consultation.api.calls import CallDep
from consultation.api.documents import matches
from consultation.api.headers import page_headers
from consultation.api.openapi import openapi_bytes
from consultation.api.pages.book import Book, Page
from consultation.api.problems import Problem, TransportCode, language_of
from consultation.api.requests import JsonRoute
from consultation.localisation.languages import Language

router = APIRouter(include_in_schema=False, route_class=JsonRoute)

_PUBLIC: Final = {"x-access": Access.PUBLIC.value}
_KEPT: Final = "public, max-age=300"
Chosen = Annotated[Language | None, Query(description="In place of Accept-Language.")]


def book_of(request: Request) -> Book:
    """The pages of this application, made when the first of them is asked for."""
    state = request.app.state
    if not hasattr(state, "book"):
        kit = state.kit
        state.book = Book(
            request.app.openapi, lambda: openapi_bytes(request.app), kit.service_name, kit.public_url
        )
    book: Book = state.book
    return book


def page_answer(request: Request, page: Page, cache_control: str = _KEPT) -> Response:
    """A page, or 304 when the caller has it."""
    headers = {"ETag": page.etag, "Cache-Control": cache_control}
    if page.language is not None:
        headers.update(page_headers())
        headers["Content-Language"] = page.language.value
        headers["Vary"] = "Accept-Language"
    known = request.headers.get("if-none-match")
    if known is not None and matches(known, page.etag):
        return Response(status_code=304, headers=headers)
    return Response(page.body, headers=headers, media_type=page.media_type)


@router.get("/openapi.json", openapi_extra=_PUBLIC)
async def get_openapi(request: Request, call: CallDep) -> Response:
    """The OpenAPI 3.1 document."""
    book = book_of(request)
    return page_answer(request, await call.kit.threads.run(lambda: book.openapi))


@router.get("/docs", openapi_extra=_PUBLIC)
async def get_docs(request: Request, call: CallDep) -> Response:
    """Every operation of the interface, to be read."""
    return page_answer(request, await call.kit.threads.run(book_of(request).docs))


@router.get("/problems", openapi_extra=_PUBLIC)
async def list_problems(request: Request, call: CallDep, lang: Chosen = None) -> Response:
    """Every code with its title."""
    book, language = book_of(request), lang or language_of(request)
    return page_answer(request, await call.kit.threads.run(lambda: book.problems(language)))


@router.get("/problems/{code}", openapi_extra=_PUBLIC)
async def get_problem(request: Request, call: CallDep, code: str, lang: Chosen = None) -> Response:
    """What a problem type means: the page that `type` of a problem document leads to."""
    book, language = book_of(request), lang or language_of(request)
    page = await call.kit.threads.run(lambda: book.problem(code, language))
    if page is None:
        raise Problem(TransportCode.NOT_FOUND)
    return page_answer(request, page)


@router.get("/reference.css", openapi_extra=_PUBLIC)
async def get_stylesheet(request: Request) -> Response:
    """The stylesheet of these pages."""
    return page_answer(request, book_of(request).stylesheet, "public, max-age=31536000, immutable")
