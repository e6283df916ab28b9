"""Pages that somebody may see first carry their style, so that nobody waits for a second file."""

import base64
import hashlib
import re

import pytest

from consultation.web.statics import carried, stylesheet
from tests.api.worlds import World
from tests.builders import SLUG, Town
from tests.docs.outline import parsed
from tests.web.reader import Reader, address_of

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@pytest.fixture
def address(reader: Reader, town: Town) -> str:
    debate = town.debate()
    town.contribution(debate)
    return f"{address_of(reader.client, debate)}/1"


def sources(policy: str) -> list[str]:
    return dict(part.split(" ", 1) for part in policy.split("; "))["style-src"].split()


def sheets(text: str) -> list[str]:
    return [
        one.attributes["href"] for one in parsed(text).all("link") if one.attributes["rel"] == "stylesheet"
    ]


@pytest.mark.parametrize("door", ["", f"/embed/{SLUG}"])
def test_the_policy_lets_the_style_of_the_page_be_and_no_other(
    reader: Reader, address: str, door: str
) -> None:
    answer = reader.get(f"{door}{address}")
    (style,) = STYLE.findall(answer.text)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert sources(answer.headers["content-security-policy"]) == [f"'sha256-{digest}'"]
    assert sheets(answer.text) == []
    again = reader.get(f"{door}{address}", If_None_Match=answer.headers["etag"])
    assert again.status_code == 304
    assert again.headers["content-security-policy"] == answer.headers["content-security-policy"]


def test_who_has_been_here_before_is_sent_the_address_of_the_style(
    reader: Reader, town: Town, address: str
) -> None:
    for answer in (reader.as_(town.organiser).get(address), reader.get("/sign-in"), reader.get("/nowhere")):
        assert sources(answer.headers["content-security-policy"]) == ["'self'"]
        assert STYLE.findall(answer.text) == []
        assert sheets(answer.text) == [stylesheet().address]


def test_another_colour_is_another_style_with_another_digest(
    reader: Reader, here: World, town: Town, address: str
) -> None:
    before = reader.get(address)
    town.administrator.patch(f"/organisations/{SLUG}", {"accent": "#7a1f3d"})
    here.process.ticks.step(2)  # for so long a process may go by what it knows of a debate
    after = reader.get(address, If_None_Match=before.headers["etag"])
    town.administrator.patch(f"/organisations/{SLUG}", {"accent": ""})
    assert after.status_code == 200
    assert "--accent: #7a1f3d" in STYLE.findall(after.text)[0]
    assert sources(after.headers["content-security-policy"]) == [carried("#7a1f3d").source]
    assert carried("#7a1f3d").source != carried().source


def test_what_a_page_carries_can_neither_end_early_nor_say_more_than_style() -> None:
    text = carried("#7a1f3d").text
    assert not re.search(r"[<\n]|/\*|;\}| [{};]|[{};] ", text)
    assert text.count("{") == text.count("}") == stylesheet("#7a1f3d").body.count(b"{")
