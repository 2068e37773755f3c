"""Who may say how a commitment stands, and when it may be called fulfilled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agreements.models import Commitment, CommitmentState, StatusReport
from directory.models import Committee, Side, User
from records.access import Permission
from records.models import AuditEvent

#: Commitments in these states have not begun to be kept, or never were to be.
NOT_REPORTED_ON = (CommitmentState.PROPOSED, CommitmentState.DROPPED)
_SPEAKS = frozenset({Permission.AGREEMENTS_WRITE, Permission.MINUTES_APPROVE})


def sides_reported_for(user: Any, committee: Committee) -> list[Side]:
    """The sides for which the person may say how the committee's commitments stand: those that they serve.

    Of the own side whoever edits commitments or approves for it, of the other side its approvers.
    """
    if user.sees_all:
        return list(committee.sides)
    served = {
        grant.side_id for grant in user.grants if grant.committee_id == committee.pk and _SPEAKS & grant.permissions
    }
    return [side for side in committee.sides if side.pk in served]


def latest_by_side(reports: Iterable[StatusReport]) -> dict[int, StatusReport]:
    """What each side said last, by the side's key. ``reports`` come the latest first."""
    latest: dict[int, StatusReport] = {}
    for report in reports:
        latest.setdefault(report.side_id, report)
    return latest


def reports_of_fulfilment(reports: Iterable[StatusReport]) -> list[StatusReport]:
    """Those sides' latest reports that say, with evidence, that it is fulfilled."""
    latest = latest_by_side(reports).values()
    return [each for each in latest if each.status == CommitmentState.FULFILLED and each.evidence.strip()]


def is_second_person(user: User, reports: Iterable[StatusReport]) -> bool:
    """Whether at least one of ``reports`` was written, and ever since edited, by others than ``user`` alone."""
    keys = [report.pk for report in reports]
    own = AuditEvent.objects.filter(label=StatusReport._meta.label_lower, object_pk__in=keys, actor=user)
    return len(set(own.values_list("object_pk", flat=True))) < len(keys)


def ordered_reports(commitment: Commitment) -> list[StatusReport]:
    """All that was said of it, the latest first."""
    return list(commitment.status_reports.order_by("-reported_on", "-pk"))
