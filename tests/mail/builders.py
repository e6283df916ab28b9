"""Mails and mailers with sensible defaults."""

import itertools
import ssl
from datetime import UTC, datetime, timedelta

from consultation.application.ports import Mail, Mailer
from consultation.mail import mailer_from_url

NOW = datetime(2015, 2, 15, 22, 59, 0, 123_456, tzinfo=UTC)
SENDER = "Ville d’Exemple <ne-pas-repondre@consultation.example>"


def mail(
    to: str = "camille@mail.example",
    subject: str = "Un sujet",
    text: str = "Bonjour,\n\nvoici un message.\n",
    html: str | None = None,
    language: str = "fr",
) -> Mail:
    return Mail(to=to, subject=subject, text=text, html=html, language=language)


def mailer(url: str, sender: str = SENDER, tls: ssl.SSLContext | None = None) -> Mailer:
    """A mailer whose clock steps a second with each message, and whose ids count."""
    ticks = itertools.count()
    numbers = itertools.count(1)
    return mailer_from_url(
        url,
        sender,
        clock=lambda: NOW + timedelta(seconds=next(ticks)),
        new_id=lambda: f"id-{next(numbers):04d}",
        tls=tls,
    )
