"""The doors through which every write goes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import ProtectedError

from directory.models import Region
from meetings.models import Attendance, Entry, Meeting, Minutes
from records.actions import EditConflict, action, change, create, delete, note
from records.audit import Event
from records.models import AuditEvent
from tests.factories import make_agenda_item, make_attendance, make_entry, make_meeting, make_region, make_side

pytestmark = pytest.mark.django_db


def test_a_change_raises_the_version() -> None:
    region = make_region(name_en="Hokkaido")
    region.name_en = "Hokkaidō"
    change(region, by=None)
    assert Region.objects.values_list("name_en", "version").get() == ("Hokkaidō", 2)


def test_nothing_changed_is_nothing_written() -> None:
    region = make_region()
    events = AuditEvent.objects.count()
    change(region, by=None)
    assert (Region.objects.get().version, AuditEvent.objects.count()) == (1, events)


def test_the_second_of_two_editors_is_told_and_overwrites_nothing() -> None:
    region = make_region(name_en="Primorye")
    mine, theirs = Region.objects.get(), Region.objects.get()
    theirs.name_en = "Primorsky Krai"
    change(theirs, by=None)
    mine.name_en = "Maritime Territory"
    with pytest.raises(EditConflict) as conflict:
        change(mine, by=None)
    assert conflict.value.current.name_en == "Primorsky Krai"
    assert Region.objects.get(pk=region.pk).name_en == "Primorsky Krai"


def test_a_deletion_from_an_old_page_is_refused() -> None:
    region = make_region()
    region.name_en = "Changed"
    change(region, by=None)
    with pytest.raises(EditConflict):
        delete(region, by=None, expected=1)
    assert Region.objects.exists()


def test_a_change_of_what_is_gone_says_so() -> None:
    region = make_region()
    ghost = Region.objects.get()
    delete(region, by=None)
    with pytest.raises(Region.DoesNotExist):
        change(ghost, by=None)


def test_a_deletion_keeps_every_word_of_everything_that_went() -> None:
    meeting = make_meeting()
    speaker = make_attendance(meeting)
    make_agenda_item(meeting, title_en="The plan")
    make_entry(meeting, "statement", text_en="The words that matter.", text_ja="大切な言葉", speakers=[speaker])
    delete(meeting, by=None)
    assert not any(model.objects.exists() for model in (Meeting, Minutes, Entry, Attendance))
    gone = AuditEvent.objects.filter(verb="deleted")
    assert sorted(gone.values_list("label", flat=True)) == [
        "meetings.agendaitem",
        "meetings.attendance",
        "meetings.entry",
        "meetings.meeting",
        "meetings.minutes",
    ]
    changes = gone.get(label="meetings.entry").changes
    assert changes["text_en"] == ["The words that matter.", None]
    assert changes["text_ja"] == ["大切な言葉", None]
    assert changes["speakers"] == [[{"id": speaker.pk, "text": str(speaker)}], None]
    assert set(gone.values_list("root_label", "root_pk")) == {("meetings.meeting", changes_root(gone))}


def changes_root(gone: Any) -> int:
    return gone.get(label="meetings.meeting").object_pk


def test_what_others_stand_on_cannot_be_deleted() -> None:
    attendance = make_attendance()
    events = AuditEvent.objects.count()
    with pytest.raises(ProtectedError):
        delete(attendance.person, by=None)
    assert AuditEvent.objects.count() == events


def test_an_exception_leaves_neither_rows_nor_events() -> None:
    @action
    def half_done() -> None:
        create(Region(side=make_side(), kind="city", name_en="Sapporo"), by=None)
        raise RuntimeError("The power failed.")

    make_side()
    events = AuditEvent.objects.count()
    with pytest.raises(RuntimeError):
        half_done()
    assert (Region.objects.count(), AuditEvent.objects.count()) == (0, events)


def test_actions_within_an_action_write_one_trail() -> None:
    @action
    def both() -> None:
        side = make_side()
        for name in ("Sapporo", "Vladivostok"):
            create(Region(side=side, kind="city", name_en=name), by=None)

    make_side()
    events = AuditEvent.objects.count()
    both()
    assert AuditEvent.objects.count() == events + 2


def test_an_event_belongs_to_an_action() -> None:
    with pytest.raises(RuntimeError):
        note(Event("seen", make_region(), None))
