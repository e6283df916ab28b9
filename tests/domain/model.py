"""What a debate should do, written a second time and naively: the oracle of the state machine.

Nothing here comes from the domain. Time is a count of microseconds, people and posts are plain
lists and dicts, and every answer is "ok" or the code of the refusal.
"""

from typing import Any, TypedDict

STAFF = ("moderator", "organiser", "administrator")
ORGANISERS = ("organiser", "administrator")


class Who(TypedDict):
    """Somebody: `key` 0 is nobody in particular."""

    key: int
    roles: list[str]


class NaiveDebate:
    """A debate as a child would keep it."""

    def __init__(self, opens: int, closes: int, now: int) -> None:
        self.opens = opens
        self.closes = closes
        self.published = False
        self.last = now
        self.entries = 1
        self.posts: list[dict[str, Any]] = []
        self.votes: list[dict[str, Any]] = []

    def time(self, clock: int) -> int:
        """The clock, unless something already happened at or after what it shows."""
        return clock if clock > self.last else self.last + 1

    def shown_phase(self, clock: int) -> str:
        """What readers are told."""
        return self.phase_of(max(self.last, clock))

    def phase(self, clock: int) -> str:
        """What the next act meets."""
        return self.phase_of(self.time(clock))

    def phase_of(self, now: int) -> str:
        if now < self.opens:
            return "upcoming"
        if now >= self.closes:
            return "closed"
        return "open"

    def happened(self, clock: int) -> None:
        self.last = self.time(clock)
        self.entries += 1

    def role(self, who: Who, allowed: tuple[str, ...]) -> str:
        if who["key"] == 0:
            return "sign_in_required"
        for role in who["roles"]:
            if role in allowed:
                return "ok"
        return "not_permitted"

    def hidden_from(self, who: Who) -> bool:
        return not self.published and self.role(who, STAFF) != "ok"

    def taking_part(self, who: Who, clock: int) -> str:
        if self.hidden_from(who):
            return "debate_not_found"
        if not self.published:
            return "debate_not_published"
        phase = self.phase(clock)
        if phase == "upcoming":
            return "period_not_open"
        if phase == "closed":
            return "period_closed"
        return "ok" if who["key"] else "sign_in_required"

    def running(self, who: Who, allowed: tuple[str, ...]) -> str:
        if self.hidden_from(who):
            return "debate_not_found"
        return self.role(who, allowed)

    # Running the consultation.

    def change(self, who: Who, clock: int, opens: int, closes: int) -> str:
        answer = self.running(who, ORGANISERS)
        if answer == "ok" and self.published and self.phase(clock) == "closed":
            answer = "period_closed"
        if answer == "ok":
            if not self.published:
                self.opens, self.closes = opens, closes
            self.happened(clock)
        return answer

    def publish(self, who: Who, clock: int) -> str:
        answer = self.running(who, ORGANISERS)
        if answer == "ok" and self.published:
            answer = "debate_already_published"
        if answer == "ok" and self.time(clock) >= self.closes:
            answer = "closing_in_the_past"
        if answer == "ok":
            self.published = True
            self.happened(clock)
        return answer

    def extend(self, who: Who, clock: int, closes: int) -> str:
        answer = self.running(who, ORGANISERS)
        if answer == "ok" and not self.published:
            answer = "debate_not_published"
        if answer == "ok" and self.phase(clock) == "closed":
            answer = "period_closed"
        if answer == "ok" and closes <= self.closes:
            answer = "closing_not_later"
        if answer == "ok":
            self.closes = closes
            self.happened(clock)
        return answer

    def close(self, who: Who, clock: int) -> str:
        answer = self.running(who, STAFF)
        if answer == "ok" and not self.published:
            answer = "debate_not_published"
        if answer == "ok" and self.phase(clock) == "upcoming":
            answer = "period_not_open"
        if answer == "ok" and self.phase(clock) == "closed":
            answer = "period_closed"
        if answer == "ok":
            now = self.time(clock)
            self.closes = now if now > self.opens else self.opens + 1
            self.happened(clock)
        return answer

    def reopen(self, who: Who, clock: int, closes: int) -> str:
        answer = self.running(who, ORGANISERS)
        if answer == "ok" and not self.published:
            answer = "debate_not_published"
        if answer == "ok" and self.phase(clock) != "closed":
            answer = "period_not_closed"
        if answer == "ok" and closes <= self.time(clock):
            answer = "closing_in_the_past"
        if answer == "ok":
            self.closes = closes
            self.happened(clock)
        return answer

    # Taking part.

    def post(self, who: Who, clock: int, kind: str, under: int | None, words: int) -> str:
        """`words` counts the characters of the body; a contribution needs 20, an argument 3."""
        answer = self.taking_part(who, clock)
        if answer == "ok" and under is not None:
            parent = self.posts[under - 1]
            if parent["kind"] != "contribution":
                answer = "not_a_contribution"
            elif parent["withdrawn"]:
                answer = "post_withdrawn"
        if answer == "ok" and words < {"contribution": 20, "argument": 3, "source": 0}[kind]:
            answer = "text_too_short"
        if answer == "ok":
            self.posts.append(
                {
                    "kind": kind,
                    "under": under,
                    "author": who["key"],
                    "words": words,
                    "revision": 1,
                    "withdrawn": False,
                    "at": self.time(clock),
                }
            )
            self.happened(clock)
        return answer

    def own(self, who: Who, clock: int, number: int) -> str:
        answer = self.taking_part(who, clock)
        if answer == "ok" and self.posts[number - 1]["author"] != who["key"]:
            answer = "not_author"
        if answer == "ok" and self.posts[number - 1]["withdrawn"]:
            answer = "post_withdrawn"
        return answer

    def edit(self, who: Who, clock: int, number: int, words: int, read: int | None) -> str:
        answer = self.own(who, clock, number)
        post = self.posts[number - 1]
        if answer == "ok" and read is not None and read != post["revision"]:
            answer = "revision_outdated"
        if answer == "ok" and words < {"contribution": 20, "argument": 3, "source": 0}[post["kind"]]:
            answer = "text_too_short"
        if answer == "ok" and words != post["words"]:
            post["words"] = words
            post["revision"] += 1
            self.happened(clock)
        return answer

    def withdraw(self, who: Who, clock: int, number: int) -> str:
        answer = self.own(who, clock, number)
        if answer == "ok":
            self.posts[number - 1]["withdrawn"] = True
            self.happened(clock)
        return answer

    def vote(self, who: Who, clock: int, number: int, value: str) -> str:
        """`value` "nothing" takes the vote back."""
        answer = self.taking_part(who, clock)
        post = self.posts[number - 1]
        if answer == "ok" and post["withdrawn"]:
            answer = "post_withdrawn"
        if answer == "ok" and value != "nothing" and (value == "support") == (post["kind"] == "contribution"):
            answer = "vote_value_unknown"
        if answer == "ok":
            kept = [vote for vote in self.votes if (vote["who"], vote["number"]) != (who["key"], number)]
            if value != "nothing":
                revision = post["revision"]
                kept.append({"who": who["key"], "number": number, "value": value, "revision": revision})
            self.votes = kept
            self.happened(clock)
        return answer

    def tally(self, number: int) -> dict[str, int]:
        """Counted from the votes one by one."""
        tally = {"agree": 0, "mixed": 0, "disagree": 0, "support": 0, "on_earlier_revisions": 0}
        for vote in self.votes:
            if vote["number"] == number:
                tally[vote["value"]] += 1
                if vote["revision"] < self.posts[number - 1]["revision"]:
                    tally["on_earlier_revisions"] += 1
        return tally
