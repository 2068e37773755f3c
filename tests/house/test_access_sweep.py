"""Every address, walked as nobody, as a reader, as another committee's editor, as the other side, without clearance.

A new address that the sweep has no arguments for fails it (``NotCovered``), so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from directory.models import User
from meetings.models import Meeting, Minutes
from records.access import Audience, Classification, Role
from records.actions import change
from records.models import AuditEvent, Record
from tests.factories import make_committee, make_entry, make_user
from tests.rig.sweep import Address, World, addresses

pytestmark = pytest.mark.django_db

SECRET = "Xylophone"
ALL = list(addresses())
#: What anybody may open: the door, and the answer to "are you well?".
PUBLIC = {"account_login", "account_inactive", "admin:login", "health", "set_language"}
#: What a key opens that its holder has been given: whoever has it needs no log-in. Their own tests say what it shows.
BY_KEY = {address.name for address in ALL if address.name.startswith(("review:", "calendar-feed"))}
#: The last words of addresses that only show something. All others write.
READING = {"list", "detail", "calendar", "compare", "verify", "history", "home"} | {
    *("export", "download", "copy", "pdf", "csv", "docx", "json", "akn", "differences", "ics", "txt", "report", "html"),
}
#: A person's own account.
OWN = {name for name in (a.name for a in ALL) if name.startswith(("account_", "usersessions_", "set_language"))}

Sender = Callable[[Client, str], HttpResponse]
METHODS: list[tuple[str, Sender]] = [
    ("GET", lambda client, path: client.get(path)),
    ("POST", lambda client, path: client.post(path, {"post": "yes", "version": "1"})),
]


def sweep(world: World, user: User | None, chosen: Iterable[Address]) -> dict[str, HttpResponse]:
    """What each address answers to the user: ``{"GET /meetings/": response}``. Each is asked by a fresh log-in."""
    answers = {}
    for address in chosen:
        for path in world.paths(address):
            for method, send in METHODS:
                client = Client(raise_request_exception=False)
                if user is not None:
                    client.force_login(user)
                answers[f"{method} {path}"] = send(client, path)
    return answers


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def statuses(answers: dict[str, HttpResponse]) -> dict[str, int]:
    return {asked: answer.status_code for asked, answer in answers.items()}


def wrong(answers: dict[str, HttpResponse], *right: int) -> dict[str, int]:
    return {asked: status for asked, status in statuses(answers).items() if status not in right}


def leaking(answers: dict[str, HttpResponse], secret: str = SECRET) -> list[str]:
    return [asked for asked, answer in answers.items() if secret.encode() in body(answer)]


def is_bound(world: World, address: Address) -> bool:
    """Whether it leads to a record of the world's committee and not to one that all committees share."""
    record = world.about(address)
    return isinstance(record, Record) and record.governing_committee is not None


@pytest.fixture
def world() -> World:
    return World(SECRET)


def test_every_address_is_covered(world: World) -> None:
    assert all(path.startswith("/") for address in ALL for path in world.paths(address))


def test_what_is_public_exists() -> None:
    assert {address.name for address in ALL} >= PUBLIC


def test_nobody_is_sent_to_the_log_in(world: World) -> None:
    answers = sweep(world, None, [address for address in ALL if address.name not in PUBLIC | BY_KEY])
    assert wrong(answers, 302, 404, 405) == {}
    elsewhere = {
        asked: answer["Location"]
        for asked, answer in answers.items()
        if answer.status_code == 302 and not answer["Location"].startswith(("/account/login/", "/admin/login/"))
    }
    assert elsewhere == {}
    assert leaking(answers) == []


def test_somebody_without_an_assignment_sees_no_record(world: World) -> None:
    answers = sweep(world, make_user("newcomer"), [address for address in ALL if address.name not in BY_KEY])
    assert {asked: status for asked, status in statuses(answers).items() if status >= 500} == {}
    assert leaking(answers) == []


def test_a_reader_writes_nothing(world: World) -> None:
    reader = make_user("reader", Role.READER, make_committee("AA"))
    before = AuditEvent.objects.count()
    writing = [
        address
        for address in ALL
        if not address.is_admin and address.verb not in READING and address.name not in PUBLIC | OWN | BY_KEY | {"desk"}
    ]
    assert wrong(sweep(world, reader, writing), 403, 405) == {}
    assert wrong(sweep(world, reader, [a for a in ALL if a.is_admin and a.name != "admin:logout"]), 302, 403, 404) == {}
    assert AuditEvent.objects.count() == before


def test_a_reader_reads_what_is_theirs(world: World) -> None:
    Minutes.objects.update(state="circulated")  # a draft has no text for machines
    reader = make_user("reader", Role.READER, make_committee("AA"))
    reading = [a for a in ALL if not a.is_admin and a.verb in READING and a.name not in BY_KEY]
    answers = {
        asked: answer
        for asked, answer in sweep(world, reader, reading).items()
        # Assignments are read by those who manage users, a mail by its reader and those who call the meetings.
        if asked.startswith("GET") and "directory.assignment" not in asked and not asked.partition("/mail/")[2]
    }
    assert wrong(answers, 200, 301, 302) == {}
    assert f"GET /meetings/{world.records['meeting']}/" in leaking(answers)


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.ADMINISTRATOR, Role.APPROVER])
def test_another_committees_staff_find_nothing(world: World, role: Role) -> None:
    outsider = make_user("outsider", role, make_committee("BB"))
    before = AuditEvent.objects.count()
    bound = [address for address in ALL if is_bound(world, address)]
    pages = sweep(world, outsider, [address for address in bound if not address.is_admin])
    refused = (403, 404, 405) if role is Role.APPROVER else (404, 405)
    assert wrong(pages, *refused) == {}
    in_admin = sweep(world, outsider, [address for address in bound if address.is_admin])
    assert wrong(in_admin, 302, 403, 404) == {}
    assert AuditEvent.objects.count() == before
    assert leaking({**pages, **in_admin}) == []


def test_another_committees_editor_finds_no_history(world: World) -> None:
    outsider = make_user("outsider", Role.ADMINISTRATOR, make_committee("BB"))
    client = Client(raise_request_exception=False)
    client.force_login(outsider)
    found = {
        record.get_history_url(): client.get(record.get_history_url()).status_code
        for record in world.records.values()
        if isinstance(record, Record) and record.governing_committee is not None
    }
    assert set(found.values()) == {404}


def test_another_committees_editor_finds_nothing_in_lists_exports_and_histories(world: World) -> None:
    outsider = make_user("outsider", Role.ADMINISTRATOR, make_committee("BB"))
    answers = sweep(world, outsider, [a for a in ALL if not is_bound(world, a) and a.name not in BY_KEY])
    assert {asked: status for asked, status in statuses(answers).items() if status >= 500} == {}
    assert leaking(answers) == []


@pytest.mark.parametrize("search", ["q", "text", "search", "term", "name"])
def test_nor_by_searching_for_it(world: World, search: str) -> None:
    outsider = make_user("outsider", Role.ADMINISTRATOR, make_committee("BB"))
    client = Client(raise_request_exception=False)
    client.force_login(outsider)
    lists = [
        path
        for a in ALL
        if a.verb in ("list", "export", "changelist") or "changelist" in a.name
        for path in world.paths(a)
    ]
    found = [
        path
        for path in lists
        # The page repeats what was searched for, once or twice; the record is named after it.
        if f"Meeting {SECRET}".encode() in body(client.get(path, {search: SECRET}))
    ]
    assert found == []


def test_the_other_side_reads_what_is_shared_and_not_what_is_internal(world: World) -> None:
    committee = make_committee("AA")
    make_entry(world.records["meeting"], text_en="Hush-hush", audience=Audience.INTERNAL)  # type: ignore[arg-type]
    theirs = make_user("theirs", Role.SECRETARY, committee, committee.other_side)
    before = AuditEvent.objects.count()
    answers = sweep(world, theirs, [address for address in ALL if address.name not in OWN | BY_KEY])
    assert leaking(answers, "Hush-hush") == []
    assert f"GET /meetings/{world.records['meeting']}/" in leaking(answers)
    # What they took with them is written down; they changed nothing.
    assert set(AuditEvent.objects.order_by("pk")[before:].values_list("verb", flat=True)) <= {"downloaded"}


def test_without_clearance_a_confidential_meeting_is_not_there(world: World) -> None:
    meeting = world.records["meeting"]
    assert isinstance(meeting, Meeting)
    meeting.classification = Classification.CONFIDENTIAL
    change(meeting, by=None)
    committee = make_committee("AA")
    cleared = make_user("cleared", Role.SECRETARY, committee, clearance=Classification.CONFIDENTIAL)
    uncleared = make_user("uncleared", Role.SECRETARY, committee, clearance=Classification.RESTRICTED)
    own = [address for address in ALL if world.about(address) is meeting and not address.is_admin]
    assert set(statuses(sweep(world, cleared, [a for a in own if a.verb == "detail"])).values()) <= {200, 405}
    assert wrong(sweep(world, uncleared, own), 404, 405) == {}
    everywhere = [address for address in ALL if address.name not in BY_KEY]
    assert leaking(sweep(world, uncleared, everywhere), f"Meeting {SECRET}") == []
