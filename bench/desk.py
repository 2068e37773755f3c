"""What is measured of the minutes desk: saving one entry, and opening a meeting of three hundred."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from itertools import count

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.rows import ROUNDS, Rows, by_round, fetch, interleaved, row, spread
from bench.seed import House
from meetings.models import Entry, Meeting

ENTRIES = 300
_SAVE = "save of one entry"


def minutes_desk(house: House) -> Rows:
    """The save that a script sends when somebody has typed, in turns with a POST that does nothing; then pages."""
    client = Client()
    client.force_login(house.user)
    [meeting] = house.add(1, ENTRIES)
    save = _saving(client, meeting)
    works: dict[str, Callable[[], None]] = {
        "nothing": lambda: _post(client, reverse("bench-nothing"), {}, 204),
        "save": save,
        "empty": lambda: fetch(client, reverse("bench-empty")),
        "desk": lambda: fetch(client, reverse("meetings:minutes-desk", args=[meeting.reference])),
        "meeting": lambda: fetch(client, meeting.get_absolute_url()),
    }
    times = interleaved(works, ROUNDS)
    ratios = by_round(times["save"], times["nothing"])
    found = [
        row(
            f"{_SAVE} at the desk",
            statistics.median(ratios),
            "×",
            spread(ratios),
            "≤ 3 ×",
            statistics.median(ratios) <= 3,
        ),
        row(f"{_SAVE}: time", 1000 * statistics.median(times["save"]), "ms", spread(times["save"])),
        _queries(_SAVE, save, 6),
    ]
    for name in ("desk", "meeting"):
        ratios = by_round(times[name], times["empty"])
        title = f"{name} page, {ENTRIES} entries"
        found += [
            row(title, statistics.median(ratios), "×", spread(ratios)),
            row(f"{title}: time", 1000 * statistics.median(times[name]), "ms", spread(times[name])),
            _queries(title, works[name], 12),
        ]
    return found


def _saving(client: Client, meeting: Meeting) -> Callable[[], None]:
    entry = Entry.objects.filter(minutes=meeting.minutes).order_by("position")[150]
    address = reverse("meetings:desk-entry", args=[meeting.reference, entry.key])
    turn = count(entry.version)

    def save() -> None:
        version = next(turn)
        data = {"do": "save", "version": version, "fields": "text_ja", "text_ja": f"双方は{version}回、一致した。"}
        _post(client, address, data, 200)

    return save


def _post(client: Client, address: str, data: dict[str, object], status: int) -> None:
    response = client.post(address, data, headers={"Accept": "application/json"})
    assert response.status_code == status, (address, response.status_code, response.content[:300])


def _queries(name: str, work: Callable[[], None], most: int) -> dict[str, object]:
    with CaptureQueriesContext(connection) as queries:
        work()
    number = len([each for each in queries.captured_queries if not each["sql"].startswith(("BEGIN", "COMMIT"))])
    return row(f"{name}: queries", number, "", 0, f"≤ {most}", number <= most)
