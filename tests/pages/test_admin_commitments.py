"""Commitments and mentions in the administration: the same rules as where minutes are taken."""

from __future__ import annotations

from typing import Any

import pytest

from agreements.models import Commitment, Responsibility
from meetings.models import Mention
from tests import factories as make
from tests.rig.administration import as_shown, errors_of, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_for: Any) -> Any:
    return client_for(make.make_user("admin", "administrator"))


def test_words_that_the_entry_does_not_say_are_refused(client: Any) -> None:
    mention = make.make_mention(kind="reaffirms")
    url = url_of(Mention, "change", mention.pk)
    response = client.post(url, as_shown(client, url) | {"words_en": "never said"})
    assert (response.status_code, "words_en" in errors_of(response)) == (422, True)
    assert client.post(url, as_shown(client, url) | {"words_en": "co-chairs agreed"}).status_code == 302


def test_removing_what_makes_a_commitment_drops_it_here_too(client: Any) -> None:
    mention = make.make_mention()
    client.post(url_of(Mention, "delete", mention.pk), {"post": "yes"})
    assert (Mention.objects.count(), Commitment.objects.get().state) == (0, "dropped")


def test_nothing_is_said_of_minutes_that_have_left_the_desk(client: Any) -> None:
    mention = make.make_mention(kind="reaffirms")
    mention.entry.minutes.state = "circulated"
    mention.entry.minutes.save()
    url = url_of(Mention, "change", mention.pk)
    assert client.post(url, as_shown(client, url) | {"kind": "modifies"}).status_code == 422


def test_a_commitment_is_not_coupled_with_one_that_hangs_on_it(client: Any) -> None:
    first = make.make_commitment()
    second = make.make_commitment(coupled_with=first)
    url = url_of(Commitment, "change", first.pk)
    response = client.post(url, as_shown(client, url) | {"coupled_with": second.pk})
    assert (response.status_code, "coupled_with" in errors_of(response)) == (422, True)


def test_a_body_of_the_other_side_is_not_named_for_this_one(client: Any) -> None:
    responsible = make.make_responsibility()
    office = make.make_office(side=responsible.commitment.committee.other_side)
    url = url_of(Responsibility, "change", responsible.pk)
    response = client.post(url, as_shown(client, url) | {"office": office.pk})
    assert (response.status_code, "office" in errors_of(response)) == (422, True)
