"""Mail when things break, run for real: a mail server that is not there, a worker that is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from directory import delivery
from directory.mail import Letter, MailState, queue, send_again, state_of
from directory.models import MailKind, OutgoingMail
from records.access import Role
from tests.factories import make_committee, make_user
from tests.rig.mail import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def mail(settings: Any) -> OutgoingMail:
    """One mail that waits, to be sent by real SMTP."""
    settings.MAIL_IS_SENT = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False
    settings.DEFAULT_FROM_EMAIL = "Secretariat <secretariat@example.org>"
    akiko = make_user("akiko", Role.READER, email="akiko@example.org")
    letter = Letter("Приглашение: 会合", "本文。", [("東京", "15:00 JST")])
    facts: dict[str, Any] = {"committee": make_committee(), "classification": 0, "recipients": [akiko]}
    queue(MailKind.INVITATION, key="occasion", render=lambda user: letter, **facts)
    return OutgoingMail.objects.get()


def state(mail: OutgoingMail) -> MailState:
    mail.refresh_from_db()
    return state_of(mail, now=timezone.now())


def an_hour_later() -> None:
    """As if an hour had passed for every task and every mail."""
    past = timezone.now() - timedelta(hours=1)
    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=past)
    DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).update(started_at=past)
    OutgoingMail.objects.filter(given_up_at__isnull=False).update(given_up_at=past)


def deliver() -> None:
    call_command("deliver_mail", verbosity=0)


@contextmanager
def worker(server: MailServer) -> Iterator[subprocess.Popen[bytes]]:
    """The worker as a process of its own, over this test's database."""
    name = str(connection.settings_dict["NAME"])
    is_file = connection.vendor == "sqlite"
    url = f"sqlite:///{name}" if is_file else urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    mail_server = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port), "EMAIL_TLS": "no"}
    mail_server["DEFAULT_FROM_EMAIL"] = settings.DEFAULT_FROM_EMAIL
    environment = {**os.environ, **mail_server, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "secretariat.settings"}
    command = [sys.executable, "manage.py", "deliver_mail", "--stay", "--interval", "0.1"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_server_that_is_away_and_then_busy_gets_the_mail_once(mail: OutgoingMail, settings: Any) -> None:
    deliver()  # nobody listens there
    assert (state(mail), mail.attempts) == (MailState.WAITING, 1)
    assert "refused" in mail.last_error
    with MailServer("later", "accept") as server:
        settings.EMAIL_PORT = server.port
        for _turn in range(4):
            an_hour_later()
            deliver()
        assert (state(mail), mail.attempts, len(server.taken)) == (MailState.SENT, 3, 1)
    message = server.taken[0]
    assert (message["Subject"], message["To"]) == ("Приглашение: 会合", "akiko@example.org")
    assert message.get_body(("plain",)).get_content().startswith("本文。")  # type: ignore[union-attr]
    assert "<td>15:00 JST</td>" in message.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_a_worker_killed_in_the_hand_over_leaves_a_mail_in_doubt_and_nobody_sends_it_twice(
    mail: OutgoingMail, settings: Any
) -> None:
    with MailServer("swallow", "accept") as server:
        settings.EMAIL_PORT = server.port
        with worker(server) as process:
            assert server.reached.wait(60)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING
        assert state(mail) == MailState.SENDING
        for _turn in range(3):
            an_hour_later()
            deliver()
        assert (state(mail), len(server.taken)) == (MailState.DOUBT, 1)
        assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
        send_again(mail, by=make_user("secretary", Role.SECRETARY))
        deliver()
        assert (state(mail), len(server.taken)) == (MailState.SENT, 2)
        assert len({message["Message-ID"] for message in server.taken}) == 1


def test_a_worker_killed_before_the_hand_over_loses_nothing(mail: OutgoingMail, settings: Any) -> None:
    with MailServer("silent", "accept") as server:
        settings.EMAIL_PORT = server.port
        with worker(server) as process:
            assert server.reached.wait(60)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert (state(mail), len(server.taken)) == (MailState.WAITING, 0)
        deliver()
        assert len(server.taken) == 0  # another worker might still be at it
        an_hour_later()
        deliver()
        assert (state(mail), len(server.taken)) == (MailState.SENT, 1)


def test_a_worker_that_is_asked_to_stop_finishes_what_it_is_at(mail: OutgoingMail) -> None:
    with MailServer("swallow", "accept") as server, worker(server) as process:
        assert server.reached.wait(60)
        process.terminate()
        server.over.set()  # the server lets go without a word
        assert process.wait(60) == 0
        assert (state(mail), len(server.taken)) == (MailState.DOUBT, 1)
        assert delivery.IN_DOUBT in mail.last_error


def test_of_many_workers_at_one_mail_exactly_one_sends_it(mail: OutgoingMail, settings: Any) -> None:
    gate = Barrier(6)

    def work(number: int) -> None:
        try:
            gate.wait(timeout=30)
            delivery.deliver(mail.pk, again=lambda at: None)
        finally:
            connection.close()

    with MailServer("accept") as server:
        settings.EMAIL_PORT = server.port
        with ThreadPoolExecutor(6) as workers:
            list(workers.map(work, range(6)))
        assert (state(mail), mail.attempts, len(server.taken)) == (MailState.SENT, 1, 1)
