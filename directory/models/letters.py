"""What leaves the house for one person: mails that wait in the outbox, and the key to a calendar feed."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models.committees import Committee
from directory.models.users import User
from records import languages
from records.access import Classification, Permission
from records.fields import TextLine
from records.models import RecordQuerySet


class MailKind(models.TextChoices):
    """Why a mail is sent. Each person says which kinds they want."""

    INVITATION = "invitation", _("invitation and agenda")
    MINUTES = "minutes", _("minutes for approval")
    REMINDER = "reminder", _("reminder")


class OutgoingMailQuerySet(RecordQuerySet["OutgoingMail"]):  # type: ignore[type-var]
    def _readable_by(self, user: Any) -> Self:
        # Whoever calls the meetings sees what became of the mails about them; everybody sees their own: what reached
        # them, and what has not reached them yet as long as they may still read of it.
        reach = user.reach(Permission.MEETINGS_WRITE)
        readable = user.reach()
        has_it = Q(sent_at__isnull=False)
        own = Q(recipient=user) & (has_it if readable is None else has_it | readable)
        return self.filter(own if reach is None else own | reach)

    def waiting(self) -> Self:
        """Those that are still to be sent, the oldest first."""
        return self.filter(sent_at=None, given_up_at=None).order_by("queued_at", "pk")


class OutgoingMail(models.Model):
    """One mail to one person, written in the transaction that gave the occasion and sent once, later.

    ``key`` names the occasion and the person: asking for the same mail again queues no second one.
    """

    key = models.CharField(_("key"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=MailKind.choices)
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="mails", verbose_name=_("committee"))
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.OPEN
    )
    recipient = models.ForeignKey(User, models.PROTECT, related_name="mails", verbose_name=_("to"))
    address = models.EmailField(_("address"))
    language = models.CharField(_("language"), max_length=2, choices=languages.NAMES.items())
    subject = TextLine(_("subject"))
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))
    calendar = models.TextField(_("calendar"), blank=True, default="")
    link = models.CharField(_("leads to"), max_length=300, blank=True, default="")
    queued_at = models.DateTimeField(_("queued"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("what went wrong"), blank=True, default="")
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up"), null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-queued_at", "-pk"]
        indexes = [
            models.Index(
                fields=["queued_at"],
                name="mail_that_waits",
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="a_mail_is_sent_or_given_up", condition=Q(sent_at__isnull=True) | Q(given_up_at__isnull=True)
            ),
            models.CheckConstraint(name="mail_has_a_known_kind", condition=Q(kind__in=MailKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.recipient})"

    @property
    def governing_committee(self) -> Committee:
        return self.committee


class CalendarKeyQuerySet(RecordQuerySet["CalendarKey"]):  # type: ignore[type-var]
    def _readable_by(self, user: Any) -> Self:
        return self.filter(user=user)


class CalendarKey(models.Model):
    """The key in the address of one person's calendar feed. Only its SHA-256 is kept; revoked, it opens nothing."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_keys", verbose_name=_("user")
    )
    key_digest = models.CharField(_("hash of the key"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = CalendarKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key to a calendar feed")
        verbose_name_plural = _("keys to calendar feeds")
        ordering = ["user", "-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_calendar_key_per_user", fields=["user"], condition=Q(revoked_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.made_at:%Y-%m-%d}"
