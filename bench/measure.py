"""One engine, measured: run by ``run.py`` with the settings in its environment, answers with JSON on stdout."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import cycle
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench import agreeing  # noqa: E402
from bench.desk import minutes_desk  # noqa: E402
from bench.rows import Rows, by_round, fetch, interleaved, row, spread  # noqa: E402
from bench.seed import House  # noqa: E402
from meetings.exports.minutes import minutes_document  # noqa: E402
from meetings.exports.tables import entries_csv  # noqa: E402
from meetings.models import Entry, Meeting, Minutes  # noqa: E402
from records.access import Edition  # noqa: E402
from records.exports.typst import typesetter  # noqa: E402


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    house = House()
    rows: Rows = []
    with override_settings(ROOT_URLCONF="bench.urls", ALLOWED_HOSTS=["testserver"]):
        house.add(200)
        rows += pages(house, "200 meetings")
        house.add(3_800)
        rows += pages(house, "4,000 meetings")
        rows += agreeing.differences(house)
        rows += minutes_desk(house)
    house.add(6_000)
    settle()
    rows += table(house)
    rows += paper(house)
    rows += agreeing.sealing(house)
    json.dump(rows, sys.stdout)


def pages(house: House, size: str) -> Rows:
    """Server time of pages as a ratio to that of an empty page, in turns, so that a busy machine slows all alike."""
    settle()
    client = Client()
    client.force_login(house.user)
    meeting = Meeting.objects.order_by("-date")[3]
    addresses = {
        "empty": reverse("bench-empty"),
        "list": reverse("meetings:meeting-list"),
        "meeting": reverse("meetings:meeting-detail", args=[meeting.reference]),
    }
    times = interleaved({name: lambda address=address: fetch(client, address) for name, address in addresses.items()})
    found = []
    for name in ("list", "meeting"):
        ratios = by_round(times[name], times["empty"])
        ratio = statistics.median(ratios)
        with CaptureQueriesContext(connection) as queries:
            fetch(client, addresses[name])
        count = len(queries.captured_queries)
        found += [
            row(f"{name} page, {size}", ratio, "×", spread(ratios), "≤ 5 ×", ratio <= 5),
            row(f"{name} page, {size}: time", 1000 * statistics.median(times[name]), "ms", spread(times[name])),
            row(f"{name} page, {size}: queries", count, "", 0, "≤ 12", count <= 12),
        ]
    empty = 1000 * statistics.median(times["empty"])
    return [row(f"empty page, {size}: time", empty, "ms", spread(times["empty"])), *found]


def paper(house: House) -> Rows:
    """Warm: the process that sets the type is running. Each time other minutes, since it remembers what it has set."""
    found = []
    for pages, entries, rounds, target in ((3, 12, 20, 60), (60, 412, 5, 1000)):
        all_minutes = [meeting.minutes for meeting in house.add(rounds + 1, entries)]
        make = minutes_of(all_minutes, house.user)
        count = make().pages
        times = interleaved({"pdf": make}, rounds)["pdf"]
        middle = 1000 * statistics.median(times)
        found.append(
            row(f"PDF of {count} pages, warm", middle, "ms", spread(times), f"≤ {target} ms", middle <= target)
        )
        if not pages * 0.9 <= count <= pages * 1.2:
            print(f"The PDF that should have {pages} pages has {count}.", file=sys.stderr)
    typesetter().close()
    return found


def minutes_of(all_minutes: list[Minutes], user: Any) -> Callable[[], Any]:
    turn = cycle(all_minutes)
    return lambda: minutes_document(
        Minutes.objects.select_related("meeting__committee__own_side", "meeting__committee__other_side").get(
            pk=next(turn).pk
        ),
        edition=Edition.INTERNAL,
        languages=("en",),
        user=user,
    )


def table(house: House) -> Rows:
    """The CSV of all entries, beside PostgreSQL's own COPY of the same rows, in turns."""
    entries = Entry.objects.count()
    runs: list[dict[str, float]] = []
    copied: dict[str, list[float]] = {name: [] for name in COPIES}
    for _ in range(3):
        runs.append(export(house, Meeting.objects.all()))
        if connection.vendor == "postgresql":
            for name, query in COPIES.items():
                copied[name].append(copy(query))
    seconds = [run["seconds"] for run in runs]
    growth = float(subprocess.run([sys.executable, "-m", "bench.growth"], capture_output=True, check=True).stdout)
    speed = entries / statistics.median(seconds)
    found = [
        row(f"CSV of {entries:,} entries", speed, "rows/s", spread(seconds)),
        row("CSV: first byte", middle(runs, "first") * 1000, "ms", 0, "< 200 ms", middle(runs, "first") < 0.2),
        row("CSV: first row", middle(runs, "first_row") * 1000, "ms", spread([run["first_row"] for run in runs])),
        row("CSV: growth of memory", growth, "MB", 0, "< 30 MB", growth < 30),
    ]  # fmt: skip
    for name, times in copied.items():
        if times:
            ratio = statistics.median(times) / statistics.median(seconds)
            same = name == "the same rows"
            found += [
                row(f"COPY of {name}", entries / statistics.median(times), "rows/s", spread(times)),
                row(f"CSV to COPY of {name}", ratio, "", spread(seconds), "≥ 0.2" if same else "",
                    ratio >= 0.2 if same else None),
            ]  # fmt: skip
    return found


def export(house: House, meetings: Any) -> dict[str, float]:
    began = time.perf_counter()
    stamps = []
    for part in entries_csv(meetings, edition=Edition.INTERNAL, languages=("en",), user=house.user):
        if len(stamps) < 2:
            stamps.append(time.perf_counter() - began)
        del part
    return {"first": stamps[0], "first_row": stamps[1], "seconds": time.perf_counter() - began}


#: "the same rows": what the export prints, as far as SQL can say it. "bare rows": without speakers and commitments.
COPIES = {
    "the same rows": """
        SELECT m.reference, m.date, m.starts_at AT TIME ZONE 'Asia/Tokyo', m.starts_at AT TIME ZONE 'Europe/Moscow',
            row_number() OVER (PARTITION BY e.minutes_id ORDER BY e.position, e.id), e.kind,
            s.names, s.offices, s.sides, e.text_en, e.text_ja, e.text_ru, e.audience, c.numbers
        FROM meetings_entry e JOIN meetings_minutes i ON i.id = e.minutes_id
        JOIN meetings_meeting m ON m.id = i.meeting_id
        LEFT JOIN LATERAL (
            SELECT string_agg(a.name_en, '; ' ORDER BY a.position) names,
                string_agg(a.office_title_en, '; ' ORDER BY a.position) offices,
                string_agg(d.name_en, '; ' ORDER BY a.position) sides
            FROM meetings_entry_speakers p JOIN meetings_attendance a ON a.id = p.attendance_id
            JOIN directory_side d ON d.id = a.side_id WHERE p.entry_id = e.id) s ON true
        LEFT JOIN LATERAL (
            SELECT string_agg(k.reference, '; ') numbers FROM meetings_mention n
            JOIN agreements_commitment k ON k.id = n.commitment_id WHERE n.entry_id = e.id) c ON true
        ORDER BY m.date DESC, m.starts_at DESC, m.id DESC, e.position, e.id""",
    "bare rows": """
        SELECT m.reference, m.date, m.starts_at, e.kind, e.text_en, e.text_ja, e.text_ru, e.audience
        FROM meetings_entry e JOIN meetings_minutes i ON i.id = e.minutes_id
        JOIN meetings_meeting m ON m.id = i.meeting_id
        ORDER BY m.date DESC, m.starts_at DESC, m.id DESC, e.position, e.id""",
}


def copy(query: str) -> float:
    began = time.perf_counter()
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as out:
        for _ in out:
            pass
    return time.perf_counter() - began


def middle(runs: list[dict[str, float]], name: str) -> float:
    return statistics.median([run[name] for run in runs])


def settle() -> None:
    """Let the planner know what there is, as autovacuum would have done long ago."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
