"""Workers and mail servers for tests."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.mail.backends.locmem import EmailBackend
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult


def work() -> None:
    """Do every task that is due, as a worker does, and come back.

    Inside the test's transaction: the worker's own loop would close the connection. ``test_mail_faults`` runs that.
    """
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(12),
        excluded_queue_names=[],
    )
    while (task := DBTaskResult.objects.ready().first()) is not None:
        task.claim(worker.worker_id)
        worker.run_task(task)


class FailingBackend(EmailBackend):
    """Raises ``failures`` one by one – while it opens, or while it sends – and then sends."""

    failures: ClassVar[list[Any]] = []
    fails_to_open: ClassVar[bool] = False

    def open(self) -> bool:
        if self.fails_to_open and self.failures:
            raise self.failures.pop(0)
        return True

    def send_messages(self, messages: Any) -> int:
        if not self.fails_to_open and self.failures:
            raise self.failures.pop(0)
        return super().send_messages(messages)
