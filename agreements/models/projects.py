from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models.plans import PlanItem
from directory.models import Committee, Organisation, Region
from records.access import Classification
from records.dates import Precision
from records.fields import TextBlock, TextLine
from records.languages import pick, translated
from records.models import Record, RecordQuerySet, Sourced


class Stage(models.TextChoices):
    IDEA = "idea", _("idea")
    MEMORANDUM = "memorandum", _("memorandum")
    AGREED = "agreed", _("agreed")
    IMPLEMENTING = "implementing", _("implementing")
    COMPLETED = "completed", _("completed")
    SUSPENDED = "suspended", _("suspended")
    DROPPED = "dropped", _("dropped")


class ProjectQuerySet(RecordQuerySet["Project"]):
    def _readable_by(self, user: Any) -> Self:
        reach = user.reach()
        return self.none() if reach is None else self.filter(reach)


class Project(Record, Sourced):
    """Something that organisations of both sides do under one or more items of the plan."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="projects", verbose_name=_("committee"))
    reference = models.CharField(_("reference"), max_length=40, unique=True)
    title_en, title_ja, title_ru = translated(TextLine, _("title"))
    summary_en, summary_ja, summary_ru = translated(TextBlock, _("summary"))
    plan_items = models.ManyToManyField(PlanItem, related_name="projects", verbose_name=_("plan items"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("region")
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices, default=Stage.IDEA)
    suspended_from = models.CharField(
        _("stage before the suspension"), max_length=20, choices=Stage.choices, blank=True, default="", editable=False
    )
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.OPEN
    )

    tracked_relations: ClassVar[tuple[str, ...]] = ("plan_items",)
    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["reference", "pk"]
        constraints = [
            models.CheckConstraint(name="project_has_a_title", condition=~Q(title_en="", title_ja="", title_ru="")),
            models.CheckConstraint(name="project_has_a_known_stage", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(
                name="only_a_suspended_project_remembers_its_stage",
                condition=(Q(stage="suspended") & ~Q(suspended_from=""))
                | (~Q(stage="suspended") & Q(suspended_from="")),
            ),
            models.CheckConstraint(
                name="project_has_a_known_classification", condition=Q(classification__in=Classification.values)
            ),
        ]

    def __str__(self) -> str:
        return pick(self, "title")


class PartOfProjectQuerySet(RecordQuerySet[Any]):
    def _readable_by(self, user: Any) -> Self:
        reach = user.reach(committee="project__committee")
        return self.none() if reach is None else self.filter(reach)


class PartOfProject(Record):
    """What belongs to a project and is read by whoever reads it."""

    objects = PartOfProjectQuerySet.as_manager()

    class Meta:
        abstract = True

    project: models.ForeignKey[Project, Project]

    @property
    def governing_committee(self) -> Committee:
        return self.project.committee

    @property
    def history_root(self) -> Record:
        return self.project


class PartyRole(models.TextChoices):
    LEAD = "lead", _("lead")
    PARTNER = "partner", _("partner")
    INVESTOR = "investor", _("investor or lender")
    AUTHORITY = "authority", _("public authority")
    VEHICLE = "vehicle", _("joint or local company")


class ProjectParty(PartOfProject):
    """An organisation that takes part, in a role, perhaps with a share."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="parties", verbose_name=_("project"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="participations", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=PartyRole.choices, default=PartyRole.PARTNER)
    share = models.DecimalField(
        _("share (%)"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("Of the whole, 0 to 100.")
    )
    consented_on = models.DateField(
        _("consent to disclosure"), null=True, blank=True, help_text=_("Without it the party is shown only inside.")
    )

    class Meta:
        verbose_name = _("project party")
        verbose_name_plural = _("project parties")
        ordering = ["project", "organisation__side__code", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_role_per_party",
                fields=["project", "organisation"],
                violation_error_message=_("This organisation is already a party."),
            ),
            models.CheckConstraint(
                name="party_share_is_a_percentage",
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=100),
                violation_error_message=_("A share lies above 0 and at most at 100 per cent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"


class InstrumentKind(models.TextChoices):
    MEMORANDUM = "memorandum", _("memorandum")
    CONTRACT = "contract", _("contract or agreement")
    ADDENDUM = "addendum", _("addendum")
    DECISION = "decision", _("decision or authorisation")


class Instrument(PartOfProject, Sourced):
    """A paper that binds the parties: signed on a day, as exactly as it is known."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="instruments", verbose_name=_("project"))
    kind = models.CharField(_("kind"), max_length=20, choices=InstrumentKind.choices)
    title_en, title_ja, title_ru = translated(TextLine, _("title"))
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    signed_precision = models.CharField(
        _("signed, known to the"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ["project", models.F("signed_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(name="instrument_has_a_title", condition=~Q(title_en="", title_ja="", title_ru="")),
        ]

    def __str__(self) -> str:
        return pick(self, "title")


class ProgressReport(PartOfProject, Sourced):
    """What was known of a project on a day, with the evidence."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="progress_reports", verbose_name=_("project"))
    reported_on = models.DateField(_("as of"))
    reported_precision = models.CharField(
        _("known to the"), max_length=10, choices=Precision.choices, default=Precision.DAY
    )
    text_en, text_ja, text_ru = translated(TextBlock, _("text"))
    evidence = TextBlock(_("evidence"), blank=True, default="", help_text=_("A document, a page, a number."))

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["project", "-reported_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="progress_report_has_a_text", condition=~Q(text_en="", text_ja="", text_ru="")),
        ]

    def __str__(self) -> str:
        return f"{self.project}, {self.reported_on}"
