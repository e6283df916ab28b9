"""The messages that the service sends, in the language of the person."""

from html import escape
from typing import Final

from consultation.application.invitations import Invited
from consultation.application.ports import Mail
from consultation.domain.membership import INVITATION_LIFETIME
from consultation.localisation.languages import Language
from consultation.localisation.words import plural, text

_PAGE: Final = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{subject}</title>
</head>
<body style="max-width:36em;margin:0 auto;padding:24px;font:18px/1.55 system-ui,sans-serif">
%s
<p>{service_name}<br>{automatic}</p>
</body>
</html>
"""
"""Nothing in it is loaded or linked."""

_CODE_PAGE: Final = (
    _PAGE
    % """\
<p>{greeting}</p>
<p>{lead}</p>
<p style="font:bold 36px/1.2 ui-monospace,monospace;letter-spacing:0.2em">{code}</p>
<p>{validity}</p>
<p>{unasked}</p>"""
)
_INVITATION_PAGE: Final = (
    _PAGE
    % """\
<p>{greeting}</p>
<p>{lead}</p>
<p>{how}</p>
<p style="font:bold 18px/1.4 ui-monospace,monospace;overflow-wrap:anywhere">{code}</p>
<p>{validity}</p>
<p>{unasked}</p>"""
)
"""The characters of a code stay together when they are copied."""


def sign_in_code_mail(to: str, code: str, valid_minutes: int, service_name: str, language: Language) -> Mail:
    """The message with a sign-in code.

    The code stands alone on its line. There is no link: what signs in is typed, on the page
    where the person asked for it, so neither a mail scanner nor a forwarded message can do it.
    """
    words = {
        "subject": text("mail.code.subject", language, service_name=service_name),
        "greeting": text("mail.code.greeting", language),
        "lead": text("mail.code.lead", language, service_name=service_name),
        "code": code,
        "validity": plural("mail.code.validity", valid_minutes, language),
        "unasked": text("mail.code.unasked", language),
        "service_name": service_name,
        "automatic": text("mail.code.automatic", language),
    }
    plain = "{greeting}\n\n{lead}\n\n    {code}\n\n{validity}\n\n{unasked}\n\n{service_name}\n{automatic}\n"
    page = {name: escape(word) for name, word in words.items()}
    return Mail(
        to=to,
        subject=words["subject"],
        text=plain.format_map(words),
        html=_CODE_PAGE.format(language=language.value, **page),
        language=language.value,
    )


def invitation_mail(invited: Invited, service_name: str, address: str) -> Mail:
    """The message that offers a role; `address` is that of the service.

    The code stands alone on its line, and no link holds it: it is given by somebody who has
    signed in, so that neither a mail scanner nor a page's address can spend or leak it.
    """
    language = Language(invited.locale)
    words = {
        "subject": text("mail.invitation.subject", language, service_name=service_name),
        "greeting": text("mail.code.greeting", language),
        "lead": text(
            "mail.invitation.lead",
            language,
            organisation=invited.organisation.name,
            service_name=service_name,
            role=text(f"word.role.{invited.invitation.role}", language),
        ),
        "how": text("mail.invitation.how", language, address=address),
        "code": invited.token,
        "validity": plural("mail.invitation.validity", INVITATION_LIFETIME.days, language),
        "unasked": text("mail.invitation.unasked", language),
        "service_name": service_name,
        "automatic": text("mail.code.automatic", language),
    }
    plain = (
        "{greeting}\n\n{lead}\n\n{how}\n\n    {code}\n\n{validity}\n\n{unasked}\n\n"
        "{service_name}\n{automatic}\n"
    )
    page = {name: escape(word) for name, word in words.items()}
    return Mail(
        to=invited.invitation.email or "",
        subject=words["subject"],
        text=plain.format_map(words),
        html=_INVITATION_PAGE.format(language=language.value, **page),
        language=language.value,
    )


def unused_account_mail(to: str, days: int, service_name: str, language: Language) -> Mail:
    """The message that an account nobody uses ends in so many days, and how to keep it."""
    parts = (
        text("mail.code.greeting", language),
        text("mail.unused.lead", language, service_name=service_name),
        plural("mail.unused.end", days, language),
        text("mail.unused.keep", language),
        f"{service_name}\n{text('mail.code.automatic', language)}",
    )
    subject = text("mail.unused.subject", language, service_name=service_name)
    return Mail(to=to, subject=subject, text="\n\n".join(parts) + "\n", html=None, language=language.value)
