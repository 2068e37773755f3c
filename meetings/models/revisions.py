from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Committee, Side
from meetings.models.meetings import PartOfMeetingQuerySet
from meetings.models.minutes import Minutes
from records.access import Permission
from records.fields import TextBlock
from records.models import RecordQuerySet


class RevisionQuerySet(RecordQuerySet["Revision"]):  # type: ignore[type-var]
    def _readable_by(self, user: Any) -> Self:
        # A revision holds the internal passages too: only those who may read them read it as a whole.
        reach = user.reach(Permission.INTERNAL_READ, committee="minutes__meeting__committee")
        return self.none() if reach is None else self.filter(reach)


class Revision(models.Model):
    """The whole minutes as they left the desk: numbered, hashed, never changed or deleted (a trigger sees to it).

    ``content`` is the canonical JSON (RFC 8785) of everything printed, ``digest`` its SHA-256 in hexadecimal.
    """

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="revisions", verbose_name=_("minutes"))
    number = models.PositiveIntegerField(_("number"))
    content = models.TextField(_("content"))
    digest = models.CharField(_("hash"), max_length=64)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="revisions", verbose_name=_("by")
    )
    reason = TextBlock(_("reason"), blank=True, default="")
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrected_by", verbose_name=_("corrigendum to")
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["minutes", "number"]
        constraints = [
            models.UniqueConstraint(name="one_revision_per_number", fields=["minutes", "number"]),
            models.CheckConstraint(name="revision_number_is_positive", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="a_corrigendum_has_a_reason", condition=Q(corrects__isnull=True) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes}, {self.number}"

    @property
    def governing_committee(self) -> Committee:
        return self.minutes.meeting.committee


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    RESERVED = "reserved", _("accepted with a reservation")
    RETURNED = "returned", _("returned with comments")


class ApprovalQuerySet(PartOfMeetingQuerySet["Approval"]):  # type: ignore[type-var]
    path = "revision__minutes__meeting__committee"


class Approval(models.Model):
    """What one side says to one revision. A changed text is another revision and has none."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="approvals", verbose_name=_("revision"))
    side = models.ForeignKey(Side, models.PROTECT, related_name="approvals", verbose_name=_("side"))
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict.choices)
    text = TextBlock(_("reservation or comments"), blank=True, default="")
    given_at = models.DateTimeField(_("given"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="approvals", verbose_name=_("recorded by")
    )

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["revision", "given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_side_accepts_a_revision_once",
                fields=["revision", "side"],
                condition=Q(verdict__in=["accepted", "reserved"]),
                violation_error_message=_("This side has already accepted this revision."),
            ),
            models.CheckConstraint(
                name="a_reservation_or_return_says_why",
                condition=Q(verdict="accepted") | ~Q(text=""),
                violation_error_message=_("Say what the reservation or the comments are."),
            ),
            models.CheckConstraint(name="approval_has_a_known_verdict", condition=Q(verdict__in=Verdict.values)),
        ]

    def __str__(self) -> str:
        return f"{self.side}: {self.get_verdict_display()}"

    @property
    def governing_committee(self) -> Committee:
        return self.revision.minutes.meeting.committee
