"""The administration of communiqués: the same verbs as on their pages, where they are cleared as well."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from meetings import actions
from meetings.models import Communique, CommuniqueSentence
from records.access import Permission
from records.admin import RecordAdmin, StackedParts, VisibleFilter, in_languages


class SentenceDoors:
    write_permission = Permission.MINUTES_WRITE

    def may_write(self, user: Any, record: Any) -> bool:
        """What is cleared stays as it is. ``record`` is a sentence, or the communiqué that it is part of."""
        communique = getattr(record, "communique", record)
        return super().may_write(user, record) and not getattr(communique, "is_cleared", False)  # type: ignore[misc]

    def perform_create(self, request: HttpRequest, record: CommuniqueSentence, form: Any) -> None:
        actions.add_sentence(record, by=request.user)  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: CommuniqueSentence, form: Any) -> None:
        expected = int(form.cleaned_data["seen_version"])
        actions.change_sentence(record, by=request.user, expected=expected)  # type: ignore[arg-type]

    def perform_delete(self, request: HttpRequest, record: CommuniqueSentence) -> None:
        actions.remove_sentence(record, by=request.user)  # type: ignore[arg-type]


class SentenceParts(SentenceDoors, StackedParts):
    model = CommuniqueSentence
    named_with = ("communique__meeting__committee", "entry")


@admin.register(Communique)
class CommuniqueAdmin(RecordAdmin):
    """A communiqué is written here until it is cleared; what was cleared stays as it is."""

    write_permission = Permission.MINUTES_WRITE
    list_display = ("meeting", "cleared_at", "cleared_by")
    list_filter = (("meeting__committee", VisibleFilter),)
    search_fields = ("meeting__reference", *in_languages("meeting__title", "sentences__text"))
    readonly_fields = ("cleared_at", "cleared_by")
    named_with = ("meeting__committee", "cleared_by")
    inlines = (SentenceParts,)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and getattr(obj, "cleared_at", None) is None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A communiqué stays with its meeting."""
        names = super().get_readonly_fields(request, obj)
        return ["meeting", *names] if obj is not None else names

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new one begins with the sentences of the public entries."""
        return self.inlines if obj is not None else ()

    def perform_create(self, request: HttpRequest, record: Communique, form: Any) -> None:
        actions.draft_communique(record, by=request.user)  # type: ignore[arg-type]

    def perform_delete(self, request: HttpRequest, record: Communique) -> None:
        actions.discard_communique(record, by=request.user)  # type: ignore[arg-type]


@admin.register(CommuniqueSentence)
class CommuniqueSentenceAdmin(SentenceDoors, RecordAdmin):
    list_display = ("text_en", "text_ja", "text_ru", "communique", "entry")
    list_filter = (("communique__meeting__committee", VisibleFilter),)
    search_fields = ("communique__meeting__reference", *in_languages("text"))
    named_with = ("communique__meeting__committee", "entry")
