"""The outbox: who gets a mail, in whose language, once; and what becomes of it at the mail server."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outgoing
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import get_language
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from directory import delivery
from directory.mail import Letter, MailState, in_state, queue, send_again, state_of, unsent
from directory.models import Assignment, Committee, MailKind, OutgoingMail, User
from directory.tasks import deliver, enqueue_lost
from records.access import Classification, Role
from records.models import AuditEvent
from records.tasks import put_back_stuck
from records.workflow import Refused
from tests.factories import make_committee, make_user
from tests.rig.mail import FailingBackend, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def committee(settings: Any) -> Committee:
    settings.MAIL_IS_SENT = True
    settings.DEFAULT_FROM_EMAIL = "Secretariat <secretariat@example.org>"
    settings.PUBLIC_URL = "https://secretariat.example.org"
    return make_committee()


def somebody(name: str = "akiko", **fields: Any) -> User:
    return make_user(name, Role.READER, email=f"{name}@example.org", **fields)


def put(committee: Committee, *people: User, letter: Letter | None = None, **fields: Any) -> int:
    said = letter or Letter("A subject", "A lead.", [("When", "soon")], link="/meetings/X/", link_text="The meeting")
    facts: dict[str, Any] = {"key": "occasion:1", "classification": Classification.OPEN, "render": lambda user: said}
    return queue(MailKind.INVITATION, committee=committee, recipients=people, **{**facts, **fields})


def state(mail: OutgoingMail) -> MailState:
    mail.refresh_from_db()
    found = state_of(mail, now=timezone.now())
    assert OutgoingMail.objects.filter(in_state(found, now=timezone.now()), pk=mail.pk).exists()
    return found


def test_the_same_occasion_is_queued_once_a_person(committee: Committee) -> None:
    akiko, boris = somebody(), somebody("boris")
    assert (put(committee, akiko), put(committee, akiko, boris), put(committee, akiko, boris)) == (1, 1, 0)
    assert OutgoingMail.objects.count() == DBTaskResult.objects.count() == 2


def test_who_has_no_address_or_does_not_want_it_gets_nothing(committee: Committee) -> None:
    nowhere = make_user("nowhere", Role.READER)
    assert put(committee, nowhere, somebody(mail_invitations=False)) == 0


def test_a_mail_is_sent_once_however_often_its_task_runs(committee: Committee) -> None:
    put(committee, somebody())
    sent = OutgoingMail.objects.get()
    for _turn in range(3):
        deliver.enqueue(sent.pk)
    work()
    assert (len(outgoing.outbox), state(sent), sent.attempts) == (1, MailState.SENT, 1)


def test_everybody_reads_in_their_language_and_on_their_clock(committee: Committee) -> None:
    def render(user: User) -> Letter:
        return Letter(get_language() or "", timezone.get_current_timezone_name())

    people = somebody("akiko", language="ja"), somebody("boris", language="ru", time_zone="Europe/Moscow")
    put(committee, *people, render=render)
    told = {mail.recipient.username: (mail.subject, mail.text.splitlines()[0]) for mail in OutgoingMail.objects.all()}
    assert told == {"akiko": ("ja", "Asia/Tokyo"), "boris": ("ru", "Europe/Moscow")}


def test_a_mail_says_what_it_is_to_machines(committee: Committee) -> None:
    put(committee, somebody())
    work()
    headers = outgoing.outbox[0].message()
    assert headers["From"] == "Secretariat <secretariat@example.org>"
    assert headers["List-Id"] == "<jr.secretariat.example.org>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Message-ID"].endswith("@example.org>")
    assert [part.get_content_type() for part in headers.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_a_calendar_goes_along_with_its_method(committee: Committee) -> None:
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"
    put(committee, somebody(), letter=Letter("A subject", "A lead.", calendar=calendar))
    work()
    part = next(p for p in outgoing.outbox[0].message().walk() if p.get_content_type() == "text/calendar")
    assert (part.get_param("method"), part.get_filename()) == ("CANCEL", "invitation.ics")
    assert part.get_payload(decode=True).decode().splitlines() == calendar.splitlines()


def test_a_subject_begins_no_other_header(committee: Committee) -> None:
    put(committee, somebody(), letter=Letter("Harmless\r\nBcc: everybody@example.com\n\nText", "A lead."))
    work()
    message = outgoing.outbox[0].message()
    assert (message["Subject"], message["Bcc"]) == ("Harmless Bcc: everybody@example.com Text", None)


def test_an_address_that_begins_another_header_is_given_up(committee: Committee) -> None:
    put(committee, somebody())
    OutgoingMail.objects.update(address="a@example.org\r\nBcc: everybody@example.com")
    work()
    assert (outgoing.outbox, state(OutgoingMail.objects.get())) == ([], MailState.FAILED)


def test_markup_in_texts_stays_text(committee: Committee) -> None:
    put(committee, somebody(), letter=Letter("A subject", "<script>alert(1)</script>", notes=["<img src=x>"]))
    sent = OutgoingMail.objects.get()
    assert "<script>alert(1)</script>" in sent.text
    assert ("<script>" in sent.html, "<img" in sent.html, "&lt;script&gt;" in sent.html) == (False, False, True)


def test_a_mail_loads_nothing_from_elsewhere(committee: Committee) -> None:
    put(committee, somebody())
    html = OutgoingMail.objects.get().html
    assert [word for word in ("src=", "url(", "<link", "@import", "<img", "<script") if word in html] == []
    assert html.count("https://") == html.count("https://secretariat.example.org/")


def test_without_an_address_of_the_house_mails_name_the_page(committee: Committee, settings: Any) -> None:
    settings.PUBLIC_URL = ""
    put(committee, somebody())
    sent = OutgoingMail.objects.get()
    assert "in Secretariat, at /meetings/X/" in sent.text
    assert "href=" not in sent.html


def test_where_no_server_is_set_mails_are_shown_and_not_sent(committee: Committee, settings: Any) -> None:
    settings.MAIL_IS_SENT = False
    put(committee, somebody())
    work()
    assert (outgoing.outbox, state(OutgoingMail.objects.get())) == ([], MailState.SHOWN)


def test_whose_rights_ended_in_the_meantime_gets_nothing(committee: Committee) -> None:
    akiko, boris = somebody(), somebody("boris")
    put(committee, akiko, boris, classification=Classification.RESTRICTED)
    akiko.assignments.update(clearance=Classification.OPEN)
    User.objects.filter(pk=boris.pk).update(is_active=False)
    work()
    assert outgoing.outbox == []
    assert {state(mail) for mail in OutgoingMail.objects.all()} == {MailState.DROPPED}


# What goes wrong


def refuse(settings: Any, *failures: Exception | None, opening: bool = False) -> None:
    settings.EMAIL_BACKEND = "tests.rig.mail.FailingBackend"
    FailingBackend.failures, FailingBackend.fails_to_open = list(failures), opening


def later(**by: float) -> None:
    """As if so much time had passed for the tasks that wait."""
    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=timezone.now() - timedelta(seconds=1))


def test_a_server_that_cannot_be_reached_is_tried_again_and_then_given_up(committee: Committee, settings: Any) -> None:
    refuse(settings, *[ConnectionRefusedError("no")] * 6, opening=True)
    put(committee, somebody())
    sent = OutgoingMail.objects.get()
    states = []
    for _turn in range(6):
        work()
        states.append(state(sent))
        later()
    assert states == [MailState.WAITING] * 5 + [MailState.FAILED]
    assert (sent.attempts, sent.last_error) == (6, "ConnectionRefusedError no")


def test_the_next_try_waits_its_time(committee: Committee, settings: Any) -> None:
    refuse(settings, smtplib.SMTPDataError(451, b"later"))
    put(committee, somebody())
    before = timezone.now()
    work()
    waits = DBTaskResult.objects.get(status=TaskResultStatus.READY).run_after - before
    assert delivery.BACK_OFF[0] <= waits < delivery.BACK_OFF[0] * 2
    work()
    assert (len(outgoing.outbox), OutgoingMail.objects.get().last_error) == (0, "451 later")
    later()
    work()
    assert (len(outgoing.outbox), state(OutgoingMail.objects.get())) == (1, MailState.SENT)


def test_who_is_not_known_there_is_given_up_at_once(committee: Committee, settings: Any) -> None:
    refuse(settings, smtplib.SMTPRecipientsRefused({"akiko@example.org": (550, b"no such user")}))
    put(committee, somebody())
    work()
    sent = OutgoingMail.objects.get()
    assert (state(sent), sent.last_error) == (MailState.FAILED, "550 no such user")


def test_a_connection_that_breaks_in_the_middle_leaves_a_mail_in_doubt(committee: Committee, settings: Any) -> None:
    refuse(settings, smtplib.SMTPServerDisconnected("gone"))
    put(committee, somebody())
    work()
    later()
    work()
    assert (outgoing.outbox, state(OutgoingMail.objects.get())) == ([], MailState.DOUBT)


def test_what_was_claimed_and_has_no_outcome_is_in_doubt_after_a_while(committee: Committee) -> None:
    put(committee, somebody())
    sent = OutgoingMail.objects.get()
    OutgoingMail.objects.update(given_up_at=timezone.now(), attempts=1)
    assert state(sent) == MailState.SENDING
    OutgoingMail.objects.update(given_up_at=timezone.now() - delivery.HANDING_OVER - timedelta(seconds=1))
    assert state(sent) == MailState.DOUBT


# What people do about it


def failed(committee: Committee, **outcome: Any) -> OutgoingMail:
    put(committee, somebody())
    DBTaskResult.objects.all().delete()
    facts = {"given_up_at": timezone.now(), "attempts": 6, "last_error": "550 no such user"}
    OutgoingMail.objects.update(**{**facts, **outcome})
    return OutgoingMail.objects.get()


def test_a_secretary_sends_a_failed_mail_again_to_the_present_address(committee: Committee) -> None:
    mail = failed(committee)
    User.objects.filter(username="akiko").update(email="new@example.org")
    send_again(mail, by=make_user("secretary", Role.SECRETARY))
    work()
    assert (outgoing.outbox[0].to, state(mail)) == (["new@example.org"], MailState.SENT)
    assert AuditEvent.objects.get(verb="sent again").changes["address"] == ["akiko@example.org", "new@example.org"]


def test_a_mail_that_waits_or_is_sent_or_being_sent_is_not_sent_again(committee: Committee) -> None:
    mail = failed(committee)
    for outcome in (
        {"given_up_at": None, "last_error": ""},
        {"given_up_at": timezone.now(), "last_error": ""},
        {"given_up_at": None, "sent_at": timezone.now()},
    ):
        OutgoingMail.objects.update(**{"sent_at": None, **outcome})
        with pytest.raises(Refused):
            send_again(mail, by=None)


def test_nor_to_whom_may_not_have_it_any_more(committee: Committee) -> None:
    mail = failed(committee)
    Assignment.objects.all().delete()
    with pytest.raises(Refused, match="no longer assigned"):
        send_again(mail, by=None)


def test_nor_by_a_reader(committee: Committee) -> None:
    with pytest.raises(PermissionDenied):
        send_again(failed(committee), by=make_user("reader", Role.READER))


def test_what_failed_is_counted_for_those_who_call_the_meetings(committee: Committee) -> None:
    failed(committee)
    counts = [unsent(make_user(role=role), now=timezone.now()) for role in (Role.SECRETARY, Role.READER)]
    elsewhere = make_user("elsewhere", Role.SECRETARY, make_committee("BB"))
    assert [*counts, unsent(elsewhere, now=timezone.now())] == [1, 0, 0]
    OutgoingMail.objects.update(given_up_at=timezone.now() - timedelta(days=30))
    assert unsent(make_user(role=Role.SECRETARY), now=timezone.now()) == 0


# Stuck and lost


def test_a_task_whose_worker_was_killed_is_put_back(committee: Committee) -> None:
    put(committee, somebody())
    long_ago = timezone.now() - timedelta(hours=1)
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=long_ago, worker_ids=["killed"])
    work()
    assert outgoing.outbox == []
    assert put_back_stuck(now=timezone.now()) == (1, 0)
    work()
    assert len(outgoing.outbox) == 1


def test_a_task_at_work_is_left_alone_and_one_that_kills_its_workers_is_given_up(committee: Committee) -> None:
    put(committee, somebody())
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=timezone.now(), worker_ids=["a"])
    assert put_back_stuck(now=timezone.now()) == (0, 0)
    long_ago = timezone.now() - timedelta(hours=1)
    DBTaskResult.objects.update(started_at=long_ago, worker_ids=["a", "b", "c"])
    assert put_back_stuck(now=timezone.now()) == (0, 1)
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED


def test_a_mail_that_no_task_knows_is_found(committee: Committee) -> None:
    put(committee, somebody())
    assert enqueue_lost() == 0
    DBTaskResult.objects.all().delete()
    assert (enqueue_lost(), enqueue_lost()) == (1, 0)
    work()
    assert len(outgoing.outbox) == 1
