"""Who sees the directory, and which day falls in a period."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db.models import F, Q

from records.models import RecordQuerySet, RecordType


class SharedQuerySet(RecordQuerySet[RecordType]):
    """Records that all committees share (sides, people, offices): anybody who serves one reads them."""

    def _readable_by(self, user: Any) -> Self:
        return self.all()


class PeriodQuerySet(SharedQuerySet[RecordType]):
    """Records that hold from ``started_on`` until ``ended_on``, both inclusive, either unknown."""

    def current(self, *, on: date) -> Self:
        """Those that hold on that day."""
        return self.filter(
            Q(started_on__isnull=True) | Q(started_on__lte=on), Q(ended_on__isnull=True) | Q(ended_on__gte=on)
        )


def period_in_order() -> Q:
    """A condition for a constraint: what ends does not end before it starts."""
    return Q(started_on__isnull=True) | Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on"))
