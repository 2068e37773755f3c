from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models.plans import CommitteeWideQuerySet
from directory.models import Committee, Side
from records.dates import Precision
from records.fields import TextBlock, TextLine
from records.languages import pick, translated
from records.models import Record, RecordType, Sourced


class ExchangeYear(Record, Sourced):
    """A programme of events in both countries; each side calls it by its own name. It may last longer than a year."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="exchange_years", verbose_name=_("committee"))
    name_en, name_ja, name_ru = translated(TextLine, _("name"))
    starts_on = models.DateField(_("begins"))
    ends_on = models.DateField(_("ends"), help_text=_("As first agreed; extensions are recorded beside it."))

    objects = CommitteeWideQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange year")
        verbose_name_plural = _("exchange years")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(name="exchange_year_has_a_name", condition=~Q(name_en="", name_ja="", name_ru="")),
            models.CheckConstraint(
                name="exchange_year_ends_after_it_begins",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return pick(self, "name")

    def last_day(self, *, on: date) -> date:
        """The last day of the year as it had been decided by ``on``."""
        decided = [extension.ends_on for extension in self.extensions.all() if extension.decided_on <= on]
        return max([self.ends_on, *decided])


class PartOfYearQuerySet(CommitteeWideQuerySet[RecordType]):
    path = "exchange_year__committee"


class PartOfYear(Record):
    """What belongs to an exchange year."""

    objects = PartOfYearQuerySet.as_manager()

    class Meta:
        abstract = True

    exchange_year: models.ForeignKey[ExchangeYear, ExchangeYear]

    @property
    def governing_committee(self) -> Committee:
        return self.exchange_year.committee

    @property
    def history_root(self) -> Record:
        return self.exchange_year


class Extension(PartOfYear, Sourced):
    """The year was made longer: decided on one day, perhaps signed on another."""

    exchange_year = models.ForeignKey(
        ExchangeYear, models.PROTECT, related_name="extensions", verbose_name=_("exchange year")
    )
    decided_on = models.DateField(_("decided"))
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    ends_on = models.DateField(_("new end"))
    reason_en, reason_ja, reason_ru = translated(TextBlock, _("reason"))

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["exchange_year", "decided_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="extension_is_signed_after_it_is_decided",
                condition=Q(signed_on__isnull=True) | Q(signed_on__gte=F("decided_on")),
                violation_error_message=_("It was signed before it was decided."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exchange_year}: {self.ends_on}"


class Metric(models.TextChoices):
    EVENTS_HELD = "events_held", _("events held")
    EVENTS_NOT_HELD = "events_not_held", _("events applied for and not held")
    EVENTS_PLANNED = "events_planned", _("events planned")
    PARTICIPANTS = "participants", _("people reached")


class Bound(models.TextChoices):
    EXACTLY = "exactly", _("exactly")
    OVER = "over", _("over")
    ALMOST = "almost", _("almost")
    ABOUT = "about", _("about")


class Tally(PartOfYear, Sourced):
    """A figure that somebody published: as of a day, by whom it was counted and by what rule."""

    exchange_year = models.ForeignKey(
        ExchangeYear, models.PROTECT, related_name="tallies", verbose_name=_("exchange year")
    )
    metric = models.CharField(_("what was counted"), max_length=20, choices=Metric.choices)
    bound = models.CharField(_("how exactly"), max_length=10, choices=Bound.choices, default=Bound.EXACTLY)
    value = models.PositiveIntegerField(_("figure"))
    as_of = models.DateField(_("as of"))
    as_of_precision = models.CharField(
        _("as of, known to the"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )
    side = models.ForeignKey(
        Side,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tallies",
        verbose_name=_("counted by"),
        help_text=_("Empty: not known, or both."),
    )
    rule_en, rule_ja, rule_ru = translated(TextLine, _("rule of counting"))

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        ordering = ["exchange_year", "as_of", "metric", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_tally_names_its_source",
                condition=~Q(source=""),
                violation_error_message=_("A figure without a source is not a fact: say where it was published."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()}: {self.get_bound_display()} {self.value} ({self.as_of})"
