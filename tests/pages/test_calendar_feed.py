"""A person's calendar feed: its key, its page, the address that opens without a log-in, and the file of one meeting."""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from ical.calendar_stream import IcsCalendarStream

from directory.calendar_keys import PRECISION_OF_USE, key_behind, make_calendar_key, note_use, revoke_calendar_key
from directory.models import CalendarKey, User
from records.access import Classification, Role
from records.models import AuditEvent
from secretariat.logs import WithoutKeys
from tests import factories as make

pytestmark = pytest.mark.django_db

PAGE = "/account/calendar/"
NOW = timezone.now()
SOON = timezone.localdate() + timedelta(days=30)


@pytest.fixture
def house(client_for: Any) -> SimpleNamespace:
    committee = make.make_committee()
    reader = make.make_user("reader", Role.READER, committee, clearance=Classification.OPEN)
    return SimpleNamespace(committee=committee, user=reader, reader=client_for(reader), anybody=Client())


def address_of(user: User) -> str:
    return f"/calendar/{make_calendar_key(user, at=timezone.now())}.ics"


def events(response: Any) -> list[Any]:
    assert response.status_code == 200
    return list(IcsCalendarStream.calendar_from_ics(response.content.decode()).events)


def soon(**fields: Any) -> Any:
    return make.make_meeting(None, SOON, **{"starts_at": None, "ends_at": None, **fields})


# The page


def test_the_address_is_shown_once_and_only_its_hash_is_kept(house: Any) -> None:
    page = house.reader.post(f"{PAGE}make/").content.decode()
    (secret,) = re.findall(r"/calendar/([\w-]{43})\.ics", page)
    assert CalendarKey.objects.get().key_digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in house.reader.get(PAGE).content.decode()
    assert house.anybody.get(f"/calendar/{secret}.ics").status_code == 200


def test_the_address_follows_the_public_one(house: Any, settings: Any) -> None:
    settings.PUBLIC_URL = "https://secretariat.example"
    assert "https://secretariat.example/calendar/" in house.reader.post(f"{PAGE}make/").content.decode()


def test_a_new_address_takes_the_place_of_the_old(house: Any) -> None:
    old, new = address_of(house.user), address_of(house.user)
    assert [house.anybody.get(each).status_code for each in (old, new)] == [404, 200]
    assert CalendarKey.objects.filter(revoked_at=None).count() == 1


def test_a_revoked_address_opens_nothing(house: Any) -> None:
    address = address_of(house.user)
    response = house.reader.post(f"{PAGE}revoke/")
    assert (response.status_code, response.url) == (302, PAGE)
    assert house.anybody.get(address).status_code == 404
    assert "You have no feed yet" in house.reader.get(PAGE).content.decode()


def test_looking_at_the_page_makes_and_revokes_nothing(house: Any) -> None:
    address_of(house.user)
    assert [house.reader.get(f"{PAGE}{verb}/").status_code for verb in ("make", "revoke")] == [405, 405]
    assert CalendarKey.objects.filter(revoked_at=None).count() == 1


def test_the_page_is_for_those_who_are_logged_in(house: Any) -> None:
    assert house.anybody.get(PAGE)["Location"].startswith("/account/login/")
    assert house.anybody.post(f"{PAGE}make/")["Location"].startswith("/account/login/")


def test_making_and_revoking_is_written_down_without_the_key(house: Any) -> None:
    address = address_of(house.user)
    revoke_calendar_key(house.user, at=NOW)
    assert revoke_calendar_key(house.user, at=NOW) is False
    trail = AuditEvent.objects.filter(label="directory.user", object_pk=house.user.pk)
    assert list(trail.values_list("verb", "actor")) == [
        ("made calendar key", house.user.pk),
        ("revoked calendar key", house.user.pk),
    ]
    assert address[10:-4] not in str(list(trail.values()))


@pytest.mark.parametrize("from_page", ["/meetings/calendar/", "/account/preferences/"])
def test_the_page_is_found(house: Any, from_page: str) -> None:
    assert f'href="{PAGE}"' in house.reader.get(from_page).content.decode()


# The feed


def test_the_feed_is_what_the_person_may_read_now(house: Any) -> None:
    soon(title_en="Seen")
    soon(title_en="Held closely", classification=Classification.RESTRICTED)
    make.make_meeting(make.make_committee("XX"), SOON, title_en="Elsewhere")
    address = address_of(house.user)
    assert [event.summary for event in events(house.anybody.get(address))] == ["Draft: Committee JR: Seen"]
    house.user.assignments.all().delete()
    assert events(house.anybody.get(address)) == []


def test_the_feed_is_the_key_holder_s_whoever_is_logged_in(house: Any, client_for: Any) -> None:
    soon(title_en="Held closely", classification=Classification.RESTRICTED)
    cleared = make.make_user("cleared", Role.SECRETARY, house.committee)
    assert events(client_for(cleared).get(address_of(house.user))) == []


def test_the_feed_goes_back_a_year(house: Any) -> None:
    today = timezone.localdate()
    make.make_meeting(None, today - timedelta(days=364), title_en="Kept")
    make.make_meeting(None, today - timedelta(days=367), title_en="Gone")
    assert [event.summary for event in events(house.anybody.get(address_of(house.user)))] == [
        "Draft: Committee JR: Kept"
    ]


def test_what_was_called_off_stays_and_says_so(house: Any) -> None:
    soon(state="cancelled")
    assert [event.status for event in events(house.anybody.get(address_of(house.user)))] == ["CANCELLED"]


def test_the_feed_speaks_the_person_s_language(house: Any) -> None:
    User.objects.filter(pk=house.user.pk).update(language="ja")
    make.make_agenda_item(soon(), title_ja="エネルギー", title_en="Energy")
    response = house.anybody.get(address_of(house.user), headers={"accept-language": "ru"})
    assert "エネルギー" in events(response)[0].description
    assert response["Content-Language"] == "ja"


@pytest.mark.parametrize("key", ["x", "0" * 43, "%00", "%ff", "é" * 50, "a" * 5000])
def test_a_key_that_is_none_opens_nothing(house: Any, key: str) -> None:
    address_of(house.user)
    assert house.anybody.get(f"/calendar/{key}.ics").status_code == 404


def test_the_hash_that_is_kept_opens_nothing(house: Any) -> None:
    address_of(house.user)
    assert house.anybody.get(f"/calendar/{CalendarKey.objects.get().key_digest}.ics").status_code == 404


def test_a_disabled_person_s_key_opens_nothing(house: Any) -> None:
    address = address_of(house.user)
    User.objects.filter(pk=house.user.pk).update(is_active=False)
    assert house.anybody.get(address).status_code == 404


def test_the_feed_is_only_read(house: Any) -> None:
    address = address_of(house.user)
    assert [getattr(house.anybody, verb)(address).status_code for verb in ("post", "put", "delete")] == [405] * 3


def test_an_unchanged_feed_is_not_sent_again(house: Any) -> None:
    meeting, address = soon(), address_of(house.user)
    first = house.anybody.get(address)
    again = house.anybody.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    meeting.delete()
    since = {"if-modified-since": first["Last-Modified"]}
    assert house.anybody.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert events(house.anybody.get(address, headers=since)) == []


def test_the_feed_is_kept_by_nobody_else_and_has_no_cookie(house: Any) -> None:
    response = house.anybody.get(address_of(house.user))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert {"private", "no-cache"} == set(response["Cache-Control"].replace(" ", "").split(","))
    assert not response.cookies


def test_the_feed_takes_as_many_queries_for_three_as_for_one(house: Any, django_assert_max_num_queries: Any) -> None:
    counts = []
    for rows in (1, 2):
        for _row in range(rows):
            make.make_agenda_item(soon())
        address = address_of(house.user)
        with django_assert_max_num_queries(6) as captured:
            assert house.anybody.get(address).status_code == 200
        counts.append(len(captured))
    assert len(set(counts)) == 1


def test_when_it_was_last_used_is_kept_at_most_once_an_hour(house: Any) -> None:
    key = key_behind(make_calendar_key(house.user, at=NOW))
    assert key is not None
    for minutes, kept in ((0, 0), (59, 0), (61, 61)):
        at = NOW + timedelta(minutes=minutes)
        note_use(CalendarKey.objects.get(pk=key.pk), at=at)
        assert CalendarKey.objects.get(pk=key.pk).last_used_at == NOW + timedelta(minutes=kept)
    assert timedelta(hours=1) == PRECISION_OF_USE


def test_reading_the_feed_leaves_no_event_in_the_trail(house: Any) -> None:
    """It keeps the hour of its last use, in the key's row, and that is all that any GET here writes."""
    address, before = address_of(house.user), AuditEvent.objects.count()
    house.anybody.get(address)
    assert CalendarKey.objects.get().last_used_at is not None
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("Not Found: /calendar/S3cret-_.ics", "Not Found: /calendar/…"),
        ("Not Found: /review/S3cret:1/changes/", "Not Found: /review/…/changes/"),
        ("Not Found: /meetings/calendar/", "Not Found: /meetings/calendar/"),
    ],
)
def test_no_key_stands_in_the_log(line: str, written: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "%s", (line,), None)
    assert WithoutKeys().filter(record) is True
    assert record.getMessage() == written


def test_every_line_of_the_log_passes_the_filter(settings: Any) -> None:
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["without_keys"]


# The administration


def test_in_the_administration_people_see_their_own_keys_and_no_hash(client_for: Any) -> None:
    own, other = (make.make_user(name, Role.ADMINISTRATOR) for name in ("akiko", "boris"))
    keys = [make.make_calendar_key(user) for user in (own, other)]
    client = client_for(own)
    listed = client.get("/admin/directory/calendarkey/")
    assert list(listed.context["cl"].queryset) == keys[:1]
    page = client.get(f"/admin/directory/calendarkey/{keys[0].pk}/change/")
    assert (page.status_code, keys[0].key_digest in page.content.decode()) == (200, False)
    assert client.get(f"/admin/directory/calendarkey/{keys[1].pk}/change/").status_code == 302
    assert client.get("/admin/directory/calendarkey/add/").status_code == 403


# One meeting as a file


def test_a_meeting_goes_into_a_calendar(house: Any) -> None:
    meeting = make.make_meeting()
    make.make_agenda_item(meeting, title_en="Energy", title_ru="Энергетика")
    response = house.reader.get("/meetings/JR-2020-12-21-CC/meeting.ics?language=ru")
    assert response["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert response["Content-Disposition"] == 'attachment; filename="JR-2020-12-21-CC.ics"'
    assert "1. Энергетика" in events(response)[0].description
    assert (
        'formaction="/meetings/JR-2020-12-21-CC/meeting.ics"'
        in house.reader.get(meeting.get_absolute_url()).content.decode()
    )


def test_a_meeting_that_was_called_off_goes_out_of_it(house: Any) -> None:
    make.make_meeting(state="cancelled")
    response = house.reader.get("/meetings/JR-2020-12-21-CC/meeting.ics")
    assert "METHOD:CANCEL" in response.content.decode()
    assert response["Content-Type"].endswith("method=CANCEL")


@pytest.mark.parametrize(("query", "status"), [("language=en%2Bja", 200), ("language=xx", 400), ("language=%00", 400)])
def test_a_language_that_is_none_is_named(house: Any, query: str, status: int) -> None:
    make.make_meeting()
    assert house.reader.get(f"/meetings/JR-2020-12-21-CC/meeting.ics?{query}").status_code == status


def test_a_meeting_that_may_not_be_read_is_not_there(house: Any) -> None:
    make.make_meeting(classification=Classification.RESTRICTED)
    make.make_meeting(make.make_committee("XX"), date(2021, 1, 1))
    for reference in ("JR-2020-12-21-CC", "XX-2021-01-01-CC", "nothing"):
        assert house.reader.get(f"/meetings/{reference}/meeting.ics").status_code == 404


# In a browser


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_is_accessible_before_during_and_after(page_as: Any, axe: Any, dark: bool) -> None:
    page = page_as(make.make_user("reader", Role.READER), dark=dark)
    page.goto(PAGE)
    axe(page)
    page.click("text=Make the address")
    page.wait_for_selector("#address")
    axe(page)
    page.click("text=I have copied it")
    page.click("text=Revoke the address")
    axe(page)
    page.click("button.btn-danger")
    page.wait_for_selector("text=You have no feed yet")
