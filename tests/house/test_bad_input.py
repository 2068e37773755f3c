"""Malformed, missing, oversized, hostile: every address answers with a page, never with a failure."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from directory.models import User
from records.access import Role
from records.models import AuditEvent
from tests.factories import make_committee, make_organisation, make_user
from tests.rig.sweep import World, addresses

pytestmark = pytest.mark.django_db

HOSTILE = {
    "nothing": "",
    "NUL": "a\x00b",
    "a reversing mark": "a\u202eb",
    "nothing visible": "\u200b\u200b",
    "a script": "<script>alert(1)</script>",
    "a huge number": "9" * 400,
    "a negative number": "-1",
    "a number too large for the database": "9223372036854775808",
    "a date that is none": "2021-02-30",
    "a date out of range": "0000-00-00",
    "very long": "長" * 20_001,
    "a broken escape": "%ff%00%",
}
ALL = list(addresses())
#: These end the session or belong to a library's own tests.
LEFT_OUT = {
    "account_logout",
    "account_change_password",
    "usersessions_list",
    "admin:logout",
    "account_login",
    "admin:login",
    "set_language",
    "admin:view_on_site",
}
#: Filled in by the page itself, or the person's own, and sent as they are.
KEPT = {"csrfmiddlewaretoken"}


@pytest.fixture
def world() -> World:
    return World("Xylophone")


@pytest.fixture
def writer(world: World) -> User:
    return make_user("akiko", Role.ADMINISTRATOR, make_committee("AA"))


def names_on(page: bytes) -> list[str]:
    return sorted({name.decode() for name in re.findall(rb'\sname="([^"]+)"', page)} - KEPT)


def filled_in(names: list[str], turn: int) -> dict[str, str]:
    """Every field with another hostile value, and with yet another at the next turn."""
    values = list(HOSTILE.values())
    filled = {name: values[(place + turn * 3) % len(values)] for place, name in enumerate(names)}
    # How many rows a page of several says it has: Django stops at 2,000, which takes a while to draw.
    return filled | {name: "1" for name in names if name.endswith("_FORMS")}


def failing(client: Client, path: str, turns: int) -> list[str]:
    """What failed of so many tries to break the address."""
    page = client.get(path)
    names = [*names_on(b"" if page.streaming else page.content), "q", "page", "unknown"]
    page.getvalue()  # to the end, so that files are closed
    failures = []
    for turn in range(turns):
        values = filled_in(names, turn)
        in_address = {name: value[:500] for name, value in values.items()}
        for asked, response in (("GET", client.get(path, in_address)), ("POST", client.post(path, values))):
            response.getvalue()
            if response.status_code >= 500:
                failures.append(f"{asked} {path} with {values!r:.300}")
    return failures


def test_hostile_values_never_break_a_page(world: World, writer: User) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(writer)
    paths = [world.paths(address)[0] for address in ALL if address.name not in LEFT_OUT and not address.is_admin]
    assert [line for path in paths for line in failing(client, path, turns=3)] == []


def test_hostile_values_never_break_the_administration(world: World, writer: User) -> None:
    """Its lists and forms; Django makes histories and deletions out of what is stored."""
    client = Client(raise_request_exception=False)
    client.force_login(writer)
    forms = [a for a in ALL if a.is_admin and a.name.endswith(("_changelist", "_add", "_change", "autocomplete"))]
    assert [line for address in forms for line in failing(client, world.paths(address)[0], turns=1)] == []


@pytest.mark.parametrize(
    "path",
    [
        "/meetings/%00/",
        "/meetings/%ff/",
        "/meetings/" + "a" * 3000 + "/",
        "/directory/people/99999999999999999999/",
        "/records/no.such/1/history/",
        "/records/directory.user/1/history/",
        "/records/sessions.session/1/history/",
        "/records/x/1/history/",
    ],
)
def test_addresses_that_lead_nowhere_say_so(client_for: Any, writer: User, path: str) -> None:
    assert client_for(writer).get(path).status_code == 404


def test_too_many_fields_are_refused(client_for: Any, writer: User) -> None:
    response = client_for(writer).post("/meetings/new/", {f"field{n}": "x" for n in range(1200)})
    assert response.status_code == 400


def test_too_much_is_refused(client_for: Any, writer: User) -> None:
    client = client_for(writer)
    assert client.post("/meetings/new/", {"title_en": "x" * 3_000_000}).status_code in (400, 413)
    assert client.post("/meetings/new/", {"title_en": "x" * 6_000_000}).status_code == 413


def test_a_body_that_is_no_form_is_refused_or_answered(client_for: Any, writer: User) -> None:
    client = client_for(writer)
    for body, kind in (
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"--x", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
    ):
        assert 400 <= client.post("/meetings/new/", body, content_type=kind).status_code < 500


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/", "file:///etc/passwd"]
)
def test_a_link_runs_nothing(link: str) -> None:
    organisation = make_organisation(website=link)
    with pytest.raises(ValidationError):
        organisation.full_clean()


def test_a_script_is_shown_and_not_run(client_for: Any, writer: User) -> None:
    """In every text of every record, on every page."""
    world = World("<script>alert('x')</script>", code="BB")
    reader = make_user("reader", Role.ADMINISTRATOR, make_committee("BB"))
    client = client_for(reader)
    running = []
    for address in ALL:
        if address.name in LEFT_OUT:
            continue
        for path in world.paths(address):
            response = client.get(path)
            is_page = response.headers.get("Content-Type", "").startswith("text/html")
            if is_page and b"<script>alert" in response.content:
                running.append(path)
            response.getvalue()
    assert running == []
    assert AuditEvent.objects.exists()
