"""An organisation's own words for a reason of moderation, as documents and refusals bear them."""

from collections.abc import Mapping


def worded(words: Mapping[str, str], language: str, reason: str | None) -> dict[str, str | None]:
    """The words for a reason and the language that they are in, both None where the organisation has none."""
    own = words.get(reason or "")
    return {"reason_words": own, "reason_lang": None if own is None else language}
