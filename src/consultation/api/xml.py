"""What XML 1.0 can hold."""

import re
from html import escape
from typing import Final

# What is no Char of XML 1.0 (section 2.2); no escape makes it one.
_NO_CHARACTER: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def allowed(value: object) -> object:
    """A text without what XML cannot hold; it was allowed in, in another age or by an import."""
    return _NO_CHARACTER.sub("\ufffd", value) if isinstance(value, str) else value


def element(name: str, value: object) -> str:
    """An element that holds a text and nothing else."""
    return f"<{name}>{escape(str(allowed(value)))}</{name}>"
