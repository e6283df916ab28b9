"""Where the browser goes after a text was sent: to the text, or to where it says that it waits."""

from consultation.application.holding import Held
from consultation.application.posts import Accepted

HELD = "held"
"""What `done` says in the address when a text waits for its publication."""


def place_of_sent(debate_path: str, sent: Accepted, done: str) -> str:
    """The address to go on to, of a debate whose page has this path."""
    if not isinstance(sent, Held):
        number = sent.post.number
        return f"{debate_path}/{number}?done={done}#post-{number}"
    under = sent.held.revises or sent.held.contribution
    page = debate_path if under is None else f"{debate_path}/{under}"
    return f"{page}?done={HELD}#held-{sent.held.uid}"
