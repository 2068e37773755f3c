"""Life cycles as tables."""

from __future__ import annotations

from typing import Any

import pytest

from meetings.models import Meeting
from records.access import Permission, Role
from records.actions import move
from records.models import AuditEvent
from records.workflow import Move, Refused, Workflow
from tests.factories import make_committee, make_meeting, make_user

pytestmark = pytest.mark.django_db


def must_have_a_place(meeting: Any) -> None:
    if not meeting.place_en:
        raise Refused("Say where.", field="place_en")


TABLE = Workflow(
    [
        Move("draft", "scheduled", "Schedule", Permission.MEETINGS_WRITE, holds=must_have_a_place),
        Move("draft", "cancelled", "Cancel", Permission.MEETINGS_WRITE, needs_reason=True),
    ]
)


def test_a_move_in_the_table_is_made_and_written_down() -> None:
    meeting = make_meeting(place_en="Sapporo")
    move(meeting, "scheduled", TABLE, by=None)
    assert Meeting.objects.get().state == "scheduled"
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.changes) == ("moved", {"state": ["draft", "scheduled"]})


@pytest.mark.parametrize("target", ["held", "closed", "draft", "no such state", ""])
def test_every_other_move_is_refused(target: str) -> None:
    meeting = make_meeting(place_en="Sapporo")
    with pytest.raises(Refused):
        move(meeting, target, TABLE, by=None, reason="Because.")
    assert Meeting.objects.get().state == "draft"


def test_a_refusal_says_both_states_in_words() -> None:
    with pytest.raises(Refused, match="is draft and cannot become held"):
        TABLE.move(make_meeting(), "held")


def test_a_condition_and_a_missing_reason_point_at_their_field() -> None:
    meeting = make_meeting()
    for target, field in (("scheduled", "place_en"), ("cancelled", "reason")):
        with pytest.raises(Refused) as refusal:
            move(meeting, target, TABLE, by=None, reason="  ")
        assert refusal.value.field == field


def test_the_state_is_the_one_in_the_database_and_not_on_an_old_page() -> None:
    meeting = make_meeting(place_en="Sapporo")
    old = Meeting.objects.get()
    move(meeting, "scheduled", TABLE, by=None)
    with pytest.raises(Refused):
        move(old, "cancelled", TABLE, by=None, reason="Too late.")


def test_a_person_is_offered_what_they_may_do_for_this_committee() -> None:
    meeting = make_meeting()
    secretary, reader = make_user("secretary", Role.SECRETARY), make_user("reader", Role.READER)
    stranger = make_user("stranger", Role.SECRETARY, make_committee("XX"))
    offered = [[each.target for each in TABLE.open_to(meeting, user)] for user in (secretary, reader, stranger)]
    assert offered == [["scheduled", "cancelled"], [], []]
