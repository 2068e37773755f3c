"""The door: one log-in for everything, slow to whoever guesses, and no way to make an account of one's own."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests import factories

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def kanda() -> Any:
    return factories.make_user("kanda", "secretary")


def type_in(client: Client, password: str, **options: Any) -> Any:
    return client.post(LOGIN + options.pop("query", ""), {"login": "kanda", "password": password}, **options)


def test_the_right_password_leads_to_the_desk(client: Client, kanda: Any) -> None:
    response = type_in(client, factories.PASSWORD)
    assert (response.status_code, response.url) == (302, "/")
    assert client.get("/").context["user"] == kanda


def test_a_wrong_password_is_refused_and_the_name_stays(client: Client, kanda: Any) -> None:
    response = type_in(client, "not the password")
    assert response.status_code == 422
    assert "The user name or the password is not right." in response.text
    assert 'value="kanda"' in response.text


def test_who_guesses_is_told_to_wait_even_with_the_right_password(client: Client, kanda: Any) -> None:
    for _attempt in range(5):
        type_in(client, "not the password")
    response = type_in(client, factories.PASSWORD)
    assert response.status_code == 422
    assert "Too many attempts. Please wait five minutes, then try again." in response.text


def test_hammering_is_answered_with_a_page_that_says_so(client: Client) -> None:
    statuses = [type_in(client, "x").status_code for _attempt in range(31)]
    assert statuses[-1] == 429
    assert "Too many attempts" in type_in(client, "x").text


def test_the_key_of_the_session_changes_at_log_in(client: Client, kanda: Any) -> None:
    client.get(LOGIN)
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    type_in(client, factories.PASSWORD)
    assert client.session.session_key != before


def test_a_next_address_elsewhere_is_not_followed(client: Client, kanda: Any) -> None:
    response = type_in(client, factories.PASSWORD, query="?next=https://example.org/")
    assert response.url == "/"


def test_the_administration_has_the_same_log_in(client: Client) -> None:
    response = client.get("/admin/login/", follow=True)
    assert response.redirect_chain[-1][0].startswith(LOGIN)


def test_an_account_that_is_switched_off_does_not_open(client: Client, kanda: Any) -> None:
    kanda.is_active = False
    kanda.save()
    assert client.get("/").status_code == 302
    assert "This account is switched off" in type_in(client, factories.PASSWORD, follow=True).text
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password"])
def test_there_is_no_sign_up_and_no_reset_by_mail(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_logging_out_asks_first_and_then_ends_the_session(client_for: Any, kanda: Any) -> None:
    client = client_for(kanda)
    assert "Log out?" in client.get("/account/logout/").text
    assert client.get("/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/").url == f"{LOGIN}?next=/"


@pytest.mark.parametrize(("language", "attribute"), [("ja", 'lang="ja"'), ("ru", 'lang="ru"')])
def test_who_has_not_logged_in_yet_chooses_a_language(client: Client, language: str, attribute: str) -> None:
    response = client.post("/account/language/", {"language": language, "next": f"{LOGIN}?next=/meetings/"})
    assert response.url == f"{LOGIN}?next=/meetings/"
    assert f"<html {attribute}" in client.get(LOGIN).text
