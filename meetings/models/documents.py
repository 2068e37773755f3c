from __future__ import annotations

from typing import Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Committee
from meetings.models.meetings import Meeting
from meetings.models.minutes import Entry
from records.access import Audience, Edition, Permission
from records.fields import TextLine
from records.models import Record, RecordQuerySet


def random_name(instance: Any, name: str) -> str:
    """Where a file is kept: nothing of what a person called it."""
    key = uuid4().hex
    return f"{key[:2]}/{key}"


class DocumentKind(models.TextChoices):
    NOTE_VERBALE = "note_verbale", _("note verbale")
    LETTER = "letter", _("letter")
    ANNEX = "annex", _("annex")
    PHOTOGRAPH = "photograph", _("photograph")
    OTHER = "other", _("other")


class DocumentQuerySet(RecordQuerySet["Document"]):
    def _readable_by(self, user: Any) -> Self:
        reach = user.reach(committee="meeting__committee")
        whole = user.reach(Permission.INTERNAL_READ, committee="meeting__committee")
        if reach is None:
            return self.none()
        shared = reach & Q(audience__in=Edition.SHARED.audiences)
        return self.filter(shared if whole is None else shared | whole)


class Document(Record):
    """A file attached to a meeting or to one of its entries: a note verbale, an annex, a letter, a photograph."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="documents", verbose_name=_("meeting"))
    entry = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="documents", verbose_name=_("entry")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind.choices, default=DocumentKind.ANNEX)
    title = TextLine(_("title"))
    audience = models.CharField(_("audience"), max_length=20, choices=Audience.choices, default=Audience.INTERNAL)
    file = models.FileField(_("file"), upload_to=random_name, max_length=100)
    name = TextLine(_("file name"), max_length=200, editable=False)
    media_type = models.CharField(_("type"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    digest = models.CharField(_("hash"), max_length=64, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["meeting", "kind", "pk"]
        constraints = [
            models.CheckConstraint(name="document_has_a_known_audience", condition=Q(audience__in=Audience.values)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def governing_committee(self) -> Committee:
        return self.meeting.committee

    @property
    def history_root(self) -> Record:
        return self.meeting
