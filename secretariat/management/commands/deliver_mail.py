"""``manage.py deliver_mail``: put back what a dead worker left, then do every background task that is due."""

from __future__ import annotations

import logging
import signal
import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from directory.tasks import enqueue_lost
from records.tasks import prune, put_back_stuck

logger = logging.getLogger(__name__)

#: How often a worker that stays looks for what others left.
_EVERY = timedelta(minutes=5)


class Command(BaseCommand):
    help = "Puts back tasks that a killed worker left, finds mails that no task knows, and does what is due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stay", action="store_true", help="Go on until stopped; this is the worker.")
        parser.add_argument("--interval", type=float, default=1.0, help="With --stay: seconds between two looks.")

    def handle(self, *args: Any, stay: bool, interval: float, verbosity: int, **options: Any) -> None:
        for name in ("django_tasks", "django_tasks_db"):
            logging.getLogger(name).setLevel(logging.DEBUG if verbosity > 1 else logging.ERROR)
        worker = _worker()
        if stay:
            worker.configure_signals()  # asked to stop, it finishes the task it is at
            # A terminal's Ctrl-C goes to the whole group; whoever started us asks us to stop.
            signal.signal(signal.SIGHUP, worker.shutdown)
            self._stay(worker, interval)
        else:
            put_back, lost = self._tidy()
            worker.run()
            if verbosity:
                self.stdout.write(
                    f"Put back: {put_back}. Mails without a task: {lost}. Tasks done: {worker._run_tasks}."
                )

    def _stay(self, worker: Worker, interval: float) -> None:
        tidied_at = None
        while worker.running:
            try:
                if tidied_at is None or timezone.now() - tidied_at >= _EVERY:
                    self._tidy()
                    tidied_at = timezone.now()
                # Looking costs no lock; the worker's own look takes the one writer's turn on SQLite.
                if DBTaskResult.objects.ready().exists():
                    worker.run()
            except DatabaseError:
                # It will be back; every task is where it was.
                logger.exception("The database does not answer. Trying again in ten seconds.")
                connection.close()
                time.sleep(10)
            close_old_connections()
            if worker.running:
                time.sleep(interval)

    def _tidy(self) -> tuple[int, int]:
        now = timezone.now()
        put_back, given_up = put_back_stuck(now=now)
        if given_up:
            logger.error("%d tasks were given up: each took several workers with it.", given_up)
        prune(now=now)
        return put_back, enqueue_lost()


def _worker() -> Worker:
    return Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
