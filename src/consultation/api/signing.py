"""Signing in by code and out again, as the interface and the pages do it."""

from consultation.api.calls import Call
from consultation.api.events import note_sign_in
from consultation.api.foreign import shown_token
from consultation.api.limits import count
from consultation.api.mailing import deliver
from consultation.api.problems import Problem, refusal
from consultation.api.proving import FILLED_BY_A_MACHINE, proof_given, proof_invalid
from consultation.application.people import (
    CODE_LIFETIME,
    CodeToSend,
    Session,
    WrongCode,
    request_code,
    sign_in,
)
from consultation.application.policies import Subject
from consultation.application.ports import Proof, SignInMethod, Transaction
from consultation.domain.decisions import RefusalCode, Refused
from consultation.localisation.languages import Language


async def send_code(
    call: Call, address: str, language: Language, proof: str | None = None, honeypot: str | None = None
) -> None:
    """Mail a fresh code to a normalised address. Of what a machine filled in nothing comes, silently.

    Raises Problem: too_many_codes, proof_required, proof_invalid, mail_unavailable, malformed.
    """
    kit = call.kit
    given = await proof_given(call, proof, honeypot)
    if given is FILLED_BY_A_MACHINE:
        return

    def requesting(tx: Transaction) -> CodeToSend | Refused:
        if isinstance(given, Proof) and not tx.used_proofs.use(given):
            return proof_invalid(kit)
        return request_code(tx, kit.digests, address)

    to_send: CodeToSend | Refused = await kit.threads.run(lambda: kit.work.perform(requesting))
    if isinstance(to_send, Refused):
        raise refusal(to_send)
    minutes = int(CODE_LIFETIME.total_seconds()) // 60
    await deliver(kit, kit.code_mail(to_send.email, to_send.code, minutes, kit.service_name, language))


async def exchange_code(call: Call, address: str, code: str, language: Language) -> Session:
    """A session for a code; one that the call shows ends. Raises Problem: code_incorrect, erased_lately."""
    kit = call.kit
    count(call.request, Subject.ADDRESS, address)
    locale, shown = language.value, shown_token(call)

    def signing_in(tx: Transaction) -> Session | WrongCode | Refused:
        return sign_in(tx, kit.digests, address, code, locale, kit.session_rules, shown)

    session: Session | WrongCode | Refused = await kit.threads.run(lambda: kit.work.perform(signing_in))
    if isinstance(session, Refused):
        raise refusal(session)
    if isinstance(session, WrongCode):
        raise Problem(RefusalCode.CODE_INCORRECT, {"tries_left": session.tries_left})
    note_sign_in(call.request, SignInMethod.CODE)
    return session
