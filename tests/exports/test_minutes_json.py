"""A revision for machines: every edition proves the same hash and shows no more than its own part."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from meetings.actions.agreeing import circulate, take_back
from meetings.models import Minutes, Revision
from meetings.revisions import canonical, content_of, digest_of, entries_of
from records.access import Edition, Role
from records.models import AuditEvent
from tests.exports.scene import SECRETS, make_scene
from tests.factories import make_committee, make_side, make_user

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
REFERENCE = "JR-2020-12-21-CC"
#: How many entries each edition of the scene has.
COUNTS = {Edition.INTERNAL: 5, Edition.SHARED: 2, Edition.PUBLIC: 1}


def address(**parameters: str) -> str:
    return reverse("meetings:minutes-json", args=[REFERENCE], query=parameters)


def circulated() -> Revision:
    return circulate(make_scene(state="held").minutes, by=None)


@pytest.fixture
def reader(client_for: ClientFor) -> Client:
    make_committee()
    return client_for(make_user("reader", Role.READER, last_name="Ono"))


@pytest.fixture
def delegate(client_for: ClientFor) -> Client:
    make_committee()
    return client_for(make_user("guest", Role.READER, side=make_side("RU")))


@pytest.mark.parametrize("edition", Edition)
def test_every_edition_proves_the_revisions_hash(reader: Client, edition: Edition) -> None:
    revision = circulated()
    response = reader.get(address(edition=edition.value))
    content = json.loads(response.content)
    assert digest_of(content) == revision.digest
    assert response.content.decode() == canonical(content)
    assert len(entries_of(content, edition)) == COUNTS[edition]


@pytest.mark.parametrize("edition", [Edition.SHARED, Edition.PUBLIC])
def test_of_the_parts_left_out_there_are_hashes_only(reader: Client, edition: Edition) -> None:
    revision = circulated()
    text = reader.get(address(edition=edition.value)).content.decode()
    assert [secret for secret in SECRETS if secret in text] == []
    whole, shown = content_of(revision)["parts"], json.loads(text)["parts"]
    assert {name for name, part in shown.items() if part == whole[name]} == set(edition.audiences)
    assert all(len(part) == 64 for name, part in shown.items() if name not in edition.audiences)
    assert whole["internal"]["salt"] not in text


def test_the_internal_edition_is_the_revision_to_the_letter(reader: Client) -> None:
    revision = circulated()
    assert reader.get(address()).content.decode() == revision.content


def test_a_download_is_named_typed_and_written_into_the_trail(reader: Client) -> None:
    revision = circulated()
    response = reader.get(address(edition="shared", language="ja"))
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == f'attachment; filename="{REFERENCE} minutes en+ja+ru shared.json"'
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "no-store, private")
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.object_pk, event.actor_name) == ("downloaded", revision.minutes_id, "Ono")
    assert event.changes == {"edition": [None, "shared"], "language": [None, "en+ja+ru"], "format": [None, "json"]}


def test_a_draft_has_no_revision_yet(reader: Client) -> None:
    make_scene()
    response = reader.get(address())
    assert response.status_code == 409
    assert "There is no revision yet" in response.content.decode()
    assert not AuditEvent.objects.filter(verb="downloaded").exists()


def test_minutes_taken_back_are_a_draft_again_and_circulated_anew_show_the_new_revision(reader: Client) -> None:
    minutes = circulated().minutes
    take_back(minutes, by=None, reason="A word is wrong.")
    assert reader.get(address()).status_code == 409
    second = circulate(Minutes.objects.get(pk=minutes.pk), by=None)
    assert json.loads(reader.get(address()).content)["number"] == second.number == 2


def test_the_other_side_gets_the_shared_edition_and_never_the_internal_one(delegate: Client) -> None:
    revision = circulated()
    assert delegate.get(address(edition="internal")).status_code == 403
    assert not AuditEvent.objects.filter(verb="downloaded").exists()
    content = json.loads(delegate.get(address()).content)
    assert isinstance(content["parts"]["internal"], str)
    assert digest_of(content) == revision.digest


def test_another_committee_finds_nothing(client_for: ClientFor) -> None:
    circulated()
    stranger = client_for(make_user(role=Role.SECRETARY, committee=make_committee("XX")))
    assert stranger.get(address(edition="public")).status_code == 404


def test_what_cannot_be_understood_is_named(reader: Client) -> None:
    circulated()
    response = reader.get(address(edition="secret"))
    assert response.status_code == 400
    assert "edition: " in response.content.decode()
    assert reader.post(address()).status_code == 405


def test_the_meetings_page_offers_it_once_there_is_a_revision(reader: Client) -> None:
    scene = make_scene(state="held")
    assert address() not in reader.get(scene.meeting.get_absolute_url()).content.decode()
    circulate(scene.minutes, by=None)
    page = reader.get(scene.meeting.get_absolute_url()).content.decode()
    for name in ("minutes-json", "minutes-docx", "agenda-docx"):
        assert reverse(f"meetings:{name}", args=[REFERENCE]) in page


def test_the_command_writes_it_too(tmp_path: Any) -> None:
    revision = circulated()
    target = tmp_path / "minutes.json"
    call_command("export_minutes", REFERENCE, "--format=json", "--edition=public", "--output", str(target))
    assert digest_of(json.loads(target.read_text())) == revision.digest
    assert AuditEvent.objects.latest("pk").changes["language"] == [None, "en+ja+ru"]


def test_the_command_says_that_a_draft_has_no_revision(tmp_path: Any) -> None:
    make_scene()
    with pytest.raises(CommandError, match="There is no revision yet"):
        call_command("export_minutes", REFERENCE, "--format=json", "--output", str(tmp_path / "minutes.json"))
    assert list(tmp_path.iterdir()) == []
