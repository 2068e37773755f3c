"""The person of a session is read together with what they may do."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.access import Role
from secretariat.authentication import WithAssignments
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_person_and_their_assignments_take_one_query():
    user = make.make_user("secretary", Role.SECRETARY)
    make.make_assignment(user, Role.READER, make.make_committee("XX"))
    with CaptureQueriesContext(connection) as taken:
        found = WithAssignments().get_user(user.pk)
        codes = [grant.committee.code for grant in found.grants]
    assert (found, codes, len(taken)) == (user, ["JR", "XX"], 1)


def test_somebody_without_assignments_is_somebody_all_the_same():
    user = make.make_user("newcomer")
    found = WithAssignments().get_user(user.pk)
    assert (found, found.grants) == (user, [])


@pytest.mark.parametrize("role", [None, Role.SECRETARY])
def test_an_account_that_was_closed_is_nobody_s(role):
    user = make.make_user("former", role)
    user.is_active = False
    user.save()
    assert WithAssignments().get_user(user.pk) is None
