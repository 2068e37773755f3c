from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.models import Committee, Organisation, Region
from exchanges.models.years import ExchangeYear
from records.access import Classification
from records.dates import Precision
from records.fields import TextBlock, TextLine, WebAddress
from records.languages import pick, translated
from records.models import Record, RecordQuerySet, RecordType, Sourced


class EventState(models.TextChoices):
    APPLIED = "applied", _("applied for")
    ACCREDITED = "accredited", _("accredited")
    REJECTED = "rejected", _("rejected")
    SCHEDULED = "scheduled", _("scheduled")
    POSTPONED = "postponed", _("postponed")
    HELD = "held", _("held")
    REPORTED = "reported", _("reported")
    CANCELLED = "cancelled", _("cancelled")


class EventFormat(models.TextChoices):
    IN_PERSON = "in_person", _("in person")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("hybrid")


class EventTheme(models.TextChoices):
    CEREMONY = "ceremony", _("ceremonies and official meetings")
    CULTURE = "culture", _("culture")
    YOUTH = "youth", _("youth and education")
    SPORT = "sport", _("sport")
    ECONOMY = "economy", _("economy and tourism")
    TWINNING = "twinning", _("twin towns and regions")
    OTHER = "other", _("other")


class EventQuerySet(RecordQuerySet["Event"]):
    def _readable_by(self, user: Any) -> Self:
        reach = user.reach(committee="exchange_year__committee", classification="classification")
        return self.none() if reach is None else self.filter(reach)


class Event(Record, Sourced):
    """One entry of the exchange year's programme, with its days as exactly as they are known."""

    exchange_year = models.ForeignKey(
        ExchangeYear, models.PROTECT, related_name="events", verbose_name=_("exchange year")
    )
    reference = models.CharField(_("reference"), max_length=40, unique=True)
    title_en, title_ja, title_ru = translated(TextLine, _("title"))
    theme = models.CharField(_("theme"), max_length=20, choices=EventTheme.choices, default=EventTheme.OTHER)
    format = models.CharField(_("format"), max_length=20, choices=EventFormat.choices)
    state = models.CharField(
        _("state"), max_length=20, choices=EventState.choices, default=EventState.APPLIED, editable=False
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    starts_precision = models.CharField(
        _("from, known to the"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )
    ends_on = models.DateField(_("until"), null=True, blank=True)
    ends_precision = models.CharField(
        _("until, known to the"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )
    place_en, place_ja, place_ru = translated(TextLine, _("place"))
    regions = models.ManyToManyField(Region, related_name="events", blank=True, verbose_name=_("regions"))
    attended_on_site = models.PositiveIntegerField(_("attendance on site"), null=True, blank=True)
    attended_online = models.PositiveIntegerField(_("attendance online"), null=True, blank=True)
    attendance_rule = TextLine(
        _("how it was counted"), blank=True, default="", help_text=_("Tickets, registrations, views, an estimate.")
    )
    website = WebAddress(_("website"), blank=True, default="")
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.OPEN
    )

    tracked_relations: ClassVar[tuple[str, ...]] = ("regions",)
    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = [F("starts_on").asc(nulls_last=True), "reference", "pk"]
        constraints = [
            models.CheckConstraint(name="event_has_a_title", condition=~Q(title_en="", title_ja="", title_ru="")),
            models.CheckConstraint(
                name="event_ends_after_it_begins",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                name="attendance_says_how_it_was_counted",
                condition=Q(attended_on_site__isnull=True, attended_online__isnull=True) | ~Q(attendance_rule=""),
                violation_error_message=_("Say how the attendance was counted."),
            ),
            models.CheckConstraint(name="event_has_a_known_state", condition=Q(state__in=EventState.values)),
            models.CheckConstraint(
                name="event_has_a_known_classification", condition=Q(classification__in=Classification.values)
            ),
        ]

    def __str__(self) -> str:
        return pick(self, "title")

    @property
    def governing_committee(self) -> Committee:
        return self.exchange_year.committee


class PartOfEventQuerySet(RecordQuerySet[RecordType]):
    def _readable_by(self, user: Any) -> Self:
        reach = user.reach(committee="event__exchange_year__committee", classification="event__classification")
        return self.none() if reach is None else self.filter(reach)


class PartOfEvent(Record):
    """What belongs to an event and is read by whoever reads it."""

    objects = PartOfEventQuerySet.as_manager()

    class Meta:
        abstract = True

    event: models.ForeignKey[Event, Event]

    @property
    def governing_committee(self) -> Committee:
        return self.event.exchange_year.committee

    @property
    def history_root(self) -> Record:
        return self.event


class OrganiserRole(models.TextChoices):
    ORGANISER = "organiser", _("organiser")
    PARTNER = "partner", _("partner")


class EventOrganiser(PartOfEvent):
    """An organisation that stages an event or helps to."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="organisers", verbose_name=_("event"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="organised_events", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=OrganiserRole.choices, default=OrganiserRole.ORGANISER)

    class Meta:
        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")
        ordering = ["event", "role", "organisation__side__code", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="named_once_as_organiser",
                fields=["event", "organisation"],
                violation_error_message=_("This organisation is already named."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class EventChangeKind(models.TextChoices):
    POSTPONED = "postponed", _("postponed")
    NEW_DATE = "new_date", _("new date")
    MOVED_ONLINE = "moved_online", _("moved online")
    MADE_HYBRID = "made_hybrid", _("made hybrid")
    CANCELLED = "cancelled", _("cancelled")


class EventChange(PartOfEvent, Sourced):
    """A change of the programme: what, when, why, and from which day to which."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="changes", verbose_name=_("event"))
    kind = models.CharField(_("kind"), max_length=20, choices=EventChangeKind.choices)
    changed_on = models.DateField(_("changed"), null=True, blank=True)
    changed_precision = models.CharField(
        _("changed, known to the"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )
    old_date = models.DateField(_("old date"), null=True, blank=True)
    old_precision = models.CharField(
        _("old date, known to the"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )
    new_date = models.DateField(_("new date"), null=True, blank=True)
    new_precision = models.CharField(
        _("new date, known to the"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )
    reason_en, reason_ja, reason_ru = translated(TextBlock, _("reason"))
    decision = TextLine(
        _("decision behind it"), blank=True, default="", help_text=_("Where it is not an entry of minutes kept here.")
    )

    class Meta:
        verbose_name = _("change of an event")
        verbose_name_plural = _("changes of events")
        ordering = ["event", F("changed_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_new_date_is_given",
                condition=Q(kind="new_date", new_date__isnull=False) | ~Q(kind="new_date"),
                violation_error_message=_("Give the new date."),
            ),
            models.CheckConstraint(
                name="a_change_has_a_reason",
                condition=~Q(reason_en="", reason_ja="", reason_ru=""),
                violation_error_message=_("Give a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.get_kind_display()}"
