"""Whole lives of a debate, chosen by Hypothesis, held against the naive model.

The machine does with the domain what commands do with it: it reads the clock, asks a rule, and
keeps what the rule answered together with the instant of the entry. Time is counted in few
microseconds, so that the edges of the period are hit all the time.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from consultation.domain.actors import ANONYMOUS, Actor, Role
from consultation.domain.debates import Debate, check_act, close_early, extend, publish, reopen
from consultation.domain.period import Period, Phase
from consultation.domain.permissions import Act
from consultation.domain.posts import (
    Post,
    PostKind,
    PostState,
    PostText,
    Side,
    check_posting,
    revise,
    withdraw,
)
from consultation.domain.voting import TallyChange, Vote, VoteValue, cast, check_voting, tally_change
from tests.domain.builders import OPENS_AT, US, argument, code_of, contribution, draft, person, source
from tests.domain.model import NaiveDebate, Who
from tests.domain.profiles import PATIENCE, examples

pytestmark = pytest.mark.timeout(PATIENCE)

START: Final = OPENS_AT
COUNTERS: Final = ("agree", "mixed", "disagree", "support", "on_earlier_revisions")

NOBODY: Final = 0
ORGANISER: Final = 5
ACTORS: Final[dict[int, Actor]] = {
    NOBODY: ANONYMOUS,
    1: person(key=1, name="Ana"),
    2: person(key=2, name="Bo"),
    3: person(key=3, name="Chris"),
    4: person(Role.MODERATOR, key=4, name="Dominique"),
    5: person(Role.ORGANISER, key=5, name="Eden"),
    6: person(Role.ADMINISTRATOR, Role.MODERATOR, key=6, name="Fran"),
}
ROLES: Final = {4: ["moderator"], 5: ["organiser"], 6: ["administrator", "moderator"]}

ANYBODY = st.sampled_from(sorted(ACTORS))
# More often somebody who may, or whole lives would pass without an act.
PEOPLE = st.sampled_from([1, 2, 3, 1, 2, 3, 4, 5, NOBODY])
STAFF = st.sampled_from([5, 6, 4, 5, 6, 4, 5, 6, 1, NOBODY])
RUNNING = st.sampled_from([Act.CHANGE_DEBATE, Act.EXTEND, Act.EXTEND, Act.CLOSE, Act.CLOSE, Act.REOPEN])
AUTHOR = st.sampled_from([None, None, None, 1, 5, NOBODY])
TICKS = st.sampled_from([0, 1, 1, 2, 3, 5, 8, -1, -2, -7, -40])
EDGES = st.tuples(st.sampled_from(["opens", "closes"]), st.sampled_from([-2, -1, 0]))
STEPS = st.one_of(TICKS, TICKS, EDGES)
LENGTHS = st.integers(1, 8) | st.integers(20, 200)
AHEAD = st.sampled_from([0, 1, 1, 2, 5, 20, 60, 60, -1])
PICK = st.integers(0, 50)
WORDS = st.sampled_from([40, 20, 21, 60, 40, 19, 2])
VALUES = st.sampled_from(["agree", "agree", "agree", "mixed", "disagree", "support", "nothing"])


def at(microseconds: int) -> datetime:
    return START + microseconds * US


def count(instant: datetime) -> int:
    return (instant - START) // US


def who(key: int) -> Who:
    return {"key": key, "roles": ROLES.get(key, [])}


def text_of(kind: PostKind, words: int) -> PostText:
    post = {PostKind.CONTRIBUTION: contribution, PostKind.ARGUMENT: argument, PostKind.SOURCE: source}[kind]()
    return replace(post.text, body="e" * words)


class Life(RuleBasedStateMachine):
    """One debate, held as commands and tables would hold it, beside its naive model."""

    debate: Debate
    model: NaiveDebate

    def __init__(self) -> None:
        super().__init__()
        self.clock = 0
        self.posts: dict[int, Post] = {}
        self.votes: dict[tuple[int, int], Vote] = {}
        self.tallies: dict[int, dict[str, int]] = {}
        self.entries: list[datetime] = [START]
        self.shut = False

    @initialize(opens=st.integers(1, 6), length=LENGTHS, begun=st.sampled_from([True, True, True, False]))
    def create(self, opens: int, length: int, *, begun: bool) -> None:
        """A draft; in most lives it is published at once and about to open."""
        self.debate = draft(period=Period(at(opens), at(opens + length)), last_act_at=START)
        self.model = NaiveDebate(opens, opens + length, 0)
        if begun:
            self.publish(ORGANISER)
            self.clock = opens - 1

    # Acts as commands perform them ------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return at(self.clock)

    def keep(self, debate: Debate) -> None:
        """Write the debate and one journal entry at the effective instant."""
        instant = self.debate.effective(self.now)
        self.entries.append(instant)
        length = self.debate.journal_length + 1
        self.debate = replace(debate, last_act_at=instant, journal_length=length)

    def kept(self, answer: Debate | object, expected: str) -> bool:
        """Compare an answer with the model's, and keep an accepted transition."""
        assert (code_of(answer) or "ok") == expected
        if isinstance(answer, Debate):
            self.keep(answer)
        return expected == "ok"

    def count_vote(self, number: int, change: TallyChange) -> None:
        tally = self.tallies[number]
        for counter in COUNTERS:
            tally[counter] += getattr(change, counter)

    def took_part(self) -> None:
        """What every accepted act of taking part must satisfy, said once more and plainly."""
        assert not self.shut, "somebody got in after an acknowledged close"
        assert (
            count(self.debate.period.opens_at)
            <= count(self.entries[-1])
            < count(self.debate.period.closes_at)
        )

    # The clock ----------------------------------------------------------------------------------

    @rule(step=STEPS, key=ANYBODY)
    def pass_time(self, step: int | tuple[str, int], key: int) -> None:
        """Forwards, backwards, or to an edge; then ask what somebody may do."""
        match step:
            case int():
                self.clock += step
            case (edge, offset):
                self.clock = (self.model.opens if edge == "opens" else self.model.closes) + offset
        for act in (Act.CONTRIBUTE, Act.VOTE, Act.EDIT):
            answer = check_act(self.debate, act, ACTORS[key], self.now)
            assert (code_of(answer) or "ok") == self.model.taking_part(who(key), self.clock)

    # Running the consultation -------------------------------------------------------------------

    @precondition(lambda self: not self.model.published)
    @rule(key=STAFF)
    def publish(self, key: int) -> None:
        expected = self.model.publish(who(key), self.clock)
        self.kept(publish(self.debate, ACTORS[key], self.now), expected)

    @rule(act=RUNNING, key=STAFF, ahead=AHEAD, length=LENGTHS)
    def run(self, act: Act, key: int, ahead: int, length: int) -> None:
        match act:
            case Act.EXTEND:
                self.extend(key, self.model.closes + ahead)
            case Act.CLOSE:
                self.close(key)
            case Act.REOPEN:
                self.reopen(key, max(self.clock, self.model.last) + ahead)
            case _:
                self.change(key, self.clock + ahead, self.clock + ahead + length)

    @precondition(lambda self: self.model.published and self.model.phase(self.clock) == "closed")
    @rule(ahead=st.sampled_from([2, 5, 20, 60]))
    def go_on(self, ahead: int) -> None:
        """Reopen more often than chance would, for most acts need an open debate."""
        self.reopen(ORGANISER, max(self.clock, self.model.last) + ahead)

    def change(self, key: int, opens: int, closes: int) -> None:
        expected = self.model.change(who(key), self.clock, opens, closes)
        answer = check_act(self.debate, Act.CHANGE_DEBATE, ACTORS[key], self.now)
        if self.kept(answer, expected):
            drafted = self.debate.published_at is None
            period = Period(at(opens), at(closes)) if drafted else self.debate.period
            self.keep(replace(self.debate, title="Even more trees", period=period))

    def extend(self, key: int, closes: int) -> None:
        expected = self.model.extend(who(key), self.clock, closes)
        self.kept(extend(self.debate, ACTORS[key], at(closes), self.now), expected)

    def close(self, key: int) -> None:
        expected = self.model.close(who(key), self.clock)
        if self.kept(close_early(self.debate, ACTORS[key], self.now), expected):
            self.shut = True
            assert all(count(post.created_at) < self.model.closes for post in self.posts.values())

    def reopen(self, key: int, closes: int) -> None:
        expected = self.model.reopen(who(key), self.clock, closes)
        if self.kept(reopen(self.debate, ACTORS[key], at(closes), self.now), expected):
            self.shut = False

    # Taking part --------------------------------------------------------------------------------

    def post(self, key: int, kind: PostKind, under: int | None, words: int) -> None:
        expected = self.model.post(who(key), self.clock, kind.value, under, words)
        actor, text = ACTORS[key], text_of(kind, words)
        parent = None if under is None else self.posts[under]
        answer = check_posting(self.debate, kind, parent, text, actor, self.now)
        if self.kept(answer, expected):
            number = self.debate.last_number + 1
            self.posts[number] = Post(
                number=number,
                kind=kind,
                contribution=under,
                side=Side.PRO if kind is PostKind.ARGUMENT else None,
                author_key=key,
                author_name=str(key),
                text=text,
                language="en",
                created_at=self.debate.effective(self.now),
            )
            self.tallies[number] = dict.fromkeys(COUNTERS, 0)
            self.keep(replace(self.debate, last_number=number))
            self.took_part()

    def pick(self, pick: int) -> int:
        return pick % len(self.posts) + 1

    def author_or(self, key: int | None, number: int) -> int:
        return self.model.posts[number - 1]["author"] if key is None else key

    @precondition(lambda self: self.model.published)
    @rule(key=PEOPLE, words=WORDS)
    def contribute(self, key: int, words: int) -> None:
        self.post(key, PostKind.CONTRIBUTION, None, words)

    @precondition(lambda self: self.posts)
    @rule(key=PEOPLE, pick=PICK, words=WORDS, kind=st.sampled_from([PostKind.ARGUMENT, PostKind.SOURCE]))
    def reply(self, key: int, pick: int, words: int, kind: PostKind) -> None:
        self.post(key, kind, self.pick(pick), words)

    @precondition(lambda self: self.posts)
    @rule(somebody=AUTHOR, pick=PICK, words=WORDS, read=st.sampled_from([None, 0, 0, -1]))
    def edit(self, somebody: int | None, pick: int, words: int, read: int | None) -> None:
        number = self.pick(pick)
        key = self.author_or(somebody, number)
        before = self.posts[number]
        expected_revision = None if read is None else before.revision + read
        expected = self.model.edit(who(key), self.clock, number, words, expected_revision)
        text = text_of(before.kind, words)
        answer = revise(self.debate, before, text, expected_revision, ACTORS[key], self.now)
        if self.kept(answer, expected):
            assert isinstance(answer, Post)
            assert (answer == before) == (text == before.text)
            if answer != before:
                self.posts[number] = answer
                for (_, voted), vote in self.votes.items():
                    if voted == number:
                        self.count_vote(number, tally_change(before.revision, vote, None))
                        self.count_vote(number, tally_change(answer.revision, None, vote))
                self.keep(self.debate)
                self.took_part()

    @precondition(lambda self: self.posts)
    @rule(somebody=AUTHOR, pick=PICK)
    def withdraw(self, somebody: int | None, pick: int) -> None:
        number = self.pick(pick)
        key = self.author_or(somebody, number)
        expected = self.model.withdraw(who(key), self.clock, number)
        answer = withdraw(self.debate, self.posts[number], ACTORS[key], self.now)
        if self.kept(answer, expected):
            assert isinstance(answer, Post)
            self.posts[number] = answer
            self.keep(self.debate)
            self.took_part()

    @precondition(lambda self: self.posts)
    @rule(key=PEOPLE, pick=PICK, value=VALUES)
    def vote(self, key: int, pick: int, value: str) -> None:
        number = self.pick(pick)
        if value == "agree" and self.posts[number].kind is not PostKind.CONTRIBUTION:
            value = "support"
        expected = self.model.vote(who(key), self.clock, number, value)
        post, before = self.posts[number], self.votes.get((key, number))
        if value == "nothing":
            answer: object = check_voting(self.debate, post, ACTORS[key], self.now)
            after = None
        else:
            answer = cast(self.debate, post, VoteValue(value), ACTORS[key], self.now)
            after = answer if isinstance(answer, Vote) else None
        if self.kept(answer, expected):
            self.votes.pop((key, number), None)
            if after is not None:
                self.votes[key, number] = after
            self.count_vote(number, tally_change(post.revision, before, after))
            self.keep(self.debate)
            self.took_part()

    # What always holds --------------------------------------------------------------------------

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        numbers = list(range(1, len(self.model.posts) + 1))
        assert list(self.posts) == numbers
        assert [post.number for post in self.posts.values()] == numbers
        assert self.debate.last_number == len(numbers)

    @invariant()
    def posts_keep_their_places(self) -> None:
        for number, naive in enumerate(self.model.posts, start=1):
            post = self.posts[number]
            assert post.kind.value == naive["kind"]
            assert post.contribution == naive["under"]
            assert post.revision == naive["revision"]
            assert len(post.text.body) == naive["words"]
            assert (post.state is PostState.WITHDRAWN) == naive["withdrawn"]
            assert count(post.created_at) == naive["at"]

    @invariant()
    def a_person_has_one_vote_and_every_tally_is_a_recount(self) -> None:
        naive = sorted(
            (vote["who"], vote["number"], vote["value"], vote["revision"]) for vote in self.model.votes
        )
        standing = [(*place, vote.value.value, vote.revision) for place, vote in self.votes.items()]
        assert sorted(standing) == naive
        assert len({place[:2] for place in naive}) == len(naive)
        for number, tally in self.tallies.items():
            assert tally == self.model.tally(number)

    @invariant()
    def the_phase_is_that_of_the_model(self) -> None:
        phase = self.debate.phase_at(self.now)
        assert phase.value == self.model.shown_phase(self.clock)
        assert (count(self.debate.period.opens_at), count(self.debate.period.closes_at)) == (
            self.model.opens,
            self.model.closes,
        )
        if self.shut:
            # A close at the very opening left one microsecond, which is that of the close itself.
            assert phase is Phase.CLOSED or count(self.entries[-1]) == self.model.opens

    @invariant()
    def the_journal_is_in_the_order_of_its_instants(self) -> None:
        assert self.entries == sorted(set(self.entries))
        assert len(self.entries) == self.debate.journal_length == self.model.entries
        assert count(self.debate.last_act_at) == self.model.last


TestLife = Life.TestCase
TestLife.settings = settings(examples(80), stateful_step_count=80)
