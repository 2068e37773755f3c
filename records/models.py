"""What every record shares: a version to lock by, the day it was made, a source, a trail."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from records.fields import TextBlock, TextLine

RecordType = TypeVar("RecordType", bound="Record", covariant=True)


class RecordQuerySet(models.QuerySet[RecordType]):
    def visible_to(self, user: Any) -> Self:
        """The records that ``user`` may read. Every lookup, list, count, search and export begins here."""
        if user is None or not user.is_authenticated or not user.is_member:
            return self.none()
        return self.all() if user.sees_all else self._readable_by(user)

    def _readable_by(self, user: Any) -> Self:
        """What a member of staff with assignments may read."""
        raise NotImplementedError(f"{self.model._meta.label} must say who may read it")


class Record(models.Model):
    """A thing that people edit. ``version`` rises with each change, and a change made from an older one is refused."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True, editable=False)

    #: Many-to-many relations whose changes the trail keeps as well.
    tracked_relations: ClassVar[tuple[str, ...]] = ()
    #: Columns kept out of the version, such as a place in a list: moving a thing does not spoil an open form.
    unversioned: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    @property
    def governing_committee(self) -> Any:
        """The committee whose assignments decide who may change this; ``None`` for what all committees share."""
        return getattr(self, "committee", None)

    @property
    def history_root(self) -> Record:
        """The record on whose history page the changes of this one are gathered."""
        return self

    def get_history_url(self) -> str:
        root = self.history_root
        return reverse("records:history", args=[root._meta.label_lower, root.pk])


class Sourced(models.Model):
    """Something known from somewhere: the source is named, and what has not been verified says so."""

    source = TextBlock(_("source"), blank=True, default="", help_text=_("Where this is known from."))
    unverified = models.BooleanField(
        _("unverified"), default=False, help_text=_("Not seen in a source; shown as unverified, never as a fact.")
    )

    class Meta:
        abstract = True


class AuditEvent(models.Model):
    """Who did what to which record, when, from what to what.

    Append-only by database trigger; each event carries the hash of the one before it, so that a missing or altered
    row shows (``manage.py verify_audit``).
    """

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    actor_name = TextLine(_("name at the time"), blank=True)
    verb = models.CharField(_("what"), max_length=40)
    label = models.CharField(_("kind of record"), max_length=80)
    object_pk = models.BigIntegerField(_("record number"))
    title = TextLine(_("record"), max_length=500)
    root_label = models.CharField(_("part of (kind)"), max_length=80)
    root_pk = models.BigIntegerField(_("part of (number)"))
    changes = models.JSONField(_("changes"), default=dict)
    reason = TextBlock(_("reason"), blank=True)
    previous_digest = models.CharField(_("hash of the event before"), max_length=64, blank=True)
    digest = models.CharField(_("hash"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["root_label", "root_pk"], name="audit_by_root"),
            models.Index(fields=["label", "object_pk"], name="audit_by_record"),
            models.Index(fields=["-at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.title}"


class Submission(models.Model):
    """A form that was sent. Sending the same form again leads to what the first sending made."""

    key = models.UUIDField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    location = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.key)
