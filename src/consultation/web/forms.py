"""What a form of a page sends, read within the limits of the interface, and what a form shows.

Browsers send `application/x-www-form-urlencoded` (WHATWG URL, section 5). A form carries its
idempotency key as a hidden field: sent twice, it gets the first answer, as a call of the interface
with the header does. What was refused is shown again with everything that was typed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request

from consultation.api.callers import from_own_page, is_from_a_page
from consultation.api.calls import Call
from consultation.api.problems import Problem, TransportCode
from consultation.domain.texts import tidy
from consultation.localisation.languages import Language
from consultation.localisation.problems import problem_text
from consultation.localisation.words import text

MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 60
KEY: Final = "key"
"""The hidden field with the idempotency key."""
INTENT: Final = "intent"
"""Which of a form's buttons was pressed; none stands for sending it."""
KEPT: Final = "kept"
"""The hidden field with a sealed form that waits for its person to sign in (see `kept`)."""
STATE: Final = "sent form"
"""Where a form that was read is kept with its call: of a failure nothing can be read any more."""
_MECHANICS: Final = frozenset({KEY, INTENT, KEPT})


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields that a form sent, each name once."""

    values: Mapping[str, str]

    def text(self, name: str) -> str:
        """What stands in a field; nothing when it was not sent."""
        return self.values.get(name, "")

    def given(self, name: str) -> str | None:
        """What stands in a field; None when that is nothing but white space."""
        value = self.text(name)
        return value if value.strip() else None

    @property
    def intent(self) -> str:
        """Which button was pressed; empty for the one that sends."""
        return self.text(INTENT)

    @property
    def typed(self) -> dict[str, str]:
        """What a person put in, without what the form brought itself."""
        return {name: value for name, value in self.values.items() if name not in _MECHANICS}


def refuse_other_sites(request: Request) -> None:
    """End the call of another site's form. Raises Problem(cross_site_request)."""
    if is_from_a_page(request) and not from_own_page(request, request.app.state.kit.public_url):
        raise Problem(TransportCode.CROSS_SITE_REQUEST)


async def read_form(request: Request) -> Sent:
    """The fields of a request's form.

    Raises Problem: media_type_unsupported for another kind of body, malformed for text that is not
    UTF-8 (lone surrogates are not), for a name that stands twice and for more fields than any form of
    ours has; cross_site_request for the form of another site, which would otherwise put its words into a
    page of ours, with a button below them; body_too_large comes from the edge. What characters a text may
    hold, its rule says.
    """
    known = request.scope.get("state", {}).get(STATE)
    if isinstance(known, Sent):
        return known
    refuse_other_sites(request)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != MEDIA_TYPE:
        raise Problem(TransportCode.MEDIA_TYPE_UNSUPPORTED)
    body = await request.body()
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError as error:  # of which UnicodeDecodeError is one
        raise Problem(TransportCode.MALFORMED) from error
    sent = Sent(dict(pairs))
    if len(sent.values) < len(pairs):
        raise Problem(TransportCode.MALFORMED)
    request.scope.setdefault("state", {})[STATE] = sent
    return sent


class FormCall(Call):
    """A call that a form makes: its idempotency key stands in the form."""

    def __init__(self, request: Request, sent: Sent) -> None:
        super().__init__(request)
        self.sent = sent

    def given_key(self) -> str | None:
        """The key of the hidden field; a form without one is not told from a new one."""
        return self.sent.text(KEY) or None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and with which field (None for the form as a whole), to be said when it is shown.

    It is either a refusal of the interface, or a sentence of the pages under its `key`.
    """

    field: str | None = None
    refused: Problem | None = None
    key: str = ""

    def said(self, language: Language) -> str:
        """The sentence in a language."""
        if self.refused is None or self.key:
            return text(self.key, language)
        return problem_text(self.refused.code, self.refused.facts, language).detail


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a page shows it: where it goes, what stands in it, what was wrong with it.

    `key` is a fresh idempotency key for what was not sent yet, and the one that came for what was. Where
    a page has several forms, `prefix` keeps the ids of their fields apart.
    """

    action: str
    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    prefix: str = ""

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def length(self, name: str) -> int:
        """How long a field's text is, as the rules count it: in code points, tidied."""
        return len(tidy(self.value(name)))

    def fault(self, name: str) -> Fault | None:
        """What is wrong with a field."""
        return next((fault for fault in self.faults if fault.field == name), None)

    def filled(self, values: Mapping[str, str]) -> "Form":
        """The same form with what stands already, unless somebody has put something else in."""
        return self if self.values else replace(self, values=values)

    def beginning(self, name: str, value: str | None) -> "Form":
        """The same form with one field filled in, unless something stands in it already."""
        if not value or self.value(name):
            return self
        return replace(self, values={**self.values, name: value})

    def has(self, key: str) -> bool:
        """Is one of the faults the sentence under this key?"""
        return any(fault.key == key for fault in self.faults)

    def refused_with(self, code: str) -> bool:
        """Was it refused with this code?"""
        return any(fault.refused is not None and fault.refused.code == code for fault in self.faults)

    def refused(self, *faults: Fault) -> "Form":
        """The same form with what is wrong with it."""
        return replace(self, faults=faults)


def form_of(action: str, sent: Sent, new_key: str) -> Form:
    """The form that was sent, to be shown again with everything that was typed."""
    return Form(action, sent.text(KEY) or new_key, sent.typed)


def fault_of(problem: Problem, fields: Collection[str], key: str = "") -> Fault:
    """A refusal, at the field that it is about where the form has it; `key` says more than it does."""
    about = problem.facts.get("field")
    return Fault(about if isinstance(about, str) and about in fields else None, problem, key)
