"""What no other site can do with the forms of our pages, whoever its visitor is."""

import pytest

from tests.builders import Town
from tests.web.reader import Reader, address_of
from tests.web.sender import form_on, post

TEXT = "Un arbre dans chaque rue, choisi avec les riverains."


@pytest.fixture
def address(reader: Reader, town: Town) -> str:
    return address_of(reader.client, town.debate())


@pytest.mark.parametrize("intent", ["", "preview", "edit"])
def test_no_other_site_puts_its_words_into_a_page_of_ours(reader: Reader, address: str, intent: str) -> None:
    """Browsers send no cookie along: who is signed in would see a form, or one that waits, and a button."""
    values = {"title": "Des mots d’ailleurs", "body": TEXT, "intent": intent}
    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "cross-site", "Origin": "null"}):
        answer = post(reader, f"{address}/contribute", values, **headers)
        assert answer.status_code == 403
        assert "Des mots d’ailleurs" not in answer.text
    kept = form_on(post(reader, f"{address}/contribute", values | {"intent": ""}), "/sign-in", 401).values[
        "kept"
    ]
    for path in ("/sign-in", "/sign-in/code", "/sign-in/resume"):
        answer = post(reader, path, {"kept": kept}, Sec_Fetch_Site="cross-site")
        assert answer.status_code == 403, path
        assert "Des mots d’ailleurs" not in answer.text
