"""What people follow and what they want of mail, and marking notices as read."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from consultation.application.keys import known_participant
from consultation.application.notices.links import UNSUBSCRIBE, SealedLinks
from consultation.application.notices.sending import ALL_DIGESTS, ALL_NOTICES
from consultation.application.ports import Account, Delegate, Transaction
from consultation.application.posts import post_not_found
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.notices import Frequency, MailSettings, Target, check_target, next_digest


def follow(tx: Transaction, account: Account, debate: UUID, target: Target) -> Refused | None:
    """Follow a debate, a theme or a contribution, from now on. In any phase."""
    found = tx.follows.followable(debate, target.number)
    if found is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    if target.number and found.post_kind is None:
        return post_not_found(target.number)
    decision = check_target(found.themes, found.post_kind, target)
    if isinstance(decision, Refused):
        return decision
    tx.follows.follow(tx.ids.uid(), account.key, found, target, tx.now())
    return None


def unfollow(tx: Transaction, account: Account, debate: UUID, target: Target) -> Refused | None:
    """Follow it no longer; nothing happens when it was not followed."""
    found = tx.follows.followable(debate, 0)
    if found is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    tx.follows.unfollow(account.key, found.debate_key, target)
    return None


def mark_read(tx: Transaction, account: Account, uids: Sequence[UUID]) -> int:
    """Mark notices of one's own as read; how many are not. What is not one's own is passed over."""
    return tx.notices.mark_read(account.key, uids, tx.now())


def mark_read_of_user(tx: Transaction, slug: str, delegate: Delegate, uids: Sequence[UUID]) -> int | Refused:
    """The same for one of an organisation's own users, through a key of this organisation."""
    account = known_participant(tx, slug, delegate)
    return account if isinstance(account, Refused) else mark_read(tx, account, uids)


def change_mail(
    tx: Transaction,
    account: Account,
    *,
    follows: Frequency | None = None,
    notices: bool | None = None,
) -> MailSettings:
    """Change what one wants of mail; what is None stays.

    What waits for a digest comes at once for whoever wants it at once from now on; whoever wanted
    nothing is not told of what happened meanwhile.
    """
    current = tx.notices.settings(account.key)
    changed = replace(
        current,
        follows=follows or current.follows,
        notices=current.notices if notices is None else notices,
    )
    now = tx.now()
    due_at = next_digest(changed.follows, now)
    if changed.follows is Frequency.AT_ONCE and current.follows is not Frequency.AT_ONCE:
        due_at = now
    if current.follows is Frequency.NEVER and changed.follows is not Frequency.NEVER:
        tx.follows.skip(account.key)
    tx.notices.save_settings(account.key, changed, due_at)
    return changed


def unsubscribe(tx: Transaction, links: SealedLinks, token: str) -> str | Refused:
    """Do what the link of a message promises; from what it was. Nothing happens the second time."""
    words = links.open(UNSUBSCRIBE, token)
    if isinstance(words, Refused):
        return words
    person, about = words
    account = tx.erasing.by_uid(UUID(person))
    if account is None:
        return about  # erased since: nothing is sent any more
    if about == ALL_DIGESTS:
        change_mail(tx, account, follows=Frequency.NEVER)
    elif about == ALL_NOTICES:
        change_mail(tx, account, notices=False)
    else:
        found = tx.follows.followable(UUID(about), 0)
        if found is not None:
            tx.follows.unfollow(account.key, found.debate_key, None)
    return about
