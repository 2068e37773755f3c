"""The administration of the plan, its projects, and the commitments."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from agreements import actions
from agreements.models import (
    Commitment,
    CooperationPlan,
    Instrument,
    PlanItem,
    ProgressReport,
    Project,
    ProjectParty,
    Responsibility,
    Stage,
    StatusReport,
)
from records.access import Permission
from records.admin import RecordAdmin, StackedParts, TabularParts, VisibleFilter, in_languages

_BY_COMMITTEE = ("committee", VisibleFilter)


class AgreementsAdmin(RecordAdmin):
    write_permission = Permission.AGREEMENTS_WRITE


class PlanItemParts(StackedParts):
    model = PlanItem
    write_permission = Permission.AGREEMENTS_WRITE
    named_with = ("plan__committee",)


@admin.register(CooperationPlan)
class CooperationPlanAdmin(AgreementsAdmin):
    list_display = ("name_en", "name_ja", "name_ru", "committee", "proposed_on")
    list_filter = (_BY_COMMITTEE, "unverified")
    search_fields = in_languages("name", "origin")
    named_with = ("committee",)
    inlines = (PlanItemParts,)


@admin.register(PlanItem)
class PlanItemAdmin(AgreementsAdmin):
    list_display = ("number", "title_en", "title_ja", "title_ru", "plan")
    list_filter = (("plan", VisibleFilter),)
    search_fields = ("number", *in_languages("title", "scope"))
    named_with = ("plan__committee",)


class ProjectPartyParts(TabularParts):
    model = ProjectParty
    write_permission = Permission.AGREEMENTS_WRITE
    named_with = ("project__committee", "organisation")


class InstrumentParts(StackedParts):
    model = Instrument
    write_permission = Permission.AGREEMENTS_WRITE
    named_with = ("project__committee",)


class ProgressReportParts(StackedParts):
    model = ProgressReport
    write_permission = Permission.AGREEMENTS_WRITE
    named_with = ("project__committee",)


@admin.register(Project)
class ProjectAdmin(AgreementsAdmin):
    """The stage is chosen once, when what is known is first written down; afterwards it is moved by its actions."""

    list_display = ("reference", "title_en", "title_ja", "title_ru", "stage", "committee")
    list_filter = (_BY_COMMITTEE, "stage", "classification", ("plan_items", VisibleFilter), "unverified")
    search_fields = ("reference", *in_languages("title", "summary"))
    named_with = ("committee",)
    guarded = ("plan_items",)
    inlines = (ProjectPartyParts, InstrumentParts, ProgressReportParts)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = super().get_readonly_fields(request, obj)
        return [*names, "stage"] if obj is not None else names

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if db_field.name == "stage":
            field.choices = [choice for choice in field.choices if choice[0] != Stage.SUSPENDED]
        return field


class PartOfProjectAdmin(AgreementsAdmin):
    list_filter: ClassVar[Any] = (("project__committee", VisibleFilter),)
    named_with: ClassVar[tuple[str, ...]] = ("project__committee",)


@admin.register(ProjectParty)
class ProjectPartyAdmin(PartOfProjectAdmin):
    list_display = ("organisation", "project", "role", "share", "consented_on")
    list_filter = (("project__committee", VisibleFilter), "role")
    search_fields = ("project__reference", *in_languages("organisation__name", "project__title"))
    named_with = ("project__committee", "organisation")


@admin.register(Instrument)
class InstrumentAdmin(PartOfProjectAdmin):
    list_display = ("title_en", "title_ja", "title_ru", "kind", "project", "signed_on")
    list_filter = (("project__committee", VisibleFilter), "kind", "unverified")
    search_fields = ("project__reference", *in_languages("title", "project__title"))


@admin.register(ProgressReport)
class ProgressReportAdmin(PartOfProjectAdmin):
    list_display = ("project", "reported_on", "reported_precision")
    search_fields = ("project__reference", "evidence", *in_languages("text", "project__title"))


def _expected(form: Any) -> int:
    return int(form.cleaned_data["seen_version"])


class ResponsibilityDoors:
    write_permission: ClassVar[Permission] = Permission.AGREEMENTS_WRITE

    def perform_create(self, request: HttpRequest, record: Responsibility, form: Any) -> None:
        actions.add_responsible(record, by=request.user)  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: Responsibility, form: Any) -> None:
        actions.change_responsible(record, by=request.user, expected=_expected(form))  # type: ignore[arg-type]

    def perform_delete(self, request: HttpRequest, record: Responsibility) -> None:
        actions.remove_responsible(record, by=request.user)  # type: ignore[arg-type]


class ResponsibilityParts(ResponsibilityDoors, TabularParts):
    model = Responsibility
    named_with = ("commitment__committee", "side", "office", "organisation")


class StatusReportDoors:
    write_permission: ClassVar[Permission] = Permission.AGREEMENTS_WRITE

    def perform_create(self, request: HttpRequest, record: StatusReport, form: Any) -> None:
        actions.report_status(record, by=request.user, on=timezone.localdate())  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: StatusReport, form: Any) -> None:
        today = timezone.localdate()
        actions.change_status_report(record, by=request.user, expected=_expected(form), on=today)  # type: ignore[arg-type]

    def perform_delete(self, request: HttpRequest, record: StatusReport) -> None:
        actions.remove_status_report(record, by=request.user)  # type: ignore[arg-type]


class StatusReportParts(StatusReportDoors, StackedParts):
    model = StatusReport
    named_with = ("commitment__committee", "side")


@admin.register(Commitment)
class CommitmentAdmin(AgreementsAdmin):
    list_display = ("reference", "text_en", "text_ja", "text_ru", "state", "timing_kind", "due_on", "review_on")
    list_filter = (_BY_COMMITTEE, "state", "timing_kind", "classification")
    search_fields = ("reference", *in_languages("text", "timing_phrase"))
    named_with = ("committee",)
    guarded = ("plan_item", "project", "coupled_with", "supersedes")
    inlines = (ResponsibilityParts, StatusReportParts)

    def perform_create(self, request: HttpRequest, record: Commitment, form: Any) -> None:
        actions.add_commitment(record, by=request.user)  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: Commitment, form: Any) -> None:
        actions.change_commitment(record, by=request.user, expected=_expected(form))  # type: ignore[arg-type]


@admin.register(Responsibility)
class ResponsibilityAdmin(ResponsibilityDoors, AgreementsAdmin):
    list_display = ("commitment", "side", "office", "organisation", "role")
    list_filter = (("commitment__committee", VisibleFilter), ("side", VisibleFilter), "role")
    search_fields = ("commitment__reference", *in_languages("office__title", "organisation__name"))
    named_with = ("commitment__committee", "side", "office", "organisation")


@admin.register(StatusReport)
class StatusReportAdmin(StatusReportDoors, AgreementsAdmin):
    list_display = ("commitment", "side", "reported_on", "status")
    list_filter = (("commitment__committee", VisibleFilter), ("side", VisibleFilter), "status")
    search_fields = ("commitment__reference", "evidence", *in_languages("text"))
    named_with = ("commitment__committee", "side")
