"""Search over analysed words (see `application.search`), the same on both databases."""

from sqlalchemy import ColumnElement, Table, and_, false, literal


def matching(table: Table, terms: list[str]) -> ColumnElement[bool]:
    """Does a row of posts or debates hold all of these analysed words?

    Without any word nothing matches.
    """
    if not terms:
        return false()
    padded = literal(" ") + table.c.search_terms + literal(" ")
    return and_(*(padded.contains(f" {term} ", autoescape=True) for term in terms))
