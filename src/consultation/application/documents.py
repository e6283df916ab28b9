"""The public documents: the one place that gives fields their names.

Rows come from read models (anything with the columns of a post as attributes), domain objects
from commands; both become the same plain structures. `api.schemas` declares them for OpenAPI,
and tests hold every answer against the declaration.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from consultation.application.ports import (
    Account,
    Counters,
    Counts,
    EmbedOrigin,
    Invitation,
    Member,
    Official,
    Ordered,
    Organisation,
)
from consultation.application.readers import Document
from consultation.domain.debates import Debate, Owner
from consultation.domain.journal import Receipt
from consultation.domain.logos import Logo
from consultation.domain.moderation import Ground
from consultation.domain.notices import MailSettings
from consultation.domain.period import Phase
from consultation.domain.permissions import participation_in
from consultation.domain.posts import Post, PostKind, PostState
from consultation.domain.voting import Vote
from consultation.domain.wording import worded

# Plain strings: to compare with a member of an enumeration takes longer, and pages have many rows.
_VISIBLE: Final = PostState.VISIBLE.value
_CONTRIBUTION: Final = PostKind.CONTRIBUTION.value
_ARGUMENT: Final = PostKind.ARGUMENT.value
BEGINNING: Final = 280
"""Characters of a text by which somebody knows it again in a list of what they voted on."""
LINK_REL: Final = "nofollow ugc noopener noreferrer"
"""What every link that a participant set says of itself: nobody here vouches for it."""


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses that documents carry. `public_url` has no final slash."""

    public_url: str

    def organisation(self, slug: str) -> str:
        """The page of an organisation."""
        return f"{self.public_url}/{slug}"

    def logo(self, organisation: str, logo: Logo) -> str:
        """The file of an organisation's logo: another file, another address."""
        return f"{self.public_url}/api/v1/organisations/{organisation}/logo/{logo.digest}"

    def debate(self, organisation: str, slug: str) -> str:
        """The page of a debate."""
        return f"{self.public_url}/{organisation}/{slug}"

    def post(self, debate_url: str, number: int) -> str:
        """The page of a post, whatever its kind."""
        return f"{debate_url}/{number}"

    def archive(self, uid: UUID) -> str:
        """The API address of an archive."""
        return f"{self.public_url}/api/v1/me/archives/{uid}"

    @property
    def host(self) -> str:
        """The host of the service, as lists of mail are named after it."""
        return urlsplit(self.public_url).hostname or "localhost"

    def appeal(self, token: str) -> str:
        """The page of a decision with the form of an appeal, for whoever holds the link."""
        return f"{self.public_url}/appeals/{token}"

    def unsubscription(self, token: str) -> str:
        """Where one unsubscribes, for whoever holds the link."""
        return f"{self.public_url}/api/v1/unsubscriptions/{token}"

    def api(self, debate: UUID) -> str:
        """The API address of a debate."""
        return f"{self.public_url}/api/v1/debates/{debate}"


@dataclass(frozen=True, slots=True)
class DebateLabel:
    """What the documents of posts say of their debate, in its organisation's own words for `reasons`.

    Those are in the organisation's `language`.
    """

    uid: UUID
    url: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    language: str = ""


def post_document(row: Any, debate: DebateLabel) -> Document:  # noqa: ANN401 - any row with a post's columns
    """A post as everybody may see it: itself, or its tombstone."""
    if row.state != _VISIBLE:
        return tombstone_document(row, debate)
    document: Document = {
        "number": row.number,
        "kind": row.kind,
        "debate": debate.uid,
        "author": {"name": row.author_name, "capacity": row.capacity},
        "body": row.body,
        "lang": row.language,
        "created_at": row.created_at,
        "revision": row.revision,
        "revised_at": row.revised_at,
        "state": row.state,
        "url": f"{debate.url}/{row.number}",
        "reference": row.reference,
        "reported_tally": row.reported_tally,
    }
    if row.kind == _CONTRIBUTION:
        document["title"] = row.title
        document["theme"] = row.theme
        document["tally"] = {
            "agree": row.agree,
            "mixed": row.mixed,
            "disagree": row.disagree,
            "on_earlier_revisions": row.on_earlier_revisions,
        }
        document["counts"] = {"pro": row.pro, "contra": row.contra, "sources": row.sources}
        return document
    document["contribution"] = row.contribution
    document["support"] = row.support
    if row.kind == _ARGUMENT:
        document["side"] = row.side
        return document
    document["title"] = row.title
    document["link"] = row.link
    document["link_rel"] = LINK_REL
    document["note"] = row.body or None
    return document


def tombstone_document(row: Any, debate: DebateLabel) -> Document:  # noqa: ANN401 - any row with a post's columns
    """What stands in the place of a post that may not be shown."""
    document: Document = {
        "number": row.number,
        "kind": row.kind,
        "debate": debate.uid,
        "state": row.state,
        "reason": row.state_reason,
        **worded(debate.reasons, debate.language, row.state_reason),
        "since": row.state_since,
        "contribution": row.contribution,
        "url": f"{debate.url}/{row.number}",
    }
    if row.kind == _CONTRIBUTION:
        document["counts"] = {"pro": row.pro, "contra": row.contra, "sources": row.sources}
    elif row.kind == _ARGUMENT:
        document["side"] = row.side
    return document


@dataclass(frozen=True, slots=True)
class _Row:
    """A post of the domain with the columns of a row, its counters as given."""

    post: Post
    counters: Counters
    reference: str | None = None
    reported_tally: Document | None = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - stands in for a row
        if hasattr(self.counters, name):
            return getattr(self.counters, name)
        if name in {"title", "body", "link", "theme"}:
            return getattr(self.post.text, name)
        return getattr(self.post, name)


def own_post_document(post: Post, counters: Counters, debate: DebateLabel) -> Document:
    """A post right after an act of its author."""
    return post_document(_Row(post, counters), debate)


def official_document(official: Official, number: int | None = None) -> Document:
    """A version of a response, or of an outcome, which has no number."""
    text = official.text
    return official_version(text.version, text.body, text.language, official.published_at, number)


def official_version(
    version: int, body: str, language: str, published_at: datetime | str, number: int | None = None
) -> Document:
    """The same, from its parts."""
    document: Document = {
        "version": version,
        "body": body,
        "lang": language,
        "published_at": published_at,
    }
    return document if number is None else {"number": number, **document}


def receipt_document(receipt: Receipt | None) -> Document | None:
    """Where in the journal an act stands; None for an act that changed nothing."""
    if receipt is None:
        return None
    return {
        "debate": receipt.debate,
        "sequence": receipt.sequence,
        "leaf_hash": receipt.leaf_hash.hex(),
    }


def vote_document(vote: Vote | None, at: datetime | None, revision: int | None = None) -> Document:
    """A person's own vote; `on_earlier_revision` when `revision` is given and newer."""
    return {
        "value": None if vote is None else vote.value,
        "revision": None if vote is None else vote.revision,
        "cast_at": None if vote is None else at,
        "on_earlier_revision": vote is not None and revision not in (None, vote.revision),
    }


def own_vote_document(row: Any, debate: DebateLabel) -> Document:  # noqa: ANN401 - a row of a vote and its post
    """A person's own vote in a list of all votes."""
    return {
        "debate": debate.uid,
        "debate_title": row.debate_title,
        "number": row.number,
        "kind": row.kind,
        "state": row.state,
        "title": row.title,
        "beginning": row.beginning,
        "lang": row.language,
        "value": row.value,
        "revision": row.revision,
        "cast_at": row.cast_at,
        "on_earlier_revision": row.revision != row.present,
        "url": f"{debate.url}/{row.number}",
    }


def ordered_document(ordered: Ordered, links: Links) -> Document:
    """How far an archive is that a person ordered."""
    return {
        "id": ordered.uid,
        "state": "pending" if ordered.finished_at is None else "ready",
        "requested_at": ordered.requested_at,
        "finished_at": ordered.finished_at,
        "expires_at": ordered.expires_at,
        "url": links.archive(ordered.uid),
    }


def debate_document(
    debate: Debate,
    counts: Counts,
    links: Links,
    phase: Phase,
    source: Document | None = None,
    outcome: Document | None = None,
) -> Document:
    """A debate with its rules and counts. `allows` says what the phase allows to people.

    A draft is shown as upcoming, whatever its period: nobody takes part in it yet.
    """
    if debate.published_at is None:
        phase = Phase.UPCOMING
    return {
        "id": debate.uid,
        "slug": debate.slug,
        "organisation": owner_document(debate.owner, links),
        "title": debate.title,
        "description": debate.description,
        "lang": debate.language,
        "opens_at": debate.period.opens_at,
        "closes_at": debate.period.closes_at,
        "time_zone": debate.time_zone,
        "published_at": debate.published_at,
        "phase": phase,
        "allows": sorted(participation_in(phase)),
        "themes": [
            {"slug": theme.slug, "title": theme.title, "description": theme.description}
            for theme in debate.themes
        ],
        "limits": asdict(debate.limits),
        "participation": debate.participation.as_mapping(),
        "counts": asdict(counts),
        "journal_length": debate.journal_length,
        "source": source,
        "outcome": outcome,
        "median_seconds_held": None,
        "url": links.debate(debate.owner.slug, debate.slug),
        "feed_url": f"{links.api(debate.uid)}/feed.atom",
        "calendar_url": f"{links.api(debate.uid)}/period.ics",
        "events_url": f"{links.api(debate.uid)}/events",
    }


def owner_document(owner: Owner, links: Links) -> Document:
    """The organisation that a debate belongs to, as its pages are headed."""
    return {
        "slug": owner.slug,
        "name": owner.name,
        "accent": owner.accent,
        "logo": logo_document(owner.slug, owner.logo, links),
    }


def logo_document(organisation: str, logo: Logo | None, links: Links) -> Document | None:
    """The logo of an organisation, as pages show it."""
    if logo is None:
        return None
    return {
        "url": links.logo(organisation, logo),
        "width": logo.width,
        "height": logo.height,
        "alt": logo.alt,
        "lang": logo.lang,
    }


def organisation_document(organisation: Organisation, links: Links) -> Document:
    """An organisation."""
    return {
        "slug": organisation.slug,
        "name": organisation.name,
        "locale": organisation.locale,
        "time_zone": organisation.time_zone,
        "reasons": {ground.value: organisation.reasons.get(ground.value) for ground in Ground},
        "accent": organisation.accent,
        "logo": logo_document(organisation.slug, organisation.logo, links),
        "url": links.organisation(organisation.slug),
        "debates_url": f"{links.public_url}/api/v1/debates?organisation={organisation.slug}",
        "feed_url": f"{links.public_url}/api/v1/organisations/{organisation.slug}/feed.atom",
    }


def account_document(account: Account) -> Document:
    """One's own account."""
    return {"id": account.uid, "name": account.name, "email": account.email, "locale": account.locale}


def mail_document(settings: MailSettings) -> Document:
    """What one wants of mail, and whether any gets through."""
    off = settings.off
    return {
        "follows": settings.follows,
        "notices": settings.notices,
        "off": None if off is None else {"since": off.since, "reason": off.reason},
    }


def own_account_document(account: Account, settings: MailSettings) -> Document:
    """One's own account with what one wants of mail."""
    return account_document(account) | {"mail": mail_document(settings)}


def origin_document(origin: EmbedOrigin) -> Document:
    """An embed origin, for the organisation's administrators."""
    return {
        "id": origin.uid,
        "origin": origin.origin,
        "created_at": origin.created_at,
        "added_by": origin.added_by,
    }


def member_document(member: Member) -> Document:
    """A member, for the organisation's administrators."""
    return {
        "id": member.person.uid,
        "name": member.person.name,
        "email": member.person.email,
        "roles": sorted(member.roles),
    }


def invitation_document(invitation: Invitation) -> Document:
    """An invitation, for the organisation's administrators; nobody ever reads its token again."""
    return {
        "id": invitation.uid,
        "email": invitation.email,
        "role": invitation.role,
        "invited_at": invitation.invited_at,
        "invited_by": invitation.inviter,
        "expires_at": invitation.expires_at,
        "accepted_at": invitation.accepted_at,
        "accepted_by": invitation.accepter,
    }
