"""``manage.py verify_audit``: walk the audit trail from its first event and name every broken link."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from records.audit import broken_links
from records.models import AuditEvent


class Command(BaseCommand):
    help = "Verify the audit trail: every event as it was written, none missing. Ends with 1 when a link is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for event in broken_links():
            broken += 1
            self.stderr.write(f"Broken: event {event.pk}, {event.at:%Y-%m-%d %H:%M:%S} UTC, {event}")
        if broken:
            raise CommandError(f"{broken} of {AuditEvent.objects.count()} events do not fit the one before them.")
        self.stdout.write(f"{AuditEvent.objects.count()} events, and every link holds.")
