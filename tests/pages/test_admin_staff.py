"""Accounts and rights in the administration: given by those who hold them, to others, up to their own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from directory.models import Assignment, User
from records.models import AuditEvent
from tests import factories
from tests.rig.administration import as_shown, errors_of, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Any:
    return factories.make_user("admin", "administrator")


@pytest.fixture
def client(client_for: Any, administrator: Any) -> Any:
    return client_for(administrator)


@pytest.fixture
def founder(client_for: Any) -> Any:
    return client_for(factories.make_user("founder", is_superuser=True))


# Users


def assignment_data(user: User, **facts: Any) -> dict[str, Any]:
    committee = facts.pop("committee", None) or factories.make_committee()
    return {"user": user.pk, "committee": committee.pk, "side": committee.own_side.pk, "role": "reader"} | facts


def test_an_account_is_made_with_a_password_and_a_role(client: Any) -> None:
    committee = factories.make_committee()
    data = as_shown(client, url_of(User, "add")) | {"username": "yui", "new_password": "a long enough secret"}
    data |= {"assignments-TOTAL_FORMS": 1, "assignments-0-committee": committee.pk, "assignments-0-role": "secretary"}
    data |= {"assignments-0-side": committee.own_side.pk, "assignments-0-clearance": 1}
    assert client.post(url_of(User, "add"), data).status_code == 302
    user = User.objects.get(username="yui")
    assert user.check_password("a long enough secret")
    assert [(grant.role, grant.clearance) for grant in user.assignments.all()] == [("secretary", 1)]
    assert "enough secret" not in json.dumps(list(AuditEvent.objects.values_list("changes", flat=True)))


@pytest.mark.parametrize("password", ["", "short", "passwordpassword"[:8]])
def test_a_weak_password_is_refused(client: Any, password: str) -> None:
    data = as_shown(client, url_of(User, "add")) | {"username": "yui", "new_password": password}
    response = client.post(url_of(User, "add"), data)
    assert response.status_code == 422
    assert "new_password" in errors_of(response)
    assert f'value="{password}"' not in response.content.decode() or not password


def test_a_new_password_ends_the_sessions_of_the_old(client: Any, client_for: Any) -> None:
    user = factories.make_user("yui", "secretary")
    theirs = client_for(user)
    url = url_of(User, "change", user.pk)
    data = as_shown(client, url) | {"new_password": "another long secret"}
    assert client.post(url, data).status_code == 302
    assert theirs.get(reverse("directory:person-list")).status_code == 302
    assert AuditEvent.objects.latest("pk").verb == "changed password"


def test_an_account_is_deactivated_and_never_deleted(client: Any) -> None:
    user = factories.make_user("yui", "secretary")
    url = url_of(User, "change", user.pk)
    data = as_shown(client, url)
    del data["is_active"]
    assert client.post(url, data).status_code == 302
    user.refresh_from_db()
    assert not user.is_active
    assert client.post(url_of(User, "delete", user.pk), {"post": "yes"}).status_code == 403


def test_two_administrators_do_not_overwrite_each_others_changes_of_an_account(client: Any) -> None:
    user = factories.make_user("yui", "secretary")
    url = url_of(User, "change", user.pk)
    data = as_shown(client, url) | {"first_name": "Yui"}
    User.objects.filter(pk=user.pk).update(last_name="Kanda")
    refused = client.post(url, data)
    assert refused.status_code == 409
    assert "Kanda" in refused.content.decode()


def test_nobody_gives_rights_to_themselves(client: Any, administrator: Any, client_for: Any) -> None:
    own = administrator.assignments.get()
    add = url_of(Assignment, "add")
    elsewhere = factories.make_committee("XY")
    assert client.post(add, assignment_data(administrator, committee=elsewhere, clearance=0)).status_code == 422
    change_url = url_of(Assignment, "change", own.pk)
    refused = client.post(change_url, as_shown(client, change_url) | {"role": "approver"})
    assert refused.status_code == 422
    assert client.post(url_of(User, "change", administrator.pk), {"is_superuser": "on"}).status_code == 403
    assert client.post(url_of(Assignment, "delete", own.pk), {"post": "yes"}).status_code == 302
    own.refresh_from_db()
    assert own.role == "administrator"


def test_nobody_gives_more_than_they_have(client_for: Any) -> None:
    giver = factories.make_user(role="administrator", clearance=1)
    client = client_for(giver)
    user = factories.make_user("yui")
    elsewhere = factories.make_committee("XY")
    factories.make_assignment(giver, "reader", elsewhere)
    add = url_of(Assignment, "add")
    assert "clearance" in errors_of(client.post(add, assignment_data(user, clearance=2)))
    assert client.post(add, assignment_data(user, committee=elsewhere, clearance=0)).status_code in (403, 422)
    assert client.post(add, assignment_data(user, clearance=1)).status_code == 302
    assert [(grant.committee.code, grant.clearance) for grant in user.assignments.all()] == [("JR", 1)]


def test_only_a_superuser_makes_superusers(client: Any, founder: Any) -> None:
    user = factories.make_user("yui", "secretary")
    url = url_of(User, "change", user.pk)
    client.post(url, as_shown(client, url) | {"is_superuser": "on", "first_name": "Yui"})
    user.refresh_from_db()
    assert (user.is_superuser, user.first_name) == (False, "Yui")
    founder.post(url, as_shown(founder, url) | {"is_superuser": "on"})
    user.refresh_from_db()
    assert user.is_superuser


@pytest.mark.parametrize("who", ["a superuser", "somebody of another committee too", "somebody cleared higher"])
def test_whoever_holds_more_than_the_administrator_is_not_theirs_to_log_in_as(client_for: Any, who: str) -> None:
    client = client_for(factories.make_user(role="administrator", clearance=1))
    user = factories.make_user("yui", "secretary", clearance=2 if who == "somebody cleared higher" else 0)
    if who == "a superuser":
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    if who == "somebody of another committee too":
        factories.make_assignment(user, "reader", factories.make_committee("XY"))
    url = url_of(User, "change", user.pk)
    page = client.get(url)
    assert page.status_code == 200
    assert "Committee XY" not in page.content.decode()
    assert client.post(url, {"username": "yui", "new_password": "a long enough secret"}).status_code == 403


def test_a_password_hash_cannot_be_guessed_by_filtering(client: Any) -> None:
    assert client.get(url_of(User, "changelist") + "?password__startswith=md5").status_code == 400


def test_a_secretary_does_not_see_the_users(client_for: Any) -> None:
    client = client_for(factories.make_user(role="secretary"))
    assert client.get(url_of(User, "changelist")).status_code == 403
