"""Who takes part in a debate: whoever has a post or a vote there."""

from sqlalchemy import ColumnElement, bindparam, exists, or_, select

from consultation.persistence.tables import posts, votes


def takes_part(*, besides_a_vote: bool = False) -> ColumnElement[bool]:
    """Does the person take part in the debate, perhaps apart from a vote on the post of this number?"""
    own_posts, own_votes = posts.alias("own_posts"), votes.alias("own_votes")
    # A column of the index is selected: with `SELECT *`, EXISTS's usual form, SQLite does without the
    # covering index of a table without rowid and walks through all votes of the debate.
    posted = select(own_posts.c.author_key).where(
        own_posts.c.author_key == bindparam("person_key"), own_posts.c.debate_key == bindparam("debate_key")
    )
    voted = select(own_votes.c.person_key).where(
        own_votes.c.person_key == bindparam("person_key"), own_votes.c.debate_key == bindparam("debate_key")
    )
    if besides_a_vote:
        voted = voted.where(own_votes.c.number != bindparam("number"))
    return or_(exists(posted), exists(voted))
