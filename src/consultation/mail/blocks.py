"""Messages of paragraphs and links, as plain text and as a page that says the same."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from consultation.application.ports import Mail

_PAGE: Final = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{subject}</title>
</head>
<body style="max-width:36em;margin:0 auto;padding:24px;font:18px/1.55 system-ui,sans-serif">
{body}
</body>
</html>
"""
"""Nothing in it is loaded."""

# What a debate's title may hold and a header may not, the beginning of an encoded word among it.
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+|=(?=\?)")
_BLANKS: Final = re.compile(r"[^\S\u00a0\u202f]+")
_LONGEST_EXCERPT: Final = 90
_LONGEST_SUBJECT: Final = 160


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, and where its last line links to, if anywhere.

    `title` blocks begin a part of the message; an `item` belongs to the blocks around it.
    """

    text: str
    address: str | None = None
    is_title: bool = False

    def plain(self) -> str:
        """As plain text: the address alone on its line, where programs and people find it."""
        return self.text if self.address is None else f"{self.text}\n{self.address}"

    def html(self) -> str:
        """As a part of a page; line breaks of a quoted text stay."""
        words = escape(self.text).replace("\n", "<br>")
        if self.is_title:
            words = f"<strong>{words}</strong>"
        if self.address is None:
            return f"<p>{words}</p>"
        address = escape(self.address)
        return f'<p>{words}<br><a href="{address}" style="overflow-wrap:anywhere">{address}</a></p>'


def message(
    to: str,
    subject: str,
    blocks: Sequence[Block],
    language: str,
    *,
    list_id: str | None = None,
    unsubscribe: str | None = None,
) -> Mail:
    """A message of these paragraphs."""
    subject = subject_of(subject)
    body = "\n".join(block.html() for block in blocks)
    return Mail(
        to=to,
        subject=subject,
        text="\n\n".join(block.plain() for block in blocks) + "\n",
        html=_PAGE.format(language=language, subject=escape(subject), body=body),
        language=language,
        list_id=list_id,
        unsubscribe=unsubscribe,
    )


def subject_of(words: str) -> str:
    """Words that somebody chose, fit for a subject and not too long for one."""
    return shortened(_UNFIT.sub(" ", words), _LONGEST_SUBJECT)


def shortened(words: str, longest: int = _LONGEST_EXCERPT) -> str:
    """The beginning of a text, on one line."""
    line = _BLANKS.sub(" ", words).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
