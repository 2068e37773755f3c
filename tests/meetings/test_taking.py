"""Taking the minutes: what the desk's verbs promise and refuse."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from meetings import actions
from meetings.actions.taking import TOP, FieldConflict
from meetings.models import Entry, EntryKind
from records.access import Audience, Role
from records.audit import broken_links
from records.models import AuditEvent
from records.workflow import Refused
from tests import factories as make
from tests.rig.taking import begin, texts, write

pytestmark = pytest.mark.django_db


# Begun


def test_text_typed_before_the_speaker_is_known_is_a_discussion(desk):
    assert begin(desk, text_en="The minister began to speak.").kind == EntryKind.DISCUSSION


def test_text_with_its_speaker_is_a_statement(desk):
    entry = begin(desk, text_en="He said so.", speakers=[desk.motegi])
    assert (entry.kind, list(entry.speakers.all())) == (EntryKind.STATEMENT, [desk.motegi])


def test_a_kind_that_was_chosen_stays_chosen(desk):
    assert begin(desk, kind="information", text_en="A note.", speakers=[desk.motegi]).kind == EntryKind.INFORMATION
    with pytest.raises(Refused, match="needs its speaker") as refused:
        begin(desk, kind="statement", text_en="Somebody said so.")
    assert refused.value.field == "speakers"


def test_a_new_entry_stands_after_the_one_it_was_begun_behind_or_first_or_last(desk):
    first, last = begin(desk, text_en="one"), begin(desk, text_en="four")
    begin(desk, text_en="two", after=first.key)
    begin(desk, text_en="nought", after=TOP)
    begin(desk, text_en="three", after=Entry.objects.get(text_en="two").key)
    assert texts(desk) == ["nought", "one", "two", "three", "four"]
    assert last.version == 1


def test_entries_that_shared_a_place_are_told_apart_by_what_comes_between(desk):
    first = make.make_entry(desk.meeting, text_en="one", position=3)
    make.make_entry(desk.meeting, text_en="three", position=3)
    begin(desk, text_en="two", after=first.key)
    assert texts(desk) == ["one", "two", "three"]


def test_the_same_beginning_sent_twice_is_stored_once(desk):
    key = uuid4()
    assert begin(desk, key, text_en="Once.") == begin(desk, key, text_en="Once.")
    assert (texts(desk), AuditEvent.objects.filter(label="meetings.entry").count()) == (["Once."], 1)


def test_other_words_under_a_key_that_is_taken_are_a_conflict(desk):
    key = uuid4()
    begin(desk, key, text_en="Once.")
    with pytest.raises(FieldConflict) as conflict:
        begin(desk, key, text_en="Twice.")
    assert conflict.value.names == {"text_en"}


def test_a_key_of_another_meeting_leads_nowhere(desk):
    stranger = make.make_entry(make.make_meeting(make.make_committee("XX")))
    with pytest.raises(Http404):
        begin(desk, stranger.key, text_en="Mine.")
    with pytest.raises(Http404):
        write(desk, stranger, text_en="Mine.")


def test_an_entry_that_somebody_deleted_is_not_begun_again_by_a_late_repetition(desk):
    entry = begin(desk, text_en="Gone.")
    key = entry.key
    actions.remove_entry(entry, by=desk.secretary)
    with pytest.raises(Entry.DoesNotExist):
        begin(desk, key, text_en="Gone.")


def test_nothing_is_not_an_entry(desk):
    with pytest.raises(Refused, match="at least one language"):
        begin(desk)


def test_somebody_of_another_meeting_is_no_speaker_and_another_agenda_no_item(desk):
    other = make.make_meeting(desk.committee)
    with pytest.raises(Refused, match="not on the list"):
        begin(desk, text_en="He said so.", speakers=[make.make_attendance(other)])
    with pytest.raises(Refused, match="does not stand on the agenda"):
        begin(desk, text_en="It was said.", agenda_item=make.make_agenda_item(other).pk)


# Written


def test_only_what_changed_is_written_and_told(desk):
    entry = make.make_entry(desk.meeting, text_en="Old.", text_ja="古い。")
    written = write(desk, entry, text_ja="新しい。", text_en="Old.")
    event = AuditEvent.objects.latest("pk")
    assert (written.version, event.verb, event.changes) == (2, "changed", {"text_ja": ["古い。", "新しい。"]})
    assert list(broken_links()) == []


def test_nothing_changed_writes_nothing(desk):
    entry = make.make_entry(desk.meeting, text_en="Old.")
    before = AuditEvent.objects.count()
    assert write(desk, entry, text_en="Old.").version == 1
    assert AuditEvent.objects.count() == before


def test_two_people_on_different_fields_of_an_entry_both_keep_what_they_wrote(desk):
    entry = make.make_entry(desk.meeting, text_en="Old.", text_ja="古い。")
    write(desk, entry, version=1, text_en="New.")
    write(desk, entry, version=1, text_ja="新しい。")
    entry.refresh_from_db()
    assert (entry.text_en, entry.text_ja, entry.version) == ("New.", "新しい。", 3)


def test_two_people_on_the_same_field_are_told_and_nothing_is_overwritten(desk):
    entry = make.make_entry(desk.meeting, text_en="Old.", text_ja="古い。")
    write(desk, entry, version=1, text_en="Theirs.")
    with pytest.raises(FieldConflict) as conflict:
        write(desk, entry, version=1, text_en="Mine.", text_ja="新しい。")
    assert (conflict.value.names, conflict.value.current.text_en) == ({"text_en"}, "Theirs.")
    entry.refresh_from_db()
    assert (entry.text_en, entry.text_ja) == ("Theirs.", "古い。")


def test_the_same_words_written_twice_are_no_conflict(desk):
    entry = make.make_entry(desk.meeting, text_en="Old.")
    write(desk, entry, version=1, text_en="New.")
    assert write(desk, entry, version=1, text_en="New.").version == 2


def test_a_version_that_never_was_is_a_conflict(desk):
    entry = make.make_entry(desk.meeting, text_en="Old.")
    with pytest.raises(FieldConflict):
        write(desk, entry, version=99, text_en="New.")


def test_speakers_are_merged_as_other_fields_are(desk):
    entry = make.make_entry(desk.meeting, "statement", "Said.", [desk.motegi])
    write(desk, entry, version=1, speakers=[desk.motegi, desk.reshetnikov])
    assert write(desk, entry, version=1, speakers=[desk.reshetnikov, desk.motegi]).version == 2
    with pytest.raises(FieldConflict) as conflict:
        write(desk, entry, version=1, speakers=[desk.reshetnikov])
    assert conflict.value.names == {"speakers"}


def test_a_statement_keeps_its_speaker(desk):
    entry = make.make_entry(desk.meeting, "statement", "Said.", [desk.motegi])
    with pytest.raises(Refused, match="needs its speaker"):
        write(desk, entry, speakers=[])
    discussion = make.make_entry(desk.meeting)
    with pytest.raises(Refused, match="needs its speaker"):
        write(desk, discussion, kind="statement")
    assert write(desk, discussion, kind="statement", speakers=[desk.motegi]).kind == "statement"


def test_somebody_who_sent_apologies_is_not_made_a_speaker(desk):
    absent = make.make_attendance(desk.meeting, sent_apologies=True)
    with pytest.raises(Refused, match="cannot have spoken"):
        write(desk, make.make_entry(desk.meeting), speakers=[absent])


def test_an_entry_is_not_emptied(desk):
    entry = make.make_entry(desk.meeting, text_en="Only this.")
    with pytest.raises(Refused, match="delete it"):
        write(desk, entry, text_en="")


def test_a_narrower_audience_takes_the_documents_with_it(desk):
    entry = make.make_entry(desk.meeting)
    document = make.make_document(desk.meeting, entry=entry, audience=Audience.SHARED)
    write(desk, entry, audience="internal")
    document.refresh_from_db()
    assert document.audience == Audience.INTERNAL


@pytest.mark.parametrize("state", ["circulated", "agreed", "sealed"])
def test_what_left_the_desk_is_not_written(desk, state):
    entry, other = make.make_entry(desk.meeting), make.make_entry(desk.meeting)
    minutes = desk.meeting.minutes
    type(minutes).objects.filter(pk=minutes.pk).update(state=state)
    attempts = [
        lambda: write(desk, entry, text_en="New."),
        lambda: begin(desk, text_en="New."),
        lambda: actions.place_entry(other, None, by=desk.secretary),
        lambda: actions.split_entry(entry, {}, new=uuid4(), by=desk.secretary, expected=1),
        lambda: actions.join_entries(entry, other, by=desk.secretary),
        lambda: actions.copy_entry(entry, new=uuid4(), by=desk.secretary),
        lambda: actions.restore_entry(minutes, uuid4(), after=None, by=desk.secretary),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="only while they are a draft"):
            attempt()


@pytest.mark.parametrize("role", [Role.READER, Role.APPROVER])
def test_those_who_only_read_take_no_minutes(desk, role):
    entry, other = make.make_entry(desk.meeting), make.make_entry(desk.meeting)
    desk.secretary = person = make.make_user(f"the-{role}", role, desk.committee)
    attempts = [
        lambda: write(desk, entry, text_en="New."),
        lambda: begin(desk, text_en="New."),
        lambda: actions.place_entry(other, None, by=person),
        lambda: actions.split_entry(entry, {}, new=uuid4(), by=person, expected=1),
        lambda: actions.join_entries(entry, other, by=person),
        lambda: actions.copy_entry(entry, new=uuid4(), by=person),
        lambda: actions.restore_entry(desk.meeting.minutes, uuid4(), after=None, by=person),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()


# Placed


@pytest.mark.parametrize(
    ("moved", "after", "order"),
    [
        ("three", None, ["three", "one", "two", "four"]),
        ("one", "three", ["two", "three", "one", "four"]),
        ("one", "four", ["two", "three", "four", "one"]),
        ("four", "one", ["one", "four", "two", "three"]),
        ("two", "one", ["one", "two", "three", "four"]),
        ("two", "two", ["one", "two", "three", "four"]),
    ],
)
def test_an_entry_is_put_behind_another(desk, moved, after, order):
    made = {text: make.make_entry(desk.meeting, text_en=text) for text in ("one", "two", "three", "four")}
    actions.place_entry(made[moved], made.get(after), by=desk.secretary)
    assert texts(desk) == order


def test_the_trail_names_the_stretch_that_was_put_in_another_order(desk):
    one, two, three = (make.make_entry(desk.meeting, text_en=text) for text in ("one", "two", "three"))
    actions.place_entry(three, one, by=desk.secretary)
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.changes) == ("reordered", {"entries": [[str(two), str(three)], [str(three), str(two)]]})
    three.refresh_from_db()
    assert three.version == 1


def test_an_entry_is_not_put_among_another_meeting_s(desk):
    entry, stranger = make.make_entry(desk.meeting), make.make_entry(make.make_meeting(desk.committee))
    with pytest.raises(Refused, match="has changed in the meantime"):
        actions.place_entry(entry, stranger, by=desk.secretary)
