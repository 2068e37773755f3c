"""``manage.py send_reminders``: once a day, remind the sides that owe an answer to circulated minutes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from meetings.mailing import remind_all


class Command(BaseCommand):
    help = "Reminds each side that owes an answer to circulated minutes. Running it again on the same day does nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        every = settings.REMIND_AFTER_DAYS
        queued = remind_all(on=timezone.localdate(), every=every) if every > 0 else 0
        self.stdout.write(f"{queued} reminders wait to be sent.")
