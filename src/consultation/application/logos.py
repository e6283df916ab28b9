"""The logo of an organisation: set, replaced and taken away by its administrators."""

from dataclasses import replace

from consultation.application.organisations import administered
from consultation.application.ports import Account, Organisation, Transaction
from consultation.domain.decisions import Refused
from consultation.domain.logos import check_logo, logo_of
from consultation.domain.permissions import Act
from consultation.domain.texts import tidy_line


def set_logo(
    tx: Transaction, slug: str, account: Account, content: bytes, alt: str
) -> Organisation | Refused:
    """Show a picture as the logo, with words for whoever does not see it.

    What was kept with the picture (where and when it was taken, with what) is left out.
    """
    organisation = administered(tx, slug, account, Act.CHANGE_ORGANISATION)
    if isinstance(organisation, Refused):
        return organisation
    picture = check_logo(content)
    if isinstance(picture, Refused):
        return picture
    logo = logo_of(picture, tidy_line(alt), organisation.locale)
    if isinstance(logo, Refused) or logo == organisation.logo:
        return logo if isinstance(logo, Refused) else organisation
    tx.organisations.put_logo(organisation.key, picture)
    return _saved(tx, replace(organisation, logo=logo))


def remove_logo(tx: Transaction, slug: str, account: Account) -> Organisation | Refused:
    """Show no logo any more; there may have been none."""
    organisation = administered(tx, slug, account, Act.CHANGE_ORGANISATION)
    if isinstance(organisation, Refused) or organisation.logo is None:
        return organisation
    tx.organisations.put_logo(organisation.key, None)
    return _saved(tx, replace(organisation, logo=None))


def _saved(tx: Transaction, changed: Organisation) -> Organisation:
    # Pages are kept by it: they show the change at once.
    changed = replace(changed, revision=changed.revision + 1)
    tx.organisations.save(changed)
    return changed
