from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Committee
from records.dates import Precision
from records.fields import TextBlock, TextLine
from records.languages import pick, translated
from records.models import Record, RecordQuerySet, RecordType, Sourced


class CommitteeWideQuerySet(RecordQuerySet[RecordType]):
    """Records that everybody assigned to the committee may read. ``path`` leads to the committee."""

    path = "committee"

    def _readable_by(self, user: Any) -> Self:
        return self.filter(**{f"{self.path}__in": [grant.committee_id for grant in user.grants]})


class CooperationPlan(Record, Sourced):
    """The plan that runs beside a committee: eight numbered items."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="plans", verbose_name=_("committee"))
    name_en, name_ja, name_ru = translated(TextLine, _("name"))
    proposed_on = models.DateField(_("proposed"), null=True, blank=True)
    proposed_precision = models.CharField(
        _("proposed, known to the"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )
    origin_en, origin_ja, origin_ru = translated(TextBlock, _("how it came about"))

    objects = CommitteeWideQuerySet.as_manager()

    class Meta:
        verbose_name = _("cooperation plan")
        verbose_name_plural = _("cooperation plans")
        ordering = ["committee__code", "pk"]
        constraints = [
            models.CheckConstraint(name="plan_has_a_name", condition=~Q(name_en="", name_ja="", name_ru="")),
        ]

    def __str__(self) -> str:
        return pick(self, "name")


class PlanItemQuerySet(CommitteeWideQuerySet["PlanItem"]):
    path = "plan__committee"


class PlanItem(Record):
    """One numbered item of the plan."""

    plan = models.ForeignKey(CooperationPlan, models.PROTECT, related_name="items", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"))
    title_en, title_ja, title_ru = translated(TextLine, _("title"))
    scope_en, scope_ja, scope_ru = translated(TextBlock, _("scope"))

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan item")
        verbose_name_plural = _("plan items")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                name="one_plan_item_per_number",
                fields=["plan", "number"],
                violation_error_message=_("The plan already has an item with this number."),
            ),
            models.CheckConstraint(name="plan_item_number_is_positive", condition=Q(number__gte=1)),
            models.CheckConstraint(name="plan_item_has_a_title", condition=~Q(title_en="", title_ja="", title_ru="")),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {pick(self, 'title')}"

    @property
    def governing_committee(self) -> Committee:
        return self.plan.committee

    @property
    def history_root(self) -> Record:
        return self.plan
