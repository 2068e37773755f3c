"""What the tests of meetings share."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from records.access import Role
from tests import factories as make


@pytest.fixture
def desk() -> SimpleNamespace:
    """A meeting whose minutes are a draft, its two co-chairs and a secretary."""
    committee = make.make_committee()
    meeting = make.make_meeting(committee)
    return SimpleNamespace(
        committee=committee,
        meeting=meeting,
        secretary=make.make_user("secretary", Role.SECRETARY, committee),
        motegi=make.make_attendance(meeting, make.make_motegi()),
        reshetnikov=make.make_attendance(meeting, make.make_reshetnikov()),
    )
