"""The select of each section of an archive. The fields are described in the archive's format."""

from typing import Any, Final

from sqlalchemy import Select, and_, select, union

from consultation.persistence.bulk.expressions import Columns, TextColumns
from consultation.persistence.tables import (
    debate_acts,
    debates,
    held_posts,
    import_reports,
    journal_entries,
    organisations,
    people,
    posts,
    revisions,
    unlinked_votes,
    votes,
)

OWNER: Final = ("slug", "name", "locale", "time_zone")
"""Fields of the organisation, selected as `organisation_slug` and so on."""


def debate_columns(text: TextColumns, debate_key: int) -> Select[Any]:
    """The header, in columns."""
    return (
        select(
            text.uid(debates.c.uid).label("id"),
            *(organisations.c[name].label(f"organisation_{name}") for name in OWNER),
            debates.c.slug,
            debates.c.title,
            debates.c.description,
            debates.c.language,
            debates.c.time_zone,
            text.instant(debates.c.opens_at).label("opens_at"),
            text.instant(debates.c.closes_at).label("closes_at"),
            text.instant(debates.c.published_at).label("published_at"),
            text.instant(debates.c.created_at).label("created_at"),
            debates.c.limits,
            debates.c.themes,
            debates.c.participation,
            debates.c.source,
            debates.c.last_number,
        )
        .join(organisations, organisations.c.key == debates.c.organisation_key)
        .where(debates.c.key == debate_key)
    )


def act_columns(text: TextColumns, debate_key: int) -> Select[Any]:
    """Acts on the debate, in columns."""
    return (
        select(
            debate_acts.c.sequence,
            debate_acts.c.kind,
            text.instant(debate_acts.c.at).label("at"),
            debate_acts.c.role,
            debate_acts.c.reason,
            debate_acts.c.content,
            text.octets(debate_acts.c.salt).label("salt"),
        )
        .where(debate_acts.c.debate_key == debate_key)
        .order_by(debate_acts.c.sequence)
    )


def import_report_columns(text: TextColumns, debate_key: int) -> Select[Any]:
    """The import report, in columns."""
    return select(
        import_reports.c.format,
        text.instant(import_reports.c.imported_at).label("imported_at"),
        import_reports.c.report,
    ).where(import_reports.c.debate_key == debate_key)


def participants(text: TextColumns, debate_key: int) -> Select[Any]:
    """People with a post or a vote, or something held, as JSON objects."""
    taking_part = union(
        select(posts.c.author_key).where(posts.c.debate_key == debate_key),
        select(votes.c.person_key).where(votes.c.debate_key == debate_key),
        select(held_posts.c.author_key).where(held_posts.c.debate_key == debate_key),
    )
    fields: Columns = {"type": "participant", "id": text.participant()}
    return (
        text.json_object(fields, people)
        .where(people.c.key.in_(taking_part))
        .order_by(text.participant_order())
    )


def post_lines(text: TextColumns, debate_key: int) -> Select[Any]:
    """Posts as JSON objects without what few posts have: `capacity` and `reported_tally`, beside it."""
    fields: Columns = {
        "type": "post",
        "number": posts.c.number,
        "kind": posts.c.kind,
        "contribution": posts.c.contribution,
        "side": posts.c.side,
        "author": text.participant(),
        "author_name": posts.c.author_name,
        "theme": posts.c.theme,
        "title": posts.c.title,
        "body": posts.c.body,
        "link": posts.c.link,
        "language": posts.c.language,
        "created_at": text.instant(posts.c.created_at),
        "revision": posts.c.revision,
        "revised_at": text.instant(posts.c.revised_at),
        "state": posts.c.state,
        "state_reason": posts.c.state_reason,
        "state_since": text.instant(posts.c.state_since),
        "reference": posts.c.reference,
        "reported_tally": None,
        "sequence": posts.c.sequence,
        "salt": text.octets(posts.c.salt),
        "state_sequence": posts.c.state_sequence,
        "state_salt": text.octets(posts.c.state_salt),
    }
    authored = posts.outerjoin(people, people.c.key == posts.c.author_key)
    return (
        text.json_object(fields, authored)
        .add_columns(posts.c.capacity, posts.c.reported_tally)
        .where(posts.c.debate_key == debate_key)
        .order_by(posts.c.number)
    )


def revision_lines(text: TextColumns, debate_key: int) -> Select[Any]:
    """Earlier revisions as JSON objects without what few have: `capacity` and `hidden`, beside it."""
    fields: Columns = {
        "type": "revision",
        "number": revisions.c.number,
        "revision": revisions.c.revision,
        "author_name": revisions.c.author_name,
        "theme": revisions.c.theme,
        "title": revisions.c.title,
        "body": revisions.c.body,
        "link": revisions.c.link,
        "created_at": text.instant(revisions.c.created_at),
        "sequence": revisions.c.sequence,
        "salt": text.octets(revisions.c.salt),
    }
    its_post = and_(posts.c.debate_key == revisions.c.debate_key, posts.c.number == revisions.c.number)
    is_hidden = revisions.c.revision < posts.c.shown_from
    return (
        text.json_object(fields, revisions.join(posts, its_post))
        .add_columns(revisions.c.capacity, is_hidden.label("hidden"))
        .where(revisions.c.debate_key == debate_key)
        .order_by(revisions.c.number, revisions.c.revision)
    )


def vote_lines(text: TextColumns, debate_key: int) -> Select[Any]:
    """Standing votes as JSON objects."""
    fields: Columns = {
        "type": "vote",
        "number": votes.c.number,
        "participant": text.participant(),
        "value": votes.c.value,
        "revision": votes.c.revision,
        "cast_at": text.instant(votes.c.cast_at),
        "sequence": votes.c.sequence,
        "salt": text.octets(votes.c.salt),
    }
    return (
        text.json_object(fields, votes.join(people, people.c.key == votes.c.person_key))
        .where(votes.c.debate_key == debate_key)
        .order_by(votes.c.number, text.participant_order())
    )


def unlinked_vote_lines(text: TextColumns, debate_key: int) -> Select[Any]:
    """Counts of votes of erased people as JSON objects."""
    fields: Columns = {
        "type": "unlinked_vote",
        "number": unlinked_votes.c.number,
        "value": unlinked_votes.c.value,
        "revision": unlinked_votes.c.revision,
        "votes": unlinked_votes.c.votes,
    }
    return (
        text.json_object(fields, unlinked_votes)
        .where(unlinked_votes.c.debate_key == debate_key)
        .order_by(unlinked_votes.c.number, unlinked_votes.c.value, unlinked_votes.c.revision)
    )


def journal_lines(text: TextColumns, debate_key: int) -> Select[Any]:
    """Journal entries as JSON objects."""
    fields: Columns = {
        "type": "journal",
        "sequence": journal_entries.c.sequence,
        "at": text.instant(journal_entries.c.at),
        "kind": journal_entries.c.kind,
        "number": journal_entries.c.number,
        "digest": text.octets(journal_entries.c.digest),
        "leaf_hash": text.octets(journal_entries.c.leaf_hash),
        "access_key": journal_entries.c.access_key,
    }
    return (
        text.json_object(fields, journal_entries)
        .where(journal_entries.c.debate_key == debate_key)
        .order_by(journal_entries.c.sequence)
    )
