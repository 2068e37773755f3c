"""How many megabytes this process grows by while it exports everything: a process of its own, since one that has held
the rows before would find room for them."""

from __future__ import annotations

from pathlib import Path

import django

django.setup()

from directory.models import User  # noqa: E402
from meetings.exports.tables import entries_csv  # noqa: E402
from meetings.models import Meeting  # noqa: E402
from records.access import Edition  # noqa: E402


def memory() -> float:
    """Megabytes this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def main() -> None:
    user = User.objects.get(username="reader")
    # One meeting first, so that rows count as growth and not what is loaded once.
    one = Meeting.objects.filter(pk=Meeting.objects.earliest("pk").pk)
    highest = before = 0.0
    for meetings in (one, Meeting.objects.all()):
        highest = before = memory()
        for part in entries_csv(meetings, edition=Edition.INTERNAL, languages=("en",), user=user):
            highest = max(highest, memory())
            del part
    print(highest - before)


if __name__ == "__main__":
    main()
