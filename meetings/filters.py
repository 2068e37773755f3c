"""The filters of the meetings list. They are forms: what is typed into an address is validated like anything else."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from directory.models import Committee
from meetings.models import Meeting, MeetingFormat, MeetingKind, MeetingState
from meetings.models.meetings import MeetingQuerySet
from meetings.standing import Turn, turn_is, with_turn
from records.fields import TextLineField


class TextFilter(django_filters.Filter):
    field_class = TextLineField


class MeetingFilter(django_filters.FilterSet):
    """``text`` looks into references, titles, places, what was said, and who attended, in any script."""

    text = TextFilter(label=_("Text"), method="with_text", max_length=200)
    committee = django_filters.ModelChoiceFilter(
        label=_("Committee"), queryset=Committee.objects.none(), empty_label=_("all")
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=MeetingKind.choices, empty_label=_("all"))
    format = django_filters.ChoiceFilter(label=_("Format"), choices=MeetingFormat.choices, empty_label=_("all"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=MeetingState.choices, empty_label=_("all"))
    turn = django_filters.ChoiceFilter(
        label=_("Minutes"), choices=Turn.choices, empty_label=_("all"), method="with_turn_of"
    )
    year = django_filters.NumberFilter(label=_("Year"), field_name="date__year", min_value=1900, max_value=2200)
    order = django_filters.OrderingFilter(
        label=_("Order"),
        fields=[("date", "date"), ("reference", "reference"), ("committee__code", "committee"), ("state", "state")],
    )

    class Meta:
        model = Meeting
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.filters["committee"].queryset = Committee.objects.visible_to(user)

    def with_turn_of(self, meetings: MeetingQuerySet, name: str, value: str) -> QuerySet[Meeting]:
        """Those whose minutes wait for the person's own side, for the other, or are still being written."""
        return with_turn(meetings).filter(turn_is(value, self.user))

    def with_text(self, meetings: QuerySet[Meeting], name: str, value: str) -> QuerySet[Meeting]:
        """Every word somewhere in the meeting; entries are searched only as far as the person may read them."""
        from meetings.models import Attendance, Entry

        for word in value.split():
            own = _any_contains(("reference", *_in_languages("title", "place", "committee__name")), word)
            said = Entry.objects.visible_to(self.user).filter(_any_contains(_in_languages("text"), word))
            there = Attendance.objects.visible_to(self.user).filter(_any_contains(_in_languages("name"), word))
            meetings = meetings.filter(
                own | Q(pk__in=said.values("minutes__meeting")) | Q(pk__in=there.values("meeting"))
            )
        return meetings


def _in_languages(*names: str) -> list[str]:
    return [f"{name}_{code}" for name in names for code in ("en", "ja", "ru")]


def _any_contains(columns: Any, word: str) -> Q:
    condition = Q()
    for column in columns:
        condition |= Q(**{f"{column}__icontains": word})
    return condition
