"""The administration of records: Django's own, with our permissions, our actions and our trail.

``RecordAdmin`` and the inlines are what each app's admin is made of. The trail itself is shown here, to read only.
"""

from __future__ import annotations

from typing import Any

from allauth.account import admin as _account_admin
from allauth.account.models import EmailAddress
from allauth.usersessions import admin as _session_admin
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects, quote
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import admin as _group_admin
from django.contrib.auth.models import Group
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import IntegrityError, router, transaction
from django.db.models import ProtectedError, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_tasks_db import admin as _task_admin
from django_tasks_db.models import DBTaskResult

from records import actions
from records.access import Permission
from records.admin_forms import (
    HIDDEN,
    Refusal,
    refusals_of,
)
from records.admin_parts import StackedParts, TabularParts
from records.admin_reach import Guarded, VisibleFilter, in_languages, side_by_side
from records.models import AuditEvent, Submission
from records.text import clean_text

__all__ = ["ReadOnlyAdmin", "RecordAdmin", "StackedParts", "TabularParts", "VisibleFilter", "in_languages"]

# Other people's pages for things that are ours to guard, or that we do not use.
for _module, _model in (
    (_group_admin, Group),
    (_account_admin, EmailAddress),
    (_session_admin, UserSession),
    (_task_admin, DBTaskResult),
):
    if _module and admin.site.is_registered(_model):
        admin.site.unregister(_model)


class AlreadySent(Exception):
    """The same form was sent before; ``location`` is where that led."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class RecordChangeList(ChangeList):
    """A list in which nothing hidden shows through a reference."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        queryset = super().get_queryset(request, exclude_parameters)
        return queryset.prefetch_related(*self.model_admin.without_secrets(request))  # type: ignore[attr-defined]


class RecordAdmin(Guarded, admin.ModelAdmin):
    """The pages of one kind of record."""

    list_per_page = 50
    list_max_show_all = 200
    save_as = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.enters(request) and self.may_write(request.user, None)

    def label_of(self, record: Any) -> str:
        """What a record is called where it can be chosen."""
        return str(record)

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return self.list_select_related or self.named_with or False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        record = super().get_object(request, object_id, from_field)
        if record is not None and self.guarded:
            prefetch_related_objects([record], *self.without_secrets(request))
        return record

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        try:
            term = clean_text(search_term)
        except ValidationError:
            return queryset.none(), False
        return super().get_search_results(request, queryset, term)

    # The form

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"request": request, "model_admin": self})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [name for name in super().get_fields(request, obj) if name not in HIDDEN]
        return fields if self.fields else list(side_by_side(fields))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With what the form carries along unseen: the version that was read, or the key against double sending."""
        if obj is not None and not self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        carried = "submission" if obj is None else "seen_version"
        (name, options), *rest = super().get_fieldsets(request, obj)
        return [(name, {**options, "fields": [*options["fields"], carried]}), *rest]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = [*super().get_readonly_fields(request, obj)]
        if obj is not None and "state" in {field.name for field in self.opts.fields} and "state" not in names:
            names.append("state")
        return names

    # Writing

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """One transaction for the record and its parts. What is refused is shown beside what was typed."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with actions.one_transaction():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except AlreadySent as sent:
            return HttpResponseRedirect(sent.location or self._list_url())
        except Refusal as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(  # noqa: PLR0917 (Django's own)
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        context["history_url"] = self.history_url(request, obj) if obj is not None else ""
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if context["errors"]:
            refusal = getattr(request, "refusal", None)
            response.status_code = refusal.http_status if refusal else 422
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with refusals_of(form.prefix):
            if change:
                self.perform_change(request, obj, form)
                return
            submission = self._submission(request, form)
            self.perform_create(request, obj, form)
            if submission is not None:
                submission.location = self._change_url(obj)
                submission.save(update_fields=["location"])

    def _submission(self, request: HttpRequest, form: Any) -> Submission | None:
        key = form.cleaned_data.get("submission")
        if key is None:
            return None
        try:
            with transaction.atomic():
                return Submission.objects.create(key=key, user=request.user)  # type: ignore[misc]
        except IntegrityError:
            sent = Submission.objects.filter(key=key, user=request.user).first()  # type: ignore[misc]
            raise AlreadySent(sent.location if sent else "") from None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The parts. Many-to-many relations were written with the record itself."""
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        inline = formset.inline
        formset.save(commit=False)
        changed = {record.pk for record, _fields in formset.changed_objects}
        gone = {record.pk for record in formset.deleted_objects}
        for part in formset.forms:
            record = part.instance
            with refusals_of(part.prefix):
                if record.pk in gone and record.pk is not None:
                    inline.perform_delete(request, record)
                elif record.pk in changed and record.pk is not None:
                    inline.perform_change(request, record, part)
                elif any(record is new for new in formset.new_objects):
                    inline.perform_create(request, record, part)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.perform_delete(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Row by row, so that each leaves its event; all of them or none."""
        with actions.one_transaction():
            for record in queryset:
                self.perform_delete(request, record)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ProtectedError, ValidationError) as cause:
            for message in Refusal(None, cause).messages:
                self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(self._list_url())

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any) -> Any:
        chosen = request.POST.getlist(admin.helpers.ACTION_CHECKBOX_NAME)
        if not all(key.isdecimal() and len(key) < 19 for key in chosen):
            raise BadRequest("A record is chosen by its number.")
        try:
            return super().response_action(request, queryset, *args, **kwargs)
        except (ProtectedError, ValidationError) as cause:
            for message in Refusal(None, cause).messages:
                self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(self._list_url())

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """As Django's, without the names of what the person may not read."""
        collector = NestedObjects(using=router.db_for_write(self.model))
        collector.collect(objs)
        refused = {str(self.opts.verbose_name) for record in objs if not self.has_delete_permission(request, record)}
        protected = sorted({self._named(request, record) for record in collector.protected})
        counts = {model._meta.verbose_name_plural: len(found) for model, found in collector.model_objs.items()}
        return collector.nested(lambda record: self._named(request, record)), counts, refused, protected

    def _named(self, request: HttpRequest, record: Any) -> str:
        if self.admin_site.is_registered(type(record)):
            model_admin: Any = self.admin_site.get_model_admin(type(record))
            if model_admin.readable(request.user).filter(pk=record.pk).exists():
                prefetch_related_objects([record], *model_admin.without_secrets(request))
                return f"{capfirst(record._meta.verbose_name)}: {record}"
        return _("other records")

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The trail has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The trail has it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        """The trail has it."""

    # History

    def history_url(self, request: HttpRequest, record: Any) -> str:
        """Where the record's history is, if the person may read it."""
        if not request.user.can(Permission.HISTORY_READ, getattr(record, "governing_committee", None)):  # type: ignore[union-attr]
            return ""
        return record.get_history_url()

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        record = self.get_object(request, object_id)
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not (url := self.history_url(request, record)):
            raise PermissionDenied
        return HttpResponseRedirect(url)

    def _list_url(self) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _change_url(self, record: Any) -> str:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[quote(record.pk)])


class ReadOnlyAdmin(RecordAdmin):
    """What is written by actions alone: to be read here, and no more."""

    def version_of(self, record: Any) -> str:
        return ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """The whole trail, for superusers alone: it names records of every committee and every classification.

    Everybody else reads it record by record, on the history pages.
    """

    list_display = ("at", "verb", "label", "title", "actor_name")
    list_filter = ("verb", "label")
    search_fields = ("title", "actor_name", "reason")
    ordering = ("-pk",)
    show_full_result_count = False

    def readable(self, user: Any) -> QuerySet[AuditEvent]:
        return AuditEvent.objects.all() if user.sees_all else AuditEvent.objects.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(self.enters(request) and request.user.sees_all)  # type: ignore[union-attr]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def history_url(self, request: HttpRequest, record: Any) -> str:
        return ""
