"""What was held survives the journey of a debate, byte for byte, and what does not fit is refused."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

import orjson
import pytest

from consultation.application.debates import DebateDraft, create_debate, publish_debate
from consultation.application.holding import Held, withdraw_held
from consultation.application.imports.ports import UnfitArchiveError
from consultation.application.moderation.appealing import lodge_appeal
from consultation.application.moderation.deciding import decide_appeal, decide_case
from consultation.application.moderation.publishing import publish_held
from consultation.application.organisations import give_role
from consultation.application.posts import Draft, Edit, add_post, edit_post
from consultation.domain.actors import Person, Role
from consultation.domain.debates import Theme
from consultation.domain.decisions import Refused
from consultation.domain.limits import Limits
from consultation.domain.moderation import Ground, Measure, Reasons, Ruling
from consultation.domain.posts import PostKind, PostText, Side
from tests.exchange.jsonl.archives import Lines, changed
from tests.exchange.jsonl.makers import ORGANISATION, Instance
from tests.exchange.jsonl.test_moderation import put
from tests.exchange.jsonl.test_schema import validator

ANSWER: Final = "Cette phrase rapporte ce que tout le monde a entendu."


def waiting_debate(instance: Instance) -> UUID:
    """A debate in which something waits, was published, refused, upheld, overturned and withdrawn."""
    done, now = instance.done, instance.clock.now
    draft = DebateDraft(
        title="Quels bancs ?",
        description="",
        opens_at=now,
        closes_at=now.replace(year=now.year + 1),
        limits=Limits(pre_moderation=True),
        themes=(Theme("rues", "Les rues"),),
    )
    organiser = instance.organiser()
    uid = done(lambda tx: create_debate(tx, ORGANISATION, organiser, draft)).debate.uid
    done(lambda tx: publish_debate(tx, uid, organiser))
    first, second = [
        done(partial(give_role, slug=ORGANISATION, email=f"{name}@ville.example", role=Role.MODERATOR)).person
        for name in ("premiere", "seconde")
    ]
    account = instance.account("Noor")
    author = Person(account.key, account.name)

    def held(sent: object) -> UUID:
        assert isinstance(sent, Held)
        return sent.held.uid

    def send(words: str) -> UUID:
        text = PostText(f"Un banc {words} sous chaque arbre.", f"Un banc {words}", theme="rues")
        return held(done(lambda tx: add_post(tx, uid, author, Draft(PostKind.CONTRIBUTION, text))))

    def decide(case: UUID, measure: Measure, *, last: bool = False) -> None:
        reasons = Reasons(ground=Ground.SPAM, reference="Article 4", facts="Une boutique", explanation="Non")
        by, command = (second, decide_appeal) if last else (first, decide_case)
        done(lambda tx: command(tx, ORGANISATION, case, by, Ruling(measure=measure, reasons=reasons)))

    green = send("vert")
    done(lambda tx: publish_held(tx, ORGANISATION, green, first))
    reply = Draft(PostKind.ARGUMENT, PostText("Oui."), 1, Side.PRO)
    source = Draft(PostKind.SOURCE, PostText("", "Étude", "https://etude.example/"), 1)
    argument = held(done(lambda tx: add_post(tx, uid, author, reply)))
    done(lambda tx: add_post(tx, uid, author, source))
    done(lambda tx: publish_held(tx, ORGANISATION, argument, second))
    edit = held(done(lambda tx: edit_post(tx, uid, 1, author, Edit(title="Un banc bleu"))))
    done(lambda tx: publish_held(tx, ORGANISATION, edit, first))
    done(lambda tx: edit_post(tx, uid, 1, author, Edit(title="Un banc gris")))
    withdrawn = send("rouge")
    done(lambda tx: withdraw_held(tx, withdrawn, author))
    for words, last in (("jaune", None), ("noir", Measure.KEEP), ("blanc", Measure.PUBLISH)):
        case = send(words)
        decide(case, Measure.REFUSE)
        if last is not None:
            done(partial(lodge_appeal, uid=case, author=author, text=ANSWER))
            decide(case, last, last=True)
    return uid


def test_what_was_held_survives_the_journey_byte_for_byte(instance: Instance, elsewhere: Instance) -> None:
    uid = waiting_debate(instance)
    octets = instance.export(uid)
    assert not isinstance(elsewhere.bring_in(octets), Refused)
    assert elsewhere.export(uid) == octets
    assert elsewhere.findings() == instance.findings() == []
    counts = orjson.loads(octets.rsplit(b"\n", 2)[1])["counts"]
    assert (counts["held_post"], counts["case"], counts["decision"], counts["appeal"]) == (9, 9, 5, 2)
    valid = validator()
    for line in octets.split(b"\n")[:-1]:
        valid.validate(orjson.loads(line))


def test_what_was_emptied_in_time_travels_without_its_text(instance: Instance, elsewhere: Instance) -> None:
    uid = waiting_debate(instance)
    later = instance.clock.now + timedelta(days=400)
    assert instance.done(lambda tx: tx.cases.forget_files(later, 100)) == 7, "all but the two that wait"
    octets = instance.export(uid)
    assert not isinstance(elsewhere.bring_in(octets), Refused)
    assert elsewhere.export(uid) == octets
    assert elsewhere.findings() == instance.findings() == []
    kept = elsewhere.rows("SELECT body, author_name FROM held_posts WHERE salt IS NULL")
    assert [tuple(row) for row in kept] == [("", None)] * 7


def test_what_waits_can_be_published_where_it_was_brought_in(instance: Instance, elsewhere: Instance) -> None:
    uid = waiting_debate(instance)
    elsewhere.bring_in(instance.export(uid))
    moderator = elsewhere.done(
        partial(give_role, slug=ORGANISATION, email="tierce@ville.example", role=Role.MODERATOR)
    ).person
    (waiting,) = elsewhere.rows(
        "SELECT cases.uid FROM cases JOIN held_posts ON held_posts.key = cases.held_key "
        "WHERE cases.state = 'open' AND held_posts.kind = 'source'"
    )
    case = UUID(str(waiting[0]))
    published = elsewhere.done(lambda tx: publish_held(tx, ORGANISATION, case, moderator))
    assert published.case.number == 4
    assert elsewhere.findings() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (put("held_post", "contribution", 2, body=""), "contribution"),
        (put("held_post", "revises", 99), "revises"),
        (put("held_post", "author", "01900000-0000-7000-8000-000000000000"), "author"),
        (put("held_post", "side", "pro", body=""), "side"),
        (put("case", "number", None, measure="publish"), "number"),
        (put("case", "closed_at", None, state="final", measure=None), "closed_at"),
    ],
)
def test_a_line_that_does_not_fit_is_refused(
    instance: Instance, elsewhere: Instance, change: Callable[[Lines], object], field: str
) -> None:
    octets = changed(instance.export(waiting_debate(instance)), change)
    with pytest.raises(UnfitArchiveError) as refused:
        elsewhere.bring_in(octets)
    assert refused.value.field == field
