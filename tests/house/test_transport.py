"""What holds for every answer: headers, refused methods and hosts, and that looking never writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from records.access import Role
from records.models import AuditEvent
from secretariat.middleware import Guard
from tests.factories import PASSWORD, make_committee, make_user
from tests.rig.sweep import World, addresses

pytestmark = pytest.mark.django_db

#: Looking that is written down on purpose: downloads, and each use of a review link, by which somebody without a log-in
#: reads. It is opened, read again, its PDF taken; whoever is logged in and looks at what is behind it is named.
NOTED = {"downloaded", "opened", "read again", "taken by link", "looked at"}


def test_every_page_carries_the_policies(client: Client) -> None:
    headers = client.get("/account/login/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Permissions-Policy"].startswith("camera=()")
    assert {"no-store", "private"} <= set(headers["Cache-Control"].replace(" ", "").split(","))


@pytest.mark.parametrize("path", ["/", "/meetings/", "/directory/people/", "/admin/"])
def test_pages_with_records_are_not_kept_by_browsers(client_for: Any, path: str) -> None:
    response = client_for(make_user("akiko", Role.ADMINISTRATOR)).get(path)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]


def test_over_https_everything_is_locked_to_it(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    redirect = client.get("/account/login/")
    assert (redirect.status_code, redirect["Location"]) == (301, "https://testserver/account/login/")
    assert "max-age=31536000" in client.get("/account/login/", secure=True).headers["Strict-Transport-Security"]


def test_trace_is_refused(client: Client) -> None:
    assert client.trace("/account/login/").status_code == 405


def test_a_strange_host_is_refused(client: Client) -> None:
    assert client.get("/account/login/", HTTP_HOST="evil.example").status_code == 400


def test_forwarded_headers_of_a_visitor_are_ignored(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz", HTTP_X_FORWARDED_PROTO="https").status_code == 301
    response = client.get("/account/login/", HTTP_X_FORWARDED_HOST="evil.example", secure=True)
    assert "evil.example" not in response.content.decode()


@pytest.mark.parametrize(("length", "status"), [("6000000", 413), ("ten", 400), ("-1", 400), ("10", 200)])
def test_a_body_is_refused_before_it_is_read(length: str, status: int) -> None:
    def handler(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    request = RequestFactory().post("/")
    request.META["CONTENT_LENGTH"] = length
    assert Guard(handler)(request).status_code == status


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_after_the_log_in_nobody_is_sent_elsewhere(client: Client, elsewhere: str) -> None:
    make_user("akiko", Role.READER)
    response = client.post(
        "/account/login/", {"login": "akiko", "password": PASSWORD, "next": elsewhere}, REMOTE_ADDR="192.0.2.7"
    )
    assert (response.status_code, response["Location"]) == (302, "/")


def test_the_session_key_changes_at_the_log_in(client: Client) -> None:
    make_user("akiko", Role.READER)
    client.get("/account/login/")
    session = client.session
    session["before"] = "yes"
    session.save()
    before = session.session_key
    client.cookies["session"] = before
    client.post("/account/login/", {"login": "akiko", "password": PASSWORD})
    assert client.session.session_key != before


def test_a_disabled_person_is_out_at_once(client_for: Any) -> None:
    user = make_user("akiko", Role.READER)
    client = client_for(user)
    assert client.get("/").status_code == 200
    user.is_active = False
    user.save()
    assert client.get("/").status_code == 302


def test_a_form_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("akiko", Role.SECRETARY))
    response = client.post("/meetings/new/", {})
    assert response.status_code == 403
    assert "out of date" in response.content.decode()


def test_looking_never_writes(client_for: Any) -> None:
    """A crawl leaves nothing in the trail but what is meant to be there: downloads, and each use of a review link.

    A calendar feed keeps the hour of its last use in its key's row: that is no event.
    """
    world = World("Xylophone")
    administrator = make_user("akiko", Role.ADMINISTRATOR, make_committee("AA"))
    before = AuditEvent.objects.count()
    for address in addresses():
        if address.name not in ("account_logout", "admin:logout"):
            for path in world.paths(address):
                client_for(administrator).get(path).getvalue()
    assert set(AuditEvent.objects.order_by("pk")[before:].values_list("verb", flat=True)) <= NOTED
    call_command("verify_audit", verbosity=0)
