"""What the pages of forms know of a debate and of the post that they stand under."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from consultation.api.problems import STATUS, Problem
from consultation.application.posts import post_not_found
from consultation.application.readers import Located, Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import Refused
from consultation.domain.period import Phase
from consultation.web.forms import Form
from consultation.web.page import Facts, Page, Reading
from consultation.web.sending import Sheet
from consultation.web.texts import texts_of

FIELDS: Final = frozenset({"title", "body", "link", "note", "theme", "capacity", "side", "reason", "text"})


def debate_facts(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Facts | Refused:
    """The debate alone."""
    return Facts({"debate": snapshot.debate(version, phase), "post": None})


def post_facts(number: int) -> Reading:
    """The debate and one of its posts; and how the organisation words what a post may be reported for."""

    def read(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Facts | Refused:
        post = snapshot.post(version, number)
        if post is None:
            return post_not_found(number)
        words = {"reason_words": version.reasons, "reason_lang": version.owner_language}
        return Facts({"debate": snapshot.debate(version, phase), "post": post, **words}, [number])

    return read


def sheet(
    page: Page,
    place: Located,
    template: str,
    read: Reading,
    *,
    more: Mapping[str, Any] | None = None,
    special: Mapping[str, str] | None = None,
    about: Mapping[str, str] | None = None,
) -> Sheet:
    """A form's page in a debate, and the one that keeps a text which came too late."""

    async def show(form: Form, status: int) -> Response:
        facts = {"form": form, "preview": False, **(more or {})}
        return await page.of_debate(place, template, read, status=status, more=facts)

    async def too_late(problem: Problem, form: Form) -> Response:
        facts = {"form": form, "problem": problem, "texts": texts_of(form.values)}
        status = STATUS[problem.code]
        return await page.of_debate(place, "part/too_late.html", read, status=status, more=facts)

    return Sheet(show, FIELDS, too_late, special or {}, about or {})
