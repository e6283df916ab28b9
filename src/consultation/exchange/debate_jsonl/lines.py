"""The types of lines of debate-jsonl, version 1, and the fields of each.

Every field stands in every line of its type, `null` where there is nothing; a field that is
not described here is refused. One is left out when there is nothing: the cap of `limits`, which
is younger than the format. The JSON Schema beside this module is made from these classes.
"""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from consultation.application.debates import DESCRIPTION_MAX, REASON_MAX, TITLE_MAX
from consultation.application.exports import Section
from consultation.application.imports.ports import (
    NUMBER_MAX,
    REFERENCE_MAX,
    STATE_REASON_MAX,
)
from consultation.domain.journal import EntryKind
from consultation.exchange.debate_jsonl.case_lines import AppealLine, CaseLine, DecisionLine, ReportLine
from consultation.exchange.debate_jsonl.held_lines import HeldPostLine
from consultation.exchange.debate_jsonl.official_lines import OutcomeContent, ResponseContent
from consultation.exchange.debate_jsonl.rule_parts import CapacityName, Length, LimitsPart, ParticipationPart
from consultation.exchange.debate_jsonl.values import (
    Body,
    Count,
    Hash,
    Instant,
    Language,
    Line,
    Link,
    Name,
    Number,
    Part,
    Plain,
    Salt,
    Sequence,
    Slug,
    Text,
    ThemeSlug,
    TimeZone,
    Title,
    Uid,
)

FORMAT: Final = "debate-jsonl"
VERSION: Final = 1
LATER_SECTIONS: Final = frozenset(
    {
        *(Section.UNLINKED_VOTE, Section.HELD_POST, Section.CASE),
        *(Section.REPORT, Section.DECISION, Section.APPEAL),
    }
)
"""Sections that came after the format: who has nothing in them writes what was written before."""

DebateTitle: TypeAlias = Annotated[Line, Field(min_length=1, max_length=TITLE_MAX)]
Description: TypeAlias = Annotated[Text, Field(max_length=DESCRIPTION_MAX)]
Reason: TypeAlias = Annotated[Text, Field(max_length=REASON_MAX)]


class OrganisationPart(Part):
    """The public body that the debate belongs to."""

    slug: Slug
    name: Annotated[Line, Field(min_length=1, max_length=200)]
    locale: Language
    time_zone: TimeZone


class ThemePart(Part):
    """A heading under which contributions are filed."""

    slug: ThemeSlug
    title: DebateTitle
    description: Description


class DebateLine(Part):
    """The header, which comes first."""

    type: Literal["debate"]
    format: Literal["debate-jsonl"]
    version: Literal[1]
    id: Uid
    organisation: OrganisationPart
    slug: Slug
    title: DebateTitle
    description: Description
    language: Language
    time_zone: TimeZone
    opens_at: Instant
    closes_at: Annotated[Instant, Field(description="The first instant outside the period.")]
    published_at: Annotated[Instant | None, Field(description="Null while a draft.")]
    created_at: Instant
    limits: LimitsPart
    themes: Annotated[list[ThemePart], Field(max_length=1_000)]
    participation: Annotated[
        ParticipationPart | None, Field(description="Left out when anyone signed in takes part.")
    ] = None
    source: Annotated[
        Plain | None, Field(description="Where an imported debate comes from; its numbers may have gaps.")
    ]
    last_number: Annotated[int, Field(ge=0, le=NUMBER_MAX)]


class ParticipantLine(Part):
    """Somebody with a post or a standing vote, in the order of the ids."""

    type: Literal["participant"]
    id: Annotated[Uid, Field(description="Opaque, and another one in every debate.")]


class DebateContent(Part):
    """What the digest of a debate created, changed or imported covers."""

    slug: Slug
    title: DebateTitle
    description: Description
    language: Language
    opens_at: Instant
    closes_at: Instant
    limits: dict[Annotated[str, Field(pattern="^[a-z_]+$")], Length | bool]
    themes: list[ThemePart]
    participation: Annotated[
        ParticipationPart | None, Field(description="Left out when anyone signed in takes part.")
    ] = None


class PeriodContent(Part):
    """What the digest of a publication, extension, early close or reopening covers."""

    role: Annotated[Line, Field(max_length=20)]
    reason: Reason
    opens_at_before: Instant
    closes_at_before: Instant
    opens_at: Instant
    closes_at: Instant


class ActFields(Part):
    """An act on the debate itself, in the order of the journal. Who acted is left out."""

    type: Literal["act"]
    sequence: Sequence
    at: Instant
    role: Annotated[str, Field(pattern="^(moderator|organiser|administrator|participant|key)$")]
    reason: Reason
    salt: Salt | None


class TextsAct(ActFields):
    """The debate's texts and rules as they became."""

    kind: Literal["debate_created", "debate_changed", "debate_imported"]
    content: DebateContent


class PeriodAct(ActFields):
    """The debate's period as it became."""

    kind: Literal["debate_published", "period_extended", "period_closed_early", "period_reopened"]
    content: PeriodContent


class ErasureContent(Part):
    """What the digest of an erasure covers."""

    unlinked_votes: Annotated[Count, Field(description="All votes of erased people, then.")]
    sha256: Annotated[Hash, Field(description="Of the counts, one line for each.")]


class ErasureAct(ActFields):
    """Somebody who took part was erased. The salt of all but the last is destroyed."""

    kind: Literal["person_erased"]
    content: ErasureContent


class ResponseAct(ActFields):
    """A version of the organiser's response to a contribution."""

    kind: Literal["response_published"]
    content: ResponseContent


class OutcomeAct(ActFields):
    """A version of what the organiser says became of the debate."""

    kind: Literal["outcome_published"]
    content: OutcomeContent


ActLine: TypeAlias = Annotated[
    TextsAct | PeriodAct | ErasureAct | ResponseAct | OutcomeAct, Field(discriminator="kind")
]


class TallyPart(Part):
    """Totals that the source published without the ballots behind them; null is not 0."""

    source: Annotated[Text, Field(max_length=1_000)]
    agree: Count | None
    mixed: Count | None
    disagree: Count | None
    support: Count | None


class PostLine(Part):
    """A post with the present revision of its text, in the order of the numbers."""

    type: Literal["post"]
    number: Number
    kind: Literal["contribution", "argument", "source"]
    contribution: Annotated[Number | None, Field(description="The earlier number that a reply hangs on.")]
    side: Annotated[Literal["pro", "contra"] | None, Field(description="Of arguments.")]
    author: Annotated[Uid | None, Field(description="A participant; null once nobody stands behind it.")]
    author_name: Annotated[Name | None, Field(description="The name it was signed with.")]
    capacity: Annotated[
        CapacityName | None, Field(description="As what the author speaks; left out when not said.")
    ] = None
    theme: ThemeSlug | None
    title: Annotated[Title | None, Field(description="Of contributions and sources.")]
    body: Annotated[Body, Field(description="Markdown as written; of a source, its note.")]
    link: Annotated[Link | None, Field(description="Of sources.")]
    language: Annotated[str, Field(pattern="^[a-z]{2}$")]
    created_at: Instant
    revision: Number
    revised_at: Instant | None
    state: Literal["visible", "withdrawn", "hidden", "erased"]
    state_reason: Annotated[Line, Field(max_length=STATE_REASON_MAX)] | None
    state_since: Instant | None
    reference: Annotated[
        Annotated[Line, Field(min_length=1, max_length=REFERENCE_MAX)] | None,
        Field(description="Its name in the source of an import."),
    ]
    reported_tally: TallyPart | None
    sequence: Annotated[Sequence, Field(description="The journal entry of this revision.")]
    salt: Salt | None
    state_sequence: Annotated[Sequence | None, Field(description="The journal entry of this state.")]
    state_salt: Salt | None


class RevisionLine(Part):
    """An earlier revision, in the order of numbers and revisions."""

    type: Literal["revision"]
    number: Number
    revision: Number
    author_name: Name | None
    capacity: Annotated[CapacityName | None, Field(description="Left out when not said.")] = None
    theme: ThemeSlug | None
    title: Title | None
    body: Body
    link: Link | None
    created_at: Annotated[Instant, Field(description="When this revision was made.")]
    hidden: Annotated[bool, Field(description="A decision masked a passage of it; left out when not so.")] = (
        False
    )
    sequence: Sequence
    salt: Salt | None


class VoteLine(Part):
    """A standing vote, in the order of numbers and participants."""

    type: Literal["vote"]
    number: Number
    participant: Uid
    value: Literal["agree", "mixed", "disagree", "support"]
    revision: Annotated[Number, Field(description="The revision that it was cast on.")]
    cast_at: Instant
    sequence: Sequence
    salt: Salt | None


class UnlinkedVoteLine(Part):
    """How many erased people voted so, in the order of numbers, values and revisions."""

    type: Literal["unlinked_vote"]
    number: Number
    value: Literal["agree", "mixed", "disagree", "support"]
    revision: Annotated[Number, Field(description="The revision that they were cast on.")]
    votes: Annotated[Number, Field(description="How many.")]


class JournalLine(Part):
    """An entry of the journal; sequences start at 1 and have no gaps."""

    type: Literal["journal"]
    sequence: Sequence
    at: Instant
    kind: Annotated[str, Field(pattern=f"^({'|'.join(EntryKind)})$")]
    number: Annotated[Number | None, Field(description="Of the post concerned.")]
    digest: Annotated[Hash, Field(description="The salted digest of what happened.")]
    leaf_hash: Annotated[Hash, Field(description="The RFC 9162 leaf hash of this entry.")]
    access_key: Annotated[
        Uid | None,
        Field(description="The key through which it came, which the digest covers. Absent in older files."),
    ] = None


class ImportReportLine(Part):
    """What the import that made the debate took and refused, at most once."""

    type: Literal["import_report"]
    format: Annotated[Line, Field(min_length=1, max_length=40)]
    imported_at: Instant
    report: Plain


class CountsPart(Part):
    """How many lines of each type there are."""

    debate: Count
    participant: Count
    act: Count
    post: Count
    revision: Count
    vote: Count
    unlinked_vote: Annotated[Count, Field(description="Not there where there is none.")] = 0
    held_post: Annotated[Count, Field(description="Not there where there is none.")] = 0
    case: Annotated[Count, Field(description="Not there where there is none.")] = 0
    report: Annotated[Count, Field(description="Not there where there is none.")] = 0
    decision: Annotated[Count, Field(description="Not there where there is none.")] = 0
    appeal: Annotated[Count, Field(description="Not there where there is none.")] = 0
    journal: Count
    import_report: Count


class EndLine(Part):
    """The last line: without it the file was cut off."""

    type: Literal["end"]
    counts: CountsPart
    sha256: Annotated[Hash, Field(description="Of all octets before this line.")]


AnyLine: TypeAlias = Annotated[
    DebateLine
    | ParticipantLine
    | ActLine
    | PostLine
    | RevisionLine
    | VoteLine
    | UnlinkedVoteLine
    | HeldPostLine
    | CaseLine
    | ReportLine
    | DecisionLine
    | AppealLine
    | JournalLine
    | ImportReportLine
    | EndLine,
    Field(discriminator="type"),
]

LINE: Final[TypeAdapter[AnyLine]] = TypeAdapter(AnyLine)
"""Reads any line."""
