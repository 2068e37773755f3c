"""Several people at the same moment, for real: PostgreSQL, threads, connections of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from directory.models import Region
from records.actions import EditConflict, change
from records.audit import broken_links
from records.models import AuditEvent
from tests.factories import make_region, make_side

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
EDITORS = 16


def at_once(act: Callable[[int], str]) -> list[str]:
    """What each of ``EDITORS`` threads answered, all let go in the same moment."""
    gate = Barrier(EDITORS)

    def run(number: int) -> str:
        try:
            gate.wait(timeout=30)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(EDITORS) as threads:
        return list(threads.map(run, range(EDITORS)))


@pytest.mark.parametrize("round_number", range(5))
def test_of_many_editors_exactly_one_wins_and_the_others_are_told(round_number: int) -> None:
    region = make_region(name_en="As it was")

    def edit(number: int) -> str:
        mine = Region(pk=region.pk, side_id=region.side_id, kind="city", name_en=f"Editor {number}", version=1)
        mine.created_at = region.created_at
        try:
            change(mine, by=None)
        except EditConflict as conflict:
            return conflict.current.name_en
        return "won"

    answers = at_once(edit)
    stored = Region.objects.get()
    assert stored.version == 2
    assert Counter(answers) == {"won": 1, stored.name_en: EDITORS - 1}
    assert AuditEvent.objects.filter(verb="changed").count() == 1


def test_the_trail_has_no_forks() -> None:
    make_side()

    def add(number: int) -> str:
        return str(make_region(name_en=f"Region {number}"))

    at_once(add)
    assert Region.objects.count() == EDITORS
    assert list(broken_links()) == []
    previous = AuditEvent.objects.values_list("previous_digest", flat=True)
    assert len(set(previous)) == len(previous)
