"""The JSON Schema of a line, made from the classes that read it.

`python -m consultation.exchange.debate_jsonl.schema > debate-jsonl-1.schema.json`
"""

import json
import sys
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from consultation.exchange.debate_jsonl.lines import LINE

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class _Untitled(GenerateJsonSchema):
    """Leaves out titles that only repeat the names of fields."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - asked for every field
        """Never."""
        return False


def schema_text() -> str:
    """The schema as it is published."""
    found = LINE.json_schema(schema_generator=_Untitled)
    schema: dict[str, Any] = {
        "$schema": _DIALECT,
        "title": "debate-jsonl, version 1",
        "description": "One line of a file that holds a whole debate. See docs/debate-jsonl.md.",
    }
    return json.dumps(schema | found, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
