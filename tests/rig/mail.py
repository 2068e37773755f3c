"""Workers and mail servers for tests."""

from __future__ import annotations

import socketserver
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Thread
from typing import Any, ClassVar, Self

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


class MailServer(socketserver.ThreadingTCPServer):
    """A real SMTP server on this machine. ``plans`` says what each connection meets, the last one for all others.

    "accept"; "later" (451 after the text); "silent" (no greeting); "swallow" (takes the whole text, never says so).
    ``taken`` are the mails that it said yes to or swallowed; ``reached`` is set when a connection is kept waiting.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *plans: str) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.plans, self.taken = list(plans), list[EmailMessage]()
        self.reached, self.over = Event(), Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> Self:
        self.thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.shutdown()
        self.thread.join()
        self.server_close()


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        plans = self.server.plans
        plan = plans.pop(0) if len(plans) > 1 else plans[0]
        if plan == "silent":
            self.wait()
            return
        self.say("220 ready")
        while line := self.rfile.readline():
            word = line[:4].strip().upper()
            if word == b"DATA":
                self.say("354 go on")
                if not self.take(plan):
                    return
            elif word == b"QUIT":
                self.say("221 farewell")
                return
            else:
                self.say("250 yes")

    def take(self, plan: str) -> bool:
        text = b"".join(iter(self.rfile.readline, b".\r\n"))
        if plan == "later":
            self.say("451 later")
            return True
        self.server.taken.append(message_from_bytes(text, policy=policy.default))  # type: ignore[arg-type]
        if plan == "swallow":
            self.wait()
            return False
        self.say("250 taken")
        return True

    def wait(self) -> None:
        self.server.reached.set()
        self.server.over.wait(60)

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
