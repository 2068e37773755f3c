"""The rig itself: each factory makes a sound thing, and a transactional test leaves nothing behind."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from records.models import AuditEvent
from tests import factories

FACTORIES = {name: made for name, made in inspect.getmembers(factories, inspect.isfunction) if name.startswith("make_")}

#: Made by hand in their own tests, or never validated: they are written by actions alone.
LEFT_OUT = ("make_assignment", "make_revision")


@pytest.mark.parametrize("name", [name for name in FACTORIES if name not in LEFT_OUT])
@pytest.mark.django_db
def test_what_a_factory_makes_is_valid(name: str) -> None:
    FACTORIES[name]().full_clean()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_transactional_test_begins_with_an_empty_trail(turn: int) -> None:
    assert AuditEvent.objects.count() == 0
    factories.make_revision()
    assert AuditEvent.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_browser_is_logged_in(page_as: Any, axe: Any) -> None:
    user = factories.make_user("akiko", "secretary")
    page = page_as(user)
    response = page.goto("/healthz")
    assert response.status == 200
    assert [cookie["name"] for cookie in page.context.cookies()] == ["session"]
