"""Downloads in the browser: who may, in which form, and the trail they leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from records.access import Role
from records.exports import typst
from records.models import AuditEvent
from tests.exports.reading import printed, rows_of
from tests.exports.scene import make_scene
from tests.factories import (
    make_agenda_item,
    make_committee,
    make_entry,
    make_meeting,
    make_mention,
    make_side,
    make_user,
)

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]


@pytest.fixture
def reader(client_for: ClientFor) -> Client:
    make_committee()
    return client_for(make_user("reader", Role.READER, last_name="Ono"))


@pytest.fixture
def guest(client_for: ClientFor) -> Client:
    """Somebody of the other side."""
    make_committee()
    return client_for(make_user("guest", Role.READER, side=make_side("RU")))


def pdf(reference: str = "JR-2020-12-21-CC", **parameters: str) -> str:
    return reverse("meetings:minutes-pdf", args=[reference], query=parameters)


def csv(reference: str = "JR-2020-12-21-CC", **parameters: str) -> str:
    return reverse("meetings:minutes-csv", args=[reference], query=parameters)


def body(response: Any) -> bytes:
    return response.getvalue()


# -- what arrives ----------------------------------------------------------------------------------------------------


def test_a_reader_takes_the_minutes_as_pdf(reader: Client) -> None:
    make_scene()
    response = reader.get(pdf(language="en+ja", edition="shared"))
    assert response.status_code == 200
    assert body(response).startswith(b"%PDF-1.7")
    assert {name: response[name] for name in ("Content-Type", "Content-Disposition")} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="JR-2020-12-21-CC minutes en+ja shared.pdf"',
    }
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store, private"


def test_a_reader_takes_the_minutes_as_csv(reader: Client) -> None:
    make_scene()
    response = reader.get(csv(language="ja", edition="public"))
    assert response.streaming
    [row] = rows_of(body(response))
    assert list(row.values())[9] == "会合の開催で一致した。"
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response["Content-Disposition"] == 'attachment; filename="JR-2020-12-21-CC minutes ja public.csv"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store, private"


def test_without_parameters_a_person_gets_their_language_and_the_widest_edition(client_for: ClientFor) -> None:
    make_scene()
    response = client_for(make_user(role=Role.READER, language="ru")).get(csv())
    assert response["Content-Disposition"].endswith('minutes ru internal.csv"')
    assert len(rows_of(body(response))) == 5


def test_the_other_side_gets_the_shared_edition_unless_it_asks_for_less(guest: Client) -> None:
    make_scene()
    assert guest.get(pdf())["Content-Disposition"].endswith('minutes en shared.pdf"')
    assert guest.get(pdf(edition="public"))["Content-Disposition"].endswith('minutes en public.pdf"')


def test_a_plus_in_the_address_may_be_encoded_or_not(reader: Client) -> None:
    make_scene()
    for spelling in ("en+ru", quote("en+ru")):
        response = reader.get(f"{csv()}?language={spelling}")
        assert response["Content-Disposition"].endswith('minutes en+ru internal.csv"')


# -- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [pdf, csv])
def test_the_other_side_is_refused_the_internal_edition(guest: Client, address: Callable[..., str]) -> None:
    make_scene()
    response = guest.get(address(edition="internal"))
    assert response.status_code == 403
    assert "You may have the shared one" in response.content.decode()
    assert not AuditEvent.objects.filter(verb="downloaded").exists()


@pytest.mark.parametrize("address", [pdf, csv])
def test_another_committee_finds_nothing(client_for: ClientFor, address: Callable[..., str]) -> None:
    make_scene()
    stranger = client_for(make_user(role=Role.SECRETARY, committee=make_committee("XX")))
    for parameters in ({}, {"edition": "public"}, {"language": "xx"}):
        assert stranger.get(address(**parameters)).status_code == 404
    assert stranger.get(address("JR-1999-01-01-CC")).status_code == 404


def test_nobody_is_sent_to_the_log_in_and_staff_without_a_committee_may_not(client_for: ClientFor) -> None:
    make_scene()
    for address in (pdf(), csv(), reverse("meetings:entry-export"), reverse("meetings:meeting-export")):
        assert client_for(None).get(address).status_code == 302
    assert client_for(make_user()).get(pdf()).status_code == 403
    assert rows_of(body(client_for(make_user()).get(reverse("meetings:meeting-export")))) == []


@pytest.mark.parametrize("address", [pdf, csv])
def test_a_download_is_a_get(reader: Client, address: Callable[..., str]) -> None:
    make_scene()
    assert reader.post(address()).status_code == 405


# -- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"language": "de"}, "language"),
        ({"language": "en+en"}, "language"),
        ({"language": "en+ja+ru"}, "language"),
        ({"language": "+"}, "language"),
        ({"language": "en\x00"}, "language"),
        ({"language": "x" * 5000}, "language"),
        ({"edition": "secret"}, "edition"),
        ({"edition": "internal\x00"}, "edition"),
        ({"edition": "<script>alert(1)</script>"}, "edition"),
    ],
)
@pytest.mark.parametrize("address", [pdf, csv])
def test_what_cannot_be_understood_is_named(
    reader: Client, address: Callable[..., str], parameters: dict[str, str], named: str
) -> None:
    make_scene()
    response = reader.get(address(**parameters))
    assert response.status_code == 400
    assert f"{named}: " in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_a_filter_that_cannot_be_understood_is_named(reader: Client) -> None:
    for name in ("meetings:meeting-export", "meetings:entry-export"):
        response = reader.get(reverse(name, query={"year": "soon"}))
        assert response.status_code == 400
        assert "year: " in response.content.decode()


# -- the trail -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "form"), [(pdf, "pdf"), (csv, "csv")])
def test_each_download_leaves_its_event(reader: Client, address: Callable[..., str], form: str) -> None:
    minutes = make_scene().minutes
    body(reader.get(address(language="en+ja", edition="public")))
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.label, event.object_pk, event.actor_name) == (
        "downloaded", "meetings.minutes", minutes.pk, "Ono",
    )  # fmt: skip
    assert event.changes == {"edition": [None, "public"], "language": [None, "en+ja"], "format": [None, form]}


def test_taking_many_minutes_is_written_at_every_meeting(reader: Client) -> None:
    first, second = make_meeting(), make_meeting(kind="session", ordinal=3)
    body(reader.get(reverse("meetings:entry-export")))
    events = AuditEvent.objects.filter(verb="downloaded")
    assert {event.object_pk for event in events} == {first.minutes.pk, second.minutes.pk}


# -- lists -----------------------------------------------------------------------------------------------------------


def test_the_list_is_exported_as_it_is_filtered(reader: Client) -> None:
    make_meeting()
    make_meeting(kind="session", ordinal=15)
    make_meeting(make_committee("XX"))
    response = reader.get(reverse("meetings:meeting-export", query={"kind": "session"}))
    assert [row["Reference"] for row in rows_of(body(response))] == ["JR-2020-12-21-S15"]
    assert response["Content-Disposition"] == 'attachment; filename="meetings.csv"'


def test_the_entries_of_the_filtered_meetings_are_one_table(reader: Client) -> None:
    make_entry(make_meeting(), text_en="Talked")
    make_entry(make_meeting(kind="session", ordinal=15), text_en="Met", audience="internal")
    make_entry(make_meeting(make_committee("XX")), text_en="Elsewhere")
    every = reader.get(reverse("meetings:entry-export"))
    assert sorted(row["Text (English)"] for row in rows_of(body(every))) == ["Met", "Talked"]
    some = reader.get(reverse("meetings:entry-export", query={"kind": "session", "edition": "shared"}))
    assert rows_of(body(some)) == []


# -- what can go wrong -----------------------------------------------------------------------------------------------


def test_characters_that_cannot_be_printed_are_told_of(reader: Client) -> None:
    make_entry(make_meeting(), text_en="Smiled 😀")
    response = reader.get(pdf())
    assert response["X-Substituted-Characters"] == "U+1F600"
    assert "Smiled 〓[U+1F600]" in printed(body(response))
    [message] = get_messages(response.wsgi_request)
    assert "marked by its number in the PDF: U+1F600" in str(message)


def test_a_pdf_that_takes_too_long_is_a_page_that_says_so(reader: Client, caplog: Any) -> None:
    make_scene()
    press = typst.typesetter()
    press.close()
    press.deadline, usual = 0.0001, press.deadline
    try:
        response = reader.get(pdf())
    finally:
        press.deadline = usual
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "The PDF could not be made" in response.content.decode()
    assert "JR-2020-12-21-CC" in caplog.text
    assert not AuditEvent.objects.filter(verb="downloaded").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(reader: Client, count: int) -> None:
    meeting = make_meeting()
    for _ in range(count):
        make_mention(make_entry(meeting, "statement", agenda_item=make_agenda_item(meeting)))
    with CaptureQueriesContext(connection) as seen:
        body(reader.get(pdf()))
    read = [query["sql"] for query in seen.captured_queries if query["sql"].startswith("SELECT ")]
    assert len(read) == 9  # session, person and trail included
