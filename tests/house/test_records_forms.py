"""Forms that lose nothing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict

from directory.models import Region
from records.actions import change, create
from records.forms import RecordForm
from records.workflow import Refused
from tests.factories import make_region, make_side, make_user

pytestmark = pytest.mark.django_db


class RegionForm(RecordForm):
    class Meta:
        model = Region
        fields = ("side", "kind", "iso_code", "name_en", "name_ja")


def sent(**values: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"side": make_side().pk, "kind": "prefecture", **values})
    return data


def test_sending_a_form_twice_makes_one_row() -> None:
    user, key = make_user("akiko"), uuid4()
    for _ in range(2):
        form = RegionForm(sent(name_en="Hokkaido", submission=key))
        assert form.attempt(lambda form=form: create(form.instance, by=user), by=user)
    assert Region.objects.count() == 1


def test_another_persons_key_does_not_swallow_my_form() -> None:
    key = uuid4()
    for name in ("akiko", "boris"):
        user = make_user(name)
        form = RegionForm(sent(name_en=f"Region of {name}", submission=key))
        form.attempt(lambda form=form, user=user: create(form.instance, by=user), by=user)
    assert list(Region.objects.values_list("name_en", flat=True)) == ["Region of akiko", "Region of boris"]


def test_what_cannot_be_accepted_is_answered_with_422_and_kept() -> None:
    form = RegionForm(sent(name_en="a\x00b", name_ja="北海道"))
    assert not form.attempt(lambda: pytest.fail("acted"), by=make_user())
    assert form.http_status == 422
    assert "NUL" in str(form.errors["name_en"])
    assert form["name_ja"].value() == "北海道"


def test_a_refusal_by_the_action_stands_beside_its_field() -> None:
    def refuse() -> None:
        raise Refused("There is no such prefecture.", field="name_en")

    form = RegionForm(sent(name_en="Atlantis"))
    assert not form.attempt(refuse, by=make_user())
    assert (form.http_status, form.errors["name_en"]) == (422, ["There is no such prefecture."])


def test_the_database_has_the_last_word_and_it_is_explained() -> None:
    make_region(iso_code="JP-01")
    form = RegionForm(sent(name_en="Hokkaido", iso_code="JP-01"))
    assert not form.attempt(lambda: create(form.instance, by=None), by=make_user())
    assert "Another region has this ISO 3166-2 code." in str(form.errors)


def test_after_a_conflict_both_texts_are_shown_and_sending_again_overwrites_knowingly() -> None:
    region = make_region(name_en="Primorye")
    region.name_en = "Primorsky Krai"
    change(region, by=None)
    form = RegionForm(sent(name_en="Maritime Territory", version=1), instance=Region.objects.get())
    assert not form.attempt(lambda: change(form.instance, by=None, expected=form.expected_version), by=None)
    assert (form.http_status, form["version"].value()) == (409, "2")
    assert [(d.name, d.theirs, d.yours) for d in form.conflict] == [("name_en", "Primorsky Krai", "Maritime Territory")]
    again = RegionForm(form.data, instance=Region.objects.get())
    assert again.attempt(lambda: change(again.instance, by=None, expected=again.expected_version), by=None)
    assert Region.objects.get().name_en == "Maritime Territory"
