"""Every page with a form, in every language: whole, labelled, described, and its ids its own."""

from collections.abc import Iterator

import pytest

from tests.builders import Town
from tests.docs.outline import Page, parsed
from tests.web.reader import Reader, address_of
from tests.web.sender import Filled, form_on, send

LANGUAGES = ("fr", "nl", "de", "en")
UNTYPED = {"hidden", "submit", "button"}


class Thread:
    """A contribution with a reply of each kind, all by one author."""

    def __init__(self, town: Town) -> None:
        self.author = town.citizen("autrice")
        self.debate = town.debate()
        self.number = town.contribution(self.debate, self.author)
        self.argument = town.argument(self.debate, self.number, "contra", self.author)
        told = {"title": "Arbres et chaleur", "link": "https://example.org/arbres"}
        path = f"/debates/{self.debate}/contributions/{self.number}/sources"
        self.source = self.author.post(path, told).json()["number"]

    def pages(self) -> Iterator[str]:
        """The addresses of its forms, behind that of the debate."""
        yield ""
        yield "/contribute"
        yield "/code"
        for number in (self.number, self.argument, self.source):
            yield f"/{number}"
            for act in ("edit", "withdraw", "vote", "report", "notice"):
                yield f"/{number}/{act}"
        yield f"/{self.number}/argue"
        yield f"/{self.number}/source"


def check(page: Page, language: str) -> None:
    """What holds for every page with a form."""
    assert page.one("html").attributes["lang"] == language
    assert len(page.all("h1")) == 1
    ids = page.ids
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    labelled = {label.attributes.get("for") for label in page.all("label")}
    for field in page.all("input", "textarea", "select"):
        had = field.attributes
        if had.get("type") in {*UNTYPED, "radio", "checkbox"} or had.get("aria-hidden") or "tabindex" in had:
            continue
        assert had.get("id") in labelled or had["name"] in {"q", "sort", "theme"}, had
        assert set(had.get("aria-describedby", "").split()) <= set(ids), had
    for form in page.all("form"):
        assert form.attributes.get("method", "get") == "get" or form.attributes["action"].startswith("/")
    for button in page.all("button"):
        assert button.text.strip(), button.attributes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_whole_for_the_author_for_others_and_for_strangers(
    reader: Reader, town: Town, language: str
) -> None:
    thread = Thread(town)
    address = address_of(reader.client, thread.debate)
    for who in (reader, reader.as_(thread.author), reader.as_(town.citizen("lectrice"))):
        for path in thread.pages():
            answer = who.get(f"/{language}{address}{path}")
            assert answer.status_code == 200, (path, answer.text)
            check(parsed(answer.text), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_that_is_refused_is_whole(reader: Reader, town: Town, language: str) -> None:
    thread = Thread(town)
    address = f"/{language}{address_of(reader.client, thread.debate)}"
    author = reader.as_(thread.author)
    writing = ("/contribute", f"/{thread.number}/argue", f"/{thread.number}/source")
    editing = tuple(f"/{number}/edit" for number in (thread.number, thread.argument, thread.source))
    forms: list[Filled] = [
        form_on(author.get(address + path), path).with_(title="", body="", link="ftp://x")
        for path in (*writing, *editing)
    ]
    forms.append(form_on(author.get(f"{address}/{thread.number}/report"), "/report"))
    forms += [form_on(author.get(f"/{language}{path}"), path) for path in ("/account/erase",)]
    forms.append(form_on(author.get(f"/{language}/account"), "/account").with_(name=""))
    forms.append(form_on(reader.get(f"/{language}/sign-in"), "/sign-in").with_(email="x"))
    notice = f"{address}/{thread.number}/notice"
    forms.append(form_on(reader.get(notice), "/notice").with_(email="x"))
    forms.append(form_on(reader.get(notice), "/notice").with_(text="Trop court.", good_faith="yes"))
    for form in forms:
        who = reader if form.action.endswith(("sign-in", "notice")) else author
        answer = send(who, form)
        assert answer.status_code == 422, (form, answer.text)
        page = parsed(answer.text)
        check(page, language)
        assert "summary" in page.ids
        led = [link.attributes["href"] for link in page.all("a") if "#field-" in link.attributes["href"]]
        assert led, form.action
        assert {href[1:] for href in led} <= set(page.ids), led


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_leads_to_signing_in_and_is_kept_there(reader: Reader, town: Town, language: str) -> None:
    thread = Thread(town)
    address = f"/{language}{address_of(reader.client, thread.debate)}"
    for path in ("/contribute", f"/{thread.number}/argue?side=pro", f"/{thread.number}/report"):
        form = form_on(reader.get(address + path), path.partition("?")[0])
        typed = {"title": "Des arbres", "body": "Un arbre dans chaque rue.", "reason": "spam"}
        answer = send(reader, form.with_(**typed))
        assert answer.status_code == 401
        page = parsed(answer.text)
        check(page, language)
        assert form_on(answer, "/sign-in/resume", 401).values["kept"]
