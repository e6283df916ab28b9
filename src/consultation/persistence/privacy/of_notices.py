"""What is kept of people for notices to them, of what they follow and what they want of mail."""

from typing import Final

from consultation.persistence.privacy.holding import TASK, UNTIL_ERASED, Holding
from consultation.persistence.tables import follows, mail_settings, notices

NOTICES: Final = (
    Holding(
        table=notices,
        whose="person_key",
        shown=("kind", "number", "created_at", "read_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="telling people what became of their posts, reports and appeals, and of closes to come",
        basis=TASK,
        retention="a year",
    ),
    Holding(
        table=follows,
        whose="person_key",
        shown=("theme", "number", "created_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="telling people what is new in debates, themes and contributions that they chose",
        basis="consent (article 6(1)(a)), withdrawn with one click in each message",
        retention=UNTIL_ERASED,
    ),
    Holding(
        table=mail_settings,
        whose="person_key",
        shown=("follows", "notices", "off_at", "off_reason"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="sending no more mail than wanted, and none to addresses that do not take it",
        basis=TASK,
        retention=UNTIL_ERASED,
    ),
)
"""In the order of the archive."""
