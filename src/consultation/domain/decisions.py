"""Decisions are values: a rule answers Allowed, or Refused with a code and the facts.

The catalogue of codes is closed. `localisation` has a sentence for each in every language,
`api.problems` a status, and `docs/problems.md` a paragraph; tests hold the four equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

Fact: TypeAlias = str | int | bool | datetime | tuple[str, ...] | None
Facts: TypeAlias = Mapping[str, Fact]


class RefusalCode(StrEnum):
    """Why a rule said no. The value is the `code` of the problem document."""

    SIGN_IN_REQUIRED = "sign_in_required"
    SESSION_INVALID = "session_invalid"
    CODE_INCORRECT = "code_incorrect"
    TOO_MANY_CODES = "too_many_codes"
    PROOF_REQUIRED = "proof_required"
    PROOF_INVALID = "proof_invalid"
    SIGN_IN_AGAIN = "sign_in_again"
    ERASED_LATELY = "erased_lately"

    KEY_INVALID = "key_invalid"
    KEY_ENDED = "key_ended"
    KEY_REQUIRED = "key_required"
    KEY_SCOPE_MISSING = "key_scope_missing"
    KEY_FOREIGN = "key_foreign"
    KEY_NOT_ACCEPTED = "key_not_accepted"
    KEY_NOT_FOUND = "key_not_found"
    KEY_NOT_USABLE = "key_not_usable"
    KEY_EXPIRY_INVALID = "key_expiry_invalid"
    ON_BEHALF_OF_REQUIRED = "on_behalf_of_required"
    PARTICIPANT_NOT_FOUND = "participant_not_found"
    PROVIDER_NOT_FOUND = "provider_not_found"
    SIGN_IN_NOT_STARTED = "sign_in_not_started"
    SIGN_IN_DECLINED = "sign_in_declined"
    IDENTITY_NOT_PROVEN = "identity_not_proven"
    ASSURANCE_TOO_LOW = "assurance_too_low"
    IDENTITY_TAKEN = "identity_taken"
    IDENTITY_NOT_FOUND = "identity_not_found"
    LAST_SIGN_IN = "last_sign_in"
    ISSUER_UNUSABLE = "issuer_unusable"

    NOT_PERMITTED = "not_permitted"
    NOT_AUTHOR = "not_author"
    OWN_POST = "own_post"
    SAME_MODERATOR = "same_moderator"

    EMAIL_REQUIRED = "email_required"
    IDENTITY_REQUIRED = "identity_required"
    PARTICIPATION_CODE_REQUIRED = "participation_code_required"
    PARTICIPATION_CODE_MISTYPED = "participation_code_mistyped"
    PARTICIPATION_CODE_UNKNOWN = "participation_code_unknown"
    PARTICIPATION_CODE_SPENT = "participation_code_spent"
    PARTICIPATION_CODES_NOT_ASKED = "participation_codes_not_asked"
    TOO_MANY_WRONG_CODES = "too_many_wrong_codes"
    PARTICIPATION_TIGHTENED = "participation_tightened"
    CAPACITY_REQUIRED = "capacity_required"

    ORGANISATION_NOT_FOUND = "organisation_not_found"
    DEBATE_NOT_FOUND = "debate_not_found"
    POST_NOT_FOUND = "post_not_found"
    MEMBER_NOT_FOUND = "member_not_found"
    INVITATION_NOT_FOUND = "invitation_not_found"
    ORIGIN_NOT_FOUND = "origin_not_found"
    DEAD_LETTER_NOT_FOUND = "dead_letter_not_found"
    WEBHOOK_NOT_FOUND = "webhook_not_found"
    DELIVERY_NOT_FOUND = "delivery_not_found"
    SESSION_NOT_FOUND = "session_not_found"
    ARCHIVE_NOT_FOUND = "archive_not_found"
    CODE_BATCH_NOT_FOUND = "code_batch_not_found"
    CASE_NOT_FOUND = "case_not_found"
    HELD_POST_NOT_FOUND = "held_post_not_found"

    DEBATE_NOT_PUBLISHED = "debate_not_published"
    DEBATE_ALREADY_PUBLISHED = "debate_already_published"
    PERIOD_NOT_OPEN = "period_not_open"
    PERIOD_CLOSED = "period_closed"
    PERIOD_NOT_CLOSED = "period_not_closed"
    PERIOD_INVALID = "period_invalid"
    CLOSING_NOT_LATER = "closing_not_later"
    CLOSING_IN_THE_PAST = "closing_in_the_past"
    SLUG_TAKEN = "slug_taken"
    DEBATE_EXISTS = "debate_exists"
    THEME_IN_USE = "theme_in_use"
    LAST_ADMINISTRATOR = "last_administrator"
    LAST_PLATFORM_ADMINISTRATOR = "last_platform_administrator"
    ADMINISTRATOR_EXISTS = "administrator_exists"
    INVITATION_UNUSABLE = "invitation_unusable"
    TOO_MANY_ORIGINS = "too_many_origins"
    HAND_OVER_FIRST = "hand_over_first"
    TOO_MANY_WEBHOOKS = "too_many_webhooks"

    NOT_A_CONTRIBUTION = "not_a_contribution"
    POST_WITHDRAWN = "post_withdrawn"
    POST_HIDDEN = "post_hidden"
    POST_ERASED = "post_erased"
    REVISION_OUTDATED = "revision_outdated"

    ALREADY_REPORTED = "already_reported"
    CASE_STATE = "case_state"
    POST_NOT_HIDDEN = "post_not_hidden"
    MEASURE_NOT_FITTING = "measure_not_fitting"
    HELD_POST_DECIDED = "held_post_decided"
    EDIT_WAITING = "edit_waiting"
    ALREADY_HELD = "already_held"
    PASSAGE_NOT_FOUND = "passage_not_found"
    THEME_UNCHANGED = "theme_unchanged"
    RESTRICTION_OVER = "restriction_over"
    APPEAL_LODGED = "appeal_lodged"
    APPEAL_TOO_LATE = "appeal_too_late"
    MAIL_LINK_INVALID = "mail_link_invalid"

    TEXT_TOO_SHORT = "text_too_short"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_NOT_ALLOWED = "text_not_allowed"
    LINK_INVALID = "link_invalid"
    ORIGIN_INVALID = "origin_invalid"
    ACCENT_TOO_PALE = "accent_too_pale"
    LOGO_FORMAT_UNKNOWN = "logo_format_unknown"
    LOGO_DAMAGED = "logo_damaged"
    LOGO_SIZE_UNFIT = "logo_size_unfit"
    LOGO_TOO_HEAVY = "logo_too_heavy"
    WEBHOOK_URL_INVALID = "webhook_url_invalid"
    WEBHOOK_HOST_PRIVATE = "webhook_host_private"
    THEME_UNKNOWN = "theme_unknown"
    VOTE_VALUE_UNKNOWN = "vote_value_unknown"
    FIELD_NOT_ALLOWED = "field_not_allowed"
    DUPLICATE_TEXT = "duplicate_text"
    TOO_MANY_POSTS = "too_many_posts"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The rule has no objection."""

    allowed: Literal[True] = True


@dataclass(frozen=True, slots=True)
class Refused:
    """The rule objects: why, and the facts a person or a program needs to go on.

    Instants among the facts are aware UTC datetimes; `time_zone` (IANA) says in which zone a
    person should read them. `field` is a JSON pointer into the request body where one applies.
    """

    code: RefusalCode
    facts: Facts = field(default_factory=dict)
    allowed: Literal[False] = False


Decision: TypeAlias = Allowed | Refused

ALLOWED = Allowed()


def first_refusal(*decisions: Decision) -> Decision:
    """The first refusal in the order given, or Allowed when there is none."""
    return next((decision for decision in decisions if not decision.allowed), ALLOWED)
