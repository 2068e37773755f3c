"""People who save at the same moment, over real requests on PostgreSQL: every acknowledged write exists once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from meetings.models import Entry, Meeting
from records.access import Role
from records.audit import broken_links
from records.models import AuditEvent
from tests import factories as make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PEOPLE = 8


def at_once(requests):
    """Send all at the same moment, each from a thread and a log-in of its own; the answers' states, counted."""
    barrier = Barrier(len(requests))

    def send(request):
        client, address, data = request
        try:
            barrier.wait()
            return client.post(address, data).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(requests)) as pool:
        return Counter(pool.map(send, requests))


@pytest.fixture
def people() -> list[Client]:
    clients = []
    for number in range(PEOPLE):
        client = Client()
        client.force_login(make.make_user(f"secretary{number}", Role.SECRETARY))
        clients.append(client)
    return clients


def test_of_eight_who_edit_one_entry_one_wins_and_seven_are_shown_both_texts(people):
    entry = make.make_entry(text_en="As it was.")
    address = reverse("meetings:entry-edit", args=[entry.minutes.meeting.reference, entry.pk])
    data = {"kind": "discussion", "audience": "shared", "version": entry.version}
    answers = at_once([(client, address, {**data, "text_en": f"Text {n}"}) for n, client in enumerate(people)])
    entry.refresh_from_db()
    assert answers == {302: 1, 409: PEOPLE - 1}
    assert entry.version == 2
    changes = AuditEvent.objects.filter(verb="changed", label="meetings.entry").values_list("changes", flat=True)
    assert [change["text_en"] for change in changes] == [["As it was.", entry.text_en]]


def test_eight_who_add_an_entry_at_once_all_add_it(people):
    meeting = make.make_meeting()
    address = reverse("meetings:entry-add", args=[meeting.reference])
    data = {"kind": "discussion", "audience": "shared"}
    answers = at_once([(client, address, {**data, "text_en": f"Text {n}"}) for n, client in enumerate(people)])
    assert answers == {302: PEOPLE}
    assert sorted(Entry.objects.values_list("position", flat=True)) == list(range(1, PEOPLE + 1))
    assert list(broken_links()) == []


def test_one_form_sent_eight_times_at_once_calls_one_meeting(people):
    committee = make.make_committee()
    key = "6f2a52e5-8d6f-4f0a-9d0c-0123456789ab"
    data = {
        "committee": committee.pk,
        "kind": "co_chairs",
        "format": "video",
        "date": "2026-12-21",
        "date_precision": "day",
        "classification": "0",
        "submission": key,
    }
    answers = at_once([(people[0], reverse("meetings:meeting-create"), data)] * PEOPLE)
    assert answers == {302: PEOPLE}
    assert Meeting.objects.count() == 1


def test_eight_who_move_one_meeting_move_it_once(people):
    meeting = make.make_meeting()
    address = reverse("meetings:meeting-move", args=[meeting.reference])
    at_once([(client, address, {"target": "scheduled"}) for client in people])
    meeting.refresh_from_db()
    assert meeting.state == "scheduled"
    assert AuditEvent.objects.filter(verb="moved").count() == 1


def test_meetings_called_at_once_get_different_references(people):
    committee = make.make_committee()
    data = {
        "committee": committee.pk,
        "kind": "working_level",
        "format": "video",
        "date": "2026-12-21",
        "date_precision": "day",
        "classification": "0",
    }
    at_once([(client, reverse("meetings:meeting-create"), data) for client in people])
    assert len(set(Meeting.objects.values_list("reference", flat=True))) == PEOPLE


def at_the_desk(entry):
    return reverse("meetings:desk-entry", args=[entry.minutes.meeting.reference, entry.key])


def test_eight_who_save_one_entry_at_the_desk_at_once_lose_nothing(people):
    entry = make.make_entry(text_en="As it was.", text_ja="元のまま。")
    names = ["text_en", "text_ja"] * (PEOPLE // 2)
    requests = [
        (client, at_the_desk(entry), {"version": 1, "fields": name, name: f"{n} wrote this."})
        for n, (client, name) in enumerate(zip(people, names, strict=True))
    ]
    assert at_once(requests) == {302: 2, 409: PEOPLE - 2}  # one for each language
    entry.refresh_from_db()
    assert (entry.version, entry.text_en[1:], entry.text_ja[1:]) == (3, " wrote this.", " wrote this.")
    assert list(broken_links()) == []


def test_entries_saved_moved_joined_and_deleted_at_once_wait_for_each_other(people):
    meeting = make.make_meeting()
    first, second, third = (make.make_entry(meeting, text_en=text) for text in ("one", "two", "three"))
    doing = [
        (second, {"version": 1, "fields": "text_ja", "text_ja": "二"}),
        (second, {"do": "join"}),
        (first, {"do": "down"}),
        (third, {"do": "delete"}),
        (third, {"do": "duplicate"}),
        (first, {"version": 1, "fields": "text_ru", "text_ru": "Один"}),
        (third, {"do": "up"}),
        (first, {"do": "split", "version": 1, "split_en": 1}),
    ]
    requests = [(client, at_the_desk(entry), data) for client, (entry, data) in zip(people, doing, strict=True)]
    assert set(at_once(requests)) <= {302, 409, 422}
    assert list(broken_links()) == []


def test_one_key_is_given_to_one_entry_whatever_two_meetings_ask_at_once(people):
    committee = make.make_committee()
    meetings = [make.make_meeting(committee), make.make_meeting(committee, date(2021, 3, 1))]
    key = uuid4()
    addresses = [reverse("meetings:desk-entry", args=[meeting.reference, key]) for meeting in meetings]
    data = {"kind": "discussion", "audience": "shared", "text_en": "Once."}
    answers = at_once([(client, addresses[n % 2], data) for n, client in enumerate(people)])
    assert set(answers) <= {302, 404, 422}
    assert Entry.objects.count() == 1


def test_eight_who_remove_one_mention_remove_it_once(people):
    mention = make.make_mention(kind="reaffirms")
    address = reverse("meetings:mention-remove", args=[mention.entry.minutes.meeting.reference, mention.pk])
    assert set(at_once([(client, address, {"version": mention.version}) for client in people])) <= {302, 404}
    assert AuditEvent.objects.filter(verb="deleted", label="meetings.mention").count() == 1
