from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from secretariat.demo.logins import table
from secretariat.demo.seeding import seed


class Command(BaseCommand):
    help = "Fill an empty house with the demonstration: the committee, its meetings, the plan, the exchange year."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            passwords = seed(today=timezone.localdate())
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["verbosity"] == 0:
            return
        if passwords is None:
            self.stdout.write("The demonstration is there already; nothing was changed.")
        else:
            self.stdout.write(f"The demonstration is ready. Log-ins (again with demo_logins):\n{table(passwords)}")
