"""Posts, tombstones, votes and receipts."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from consultation.api.schemas.official import OfficialResponse, OfficialText
from consultation.api.schemas.types import (
    DebateId,
    Input,
    LanguageCode,
    NextCursor,
    NoCursor,
    Number,
    Output,
    PageUrl,
    Slug,
    Text,
)

NumberOut = Annotated[int, Field(description="Number in the debate's one series.")]
ContributionOut = Annotated[int, Field(description="Number of the contribution it stands under.")]
SideOut = Annotated[Literal["pro", "contra"], Field(description="For or against the contribution.")]
CapacityName = Literal["citizen", "association", "company", "public_body", "elected_official"]
CapacityIn = Annotated[
    CapacityName | None,
    Field(
        description="As what one speaks, where the debate's `participation.capacities` offers it. Left out: "
        "as in one's last post here that said so."
    ),
]
VoteName = Literal["agree", "mixed", "disagree", "support"]


class Author(Output):
    """Who signed a text; the name is null once nobody stands behind it."""

    name: str | None = Field(description="The name as signed; may be a pseudonym.")
    capacity: CapacityName | None = Field(
        description="As what they speak, by their own account; null when not asked or not said."
    )


class Tally(Output):
    """Standing votes on a contribution."""

    agree: int = Field(description="Votes that agree.")
    mixed: int = Field(description="Votes that are of two minds.")
    disagree: int = Field(description="Votes that disagree.")
    on_earlier_revisions: int = Field(description="How many of them were cast on an earlier text.")


class ReplyCounts(Output):
    """Visible replies to a contribution."""

    pro: int = Field(description="Arguments for it.")
    contra: int = Field(description="Arguments against it.")
    sources: int = Field(description="Sources.")


class ReportedTally(Output):
    """Totals that an imported debate came with, without ballots; never mixed with our tally."""

    agree: int | None = Field(default=None, description="Votes that agree, as reported.")
    mixed: int | None = Field(default=None, description="Votes of two minds, as reported.")
    disagree: int | None = Field(default=None, description="Votes that disagree, as reported.")
    support: int | None = Field(default=None, description="Supports, as reported.")
    source: str = Field(description="Who reports them.")


class Receipt(Output):
    """Proof that an act is in the journal."""

    debate: DebateId
    sequence: int = Field(description="Place of the entry in the debate's journal, from 1.")
    leaf_hash: str = Field(pattern="^[0-9a-f]{64}$", description="RFC 9162 leaf hash, hex.")


ActReceipt = Annotated[
    Receipt | None, Field(description="Where the act stands in the journal; null when nothing changed.")
]


class _Post(Output):
    number: NumberOut
    debate: DebateId
    author: Author
    body: str = Field(description="Markdown as written.")
    lang: str = Field(description="Language of the text.")
    created_at: datetime = Field(description="When it was posted.")
    revision: int = Field(description="Which revision this is, from 1; every edit adds one.")
    revised_at: datetime | None = Field(description="When it was last edited; null if never.")
    state: Literal["visible"] = Field(description="A post that may be shown.")
    url: PageUrl
    reference: str | None = Field(description="Its id in the source of an imported debate.")
    reported_tally: ReportedTally | None = Field(description="Totals that came with an import.")
    body_html: str = Field(default="", description="Only with `render=html`: safe to insert.")


class Contribution(_Post):
    """A titled text that answers the debate."""

    kind: Literal["contribution"] = Field(description="Tells the kinds of posts apart.")
    title: str = Field(description="On one line, plain text.")
    theme: str | None = Field(description="Slug of the theme it is filed under.")
    tally: Tally
    counts: ReplyCounts


class Argument(_Post):
    """A reasoned text for or against a contribution."""

    kind: Literal["argument"] = Field(description="Tells the kinds of posts apart.")
    contribution: ContributionOut
    side: SideOut
    support: int = Field(description="Standing supports.")


class Source(_Post):
    """A titled link under a contribution."""

    kind: Literal["source"] = Field(description="Tells the kinds of posts apart.")
    contribution: ContributionOut
    title: str | None = Field(description="What the link leads to, plain text; null if an import had none.")
    link: str | None = Field(
        description="An http or https address, never fetched by the service; null if an import had none."
    )
    link_rel: str = Field(
        description="What a page that shows the link puts into its `rel`: nobody here vouches for it."
    )
    note: str | None = Field(description="Why it matters, Markdown; the same as `body`, null if empty.")
    support: int = Field(description="Standing supports.")


class Tombstone(Output):
    """What stands in the place of a withdrawn, hidden or erased post."""

    number: NumberOut
    kind: Literal["contribution", "argument", "source"] = Field(description="What it was.")
    debate: DebateId
    state: Literal["withdrawn", "hidden", "erased"] = Field(
        description="Withdrawn by its author, hidden by moderation, or erased."
    )
    reason: str | None = Field(
        description="Why, where it is known: a category of moderation, or what the source of an import said."
    )
    reason_words: str | None = Field(
        description="How the organisation words that category; null where it leaves it to the service."
    )
    reason_lang: str | None = Field(description="Language of `reason_words`; null where there are none.")
    since: datetime | None = Field(description="Since when.")
    contribution: int | None = Field(description="Number of the contribution it stood under.")
    side: Literal["pro", "contra"] | None = Field(default=None, description="Of an argument.")
    counts: ReplyCounts | None = Field(default=None, description="Of a contribution: replies stay.")
    url: PageUrl


AnyContribution = Contribution | Tombstone
AnyArgument = Argument | Tombstone
AnySource = Source | Tombstone
AnyPost = Contribution | Argument | Source


class ContributionPage(Output):
    """A page of contributions, tombstones in their places."""

    items: list[AnyContribution] = Field(description="Contributions in the order asked for.")
    next_cursor: NextCursor


class ArgumentPage(Output):
    """A page of arguments, tombstones in their places."""

    items: list[AnyArgument] = Field(description="Arguments in the order asked for.")
    next_cursor: NextCursor


class SourcePage(Output):
    """A page of sources, tombstones in their places."""

    items: list[AnySource] = Field(description="Sources in the order asked for.")
    next_cursor: NextCursor


class PostPage(Output):
    """Posts found by their reference in the source of an import."""

    items: list[AnyPost | Tombstone] = Field(description="None or one: a reference is given once.")
    next_cursor: NextCursor


class ThreadArguments(Output):
    """The first arguments of each side, oldest first."""

    pro: list[AnyArgument] = Field(description="For the contribution, at most ten.")
    contra: list[AnyArgument] = Field(description="Against the contribution, at most ten.")


class Thread(Output):
    """A contribution with the first replies of each kind; lists give the rest."""

    contribution: AnyContribution = Field(description="The contribution, or its tombstone.")
    arguments: ThreadArguments
    sources: list[AnySource] = Field(description="The first sources, at most ten.")
    response: OfficialResponse
    counts: ReplyCounts


class Revision(Output):
    """One revision of a post."""

    revision: int = Field(description="From 1.")
    current: bool = Field(description="Is this what stands?")
    created_at: datetime = Field(description="When this revision was made.")
    author: Author
    title: str | None = Field(description="Of a contribution or a source.")
    body: str = Field(description="Markdown as written.")
    link: str | None = Field(description="Of a source.")
    theme: str | None = Field(description="Slug of the theme, of a contribution.")


class Revisions(Output):
    """All revisions of a post, oldest first."""

    items: list[Revision] = Field(description="Oldest first.")
    next_cursor: NoCursor


class PostedContribution(Contribution):
    """A contribution right after an act of its author."""

    receipt: ActReceipt


class PostedArgument(Argument):
    """An argument right after an act of its author."""

    receipt: ActReceipt


class PostedSource(Source):
    """A source right after an act of its author."""

    receipt: ActReceipt


PostedAny = PostedContribution | PostedArgument | PostedSource


class Withdrawn(Tombstone):
    """The tombstone of a post that its author withdrew."""

    receipt: ActReceipt


class NewContribution(Input):
    """A contribution to post."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"title": "Plant a tree in every street", "body": "Shade first **where people wait**."}
            ]
        }
    )

    title: Text = Field(description="Plain text, on one line.")
    body: Text = Field(description="Markdown.")
    theme: Slug | None = Field(default=None, description="Slug of one of the debate's themes.")
    lang: LanguageCode | None = Field(default=None, description="The debate's, unless given.")
    capacity: CapacityIn = None


class NewArgument(Input):
    """An argument to post."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"side": "pro", "body": "Trees cool the street by several degrees."}]}
    )

    side: Literal["pro", "contra"] = Field(description="For or against the contribution.")
    body: Text = Field(description="Markdown.")
    lang: LanguageCode | None = Field(default=None, description="The debate's, unless given.")
    capacity: CapacityIn = None


class NewSource(Input):
    """A source to add."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"title": "Trees and heat in towns", "link": "https://example.org/trees-and-heat"}]
        }
    )

    title: Text = Field(description="What the link leads to, plain text.")
    link: Text = Field(description="An absolute http or https address.")
    note: Text | None = Field(default=None, description="Why it matters, Markdown.")
    lang: LanguageCode | None = Field(default=None, description="The debate's, unless given.")
    capacity: CapacityIn = None


class PostEdit(Input):
    """What to change of one's post; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"body": "Shade first where people wait: stops, schools, benches."}]}
    )

    title: Text | None = Field(default=None, description="Of a contribution or a source.")
    body: Text | None = Field(default=None, description="Of a contribution or an argument.")
    theme: Slug | None = Field(default=None, description="Null files it under no theme.")
    link: Text | None = Field(default=None, description="Of a source.")
    note: Text | None = Field(default=None, description="Of a source.")
    capacity: CapacityName | None = Field(
        default=None, description="As what one speaks, where the debate offers it; null leaves it."
    )


class NewVote(Input):
    """A vote: three answers to a contribution, `support` for an argument or a source."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"value": "agree"}]})

    value: VoteName = Field(description="What one thinks of it.")


class OwnVote(Output):
    """One's own vote on a post."""

    value: VoteName | None = Field(description="Null without a vote.")
    revision: int | None = Field(description="Revision of the text that it was cast on.")
    cast_at: datetime | None = Field(description="When it was cast.")
    on_earlier_revision: bool = Field(description="Has the text been edited since?")


class Voted(OwnVote):
    """One's own vote after an act."""

    number: Number = Field(description="Number of the post voted on.")
    receipt: ActReceipt


class PublishedResponse(OfficialText):
    """A response to a contribution as it stands after an act."""

    number: Number = Field(description="Number of the contribution.")
    receipt: ActReceipt


class PublishedOutcome(OfficialText):
    """An outcome as it stands after an act."""

    receipt: ActReceipt
