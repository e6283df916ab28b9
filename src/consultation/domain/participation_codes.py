"""Participation codes: what is printed, what is typed, and when one may be redeemed.

A code is fourteen random symbols and one that checks them, printed in three groups:
`K7M4P-9RWXT-3HDQG`. The alphabet has 31 symbols, a prime number, and leaves out what is read for
something else: 0 and O, 1, I and L. So a code carries 69 bits, and the weighted sum modulo 31
shows every single wrong symbol and every two that changed places.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from consultation.domain.debates import Debate, check_stage
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused, first_refusal
from consultation.domain.permissions import Stage

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_BASE: Final = len(ALPHABET)
_RANDOM_SYMBOLS: Final = 14
_GROUP: Final = 5
_SEPARATORS: Final = str.maketrans("", "", " -\u2010\u2011\u2012\u2013\u2014\u00a0\t")
_BEFORE_CLOSE: Final = frozenset({Stage.DRAFT, Stage.UPCOMING, Stage.OPEN})
_VALUES: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}

CODE_SPACE: Final = _BASE**_RANDOM_SYMBOLS
"""How many codes there are: 31 to the 14th, more than 2 to the 69th."""

BATCH_MAX: Final = 10_000
"""Codes that are made at once, at most."""

TRIES: Final = 10
"""Wrong codes that one person may send in a TRIES_WINDOW."""

TRIES_WINDOW: Final = timedelta(hours=1)


class CodeState(StrEnum):
    """What became of a code. Who redeemed it is not kept.

    `spent` is a used code that was mixed with all others: see `Participations.mix_used`.
    """

    FREE = "free"
    USED = "used"
    SPENT = "spent"
    REVOKED = "revoked"


def _check_symbol(symbols: str) -> str:
    return ALPHABET[-sum(weight * _VALUES[symbol] for weight, symbol in enumerate(symbols, 2)) % _BASE]


def code_of(number: int) -> str:
    """The code of a random number below CODE_SPACE, as it is kept: without hyphens."""
    symbols = ""
    for _ in range(_RANDOM_SYMBOLS):
        number, value = divmod(number, _BASE)
        symbols += ALPHABET[value]
    return symbols + _check_symbol(symbols)


def printed(code: str) -> str:
    """A code as it is printed and typed: in groups."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def typed(text: str) -> str | None:
    """The code that somebody typed, as it is kept; None when it can be no code.

    Case, spaces and hyphens do not matter.
    """
    code = text.translate(_SEPARATORS).upper()
    if len(code) != _RANDOM_SYMBOLS + 1 or not set(code) <= _VALUES.keys():
        return None
    return code if _check_symbol(code[:-1]) == code[-1] else None


def check_codes_wanted(debate: Debate, instant: datetime) -> Decision:
    """Does the debate work with codes, and is there time left to redeem one?"""
    asked = ALLOWED if debate.participation.code else Refused(RefusalCode.PARTICIPATION_CODES_NOT_ASKED)
    return first_refusal(check_stage(debate, _BEFORE_CLOSE, instant), asked)


def check_redeeming(debate: Debate, instant: datetime) -> Decision:
    """May somebody who signed in redeem a code now, leaving the code aside?

    Also before the period opens: letters arrive early.
    """
    if debate.published_at is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    return check_codes_wanted(debate, instant)


def check_code(state: CodeState | None, tries_left: int) -> Decision:
    """May a code in this state be redeemed? None: the debate has no such code.

    `tries_left` are those that remain after this one, should it be wrong.
    """
    match state:
        case CodeState.FREE:
            return ALLOWED
        case None:
            return Refused(RefusalCode.PARTICIPATION_CODE_UNKNOWN, {"tries_left": tries_left})
        case CodeState.USED | CodeState.SPENT | CodeState.REVOKED:
            return Refused(RefusalCode.PARTICIPATION_CODE_SPENT)
