"""Instants, numbers and lists as people read them, after the Unicode CLDR."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from consultation.domain.period import require_utc
from consultation.localisation.languages import Language

_LOCALES: Final = {Language.FR: "fr", Language.NL: "nl", Language.DE: "de", Language.EN: "en_GB"}

# Patterns of UTS 35. The CLDR has none with weekday, minute and no second.
_PATTERNS: Final = {
    Language.FR: "EEEE d MMMM y 'à' HH:mm",
    Language.NL: "EEEE d MMMM y 'om' HH:mm",
    Language.DE: "EEEE, d. MMMM y, HH:mm 'Uhr'",
    Language.EN: "EEEE d MMMM y 'at' HH:mm",
}
_DAY_PATTERNS: Final = {
    Language.FR: "d MMMM y, HH:mm",
    Language.NL: "d MMMM y, HH:mm",
    Language.DE: "d. MMMM y, HH:mm",
    Language.EN: "d MMMM y, HH:mm",
}
_DATE_PATTERNS: Final = {language: pattern.split(",")[0] for language, pattern in _DAY_PATTERNS.items()}
_FIRST_OF_MONTH: Final = "EEEE d'er' MMMM y 'à' HH:mm"


def moment(instant: datetime, time_zone: str, language: Language, *, with_zone: bool = True) -> str:
    """An aware instant with weekday, date and hour in an IANA time zone.

    The zone is named as it is called at that instant ("heure d’été d’Europe centrale"), which
    also tells the two hours apart that clocks show twice in autumn; pass `with_zone=False`
    where the page says it already. Raises ValueError for a naive datetime, and what ZoneInfo
    raises for an unknown zone.
    """
    from babel.dates import format_datetime  # noqa: PLC0415 - 60 ms that the start need not take

    local = require_utc(instant).astimezone(ZoneInfo(time_zone))
    first = language is Language.FR and local.day == 1
    pattern = _FIRST_OF_MONTH if first else _PATTERNS[language]
    if with_zone:
        pattern += " (zzzz)"
    return format_datetime(local, pattern, tzinfo=local.tzinfo, locale=_LOCALES[language])


def day(instant: datetime, time_zone: str, language: Language) -> str:
    """The date of an aware instant in an IANA time zone and its hour, short: "15 décembre 2014, 22:03".

    Raises what `moment` raises.
    """
    from babel.dates import format_datetime  # noqa: PLC0415 - 60 ms that the start need not take

    local = require_utc(instant).astimezone(ZoneInfo(time_zone))
    first = language is Language.FR and local.day == 1
    pattern = "d'er' MMMM y, HH:mm" if first else _DAY_PATTERNS[language]
    return format_datetime(local, pattern, tzinfo=local.tzinfo, locale=_LOCALES[language])


def long_date(value: date, language: Language) -> str:
    """A date in words: "1er mars 2026"."""
    from babel.dates import format_date  # noqa: PLC0415 - 60 ms that the start need not take

    first = language is Language.FR and value.day == 1
    return format_date(value, "d'er' MMMM y" if first else _DATE_PATTERNS[language], _LOCALES[language])


def number(value: float, language: Language) -> str:
    """A number with the separators of the language, and at most three decimals."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - 40 ms that the start need not take

    return format_decimal(value, locale=_LOCALES[language])


def alternatives(values: Sequence[str], language: Language) -> str:
    """Some words joined as a choice: "agree, mixed ou disagree"."""
    from babel.lists import format_list  # noqa: PLC0415 - 40 ms that the start need not take

    return format_list(values, style="or", locale=_LOCALES[language])


def enumeration(values: Sequence[str], language: Language) -> str:
    """Some words joined as all of them: "eau, forêts et rues"."""
    from babel.lists import format_list  # noqa: PLC0415 - 40 ms that the start need not take

    return format_list(values, style="standard", locale=_LOCALES[language])
