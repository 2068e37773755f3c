"""What is done in the background for the directory."""

from __future__ import annotations

from datetime import datetime

from django_tasks import task

from directory import delivery
from directory.models import OutgoingMail
from records.tasks import waiting_arguments


@task()
def deliver(mail_pk: int) -> None:
    """Hand one mail over, if it still waits. Called twice, it sends once."""

    def again(at: datetime) -> None:
        deliver.using(run_after=at).enqueue(mail_pk)

    delivery.deliver(mail_pk, again=again)


def enqueue_lost() -> int:
    """Ask for the delivery of each mail that waits and of which no task knows; how many."""
    lost = set(OutgoingMail.objects.waiting().values_list("pk", flat=True)) - waiting_arguments(deliver)
    for pk in sorted(lost):
        deliver.enqueue(pk)
    return len(lost)
