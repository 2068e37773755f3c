from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.models.people import Person, Tenure
from directory.models.shared import PeriodQuerySet, period_in_order
from directory.models.sides import Side
from records.dates import Precision
from records.fields import TextLine
from records.languages import pick, translated
from records.models import Record, RecordQuerySet, Sourced


class CommitteeKind(models.TextChoices):
    COMMITTEE = "committee", _("committee")
    SUBCOMMISSION = "subcommission", _("sub-commission")
    WORKING_GROUP = "working_group", _("working group")


class CommitteeQuerySet(RecordQuerySet["Committee"]):
    def _readable_by(self, user: Any) -> Self:
        return self.filter(pk__in=[grant.committee_id for grant in user.grants])


class CoChair(NamedTuple):
    """Who sits in a side's co-chair seat, by virtue of which office. Either may be unknown."""

    side: Side
    seat: Seat | None
    tenure: Tenure | None

    @property
    def person(self) -> Person | None:
        return self.tenure.person if self.tenure else None


class Committee(Record, Sourced):
    """A body of exactly two sides; with a parent it is a sub-commission or a working group."""

    code = models.CharField(
        _("code"),
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9-]*[A-Z0-9]\Z")],
        help_text=_("Short and lasting: the references of meetings and commitments begin with it."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=CommitteeKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subordinates", verbose_name=_("under")
    )
    own_side = models.ForeignKey(
        Side, models.PROTECT, related_name="+", verbose_name=_("own side"), help_text=_("The secretariat's side.")
    )
    other_side = models.ForeignKey(Side, models.PROTECT, related_name="+", verbose_name=_("other side"))
    name_en, name_ja, name_ru = translated(TextLine, _("name"))
    short_name_en, short_name_ja, short_name_ru = translated(TextLine, _("short name"), max_length=80)
    founded_on = models.DateField(_("founded"), null=True, blank=True)
    founded_precision = models.CharField(
        _("founded, known to the"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )
    dissolved_on = models.DateField(_("dissolved"), null=True, blank=True)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("committee")
        verbose_name_plural = _("committees")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="committee_has_two_different_sides",
                condition=~Q(own_side=F("other_side")),
                violation_error_message=_("A committee has two different sides."),
            ),
            models.CheckConstraint(
                name="only_a_committee_has_no_parent",
                condition=Q(kind="committee", parent__isnull=True) | (~Q(kind="committee") & Q(parent__isnull=False)),
                violation_error_message=_("A sub-commission or working group stands under a committee."),
            ),
            models.CheckConstraint(name="committee_has_a_name", condition=~Q(name_en="", name_ja="", name_ru="")),
            models.CheckConstraint(name="committee_is_not_under_itself", condition=~Q(parent=F("pk"))),
        ]

    def __str__(self) -> str:
        return pick(self, "short_name") or pick(self, "name")

    def get_absolute_url(self) -> str:
        return reverse("directory:committee-detail", args=[self.code])

    @property
    def governing_committee(self) -> Committee:
        return self

    @property
    def sides(self) -> tuple[Side, Side]:
        """The own side first."""
        return (self.own_side, self.other_side)

    def co_chairs(self, *, on: date) -> tuple[CoChair, CoChair]:
        """Who co-chairs on that day: one entry a side, the own side first, in at most two queries.

        The seat is bound to an office and the office to a person, each for its own period.
        """
        seats = {
            seat.side_id: seat
            for seat in self.seats.current(on=on).filter(role=SeatRole.CO_CHAIR).select_related("office__organisation")
        }
        tenures = {
            tenure.office_id: tenure
            for tenure in Tenure.objects.current(on=on)
            .filter(office__in=[seat.office_id for seat in seats.values()])
            .select_related("person__side", "office")
            # On the day of a handover both hold it: the one who came last speaks. Unknown starts give way.
            .order_by(F("started_on").asc(nulls_first=True), "-is_acting", "pk")
        }
        first, second = (
            CoChair(side, seat := seats.get(side.pk), tenures.get(seat.office_id) if seat else None)
            for side in self.sides
        )
        return first, second


class SeatRole(models.TextChoices):
    CO_CHAIR = "co_chair", _("co-chair")
    DEPUTY = "deputy", _("deputy")
    SECRETARY = "secretary", _("secretary")


class SeatQuerySet(PeriodQuerySet["Seat"]):
    def _readable_by(self, user: Any) -> Self:
        return self.filter(committee__in=[grant.committee_id for grant in user.grants])


class Seat(Record, Sourced):
    """A place at the committee for one side, bound to an office for a period: not to a person."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="seats", verbose_name=_("committee"))
    side = models.ForeignKey(Side, models.PROTECT, related_name="seats", verbose_name=_("side"))
    role = models.CharField(_("role"), max_length=20, choices=SeatRole.choices)
    office = models.ForeignKey("directory.Office", models.PROTECT, related_name="seats", verbose_name=_("office"))
    started_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day. Empty: still so."))

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["committee__code", "side__code", "role", F("started_on").desc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="seat_ends_after_it_starts",
                condition=period_in_order(),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.UniqueConstraint(
                name="one_present_co_chair_seat_a_side",
                fields=["committee", "side"],
                condition=Q(role="co_chair", ended_on__isnull=True),
                violation_error_message=_("This side's co-chair seat is already bound to an office."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.side}: {self.office}"

    @property
    def history_root(self) -> Record:
        return self.committee
