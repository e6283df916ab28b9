"""The messages of the service, in each language."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from uuid import UUID

import pytest

from consultation.application.invitations import Invited
from consultation.application.ports import Invitation, Mail, Organisation
from consultation.domain.actors import Role
from consultation.domain.membership import INVITATION_LIFETIME
from consultation.localisation.languages import Language
from consultation.mail.messages import invitation_mail, sign_in_code_mail


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


TOKEN = "3q2-7wEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJo"
NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)


def offer_mail(
    language: Language = Language.FR, organisation: str = "Ville de Liège", role: Role = Role.MODERATOR
) -> Mail:
    expires_at = NOW + INVITATION_LIFETIME
    invited = Invited(
        Organisation(1, UUID(int=1), "liege", organisation, "fr", "Europe/Brussels"),
        Invitation(UUID(int=2), "camille@mail.example", role, NOW, expires_at),
        TOKEN,
        language.value,
    )
    return invitation_mail(invited, "Consultations", "https://consultation.example")


def test_the_french_invitation() -> None:
    mail = offer_mail()
    assert (mail.to, mail.language) == ("camille@mail.example", "fr")
    assert mail.subject == "Invitation sur Consultations"
    assert mail.text == (
        "Bonjour,\n\n"
        "Ville de Liège vous invite à travailler à ses consultations sur Consultations, avec le rôle "
        "suivant\u202f: modérateur.\n\n"
        "Pour accepter, connectez-vous sur https://consultation.example, avec le compte de votre choix, "
        "puis donnez ce code d’invitation\u202f:\n\n"
        f"    {TOKEN}\n\n"
        "Il est valable pendant 7 jours et ne sert qu’une fois.\n\n"
        "Si vous n’attendiez pas cette invitation, vous n’avez rien à faire\u202f: sans réponse de votre "
        "part, rien ne change et votre adresse est effacée. Ne donnez ce code à personne\u202f: qui le "
        "possède peut accepter à votre place.\n\n"
        "Consultations\n"
        "Ce message est envoyé automatiquement\u202f; une réponse ne serait pas lue.\n"
    )


@pytest.mark.parametrize("language", Language)
def test_the_code_of_an_invitation_stands_alone_and_in_no_link(language: Language) -> None:
    mail = offer_mail(language)
    assert TOKEN in [line.strip() for line in mail.text.splitlines()]
    assert mail.text.count(TOKEN) == page_of(mail).text.count(TOKEN) == 1
    assert TOKEN not in mail.subject
    page = page_of(mail)
    assert page.tags & {"a", "img", "link", "script", "form", "iframe", "style"} == set()
    assert page.attributes["lang"] == mail.language == language.value
    for line in filter(None, mail.text.splitlines()):
        assert line.strip() in page.text


@pytest.mark.parametrize("language", Language)
def test_an_invitation_names_each_role_differently(language: Language) -> None:
    assert len({offer_mail(language, role=role).text for role in Role}) == len(Role)


def test_an_organisation_with_braces_and_markup_stays_a_name() -> None:
    mail = offer_mail(organisation="<b>{code}</b> & co")
    assert "<b>{code}</b> & co vous invite" in mail.text
    assert "&lt;b&gt;{code}&lt;/b&gt; &amp; co vous invite" in (mail.html or "")
    assert "co" not in mail.subject.split()
