"""Handing mails over to the mail server: at most once each, whatever dies in between.

A mail is claimed after the connection stands and before anything of it is handed over: from then on it counts as given
up, until the server has said yes. So a worker that is killed in the middle leaves a mail that says "in doubt" of
itself, and nobody sends it again but a person who has asked.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone

from directory.models import OutgoingMail

#: How long to wait after each failure. After the last one the mail is given up.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
#: No hand-over takes longer. What was claimed longer ago and has no outcome is in doubt.
HANDING_OVER = timedelta(minutes=10)

# What ``last_error`` begins with where it is not an error of the mail server.
SHOWN = "shown, not sent"
IN_DOUBT = "in doubt"
NOT_ASSIGNED = "no longer assigned"

#: What says clearly that the server did not take the mail.
_NOT_TAKEN = (
    smtplib.SMTPSenderRefused,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
)

#: Asks for another try at the time given, in the transaction that notes the failure.
Again = Callable[[datetime], Any]


def deliver(pk: int, *, again: Again) -> None:
    """Send the mail if it still waits; otherwise do nothing. A failure is noted, and tried again or given up."""
    mail = OutgoingMail.objects.waiting().select_related("recipient", "committee").filter(pk=pk).first()
    if mail is None:
        return
    if not may_receive(mail):
        _settle(mail, given_up_at=timezone.now(), last_error=NOT_ASSIGNED)
    elif not settings.MAIL_IS_SENT:
        _settle(mail, sent_at=timezone.now(), last_error=SHOWN)
    else:
        _send(mail, again)


def may_receive(mail: OutgoingMail) -> bool:
    """Whether the person still serves the committee, up to the mail's classification: rights may have ended since."""
    return any(
        grant.committee_id == mail.committee_id and grant.clearance >= mail.classification
        for grant in mail.recipient.grants
    )


def message_of(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail as it goes out: text, the same in HTML, and the calendar where there is one.

    Its Message-ID follows from its key, so that a mail that was sent again can be recognised as the same.
    """
    domain = _domain()
    headers = {
        "Message-ID": f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:32]}@{domain}>",
        "List-Id": f"<{mail.committee.code.lower()}.secretariat.{domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": mail.language,
    }
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.address], headers=headers)
    message.attach_alternative(mail.html, "text/html")
    if mail.calendar:
        method = re.search(r"^METHOD:(\w+)", mail.calendar, re.MULTILINE)
        kind = f"text/calendar; method={method[1]}" if method else "text/calendar"
        message.attach("invitation.ics", mail.calendar, kind)
    return message


def _send(mail: OutgoingMail, again: Again) -> None:
    message = message_of(mail)
    try:
        message.message()
    except ValueError as wrong:  # a header that is none, an address that is none
        _settle(mail, given_up_at=timezone.now(), last_error=_words(wrong))
        return
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as failure:
        _fail(mail, failure, again, seen=mail.attempts)
        return
    try:
        if not _settle(mail, given_up_at=timezone.now(), last_error=""):
            return  # another worker has it
        try:
            connection.send_messages([message])
        except _NOT_TAKEN as refusal:
            _fail(mail, refusal, again, seen=mail.attempts + 1, is_final=_is_permanent(refusal))
        except (OSError, smtplib.SMTPException) as failure:
            _claimed(mail).update(last_error=f"{IN_DOUBT}: {_words(failure)}")
        else:
            _claimed(mail).update(sent_at=timezone.now(), given_up_at=None)
    finally:
        with suppress(OSError, smtplib.SMTPException):  # whatever the server says to a farewell
            connection.close()


def _settle(mail: OutgoingMail, **outcome: Any) -> int:
    """Write the outcome of this attempt, if no other worker was faster: 1 or 0."""
    still_waiting = OutgoingMail.objects.waiting().filter(pk=mail.pk, attempts=mail.attempts)
    return still_waiting.update(attempts=mail.attempts + 1, **outcome)


def _claimed(mail: OutgoingMail) -> Any:
    return OutgoingMail.objects.filter(pk=mail.pk, attempts=mail.attempts + 1, sent_at=None)


def _fail(mail: OutgoingMail, failure: Exception, again: Again, *, seen: int, is_final: bool = False) -> None:
    """Note that the mail was not taken, and when it is tried again. ``seen``: the attempts counted so far."""
    attempts, now = mail.attempts + 1, timezone.now()
    is_final = is_final or attempts > len(BACK_OFF)
    outcome = {"attempts": attempts, "last_error": _words(failure), "given_up_at": now if is_final else None}
    with transaction.atomic():
        noted = OutgoingMail.objects.filter(pk=mail.pk, attempts=seen, sent_at=None).update(**outcome)
        if noted and not is_final:
            again(now + BACK_OFF[attempts - 1])


def _is_permanent(refusal: Exception) -> bool:
    """Whether the server said that asking again is of no use."""
    return 500 <= _answer(refusal)[0] < 600


def _answer(failure: Exception) -> tuple[int, bytes | str]:
    if isinstance(failure, smtplib.SMTPRecipientsRefused) and failure.recipients:
        return next(iter(failure.recipients.values()))
    if isinstance(failure, smtplib.SMTPResponseException):
        return failure.smtp_code, failure.smtp_error
    return 0, str(failure)


def _words(failure: Exception) -> str:
    code, text = _answer(failure)
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code or type(failure).__name__} {said}".strip()[:2_000]


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
