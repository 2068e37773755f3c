"""The outbox: letters to people, written with what gave the occasion and sent later by the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import delivery
from directory.models import Committee, MailKind, OutgoingMail, User
from directory.tasks import deliver
from records import actions, audit
from records.access import Permission, permit
from records.actions import action
from records.workflow import Refused

#: Which preference speaks of which kind.
_WANTED = {
    MailKind.INVITATION: "mail_invitations",
    MailKind.MINUTES: "mail_minutes",
    MailKind.REMINDER: "mail_reminders",
}


@dataclass(frozen=True)
class Letter:
    """What a mail says, in its reader's language. The same goes into its text and its HTML."""

    subject: str
    lead: str
    facts: Sequence[tuple[str, str]] = ()
    agenda: Sequence[str] = ()
    notes: Sequence[str] = ()
    link: str = ""  # a path of this program
    link_text: str = ""
    calendar: str = ""


class MailState(models.TextChoices):
    """What became of a mail. "In doubt": the worker stopped while it was handed over, so perhaps it arrived."""

    WAITING = "waiting", gettext_lazy("waiting")
    SENDING = "sending", gettext_lazy("being sent")
    SENT = "sent", gettext_lazy("sent")
    SHOWN = "shown", gettext_lazy("shown here, not sent")
    DOUBT = "doubt", gettext_lazy("in doubt")
    FAILED = "failed", gettext_lazy("could not be sent")
    DROPPED = "dropped", gettext_lazy("not sent: no longer assigned")


#: How long the desk speaks of a mail that did not go out; the page of mails keeps it.
_FRESH = timedelta(days=14)
#: The states out of which a person may have a mail sent again.
UNSENT = (MailState.FAILED, MailState.DOUBT)


def wants(user: User, kind: MailKind) -> bool:
    """Whether mails of this kind reach the person: they have an address and did not switch them off."""
    return bool(user.email) and getattr(user, _WANTED[kind])


def queue(
    kind: MailKind,
    *,
    key: str,
    committee: Committee,
    classification: int,
    recipients: Iterable[User],
    render: Callable[[User], Letter],
) -> int:
    """Write a mail to each of ``recipients`` who wants its kind, in the caller's transaction; how many are new.

    ``key`` names the occasion: the same key queues nothing twice for the same person. ``render`` is called in the
    person's language and on their clock.
    """
    wanted = {f"{key}:{user.pk}": user for user in recipients if wants(user, kind)}
    known = set(OutgoingMail.objects.filter(key__in=wanted).values_list("key", flat=True))
    now, mails = timezone.now(), []
    for name, user in wanted.items():
        if name not in known:
            with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
                contents = _printed(render(user), committee)
            mails.append(
                OutgoingMail(
                    key=name,
                    kind=kind,
                    committee=committee,
                    classification=classification,
                    recipient=user,
                    address=user.email,
                    language=user.language,
                    queued_at=now,
                    **contents,
                )
            )
    with transaction.atomic():
        OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True)  # somebody else may give the same occasion
        # The task is stored with the mail: either both are there, or neither.
        for pk in OutgoingMail.objects.filter(key__in=[mail.key for mail in mails]).values_list("pk", flat=True):
            deliver.enqueue(pk)
    return len(mails)


def one_line(text: str) -> str:
    """``text`` as the subject of a mail: no line break may begin another header."""
    return " ".join(text.split())[:300]


def _printed(letter: Letter, committee: Committee) -> dict[str, str]:
    preferences = reverse("account_preferences")
    context = {
        "letter": letter,
        "committee": committee,
        "ministry": settings.MINISTRY[translation.get_language()[:2]] or settings.MINISTRY["en"],
        "language": translation.get_language()[:2],
        "base": settings.PUBLIC_URL,
        "preferences": preferences,
    }
    return {
        "subject": one_line(letter.subject),
        "text": render_to_string("mail/letter.txt", context).strip() + "\n",
        "html": render_to_string("mail/letter.html", context),
        "calendar": letter.calendar,
        "link": letter.link,
    }


# What became of them


def in_state(state: MailState, *, now: datetime) -> Q:
    """The condition on mails that they are in ``state``."""
    fresh = Q(given_up_at__gte=now - delivery.HANDING_OVER)
    unsettled, doubted = Q(last_error=""), Q(last_error__startswith=delivery.IN_DOUBT)
    given_up, shown = Q(given_up_at__isnull=False), Q(last_error=delivery.SHOWN)
    dropped = Q(last_error=delivery.NOT_ASSIGNED)
    return {
        MailState.WAITING: Q(sent_at=None, given_up_at=None),
        MailState.SENDING: given_up & unsettled & fresh,
        MailState.SENT: Q(sent_at__isnull=False) & ~shown,
        MailState.SHOWN: Q(sent_at__isnull=False) & shown,
        MailState.DOUBT: given_up & (doubted | (unsettled & ~fresh)),
        MailState.FAILED: given_up & ~unsettled & ~doubted & ~dropped,
        MailState.DROPPED: given_up & dropped,
    }[state]


def state_of(mail: OutgoingMail, *, now: datetime) -> MailState:
    """The state of one mail; the same as ``in_state`` says of many."""
    if mail.sent_at is not None:
        return MailState.SHOWN if mail.last_error == delivery.SHOWN else MailState.SENT
    if mail.given_up_at is None:
        return MailState.WAITING
    if mail.last_error.startswith(delivery.IN_DOUBT):
        return MailState.DOUBT
    if mail.last_error:
        return MailState.DROPPED if mail.last_error == delivery.NOT_ASSIGNED else MailState.FAILED
    return MailState.SENDING if mail.given_up_at >= now - delivery.HANDING_OVER else MailState.DOUBT


def unsent(user: Any, *, now: datetime) -> int:
    """How many mails of the person's committees lately failed, or may not have arrived."""
    mails = OutgoingMail.objects.visible_to(user)
    if not user.sees_all:
        reach = user.reach(Permission.MEETINGS_WRITE)
        mails = mails.none() if reach is None else mails.filter(reach)
    troubled = in_state(MailState.FAILED, now=now) | in_state(MailState.DOUBT, now=now)
    return mails.filter(troubled, given_up_at__gte=now - _FRESH).count()


@action
def send_again(mail: OutgoingMail, *, by: User | None) -> OutgoingMail:
    """Put a mail that was given up back into the outbox, to the person's present address."""
    permit(by, Permission.MEETINGS_WRITE, mail.committee)
    stored = OutgoingMail.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=mail.pk)
    if state_of(stored, now=timezone.now()) not in UNSENT:
        raise Refused(_("Only a mail that could not be sent, or is in doubt, is sent again."))
    if not stored.recipient.email:
        raise Refused(_("No address is known of this person any more."))
    if not delivery.may_receive(stored):
        raise Refused(_("This person is no longer assigned to the committee, or not up to this classification."))
    facts = {"last_error": [stored.last_error, ""], "address": [stored.address, stored.recipient.email]}
    stored.address = stored.recipient.email
    stored.attempts, stored.given_up_at, stored.last_error = 0, None, ""
    stored.save(update_fields=["address", "attempts", "given_up_at", "last_error"])
    deliver.enqueue(stored.pk)
    actions.note(audit.Event("sent again", stored, by, facts))
    return stored
