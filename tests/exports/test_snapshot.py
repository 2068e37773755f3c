"""An export shows one state of the record, however long it takes, and nobody waits for it."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection, transaction

from meetings.exports.editions import OPERATOR
from meetings.exports.tables import entries_csv
from meetings.models import Entry, Meeting
from records.access import Edition
from records.engine import snapshot
from tests.exports.reading import rows_of
from tests.factories import make_entry, make_meeting

pytestmark = pytest.mark.django_db(transaction=True)


def write_elsewhere() -> None:
    """Another connection changes every entry and commits."""

    def write() -> None:
        try:
            with transaction.atomic():
                Entry.objects.update(text_en="After")
        finally:
            connection.close()

    thread = Thread(target=write)
    thread.start()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_what_is_written_meanwhile_is_not_seen_and_does_not_wait() -> None:
    make_entry(make_meeting(), text_en="Before")
    with snapshot():
        assert Entry.objects.get().text_en == "Before"
        write_elsewhere()
        assert Entry.objects.get().text_en == "Before"
    assert Entry.objects.get().text_en == "After"


def test_an_export_is_of_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meetings.exports.tables.ENTRIES_AT_ONCE", 1)
    monkeypatch.setattr("records.exports.csv._ROWS_AT_ONCE", 1)
    for _ in range(3):
        make_entry(make_meeting(), text_en="Before")
    parts = entries_csv(Meeting.objects.all(), edition=Edition.SHARED, languages=("en",), user=OPERATOR)
    begun = next(parts) + next(parts)
    write_elsewhere()
    rows = rows_of(begun + b"".join(parts))
    assert [row["Text (English)"] for row in rows] == ["Before"] * 3


def test_an_export_that_is_given_up_leaves_no_transaction_open() -> None:
    for _ in range(2):
        make_entry(make_meeting())
    parts = entries_csv(Meeting.objects.all(), edition=Edition.SHARED, languages=("en",), user=OPERATOR)
    next(parts)
    next(parts)
    parts.close()
    with transaction.atomic():
        Entry.objects.update(text_en="Written")
    assert not connection.in_atomic_block


def test_inside_a_transaction_it_joins_that_one() -> None:
    with transaction.atomic(), snapshot():
        make_entry(make_meeting())
    assert Entry.objects.count() == 1
