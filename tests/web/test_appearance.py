"""The look of the pages: one stylesheet, its tokens, and the colour of an organisation."""

import re
from pathlib import Path

import pytest

from consultation.domain.appearance import DARK_GROUND, LIGHT_GROUND, contrast
from consultation.web import site
from tests.api.worlds import World
from tests.builders import SLUG, Town
from tests.web.reader import Reader, address_of

STYLES = (Path(site.__file__).parent / "static" / "style.css").read_text("utf-8")


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", block))


def schemes() -> dict[str, dict[str, str]]:
    light, dark = (tokens(block) for block in re.findall(r":root \{(.*?)\}", STYLES, re.DOTALL)[:2])
    return {"light": light, "dark": light | dark}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_seven_times_as_light_or_dark_as_its_ground(scheme: str) -> None:
    colours = schemes()[scheme]
    for ground in ("paper", "shade"):
        for text in ("ink", "quiet", "accent"):
            assert contrast(colours[text], colours[ground]) >= 7, (text, ground)
        for line in ("edge", "pro", "contra", "between"):
            assert contrast(colours[line], colours[ground]) >= 3, (line, ground)


def test_the_rule_for_accents_looks_at_the_grounds_of_the_pages() -> None:
    assert (schemes()["light"]["shade"], schemes()["dark"]["shade"]) == (LIGHT_GROUND, DARK_GROUND)


def test_colours_stand_in_tokens_only_and_nothing_comes_from_elsewhere() -> None:
    rules = re.sub(r":root \{.*?\}", "", STYLES, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgb|hsl", rules) == []
    assert not re.search(r"url\(|@import|@font-face|!important", STYLES)


def test_an_organisation_has_its_own_colour_on_its_pages(reader: Reader, here: World, town: Town) -> None:
    debate = town.debate()
    pages = [f"/{SLUG}", f"{address_of(reader.client, debate)}/contribute"]

    def sheets() -> set[str]:
        here.process.ticks.step(2)  # for so long a process may go by what it knows of a debate
        links = [reader.read(page).all("link")[0].attributes["href"] for page in pages]
        return set(links)

    (plain,) = sheets()
    address = f"/organisations/{SLUG}"
    changed = town.administrator.patch(address, {"accent": "#7a1f3d"})
    assert changed.json()["accent"] == "#7a1f3d"
    (coloured,) = sheets()
    assert coloured.endswith(".7a1f3d.css")
    assert "--accent: #7a1f3d;" in reader.get(coloured).text
    assert reader.get(plain).status_code == 200
    assert town.anonymous.get(f"/debates/{debate}").json()["organisation"]["accent"] == "#7a1f3d"
    assert town.administrator.patch(address, {"accent": ""}).json()["accent"] is None
    assert sheets() == {plain}


def test_a_colour_that_not_everybody_can_read_is_refused_with_one_that_would_do(town: Town) -> None:
    address = f"/organisations/{SLUG}"
    refused = town.administrator.patch(address, {"accent": "#ffcc00"})
    assert (refused.status_code, refused.json()["code"]) == (422, "accent_too_pale")
    assert refused.json()["contrast"] == "1.3"
    suggested = town.administrator.patch(address, {"accent": refused.json()["suggestion"]})
    assert suggested.status_code == 200
    town.administrator.patch(address, {"accent": ""})


@pytest.mark.parametrize(
    "name", ["style.css", "style.000000000000.css", "..%2Fsite.py", "style.{}.ffcc00.css"]
)
def test_no_other_address_leads_to_a_file(reader: Reader, name: str) -> None:
    digest = reader.read("/").all("link")[0].attributes["href"].split(".")[1]
    assert reader.get(f"/static/{name.format(digest)}").status_code == 404
