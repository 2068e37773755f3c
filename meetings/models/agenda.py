from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Commitment, PlanItem
from exchanges.models import ExchangeYear
from meetings.models.meetings import Meeting, PartOfMeeting
from records.fields import TextLine
from records.languages import pick, translated


class AgendaItem(PartOfMeeting):
    """One point of the agenda, with what it concerns and the item it was carried over from."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda_items", verbose_name=_("meeting"))
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)
    title_en, title_ja, title_ru = translated(TextLine, _("title"))
    plan_item = models.ForeignKey(
        PlanItem, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name=_("plan item")
    )
    exchange_year = models.ForeignKey(
        ExchangeYear,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agenda_items",
        verbose_name=_("exchange year"),
    )
    commitment = models.ForeignKey(
        Commitment, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name=_("commitment")
    )
    carried_over_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="carried_to", verbose_name=_("carried over from")
    )

    unversioned: ClassVar[tuple[str, ...]] = ("position",)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="agenda_item_has_a_title",
                condition=~Q(title_en="", title_ja="", title_ru=""),
                violation_error_message=_("Give the title in at least one language."),
            ),
            models.CheckConstraint(
                name="agenda_item_is_not_carried_over_from_itself", condition=~Q(carried_over_from=F("pk"))
            ),
        ]

    def __str__(self) -> str:
        return pick(self, "title")
