"""What a person decides for themselves: password, sessions, language, clock, appearance."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from records.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db

NEW = "a quite different long password"
MAILS = {"mail_invitations": True, "mail_minutes": True, "mail_reminders": True}
PREFERENCES = {"language": "ja", "time_zone": "Europe/Moscow", "theme": "dark", **MAILS}


@pytest.fixture
def kanda() -> Any:
    cache.clear()
    return factories.make_user(
        "kanda", "secretary", first_name="Yui", last_name="Kanda", email="kanda@ministry.example"
    )


def logged_in(browser: str) -> Client:
    """A session made by typing, as the list of sessions knows it."""
    client = Client(headers={"user-agent": browser})
    client.post("/account/login/", {"login": "kanda", "password": factories.PASSWORD})
    return client


def change_password(client: Client, new: str = NEW, old: str = factories.PASSWORD) -> Any:
    return client.post("/account/password/change/", {"oldpassword": old, "password1": new, "password2": new})


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(kanda: Any) -> None:
    here, there = logged_in("Firefox"), logged_in("Chrome")
    change_password(here)
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    assert [session.user_agent for session in here.get("/account/sessions/").context["sessions"]] == ["Firefox"]


def test_a_new_password_is_noted_without_the_password(kanda: Any) -> None:
    change_password(logged_in("Firefox"))
    event = AuditEvent.objects.get(verb="changed password")
    assert (event.actor, event.label, event.object_pk, event.changes) == (kanda, "directory.user", kanda.pk, {})


@pytest.mark.parametrize("new", ["too short", "yfdbufnjh10305070", "kanda@ministry.example"])
def test_a_weak_password_is_refused(kanda: Any, new: str) -> None:
    client = logged_in("Firefox")
    response = change_password(client, new)
    assert response.status_code == 422
    assert "The password is not changed." in response.text
    kanda.refresh_from_db()
    assert kanda.check_password(factories.PASSWORD)


def test_the_present_password_is_asked_for(kanda: Any) -> None:
    response = change_password(logged_in("Firefox"), old="something else")
    assert response.status_code == 422
    assert "This is not your present password." in response.text


def test_people_see_their_sessions_and_end_the_others(kanda: Any) -> None:
    here = logged_in("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0")
    there = logged_in("Mozilla/5.0 (iPhone) AppleWebKit/605 Version/18 Safari/605")
    text = here.get("/account/sessions/").text
    assert "Firefox, Windows" in text
    assert "Safari, iPhone" in text
    here.post("/account/sessions/")
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)


def test_nobody_sees_the_sessions_of_somebody_else(client_for: Any, kanda: Any) -> None:
    logged_in("The browser of Kanda")
    other = factories.make_user("orlova", "reader")
    assert "The browser of Kanda" not in client_for(other).get("/account/sessions/").text


def test_preferences_are_stored_and_noted(client_for: Any, kanda: Any) -> None:
    assert client_for(kanda).post("/account/preferences/", PREFERENCES).url == "/account/preferences/"
    kanda.refresh_from_db()
    assert {name: getattr(kanda, name) for name in PREFERENCES} == PREFERENCES
    event = AuditEvent.objects.get(label="directory.user", verb="changed")
    assert event.changes == {
        "language": ["en", "ja"],
        "time_zone": ["Asia/Tokyo", "Europe/Moscow"],
        "theme": ["auto", "dark"],
    }


def test_preferences_that_do_not_change_leave_no_event(client_for: Any, kanda: Any) -> None:
    as_made = {"language": "en", "time_zone": "Asia/Tokyo", "theme": "auto"}
    client_for(kanda).post("/account/preferences/", {**PREFERENCES, **as_made})
    assert not AuditEvent.objects.filter(label="directory.user").exists()


def test_pages_follow_the_preferences(client_for: Any, kanda: Any) -> None:
    client = client_for(kanda)
    client.post("/account/preferences/", PREFERENCES)
    text = client.get("/").text
    assert '<html lang="ja" data-theme="dark" data-bs-theme="dark">' in text
    assert "Europe/Moscow" in text


@pytest.mark.parametrize(
    ("name", "value"), [("language", "fr"), ("time_zone", "Mars/Olympus"), ("time_zone", "\x00"), ("theme", "")]
)
def test_preferences_that_do_not_exist_are_refused(client_for: Any, kanda: Any, name: str, value: str) -> None:
    response = client_for(kanda).post("/account/preferences/", {**PREFERENCES, name: value})
    assert response.status_code == 422
    kanda.refresh_from_db()
    assert (kanda.language, kanda.time_zone, kanda.theme) == ("en", "Asia/Tokyo", "auto")


def test_preferences_give_nobody_more_rights(client_for: Any, kanda: Any) -> None:
    client_for(kanda).post("/account/preferences/", {**PREFERENCES, "is_superuser": "on", "username": "chief"})
    kanda.refresh_from_db()
    assert (kanda.is_superuser, kanda.username) == (False, "kanda")


def test_the_administration_sends_people_to_the_one_page_for_passwords(client_for: Any) -> None:
    response = client_for(factories.make_user(role="administrator")).get("/admin/password_change/")
    assert response.url == "/account/password/change/"


def test_people_say_which_mails_they_want(client_for: Any, kanda: Any) -> None:
    sent = {name: value for name, value in PREFERENCES.items() if name != "mail_reminders"}
    client_for(kanda).post("/account/preferences/", sent)
    kanda.refresh_from_db()
    assert (kanda.mail_invitations, kanda.mail_minutes, kanda.mail_reminders) == (True, True, False)
    assert AuditEvent.objects.get(label="directory.user").changes["mail_reminders"] == [True, False]


def test_people_see_where_their_mails_go(client_for: Any, kanda: Any) -> None:
    assert "kanda@ministry.example" in client_for(kanda).get("/account/preferences/").text
    nowhere = factories.make_user("orlova", "reader")
    assert "No address is known of you" in client_for(nowhere).get("/account/preferences/").text
