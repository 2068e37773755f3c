"""The administration of the directory and of the staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory import actions, staff
from directory.models import (
    Assignment,
    CalendarKey,
    Committee,
    Office,
    Organisation,
    OutgoingMail,
    Person,
    Region,
    Seat,
    Side,
    Tenure,
    User,
)
from directory.search import matching_people
from records.access import Permission
from records.admin import ReadOnlyAdmin, RecordAdmin, StackedParts, TabularParts, VisibleFilter, in_languages
from records.admin_forms import AdminRecordForm
from records.text import clean_text

_BY_SIDE = ("side", VisibleFilter)


class SharedAdmin(RecordAdmin):
    """What all committees share is written by whoever writes the directory of one."""

    write_permission = Permission.DIRECTORY_WRITE


@admin.register(Side)
class SideAdmin(SharedAdmin):
    list_display = ("code", "name_en", "name_ja", "name_ru", "time_zone", "language")
    search_fields = ("code", *in_languages("name", "capital"))


@admin.register(Region)
class RegionAdmin(SharedAdmin):
    list_display = ("name_en", "name_ja", "name_ru", "kind", "iso_code", "side")
    list_filter = (_BY_SIDE, "kind", "unverified")
    search_fields = ("iso_code", *in_languages("name"))
    list_select_related = ("side",)


class OfficeParts(StackedParts):
    model = Office
    write_permission = Permission.DIRECTORY_WRITE
    show_change_link = True


@admin.register(Organisation)
class OrganisationAdmin(SharedAdmin):
    list_display = ("name_en", "name_ja", "name_ru", "kind", "side")
    list_filter = (_BY_SIDE, "kind", "unverified")
    search_fields = in_languages("name", "short_name")
    list_select_related = ("side",)
    inlines = (OfficeParts,)


class TenureDoors:
    """Tenures are written by the directory's own verbs."""

    def perform_create(self, request: HttpRequest, record: Tenure, form: Any) -> None:
        actions.take_office(record, by=request.user)  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: Tenure, form: Any) -> None:
        actions.change_tenure(record, by=request.user, expected=int(form.cleaned_data["seen_version"]))  # type: ignore[arg-type]


class TenureParts(TenureDoors, TabularParts):
    model = Tenure
    write_permission = Permission.DIRECTORY_WRITE
    named_with = ("person__side", "office")
    exclude = ("source", "unverified")
    show_change_link = True


@admin.register(Office)
class OfficeAdmin(SharedAdmin):
    list_display = ("title_en", "title_ja", "title_ru", "organisation")
    list_filter = (("organisation__side", VisibleFilter),)
    search_fields = in_languages("title", "organisation__name", "organisation__short_name")
    named_with = ("organisation",)
    inlines = (TenureParts,)

    def label_of(self, record: Any) -> str:
        return f"{record}, {record.organisation}"


@admin.register(Person)
class PersonAdmin(SharedAdmin):
    """People are found by every part of their name, in any script and any order."""

    list_display = ("__str__", "name_in_japanese", "name_in_russian", "kana", "side")
    list_filter = (_BY_SIDE,)
    search_fields = in_languages("family_name", "given_name", "patronymic")
    search_help_text = _("Any part of the name, in any script and any order.")
    named_with = ("side",)
    fieldsets = (
        (None, {"fields": ["side"]}),
        (_("Latin"), {"fields": [("family_name_en", "given_name_en", "patronymic_en")]}),
        (
            _("Japanese"),
            {"fields": [("family_name_ja", "given_name_ja", "patronymic_ja"), ("family_name_kana", "given_name_kana")]},
        ),
        (_("Russian"), {"fields": [("family_name_ru", "given_name_ru", "patronymic_ru")]}),
    )
    inlines = (TenureParts,)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        try:
            return matching_people(queryset, clean_text(search_term)), False
        except ValidationError:
            return queryset.none(), False

    @admin.display(description=_("in Japanese"), ordering="family_name_kana")
    def name_in_japanese(self, person: Person) -> str:
        return person.full_name("ja") if person.family_name_ja else ""

    @admin.display(description=_("in Russian"), ordering="family_name_ru")
    def name_in_russian(self, person: Person) -> str:
        return person.full_name("ru") if person.family_name_ru else ""


@admin.register(Tenure)
class TenureAdmin(TenureDoors, SharedAdmin):
    list_display = ("person", "office", "started_on", "ended_on", "is_acting")
    list_filter = (("office__organisation__side", VisibleFilter), "is_acting", "unverified")
    search_fields = in_languages("person__family_name", "person__given_name", "office__title")
    named_with = ("person__side", "office")


class SeatDoors:
    """Seats are written by the directory's own verbs."""

    def perform_create(self, request: HttpRequest, record: Seat, form: Any) -> None:
        actions.bind_seat(record, by=request.user)  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: Seat, form: Any) -> None:
        actions.change_seat(record, by=request.user, expected=int(form.cleaned_data["seen_version"]))  # type: ignore[arg-type]


class SeatParts(SeatDoors, TabularParts):
    model = Seat
    write_permission = Permission.DIRECTORY_WRITE
    named_with = ("committee", "side", "office__organisation")
    exclude = ("source", "unverified")
    show_change_link = True


class AssignmentDoors:
    """Rights are given by those who manage a committee's users, to others, up to their own clearance."""

    write_permission = Permission.USERS_MANAGE

    def perform_create(self, request: HttpRequest, record: Assignment, form: Any) -> None:
        staff.assign(record, by=request.user)  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: Assignment, form: Any) -> None:
        staff.change_assignment(record, by=request.user, expected=int(form.cleaned_data["seen_version"]))  # type: ignore[arg-type]

    def perform_delete(self, request: HttpRequest, record: Assignment) -> None:
        staff.withdraw(record, by=request.user)  # type: ignore[arg-type]


class AssignmentParts(AssignmentDoors, TabularParts):
    model = Assignment
    named_with = ("user", "committee", "side")


@admin.register(Committee)
class CommitteeAdmin(RecordAdmin):
    write_permission = Permission.DIRECTORY_WRITE
    list_display = ("code", "name_en", "name_ja", "name_ru", "kind", "own_side", "other_side")
    list_filter = ("kind", ("own_side", VisibleFilter), ("other_side", VisibleFilter))
    search_fields = ("code", *in_languages("name", "short_name"))
    list_select_related = ("own_side", "other_side")
    guarded = ("parent",)
    inlines = (SeatParts, AssignmentParts)

    def may_write(self, user: Any, record: Any) -> bool:
        """A body that is not yet stored is judged by the verb that founds it."""
        is_new = record is None or record.pk is None
        return user.can(self.write_permission, None if is_new else record)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["code", *super().get_readonly_fields(request, obj)] if obj else super().get_readonly_fields(request)

    def perform_create(self, request: HttpRequest, record: Committee, form: Any) -> None:
        actions.found_committee(record, by=request.user)  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: Committee, form: Any) -> None:
        actions.change_committee(record, by=request.user, expected=int(form.cleaned_data["seen_version"]))  # type: ignore[arg-type]


@admin.register(Seat)
class SeatAdmin(SeatDoors, SharedAdmin):
    list_display = ("committee", "side", "role", "office", "started_on", "ended_on")
    list_filter = (("committee", VisibleFilter), _BY_SIDE, "role", "unverified")
    search_fields = ("committee__code", *in_languages("office__title", "committee__name"))
    named_with = ("committee", "side", "office__organisation")


@admin.register(Assignment)
class AssignmentAdmin(AssignmentDoors, RecordAdmin):
    list_display = ("user", "committee", "side", "role", "clearance")
    list_filter = (("committee", VisibleFilter), _BY_SIDE, "role", "clearance")
    search_fields = ("user__username", "user__first_name", "user__last_name", "committee__code")
    named_with = ("user", "committee", "side")


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """The outbox, to be read. Mails are sent again on their own page."""

    list_display = ("queued_at", "subject", "recipient", "kind", "committee", "attempts", "sent_at", "given_up_at")
    list_filter = ("kind", ("committee", VisibleFilter))
    search_fields = ("subject", "recipient__username", "address")
    named_with = ("recipient", "committee")
    ordering = ("-queued_at", "-pk")
    exclude = ("html",)

    def history_url(self, request: HttpRequest, record: Any) -> str:
        return ""


@admin.register(CalendarKey)
class CalendarKeyAdmin(ReadOnlyAdmin):
    """One's own keys, to be read: they are made and revoked on the page of the feed. A superuser sees everybody's."""

    list_display = ("user", "made_at", "last_used_at", "revoked_at")
    search_fields = ("user__username", "user__first_name", "user__last_name")
    named_with = ("user",)
    ordering = ("-made_at", "-pk")
    exclude = ("key_digest",)

    def history_url(self, request: HttpRequest, record: Any) -> str:
        return ""


class UserForm(AdminRecordForm):
    """An account. A password typed here replaces the present one; it is never shown."""

    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (field := self.fields.get("new_password")) is not None:
            is_new = self.instance.pk is None
            field.required = is_new
            keep = [] if is_new else [str(_("Leave empty to keep the present one."))]
            field.help_text = " ".join([*keep, *password_validators_help_texts()])

    def _post_clean(self) -> None:
        super()._post_clean()
        if password := self.cleaned_data.get("new_password"):
            try:
                validate_password(password, self.instance)
            except ValidationError as weak:
                self.add_error("new_password", weak)


@admin.register(User)
class UserAdmin(RecordAdmin):
    """Accounts are given by administrators, and deactivated rather than deleted: the trail names them."""

    form = UserForm
    write_permission = Permission.USERS_MANAGE
    list_display = ("username", "first_name", "last_name", "email", "is_active", "last_login")
    list_filter = ("is_active", "language", ("assignments__committee", VisibleFilter))
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username", "pk")
    inlines = (AssignmentParts,)

    def readable(self, user: Any) -> QuerySet[User]:
        return staff.visible_users(user)

    def may_write(self, user: Any, record: Any) -> bool:
        return staff.may_manage(user, record)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.enters(request) and request.user.can(Permission.USERS_MANAGE)  # type: ignore[union-attr]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        is_writable = obj is None or self.has_change_permission(request, obj)
        account = ["username", *(["new_password"] if is_writable else []), "is_active"]
        if request.user.is_superuser:  # type: ignore[union-attr]
            account.append("is_superuser")
        carried = ["submission" if obj is None else "seen_version"] if is_writable else []
        return [
            (None, {"fields": [*account, *carried]}),
            (_("Person"), {"fields": [("first_name", "last_name"), "email"]}),
            (_("Preferences"), {"fields": [("language", "time_zone", "theme")]}),
        ]

    def version_of(self, record: Any) -> str:
        return staff.fingerprint(record)

    def perform_create(self, request: HttpRequest, record: User, form: Any) -> None:
        staff.create_user(record, password=form.cleaned_data["new_password"], by=request.user)  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: User, form: Any) -> None:
        facts = form.cleaned_data
        staff.change_user(
            record,
            by=request.user,  # type: ignore[arg-type]
            expected=facts["seen_version"],
            password=facts["new_password"],
        )

    def history_url(self, request: HttpRequest, record: Any) -> str:
        """Accounts have no page of their own; a superuser finds them in the trail."""
        if not request.user.is_superuser:  # type: ignore[union-attr]
            return ""
        trail = reverse(f"{self.admin_site.name}:records_auditevent_changelist")
        return f"{trail}?label={record._meta.label_lower}&object_pk={record.pk}"
