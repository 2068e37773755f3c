"""The filters of the directory's lists. They are forms: what an address says is validated like anything typed."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from directory.models import Office, Organisation, Person, Region, Side
from directory.models.organisations import OrganisationKind, RegionKind
from directory.search import matching_people, words
from records.fields import TextLineField
from records.languages import columns


class TextFilter(django_filters.Filter):
    field_class = TextLineField


class DirectoryFilter(django_filters.FilterSet):
    """``text`` looks for every word in ``searched``, in any language. ``user`` decides which sides may be chosen."""

    searched: tuple[str, ...] = ()
    side_path = "side"

    text = TextFilter(label=_("Name"), method="with_text", max_length=200)
    side = django_filters.ModelChoiceFilter(label=_("Side"), queryset=Side.objects.none(), method="with_side")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["side"].queryset = Side.objects.visible_to(user)

    def with_side(self, records: QuerySet[Any], name: str, value: Side) -> QuerySet[Any]:
        return records.filter(**{self.side_path: value})

    def with_text(self, records: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        for word in words(value):
            contains = [Q(**{f"{column}__icontains": word}) for name in self.searched for column in columns(name)]
            records = records.filter(reduce(or_, contains))
        return records


class PersonFilter(DirectoryFilter):
    order = django_filters.OrderingFilter(
        label=_("Order"),
        fields=[("family_name_en", "name"), ("family_name_kana", "kana"), ("family_name_ru", "russian")],
        field_labels={
            "family_name_en": _("name in Latin letters"),
            "family_name_kana": _("kana"),
            "family_name_ru": _("name in Russian"),
        },
    )

    class Meta:
        model = Person
        fields: list[str] = []

    def with_text(self, records: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return matching_people(records, value)


class OrganisationFilter(DirectoryFilter):
    searched = ("name", "short_name")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=OrganisationKind.choices)
    order = django_filters.OrderingFilter(
        label=_("Order"), fields=[("name_en", "name"), ("kind", "kind")], field_labels={"name_en": _("name")}
    )

    class Meta:
        model = Organisation
        fields: list[str] = []


class OfficeFilter(DirectoryFilter):
    searched = ("title", "organisation__name", "organisation__short_name")
    side_path = "organisation__side"
    order = django_filters.OrderingFilter(
        label=_("Order"),
        fields=[("title_en", "title"), ("organisation__name_en", "organisation")],
        field_labels={"title_en": _("title"), "organisation__name_en": _("organisation")},
    )

    class Meta:
        model = Office
        fields: list[str] = []


class RegionFilter(DirectoryFilter):
    searched = ("name",)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=RegionKind.choices)
    order = django_filters.OrderingFilter(
        label=_("Order"), fields=[("name_en", "name"), ("kind", "kind")], field_labels={"name_en": _("name")}
    )

    class Meta:
        model = Region
        fields: list[str] = []
