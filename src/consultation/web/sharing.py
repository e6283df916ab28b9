"""What a page says of itself to search engines: schema.org as JSON-LD, in a block that nothing runs."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from consultation.application.readers import Document
from consultation.domain.journal import format_instant

if TYPE_CHECKING:
    from markupsafe import Markup

Excerpt = Callable[[str], str]
LOCALES: Final = {"fr": "fr_FR", "nl": "nl_NL", "de": "de_DE", "en": "en_GB"}
"""Languages as Open Graph writes them."""
# As in https://html.spec.whatwg.org/#restrictions-for-contents-of-script-elements: no "<" is left.
_ESCAPES: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def debate_data(debate: Document, excerpt: Excerpt) -> "Markup":
    """A debate as a `DiscussionForumPosting` of its organisation."""
    owner, counts = debate["organisation"], debate["counts"]
    said = counts["contributions"] + counts["arguments_pro"] + counts["arguments_contra"]
    return _block(
        {
            "headline": debate["title"],
            "text": excerpt(debate["description"]) or debate["title"],
            "url": debate["url"],
            "inLanguage": debate["lang"],
            "datePublished": _instant(debate["published_at"]),
            "author": {"@type": "Organization", "name": owner["name"]},
            "interactionStatistic": [_counted("CommentAction", said)],
        }
    )


def contribution_data(contribution: Document, debate: Document, excerpt: Excerpt) -> "Markup":
    """A visible contribution as a `DiscussionForumPosting`, part of its debate."""
    counts, name = contribution["counts"], contribution["author"]["name"]
    data = {
        "headline": contribution["title"],
        "text": excerpt(contribution["body"]),
        "url": contribution["url"],
        "inLanguage": contribution["lang"],
        "datePublished": _instant(contribution["created_at"]),
        "author": {"@type": "Person", "name": name or "—"},
        "isPartOf": {"@type": "DiscussionForumPosting", "headline": debate["title"], "url": debate["url"]},
        "interactionStatistic": [
            _counted("CommentAction", counts["pro"] + counts["contra"]),
            _counted("LikeAction", contribution["tally"]["agree"]),
            _counted("DislikeAction", contribution["tally"]["disagree"]),
        ],
    }
    if contribution["revised_at"] is not None:
        data["dateModified"] = _instant(contribution["revised_at"])
    return _block(data)


def _counted(action: str, count: int) -> Document:
    return {
        "@type": "InteractionCounter",
        "interactionType": f"https://schema.org/{action}",
        "userInteractionCount": count,
    }


def _instant(value: datetime | str) -> str:
    return value if isinstance(value, str) else format_instant(value)


def _block(data: dict[str, Any]) -> "Markup":
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    whole = {"@context": "https://schema.org", "@type": "DiscussionForumPosting", **data}
    return Markup(orjson.dumps(whole).decode().translate(_ESCAPES))  # nosec B704  # noqa: S704 - no "<" is left
