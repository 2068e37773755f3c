from __future__ import annotations

from typing import Any, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.models import Committee, Side
from records.access import Classification
from records.dates import Clock, Precision, clock
from records.fields import TextLine
from records.languages import pick, translated
from records.models import Record, RecordQuerySet, RecordType, Sourced


class MeetingKind(models.TextChoices):
    SESSION = "session", _("session")
    CO_CHAIRS = "co_chairs", _("co-chairs' meeting")
    SUBCOMMISSION = "subcommission", _("sub-commission meeting")
    WORKING_LEVEL = "working_level", _("working-level meeting")


class MeetingFormat(models.TextChoices):
    IN_PERSON = "in_person", _("in person")
    VIDEO = "video", _("video conference")
    TELEPHONE = "telephone", _("telephone")
    HYBRID = "hybrid", _("hybrid")


class MeetingState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    POSTPONED = "postponed", _("postponed")
    HELD = "held", _("held")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class MeetingQuerySet(RecordQuerySet["Meeting"]):
    def _readable_by(self, user: Any) -> Self:
        reach = user.reach()
        return self.none() if reach is None else self.filter(reach)

    def with_details(self) -> Self:
        """With everything a row of the list shows, in the same query."""
        return self.select_related("committee__own_side", "committee__other_side")


class Meeting(Record, Sourced):
    """One meeting of a committee. ``date`` is the day at the own side; times are kept as instants."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="meetings", verbose_name=_("committee"))
    reference = models.CharField(_("reference"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=MeetingKind.choices)
    ordinal = models.PositiveSmallIntegerField(
        _("number"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(999)],
        help_text=_("15 for the 15th session; empty where meetings are not counted."),
    )
    format = models.CharField(_("format"), max_length=20, choices=MeetingFormat.choices)
    state = models.CharField(
        _("state"), max_length=20, choices=MeetingState.choices, default=MeetingState.DRAFT, editable=False
    )
    title_en, title_ja, title_ru = translated(
        TextLine, _("title"), help_text=_("Only where it differs from the committee's name and the kind.")
    )
    place_en, place_ja, place_ru = translated(TextLine, _("place"))
    date = models.DateField(_("date"))
    date_precision = models.CharField(
        _("date known to the"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.OPEN
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-date", "-starts_at", "-pk"]
        indexes = [models.Index(fields=["committee", "-date"], name="meeting_by_committee_and_date")]
        constraints = [
            models.CheckConstraint(
                name="meeting_times_come_in_order",
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=False, ends_at__gt=F("starts_at")),
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                name="only_a_known_day_has_a_time",
                condition=Q(starts_at__isnull=True) | Q(date_precision="day"),
                violation_error_message=_("A time needs a date known to the day."),
            ),
            models.CheckConstraint(
                name="meeting_ordinal_is_positive", condition=Q(ordinal__isnull=True) | Q(ordinal__gte=1)
            ),
            models.UniqueConstraint(
                name="one_meeting_per_ordinal",
                fields=["committee", "kind", "ordinal"],
                condition=Q(ordinal__isnull=False) & ~Q(state="cancelled"),
                violation_error_message=_("Another meeting of this kind has this number."),
            ),
            models.CheckConstraint(name="meeting_has_a_known_state", condition=Q(state__in=MeetingState.values)),
            models.CheckConstraint(
                name="meeting_has_a_known_classification", condition=Q(classification__in=Classification.values)
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting-detail", args=[self.reference])

    def heading(self, language: str | None = None) -> str:
        """The title, or what the committee and the kind say without one."""
        from meetings.naming import meeting_heading

        return pick(self, "title", language) or meeting_heading(self, language)

    @property
    def clocks(self) -> list[tuple[Side, Clock]]:
        """The time on both sides' clocks, the own side first; empty when the time is not known."""
        if self.starts_at is None:
            return []
        return [(side, clock(self.starts_at, self.ends_at, side.time_zone)) for side in self.committee.sides]


class PartOfMeetingQuerySet(RecordQuerySet[RecordType]):
    """What is read by whoever reads the meeting. ``path`` leads to its committee."""

    path = "meeting__committee"

    def _readable_by(self, user: Any) -> Self:
        reach = user.reach(committee=self.path)
        return self.none() if reach is None else self.filter(reach)


class PartOfMeeting(Record):
    """An attendance, an agenda item: what belongs to a meeting."""

    objects = PartOfMeetingQuerySet.as_manager()

    class Meta:
        abstract = True

    meeting: models.ForeignKey[Meeting, Meeting]

    @property
    def governing_committee(self) -> Committee:
        return self.meeting.committee

    @property
    def history_root(self) -> Record:
        return self.meeting
