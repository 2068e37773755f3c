from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.models.shared import SharedQuerySet
from records.fields import TextLine, WebAddress
from records.languages import pick, translated
from records.models import Record, Sourced


class RegionKind(models.TextChoices):
    PREFECTURE = "prefecture", _("prefecture")
    FEDERAL_SUBJECT = "federal_subject", _("federal subject")
    CITY = "city", _("city")
    MUNICIPALITY = "municipality", _("town, village or district")


class Region(Record, Sourced):
    """A prefecture, a federal subject, a city. ``side`` is the one in whose list it stands, and no more than that."""

    side = models.ForeignKey("directory.Side", models.PROTECT, related_name="regions", verbose_name=_("side"))
    kind = models.CharField(_("kind"), max_length=20, choices=RegionKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    iso_code = models.CharField(
        _("ISO 3166-2 code"), max_length=6, blank=True, default="", help_text=_("JP-01, RU-PRI; cities have none.")
    )
    name_en, name_ja, name_ru = translated(TextLine, _("name"))

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["side__code", "kind", "name_en", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_region_per_iso_code",
                fields=["iso_code"],
                condition=~Q(iso_code=""),
                violation_error_message=_("Another region has this ISO 3166-2 code."),
            ),
            models.CheckConstraint(name="region_has_a_name", condition=~Q(name_en="", name_ja="", name_ru="")),
            models.CheckConstraint(name="region_is_not_part_of_itself", condition=~Q(parent=models.F("pk"))),
        ]

    def __str__(self) -> str:
        return pick(self, "name")


class OrganisationKind(models.TextChoices):
    MINISTRY = "ministry", _("ministry")
    AGENCY = "agency", _("agency or public body")
    REGIONAL = "regional", _("regional or municipal authority")
    COMPANY = "company", _("company")
    UNIVERSITY = "university", _("university or research institute")
    MEDICAL = "medical", _("medical institution")
    ASSOCIATION = "association", _("association")
    OTHER = "other", _("other")


class Organisation(Record, Sourced):
    """A ministry, a company, a city administration: whoever holds offices, runs projects or organises events."""

    side = models.ForeignKey("directory.Side", models.PROTECT, related_name="organisations", verbose_name=_("side"))
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices, default=OrganisationKind.OTHER)
    name_en, name_ja, name_ru = translated(TextLine, _("name"))
    short_name_en, short_name_ja, short_name_ru = translated(TextLine, _("short name"), max_length=60)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name=_("region")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    website = WebAddress(_("website"), blank=True, default="")

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["side__code", "name_en", "pk"]
        constraints = [
            models.CheckConstraint(name="organisation_has_a_name", condition=~Q(name_en="", name_ja="", name_ru="")),
            models.CheckConstraint(name="organisation_is_not_part_of_itself", condition=~Q(parent=models.F("pk"))),
        ]

    def __str__(self) -> str:
        return pick(self, "name")

    def get_absolute_url(self) -> str:
        return reverse("directory:organisation-detail", args=[self.pk])


class Office(Record):
    """“Minister of Economic Development”: what a person holds for a time, at an organisation."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="offices", verbose_name=_("organisation")
    )
    title_en, title_ja, title_ru = translated(TextLine, _("title"))

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["organisation__side__code", "title_en", "pk"]
        constraints = [
            models.CheckConstraint(name="office_has_a_title", condition=~Q(title_en="", title_ja="", title_ru="")),
        ]

    def __str__(self) -> str:
        return pick(self, "title")

    def get_absolute_url(self) -> str:
        return reverse("directory:office-detail", args=[self.pk])
