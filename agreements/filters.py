"""The filters of the register. They are forms: what is typed into an address is validated like anything else."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models import Commitment, CommitmentState, PlanItem, Responsibility, StatusReport, TimingKind
from agreements.models.commitments import CommitmentQuerySet
from directory.models import Committee, Side
from records.fields import TextLineField
from records.languages import columns

_SEARCHED = ("reference", *columns("text"), *columns("timing_phrase"))
#: Chosen like a state: every one of those in which something is still expected.
STILL_OPEN = "open"


class TextFilter(django_filters.Filter):
    field_class = TextLineField


class TickFilter(django_filters.Filter):
    """A box: ticked it leaves only those, otherwise it leaves all."""

    field_class = forms.BooleanField


class CommitmentFilter(django_filters.FilterSet):
    """``text`` looks for every word in reference, text and timing. What is overdue or stale is so on the day ``on``."""

    text = TextFilter(label=_("Text"), method="with_text", max_length=200)
    committee = django_filters.ModelChoiceFilter(
        label=_("Committee"), queryset=Committee.objects.none(), empty_label=_("all")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(STILL_OPEN, pgettext_lazy("commitments", "all that are open")), *CommitmentState.choices],
        empty_label=_("all"),
        method="with_state",
    )
    timing = django_filters.ChoiceFilter(
        label=_("Timing"), field_name="timing_kind", choices=TimingKind.choices, empty_label=_("all")
    )
    side = django_filters.ModelChoiceFilter(
        label=_("Responsible"), queryset=Side.objects.none(), empty_label=_("all"), method="with_side"
    )
    item = django_filters.ModelChoiceFilter(
        label=_("Plan item"), field_name="plan_item", queryset=PlanItem.objects.none(), empty_label=_("all")
    )
    overdue = TickFilter(label=_("overdue"), method="with_standing")
    stale = TickFilter(label=_("to be looked at again"), method="with_standing")
    divergent = TickFilter(label=_("told differently"), method="with_standing")
    coupled = TickFilter(label=_("coupled"), method="with_standing")
    order = django_filters.OrderingFilter(
        label=_("Order"),
        fields=[
            ("reference", "reference"),
            ("committee__code", "committee"),
            ("state", "state"),
            ("awaited_on", "when"),
            ("last_word_on", "report"),
        ],
    )

    class Meta:
        model = Commitment
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.on = user, on
        self.filters["committee"].queryset = Committee.objects.visible_to(user)
        self.filters["side"].queryset = Side.objects.visible_to(user)
        self.filters["item"].queryset = PlanItem.objects.visible_to(user)

    def filter_queryset(self, queryset: CommitmentQuerySet) -> QuerySet[Commitment]:
        """In an order that leaves nothing to chance: a page neither repeats nor skips one."""
        commitments = super().filter_queryset(queryset)
        return commitments.order_by(*(commitments.query.order_by or ("reference",)), "pk")

    def with_text(self, commitments: QuerySet[Commitment], name: str, value: str) -> QuerySet[Commitment]:
        for word in value.split():
            commitments = commitments.filter(reduce(or_, [Q(**{f"{each}__icontains": word}) for each in _SEARCHED]))
        return commitments

    def with_state(self, commitments: CommitmentQuerySet, name: str, value: str) -> QuerySet[Commitment]:
        return commitments.open() if value == STILL_OPEN else commitments.filter(state=value)

    def with_side(self, commitments: QuerySet[Commitment], name: str, value: Side) -> QuerySet[Commitment]:
        """Those that the side is to keep, itself or by one of its offices or organisations."""
        return commitments.filter(Exists(Responsibility.objects.filter(commitment=OuterRef("pk"), side=value)))

    def with_standing(self, commitments: CommitmentQuerySet, name: str, ticked: bool) -> QuerySet[Commitment]:
        if not ticked:
            return commitments
        if name == "overdue":
            return commitments.overdue(on=self.on)
        if name == "stale":
            return commitments.stale(on=self.on)
        return commitments.divergent() if name == "divergent" else commitments.filter(is_coupled(self.user))


def is_coupled(user: Any) -> Exists:
    """Whether it hangs together with another commitment; of one that ``user`` may not read nothing is said."""
    others = Commitment.objects.visible_to(user).order_by()
    return Exists(others.filter(Q(pk=OuterRef("coupled_with")) | Q(coupled_with=OuterRef("pk"))))


def listed(user: Any) -> CommitmentQuerySet:
    """What the register is made of: what ``user`` may read, with what it can be ordered by."""
    reports = StatusReport.objects.filter(commitment=OuterRef("pk")).order_by("-reported_on")
    return Commitment.objects.visible_to(user).annotate(
        awaited_on=Coalesce("due_on", "window_ends_on", "review_on"),
        # Databases disagree on where “never” stands: here it is the earliest day of all.
        last_word_on=Coalesce(Subquery(reports.values("reported_on")[:1]), Value(date.min), output_field=DateField()),
    )


def with_row(commitments: CommitmentQuerySet, user: Any, *, on: date) -> CommitmentQuerySet:
    """With all that a row of the register shows."""
    return (
        commitments.with_standing(on=on)
        .annotate(is_coupled=is_coupled(user), awaited_on=Coalesce("due_on", "window_ends_on", "review_on"))
        .select_related("committee__own_side", "committee__other_side")
        .prefetch_related("responsibilities__side", "responsibilities__office", "responsibilities__organisation")
    )
