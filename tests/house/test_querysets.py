"""Every record says who may read it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from directory.models import Assignment, User
from records.access import Role
from records.models import AuditEvent, Record, RecordQuerySet, Submission
from tests.factories import make_committee, make_user

STOREYS = ("secretariat", "meetings", "exchanges", "agreements", "directory", "records")
OWN_MODELS = [model for model in apps.get_models() if model._meta.app_label in STOREYS]
#: Kept by the program for itself: no page lists them. The trail is read through the record that it is about.
NOT_READ_AS_RECORDS = {AuditEvent, Submission, User}
READ_AS_RECORDS = [model for model in OWN_MODELS if model not in NOT_READ_AS_RECORDS]


@pytest.mark.parametrize("model", READ_AS_RECORDS, ids=lambda model: model._meta.label)
def test_every_queryset_says_who_may_read_it(model: type[Model]) -> None:
    queryset = model._default_manager.all()
    assert isinstance(queryset, RecordQuerySet)
    assert type(queryset)._readable_by is not RecordQuerySet._readable_by


@pytest.mark.parametrize("model", READ_AS_RECORDS, ids=lambda model: model._meta.label)
@pytest.mark.django_db
def test_nobody_and_the_unassigned_read_nothing(model: type[Model]) -> None:
    newcomer = make_user("newcomer")
    for user in (None, AnonymousUser(), newcomer):
        assert model._default_manager.visible_to(user).query.is_empty()


@pytest.mark.parametrize("model", READ_AS_RECORDS, ids=lambda model: model._meta.label)
@pytest.mark.django_db
def test_a_members_reading_is_one_query(model: type[Model], django_assert_max_num_queries: Any) -> None:
    member = make_user("member", Role.READER)
    assert member.grants
    with django_assert_max_num_queries(1):
        list(model._default_manager.visible_to(member))


@pytest.mark.django_db
def test_a_disabled_person_reads_nothing() -> None:
    member = make_user("member", Role.ADMINISTRATOR, make_committee())
    member.is_active = False
    member.__dict__.pop("grants", None)
    assert Assignment.objects.visible_to(member).query.is_empty()


def test_every_model_is_a_record_or_says_why_not() -> None:
    others = {model._meta.label for model in OWN_MODELS if not issubclass(model, Record)}
    assert others == {
        "records.AuditEvent",  # append-only
        "records.Submission",  # bookkeeping
        "directory.User",  # Django's own user
        "meetings.Revision",  # never changes
        "meetings.Approval",  # never changes
        "meetings.ApprovalComment",  # never changes
        "meetings.SealedCopy",  # never changes
        "directory.OutgoingMail",  # written once, then only its delivery is noted
        "directory.CalendarKey",  # made and taken back, never edited
    }
