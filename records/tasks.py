"""Background tasks that nobody works at any more: a worker killed with -9 leaves its task running for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

#: No task of ours takes nearly as long.
STUCK_AFTER = timedelta(minutes=15)
#: A task that took so many workers with it is not given to another one.
MOST_WORKERS = 3


def put_back_stuck(*, now: datetime) -> tuple[int, int]:
    """Give tasks that were begun long ago to the next worker; how many were put back, and how many were given up.

    Each task sees for itself that what it did is not done twice.
    """
    put_back = given_up = 0
    stuck = DBTaskResult.objects.running().filter(started_at__lt=now - STUCK_AFTER)
    for key, begun, workers in stuck.order_by("started_at", "pk").values_list("pk", "started_at", "worker_ids"):
        # Only as it was read: a worker that finishes in this moment wins.
        same = DBTaskResult.objects.running().filter(pk=key, started_at=begun)
        if len(workers) < MOST_WORKERS:
            put_back += same.update(status=TaskResultStatus.READY, started_at=None)
        else:
            given_up += same.update(
                status=TaskResultStatus.FAILED, finished_at=now, traceback="Its workers stopped in the middle of it."
            )
    return put_back, given_up


def waiting_arguments(task: Any) -> set[Any]:
    """The first argument of every call of ``task`` that waits for a worker or is being worked at."""
    alive = DBTaskResult.objects.filter(
        task_path=task.module_path, status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
    )
    return {call["args"][0] for call in alive.values_list("args_kwargs", flat=True)}


def prune(*, now: datetime, keep: timedelta = timedelta(days=14)) -> int:
    """Forget tasks that ended long ago; how many."""
    with transaction.atomic():
        return DBTaskResult.objects.finished().filter(finished_at__lt=now - keep).delete()[0]
