"""How many statements forms of pages run: no more than the same acts of the interface may."""

import pytest

from tests.api.worlds import World
from tests.builders import Town
from tests.web.reader import Reader, address_of
from tests.web.sender import form_on, post, send, went_to

WRITES = 8


@pytest.mark.parametrize("act", ["contribute", "argue", "vote"])
def test_a_form_that_is_taken_runs_few_statements(reader: Reader, here: World, town: Town, act: str) -> None:
    debate = town.debate()
    number = town.contribution(debate)
    address = address_of(reader.client, debate)
    camille = reader.as_(town.citizen(here.name()))
    page = f"{address}/{act}" if act == "contribute" else f"{address}/{number}/{act}"
    opened = camille.get(page)
    if act == "vote":
        with here.statements() as seen:
            went_to(post(camille, page, {"value": "agree"}))
    else:
        text = "Un arbre dans chaque rue qui n’en a pas encore."
        filled = form_on(opened, f"/{act}").with_(title="Des arbres", body=text, side="pro")
        with here.statements() as seen:
            went_to(send(camille, filled))
    assert len(seen) <= WRITES, seen
