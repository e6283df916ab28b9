"""Carrying out calls: who calls, a command in its transaction, and a repeated call answered once."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, TypeAlias, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.exc import DBAPIError
from starlette.responses import Response

from consultation.api.acts import Means
from consultation.api.callers import (
    Credentials,
    as_anyone,
    as_delegate,
    as_known,
    as_participant,
    as_person,
    as_staff,
    credentials_of,
    find_caller,
)
from consultation.api.documents import Builder, document_response, encode
from consultation.api.kit import Kit
from consultation.api.limits import count_write
from consultation.api.manner import Manner
from consultation.api.problems import Problem, refusal
from consultation.api.repeating import fingerprint_of, fit_key, replayed, to_keep
from consultation.application.callers import enrolled, keep_answer, participant_actor
from consultation.application.participation_codes import Counted
from consultation.application.ports import (
    Account,
    AlreadyKept,
    Busy,
    Caller,
    Delegate,
    Replay,
    Staff,
    Transaction,
    UnitOfWork,
)
from consultation.application.readers import Snapshot
from consultation.application.sessions import is_used_anew, use_session
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused

Result = TypeVar("Result")
Admitted = TypeVar("Admitted")
Admit: TypeAlias = Callable[[Caller], Admitted]
"""Narrows whoever calls to whom a route admits. Raises Problem for the others."""
_PRIVATE: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer before it is encoded.

    `kept` is what a repeated call gets in its place, where the document holds a secret that is
    shown once and stored nowhere.
    """

    document: Any
    status: int = 200
    headers: Mapping[str, str] | None = None
    kept: Any = None


def respond(answer: Answer) -> Response:
    """A good answer as bytes, for the caller alone."""
    headers = {**_PRIVATE, **(answer.headers or {})}
    if answer.document is None:
        return Response(status_code=answer.status, headers=headers)
    return Response(encode(answer.document), answer.status, headers, "application/json")


@dataclass(frozen=True, slots=True)
class _Done:
    """What a committed command leads to: its answer, or a refusal that leaves something written."""

    answer: Response | Refused


class Call:
    """One call and what it can do: read a public document, read for a person, run a command."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.kit: Kit = request.app.state.kit
        self._used_anew: bytes | None = None
        self._counted = False

    def token(self) -> str | None:
        """The token, None for an anonymous call."""
        credentials = self.credentials()
        return None if credentials is None else credentials.token

    def credentials(self) -> Credentials | None:
        """The credentials, None for an anonymous call."""
        return credentials_of(self.request, self.kit.public_url)

    async def document(self, debate: UUID, build: Builder, *, at_a_glance: bool = False) -> Response:
        """A public document of a debate, with its entity tag. See `PublicDocuments.read`."""
        scope = self.request.scope
        target = (scope["raw_path"], scope["query_string"])
        found = await self.kit.threads.run(
            lambda: self.kit.documents.read(target, debate, build, at_a_glance=at_a_glance)
        )
        if isinstance(found, Refused):
            raise refusal(found)
        return document_response(found, self.request.headers.get("if-none-match"))

    async def read(
        self, function: Callable[[Snapshot], Result | Refused], how: Manner = Manner.ASIDE
    ) -> Result:
        """Something read in one snapshot, or as `how` says."""
        readers, threads = self.kit.readers, self.kit.threads

        def reading() -> "Result | Refused":  # in quotes: else it is made for each call
            with readers.glance() if how is Manner.GLANCE else readers.snapshot() as snapshot:
                return function(snapshot)

        result = await (threads.run(reading) if how is Manner.ASIDE else threads.run_short(reading))
        if self._used_anew is not None:
            # A write, which waits for the server of PostgreSQL: the event loop must not.
            await threads.run(lambda: self._note_use(self.kit.work))
        return _granted(result)

    async def read_as(
        self, function: Callable[[Snapshot, Account], Result | Refused], how: Manner = Manner.ASIDE
    ) -> Result:
        """The same for the signed-in caller."""
        return await self._read_for(as_person, function, how)

    async def read_as_staff(self, function: Callable[[Snapshot, Staff], Result | Refused]) -> Result:
        """The same for whoever runs consultations, also with a key."""
        return await self._read_for(as_staff, function)

    async def read_as_delegate(self, function: Callable[[Snapshot, Delegate], Result | Refused]) -> Result:
        """The same for a server that names one of its users."""
        return await self._read_for(as_delegate, function)

    async def read_as_anyone(
        self, function: Callable[[Snapshot, Caller | None], Result | Refused], how: Manner = Manner.ASIDE
    ) -> Result:
        """Something read that depends on who asks, signed in or not."""
        if self.credentials() is None:
            return await self.read(lambda snapshot: function(snapshot, None), how)
        return await self._read_for(as_anyone, function, how)

    async def _read_for(
        self,
        admit: Admit[Admitted],
        function: Callable[[Snapshot, Admitted], Result | Refused],
        how: Manner = Manner.ASIDE,
    ) -> Result:
        credentials = self._required(admit)
        if credentials.is_key and how is Manner.GLANCE:
            how = Manner.SHORT  # a session is found with one statement, a key with several

        def reading(snapshot: Snapshot) -> "Result | Refused":
            caller, _ = self._caller(snapshot, credentials, None)
            return function(snapshot, admit(caller))

        return await self.read(reading, how)

    async def perform(
        self,
        command: Callable[[Transaction, Account], Result | Counted | Refused],
        render: Callable[[Result], Answer],
        *,
        is_secret: bool = False,
    ) -> Response:
        """Run a command for the signed-in caller and answer with what it did.

        With an Idempotency-Key the answer is kept in the same transaction and sent again when
        the call is repeated, so that a lost connection costs nothing. Of a body that `is_secret`
        nothing is kept, not even in the fingerprint of the call.
        """
        return await self._perform(as_person, command, render, is_secret=is_secret)

    async def perform_as_staff(
        self,
        command: Callable[[Transaction, Staff], Result | Refused],
        render: Callable[[Result], Answer],
    ) -> Response:
        """The same for whoever runs consultations, also with a key."""
        return await self._perform(as_staff, command, render)

    async def perform_as_delegate(
        self,
        command: Callable[[Transaction, Delegate], Result | Refused],
        render: Callable[[Result], Answer],
    ) -> Response:
        """The same for a server that names one of its users, who is made known before."""
        return await self._perform(as_delegate, command, render)

    async def perform_for_known(
        self,
        command: Callable[[Transaction, Delegate], Result | Refused],
        render: Callable[[Result], Answer],
    ) -> Response:
        """The same for a user who is known already, or else stays unknown: `account` is None then."""
        return await self._perform(as_known, command, render)

    async def participate(
        self,
        command: Callable[[Transaction, Person], Result | Refused],
        render: Callable[[Result], Answer],
        *,
        is_short: bool = False,
    ) -> Response:
        """The same for whoever takes part, in person or through an organisation's server.

        What `is_short` may run where it is soonest done, and with others, see `Acts`.
        """
        return await self._perform(
            as_participant,
            lambda tx, caller: command(tx, participant_actor(caller)),
            render,
            is_short=is_short,
        )

    async def _perform(
        self,
        admit: Admit[Admitted],
        command: Callable[[Transaction, Admitted], Result | Counted | Refused],
        render: Callable[[Result], Answer],
        *,
        is_secret: bool = False,
        is_short: bool = False,
    ) -> Response:
        credentials = self._required(admit)
        key = fit_key(self.given_key())
        fingerprint = b"" if key is None else await fingerprint_of(self.request, with_body=not is_secret)

        def performed(means: Means) -> Response:
            return self._performed(means, credentials, key, fingerprint, admit, command, render)

        if is_short:
            return await self.kit.acts.run(performed)
        return await self.kit.threads.run(lambda: performed(Means(self.kit.work)))

    def _performed(
        self,
        means: Means,
        credentials: Credentials,
        key: str | None,
        fingerprint: bytes,
        admit: Admit[Admitted],
        command: Callable[[Transaction, Admitted], Result | Counted | Refused],
        render: Callable[[Result], Answer],
    ) -> Response:
        caller, replay = self._found(credentials, key, means)
        admit(caller)
        if replay is not None:
            return replayed(replay, fingerprint)
        self._count(caller)

        def performing(tx: Transaction) -> _Done | Refused:
            acting = caller if admit is as_known else _made_known(tx, caller)
            result = command(tx, admit(acting))
            if isinstance(result, Refused):
                return result
            if isinstance(result, Counted):
                return _Done(result.refused)
            said = render(result)
            response = respond(said)
            if key is not None:
                instead = None if said.kept is None else encode(said.kept)
                keep_answer(tx, acting, key, to_keep(response, fingerprint, instead))
            return _Done(response)

        try:
            result = means.work.perform(performing)
        except AlreadyKept:
            # The same call was under way twice: the other one is committed, ours rolled back.
            answer = self._kept_meanwhile(credentials, key, fingerprint, means)
            if answer is None:
                raise
            return answer
        if isinstance(result, Refused) and key is not None:
            # Perhaps it was refused because of what the other one did: a text is not said twice.
            answer = self._kept_meanwhile(credentials, key, fingerprint, means)
            if answer is not None:
                return answer
        return _granted(_granted(result).answer)

    def _kept_meanwhile(
        self, credentials: Credentials, key: str | None, fingerprint: bytes, means: Means
    ) -> Response | None:
        """What the same call was answered that was under way beside this one."""
        if means.view is not None:
            raise Busy  # it may be about to be committed together with ours: looked for again after that
        _, replay = self._found(credentials, key, means)
        return None if replay is None else replayed(replay, fingerprint)

    async def take_back(self, account: Account, undo: Callable[[Transaction], object]) -> None:
        """Undo what `perform` committed for an account, and forget the answer kept for it."""
        key = fit_key(self.given_key())

        def undoing(tx: Transaction) -> None:
            undo(tx)
            if key is not None:
                tx.replays.drop(account.key, key)

        await self.kit.threads.run(lambda: self.kit.work.perform(undoing))

    def given_key(self) -> str | None:
        """The idempotency key of the call; that of a page's form stands in a field (see `web.forms`)."""
        return self.request.headers.get("idempotency-key")

    def _required(self, admit: object) -> Credentials:
        credentials = self.credentials()
        if credentials is None:
            is_for_keys = admit in {as_delegate, as_known}
            raise Problem(RefusalCode.KEY_REQUIRED if is_for_keys else RefusalCode.SIGN_IN_REQUIRED)
        return credentials

    def _found(self, credentials: Credentials, key: str | None, means: Means) -> tuple[Caller, Replay | None]:
        if means.view is not None:
            found = self._caller(means.view, credentials, key)
        else:
            # A session is found with one statement, a key with several.
            readers = self.kit.readers
            with readers.snapshot() if credentials.is_key else readers.glance() as snapshot:
                found = self._caller(snapshot, credentials, key)
        self._note_use(means.work)
        return found

    def _caller(
        self, snapshot: Snapshot, credentials: Credentials, key: str | None
    ) -> tuple[Caller, Replay | None]:
        now = self.kit.clock()
        caller, replay = _granted(find_caller(snapshot, self.kit.digests, credentials, now, key))
        if not isinstance(caller, Account):
            self.kit.key_uses.note(caller, now)
        elif is_used_anew(caller, now):
            self._used_anew = self.kit.digests.token(credentials.token)
        return caller, replay

    def _count(self, caller: Caller) -> None:
        """An act that is tried again is one all the same."""
        if not self._counted:
            count_write(self.request, caller)
            self._counted = True

    def _note_use(self, work: UnitOfWork) -> None:
        """Once an hour a session is written to; a database that cannot does not end the call."""
        digest, self._used_anew = self._used_anew, None
        if digest is not None:
            with suppress(Busy, DBAPIError):
                work.perform(lambda tx: use_session(tx, digest, self.kit.session_rules), hasty=True)


def _granted(result: Result | Refused) -> Result:
    if isinstance(result, Refused):
        raise refusal(result)
    return result


def _made_known(tx: Transaction, caller: Caller) -> Caller:
    return replace(caller, account=enrolled(tx, caller)) if isinstance(caller, Delegate) else caller


async def _get_call(request: Request) -> Call:
    return Call(request)


CallDep = Annotated[Call, Depends(_get_call)]
