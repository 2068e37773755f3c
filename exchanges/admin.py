"""The administration of exchange years, their events, twin ties and tallies."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin

from exchanges.models import Event, EventChange, EventOrganiser, ExchangeYear, Extension, Tally, TwinTie
from records.access import Permission
from records.admin import RecordAdmin, StackedParts, TabularParts, VisibleFilter, in_languages


class ExchangesAdmin(RecordAdmin):
    write_permission = Permission.EXCHANGES_WRITE


class ExtensionParts(StackedParts):
    model = Extension
    write_permission = Permission.EXCHANGES_WRITE
    named_with = ("exchange_year__committee",)


class TallyParts(StackedParts):
    model = Tally
    write_permission = Permission.EXCHANGES_WRITE
    named_with = ("exchange_year__committee", "side")


@admin.register(ExchangeYear)
class ExchangeYearAdmin(ExchangesAdmin):
    list_display = ("name_en", "name_ja", "name_ru", "committee", "starts_on", "ends_on")
    list_filter = (("committee", VisibleFilter), "unverified")
    search_fields = in_languages("name")
    named_with = ("committee",)
    inlines = (ExtensionParts, TallyParts)


@admin.register(Extension)
class ExtensionAdmin(ExchangesAdmin):
    list_display = ("exchange_year", "decided_on", "signed_on", "ends_on")
    list_filter = (("exchange_year", VisibleFilter), "unverified")
    search_fields = in_languages("exchange_year__name", "reason")
    named_with = ("exchange_year__committee",)


@admin.register(Tally)
class TallyAdmin(ExchangesAdmin):
    list_display = ("exchange_year", "metric", "bound", "value", "as_of", "side")
    list_filter = (("exchange_year", VisibleFilter), ("side", VisibleFilter), "metric", "unverified")
    search_fields = ("source", *in_languages("exchange_year__name", "rule"))
    named_with = ("exchange_year__committee", "side")


class EventOrganiserParts(TabularParts):
    model = EventOrganiser
    write_permission = Permission.EXCHANGES_WRITE
    named_with = ("event__exchange_year__committee", "organisation")


class EventChangeParts(StackedParts):
    model = EventChange
    write_permission = Permission.EXCHANGES_WRITE
    named_with = ("event__exchange_year__committee",)


@admin.register(Event)
class EventAdmin(ExchangesAdmin):
    list_display = ("reference", "title_en", "title_ja", "title_ru", "theme", "format", "state", "starts_on")
    list_filter: ClassVar[Any] = (
        ("exchange_year", VisibleFilter),
        "state",
        "theme",
        "format",
        "classification",
        ("regions", VisibleFilter),
        "unverified",
    )
    search_fields = ("reference", *in_languages("title", "place"))
    named_with = ("exchange_year__committee",)
    inlines = (EventOrganiserParts, EventChangeParts)


class PartOfEventAdmin(ExchangesAdmin):
    named_with: ClassVar[tuple[str, ...]] = ("event__exchange_year__committee",)


@admin.register(EventOrganiser)
class EventOrganiserAdmin(PartOfEventAdmin):
    list_display = ("organisation", "event", "role")
    list_filter = (("event__exchange_year", VisibleFilter), "role")
    search_fields = ("event__reference", *in_languages("organisation__name", "event__title"))
    named_with = ("event__exchange_year__committee", "organisation")


@admin.register(EventChange)
class EventChangeAdmin(PartOfEventAdmin):
    list_display = ("event", "kind", "changed_on", "old_date", "new_date")
    list_filter = (("event__exchange_year", VisibleFilter), "kind", "unverified")
    search_fields = ("event__reference", "decision", *in_languages("event__title", "reason"))


@admin.register(TwinTie)
class TwinTieAdmin(ExchangesAdmin):
    list_display = ("first_region", "second_region", "kind", "since", "since_precision")
    list_filter = ("kind", "unverified")
    search_fields = in_languages("first_region__name", "second_region__name")
    named_with = ("first_region", "second_region")
