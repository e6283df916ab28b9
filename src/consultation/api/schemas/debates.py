"""Organisations and debates."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from consultation.api.schemas.accountability import ModerationInFigures
from consultation.api.schemas.official import Outcome
from consultation.api.schemas.participation import Missing, ParticipationOut
from consultation.api.schemas.posts import CapacityName, OwnVote
from consultation.api.schemas.types import (
    DebateId,
    NextCursor,
    NoCursor,
    Output,
    PageUrl,
)

Phase = Annotated[
    Literal["upcoming", "open", "closed"], Field(description="Where the server's time lies in the period.")
]
Opens = Annotated[datetime, Field(description="First instant of the period.")]
Closes = Annotated[datetime, Field(description="First instant after the period.")]
Contributions = Annotated[int, Field(description="Contributions.")]
ArgumentsPro = Annotated[int, Field(description="Arguments for.")]
ArgumentsContra = Annotated[int, Field(description="Arguments against.")]
Sources = Annotated[int, Field(description="Sources.")]
JournalLength = Annotated[int, Field(description="Entries in the journal; grows with every act.")]


class ReasonWords(Output):
    """How the organisation words reasons of moderation; null where it has no words of its own."""

    charter: str | None = Field(description="Breaks the charter.")
    illegal: str | None = Field(description="Is illegal.")
    personal_data: str | None = Field(description="Gives away personal data.")
    spam: str | None = Field(description="Is spam.")
    off_topic: str | None = Field(description="Is off topic.")


AccentOut = Annotated[
    str | None, Field(description="Colour of its pages, `#rrggbb`; null for that of the service.")
]


class Logo(Output):
    """The logo of an organisation. Its file stands at its address for good, until there is another."""

    url: str = Field(description="Address of the file: PNG, JPEG or WebP, which any page may show.")
    width: int = Field(description="In dots.")
    height: int = Field(description="In dots.")
    alt: str = Field(description="What it shows, for whoever does not see it.")
    lang: str = Field(description="Language of `alt`.")


class Organisation(Output):
    """A public body that owns debates."""

    slug: str = Field(description="Its name in addresses.")
    name: str = Field(description="Its full name.")
    locale: str = Field(description="Its first language.")
    time_zone: str = Field(description="IANA zone in which its instants are shown.")
    reasons: ReasonWords
    accent: AccentOut
    logo: Logo | None = Field(description="Its logo; null without one.")
    url: PageUrl
    debates_url: str = Field(description="Address of its debates in this interface.")
    feed_url: str = Field(description="Address of its newest debates as an Atom feed.")


class OrganisationPage(Output):
    """A page of organisations."""

    items: list[Organisation] = Field(description="Oldest first.")
    next_cursor: NextCursor


class NamedOrganisation(Output):
    """An organisation, by its names alone."""

    slug: str = Field(description="Its name in addresses.")
    name: str = Field(description="Its full name.")


class Owner(NamedOrganisation):
    """The organisation of a debate, in short."""

    accent: AccentOut
    logo: Logo | None = Field(description="Its logo; null without one.")


class Theme(Output):
    """A heading under which contributions are filed."""

    slug: str = Field(description="Unique within the debate.")
    title: str = Field(description="Plain text.")
    description: str = Field(description="Markdown; may be empty.")


class LimitsOut(Output):
    """Shortest and longest texts, in Unicode code points, and the cap on posts."""

    title_min: int = Field(description="Of a contribution's title.")
    title_max: int = Field(description="Of a contribution's title.")
    contribution_min: int = Field(description="Of a contribution's body.")
    contribution_max: int = Field(description="Of a contribution's body.")
    argument_min: int = Field(description="Of an argument's body.")
    argument_max: int = Field(description="Of an argument's body.")
    source_title_min: int = Field(description="Of a source's title.")
    source_title_max: int = Field(description="Of a source's title.")
    link_max: int = Field(description="Of a source's link.")
    note_max: int = Field(description="Of a source's note.")
    posts_per_hour: int | None = Field(description="Of one person, within an hour; null for any number.")
    hide_after_reports: int | None = Field(
        description="So many people's reports hide a post until a moderator decides; null for never."
    )
    pre_moderation: bool = Field(description="Does a moderator read everything before it is published?")


class DebateCounts(Output):
    """Visible posts, standing votes, and people with a post or a standing vote."""

    contributions: Contributions
    arguments_pro: ArgumentsPro
    arguments_contra: ArgumentsContra
    sources: Sources
    votes: int = Field(description="Standing votes on contributions.")
    supports: int = Field(description="Standing supports of arguments and sources.")
    participants: int = Field(description="People with a post or a standing vote.")


class Debate(Output):
    """A question put to the public for a period."""

    id: UUID = Field(description="By which this interface addresses the debate.")
    slug: str = Field(description="Its name in addresses of pages, unique in its organisation.")
    organisation: Owner
    title: str = Field(description="The question, plain text.")
    description: str = Field(description="Markdown as written.")
    lang: str = Field(description="Language of its texts.")
    opens_at: Opens
    closes_at: Closes
    time_zone: str = Field(description="IANA zone in which its instants are shown.")
    published_at: datetime | None = Field(description="Null for a draft.")
    phase: Phase
    allows: list[str] = Field(description="What the phase allows to people who sign in.")
    themes: list[Theme] = Field(description="Headings in the order of the organiser.")
    limits: LimitsOut
    participation: ParticipationOut
    counts: DebateCounts
    journal_length: JournalLength
    source: dict[str, Any] | None = Field(description="Where an imported debate comes from.")
    outcome: Outcome
    median_seconds_held: int | None = Field(
        description="Where posts wait to be read: median time from arrival to decision; else null, as in "
        "answers to acts on the debate."
    )
    url: PageUrl
    feed_url: str = Field(description="Address of its newest posts as an Atom feed.")
    calendar_url: str = Field(description="Address of its period as an iCalendar file.")
    events_url: str = Field(description="Address of its live updates, server-sent events.")


class DebatePage(Output):
    """A page of debates."""

    items: list[Debate] = Field(description="Newest first.")
    next_cursor: NextCursor


class PeriodAct(Output):
    """One act on the period: who, when, why, and what it changed."""

    sequence: int = Field(description="Its journal entry.")
    act: Literal["planned", "imported", "extended", "closed_early", "reopened"] = Field(
        description="What happened to the period; `planned` is the publication."
    )
    at: datetime = Field(description="When.")
    role: str = Field(description="In which capacity.")
    reason: str | None = Field(description="Why, as given.")
    opens_at_before: datetime | None = Field(description="The opening before the act.")
    closes_at_before: datetime | None = Field(description="The close before the act.")
    opens_at: Opens
    closes_at: Closes


class PeriodHistory(Output):
    """All acts on the period, oldest first."""

    items: list[PeriodAct] = Field(description="Oldest first.")
    next_cursor: NoCursor


class DayFigures(Output):
    """Visible posts of one day in the debate's time zone."""

    day: str = Field(description="In the debate's time zone, such as 2015-02-15.")
    contributions: Contributions
    arguments_pro: ArgumentsPro
    arguments_contra: ArgumentsContra
    sources: Sources


class HourFigures(Output):
    """Visible posts of one hour of the day, over all days."""

    hour: int = Field(ge=0, le=23, description="Hour of the day in the debate's time zone.")
    posts: int = Field(description="Visible posts of every kind.")


class ThemeFigures(Output):
    """Contributions under one theme, and what stands under them."""

    theme: str | None = Field(description="Slug of the theme; null for contributions without one.")
    contributions: Contributions
    arguments_pro: ArgumentsPro
    arguments_contra: ArgumentsContra
    votes: int = Field(description="Standing votes on the contributions.")


class PostFigures(Output):
    """Visible posts by kind and side."""

    contributions: Contributions
    arguments_pro: ArgumentsPro
    arguments_contra: ArgumentsContra
    sources: Sources


class StateFigures(Output):
    """Numbered posts by state."""

    visible: int = Field(description="Posts that are shown.")
    withdrawn: int = Field(description="Posts that their authors withdrew.")
    hidden: int = Field(description="Posts that moderation hid.")
    erased: int = Field(description="Posts whose text was erased.")


class VoteFigures(Output):
    """Standing votes by value, on posts of every state."""

    agree: int = Field(description="On contributions: agreeing.")
    mixed: int = Field(description="On contributions: of two minds.")
    disagree: int = Field(description="On contributions: disagreeing.")
    support: int = Field(description="On arguments and sources.")
    on_earlier_revisions: int = Field(description="How many of all these were cast on an earlier text.")


class ModerationFigures(ModerationInFigures):
    """Moderation in figures, and the posts whose text may not be shown."""

    hidden: int = Field(description="Posts that moderation hid.")
    erased: int = Field(description="Posts whose text was erased.")


class CapacityFigures(Output):
    """Visible posts and people by as what they speak."""

    capacity: CapacityName | None = Field(description="As what they speak; null for posts that do not say.")
    people: int | None = Field(
        description="People who posted in this capacity; one who spoke in two counts in both. Votes are "
        "not told by capacity. Null where `capacity` is."
    )
    posts: PostFigures


class Statistics(Output):
    """The debate in figures."""

    debate: DebateId
    journal_length: JournalLength
    participants: int = Field(description="People with a post or a standing vote.")
    last_number: int = Field(description="Highest number given.")
    posts: PostFigures
    posts_by_state: StateFigures
    posts_edited: int = Field(description="Posts with more than one revision.")
    posts_by_day: list[DayFigures] = Field(description="Days with posts, in order.")
    posts_by_hour: list[HourFigures] = Field(description="All 24 hours of the day, in order.")
    by_theme: list[ThemeFigures] = Field(
        description="By theme, in the order of their slugs, contributions without one last; themes without "
        "a contribution are left out."
    )
    by_capacity: list[CapacityFigures] = Field(
        description="By as what people speak; empty where nobody has said so."
    )
    votes: VoteFigures
    moderation: ModerationFigures


class JournalEntry(Output):
    """One entry: hashes, never a text, a name or a vote."""

    sequence: int = Field(description="From 1, without gaps.")
    at: str = Field(description="RFC 3339, six fractional digits, as it is hashed.")
    kind: str = Field(description="What happened, such as `argument_posted` or `vote_cast`.")
    number: int | None = Field(description="Number of the post concerned.")
    digest: str = Field(pattern="^[0-9a-f]{64}$", description="Salted SHA-256 of what happened, hex.")
    leaf_hash: str = Field(pattern="^[0-9a-f]{64}$", description="RFC 9162 hash of this entry, hex.")


class JournalPage(Output):
    """Entries in order; pass `next_cursor` as `after` for the next."""

    items: list[JournalEntry] = Field(description="In the order of the acts.")
    next_cursor: str | None = Field(description="Pass it as `after`; null when there is no more yet.")


class Capability(Output):
    """May whoever asks do this now, and if not, why and would signing in help?"""

    allowed: bool = Field(description="The rules have no objection.")
    code: str | None = Field(description="Code of the refusal; null when allowed.")
    detail: str | None = Field(description="The refusal in the caller's language; null when allowed.")
    sign_in_helps: bool = Field(
        description="Would it be allowed to somebody who signed in and has what the debate asks for?"
    )


class Waiting(Output):
    """One's own text that waits for its publication."""

    id: UUID = Field(description="By which one takes it back.")
    kind: Literal["contribution", "argument", "source"] = Field(description="What it is.")
    contribution: int | None = Field(description="Number of the contribution it shall stand under.")
    side: Literal["pro", "contra"] | None = Field(description="Of an argument.")
    revises: int | None = Field(description="Number of the post that it is an edit of.")
    title: str | None = Field(description="Of a contribution or a source.")
    body: str = Field(description="Markdown as written; of a source, its note.")
    lang: str = Field(description="Language of the text.")
    arrived_at: datetime = Field(description="When it was accepted.")


class MyDebate(Output):
    """What depends on who asks; never cached."""

    server_time: datetime = Field(description="The instant at which the rules decided.")
    phase: Phase
    opens_at: Opens
    closes_at: Closes
    closes_in_seconds: float = Field(description="0 once closed.")
    signed_in: bool = Field(description="Did the call come with a valid session?")
    capabilities: dict[str, Capability] = Field(
        description="By act: `contribute`, `argue`, `add_source`, `vote`, `take_back_vote`, `edit`, "
        "`withdraw` and, for the organisation's staff, `change_debate`, `publish`, `extend`, `close`, "
        "`reopen`, `respond`, `publish_outcome`."
    )
    missing: list[Missing] = Field(
        description="What the debate asks for and is not known of whoever asks, in order; of somebody "
        "anonymous, all that would be asked after signing in. Empty when nothing is."
    )
    capacity: CapacityName | None = Field(
        description="As what one last spoke here: what a post that says nothing is signed with."
    )
    votes: dict[str, OwnVote] = Field(description="Own votes by post number, of `posts`.")
    posts: list[int] = Field(description="Which of `posts` are one's own.")
    posts_are_held: bool = Field(
        description="Will a post or an edit wait until a moderator has read it, with an answer 202?"
    )
    median_seconds_held: int | None = Field(
        description="Where posts wait: median time from arrival to decision; null before there is one."
    )
    held: list[Waiting] = Field(description="One's own texts that wait, oldest first.")
