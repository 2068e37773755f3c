from __future__ import annotations

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models.shared import SharedQuerySet
from records import languages
from records.fields import TextLine
from records.languages import pick, translated
from records.models import Record


def is_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("“%(value)s” is not a time zone."), params={"value": value})


class NameOrder(models.TextChoices):
    FAMILY_FIRST = "family_first", _("family name first")
    GIVEN_FIRST = "given_first", _("given name first")


class Side(Record):
    """A party to a committee: a state, with its clock and its languages."""

    code = models.CharField(
        _("code"),
        max_length=2,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2}\Z")],
        help_text=_("Two letters as in ISO 3166-1."),
    )
    name_en, name_ja, name_ru = translated(TextLine, _("name"))
    capital_en, capital_ja, capital_ru = translated(TextLine, _("capital"))
    time_zone = models.CharField(
        _("time zone"), max_length=60, validators=[is_time_zone], help_text=_("As in the IANA list: Asia/Tokyo.")
    )
    language = models.CharField(_("language"), max_length=2, choices=languages.NAMES.items())
    name_order = models.CharField(
        _("order of names"), max_length=20, choices=NameOrder.choices, default=NameOrder.FAMILY_FIRST
    )

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("side")
        verbose_name_plural = _("sides")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="side_code_is_two_capital_letters",
                condition=models.Q(code__regex=r"^[A-Z]{2}$"),
            ),
        ]

    def __str__(self) -> str:
        return pick(self, "name") or self.code
