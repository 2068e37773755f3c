from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.models import Region
from directory.models.shared import SharedQuerySet
from records.dates import Precision
from records.fields import TextBlock
from records.models import Record, Sourced


class TieKind(models.TextChoices):
    SISTER_CITY = "sister_city", _("sister cities")
    FRIENDSHIP_CITY = "friendship_city", _("friendship cities")
    SISTER_VILLAGE = "sister_village", _("sister villages")
    PREFECTURE = "prefecture", _("sister prefectures and regions")
    AGREEMENT = "agreement", _("agreement, statement or memorandum")


class TwinTie(Record, Sourced):
    """Two regions of two sides that call each other twins, since a day as exactly as it is known."""

    first_region = models.ForeignKey(Region, models.PROTECT, related_name="ties_as_first", verbose_name=_("region"))
    second_region = models.ForeignKey(
        Region, models.PROTECT, related_name="ties_as_second", verbose_name=_("partner region")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=TieKind.choices)
    since = models.DateField(_("since"), null=True, blank=True)
    since_precision = models.CharField(
        _("since, known to the"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )
    note = TextBlock(_("note"), blank=True, default="")

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("twin tie")
        verbose_name_plural = _("twin ties")
        ordering = [F("since").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_tie_per_pair",
                fields=["first_region", "second_region"],
                violation_error_message=_("These two are already tied."),
            ),
            models.CheckConstraint(
                name="a_region_is_not_its_own_twin",
                condition=~Q(first_region=F("second_region")),
                violation_error_message=_("A region is not its own twin."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_region} – {self.second_region}"
