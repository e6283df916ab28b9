"""The examples of the page on identity providers are settings that the service takes."""

import json
import re
from pathlib import Path

from consultation.settings import OidcProvider, Settings

PAGE = (Path(__file__).parents[2] / "docs/identity-providers.md").read_text("utf-8")


def examples() -> dict[str, str]:
    """The JSON lists of the page, by the slug of their provider."""
    blocks = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return {json.loads(block)[0]["slug"]: block for block in blocks}


def test_every_example_is_a_setting() -> None:
    assert set(examples()) == {"compte-ville", "franceconnect", "itsme"}
    for slug, block in examples().items():
        settings = Settings.model_validate({"oidc_providers": json.loads(block)})
        assert [provider.slug for provider in settings.oidc_providers] == [slug]


def test_the_page_names_every_member() -> None:
    table = PAGE.partition("## For the whole service")[2].partition("## For one organisation")[0]
    named = {
        name
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert named == set(OidcProvider.model_fields)
