"""Who sees and writes records in the administration, and through which doors: what pages and inlines share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest

from records import actions
from records.access import Permission
from records.admin_forms import AdminRecordForm, RecordAutocomplete, RecordsAutocomplete


def in_languages(*names: str) -> tuple[str, ...]:
    """The language columns of ``names``, to be searched: ``in_languages("name")``."""
    return tuple(f"{name}_{code}" for name in names for code in ("en", "ja", "ru"))


class VisibleFilter(admin.RelatedFieldListFilter):
    """A filter that offers only what the person may read."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        return [(each.pk, str(each)) for each in model_admin.get_field_queryset(None, field, request)]


class Guarded:
    """What records and their parts have in common: who sees them, who writes them, and through which doors.

    ``write_permission`` is asked for the record's committee. ``guarded`` names the references that may lead to
    something that the person may not read although they read the record: such a reference is kept and never shown.
    ``named_with`` is what a record needs to say its own name, fetched along with it.
    """

    model: type[models.Model]
    admin_site: Any
    opts: Any
    form: Any = AdminRecordForm
    write_permission: ClassVar[Permission]
    guarded: ClassVar[tuple[str, ...]] = ()
    named_with: ClassVar[tuple[str, ...]] = ()

    # Who

    def enters(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.can(Permission.ADMIN_ENTER))

    def may_write(self, user: Any, record: Any) -> bool:
        """Whether ``user`` may write ``record`` as it is now; with ``None``: any record of this kind."""
        return user.can(self.write_permission, getattr(record, "governing_committee", None))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.enters(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.enters(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.enters(request) and self.may_write(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    # What

    def readable(self, user: Any) -> QuerySet[Any]:
        manager: Any = self.model._default_manager
        return manager.all().visible_to(user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.readable(request.user).select_related(*self.named_with)

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> QuerySet[Any]:
        """What may be chosen: what the person sees of that kind."""
        remote = db_field.remote_field.model
        if not self.admin_site.is_registered(remote):
            raise ImproperlyConfigured(f"{remote} can be chosen and has no administration")
        return self.admin_site.get_model_admin(remote).get_queryset(request)

    def without_secrets(self, request: HttpRequest) -> list[Prefetch]:
        """What ``guarded`` leads to, as far as the person may read it; the rest reads as empty."""
        prefetches = []
        for name in self.guarded:
            field = self.model._meta.get_field(name)
            prefetches.append(Prefetch(name, self.get_field_queryset(None, field, request)))
        return prefetches

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        fields = (*self.opts.fields, *self.opts.many_to_many)
        return [field.name for field in fields if field.remote_field and field.editable]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RecordAutocomplete(db_field, self.admin_site))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        return self._labelled(field, db_field)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", RecordsAutocomplete(db_field, self.admin_site))
        field = super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
        return self._labelled(field, db_field)

    def _labelled(self, field: Any, db_field: Any) -> Any:
        if field is not None:
            field.label_from_instance = self.admin_site.get_model_admin(db_field.remote_field.model).label_of
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False  # one chooses here; one deletes on the thing's own page
        return field

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]
        if db_field.name == "classification" and not request.user.sees_all:  # type: ignore[union-attr]
            highest = max((grant.clearance for grant in request.user.grants), default=0)  # type: ignore[union-attr]
            field.choices = [choice for choice in field.choices if choice[0] == "" or int(choice[0]) <= highest]
        return field

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return obj.get_absolute_url() if obj is not None and hasattr(obj, "get_absolute_url") else None

    # Through which doors; apps name their own verbs here

    def version_of(self, record: Any) -> str:
        """What tells whether somebody else changed the record."""
        return str(record.version)

    def perform_create(self, request: HttpRequest, record: Any, form: Any) -> None:
        actions.create(record, by=request.user, relations=self.relations_of(record, form))

    def perform_change(self, request: HttpRequest, record: Any, form: Any) -> None:
        expected = int(form.cleaned_data["seen_version"])
        actions.change(record, by=request.user, expected=expected, relations=self.relations_of(record, form))

    def perform_delete(self, request: HttpRequest, record: Any) -> None:
        actions.delete(record, by=request.user)

    def relations_of(self, record: Any, form: Any) -> dict[str, list[Any]]:
        """What was chosen, and what was chosen before by others and is not this person's to see."""
        relations = {}
        for field in record._meta.many_to_many:
            if field.name in form.cleaned_data:
                hidden: list[Any] = []
                if record.pk:
                    stored = type(record)._base_manager.get(pk=record.pk)
                    seen = form.fields[field.name].queryset.order_by().values("pk")
                    hidden = list(getattr(stored, field.name).exclude(pk__in=seen))
                relations[field.name] = [*form.cleaned_data[field.name], *hidden]
        return relations


def side_by_side(fields: list[Any]) -> Iterator[Any]:
    """The three language columns of a text in one line."""
    done: set[str] = set()
    for name in fields:
        base = name.removesuffix("_en") if isinstance(name, str) else ""
        line = tuple(f"{base}_{code}" for code in ("en", "ja", "ru"))
        if name in done:
            continue
        if base and base != name and all(column in fields for column in line):
            done.update(line)
            yield line
        else:
            yield name
