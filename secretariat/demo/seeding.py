"""Puts the whole demonstration into an empty house, or finds that it is there already."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from directory.models import Committee
from records.actions import one_transaction
from secretariat.demo.agreeing import add_agreement
from secretariat.demo.agreements import add_agreements
from secretariat.demo.communiques import add_communiques
from secretariat.demo.directory import add_directory
from secretariat.demo.examples import add_examples
from secretariat.demo.exchanges import add_exchanges
from secretariat.demo.logins import add_people, keep
from secretariat.demo.meetings import add_meetings
from secretariat.demo.shelf import Shelf


def seed(*, today: date) -> dict[str, str] | None:
    """Make everything in one transaction. Returns the passwords made, or ``None`` when it had all been there.

    ``today`` is the day from which the example meetings lie ahead. Raises ``ImproperlyConfigured`` outside
    demonstration mode.
    """
    require_demonstration()
    if Committee.objects.filter(code="JR").exists():
        return None
    with one_transaction():
        shelf = Shelf()
        add_directory(shelf)
        add_agreements(shelf)
        add_exchanges(shelf)
        add_meetings(shelf)
        add_examples(shelf, today=today)
        passwords = add_people(shelf)
        add_agreement(shelf, today=today)
        add_communiques(shelf)
        keep(passwords)
    return passwords


def require_demonstration() -> None:
    if not settings.DEMO:
        raise ImproperlyConfigured(
            "Demonstration data and log-ins are made in demonstration mode only (DEMO=yes), "
            "and never where real records are kept."
        )
