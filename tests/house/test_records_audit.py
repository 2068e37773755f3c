"""The audit trail: complete, unchangeable, and telling when somebody changed it all the same."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from meetings.models import Revision
from records.actions import change, delete
from records.audit import broken_links
from records.engine import _append_only, _not_append_only
from records.models import AuditEvent
from tests.factories import make_entry, make_meeting, make_region, make_revision, make_user
from tests.rig.append_only import tables

pytestmark = pytest.mark.django_db


def tamper(sql: str, *parameters: Any) -> None:
    """Change the trail as somebody with the keys of the database could."""
    connection.check_constraints()  # what is deferred to the end of the transaction would forbid it
    with connection.cursor() as cursor:
        for statement in _not_append_only(connection.vendor, "records_auditevent"):
            cursor.execute(statement)
        cursor.execute(sql, parameters)
        for statement in _append_only(connection.vendor, "records_auditevent"):
            cursor.execute(statement)


def test_a_change_says_who_and_from_what_to_what() -> None:
    region, user = make_region(name_en="Hokkaido"), make_user("akiko")
    region.name_ja = "北海道"
    change(region, by=user, reason="It has a Japanese name.")
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor, event.actor_name, event.reason) == (
        "changed",
        user,
        "akiko",
        "It has a Japanese name.",
    )
    assert (event.label, event.object_pk, event.title) == ("directory.region", region.pk, "Hokkaido")
    assert event.changes == {"name_ja": ["", "北海道"]}


def test_the_parts_of_a_meeting_stand_on_its_history() -> None:
    meeting = make_meeting()
    make_entry(meeting, "statement", text_en="We welcome it.")
    roots = set(AuditEvent.objects.filter(root_label="meetings.meeting").values_list("label", "root_pk"))
    assert roots == {
        (label, meeting.pk)
        for label in ("meetings.meeting", "meetings.minutes", "meetings.attendance", "meetings.entry")
    }


def test_speakers_are_part_of_what_changed() -> None:
    entry = make_entry(kind="statement")
    change(entry, by=None, relations={"speakers": []})
    assert list(AuditEvent.objects.latest("pk").changes) == ["speakers"]


def test_passwords_are_not_in_the_trail() -> None:
    make_user("akiko", "reader")
    assert "MD5" not in str(list(AuditEvent.objects.values_list("changes", flat=True))).upper()


def test_a_whole_trail_verifies() -> None:
    region = make_region()
    delete(region, by=None)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue() == f"{AuditEvent.objects.count()} events, and every link holds.\n"


@pytest.mark.parametrize(
    "column", ["actor_name", "verb", "label", "title", "root_label", "reason", "previous_digest", "digest"]
)
def test_an_altered_event_is_found(column: str) -> None:
    make_region()
    make_region()
    victim = AuditEvent.objects.order_by("pk")[1]
    tamper(f"UPDATE records_auditevent SET {column} = 'tampered' WHERE id = %s", victim.pk)
    assert victim in list(broken_links())


def test_altered_contents_and_a_removed_event_are_found_and_named() -> None:
    for _ in range(3):
        make_region()
    first, second, third = AuditEvent.objects.order_by("pk")[:3]
    tamper("DELETE FROM records_auditevent WHERE id = %s", second.pk)
    assert list(broken_links()) == [third]
    tamper("UPDATE records_auditevent SET changes = '{}' WHERE id = %s", first.pk)
    errors = StringIO()
    with pytest.raises(CommandError, match="2 of "):
        call_command("verify_audit", stderr=errors)
    assert f"event {first.pk}," in errors.getvalue()
    assert f"event {third.pk}," in errors.getvalue()


def test_these_tables_are_append_only() -> None:
    assert tables() == [
        "meetings_approval",
        "meetings_approvalcomment",
        "meetings_revision",
        "meetings_sealedcopy",
        "records_auditevent",
    ]


def test_an_event_can_be_neither_changed_nor_deleted() -> None:
    make_region()
    event = AuditEvent.objects.latest("pk")
    event.title = "Nothing happened"
    refused(event.save)
    refused(event.delete)
    refused(AuditEvent.objects.all().delete)
    refused(lambda: AuditEvent.objects.update(title="Nothing happened"))
    assert list(broken_links()) == []


def test_a_revision_can_be_neither_changed_nor_deleted() -> None:
    revision = make_revision(content='{"entries": []}')
    refused(lambda: Revision.objects.update(content="{}"))
    refused(revision.delete)
    assert Revision.objects.get().content == '{"entries": []}'


@pytest.mark.postgres
def test_the_trail_cannot_be_truncated_nor_changed_by_a_session_that_calls_itself_a_replica() -> None:
    make_region()
    connection.check_constraints()
    refused(lambda: execute("TRUNCATE records_auditevent CASCADE"))
    execute("SET LOCAL session_replication_role = replica")
    refused(lambda: execute("DELETE FROM records_auditevent"))
    refused(lambda: execute("UPDATE records_auditevent SET verb = 'x'"))


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def refused(act: Any) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()
