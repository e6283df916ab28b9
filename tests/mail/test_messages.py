"""The message with a sign-in code, in each language."""

import re
from html.parser import HTMLParser

import pytest

from consultation.application.ports import Mail
from consultation.localisation.languages import Language
from consultation.mail.messages import sign_in_code_mail


class Page(HTMLParser):
    """The elements, attributes and text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, str | None] = {}
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def code_mail(
    code: str = "042137",
    valid_minutes: int = 10,
    service_name: str = "Consultations de Liège",
    language: Language = Language.FR,
) -> Mail:
    return sign_in_code_mail("camille@mail.example", code, valid_minutes, service_name, language)


def page_of(mail: Mail) -> Page:
    assert mail.html is not None
    return Page(mail.html)


def test_the_french_message() -> None:
    mail = code_mail()
    assert mail.to == "camille@mail.example"
    assert mail.language == "fr"
    assert mail.subject == "Votre code de connexion à Consultations de Liège"
    assert mail.text == (
        "Bonjour,\n\n"
        "Voici votre code de connexion à Consultations de Liège\u202f:\n\n"
        "    042137\n\n"
        "Saisissez-le sur la page où vous l’avez demandé. "
        "Il est valable pendant 10 minutes et ne sert qu’une fois.\n\n"
        "Si vous n’avez pas demandé ce code, vous n’avez rien à faire\u202f: sans lui, personne ne "
        "peut se connecter à votre place. Ne le donnez à personne, même à quelqu’un qui dit "
        "travailler pour nous.\n\n"
        "Consultations de Liège\n"
        "Ce message est envoyé automatiquement\u202f; une réponse ne serait pas lue.\n"
    )


@pytest.mark.parametrize("language", Language)
def test_the_code_stands_alone_on_its_line_and_not_in_the_subject(language: Language) -> None:
    mail = code_mail(language=language)
    assert "042137" in [line.strip() for line in mail.text.splitlines()]
    assert mail.text.count("042137") == 1
    assert page_of(mail).text.count("042137") == 1
    assert "042137" not in mail.subject


@pytest.mark.parametrize("language", Language)
def test_nothing_in_the_message_is_a_link_or_loads_anything(language: Language) -> None:
    mail = code_mail(language=language)
    assert "://" not in mail.text
    page = page_of(mail)
    assert page.tags & {"a", "img", "link", "script", "form", "iframe", "style"} == set()
    assert page.attributes.keys() & {"href", "src", "action", "background"} == set()


@pytest.mark.parametrize("language", Language)
def test_html_says_what_the_text_says(language: Language) -> None:
    mail = code_mail(language=language)
    page = page_of(mail)
    assert page.attributes["lang"] == mail.language == language.value
    for line in filter(None, mail.text.splitlines()):
        assert line.strip() in page.text
    assert mail.subject in page.text


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        (Language.FR, "pendant 1 minute et", "pendant 15 minutes et"),
        (Language.NL, "is 1 minuut geldig", "is 15 minuten geldig"),
        (Language.DE, "gilt 1 Minute lang", "gilt 15 Minuten lang"),
        (Language.EN, "for 1 minute and", "for 15 minutes and"),
    ],
)
def test_it_says_for_how_long_the_code_is_valid(language: Language, one: str, many: str) -> None:
    assert one in code_mail(valid_minutes=1, language=language).text
    assert many in code_mail(valid_minutes=15, language=language).text


def test_a_name_with_braces_and_markup_stays_a_name() -> None:
    mail = code_mail(service_name="<b>{code}</b> & co")
    assert "<b>{code}</b> & co" in mail.text
    assert "<b>{code}</b> & co" in mail.subject
    assert mail.html is not None
    assert "&lt;b&gt;{code}&lt;/b&gt; &amp; co" in mail.html
    assert not re.search("<b>", mail.html)
