"""What the demonstration holds: every record lawful and in the trail, and nobody sees more than they may."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from directory.models import Committee, User
from meetings.models import Document, Entry, Meeting, ReviewLink
from records.audit import broken_links
from records.models import AuditEvent, Record, Sourced
from secretariat.demo import reading
from tests.demo.conftest import TODAY

pytestmark = pytest.mark.usefixtures("demo")


def general_knowledge(facts: Any) -> int:
    """How many facts in a content file are marked K."""
    if isinstance(facts, dict):
        return (facts.get("confidence") == "K") + sum(general_knowledge(each) for each in facts.values())
    if isinstance(facts, list):
        return (facts[-1:] == ["K"]) + sum(general_knowledge(each) for each in facts)
    return 0


def test_every_record_that_was_made_has_its_event_and_the_chain_holds() -> None:
    # The review link and the note verbale were made by the demonstration's secretary.
    by_nobody = {model for model in apps.get_models() if issubclass(model, Record)} - {ReviewLink, Document}
    made = sum(model._default_manager.count() for model in by_nobody)
    assert AuditEvent.objects.filter(verb="created", actor=None).count() == made + User.objects.count()
    assert AuditEvent.objects.filter(verb__in=["created", "attached"], actor__username="secretary").count() == 2
    assert list(broken_links()) == []


def test_every_record_passes_its_own_rules() -> None:
    for model in apps.get_models():
        if issubclass(model, Record):
            references = [field.name for field in model._meta.fields if isinstance(field, models.ForeignKey)]
            for record in model._default_manager.all():
                record.clean_fields(exclude=references)
                record.clean()


def test_what_is_general_knowledge_is_unverified_and_nothing_else_but_the_examples() -> None:
    marked = sum(
        general_knowledge(reading.content(file.stem)) for file in Path(reading.__file__).parent.glob("content/*.toml")
    )
    unverified = [
        record
        for model in apps.get_models()
        if issubclass(model, Sourced)
        for record in model._default_manager.filter(unverified=True)
    ]
    examples = [record for record in unverified if record.source.startswith(("Example", "Invented"))]
    assert len(examples) == 7
    assert len(unverified) - len(examples) == marked > 0


def test_who_sees_which_committee() -> None:
    def committees(username: str) -> list[str]:
        user = User.objects.get(username=username)
        return list(Committee.objects.visible_to(user).values_list("code", flat=True))

    own = ["JR", "JR-IR", "JR-TI", "JR-WB", "JR-WU"]
    assert committees("administrator") == [*own, "XA"]
    assert [committees(name) for name in ("secretary", "approver", "reader", "delegate")] == [own] * 4


def test_what_is_internal_is_not_for_the_other_side_and_the_draft_not_for_the_reader() -> None:
    def sees(username: str) -> tuple[int, int]:
        user = User.objects.get(username=username)
        internal = Entry.objects.visible_to(user).filter(audience="internal")
        return internal.count(), Meeting.objects.visible_to(user).filter(state="draft").count()

    assert [sees(name) for name in ("secretary", "reader", "delegate")] == [(3, 1), (3, 0), (0, 0)]


def test_the_examples_lie_ahead_on_working_days_and_say_what_they_are() -> None:
    coming = Meeting.objects.filter(date__gt=TODAY).order_by("date")
    assert [(meeting.reference, meeting.state) for meeting in coming] == [
        ("JR-2026-12-11-WL", "scheduled"),
        ("XA-2026-12-18-WL", "scheduled"),
        ("JR-2027-01-15-CC", "draft"),
    ]
    assert all(meeting.unverified and "Example" in meeting.source for meeting in coming)
