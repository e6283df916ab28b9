"""Organisations and debates."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from consultation.api.schemas.posts import OwnVote, Receipt
from consultation.api.schemas.types import Input, Instant, LanguageCode, Output, Slug, Text
from consultation.domain.limits import HARD_BODY_LIMIT

Phase = Literal["upcoming", "open", "closed"]


class Organisation(Output):
    """A public body that owns debates."""

    slug: str
    name: str
    locale: str
    time_zone: str = Field(description="IANA zone in which its instants are shown.")
    url: str
    debates_url: str


class OrganisationPage(Output):
    """A page of organisations."""

    items: list[Organisation]
    next_cursor: str | None


class Owner(Output):
    """The organisation of a debate, in short."""

    slug: str
    name: str


class Theme(Output):
    """A heading under which contributions are filed."""

    slug: str
    title: str
    description: str


class LimitsOut(Output):
    """Shortest and longest texts, in Unicode code points."""

    title_min: int
    title_max: int
    contribution_min: int
    contribution_max: int
    argument_min: int
    argument_max: int
    source_title_min: int
    source_title_max: int
    link_max: int
    note_max: int


class DebateCounts(Output):
    """Visible posts, standing votes, and people with a post or a standing vote."""

    contributions: int
    arguments_pro: int
    arguments_contra: int
    sources: int
    votes: int = Field(description="Standing votes on contributions.")
    supports: int = Field(description="Standing supports of arguments and sources.")
    participants: int


class Debate(Output):
    """A question put to the public for a period."""

    id: UUID
    slug: str
    organisation: Owner
    title: str
    description: str = Field(description="Markdown as written.")
    lang: str
    opens_at: datetime = Field(description="First instant of the period.")
    closes_at: datetime = Field(description="First instant after the period.")
    time_zone: str
    published_at: datetime | None
    phase: Phase
    allows: list[str] = Field(description="What the phase allows to people who sign in.")
    themes: list[Theme]
    limits: LimitsOut
    counts: DebateCounts
    journal_length: int
    source: dict[str, Any] | None = Field(description="Where an imported debate comes from.")
    url: str


class DebatePage(Output):
    """A page of debates."""

    items: list[Debate]
    next_cursor: str | None


class PeriodAct(Output):
    """One act on the period: who, when, why, and what it changed."""

    sequence: int = Field(description="Its journal entry.")
    act: Literal["planned", "imported", "extended", "closed_early", "reopened"]
    at: datetime
    role: str = Field(description="In which capacity.")
    reason: str | None
    opens_at_before: datetime | None
    closes_at_before: datetime | None
    opens_at: datetime
    closes_at: datetime


class PeriodHistory(Output):
    """All acts on the period, oldest first."""

    items: list[PeriodAct]
    next_cursor: None


class DayFigures(Output):
    """Visible posts of one day in the debate's time zone."""

    day: str
    contributions: int
    arguments_pro: int
    arguments_contra: int
    sources: int


class PostFigures(Output):
    """Visible posts by kind and side."""

    contributions: int
    arguments_pro: int
    arguments_contra: int
    sources: int


class StateFigures(Output):
    """Numbered posts by state."""

    visible: int
    withdrawn: int
    hidden: int
    erased: int


class VoteFigures(Output):
    """Standing votes by value, on posts of every state."""

    agree: int
    mixed: int
    disagree: int
    support: int
    on_earlier_revisions: int


class ModerationFigures(Output):
    """Posts whose text may not be shown, by what moderation or erasure did."""

    hidden: int
    erased: int


class Statistics(Output):
    """The debate in figures."""

    debate: UUID
    journal_length: int
    participants: int
    last_number: int
    posts: PostFigures
    posts_by_state: StateFigures
    posts_edited: int
    posts_by_day: list[DayFigures]
    votes: VoteFigures
    moderation: ModerationFigures


class JournalEntry(Output):
    """One entry: hashes, never a text, a name or a vote."""

    sequence: int
    at: str = Field(description="RFC 3339, six fractional digits, as it is hashed.")
    kind: str
    number: int | None
    digest: str = Field(pattern="^[0-9a-f]{64}$")
    leaf_hash: str = Field(pattern="^[0-9a-f]{64}$")


class JournalPage(Output):
    """Entries in order; pass `next_cursor` as `after` for the next."""

    items: list[JournalEntry]
    next_cursor: str | None


class Capability(Output):
    """May whoever asks do this now, and if not, why and would signing in help?"""

    allowed: bool
    code: str | None
    detail: str | None
    sign_in_helps: bool


class MyDebate(Output):
    """What depends on who asks; never cached."""

    server_time: datetime
    phase: Phase
    opens_at: datetime
    closes_at: datetime
    closes_in_seconds: float = Field(description="0 once closed.")
    signed_in: bool
    capabilities: dict[str, Capability]
    votes: dict[str, OwnVote] = Field(description="Own votes by post number, of `posts`.")
    posts: list[int] = Field(description="Which of `posts` are one's own.")


ThemeList = Annotated[list["NewTheme"], Field(max_length=100)]


class NewTheme(Input):
    """A theme to set up."""

    slug: Slug
    title: Text
    description: Text = ""


class Rules(Input):
    """Limits to change from the defaults, in code points."""

    title_min: Annotated[int, Field(ge=0, le=500)] | None = None
    title_max: Annotated[int, Field(ge=1, le=500)] | None = None
    contribution_min: Annotated[int, Field(ge=0, le=HARD_BODY_LIMIT)] | None = None
    contribution_max: Annotated[int, Field(ge=1, le=HARD_BODY_LIMIT)] | None = None
    argument_min: Annotated[int, Field(ge=0, le=HARD_BODY_LIMIT)] | None = None
    argument_max: Annotated[int, Field(ge=1, le=HARD_BODY_LIMIT)] | None = None
    source_title_min: Annotated[int, Field(ge=0, le=500)] | None = None
    source_title_max: Annotated[int, Field(ge=1, le=500)] | None = None
    link_max: Annotated[int, Field(ge=1, le=2_000)] | None = None
    note_max: Annotated[int, Field(ge=0, le=HARD_BODY_LIMIT)] | None = None


class NewDebate(Input):
    """A debate to draft."""

    title: Text
    description: Text = ""
    slug: Slug | None = None
    lang: LanguageCode | None = Field(default=None, description="The organisation's, unless given.")
    opens_at: Instant
    closes_at: Instant
    themes: ThemeList = Field(default_factory=list)
    rules: Rules | None = None


class DebateEdit(Input):
    """What to change of a debate; what is left out stays.

    Slug, language, instants and rules stand fast once it is published.
    """

    title: Text | None = None
    description: Text | None = None
    slug: Slug | None = None
    lang: LanguageCode | None = None
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    themes: ThemeList | None = None
    rules: Rules | None = None


class ActedDebate(Debate):
    """A debate right after an act of its organisation."""

    receipt: Receipt | None


class Drafts(Output):
    """The drafts of an organisation, newest first."""

    items: list[Debate]
    next_cursor: None


class Publication(Input):
    """Why now; may be left out."""

    reason: Text = ""


class Extension(Input):
    """A later close, and why."""

    closes_at: Instant
    reason: Text


class Closure(Input):
    """Why the debate closes early."""

    reason: Text


class Reopening(Input):
    """Until when the debate is open again, and why."""

    closes_at: Instant
    reason: Text
