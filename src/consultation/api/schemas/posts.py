"""Posts, tombstones, votes and receipts."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from consultation.api.schemas.types import Input, LanguageCode, Number, Output, Slug, Text


class Author(Output):
    """Who signed a text; the name is null once nobody stands behind it."""

    name: str | None


class Tally(Output):
    """Standing votes on a contribution."""

    agree: int
    mixed: int
    disagree: int
    on_earlier_revisions: int = Field(description="How many of them were cast on an earlier text.")


class ReplyCounts(Output):
    """Visible replies to a contribution."""

    pro: int
    contra: int
    sources: int


class ReportedTally(Output):
    """Totals that an imported debate came with, without ballots; never mixed with our tally."""

    agree: int | None = None
    mixed: int | None = None
    disagree: int | None = None
    support: int | None = None
    source: str = Field(description="Who reports them.")


class Receipt(Output):
    """Proof that an act is in the journal."""

    debate: UUID
    sequence: int
    leaf_hash: str = Field(pattern="^[0-9a-f]{64}$", description="RFC 9162 leaf hash, hex.")


class _Post(Output):
    number: int
    debate: UUID
    author: Author
    body: str = Field(description="Markdown as written.")
    lang: str
    created_at: datetime
    revision: int
    revised_at: datetime | None
    state: Literal["visible"]
    url: str
    reference: str | None = Field(description="Its id in the source of an imported debate.")
    reported_tally: ReportedTally | None
    body_html: str = Field(default="", description="Only with `render=html`: safe to insert.")


class Contribution(_Post):
    """A titled text that answers the debate."""

    kind: Literal["contribution"]
    title: str
    theme: str | None
    tally: Tally
    counts: ReplyCounts


class Argument(_Post):
    """A reasoned text for or against a contribution."""

    kind: Literal["argument"]
    contribution: int
    side: Literal["pro", "contra"]
    support: int


class Source(_Post):
    """A titled link under a contribution."""

    kind: Literal["source"]
    contribution: int
    title: str
    link: str
    note: str | None
    support: int


class Tombstone(Output):
    """What stands in the place of a withdrawn, hidden or erased post."""

    number: int
    kind: Literal["contribution", "argument", "source"]
    debate: UUID
    state: Literal["withdrawn", "hidden", "erased"]
    reason: str | None
    since: datetime | None
    contribution: int | None
    side: Literal["pro", "contra"] | None = None
    counts: ReplyCounts | None = None
    url: str


AnyContribution = Contribution | Tombstone
AnyArgument = Argument | Tombstone
AnySource = Source | Tombstone
AnyPost = Contribution | Argument | Source


class ContributionPage(Output):
    """A page of contributions; pass `next_cursor` as `cursor` for the next."""

    items: list[AnyContribution]
    next_cursor: str | None


class ArgumentPage(Output):
    """A page of arguments."""

    items: list[AnyArgument]
    next_cursor: str | None


class SourcePage(Output):
    """A page of sources."""

    items: list[AnySource]
    next_cursor: str | None


class PostPage(Output):
    """Posts found by their reference in the source of an import."""

    items: list[AnyPost | Tombstone]
    next_cursor: str | None


class ThreadArguments(Output):
    """The first arguments of each side, oldest first."""

    pro: list[AnyArgument]
    contra: list[AnyArgument]


class Thread(Output):
    """A contribution with the first replies of each kind; lists give the rest."""

    contribution: AnyContribution
    arguments: ThreadArguments
    sources: list[AnySource]
    counts: ReplyCounts


class Revision(Output):
    """One revision of a post."""

    revision: int
    current: bool
    created_at: datetime
    author: Author
    title: str | None
    body: str
    link: str | None
    theme: str | None


class Revisions(Output):
    """All revisions of a post, oldest first."""

    items: list[Revision]
    next_cursor: None


class PostedContribution(Contribution):
    """A contribution right after an act of its author."""

    receipt: Receipt | None


class PostedArgument(Argument):
    """An argument right after an act of its author."""

    receipt: Receipt | None


class PostedSource(Source):
    """A source right after an act of its author."""

    receipt: Receipt | None


PostedAny = PostedContribution | PostedArgument | PostedSource


class Withdrawn(Tombstone):
    """The tombstone of a post that its author withdrew."""

    receipt: Receipt | None


class NewContribution(Input):
    """A contribution to post."""

    title: Text
    body: Text
    theme: Slug | None = None
    lang: LanguageCode | None = Field(default=None, description="The debate's, unless given.")


class NewArgument(Input):
    """An argument to post."""

    side: Literal["pro", "contra"]
    body: Text
    lang: LanguageCode | None = None


class NewSource(Input):
    """A source to add."""

    title: Text
    link: Text
    note: Text | None = None
    lang: LanguageCode | None = None


class PostEdit(Input):
    """What to change of one's post; what is left out stays."""

    title: Text | None = None
    body: Text | None = None
    theme: Slug | None = Field(default=None, description="Null files it under no theme.")
    link: Text | None = None
    note: Text | None = None


class NewVote(Input):
    """A vote: three answers to a contribution, `support` for an argument or a source."""

    value: Literal["agree", "mixed", "disagree", "support"]


class OwnVote(Output):
    """One's own vote on a post."""

    value: Literal["agree", "mixed", "disagree", "support"] | None
    revision: int | None
    cast_at: datetime | None
    on_earlier_revision: bool


class Voted(OwnVote):
    """One's own vote after an act; the receipt is null when nothing changed."""

    number: Number
    receipt: Receipt | None
