from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from secretariat.demo.logins import kept, table
from secretariat.demo.seeding import require_demonstration


class Command(BaseCommand):
    help = "Print the demonstration's log-ins once more."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            require_demonstration()
            self.stdout.write(table(kept()))
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        except FileNotFoundError as missing:
            raise CommandError("There are no demonstration log-ins yet: run seed_demo first.") from missing
