"""What one entry of the list of personal data says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, Table

Belongs: TypeAlias = Callable[[int], ColumnElement[bool]]
"""Given a person's key, the condition that picks the person's rows."""


class Treatment(StrEnum):
    """What an erasure does with the rows of a person."""

    DELETED = "deleted"
    """Every row goes, by this list alone."""
    UNLINKED = "unlinked"
    """The rows stay, and no longer name the person: the column that `whose` names becomes null."""
    WRITTEN = "written"
    """`repositories/erasing.py` writes them anew; the entry says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The personal data of one table.

    `whose` names the column with the person's key, or picks the rows. `shown` are the columns of
    the archive, in order; `withheld` the personal columns that it leaves out, each with the
    reason. `erasure` says in a sentence what an erasure leaves. The rest is the record of
    processing (GDPR, article 30).
    """

    table: Table
    whose: str | Belongs
    shown: tuple[str, ...]
    withheld: Mapping[str, str] = field(default_factory=dict)
    treatment: Treatment = Treatment.DELETED
    erasure: str = "The rows are deleted."
    purpose: str
    basis: str
    retention: str
    recipients: str = "nobody"
    part: str = ""

    @property
    def section(self) -> str:
        """Its name in the archive: that of the table, and of the part where a table has several."""
        return "_".join(filter(None, (self.table.name, self.part)))

    def of(self, person_key: int) -> ColumnElement[bool]:
        """Which rows belong to a person."""
        if isinstance(self.whose, str):
            return self.table.c[self.whose] == person_key
        return self.whose(person_key)


TASK: Final = "public task (article 6(1)(e))"
DUTY: Final = "legal duty (article 6(1)(c), articles 15 and 17)"
UNTIL_ERASED: Final = "until the person erases the account, or two years without a sign-in"
RECORD: Final = "as long as the debate; erased on wish"
