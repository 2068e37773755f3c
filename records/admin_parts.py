"""Parts of a record, edited on its page in the administration."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from records.admin_forms import HIDDEN, RecordFormSet
from records.admin_reach import Guarded, side_by_side


def _nothing_is_named(form: Any) -> None:
    """Django would name here what stands on a part, readable or not. Deleting is refused when it is tried."""


class Parts(Guarded):
    """Parts of a record, edited on its page. ``obj`` is always the record that they are parts of."""

    formset: ClassVar[Any] = RecordFormSet
    extra = 0
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def may_write(self, user: Any, record: Any) -> bool:
        """``record`` is a part or what it is part of: both belong to the same committee."""
        return user.can(self.write_permission, getattr(record, "governing_committee", None))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        order = self.opts.ordering or ()
        parts = super().get_queryset(request).prefetch_related(*self.without_secrets(request))
        return parts.order_by(*(each for each in order if each != "pk"), "pk")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        facts = {"request": request, "model_admin": self, "hand_clean_DELETE": _nothing_is_named}
        form = type(formset.form.__name__, (formset.form,), facts)
        return type(formset.__name__, (formset,), {"form": form, "inline": self, "request": request})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name not in HIDDEN]  # type: ignore[misc]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if obj is not None and not self.has_change_permission(request, obj):
            return fieldsets
        (name, options), *rest = fieldsets
        return [(name, {**options, "fields": [*options["fields"], "seen_version"]}), *rest]


class TabularParts(Parts, admin.TabularInline):
    """Parts with few fields, one a line."""


class StackedParts(Parts, admin.StackedInline):
    """Parts with much text, one under the other."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return list(side_by_side(super().get_fields(request, obj)))
