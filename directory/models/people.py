from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.models.shared import PeriodQuerySet, SharedQuerySet, period_in_order
from directory.models.sides import NameOrder
from records.fields import TextLine
from records.languages import FALLBACKS, current, translated
from records.models import Record, Sourced


class Person(Record):
    """Somebody who attends, speaks or holds an office. Not a user: most never log in."""

    side = models.ForeignKey("directory.Side", models.PROTECT, related_name="people", verbose_name=_("side"))
    family_name_en, family_name_ja, family_name_ru = translated(TextLine, _("family name"), max_length=100)
    given_name_en, given_name_ja, given_name_ru = translated(TextLine, _("given name"), max_length=100)
    patronymic_en, patronymic_ja, patronymic_ru = translated(TextLine, _("patronymic"), max_length=100)
    family_name_kana = TextLine(_("family name (kana)"), max_length=100, blank=True, default="")
    given_name_kana = TextLine(_("given name (kana)"), max_length=100, blank=True, default="")

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["family_name_en", "given_name_en", "pk"]
        constraints = [
            models.CheckConstraint(
                name="person_has_a_family_name",
                condition=~Q(family_name_en="", family_name_ja="", family_name_ru=""),
                violation_error_message=_("Give the family name in at least one script."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name()

    def get_absolute_url(self) -> str:
        return reverse("directory:person-detail", args=[self.pk])

    def full_name(self, language: str | None = None) -> str:
        """The name as official papers in ``language`` print it, in the next script when that one is missing.

        Japanese names: 茂木敏充, Motegi Toshimitsu, Мотэги Тосимицу. Names with a patronymic: 家名、名・父称 in
        Japanese, “Reshetnikov, Maksim Gennadyevich” in Latin, «Решетников Максим Геннадьевич» in Russian.
        """
        for code in FALLBACKS[language or current()]:
            if getattr(self, f"family_name_{code}"):
                return self._in_script(code)
        return ""

    @property
    def kana(self) -> str:
        return f"{self.family_name_kana} {self.given_name_kana}".strip()

    def _in_script(self, code: str) -> str:
        family, given, patronymic = (
            getattr(self, f"{part}_{code}") for part in ("family_name", "given_name", "patronymic")
        )
        rest = [part for part in (given, patronymic) if part]
        if not rest:
            return family
        if self.side.name_order == NameOrder.GIVEN_FIRST:
            return " ".join([*rest, family])
        is_foreign_to_japan = self.side.language != "ja"
        if code == "ja":
            return f"{family}、{'・'.join(rest)}" if is_foreign_to_japan else family + "".join(rest)
        if code == "en" and is_foreign_to_japan:
            return f"{family}, {' '.join(rest)}"
        return " ".join([family, *rest])


class Tenure(Record, Sourced):
    """A person holds an office from a day until a day; a day that is not known stays empty."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tenures", verbose_name=_("person"))
    office = models.ForeignKey("directory.Office", models.PROTECT, related_name="tenures", verbose_name=_("office"))
    started_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day. Empty: still in office."))
    is_acting = models.BooleanField(_("acting"), default=False)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("tenure")
        verbose_name_plural = _("tenures")
        ordering = ["office__title_en", models.F("started_on").desc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="tenure_ends_after_it_starts",
                condition=period_in_order(),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.UniqueConstraint(
                name="one_tenure_per_person_office_and_start", fields=["person", "office", "started_on"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.office}"

    @property
    def history_root(self) -> Record:
        return self.person

    def holds_on(self, day: date) -> bool:
        return (self.started_on is None or self.started_on <= day) and (self.ended_on is None or day <= self.ended_on)
