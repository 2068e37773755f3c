"""Numbers that no column can hold."""

from __future__ import annotations

import pytest

from directory.models import Region
from tests.factories import make_region

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400])
def test_a_number_too_large_for_the_database_matches_nothing(number: int) -> None:
    region = make_region()
    assert list(Region.objects.filter(pk__in=[number])) == []
    assert list(Region.objects.filter(pk__in={number, region.pk})) == [region]


def test_other_sets_are_found_as_before() -> None:
    regions = [make_region(), make_region()]
    assert set(Region.objects.filter(pk__in=Region.objects.values("pk"))) == set(regions)
    assert set(Region.objects.filter(side__in=[regions[0].side])) == set(regions)
