"""Carrying out calls: who calls, a command in its transaction, and a repeated call answered once."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeAlias, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import Response

from consultation.api.callers import session_token
from consultation.api.documents import Builder, PublicDocument, PublicDocuments, encode, matches
from consultation.api.problems import Problem, TransportCode, refusal
from consultation.api.threads import Threads
from consultation.application.documents import Links
from consultation.application.ports import (
    Account,
    AlreadyKept,
    Clock,
    Digests,
    Mail,
    Mailer,
    Replay,
    Transaction,
    UnitOfWork,
)
from consultation.application.readers import Readers, Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.localisation.languages import Language

Result = TypeVar("Result")
_IDEMPOTENCY_KEY: Final = re.compile(r"[!-~]{1,255}")
_PRIVATE: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer before it is encoded."""

    document: Any
    status: int = 200
    headers: Mapping[str, str] | None = None


CodeMail: TypeAlias = Callable[[str, str, int, str, Language], Mail]
"""Writes the mail of a sign-in code: address, code, minutes, name of the service, language."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What routes work with, made once from the composition root's services."""

    public_url: str
    service_name: str
    links: Links
    code_mail: CodeMail
    is_ready: Callable[[], bool]
    clock: Clock
    digests: Digests
    mailer: Mailer
    work: UnitOfWork
    readers: Readers
    documents: PublicDocuments
    threads: Threads


def respond(answer: Answer) -> Response:
    """A good answer as bytes, for the caller alone."""
    headers = {**_PRIVATE, **(answer.headers or {})}
    if answer.document is None:
        return Response(status_code=answer.status, headers=headers)
    return Response(encode(answer.document), answer.status, headers, "application/json")


class Call:
    """One call and what it can do: read a public document, read for a person, run a command."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.kit: Kit = request.app.state.kit

    def token(self) -> str | None:
        """The session token, None for an anonymous call."""
        return session_token(self.request, self.kit.public_url)

    async def document(self, debate: UUID, build: Builder) -> Response:
        """A public document of a debate, with its entity tag."""
        scope = self.request.scope
        target = (scope["raw_path"], scope["query_string"])
        found = await self.kit.threads.run(lambda: self.kit.documents.read(target, debate, build))
        if isinstance(found, Refused):
            raise refusal(found)
        return document_response(found, self.request.headers.get("if-none-match"))

    async def read(self, function: Callable[[Snapshot], Result | Refused]) -> Result:
        """Something read in one snapshot."""

        def reading() -> Result | Refused:
            with self.kit.readers.snapshot() as snapshot:
                return function(snapshot)

        return _granted(await self.kit.threads.run(reading))

    async def read_as(self, function: Callable[[Snapshot, Account], Result | Refused]) -> Result:
        """Something read in one snapshot for the signed-in caller."""
        token = self.token()
        if token is None:
            raise Problem(RefusalCode.SIGN_IN_REQUIRED)

        def reading(snapshot: Snapshot) -> Result | Refused:
            account = self._account(snapshot, token)
            if account is None:
                return Refused(RefusalCode.SESSION_INVALID)
            return function(snapshot, account)

        return await self.read(reading)

    async def read_as_anyone(
        self, function: Callable[[Snapshot, Account | None], Result | Refused]
    ) -> Result:
        """Something read in one snapshot that depends on who asks, signed in or not."""
        if self.token() is not None:
            return await self.read_as(function)
        return await self.read(lambda snapshot: function(snapshot, None))

    def _account(self, snapshot: Snapshot, token: str) -> Account | None:
        account, _ = snapshot.caller(self.kit.digests.token(token), self.kit.clock(), None)
        return account

    async def perform(
        self,
        command: Callable[[Transaction, Account], Result | Refused],
        render: Callable[[Result], Answer],
    ) -> Response:
        """Run a command for the signed-in caller and answer with what it did.

        With an Idempotency-Key the answer is kept in the same transaction and sent again when
        the call is repeated, so that a lost connection costs nothing.
        """
        token = self.token()
        if token is None:
            raise Problem(RefusalCode.SIGN_IN_REQUIRED)
        key = self._idempotency_key()
        fingerprint = b"" if key is None else await self._fingerprint()
        return await self.kit.threads.run(lambda: self._performed(token, key, fingerprint, command, render))

    def _performed(
        self,
        token: str,
        key: str | None,
        fingerprint: bytes,
        command: Callable[[Transaction, Account], Result | Refused],
        render: Callable[[Result], Answer],
    ) -> Response:
        account, replay = self._caller(token, key)
        if replay is not None:
            return _replayed(replay, fingerprint)

        def performing(tx: Transaction) -> Response | Refused:
            result = command(tx, account)
            if isinstance(result, Refused):
                return result
            response = respond(render(result))
            if key is not None:
                kept = Replay(fingerprint, response.status_code, dict(response.headers), bytes(response.body))
                tx.replays.keep(account.key, key, kept, tx.now())
            return response

        try:
            return _granted(self.kit.work.perform(performing))
        except AlreadyKept:
            # The same call was under way twice: the other one is committed, ours rolled back.
            _, replay = self._caller(token, key)
            if replay is None:
                raise
            return _replayed(replay, fingerprint)

    def _caller(self, token: str, key: str | None) -> tuple[Account, Replay | None]:
        digest = self.kit.digests.token(token)
        with self.kit.readers.snapshot() as snapshot:
            account, replay = snapshot.caller(digest, self.kit.clock(), key)
        if account is None:
            raise Problem(RefusalCode.SESSION_INVALID)
        return account, replay

    def _idempotency_key(self) -> str | None:
        key = self.request.headers.get("idempotency-key")
        if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
            errors = [{"pointer": "#/header/Idempotency-Key", "detail": "1-255 visible ASCII"}]
            raise Problem(TransportCode.MALFORMED, errors=errors)
        return key

    async def _fingerprint(self) -> bytes:
        url = self.request.url
        target = f"{self.request.method} {url.path}?{url.query}\n".encode()
        return hashlib.sha256(target + await self.request.body()).digest()


def _granted(result: Result | Refused) -> Result:
    if isinstance(result, Refused):
        raise refusal(result)
    return result


def _replayed(replay: Replay, fingerprint: bytes) -> Response:
    if replay.fingerprint != fingerprint:
        raise Problem(TransportCode.IDEMPOTENCY_KEY_REUSED)
    headers = {**replay.headers, "Idempotent-Replayed": "true"}
    return Response(replay.body, replay.status, headers)


def document_response(document: PublicDocument, if_none_match: str | None) -> Response:
    """A public document, or 304 when the caller has it."""
    if if_none_match is not None and matches(if_none_match, document.etag):
        response = Response(status_code=304)
        kept = {b"etag", b"cache-control", b"link"}
        response.raw_headers = [pair for pair in document.headers if pair[0] in kept]
        return response
    response = Response(document.body)
    response.raw_headers = list(document.headers)
    return response


async def _get_call(request: Request) -> Call:
    return Call(request)


CallDep = Annotated[Call, Depends(_get_call)]
