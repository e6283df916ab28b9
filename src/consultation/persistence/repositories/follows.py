"""What people follow, how far they were told of it, and what is new."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from consultation.application.ports import (
    Closing,
    Followable,
    Following,
    Happened,
    News,
    NewsItem,
    Recipient,
    Stretch,
)
from consultation.domain.debates import Theme
from consultation.domain.journal import EntryKind
from consultation.domain.notices import (
    DEBATE_NEWS,
    NEWS,
    OFFICIAL_NEWS,
    Frequency,
    MailSettings,
    NewsKind,
    Target,
    next_digest,
)
from consultation.domain.period import Phase
from consultation.domain.posts import PostKind, PostState, Side
from consultation.persistence.periods import closes_by, in_phase
from consultation.persistence.repositories.notices import (
    ABOUT_DEBATE,
    INSERTS,
    RECIPIENT,
    about_debate,
    recipient_of,
)
from consultation.persistence.tables import (
    closing_notices,
    debates,
    follows,
    journal_entries,
    mail_settings,
    organisations,
    people,
    posts,
)
from consultation.persistence.types import AnyRow

_ROOT: Final = posts.alias("root")
_FOLLOWABLE: Final = (
    select(debates.c.key, debates.c.uid, debates.c.themes, debates.c.journal_length, posts.c.kind)
    .outerjoin(posts, and_(posts.c.debate_key == debates.c.key, posts.c.number == bindparam("post_number")))
    .where(debates.c.uid == bindparam("debate_uid"), debates.c.published_at.is_not(None))
)
_WHOLE_DEBATE: Final = and_(follows.c.theme == "", follows.c.number == 0)
_CONCERNED: Final = or_(
    _WHOLE_DEBATE,
    and_(follows.c.number != 0, follows.c.number == _ROOT.c.number),
    and_(follows.c.theme != "", follows.c.theme == _ROOT.c.theme),
)
"""Is a post, with the contribution to which it belongs, part of what is followed?"""
_ON: Final = mail_settings.c.off_at.is_(None)
"""Does the address take mail? What is not sent meanwhile waits: told stays where it is."""


_KINDS: Final = {
    EntryKind.CONTRIBUTION_POSTED: NewsKind.CONTRIBUTION,
    EntryKind.ARGUMENT_POSTED: NewsKind.ARGUMENT_PRO,
    EntryKind.SOURCE_POSTED: NewsKind.SOURCE,
    EntryKind.RESPONSE_PUBLISHED: NewsKind.RESPONSE,
    EntryKind.OUTCOME_PUBLISHED: NewsKind.OUTCOME,
    **dict.fromkeys(DEBATE_NEWS - {EntryKind.OUTCOME_PUBLISHED}, NewsKind.PERIOD),
}
"""What an entry tells; of an argument, its side says more."""


def _following(row: AnyRow) -> Following:
    return Following(row.uid, row.person_key, row.told)


def _values(kinds: frozenset[Any]) -> list[str]:
    return sorted(kind.value for kind in kinds)


class SqlFollows:
    """The follows port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def followable(self, debate: UUID, number: int) -> Followable | None:
        """A published debate, and the kind of a post in it; None when there is no such debate."""
        row = self._connection.execute(
            _FOLLOWABLE, {"debate_uid": debate, "post_number": number}
        ).one_or_none()
        if row is None:
            return None
        themes = tuple(Theme(**theme) for theme in row.themes)
        kind = None if row.kind is None else PostKind(row.kind)
        return Followable(row.key, row.uid, themes, row.journal_length, kind)

    def follow(self, uid: UUID, person_key: int, found: Followable, target: Target, at: datetime) -> None:
        """Follow something from the journal's present end on; nothing happens when it is followed."""
        insertion = INSERTS[self._connection.dialect.name]
        usual = MailSettings()
        due = {"digest_due_at": next_digest(usual.follows, at)}
        settings = insertion(mail_settings).values(
            person_key=person_key, follows=usual.follows.value, notices=usual.notices, **due
        )
        # Whose address was switched off before following anything has the usual settings, and no digest due.
        never_due = and_(
            mail_settings.c.follows == usual.follows.value, mail_settings.c.digest_due_at.is_(None)
        )
        self._connection.execute(
            settings.on_conflict_do_update(index_elements=["person_key"], set_=due, where=never_due)
        )
        self._connection.execute(
            insertion(follows)
            .values(
                uid=uid,
                person_key=person_key,
                debate_key=found.debate_key,
                theme=target.theme,
                number=target.number,
                created_at=at,
                told=found.journal_length,
            )
            .on_conflict_do_nothing(index_elements=["person_key", "debate_key", "theme", "number"])
        )

    def unfollow(self, person_key: int, debate_key: int, target: Target | None) -> int:
        """Follow something no longer, or anything in the debate; how many follows went."""
        gone = delete(follows).where(follows.c.person_key == person_key, follows.c.debate_key == debate_key)
        if target is not None:
            gone = gone.where(follows.c.theme == target.theme, follows.c.number == target.number)
        return self._connection.execute(gone).rowcount

    def skip(self, person_key: int) -> None:
        """Nobody need tell the person of what happened until now."""
        end = select(debates.c.journal_length).where(debates.c.key == follows.c.debate_key).scalar_subquery()
        self._connection.execute(update(follows).where(follows.c.person_key == person_key).values(told=end))

    def followers_at_once(self, entry: Happened) -> list[Following]:
        """Follows to which an entry is news, of people who want it at once and are reached; locked."""
        wanted = (
            select(follows)
            .join(mail_settings, mail_settings.c.person_key == follows.c.person_key)
            .where(
                follows.c.debate_key == entry.debate_key,
                follows.c.told < entry.sequence,
                mail_settings.c.follows == Frequency.AT_ONCE.value,
                _ON,
            )
        )
        if entry.kind in NEWS | OFFICIAL_NEWS:
            wanted = (
                wanted.join(
                    posts, and_(posts.c.debate_key == follows.c.debate_key, posts.c.number == entry.number)
                )
                .join(
                    _ROOT,
                    and_(
                        _ROOT.c.debate_key == posts.c.debate_key,
                        _ROOT.c.number == func.coalesce(posts.c.contribution, posts.c.number),
                    ),
                )
                .where(_CONCERNED)
            )
        if entry.kind in NEWS:
            wanted = wanted.where(posts.c.author_key.is_distinct_from(follows.c.person_key))
        rows = self._connection.execute(wanted.order_by(follows.c.key).with_for_update(of=follows))
        return [_following(row) for row in rows]

    def followers(self, debate_key: int, after: int, limit: int) -> list[int]:
        """Keys of those who follow anything in a debate, in order, behind one of them."""
        following = (
            select(follows.c.person_key)
            .where(follows.c.debate_key == debate_key, follows.c.person_key > after)
            .distinct()
            .order_by(follows.c.person_key)
            .limit(limit)
        )
        return list(self._connection.execute(following).scalars())

    def digests_due(self, until: datetime, limit: int) -> list[tuple[int, Frequency]]:
        """People whose digest is due and whose address takes mail, the longest due first, locked."""
        due = (
            select(mail_settings.c.person_key, mail_settings.c.follows)
            .where(mail_settings.c.digest_due_at <= until, _ON)
            .order_by(mail_settings.c.digest_due_at, mail_settings.c.person_key)
            .limit(limit)
            .with_for_update()
        )
        return [(row.person_key, Frequency(row.follows)) for row in self._connection.execute(due)]

    def behind(self, person_key: int) -> list[tuple[Following, int]]:
        """A person's follows in debates whose journal went on, each with its present end; locked."""
        rows = self._connection.execute(
            select(follows, debates.c.journal_length)
            .join(debates, debates.c.key == follows.c.debate_key)
            .where(follows.c.person_key == person_key, follows.c.told < debates.c.journal_length)
            .order_by(follows.c.key)
            .with_for_update(of=follows)
        )
        return [(_following(row), row.journal_length) for row in rows]

    def tell(self, stretches: Sequence[Stretch]) -> None:
        """Write up to where followers were told; their rows are locked."""
        if stretches:
            self._connection.execute(
                update(follows).where(follows.c.uid == bindparam("follow")).values(told=bindparam("upto")),
                [{"follow": one.follow, "upto": one.until} for one in stretches],
            )

    def take_back(self, stretches: Sequence[Stretch]) -> None:
        """Have followers be told again of what did not reach them, and of all that came after it."""
        if stretches:
            later = and_(follows.c.uid == bindparam("follow"), follows.c.told > bindparam("back"))
            self._connection.execute(
                update(follows).where(later).values(told=bindparam("back")),
                [{"follow": one.follow, "back": one.after} for one in stretches],
            )

    def plan_digest(self, person_key: int, due_at: datetime | None) -> None:
        """Write when a person's next digest is planned."""
        mine = mail_settings.c.person_key == person_key
        self._connection.execute(update(mail_settings).where(mine).values(digest_due_at=due_at))

    def follower(self, uids: Sequence[UUID]) -> Recipient | None:
        """Whose follows these are; None when all of them are gone."""
        row = self._connection.execute(
            select(*RECIPIENT)
            .select_from(follows)
            .join(people, people.c.key == follows.c.person_key)
            .outerjoin(mail_settings, mail_settings.c.person_key == people.c.key)
            .where(follows.c.uid.in_(uids))
            .limit(1)
        ).one_or_none()
        return None if row is None else recipient_of(row)

    def news(self, stretches: Sequence[Stretch], limit: int) -> list[News]:
        """What happened in stretches of one person's follows, debate by debate, each thing once."""
        by_debate: dict[UUID, tuple[AnyRow, dict[int, NewsItem], set[int]]] = {}
        for stretch in stretches:
            rows = self._connection.execute(_news_of(stretch).limit(limit)).all()
            if not rows:
                continue
            _, items, places = by_debate.setdefault(rows[0].debate_uid, (rows[0], {}, set()))
            items.update((row.sequence, _item(row)) for row in rows)
            places.update(row.sequence for row in rows)
            if len(rows) == limit:
                places.update(self._places(stretch))
        return [
            News(about_debate(row), [items[key] for key in sorted(items)][:limit], len(places))
            for row, items, places in by_debate.values()
        ]

    def _places(self, stretch: Stretch) -> Iterable[int]:
        places = _news_of(stretch).with_only_columns(journal_entries.c.sequence)
        return self._connection.execute(places).scalars()

    def closing(self, now: datetime, until: datetime, limit: int) -> list[Closing]:
        """Open debates that close until an instant and of whose close not everybody was told, by key."""
        begun = and_(
            closing_notices.c.debate_key == debates.c.key, closing_notices.c.closes_at == debates.c.closes_at
        )
        rows = self._connection.execute(
            select(debates.c.key, debates.c.closes_at, closing_notices.c.place)
            .outerjoin(closing_notices, begun)
            .where(
                debates.c.published_at.is_not(None),
                closes_by(until),
                in_phase(Phase.OPEN, now),
                or_(closing_notices.c.debate_key.is_(None), closing_notices.c.place.is_not(None)),
            )
            .order_by(debates.c.key)
            .limit(limit)
        )
        return [Closing(row.key, row.closes_at, row.place or 0) for row in rows]

    def note_closing(self, closing: Closing, place: int | None) -> None:
        """Note how far followers were told of a close: up to a person, or None for all of them."""
        insertion = INSERTS[self._connection.dialect.name](closing_notices)
        noted = insertion.values(debate_key=closing.debate_key, closes_at=closing.closes_at, place=place)
        self._connection.execute(
            noted.on_conflict_do_update(index_elements=["debate_key", "closes_at"], set_={"place": place})
        )


def _news_of(stretch: Stretch) -> Select[Any]:
    """What happened to what a follow is of, in a stretch of its debate's journal, in order."""
    said = and_(
        or_(
            and_(
                journal_entries.c.kind.in_(_values(NEWS)),
                posts.c.author_key.is_distinct_from(follows.c.person_key),
            ),
            journal_entries.c.kind.in_(_values(OFFICIAL_NEWS)),
        ),
        posts.c.state == PostState.VISIBLE.value,
        _CONCERNED,
    )
    return (
        select(
            *(
                journal_entries.c.sequence,
                journal_entries.c.number,
                journal_entries.c.kind.label("entry_kind"),
            ),
            *(posts.c.kind.label("post_kind"), posts.c.side, posts.c.title, posts.c.body),
            *ABOUT_DEBATE,
        )
        .select_from(follows)
        .join(debates, debates.c.key == follows.c.debate_key)
        .join(organisations, organisations.c.key == debates.c.organisation_key)
        .join(journal_entries, journal_entries.c.debate_key == follows.c.debate_key)
        .outerjoin(
            posts,
            and_(
                posts.c.debate_key == journal_entries.c.debate_key,
                posts.c.number == journal_entries.c.number,
            ),
        )
        .outerjoin(
            _ROOT,
            and_(
                _ROOT.c.debate_key == posts.c.debate_key,
                _ROOT.c.number == func.coalesce(posts.c.contribution, posts.c.number),
            ),
        )
        .where(
            follows.c.uid == stretch.follow,
            journal_entries.c.sequence > stretch.after,
            journal_entries.c.sequence <= stretch.until,
            or_(said, journal_entries.c.kind.in_(_values(DEBATE_NEWS))),
        )
        .order_by(journal_entries.c.sequence)
    )


def _item(row: AnyRow) -> NewsItem:
    kind = _KINDS[EntryKind(row.entry_kind)]
    if kind is NewsKind.ARGUMENT_PRO and row.side == Side.CONTRA.value:
        kind = NewsKind.ARGUMENT_CONTRA
    return NewsItem(row.sequence, kind, row.number, row.title, row.body)
