"""The minutes desk as pages and as what its script is answered."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings.models import Entry
from records.access import Role
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client_for) -> SimpleNamespace:
    committee = make.make_committee()
    meeting = make.make_meeting(committee)
    secretary = make.make_user("secretary", Role.SECRETARY, committee)
    return SimpleNamespace(
        committee=committee,
        meeting=meeting,
        url=reverse("meetings:minutes-desk", args=[meeting.reference]),
        speaker=make.make_attendance(meeting, make.make_motegi()),
        client=client_for(secretary),
        secretary=secretary,
    )


def send(desk, key, client=None, **fields):
    """What the desk's script sends, and what it is answered."""
    return (client or desk.client).post(f"{desk.url}entries/{key}/", fields, headers={"Accept": "application/json"})


def test_text_is_stored_under_the_key_that_the_desk_gave_it(desk):
    key = uuid4()
    answer = send(desk, key, version=0, kind="", audience="shared", text_ja="協議した。")
    assert answer.status_code == 200
    entry = Entry.objects.get(key=key)
    assert (entry.kind, entry.text_ja, answer.json()["order"]) == ("discussion", "協議した。", [str(key)])


def test_a_save_sends_only_what_changed(desk):
    entry = make.make_entry(desk.meeting, text_ja="古い")
    answer = send(desk, entry.key, version=1, fields="text_ja", text_ja="新しい")
    assert answer.json()["entry"]["version"] == 2
    entry.refresh_from_db()
    assert (entry.text_ja, entry.text_en) == ("新しい", "The co-chairs discussed the plan.")


def test_the_page_opens(desk):
    entry = make.make_entry(desk.meeting)
    page = desk.client.get(f"{desk.url}?entry={entry.key}").content.decode()
    assert f'id="entry-{entry.key}"' in page and "data-entry-form" in page
