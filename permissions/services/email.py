"""E-mails to people, in their language."""

from collections.abc import Mapping

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation


def send_email(template: str, *, to: str, context: Mapping[str, object], language: str = "") -> None:
    """Send `template`, of which the first line is the subject. Raises OSError where the server does not take it."""
    with translation.override(language or translation.get_language()):
        subject, _, text = render_to_string(template, dict(context)).strip().partition("\n")
    send_mail(subject.strip(), text.strip() + "\n", None, [to])
